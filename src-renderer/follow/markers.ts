/** Rotations and the like as the grid shows them: a line between the last row before and the first row after. */
import type { Marker } from '../../src-shared/protocol.ts';
import { texts } from '../app/texts.ts';

export interface MarkerText {
  /** The first record after it. */
  readonly record: number;
  readonly text: string;
}

/** In the order of the records; of several at one place, all in one text. */
export function markerTexts(markers: readonly Marker[], timeOf: (at: number) => string): readonly MarkerText[] {
  const found: { readonly record: number; text: string }[] = [];
  for (const { record, at, kind, gap } of markers) {
    const text = `${texts.follow.markers[kind]}, ${timeOf(at)}${gap ? ` (${texts.follow.gap})` : ''}`;
    const last = found.at(-1);
    if (last?.record === record) last.text += `; ${text}`;
    else found.push({ record, text });
  }
  return found;
}

/** What happened behind record `after` and up to record `to`: rows of a filter do not follow each other. */
export function markerBetween(markers: readonly MarkerText[], after: number, to: number): string | undefined {
  let low = 0;
  let high = markers.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((markers[middle]?.record ?? Infinity) <= after) low = middle + 1;
    else high = middle;
  }
  const between: string[] = [];
  for (const { record, text } of markers.slice(low)) {
    if (record > to) break;
    between.push(text);
  }
  return between.length === 0 ? undefined : between.join('; ');
}
