/**
 * Sorting by whole keys of 32 bits, in steps that several threads share: each counts its rows by the upper bits of their
 * keys, then puts them into buckets, then some of the buckets are sorted by the lower bits. Stable: rows of equal keys
 * stay in the order of the file. All arrays are shared memory.
 */

/** How keys are cut: the upper bits, after the shift, are a bucket's number. */
export interface KeyBuckets {
  readonly shift: number;
  readonly buckets: number;
}

/** More streams than this are slow to write to at once: pages of memory that a processor knows where to find. */
const bucketBits = 11;
/** So few keys more are cheaper in one step than in two. */
const mostDirectBits = 12;
/** The lower bits go by digits of so many bits: their counts fit the fastest cache. */
const digitBits = 11;
/** Buckets up to this are sorted by insertion. */
const fewRows = 24;

/** For keys from 0 to `most`. */
export function bucketsFor(most: number): KeyBuckets {
  const bits = Math.max(1, Math.ceil(Math.log2(most + 1)));
  const shift = bits <= mostDirectBits ? 0 : bits - bucketBits;
  return { shift, buckets: Math.floor(most / 2 ** shift) + 1 };
}

export function countBuckets(keys: Uint32Array, { shift, buckets }: KeyBuckets): Uint32Array {
  const counts = new Uint32Array(buckets);
  for (let at = 0; at < keys.length; at++) counts[keys[at] >>> shift]++;
  return counts;
}

/**
 * Where the first row of each bucket goes, for several threads whose rows follow one another, and where buckets begin:
 * one number more than there are buckets.
 */
export function placesOfBuckets(counts: readonly Uint32Array[]): {
  readonly places: readonly Uint32Array[];
  readonly starts: Uint32Array;
} {
  const buckets = counts[0]?.length ?? 0;
  const places = counts.map(() => new Uint32Array(buckets));
  const starts = new Uint32Array(buckets + 1);
  let place = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    starts[bucket] = place;
    for (let thread = 0; thread < counts.length; thread++) {
      places[thread][bucket] = place;
      place += counts[thread][bucket];
    }
  }
  starts[buckets] = place;
  return { places, starts };
}

/** Puts keys and rows, one beside the other, where `places` says, which it moves on. */
export function scatter(
  keys: Uint32Array,
  rows: Uint32Array,
  count: number,
  shift: number,
  places: Uint32Array,
  pairs: Uint32Array,
): void {
  for (let at = 0; at < count; at++) {
    const key = keys[at];
    const to = places[key >>> shift]++ * 2;
    pairs[to] = key;
    pairs[to + 1] = rows[at];
  }
}

/** The same for keys that are their own buckets: rows alone. */
export function scatterRows(
  keys: Uint32Array,
  rows: Uint32Array,
  count: number,
  places: Uint32Array,
  sorted: Uint32Array,
): void {
  for (let at = 0; at < count; at++) sorted[places[keys[at]]++] = rows[at];
}

/** Sorts buckets one after the other; keeps its working memory from one to the next. */
export class BucketSorter {
  #keys = new Uint32Array(0);
  #rows = new Uint32Array(0);
  #otherKeys = new Uint32Array(0);
  #otherRows = new Uint32Array(0);
  readonly #counts = new Uint32Array(1 << digitBits);

  /** Pairs [from, to) have their rows put in order at the same places of `sorted`. */
  sort(pairs: Uint32Array, from: number, to: number, sorted: Uint32Array): void {
    const count = to - from;
    this.#makeRoom(count);
    const [keys, rows] = [this.#keys, this.#rows];
    const first = pairs[from * 2];
    let difference = 0;
    for (let at = 0; at < count; at++) {
      const pair = (from + at) * 2;
      keys[at] = pairs[pair];
      rows[at] = pairs[pair + 1];
      difference |= pairs[pair] ^ first;
    }
    if (difference === 0) sorted.set(rows.subarray(0, count), from);
    else if (count <= fewRows) {
      insert(keys, rows, count);
      for (let at = 0; at < count; at++) sorted[from + at] = rows[at];
    } else sorted.set(this.#sortDigits(count, difference).subarray(0, count), from);
  }

  /** `difference` has the bits in which keys differ. */
  #sortDigits(count: number, difference: number): Uint32Array {
    const bits = 32 - Math.clz32(difference);
    const digits = Math.ceil(bits / digitBits);
    const width = Math.ceil(bits / digits);
    const mask = (1 << width) - 1;
    const counts = this.#counts;
    let [keys, rows, otherKeys, otherRows] = [this.#keys, this.#rows, this.#otherKeys, this.#otherRows];
    for (let shift = 0; shift < bits; shift += width) {
      if (((difference >>> shift) & mask) === 0) continue;
      counts.fill(0, 0, mask + 1);
      for (let at = 0; at < count; at++) counts[(keys[at] >>> shift) & mask]++;
      let sum = 0;
      for (let digit = 0; digit <= mask; digit++) {
        const here = counts[digit];
        counts[digit] = sum;
        sum += here;
      }
      for (let at = 0; at < count; at++) {
        const key = keys[at];
        const to = counts[(key >>> shift) & mask]++;
        otherKeys[to] = key;
        otherRows[to] = rows[at];
      }
      [keys, rows, otherKeys, otherRows] = [otherKeys, otherRows, keys, rows];
    }
    return rows;
  }

  #makeRoom(count: number): void {
    if (count <= this.#keys.length) return;
    const size = Math.max(count, this.#keys.length * 2);
    this.#keys = new Uint32Array(size);
    this.#rows = new Uint32Array(size);
    this.#otherKeys = new Uint32Array(size);
    this.#otherRows = new Uint32Array(size);
  }
}

function insert(keys: Uint32Array, rows: Uint32Array, count: number): void {
  for (let at = 1; at < count; at++) {
    const key = keys[at];
    const row = rows[at];
    let free = at;
    for (; free > 0 && keys[free - 1] > key; free--) {
      keys[free] = keys[free - 1];
      rows[free] = rows[free - 1];
    }
    keys[free] = key;
    rows[free] = row;
  }
}
