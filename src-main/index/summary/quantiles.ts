/**
 * Percentiles in bounded memory: counts in buckets whose edges grow by a fixed factor, as in DDSketch (Masson, Rim,
 * Lee 2019). A percentile is told with a relative error of at most 1 % (absolute: 0.001 where values are below that);
 * the least and the greatest value are kept exactly. Sketches of parts add up to the sketch of the whole.
 */

import { lowerBound } from '../segment.ts';

/** Greatest relative error. */
export const accuracy = 0.01;

const gamma = (1 + accuracy) / (1 - accuracy);
const multiplier = 1 / Math.log(gamma);
/** Values up to this are bucket 0: a microsecond, where values are milliseconds. */
const least = 1e-3;
/** A year in milliseconds; what is longer is counted in the last bucket. */
const most = 31_536_000_000;

/** How many buckets a sketch has. */
export const sketchBuckets = Math.ceil(Math.log(most / least) * multiplier) + 1;

/** The greatest value of each bucket; that of the last is infinity. */
export const sketchEdges = (): Float64Array =>
  Float64Array.from({ length: sketchBuckets }, (_, bucket) =>
    bucket === sketchBuckets - 1 ? Number.POSITIVE_INFINITY : least * gamma ** bucket,
  );

/** The first bucket whose edge is not below the value. */
export const bucketOfValue = (edges: Float64Array, value: number): number =>
  value > least ? lowerBound(edges, value) : 0;

/** The value that is at most 1 % from every one in the bucket. */
const middleOf = (bucket: number): number => (bucket === 0 ? 0 : (least * 2 * gamma ** bucket) / (gamma + 1));

/**
 * The value below or at which the share of all values lies (nearest rank: the smallest value with at least
 * share * count values up to it); undefined where there are none.
 */
export function percentile(
  counts: Uint32Array | Float64Array,
  count: number,
  share: number,
  min: number,
  max: number,
): number | undefined {
  if (count === 0) return undefined;
  const rank = Math.max(1, Math.ceil(share * count));
  if (rank >= count) return max;
  let seen = 0;
  for (let bucket = 0; bucket < counts.length; bucket++) {
    seen += counts[bucket];
    if (seen >= rank) return Math.min(max, Math.max(min, middleOf(bucket)));
  }
  return max;
}
