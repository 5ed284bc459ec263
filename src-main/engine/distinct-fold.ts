/** Distinct counts of what tasks found. */
import { popcount } from '../index/row-set.ts';
import { type ClientPart, DistinctCounter, type DistinctLimits, type DistinctPart } from '../index/summary/index.ts';

export interface DistinctCount {
  readonly count: number;
  readonly exact: boolean;
}

export function distinctOf(parts: readonly DistinctPart[], limits: DistinctLimits): DistinctCount {
  const all = new DistinctCounter(limits);
  for (const part of parts) all.merge(part);
  return { count: all.count, exact: all.isExact };
}

/** Clients of numbered things, and of several of these together. */
export class ClientFold {
  /** By number. */
  readonly #bitmaps = new Map<number, Uint32Array[]>();
  readonly #counters = new Map<number, DistinctPart[]>();
  readonly #limits: DistinctLimits;

  constructor(parts: readonly ClientPart[], limits: DistinctLimits) {
    this.#limits = limits;
    for (const part of parts) {
      if (part.kind === 'ids') {
        const { words, wordsEach, numbers } = part;
        for (const [at, number] of numbers.entries()) {
          put(this.#bitmaps, number, words.subarray(at * wordsEach, (at + 1) * wordsEach));
        }
      } else for (const [number, counter] of part.counters.entries()) put(this.#counters, number, counter);
    }
  }

  count(numbers: readonly number[]): DistinctCount {
    const bitmaps = numbers.flatMap((number) => this.#bitmaps.get(number) ?? []);
    if (bitmaps.length > 0) return { count: countUnion(bitmaps), exact: true };
    return distinctOf(
      numbers.flatMap((number) => this.#counters.get(number) ?? []),
      this.#limits,
    );
  }
}

function put<T>(lists: Map<number, T[]>, number: number, value: T): void {
  const list = lists.get(number);
  if (list === undefined) lists.set(number, [value]);
  else list.push(value);
}

/** Bits that are set in any of the bitmaps. */
function countUnion(bitmaps: readonly Uint32Array[]): number {
  const [first, ...others] = bitmaps.toSorted((a, b) => b.length - a.length);
  if (first === undefined) return 0;
  let union = first;
  if (others.length > 0) {
    union = first.slice();
    for (const other of others) for (let at = 0; at < other.length; at++) union[at] |= other[at];
  }
  let count = 0;
  for (let at = 0; at < union.length; at++) if (union[at] !== 0) count += popcount(union[at]);
  return count;
}
