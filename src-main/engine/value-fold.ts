/** Adds up what tasks counted for values: by dictionary id where all are ids, else by type and text. */
import type { Value } from '../../src-shared/model/value.ts';
import { type Dictionary, textOf } from '../index/dictionary.ts';
import { compareText } from '../index/sort.ts';
import { keyOfValue, valueOfKey } from '../index/summarize.ts';
import type { ValuesPart } from '../index/summary/index.ts';

interface Sums {
  readonly count: number;
  readonly bytes: number;
  readonly errors: number;
}

export interface FoldedValues {
  readonly absent: Sums;
  /** Records with a value that was remembered, and how many such values there are. */
  readonly total: number;
  readonly distinct: number;
  readonly unlisted: number;
  readonly keys: readonly (number | string)[];
  /** The keys by type and text, if some are in no dictionary. */
  textsOf(keys: readonly (number | string)[]): string[];
  sums(key: number | string): Sums;
  valueOf(key: number | string, dictionary: Dictionary | undefined): Value;
  /** Most frequent first; ties in the order of values. */
  top(limit: number): (number | string)[];
}

export function foldValues(parts: readonly ValuesPart[], dictionary: Dictionary | undefined): FoldedValues {
  const numberOf = new Map<number | string, number>();
  const keys: (number | string)[] = [];
  let size = 1;
  for (const part of parts) size += part.keys.length;
  const counts = new Float64Array(size);
  const bytes = new Float64Array(size);
  const errors = new Float64Array(size);
  // The same value may be an entry of the dictionary in one segment and a text of its own in another.
  const isMixed = parts.some((part) => part.keys.some((key) => typeof key === 'string'));
  const sameAs = new Map<string, number>();
  if (isMixed && dictionary !== undefined) {
    for (const { keys: ids } of parts)
      for (const id of ids) if (typeof id === 'number') sameAs.set(keyOfValue(dictionary.value(id)), id);
  }
  let [unlisted, total] = [0, 0];
  for (const part of parts) {
    unlisted += part.unlisted;
    counts[0] += part.counts[0];
    bytes[0] += part.bytes[0];
    errors[0] += part.errors[0];
    for (let at = 0; at < part.keys.length; at++) {
      const found = part.keys[at];
      const key = typeof found === 'string' ? (sameAs.get(found) ?? found) : found;
      let number = numberOf.get(key);
      if (number === undefined) numberOf.set(key, (number = keys.push(key)));
      counts[number] += part.counts[at + 1];
      bytes[number] += part.bytes[at + 1];
      errors[number] += part.errors[at + 1];
      total += part.counts[at + 1];
    }
  }
  const valueOf = (key: number | string, texts: Dictionary | undefined): Value =>
    typeof key === 'string' ? valueOfKey(key) : (texts?.value(key) ?? '');
  const sumsAt = (number: number): Sums => ({ count: counts[number], bytes: bytes[number], errors: errors[number] });
  return {
    absent: sumsAt(0),
    total,
    distinct: keys.filter((_, at) => counts[at + 1] > 0).length,
    unlisted,
    keys,
    textsOf: (wanted) => (isMixed ? wanted.map((key) => keyOfValue(valueOf(key, dictionary))) : []),
    sums: (key) => sumsAt(numberOf.get(key) ?? 0),
    valueOf,
    top(limit) {
      const least = leastOfTop(counts.subarray(1, keys.length + 1), limit);
      return keys
        .map((key, at) => ({ key, count: counts[at + 1] }))
        .filter(({ count }) => count > 0 && count >= least)
        .map(({ key, count }) => ({ key, count, value: valueOf(key, dictionary) }))
        .sort((a, b) => b.count - a.count || compareValues(a.value, b.value))
        .slice(0, limit)
        .map(({ key }) => key);
    },
  };
}

/** The count that the last of the `limit` most frequent has. */
function leastOfTop(counts: Float64Array, limit: number): number {
  const sorted = Float64Array.from(counts).sort();
  return sorted.length <= limit || limit === 0 ? 0 : sorted[sorted.length - limit];
}

function compareValues(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareText(textOf(a), textOf(b));
}
