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
  /** The keys by type and text, if some are in no dictionary. */
  textsOf(keys: readonly (number | string)[]): string[];
  sums(key: number | string): Sums;
  valueOf(key: number | string, dictionary: Dictionary | undefined): Value;
  /** Most frequent first; ties in the order of values. */
  top(limit: number): (number | string)[];
}

export function foldValues(parts: readonly ValuesPart[], dictionary: Dictionary | undefined): FoldedValues {
  const numbers = new Numbers(parts, dictionary);
  const size = parts.reduce((sum, part) => sum + part.ids.length, 1);
  const counts = new Float64Array(size);
  const bytes = new Float64Array(size);
  const errors = new Float64Array(size);
  let [unlisted, total] = [0, 0];
  for (const part of parts) {
    unlisted += part.unlisted;
    counts[0] += part.counts[0];
    bytes[0] += part.bytes[0];
    errors[0] += part.errors[0];
    let text = 0;
    for (let at = 0; at < part.ids.length; at++) {
      const id = part.ids[at];
      const number = id >= 0 ? numbers.ofId(id) : numbers.ofText(part.texts[text++]);
      counts[number] += part.counts[at + 1];
      bytes[number] += part.bytes[at + 1];
      errors[number] += part.errors[at + 1];
      total += part.counts[at + 1];
    }
  }
  const { keys } = numbers;
  let distinct = 0;
  for (let number = 1; number <= keys.length; number++) if (counts[number] > 0) distinct++;
  const valueOf = (key: number | string, texts: Dictionary | undefined): Value =>
    typeof key === 'string' ? valueOfKey(key) : (texts?.value(key) ?? '');
  const sumsAt = (number: number): Sums => ({ count: counts[number], bytes: bytes[number], errors: errors[number] });
  return {
    absent: sumsAt(0),
    total,
    distinct,
    unlisted,
    textsOf: (wanted) => (numbers.isMixed ? wanted.map((key) => keyOfValue(valueOf(key, dictionary))) : []),
    sums: (key) => sumsAt(typeof key === 'number' ? numbers.ofId(key) : numbers.ofText(key)),
    valueOf,
    top(limit) {
      const least = Math.max(1, leastOfTop(counts.subarray(1, keys.length + 1), limit));
      const found: { readonly key: number | string; readonly count: number; readonly value: Value }[] = [];
      let ties = 0;
      for (let number = 1; number <= keys.length; number++) {
        const count = counts[number];
        if (count < least || (count === least && ++ties > mostTies)) continue;
        const key = keys[number - 1];
        found.push({ key, count, value: valueOf(key, dictionary) });
      }
      return found
        .sort((a, b) => b.count - a.count || compareValues(a.value, b.value))
        .slice(0, limit)
        .map(({ key }) => key);
    },
  };
}

/**
 * Of values that share the last count, so many compete by their order; of more, those that the file has first. Where
 * nearly every value is different, reading and sorting a million texts would take a second.
 */
const mostTies = 10_000;

/** One number for each value, whether parts know it by its id or by its text. */
class Numbers {
  readonly keys: (number | string)[] = [];
  readonly isMixed: boolean;
  readonly #byId: Int32Array;
  readonly #byText = new Map<string, number>();

  constructor(parts: readonly ValuesPart[], dictionary: Dictionary | undefined) {
    this.#byId = new Int32Array(dictionary?.count ?? 0);
    // The same value may be an entry of the dictionary in one segment and a text of its own in another.
    this.isMixed = dictionary !== undefined && parts.some(({ texts }) => texts.length > 0);
    if (!this.isMixed || dictionary === undefined) return;
    for (const { ids } of parts)
      for (const id of ids) if (id >= 0) this.#byText.set(keyOfValue(dictionary.value(id)), this.ofId(id));
  }

  ofId(id: number): number {
    const known = this.#byId[id];
    return known === 0 ? (this.#byId[id] = this.keys.push(id)) : known;
  }

  ofText(text: string): number {
    let known = this.#byText.get(text);
    if (known === undefined) this.#byText.set(text, (known = this.keys.push(text)));
    return known;
  }
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
