/** Compares the product's answers about one log with the oracle's. One function for each command and form. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { brief, isSame } from './differences.mjs';
import { linesOf, parseCsv } from './product.mjs';

/**
 * @typedef {import('./differences.mjs').Differences} Differences
 * @typedef {Readonly<Record<string, unknown>>} Values
 * @typedef {(args: readonly string[]) => Promise<import('./product.mjs').Run>} Ask runs a command on the log
 * @typedef {object} Case
 * @property {string} name
 * @property {readonly string[]} cli arguments of every command
 * @property {string} [log]
 * @property {import('../generate/generate.mjs').GenerateOptions} [generate]
 * @property {boolean} [gzip]
 * @property {boolean} [stdin]
 */

/** Fields that every record has beside its own. */
const internals = new Set(['_offset', '_raw', '_parsed', '_file']);

/**
 * Reads what the oracle wrote.
 * @param {string} folder @param {number} questions most to ask
 */
export function readExpected(folder, questions) {
  /** @param {string} name */
  const text = (name) => readFileSync(join(folder, name), 'utf8');
  return {
    /** @type {Values} */
    info: JSON.parse(text('info.json')),
    /** @type {Values[]} */
    records: linesOf(text('records.jsonl')).map((line) => JSON.parse(line)),
    /** @type {Values[]} */
    internals: linesOf(text('internals.jsonl')).map((line) => JSON.parse(line)),
    raw: text('raw.txt'),
    /** @type {{ args: string[], lines: number[] }[]} */
    answers: JSON.parse(text('answers.json')).slice(0, questions),
    /** @type {{ field: string, count: number, values: unknown[] }[]} */
    stats: JSON.parse(text('stats.json')),
  };
}

/** @typedef {ReturnType<typeof readExpected>} Expected */

/**
 * Every comparison of one log. @param {Expected} expected @param {Ask} ask @param {Differences} differences
 * @param {readonly string[]} fieldOrder
 */
export async function checkLog(expected, ask, differences, fieldOrder) {
  const canQuery = await checkRecords(expected, ask, differences, fieldOrder);
  if (!canQuery) return;
  await checkInfo(expected, ask, differences);
  await checkInternals(expected, ask, differences);
  await checkText(expected, ask, differences);
  await checkCsv(expected, ask, differences);
  await checkStats(expected, ask, differences);
  await checkAnswers(expected, ask, differences);
}

/** Runs a command that must succeed. @param {Ask} ask @param {readonly string[]} args @param {Differences} differences */
async function output(ask, args, differences) {
  const { status, output: text, errors } = await ask(args);
  if (status === 0) return text;
  differences.add('command fails', `${args.join(' ')}: status ${status}, ${brief(errors.trim())}`);
  return undefined;
}

/** @param {string} line @param {Differences} differences @returns {Values | undefined} */
function parseLine(line, differences) {
  try {
    return JSON.parse(line);
  } catch {
    differences.add('output is not JSON', brief(line));
    return undefined;
  }
}

/** @param {string} text one JSON object a line @param {Differences} differences @returns {Values[]} */
function parseLines(text, differences) {
  return linesOf(text)
    .map((line) => parseLine(line, differences))
    .filter((record) => record !== undefined);
}

/**
 * `query --output jsonl`: every field of every record, their order, and the order of records.
 * @param {Expected} expected @param {Ask} ask @param {Differences} differences @param {readonly string[]} fieldOrder
 */
async function checkRecords(expected, ask, differences, fieldOrder) {
  const text = await output(ask, ['query', '--output', 'jsonl'], differences);
  if (text === undefined) return false;
  const actual = parseLines(text, differences);
  const lines = actual.map(lineOf);
  const backwards = lines.findIndex((line, index) => index > 0 && line <= lines[index - 1]);
  if (backwards > 0) differences.add('order of records', `line ${lines[backwards]} after ${lines[backwards - 1]}`);

  const byLine = new Map(actual.map((record) => [lineOf(record), record]));
  for (const [index, record] of expected.records.entries()) {
    const line = lineOf(record);
    const found = byLine.get(line);
    byLine.delete(line);
    if (found === undefined) differences.add('record is missing', `line ${line}: ${brief(record)}`);
    else checkRecord(record, expected.internals[index], found, differences, fieldOrder);
  }
  for (const [line, record] of byLine) differences.add('record is too many', `line ${line}: ${brief(record)}`);
  return true;
}

/**
 * @param {Values} expected @param {Values} internal @param {Values} actual @param {Differences} differences
 * @param {readonly string[]} fieldOrder
 */
function checkRecord(expected, internal, actual, differences, fieldOrder) {
  const where = `line ${lineOf(expected)}: `;
  const names = Object.keys(actual);
  for (const name of new Set([...Object.keys(expected), ...names])) {
    const [wanted, found] = [own(expected, name), own(actual, name)];
    if (internals.has(name)) differences.expect(`field ${name}`, where, own(internal, name), found);
    else if (name !== 'duration' || !isNearly(wanted, found)) differences.expect(`field ${name}`, where, wanted, found);
  }
  const known = names.filter((name) => name in expected && !internals.has(name));
  const wantedOrder = Object.keys(expected).filter((name) => Object.hasOwn(actual, name));
  if (!isSame(known, wantedOrder)) {
    const isKnownField = wantedOrder.some((name, index) => fieldOrder.includes(name) && known[index] !== name);
    const about = isKnownField ? 'order of the fields of FIELDS.md' : 'order of other fields';
    differences.expectList(about, where, wantedOrder, known);
  }
}

/** @param {Values} record */
function lineOf({ _line: line }) {
  return Number(line);
}

/** @param {Values} values @param {string} name */
function own(values, name) {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** Units are converted in doubles, which may differ in the last digit. @param {unknown} a @param {unknown} b */
function isNearly(a, b) {
  return typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= Math.abs(a) * 1e-12;
}

/** `info --json`: counts, times and fields. @param {Expected} expected @param {Ask} ask @param {Differences} differences */
async function checkInfo(expected, ask, differences) {
  const text = await output(ask, ['info', '--json'], differences);
  const actual = text === undefined ? undefined : parseLine(text.trim(), differences);
  if (actual === undefined) return;
  const { fields: wantedFields, time, ...counts } = expected.info;
  for (const [name, value] of Object.entries(counts)) differences.expect(`info ${name}`, '', value, actual[name]);
  differences.expect('info time', '', time ?? undefined, actual.time ?? undefined);
  const wanted = /** @type {{ name: string, count: number, distinct: number }[]} */ (wantedFields);
  const found = /** @type {{ name: string, count: number, distinct?: number }[]} */ (actual.fields);
  const shown = found.filter(({ name, count }) => !internals.has(name) && name !== '_line' && count > 0);
  const [wantedNames, shownNames] = [wanted, shown].map((list) => list.map(({ name }) => name));
  differences.expectList('info fields, their order', '', wantedNames, shownNames);
  for (const { name, count, distinct } of wanted) {
    const field = found.find((candidate) => candidate.name === name);
    if (field === undefined) continue;
    differences.expect('info field count', `${name}: `, count, field.count);
    if (field.distinct !== undefined) differences.expect('info field distinct', `${name}: `, distinct, field.distinct);
  }
}

/** `_offset`, `_raw` and `_parsed`. @param {Expected} expected @param {Ask} ask @param {Differences} differences */
async function checkInternals(expected, ask, differences) {
  const args = ['query', '--output', 'jsonl', '--fields', '_line,_offset,_raw,_parsed'];
  const text = await output(ask, args, differences);
  if (text === undefined) return;
  const actual = parseLines(text, differences);
  const byLine = new Map(actual.map((record) => [lineOf(record), record]));
  for (const wanted of expected.internals) {
    const found = byLine.get(lineOf(wanted));
    if (found === undefined) continue;
    for (const name of ['_offset', '_raw', '_parsed']) {
      differences.expect(`field ${name}`, `line ${lineOf(wanted)}: `, wanted[name], found[name]);
    }
  }
}

/** `query --output text`: the records as they stand. @param {Expected} expected @param {Ask} ask @param {Differences} differences */
async function checkText(expected, ask, differences) {
  const text = await output(ask, ['query', '--output', 'text'], differences);
  if (text === undefined || text === expected.raw) return;
  const [wanted, found] = [linesOf(expected.raw), linesOf(text)];
  differences.expect('text, number of lines', '', wanted.length, found.length);
  const first = wanted.findIndex((line, index) => line !== found[index]);
  differences.add('text', `output line ${first + 1}: expected ${brief(wanted[first])}, got ${brief(found[first])}`);
}

/** `query --output csv`: the same values, as text. @param {Expected} expected @param {Ask} ask @param {Differences} differences */
async function checkCsv(expected, ask, differences) {
  const text = await output(ask, ['query', '--output', 'csv'], differences);
  if (text === undefined) return;
  const [header = [], ...rows] = parseCsv(text);
  const names = /** @type {{ name: string }[]} */ (expected.info.fields).map(({ name }) => name);
  differences.expectList('csv header', '', names, /** @type {string[]} */ (header));
  differences.expect('csv rows', '', expected.records.length, rows.length);
  // Rows have no line numbers by which to pair them.
  if (rows.length !== expected.records.length) return;
  for (const [index, record] of expected.records.entries()) {
    const row = rows[index];
    if (row === undefined) break;
    const cells = new Map(header.map((name, column) => [name, row[column]]));
    for (const name of names) {
      const [value, cell] = [own(record, name), cells.get(name)];
      if (!isCellOf(name, value, cell)) {
        differences.add(`csv ${name}`, `line ${lineOf(record)}: expected ${brief(value)}, got ${brief(cell)}`);
      }
    }
  }
}

/** @param {string} name @param {unknown} value @param {string | undefined} cell */
function isCellOf(name, value, cell) {
  if (value === undefined || cell === undefined) return value === cell;
  if (name === 'time') return Date.parse(cell) === Date.parse(textOf(value)) && /(?:Z|[+-]\d\d:\d\d)$/.test(cell);
  if (typeof value === 'number') return name === 'duration' ? isNearly(value, Number(cell)) : Number(cell) === value;
  if (typeof value === 'object') return isSame(value, JSON.parse(cell));
  return textOf(value) === cell;
}

/** @param {unknown} value */
function textOf(value) {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `stats --by`. @param {Expected} expected @param {Ask} ask @param {Differences} differences */
async function checkStats(expected, ask, differences) {
  for (const { count, ...top } of expected.stats) {
    const args = ['stats', '--json', '--by', top.field, '--top', String(count)];
    const text = await output(ask, args, differences);
    const actual = text === undefined ? undefined : parseLine(text.trim(), differences);
    if (actual === undefined) continue;
    differences.expect('stats records', '', expected.records.length, actual.records);
    differences.expect(`stats --by ${top.field}`, '', top, actual.top);
    const histogram = /** @type {{ buckets: number[], untimed: number }} */ (actual.histogram);
    const counted = histogram.buckets.reduce((sum, bucket) => sum + bucket, histogram.untimed);
    differences.expect('stats histogram, sum of buckets', '', expected.records.length, counted);
  }
}

/** Filters and sorts: the lines found, in their order. @param {Expected} expected @param {Ask} ask @param {Differences} differences */
async function checkAnswers(expected, ask, differences) {
  await inParallel(expected.answers, async ({ args, lines }) => {
    const question = args.join(' ');
    const text = await output(ask, ['query', '--output', 'jsonl', ...args], differences);
    if (text === undefined) return;
    const found = linesOf(text).map((line) => Number(/^\{"_line":(\d+)/.exec(line)?.[1]));
    if (isSame(lines, found)) return;
    const [wanted, actual] = [new Set(lines), new Set(found)];
    const missing = lines.filter((line) => !actual.has(line));
    const extra = found.filter((line) => !wanted.has(line));
    const first = lines.findIndex((line, index) => line !== found[index]);
    const order = missing.length + extra.length > 0 ? '' : `, order differs from result ${first + 1} on: expected line ${lines[first]}, got ${found[first]}`; // prettier-ignore
    differences.add(
      'answer',
      `${question}: expected ${lines.length} records, got ${found.length}; missing ${brief(missing.slice(0, 5))}, too many ${brief(extra.slice(0, 5))}${order}`,
    );
  });
}

/**
 * Runs `work` on all values, on as many at a time as there are processors.
 * @template T @param {readonly T[]} values @param {(value: T) => Promise<void>} work
 */
async function inParallel(values, work) {
  const waiting = [...values];
  const runOn = async () => {
    for (let value = waiting.shift(); value !== undefined; value = waiting.shift()) await work(value);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, runOn));
}
