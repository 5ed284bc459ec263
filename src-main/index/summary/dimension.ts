/**
 * What records are grouped by, as one small number for each row: a column's value, a derived one, a part of the
 * clock, or a path with its query. Numbers are given out as values appear (counting), or are those of a given list
 * (looking closer at the most frequent ones).
 */
import type { SummaryDimension } from '../../../src-shared/protocol.ts';
import type { Value } from '../../../src-shared/model/value.ts';
import { derivedField } from '../../../src-shared/model/derived.ts';
import { deriveInstant, isStaticFile } from '../../formats/index.ts';
import type { Words } from '../../kernels/query-kernels.ts';
import type { Dictionary } from '../dictionary.ts';
import type { DictionaryColumn, Segment } from '../segment.ts';
import { keyOfValue } from '../value-counts.ts';
import { eachRow } from '../bitmap.ts';
import type { Batch } from './batch.ts';
import { eachText } from '../row-texts.ts';
import { noHour } from './time-cells.ts';

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

export function resolverOf(dimension: SummaryDimension, keys: KeyNumbers, zone: string): Resolver {
  const { field, where, withQuery = false, withFrame = false } = dimension;
  if (withFrame) return thrownResolver(field, keys, zone);
  const derived = derivedField(field);
  const isClock = deriveInstant(field, zone) !== undefined;
  let byEntry = new Int32Array(0);
  return (batch) => {
    const isOwn = derived === undefined || batch.source.hasField(field);
    const coded = withQuery
      ? undefined
      : isOwn
        ? codedColumn(batch, field, where, keys)
        : isClock
          ? codedClock(batch, field, keys)
          : codedDerived(batch, field, derived.from, keys);
    const saysWhere = where === 'missing' || (field === 'path' && isOwn);
    return {
      coded: where === undefined || (coded?.kind === 'entries' && saysWhere) ? coded : undefined,
      resolve(target) {
        if (coded?.kind === 'codes') spreadCodes(coded, batch, target);
        else if (coded?.kind === 'entries') {
          byEntry = unsetUpTo(byEntry, coded.entries.dictionary.count);
          spreadEntries(coded, byEntry, batch, target);
        } else if (withQuery) resolveTargets(batch, keys, target);
        else if (isOwn) resolveColumn(batch, field, keys, target);
        else if (derived !== undefined) resolveDerived(batch, field, derived.from, keys, target);
        if (where !== undefined) keepWhere(batch, where, coded?.kind !== 'entries' || !saysWhere, withQuery, target);
      },
    };
  };
}

/** Exceptions by class and frame: records have either, both or none of them. */
function thrownResolver(field: string, keys: KeyNumbers, zone: string): Resolver {
  const classes = new KeyNumbers();
  const resolverOfClass = resolverOf({ field }, classes, zone);
  return (batch) => {
    const { segment, source } = batch;
    const dictionary = source.dictionary(field);
    const numberOf = (ofClass: number, frame: string): number => {
      if (ofClass === 0 && frame === '') return 0;
      const key = ofClass === 0 ? '' : classes.keys[ofClass - 1];
      // A key of a text is the text behind a tag.
      const name = typeof key === 'number' ? (dictionary?.text(key) ?? '') : key.slice(1);
      return keys.ofKey(keyOfValue(`${name}\n${frame}`));
    };
    const ofClass = resolverOfClass(batch);
    const pairs = codedPairs(batch, ofClass.coded, numberOf);
    return {
      coded: pairs,
      resolve(target) {
        if (pairs !== undefined) {
          spreadCodes(pairs, batch, target);
          return;
        }
        const { rows, count } = batch;
        ofClass.resolve(target);
        const frames = textsOf(segment, batch, 'exception_frame');
        for (let at = 0; at < count; at++) {
          const row = rows[at];
          if (target[row] !== forgotten) target[row] = numberOf(target[row], frames(row) ?? '');
        }
      },
    };
  };
}

/** A code for each pair of class and frame that rows have; undefined where one of them stands in no dictionary. */
function codedPairs(
  batch: Batch,
  classes: CodedRows | undefined,
  numberOf: (ofClass: number, frame: string) => number,
): Extract<CodedRows, { readonly kind: 'codes' }> | undefined {
  const { segment, source, set } = batch;
  const frames = segment.columns.get('exception_frame');
  if (classes?.kind !== 'entries' || (frames !== undefined && frames.kind !== 'dictionary')) return undefined;
  const { codes: classCodes, ids } = classes.column;
  const frameCodes = frames?.codes ?? new Uint8Array(segment.rows);
  const frameTexts = source.dictionary('exception_frame');
  const codeCount = ids.length + 1;
  const codes = new Uint32Array(segment.rows);
  const codeOf = new Map<number, number>();
  const numbers = [0];
  // Few records have an exception: they are found first.
  const { kernels } = source;
  const some = [classCodes, frameCodes].map((each) => {
    if (each instanceof Float64Array) throw new Error('codes are whole numbers');
    kernels.table.fill(1, 0, segment.rows + 1);
    kernels.table[0] = 0;
    return kernels.mark(each);
  });
  eachRow(
    segment,
    set.map((word, at) => word & (some[0][at] | some[1][at])),
    (row) => {
      const pair = frameCodes[row] * codeCount + classCodes[row];
      let code = codeOf.get(pair);
      if (code === undefined) {
        const frame = frameCodes[row] === 0 ? undefined : frames?.ids[frameCodes[row] - 1];
        const ofClass = classCodes[row] === 0 ? 0 : classes.entries.numberOf(ids[classCodes[row] - 1]);
        code = numbers.push(numberOf(ofClass, frame === undefined ? '' : (frameTexts?.text(frame) ?? ''))) - 1;
        codeOf.set(pair, code);
      }
      codes[row] = code;
    },
  );
  return { kind: 'codes', codes, codeCount: numbers.length, numberOf: (code) => numbers[code] };
}

function codedColumn(
  { segment, source }: Batch,
  field: string,
  where: SummaryDimension['where'],
  keys: KeyNumbers,
): CodedRows | undefined {
  const column = segment.columns.get(field);
  const dictionary = source.dictionary(field);
  if (column?.kind === 'dictionary' && dictionary !== undefined) {
    const numberOf = (id: number): number => keys.ofId(id);
    const all = { dictionary, absent: 0, isPlain: true, accepts: () => true, numberOf };
    if (field !== 'path' || (where !== 'file' && where !== 'static'))
      return { kind: 'entries', field, column, entries: all };
    // As keepWhere, for all that the path says; what the status says is told by the rows.
    const files = source.staticEntries('path');
    const wantsStatic = where === 'static';
    const accepts = (id: number): boolean => files.isStatic(id, dictionary) === wantsStatic;
    return {
      kind: 'entries',
      field,
      column,
      entries: {
        ...all,
        absent: wantsStatic ? uncounted : 0,
        accepts,
        numberOf: (id) => (accepts(id) ? numberOf(id) : uncounted),
      },
    };
  }
  if (column?.kind === 'number' && (column.values instanceof Uint8Array || column.values instanceof Uint16Array)) {
    const { values, base, max } = column;
    const numberOf = (code: number): number => (code === 0 ? 0 : keys.ofNumber(code - 1 + base));
    return { kind: 'codes', codes: values, codeCount: Math.max(0, max - base + 1) + 1, numberOf };
  }
  return undefined;
}

function codedClock(batch: Batch, field: string, keys: KeyNumbers): CodedRows {
  const { of, count, hours, weekdays } = batch.cells();
  const [parts, none] = field === 'time.weekday' ? [weekdays, 0] : [hours, noHour];
  return {
    kind: 'codes',
    codes: of,
    codeCount: count,
    numberOf: (cell) => (parts[cell] === none ? 0 : keys.ofNumber(parts[cell])),
  };
}

function codedDerived({ segment, source }: Batch, name: string, from: string, keys: KeyNumbers): CodedRows | undefined {
  const column = segment.columns.get(from);
  const dictionary = source.dictionary(from);
  if (column?.kind !== 'dictionary' || dictionary === undefined) return undefined;
  const entries = source.derivedEntries(name, dictionary);
  const numbers = keys.ofCodes;
  const numberOf = (id: number): number => {
    const derived = entries.codeOf(id, dictionary);
    return derived < 0 ? 0 : (numbers[derived] ??= keys.ofKey(keyOfValue(entries.names[derived])));
  };
  return {
    kind: 'entries',
    field: from,
    column,
    entries: { dictionary, absent: 0, isPlain: false, accepts: () => true, numberOf },
  };
}

function resolveColumn(batch: Batch, field: string, keys: KeyNumbers, target: Int32Array): void {
  const { segment, source, rows, count } = batch;
  const column = segment.columns.get(field);
  switch (column?.kind) {
    case undefined:
      target.fill(0, 0, segment.rows);
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
      return;
    case 'dictionary':
      throw new Error('a column of codes is read by its codes');
  }
}

const keyNumber = (keys: KeyNumbers, value: Value): number =>
  typeof value === 'number' ? keys.ofNumber(value) : keys.ofKey(keyOfValue(value));

/** One look at each code that matching rows have, then one at each row. */
function spreadCodes(
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
function spreadEntries(
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
export const unset = -3;

function unsetUpTo(known: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  if (size <= known.length) return known;
  const larger = new Int32Array(size).fill(unset);
  larger.set(known);
  return larger;
}

function resolveDerived(batch: Batch, name: string, from: string, keys: KeyNumbers, target: Int32Array): void {
  const { segment, source, rows, count } = batch;
  const column = segment.columns.get(from);
  if (column?.kind !== 'span') {
    target.fill(0, 0, segment.rows);
    return;
  }
  const derive = source.derived(name);
  eachText(segment, column, source, rows, count, (row, value) => {
    const found = typeof value === 'string' ? derive(value) : undefined;
    target[row] = found === undefined ? 0 : keys.ofKey(keyOfValue(found));
  });
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
function keepWhere(
  batch: Batch,
  where: 'file' | 'static' | 'missing',
  looksAtPaths: boolean,
  withQuery: boolean,
  target: Int32Array,
): void {
  const { rows, count } = batch;
  const { of, table } = batch.kinds();
  const missing = where === 'missing' ? 1 : 0;
  for (let at = 0; at < count; at++) {
    if (table.isMissing[of[rows[at]]] !== missing) target[rows[at]] = uncounted;
  }
  if (where === 'missing' || !looksAtPaths) return;
  const isStatic = staticRows(batch, withQuery);
  const wanted = where === 'static' ? 1 : 0;
  for (let at = 0; at < count; at++) {
    if (isStatic[rows[at]] !== wanted) target[rows[at]] = uncounted;
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
