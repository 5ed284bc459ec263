/**
 * Rows as a table for people. Columns are as wide as their widest cell among the first rows, within a limit; what is
 * longer is shortened, so that a stream of any length can be shown as it comes.
 */
import type { Field } from '../../../src-shared/model/field.ts';
import { recordFields } from '../../../src-shared/model/field.ts';
import { levels } from '../../../src-shared/model/level.ts';
import { isExactNumber, type Value } from '../../../src-shared/model/value.ts';
import { formatInstant } from '../../../src-shared/model/zone.ts';
import type { Row } from '../../../src-shared/protocol.ts';
import { allFields, columnsOf } from './columns.ts';
import type { FileFilter } from './filter.ts';
import { mergeRows, type FileRow } from './merge.ts';
import { readRows } from './pages.ts';
import { withViews, type RowRequest, type RowValues, type SettledView } from './rows.ts';
import type { OpenedFile, Session } from './session.ts';
import type { Shell } from './shell.ts';
import { displayWidth, largest, padEnd, padStart, shorten, visible } from './terminal-text.ts';

/** Rows that column widths are taken from. */
const measuredRows = 500;
const widestColumn = 60;
/** Characters asked for of each cell: more than a column shows, also of characters without width. */
const textLimit = 240;
/** Lines are written in chunks of about so many characters. */
const chunkCharacters = 64 * 1024;

export async function writeTable(
  session: Session,
  filters: readonly FileFilter[],
  values: RowValues,
  request: RowRequest,
  { isTTY, columns: terminalWidth }: Shell['stdout'],
): Promise<void> {
  const fields = tableFields(session, request);
  const lineWidth = isTTY === true && terminalWidth !== undefined ? terminalWidth : Number.POSITIVE_INFINITY;
  const write = tableWriter(session, fields, lineWidth, request.crlf ? '\r\n' : '\n');
  const names = fields.map((field) => field.name);
  const options = { typed: values.filter, sort: request.sort };
  await withViews(session, filters, options, async (views) => {
    for await (const { row, view } of rowsOf(session, views, names, request)) {
      await write.row(cellsOf(row, fields, view.file, session.zone));
    }
  });
  await write.end();
}

function tableFields(session: Session, request: RowRequest): readonly Field[] {
  const known = new Map([...allFields(session.files), ...recordFields].map((field) => [field.name, field]));
  const names = columnsOf(session, request.fields) ?? allFields(session.files).map((field) => field.name);
  return names.map((name) => known.get(name) ?? { name, type: 'text' });
}

async function* rowsOf(
  session: Session,
  views: readonly SettledView[],
  names: readonly string[],
  { sort, limit }: RowRequest,
): AsyncGenerator<FileRow, void, undefined> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  if (sort !== undefined && views.length > 1) {
    yield* mergeRows(session, views, names, sort, left, textLimit);
    return;
  }
  for (const view of views) {
    const count = Math.min(view.rows, left);
    for await (const row of readRows(session, view.view, names, count, textLimit)) yield { row, view };
    left -= count;
  }
}

function cellsOf(row: Row, fields: readonly Field[], file: OpenedFile, zone: string): readonly string[] {
  return fields.map(({ name, type }, at) => {
    if (name === '_file') return visible(file.source.name);
    const value = row.cells[at];
    return value === null || value === undefined ? '' : visible(cellText(value, type, zone));
  });
}

/** A value as people read it. */
export function cellText(value: Value, type: Field['type'], zone: string): string {
  if (typeof value === 'number') {
    if (type === 'instant') return formatInstant(value, zone);
    return type === 'level' ? (levels[value] ?? '') : String(value);
  }
  if (typeof value !== 'object') return String(value);
  return isExactNumber(value) ? value.exact : value.json;
}

interface TableWriter {
  row(cells: readonly string[]): Promise<void>;
  end(): Promise<void>;
}

function tableWriter(session: Session, fields: readonly Field[], lineWidth: number, lineEnd: string): TableWriter {
  const isRight = fields.map(({ type }) => type === 'integer' || type === 'number');
  const waiting: (readonly string[])[] = [fields.map(({ name }) => visible(name))];
  let widths: readonly number[] | undefined;
  let chunk = '';
  const line = (cells: readonly string[], columnWidths: readonly number[]): string => {
    const padded = cells.map((cell, at) => {
      const text = shorten(cell, Math.max(columnWidths[at], 1));
      return isRight[at] ? padStart(text, columnWidths[at]) : padEnd(text, columnWidths[at]);
    });
    return shorten(padded.join('  ').trimEnd(), lineWidth) + lineEnd;
  };
  const measure = (): readonly number[] => {
    const measured = fields.map((_, at) =>
      Math.min(widestColumn, largest(waiting.map((cells) => displayWidth(cells[at])))),
    );
    for (const cells of waiting.splice(0)) chunk += line(cells, measured);
    return measured;
  };
  const flush = async (): Promise<void> => {
    const text = chunk;
    chunk = '';
    await session.output.write(text);
  };
  return {
    async row(cells) {
      if (widths === undefined) {
        waiting.push(cells);
        if (waiting.length <= measuredRows) return;
        widths = measure();
      } else {
        chunk += line(cells, widths);
      }
      if (chunk.length >= chunkCharacters) await flush();
    },
    async end() {
      widths ??= measure();
      await flush();
    },
  };
}
