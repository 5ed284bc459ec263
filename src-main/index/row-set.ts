/**
 * Row sets: which records a filter matches, as a bitmap for each segment with running counts.
 *
 * "Row N of the view" is `select`, "where is record R" is `rank`; neither ever makes an array of rows. Grows at
 * the end only, as segments are filtered in order. Used on the engine's thread; bitmaps are made by workers.
 */

export function popcount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

export function countBits(words: Uint32Array): number {
  let count = 0;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word !== 0) count += popcount(word);
  }
  return count;
}

export const wordsFor = (rows: number): number => (rows + 31) >>> 5;

/** All rows of a segment; bits beyond `rows` stay zero, as in every bitmap here. */
export function fullBitmap(rows: number): Uint32Array {
  const words = new Uint32Array(wordsFor(rows)).fill(0xffffffff);
  if ((rows & 31) !== 0) words[words.length - 1] = (1 << (rows & 31)) - 1;
  return words;
}

/** Position of the n-th set bit (from 0) at or after word `fromWord`; -1 when there are fewer. */
export function selectBit(words: Uint32Array, n: number): number {
  let left = n;
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (word === 0) continue;
    const count = popcount(word);
    if (left >= count) {
      left -= count;
      continue;
    }
    let rest = word;
    for (let skip = 0; skip < left; skip++) rest &= rest - 1;
    return (at << 5) + (31 - Math.clz32(rest & -rest));
  }
  return -1;
}

/** Set bits before position `bit`. */
export function rankBit(words: Uint32Array, bit: number): number {
  const word = bit >>> 5;
  let count = 0;
  for (let at = 0; at < word && at < words.length; at++) count += popcount(words[at]);
  const rest = bit & 31;
  if (rest !== 0 && word < words.length) count += popcount(words[word] & ((1 << rest) - 1));
  return count;
}

/** One segment's share of a row set: all of its rows, or a bitmap. */
interface Part {
  readonly firstRow: number;
  readonly rows: number;
  /** Undefined: all rows match. */
  readonly bits: Uint32Array | undefined;
  readonly count: number;
  /** Matching rows in the parts before. */
  readonly before: number;
}

export interface SegmentRows {
  readonly segment: number;
  readonly bits: Uint32Array | undefined;
  readonly count: number;
}

export class RowSet {
  readonly #parts: Part[] = [];
  #count = 0;
  #rows = 0;

  /** Matching rows. */
  get count(): number {
    return this.#count;
  }

  /** Rows looked at. */
  get rows(): number {
    return this.#rows;
  }

  get segments(): number {
    return this.#parts.length;
  }

  /** Adds the next segment; `bits` undefined means that every row matches. */
  append(rows: number, bits: Uint32Array | undefined, count = bits === undefined ? rows : countBits(bits)): void {
    const full = bits === undefined || count === rows;
    this.#parts.push({
      firstRow: this.#rows,
      rows,
      bits: full ? undefined : bits,
      count,
      before: this.#count,
    });
    this.#rows += rows;
    this.#count += count;
  }

  /** Takes back the last segment, which is about to be replaced. */
  dropLast(): void {
    const part = this.#parts.pop();
    if (part === undefined) return;
    this.#rows = part.firstRow;
    this.#count = part.before;
  }

  /** Record number of the n-th match; -1 beyond the end. */
  select(n: number): number {
    if (!(n >= 0 && n < this.#count)) return -1;
    const part = this.#parts[this.#partOf(n, (candidate) => candidate.before)];
    const within = n - part.before;
    return part.firstRow + (part.bits === undefined ? within : selectBit(part.bits, within));
  }

  /**
   * Puts the rows of segments [from, to) into segments of other sizes. `order`: which of the old ones, counted from
   * `from`, they come from, one after the other.
   */
  regroup(from: number, to: number, order: readonly number[], sizes: readonly number[]): void {
    const zone = this.#parts.splice(from);
    const first = zone[0];
    if (first === undefined) return;
    const old = order.map((at) => zone[at]);
    const behind = zone.slice(to - from);
    this.#rows = first.firstRow;
    this.#count = first.before;
    let part = 0;
    let row = 0;
    for (const size of sizes) {
      while (row >= (old[part]?.rows ?? size)) {
        row = 0;
        part++;
      }
      if (row === 0 && old[part]?.rows === size) {
        const { bits, count } = old[part++];
        this.append(size, bits, count);
        continue;
      }
      const bits = new Uint32Array(wordsFor(size));
      for (let target = 0; target < size; target++, row++) {
        while (row >= (old[part]?.rows ?? size)) {
          row = 0;
          part++;
        }
        const known = old[part]?.bits;
        if (known === undefined || (known[row >>> 5] & (1 << (row & 31))) !== 0)
          bits[target >>> 5] |= 1 << (target & 31);
      }
      this.append(size, bits);
    }
    for (const { rows, bits, count } of behind) this.append(rows, bits, count);
  }

  /** Record numbers of matches [from, to). */
  slice(from: number, to: number): number[] {
    const end = Math.min(to, this.#count);
    const found: number[] = [];
    let n = Math.max(0, from);
    if (n >= end) return found;
    for (let at = this.#partOf(n, (candidate) => candidate.before); n < end && at < this.#parts.length; at++) {
      const part = this.#parts[at];
      const stop = Math.min(end, part.before + part.count);
      if (part.bits === undefined) {
        for (; n < stop; n++) found.push(part.firstRow + n - part.before);
        continue;
      }
      if (n >= stop) continue;
      let bit = selectBit(part.bits, n - part.before);
      while (n < stop) {
        while ((part.bits[bit >>> 5] & (1 << (bit & 31))) === 0) bit++;
        found.push(part.firstRow + bit);
        bit++;
        n++;
      }
    }
    return found;
  }

  /** Matches before record `row`: the place in the view of `row`, or of the first match after it. */
  rank(row: number): number {
    if (row <= 0 || this.#parts.length === 0) return 0;
    if (row >= this.#rows) return this.#count;
    const part = this.#parts[this.#partOf(row, (candidate) => candidate.firstRow)];
    const within = row - part.firstRow;
    return part.before + (part.bits === undefined ? within : rankBit(part.bits, within));
  }

  has(row: number): boolean {
    if (row < 0 || row >= this.#rows) return false;
    const part = this.#parts[this.#partOf(row, (candidate) => candidate.firstRow)];
    const within = row - part.firstRow;
    return part.bits === undefined || (part.bits[within >>> 5] & (1 << (within & 31))) !== 0;
  }

  /** What matches in segment `at`: its bitmap (undefined: all) and count. */
  part(
    at: number,
  ): { readonly bits: Uint32Array | undefined; readonly count: number; readonly rows: number } | undefined {
    return this.#parts[at];
  }

  /** Last part whose key is at most `wanted` and which is not empty in that key's sense. */
  #partOf(wanted: number, key: (part: Part) => number): number {
    let low = 0;
    let high = this.#parts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (key(this.#parts[middle]) <= wanted) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
