/** Sorts the records of a view by one field, in one worker. */
import { EngineError } from '../../src-shared/errors.ts';
import { isRecordField } from '../../src-shared/model/field.ts';
import type { Value } from '../../src-shared/model/value.ts';
import { textOf } from '../index/dictionary.ts';
import { recordBytes } from '../index/record-reader.ts';
import { isParsed, numberAt, recordEnd, recordLine, recordStart, type Segment } from '../index/segment.ts';
import { compareText, dictionaryRanks, sortedPositions } from '../index/sort.ts';
import { eachRow } from '../index/bitmap.ts';
import type { Tasks } from './tasks.ts';
import type { TaskContext, WorkerSourceState } from './source-state.ts';

/** Sorting by texts that stand only in the file keeps them all in memory. */
const mostTexts = 5_000_000;

export function sortRows(
  source: WorkerSourceState,
  request: Tasks['sort']['request'],
  context: TaskContext,
): Uint32Array {
  const { field, descending } = request;
  const parts = request.rows.map(({ segment, bits }) => ({ segment: source.segments[segment], bits }));
  let total = 0;
  for (const { segment, bits } of parts) eachRow(segment, bits, () => total++);
  const rows = new Uint32Array(total);
  let at = 0;
  for (const { segment, bits } of parts) eachRow(segment, bits, (row) => (rows[at++] = segment.firstRow + row));
  const kinds = new Set(parts.map(({ segment }) => segment.columns.get(field)?.kind));
  kinds.delete(undefined);
  const byNumbers = isRecordField(field)
    ? field !== '_raw' && field !== '_file'
    : !kinds.has('span') && kinds.size <= 1;
  const positions = byNumbers
    ? sortedPositions(numberKeys(source, parts, field, total, context), descending)
    : textPositions(source, parts, field, descending, total, context);
  const sorted = new Uint32Array(new SharedArrayBuffer(total * 4));
  for (let position = 0; position < total; position++) sorted[position] = rows[positions[position]];
  return sorted;
}

type Parts = readonly { readonly segment: Segment; readonly bits: Uint32Array | undefined }[];

function numberKeys(
  source: WorkerSourceState,
  parts: Parts,
  field: string,
  total: number,
  context: TaskContext,
): Float64Array {
  const keys = new Float64Array(total);
  const dictionary = source.dictionary(field);
  let ranks: Uint32Array | undefined;
  let at = 0;
  for (const { segment, bits } of parts) {
    context.beat();
    const special = recordField(field);
    const column = segment.columns.get(field);
    if (special !== undefined) eachRow(segment, bits, (row) => (keys[at++] = special(segment, row)));
    else if (column?.kind === 'number') eachRow(segment, bits, (row) => (keys[at++] = numberAt(column, row)));
    else if (column?.kind === 'dictionary' && dictionary !== undefined) {
      const ranked = (ranks ??= dictionaryRanks(dictionary));
      const local = new Float64Array(column.ids.length + 1).fill(Number.NaN);
      for (let id = 0; id < column.ids.length; id++) local[id + 1] = ranked[column.ids[id]];
      const { codes } = column;
      eachRow(segment, bits, (row) => (keys[at++] = local[codes[row]]));
    } else eachRow(segment, bits, () => (keys[at++] = Number.NaN));
  }
  return keys;
}

function recordField(field: string): ((segment: Segment, row: number) => number) | undefined {
  switch (field) {
    case '_line':
      return recordLine;
    case '_offset':
      return recordStart;
    case '_parsed':
      return (segment, row) => (isParsed(segment, row) ? 1 : 0);
    default:
      return undefined;
  }
}

/** For columns that are spans, or numbers in one segment and texts in another: compares the values themselves. */
function textPositions(
  source: WorkerSourceState,
  parts: Parts,
  field: string,
  descending: boolean,
  total: number,
  context: TaskContext,
): Uint32Array {
  if (total > mostTexts) {
    throw new EngineError(
      'too-large',
      `Sorting by ${field} is limited to ${mostTexts.toLocaleString('en')} records; this view has ${total.toLocaleString('en')}. Filter it further, then sort.`,
    );
  }
  const values: (Value | undefined)[] = [];
  for (const { segment, bits } of parts)
    readValues(source, segment, bits, field, context, (value) => values.push(value));
  const positions = Array.from({ length: total }, (_, at) => at);
  const sign = descending ? -1 : 1;
  positions.sort((a, b) => {
    const left = values[a];
    const right = values[b];
    if (left === undefined || right === undefined) return left === right ? a - b : left === undefined ? 1 : -1;
    return sign * compareValues(left, right) || a - b;
  });
  return Uint32Array.from(positions);
}

const isNumeric = (value: Value): boolean =>
  typeof value === 'number' || (typeof value === 'object' && 'exact' in value);

function compareValues(a: Value, b: Value): number {
  const classOf = (value: Value): number => (isNumeric(value) ? 0 : typeof value === 'boolean' ? 1 : 2);
  const order = classOf(a) - classOf(b);
  if (order !== 0) return order;
  if (isNumeric(a)) return Number(textOf(a)) - Number(textOf(b)) || compareText(textOf(a), textOf(b));
  return compareText(textOf(a), textOf(b));
}

/** The values of one field for the rows of a segment, in order. */
export function readValues(
  source: WorkerSourceState,
  segment: Segment,
  bits: Uint32Array | undefined,
  field: string,
  context: TaskContext,
  use: (value: Value | undefined) => void,
): void {
  const column = segment.columns.get(field);
  const dictionary = source.dictionary(field);
  const type = source.typeOf(field);
  let group: Buffer = Buffer.alloc(0);
  let base = -1;
  eachRow(segment, bits, (row) => {
    if ((row & 1023) === 0) context.beat();
    if (field === '_file') return use(source.fileName(segment));
    if (field !== '_raw') {
      if (column === undefined) return use(undefined);
      if (column.kind === 'number') {
        const value = numberAt(column, row);
        return use(value !== value ? undefined : type === 'boolean' ? value !== 0 : value);
      }
      if (column.kind === 'dictionary') {
        const code = column.codes[row];
        return use(code === 0 ? undefined : dictionary?.value(column.ids[code - 1]));
      }
      if (column.lengths[row] === column.absent) return use(undefined);
    }
    const from = recordStart(segment, row);
    const to = recordEnd(segment, row);
    if (base < 0 || from < base || to > base + group.length) {
      base = from;
      group = source.read(segment, from, Math.min(segment.end, Math.max(to, from + (1 << 20))));
    }
    const start = from - base;
    if (column?.kind === 'span' && column.lengths[row] !== column.parseAgain) {
      return use(
        source
          .reader(segment)
          .decode(group, start + column.starts[row], start + column.starts[row] + column.lengths[row]),
      );
    }
    const record = recordBytes(group, start, Math.min(to - base, group.length));
    return use(
      field === '_raw'
        ? source.reader(segment).decode(group, record.start, record.end)
        : source.reader(segment).fields(segment, row, record).get(field),
    );
  });
}
