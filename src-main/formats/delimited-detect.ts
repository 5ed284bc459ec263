/**
 * Finds out whether a sample is delimited text with a header: which delimiter, which columns, which of them hold
 * numbers. Any prose has commas, so the first line must read like names and the others must have as many cells.
 */
import { columnNames, nameOf, splitCells, type Cell } from './delimited-cells.ts';
import { DelimitedParser, isNumber, type DelimitedDialect } from './delimited-parser.ts';
import { QuoteState, type Delimiting } from './delimited-scan.ts';
import { shareParsed } from './detect.ts';
import type { DetectSample, Detected } from './family.ts';
import { SourceText } from './source-text.ts';
import { ruleFinder } from './well-known.ts';

/** Records that are looked at to tell what the columns hold. */
const typedRecords = 500;

/** Names are short and do not begin with a digit; a line of a log hardly ever looks like that throughout. */
const nameLike = /^[\p{L}_@#$%(][^\p{C}"=]{0,63}$/u;

/** Dialect and score; a score of 0 comes with the dialect to use when the user insists. */
export function detectDelimited(sample: DetectSample, delimiters: readonly string[]): Detected | undefined {
  let best: { readonly dialect: DelimitedDialect; readonly score: number } | undefined;
  for (const delimiter of delimiters) {
    const found = detectWith(sample, delimiter);
    if (found !== undefined && (best === undefined || found.score > best.score)) best = found;
  }
  return best && { dialect: { ...best.dialect }, score: best.score };
}

function detectWith(
  sample: DetectSample,
  delimiter: string,
): { readonly dialect: DelimitedDialect; readonly score: number } | undefined {
  const quoted = { delimiter, quotes: true };
  if (!mayHaveCells(sample, quoted) && !mayHaveCells(sample, { delimiter, quotes: false })) return undefined;
  // Most TSV knows no quotes; a value that merely begins with one must not open a cell.
  const delimiting =
    delimiter === '\t' && !hasQuotedCells(recordsOf(sample, quoted), quoted) ? { delimiter, quotes: false } : quoted;
  const records = recordsOf(sample, delimiting).map((record) => splitCells(record, delimiting));
  const [first] = records;
  if (first === undefined || first.length < 2) return undefined;
  const rows = records.slice(1).filter((cells) => cells !== undefined);
  const isHeader = looksLikeHeader(first, rows);
  const width = first.length;
  const typed = (isHeader ? rows : [first, ...rows]).filter((cells) => cells.length === width);
  const numeric = first.map((_, column) => isNumeric(typed, column));
  const names = isHeader ? columnNames(first) : first.map((_, column) => `column_${column + 1}`);
  const order = hasDayFirst(typed) ? { order: 'dmy' as const } : {};
  const dialect: DelimitedDialect = { ...delimiting, names, header: isHeader, numeric, ...order };
  const isTyped = numeric.includes(true) || first.some((_, column) => isDated(typed, column));
  if (!isHeader || !isConvincing(names, isTyped, rows.length)) return { dialect, score: 0 };
  const score = rows.length === 0 ? 1 : shareParsed(sample, new DelimitedParser(sample.options, dialect, undefined));
  return { dialect, score };
}

/** The first record has two cells and more: what tells most logs without reading on. */
function mayHaveCells(sample: DetectSample, delimiting: Delimiting): boolean {
  const [first] = recordsOf(sample, delimiting, 1);
  return first !== undefined && (splitCells(first, delimiting)?.length ?? 0) > 1;
}

/** The first records of the sample as text, without blank lines; one that the sample cuts is left out. */
function recordsOf(
  { bytes, lines, options }: DetectSample,
  delimiting: Delimiting,
  most = typedRecords,
): readonly string[] {
  const text = new SourceText(options.encoding);
  const state = new QuoteState(delimiting);
  const records: string[] = [];
  let pending: string[] = [];
  for (const { start, end } of lines) {
    if (start === end && !state.isOpen) continue;
    const goesOn = state.takeLine(bytes, start, end);
    const line = text.read(bytes, start, end);
    if (!goesOn) pending = [];
    pending.push(line);
    if (state.isOpen) continue;
    records.push(pending.join('\n'));
    if (records.length > most) break;
  }
  return records;
}

/** Some cells are quoted, and all that begin with a quote are quoted right. */
function hasQuotedCells(records: readonly string[], delimiting: Delimiting): boolean {
  const cells = records.map((record) => splitCells(record, delimiting));
  return cells.every((row) => row !== undefined) && cells.some((row) => row.some(({ quoted }) => quoted));
}

function looksLikeHeader(cells: readonly Cell[], rows: readonly (readonly Cell[])[]): boolean {
  const names = cells.map(({ text }) => nameOf(text));
  const named = names.filter((name) => name !== '');
  // An empty name is tolerated: row numbers of data frames, a delimiter at the end of each line.
  if (named.length < 2 || named.length < names.length - 1) return false;
  if (!named.every((name) => nameLike.test(name))) return false;
  if (new Set(named.map((name) => name.toLowerCase())).size < named.length * 0.6) return false;
  // Data would repeat what stands in the first line.
  return (
    rows.length === 0 ||
    !rows.some((row) => row.length === cells.length && row.every(({ text }, at) => text === cells[at].text))
  );
}

/** Not two words with a comma between: a usual name, numbers or dates below names, or several columns and rows. */
function isConvincing(names: readonly string[], isTyped: boolean, rowCount: number): boolean {
  const findRule = ruleFinder(undefined);
  const known = names.filter((name) => findRule(name) !== undefined).length;
  if (rowCount === 0) return known >= 2 && names.length >= 3;
  return known > 0 || (isTyped && rowCount >= 2) || (names.length >= 3 && rowCount >= 3);
}

/** What stands for a value that is missing, in columns of numbers. */
const missing = /^(?:|-|n\/a|null|nan|none)$/i;

function isNumeric(rows: readonly (readonly Cell[])[], column: number): boolean {
  const values = rows.map((row) => row[column].text).filter((text) => !missing.test(text));
  return values.length > 0 && values.every(isNumber);
}

const isDated = (rows: readonly (readonly Cell[])[], column: number): boolean =>
  rows.length > 0 && rows.every((row) => /^\d{4}-\d\d-\d\d/.test(row[column].text));

/** A date such as 25/12/2026, or with dots as those who write the day first do. */
const hasDayFirst = (rows: readonly (readonly Cell[])[]): boolean =>
  rows.some((row) =>
    row.some(({ text }) => /^(?:(?:1[3-9]|2\d|3[01])[/-]\d{1,2}[/-]\d{4}|\d{1,2}\.\d{1,2}\.\d{4})\b/.test(text)),
  );
