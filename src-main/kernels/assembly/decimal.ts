/** Numbers as logs write them. Twin: src-main/formats/decimal.ts. */

const minus: u8 = 45;
const dot: u8 = 46;

const zeros: u64 = ((<u64>0x30303030) << 32) | 0x30303030;
const threes: u64 = ((<u64>0x33333333) << 32) | 0x33333333;
const sixes: u64 = ((<u64>0x06060606) << 32) | 0x06060606;
const highHalves: u64 = ((<u64>0xf0f0f0f0) << 32) | 0xf0f0f0f0;
/** Each fourth pair of digits, and what these count in the whole. */
const fourthPairs: u64 = ((<u64>0xff) << 32) | 0xff;
const firstWeights: u64 = ((<u64>1_000_000) << 32) | 100;
const secondWeights: u64 = ((<u64>10_000) << 32) | 1;

/** The number of one to eight digits that fill [from, to), all in one step; -1 for anything else. */
export function fewDigits(from: usize, to: usize): i32 {
  const length = <i32>(to - from);
  if (length < 1 || length > 8) return -1;
  // What stands before the digits becomes zeros.
  const shift: u64 = 64 - (length << 3);
  const kept = u64.MAX_VALUE << shift;
  const digits = (load<u64>(to - 8) & kept) | (zeros & ~kept);
  if (((digits & highHalves) | (((digits + sixes) & highHalves) >> 4)) != threes) return -1;
  const pairs = (digits - zeros) * 10 + ((digits - zeros) >> 8);
  const high = (pairs & fourthPairs) * firstWeights;
  const low = ((pairs >> 16) & fourthPairs) * secondWeights;
  return <i32>((high + low) >> 32);
}

/** As readDecimal, operation by operation. */
export function decimal(from: usize, to: usize, multiply: f64, divide: f64): f64 {
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
    if (load<u8>(at) != dot || at + 1 == to) return NaN;
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

/** As readPlainNumber. */
export function plainNumber(from: usize, to: usize): f64 {
  const digitsAt = load<u8>(from) == minus ? from + 1 : from;
  if (digitsAt + 1 < to && load<u8>(digitsAt) == 48 && load<u8>(digitsAt + 1) != dot) return NaN;
  const value = decimal(from, to, 1, 1);
  return value == 0 && digitsAt > from ? NaN : value;
}
