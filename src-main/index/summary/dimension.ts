/**
 * What records are grouped by, as one small number for each row: a column's value, a derived one, a part of the
 * clock, a path with its query, or an exception.
 */
import type { SummaryDimension } from '../../../src-shared/protocol.ts';
import type { Value } from '../../../src-shared/model/value.ts';
import { derivedField } from '../../../src-shared/model/derived.ts';
import { deriveInstant, isStaticFile } from '../../formats/index.ts';
import { eachText } from '../row-texts.ts';
import { keyOfValue } from '../value-counts.ts';
import type { Batch } from './batch.ts';
import {
  type CodedRows,
  KeyNumbers,
  type Resolver,
  spreadCodes,
  spreadEntries,
  textsOf,
  uncounted,
  unsetUpTo,
} from './coded-rows.ts';
import { thrownResolver } from './exception-pairs.ts';
import { noHour } from './time-cells.ts';

export function resolverOf(dimension: SummaryDimension, keys: KeyNumbers, zone: string): Resolver {
  const { field, where, withQuery = false, withFrame = false } = dimension;
  if (withFrame) {
    const classes = new KeyNumbers();
    return thrownResolver(field, keys, classes, resolverOf({ field }, classes, zone));
  }
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

function codedDerived(batch: Batch, name: string, from: string, keys: KeyNumbers): CodedRows | undefined {
  const { segment, source } = batch;
  const column = segment.columns.get(from);
  if (column === undefined) {
    return { kind: 'codes', codes: new Uint8Array(segment.rows), codeCount: 1, numberOf: () => 0 };
  }
  if (column.kind === 'span') {
    const { names } = source.derivedRows(name);
    const codes = source.derivedRows(name).codesOf(batch, column, source.derived(name));
    if (codes === undefined) return undefined;
    return {
      kind: 'codes',
      codes,
      codeCount: names.length + 1,
      numberOf: (code) => (code === 0 ? 0 : (keys.ofRowCodes[code] ??= keys.ofKey(keyOfValue(names[code - 1])))),
    };
  }
  const dictionary = source.dictionary(from);
  if (column.kind !== 'dictionary' || dictionary === undefined) return undefined;
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
