/** Aggregates over a view: histogram over time and top values. Partial results come from the workers. */
import type { Histogram, HistogramRequest, Top, TopRequest } from '../../src-shared/protocol.ts';
import { compareText } from '../index/sort.ts';
import type { Pool } from '../workers/pool.ts';
import type { SegmentRowsPart } from '../workers/tasks.ts';
import { bucketEdges, chooseInterval, interval } from './intervals.ts';
import { chooseRows } from './last-rows.ts';
import { onlyTexts, topValues } from '../index/top-values.ts';
import type { View } from './view.ts';

/** Deals the segments out to the workers, a few tasks for each so that they end together. */
function shares(parts: readonly SegmentRowsPart[], pool: Pool, forEach = 4): SegmentRowsPart[][] {
  const size = Math.max(4, Math.ceil(parts.length / (pool.size * forEach)));
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
  const options = { signal, urgent: true };
  const parts = await Promise.all(
    // Each has its own counts of all values, so there is one for each worker.
    shares(view.parts(), pool, 1).map((rows) => pool.run('count', { source, field, rows }, options)),
  );
  const texts = onlyTexts(parts);
  const { values, distinct } =
    texts === undefined
      ? topValues(parts, view.run.dictionary(field), limit)
      : await pool.run('topTexts', { texts, limit }, options);
  const absent = parts.reduce((sum, part) => sum + part.absent, 0);
  const records = parts.reduce((sum, part) => sum + part.records, 0);
  const listed = values.reduce((sum, { count }) => sum + count, 0);
  return { field, values, other: records - absent - listed, absent, distinct, records, final };
}
