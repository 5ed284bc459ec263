/** Rotations and the like as the grid shows them: a line between the last row before and the first row after. */
import type { Marker } from '../../src-shared/protocol.ts';
import { texts } from '../app/texts.ts';

export interface MarkerText {
  /** The first record after it. */
  readonly record: number;
  readonly text: string;
}

type TimeOf = (at: number) => string;

const textOf = ({ at, kind, gap }: Marker, timeOf: TimeOf): string =>
  `${texts.follow.markers[kind]}, ${timeOf(at)}${gap ? ` (${texts.follow.gap})` : ''}`;

/** What happened to some of several files at one place. */
export function markersOfFiles(markers: readonly Marker[] | undefined, timeOf: TimeOf): string | undefined {
  if (markers === undefined || markers.length === 0) return undefined;
  return markers.map((marker) => texts.follow.ofFile(textOf(marker, timeOf), marker.file)).join('; ');
}

/** In the order of the records; of several at one place, all in one text. */
export function markerTexts(markers: readonly Marker[], timeOf: TimeOf): readonly MarkerText[] {
  const found: { readonly record: number; text: string }[] = [];
  for (const marker of markers) {
    const { record } = marker;
    const text = textOf(marker, timeOf);
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
