/** Turns records into the bytes of an export, in the order of the view. */
import type { Value } from '../../src-shared/model/value.ts';
import { isUtf8 } from 'node:buffer';
import { ByteRowWriter } from '../engine/export/byte-row-writer.ts';
import { createRowWriter } from '../engine/export/row-writer.ts';
import { planRuns, rawText, recordBytes, type RecordBytes } from '../index/record-reader.ts';
import { goneText, isGone, storedValues } from '../index/stored-values.ts';
import { isParsed, lowerBound, numberAt, recordEnd, recordLine, recordStart, type Segment } from '../index/segment.ts';
import { eachRow } from '../index/bitmap.ts';
import type { Tasks } from './tasks.ts';
import type { TaskContext, WorkerSourceState } from './source-state.ts';

type Request = Tasks['write']['request'];
type Result = Tasks['write']['result'];

/** Rows [from, from + count) of the matching rows of one segment. */
export function writeSegmentRows(
  source: WorkerSourceState,
  rows: Extract<Request['rows'], { part: unknown }>,
  request: Request,
  context: TaskContext,
): Result {
  const entry = source.segments[rows.part.segment];
  const chosen: number[] = [];
  let seen = 0;
  eachRow(entry, rows.part.bits, (row) => {
    if (seen >= rows.from && seen < rows.from + rows.count) chosen.push(row);
    seen++;
  });
  const bytes =
    request.writer.format === 'text'
      ? rawBytes(source, entry, chosen, request, context)
      : fieldBytes(source, entry, chosen, request, context);
  return { bytes, rows: chosen.length };
}

/** Rows of columns: cells are copied from the record as the parser finds them. */
function fieldBytes(
  source: WorkerSourceState,
  segment: Segment,
  rows: readonly number[],
  request: Request,
  context: TaskContext,
): Uint8Array {
  const reader = source.reader(segment);
  const writer = new ByteRowWriter(request.writer, reader.decode);
  const special = request.fields.flatMap(({ name }, column) => (name.startsWith('_') ? [{ name, column }] : []));
  const timeColumn = request.fields.findIndex(({ name }) => name === 'time');
  const times = segment.columns.get('time');
  for (const run of planRuns(segment, rows)) {
    const bytes = source.read(segment, run.from, run.to);
    for (const row of run.rows) {
      context.beat();
      const record = recordIn(bytes, segment, row, run.from);
      writer.begin(bytes, reader.parserFields(segment));
      if (isGone(segment, row, run.from, bytes.length)) {
        const stored = storedOf(source, segment, row);
        request.fields.forEach(({ name }, column) => {
          const value = stored.get(name);
          if (value !== undefined) writer.set(column, value);
        });
      } else if (isParsed(segment, row)) {
        if (!reader.tell(segment, record, writer)) writer.drop();
        // Times without a year depend on the order of the file, which only the index knows.
        const instant = timeColumn >= 0 && times?.kind === 'number' ? numberAt(times, row) : Number.NaN;
        if (instant === instant) writer.set(timeColumn, instant);
      }
      for (const { name, column } of special) {
        const value = recordValue(source, segment, row, name, record);
        if (value !== undefined) writer.set(column, value);
      }
      writer.end(recordLine(segment, row));
    }
  }
  return writer.take();
}

/** Whole records: copied where they are UTF-8 with nothing to change. */
function rawBytes(
  source: WorkerSourceState,
  segment: Segment,
  rows: readonly number[],
  request: Request,
  context: TaskContext,
): Uint8Array {
  const reader = source.reader(segment);
  const isUtf8Source = source.isUtf8(segment);
  const lineEnd = Buffer.from(request.writer.crlf ? '\r\n' : '\n');
  const slow = createRowWriter(request.writer);
  const pieces: Uint8Array[] = [];
  for (const run of planRuns(segment, rows)) {
    // The next read overwrites these bytes.
    const bytes = Buffer.from(source.read(segment, run.from, run.to));
    for (const row of run.rows) {
      context.beat();
      const record = recordIn(bytes, segment, row, run.from);
      const piece = bytes.subarray(record.start, record.end);
      if (isGone(segment, row, run.from, bytes.length)) pieces.push(Buffer.from(goneText), lineEnd);
      else if (
        isUtf8Source &&
        !piece.includes(13) &&
        !(request.writer.crlf && record.firstEnd !== record.end) &&
        isUtf8(piece)
      ) {
        pieces.push(piece, lineEnd);
      } else {
        const line = recordLine(segment, row);
        pieces.push(Buffer.from(slow.row({ line, values: [], raw: rawText(reader.decode, record) })));
      }
    }
  }
  return Buffer.concat(pieces);
}

const storedOf = (source: WorkerSourceState, segment: Segment, row: number): ReadonlyMap<string, Value> =>
  storedValues(segment, row, source.reader(segment).parserFields(segment), (field) => source.dictionary(field));

const recordIn = (bytes: Buffer, segment: Segment, row: number, base: number): RecordBytes =>
  recordBytes(bytes, recordStart(segment, row) - base, Math.min(recordEnd(segment, row) - base, bytes.length));

/** What every record has beside the fields of its format. */
function recordValue(
  source: WorkerSourceState,
  segment: Segment,
  row: number,
  name: string,
  record: RecordBytes,
): Value | undefined {
  switch (name) {
    case '_line':
      return recordLine(segment, row);
    case '_offset':
      return recordStart(segment, row);
    case '_file':
      return source.fileName(segment);
    case '_raw':
      return record.start >= record.bytes.length ? goneText : rawText(source.reader(segment).decode, record);
    case '_parsed':
      return isParsed(segment, row);
    default:
      return undefined;
  }
}

/** Records by number, in the given order; they are read in the order of the file and then put into theirs. */
export function writeRecords(
  source: WorkerSourceState,
  records: Uint32Array,
  request: Request,
  context: TaskContext,
): Result {
  const byRecord = Uint32Array.from(records).sort();
  const texts = new Map<number, string>();
  const firstRows = source.segments.map((segment) => segment.firstRow);
  for (let at = 0; at < byRecord.length;) {
    const segment = source.segments[lowerBound(firstRows, byRecord[at] + 1) - 1];
    const chosen: number[] = [];
    for (; at < byRecord.length && byRecord[at] < segment.firstRow + segment.rows; at++)
      chosen.push(byRecord[at] - segment.firstRow);
    writeRuns(source, segment, chosen, request, context, (text, row) => texts.set(segment.firstRow + row, text));
  }
  return encoded(Array.from(records, (record) => texts.get(record) ?? ''));
}

function encoded(texts: readonly string[]): Result {
  return { bytes: new TextEncoder().encode(texts.join('')), rows: texts.length };
}

function writeRuns(
  source: WorkerSourceState,
  segment: Segment,
  rows: readonly number[],
  request: Request,
  context: TaskContext,
  use: (text: string, row: number) => void,
): void {
  const writer = createRowWriter(request.writer);
  const reader = source.reader(segment);
  const names = request.fields.map((field) => field.name);
  const wantsFields = request.writer.format !== 'text' && names.some((name) => !name.startsWith('_'));
  for (const run of planRuns(segment, rows)) {
    const bytes = source.read(segment, run.from, run.to);
    for (const row of run.rows) {
      context.beat();
      const record = recordIn(bytes, segment, row, run.from);
      const isMissing = isGone(segment, row, run.from, bytes.length);
      const stored = isMissing ? storedOf(source, segment, row) : undefined;
      const fields = wantsFields ? (stored ?? reader.fields(segment, row, record)) : undefined;
      const line = recordLine(segment, row);
      const raw = (): string => (isMissing ? goneText : rawText(reader.decode, record));
      const values = names.map((name) =>
        name.startsWith('_') ? recordValue(source, segment, row, name, record) : fields?.get(name),
      );
      use(writer.row({ line, values, raw: request.writer.format === 'text' ? raw() : '' }), row);
    }
  }
}
