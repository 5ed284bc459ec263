/** Numbers, times and levels in the bytes of a structured log. Twins: convert-number.ts and timestamp.ts in src-main/formats. */
import { equalBytes, fraction } from './bytes';
import { memoAt, Token, tokenNodeAt, endAt, kindAt, numberAt, numberOfAt, startAt } from './keyed-plan';

/**
 * Has plain code convert a value to a number: of a node, which decides how, and a kind of token. NaN: it does not
 * convert. What it learns of the value's minute it writes to the node's memo.
 */
declare function convertValue(node: i32, kind: i32, from: i32, to: i32, number: f64): f64;

/** Has plain code read a trace: as Trace in keyed-plan.ts. It keeps the frame for the next pending cell of that kind. */
declare function readTrace(node: i32, kind: i32, from: i32, to: i32): i32;

// Words of the memo of a time: the minute that was read last, lengths of what stands before and behind its seconds, and both.
const minuteAt: usize = 0;
const prefixLengthAt: usize = 8;
const suffixLengthAt: usize = 12;
const prefixAt: usize = 16;
const suffixAt: usize = 64;

/** Of a level: slots of short values by some of their bytes. */
const levelSlots: u32 = 16;
const levelBytes: usize = 24;
const longestLevel: usize = 8;

const minus: u8 = 45;
const powers = memory.data<f64>([
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]);

/** A whole number of up to 15 digits, divided by ten to the `exponent`, which is 22 at most: rounded once. */
export function quotient(value: f64, exponent: i32): f64 {
  return exponent == 0 ? value : value / load<f64>(powers + (exponent << 3));
}

/** The value of a token as the number that its node's conversion makes of it; NaN when it does not convert. */
export function converted(token: usize, bytes: usize): f64 {
  const node = load<usize>(token, tokenNodeAt);
  const from = <i32>(load<usize>(token, startAt) - bytes);
  const to = <i32>(load<usize>(token, endAt) - bytes);
  return convertValue(load<i32>(node, numberOfAt), load<i32>(token, kindAt), from, to, load<f64>(token, numberAt));
}

/** What an exception or a stack tells. */
export function traceOf(token: usize, bytes: usize): i32 {
  const node = load<usize>(token, tokenNodeAt);
  const from = <i32>(load<usize>(token, startAt) - bytes);
  const to = <i32>(load<usize>(token, endAt) - bytes);
  return readTrace(load<i32>(node, numberOfAt), load<i32>(token, kindAt), from, to);
}

/** The instant that a token tells, of which most share their minute with the one before; NaN: none. */
export function timeOf(token: usize, bytes: usize): f64 {
  const memo = load<usize>(load<usize>(token, tokenNodeAt), memoAt);
  const prefixLength = load<i32>(memo, prefixLengthAt);
  if (prefixLength > 0 && load<i32>(token, kindAt) == Token.text) {
    const from = load<usize>(token, startAt);
    const to = load<usize>(token, endAt);
    const suffixLength = load<i32>(memo, suffixLengthAt);
    const secondsAt = from + prefixLength;
    if (
      secondsAt + 2 + suffixLength <= to &&
      equalBytes(from, memo + prefixAt, prefixLength) &&
      equalBytes(to - suffixLength, memo + suffixAt, suffixLength)
    ) {
      const tens = load<u8>(secondsAt) - 48;
      const ones = load<u8>(secondsAt + 1) - 48;
      const millisecond = tens <= 5 && ones <= 9 ? fraction(secondsAt + 2, to - suffixLength) : -1;
      if (millisecond >= 0) {
        return load<f64>(memo, minuteAt) + <f64>((<i32>tens * 10 + ones) * 1000 + millisecond);
      }
    }
  }
  return converted(token, bytes);
}

/** The level that a token tells, from a memo where the value is short. */
export function levelOf(token: usize, bytes: usize): f64 {
  const from = load<usize>(token, startAt);
  const length = load<usize>(token, endAt) - from;
  if (length > longestLevel || length == 0) return converted(token, bytes);
  const kind = load<i32>(token, kindAt);
  const value = load<u64>(from) << ((8 - length) << 3);
  const memo = load<usize>(load<usize>(token, tokenNodeAt), memoAt);
  const slot =
    memo + <usize>((<u32>(value >> 56) + ((<u32>(value >> 48)) << 1) + <u32>length) & (levelSlots - 1)) * levelBytes;
  // Kinds are above 0, so that no value is in a slot that was never written.
  const mark = ((<u32>length) << 8) | kind;
  if (load<u64>(slot) == value && load<u32>(slot, 8) == mark) return load<f64>(slot, 16);
  const level = converted(token, bytes);
  store<u64>(slot, value);
  store<u32>(slot, mark, 8);
  store<f64>(slot, level, 16);
  return level;
}

/**
 * The decimal number [from, to) times ten to the `shift`, as scaledNumber reads it where both fit: NaN for more than
 * 15 digits and for whatever is no plain decimal number.
 */
export function scaled(from: usize, to: usize, shift: i32): f64 {
  let at = from;
  const isNegative = at < to && load<u8>(at) == minus;
  if (isNegative) at++;
  const digitsAt = at;
  let mantissa: u64 = 0;
  let digits = 0;
  let exponent = shift;
  for (; at < to; at++, digits++) {
    const digit = load<u8>(at) - 48;
    if (digit > 9) break;
    mantissa = mantissa * 10 + digit;
  }
  if (at == digitsAt) return NaN;
  if (at < to) {
    if (load<u8>(at) != 46 || at + 1 == to) return NaN;
    for (at++; at < to; at++, digits++, exponent--) {
      const digit = load<u8>(at) - 48;
      if (digit > 9) return NaN;
      mantissa = mantissa * 10 + digit;
    }
  }
  if (digits > 15) return NaN;
  const value =
    exponent >= 0 ? <f64>mantissa * load<f64>(powers + (exponent << 3)) : quotient(<f64>mantissa, -exponent);
  return isNegative ? -value : value;
}
