import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  BucketSorter,
  bucketsOf,
  cellsFor,
  countCells,
  scatter,
  scatterRecords,
} from '../../../src-main/index/radix-sort.ts';

const absent = 0xffffffff;

/** Rows in the order of their keys, by the steps that threads share. */
function sortedRows(shares: readonly Uint32Array[], most: number): number[] {
  const cells = cellsFor(most);
  const { bucketOf, places, starts } = bucketsOf(
    shares.map((keys) => countCells(keys, cells)),
    cells,
  );
  const total = shares.reduce((sum, keys) => sum + keys.length, 0);
  const sorted = new Uint32Array(total);
  const pairs = new Uint32Array(total * 2);
  let first = 0;
  shares.forEach((keys, at) => {
    // Listed or not comes to the same.
    const records = at % 2 === 0 ? first : Uint32Array.from(keys, (_, row) => first + row);
    first += keys.length;
    if (bucketOf === undefined) scatterRecords(keys, records, places[at], sorted);
    else scatter(keys, records, cells, bucketOf, places[at], pairs);
  });
  if (bucketOf !== undefined) {
    const sorter = new BucketSorter();
    for (let bucket = 0; bucket + 1 < starts.length; bucket++) {
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

test('sizes of which a few are a thousand times greater are cut into buckets of about as many rows, in both directions', () => {
  const most = 2 ** 31;
  const sizes = Array.from({ length: 200_000 }, (_, row) => (row * 7919) % 60_000);
  sizes.push(most, most - 1);
  for (const keys of [sizes, sizes.map((size) => most - size)]) {
    const cells = cellsFor(most);
    const { starts } = bucketsOf([countCells(Uint32Array.from(keys), cells)], cells);
    const rows = Array.from(starts.subarray(1), (start, at) => start - starts[at]);
    expect(Math.max(...rows)).toBeLessThan(1000);
    expect(rows.length).toBeLessThan(2050);
  }
});
