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

/** A round of four lanes, each as `mix` in src-main/index/bytes-hash.ts. */
function mix(sums: v128, words: v128): v128 {
  const mixed = i32x4.add(sums, i32x4.mul(words, i32x4.splat(prime2)));
  return i32x4.mul(v128.or(i32x4.shl(mixed, 13), i32x4.shr_u(mixed, 19)), i32x4.splat(prime1));
}

/** As hashBytes in src-main/index/bytes-hash.ts, word for word. */
export function hashBytes(at: usize, length: i32, seed: u32): u32 {
  let sums = i32x4.replace_lane(
    i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(seed), 0, seed + prime1 + prime2), 1, seed + prime2),
    3,
    seed - prime1,
  );
  const end = at + length;
  let words: v128;
  if (length >= 16) {
    for (const last = end - 16; at < last; at += 16) sums = mix(sums, v128.load(at));
    words = v128.load(end - 16);
  } else if (length >= 8) {
    words = i64x2.replace_lane(i64x2.splat(load<u64>(at)), 1, load<u64>(end - 8));
  } else if (length >= 4) {
    words = i64x2.replace_lane(i64x2.splat(((<u64>load<u32>(end - 4)) << 32) | load<u32>(at)), 1, 0);
  } else {
    let few: u64 = 0;
    if (length > 0) {
      few = load<u8>(at) | ((<u32>load<u8>(at + (length >> 1))) << 8) | ((<u32>load<u8>(end - 1)) << 16);
    }
    words = i64x2.replace_lane(i64x2.splat(few), 1, 0);
  }
  sums = mix(sums, words);
  let hash: u32 =
    rotl<u32>(i32x4.extract_lane(sums, 0), 1) +
    rotl<u32>(i32x4.extract_lane(sums, 1), 7) +
    rotl<u32>(i32x4.extract_lane(sums, 2), 12) +
    rotl<u32>(i32x4.extract_lane(sums, 3), 18) +
    length;
  hash = (hash ^ (hash >> 15)) * prime2;
  hash = (hash ^ (hash >> 13)) * prime3;
  return hash ^ (hash >> 16);
}

/** 1s for the bytes of the sixteen from `first` on that are below `length`, which is at most 64. */
function below(length: i32, first: i32): v128 {
  const places = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  return i8x16.gt_s(i8x16.splat(<i8>length), i8x16.add(places, i8x16.splat(<i8>first)));
}

/** As equalBytes, of texts that most often have 16 to 64 bytes: how many steps those take cannot be foretold. */
export function equalTexts(a: usize, b: usize, length: i32): bool {
  if (length < 16) return equalBytes(a, b, length);
  for (; length > 64; length -= 64, a += 64, b += 64) {
    if (v128.any_true(v128.or(differences(a, b, 0, 16), differences(a, b, 32, 48)))) return false;
  }
  if (length < 16) {
    a -= 16;
    b -= 16;
    length += 16;
  }
  // So they are four steps that overlap.
  const last = <usize>length - 16;
  return !v128.any_true(
    v128.or(differences(a, b, 0, min<usize>(16, last)), differences(a, b, min<usize>(32, last), last)),
  );
}

/** Bits in which 16 bytes differ, at two places. */
function differences(a: usize, b: usize, first: usize, second: usize): v128 {
  return v128.or(
    v128.xor(v128.load(a + first), v128.load(b + first)),
    v128.xor(v128.load(a + second), v128.load(b + second)),
  );
}

/** As hashText in src-main/index/bytes-hash.ts; may look at 63 bytes behind the text. */
export function hashText(text: usize, length: i32, keys: usize, tag: u32): u32 {
  let sums = i32x4.splat(0);
  let at = text;
  let left = length;
  for (; left > 64; left -= 64, at += 64) {
    sums = i32x4.add(sums, i32x4.mul(v128.load(at), v128.load(keys)));
    sums = i32x4.add(sums, i32x4.mul(v128.load(at, 16), v128.load(keys, 16)));
    sums = i32x4.add(sums, i32x4.mul(v128.load(at, 32), v128.load(keys, 32)));
    sums = i32x4.add(sums, i32x4.mul(v128.load(at, 48), v128.load(keys, 48)));
    sums = i32x4.mul(sums, v128.load(keys, 64));
  }
  const first = i32x4.mul(v128.and(v128.load(at), below(left, 0)), v128.load(keys));
  const second = i32x4.mul(v128.and(v128.load(at, 16), below(left, 16)), v128.load(keys, 16));
  const third = i32x4.mul(v128.and(v128.load(at, 32), below(left, 32)), v128.load(keys, 32));
  const fourth = i32x4.mul(v128.and(v128.load(at, 48), below(left, 48)), v128.load(keys, 48));
  sums = i32x4.add(sums, i32x4.add(i32x4.add(first, second), i32x4.add(third, fourth)));
  let hash: u32 =
    rotl<u32>(i32x4.extract_lane(sums, 0), 1) +
    rotl<u32>(i32x4.extract_lane(sums, 1), 7) +
    rotl<u32>(i32x4.extract_lane(sums, 2), 12) +
    rotl<u32>(i32x4.extract_lane(sums, 3), 18) +
    length +
    tag * prime1;
  hash = (hash ^ (hash >> 15)) * prime2;
  hash = (hash ^ (hash >> 13)) * prime3;
  return hash ^ (hash >> 16);
}

/** Milliseconds of a fraction that fills [from, to), rounded down; -1 when that is none. */
export function fraction(from: usize, to: usize): i32 {
  if (from == to) return 0;
  const mark = load<u8>(from);
  const count = <i32>(to - from) - 1;
  if ((mark != 46 && mark != 44) || count < 1 || count > 12) return -1;
  let value = 0;
  for (let place = 1; place <= count; place++) {
    const digit = load<u8>(from + place) - 48;
    if (digit > 9) return -1;
    if (place <= 3) value = value * 10 + digit;
  }
  return count == 1 ? value * 100 : count == 2 ? value * 10 : value;
}
