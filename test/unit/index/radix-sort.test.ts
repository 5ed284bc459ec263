import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BucketSorter,
  bucketsFor,
  countBuckets,
  placesOfBuckets,
  scatter,
  scatterRows,
} from '../../../src-main/index/radix-sort.ts';

const absent = 0xffffffff;

/** Rows in the order of their keys, by the steps that threads share. */
function sortedRows(shares: readonly Uint32Array[], most: number): number[] {
  const buckets = bucketsFor(most);
  const { places, starts } = placesOfBuckets(shares.map((keys) => countBuckets(keys, buckets)));
  const total = shares.reduce((sum, keys) => sum + keys.length, 0);
  const sorted = new Uint32Array(total);
  const pairs = new Uint32Array(total * 2);
  let first = 0;
  shares.forEach((keys, at) => {
    const rows = Uint32Array.from(keys, (_, row) => first + row);
    first += keys.length;
    if (buckets.shift === 0) scatterRows(keys, rows, keys.length, places[at], sorted);
    else scatter(keys, rows, keys.length, buckets.shift, places[at], pairs);
  });
  if (buckets.shift > 0) {
    const sorter = new BucketSorter();
    for (let bucket = 0; bucket < buckets.buckets; bucket++) {
      if (starts[bucket] < starts[bucket + 1]) sorter.sort(pairs, starts[bucket], starts[bucket + 1], sorted);
    }
  }
  return [...sorted];
}

const naive = (keys: readonly number[]): number[] => Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b] || a - b);

test('rows are ordered by their keys, equal ones as they come, however they are shared out', () => {
  const most = fc.constantFrom(0, 1, 5, 4094, 4095, 4096, 70_000, 2 ** 20, 2 ** 31, absent);
  const near = (limit: number): fc.Arbitrary<number> =>
    fc.oneof(fc.integer({ min: 0, max: limit }), fc.integer({ min: 0, max: Math.min(limit, 40) }), fc.constant(limit));
  const input = most.chain((limit) =>
    fc.record({
      limit: fc.constant(limit),
      shares: fc.array(fc.array(near(limit), { maxLength: 90, size: 'max' }), { minLength: 1, maxLength: 4 }),
    }),
  );
  fc.assert(
    fc.property(input, ({ limit, shares }) => {
      const found = sortedRows(
        shares.map((keys) => Uint32Array.from(keys)),
        limit,
      );
      expect(found).toEqual(naive(shares.flat()));
    }),
    { numRuns: 400 },
  );
});

test('keys that nearly all fall into one bucket are ordered too', () => {
  const keys = Array.from({ length: 60_000 }, (_, row) => (row % 5000 === 0 ? absent - row : (row * 7919) % 100_003));
  expect(sortedRows([Uint32Array.from(keys)], absent)).toEqual(naive(keys));
});
