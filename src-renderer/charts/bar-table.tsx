/**
 * A panel of values: a real table, so that it can be read out and copied, in which each row is a bar and a mark.
 * A click keeps the records it counts, with Alt it drops them.
 */
import { useState, type MouseEvent } from 'react';
import { texts } from '../app/texts.ts';
import { formatBytes, formatCount, formatNumber, formatShare, visibleLine } from '../widgets/index.ts';
import type { Mark } from './marks.ts';
import { tableText } from './table-text.ts';

export interface BarRow {
  readonly key: string;
  readonly label: string;
  readonly count: number;
  readonly bytes?: number;
  readonly errors?: number;
  readonly visitors?: { readonly count: number; readonly exact: boolean };
  readonly p95?: number | undefined;
  /** Undefined: what it counts cannot be asked for. */
  readonly mark: Mark | undefined;
  readonly isQuiet?: boolean;
}

export type OnMark = (mark: Mark, isExcluded: boolean) => void;

export interface BarColumns {
  readonly visitors: boolean;
  readonly bytes: boolean;
  readonly errors: boolean;
  readonly p95: boolean;
}

export interface BarTableProps {
  readonly title: string;
  readonly rows: readonly BarRow[];
  /** Records of the view, of which shares are told. */
  readonly records: number;
  readonly columns: BarColumns;
  readonly onMark: OnMark;
  /** Rows before "more". */
  readonly folded?: number;
}

const foldedRows = 8;

/** All rows with the exact numbers: what is copied. */
export function barTableText(rows: readonly BarRow[], records: number, columns: BarColumns): string {
  const { table } = texts.overview;
  return tableText([
    [
      table.value,
      table.records,
      table.share,
      ...(columns.visitors ? [table.visitors] : []),
      ...(columns.bytes ? [table.bytes] : []),
      ...(columns.errors ? [table.errors] : []),
      ...(columns.p95 ? [table.p95] : []),
    ],
    ...rows.map((row) => [
      row.label,
      row.count,
      records === 0 ? 0 : row.count / records,
      ...(columns.visitors ? [row.visitors?.count ?? ''] : []),
      ...(columns.bytes ? [row.bytes ?? ''] : []),
      ...(columns.errors ? [row.errors ?? ''] : []),
      ...(columns.p95 ? [row.p95 ?? ''] : []),
    ]),
  ]);
}

export function BarTable({ title, rows, records, columns, onMark, folded = foldedRows }: BarTableProps) {
  const [isOpen, setIsOpen] = useState(false);
  const greatest = rows.reduce((most, { count }) => Math.max(most, count), 1);
  const shown = isOpen ? rows : rows.slice(0, folded);
  const { table } = texts.overview;
  return (
    <>
      <table className="bar-table">
        <caption className="visually-hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{table.value}</th>
            <th scope="col">{table.records}</th>
            <th scope="col">{table.share}</th>
            {columns.visitors && <th scope="col">{table.visitors}</th>}
            {columns.bytes && (
              <th scope="col" className="spare">
                {table.bytes}
              </th>
            )}
            {columns.errors && (
              <th scope="col" className="spare">
                {table.errors}
              </th>
            )}
            {columns.p95 && <th scope="col">{table.p95}</th>}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={row.key} className={row.isQuiet === true ? 'quiet' : undefined}>
              <th scope="row">
                <RowButton row={row} share={row.count / greatest} onMark={onMark} />
              </th>
              <td>{formatCount(row.count)}</td>
              <td>{formatShare(records === 0 ? 0 : row.count / records)}</td>
              {columns.visitors && (
                <td>
                  {row.visitors === undefined
                    ? ''
                    : `${row.visitors.exact ? '' : '\u2248'}${formatCount(row.visitors.count)}`}
                </td>
              )}
              {columns.bytes && (
                <td className="spare" title={row.bytes === undefined ? '' : formatCount(row.bytes)}>
                  {row.bytes === undefined ? '' : formatBytes(row.bytes)}
                </td>
              )}
              {columns.errors && (
                <td className="spare" title={row.errors === undefined ? '' : formatCount(row.errors)}>
                  {row.errors === undefined ? '' : formatShare(row.errors / Math.max(1, row.count))}
                </td>
              )}
              {columns.p95 && <td>{row.p95 === undefined ? '' : formatNumber(Number(row.p95.toPrecision(3)))}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > folded && (
        <button type="button" className="bar-more" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {isOpen ? texts.overview.fewer : texts.overview.more(formatCount(rows.length - folded))}
        </button>
      )}
    </>
  );
}

function RowButton({ row, share, onMark }: { readonly row: BarRow; readonly share: number; readonly onMark: OnMark }) {
  const { label, count, mark } = row;
  const text = visibleLine(label);
  const bar = <span className="bar" style={{ width: `${Math.max(0.5, share * 100)}%` }} />;
  if (mark === undefined) {
    return (
      <span className="bar-row">
        {bar}
        <span className="bar-label">{text}</span>
      </span>
    );
  }
  const press = (event: MouseEvent): void => onMark(mark, event.altKey);
  return (
    <button
      type="button"
      className="bar-row"
      data-count={count}
      title={texts.overview.markTip(label, formatCount(count))}
      onClick={press}
    >
      {bar}
      <bdi className="bar-label">{text}</bdi>
    </button>
  );
}
