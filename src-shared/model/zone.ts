/**
 * Time zones: offsets, wall clocks to instants and back, and instants as text. Runs on every thread.
 *
 * A zone is an IANA name, an offset ('+03:30', '-0800', '+05'), 'UTC' ('Z') or 'local' (the system's zone).
 * The rules come from Intl; asking it takes microseconds, so each zone keeps the stretches of time between its
 * changes of offset. That cache is the only state of this module and never changes an answer.
 */
import { EngineError } from '../errors.ts';
import { dayMs, hourMs, minuteMs, secondMs, wallClockOf, wallMs, type WallClock } from './civil.ts';

export type { WallClock } from './civil.ts';

export type TimeUnit = 'year' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond';

/** A time in which the offset stays the same: [from, to). */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly offsetMs: number;
}

interface Zone {
  /** Written as Z, not as an offset. */
  readonly isUtc: boolean;
  readonly probe: (ms: number) => number;
  readonly spans: Map<number, readonly Stretch[]>;
  /** The stretch asked for last; logs stay in one for months. */
  last: Stretch;
  /** The hour formatted last: its begin, its text up to the minute, and what follows the milliseconds. */
  hour: { readonly from: number; readonly head: string; readonly tail: string } | undefined;
}

/** Dates beyond this have no Date and no offset (ECMA-262, 21.4.1.1). */
const lastInstant = 8.64e15;

/** Stretches are found for so much time at once: some 398 days. */
const spanMs = 2 ** 35;

/** Shorter than any time between two changes: of all zones since 1900 the least is a week (Boa Vista, October 2000). */
const probeMs = 5 * dayMs;

const nowhere: Stretch = { from: Number.NaN, to: Number.NaN, offsetMs: 0 };

const zones = new Map<string, Zone>();

/** True for a name that every function here takes as a zone. */
export function isZone(text: string): boolean {
  return zones.has(text) || createZone(text) !== undefined;
}

/** What the zone's clocks are ahead of UTC at an instant. Throws `bad-argument` for an unknown zone. */
export function zoneOffsetMs(zone: string, instantMs: number): number {
  return stretchAt(zoneNamed(zone), instantMs).offsetMs;
}

/**
 * The instant at which clocks in the zone show these fields (month and day from 1; fields out of range run over).
 * Of a time that comes twice the earlier is taken; a time that is skipped moves on by what was skipped, as
 * Temporal's "compatible" does.
 */
export function localToInstant(
  zone: string,
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
  millisecond = 0,
): number {
  const found = zoneNamed(zone);
  const wall = wallMs(year, month, day, hour, minute, second, millisecond);
  const { from, to, offsetMs } = found.last;
  const near = wall - offsetMs;
  if (near - dayMs >= from && near + dayMs < to) return near;
  const before = wall - stretchAt(found, wall - dayMs).offsetMs;
  if (before + stretchAt(found, before).offsetMs === wall) return before;
  const after = wall - stretchAt(found, wall + dayMs).offsetMs;
  return after + stretchAt(found, after).offsetMs === wall ? after : before;
}

/** What clocks in the zone show at an instant. */
export const wallClock = (zone: string, instantMs: number): WallClock =>
  wallClockOf(Math.floor(instantMs) + zoneOffsetMs(zone, instantMs));

/** The begin of the year, month, week (Monday), day, hour, ... of the zone's wall clock that the instant is in. */
export function startOf(zone: string, unit: TimeUnit, instantMs: number): number {
  const offsetMs = zoneOffsetMs(zone, instantMs);
  const wall = Math.floor(instantMs) + offsetMs;
  switch (unit) {
    case 'millisecond':
      return wall - offsetMs;
    case 'second':
      return wall - modulo(wall, secondMs) - offsetMs;
    case 'minute':
      return wall - modulo(wall, minuteMs) - offsetMs;
    case 'hour':
      return wall - modulo(wall, hourMs) - offsetMs;
    case 'day':
    case 'week':
    case 'month':
    case 'year': {
      const { year, month, day } = wallClockOf(wall);
      // 1970-01-01 was a Thursday.
      const daysIntoWeek = modulo(Math.floor(wall / dayMs) + 3, 7);
      if (unit === 'day') return localToInstant(zone, year, month, day);
      if (unit === 'week') return localToInstant(zone, year, month, day - daysIntoWeek);
      return unit === 'month' ? localToInstant(zone, year, month, 1) : localToInstant(zone, year, 1, 1);
    }
  }
}

/** ISO 8601 with milliseconds and the zone's offset: `2026-03-01T10:00:00.000+01:00`; in UTC `...Z`. */
export function formatInstant(instantMs: number, zone: string): string {
  return format(instantMs, zoneNamed(zone));
}

/** ISO 8601 in UTC: `2026-03-01T09:00:00.000Z`. */
export const formatInstantUtc = (instantMs: number): string => format(instantMs, utc);

function format(instantMs: number, zone: Zone): string {
  if (!(Math.abs(instantMs) <= lastInstant)) return String(instantMs);
  const ms = Math.floor(instantMs);
  let hour = zone.hour;
  if (hour === undefined || !(ms >= hour.from && ms < hour.from + hourMs)) {
    const stretch = stretchAt(zone, ms);
    const wall = ms + stretch.offsetMs;
    const from = ms - modulo(wall, hourMs);
    hour = { from, head: dateText(wall), tail: zone.isUtc ? 'Z' : offsetText(stretch.offsetMs) };
    // An hour in which the offset changes is not kept.
    zone.hour = from >= stretch.from && from + hourMs <= stretch.to ? hour : undefined;
  }
  const within = ms - hour.from;
  const millisecond = within % secondMs;
  const seconds = (within - millisecond) / secondMs;
  const second = seconds % 60;
  return `${hour.head}${twoDigits[(seconds - second) / 60]}:${twoDigits[second]}.${threeDigits[millisecond]}${hour.tail}`;
}

const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
const threeDigits = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'));

/** `2026-03-01T10:` */
function dateText(wall: number): string {
  const { year, month, day, hour } = wallClockOf(wall);
  const yearText =
    year >= 0 && year <= 9999
      ? String(year).padStart(4, '0')
      : (year < 0 ? '-' : '+') + String(Math.abs(year)).padStart(6, '0');
  return `${yearText}-${twoDigits[month]}-${twoDigits[day]}T${twoDigits[hour]}:`;
}

/** `+01:00`; with seconds for the local mean times of the 19th century. */
function offsetText(offsetMs: number): string {
  const size = Math.abs(offsetMs);
  const seconds = Math.floor(size / secondMs) % 60;
  const text = `${twoDigits[Math.floor(size / hourMs)]}:${twoDigits[Math.floor(size / minuteMs) % 60]}`;
  return `${offsetMs < 0 ? '-' : '+'}${text}${seconds === 0 ? '' : `:${twoDigits[seconds]}`}`;
}

const modulo = (value: number, by: number): number => value - Math.floor(value / by) * by;

function zoneNamed(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = createZone(name);
  if (zone === undefined) {
    throw new EngineError(
      'bad-argument',
      `"${name}" is not a time zone. Use a name such as Europe/Berlin, an offset such as +03:30, UTC or local.`,
    );
  }
  zones.set(name, zone);
  return zone;
}

function createZone(name: string): Zone | undefined {
  if (/^(?:utc|z)$/i.test(name)) return utc;
  const offsetMs = parseOffset(name);
  if (offsetMs !== undefined) return fixedZone(offsetMs, false);
  const probe = createProbe(name);
  return probe && { isUtc: false, probe, spans: new Map(), last: nowhere, hour: undefined };
}

function fixedZone(offsetMs: number, isUtc: boolean): Zone {
  const always = { from: -Infinity, to: Infinity, offsetMs };
  return { isUtc, probe: () => offsetMs, spans: new Map(), last: always, hour: undefined };
}

const utc = fixedZone(0, true);

/** `+03:30`, `-0800`, `+05`, `+00:53:28` in milliseconds; undefined for other text. */
export function parseOffset(text: string): number | undefined {
  const match = /^([+-])(\d\d)(?::?([0-5]\d)(?::?([0-5]\d))?)?$/.exec(text);
  if (match === null || Number(match[2]) > 23) return undefined;
  const size = Number(match[2]) * hourMs + Number(match[3] ?? 0) * minuteMs + Number(match[4] ?? 0) * secondMs;
  return match[1] === '-' && size > 0 ? -size : size;
}

/** Asks Intl for the offset at an instant; undefined when it does not know the zone. */
function createProbe(name: string): ((ms: number) => number) | undefined {
  // An empty TZ or a damaged zone file leaves the system's zone unknown to Intl; UTC is what Date uses then.
  const timeZone = name === 'local' ? new Intl.DateTimeFormat('en-US').resolvedOptions().timeZone : name;
  const clock = createClock(timeZone) ?? (name === 'local' ? createClock('UTC') : undefined);
  if (clock === undefined) return undefined;
  return (ms) => {
    const fields: Record<string, string> = {};
    for (const { type, value } of clock.formatToParts(ms)) fields[type] = value;
    const field = (key: string): number => Number(fields[key]);
    const year = fields['era'] === 'B' ? 1 - field('year') : field('year');
    const wall = wallMs(year, field('month'), field('day'), field('hour'), field('minute'), field('second'), 0);
    return wall - Math.floor(ms / secondMs) * secondMs;
  };
}

function createClock(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'narrow',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    // A RangeError is how Intl says that it does not know the zone.
    return undefined;
  }
}

function stretchAt(zone: Zone, ms: number): Stretch {
  const { last } = zone;
  if (ms >= last.from && ms < last.to) return last;
  if (!(Math.abs(ms) <= lastInstant)) return nowhere;
  const number = Math.floor(ms / spanMs);
  let stretches = zone.spans.get(number);
  if (stretches === undefined) {
    stretches = findStretches(
      zone,
      Math.max(number * spanMs, -lastInstant),
      Math.min((number + 1) * spanMs, lastInstant),
    );
    zone.spans.set(number, stretches);
  }
  const found = stretches.find(({ from, to }) => ms >= from && ms < to) ?? stretches.at(-1) ?? nowhere;
  zone.last = found;
  return found;
}

function findStretches(zone: Zone, begin: number, end: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let from = begin;
  let offsetMs = zone.probe(begin);
  for (let at = begin; at < end; at += probeMs) {
    const next = Math.min(at + probeMs, end);
    const nextOffsetMs = zone.probe(next);
    if (nextOffsetMs === offsetMs) continue;
    const change = findChange(zone, at, next, offsetMs);
    // A change exactly at the end belongs to the next span.
    if (change < end) {
      stretches.push({ from, to: change, offsetMs });
      from = change;
      offsetMs = nextOffsetMs;
    }
  }
  stretches.push({ from, to: end, offsetMs });
  return stretches;
}

/** The first millisecond after `before` with another offset than there. */
function findChange(zone: Zone, before: number, after: number, offsetMs: number): number {
  let low = before;
  let high = after;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.probe(middle) === offsetMs) low = middle;
    else high = middle;
  }
  return high;
}
