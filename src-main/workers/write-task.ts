/** Turns records into the bytes of an export, in the order of the view. */
import { isUtf8 } from 'node:buffer';
import { createRowWriter } from '../engine/export/row-writer.ts';
import { planRuns, rawText } from '../index/record-reader.ts';
import { lowerBound, recordLine, type Segment } from '../index/segment.ts';
import { goneText, isGone } from '../index/stored-values.ts';
import { listRows } from '../index/bitmap.ts';
import { FieldRows, recordIn, type RowsWriter, type WrittenRows } from './field-rows.ts';
import { KernelRows } from './kernel-rows.ts';
import type { TaskContext, WorkerSourceState } from './source-state.ts';
import type { Tasks } from './tasks.ts';

type Request = Tasks['write']['request'];
type Result = Tasks['write']['result'];

/** An export of fewer records is done before the kernel has its texts. */
const fewRecords = 5000;
/** What the kernel holds is given up when no task has come for so long. */
const idleMs = 1000;

/** Writers of exports, of which the last one is kept with all that its kernel has been given. */
export class RowWriters {
  readonly #kernel: () => WebAssembly.Module | undefined;
  readonly #onIdle: () => void;
  #last: { readonly source: WorkerSourceState; readonly key: string; readonly writer: KernelRows } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(kernel: () => WebAssembly.Module | undefined, onIdle: () => void) {
    this.#kernel = kernel;
    this.#onIdle = onIdle;
  }

  of(source: WorkerSourceState, request: Request): RowsWriter {
    if (request.writer.format === 'text') return new RawRows(source, request);
    const module = request.total < fewRecords ? undefined : this.#kernel();
    if (module === undefined) return new FieldRows(source, request);
    this.#timer?.refresh();
    this.#timer ??= setTimeout(() => {
      this.#timer = this.#last = undefined;
      this.#onIdle();
    }, idleMs).unref();
    const key = JSON.stringify([request.writer, request.fields]);
    if (this.#last?.source === source && this.#last.key === key) this.#last.writer.reset();
    else this.#last = { source, key, writer: new KernelRows(source, request, module) };
    return this.#last.writer;
  }
}

/** Rows [from, from + count) of the matching rows of one segment. */
export function writeSegmentRows(
  source: WorkerSourceState,
  rows: Extract<Request['rows'], { part: unknown }>,
  request: Request,
  writers: RowWriters,
  context: TaskContext,
): Result {
  const entry = source.segments[rows.part.segment];
  const listed = new Uint32Array(entry.rows);
  const count = listRows(entry.rows, rows.part.bits, listed);
  const chosen = Array.from(listed.subarray(rows.from, Math.min(count, rows.from + rows.count)));
  const writer = writers.of(source, request);
  writer.write(entry, chosen, context);
  return { ...writer.take(), rows: chosen.length };
}

/** Records by number, in the given order; they are written in the order of the file and then put into theirs. */
export function writeRecords(
  source: WorkerSourceState,
  records: Uint32Array,
  request: Request,
  writers: RowWriters,
  context: TaskContext,
): Result {
  const inFile = Uint32Array.from(records).sort();
  const writer = writers.of(source, request);
  const ends = [0];
  const firstRows = source.segments.map((segment) => segment.firstRow);
  for (let at = 0; at < inFile.length;) {
    const segment = source.segments[lowerBound(firstRows, inFile[at] + 1) - 1];
    const chosen: number[] = [];
    for (; at < inFile.length && inFile[at] < segment.firstRow + segment.rows; at++) {
      chosen.push(inFile[at] - segment.firstRow);
    }
    writer.write(segment, chosen, context, (length) => ends.push(length));
  }
  const { bytes: written, gone } = writer.take();
  const bytes = new Uint8Array(written.length);
  let to = 0;
  for (const record of records) {
    const at = lowerBound(inFile, record);
    bytes.set(written.subarray(ends[at], ends[at + 1]), to);
    to += ends[at + 1] - ends[at];
  }
  return { bytes, rows: records.length, gone };
}

/** Whole records: copied where they are UTF-8 with nothing to change. */
class RawRows implements RowsWriter {
  readonly #source: WorkerSourceState;
  readonly #request: Request;
  readonly #pieces: Uint8Array[] = [];
  #length = 0;
  #gone = 0;

  constructor(source: WorkerSourceState, request: Request) {
    this.#source = source;
    this.#request = request;
  }

  take(): WrittenRows {
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    const gone = this.#gone;
    this.#pieces.length = this.#length = this.#gone = 0;
    return { bytes, gone };
  }

  write(segment: Segment, rows: readonly number[], context: TaskContext, ended?: (length: number) => void): void {
    const { crlf } = this.#request.writer;
    const reader = this.#source.reader(segment);
    const isUtf8Source = this.#source.isUtf8(segment);
    const lineEnd = Buffer.from(crlf ? '\r\n' : '\n');
    const slow = createRowWriter(this.#request.writer);
    for (const run of planRuns(segment, rows)) {
      // The next read overwrites these bytes.
      const bytes = Buffer.from(this.#source.read(segment, run.from, run.to));
      for (const row of run.rows) {
        context.beat();
        const record = recordIn(bytes, segment, row, run.from);
        const piece = bytes.subarray(record.start, record.end);
        const isOneLine = record.firstEnd === record.end;
        if (isGone(segment, row, run.from, bytes.length)) {
          this.#gone++;
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
