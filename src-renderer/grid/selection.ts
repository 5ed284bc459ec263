/**
 * Selected rows of a view as ranges of absolute row numbers, so that "everything" of 100 million rows is one range.
 * Pure; the grid cannot keep the selection itself, since it only ever holds the rows on screen.
 */

/** Rows [from, to). */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

export interface Selection {
  /** Ascending, neither overlapping nor touching. */
  readonly ranges: readonly RowRange[];
  /** Where Shift extends from. */
  readonly anchor: number | undefined;
  /** The row that keys move and the details show. */
  readonly focus: number | undefined;
}

export const nothingSelected: Selection = { ranges: [], anchor: undefined, focus: undefined };

export const selectRow = (row: number): Selection => ({
  ranges: [{ from: row, to: row + 1 }],
  anchor: row,
  focus: row,
});

/** Ctrl: adds or removes one row and goes on from there. */
export const toggleRow = ({ ranges }: Selection, row: number): Selection => ({
  ranges: isSelected(ranges, row)
    ? without(ranges, { from: row, to: row + 1 })
    : union(ranges, { from: row, to: row + 1 }),
  anchor: row,
  focus: row,
});

/** Shift: everything from the anchor to the row, instead of what was selected; with `keep` (Ctrl) as well as it. */
export function extendTo(selection: Selection, row: number, keep = false): Selection {
  const anchor = selection.anchor ?? row;
  const range = { from: Math.min(anchor, row), to: Math.max(anchor, row) + 1 };
  return { ranges: keep ? union(selection.ranges, range) : [range], anchor, focus: row };
}

export const selectAll = ({ focus }: Selection, total: number): Selection => ({
  ranges: total === 0 ? [] : [{ from: 0, to: total }],
  anchor: focus ?? 0,
  focus,
});

/** Drops what lies beyond the end of the view. */
export function clampSelection({ ranges, anchor, focus }: Selection, total: number): Selection {
  const inside = (row: number | undefined): number | undefined => (row === undefined || row >= total ? undefined : row);
  return {
    ranges: ranges.filter(({ from }) => from < total).map(({ from, to }) => ({ from, to: Math.min(to, total) })),
    anchor: inside(anchor),
    focus: inside(focus),
  };
}

export const countRows = (ranges: readonly RowRange[]): number =>
  ranges.reduce((sum, { from, to }) => sum + (to - from), 0);

export function isSelected(ranges: readonly RowRange[], row: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range === undefined) return false;
    if (row < range.from) high = middle;
    else if (row >= range.to) low = middle + 1;
    else return true;
  }
  return false;
}

export function union(ranges: readonly RowRange[], added: RowRange): readonly RowRange[] {
  if (added.from >= added.to) return ranges;
  let { from, to } = added;
  const before: RowRange[] = [];
  const after: RowRange[] = [];
  for (const range of ranges) {
    if (range.to < from) before.push(range);
    else if (range.from > to) after.push(range);
    else {
      from = Math.min(from, range.from);
      to = Math.max(to, range.to);
    }
  }
  return [...before, { from, to }, ...after];
}

export const without = (ranges: readonly RowRange[], removed: RowRange): readonly RowRange[] =>
  ranges.flatMap((range) => {
    if (removed.from >= removed.to || range.to <= removed.from || range.from >= removed.to) return [range];
    return [
      { from: range.from, to: removed.from },
      { from: removed.to, to: range.to },
    ].filter(({ from, to }) => from < to);
  });
