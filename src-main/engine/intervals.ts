/**
 * Histogram intervals: which widths there are, which one fits, and where buckets begin in a time zone.
 *
 * Buckets up to one hour are aligned to the epoch; longer ones count from midnight of the zone; weeks start on Monday.
 */
import { EngineError } from '../../src-shared/errors.ts';
import { localToInstant, startOf, wallClock } from '../../src-shared/model/zone.ts';

export interface Interval {
  readonly name: string;
  readonly unit: 'ms' | 'day' | 'week' | 'month';
  /** Milliseconds, or how many days, weeks or months. */
  readonly count: number;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const steps = [1, 2, 5, 10, 15, 30];

/** The intervals that are chosen automatically, narrow to wide. */
export const automaticIntervals: readonly Interval[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500]
    .filter((count) => steps.includes(count))
    .map((count) => interval(`${count}ms`)),
  ...steps.map((count) => interval(`${count}s`)),
  ...steps.map((count) => interval(`${count}m`)),
  ...[1, 2, 3, 6, 12].map((count) => interval(`${count}h`)),
  interval('1d'),
  interval('1w'),
  interval('1mo'),
];

/** Reads "500ms", "30s", "5m", "1h", "1d", "1w", "1mo". Throws bad-argument. */
export function interval(name: string): Interval {
  const match = /^(\d{1,6})(ms|s|m|min|h|d|w|mo)$/.exec(name);
  const count = Number(match?.[1] ?? 0);
  if (match === null || count === 0) {
    throw new EngineError('bad-argument', `"${name}" is not an interval. Examples: 30s, 5m, 1h, 1d, 1w, 1mo.`);
  }
  switch (match[2]) {
    case 'ms':
      return { name, unit: 'ms', count };
    case 's':
      return { name, unit: 'ms', count: count * second };
    case 'm':
    case 'min':
      return { name, unit: 'ms', count: count * minute };
    case 'h':
      return { name, unit: 'ms', count: count * hour };
    case 'd':
      return { name, unit: 'day', count };
    case 'w':
      return { name, unit: 'week', count };
    default:
      return { name, unit: 'month', count };
  }
}

const widthMs = ({ unit, count }: Interval): number =>
  unit === 'ms' ? count : count * (unit === 'day' ? day : unit === 'week' ? 7 * day : 28 * day);

/** The narrowest automatic interval that needs at most `buckets` buckets for [from, to]. */
export function chooseInterval(from: number, to: number, buckets: number): Interval {
  const last = automaticIntervals[automaticIntervals.length - 1];
  const fits = (candidate: Interval): boolean => (to - from) / widthMs(candidate) + 2 <= Math.max(3, buckets);
  const found = automaticIntervals.find(fits);
  if (found !== undefined) return found;
  // Decades of log: as many months a bucket as it takes.
  const months = Math.ceil((to - from) / (28 * day) / Math.max(1, buckets - 2));
  return { ...last, name: `${months}mo`, count: months };
}

const mostEdges = 100_000;

/** Bucket starts that cover [from, to], and the end of the last. Throws bad-argument when there are too many. */
export function bucketEdges(chosen: Interval, from: number, to: number, zone: string): Float64Array {
  if ((to - from) / widthMs(chosen) > mostEdges) {
    throw new EngineError(
      'bad-argument',
      `An interval of ${chosen.name} gives too many buckets for this range of time; choose a longer one.`,
    );
  }
  const edges = [bucketStart(chosen, from, zone)];
  while (edges[edges.length - 1] <= to) edges.push(nextEdge(chosen, edges[edges.length - 1], zone));
  return Float64Array.from(edges);
}

function bucketStart({ unit, count }: Interval, at: number, zone: string): number {
  if (unit === 'ms') {
    if (count <= hour) return Math.floor(at / count) * count;
    const midnight = startOf(zone, 'day', at);
    return midnight + Math.floor((at - midnight) / count) * count;
  }
  return startOf(zone, unit, at);
}

function nextEdge({ unit, count }: Interval, start: number, zone: string): number {
  if (unit === 'ms') {
    if (count <= hour) return start + count;
    // The last bucket of a day ends at midnight, also on days of 23 or 25 hours.
    const { year, month, day: date } = wallClock(zone, start);
    return Math.min(start + count, localToInstant(zone, year, month, date + 1));
  }
  const { year, month, day: date } = wallClock(zone, start);
  if (unit === 'month') return localToInstant(zone, year, month + count, 1);
  return localToInstant(zone, year, month, date + count * (unit === 'week' ? 7 : 1));
}
