import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countBits, fullBitmap, RowSet, wordsFor } from '../../../src-main/index/row-set.ts';

/** Segments as arrays of flags: the naive row set. */
const segments = fc.array(fc.array(fc.boolean(), { minLength: 1, maxLength: 200 }), { maxLength: 12 });

function rowSetOf(flags: readonly (readonly boolean[])[]): RowSet {
  const rows = new RowSet();
  for (const segment of flags) {
    const bits = new Uint32Array(wordsFor(segment.length));
    segment.forEach((flag, row) => {
      if (flag) bits[row >>> 5] |= 1 << (row & 31);
    });
    rows.append(segment.length, bits);
  }
  return rows;
}

const naive = (flags: readonly (readonly boolean[])[]): number[] =>
  flags.flat().flatMap((flag, row) => (flag ? [row] : []));

describe('a row set', () => {
  it('selects, ranks, counts and slices as an array of row numbers does', () => {
    fc.assert(
      fc.property(segments, fc.nat(300), fc.nat(300), (flags, a, b) => {
        const rows = rowSetOf(flags);
        const all = naive(flags);
        expect(rows.count).toBe(all.length);
        expect(rows.rows).toBe(flags.flat().length);
        expect(rows.slice(Math.min(a, b), Math.max(a, b))).toEqual(all.slice(Math.min(a, b), Math.max(a, b)));
        all.forEach((row, n) => expect(rows.select(n)).toBe(row));
        for (let row = 0; row <= rows.rows; row++)
          expect(rows.rank(row)).toBe(all.filter((other) => other < row).length);
        flags.flat().forEach((flag, row) => expect(rows.has(row)).toBe(flag));
      }),
    );
  });

  it('answers -1 beyond its ends', () => {
    const rows = rowSetOf([[true, false], [true]]);
    expect([rows.select(-1), rows.select(0), rows.select(1), rows.select(2)]).toEqual([-1, 0, 2, -1]);
  });

  it('takes back its last segment', () => {
    const rows = rowSetOf([
      [true, false],
      [true, true],
    ]);
    rows.dropLast();
    expect([rows.count, rows.rows, rows.slice(0, 9)]).toEqual([1, 2, [0]]);
  });

  it('keeps the bits behind the last row of a full bitmap clear', () => {
    for (const rows of [1, 31, 32, 33, 64, 65]) expect(countBits(fullBitmap(rows))).toBe(rows);
  });
});
