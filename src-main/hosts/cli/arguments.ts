/**
 * Options of the subcommands: their table, from which both parsing and help are made. Wrong usage is a UsageError
 * that says what would be right.
 */
import { parseArgs } from 'node:util';
import { UsageError } from './shell.ts';

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** Name of the value in the help. */
  readonly value?: string;
  readonly help: string;
}

export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** Values by option name; boolean options are only there when given. */
export type OptionValues<T extends OptionTable> = {
  readonly [N in keyof T]?: T[N]['type'] extends 'string' ? string : boolean;
};

export interface ParsedArguments<T extends OptionTable> {
  readonly values: OptionValues<T>;
  readonly files: readonly string[];
}

export const commonOptions = {
  format: { type: 'string', value: 'NAME|FILE', help: 'read as this format instead of the detected one' },
  encoding: { type: 'string', value: 'NAME', help: 'read in this encoding instead of the detected one' },
  timezone: { type: 'string', value: 'ZONE', help: 'zone of times without a zone, and for display' },
  'display-timezone': { type: 'string', value: 'ZONE', help: 'zone for display, --from, --to and times in the filter' },
  year: { type: 'string', value: 'YYYY', help: 'year of times without a year' },
  'no-cache': { type: 'boolean', help: 'neither use nor keep a stored index' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
  version: { type: 'boolean', short: 'V', help: 'show the version' },
} as const satisfies OptionTable;

export const filterOptions = {
  filter: {
    type: 'string',
    value: 'QUERY',
    help: 'only records that match, such as: status >= 500 and not method : GET',
  },
  from: { type: 'string', value: 'TIME', help: 'only records at or after this time (ISO 8601)' },
  to: { type: 'string', value: 'TIME', help: 'only records before this time (ISO 8601)' },
} as const satisfies OptionTable;

export const rowOptions = {
  fields: { type: 'string', value: 'A,B,...', help: 'columns, in this order (default: all)' },
  sort: { type: 'string', value: 'FIELD[:desc]', help: 'order by a field (default: order of the file)' },
  limit: { type: 'string', value: 'N', help: 'at most so many records' },
  bom: { type: 'boolean', help: 'begin with a UTF-8 byte order mark (not jsonl)' },
  crlf: { type: 'boolean', help: 'end lines with CR LF' },
  neutralize: { type: 'boolean', help: "put a ' before text that a spreadsheet would run (default of export)" },
  'no-neutralize': { type: 'boolean', help: 'leave such text alone (default of query)' },
} as const satisfies OptionTable;

/** @throws UsageError for unknown, repeated or malformed options */
export function parseOptions<T extends OptionTable>(args: readonly string[], options: T): ParsedArguments<T> {
  const parsed = parse(args, options);
  const seen = new Set<string>();
  for (const token of parsed.tokens) {
    if (token.kind !== 'option') continue;
    if (options[token.name].type === 'string' && seen.has(token.name)) {
      throw new UsageError(`--${token.name} is given twice.`);
    }
    seen.add(token.name);
  }
  // parseArgs has checked each value against the table; its own type is lost by the table being a parameter.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { values: parsed.values as OptionValues<T>, files: parsed.positionals };
}

function parse(args: readonly string[], options: OptionTable) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true, tokens: true });
  } catch (error) {
    throw error instanceof Error && 'code' in error ? new UsageError(explain(error, args, options)) : error;
  }
}

/** Node's own messages differ between its versions, so only the option's name is taken from them. */
function explain(error: Error & { code?: unknown }, args: readonly string[], options: OptionTable): string {
  const named = /'(?:-\w, )?(--?[^' ]+)/.exec(error.message)?.[1] ?? args.find((arg) => arg.startsWith('-')) ?? '';
  const name = named.replace(/^--?/, '');
  if (error.code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
    if (Object.hasOwn(options, name) && options[name].type === 'boolean') return `${named} takes no value.`;
    return `${named} needs a value; one that begins with - is written ${named}=VALUE.`;
  }
  const near = nearest(name, Object.keys(options));
  return `There is no option ${named}.${near === undefined ? '' : ` Did you mean --${near}?`}`;
}

/** A whole number given to an option. @throws UsageError */
export function wholeNumber(name: string, text: string | undefined, least = 0): number | undefined {
  if (text === undefined) return undefined;
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least) return number;
  throw new UsageError(`--${name} takes a whole number from ${least} on, not "${text}".`);
}

/** Names split at commas; a comma within a name is written `\,`. @throws UsageError */
export function nameList(name: string, text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(/(?<!\\),/).map((part) => part.trim().replaceAll('\\,', ','));
  if (names.includes('')) throw new UsageError(`--${name} takes names with commas between them, not "${text}".`);
  return names;
}

/** One of `choices`. @throws UsageError */
export function oneOf<C extends string>(name: string, text: string, choices: readonly C[]): C {
  const choice = choices.find((candidate) => candidate === text);
  if (choice !== undefined) return choice;
  throw new UsageError(`--${name} takes ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}, not "${text}".`);
}

/** The candidate that differs by few letters from `name`, for "did you mean". */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Letters added, left out, replaced or swapped with the next (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(replaced, last[j] + 1, row[j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
      }
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}
