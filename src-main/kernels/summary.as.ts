/**
 * Loops of the overview's panels over the rows of one segment. AssemblyScript; the plain twins are in
 * summary-kernels.ts, which also lays out the memory. Bitmaps are words of 32 rows.
 */

/** MurmurHash3's last steps. */
function mix(value: u32): u32 {
  let hash = value ^ (value >>> 16);
  hash *= 0x85ebca6b;
  hash ^= hash >>> 13;
  hash *= 0xc2b2ae35;
  return hash ^ (hash >>> 16);
}

/**
 * The hash of each set row's visitor, and its mark: the place of a register above a byte with the rank it is raised
 * to. All three are 0 where there is no visitor: no client, or a kind that makes none. Codes and kinds are by row, two
 * words by code, a day by cell.
 */
export function hashVisitors(
  bits: usize,
  words: i32,
  clients: usize,
  clientWords: usize,
  agents: usize,
  agentWords: usize,
  cells: usize,
  days: usize,
  kinds: usize,
  without: usize,
  shift: u32,
  high: usize,
  low: usize,
  marks: usize,
): void {
  for (let word = 0; word < words; word++) {
    let set = load<u32>(bits);
    bits += 4;
    while (set !== 0) {
      const row = (usize(word) << 5) + usize(ctz(set));
      set &= set - 1;
      const at = row << 2;
      const client = clientWords + (usize(load<u32>(clients + at)) << 3);
      const clientLow = load<u32>(client, 4);
      if (clientLow === 0 || load<u8>(without + usize(load<u8>(kinds + row))) !== 0) {
        store<u32>(high + at, 0);
        store<u32>(low + at, 0);
        store<u32>(marks + at, 0);
        continue;
      }
      const agent = agentWords + (usize(load<u32>(agents + at)) << 3);
      const day = load<u32>(days + (usize(load<u32>(cells + at)) << 2));
      const first = mix(load<u32>(client) ^ (load<u32>(agent) * 0x9e3779b1) ^ (day * 0x85ebca77));
      const second =
        mix(clientLow ^ (load<u32>(agent, 4) * 0xc2b2ae3d) ^ ((day + 0x7f4a7c15) * 0x27d4eb2f) ^ first) | 1;
      store<u32>(high + at, first);
      store<u32>(low + at, second);
      store<u32>(marks + at, ((first >>> shift) << 8) | (u32(clz(second)) + 1));
    }
  }
}

/**
 * Adds each set row to the sums (records, errors, bytes) of the number that stands for its code, below 0 none, and
 * raises the number's register by the row's mark, where it has one. Rows of numbers without registers are listed;
 * answers how many there are.
 */
function look<T>(
  codes: usize,
  targets: usize,
  bits: usize,
  words: i32,
  errors: usize,
  sizes: usize,
  marks: usize,
  sums: usize,
  bases: usize,
  registers: usize,
  left: usize,
): i32 {
  let listed = left;
  for (let word = 0; word < words; word++) {
    let set = load<u32>(bits);
    bits += 4;
    while (set !== 0) {
      const row = (usize(word) << 5) + usize(ctz(set));
      set &= set - 1;
      const number = load<i32>(targets + (usize(load<T>(codes + row * sizeof<T>())) << 2));
      if (number < 0) continue;
      const sum = sums + usize(number) * 24;
      store<f64>(sum, load<f64>(sum) + 1);
      store<f64>(sum, load<f64>(sum, 8) + f64(load<u8>(errors + row)), 8);
      store<f64>(sum, load<f64>(sum, 16) + load<f64>(sizes + (row << 3)), 16);
      const raised = load<u32>(marks + (row << 2));
      if (raised === 0) continue;
      const base = load<i32>(bases + (usize(number) << 2));
      if (base < 0) {
        store<u32>(listed, u32(row));
        listed += 4;
        continue;
      }
      const register = registers + usize(base) + usize(raised >>> 8);
      const rank = raised & 0xff;
      if (u32(load<u8>(register)) < rank) store<u8>(register, u8(rank));
    }
  }
  return i32((listed - left) >> 2);
}

export function look8(
  codes: usize,
  targets: usize,
  bits: usize,
  words: i32,
  errors: usize,
  sizes: usize,
  marks: usize,
  sums: usize,
  bases: usize,
  registers: usize,
  left: usize,
): i32 {
  return look<u8>(codes, targets, bits, words, errors, sizes, marks, sums, bases, registers, left);
}

export function look16(
  codes: usize,
  targets: usize,
  bits: usize,
  words: i32,
  errors: usize,
  sizes: usize,
  marks: usize,
  sums: usize,
  bases: usize,
  registers: usize,
  left: usize,
): i32 {
  return look<u16>(codes, targets, bits, words, errors, sizes, marks, sums, bases, registers, left);
}

export function look32(
  codes: usize,
  targets: usize,
  bits: usize,
  words: i32,
  errors: usize,
  sizes: usize,
  marks: usize,
  sums: usize,
  bases: usize,
  registers: usize,
  left: usize,
): i32 {
  return look<u32>(codes, targets, bits, words, errors, sizes, marks, sums, bases, registers, left);
}

/** Adds to each row's byte what the table of bytes says of its value. */
function addLooked<T>(values: usize, rows: i32, table: usize, target: usize): void {
  for (let row = 0; row < rows; row++) {
    store<u8>(target, load<u8>(target) + load<u8>(table + usize(load<T>(values))));
    values += sizeof<T>();
    target++;
  }
}

export function addLooked8(values: usize, rows: i32, table: usize, target: usize): void {
  addLooked<u8>(values, rows, table, target);
}

export function addLooked16(values: usize, rows: i32, table: usize, target: usize): void {
  addLooked<u16>(values, rows, table, target);
}

/** Stored numbers as doubles: plus `base`, and 0 where 0 is stored. */
function widen<T>(values: usize, rows: i32, base: f64, target: usize): void {
  for (let row = 0; row < rows; row++) {
    const stored = u32(load<T>(values));
    store<f64>(target, stored === 0 ? 0 : f64(stored) + base);
    values += sizeof<T>();
    target += 8;
  }
}

export function widen8(values: usize, rows: i32, base: f64, target: usize): void {
  widen<u8>(values, rows, base, target);
}

export function widen16(values: usize, rows: i32, base: f64, target: usize): void {
  widen<u16>(values, rows, base, target);
}

export function widen32(values: usize, rows: i32, base: f64, target: usize): void {
  widen<u32>(values, rows, base, target);
}

/**
 * Counts each set row's bucket in the sketch of the number that stands for its code, below 0 none, and widens the
 * number's ends (least and greatest) by the row's value.
 */
function measure<T>(
  codes: usize,
  targets: usize,
  bits: usize,
  words: i32,
  buckets: usize,
  values: usize,
  sketchBytes: u32,
  counts: usize,
  ends: usize,
): void {
  for (let word = 0; word < words; word++) {
    let set = load<u32>(bits);
    bits += 4;
    while (set !== 0) {
      const row = (usize(word) << 5) + usize(ctz(set));
      set &= set - 1;
      const number = load<i32>(targets + (usize(load<T>(codes + row * sizeof<T>())) << 2));
      if (number < 0) continue;
      const at = counts + usize(u32(number) * sketchBytes) + (usize(load<u16>(buckets + (row << 1))) << 2);
      store<u32>(at, load<u32>(at) + 1);
      const value = load<f64>(values + (row << 3));
      const end = ends + (usize(number) << 4);
      if (value < load<f64>(end)) store<f64>(end, value);
      if (value > load<f64>(end, 8)) store<f64>(end, value, 8);
    }
  }
}

export function measure8(
  codes: usize,
  targets: usize,
  bits: usize,
  words: i32,
  buckets: usize,
  values: usize,
  sketchBytes: u32,
  counts: usize,
  ends: usize,
): void {
  measure<u8>(codes, targets, bits, words, buckets, values, sketchBytes, counts, ends);
}

export function measure16(
  codes: usize,
  targets: usize,
  bits: usize,
  words: i32,
  buckets: usize,
  values: usize,
  sketchBytes: u32,
  counts: usize,
  ends: usize,
): void {
  measure<u16>(codes, targets, bits, words, buckets, values, sketchBytes, counts, ends);
}

export function measure32(
  codes: usize,
  targets: usize,
  bits: usize,
  words: i32,
  buckets: usize,
  values: usize,
  sketchBytes: u32,
  counts: usize,
  ends: usize,
): void {
  measure<u32>(codes, targets, bits, words, buckets, values, sketchBytes, counts, ends);
}

/**
 * The bucket of each set row's duration: the first whose edge is not below it. `guesses` says for the upper bits of a
 * duration as a float, less `firstGuess`, which bucket is near. Rows that have a duration are found.
 */
export function bucketDurations(
  bits: usize,
  words: i32,
  durations: usize,
  edges: usize,
  last: u32,
  guesses: usize,
  firstGuess: u32,
  lastGuess: u32,
  found: usize,
  buckets: usize,
): void {
  for (let word = 0; word < words; word++) {
    let set = load<u32>(bits);
    bits += 4;
    let here: u32 = 0;
    while (set !== 0) {
      const bit = ctz(set);
      const row = (usize(word) << 5) + usize(bit);
      set &= set - 1;
      const value = load<f64>(durations + (row << 3));
      if (value !== value) continue;
      here |= 1 << bit;
      let bucket: u32 = 0;
      if (value > load<f64>(edges)) {
        const upper = (reinterpret<u32>(f32(value)) >>> 14) - firstGuess;
        bucket = u32(load<u16>(guesses + (usize(min(upper, lastGuess)) << 1)));
        while (value > load<f64>(edges + (usize(bucket) << 3))) bucket++;
        while (value <= load<f64>(edges + (usize(bucket - 1) << 3))) bucket--;
      }
      store<u16>(buckets + (row << 1), u16(min(bucket, last)));
    }
    store<u32>(found, here);
    found += 4;
  }
}

/** Sets the bit of each set row's entry in the bitmap of its cell and kind, below 0 none; code 0 is no entry. */
function meet<T>(
  codes: usize,
  ids: usize,
  bits: usize,
  words: i32,
  cells: usize,
  kinds: usize,
  kindCount: u32,
  places: usize,
  arena: usize,
): void {
  for (let word = 0; word < words; word++) {
    let set = load<u32>(bits);
    bits += 4;
    while (set !== 0) {
      const row = (usize(word) << 5) + usize(ctz(set));
      set &= set - 1;
      const code = usize(load<T>(codes + row * sizeof<T>()));
      if (code === 0) continue;
      const cell = load<u32>(cells + (row << 2)) * kindCount + u32(load<u8>(kinds + row));
      const place = load<i32>(places + (usize(cell) << 2));
      if (place < 0) continue;
      const id = load<u32>(ids + (code << 2));
      const at = arena + usize(place) + (usize(id >>> 5) << 2);
      store<u32>(at, load<u32>(at) | (1 << (id & 31)));
    }
  }
}

export function meet8(
  codes: usize,
  ids: usize,
  bits: usize,
  words: i32,
  cells: usize,
  kinds: usize,
  kindCount: u32,
  places: usize,
  arena: usize,
): void {
  meet<u8>(codes, ids, bits, words, cells, kinds, kindCount, places, arena);
}

export function meet16(
  codes: usize,
  ids: usize,
  bits: usize,
  words: i32,
  cells: usize,
  kinds: usize,
  kindCount: u32,
  places: usize,
  arena: usize,
): void {
  meet<u16>(codes, ids, bits, words, cells, kinds, kindCount, places, arena);
}

export function meet32(
  codes: usize,
  ids: usize,
  bits: usize,
  words: i32,
  cells: usize,
  kinds: usize,
  kindCount: u32,
  places: usize,
  arena: usize,
): void {
  meet<u32>(codes, ids, bits, words, cells, kinds, kindCount, places, arena);
}
