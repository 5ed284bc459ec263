/**
 * Counts over the views of several files put together. Exact: all values are asked for, and all files are counted
 * into the same buckets.
 */
import type { FieldType } from '../../../src-shared/model/field.ts';
import type { Value } from '../../../src-shared/model/value.ts';
import type { Histogram, Top, ViewId } from '../../../src-shared/protocol.ts';
import type { Session } from './session.ts';
import { compareValues } from './value-order.ts';

/** A settled view and the type that the field counted has in its file. */
export interface CountedView {
  readonly view: ViewId;
  readonly type: FieldType;
}

export interface TopValue {
  readonly value: Value;
  readonly type: FieldType;
  readonly count: number;
}

export interface TopValues {
  readonly field: string;
  readonly values: readonly TopValue[];
  /** Records with values that are not listed, and records without a value. */
  readonly other: number;
  readonly absent: number;
  readonly distinct: number;
}

export interface Buckets {
  readonly interval: string;
  /** Bucket starts, then the end of the last. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly untimed: number;
}

/** The most frequent values of a field; ties in the order of values. */
export async function countValues(
  { engine, signal }: Session,
  views: readonly CountedView[],
  field: string,
  limit: number,
): Promise<TopValues> {
  // A value that is rare in one file may be frequent in all of them.
  const perFile = views.length === 1 ? limit : Number.MAX_SAFE_INTEGER;
  const tops: (readonly [CountedView, Top])[] = [];
  for (const view of views) {
    tops.push([view, await engine.handlers.top({ view: view.view, field, limit: perFile }, signal)]);
  }
  const byValue = new Map<string, TopValue>();
  let records = 0;
  let absent = 0;
  for (const [{ type }, top] of tops) {
    records += top.records;
    absent += top.absent;
    for (const { value, count } of top.values) {
      const key = `${type === 'instant' || type === 'level' ? type : ''} ${JSON.stringify(value)}`;
      byValue.set(key, { value, type, count: count + (byValue.get(key)?.count ?? 0) });
    }
  }
  const sorted = [...byValue.values()].toSorted((a, b) => b.count - a.count || compareValues(a.value, b.value));
  const values = sorted.slice(0, limit);
  const listed = values.reduce((sum, { count }) => sum + count, 0);
  const distinct = tops.length === 1 ? tops[0][1].distinct : byValue.size;
  return { field, values, other: records - absent - listed, absent, distinct };
}

/** Records over time; without an interval, one is chosen that gives at most `most` buckets. */
export async function countOverTime(
  { engine, signal }: Session,
  views: readonly CountedView[],
  interval: string | undefined,
  most: number,
): Promise<Buckets> {
  const ask = async (range: { from?: number; to?: number }): Promise<readonly Histogram[]> => {
    const histograms: Histogram[] = [];
    for (const { view } of views) {
      histograms.push(await engine.handlers.histogram({ view, buckets: most, interval, ...range }, signal));
    }
    return histograms;
  };
  const own = await ask({});
  const timed = own.filter(({ counts }) => counts.length > 0);
  const untimed = own.reduce((sum, histogram) => sum + histogram.untimed, 0);
  if (timed.length === 0) return { interval: interval ?? own[0]?.interval ?? '', edges: [], counts: [], untimed };
  // The same range for all gives the same buckets for all.
  const from = Math.min(...timed.map(({ edges }) => edges[0]));
  const to = Math.max(...timed.map(({ edges }) => edges.at(-1) ?? edges[0]));
  const [first, ...others] = own.length === 1 ? own : await ask({ from, to });
  const counts = first.counts.map((count, at) => others.reduce((sum, other) => sum + other.counts[at], count));
  return { interval: first.interval, edges: first.edges, counts, untimed };
}
