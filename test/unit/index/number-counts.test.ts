import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberCounts } from '../../../src-main/index/number-counts.ts';

const whole = fc.oneof(
  fc.integer({ min: -50, max: 50 }),
  fc.integer({ min: 2 ** 40, max: 2 ** 40 + 50 }),
  fc.integer({ min: -2_000_000, max: 2_000_000 }),
);
const number = fc.oneof(whole, fc.double({ noNaN: true }), fc.constantFrom(0, -0, 0.5));

/** Numbers one by one, or whole ones as a column is counted: those in the table there, the others added. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), numbers: fc.array(number, { maxLength: 400 }) }),
  fc.record({ kind: fc.constant('table' as const), numbers: fc.array(whole, { minLength: 1, maxLength: 40 }) }),
);

const byValue = (a: readonly number[], b: readonly number[]): number => a[0] - b[0];

function listed(counts: NumberCounts): readonly (readonly number[])[] {
  const { values, counts: found } = counts.list();
  return Array.from(values, (value, at) => [value, found[at]]).sort(byValue);
}

describe('counts of numbers', () => {
  it('are those of a map, whatever is counted in a table', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const counts = new NumberCounts();
        const expected = new Map<number, number>();
        for (const { kind, numbers } of steps) {
          const table = kind === 'table' ? counts.tableFor(Math.min(...numbers), Math.max(...numbers)) : undefined;
          for (const value of numbers) {
            expected.set(value, (expected.get(value) ?? 0) + 1);
            const at = table === undefined ? -1 : value - table.first;
            if (table !== undefined && at >= 0 && at < table.counts.length) table.counts[at]++;
            else counts.add(value, 1);
          }
        }
        const pairs = Array.from(expected, ([value, count]) => [value + 0, count]).sort(byValue);
        expect(listed(counts)).toEqual(pairs);
        const merged = new NumberCounts();
        for (const value of [7, 0.5, 2 ** 40]) merged.add(value, 3);
        merged.merge(counts.partial());
        merged.merge(counts.partial());
        for (const value of [7, 0.5, 2 ** 40]) expected.set(value, (expected.get(value) ?? 0) + 1.5);
        const twice = Array.from(expected, ([value, count]) => [value + 0, count * 2]).sort(byValue);
        expect(listed(merged)).toEqual(twice);
      }),
      { numRuns: 20 },
    );
  });
});
