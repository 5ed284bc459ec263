/**
 * Ranks of dictionary entries, and a stable radix sort of doubles by one thread; radix-sort.ts is the one that threads
 * share. Runs in scan workers.
 *
 * Order: numbers, then flags, then texts by code point; absent last either way; ties in file order.
 */
import type { Dictionary } from './dictionary.ts';
import { Tag } from './dictionary.ts';
import { orderOfTexts, type PlacedTexts } from './text-order.ts';

/** Ids of a dictionary's texts in their order, and 1 where a text is the same as the one before it. */
export type OrderEntries = (
  dictionary: Dictionary,
  ids: readonly number[],
) => { readonly order: Uint32Array; readonly repeats: Uint8Array } | undefined;

/**
 * Rank of every global id: numbers by value, then flags, then texts by code point (UTF-8 byte order). Ids that are
 * equal in this order have one rank. `orderEntries` may order texts faster.
 */
export function dictionaryRanks(dictionary: Dictionary, orderEntries?: OrderEntries): Uint32Array {
  const { count } = dictionary;
  const ranks = new Uint32Array(count);
  const ids: number[][] = [[], [], []];
  for (let id = 0; id < count; id++) ids[sortClass(dictionary.tag(id))].push(id);
  let rank = 0;
  const [numbers, ...others] = ids;
  const values = new Map(numbers.map((id) => [id, Number(dictionary.text(id))]));
  const compare = (a: number, b: number): number =>
    (values.get(a) ?? 0) - (values.get(b) ?? 0) || Buffer.compare(dictionary.bytes(a), dictionary.bytes(b));
  numbers.sort(compare);
  for (let at = 0; at < numbers.length; at++) {
    if (at > 0 && compare(numbers[at - 1], numbers[at]) !== 0) rank++;
    ranks[numbers[at]] = rank;
  }
  if (numbers.length > 0) rank++;
  for (const texts of others) {
    const { order, repeats } = orderEntries?.(dictionary, texts) ?? orderPlainly(dictionary, texts);
    for (let at = 0; at < order.length; at++) {
      if (at > 0 && repeats[at] === 0) rank++;
      ranks[order[at]] = rank;
    }
    if (texts.length > 0) rank++;
  }
  return ranks;
}

function orderPlainly(
  dictionary: Dictionary,
  ids: readonly number[],
): { readonly order: Uint32Array; readonly repeats: Uint8Array } {
  const { order, repeats } = orderOfTexts(placesOf(dictionary, ids));
  return { order: order.map((at) => ids[at]), repeats };
}

function placesOf(dictionary: Dictionary, ids: readonly number[]): PlacedTexts {
  const buffers: Uint8Array[] = [];
  const numberOf = new Map<Uint8Array, number>();
  const bufferOf = new Uint32Array(ids.length);
  const starts = new Uint32Array(ids.length);
  const lengths = new Uint32Array(ids.length);
  let [last, number]: [Uint8Array | undefined, number] = [undefined, 0];
  for (let at = 0; at < ids.length; at++) {
    const { bytes, from, to } = dictionary.placeOf(ids[at]);
    if (bytes !== last) {
      last = bytes;
      number = numberOf.get(bytes) ?? buffers.push(bytes) - 1;
      numberOf.set(bytes, number);
    }
    bufferOf[at] = number;
    starts[at] = from;
    lengths[at] = to - from;
  }
  return { buffers, bufferOf, starts, lengths };
}

const sortClass = (tag: number): number => (tag === Tag.number || tag === Tag.exact ? 0 : tag === Tag.boolean ? 1 : 2);

/**
 * Stable order of rows by key: positions into `keys`. NaN keys come last, in either direction. Least significant
 * digit first over the order-preserving bits of the doubles, 16 bits at a time, skipping digits that are all equal.
 */
export function sortedPositions(keys: Float64Array, descending: boolean): Uint32Array {
  const count = keys.length;
  const words = new Uint32Array(keys.buffer.slice(keys.byteOffset, keys.byteOffset + count * 8));
  const low = new Uint32Array(count);
  const high = new Uint32Array(count);
  for (let at = 0; at < count; at++) {
    const value = keys[at];
    if (value !== value) {
      low[at] = high[at] = 0xffffffff;
      continue;
    }
    // Minus zero equals zero.
    let h = value === 0 ? 0 : words[at * 2 + 1];
    let l = value === 0 ? 0 : words[at * 2];
    if (h >>> 31 === 1) {
      h = ~h >>> 0;
      l = ~l >>> 0;
    } else {
      h = (h | 0x80000000) >>> 0;
    }
    if (descending) {
      h = ~h >>> 0;
      l = ~l >>> 0;
    }
    low[at] = l;
    high[at] = h;
  }
  let positions = new Uint32Array(count);
  for (let at = 0; at < count; at++) positions[at] = at;
  let spare = new Uint32Array(count);
  const counts = new Uint32Array(65_536);
  for (const [digits, shift] of [
    [low, 0],
    [low, 16],
    [high, 0],
    [high, 16],
  ] as const) {
    counts.fill(0);
    for (let at = 0; at < count; at++) counts[(digits[at] >>> shift) & 0xffff]++;
    if (count === 0 || counts[(digits[0] >>> shift) & 0xffff] === count) continue;
    let sum = 0;
    for (let digit = 0; digit < 65_536; digit++) {
      const here = counts[digit];
      counts[digit] = sum;
      sum += here;
    }
    for (let at = 0; at < count; at++) {
      const position = positions[at];
      spare[counts[(digits[position] >>> shift) & 0xffff]++] = position;
    }
    [positions, spare] = [spare, positions];
  }
  return positions;
}

/** By code point: JavaScript compares UTF-16 units, which puts characters beyond U+FFFF too early. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    let left = a.charCodeAt(at);
    let right = b.charCodeAt(at);
    if (left === right) continue;
    if (left >= 0xd800 && right >= 0xd800) {
      left = left >= 0xe000 ? left - 0x2000 : left + 0x2000;
      right = right >= 0xe000 ? right - 0x2000 : right + 0x2000;
    }
    return left - right;
  }
  return a.length - b.length;
}
