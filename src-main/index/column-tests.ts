/** Tests on the columns of a segment: the rows whose value fits, as a bitmap. Text is never read from the file here. */
import type { Value } from '../../src-shared/model/value.ts';
import type { ValueTest } from '../../src-shared/query/index.ts';
import type { FilterSource } from './filter-source.ts';
import { wordsFor } from './row-set.ts';
import { numberAt, type DictionaryColumn, type NumberColumn, type Segment } from './segment.ts';

/** The decision of a value test for each entry of a field's dictionary, made once and extended as it grows. */
export class EntryDecisions {
  readonly #field: string;
  readonly #source: FilterSource;
  readonly #matches: (value: Value | undefined) => boolean;
  #known = 0;
  #decisions = new Uint8Array(1024);

  constructor(field: string, source: FilterSource, matches: (value: Value | undefined) => boolean) {
    this.#field = field;
    this.#source = source;
    this.#matches = matches;
  }

  /** One byte for each global id. */
  upTo(highest: number): Uint8Array {
    const dictionary = this.#source.dictionary(this.#field);
    if (dictionary === undefined || highest < this.#known) return this.#decisions;
    if (dictionary.count > this.#decisions.length) {
      const larger = new Uint8Array(Math.max(dictionary.count, this.#decisions.length * 2));
      larger.set(this.#decisions);
      this.#decisions = larger;
    }
    for (let id = this.#known; id < dictionary.count; id++)
      this.#decisions[id] = this.#matches(dictionary.value(id)) ? 1 : 0;
    this.#known = dictionary.count;
    return this.#decisions;
  }
}

export function codes(segment: Segment, column: DictionaryColumn, entries: EntryDecisions): Uint32Array {
  const { ids } = column;
  const local = new Uint8Array(ids.length + 1);
  let highest = -1;
  for (let at = 0; at < ids.length; at++) if (ids[at] > highest) highest = ids[at];
  const decisions = entries.upTo(highest);
  let any = 0;
  for (let at = 0; at < ids.length; at++) any |= local[at + 1] = decisions[ids[at]];
  const found = new Uint32Array(wordsFor(segment.rows));
  if (any === 0) return found;
  const values = column.codes;
  for (let row = 0; row < segment.rows; row++) found[row >>> 5] |= local[values[row]] << (row & 31);
  return found;
}

export function numbers(
  segment: Segment,
  column: NumberColumn,
  test: ValueTest,
  matches: (value: Value | undefined) => boolean,
): Uint32Array {
  const { rows } = segment;
  const { values } = column;
  const found = new Uint32Array(wordsFor(rows));
  const intervals = test.number;
  if (test.exists === true || test.exact !== undefined || intervals === undefined || intervals.length !== 1) {
    for (let row = 0; row < rows; row++) {
      const value = numberAt(column, row);
      if (value === value && matches(value)) found[row >>> 5] |= 1 << (row & 31);
    }
    return found;
  }
  const { min, max, minOpen = false, maxOpen = false } = intervals[0];
  if (column.min > max || column.max < min) return found;
  if (values instanceof Float64Array) {
    for (let row = 0; row < rows; row++) {
      const value = values[row];
      const inside = (minOpen ? value > min : value >= min) && (maxOpen ? value < max : value <= max);
      if (inside) found[row >>> 5] |= 1 << (row & 31);
    }
    return found;
  }
  // In the stored form: whole numbers from 1; bounds become whole numbers too, and one unsigned comparison decides.
  const low = Math.max(1, (minOpen ? Math.floor(min) + 1 : Math.ceil(min)) - column.base + 1);
  const high = Math.min(column.max, maxOpen ? Math.ceil(max) - 1 : Math.floor(max)) - column.base + 1;
  if (low > high) return found;
  for (let row = 0; row < rows; row++) {
    const value = values[row];
    found[row >>> 5] |= (value >= low && value <= high ? 1 : 0) << (row & 31);
  }
  return found;
}

export function booleans(
  segment: Segment,
  column: NumberColumn,
  matches: (value: Value | undefined) => boolean,
): Uint32Array {
  const found = new Uint32Array(wordsFor(segment.rows));
  for (let row = 0; row < segment.rows; row++) {
    const value = numberAt(column, row);
    if (value === value && matches(value !== 0)) found[row >>> 5] |= 1 << (row & 31);
  }
  return found;
}
