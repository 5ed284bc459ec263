/**
 * Reads lines of structured logs into staged rows, by way of tokens: json-scan.ts, logfmt-scan.ts or cells-scan.ts finds them, keyed-fields.ts sets
 * columns from them. It stops before the first line that either is not sure about.
 */
import { findByte } from './bytes';
import { cellLines, cellNewline, scanCells } from './cells-scan';
import { setRecord } from './keyed-fields';
import { linesAt, nextAt, pendingCountAt, Prefix, prefixAt } from './keyed-plan';
import { prefixEnd } from './keyed-prefix';
import { addKey, lastTokensEnd, scanObject } from './json-scan';
import { scanPairs } from './logfmt-scan';

export { addKey };

const openBrace: u8 = 123;

/** Longer lines are left to the twin, which knows the limits. */
const longestLine: usize = 1 << 20;

/**
 * Reads lines of JSON that begin in [from, before) and end with a newline before `filled` into rows from `firstRow` on,
 * up to `lastRow`. Addresses; what is staged is relative to `bytes`. Returns the row behind the last one.
 */
export function readJson(
  plan: usize,
  bytes: usize,
  from: usize,
  before: usize,
  filled: usize,
  firstRow: i32,
  lastRow: i32,
  staging: usize,
  recordStarts: usize,
): i32 {
  let row = firstRow;
  let at = from;
  store<u32>(plan, 0, pendingCountAt);
  while (row < lastRow && at < before) {
    let start = at;
    if (load<u8>(at) != openBrace) {
      start = prefixEnd(plan, bytes, at, filled);
      if (start == 0) break;
    } else if (load<i32>(plan, prefixAt) != Prefix.none) {
      store<i32>(plan, Prefix.allowed, prefixAt);
    }
    const newline = scanObject(plan, start, filled);
    if (newline == 0 || newline >= filled || newline - at > longestLine) break;
    if (!setRecord(plan, lastTokensEnd(), bytes, staging, row)) break;
    store<i32>(recordStarts + (row << 2), <i32>(at - bytes));
    row++;
    at = newline + 1;
  }
  store<usize>(plan, at, nextAt);
  return row;
}

/** The same of lines of logfmt without a prefix. */
export function readLogfmt(
  plan: usize,
  bytes: usize,
  from: usize,
  before: usize,
  filled: usize,
  firstRow: i32,
  lastRow: i32,
  staging: usize,
  recordStarts: usize,
): i32 {
  let row = firstRow;
  let at = from;
  store<u32>(plan, 0, pendingCountAt);
  while (row < lastRow && at < before) {
    const newline = findByte(10, at, filled);
    if (newline == 0 || newline - at > longestLine) break;
    const end = newline > at && load<u8>(newline - 1) == 13 ? newline - 1 : newline;
    const tokensEnd = end > at ? scanPairs(plan, at, end) : 0;
    if (tokensEnd == 0 || !setRecord(plan, tokensEnd, bytes, staging, row)) break;
    store<i32>(recordStarts + (row << 2), <i32>(at - bytes));
    row++;
    at = newline + 1;
  }
  store<usize>(plan, at, nextAt);
  return row;
}

/** The same of records of CSV and TSV, which may have several lines. `recordLines` are numbers of first lines, from 0. */
export function readCells(
  plan: usize,
  bytes: usize,
  from: usize,
  before: usize,
  filled: usize,
  firstRow: i32,
  lastRow: i32,
  staging: usize,
  recordStarts: usize,
  recordLines: usize,
): i32 {
  let row = firstRow;
  let line = 0;
  let at = from;
  store<u32>(plan, 0, pendingCountAt);
  while (row < lastRow && at < before) {
    const tokensEnd = scanCells(plan, at, filled);
    if (tokensEnd == 0 || cellNewline() - at > longestLine) break;
    if (!setRecord(plan, tokensEnd, bytes, staging, row)) break;
    store<i32>(recordStarts + (row << 2), <i32>(at - bytes));
    store<i32>(recordLines + (row << 2), line);
    row++;
    line += cellLines();
    at = cellNewline() + 1;
  }
  store<usize>(plan, at, nextAt);
  store<i32>(plan, line, linesAt);
  return row;
}
