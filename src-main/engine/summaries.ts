/** Aggregates over a view: histogram over time and top values. Partial results come from the workers. */
import type { Value } from '../../src-shared/model/value.ts';
import type { Histogram, HistogramRequest, Top, TopRequest } from '../../src-shared/protocol.ts';
import { textOf } from '../index/dictionary.ts';
import { compareText } from '../index/sort.ts';
import { keyOfValue, valueOfKey } from '../index/summarize.ts';
import type { Pool } from '../workers/pool.ts';
import type { SegmentRowsPart } from '../workers/tasks.ts';
import { bucketEdges, chooseInterval, interval } from './intervals.ts';
import { chooseRows } from './last-rows.ts';
import type { View } from './view.ts';

/** Deals the segments out to the workers, a few tasks for each so that they end together. */
function shares(parts: readonly SegmentRowsPart[], pool: Pool): SegmentRowsPart[][] {
  const size = Math.max(4, Math.ceil(parts.length / (pool.size * 4)));
  const dealt: SegmentRowsPart[][] = [];
  for (let at = 0; at < parts.length; at += size) dealt.push(parts.slice(at, at + size));
  return dealt;
}

export async function histogram(
  view: View,
  request: HistogramRequest,
  pool: Pool,
  signal: AbortSignal,
): Promise<Histogram> {
  const source = view.run.options.number;
  const { parts, records, window } = chooseRows(view, request.lastMs);
  const final = view.isSettled;
  let { from = window?.from, to = window?.to } = request;
  const options = { signal, urgent: true };
  if (from === undefined || to === undefined) {
    const extents = await Promise.all(
      shares(parts, pool).map((rows) => pool.run('extent', { source, field: 'time', rows }, options)),
    );
    from ??= Math.min(...extents.map((extent) => extent.min));
    // The request is half-open, the extent is not.
    to ??= Math.max(...extents.map((extent) => extent.max)) + 1;
  }
  if (!(from < to)) {
    return { interval: request.interval ?? '1s', edges: [], counts: [], untimed: records, outside: 0, records, final };
  }
  const chosen =
    request.interval === undefined ? chooseInterval(from, to - 1, request.buckets) : interval(request.interval);
  const edges = bucketEdges(chosen, from, to - 1, view.query.zone);
  const { stackBy, sum } = request;
  const task = { source, edges, ...(stackBy === undefined ? {} : { stackBy }), ...(sum === undefined ? {} : { sum }) };
  const sums = await Promise.all(shares(parts, pool).map((rows) => pool.run('histogram', { ...task, rows }, options)));
  const buckets = edges.length - 1;
  const counts = new Float64Array(buckets);
  const totals = new Float64Array(buckets);
  const series = new Map<string, Float64Array>();
  let [untimed, outside, counted] = [0, 0, 0];
  for (const part of sums) {
    addTo(counts, part.counts);
    if (part.sums !== undefined) addTo(totals, part.sums);
    for (const [key, values] of part.series) {
      let all = series.get(key);
      if (all === undefined) series.set(key, (all = new Float64Array(buckets)));
      addTo(all, values);
    }
    untimed += part.untimed;
    outside += part.outside;
    counted += part.records;
  }
  return {
    interval: chosen.name,
    edges: [...edges],
    counts: [...counts],
    ...(sum === undefined ? {} : { sums: [...totals] }),
    ...(stackBy === undefined
      ? {}
      : {
          series: [...series]
            .sort(([a], [b]) => compareText(a, b))
            .map(([key, values]) => ({ key, counts: [...values] })),
        }),
    untimed,
    outside,
    records: counted,
    final,
  };
}

function addTo(sum: Float64Array, values: Float64Array): void {
  for (let at = 0; at < sum.length; at++) sum[at] += values[at];
}

export async function top(view: View, request: TopRequest, pool: Pool, signal: AbortSignal): Promise<Top> {
  const { field, limit } = request;
  const source = view.run.options.number;
  const final = view.isSettled;
  const parts = await Promise.all(
    shares(view.parts(), pool).map((rows) => pool.run('count', { source, field, rows }, { signal, urgent: true })),
  );
  const dictionary = view.run.dictionary(field);
  const byId = new Float64Array(dictionary?.count ?? 0);
  const byKey = new Map<string, number>();
  const byNumber = new Map<number, number>();
  let [absent, records] = [0, 0];
  for (const part of parts) {
    for (let at = 0; at < part.ids.length; at++) byId[part.ids[at]] += part.idCounts[at];
    for (const [value, count] of part.numbers) byNumber.set(value, (byNumber.get(value) ?? 0) + count);
    for (const [key, count] of part.texts) byKey.set(key, (byKey.get(key) ?? 0) + count);
    absent += part.absent;
    records += part.records;
  }
  // A value may be a dictionary entry in one segment and a number or a span in another.
  for (const [value, count] of byNumber) {
    const key = keyOfValue(value);
    byKey.set(key, (byKey.get(key) ?? 0) + count);
  }
  const merge = byKey.size > 0;
  const found: { readonly value: Value; readonly count: number }[] = [];
  let distinct = 0;
  if (dictionary !== undefined) {
    const least = merge ? 0 : leastOfTop(byId, limit);
    for (let id = 0; id < byId.length; id++) {
      if (byId[id] === 0) continue;
      if (merge) {
        const key = keyOfValue(dictionary.value(id));
        byKey.set(key, (byKey.get(key) ?? 0) + byId[id]);
        continue;
      }
      distinct++;
      if (byId[id] >= least) found.push({ value: dictionary.value(id), count: byId[id] });
    }
  }
  for (const [key, count] of byKey) found.push({ value: valueOfKey(key), count });
  distinct += byKey.size;
  found.sort((a, b) => b.count - a.count || compareValues(a.value, b.value));
  const values = found.slice(0, limit);
  const listed = values.reduce((sum, { count }) => sum + count, 0);
  return { field, values, other: records - absent - listed, absent, distinct, records, final };
}

/** The count that the last of the `limit` most frequent ids has. */
function leastOfTop(counts: Float64Array, limit: number): number {
  const sorted = counts.filter((count) => count > 0).sort();
  return sorted.length <= limit ? 0 : sorted[sorted.length - limit];
}

function compareValues(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareText(textOf(a), textOf(b));
}
