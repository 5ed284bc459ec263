/** Searching, comparing and hashing bytes. Searches load 16 bytes at once and may look behind `end`, never return it. */

/** Address of the first `byte` in [at, end), or 0. */
export function findByte(byte: u8, at: usize, end: usize): usize {
  const wanted = i8x16.splat(byte);
  while (at < end) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(at), wanted));
    if (found != 0) {
      at += ctz(found);
      return at < end ? at : 0;
    }
    at += 16;
  }
  return 0;
}

export function equalBytes(a: usize, b: usize, length: i32): bool {
  if (length >= 16) {
    const last = a + length - 16;
    const shift = b - a;
    for (; a < last; a += 16) if (v128.any_true(v128.xor(v128.load(a), v128.load(a + shift)))) return false;
    return !v128.any_true(v128.xor(v128.load(last), v128.load(last + shift)));
  }
  if (length >= 8) {
    return load<u64>(a) == load<u64>(b) && load<u64>(a + length - 8) == load<u64>(b + length - 8);
  }
  if (length >= 4) {
    return load<u32>(a) == load<u32>(b) && load<u32>(a + length - 4) == load<u32>(b + length - 4);
  }
  for (let place = 0; place < length; place++) if (load<u8>(a + place) != load<u8>(b + place)) return false;
  return true;
}

/** Copies `length` bytes, and up to 15 more: memory.copy is a call out of the module. */
export function copyBytes(to: usize, from: usize, length: i32): void {
  for (const end = from + length; from < end; from += 16, to += 16) v128.store(to, v128.load(from));
}

export function isAscii(at: usize, end: usize): bool {
  for (; at + 16 <= end; at += 16) if (i8x16.bitmask(v128.load(at)) != 0) return false;
  for (; at < end; at++) if (load<u8>(at) >= 128) return false;
  return true;
}

/** Well-formed by the table of the Unicode Standard (3.9, D92): no overlong forms, no surrogates. */
export function isUtf8(from: usize, end: usize): bool {
  let at = from;
  while (at < end) {
    const lead = load<u8>(at);
    if (lead < 0x80) {
      at++;
      continue;
    }
    if (lead < 0xc2 || lead > 0xf4) return false;
    const length: usize = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (at + length > end) return false;
    const second = load<u8>(at + 1);
    const least: u8 = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const most: u8 = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) return false;
    for (let place: usize = 2; place < length; place++) {
      const next = load<u8>(at + place);
      if (next < 0x80 || next > 0xbf) return false;
    }
    at += length;
  }
  return true;
}

const prime1: u32 = 0x9e3779b1;
const prime2: u32 = 0x85ebca77;
const prime3: u32 = 0xc2b2ae3d;

function mix(sum: u32, word: u32): u32 {
  return rotl<u32>(sum + word * prime2, 13) * prime1;
}

/** As hashBytes in src-main/index/bytes-hash.ts, word for word. */
export function hashBytes(at: usize, length: i32, seed: u32): u32 {
  let a: u32 = seed + prime1 + prime2;
  let b: u32 = seed + prime2;
  let c: u32 = seed;
  let d: u32 = seed - prime1;
  const end = at + length;
  if (length > 16) {
    for (const last = end - 16; at < last; at += 16) {
      a = mix(a, load<u32>(at));
      b = mix(b, load<u32>(at + 4));
      c = mix(c, load<u32>(at + 8));
      d = mix(d, load<u32>(at + 12));
    }
  }
  let first: u32 = 0;
  let second: u32 = 0;
  let third: u32 = 0;
  let fourth: u32 = 0;
  if (length >= 16) {
    first = load<u32>(end - 16);
    second = load<u32>(end - 12);
    third = load<u32>(end - 8);
    fourth = load<u32>(end - 4);
  } else if (length >= 8) {
    first = load<u32>(at);
    second = load<u32>(at + 4);
    third = load<u32>(end - 8);
    fourth = load<u32>(end - 4);
  } else if (length >= 4) {
    first = load<u32>(at);
    second = load<u32>(end - 4);
  } else if (length > 0) {
    first = load<u8>(at) | ((<u32>load<u8>(at + (length >> 1))) << 8) | ((<u32>load<u8>(end - 1)) << 16);
  }
  a = mix(a, first);
  b = mix(b, second);
  c = mix(c, third);
  d = mix(d, fourth);
  let hash: u32 = rotl<u32>(a, 1) + rotl<u32>(b, 7) + rotl<u32>(c, 12) + rotl<u32>(d, 18) + length;
  hash = (hash ^ (hash >> 15)) * prime2;
  hash = (hash ^ (hash >> 13)) * prime3;
  return hash ^ (hash >> 16);
}
