/**
 * What records are grouped by, as one small number for each row: a column's value, a derived one, a part of the
 * clock, or a path with its query. Numbers are given out as values appear (counting), or are those of a given list
 * (looking closer at the most frequent ones).
 */
import type { SummaryDimension } from '../../../src-shared/protocol.ts';
import type { Value } from '../../../src-shared/model/value.ts';
import { derivedField } from '../../../src-shared/model/derived.ts';
import { deriveInstant, isStaticFile } from '../../formats/index.ts';
import type { DictionaryColumn, Segment } from '../segment.ts';
import { keyOfValue } from '../summarize.ts';
import { type Batch, Flag } from './batch.ts';
import { eachText } from './row-texts.ts';

/** Not counted here; rows without a value have number 0. */
export const uncounted = -1;

/** Values that stand in no dictionary are remembered up to this; what comes later is told as `unlisted`. */
const mostKeys = 400_000;

/** Numbers for values. A value is known by its id in the field's dictionary, or by its type and text. */
export class KeyNumbers {
  /** By number less one; a number is an id, a text a key of keyOfValue. */
  readonly keys: (number | string)[] = [];
  /** Records whose value was not remembered. */
  unlisted = 0;
  /** Numbers of derived values by their code in the source, which stays the same for all segments. */
  readonly ofCodes: (number | undefined)[] = [];
  readonly #isFixed: boolean;
  #byId = new Int32Array(1 << 10);
  readonly #byKey = new Map<string, number>();
  readonly #byNumber = new Map<number, number>();

  /** With `fixed` only these have numbers; `texts` are the same as keys, for where they stand in no dictionary. */
  constructor(fixed?: readonly (number | string)[], texts: readonly string[] = []) {
    this.#isFixed = fixed !== undefined;
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
      if (this.#isFixed) return uncounted;
      this.#roomFor(id);
    }
    const known = this.#byId[id];
    if (known !== 0) return known;
    return this.#isFixed ? uncounted : (this.#byId[id] = this.keys.push(id));
  }

  ofNumber(value: number): number {
    let known = this.#byNumber.get(value);
    if (known === undefined) {
      known = this.ofKey(keyOfValue(value));
      if (known !== uncounted || this.#isFixed) this.#byNumber.set(value, known);
    }
    return known;
  }

  ofKey(key: string): number {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.#isFixed) return uncounted;
    if (this.#byKey.size >= mostKeys) {
      this.unlisted++;
      return uncounted;
    }
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

/** Fills `target` with the number of each row's value. */
export type Resolve = (batch: Batch, target: Int32Array) => void;

export function resolverOf(dimension: SummaryDimension, keys: KeyNumbers, zone: string): Resolve {
  const { field, where } = dimension;
  const derived = derivedField(field);
  const instant = deriveInstant(field, zone);
  const base: Resolve = (batch, target) => {
    if (derived === undefined || batch.source.hasField(field)) {
      if (dimension.withQuery === true) resolveTargets(batch, keys, target);
      else resolveColumn(batch, field, keys, target);
    } else if (instant !== undefined) resolveClock(batch, field, keys, target);
    else resolveDerived(batch, field, derived.from, keys, target);
  };
  if (where === undefined) return base;
  return (batch, target) => {
    base(batch, target);
    keepWhere(batch, where, dimension.withQuery === true, target);
  };
}

function resolveColumn(batch: Batch, field: string, keys: KeyNumbers, target: Int32Array): void {
  const { segment, source, rows, count } = batch;
  const column = segment.columns.get(field);
  if (column === undefined) {
    target.fill(0, 0, segment.rows);
    return;
  }
  switch (column.kind) {
    case 'dictionary':
      spread(column, batch, target, (id) => keys.ofId(id));
      return;
    case 'number': {
      const { values } = column;
      const isDouble = values instanceof Float64Array;
      let [last, index] = [Number.NaN, 0];
      for (let at = 0; at < count; at++) {
        const row = rows[at];
        const stored = values[row];
        if (stored !== last) {
          last = stored;
          index = (isDouble ? stored !== stored : stored === 0)
            ? 0
            : keys.ofNumber(isDouble ? stored : stored - 1 + column.base);
        }
        target[row] = stored !== stored ? 0 : index;
      }
      return;
    }
    case 'span':
      eachText(segment, column, source, rows, count, (row, value) => {
        target[row] = value === undefined ? 0 : keyNumber(keys, value);
      });
  }
}

const keyNumber = (keys: KeyNumbers, value: Value): number =>
  typeof value === 'number' ? keys.ofNumber(value) : keys.ofKey(keyOfValue(value));

/** One look at each entry that matching rows have, then one at each row. */
function spread(
  { ids, codes }: DictionaryColumn,
  { rows, count }: Batch,
  target: Int32Array,
  numberOf: (id: number) => number,
): void {
  const local = new Int32Array(ids.length + 1).fill(unset);
  local[0] = 0;
  for (let at = 0; at < count; at++) {
    const row = rows[at];
    const code = codes[row];
    let number = local[code];
    if (number === unset) number = local[code] = numberOf(ids[code - 1]);
    target[row] = number;
  }
}

const unset = -2;

function resolveDerived(batch: Batch, name: string, from: string, keys: KeyNumbers, target: Int32Array): void {
  const { segment, source, rows, count } = batch;
  const column = segment.columns.get(from);
  if (column === undefined || column.kind === 'number') {
    target.fill(0, 0, segment.rows);
    return;
  }
  if (column.kind === 'dictionary') {
    const dictionary = source.dictionary(from);
    if (dictionary === undefined) return;
    const entries = source.derivedEntries(name, dictionary);
    const numbers = keys.ofCodes;
    spread(column, batch, target, (id) => {
      const code = entries.codeOf(id, dictionary);
      return code < 0 ? 0 : (numbers[code] ??= keys.ofKey(keyOfValue(entries.names[code])));
    });
    return;
  }
  const derive = source.derived(name);
  eachText(segment, column, source, rows, count, (row, value) => {
    const found = typeof value === 'string' ? derive(value) : undefined;
    target[row] = found === undefined ? 0 : keys.ofKey(keyOfValue(found));
  });
}

function resolveClock(batch: Batch, field: string, keys: KeyNumbers, target: Int32Array): void {
  const { hours, weekdays } = batch.clock();
  const parts = field === 'time.hour' ? hours : weekdays;
  const numbers = Int32Array.from({ length: 24 }, (_, part) =>
    part < 8 || field === 'time.hour' ? keys.ofNumber(part) : 0,
  );
  for (let row = 0; row < batch.segment.rows; row++) target[row] = hours[row] === 255 ? 0 : numbers[parts[row]];
}

/** Paths as they were asked for, with `?` and what follows it. */
function resolveTargets(batch: Batch, keys: KeyNumbers, target: Int32Array): void {
  const { segment, source, rows, count } = batch;
  const paths = textsOf(segment, batch, 'path');
  const queries = segment.columns.get('query');
  if (queries === undefined || queries.kind === 'number') {
    for (let at = 0; at < count; at++) target[rows[at]] = targetNumber(keys, paths(rows[at]), undefined);
    return;
  }
  if (queries.kind === 'dictionary') {
    const texts = textsOf(segment, batch, 'query');
    for (let at = 0; at < count; at++) target[rows[at]] = targetNumber(keys, paths(rows[at]), texts(rows[at]));
    return;
  }
  eachText(segment, queries, source, rows, count, (row, query) => {
    target[row] = targetNumber(keys, paths(row), typeof query === 'string' ? query : undefined);
  });
}

function targetNumber(keys: KeyNumbers, path: string | undefined, query: string | undefined): number {
  if (path === undefined) return 0;
  return keys.ofKey(keyOfValue(query === undefined ? path : `${path}?${query}`));
}

/** A column's texts by row, each entry of a dictionary read once. */
function textsOf(segment: Segment, { source, rows, count }: Batch, field: string): (row: number) => string | undefined {
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

/** Leaves only files handed out as they are, those that are made, or those that were not found. */
function keepWhere(batch: Batch, where: 'file' | 'static' | 'missing', withQuery: boolean, target: Int32Array): void {
  const { rows, count } = batch;
  const flags = batch.flags();
  if (where === 'missing') {
    for (let at = 0; at < count; at++) if ((flags[rows[at]] & Flag.missing) === 0) target[rows[at]] = uncounted;
    return;
  }
  const isStatic = staticRows(batch, withQuery);
  const wanted = where === 'static' ? 1 : 0;
  for (let at = 0; at < count; at++) {
    const row = rows[at];
    if ((flags[row] & Flag.missing) !== 0 || isStatic[row] !== wanted) target[row] = uncounted;
  }
}

/** As GoAccess: by how the path ends, or all that was asked for where the query counts too. */
function staticRows(batch: Batch, withQuery: boolean): Uint8Array {
  const { segment, source, rows, count } = batch;
  const found = new Uint8Array(segment.rows);
  const column = segment.columns.get('path');
  const dictionary = source.dictionary('path');
  if (column?.kind === 'dictionary' && dictionary !== undefined) {
    const entries = source.staticEntries('path');
    const { codes, ids } = column;
    for (let at = 0; at < count; at++) {
      const code = codes[rows[at]];
      if (code !== 0 && entries.isStatic(ids[code - 1], dictionary)) found[rows[at]] = 1;
    }
  } else {
    const texts = textsOf(segment, batch, 'path');
    for (let at = 0; at < count; at++) found[rows[at]] = isStaticFile(texts(rows[at]) ?? '') ? 1 : 0;
  }
  if (!withQuery) return found;
  const queries = textsOf(segment, batch, 'query');
  for (let at = 0; at < count; at++) {
    const query = queries(rows[at]);
    if (query !== undefined) found[rows[at]] = isStaticFile(query) ? 1 : 0;
  }
  return found;
}
