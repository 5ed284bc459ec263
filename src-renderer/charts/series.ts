/** The series of stacked charts: which there are, in which order, what they are called, and their colours. Pure. */
import { levels } from '../../src-shared/model/level.ts';
import type { Histogram } from '../../src-shared/protocol.ts';
import { texts } from '../app/texts.ts';

export interface Series {
  readonly key: string;
  readonly label: string;
  /** Name of a colour of styles/tokens.css. */
  readonly colour: string;
  readonly values: readonly number[];
}

/** Bottom to top: calm below, severe above, so that what matters stands out at the edge. */
const order: readonly string[] = ['', 'other', '1xx', '2xx', '3xx', '4xx', '5xx', ...levels];

const colourOf = (key: string): string =>
  `--series-${order.includes(key) && key !== '' && key !== 'other' ? key : 'none'}`;

export const labelOfKey = (key: string): string => (key === '' ? texts.charts.absent : key);

/** The histogram's own series in their order; one for all where it is not stacked. Series without records are left out. */
export function stackedSeries({ series, counts }: Pick<Histogram, 'series' | 'counts'>): readonly Series[] {
  // Stacked by what no record has, it says no more than the counts alone.
  if (series === undefined || series.every(({ key }) => key === '')) {
    return [{ key: 'all', label: texts.charts.total, colour: '--series-only', values: counts }];
  }
  const rank = (key: string): number => order.indexOf(key) + 1 || order.length + 1;
  return series
    .filter((each) => each.counts.some((count) => count > 0))
    .toSorted((a, b) => rank(a.key) - rank(b.key))
    .map((each) => ({
      key: each.key,
      label: labelOfKey(each.key),
      colour: colourOf(each.key),
      values: each.counts,
    }));
}

/** Keys that count as errors, by what the histogram is stacked by. */
export const errorKeys = (stackBy: 'status' | 'level'): readonly string[] =>
  stackBy === 'status' ? ['4xx', '5xx'] : ['error', 'fatal'];

export const errorSeries = (
  histogram: Pick<Histogram, 'series' | 'counts'>,
  stackBy: 'status' | 'level',
): readonly Series[] => stackedSeries(histogram).filter(({ key }) => errorKeys(stackBy).includes(key));

/** Share of each bucket's records, 0 to 1; a bucket without records has none. */
export const errorShares = (
  histogram: Pick<Histogram, 'series' | 'counts'>,
  stackBy: 'status' | 'level',
): readonly Series[] =>
  errorSeries(histogram, stackBy).map((series) => ({
    ...series,
    values: series.values.map((value, at) => value / (histogram.counts[at] ?? 0)),
  }));
