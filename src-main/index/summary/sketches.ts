/**
 * Percentile sketches of numbered things side by side: counted by kernels in their arena, or plainly where that has no
 * room for them.
 */
import type { Words } from '../../kernels/query-kernels.ts';
import type { SketchPlaces, SummaryKernels } from '../../kernels/summary-kernels.ts';
import { sketchBuckets } from './quantiles.ts';

/** Percentile sketches one after the other, with the least and the greatest of each. */
export interface SketchPart {
  readonly counts: Uint32Array;
  /** Two for each sketch; the least is above the greatest where there is no value. */
  readonly ends: Float64Array;
}

export class Sketches {
  readonly #kernels: SummaryKernels;
  readonly #size: number;
  /** Undefined where the arena has no room. */
  readonly #places: SketchPlaces | undefined;
  readonly #counts: Uint32Array;
  readonly #ends: Float64Array;

  constructor(kernels: SummaryKernels, size: number) {
    const { arena } = kernels;
    this.#kernels = kernels;
    this.#size = size;
    const length = size * sketchBuckets;
    const ends = arena.take(size * 16);
    const counts = ends < 0 ? -1 : arena.take(length * 4, reservedBytes);
    this.#places = counts < 0 ? undefined : { counts, buckets: sketchBuckets, ends };
    this.#counts = counts < 0 ? new Uint32Array(length) : arena.counts(counts, length);
    this.#ends = counts < 0 ? new Float64Array(size * 2) : arena.doubles(ends, size * 2);
    for (let at = 0; at < size; at++) {
      this.#ends[at * 2] = Number.POSITIVE_INFINITY;
      this.#ends[at * 2 + 1] = Number.NEGATIVE_INFINITY;
    }
  }

  /** Adds the durations of set rows, all of which have one; the kernels' `targets` say which number each code is. */
  add(codes: Words, bits: Uint32Array): void {
    if (this.#places !== undefined) {
      this.#kernels.measure(codes, bits, this.#places);
      return;
    }
    const { targets, buckets, durations } = this.#kernels;
    for (let at = 0; at < bits.length; at++) {
      for (let word = bits[at]; word !== 0; word &= word - 1) {
        const row = (at << 5) + (31 - Math.clz32(word & -word));
        const number = targets[codes[row]];
        if (number < 0) continue;
        this.#counts[number * sketchBuckets + buckets[row]]++;
        this.#ends[number * 2] = Math.min(this.#ends[number * 2], durations[row]);
        this.#ends[number * 2 + 1] = Math.max(this.#ends[number * 2 + 1], durations[row]);
      }
    }
  }

  partial(): SketchPart {
    const length = this.#size * sketchBuckets;
    const memory = new SharedArrayBuffer(this.#size * 16 + length * 4);
    const ends = new Float64Array(memory, 0, this.#size * 2);
    const counts = new Uint32Array(memory, this.#size * 16, length);
    ends.set(this.#ends);
    counts.set(this.#counts);
    return { counts, ends };
  }
}

/** Sketches leave so much of the arena for registers and sums. */
const reservedBytes = 16 << 20;
