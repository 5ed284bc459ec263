/**
 * Recognizes written timestamps in bytes: one scanner per kind of layout, no strings, no regular expressions.
 * TimeReader (timestamp.ts) chooses among them, caches and turns fields into instants; this file only reads digits.
 * A scanner never looks at bytes outside [at, end).
 */

/**
 * `iso`: 2026-03-01T10:00:00,123+01:00, also with `/` or `.` and a space or `_` before the hour.
 * `basic`: 20260301T100000Z, 20171223-22:15:29:606, 081109 203615.
 * `numeric`: 03/01/2026 10:00:00 PM, 01.03.2026 10:00:00, 17/06/09 20:10:40; the order is the layout's.
 * `dated`: 01 Mar 2026 10:00:00, 01/Mar/2026:10:00:00 +0100, Sun, 01 Mar 2026 10:00:00 GMT.
 * `named`: Mar  1 10:00:00, Mar 01 2026 10:00:00, Mar 1, 2026 10:00:00 AM. `ctime`: Sun Mar 01 10:00:00 CET 2026.
 * `monthDay`: 0301 10:00:00.123456 (glog), 03-01 10:00:00.123 (Android). `epoch`: seconds to nanoseconds.
 * `clock`: 10:00:00.123, which marks a record but tells no instant.
 */
export type TimeKind = 'iso' | 'basic' | 'numeric' | 'dated' | 'named' | 'ctime' | 'monthDay' | 'epoch' | 'clock';

/** What a timestamp says. */
export class TimeFields {
  /** -1: the text has no year. */
  year = -1;
  /** From 1; 0: the text has no date. */
  month = 0;
  day = 0;
  hour = 0;
  minute = 0;
  second = 0;
  millisecond = 0;
  /** Minutes ahead of UTC; NaN when the text names no zone. */
  offsetMinutes = Number.NaN;
  /** Where the two digits of the seconds stand, -1 when there are none. */
  secondsAt = -1;
  /** Where the seconds and their fraction end. */
  secondsEnd = -1;
  /** Milliseconds since the epoch, of an `epoch` timestamp. */
  epochMs = Number.NaN;
}

/** Position after the timestamp that begins at `at`, or -1. `spaced`: a zone or AM/PM may follow after a space. */
export function scanTime(
  kind: TimeKind,
  order: DateOrder,
  spaced: boolean,
  bytes: Uint8Array,
  at: number,
  end: number,
  into: TimeFields,
): number {
  into.year = -1;
  into.month = 0;
  into.day = 0;
  into.secondsAt = -1;
  into.epochMs = Number.NaN;
  into.offsetMinutes = Number.NaN;
  switch (kind) {
    case 'iso':
      return scanIso(bytes, at, end, into, spaced);
    case 'basic':
      return scanBasic(bytes, at, end, into, spaced);
    case 'numeric':
      return scanNumeric(bytes, at, end, into, spaced, order);
    case 'dated':
      return scanDated(bytes, at, end, into, spaced);
    case 'named':
      return scanNamed(bytes, at, end, into, spaced);
    case 'ctime':
      return scanCtime(bytes, at, end, into);
    case 'monthDay':
      return scanMonthDay(bytes, at, end, into);
    case 'epoch':
      return scanEpoch(bytes, at, end, into);
    case 'clock':
      return scanClock(bytes, at, end, into);
  }
}

export type DateOrder = 'ymd' | 'mdy' | 'dmy';

const colon = 58;
const comma = 44;
const dot = 46;
const minus = 45;
const plus = 43;
const slash = 47;
const space = 32;
const underscore = 95;

export const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

const isLetter = (byte: number): boolean => (byte | 32) >= 97 && (byte | 32) <= 122;

/** Letter, digit or underscore: what may not follow a timestamp. */
export const isWordByte = (byte: number): boolean => isDigit(byte) || isLetter(byte) || byte === underscore;

/** `length` digits as a number, or -1. */
function digits(bytes: Uint8Array, at: number, end: number, length: number): number {
  if (at + length > end) return -1;
  let value = 0;
  for (let place = at; place < at + length; place++) {
    const digit = bytes[place] - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function countDigits(bytes: Uint8Array, at: number, end: number): number {
  let place = at;
  while (place < end && isDigit(bytes[place])) place++;
  return place - at;
}

const isAt = (bytes: Uint8Array, at: number, end: number, byte: number): boolean => at < end && bytes[at] === byte;

function scanIso(bytes: Uint8Array, at: number, end: number, into: TimeFields, spaced: boolean): number {
  if (at + 14 > end) return -1;
  into.year = digits(bytes, at, end, 4);
  const separator = bytes[at + 4];
  if (into.year < 0 || !(separator === minus || separator === slash || separator === dot)) return -1;
  const monthDigits = countDigits(bytes, at + 5, Math.min(end, at + 8));
  into.month = digits(bytes, at + 5, end, monthDigits);
  let place = at + 5 + monthDigits;
  if (monthDigits === 0 || monthDigits > 2 || !isAt(bytes, place, end, separator)) return -1;
  place++;
  const dayDigits = countDigits(bytes, place, Math.min(end, place + 3));
  into.day = digits(bytes, place, end, dayDigits);
  if (dayDigits === 0 || dayDigits > 2) return -1;
  place = skipDateEnd(bytes, place + dayDigits, end);
  return place < 0 ? -1 : scanClockAndZone(bytes, place, end, into, spaced);
}

/** What stands between a date and its hour: T, space, underscore, colon, or a comma and a space. */
function skipDateEnd(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return -1;
  const byte = bytes[at];
  if (byte === comma) return isAt(bytes, at + 1, end, space) ? at + 2 : -1;
  if (byte === space) return isAt(bytes, at + 1, end, space) ? at + 2 : at + 1;
  return (byte | 32) === 116 || byte === underscore || byte === colon ? at + 1 : -1;
}

function scanBasic(bytes: Uint8Array, at: number, end: number, into: TimeFields, spaced: boolean): number {
  const dateDigits = countDigits(bytes, at, Math.min(end, at + 9));
  if (dateDigits !== 8 && dateDigits !== 6) return -1;
  const monthAt = at + dateDigits - 4;
  const year = digits(bytes, at, end, dateDigits - 4);
  into.year = dateDigits === 8 ? year : fullYear(year);
  into.month = digits(bytes, monthAt, end, 2);
  into.day = digits(bytes, monthAt + 2, end, 2);
  let place = at + dateDigits;
  if (place >= end) return -1;
  const separator = bytes[place];
  // Six digits alone could be anything: only a space may follow them.
  if (
    separator !== space &&
    (dateDigits === 6 || !((separator | 32) === 116 || separator === minus || separator === underscore))
  ) {
    return -1;
  }
  place++;
  if (countDigits(bytes, place, Math.min(end, place + 7)) !== 6) {
    return scanClockAndZone(bytes, place, end, into, spaced);
  }
  into.hour = digits(bytes, place, end, 2);
  into.minute = digits(bytes, place + 2, end, 2);
  into.second = digits(bytes, place + 4, end, 2);
  into.secondsAt = place + 4;
  into.secondsEnd = scanFraction(bytes, place + 6, end, into);
  return scanZone(bytes, into.secondsEnd, end, into, spaced);
}

function scanNumeric(
  bytes: Uint8Array,
  at: number,
  end: number,
  into: TimeFields,
  spaced: boolean,
  order: DateOrder,
): number {
  const firstDigits = countDigits(bytes, at, Math.min(end, at + 3));
  let place = at + firstDigits;
  if (firstDigits === 0 || firstDigits > 2 || place >= end) return -1;
  const separator = bytes[place];
  if (separator !== slash && separator !== minus && separator !== dot) return -1;
  const first = digits(bytes, at, end, firstDigits);
  place++;
  const secondDigits = countDigits(bytes, place, Math.min(end, place + 3));
  const second = digits(bytes, place, end, secondDigits);
  place += secondDigits;
  if (secondDigits === 0 || secondDigits > 2 || !isAt(bytes, place, end, separator)) return -1;
  place++;
  const thirdDigits = countDigits(bytes, place, Math.min(end, place + 5));
  const third = digits(bytes, place, end, thirdDigits);
  if (thirdDigits !== 2 && thirdDigits !== 4) return -1;
  if (order === 'ymd') {
    if (firstDigits !== 2 || thirdDigits !== 2) return -1;
    into.year = fullYear(first);
    into.month = second;
    into.day = third;
  } else {
    into.year = thirdDigits === 4 ? third : fullYear(third);
    into.month = order === 'mdy' ? first : second;
    into.day = order === 'mdy' ? second : first;
  }
  place = skipDateEnd(bytes, place + thirdDigits, end);
  return place < 0 ? -1 : scanClockAndZone(bytes, place, end, into, spaced);
}

/** Two-digit years as POSIX strptime reads them: 69 to 99 are of the last century. */
const fullYear = (year: number): number => (year < 69 ? 2000 + year : 1900 + year);

function scanDated(bytes: Uint8Array, at: number, end: number, into: TimeFields, spaced: boolean): number {
  let place = at;
  if (place < end && isLetter(bytes[place])) {
    // A weekday before the date, as in HTTP and mail.
    if (place + 5 > end || bytes[place + 3] !== comma || bytes[place + 4] !== space) return -1;
    place += 5;
  }
  const dayDigits = countDigits(bytes, place, Math.min(end, place + 3));
  if (dayDigits === 0 || dayDigits > 2) return -1;
  into.day = digits(bytes, place, end, dayDigits);
  place += dayDigits;
  if (place >= end) return -1;
  const separator = bytes[place];
  if (separator !== space && separator !== slash && separator !== minus) return -1;
  into.month = scanMonth(bytes, place + 1, end);
  place += 4;
  if (into.month === 0 || !isAt(bytes, place, end, separator)) return -1;
  into.year = digits(bytes, place + 1, end, 4);
  if (into.year < 0) return -1;
  place = skipDateEnd(bytes, place + 5, end);
  return place < 0 ? -1 : scanClockAndZone(bytes, place, end, into, spaced);
}

function scanNamed(bytes: Uint8Array, at: number, end: number, into: TimeFields, spaced: boolean): number {
  const clockAt = scanNamedDay(bytes, at, end, into);
  if (clockAt < 0) return -1;
  let place = clockAt;
  if (isAt(bytes, place, end, comma)) place++;
  if (!isAt(bytes, place, end, space)) return -1;
  place++;
  if (countDigits(bytes, place, Math.min(end, place + 5)) === 4) {
    into.year = digits(bytes, place, end, 4);
    place += 4;
    if (isAt(bytes, place, end, comma)) place++;
    if (!isAt(bytes, place, end, space)) return -1;
    place++;
  }
  return scanClockAndZone(bytes, place, end, into, spaced);
}

/** `Mar  1`, `Mar 01`. */
function scanNamedDay(bytes: Uint8Array, at: number, end: number, into: TimeFields): number {
  if (at + 6 > end) return -1;
  into.month = scanMonth(bytes, at, end);
  if (into.month === 0 || bytes[at + 3] !== space) return -1;
  const dayAt = bytes[at + 4] === space ? at + 5 : at + 4;
  const dayDigits = countDigits(bytes, dayAt, Math.min(end, dayAt + 3));
  if (dayDigits === 0 || dayDigits > 2) return -1;
  into.day = digits(bytes, dayAt, end, dayDigits);
  return dayAt + dayDigits;
}

function scanCtime(bytes: Uint8Array, at: number, end: number, into: TimeFields): number {
  if (at + 8 > end || !isWeekday(bytes, at) || bytes[at + 3] !== space) return -1;
  let place = scanNamedDay(bytes, at + 4, end, into);
  if (place < 0 || !isAt(bytes, place, end, space)) return -1;
  place = scanClock(bytes, place + 1, end, into);
  if (place < 0) return -1;
  const zoned = scanZone(bytes, place, end, into, true);
  // A zone name that is not known is passed over.
  place = zoned > place ? zoned : skipZoneName(bytes, place, end);
  if (!isAt(bytes, place, end, space) || countDigits(bytes, place + 1, Math.min(end, place + 6)) !== 4) return -1;
  into.year = digits(bytes, place + 1, end, 4);
  return place + 5;
}

function skipZoneName(bytes: Uint8Array, at: number, end: number): number {
  if (!isAt(bytes, at, end, space)) return at;
  let place = at + 1;
  while (place < end && place < at + 6 && isLetter(bytes[place])) place++;
  return place > at + 1 ? place : at;
}

function isWeekday(bytes: Uint8Array, at: number): boolean {
  switch (letters(bytes, at)) {
    case 0x73756e: // sun
    case 0x6d6f6e: // mon
    case 0x747565: // tue
    case 0x776564: // wed
    case 0x746875: // thu
    case 0x667269: // fri
    case 0x736174: // sat
      return true;
    default:
      return false;
  }
}

const letters = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] | 32) << 16) | ((bytes[at + 1] | 32) << 8) | (bytes[at + 2] | 32);

/** 1 to 12, or 0. */
function scanMonth(bytes: Uint8Array, at: number, end: number): number {
  if (at + 3 > end) return 0;
  switch (letters(bytes, at)) {
    case 0x6a616e: // jan
      return 1;
    case 0x666562: // feb
      return 2;
    case 0x6d6172: // mar
      return 3;
    case 0x617072: // apr
      return 4;
    case 0x6d6179: // may
      return 5;
    case 0x6a756e: // jun
      return 6;
    case 0x6a756c: // jul
      return 7;
    case 0x617567: // aug
      return 8;
    case 0x736570: // sep
      return 9;
    case 0x6f6374: // oct
      return 10;
    case 0x6e6f76: // nov
      return 11;
    case 0x646563: // dec
      return 12;
    default:
      return 0;
  }
}

function scanMonthDay(bytes: Uint8Array, at: number, end: number, into: TimeFields): number {
  if (at + 9 > end) return -1;
  into.month = digits(bytes, at, end, 2);
  const separated = bytes[at + 2] === minus || bytes[at + 2] === slash;
  const dayAt = separated ? at + 3 : at + 2;
  into.day = digits(bytes, dayAt, end, 2);
  if (into.month < 0 || into.day < 0 || !isAt(bytes, dayAt + 2, end, space)) return -1;
  return scanClock(bytes, dayAt + 3, end, into);
}

/** Seconds (also with a fraction), milliseconds, microseconds or nanoseconds by the number of digits, from 1973 on. */
function scanEpoch(bytes: Uint8Array, at: number, end: number, into: TimeFields): number {
  const count = countDigits(bytes, at, Math.min(end, at + 20));
  if (count < 9 || count > 19) return -1;
  let place = at + count;
  if (count <= 10) {
    into.millisecond = 0;
    into.epochMs = digits(bytes, at, end, count) * 1000;
    place = scanFraction(bytes, place, end, into);
    into.epochMs += into.millisecond;
  } else if (count === 12 || count === 13) {
    into.epochMs = digits(bytes, at, end, count);
  } else if (count === 15 || count === 16) {
    into.epochMs = digits(bytes, at, end, count - 3);
  } else if (count === 18 || count === 19) {
    into.epochMs = digits(bytes, at, end, count - 6);
  } else {
    return -1;
  }
  return bytes[at] === 48 ? -1 : place;
}

/** HH:MM, HH:MM:SS, and a fraction; the hour may have one digit. */
function scanClock(bytes: Uint8Array, at: number, end: number, into: TimeFields): number {
  const hourDigits = countDigits(bytes, at, Math.min(end, at + 3));
  const minuteAt = at + hourDigits + 1;
  if (hourDigits === 0 || hourDigits > 2 || !isAt(bytes, minuteAt - 1, end, colon)) return -1;
  into.hour = digits(bytes, at, end, hourDigits);
  into.minute = digits(bytes, minuteAt, end, 2);
  into.second = 0;
  into.millisecond = 0;
  if (into.minute < 0) return -1;
  into.secondsEnd = minuteAt + 2;
  if (!isAt(bytes, minuteAt + 2, end, colon)) return minuteAt + 2;
  into.second = digits(bytes, minuteAt + 3, end, 2);
  // `10:00: text`: the colon is not of the time.
  if (into.second < 0) return minuteAt + 2;
  into.secondsAt = minuteAt + 3;
  into.secondsEnd = scanFraction(bytes, minuteAt + 5, end, into);
  return into.secondsEnd;
}

/** A fraction of a second after `.` or `,`, or three digits after `:`; sets milliseconds, rounded down. */
export function scanFraction(bytes: Uint8Array, at: number, end: number, into: TimeFields): number {
  into.millisecond = 0;
  if (at + 1 >= end) return at;
  const mark = bytes[at];
  if (mark !== dot && mark !== comma && mark !== colon) return at;
  let place = at + 1;
  let value = 0;
  while (place < end && place < at + 13) {
    const digit = bytes[place] - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    if (place < at + 4) value = value * 10 + digit;
    place++;
  }
  const count = place - at - 1;
  if (count === 0 || (mark === colon && count !== 3)) return at;
  into.millisecond = count === 1 ? value * 100 : count === 2 ? value * 10 : value;
  return place;
}

function scanClockAndZone(bytes: Uint8Array, at: number, end: number, into: TimeFields, spaced: boolean): number {
  const clockEnd = scanClock(bytes, at, end, into);
  if (clockEnd < 0) return -1;
  const halfEnd = scanHalfDay(bytes, clockEnd, end, into, spaced);
  return halfEnd < 0 ? -1 : scanZone(bytes, halfEnd, end, into, spaced);
}

/** AM or PM. */
function scanHalfDay(bytes: Uint8Array, at: number, end: number, into: TimeFields, spaced: boolean): number {
  let place = at;
  if (spaced && isAt(bytes, place, end, space)) place++;
  // U+202F, which Java and JavaScript write there since CLDR 42.
  else if (place + 3 < end && bytes[place] === 0xe2 && bytes[place + 1] === 0x80 && bytes[place + 2] === 0xaf)
    place += 3;
  if (place + 2 > end || (bytes[place + 1] | 32) !== 109) return at;
  const half = bytes[place] | 32;
  if ((half !== 97 && half !== 112) || (place + 2 < end && isWordByte(bytes[place + 2]))) return at;
  if (into.hour < 1 || into.hour > 12) return -1;
  into.hour = (into.hour % 12) + (half === 112 ? 12 : 0);
  return place + 2;
}

/** Z, +01:00, +0100, +01, and after a space +01:00, +0100 or a zone's name. */
function scanZone(bytes: Uint8Array, at: number, end: number, into: TimeFields, spaced: boolean): number {
  if (at >= end) return at;
  let place = at;
  const afterSpace = bytes[place] === space;
  if (afterSpace) {
    if (!spaced || ++place >= end) return at;
  }
  const sign = bytes[place];
  if (sign === plus || sign === minus) {
    const hours = digits(bytes, place + 1, end, 2);
    if (hours < 0 || hours > 23) return at;
    let zoneEnd = place + 3;
    let minutes = 0;
    const minuteAt = isAt(bytes, zoneEnd, end, colon) ? zoneEnd + 1 : zoneEnd;
    const read = digits(bytes, minuteAt, end, 2);
    if (read >= 0 && read < 60) {
      minutes = read;
      zoneEnd = minuteAt + 2;
    } else if (afterSpace) {
      return at;
    }
    if (zoneEnd < end && isWordByte(bytes[zoneEnd])) return at;
    into.offsetMinutes = (hours * 60 + minutes) * (sign === minus ? -1 : 1);
    return zoneEnd;
  }
  if (!isLetter(sign)) return at;
  let nameEnd = place;
  let name = 0;
  while (nameEnd < end && nameEnd < place + 5 && isLetter(bytes[nameEnd])) name = name * 32 + (bytes[nameEnd++] & 31);
  if (nameEnd < end && isWordByte(bytes[nameEnd])) return at;
  const offset = zoneNames.get(name);
  // Lower case is a word of the text, not a zone; `z` alone is ISO 8601.
  if (offset === undefined || (sign >= 97 && nameEnd > place + 1)) return at;
  into.offsetMinutes = offset;
  return nameEnd;
}

const nameCode = (name: string): number =>
  Array.from(name).reduce((code, letter) => code * 32 + (letter.charCodeAt(0) & 31), 0);

/** Names that mean one offset: RFC 822 and those of Europe, Japan and Korea. Others (IST, AST) mean several. */
const zoneNames: ReadonlyMap<number, number> = new Map(
  Object.entries({
    Z: 0,
    UTC: 0,
    GMT: 0,
    WET: 0,
    WEST: 60,
    CET: 60,
    CEST: 120,
    EET: 120,
    EEST: 180,
    MSK: 180,
    JST: 540,
    KST: 540,
    EST: -300,
    EDT: -240,
    CST: -360,
    CDT: -300,
    MST: -420,
    MDT: -360,
    PST: -480,
    PDT: -420,
  }).map(([name, minutes]) => [nameCode(name), minutes]),
);
