/**
 * One run of the command line: finds the subcommand, runs it, and turns whatever happens into an exit status and a
 * message on standard error. Statuses are a contract: see docs/command-line.md.
 */
import { version } from '../../../package.json';
import { EngineError, isCancelled, type ErrorCode } from '../../../src-shared/errors.ts';
import { nearest } from './arguments.ts';
import { commands } from './commands.ts';
import { describeFilterError, FilterError } from './filter.ts';
import { commandHelp, generalHelp } from './help.ts';
import { createOutput, PipeClosed } from './output.ts';
import { Stopped, UsageError, type Shell } from './shell.ts';

const fine = 0;
const failed = 1;
const wrongUsage = 2;

/** Runs the command that the arguments name; resolves with the exit status and never rejects. */
export async function run(shell: Shell): Promise<number> {
  try {
    await dispatch(shell);
    return fine;
  } catch (error) {
    return report(shell, error);
  }
}

async function dispatch(shell: Shell): Promise<void> {
  const [name, ...args] = shell.args;
  switch (name) {
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      return args.length > 0 && name === 'help' ? showHelp(shell, args[0]) : print(shell, generalHelp());
    case 'version':
    case '--version':
    case '-V':
      return print(shell, versionLine);
    case '-':
      throw new UsageError('Say what to do with standard input, such as: taillight query - --filter "level >= warn"');
    default:
      break;
  }
  const { command } = findCommand(name);
  const early = args.slice(0, args.includes('--') ? args.indexOf('--') : args.length);
  if (early.includes('--help') || early.includes('-h')) return showHelp(shell, name);
  if (early.includes('--version') || early.includes('-V')) return print(shell, versionLine);
  return command.run(shell, args);
}

const versionLine = `taillight ${version}\n`;

const print = (shell: Shell, text: string): Promise<void> => createOutput(shell).write(text);

async function showHelp(shell: Shell, name: string): Promise<void> {
  const { summary, command } = findCommand(name);
  await print(shell, commandHelp(name, summary, command));
}

function findCommand(name: string): (typeof commands)[number] {
  const command = commands.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const names = commands.map((candidate) => candidate.name);
  const near = nearest(name, names);
  throw new UsageError(
    `There is no command "${name}". ${near === undefined ? `There are ${names.join(', ')}.` : `Did you mean "${near}"?`}`,
  );
}

function report(shell: Shell, error: unknown): number {
  const tell = (text: string): void => void shell.stderr.write(`taillight: ${text}\n`);
  if (error instanceof PipeClosed) return fine;
  if (shell.signal.aborted && isOfStopping(error)) {
    return shell.signal.reason instanceof Stopped ? shell.signal.reason.status : failed;
  }
  if (error instanceof FilterError) {
    tell(describeFilterError(error));
    return wrongUsage;
  }
  if (error instanceof UsageError) {
    tell(error.message);
    const name = commands.find((candidate) => candidate.name === shell.args[0])?.name;
    shell.stderr.write(`See: taillight ${name === undefined ? '' : `${name} `}--help\n`);
    return wrongUsage;
  }
  if (error instanceof EngineError && error.code !== 'internal') {
    tell(error.message);
    return isOfUsage(error.code) ? wrongUsage : failed;
  }
  tell(`this should not have happened: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return failed;
}

const isOfStopping = (error: unknown): boolean =>
  error instanceof Stopped || isCancelled(error) || (error instanceof Error && error.name === 'AbortError');

/** What the user said was wrong, not what the system did. */
const isOfUsage = (code: ErrorCode): boolean =>
  code === 'bad-argument' || code === 'bad-format' || code === 'bad-filter';
