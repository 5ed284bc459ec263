/**
 * Timestamps in bytes to instants. A TimeReader is created for the layout that detection chose (plain data in
 * the dialect) and reads one timestamp after the other; as most share their minute with the one before, it
 * compares those bytes and reads only the seconds. Used by each format whose time is not at a fixed place.
 */
import { wallMs } from '../../src-shared/model/civil.ts';
import { localToInstant } from '../../src-shared/model/zone.ts';
import { isDigit, isWordByte, scanFraction, scanTime, TimeFields, type DateOrder, type TimeKind } from './time-scan.ts';

/** How a file writes its times; plain data. */
export interface TimeLayout {
  readonly kind: TimeKind;
  /** Of `numeric` dates. */
  readonly order?: DateOrder;
  /** A zone or AM/PM follows after a space. */
  readonly spaced?: boolean;
}

/** What decides the year of times without one. */
export interface Years {
  instantOf(fields: TimeFields): number;
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days in a month (from 1) of a year. */
export const daysInMonth = (year: number, month: number): number =>
  month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : (monthDays[month - 1] ?? 0);

/** The instant of fields in a year; without an offset of their own they are of the zone. */
export function instantOf(fields: TimeFields, year: number, zone: string): number {
  const { month, day, hour, minute, second, millisecond, offsetMinutes } = fields;
  // A leap second (:60) runs over into the next minute, as POSIX time has it.
  return Number.isNaN(offsetMinutes)
    ? localToInstant(zone, year, month, day, hour, minute, second, millisecond)
    : wallMs(year, month, day, hour, minute, second, millisecond) - offsetMinutes * 60_000;
}

/** Fields of a calendar and a clock that exist. A year that is not told allows February 29. */
export function isValidTime(fields: TimeFields): boolean {
  const { year, month, day, hour, minute, second } = fields;
  return (
    hour <= 23 &&
    minute <= 59 &&
    second <= 60 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year < 0 ? 2000 : year, month)
  );
}

/** What times of one minute share: the text before and behind the seconds with their fraction, and the instant. */
export interface Minute {
  readonly prefix: Uint8Array;
  readonly suffix: Uint8Array;
  readonly instant: number;
}

/** Longer prefixes and suffixes than any layout has are not kept. */
const keptBytes = 40;

const plus = 43;
const minus = 45;
const space = 32;

export class TimeReader {
  /** The instant that was read last, ms since the epoch; NaN when the text tells a clock without a date. */
  instant = Number.NaN;
  readonly fields = new TimeFields();
  /** Raised whenever `minute` changes. */
  version = 0;
  private readonly layout: TimeLayout;
  private readonly order: DateOrder;
  readonly spaced: boolean;
  /** The text up to the seconds and the text after their fraction, as they were read last. */
  private readonly prefix = new Int32Array(keptBytes / 4);
  private prefixLength = 0;
  private readonly suffix = new Uint8Array(keptBytes);
  private suffixLength = 0;
  private minuteMs = 0;
  private bytes: Uint8Array = new Uint8Array();
  private view = new DataView(this.bytes.buffer);

  /** Without `years`, times without a year do not fit. */
  constructor(
    layout: TimeLayout,
    private readonly zone: string,
    private readonly years?: Years,
  ) {
    this.layout = layout;
    this.order = layout.order ?? 'ymd';
    this.spaced = layout.spaced ?? false;
  }

  /** Reads the timestamp that begins at `at`: its end, and `instant` is set; or -1. */
  read(bytes: Uint8Array, at: number, end: number): number {
    if (this.bytes !== bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    const quick = this.prefixLength === 0 ? -1 : this.readSameMinute(bytes, at, end);
    return quick >= 0 ? quick : this.readWhole(bytes, at, end);
  }

  /** As `read`, but true only when the timestamp is all of [at, end). */
  readAll(bytes: Uint8Array, at: number, end: number): boolean {
    return this.read(bytes, at, end) === end;
  }

  /** The minute of the time that was read last, unless its layout has none. */
  minute(): Minute | undefined {
    const { prefix, prefixLength, suffix, suffixLength, minuteMs } = this;
    if (prefixLength === 0) return undefined;
    const text = new DataView(new ArrayBuffer(prefixLength));
    for (let place = prefixLength - 4, word = 0; place > -4; place -= 4, word++) {
      text.setInt32(Math.max(place, 0), prefix[word], true);
    }
    return { prefix: new Uint8Array(text.buffer), suffix: suffix.subarray(0, suffixLength), instant: minuteMs };
  }

  /** Forgets what was read before; for when the rule of the years has changed. */
  reset(): void {
    this.version++;
    this.prefixLength = 0;
  }

  private readSameMinute(bytes: Uint8Array, at: number, end: number): number {
    const { prefix, prefixLength, suffix, suffixLength } = this;
    const secondsAt = at + prefixLength;
    if (secondsAt + 2 + suffixLength > end) return -1;
    // Four bytes at a time, the last ones overlapping and compared first: minutes change, years do not.
    const { view } = this;
    for (let place = prefixLength - 4, word = 0; place > -4; place -= 4, word++) {
      if (view.getInt32(at + (place > 0 ? place : 0), true) !== prefix[word]) return -1;
    }
    const tens = bytes[secondsAt] - 48;
    const ones = bytes[secondsAt + 1] - 48;
    if (!(tens >= 0 && tens <= 5 && ones >= 0 && ones <= 9)) return -1;
    const { fields } = this;
    const fractionEnd = scanFraction(bytes, secondsAt + 2, end, fields);
    const timeEnd = fractionEnd + suffixLength;
    if (timeEnd > end) return -1;
    for (let place = 0; place < suffixLength; place++) {
      if (bytes[fractionEnd + place] !== suffix[place]) return -1;
    }
    if (timeEnd < end && this.mayGoOn(bytes, timeEnd, end)) return -1;
    this.instant = this.minuteMs + (tens * 10 + ones) * 1000 + fields.millisecond;
    return timeEnd;
  }

  /** What follows could belong to the timestamp. */
  private mayGoOn(bytes: Uint8Array, at: number, end: number): boolean {
    const byte = bytes[at];
    if (isWordByte(byte) || byte >= 128) return true;
    if (this.suffixLength > 0) return false;
    if (byte === plus || byte === minus) return at + 1 < end && isDigit(bytes[at + 1]);
    if (byte !== space || !this.spaced || at + 1 >= end) return false;
    const next = bytes[at + 1];
    return isWordByte(next) || next === plus || next === minus;
  }

  private readWhole(bytes: Uint8Array, at: number, end: number): number {
    const { fields, layout } = this;
    const timeEnd = scanTime(layout.kind, this.order, this.spaced, bytes, at, end, fields);
    if (timeEnd < 0 || (timeEnd < end && isWordByte(bytes[timeEnd]))) return -1;
    if (layout.kind === 'epoch') {
      this.instant = fields.epochMs;
      return timeEnd;
    }
    if (layout.kind === 'clock') {
      this.instant = Number.NaN;
      return fields.hour <= 23 && fields.minute <= 59 && fields.second <= 60 && fields.secondsAt >= 0 ? timeEnd : -1;
    }
    if (!isValidTime(fields)) return -1;
    if (fields.year >= 0) this.instant = instantOf(fields, fields.year, this.zone);
    else if (this.years !== undefined) this.instant = this.years.instantOf(fields);
    else return -1;
    this.keep(bytes, at, timeEnd);
    return timeEnd;
  }

  private keep(bytes: Uint8Array, at: number, timeEnd: number): void {
    this.version++;
    const { fields } = this;
    const prefixLength = fields.secondsAt - at;
    const suffixLength = timeEnd - fields.secondsEnd;
    if (fields.secondsAt < 0 || prefixLength < 4 || prefixLength > keptBytes || suffixLength > keptBytes) {
      this.prefixLength = 0;
      return;
    }
    this.prefixLength = prefixLength;
    this.suffixLength = suffixLength;
    for (let place = prefixLength - 4, word = 0; place > -4; place -= 4, word++) {
      this.prefix[word] = this.view.getInt32(at + Math.max(place, 0), true);
    }
    for (let place = 0; place < suffixLength; place++) this.suffix[place] = bytes[fields.secondsEnd + place];
    this.minuteMs = this.instant - fields.second * 1000 - fields.millisecond;
  }
}

/** Reads whole values in any layout: JSON strings. Begins with the layout that fitted last, which changes no answer. */
export class AnyTimeReader {
  instant = Number.NaN;
  private readonly readers: readonly TimeReader[];
  private last: TimeReader;

  /** `order` is that of numeric dates, which a value alone does not tell. */
  constructor(zone: string, order: 'mdy' | 'dmy') {
    // No text fits two of these.
    const layouts: readonly TimeLayout[] = [
      { kind: 'iso', spaced: true },
      { kind: 'basic', spaced: true },
      { kind: 'dated', spaced: true },
      { kind: 'named', spaced: true },
      { kind: 'ctime' },
      { kind: 'numeric', order, spaced: true },
    ];
    this.readers = layouts.map((layout) => new TimeReader(layout, zone));
    this.last = this.readers[0];
  }

  /** The minute of the time that was read last, unless its layout has none. */
  minute(): Minute | undefined {
    return this.last.minute();
  }

  readAll(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.last.readAll(bytes, start, end)) {
      this.instant = this.last.instant;
      return true;
    }
    for (const reader of this.readers) {
      if (!reader.readAll(bytes, start, end)) continue;
      this.last = reader;
      this.instant = reader.instant;
      return true;
    }
    return false;
  }
}
