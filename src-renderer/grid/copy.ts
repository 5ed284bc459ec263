/**
 * Selected rows as text for the clipboard. Rows that are not on screen are asked for page by page; beyond what a
 * clipboard takes well, an export is the better way and the limit is told.
 */
import type { Value } from '../../src-shared/model/value.ts';
import type { Row } from '../../src-shared/protocol.ts';
import type { Client } from '../engine/index.ts';
import { plainText, timeText } from './cell-text.ts';
import { isOwnColumn, type Column } from './columns.ts';
import { countRows, type RowRange } from './selection.ts';

/** Rows of one selection that are copied at the most. */
export const copyRowLimit = 100_000;

/** Characters of the whole text: some browsers refuse more than 64 MB. */
const copyCharacterLimit = 32_000_000;

/** As many as one page may have. */
const pageRows = 1_000;

/** Up to so many rows come as whole records, however long and however many lines. */
const wholeRecords = 200;

export interface CopyOptions {
  readonly client: Client;
  readonly view: number;
  readonly ranges: readonly RowRange[];
  /** Absent: raw text of the records. */
  readonly columns?: readonly Column[];
  readonly zone: string;
}

export interface Copied {
  readonly text: string;
  readonly rows: number;
  /** The character limit ended it early. */
  readonly isCut: boolean;
}

export async function copyRows(options: CopyOptions, signal: AbortSignal): Promise<Copied> {
  const { client, view, ranges, columns, zone } = options;
  const isWhole = columns === undefined && countRows(ranges) <= wholeRecords;
  const fields = (columns ?? []).map(({ field }) => field).filter((field) => !isOwnColumn(field));
  const cellAt = new Map(fields.map((field, at) => [field, at]));
  const lines: string[] = columns === undefined ? [] : [columns.map(({ field }) => tsvCell(field)).join('\t')];
  let characters = 0;
  let rows = 0;
  for (const { from, to } of pagesOf(ranges)) {
    // One after the other: the order of rows is the order of the text.
    // oxlint-disable-next-line no-await-in-loop
    const page = await client.call('page', { view, from, to, fields, textLimit: 1_000_000 }, signal);
    for (const row of page.rows) {
      const line =
        columns === undefined
          ? // oxlint-disable-next-line no-await-in-loop
            isWhole
            ? (await client.call('record', { view, record: row.record }, signal)).raw
            : row.raw
          : tsvLine(row, columns, cellAt, zone);
      lines.push(line);
      rows += 1;
      characters += line.length + 1;
      if (characters > copyCharacterLimit) return { text: `${lines.join('\n')}\n`, rows, isCut: true };
    }
  }
  const text = lines.join('\n');
  return { text: lines.length > 1 ? `${text}\n` : text, rows, isCut: false };
}

export function* pagesOf(ranges: readonly RowRange[]): Generator<RowRange> {
  for (const range of ranges) {
    for (let from = range.from; from < range.to; from += pageRows) {
      yield { from, to: Math.min(from + pageRows, range.to) };
    }
  }
}

const tsvLine = (row: Row, columns: readonly Column[], cellAt: ReadonlyMap<string, number>, zone: string): string =>
  columns.map((column) => tsvCell(textOf(row, column, cellAt, zone))).join('\t');

function textOf(row: Row, { field, kind }: Column, cellAt: ReadonlyMap<string, number>, zone: string): string {
  if (field === '_line') return String(row.line);
  if (field === '_raw') return row.raw;
  const at = cellAt.get(field);
  const value: Value | null | undefined = at === undefined ? undefined : row.cells[at];
  if (value === null || value === undefined) return '';
  return kind === 'time' && typeof value === 'number' ? timeText(value, zone) : plainText(value);
}

/** Pasted into a sheet, a tab or a line end would break the table. */
const tsvCell = (text: string): string => text.replace(/[\t\n\r]+/g, ' ');
