import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareText, sortedPositions } from '../../../src-main/index/sort.ts';

const keys = fc.array(fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: -3, max: 3 }), fc.constant(Number.NaN)), {
  maxLength: 60,
});

function naive(values: readonly number[], descending: boolean): number[] {
  const sign = descending ? -1 : 1;
  const positions = values.map((_, at) => at);
  return positions.sort((a, b) => {
    const [left, right] = [values[a], values[b]];
    if (Number.isNaN(left) || Number.isNaN(right))
      return Number.isNaN(left) && Number.isNaN(right) ? a - b : Number.isNaN(left) ? 1 : -1;
    return left === right ? a - b : sign * (left < right ? -1 : 1);
  });
}

describe('sorting positions by key', () => {
  it('is stable, with absent keys last either way', () => {
    fc.assert(
      fc.property(keys, fc.boolean(), (values, descending) => {
        expect([...sortedPositions(Float64Array.from(values), descending)]).toEqual(naive(values, descending));
      }),
      { numRuns: 300 },
    );
  });
});

describe('comparing texts', () => {
  it('goes by code point, also beyond U+FFFF', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        const expected = Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(Math.sign(compareText(a, b))).toBe(expected);
      }),
    );
    expect(compareText('\u{1f600}', '\uffee')).toBeGreaterThan(0);
  });
});
