/**
 * What `taillight [FILE...]` and `taillight serve [FILE...]` accept, for the hosts that show a window. The command
 * line host has its own, larger table.
 */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EngineError } from '../../src-shared/errors.ts';
import type { OpenOptions } from '../../src-shared/protocol.ts';
import type { Settings } from '../settings.ts';

/** The options of all commands that read logs; those about written rows mean nothing to a window but are no error. */
const common = {
  format: { type: 'string' },
  encoding: { type: 'string' },
  timezone: { type: 'string' },
  'display-timezone': { type: 'string' },
  year: { type: 'string' },
  'no-cache': { type: 'boolean' },
  follow: { type: 'boolean' },
  bom: { type: 'boolean' },
  crlf: { type: 'boolean' },
  neutralize: { type: 'boolean' },
  'no-neutralize': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const;

const serving = { port: { type: 'string' }, 'no-open': { type: 'boolean' } } as const;

export interface WindowArguments {
  /** Absolute paths. */
  readonly files: readonly string[];
  /** `-` was given: standard input is to be followed. */
  readonly readsInput: boolean;
  readonly options: OpenOptions;
  readonly displayTimezone: string | undefined;
}

export interface ServeArguments extends WindowArguments {
  /** 0: any free port. */
  readonly port: number;
  readonly open: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

/** Arguments of `serve`. @throws EngineError `bad-argument` with what would be right */
export function parseServeArguments(args: readonly string[], cwd: string): ServeArguments {
  const { values, positionals } = parseStrictly(args);
  return {
    ...read(values, positionals, cwd),
    port: values.port === undefined ? 0 : wholeNumber('--port', values.port, 0, 65_535),
    open: values['no-open'] !== true,
    help: values.help === true,
    version: values.version === true,
  };
}

/**
 * Arguments of a desktop program: the system, Chromium and test drivers add switches of their own, so whatever is
 * not known is passed over, and so is a value that makes no sense.
 */
export function parseWindowArguments(args: readonly string[], cwd: string): WindowArguments {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: common,
    strict: false,
    allowPositionals: true,
  });
  const text = (value: string | boolean | undefined): string | undefined =>
    typeof value === 'string' ? value : undefined;
  const year = text(values.year);
  return read(
    {
      format: text(values.format),
      encoding: text(values.encoding),
      timezone: text(values.timezone),
      'display-timezone': text(values['display-timezone']),
      year: year !== undefined && /^\d{1,4}$/.test(year) ? year : undefined,
      'no-cache': values['no-cache'] === true,
      follow: values.follow === true,
    },
    positionals,
    cwd,
  );
}

/** What the user's settings say where the command line says nothing. */
export function withSettings(given: WindowArguments, settings: Settings): WindowArguments {
  return {
    files: given.files,
    readsInput: given.readsInput,
    options: {
      ...given.options,
      timezone: given.options.timezone ?? settings.timezone,
      noCache: given.options.noCache === true || settings.cache === false,
    },
    displayTimezone: given.displayTimezone ?? given.options.timezone ?? settings.displayTimezone ?? settings.timezone,
  };
}

interface CommonValues {
  readonly format?: string;
  readonly encoding?: string;
  readonly timezone?: string;
  readonly 'display-timezone'?: string;
  readonly year?: string;
  readonly 'no-cache'?: boolean;
  readonly follow?: boolean;
}

function read(values: CommonValues, positionals: readonly string[], cwd: string): WindowArguments {
  return {
    files: positionals.filter((name) => name !== '' && name !== '-').map((name) => filePath(name, cwd)),
    readsInput: positionals.includes('-'),
    options: {
      format: values.format,
      encoding: values.encoding,
      timezone: values.timezone,
      year: values.year === undefined ? undefined : wholeNumber('--year', values.year, 1, 9999),
      noCache: values['no-cache'] === true,
      ...(values.follow === true ? { follow: true } : {}),
    },
    displayTimezone: values['display-timezone'],
  };
}

function parseStrictly(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { ...common, ...serving }, allowPositionals: true });
  } catch (error) {
    if (error instanceof TypeError)
      throw new EngineError('bad-argument', `${error.message.split('. ')[0]}; see --help.`);
    throw error;
  }
}

/** File managers of Linux desktops may hand over `file:` URLs. */
function filePath(name: string, cwd: string): string {
  return /^file:\/\//i.test(name) ? pathOfUrl(name) : resolve(cwd, name);
}

function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    // Of another machine, or not well formed: opening it as it stands says so.
    return url;
  }
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new EngineError('bad-argument', `${option} takes a whole number from ${least} to ${most}, not "${text}".`);
}
