/** Turns records into the bytes of an export, in the order of the view. */
import { isUtf8 } from 'node:buffer';
import { createRowWriter } from '../engine/export/row-writer.ts';
import { planRuns, rawText } from '../index/record-reader.ts';
import { lowerBound, recordLine, type Segment } from '../index/segment.ts';
import { goneText, isGone } from '../index/stored-values.ts';
import { eachRow } from '../index/bitmap.ts';
import { FieldRows, recordIn, type RowsWriter } from './field-rows.ts';
import type { TaskContext, WorkerSourceState } from './source-state.ts';
import type { Tasks } from './tasks.ts';

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
  const writer = rowsWriter(source, request, context);
  writer.write(entry, chosen);
  return { bytes: writer.take(), rows: chosen.length };
}

/** Records by number, in the given order; they are written in the order of the file and then put into theirs. */
export function writeRecords(
  source: WorkerSourceState,
  records: Uint32Array,
  request: Request,
  context: TaskContext,
): Result {
  const inFile = Uint32Array.from(records).sort();
  const writer = rowsWriter(source, request, context);
  const ends = [0];
  const firstRows = source.segments.map((segment) => segment.firstRow);
  for (let at = 0; at < inFile.length;) {
    const segment = source.segments[lowerBound(firstRows, inFile[at] + 1) - 1];
    const chosen: number[] = [];
    for (; at < inFile.length && inFile[at] < segment.firstRow + segment.rows; at++) {
      chosen.push(inFile[at] - segment.firstRow);
    }
    writer.write(segment, chosen, (length) => ends.push(length));
  }
  const written = writer.take();
  const bytes = new Uint8Array(written.length);
  let to = 0;
  for (const record of records) {
    const at = lowerBound(inFile, record);
    bytes.set(written.subarray(ends[at], ends[at + 1]), to);
    to += ends[at + 1] - ends[at];
  }
  return { bytes, rows: records.length };
}

const rowsWriter = (source: WorkerSourceState, request: Request, context: TaskContext): RowsWriter =>
  request.writer.format === 'text' ? new RawRows(source, request, context) : new FieldRows(source, request, context);

/** Whole records: copied where they are UTF-8 with nothing to change. */
class RawRows implements RowsWriter {
  readonly #source: WorkerSourceState;
  readonly #request: Request;
  readonly #context: TaskContext;
  readonly #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(source: WorkerSourceState, request: Request, context: TaskContext) {
    this.#source = source;
    this.#request = request;
    this.#context = context;
  }

  take(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    this.#pieces.length = this.#length = 0;
    return bytes;
  }

  write(segment: Segment, rows: readonly number[], ended?: (length: number) => void): void {
    const { crlf } = this.#request.writer;
    const reader = this.#source.reader(segment);
    const isUtf8Source = this.#source.isUtf8(segment);
    const lineEnd = Buffer.from(crlf ? '\r\n' : '\n');
    const slow = createRowWriter(this.#request.writer);
    for (const run of planRuns(segment, rows)) {
      // The next read overwrites these bytes.
      const bytes = Buffer.from(this.#source.read(segment, run.from, run.to));
      for (const row of run.rows) {
        this.#context.beat();
        const record = recordIn(bytes, segment, row, run.from);
        const piece = bytes.subarray(record.start, record.end);
        const isOneLine = record.firstEnd === record.end;
        if (isGone(segment, row, run.from, bytes.length)) {
          this.#add(Buffer.from(goneText), lineEnd);
        } else if (isUtf8Source && !piece.includes(13) && (isOneLine || !crlf) && isUtf8(piece)) {
          this.#add(piece, lineEnd);
        } else {
          const raw = rawText(reader.decode, record);
          this.#add(Buffer.from(slow.row({ line: recordLine(segment, row), values: [], raw })));
        }
        ended?.(this.#length);
      }
    }
  }

  #add(...pieces: readonly Uint8Array[]): void {
    for (const piece of pieces) {
      this.#pieces.push(piece);
      this.#length += piece.length;
    }
  }
}
