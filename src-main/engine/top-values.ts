/** The most frequent values of what tasks counted. */
import type { Value } from '../../src-shared/model/value.ts';
import { type Dictionary, textOf } from '../index/dictionary.ts';
import { NumberCounts } from '../index/number-counts.ts';
import { compareText } from '../index/sort.ts';
import { keyOfValue, valueOfKey, type ValueCountsPart } from '../index/value-counts.ts';

export interface CountedValue {
  readonly value: Value;
  readonly count: number;
}

export interface TopValues {
  /** Most frequent first; ties in the order of values. */
  readonly values: readonly CountedValue[];
  readonly distinct: number;
}

export function topValues(
  parts: readonly ValueCountsPart[],
  dictionary: Dictionary | undefined,
  limit: number,
): TopValues {
  const byId = idCounts(parts, dictionary?.count ?? 0);
  const numbers = new NumberCounts();
  const texts = new Map<string, number>();
  for (const part of parts) {
    numbers.merge(part.numbers);
    for (const [key, count] of part.texts) texts.set(key, (texts.get(key) ?? 0) + count);
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
