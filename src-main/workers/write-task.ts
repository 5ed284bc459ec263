/** Turns records into the bytes of an export, in the order of the view. */
import type { Value } from '../../src-shared/model/value.ts';
import { createRowWriter } from '../engine/export/row-writer.ts';
import { planRuns, rawText, recordBytes } from '../index/record-reader.ts';
import { isParsed, lowerBound, recordEnd, recordLine, recordStart, type Segment } from '../index/segment.ts';
import { eachRow } from '../index/summarize.ts';
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
  const texts: string[] = [];
  writeRuns(source, entry, chosen, request, context, (text) => texts.push(text));
  return encoded(texts);
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
      const start = recordStart(segment, row) - run.from;
      const record = recordBytes(bytes, start, Math.min(recordEnd(segment, row) - run.from, bytes.length));
      const fields = wantsFields ? reader.fields(segment, row, record) : undefined;
      const line = recordLine(segment, row);
      const raw = (): string => rawText(reader.decode, record);
      const values = names.map((name): Value | undefined => {
        switch (name) {
          case '_line':
            return line;
          case '_offset':
            return recordStart(segment, row);
          case '_file':
            return source.fileName(segment);
          case '_raw':
            return raw();
          case '_parsed':
            return isParsed(segment, row);
          default:
            return fields?.get(name);
        }
      });
      use(writer.row({ line, values, raw: request.writer.format === 'text' ? raw() : '' }), row);
    }
  }
}
