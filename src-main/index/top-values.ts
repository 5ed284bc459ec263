/** The most frequent values of what tasks counted. */
import type { Value } from '../../src-shared/model/value.ts';
import { type Dictionary, textOf } from './dictionary.ts';
import { NumberCounts } from './number-counts.ts';
import { type CountedTexts, TextCounts } from './text-counts.ts';
import { compareText } from './sort.ts';
import { keyOfValue, valueOfKey, type ValueCountsPart } from './value-counts.ts';

export interface CountedValue {
  readonly value: Value;
  readonly count: number;
}

export interface TopValues {
  /** Most frequent first; ties in the order of values. */
  readonly values: readonly CountedValue[];
  readonly distinct: number;
}

/** Texts that no dictionary holds, if there is nothing else: they may be millions, and are best added up by a worker. */
export function onlyTexts(parts: readonly ValueCountsPart[]): readonly CountedTexts[] | undefined {
  const isOther = ({ byId, numbers, others }: ValueCountsPart): boolean =>
    others.length > 0 ||
    numbers.values.length > 0 ||
    numbers.table.some((count) => count > 0) ||
    byId.some((count) => count > 0);
  const texts = parts.flatMap((part) => part.texts ?? []);
  return texts.length === 0 || parts.some(isOther) ? undefined : texts;
}

export function topTexts(parts: readonly CountedTexts[], limit: number): TopValues {
  const sum = new TextCounts(Math.floor(Math.random() * 2 ** 32));
  for (const part of parts) sum.merge(part);
  return select(sum.counts, (at) => sum.text(at), limit);
}

export function topValues(
  parts: readonly ValueCountsPart[],
  dictionary: Dictionary | undefined,
  limit: number,
): TopValues {
  const alone = onlyTexts(parts);
  if (alone !== undefined) return topTexts(alone, limit);
  const byId = idCounts(parts, dictionary?.count ?? 0);
  const numbers = new NumberCounts();
  const texts = new Map<string, number>();
  for (const part of parts) {
    numbers.merge(part.numbers);
    for (const [key, count] of part.others) addTo(texts, key, count);
    if (part.texts === undefined) continue;
    const { bytes, lengths, counts } = part.texts;
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let start = 0;
    for (let at = 0; at < lengths.length; at++) {
      addTo(texts, keyOfValue(view.toString('utf8', start, start + lengths[at])), counts[at]);
      start += lengths[at];
    }
  }
  const found = numbers.list();
  const kinds = [byId.some((count) => count > 0), found.values.length > 0, texts.size > 0];
  // The same value may be a dictionary entry in one segment and a number or a text of its own in another.
  if (kinds.filter(Boolean).length > 1) {
    for (let at = 0; at < found.values.length; at++) addTo(texts, keyOfValue(found.values[at]), found.counts[at]);
    for (let id = 0; id < byId.length; id++) {
      if (byId[id] > 0 && dictionary !== undefined) addTo(texts, keyOfValue(dictionary.value(id)), byId[id]);
    }
  } else if (found.values.length > 0) return select(found.counts, (at) => found.values[at], limit);
  else if (texts.size === 0 && dictionary !== undefined) return select(byId, (id) => dictionary.value(id), limit);
  const keys = [...texts.keys()];
  return select(Uint32Array.from(texts.values()), (at) => valueOfKey(keys[at]), limit);
}

function addTo(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

function idCounts(parts: readonly ValueCountsPart[], entries: number): Uint32Array {
  const sum = new Uint32Array(entries);
  for (const { byId } of parts) {
    const known = Math.min(entries, byId.length);
    for (let id = 0; id < known; id++) sum[id] += byId[id];
  }
  return sum;
}

function select(counts: Uint32Array, valueAt: (at: number) => Value, limit: number): TopValues {
  const least = leastOfTop(counts, limit);
  const found: CountedValue[] = [];
  // Of those that share the last count only the first in order are kept: there may be millions.
  let ties: CountedValue[] = [];
  let distinct = 0;
  for (let at = 0; at < counts.length; at++) {
    const count = counts[at];
    if (count === 0) continue;
    distinct++;
    if (count < least) continue;
    if (count > least) {
      found.push({ value: valueAt(at), count });
      continue;
    }
    ties.push({ value: valueAt(at), count });
    if (ties.length >= limit * 4 + 1024) ties = ties.sort(compareCounted).slice(0, limit);
  }
  return { values: [...found, ...ties].sort(compareCounted).slice(0, limit), distinct };
}

const compareCounted = (a: CountedValue, b: CountedValue): number =>
  b.count - a.count || compareValues(a.value, b.value);

/** The count that the last of the `limit` most frequent has; 0 where there are no more than that. */
export function leastOfTop(counts: Uint32Array | Float64Array, limit: number): number {
  if (counts.length <= limit || limit === 0) return 0;
  // A heap of the greatest so far, the least of them first: most counts are below it.
  const heap = counts.slice(0, limit).sort();
  for (let at = limit; at < counts.length; at++) {
    const count = counts[at];
    if (count <= heap[0]) continue;
    let place = 0;
    for (let child = 1; child < limit; child = place * 2 + 1) {
      if (child + 1 < limit && heap[child + 1] < heap[child]) child++;
      if (heap[child] >= count) break;
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = count;
  }
  return heap[0];
}

export function compareValues(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareText(textOf(a), textOf(b));
}
