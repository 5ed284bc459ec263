/**
 * The order of many texts by their bytes. AssemblyScript; the plain twin is index/text-order.ts.
 *
 * Seven bytes of each text and how many more there are go into one number of 64 bits; these are sorted by radix, few of
 * them by insertion, so that no order in which texts come is a bad one. Texts that agree in them wait for their next
 * seven bytes. Texts are read up to 8 bytes beyond their end.
 */

/** Bytes that are compared at once; below them in a key how many the text still has, up to one more. */
const step: u32 = 7;
/** Ranges up to this length are sorted by insertion. */
const few: u32 = 48;

/** Where an entry's text lies, and its length: two words. */
function keyOf(entries: usize, id: u32, depth: u32): u64 {
  const entry = entries + (usize(id) << 3);
  const left = load<u32>(entry, 4) - depth;
  const bytes = bswap<u64>(load<u64>(usize(load<u32>(entry)) + depth));
  if (left > step) return (bytes & ~u64(0xff)) | (step + 1);
  // No bytes, or those that there are; shifts by 64 are none.
  const kept = left === 0 ? 0 : bytes & ~(~u64(0) >> (u64(left) << 3));
  return kept | left;
}

function insert(keys: usize, order: usize, count: u32): void {
  for (let at: u32 = 1; at < count; at++) {
    const key = load<u64>(keys + (usize(at) << 3));
    const id = load<u32>(order + (usize(at) << 2));
    let free = at;
    while (free > 0) {
      const before = load<u64>(keys + (usize(free - 1) << 3));
      if (before <= key) break;
      store<u64>(keys + (usize(free) << 3), before);
      store<u32>(order + (usize(free) << 2), load<u32>(order + (usize(free - 1) << 2)));
      free--;
    }
    store<u64>(keys + (usize(free) << 3), key);
    store<u32>(order + (usize(free) << 2), id);
  }
}

/** Puts both arrays in order by one byte of the keys. */
function sortByte(
  keys: usize,
  order: usize,
  count: u32,
  otherKeys: usize,
  otherOrder: usize,
  shift: u64,
  places: usize,
): void {
  let sum: u32 = 0;
  for (let digit: usize = 0; digit < 256; digit++) {
    const here = load<u32>(places + (digit << 2));
    store<u32>(places + (digit << 2), sum);
    sum += here;
  }
  for (let at: u32 = 0; at < count; at++) {
    const key = load<u64>(keys + (usize(at) << 3));
    const place = places + ((usize(key >> shift) & 0xff) << 2);
    const to = load<u32>(place);
    store<u32>(place, to + 1);
    store<u64>(otherKeys + (usize(to) << 3), key);
    store<u32>(otherOrder + (usize(to) << 2), load<u32>(order + (usize(at) << 2)));
  }
}

/** `spare` has room for as many keys and ids, and for eight tables of 256 words. */
function sortKeys(keys: usize, order: usize, count: u32, spareKeys: usize, spareOrder: usize, tables: usize): void {
  memory.fill(tables, 0, 8 * 1024);
  for (let at: u32 = 0; at < count; at++) {
    let key = load<u64>(keys + (usize(at) << 3));
    for (let byte: usize = 0; byte < 8; byte++) {
      const counter = tables + (byte << 10) + ((usize(key) & 0xff) << 2);
      store<u32>(counter, load<u32>(counter) + 1);
      key >>= 8;
    }
  }
  const first = load<u64>(keys);
  let fromKeys = keys;
  let fromOrder = order;
  let toKeys = spareKeys;
  let toOrder = spareOrder;
  for (let byte: usize = 0; byte < 8; byte++) {
    const shift = u64(byte) << 3;
    const table = tables + (byte << 10);
    if (load<u32>(table + ((usize(first >> shift) & 0xff) << 2)) === count) continue;
    sortByte(fromKeys, fromOrder, count, toKeys, toOrder, shift, table);
    const k = fromKeys;
    fromKeys = toKeys;
    toKeys = k;
    const o = fromOrder;
    fromOrder = toOrder;
    toOrder = o;
  }
  if (fromKeys === keys) return;
  memory.copy(keys, fromKeys, usize(count) << 3);
  memory.copy(order, fromOrder, usize(count) << 2);
}

/** Sorts a range whose texts agree in `depth` bytes by the next ones. */
function sortRange(
  entries: usize,
  order: usize,
  keys: usize,
  spareKeys: usize,
  spareOrder: usize,
  tables: usize,
  count: u32,
  depth: u32,
): void {
  for (let at: u32 = 0; at < count; at++) {
    store<u64>(keys + (usize(at) << 3), keyOf(entries, load<u32>(order + (usize(at) << 2)), depth));
  }
  if (count <= few) insert(keys, order, count);
  else sortKeys(keys, order, count, spareKeys, spareOrder, tables);
}

/**
 * Puts the ids of `order` into the order of their texts, and a 1 into `repeats` where a text is the one before it. `waiting`
 * has room for three words for every two ids.
 */
export function orderTexts(
  entries: usize,
  order: usize,
  count: u32,
  keys: usize,
  spareKeys: usize,
  spareOrder: usize,
  tables: usize,
  repeats: usize,
  waiting: usize,
): void {
  let top = waiting;
  store<u32>(top, 0);
  store<u32>(top, count, 4);
  store<u32>(top, 0, 8);
  top += 12;
  while (top !== waiting) {
    top -= 12;
    const from = load<u32>(top);
    const to = load<u32>(top, 4);
    const depth = load<u32>(top, 8);
    sortRange(entries, order + (usize(from) << 2), keys, spareKeys, spareOrder, tables, to - from, depth);
    const size = to - from;
    for (let at: u32 = 0; at < size;) {
      const key = load<u64>(keys + (usize(at) << 3));
      let end = at + 1;
      while (end < size && load<u64>(keys + (usize(end) << 3)) === key) end++;
      if (end - at > 1) {
        if ((key & 0xff) > step) {
          store<u32>(top, from + at);
          store<u32>(top, from + end, 4);
          store<u32>(top, depth + step, 8);
          top += 12;
        } else memory.fill(repeats + from + at + 1, 1, end - at - 1);
      }
      at = end;
    }
  }
}
