/** Help texts, made from the tables of commands and options. */
import { commonOptions, type OptionTable } from './arguments.ts';
import { commands } from './commands.ts';
import type { Subcommand } from './subcommand.ts';

export function generalHelp(): string {
  const windows: readonly (readonly [string, string])[] = [
    ['[FILE...] [--follow]', 'open the window; - is standard input, which is followed'],
    ['serve [FILE...] [--port N] [--no-open]', 'serve the window to a browser on this machine'],
  ];
  const lines = [
    'Taillight: read, filter, chart and export logs of any size.',
    '',
    'Usage:',
    ...windows.map(([usage, summary]) => `  taillight ${usage.padEnd(40)}${summary}`),
    ...commands.map(({ name, summary }) => `  taillight ${`${name} ...`.padEnd(40)}${summary}`),
    '',
    'A FILE named - is standard input. Options of all commands but the window:',
    ...optionLines(commonOptions),
    '',
    '"taillight COMMAND --help" tells the rest. Exit status: 0 fine (also when nothing matches), 1 cannot read or',
    'write, 2 wrong usage or filter, 130 interrupted.',
  ];
  return lines.join('\n') + '\n';
}

export function commandHelp(name: string, summary: string, command: Subcommand): string {
  const own = Object.fromEntries(Object.entries(command.options).filter(([option]) => !(option in commonOptions)));
  const lines = [
    `taillight ${name}: ${summary}`,
    '',
    `Usage: taillight ${name} ${command.usage}`,
    '',
    'Options:',
    ...optionLines(own),
    '',
    'Common options:',
    ...optionLines(commonOptions),
    '',
    'Examples:',
    ...command.examples.map((example) => `  ${example}`),
  ];
  return lines.join('\n') + '\n';
}

function optionLines(options: OptionTable): readonly string[] {
  const rows = Object.entries(options).map(([name, { short, value, help }]) => {
    const names =
      (short === undefined ? '    ' : `-${short}, `) + `--${name}` + (value === undefined ? '' : ` ${value}`);
    return { names, help };
  });
  const width = Math.max(...rows.map(({ names }) => names.length));
  return rows.map(({ names, help }) => `  ${names.padEnd(width)}  ${help}`);
}
