/** Adds up what tasks counted for values: by dictionary id where all are ids, else by type and text. */
import type { Value } from '../../src-shared/model/value.ts';
import type { Dictionary } from '../index/dictionary.ts';
import { keyOfValue, valueOfKey } from '../index/value-counts.ts';
import type { ValuesPart } from '../index/summary/index.ts';
import { compareValues, leastOfTop } from './top-values.ts';

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
  const size = parts.reduce((sum, part) => sum + part.ids.length + part.texts.length, 1);
  /** Records, errors and bytes by number; 0 is absent. */
  const sums = new Float64Array(size * 3);
  let unlisted = 0;
  for (const part of parts) {
    const { ids, idSums, texts } = part;
    unlisted += part.unlisted;
    for (let at = 0; at < ids.length; at++) {
      const to = numbers.ofId(ids[at]) * 3;
      sums[to] += idSums[at * 3];
      sums[to + 1] += idSums[at * 3 + 1];
      sums[to + 2] += idSums[at * 3 + 2];
    }
    for (let at = 0; at <= texts.length; at++) {
      const to = at === 0 ? 0 : numbers.ofText(texts[at - 1]) * 3;
      sums[to] += part.sums[at * 3];
      sums[to + 1] += part.sums[at * 3 + 1];
      sums[to + 2] += part.sums[at * 3 + 2];
    }
  }
  const { keys } = numbers;
  const counts = new Float64Array(keys.length);
  let [distinct, total] = [0, 0];
  for (let at = 0; at < keys.length; at++) {
    counts[at] = sums[at * 3 + 3];
    total += counts[at];
    if (counts[at] > 0) distinct++;
  }
  const valueOf = (key: number | string, texts: Dictionary | undefined): Value =>
    typeof key === 'string' ? valueOfKey(key) : (texts?.value(key) ?? '');
  const sumsAt = (number: number): Sums => {
    const [count, errors, bytes] = sums.subarray(number * 3, number * 3 + 3);
    return { count, bytes, errors };
  };
  return {
    absent: sumsAt(0),
    total,
    distinct,
    unlisted,
    textsOf: (wanted) => (numbers.isMixed ? wanted.map((key) => keyOfValue(valueOf(key, dictionary))) : []),
    sums: (key) => sumsAt(typeof key === 'number' ? numbers.ofId(key) : numbers.ofText(key)),
    valueOf,
    top(limit) {
      const least = Math.max(1, leastOfTop(counts, limit));
      const found: { readonly key: number | string; readonly count: number; readonly value: Value }[] = [];
      let ties = 0;
      for (let at = 0; at < keys.length; at++) {
        const count = counts[at];
        if (count < least || (count === least && ++ties > mostTies)) continue;
        const key = keys[at];
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
      for (const id of ids) this.#byText.set(keyOfValue(dictionary.value(id)), this.ofId(id));
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
