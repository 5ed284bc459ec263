/**
 * Writes the rows of a view in its order. Workers turn pieces of it into bytes, several at once; this thread only
 * hands the bytes on, in order and with backpressure. What is written is frozen at the start.
 */
import { cancelled } from '../../src-shared/errors.ts';
import { knownField, recordFields, type Field } from '../../src-shared/model/field.ts';
import type { Pool } from '../workers/pool.ts';
import type { Tasks } from '../workers/tasks.ts';
import type { WriteProgress, WriteRowsRequest } from './api.ts';
import { createRowWriter } from './export/row-writer.ts';
import type { View } from './view.ts';

/** Rows that one task writes: some megabytes of text. */
const rowsPerTask = 8192;

export const writeRows: typeof writePinned = (view, ...rest) => view.run.pin(() => writePinned(view, ...rest));

async function writePinned(
  view: View,
  request: WriteRowsRequest,
  pool: Pool,
  write: (bytes: Uint8Array) => Promise<void>,
  signal: AbortSignal,
  onProgress: (progress: WriteProgress) => void = () => undefined,
): Promise<WriteProgress> {
  const fields = outputFields(view, request.fields);
  const { format, zone, bom, crlf, neutralize } = request;
  const writer = { format, fields, zone, bom, crlf, neutralize };
  const source = view.run.options.number;
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) throw cancelled();
  let [rows, bytes, gone] = [0, 0, 0];
  try {
    const head = new TextEncoder().encode(createRowWriter(writer).head);
    if (head.length > 0) await write(head);
    bytes += head.length;
    const total = Math.min(request.limit ?? Number.POSITIVE_INFINITY, view.rowCount);
    const pieces = planPieces(view, total);
    const writePiece = async (plan: PlanPiece): Promise<Tasks['write']['result']> => {
      for (;;) {
        const chosen = plan();
        const task = { source, rows: chosen, writer, fields, total };
        const written = await pool.run('write', task, { signal: abort.signal, urgent: true });
        // Records of several files that may still grow have other numbers when another file has grown.
        if (isSame(chosen, plan())) return written;
      }
    };
    const inFlight: Promise<Tasks['write']['result']>[] = [];
    const fill = (): void => {
      while (inFlight.length < pool.size + 1) {
        const next = pieces.next();
        if (next.done === true) return;
        const task = writePiece(next.value);
        task.catch(() => undefined);
        inFlight.push(task);
      }
    };
    fill();
    for (let task = inFlight.shift(); task !== undefined; task = inFlight.shift()) {
      const piece = await task;
      fill();
      await write(piece.bytes);
      rows += piece.rows;
      bytes += piece.bytes.length;
      gone += piece.gone;
      onProgress({ rows, bytes, gone });
    }
    return { rows, bytes, gone };
  } finally {
    stop();
    signal.removeEventListener('abort', stop);
  }
}

type PieceRows = Tasks['write']['request']['rows'];
/** Says which rows a piece has, by what they are called now. */
type PlanPiece = () => PieceRows;

function isSame(a: PieceRows, b: PieceRows): boolean {
  if (!('records' in a) || !('records' in b)) return a === b;
  return a.records.length === b.records.length && a.records.every((record, at) => record === b.records[at]);
}

/** The view's first `total` rows in pieces. */
function* planPieces(view: View, total: number): Generator<PlanPiece> {
  const frozen = view.freeze();
  if (frozen !== undefined) {
    for (let at = 0; at < total; at += rowsPerTask)
      yield () => ({ records: frozen(at, Math.min(total, at + rowsPerTask)) });
    return;
  }
  const counts = view.parts().map((part) => ({ part, count: view.rows.part(part.segment)?.count ?? 0 }));
  let left = total;
  for (const { part, count } of counts) {
    const here = Math.min(left, count);
    for (let from = 0; from < here; from += rowsPerTask) {
      const piece = { part, from, count: Math.min(rowsPerTask, here - from) };
      yield () => piece;
    }
    left -= here;
    if (left <= 0) return;
  }
}

/** Chosen fields, or all that occur; a chosen field that this source lacks is an empty column. */
function outputFields(view: View, chosen: readonly string[] | undefined): readonly Field[] {
  const { fields } = view.run;
  if (chosen === undefined) return fields;
  return chosen.map(
    (name) =>
      fields.find((field) => field.name === name) ??
      recordFields.find((field) => field.name === name) ??
      knownField(name) ?? { name, type: 'text' },
  );
}
