/**
 * Searches that stay within their bytes. `bytes.indexOf(byte, start)` goes on to the end of the chunk, which makes a
 * pass over a file without such a byte quadratic.
 */

/** Below this a loop is faster than the view that the native search needs (some 60 ns to make). */
const shortBytes = 96;

/** Position of the first `byte` in [start, end), or -1. */
export function findByte(bytes: Uint8Array, byte: number, start: number, end: number): number {
  const loopEnd = Math.min(end, start + shortBytes);
  for (let at = start; at < loopEnd; at++) {
    if (bytes[at] === byte) return at;
  }
  if (loopEnd >= end) return -1;
  const found = bytes.subarray(loopEnd, end).indexOf(byte);
  return found < 0 ? -1 : loopEnd + found;
}

/** Position of the last `byte` in [start, end), or -1. */
export function findLastByte(bytes: Uint8Array, byte: number, start: number, end: number): number {
  for (let at = end - 1; at >= start; at--) {
    if (bytes[at] === byte) return at;
  }
  return -1;
}
