/** The numbers of a chart over time as a table: for reading out and for copying. */
import { texts } from '../app/texts.ts';
import type { Series } from './series.ts';
import { tableText } from './table-text.ts';
import { bucketText } from './time-ticks.ts';

export interface SeriesTableProps {
  readonly title: string;
  readonly edges: readonly number[];
  readonly series: readonly Series[];
  readonly zone: string;
  readonly formatValue: (value: number) => string;
}

/** All buckets with the exact numbers: what is copied. */
export const seriesText = (edges: readonly number[], series: readonly Series[], zone: string): string =>
  tableText([
    [texts.overview.table.time, ...series.map(({ label }) => label)],
    ...edges.slice(0, -1).map((from, at) => [
      bucketText(from, edges[at + 1] ?? from, zone),
      ...series.map(({ values }) => {
        const value = values[at] ?? Number.NaN;
        return Number.isFinite(value) ? value : '';
      }),
    ]),
  ]);

export function SeriesTable({ title, edges, series, zone, formatValue }: SeriesTableProps) {
  return (
    <div className="series-table" tabIndex={0} role="region" aria-label={title}>
      <table>
        <caption className="visually-hidden">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{texts.overview.table.time}</th>
            {series.map(({ key, label }) => (
              <th key={key} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {edges.slice(0, -1).map((from, at) => (
            <tr key={from}>
              <th scope="row">{bucketText(from, edges[at + 1] ?? from, zone)}</th>
              {series.map(({ key, values }) => {
                const value = values[at] ?? Number.NaN;
                return <td key={key}>{Number.isFinite(value) ? formatValue(value) : ''}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
