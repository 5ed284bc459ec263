/** The series that an overview draws of its summary over time. Pure. */
import type { SeriesSummary } from '../../src-shared/protocol.ts';
import { texts } from '../app/texts.ts';
import { errorSeries, errorShares, stackedSeries, type Series } from './series.ts';

export type Measure = 'records' | 'requests' | 'bytes' | 'clients';

/** There are requests, and records beside them. */
export const hasOthers = ({ counts, requests }: SeriesSummary): boolean =>
  requests.some((count) => count > 0) && requests.some((count, at) => count !== counts[at]);

const whole = (key: string, label: string, values: readonly number[]): readonly Series[] => [
  { key, label, colour: '--series-only', values },
];

/** By class, or as one where there is nothing to stack by. */
const stacked = (
  { classes, ...sums }: SeriesSummary,
  measure: 'counts' | 'requests' | 'bytes',
  isStacked: boolean,
): readonly Series[] => {
  const series = classes.map((each) => ({ key: each.key, counts: each[measure] }));
  return stackedSeries({ counts: sums[measure], ...(isStacked ? { series } : {}) });
};

export function trafficSeries(series: SeriesSummary, measure: Measure, isStacked: boolean): readonly Series[] {
  switch (measure) {
    case 'records':
      return stacked(series, 'counts', isStacked);
    case 'requests':
      return stacked(series, 'requests', isStacked);
    case 'bytes':
      return stacked(series, 'bytes', isStacked);
    case 'clients':
      return clientSeries(series, isStacked);
  }
}

/** Errors by class: their number, or their share of each bucket's records. */
export function errorSeriesOf(
  { classes, counts }: SeriesSummary,
  stackBy: 'status' | 'level',
  asShare: boolean,
): readonly Series[] {
  const stack = { counts, series: classes };
  return asShare ? errorShares(stack, stackBy) : errorSeries(stack, stackBy);
}

const percentileKeys = ['p50', 'p90', 'p95', 'p99', 'max'] as const;

/** Told apart by lightness as well as by hue. */
const percentileColours = ['--series-2xx', '--series-notice', '--series-4xx', '--series-5xx', '--series-3xx'] as const;

/** Milliseconds; NaN where a bucket has no duration. */
export const responseSeries = ({ durations = [] }: SeriesSummary): readonly Series[] =>
  percentileKeys.map((key, at) => ({
    key,
    label: texts.overview.percentiles[key],
    colour: percentileColours[at] ?? '--series-none',
    values: durations.map((each) => each?.[key] ?? Number.NaN),
  }));

/** All clients, and those of each class: one that has several is in each of them. */
function clientSeries({ classes, clients, counts }: SeriesSummary, isByClass: boolean): readonly Series[] {
  const all = whole('clients', texts.overview.clients, clients);
  const stack = { counts, series: classes.map((each) => ({ key: each.key, counts: each.clients })) };
  const byClass = isByClass ? stackedSeries(stack) : [];
  return byClass.length > 1
    ? [...byClass, { ...all[0], key: 'clients', label: texts.overview.allClients, colour: '--text', values: clients }]
    : all;
}
