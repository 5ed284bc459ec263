/**
 * Reads whole lines by a layout into staged columns: access logs and the layouts of nginx and Apache.
 * Twin: src-main/formats/layout-parser.ts. Stops before a line that it is not sure about.
 */
import { equalBytes, findByte, fraction } from './bytes';
import { setNumber, setSpan } from './cells';
import {
  Act,
  actAt,
  divideAt,
  fieldAt,
  flagsAt,
  fromAt,
  levelsAt,
  methodAt,
  minuteAt,
  multiplyAt,
  nextAt,
  numberAt,
  pathAt,
  prefixAt,
  prefixLengthAt,
  prefixOfTimeAt,
  prefixOfTimeLengthAt,
  protocolAt,
  queryAt,
  requestAt,
  Scan,
  scanAt,
  secondFieldAt,
  stepBytes,
  stepCountAt,
  stepsAt,
  stopAt,
  stopByteAt,
  stopLengthAt,
  suffixOfTimeAt,
  suffixOfTimeLengthAt,
  toAt,
  tokensAt,
} from './plan';

/** Reads a time of another minute than the last one: the instant, or NaN when it is none. */
declare function readTime(step: i32, from: i32, to: i32): f64;

/** Longer lines are left to the twin, which knows the limits. */
const longestLine: usize = 1 << 20;

const quote: u8 = 34;
const minus: u8 = 45;
const backslash: u8 = 92;
const colon: u8 = 58;

/**
 * Reads lines that begin in [from, before) and end with a newline before `filled` into rows from `firstRow` on, up to
 * `lastRow`. Addresses; what is staged is relative to `bytes`. Returns the row behind the last one.
 */
export function readLines(
  plan: usize,
  bytes: usize,
  from: usize,
  before: usize,
  filled: usize,
  firstRow: i32,
  lastRow: i32,
  staging: usize,
  recordStarts: usize,
): i32 {
  let row = firstRow;
  let at = from;
  while (row < lastRow && at < before) {
    const newline = findByte(10, at, filled);
    if (newline == 0 || newline - at > longestLine) break;
    let end = newline;
    if (end > at && load<u8>(end - 1) == 13) end--;
    if (end == at) break;
    while (end > at && isBlank(load<u8>(end - 1))) end--;
    if (!takeLine(plan, bytes, at, end)) break;
    setLine(plan, bytes, row, staging);
    store<i32>(recordStarts + (row << 2), <i32>(at - bytes));
    row++;
    at = newline + 1;
  }
  store<usize>(plan, at, nextAt);
  return row;
}

function isBlank(byte: u8): bool {
  return byte == 32 || byte == 9;
}

/** Finds where the values stand and reads their numbers; false when the line does not fit or it is not sure. */
function takeLine(plan: usize, bytes: usize, start: usize, end: usize): bool {
  let at = start;
  const prefixLength = load<i32>(plan, prefixLengthAt);
  if (prefixLength > 0) {
    if (at + prefixLength > end || !equalBytes(load<usize>(plan, prefixAt), at, prefixLength)) return false;
    at += prefixLength;
  }
  const count = load<i32>(plan, stepCountAt);
  let step = plan + stepsAt;
  for (let number = 0; number < count; number++, step += stepBytes) {
    const from = at;
    const stopLength = load<i32>(step, stopLengthAt);
    switch (load<i32>(step, scanAt)) {
      case Scan.toByte:
        at = findByte(<u8>load<i32>(step, stopByteAt), at, end);
        if (at == 0) return false;
        break;
      case Scan.quoted:
        at = findQuote(at, end);
        if (at == 0 || !standsAt(step, stopLength, at, end)) return false;
        break;
      case Scan.toLiteral:
        for (;;) {
          at = findByte(<u8>load<i32>(step, stopByteAt), at, end);
          if (at == 0) return false;
          if (standsAt(step, stopLength, at, end)) break;
          at++;
        }
        break;
      default:
        at = end;
    }
    if (at == from && (load<i32>(step, flagsAt) & 2) == 0) return false;
    store<usize>(step, from, fromAt);
    store<usize>(step, at, toAt);
    const isAbsent = at - from == 1 && load<u8>(from) == minus;
    switch (load<i32>(step, actAt)) {
      case Act.time: {
        if (isAbsent) break;
        const instant = timeOf(step, number, bytes, from, at);
        if (instant != instant) return false;
        store<f64>(step, instant, numberAt);
        break;
      }
      case Act.number:
      case Act.status: {
        if (isAbsent && load<i32>(step, actAt) == Act.number) break;
        const value = decimal(from, at, load<f64>(step, multiplyAt), load<f64>(step, divideAt));
        if (value != value || ((load<i32>(step, flagsAt) & 1) != 0 && floor<f64>(value) != value)) return false;
        if (load<i32>(step, actAt) == Act.status && !(value >= 0 && value < 1000)) return false;
        store<f64>(step, value, numberAt);
        break;
      }
      case Act.user:
        if (at - from > 1 && load<u8>(from) == minus && load<u8>(from + 1) == 32) return false;
        break;
      default:
        break;
    }
    at += stopLength;
  }
  return at == end;
}

/** The literal behind a value stands at `at`. */
function standsAt(step: usize, length: i32, at: usize, end: usize): bool {
  return at + length <= end && equalBytes(load<usize>(step, stopAt), at, length);
}

/** The quote that ends the value at `from`, or 0. A backslash takes the next byte with it. */
function findQuote(from: usize, end: usize): usize {
  let at = findByte(quote, from, end);
  while (at > from && load<u8>(at - 1) == backslash) {
    let place = at - 1;
    while (place >= from && load<u8>(place) == backslash) place--;
    if (((at - 1 - place) & 1) == 0) break;
    at = findByte(quote, at + 1, end);
  }
  return at;
}

function setLine(plan: usize, bytes: usize, row: i32, staging: usize): void {
  const count = load<i32>(plan, stepCountAt);
  let step = plan + stepsAt;
  for (let number = 0; number < count; number++, step += stepBytes) {
    const from = load<usize>(step, fromAt);
    const to = load<usize>(step, toAt);
    const act = load<i32>(step, actAt);
    const field = load<i32>(step, fieldAt);
    if (act == Act.status) {
      const status = load<f64>(step, numberAt);
      setNumber(staging, field, row, status);
      const level = load<u8>(load<usize>(plan, levelsAt) + <usize>status);
      setNumber(staging, load<i32>(step, secondFieldAt), row, <f64>level);
      continue;
    }
    if (to - from == 1 && load<u8>(from) == minus && (load<i32>(step, flagsAt) & 4) == 0) continue;
    if (to == from && load<i32>(step, scanAt) != Scan.quoted) continue;
    switch (act) {
      case Act.text:
      case Act.user:
        setSpan(staging, field, row, bytes, from, to);
        break;
      case Act.number:
      case Act.time:
        setNumber(staging, field, row, load<f64>(step, numberAt));
        break;
      case Act.any: {
        const value = plainNumber(from, to);
        if (value == value) setNumber(staging, field, row, value);
        else setSpan(staging, field, row, bytes, from, to);
        break;
      }
      case Act.request:
        setRequest(plan, bytes, row, staging, from, to);
        break;
      case Act.target:
        setTarget(staging, field, load<i32>(step, secondFieldAt), row, bytes, from, to);
        break;
      case Act.query:
        if (from < to && load<u8>(from) == 63) setSpan(staging, field, row, bytes, from + 1, to);
        else if (to > from) setSpan(staging, field, row, bytes, from, to);
        break;
      case Act.host:
      case Act.client:
        setHost(staging, field, load<i32>(step, secondFieldAt), row, bytes, from, to);
        break;
      case Act.addresses: {
        const comma = findByte(44, from, to);
        setSpan(staging, field, row, bytes, from, comma == 0 ? to : comma);
        if (comma != 0) setSpan(staging, load<i32>(step, secondFieldAt), row, bytes, from, to);
        break;
      }
      default:
        break;
    }
  }
}

/** METHOD target PROTOCOL, else the field for any other request. */
function setRequest(plan: usize, bytes: usize, row: i32, staging: usize, from: usize, to: usize): void {
  const tokens = load<usize>(plan, tokensAt);
  let at = from;
  while (at < to && load<u8>(tokens + load<u8>(at)) == 1) at++;
  if (at > from && at < to && load<u8>(at) == 32) {
    const end = findByte(32, at + 1, to);
    if (end > at + 1 && isProtocol(end + 1, to)) {
      setSpan(staging, load<i32>(plan, methodAt), row, bytes, from, at);
      setTarget(staging, load<i32>(plan, pathAt), load<i32>(plan, queryAt), row, bytes, at + 1, end);
      setSpan(staging, load<i32>(plan, protocolAt), row, bytes, end + 1, to);
      return;
    }
  }
  setSpan(staging, load<i32>(plan, requestAt), row, bytes, from, to);
}

function isDigit(byte: u8): bool {
  return byte >= 48 && byte <= 57;
}

function isProtocol(from: usize, to: usize): bool {
  let at = from;
  while (at < to && (load<u8>(at) | 32) >= 97 && (load<u8>(at) | 32) <= 122) at++;
  if (at == from || at >= to || load<u8>(at) != 47) return false;
  at++;
  while (at < to && isDigit(load<u8>(at))) at++;
  if (at < to && load<u8>(at) == 46) {
    at++;
    while (at < to && isDigit(load<u8>(at))) at++;
  }
  const last = load<u8>(to - 1);
  return at == to && last != 47 && last != 46;
}

function setTarget(staging: usize, path: i32, query: i32, row: i32, bytes: usize, from: usize, to: usize): void {
  const mark = findByte(63, from, to);
  setSpan(staging, path, row, bytes, from, mark == 0 ? to : mark);
  if (mark != 0) setSpan(staging, query, row, bytes, mark + 1, to);
}

/** A name or an address, with or without a port. */
function setHost(staging: usize, name: i32, port: i32, row: i32, bytes: usize, from: usize, to: usize): void {
  let at = to - 1;
  while (at > from && isDigit(load<u8>(at))) at--;
  const isBracketed = load<u8>(from) == 91;
  if (
    load<u8>(at) != colon ||
    at == from ||
    at == to - 1 ||
    to - at > 6 ||
    (isBracketed ? load<u8>(at - 1) != 93 : findByte(colon, from, at) != 0)
  ) {
    setSpan(staging, name, row, bytes, from, to);
    return;
  }
  setSpan(staging, name, row, bytes, isBracketed ? from + 1 : from, isBracketed ? at - 1 : at);
  setNumber(staging, port, row, decimal(at + 1, to, 1, 1));
}

/** As readDecimal in src-main/formats/decimal.ts, operation by operation. */
function decimal(from: usize, to: usize, multiply: f64, divide: f64): f64 {
  let at = from;
  const isNegative = at < to && load<u8>(at) == minus;
  if (isNegative) at++;
  const digitsAt = at;
  // Up to 15 digits are whole numbers below 2 ** 53; with more the result is NaN.
  let mantissa: u64 = 0;
  let divisor = divide;
  for (; at < to; at++) {
    const digit = load<u8>(at) - 48;
    if (digit > 9) break;
    mantissa = mantissa * 10 + digit;
  }
  let digits = <i32>(at - digitsAt);
  if (digits == 0) return NaN;
  if (at < to) {
    if (load<u8>(at) != 46 || at + 1 == to) return NaN;
    for (at++; at < to; at++) {
      const digit = load<u8>(at) - 48;
      if (digit > 9) return NaN;
      mantissa = mantissa * 10 + digit;
      divisor *= 10;
      digits++;
    }
  }
  if (digits > 15) return NaN;
  const scaled = multiply == 1 ? <f64>mantissa : <f64>mantissa * multiply;
  const value = divisor == 1 ? scaled : scaled / divisor;
  return isNegative ? -value : value;
}

/** As readPlainNumber in src-main/formats/decimal.ts. */
export function plainNumber(from: usize, to: usize): f64 {
  const digitsAt = load<u8>(from) == minus ? from + 1 : from;
  if (digitsAt + 1 < to && load<u8>(digitsAt) == 48 && load<u8>(digitsAt + 1) != 46) return NaN;
  const value = decimal(from, to, 1, 1);
  return value == 0 && digitsAt > from ? NaN : value;
}

/** The instant of [from, to), of which most share their minute with the one before. */
function timeOf(step: usize, number: i32, bytes: usize, from: usize, to: usize): f64 {
  const prefixLength = load<i32>(step, prefixOfTimeLengthAt);
  const suffixLength = load<i32>(step, suffixOfTimeLengthAt);
  const secondsAt = from + prefixLength;
  if (
    prefixLength > 0 &&
    secondsAt + 2 + suffixLength <= to &&
    equalBytes(from, step + prefixOfTimeAt, prefixLength) &&
    equalBytes(to - suffixLength, step + suffixOfTimeAt, suffixLength)
  ) {
    const tens = load<u8>(secondsAt) - 48;
    const ones = load<u8>(secondsAt + 1) - 48;
    const millisecond = tens <= 5 && ones <= 9 ? fraction(secondsAt + 2, to - suffixLength) : -1;
    if (millisecond >= 0) {
      return load<f64>(step, minuteAt) + <f64>((<i32>tens * 10 + ones) * 1000 + millisecond);
    }
  }
  return readTime(number, <i32>(from - bytes), <i32>(to - bytes));
}
