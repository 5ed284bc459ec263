/** Tests on the columns of a segment: the rows whose value fits, as a bitmap. Text is never read from the file here. */
import type { Interval, ValueTest } from '../../src-shared/query/index.ts';
import type { Value } from '../../src-shared/model/value.ts';
import type { QueryKernels, Words } from '../kernels/query-kernels.ts';
import { eachCandidate, listRows } from './bitmap.ts';
import type { Dictionary } from './dictionary.ts';
import { compileEntryTest, entriesAtOnce, type EntryTest } from './entry-test.ts';
import type { FilterSource } from './filter-source.ts';
import { fullBitmap, wordsFor } from './row-set.ts';
import { maxSegmentRecords, numberAt, type DictionaryColumn, type NumberColumn, type Segment } from './segment.ts';

/** A test on the values of a field. */
export interface ColumnTest {
  readonly field: string;
  /** What `matches` means; undefined where only that tells. */
  readonly test: ValueTest | undefined;
  readonly matches: (value: Value | undefined) => boolean;
}

const noRows = (segment: Segment): Uint32Array => new Uint32Array(wordsFor(segment.rows));

/** The decision of a test for each entry of a field's dictionary, made when it is first needed. */
export class EntryDecisions {
  readonly field: string;
  readonly #source: FilterSource;
  readonly #test: EntryTest;
  readonly #existsOnly: boolean;
  /** 0 is not looked at yet, 1 is no, 2 is yes. May be shared: all threads come to the same decisions. */
  #known: Uint8Array = new Uint8Array(1024);
  /** Entries that wait to be decided together. */
  readonly #waiting = new Uint32Array(entriesAtOnce);
  #rows: Uint32Array | undefined;

  constructor({ field, test, matches }: ColumnTest, source: FilterSource) {
    this.field = field;
    this.#source = source;
    this.#test = compileEntryTest(test, matches);
    this.#existsOnly = test?.exists === true;
  }

  /** Decisions are made for, and taken from, this memory as well; it is not given up for a smaller one. */
  share(known: Uint8Array): void {
    if (known.length >= this.#known.length) this.#known = known;
  }

  rows(segment: Segment, column: DictionaryColumn, candidates: Uint32Array): Uint32Array {
    const { kernels } = this.#source;
    const { ids, codes, nulls } = column;
    const dictionary = this.#source.dictionary(this.field);
    if (ids.length === 0 || dictionary === undefined || codes instanceof Float64Array) return noRows(segment);
    if (this.#existsOnly) return nulls === 0 ? fullBitmap(segment.rows) : kernels.between(codes, 1, ids.length);
    this.#makeRoom(dictionary.count);
    // With few candidates most entries of the segment are not needed.
    if (kernels.countRows(candidates) < ids.length) return this.#fewRows(segment, codes, ids, candidates, dictionary);
    this.#decide(ids, ids.length, dictionary);
    const known = this.#known;
    const { table } = kernels;
    table[0] = 0;
    let [least, most, count] = [0, 0, 0];
    for (let code = 1; code <= ids.length; code++) {
      const fits = known[ids[code - 1]] === 2;
      table[code] = fits ? 1 : 0;
      if (!fits) continue;
      count++;
      most = code;
      if (count === 1) least = code;
    }
    if (count === 0) return noRows(segment);
    if (count === ids.length && nulls === 0) return fullBitmap(segment.rows);
    return count === most - least + 1 ? kernels.between(codes, least, most) : kernels.mark(codes);
  }

  #fewRows(
    segment: Segment,
    codes: Words,
    ids: Uint32Array,
    candidates: Uint32Array,
    dictionary: Dictionary,
  ): Uint32Array {
    const found = noRows(segment);
    const rows = (this.#rows ??= new Uint32Array(2 * maxSegmentRecords));
    const listed = listRows(segment.rows, candidates, rows);
    const entries = rows.subarray(maxSegmentRecords);
    let count = 0;
    for (let at = 0; at < listed; at++) {
      const row = rows[at];
      const code = codes[row];
      if (code === 0) continue;
      rows[count] = row;
      entries[count++] = ids[code - 1];
    }
    this.#decide(entries, count, dictionary);
    const known = this.#known;
    for (let at = 0; at < count; at++) {
      if (known[entries[at]] === 2) found[rows[at] >>> 5] |= 1 << (rows[at] & 31);
    }
    return found;
  }

  #decide(ids: Uint32Array, count: number, dictionary: Dictionary): void {
    const [known, waiting] = [this.#known, this.#waiting];
    let size = 0;
    for (let at = 0; at < count; at++) {
      if (known[ids[at]] !== 0) continue;
      waiting[size++] = ids[at];
      if (size < entriesAtOnce) continue;
      this.#test(dictionary, waiting, size, known);
      size = 0;
    }
    if (size > 0) this.#test(dictionary, waiting, size, known);
  }

  #makeRoom(entries: number): void {
    if (entries <= this.#known.length) return;
    const larger = new Uint8Array(Math.max(entries, this.#known.length * 2));
    larger.set(this.#known);
    this.#known = larger;
  }
}

export function numbers(
  segment: Segment,
  column: NumberColumn,
  { test, matches }: ColumnTest,
  candidates: Uint32Array,
  kernels: QueryKernels,
): Uint32Array {
  if (test === undefined) {
    return eachCandidate(segment, candidates, (row) => {
      const value = numberAt(column, row);
      return value === value && matches(value);
    });
  }
  const intervals = test.exists === true ? [{ min: column.min, max: column.max }] : (test.number ?? []);
  let found: Uint32Array | undefined;
  for (const each of intervals) {
    const here = interval(segment, column, each, kernels);
    if (here === undefined) continue;
    if (found === undefined) found = here;
    else for (let at = 0; at < found.length; at++) found[at] |= here[at];
  }
  return found ?? noRows(segment);
}

/** Undefined where no row's number is in the interval. */
function interval(
  segment: Segment,
  column: NumberColumn,
  within: Interval,
  kernels: QueryKernels,
): Uint32Array | undefined {
  const { min, max, minOpen = false, maxOpen = false } = within;
  if (column.nulls === segment.rows || column.min > max || column.max < min) return undefined;
  const holdsMin = minOpen ? column.min > min : column.min >= min;
  const holdsMax = maxOpen ? column.max < max : column.max <= max;
  if (holdsMin && holdsMax && column.nulls === 0) return fullBitmap(segment.rows);
  const { values } = column;
  if (values instanceof Float64Array) return kernels.betweenDoubles(values, within);
  // In the stored form: whole numbers from 1; bounds become whole numbers too.
  const low = Math.max(1, (minOpen ? Math.floor(min) + 1 : Math.ceil(min)) - column.base + 1);
  const high = Math.min(column.max, maxOpen ? Math.ceil(max) - 1 : Math.floor(max)) - column.base + 1;
  return low > high ? undefined : kernels.between(values, low, high);
}

export function booleans(
  segment: Segment,
  column: NumberColumn,
  matches: (value: Value | undefined) => boolean,
): Uint32Array {
  const found = noRows(segment);
  for (let row = 0; row < segment.rows; row++) {
    const value = numberAt(column, row);
    if (value === value && matches(value !== 0)) found[row >>> 5] |= 1 << (row & 31);
  }
  return found;
}
