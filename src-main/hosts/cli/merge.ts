/**
 * Sorted rows of several files as one sorted stream: the views are sorted by the engine, their pages are merged here.
 * Slower than rows of one file, which workers write. Equal keys keep the order of the files.
 */
import { recordFields, type Field, type FieldType } from '../../../src-shared/model/field.ts';
import { levels } from '../../../src-shared/model/level.ts';
import type { Value } from '../../../src-shared/model/value.ts';
import { formatInstant } from '../../../src-shared/model/zone.ts';
import type { ExportFormat, Row, SortOrder } from '../../../src-shared/protocol.ts';
import { allFields } from './columns.ts';
import { readRows } from './pages.ts';
import type { RowRequest, SettledView } from './rows.ts';
import type { Session } from './session.ts';
import { compareValues } from './value-order.ts';

/** A row and the view that it is of. */
export interface FileRow {
  readonly row: Row;
  readonly view: SettledView;
}

/** Text is not shortened: no string of V8 holds more characters than this. */
const wholeText = 2 ** 29;
/** Pages hold 256 KiB of a record at the most; of a longer one that is UTF-8, at least so many characters. */
const longestInPage = 64 * 1024;
const chunkCharacters = 64 * 1024;

interface Stream {
  readonly rows: AsyncIterator<Row, void>;
  readonly view: SettledView;
  /** The next one; undefined at the end. */
  row: Row | undefined;
}

/** Rows of sorted views in the order of `sort`, at most `most`; their cells are those of `fields`, then the key. */
export async function* mergeRows(
  session: Session,
  views: readonly SettledView[],
  fields: readonly string[],
  sort: SortOrder,
  most: number,
  textLimit = wholeText,
): AsyncGenerator<FileRow, void, undefined> {
  const streams: Stream[] = [];
  for (const view of views) {
    const rows = readRows(session, view.view, [...fields, sort.field], Math.min(view.rows, most), textLimit);
    streams.push({ rows, view, row: await nextOf(rows) });
  }
  for (let count = 0; count < most; count++) {
    const stream = firstOf(streams, fields.length, sort.descending);
    if (stream?.row === undefined) return;
    yield { row: stream.row, view: stream.view };
    stream.row = await nextOf(stream.rows);
  }
}

export interface MergeRequest {
  readonly request: RowRequest;
  readonly sort: SortOrder;
  readonly columns: readonly string[];
  readonly format: ExportFormat;
}

/** Writes the rows of all views in the order of `sort`; returns how many. */
export async function writeMerged(
  session: Session,
  views: readonly SettledView[],
  { request, sort, columns, format }: MergeRequest,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<number> {
  const { zone } = session;
  const { bom, crlf, neutralize, limit } = request;
  const known = new Map([...allFields(session.files), ...recordFields].map((field) => [field.name, field]));
  const fields = columns.map((name): Field => known.get(name) ?? { name, type: 'any' });
  const writer = session.createRowWriter({ format, fields, zone, bom, crlf, neutralize });
  let written = 0;
  let chunk = writer.head;
  let isWarned = false;
  for await (const { row, view } of mergeRows(session, views, columns, sort, limit ?? Number.POSITIVE_INFINITY)) {
    if (row.raw.length > longestInPage && !isWarned) {
      isWarned = true;
      session.warn(`${view.file.name}, line ${row.line}: a record this long may be cut when files are sorted together`);
    }
    const values = fields.map((field, at) => valueFor(field, row.cells[at], view, zone));
    chunk += writer.row({ line: row.line, raw: row.raw, values });
    written++;
    if (chunk.length < chunkCharacters) continue;
    await write(Buffer.from(chunk));
    chunk = '';
  }
  await write(Buffer.from(chunk));
  return written;
}

async function nextOf(rows: AsyncIterator<Row, void>): Promise<Row | undefined> {
  const next = await rows.next();
  return next.done === true ? undefined : next.value;
}

/** The stream whose row comes first, by the cell at `key`. Files are few: no heap is needed. */
function firstOf(streams: readonly Stream[], key: number, descending: boolean): Stream | undefined {
  let first: Stream | undefined;
  for (const stream of streams) {
    if (stream.row === undefined) continue;
    if (first?.row === undefined || comesBefore(stream.row.cells[key], first.row.cells[key], descending)) {
      first = stream;
    }
  }
  return first;
}

/** Absent comes last either way. */
function comesBefore(a: Value | null, b: Value | null, descending: boolean): boolean {
  if (a === null || b === null) return a !== null && b === null;
  const order = compareValues(a, b);
  return descending ? order > 0 : order < 0;
}

/** A value for a column that may have another type than the field has in this file. */
function valueFor(field: Field, cell: Value | null, { file }: SettledView, zone: string): Value | undefined {
  if (field.name === '_file') return file.source.name;
  if (cell === null) return undefined;
  if (typeof cell !== 'number') return cell;
  const type: FieldType = file.source.fields.find(({ name }) => name === field.name)?.type ?? field.type;
  if (type === field.type) return cell;
  if (type === 'instant') return formatInstant(cell, zone);
  return type === 'level' ? levels[cell] : cell;
}
