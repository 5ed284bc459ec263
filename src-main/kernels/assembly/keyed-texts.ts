/** What texts of structured logs look like, for keyed-fields.ts. Twins: field-convert.ts in src-main/formats. */
import { findByte } from './bytes';
import { Outcome } from './keyed-plan';

const colon: u8 = 58;

/** Digits without zeros before them; -1 for other texts, NaN for too many digits. */
export function wholeNumber(from: usize, to: usize): f64 {
  if (from == to || (load<u8>(from) == 48 && to - from > 1)) return -1;
  let value: u64 = 0;
  for (let at = from; at < to; at++) {
    const digit = load<u8>(at) - 48;
    if (digit > 9) return -1;
    value = value * 10 + digit;
  }
  return to - from > 15 ? NaN : <f64>value;
}

/** Where the port of `10.0.0.1:80` or `[::1]:80` begins, or 0; `::1` has none. */
export function portOf(from: usize, to: usize): usize {
  let at = to;
  while (at > from && load<u8>(at - 1) - 48 <= 9) at--;
  if (at == to || to - at > 5 || at < from + 2 || load<u8>(at - 1) != colon) return 0;
  if (load<u8>(from) == 91) return load<u8>(at - 2) == 93 ? at : 0;
  return findByte(colon, from, at - 1) == 0 ? at : 0;
}

/** `whole` for capitals; small letters are left to the twin. */
export function methodOutcome(from: usize, to: usize): Outcome {
  if (to - from < 3 || to - from > 20) return Outcome.no;
  for (let at = from; at < to; at++) {
    const byte = load<u8>(at);
    if (byte - 65 > 25 && !(at > from && (byte == 45 || byte == 95))) return Outcome.unsure;
  }
  return Outcome.whole;
}

/** `HTTP/1.1`, `h2`, `https`. */
export function isHttp(from: usize, to: usize): bool {
  const length = to - from;
  if (length < 2 || length > 10 || (load<u8>(from) | 32) != 104) return false;
  const second = load<u8>(from + 1);
  if (length < 4) return second == 50 || second == 51;
  return (second | 32) == 116 && (load<u8>(from + 2) | 32) == 116 && (load<u8>(from + 3) | 32) == 112;
}
