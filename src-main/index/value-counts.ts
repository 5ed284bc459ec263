/** Counts of a field's values. Runs in scan workers; the engine adds up tasks. */
import { isUtf8 } from 'node:buffer';
import type { Value } from '../../src-shared/model/value.ts';
import { listRows } from './bitmap.ts';
import { viewOfBytes } from './bytes-hash.ts';
import { tagOf, textOf, valueOf } from './dictionary.ts';
import type { FilterSource } from './filter-source.ts';
import { NumberCounts, type NumberCountsPart } from './number-counts.ts';
import { countBits } from './row-set.ts';
import {
  maxSegmentRecords,
  type DictionaryColumn,
  type NumberColumn,
  type Segment,
  type SpanColumn,
} from './segment.ts';
import { eachSpan } from './row-texts.ts';
import { type CountedTexts, TextCounts } from './text-counts.ts';

/** Counts of a field's values; exact. */
export class ValueCounts {
  readonly field: string;
  /** By global dictionary id. */
  #byId = new Uint32Array(0);
  readonly #numbers = new NumberCounts();
  /** Texts that no dictionary holds. */
  #texts: TextCounts | undefined;
  /** By tag and text, for other values that none holds. */
  readonly #byText = new Map<string, number>();
  readonly #rows = new Uint32Array(maxSegmentRecords);
  #absent = 0;
  #records = 0;

  constructor(field: string) {
    this.field = field;
  }

  add(segment: Segment, bits: Uint32Array | undefined, source: FilterSource): void {
    const column = segment.columns.get(this.field);
    const records = bits === undefined ? segment.rows : countBits(bits);
    this.#records += records;
    switch (column?.kind) {
      case undefined:
        this.#absent += records;
        return;
      case 'dictionary':
        this.#addEntries(column, bits, source);
        return;
      case 'number':
        this.#addNumbers(column, segment, bits, source);
        return;
      case 'span':
        this.#addTexts(column, segment, bits, source);
    }
  }

  #addEntries({ codes, ids }: DictionaryColumn, bits: Uint32Array | undefined, source: FilterSource): void {
    if (codes instanceof Float64Array) throw new Error('codes are whole numbers');
    const counts = source.kernels.count(codes, ids.length + 1, bits);
    this.#absent += counts[0];
    this.#roomFor(source.dictionary(this.field)?.count ?? 0);
    const byId = this.#byId;
    for (let at = 0; at < ids.length; at++) byId[ids[at]] += counts[at + 1];
  }

  #addNumbers(column: NumberColumn, segment: Segment, bits: Uint32Array | undefined, { kernels }: FilterSource): void {
    const { values, base, max } = column;
    if (column.nulls === segment.rows) {
      this.#absent += bits === undefined ? segment.rows : countBits(bits);
      return;
    }
    if (values instanceof Uint8Array || values instanceof Uint16Array) {
      const different = max - base + 1;
      const counts = kernels.count(values, different + 1, bits);
      this.#absent += counts[0];
      for (let at = 1; at <= different; at++) if (counts[at] !== 0) this.#numbers.add(at - 1 + base, counts[at]);
      return;
    }
    const rows = this.#rows;
    const count = listRows(segment.rows, bits, rows);
    if (values instanceof Float64Array) this.#absent += addDoubles(values, rows, count, this.#numbers);
    else this.#absent += addWhole(values, rows, count, column, this.#numbers);
  }

  #addTexts(column: SpanColumn, segment: Segment, bits: Uint32Array | undefined, source: FilterSource): void {
    const rows = this.#rows;
    const count = listRows(segment.rows, bits, rows);
    const texts = (this.#texts ??= new TextCounts(Math.floor(Math.random() * 2 ** 32)));
    const { decode } = source.reader(segment);
    const isUtf8Source = source.isUtf8(segment);
    const addText = (text: string): void => {
      const bytes = Buffer.from(text);
      texts.add(viewOfBytes(bytes), 0, bytes.length);
    };
    let [read, view]: [Buffer | undefined, DataView] = [undefined, new DataView(new ArrayBuffer(0))];
    eachSpan(
      segment,
      column,
      source,
      rows,
      count,
      (_row, bytes, from, to) => {
        if (bytes !== read) [read, view] = [bytes, viewOfBytes(bytes)];
        // What is no text in the source's encoding counts as what people see.
        if (isAscii(bytes, from, to) || (isUtf8Source && isUtf8(bytes.subarray(from, to)))) texts.add(view, from, to);
        else addText(decode(bytes, from, to));
      },
      (_row, value) => {
        if (value === undefined) this.#absent++;
        else if (typeof value === 'string') addText(value);
        else this.#addValue(value);
      },
    );
  }

  #addValue(value: Exclude<Value, string>): void {
    if (typeof value === 'number') {
      this.#numbers.add(value, 1);
      return;
    }
    const key = keyOfValue(value);
    this.#byText.set(key, (this.#byText.get(key) ?? 0) + 1);
  }

  #roomFor(ids: number): void {
    if (ids <= this.#byId.length) return;
    const larger = new Uint32Array(Math.max(ids, this.#byId.length * 2));
    larger.set(this.#byId);
    this.#byId = larger;
  }

  /** All counts as plain arrays; dictionary ids stay ids, so that texts are looked up once at the end. */
  partial(): ValueCountsPart {
    const byId = new Uint32Array(new SharedArrayBuffer(this.#byId.byteLength));
    byId.set(this.#byId);
    return {
      byId,
      numbers: this.#numbers.partial(),
      texts: this.#texts?.taken(),
      others: [...this.#byText],
      absent: this.#absent,
      records: this.#records,
    };
  }
}

/** Both answer how many rows have no number. */
function addWhole(
  values: Uint32Array,
  rows: Uint32Array,
  count: number,
  { base, max }: NumberColumn,
  numbers: NumberCounts,
): number {
  const { counts, first } = numbers.tableFor(base, max);
  const shift = base - 1 - first;
  let absent = 0;
  for (let at = 0; at < count; at++) {
    const stored = values[rows[at]];
    const place = stored + shift;
    if (stored === 0) absent++;
    else if (place >= 0 && place < counts.length) counts[place]++;
    else numbers.add(stored - 1 + base, 1);
  }
  return absent;
}

function addDoubles(values: Float64Array, rows: Uint32Array, count: number, numbers: NumberCounts): number {
  let absent = 0;
  for (let at = 0; at < count; at++) {
    const value = values[rows[at]];
    if (value !== value) absent++;
    else numbers.add(value, 1);
  }
  return absent;
}

function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] >= 128) return false;
  return true;
}

export interface ValueCountsPart {
  /** Shared memory. */
  readonly byId: Uint32Array;
  readonly numbers: NumberCountsPart;
  readonly texts: CountedTexts | undefined;
  /** Other values that no dictionary holds, by keyOfValue. */
  readonly others: readonly (readonly [string, number])[];
  readonly absent: number;
  readonly records: number;
}

/** Key under which a text value is counted, back to the value. */
export const valueOfKey = (key: string): Value => valueOf(key.charCodeAt(0), key.slice(1));

export const keyOfValue = (value: Value): string => String.fromCharCode(tagOf(value)) + textOf(value);
