/** Steps of the wheel and of keys on a chart over time: nearer, farther, earlier, later. Pure. */

/** Half-open, in ms. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Half of the buckets, so that the one at hand stays where it is; undefined where there are not two. */
export function zoomedIn(edges: readonly number[], at: number): TimeRange | undefined {
  const buckets = edges.length - 1;
  if (buckets < 2) return undefined;
  const kept = Math.ceil(buckets / 2);
  const first = Math.round((at / (buckets - 1)) * (buckets - kept));
  const [from, to] = [edges[first], edges[first + kept]];
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** Twice as long, as far as the log has records (`whole`, both ends included); undefined where it shows all of them. */
export function zoomedOut(edges: readonly number[], at: number, whole: TimeRange): TimeRange | undefined {
  const [first, last, width] = measures(edges);
  const buckets = edges.length - 1;
  const before = Math.round(((at + 0.5) / buckets) * buckets) * width;
  const from = Math.floor(Math.max(whole.from, first - before));
  const to = Math.ceil(Math.min(whole.to + 1, last + (last - first - before)));
  if (from >= first && to <= last) return undefined;
  return { from: Math.min(from, first), to: Math.max(to, last) };
}

/** A quarter of the chart earlier (-1) or later (1), as far as the log has records; undefined at its end. */
export function panned(edges: readonly number[], direction: -1 | 1, whole: TimeRange): TimeRange | undefined {
  const [first, last, width] = measures(edges);
  const step = Math.max(1, Math.round((edges.length - 1) / 4)) * width;
  const room = direction < 0 ? first - whole.from : whole.to + 1 - last;
  const shift = Math.round(Math.min(step, room)) * direction;
  return shift * direction > 0 ? { from: first + shift, to: last + shift } : undefined;
}

/** Begin and end of the buckets, and how wide they are on average. */
function measures(edges: readonly number[]): readonly [first: number, last: number, width: number] {
  const [first = 0, last = 0] = [edges[0], edges.at(-1)];
  return [first, last, (last - first) / Math.max(1, edges.length - 1)];
}
