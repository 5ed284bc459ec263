/** Moves staged cells to a segment's columns, and narrows columns. Twin: ColumnBuilder in src-main/index. */
import {
  absentSpan,
  endsAt,
  fillWords,
  isRunAbsent,
  Kind,
  kindsAt,
  numbersAt,
  parseAgainSpan,
  startsAt,
} from './staging';

/** Words of the state of a number column, as ColumnBuilder writes them: minimum, maximum, absent, not whole. */
const leastAt = 0;
const greatestAt = 8;
const absentAt = 16;
const fractionAt = 20;

/** Numbers of the cells [from, to); returns where a cell that is none stopped it. */
export function appendNumbers(state: usize, column: usize, from: i32, to: i32, numbers: usize): i32 {
  const kinds = column + kindsAt;
  const given = column + numbersAt;
  let least = load<f64>(state, leastAt);
  let greatest = load<f64>(state, greatestAt);
  let absent = load<u32>(state, absentAt);
  let fraction = load<u32>(state, fractionAt);
  let at = from;
  while (at < to) {
    if (at + 16 <= to && isRunOfNumbers(column, at)) {
      // Without a zero that is negative, order does not matter to the bounds.
      let low = f64x2.splat(least);
      let high = f64x2.splat(greatest);
      let parts = f64x2.splat(0);
      const values = given + ((<usize>at) << 3);
      const places = numbers + ((<usize>(at - from)) << 3);
      for (let pair: usize = 0; pair < 128; pair += 16) {
        const two = v128.load(values + pair);
        v128.store(places + pair, two);
        low = f64x2.pmin(low, two);
        high = f64x2.pmax(high, two);
        parts = v128.or(parts, f64x2.ne(f64x2.floor(two), two));
      }
      least = min(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1));
      greatest = max(f64x2.extract_lane(high, 0), f64x2.extract_lane(high, 1));
      if (v128.any_true(parts)) fraction = 1;
      at += 16;
      continue;
    }
    const kind = load<u8>(kinds + at);
    const place = numbers + ((at - from) << 3);
    if (kind == Kind.number) {
      const value = load<f64>(given + (at << 3));
      store<f64>(place, value);
      if (value < least) least = value;
      if (value > greatest) greatest = value;
      if (floor<f64>(value) != value) fraction = 1;
    } else if (kind == Kind.absent) {
      if (at + 16 <= to && isRunAbsent(kinds + at)) {
        for (let pair: usize = 0; pair < 128; pair += 16) v128.store(place + pair, f64x2.splat(NaN));
        absent += 16;
        at += 16;
        continue;
      }
      store<f64>(place, NaN);
      absent++;
    } else break;
    at++;
  }
  store<f64>(state, least, leastAt);
  store<f64>(state, greatest, greatestAt);
  store<u32>(state, absent, absentAt);
  store<u32>(state, fraction, fractionAt);
  return at;
}

/** The 16 cells from this one on are numbers, and none of them negative. */
function isRunOfNumbers(column: usize, at: i32): bool {
  if (!i8x16.all_true(i8x16.eq(v128.load(column + kindsAt + at), i8x16.splat(<i8>Kind.number)))) return false;
  const first = column + numbersAt + ((<usize>at) << 3);
  let signs = v128.load(first);
  for (let pair: usize = 16; pair < 128; pair += 16) signs = v128.or(signs, v128.load(first + pair));
  return i64x2.bitmask(signs) == 0;
}

/**
 * Words as 8 or 16 bits, where they stand: their lower bits. 16 of them at once may reach beyond `count`, where the
 * caller has none any more.
 */
export function narrowWords(words: usize, count: i32, width: i32): void {
  const least = i8x16(0, 4, 8, 12, 16, 20, 24, 28, 0, 0, 0, 0, 0, 0, 0, 0);
  if (width == 1) {
    for (let at: usize = 0; at < <usize>count; at += 4) {
      const bytes = i8x16.swizzle(v128.load(words + (at << 2)), least);
      store<u32>(words + at, <u32>i32x4.extract_lane(bytes, 0));
    }
    return;
  }
  const halves = i8x16(0, 1, 4, 5, 8, 9, 12, 13, 16, 16, 16, 16, 16, 16, 16, 16);
  for (let at: usize = 0; at < <usize>count; at += 4) {
    const pairs = i8x16.swizzle(v128.load(words + (at << 2)), halves);
    store<u64>(words + (at << 1), <u64>i64x2.extract_lane(pairs, 0));
  }
}

/**
 * Whole numbers as value + shift in 8, 16 or 32 bits, where they stand; 0 for NaN. Two at once, as `narrowWords`.
 */
export function narrowNumbers(numbers: usize, count: i32, width: i32, shift: f64): void {
  const firstBytes = i8x16(0, 4, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16);
  const firstHalves = i8x16(0, 1, 4, 5, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16);
  const shifts = f64x2.splat(shift);
  for (let at: usize = 0; at < <usize>count; at += 2) {
    // Truncation makes 0 of NaN.
    const stored = i32x4.trunc_sat_f64x2_u_zero(f64x2.add(v128.load(numbers + (at << 3)), shifts));
    if (width == 1) {
      store<u16>(numbers + at, <u16>i32x4.extract_lane(i8x16.swizzle(stored, firstBytes), 0));
    } else if (width == 2) {
      store<u32>(numbers + (at << 1), <u32>i32x4.extract_lane(i8x16.swizzle(stored, firstHalves), 0));
    } else {
      store<u64>(numbers + (at << 2), <u64>i64x2.extract_lane(stored, 0));
    }
  }
}

/** The highest start of a text; starts of other cells become 0. */
export function lastStart(starts: usize, lengths: usize, count: i32): u32 {
  let last = i32x4.splat(0);
  let at: usize = 0;
  for (; at + 4 <= <usize>count; at += 4) {
    const isText = i32x4.lt_u(v128.load(lengths + (at << 2)), i32x4.splat(parseAgainSpan));
    const kept = v128.and(v128.load(starts + (at << 2)), isText);
    v128.store(starts + (at << 2), kept);
    last = i32x4.max_u(last, kept);
  }
  let most = mostOf(last);
  for (; at < <usize>count; at++) {
    if (load<u32>(lengths + (at << 2)) >= parseAgainSpan) store<u32>(starts + (at << 2), 0);
    else most = max(most, load<u32>(starts + (at << 2)));
  }
  return most;
}

/** The greatest length of a text. */
export function longestSpan(lengths: usize, count: i32): u32 {
  let longest = i32x4.splat(0);
  let at: usize = 0;
  for (; at + 4 <= <usize>count; at += 4) {
    const four = v128.load(lengths + (at << 2));
    longest = i32x4.max_u(longest, v128.and(four, i32x4.lt_u(four, i32x4.splat(parseAgainSpan))));
  }
  let most = mostOf(longest);
  for (; at < <usize>count; at++) {
    const length = load<u32>(lengths + (at << 2));
    if (length < parseAgainSpan) most = max(most, length);
  }
  return most;
}

function mostOf(words: v128): u32 {
  return max(
    max(<u32>i32x4.extract_lane(words, 0), <u32>i32x4.extract_lane(words, 1)),
    max(<u32>i32x4.extract_lane(words, 2), <u32>i32x4.extract_lane(words, 3)),
  );
}

/** Places of the texts of cells [from, to); returns how many have no value. Values that are no plain text are parsed again. */
export function appendSpans(
  column: usize,
  from: i32,
  to: i32,
  recordStarts: usize,
  starts: usize,
  lengths: usize,
): i32 {
  let absent = 0;
  for (let at = from; at < to; at++) {
    const kind = load<u8>(column + kindsAt + at);
    const row = (at - from) << 2;
    if (kind == Kind.span) {
      const start = load<i32>(column + startsAt + (at << 2));
      store<u32>(starts + row, start - load<i32>(recordStarts + (at << 2)));
      store<u32>(lengths + row, load<i32>(column + endsAt + (at << 2)) - start);
    } else if (kind == Kind.absent) {
      if (at + 16 <= to && isRunAbsent(column + kindsAt + at)) {
        fillWords(lengths + row, absentSpan);
        absent += 16;
        at += 15;
        continue;
      }
      store<u32>(lengths + row, absentSpan);
      absent++;
    } else {
      store<u32>(lengths + row, parseAgainSpan);
    }
  }
  return absent;
}
