/** Decimal numbers in bytes, without strings. A double tells 15 digits exactly; longer ones are left to others. */

const most = 15;
const minus = 45;
const dot = 46;

/**
 * The decimal [start, end) times `multiply`, divided by `divide`; NaN when it is none or has too many digits. One
 * division, correctly rounded, so that 0.57 s are 570 ms.
 */
export function readDecimal(bytes: Uint8Array, start: number, end: number, multiply: number, divide: number): number {
  let at = start;
  const isNegative = at < end && bytes[at] === minus;
  if (isNegative) at++;
  const digitsAt = at;
  let mantissa = 0;
  let divisor = divide;
  for (; at < end; at++) {
    const digit = bytes[at] - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    mantissa = mantissa * 10 + digit;
  }
  let digits = at - digitsAt;
  if (digits === 0) return Number.NaN;
  if (at < end) {
    if (bytes[at] !== dot || at + 1 === end) return Number.NaN;
    for (at++; at < end; at++) {
      const digit = bytes[at] - 48;
      if (!(digit >= 0 && digit <= 9)) return Number.NaN;
      mantissa = mantissa * 10 + digit;
      divisor *= 10;
      digits++;
    }
  }
  if (digits > most) return Number.NaN;
  const scaled = multiply === 1 ? mantissa : mantissa * multiply;
  const value = divisor === 1 ? scaled : scaled / divisor;
  return isNegative ? -value : value;
}

/**
 * As readDecimal, but only of a text that the number tells whole: no leading zeros, no minus zero. What is merely
 * written in digits (00123, a telephone number) is a text.
 */
export function readPlainNumber(bytes: Uint8Array, start: number, end: number): number {
  const digitsAt = bytes[start] === minus ? start + 1 : start;
  if (digitsAt + 1 < end && bytes[digitsAt] === 48 && bytes[digitsAt + 1] !== dot) return Number.NaN;
  const value = readDecimal(bytes, start, end, 1, 1);
  return value === 0 && digitsAt > start ? Number.NaN : value;
}

/** True for an optional minus and digits. */
export function isWhole(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start < end && bytes[start] === minus ? start + 1 : start;
  if (at === end) return false;
  for (; at < end; at++) {
    if (!(bytes[at] >= 48 && bytes[at] <= 57)) return false;
  }
  return true;
}
