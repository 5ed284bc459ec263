/** Bitmaps of one segment's rows: what the parts of a filter are put together with. Bits beyond the rows mean nothing. */
import { wordsFor } from './row-set.ts';
import type { Segment } from './segment.ts';

export function intersect(bits: Uint32Array, with_: Uint32Array): Uint32Array {
  const result = new Uint32Array(bits.length);
  for (let at = 0; at < bits.length; at++) result[at] = bits[at] & with_[at];
  return result;
}

export function invert(bits: Uint32Array): Uint32Array {
  const result = new Uint32Array(bits.length);
  for (let at = 0; at < bits.length; at++) result[at] = ~bits[at];
  return result;
}

export function eachCandidate(
  segment: Segment,
  candidates: Uint32Array,
  matches: (row: number) => boolean,
): Uint32Array {
  const found = new Uint32Array(wordsFor(segment.rows));
  for (
    let row = nextSet(candidates, 0, segment.rows);
    row < segment.rows;
    row = nextSet(candidates, row + 1, segment.rows)
  ) {
    if (matches(row)) found[row >>> 5] |= 1 << (row & 31);
  }
  return found;
}

export function nextSet(bits: Uint32Array, from: number, rows: number): number {
  if (from >= rows) return rows;
  let at = from >>> 5;
  let word = bits[at] & (0xffffffff << (from & 31));
  while (word === 0) {
    if (++at >= bits.length) return rows;
    word = bits[at];
  }
  return Math.min(rows, (at << 5) + (31 - Math.clz32(word & -word)));
}

/** Calls `use` for each set row. */
export function eachRow(segment: Segment, bits: Uint32Array | undefined, use: (row: number) => void): void {
  if (bits === undefined) {
    for (let row = 0; row < segment.rows; row++) use(row);
    return;
  }
  for (let at = 0; at < bits.length; at++) {
    for (let word = bits[at]; word !== 0; word &= word - 1) use((at << 5) + (31 - Math.clz32(word & -word)));
  }
}

/** Puts the set rows into `target`, which has room for all; how many there are. */
export function listRows(rows: number, bits: Uint32Array | undefined, target: Uint32Array): number {
  let count = 0;
  if (bits === undefined) while (count < rows) target[count] = count++;
  else {
    for (let at = 0; at < bits.length; at++) {
      for (let word = bits[at]; word !== 0; word &= word - 1)
        target[count++] = (at << 5) + (31 - Math.clz32(word & -word));
    }
  }
  return count;
}
