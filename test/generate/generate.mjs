/**
 * Seeded logs of every kind, for benchmarks and tests: the same options give the same bytes. As a program:
 *
 *   node test/generate/generate.mjs --kind access --bytes 1GiB --seed 1 --out access.log
 *   node test/generate/generate.mjs --kind app --lines 10000 --hostile 0.05 > app.log
 *
 * As a module: generateLog (asynchronous, with backpressure), logChunks (synchronous), generateFile.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Clock } from './clock.mjs';
import { accessKind } from './kinds/access.mjs';
import { appKind } from './kinds/app.mjs';
import { csvKind } from './kinds/csv.mjs';
import { jsonKind } from './kinds/json.mjs';
import { logfmtKind } from './kinds/logfmt.mjs';
import { syslogKind } from './kinds/syslog.mjs';
import { w3cKind } from './kinds/w3c.mjs';
import { Random } from './random.mjs';

/**
 * @typedef {'access' | 'json' | 'app' | 'syslog' | 'csv' | 'w3c' | 'logfmt'} KindName
 *
 * @typedef {object} GenerateOptions
 * @property {KindName} kind
 * @property {number} [lines] the log ends with the record that reaches this number of lines; this or `bytes`
 * @property {number} [bytes] the log ends with the record that reaches this size
 * @property {number} [seed] any integer; 1 if not given
 * @property {number} [hostile] share of records that are malformed or odd, from 0 to 1; 0 if not given
 * @property {number} [paths] distinct paths to choose from; 250,000 if not given, or fewer in a log of fewer records
 * @property {number} [clients] distinct clients; 60,000 if not given, or fewer in a log of fewer records
 * @property {string} [dialect] syslog: rfc3164, rfc3164-pri or rfc5424; csv: csv or tsv
 * @property {number} [startMs] time of the first record; 2026-03-01 if not given
 * @property {number} [spanMs] time from the first to about the last record; two days if not given
 * @property {number} [disorder] share of records that are up to three seconds late; 0.02 if not given
 * @property {number} [longLineBytes] length of an over-long line among the hostile ones; 70,000 if not given
 *
 * @typedef {object} Generated
 * @property {number} bytes
 * @property {number} lines newline-terminated lines
 */

/** Mean bytes and lines of a record, measured over 100,000 records; they only shape times and progress. */
const recordSizes = {
  access: { bytes: 241, lines: 1 },
  json: { bytes: 220, lines: 1 },
  app: { bytes: 163, lines: 1.8 },
  syslog: { bytes: 91, lines: 1 },
  csv: { bytes: 72, lines: 1.2 },
  w3c: { bytes: 206, lines: 1 },
  logfmt: { bytes: 105, lines: 1 },
};

const makers = {
  access: accessKind,
  json: jsonKind,
  app: appKind,
  syslog: syslogKind,
  csv: csvKind,
  w3c: w3cKind,
  logfmt: logfmtKind,
};

export const kindNames = /** @type {KindName[]} */ (Object.keys(makers));

/** Chunks are about this long: a text of 256 KB took 10 % longer to put together, one of 4 KB as well. */
const chunkBytes = 64 * 1024;

/**
 * The log in chunks of about 64 KB, cut at record ends. Needs no memory beyond the kind's tables.
 * @param {GenerateOptions} options @returns {Generator<Buffer, Generated, undefined>}
 */
export function* logChunks(options) {
  const { kind, seed = 1, hostile = 0, startMs = Date.UTC(2026, 2, 1), spanMs = 2 * 86_400_000 } = options;
  const target = options.bytes ?? options.lines;
  if (target === undefined) throw new RangeError('generateLog needs lines or bytes');
  const countsBytes = options.bytes !== undefined;
  const size = recordSizes[kind];
  const expectedRecords = target / (countsBytes ? size.bytes : size.lines);
  const random = new Random(seed);
  const clock = new Clock(random, { startMs, spanMs, expectedRecords, disorder: options.disorder ?? 0.02 });
  const source = makers[kind]({
    random,
    clock,
    // A short log cannot show them all, and making them takes half a second.
    paths: options.paths ?? Math.min(250_000, Math.ceil(expectedRecords)),
    clients: options.clients ?? Math.min(60_000, Math.ceil(expectedRecords)),
    dialect: options.dialect,
    longLineBytes: options.longLineBytes ?? 70_000,
  });

  let text = source.header;
  let bytes = 0;
  let lines = lineCount(text);
  let done = countsBytes ? bytes + text.length : lines;
  while (done < target) {
    const isHostile = hostile > 0 && random.chance(hostile);
    const record = isHostile ? source.hostileRecord() : source.record(done / target);
    text += record;
    lines += source.isMultiLine || isHostile ? lineCount(record) : 1;
    done = countsBytes ? bytes + text.length : lines;
    if (text.length >= chunkBytes) {
      yield Buffer.from(text, 'latin1');
      bytes += text.length;
      text = '';
    }
  }
  if (text.length > 0) yield Buffer.from(text, 'latin1');
  return { bytes: bytes + text.length, lines };
}

/** @param {string} text */
function lineCount(text) {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}

/**
 * Writes a log chunk by chunk; where `write` returns a promise, the next chunk waits for it.
 * @param {GenerateOptions} options
 * @param {(chunk: Buffer) => unknown} write
 * @returns {Promise<Generated>}
 */
export async function generateLog(options, write) {
  const chunks = logChunks(options);
  for (;;) {
    const { done, value } = chunks.next();
    if (done) return value;
    const written = write(value);
    if (written instanceof Promise) await written;
  }
}

/** A whole log in memory, for tests. @param {GenerateOptions} options */
export function generateBuffer(options) {
  return Buffer.concat([...logChunks(options)]);
}

/** Writes a log to a file, synchronously. @param {GenerateOptions} options @param {string} path @returns {Generated} */
export function generateFile(options, path) {
  const file = openSync(path, 'w');
  try {
    const chunks = logChunks(options);
    for (;;) {
      const { done, value } = chunks.next();
      if (done) return value;
      for (let at = 0; at < value.length;) at += writeSync(file, value, at);
    }
  } finally {
    closeSync(file);
  }
}

/** Reads 500, 64k, 100MB, 1GiB. @param {string} text @returns {number} */
export function parseSize(text) {
  const match = /^(\d+(?:\.\d+)?)\s*(k|m|g)?(i?)b?$/i.exec(text);
  if (match === null) throw new RangeError(`not a size: ${text}`);
  const power = ['', 'k', 'm', 'g'].indexOf((match[2] ?? '').toLowerCase());
  return Math.floor(Number(match[1]) * (match[3] === '' ? 1000 : 1024) ** power);
}

const usage = `usage: generate.mjs --kind ${kindNames.join('|')} (--bytes 1GiB | --lines N)
         [--seed S] [--out FILE] [--hostile P] [--paths N] [--clients N] [--dialect D]
         [--start ISO] [--span-hours H] [--disorder P] [--long-line-bytes N]`;

/** @param {readonly string[]} args */
async function main(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kind: { type: 'string' },
      bytes: { type: 'string' },
      lines: { type: 'string' },
      seed: { type: 'string' },
      out: { type: 'string' },
      hostile: { type: 'string' },
      paths: { type: 'string' },
      clients: { type: 'string' },
      dialect: { type: 'string' },
      start: { type: 'string' },
      'span-hours': { type: 'string' },
      disorder: { type: 'string' },
      'long-line-bytes': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const kind = kindNames.find((name) => name === values.kind);
  if (values.help || kind === undefined || (values.bytes === undefined) === (values.lines === undefined)) {
    console.error(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  /** @type {GenerateOptions} */
  const options = {
    kind,
    bytes: values.bytes === undefined ? undefined : parseSize(values.bytes),
    lines: number(values.lines),
    seed: number(values.seed),
    hostile: number(values.hostile),
    paths: number(values.paths),
    clients: number(values.clients),
    dialect: values.dialect,
    startMs: values.start === undefined ? undefined : Date.parse(values.start),
    spanMs: values['span-hours'] === undefined ? undefined : Number(values['span-hours']) * 3_600_000,
    disorder: number(values.disorder),
    longLineBytes: number(values['long-line-bytes']),
  };
  const startedMs = performance.now();
  if (values.out === undefined) {
    // A closed pipe (`| head`) is a normal end.
    process.stdout.on('error', () => process.exit(0));
    await generateLog(options, (chunk) =>
      process.stdout.write(chunk) ? undefined : new Promise((resolve) => process.stdout.once('drain', resolve)),
    );
    return;
  }
  const { bytes, lines } = generateFile(options, values.out);
  const seconds = (performance.now() - startedMs) / 1000;
  console.error(`${values.out}: ${bytes} bytes, ${lines} lines, ${(bytes / 1e6 / seconds).toFixed(0)} MB/s`);
}

/** @param {string | undefined} text */
function number(text) {
  return text === undefined ? undefined : Number(text);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(process.argv.slice(2));
}
