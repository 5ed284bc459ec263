/** Least and greatest number of a column over matching rows; whole segments by their stored bounds. */
import { numberAt, type Segment } from '../index/segment.ts';
import { eachRow } from '../index/bitmap.ts';

export function extentOf(
  segment: Segment,
  bits: Uint32Array | undefined,
  field: string,
  extent: { min: number; max: number; absent: number },
): void {
  const column = segment.columns.get(field);
  if (column?.kind === 'number' && bits === undefined) {
    extent.min = Math.min(extent.min, column.min);
    extent.max = Math.max(extent.max, column.max);
    extent.absent += column.nulls;
    return;
  }
  eachRow(segment, bits, (row) => {
    const value = column?.kind === 'number' ? numberAt(column, row) : Number.NaN;
    if (value !== value) extent.absent++;
    else {
      if (value < extent.min) extent.min = value;
      if (value > extent.max) extent.max = value;
    }
  });
}
