/**
 * The rows of a view that lie in a moving window: the last so many milliseconds before the newest record of the
 * source. Segments that lie whole inside or outside are told by their bounds; of the others each record is looked at,
 * on the engine's thread: while a log grows in the order of time that is one segment, 0.3 ms.
 */
import { countBits, fullBitmap, wordsFor } from '../index/row-set.ts';
import { numberAt, type Segment } from '../index/segment.ts';
import type { SegmentRowsPart } from '../workers/tasks.ts';
import type { View } from './view.ts';

export interface ChosenRows {
  readonly parts: readonly SegmentRowsPart[];
  readonly records: number;
  /** The window, half-open; absent where all rows are chosen. */
  readonly window?: { readonly from: number; readonly to: number };
}

/** All rows of the view, or those of its last `lastMs` milliseconds. */
export function chooseRows(view: View, lastMs: number | undefined): ChosenRows {
  const all = view.parts();
  const { timeTo, segments } = view.run;
  if (lastMs === undefined || !Number.isFinite(timeTo)) {
    return { parts: all, records: all.reduce((sum, part) => sum + (view.rows.part(part.segment)?.count ?? 0), 0) };
  }
  const window = { from: timeTo - lastMs + 1, to: timeTo + 1 };
  const parts: SegmentRowsPart[] = [];
  let records = 0;
  for (const part of all) {
    const kept = rowsSince(segments[part.segment], part.bits, window.from);
    if (kept === 'none') continue;
    const isWhole = kept === undefined || kept === part.bits;
    const count = isWhole ? (view.rows.part(part.segment)?.count ?? 0) : countBits(kept);
    if (count === 0) continue;
    parts.push({ segment: part.segment, bits: kept });
    records += count;
  }
  return { parts, records, window };
}

function rowsSince(segment: Segment, bits: SegmentRowsPart['bits'], from: number): SegmentRowsPart['bits'] | 'none' {
  const column = segment.columns.get('time');
  if (column?.kind !== 'number' || column.max < from) return 'none';
  if (column.min >= from && column.nulls === 0) return bits;
  const kept = new Uint32Array(new SharedArrayBuffer(wordsFor(segment.rows) * 4));
  kept.set(bits ?? fullBitmap(segment.rows));
  for (let row = 0; row < segment.rows; row++) {
    if (!(numberAt(column, row) >= from)) kept[row >>> 5] &= ~(1 << (row & 31));
  }
  return kept;
}
