/** Finds where the values of a step end, in all lines of a batch. Returns how many lines it fits from the first one on. */
import { equalBytes, findByte } from './bytes';
import { fromsAt, lineEndsAt, quoteOfAt, tosAt } from './line-batch';
import { flagsAt, Scan, scanAt, stopAt, stopByteAt, stopLengthAt } from './plan';

const quote: u8 = 34;
const backslash: u8 = 92;

export function scanStep(step: usize, batch: usize, lines: i32): i32 {
  const mayBeEmpty = (load<i32>(step, flagsAt) & 2) != 0;
  switch (load<i32>(step, scanAt)) {
    case Scan.toByte:
      return scanToByte(step, batch, lines, mayBeEmpty);
    case Scan.quoted:
      return scanQuoted(step, batch, lines, mayBeEmpty);
    case Scan.toLiteral:
      return scanToLiteral(step, batch, lines, mayBeEmpty);
    default:
      return scanToEnd(batch, lines, mayBeEmpty);
  }
}

/** Moves to the value behind the literals that follow those at hand. */
export function passValues(step: usize, batch: usize, lines: i32): void {
  const length = i32x4.splat(load<i32>(step, stopLengthAt));
  const end = batch + ((<usize>lines) << 2);
  for (; batch < end; batch += 16) v128.store(batch, i32x4.add(v128.load(batch, tosAt), length), fromsAt);
}

/** The first bytes of the literal that follows a value, and which bits of eight bytes they are. */
function literalOf(step: usize): u64 {
  return load<u64>(load<usize>(step, stopAt)) & literalMask(step);
}

function literalMask(step: usize): u64 {
  const length = load<i32>(step, stopLengthAt);
  return length >= 8 ? u64.MAX_VALUE : ((<u64>1) << ((<u64>length) << 3)) - 1;
}

/** The literal stands at `at`. */
function standsAt(step: usize, literal: u64, mask: u64, length: usize, at: usize, end: usize): bool {
  return (
    (load<u64>(at) & mask) == literal &&
    at + length <= end &&
    (length <= 8 || equalBytes(load<usize>(step, stopAt), at, <i32>length))
  );
}

function scanToByte(step: usize, batch: usize, lines: i32, mayBeEmpty: bool): i32 {
  const byte = <u8>load<i32>(step, stopByteAt);
  for (let line = 0; line < lines; line++, batch += 4) {
    const from = load<usize>(batch, fromsAt);
    const to = findByte(byte, from, load<usize>(batch, lineEndsAt));
    if (to == 0 || (to == from && !mayBeEmpty)) return line;
    store<usize>(batch, to, tosAt);
  }
  return lines;
}

function scanToLiteral(step: usize, batch: usize, lines: i32, mayBeEmpty: bool): i32 {
  const byte = <u8>load<i32>(step, stopByteAt);
  const literal = literalOf(step);
  const mask = literalMask(step);
  const length = load<usize>(step, stopLengthAt);
  for (let line = 0; line < lines; line++, batch += 4) {
    const from = load<usize>(batch, fromsAt);
    const end = load<usize>(batch, lineEndsAt);
    let to = findByte(byte, from, end);
    while (to != 0 && !standsAt(step, literal, mask, length, to, end)) to = findByte(byte, to + 1, end);
    if (to == 0 || (to == from && !mayBeEmpty)) return line;
    store<usize>(batch, to, tosAt);
  }
  return lines;
}

function scanQuoted(step: usize, batch: usize, lines: i32, mayBeEmpty: bool): i32 {
  const literal = literalOf(step);
  const mask = literalMask(step);
  const length = load<usize>(step, stopLengthAt);
  for (let line = 0; line < lines; line++, batch += 4) {
    const from = load<usize>(batch, fromsAt);
    const end = load<usize>(batch, lineEndsAt);
    let place = load<usize>(batch, quoteOfAt);
    let to = load<usize>(place);
    while (to < from) to = load<usize>((place += 4));
    store<usize>(batch, place, quoteOfAt);
    if (to >= end) return line;
    if (load<u8>(to - 1) == backslash && to > from) to = findQuote(from, end);
    if (to == 0 || !standsAt(step, literal, mask, length, to, end) || (to == from && !mayBeEmpty)) return line;
    store<usize>(batch, to, tosAt);
  }
  return lines;
}

function scanToEnd(batch: usize, lines: i32, mayBeEmpty: bool): i32 {
  for (let line = 0; line < lines; line++, batch += 4) {
    const end = load<usize>(batch, lineEndsAt);
    if (load<usize>(batch, fromsAt) == end && !mayBeEmpty) return line;
    store<usize>(batch, end, tosAt);
  }
  return lines;
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
