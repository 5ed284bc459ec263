/** Rotations and the like as the grid shows them: a line above the first row after it. */
import type { Marker } from '../../src-shared/protocol.ts';
import { texts } from '../app/texts.ts';

/** Texts by the record above which they stand; of several at one place, all. */
export function markerTexts(markers: readonly Marker[], timeOf: (at: number) => string): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const { record, at, kind, gap } of markers) {
    const text = `${texts.follow.markers[kind]}, ${timeOf(at)}${gap ? ` (${texts.follow.gap})` : ''}`;
    const before = found.get(record);
    found.set(record, before === undefined ? text : `${before}; ${text}`);
  }
  return found;
}
