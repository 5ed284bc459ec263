/** Stats for people: counts with small bars. */
import { formatInstant } from '../../../src-shared/model/zone.ts';
import type { Stats } from './stats.ts';
import type { Buckets, TopValues } from './summaries.ts';
import { cellText } from './table.ts';
import { bar, grouped, largest, layOut, shorten, visible } from './terminal-text.ts';

const barWidth = 40;
const widestValue = 60;

export function statsText({ records, top, buckets }: Stats, zone: string): string {
  const parts = [`${grouped(records)} ${records === 1 ? 'record' : 'records'}\n`];
  if (top !== undefined) parts.push(topText(top, records, zone));
  if (buckets.counts.length > 0 || buckets.untimed > 0) parts.push(bucketsText(buckets, zone));
  return parts.join('\n');
}

function topText({ field, values, other, absent, distinct }: TopValues, records: number, zone: string): string {
  const most = values[0]?.count ?? 1;
  const rows = values.map(({ value, type, count }) => [
    shorten(visible(cellText(value, type, zone)), widestValue),
    grouped(count),
    share(count, records),
    bar(count / most, barWidth),
  ]);
  const rest = grouped(distinct - values.length);
  if (other > 0) rows.push([`(${rest} other values)`, grouped(other), share(other, records), '']);
  if (absent > 0) rows.push(['(no value)', grouped(absent), share(absent, records), '']);
  return layOut([[visible(field), 'records', 'share', ''], ...rows], ['left', 'right', 'right', 'left']);
}

function bucketsText({ interval, edges, counts, untimed }: Buckets, zone: string): string {
  const starts = edges.slice(0, -1).map((edge) => formatInstant(edge, zone).replace('T', ' '));
  const length = labelLength(starts);
  const most = Math.max(1, largest(counts));
  const rows = counts.map((count, at) => [starts[at].slice(0, length), grouped(count), bar(count / most, barWidth)]);
  if (untimed > 0) rows.push(['(without time)', grouped(untimed), '']);
  const title = `${zone}, every ${interval}`;
  return layOut([[title, 'records', ''], ...rows], ['left', 'right', 'left']);
}

/** How much of `2026-03-01 10:00:00.000+01:00` tells the starts of all buckets apart. */
function labelLength(starts: readonly string[]): number {
  if (starts.every((start) => start.startsWith('00:00:00.000', 11))) return 10;
  if (starts.every((start) => start.startsWith(':00.000', 16))) return 16;
  return starts.every((start) => start.startsWith('.000', 19)) ? 19 : 23;
}

const share = (count: number, records: number): string =>
  records === 0 ? '' : `${((count / records) * 100).toFixed(1)} %`;
