/**
 * Finds a text in bytes, 16 at a time: two of its bytes, chosen by the caller as the rarest, are compared at once, and
 * only where both fit the whole text is compared (the "generic SIMD" technique of W. Mula). AssemblyScript; the plain
 * twin is searchPlainly in search.ts.
 *
 * Memory is laid out by the caller: the needle lies at `needle` (lower case when case is ignored), the bytes in
 * [start, end). Reads up to 16 bytes beyond `end`, which the caller keeps allocated.
 */

/** Lower case of an ASCII byte. */
function lower(byte: u32): u32 {
  return byte + (u32(byte - 65 < 26) << 5);
}

function fits(at: usize, needle: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i++) {
    if (load<u8>(at + i) !== load<u8>(needle + i)) return false;
  }
  return true;
}

function fitsFolded(at: usize, needle: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i++) {
    if (lower(load<u8>(at + i)) !== load<u8>(needle + i)) return false;
  }
  return true;
}

/** First place in [start, end) where the needle stands whole, or -1. `a` and `b` are offsets of its rare bytes. */
export function find(start: usize, end: usize, needle: usize, length: usize, a: usize, b: usize): i32 {
  if (end - start < length || end < start) return -1;
  const last = end - length;
  const byteA = i8x16.splat(load<i8>(needle + a));
  const byteB = i8x16.splat(load<i8>(needle + b));
  let at = start;
  while (at <= last) {
    const hits = v128.and(i8x16.eq(v128.load(at + a), byteA), i8x16.eq(v128.load(at + b), byteB));
    if (v128.any_true(hits)) {
      let mask = i8x16.bitmask(hits);
      while (mask !== 0) {
        const place = at + ctz(mask);
        if (place > last) return -1;
        if (fits(place, needle, length)) return i32(place);
        mask &= mask - 1;
      }
    }
    at += 16;
  }
  return -1;
}

/** As `find`, ignoring the case of ASCII letters; the needle is lower case. */
export function findFolded(start: usize, end: usize, needle: usize, length: usize, a: usize, b: usize): i32 {
  if (end - start < length || end < start) return -1;
  const last = end - length;
  const lowA = load<u8>(needle + a);
  const lowB = load<u8>(needle + b);
  // Setting bit 5 makes letters lower case, and maps some other bytes onto each other: the whole text decides.
  const foldA = i8x16.splat(u32(lowA - 97) < 26 ? 32 : 0);
  const foldB = i8x16.splat(u32(lowB - 97) < 26 ? 32 : 0);
  const byteA = i8x16.splat(lowA);
  const byteB = i8x16.splat(lowB);
  let at = start;
  while (at <= last) {
    const hits = v128.and(
      i8x16.eq(v128.or(v128.load(at + a), foldA), byteA),
      i8x16.eq(v128.or(v128.load(at + b), foldB), byteB),
    );
    if (v128.any_true(hits)) {
      let mask = i8x16.bitmask(hits);
      while (mask !== 0) {
        const place = at + ctz(mask);
        if (place > last) return -1;
        if (fitsFolded(place, needle, length)) return i32(place);
        mask &= mask - 1;
      }
    }
    at += 16;
  }
  return -1;
}
