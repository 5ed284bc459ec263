/**
 * Rows of a segment as small codes, and what these stand for: numbers that are given out as values appear (counting),
 * or those of a given list (looking closer at the most frequent ones).
 */
import type { Words } from '../../kernels/query-kernels.ts';
import type { Dictionary } from '../dictionary.ts';
import { eachText } from '../row-texts.ts';
import type { DictionaryColumn, Segment } from '../segment.ts';
import { keyOfValue } from '../value-counts.ts';
import type { Batch } from './batch.ts';

/** Not counted here; rows without a value have number 0. */
export const uncounted = -1;
/** A value that came when too many were remembered. */
export const forgotten = -2;

/** Values that stand in no dictionary are remembered up to this. */
const mostKeys = 400_000;

/** Numbers for values. A value is known by its id in the field's dictionary, or by its type and text. */
export class KeyNumbers {
  /** By number less one; a number is an id, a text a key of keyOfValue. */
  readonly keys: (number | string)[] = [];
  /** Numbers of derived values by their code in the source, which stays the same for all segments. */
  readonly ofCodes: (number | undefined)[] = [];
  /** The same for values of rows that stand in no dictionary. */
  readonly ofRowCodes: (number | undefined)[] = [];
  /** Other values have no number. */
  readonly isFixed: boolean;
  #byId = new Int32Array(1 << 10);
  readonly #byKey = new Map<string, number>();
  readonly #byNumber = new Map<number, number>();

  /** With `fixed` only these have numbers; `texts` are the same as keys, for where they stand in no dictionary. */
  constructor(fixed?: readonly (number | string)[], texts: readonly string[] = []) {
    this.isFixed = fixed !== undefined;
    for (const [at, key] of (fixed ?? []).entries()) {
      const number = this.keys.push(key);
      if (typeof key === 'number') {
        this.#roomFor(key);
        this.#byId[key] = number;
        if (at < texts.length) this.#byKey.set(texts[at], number);
      } else this.#byKey.set(key, number);
    }
  }

  ofId(id: number): number {
    if (id >= this.#byId.length) {
      if (this.isFixed) return uncounted;
      this.#roomFor(id);
    }
    const known = this.#byId[id];
    if (known !== 0) return known;
    return this.isFixed ? uncounted : (this.#byId[id] = this.keys.push(id));
  }

  ofNumber(value: number): number {
    let known = this.#byNumber.get(value);
    if (known === undefined) {
      known = this.ofKey(keyOfValue(value));
      if (known !== forgotten) this.#byNumber.set(value, known);
    }
    return known;
  }

  ofKey(key: string): number {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.isFixed) return uncounted;
    if (this.#byKey.size >= mostKeys) return forgotten;
    const added = this.keys.push(key);
    this.#byKey.set(key, added);
    return added;
  }

  #roomFor(id: number): void {
    if (id < this.#byId.length) return;
    const larger = new Int32Array(Math.max(id + 1, this.#byId.length * 2));
    larger.set(this.#byId);
    this.#byId = larger;
  }
}

/** Rows as small codes of one column, each looked at once; columns are summed up once for all panels of a task. */
export type CodedRows =
  | {
      readonly kind: 'codes';
      readonly codes: Words;
      /** Codes are below it. */
      readonly codeCount: number;
      numberOf(code: number): number;
    }
  | {
      /** Codes of entries of a dictionary: the same for all segments of the task. */
      readonly kind: 'entries';
      readonly field: string;
      readonly column: DictionaryColumn;
      readonly entries: EntryNumbers;
    };

/** What entries of a dictionary count as. */
export interface EntryNumbers {
  readonly dictionary: Dictionary;
  /** Rows without an entry: 0 or `uncounted`. */
  readonly absent: number;
  /** Values are the entries themselves. */
  readonly isPlain: boolean;
  accepts(id: number): boolean;
  numberOf(id: number): number;
}

export type Resolver = (batch: Batch) => {
  /** What can be summed up by its codes; undefined where the rows must be looked at one by one. */
  readonly coded: CodedRows | undefined;
  /** Fills `target` with the number of each matching row's value. */
  resolve(target: Int32Array): void;
};

/** One look at each code that matching rows have, then one at each row. */
export function spreadCodes(
  { codes, codeCount, numberOf }: Extract<CodedRows, { readonly kind: 'codes' }>,
  { rows, count }: Batch,
  target: Int32Array,
): void {
  const numbers = new Int32Array(codeCount).fill(unset);
  for (let at = 0; at < count; at++) {
    const row = rows[at];
    const code = codes[row];
    let number = numbers[code];
    if (number === unset) number = numbers[code] = numberOf(code);
    target[row] = number;
  }
}

/** As spreadCodes; `byEntry` keeps what is known of the dictionary's entries from segment to segment. */
export function spreadEntries(
  { column, entries }: Extract<CodedRows, { readonly kind: 'entries' }>,
  byEntry: Int32Array,
  { rows, count }: Batch,
  target: Int32Array,
): void {
  const { ids, codes } = column;
  // With few rows most entries of the segment are not needed.
  if (count < ids.length) {
    for (let at = 0; at < count; at++) {
      const row = rows[at];
      const code = codes[row];
      if (code === 0) {
        target[row] = entries.absent;
        continue;
      }
      const id = ids[code - 1];
      let number = byEntry[id];
      if (number === unset) number = byEntry[id] = entries.numberOf(id);
      target[row] = number;
    }
    return;
  }
  const ofCode = new Int32Array(ids.length + 1);
  ofCode[0] = entries.absent;
  for (let at = 0; at < ids.length; at++) {
    const id = ids[at];
    let number = byEntry[id];
    if (number === unset) number = byEntry[id] = entries.numberOf(id);
    ofCode[at + 1] = number;
  }
  for (let at = 0; at < count; at++) {
    const row = rows[at];
    target[row] = ofCode[codes[row]];
  }
}

/** Of a code or entry that was not looked at yet. */
const unset = -3;

export function unsetUpTo(known: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  if (size <= known.length) return known;
  const larger = new Int32Array(size).fill(unset);
  larger.set(known);
  return larger;
}

/** A column's texts by row, each entry of a dictionary read once. */
export function textsOf(
  segment: Segment,
  { source, rows, count }: Batch,
  field: string,
): (row: number) => string | undefined {
  const column = segment.columns.get(field);
  if (column === undefined || column.kind === 'number') return () => undefined;
  if (column.kind === 'span') {
    const texts = new Map<number, string>();
    eachText(segment, column, source, rows, count, (row, value) => {
      if (typeof value === 'string') texts.set(row, value);
    });
    return (row) => texts.get(row);
  }
  const dictionary = source.dictionary(field);
  const texts = Array.from(column.ids, (id) => dictionary?.text(id));
  return (row) => (column.codes[row] === 0 ? undefined : texts[column.codes[row] - 1]);
}
