/** Percentile sketches of many values, for loops over rows. */
import type { Words } from '../../kernels/query-kernels.ts';
import { type Durations, noBucket } from './batch.ts';
import { sketchBuckets } from './quantiles.ts';

/** Percentile sketches one after the other, with the least and the greatest of each. */
export interface SketchPart {
  readonly counts: Uint32Array;
  readonly mins: Float64Array;
  readonly maxs: Float64Array;
}

/** Percentile sketches side by side. */
export class Sketches {
  readonly counts: Uint32Array;
  readonly mins: Float64Array;
  readonly maxs: Float64Array;

  constructor(size: number) {
    this.counts = new Uint32Array(new SharedArrayBuffer(size * sketchBuckets * 4));
    this.mins = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    this.maxs = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
  }

  /** Adds the duration of each row to the sketch that `sketchOf` names, below 0 none. */
  addRows({ rows, count, buckets, values }: Durations, sketchOf: Int32Array): void {
    const { counts, mins, maxs } = this;
    for (let at = 0; at < count; at++) {
      const row = rows[at];
      const sketch = sketchOf[row];
      const bucket = buckets[row];
      if (sketch < 0 || bucket === noBucket) continue;
      counts[sketch * sketchBuckets + bucket]++;
      const value = values[row];
      if (value < mins[sketch]) mins[sketch] = value;
      if (value > maxs[sketch]) maxs[sketch] = value;
    }
  }

  /** The same for rows that are set, whose sketch follows from their code. */
  addCodes(durations: Durations, codes: Words, sketchOf: Int32Array, bits: Uint32Array): void {
    const { rows, count, buckets, values } = durations;
    const { counts, mins, maxs } = this;
    for (let at = 0; at < count; at++) {
      const row = rows[at];
      const sketch = sketchOf[codes[row]];
      const bucket = buckets[row];
      if (sketch < 0 || bucket === noBucket || (bits[row >>> 5] & (1 << (row & 31))) === 0) continue;
      counts[sketch * sketchBuckets + bucket]++;
      const value = values[row];
      if (value < mins[sketch]) mins[sketch] = value;
      if (value > maxs[sketch]) maxs[sketch] = value;
    }
  }
}
