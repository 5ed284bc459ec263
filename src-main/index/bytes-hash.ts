/**
 * Hashing and comparing byte ranges, four bytes at a time. Hot: runs for every dictionary value of every record.
 *
 * The hash is keyed with a random seed for each source, and equal hashes are always verified by comparing bytes, so
 * a log written to collide only costs time, never an answer.
 */

/** MurmurHash3's 32-bit mixing (Appleby, public domain) over little-endian words; the tail is zero-padded. */
export function hashBytes(view: DataView, start: number, end: number, seed: number): number {
  let hash = seed ^ (end - start);
  let at = start;
  const stop = end - 3;
  for (; at < stop; at += 4) {
    let word = Math.imul(view.getInt32(at, true), 0xcc9e2d51);
    word = (word << 15) | (word >>> 17);
    hash ^= Math.imul(word, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let shift = 0; at < end; at++, shift += 8) tail |= view.getUint8(at) << shift;
  tail = Math.imul(tail, 0xcc9e2d51);
  tail = (tail << 15) | (tail >>> 17);
  hash ^= Math.imul(tail, 0x1b873593);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** True when `length` bytes at a and b are the same. */
export function equalBytes(left: DataView, a: number, right: DataView, b: number, length: number): boolean {
  let at = 0;
  const stop = length - 3;
  for (; at < stop; at += 4) if (left.getInt32(a + at, true) !== right.getInt32(b + at, true)) return false;
  for (; at < length; at++) if (left.getUint8(a + at) !== right.getUint8(b + at)) return false;
  return true;
}

export const viewOfBytes = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
