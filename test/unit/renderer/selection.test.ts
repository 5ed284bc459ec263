import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import {
  clampSelection,
  countRows,
  extendTo,
  isSelected,
  nothingSelected,
  selectAll,
  selectRow,
  toggleRow,
  union,
  without,
  type RowRange,
} from '../../../src-renderer/grid/selection.ts';

// Machines that build beside it are ten times slower.
vi.setConfig({ testTimeout: 30_000 });

const range = fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 20 })).map(([from, length]) => ({ from, to: from + length }));

const rowsOf = (ranges: readonly RowRange[]): number[] =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, at) => from + at));

test('adding and removing ranges does what it does to sets of rows', () => {
  const edit = fc.record({ isAdded: fc.boolean(), range });
  fc.assert(
    fc.property(fc.array(edit, { maxLength: 30 }), (edits) => {
      let ranges: readonly RowRange[] = [];
      const naive = new Set<number>();
      for (const each of edits) {
        ranges = each.isAdded ? union(ranges, each.range) : without(ranges, each.range);
        for (const row of rowsOf([each.range])) {
          if (each.isAdded) naive.add(row);
          else naive.delete(row);
        }
      }
      const expected = [...naive].toSorted((a, b) => a - b);
      expect(rowsOf(ranges)).toEqual(expected);
      expect(countRows(ranges)).toBe(expected.length);
      const rows = Array.from({ length: 90 }, (_, row) => row);
      expect(rows.filter((row) => isSelected(ranges, row))).toEqual(expected);
      // Neither overlapping nor touching.
      for (const [at, { from }] of ranges.entries()) expect(from).toBeGreaterThan(ranges[at - 1]?.to ?? -1);
    }),
  );
});

test('Shift extends from the anchor, instead of what was selected', () => {
  const first = extendTo(selectRow(10), 14);
  expect(first.ranges).toEqual([{ from: 10, to: 15 }]);
  expect(extendTo(first, 7)).toEqual({ ranges: [{ from: 7, to: 11 }], anchor: 10, focus: 7 });
});

test('Ctrl toggles rows, and with Shift keeps what was selected', () => {
  const toggled = toggleRow(toggleRow(selectRow(3), 8), 3);
  expect(toggled).toEqual({ ranges: [{ from: 8, to: 9 }], anchor: 3, focus: 3 });
  expect(extendTo(toggled, 5, true).ranges).toEqual([
    { from: 3, to: 6 },
    { from: 8, to: 9 },
  ]);
});

test('everything is one range, however long the view', () => {
  expect(selectAll(nothingSelected, 100_000_000).ranges).toEqual([{ from: 0, to: 100_000_000 }]);
  expect(selectAll(nothingSelected, 0).ranges).toEqual([]);
});

test('what lies beyond the end of the view is dropped', () => {
  expect(clampSelection({ ranges: [{ from: 2, to: 9 }], anchor: 8, focus: 4 }, 5)).toEqual({
    ranges: [{ from: 2, to: 5 }],
    anchor: undefined,
    focus: 4,
  });
});
