/** Reads and sets the values of a step, in all lines of a batch; returns how many it is sure of from the first one on. */
import { equalBytes, findByte, fraction } from './bytes';
import { setNumber, setSpan } from './cells';
import { decimal, fewDigits, plainNumber } from './decimal';
import { fromsAt, tosAt } from './line-batch';
import {
  Act,
  actAt,
  divideAt,
  fieldAt,
  flagsAt,
  levelsAt,
  minuteAt,
  multiplyAt,
  prefixOfTimeAt,
  prefixOfTimeLengthAt,
  Scan,
  scanAt,
  secondFieldAt,
  suffixOfTimeAt,
  suffixOfTimeLengthAt,
} from './plan';
import { setRequest, setTarget } from './request';
import { columnBytes, endsAt, Kind, kindsAt, numbersAt, startsAt } from './staging';

/** Reads a time of another minute than the last one: the instant, or NaN when it is none. */
declare function readTime(step: i32, from: i32, to: i32): f64;

const minus: u8 = 45;
const colon: u8 = 58;

/** `row` is the first line's. */
export function setStep(
  plan: usize,
  step: usize,
  number: i32,
  bytes: usize,
  batch: usize,
  lines: i32,
  staging: usize,
  row: i32,
): i32 {
  switch (load<i32>(step, actAt)) {
    case Act.skip:
      return lines;
    case Act.time:
      return setTimes(step, number, bytes, batch, lines, staging, row);
    case Act.number:
      return setNumbers(step, batch, lines, staging, row);
    case Act.status:
      return setStatuses(plan, step, batch, lines, staging, row);
    case Act.user:
      lines = countUsers(batch, lines);
      setTexts(step, bytes, batch, lines, staging, row);
      return lines;
    case Act.text:
      setTexts(step, bytes, batch, lines, staging, row);
      return lines;
    default:
      for (let line = 0; line < lines; line++, batch += 4) {
        const from = load<usize>(batch, fromsAt);
        const to = load<usize>(batch, tosAt);
        if (!isAbsent(step, from, to)) setValue(plan, step, bytes, from, to, staging, row + line);
      }
      return lines;
  }
}

function isDash(from: usize, to: usize): bool {
  return to - from == 1 && load<u8>(from) == minus;
}

function keepsDash(step: usize): bool {
  return (load<i32>(step, flagsAt) & 4) != 0;
}

function isAbsent(step: usize, from: usize, to: usize): bool {
  return from == to ? load<i32>(step, scanAt) != Scan.quoted : isDash(from, to) && !keepsDash(step);
}

function setTexts(step: usize, bytes: usize, batch: usize, lines: i32, staging: usize, row: i32): void {
  const column = staging + load<usize>(step, fieldAt) * columnBytes;
  const kinds = column + kindsAt + <usize>row;
  let place = column + ((<usize>row) << 2);
  const dash: u32 = keepsDash(step) ? 256 : minus;
  const isQuoted = load<i32>(step, scanAt) == Scan.quoted;
  for (let line = 0; line < lines; line++, batch += 4, place += 4) {
    const from = load<usize>(batch, fromsAt);
    const to = load<usize>(batch, tosAt);
    const length = to - from;
    // Without a branch: which values are dashes cannot be foretold.
    const isText = !(u32(length == 1) & u32(<u32>load<u8>(from) == dash)) & (u32(isQuoted) | u32(length != 0));
    store<u8>(kinds + line, select<u8>(<u8>Kind.span, load<u8>(kinds + line), isText));
    store<i32>(place, select<i32>(<i32>(from - bytes), load<i32>(place, startsAt), isText), startsAt);
    store<i32>(place, select<i32>(<i32>(to - bytes), load<i32>(place, endsAt), isText), endsAt);
  }
}

/** What begins with a dash and a space is no user. */
function countUsers(batch: usize, lines: i32): i32 {
  for (let line = 0; line < lines; line++, batch += 4) {
    const from = load<usize>(batch, fromsAt);
    if (load<u8>(from) == minus && load<u8>(from + 1) == 32 && load<usize>(batch, tosAt) - from > 1) return line;
  }
  return lines;
}

function numberOf(step: usize, from: usize, to: usize): f64 {
  const multiply = load<f64>(step, multiplyAt);
  const divide = load<f64>(step, divideAt);
  const few = fewDigits(from, to);
  const value = few >= 0 && multiply == 1 && divide == 1 ? <f64>few : decimal(from, to, multiply, divide);
  return (load<i32>(step, flagsAt) & 1) != 0 && floor<f64>(value) != value ? NaN : value;
}

function setNumbers(step: usize, batch: usize, lines: i32, staging: usize, row: i32): i32 {
  const column = staging + load<usize>(step, fieldAt) * columnBytes;
  for (let line = 0; line < lines; line++, batch += 4, row++) {
    const from = load<usize>(batch, fromsAt);
    const to = load<usize>(batch, tosAt);
    if (isDash(from, to)) {
      if (keepsDash(step)) return line;
      continue;
    }
    const value = numberOf(step, from, to);
    if (value != value) return line;
    store<u8>(column + kindsAt + <usize>row, Kind.number);
    store<f64>(column + ((<usize>row) << 3), value, numbersAt);
  }
  return lines;
}

function setStatuses(plan: usize, step: usize, batch: usize, lines: i32, staging: usize, row: i32): i32 {
  const levels = load<usize>(plan, levelsAt);
  const field = load<i32>(step, fieldAt);
  const levelField = load<i32>(step, secondFieldAt);
  for (let line = 0; line < lines; line++, batch += 4, row++) {
    const status = numberOf(step, load<usize>(batch, fromsAt), load<usize>(batch, tosAt));
    if (!(status >= 0 && status < 1000)) return line;
    setNumber(staging, field, row, status);
    setNumber(staging, levelField, row, <f64>load<u8>(levels + <usize>status));
  }
  return lines;
}

function setTimes(step: usize, number: i32, bytes: usize, batch: usize, lines: i32, staging: usize, row: i32): i32 {
  const field = load<i32>(step, fieldAt);
  for (let line = 0; line < lines; line++, batch += 4, row++) {
    const from = load<usize>(batch, fromsAt);
    const to = load<usize>(batch, tosAt);
    if (isDash(from, to)) {
      if (keepsDash(step)) return line;
      continue;
    }
    const instant = timeOf(step, number, bytes, from, to);
    if (instant != instant) return line;
    setNumber(staging, field, row, instant);
  }
  return lines;
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

/** A value that there is. */
function setValue(plan: usize, step: usize, bytes: usize, from: usize, to: usize, staging: usize, row: i32): void {
  const field = load<i32>(step, fieldAt);
  const secondField = load<i32>(step, secondFieldAt);
  switch (load<i32>(step, actAt)) {
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
      setTarget(staging, field, secondField, row, bytes, from, to);
      break;
    case Act.query:
      if (from < to && load<u8>(from) == 63) setSpan(staging, field, row, bytes, from + 1, to);
      else if (to > from) setSpan(staging, field, row, bytes, from, to);
      break;
    case Act.host:
    case Act.client:
      setHost(staging, field, secondField, row, bytes, from, to);
      break;
    case Act.addresses: {
      const comma = findByte(44, from, to);
      setSpan(staging, field, row, bytes, from, comma == 0 ? to : comma);
      if (comma != 0) setSpan(staging, secondField, row, bytes, from, to);
      break;
    }
    default:
      break;
  }
}

function isDigit(byte: u8): bool {
  return byte >= 48 && byte <= 57;
}

/** A name or an address, with or without a port. */
function setHost(staging: usize, name: i32, port: i32, row: i32, bytes: usize, from: usize, to: usize): void {
  if (findByte(colon, from, to) == 0) {
    setSpan(staging, name, row, bytes, from, to);
    return;
  }
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
