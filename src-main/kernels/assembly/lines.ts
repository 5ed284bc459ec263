/**
 * Reads whole lines by a layout into staged columns: access logs and the layouts of nginx and Apache.
 * Twin: src-main/formats/layout-parser.ts. Stops before a line that it is not sure about.
 *
 * Some lines at once, step by step: finding the ends of a value in all of them is one loop, setting it another.
 */
import { equalBytes } from './bytes';
import { findLines, fromsAt, lineEndsAt, mostLines, newlinesAt, quoteAfter, quoteOfAt, triedAt } from './line-batch';
import { passValues, scanStep } from './line-scan';
import { setStep } from './line-values';
import {
  batchAt,
  fieldAt,
  methodAt,
  nextAt,
  pathAt,
  prefixAt,
  prefixLengthAt,
  protocolAt,
  queryAt,
  requestAt,
  secondFieldAt,
  stepBytes,
  stepCountAt,
  stepsAt,
} from './plan';
import { columnBytes, Kind, kindsAt } from './staging';

/** After a line that did not fit, few lines are tried: what is found out about those behind it is lost. */
const fewestTried = 4;

/**
 * Reads lines that begin in [from, before) and end with a newline before `filled` into rows from `firstRow` on, up to
 * `lastRow`. Addresses; what is staged is relative to `bytes`. Returns the row behind the last one.
 */
export function readLines(
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
  const batch = load<usize>(plan, batchAt);
  let row = firstRow;
  let at = from;
  while (row < lastRow && at < before) {
    const found = findLines(batch, at, filled, min(lastRow - row, load<i32>(batch, triedAt)));
    const begun = beginLines(plan, bytes, batch, at, before, found, recordStarts + ((<usize>row) << 2));
    const taken = takeLines(plan, bytes, batch, begun, staging, row);
    if (taken > 0) at = load<usize>(batch + ((<usize>taken - 1) << 2), newlinesAt) + 1;
    row += taken;
    store<i32>(
      batch,
      taken < found ? max(taken, fewestTried) : min(mostLines, load<i32>(batch, triedAt) << 1),
      triedAt,
    );
    if (taken == 0 || taken < found) break;
  }
  store<usize>(plan, at, nextAt);
  return row;
}

/** Where lines and their first values begin; returns how many begin before `before` and have the plan's prefix. */
function beginLines(
  plan: usize,
  bytes: usize,
  batch: usize,
  from: usize,
  before: usize,
  found: i32,
  recordStarts: usize,
): i32 {
  const prefix = load<usize>(plan, prefixAt);
  const prefixLength = load<i32>(plan, prefixLengthAt);
  let at = from;
  for (let line = 0; line < found; line++) {
    if (at >= before) return line;
    const place = batch + ((<usize>line) << 2);
    const newline = load<usize>(place, newlinesAt);
    let end = newline;
    if (end > at && load<u8>(end - 1) == 13) end--;
    if (end == at) return line;
    while (end > at && isBlank(load<u8>(end - 1))) end--;
    if (prefixLength > 0 && (at + prefixLength > end || !equalBytes(prefix, at, prefixLength))) return line;
    store<i32>(recordStarts + ((<usize>line) << 2), <i32>(at - bytes));
    store<usize>(place, at + prefixLength, fromsAt);
    store<usize>(place, end, lineEndsAt);
    if (line + 1 < mostLines) store<u32>(place, quoteAfter(batch, line), quoteOfAt + 4);
    at = newline + 1;
  }
  return found;
}

function isBlank(byte: u8): bool {
  return byte == 32 || byte == 9;
}

/** Returns how many lines fit, from the first one on; of others, nothing is set. */
function takeLines(plan: usize, bytes: usize, batch: usize, begun: i32, staging: usize, row: i32): i32 {
  const count = load<i32>(plan, stepCountAt);
  let lines = begun;
  let step = plan + stepsAt;
  for (let number = 0; number < count && lines > 0; number++, step += stepBytes) {
    lines = scanStep(step, batch, lines);
    lines = setStep(plan, step, number, bytes, batch, lines, staging, row);
    passValues(step, batch, lines);
  }
  for (let line = 0; line < lines; line++) {
    const place = batch + ((<usize>line) << 2);
    if (load<usize>(place, fromsAt) != load<usize>(place, lineEndsAt)) lines = line;
  }
  if (lines < begun) forget(plan, staging, row + lines, row + begun);
  return lines;
}

/** What was set of rows [row, lastRow). */
function forget(plan: usize, staging: usize, row: i32, lastRow: i32): void {
  const end = plan + stepsAt + <usize>load<i32>(plan, stepCountAt) * stepBytes;
  for (let step = plan + stepsAt; step < end; step += stepBytes) {
    forgetField(load<i32>(step, fieldAt), staging, row, lastRow);
    forgetField(load<i32>(step, secondFieldAt), staging, row, lastRow);
  }
  forgetField(load<i32>(plan, requestAt), staging, row, lastRow);
  forgetField(load<i32>(plan, methodAt), staging, row, lastRow);
  forgetField(load<i32>(plan, pathAt), staging, row, lastRow);
  forgetField(load<i32>(plan, queryAt), staging, row, lastRow);
  forgetField(load<i32>(plan, protocolAt), staging, row, lastRow);
}

function forgetField(field: i32, staging: usize, row: i32, lastRow: i32): void {
  if (field >= 0) memory.fill(staging + <usize>field * columnBytes + kindsAt + row, <u8>Kind.absent, lastRow - row);
}
