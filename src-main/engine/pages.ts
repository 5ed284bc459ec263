/** Pages and single records of a view, read from the file and parsed when they are asked for. */
import { EngineError } from '../../src-shared/errors.ts';
import type { Value } from '../../src-shared/model/value.ts';
import { inFieldOrder } from '../../src-shared/model/field.ts';
import type { Page, PageRequest, RecordDetail, Row } from '../../src-shared/protocol.ts';
import { planRuns, rawText, recordBytes, type RecordBytes } from '../index/record-reader.ts';
import { isParsed, lowerBound, recordEnd, recordLine, recordStart, type Segment } from '../index/segment.ts';
import { goneText, isGone, storedValues } from '../index/stored-values.ts';
import type { IndexRun } from './index-run.ts';
import type { View } from './view.ts';

const mostRows = 1000;
const defaultTextLimit = 2000;
/** What a page shows of a record: longer ones are cut, and shown whole (up to the limit below) in the details. */
const longestInPage = 256 << 10;
const longestDetail = 1 << 20;

export async function readPage(view: View, request: PageRequest, signal: AbortSignal): Promise<Page> {
  const from = Math.max(0, Math.floor(request.from));
  const to = Math.min(from + mostRows, Math.floor(request.to));
  const { order, run } = view;
  const limit = request.textLimit ?? defaultTextLimit;
  const records = view.records(from, to);
  const rows = new Map<number, Row>();
  // Records that may still grow are numbered anew while bytes are read: who they are is said before.
  const ids = new Map(records.map((record) => [record, run.idOf(record)]));
  for (const { segment, chosen } of bySegment(run, records)) {
    for (const planned of planRuns(segment, chosen)) {
      if (signal.aborted) throw new EngineError('cancelled', 'Cancelled.');
      // A run of several records is short; one that is long is a single over-long record.
      const bytes = await view.source.read(
        segment,
        planned.from,
        Math.min(
          planned.to,
          planned.from + Math.max(longestInPage, planned.rows.length > 1 ? planned.to - planned.from : 0),
        ),
      );
      for (const row of planned.rows)
        rows.set(segment.firstRow + row, {
          record: ids.get(segment.firstRow + row) ?? -1,
          ...readRow(run, segment, row, bytes, planned.from, request.fields, limit),
        });
    }
  }
  const marked = markRows(view, from);
  return {
    view: view.id,
    from,
    rows: records.flatMap((record) => rows.get(record) ?? []).map(marked),
    total: view.rowCount,
    order,
  };
}

/** The segments that hold records, and which of their rows. */
function bySegment(
  run: IndexRun,
  records: readonly number[],
): readonly { readonly segment: Segment; readonly chosen: readonly number[] }[] {
  const ascending = [...new Set(records)].sort((a, b) => a - b);
  const found: { readonly segment: Segment; readonly chosen: readonly number[] }[] = [];
  for (let at = 0; at < ascending.length;) {
    const segment = segmentOf(run, ascending[at]);
    const chosen: number[] = [];
    for (; at < ascending.length && ascending[at] < segment.firstRow + segment.rows; at++)
      chosen.push(ascending[at] - segment.firstRow);
    found.push({ segment, chosen });
  }
  return found;
}

/** Puts markers to rows of several files: the window cannot tell where they belong, since its rows are of them all. */
function markRows(view: View, from: number): (row: Row, at: number) => Row {
  if (view.run.files === undefined) return (row) => row;
  const { markers } = view.source;
  const places = markers.map((marker) => ({ marker, row: view.rowBehind(marker) }));
  const last = view.rowCount - 1;
  return (row, at) => {
    const isAbove = ({ marker, row: behind }: (typeof places)[number]): boolean =>
      behind === undefined ? marker.record === row.record : behind === from + at;
    const above = places.filter(isAbove);
    const below = from + at === last ? places.filter(({ row: behind }) => behind !== undefined && behind > last) : [];
    return {
      ...row,
      ...(above.length === 0 ? {} : { markers: above.map(({ marker }) => marker) }),
      ...(below.length === 0 ? {} : { markersBelow: below.map(({ marker }) => marker) }),
    };
  };
}

function readRow(
  run: IndexRun,
  segment: Segment,
  row: number,
  bytes: Buffer,
  base: number,
  fields: readonly string[],
  limit: number,
): Omit<Row, 'record'> {
  const start = recordStart(segment, row) - base;
  const stop = Math.min(recordEnd(segment, row) - base, bytes.length);
  const record = recordBytes(bytes, start, stop);
  const { reader, name: fileName } = run.pieceOf(segment);
  const isMissing = isGone(segment, row, base, bytes.length);
  const values = fields.length === 0 ? undefined : fieldsOf(run, segment, row, isMissing ? undefined : record);
  const shown = Math.min(record.end, start + limit * 4);
  const raw = isMissing
    ? goneText
    : rawText(reader.decode, { ...record, firstEnd: Math.min(record.firstEnd, shown), end: shown });
  const line = recordLine(segment, row);
  const offset = recordStart(segment, row);
  const parsed = isParsed(segment, row);
  const short = shorten(raw, limit);
  return {
    line,
    offset,
    parsed,
    cells: fields.map((name): Value | null => {
      switch (name) {
        case '_line':
          return line;
        case '_offset':
          return offset;
        case '_parsed':
          return parsed;
        case '_file':
          return fileName;
        case '_raw':
          return short;
        default:
          return shortenValue(values?.get(name), limit);
      }
    }),
    raw: short,
  };
}

/** By name; without its bytes, what the columns hold. */
function fieldsOf(
  run: IndexRun,
  segment: Segment,
  row: number,
  record: RecordBytes | undefined,
): ReadonlyMap<string, Value> {
  const { reader } = run.pieceOf(segment);
  if (record !== undefined) return reader.fields(segment, row, record);
  return storedValues(segment, row, reader.parserFields(segment), (field) => run.dictionary(field));
}

const shorten = (text: string, limit: number): string => (text.length > limit ? `${text.slice(0, limit)}…` : text);

function shortenValue(value: Value | undefined, limit: number): Value | null {
  if (value === undefined) return null;
  if (typeof value === 'string') return shorten(value, limit);
  if (typeof value === 'object' && 'json' in value && value.json.length > limit) return shorten(value.json, limit);
  return value;
}

export function segmentOf(run: IndexRun, record: number): Segment {
  const { segments } = run;
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (segments[middle].firstRow <= record) low = middle;
    else high = middle - 1;
  }
  const segment = segments[low];
  if (segment === undefined || record < segment.firstRow || record >= segment.firstRow + segment.rows) {
    throw new EngineError('bad-argument', `There is no record ${record}.`);
  }
  return segment;
}

export async function readRecord(view: View, id: number): Promise<RecordDetail> {
  const { run, source } = view;
  const record = run.recordOf(id);
  if (record === undefined) throw new EngineError('bad-argument', `There is no record ${id}.`);
  const segment = segmentOf(run, record);
  const row = record - segment.firstRow;
  const from = recordStart(segment, row);
  const to = recordEnd(segment, row);
  const bytes = await source.read(segment, from, Math.min(to, from + longestDetail));
  const { reader } = run.pieceOf(segment);
  const read = recordBytes(bytes, 0, bytes.length);
  const isMissing = isGone(segment, row, from, bytes.length);
  const values = fieldsOf(run, segment, row, isMissing ? undefined : read);
  const raw = isMissing ? goneText : rawText(reader.decode, read);
  const rawCut = to - from > longestDetail;
  const file = run.files === undefined ? [] : [{ name: '_file', value: run.pieceOf(segment).name }];
  return {
    record: id,
    line: recordLine(segment, row),
    lines: linesOf(segment, row, raw),
    offset: from,
    bytes: rawCut ? to - from : read.end,
    parsed: isParsed(segment, row),
    fields: [...file, ...inFieldOrder([...values].map(([name, value]) => ({ name, value })))],
    raw,
    rawCut,
  };
}

/** How many lines the record has: by the line number of the next one where no other lines can stand between. */
function linesOf(segment: Segment, row: number, raw: string): number {
  if (segment.lines === undefined) return 1;
  const next = row + 1 < segment.rows ? segment.lines[row + 1] : undefined;
  const counted = raw.split('\n').length;
  return next === undefined ? counted : Math.min(next - segment.lines[row], Math.max(counted, 1));
}

/**
 * Record that the line with this number, from 1, belongs to; the first one after it when it belongs to none. Of several
 * files, in the first.
 */
export function recordOfLine(run: IndexRun, line: number): number {
  const segments = run.segments.filter((segment) => run.pieceOf(segment).file === 0);
  if (segments.length === 0) return 0;
  const at = Math.max(
    0,
    lowerBound(
      // Relative line 0 is that of the first record.
      segments.map((segment) => segment.firstLine),
      line + 1,
    ) - 1,
  );
  const segment = segments[at];
  const relative = line - segment.firstLine;
  const row = segment.lines === undefined ? relative : lowerBound(segment.lines, relative + 1) - 1;
  return segment.firstRow + Math.min(segment.rows - 1, Math.max(0, row));
}
