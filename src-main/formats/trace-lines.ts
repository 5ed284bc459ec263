/** Lines of a record that may hold a stack trace, in bytes: where they begin and end, and what they begin with. */
import { findByte } from './byte-search.ts';

const newline = 10;
const carriageReturn = 13;
const space = 32;
const tab = 9;

/** Where the line that follows `end of line` begins, or -1. */
export function nextLine(bytes: Uint8Array, lineStop: number, end: number): number {
  let at = lineStop;
  if (at < end && bytes[at] === carriageReturn) at++;
  return at < end && bytes[at] === newline ? at + 1 : -1;
}

/** Where the line at `at` ends, its line end left out. */
export function lineEnd(bytes: Uint8Array, at: number, end: number): number {
  const found = findByte(bytes, newline, at, end);
  if (found < 0) return end;
  return found > at && bytes[found - 1] === carriageReturn ? found - 1 : found;
}

/** The line before the one at `at`, -1 when that is the record's first. */
export function previousLine(bytes: Uint8Array, at: number, firstEnd: number): number {
  let place = at - 1;
  while (place > firstEnd && bytes[place - 1] !== newline) place--;
  return place > firstEnd ? place : -1;
}

export function skipSpace(bytes: Uint8Array, at: number, end: number): number {
  let place = at;
  while (place < end && (bytes[place] === space || bytes[place] === tab)) place++;
  return place;
}

export function has(mark: Uint8Array, bytes: Uint8Array, at: number, end: number): boolean {
  const { length } = mark;
  if (at + length > end) return false;
  for (let place = 0; place < length; place++) {
    if (bytes[at + place] !== mark[place]) return false;
  }
  return true;
}
