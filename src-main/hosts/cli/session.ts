/**
 * The engine and the opened files of one command: starts it with the user's settings, spools standard input, waits
 * until everything is indexed, and ends it all when the command is over.
 */
import { createReadStream, statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { EngineError } from '../../../src-shared/errors.ts';
import { isZone } from '../../../src-shared/model/zone.ts';
import type { OpenOptions, SourceId, SourceState } from '../../../src-shared/protocol.ts';
import type { Engine, EngineSettings } from '../../engine/index.ts';
import { createPrivateFolder, findPlaces } from '../../places.ts';
import { readSettings, settingsPath, type Settings } from '../../settings.ts';
import type { commonOptions, OptionValues } from './arguments.ts';
import { wholeNumber } from './arguments.ts';
import { createOutput, type Output } from './output.ts';
import { showProgress } from './progress.ts';
import { UsageError, type EngineDoor, type Shell } from './shell.ts';
import { followStandardInput, spoolStandardInput, type Spool } from '../../standard-input.ts';

export interface OpenedFile {
  /** As it was named on the command line; `-` is standard input. */
  readonly name: string;
  /** For people: the name without its folder, or "standard input". */
  readonly title: string;
  readonly source: SourceState;
}

export interface Session extends Pick<EngineDoor, 'createRowWriter'> {
  readonly engine: Engine;
  readonly files: readonly OpenedFile[];
  /** Zone of the filter's times, of CSV and TSV, and of what people read. */
  readonly zone: string;
  readonly signal: AbortSignal;
  readonly output: Output;
  /** Resolves when standard input has ended, if it is one of the files. */
  readonly inputEnded: Promise<void> | undefined;
  /** Something the user should know, on standard error. */
  warn(message: string): void;
  /** Something that happened, on standard error. */
  note(message: string): void;
}

export type CommonValues = OptionValues<typeof commonOptions>;

/**
 * Opens `files`, runs `work` when all are indexed, and closes everything whatever happens. A damaged file is worked on
 * as far as it can be read, and is an error at the end.
 */
export async function withSession<T>(
  shell: Shell,
  files: readonly string[],
  values: CommonValues,
  work: (session: Session) => Promise<T>,
  more: OpenOptions = {},
): Promise<T> {
  checkFiles(files);
  for (const option of ['timezone', 'display-timezone'] as const) checkZone(option, values[option]);
  const warn = (message: string): void => void shell.stderr.write(`taillight: warning: ${message}\n`);
  const places = findPlaces(shell.env);
  const { settings, unknown } = readSettings(places.configFolder);
  for (const key of unknown) warn(`${settingsPath(places.configFolder)}: "${key}" is not a setting`);
  const options = { ...openOptions(values, settings), ...more };
  const { createEngine, createRowWriter } = shell.engine;
  const engine = createEngine(engineSettings(settings, places.configFolder, cacheFolder(places.cacheFolder)));
  const progress = showProgress(shell, engine);
  const spools = new Map<string, Spool>();
  try {
    for (const name of files) {
      if (spools.has(name) || (name !== '-' && !isPipe(name))) continue;
      const input = { stdin: name === '-' ? shell.stdin : createReadStream(name), signal: shell.signal };
      spools.set(name, more.follow === true ? followStandardInput(input) : await spoolStandardInput(input));
    }
    const opened: OpenedFile[] = [];
    for (const name of files) opened.push(await openFile(engine, name, spools.get(name), options, shell.signal));
    for (const problem of new Set(opened.flatMap(({ source }) => source.formatProblems))) warn(problem);
    const indexed: OpenedFile[] = [];
    let damage: EngineError | undefined;
    for (const file of opened) {
      const { source, error } = await whenIndexed(engine, file.source.id, shell.signal);
      indexed.push({ ...file, source });
      damage ??= error;
    }
    const result = await work({
      engine,
      createRowWriter,
      files: indexed,
      zone: displayZone(values, settings),
      signal: shell.signal,
      output: createOutput(shell, () => progress.clear()),
      inputEnded: spools.size === 0 ? undefined : allEnded(spools.values()),
      warn: (message) => {
        progress.clear();
        warn(message);
      },
      note: (message) => {
        progress.clear();
        shell.stderr.write(`taillight: ${message}\n`);
      },
    });
    if (damage !== undefined) throw damage;
    return result;
  } finally {
    progress.stop();
    await engine.close();
    for (const spool of spools.values()) spool.remove();
  }
}

/** Waits for the whole index. Of a file that is damaged, its records before the damage are there, and the error. */
async function whenIndexed(
  engine: Engine,
  id: SourceId,
  signal: AbortSignal,
): Promise<{ readonly source: SourceState; readonly error?: EngineError }> {
  try {
    return { source: await engine.whenIndexed(id, signal) };
  } catch (error) {
    const sources = await engine.handlers.sources({}, signal);
    const source = sources.find((candidate) => candidate.id === id);
    if (!(error instanceof EngineError) || error.code !== 'corrupt' || source === undefined) throw error;
    return { source, error };
  }
}

async function openFile(
  engine: Engine,
  name: string,
  spool: Spool | undefined,
  options: OpenOptions,
  signal: AbortSignal,
): Promise<OpenedFile> {
  if (spool === undefined) {
    const source = await engine.handlers.open({ path: resolve(name), options }, signal);
    return { name, title: basename(name), source };
  }
  // The spool is gone when the command ends, so an index of it is of no use to anyone.
  const source = await engine.handlers.open({ path: spool.path, options: { ...options, noCache: true } }, signal);
  return { name, title: name === '-' ? 'standard input' : basename(name), source };
}

const allEnded = async (spools: Iterable<Spool>): Promise<void> => {
  await Promise.all([...spools].map(({ ended }) => ended));
};

/** A named pipe, or what `<(command)` makes in a shell: can be read only once, as standard input. */
const isPipe = (name: string): boolean => statSync(name, { throwIfNoEntry: false })?.isFIFO() === true;

function checkFiles(files: readonly string[]): void {
  if (files.length === 0) throw new UsageError('Give the file to read, or - for standard input.');
  if (files.filter((name) => name === '-').length > 1) throw new UsageError('Standard input can be read only once.');
  if (files.includes('')) throw new UsageError('A file name is empty.');
}

function checkZone(option: string, zone: string | undefined): void {
  if (zone === undefined || isZone(zone)) return;
  throw new UsageError(`--${option}: "${zone}" is not a time zone, such as Europe/Berlin, +03:30, UTC or local.`);
}

function openOptions(values: CommonValues, settings: Settings): OpenOptions {
  const year = wholeNumber('year', values.year, 1);
  if (year !== undefined && year > 9999) throw new UsageError('--year takes a year up to 9999.');
  return {
    format: values.format,
    encoding: values.encoding,
    timezone: values.timezone ?? settings.timezone,
    year,
    noCache: values['no-cache'] === true || settings.cache === false,
  };
}

const mebibyte = 1024 * 1024;

function engineSettings(settings: Settings, configFolder: string, cache: string | undefined): EngineSettings {
  const { workers, memoryBudgetMb, spoolLimitMb, cacheLimitMb } = settings;
  return {
    workers,
    memoryBudgetBytes: memoryBudgetMb === undefined ? undefined : memoryBudgetMb * mebibyte,
    spoolLimitBytes: spoolLimitMb === undefined ? undefined : spoolLimitMb * mebibyte,
    configFolder,
    cacheFolder: cache,
    cacheLimitBytes: cacheLimitMb === undefined ? undefined : cacheLimitMb * mebibyte,
  };
}

/** A cache only saves time, so a home folder that cannot be written (a container, a service) is no error. */
function cacheFolder(path: string): string | undefined {
  try {
    createPrivateFolder(path);
    return path;
  } catch {
    return undefined;
  }
}

function displayZone(values: CommonValues, settings: Settings): string {
  const chosen = values['display-timezone'] ?? values.timezone ?? settings.displayTimezone ?? settings.timezone;
  if (chosen !== undefined) return chosen;
  // The name rather than `local`, because it is shown.
  const system = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return isZone(system) ? system : 'UTC';
}
