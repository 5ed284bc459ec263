/**
 * Sorting by whole keys of 32 bits, in steps that several threads share: each counts its rows by cells of neighbouring
 * keys, then puts them into buckets of some cells each, then some of the buckets are sorted. Stable: rows of equal keys
 * stay in the order of the file. All arrays are shared memory.
 *
 * Cells are narrow near both ends and wide in the middle, like floating-point numbers: sizes and durations lie close to
 * their least and have a few that are a thousand times greater, and in descending order it is the other way round.
 */

/** How keys from 0 to `most` are cut. */
export interface KeyCells {
  readonly most: number;
  readonly cells: number;
  /** Every key is a cell and a bucket of its own. */
  readonly isDirect: boolean;
}

/** So few keys are their own buckets. */
const mostDirect = 1 << 12;
/** A cell is a 2,048th of its distance from the nearer end, or more narrow. */
const cellBits = 10;
const firstCells = 1 << cellBits;
/** More streams than twice this are slow to write to at once: pages of memory that a processor knows where to find. */
const leastBuckets = 1 << 10;
/** The lower bits go by digits of so many bits: their counts fit the fastest cache. */
const digitBits = 11;
/** Buckets up to this are sorted by insertion. */
const fewRows = 24;

export function cellsFor(most: number): KeyCells {
  if (most < mostDirect) return { most, cells: most + 1, isDirect: true };
  const half = Math.floor(most / 2);
  return { most, cells: cellUp(half) + cellUp(most - half - 1) + 2, isDirect: false };
}

/** The cell of a distance from the least key. */
function cellUp(distance: number): number {
  const shift = 31 - cellBits - Math.clz32(distance | firstCells);
  return (shift << cellBits) + (distance >>> shift);
}

export function countCells(keys: Uint32Array, { most, cells, isDirect }: KeyCells): Uint32Array {
  const counts = new Uint32Array(cells);
  if (isDirect) for (let at = 0; at < keys.length; at++) counts[keys[at]]++;
  else {
    const half = Math.floor(most / 2);
    const last = cells - 1;
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at];
      counts[key <= half ? cellUp(key) : last - cellUp(most - key)]++;
    }
  }
  return counts;
}

/** Where rows go. */
export interface KeyBuckets {
  /** The bucket of each cell; undefined where each is its own. */
  readonly bucketOf: Uint16Array | undefined;
  /** Where the first row of each bucket goes, for several threads whose rows follow one another. */
  readonly places: readonly Uint32Array[];
  /** Where buckets begin: one number more than there are buckets. */
  readonly starts: Uint32Array;
}

/** Buckets of about as many rows each, as far as cells allow that. */
export function bucketsOf(counts: readonly Uint32Array[], { cells, isDirect }: KeyCells): KeyBuckets {
  const all = new Uint32Array(cells);
  let total = 0;
  for (const each of counts) {
    for (let cell = 0; cell < cells; cell++) {
      all[cell] += each[cell];
      total += each[cell];
    }
  }
  const bucketOf = isDirect ? undefined : new Uint16Array(cells);
  const fit = Math.ceil(total / leastBuckets);
  let buckets = isDirect ? cells : 1;
  if (bucketOf !== undefined) {
    let rows = 0;
    for (let cell = 0; cell < cells; cell++) {
      if (rows > 0 && rows + all[cell] > fit) {
        buckets++;
        rows = 0;
      }
      rows += all[cell];
      bucketOf[cell] = buckets - 1;
    }
  }
  return { bucketOf, ...placesOfBuckets(counts, bucketOf, buckets) };
}

function placesOfBuckets(
  counts: readonly Uint32Array[],
  bucketOf: Uint16Array | undefined,
  buckets: number,
): Pick<KeyBuckets, 'places' | 'starts'> {
  const places = counts.map((each) => {
    if (bucketOf === undefined) return each.slice();
    const sums = new Uint32Array(buckets);
    for (let cell = 0; cell < each.length; cell++) sums[bucketOf[cell]] += each[cell];
    return sums;
  });
  const starts = new Uint32Array(buckets + 1);
  let place = 0;
  for (let bucket = 0; bucket < buckets; bucket++) {
    starts[bucket] = place;
    for (const each of places) {
      const rows = each[bucket];
      each[bucket] = place;
      place += rows;
    }
  }
  starts[buckets] = place;
  return { places, starts };
}

/** Records of the rows whose keys these are: listed, or one after the other from a first one on. */
export type KeyedRecords = Uint32Array | number;

/** Puts keys and records, one beside the other, where `places` says, which it moves on. */
export function scatter(
  keys: Uint32Array,
  records: KeyedRecords,
  { most, cells }: KeyCells,
  bucketOf: Uint16Array,
  places: Uint32Array,
  pairs: Uint32Array,
): void {
  const half = Math.floor(most / 2);
  const last = cells - 1;
  const listed = typeof records === 'number' ? undefined : records;
  const first = typeof records === 'number' ? records : 0;
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at];
    const to = places[bucketOf[key <= half ? cellUp(key) : last - cellUp(most - key)]]++ * 2;
    pairs[to] = key;
    pairs[to + 1] = listed === undefined ? first + at : listed[at];
  }
}

/** The same for keys that are their own buckets: records alone. */
export function scatterRecords(
  keys: Uint32Array,
  records: KeyedRecords,
  places: Uint32Array,
  sorted: Uint32Array,
): void {
  if (typeof records === 'number') for (let at = 0; at < keys.length; at++) sorted[places[keys[at]]++] = records + at;
  else for (let at = 0; at < keys.length; at++) sorted[places[keys[at]]++] = records[at];
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
