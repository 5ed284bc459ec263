import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DistinctCounter,
  DistinctCounters,
  type DistinctLimits,
  type DistinctPart,
} from '../../../src-main/index/summary/distinct.ts';
import {
  accuracy,
  bucketOfValue,
  percentile,
  sketchBuckets,
  sketchEdges,
} from '../../../src-main/index/summary/quantiles.ts';

const limits: DistinctLimits = { limit: 64, precision: 12 };

/** A hash that is even enough for numbers in a row. */
function hashOf(value: number): readonly [number, number] {
  let [a, b] = [Math.imul(value + 1, 0x9e3779b1) >>> 0, Math.imul(value + 1, 0x85ebca6b) >>> 0];
  for (let round = 0; round < 3; round++) {
    a = Math.imul(a ^ (a >>> 15) ^ b, 0x2c1b3c6d) >>> 0;
    b = Math.imul(b ^ (b >>> 12) ^ a, 0x297a2d39) >>> 0;
  }
  return [a | 0, b | 0];
}

function counted(values: Iterable<number>, chosen = limits): DistinctCounter {
  const counter = new DistinctCounter(chosen);
  for (const value of values) counter.add(...hashOf(value));
  return counter;
}

describe('a distinct counter', () => {
  it('is exact up to its limit, whatever comes again', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 })), (values) => {
        const counter = counted(values);
        expect([counter.count, counter.isExact]).toEqual([new Set(values).size, true]);
      }),
    );
  });

  it('gives one answer however its input is split and merged', () => {
    const size = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(size, fc.array(size, { maxLength: 5 }), (total, cuts) => {
        const values = Array.from({ length: total }, (_, at) => at % 150);
        const merged = new DistinctCounter(limits);
        const parts: DistinctPart[] = [];
        let from = 0;
        for (const cut of [...cuts.toSorted((a, b) => a - b), total]) {
          parts.push(counted(values.slice(from, cut)).partial());
          from = Math.max(from, cut);
        }
        for (const part of parts.toReversed()) merged.merge(part);
        const whole = counted(values);
        expect([merged.count, merged.isExact]).toEqual([whole.count, whole.isExact]);
      }),
    );
  });

  it('stays within three standard errors beyond its limit', () => {
    for (const precision of [12, 13, 14]) {
      for (const total of [1000, 20_000, 300_000]) {
        const counter = counted(Array(total).keys(), { limit: 64, precision });
        const error = Math.abs(counter.count - total) / total;
        expect(error, `${total} at ${precision}`).toBeLessThan((3 * 1.04) / Math.sqrt(2 ** precision));
      }
    }
  });
});

describe('many counters side by side', () => {
  it('count as each alone does, and leave out rows without a hash or a counter', () => {
    const row = fc.record({ counter: fc.integer({ min: -1, max: 3 }), value: fc.integer({ min: -1, max: 200 }) });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 900 }), fc.integer({ min: 1, max: 300 }), (found, batchRows) => {
        const counters = new DistinctCounters(0, limits);
        counters.grow(4);
        for (let from = 0; from < found.length; from += batchRows) {
          const batch = found.slice(from, from + batchRows);
          const hashes = batch.map(({ value }) => (value < 0 ? [0, 0] : hashOf(value)));
          counters.addRows(
            Uint32Array.from(batch.keys()),
            batch.length,
            Int32Array.from(batch, (each) => each.counter),
            {
              high: Int32Array.from(hashes, ([high]) => high ?? 0),
              low: Int32Array.from(hashes, ([, low]) => (low === 0 ? 0 : (low ?? 0) | 1)),
            },
          );
        }
        const told = counters.partials().map((part) => {
          const counter = new DistinctCounter(limits);
          counter.merge(part);
          return [counter.count, counter.isExact];
        });
        const alone = [0, 1, 2, 3].map((at) => {
          const counter = new DistinctCounter(limits);
          for (const { counter: of, value } of found) {
            const [high, low] = hashOf(value);
            if (of === at && value >= 0) counter.add(high, low | 1);
          }
          return [counter.count, counter.isExact];
        });
        expect(told).toEqual(alone);
      }),
    );
  });
});

describe('a percentile sketch', () => {
  it('tells every percentile within its relative error, and the ends exactly', () => {
    const edges = sketchEdges();
    const durations = fc.array(fc.double({ min: 0.01, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(durations, fc.constantFrom(0, 0.5, 0.9, 0.95, 0.99, 1), (values, share) => {
        const counts = new Uint32Array(sketchBuckets);
        for (const value of values) counts[bucketOfValue(edges, value)]++;
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1];
        const told = percentile(counts, values.length, share, sorted[0], sorted[sorted.length - 1]) ?? Number.NaN;
        expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact * accuracy * 1.000001);
        if (share === 1) expect(told).toBe(sorted.at(-1));
      }),
    );
  });
});
