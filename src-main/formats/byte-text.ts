/** Looks for ASCII texts in bytes [start, end), without making strings. Plain loops: the ranges are single records. */

export const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The text stands at `at`, whole. */
export function standsAt(text: Uint8Array, bytes: Uint8Array, at: number, end: number): boolean {
  if (at + text.length > end) return false;
  for (let place = 0; place < text.length; place++) {
    if (bytes[at + place] !== text[place]) return false;
  }
  return true;
}

/** First position in [start, end) at which the text stands, or -1. */
export function findText(text: Uint8Array, bytes: Uint8Array, start: number, end: number): number {
  const first = text[0];
  const last = end - text.length;
  for (let at = start; at <= last; at++) {
    if (bytes[at] === first && standsAt(text, bytes, at, end)) return at;
  }
  return -1;
}

/**
 * Makes what finds the last position in [start, end) at which the text stands, or -1. It passes over positions where the
 * byte that it looks at cannot be in the text (Horspool 1980, backwards).
 */
export function lastFinder(text: Uint8Array): (bytes: Uint8Array, start: number, end: number) => number {
  const { length } = text;
  const [first] = text;
  const steps = new Uint8Array(256).fill(length);
  for (let at = length - 1; at > 0; at--) steps[text[at]] = at;
  return (bytes, start, end) => {
    for (let at = end - length; at >= start; at -= steps[bytes[at]]) {
      if (bytes[at] === first && standsAt(text, bytes, at, end)) return at;
    }
    return -1;
  };
}

export function findByte(byte: number, bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    if (bytes[at] === byte) return at;
  }
  return -1;
}

/** Position behind the digits that begin at `start`. */
export function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] >= 48 && bytes[at] <= 57) at++;
  return at;
}
