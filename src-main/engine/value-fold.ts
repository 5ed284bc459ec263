/** Adds up how often tasks found values: by dictionary id where all are ids, else by type and text. */
import type { Value } from '../../src-shared/model/value.ts';
import type { Dictionary } from '../index/dictionary.ts';
import { keyOfValue, valueOfKey } from '../index/value-counts.ts';
import type { ValuesPart } from '../index/summary/index.ts';
import { compareValues, leastOfTop } from '../index/top-values.ts';

type Key = number | string;

interface Found {
  readonly key: Key;
  readonly count: number;
  readonly value: Value;
}

const compareFound = (a: Found, b: Found): number => b.count - a.count || compareValues(a.value, b.value);

export interface FoldedValues {
  /** Records with a value that was remembered, and how many such values there are. */
  readonly total: number;
  readonly distinct: number;
  readonly unlisted: number;
  /** The keys by type and text, if some are in no dictionary. */
  textsOf(keys: readonly Key[]): string[];
  valueOf(key: Key, dictionary: Dictionary | undefined): Value;
  /** Most frequent first; ties in the order of values. */
  top(limit: number): Key[];
}

export function foldValues(parts: readonly ValuesPart[], dictionary: Dictionary | undefined): FoldedValues {
  const byId = idSums(parts);
  const byText = new Map<string, number>();
  let unlisted = 0;
  for (const part of parts) {
    unlisted += part.unlisted;
    for (const [at, text] of part.texts.entries()) byText.set(text, (byText.get(text) ?? 0) + part.counts[at + 1]);
  }
  // The same value may be an entry of the dictionary in one segment and a text of its own in another.
  const isMixed = byText.size > 0 && byId.some((count) => count > 0);
  if (isMixed && dictionary !== undefined) {
    for (let id = 0; id < byId.length; id++) {
      if (byId[id] === 0) continue;
      const text = keyOfValue(dictionary.value(id));
      const more = byText.get(text);
      if (more === undefined) continue;
      byId[id] += more;
      byText.delete(text);
    }
  }
  const texts = [...byText.keys()];
  const counts = new Uint32Array(byId.length + texts.length);
  counts.set(byId);
  counts.set([...byText.values()], byId.length);
  const keyAt = (at: number): Key => (at < byId.length ? at : texts[at - byId.length]);
  let [distinct, total] = [0, 0];
  for (let at = 0; at < counts.length; at++) {
    if (counts[at] === 0) continue;
    distinct++;
    total += counts[at];
  }
  const valueOf = (key: Key, among: Dictionary | undefined): Value =>
    typeof key === 'string' ? valueOfKey(key) : (among?.value(key) ?? '');
  return {
    total,
    distinct,
    unlisted,
    textsOf: (keys) => (isMixed ? keys.map((key) => keyOfValue(valueOf(key, dictionary))) : []),
    valueOf,
    top(limit) {
      const least = Math.max(1, leastOfTop(counts, limit));
      const found: Found[] = [];
      /** Those that share the last count: as many as there is room for, in order. */
      let tied: Found[] = [];
      let last: Found | undefined;
      let ties = 0;
      for (let at = 0; at < counts.length; at++) {
        const count = counts[at];
        if (count < least || (count === least && ++ties > mostTies)) continue;
        const key = keyAt(at);
        const each = { key, count, value: valueOf(key, dictionary) };
        if (count > least) found.push(each);
        else if (last === undefined || compareValues(each.value, last.value) < 0) {
          tied.push(each);
          if (tied.length < limit * 4) continue;
          tied = tied.sort(compareFound).slice(0, limit);
          last = tied.at(-1);
        }
      }
      return [...found.sort(compareFound), ...tied.sort(compareFound)].slice(0, limit).map(({ key }) => key);
    },
  };
}

/** Records of each entry of the dictionary. */
function idSums(parts: readonly ValuesPart[]): Uint32Array {
  const sums = new Uint32Array(Math.max(0, ...parts.map(({ byId }) => byId.length)));
  for (const { byId } of parts) for (let id = 0; id < byId.length; id++) sums[id] += byId[id];
  return sums;
}

/**
 * Of values that share the last count, so many compete by their order; of more, those that the file has first. Where
 * nearly every value is different, reading and sorting a million texts would take a second.
 */
const mostTies = 10_000;
