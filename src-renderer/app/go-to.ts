/** Reads what people enter to go somewhere: a line, a row of the view, or a time. Pure. */
import { readTime } from '../../src-shared/query/index.ts';
import { formatInstant } from '../../src-shared/model/zone.ts';

export type Destination =
  | { readonly by: 'line'; readonly line: number }
  /** Counted from 0. */
  | { readonly by: 'row'; readonly row: number }
  | { readonly by: 'time'; readonly time: number };

/** `nearMs` gives a clock time its day: a time that is on screen, or the first of the log. */
export function readDestination(
  text: string,
  zone: string,
  nearMs: number | undefined,
  nowMs: number,
): Destination | undefined {
  const trimmed = text.trim();
  const number = /^(#?)\s*([\d.,_\u00a0 ]*\d)$/.exec(trimmed);
  if (number !== null && !/^\d+[.,]\d{1,2}$/.test(trimmed)) {
    const count = Number((number[2] ?? '').replace(/[^\d]/g, ''));
    if (!Number.isSafeInteger(count) || count < 1) return undefined;
    return number[1] === '#' ? { by: 'row', row: count - 1 } : { by: 'line', line: count };
  }
  const span = readTime(trimmed, zone, nowMs) ?? readClock(trimmed, zone, nearMs, nowMs);
  return span && { by: 'time', time: span.from };
}

function readClock(text: string, zone: string, nearMs: number | undefined, nowMs: number) {
  if (nearMs === undefined || !/^\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,3})?)?$/.test(text)) return undefined;
  const date = formatInstant(nearMs, zone).split('T')[0] ?? '';
  return readTime(
    `${date} ${text.padStart(text.indexOf(':') === 1 ? text.length + 1 : text.length, '0')}`,
    zone,
    nowMs,
  );
}
