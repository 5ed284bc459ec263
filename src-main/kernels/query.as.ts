/**
 * Loops of filters and charts over one column of a segment, which the caller has copied in. AssemblyScript; the plain
 * twins are in query-kernels.ts, which also lays out the memory.
 *
 * Columns have 65,536 rows at most. Bitmaps are words of 32 rows. What is compared 32 rows at a time is read to the end
 * of the last word, which the caller keeps allocated and whose bits it clears.
 */

/** Rows whose value is low to low + span. */
export function between8(values: usize, words: i32, low: u32, span: u32, found: usize): void {
  const least = i8x16.splat(i8(low));
  const most = i8x16.splat(i8(span));
  for (let word = 0; word < words; word++) {
    const a = i8x16.le_u(i8x16.sub(v128.load(values), least), most);
    const b = i8x16.le_u(i8x16.sub(v128.load(values, 16), least), most);
    store<u32>(found, u32(i8x16.bitmask(a)) | (u32(i8x16.bitmask(b)) << 16));
    values += 32;
    found += 4;
  }
}

export function between16(values: usize, words: i32, low: u32, span: u32, found: usize): void {
  const least = i16x8.splat(i16(low));
  const most = i16x8.splat(i16(span));
  for (let word = 0; word < words; word++) {
    const a = i16x8.le_u(i16x8.sub(v128.load(values), least), most);
    const b = i16x8.le_u(i16x8.sub(v128.load(values, 16), least), most);
    const c = i16x8.le_u(i16x8.sub(v128.load(values, 32), least), most);
    const d = i16x8.le_u(i16x8.sub(v128.load(values, 48), least), most);
    const first = u32(i8x16.bitmask(i8x16.narrow_i16x8_s(a, b)));
    store<u32>(found, first | (u32(i8x16.bitmask(i8x16.narrow_i16x8_s(c, d))) << 16));
    values += 64;
    found += 4;
  }
}

/** Sixteen rows. */
function half32(values: usize, least: v128, most: v128): u32 {
  const a = i32x4.le_u(i32x4.sub(v128.load(values), least), most);
  const b = i32x4.le_u(i32x4.sub(v128.load(values, 16), least), most);
  const c = i32x4.le_u(i32x4.sub(v128.load(values, 32), least), most);
  const d = i32x4.le_u(i32x4.sub(v128.load(values, 48), least), most);
  const all = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
  return u32(i8x16.bitmask(all));
}

export function between32(values: usize, words: i32, low: u32, span: u32, found: usize): void {
  const least = i32x4.splat(low);
  const most = i32x4.splat(span);
  for (let word = 0; word < words; word++) {
    store<u32>(found, half32(values, least, most) | (half32(values + 64, least, most) << 16));
    values += 128;
    found += 4;
  }
}

/** Rows whose number is in an interval; not a number is in none. */
export function betweenDoubles(
  values: usize,
  words: i32,
  min: f64,
  max: f64,
  minOpen: bool,
  maxOpen: bool,
  found: usize,
): void {
  const least = f64x2.splat(min);
  const most = f64x2.splat(max);
  for (let word = 0; word < words; word++) {
    let bits: u32 = 0;
    for (let pair: u32 = 0; pair < 32; pair += 2) {
      const two = v128.load(values);
      const above = minOpen ? f64x2.gt(two, least) : f64x2.ge(two, least);
      const below = maxOpen ? f64x2.lt(two, most) : f64x2.le(two, most);
      bits |= u32(i64x2.bitmask(v128.and(above, below))) << pair;
      values += 16;
    }
    store<u32>(found, bits);
    found += 4;
  }
}

/** Rows whose code has a 1 in the table of bytes. */
function mark<T>(codes: usize, words: i32, table: usize, found: usize): void {
  for (let word = 0; word < words; word++) {
    let bits: u32 = 0;
    for (let bit: u32 = 0; bit < 32; bit += 4) {
      const a = u32(load<u8>(table + usize(load<T>(codes))));
      const b = u32(load<u8>(table + usize(load<T>(codes, sizeof<T>()))));
      const c = u32(load<u8>(table + usize(load<T>(codes, 2 * sizeof<T>()))));
      const d = u32(load<u8>(table + usize(load<T>(codes, 3 * sizeof<T>()))));
      bits |= (a | (b << 1) | (c << 2) | (d << 3)) << bit;
      codes += 4 * sizeof<T>();
    }
    store<u32>(found, bits);
    found += 4;
  }
}

export function mark8(codes: usize, words: i32, table: usize, found: usize): void {
  mark<u8>(codes, words, table, found);
}

export function mark16(codes: usize, words: i32, table: usize, found: usize): void {
  mark<u16>(codes, words, table, found);
}

/** Codes of 32 bits may be garbage behind the last row, so they are looked up one by one. */
export function mark32(codes: usize, rows: i32, table: usize, found: usize): void {
  for (let row = 0; row < rows; row += 32) {
    const here = min(32, rows - row);
    let bits: u32 = 0;
    for (let bit = 0; bit < here; bit++) {
      bits |= u32(load<u8>(table + usize(load<u32>(codes)))) << bit;
      codes += 4;
    }
    store<u32>(found, bits);
    found += 4;
  }
}

/** Bits that both bitmaps have, of whole vectors; how many they are. */
export function intersect(a: usize, b: usize, bytes: usize, found: usize): u32 {
  let sums = i32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const both = v128.and(v128.load(a + at), v128.load(b + at));
    v128.store(found + at, both);
    const counts = i16x8.extadd_pairwise_i8x16_u(i8x16.popcnt(both));
    sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(counts));
  }
  return (
    i32x4.extract_lane(sums, 0) +
    i32x4.extract_lane(sums, 1) +
    i32x4.extract_lane(sums, 2) +
    i32x4.extract_lane(sums, 3)
  );
}

/** Adds up how often each code comes in the rows that are set; the counts before are kept. */
function tally<T>(codes: usize, bits: usize, words: i32, counts: usize): void {
  for (let word = 0; word < words; word++) {
    let set = load<u32>(bits);
    bits += 4;
    if (set === 0xffffffff) {
      for (let row = 0; row < 32; row += 4) {
        const a = counts + (usize(load<T>(codes)) << 2);
        store<u32>(a, load<u32>(a) + 1);
        const b = counts + (usize(load<T>(codes, sizeof<T>())) << 2);
        store<u32>(b, load<u32>(b) + 1);
        const c = counts + (usize(load<T>(codes, 2 * sizeof<T>())) << 2);
        store<u32>(c, load<u32>(c) + 1);
        const d = counts + (usize(load<T>(codes, 3 * sizeof<T>())) << 2);
        store<u32>(d, load<u32>(d) + 1);
        codes += 4 * sizeof<T>();
      }
      continue;
    }
    while (set !== 0) {
      const at = counts + (usize(load<T>(codes + usize(ctz(set)) * sizeof<T>())) << 2);
      store<u32>(at, load<u32>(at) + 1);
      set &= set - 1;
    }
    codes += 32 * sizeof<T>();
  }
}

export function count8(codes: usize, bits: usize, words: i32, counts: usize): void {
  tally<u8>(codes, bits, words, counts);
}

export function count16(codes: usize, bits: usize, words: i32, counts: usize): void {
  tally<u16>(codes, bits, words, counts);
}

export function count32(codes: usize, bits: usize, words: i32, counts: usize): void {
  tally<u32>(codes, bits, words, counts);
}

/** The same for pairs: a row's cell, times `keys`, and what the table of bytes says of its code. */
function countPairs<T>(
  cells: usize,
  codes: usize,
  table: usize,
  keys: u32,
  bits: usize,
  words: i32,
  counts: usize,
): void {
  for (let word = 0; word < words; word++) {
    let set = load<u32>(bits);
    bits += 4;
    if (set === 0xffffffff) {
      for (let row: usize = 0; row < 32; row++) {
        const key = u32(load<u8>(table + usize(load<T>(codes + row * sizeof<T>()))));
        const at = counts + (usize(u32(load<u16>(cells + row * 2)) * keys + key) << 2);
        store<u32>(at, load<u32>(at) + 1);
      }
    } else {
      while (set !== 0) {
        const row = usize(ctz(set));
        const key = u32(load<u8>(table + usize(load<T>(codes + row * sizeof<T>()))));
        const at = counts + (usize(u32(load<u16>(cells + row * 2)) * keys + key) << 2);
        store<u32>(at, load<u32>(at) + 1);
        set &= set - 1;
      }
    }
    cells += 64;
    codes += 32 * sizeof<T>();
  }
}

export function countPairs8(
  cells: usize,
  codes: usize,
  table: usize,
  keys: u32,
  bits: usize,
  words: i32,
  counts: usize,
): void {
  countPairs<u8>(cells, codes, table, keys, bits, words, counts);
}

export function countPairs16(
  cells: usize,
  codes: usize,
  table: usize,
  keys: u32,
  bits: usize,
  words: i32,
  counts: usize,
): void {
  countPairs<u16>(cells, codes, table, keys, bits, words, counts);
}

/** How many of the ascending edges are at most `value`. */
function edgesUpTo(value: u32, edges: usize, count: u32): u32 {
  let low: u32 = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(edges + (usize(middle) << 2)) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The cell of each row: 0 where there is no number, else 1 and how many of the edges are at most the number. Rows are
 * mostly of the same cell as the row before.
 */
function cellsOf<T>(values: usize, rows: i32, edges: usize, count: u32, cells: usize): void {
  let low: u32 = 0;
  let span: u32 = 0;
  let cell: u32 = 0;
  for (let row = 0; row < rows; row++) {
    const value = u32(load<T>(values));
    if (value - low >= span) {
      if (value === 0) {
        store<u16>(cells, 0);
        values += sizeof<T>();
        cells += 2;
        continue;
      }
      const below = edgesUpTo(value, edges, count);
      low = below === 0 ? 1 : load<u32>(edges + (usize(below - 1) << 2));
      span = (below === count ? 0 : load<u32>(edges + (usize(below) << 2))) - low;
      cell = below + 1;
    }
    store<u16>(cells, u16(cell));
    values += sizeof<T>();
    cells += 2;
  }
}

export function cells8(values: usize, rows: i32, edges: usize, count: u32, cells: usize): void {
  cellsOf<u8>(values, rows, edges, count, cells);
}

export function cells16(values: usize, rows: i32, edges: usize, count: u32, cells: usize): void {
  cellsOf<u16>(values, rows, edges, count, cells);
}

export function cells32(values: usize, rows: i32, edges: usize, count: u32, cells: usize): void {
  cellsOf<u32>(values, rows, edges, count, cells);
}
