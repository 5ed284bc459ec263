/** Times as a filter writes them: dates as precise as they are written, and times relative to now. */
import { wallMs } from '../model/civil.ts';
import { localToInstant, parseOffset } from '../model/zone.ts';

/** What a text of time stands for: [from, to) in ms. The text of an hour stands for the whole hour. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

/** Texts that readTime takes, for messages. */
export const timeExamples = '"2026-03-01", "2026-03-01 10:15", "2026-03-01T10:15:00Z" or now-15m';

const absolute =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:(?:[Tt]| +)(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(?: ?([Zz]|[+-]\d\d(?::?\d\d){0,2}))?)?)?)?$/;

/**
 * Reads a year, month, day, hour, minute, second or fraction of one in ISO 8601 (a space may stand for the T), in
 * the zone unless it has an offset, or `now`, `now-15m`, `now+1h30m`. Undefined for other text and for dates that
 * no calendar has. An hour that clocks run through twice is taken whole, a minute of it the first time.
 */
export function readTime(text: string, zone: string, now: number): TimeSpan | undefined {
  const match = absolute.exec(text);
  if (match === null) {
    const instant = readRelative(text, now);
    return instant === undefined ? undefined : { from: instant, to: instant + 1 };
  }
  const [, yearText, ...rest] = match;
  const year = Number(yearText);
  const [month, day, hour, minute, second] = rest
    .slice(0, 5)
    .map((field) => (field === undefined ? undefined : Number(field)));
  const [fraction, offset] = rest.slice(5);
  if (!isDate(year, month, day) || (hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) return undefined;
  const offsetMs = offset === undefined ? undefined : /z/i.test(offset) ? 0 : parseOffset(offset);
  if (offset !== undefined && offsetMs === undefined) return undefined;
  const at = (y: number, mo: number, d: number, h: number, mi: number, s: number, ms: number): number =>
    offsetMs === undefined ? localToInstant(zone, y, mo, d, h, mi, s, ms) : wallMs(y, mo, d, h, mi, s, ms) - offsetMs;
  const from = (): number =>
    at(year, month ?? 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0, millisecondsOf(fraction ?? ''));
  if (month === undefined) return { from: from(), to: at(year + 1, 1, 1, 0, 0, 0, 0) };
  if (day === undefined) return { from: from(), to: at(year, month + 1, 1, 0, 0, 0, 0) };
  if (hour === undefined) return { from: from(), to: at(year, month, day + 1, 0, 0, 0, 0) };
  if (minute === undefined) return { from: from(), to: at(year, month, day, hour + 1, 0, 0, 0) };
  if (second === undefined) return { from: from(), to: at(year, month, day, hour, minute + 1, 0, 0) };
  const begin = from();
  return { from: begin, to: begin + (fraction === undefined ? 1000 : 10 ** Math.max(0, 3 - fraction.length)) };
}

/** `5` is 500 ms, `1234` is 123 ms. */
const millisecondsOf = (fraction: string): number => Number(fraction.padEnd(3, '0').slice(0, 3));

function isDate(year: number, month = 1, day = 1): boolean {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return days !== undefined && day >= 1 && day <= days;
}

const relativeUnits: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);

/** True for `now` and what counts from it. */
export const isRelativeTime = (text: string): boolean => readRelative(text, 0) !== undefined;

function readRelative(text: string, now: number): number | undefined {
  const match = /^now(?:\s*([+-])\s*((?:\d+(?:\.\d+)?\s*[a-z]+\s*)+))?$/i.exec(text);
  if (match === null) return undefined;
  let ms = 0;
  for (const [, count, unit = ''] of (match[2] ?? '').matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)) {
    const unitMs = relativeUnits.get(unit.toLowerCase());
    if (unitMs === undefined) return undefined;
    ms += Number(count) * unitMs;
  }
  return Math.floor(now + (match[1] === '-' ? -ms : ms));
}
