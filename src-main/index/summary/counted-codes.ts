/** Columns of codes whose rows kernels count, code by code, for the second pass of a panel of values. */
import type { Words } from '../../kernels/query-kernels.ts';
import { type CodedRows, type EntryNumbers, type KeyNumbers, uncounted, unset } from './dimension.ts';

/** More codes of a number column are rather looked at as rows have them. */
const mostNumberCodes = 1024;

/** A column of codes whose counters are told code by code. */
export interface CountedCodes {
  /** One for each row of the segment. */
  readonly codes: Words;
  /** Codes are below it. */
  readonly codeCount: number;
  /** Fills in the number that each code stands for. */
  fillNumbers(target: Int32Array): void;
}

/** Codes of `coded` in a segment of so many rows; `byEntry` keeps the numbers of entries from segment to segment. */
export function countedCodes(coded: CodedRows, rows: number, byEntry: EntryCache): CountedCodes | undefined {
  if (coded.kind === 'codes') {
    const { codes, codeCount, numberOf } = coded;
    if (codes instanceof Float64Array || codeCount > mostNumberCodes) return undefined;
    return {
      codes: codes.subarray(0, rows),
      codeCount,
      fillNumbers(target) {
        for (let code = 0; code < codeCount; code++) target[code] = numberOf(code);
      },
    };
  }
  const { column, entries } = coded;
  const { ids, codes } = column;
  if (codes instanceof Float64Array) return undefined;
  return {
    codes,
    codeCount: ids.length + 1,
    fillNumbers(target) {
      const known = byEntry.numbersOf(entries);
      target[0] = entries.absent;
      for (let at = 0; at < ids.length; at++) {
        const id = ids[at];
        let number = known[id];
        if (number === unset) number = known[id] = entries.numberOf(id);
        target[at + 1] = number;
      }
    },
  };
}

/** The numbers of a dictionary's entries, as far as they are known. */
export class EntryCache {
  readonly #keys: KeyNumbers;
  #numbers = new Int32Array(0);

  /** `keys` are those of the entries. */
  constructor(keys: KeyNumbers) {
    this.#keys = keys;
  }

  numbersOf(entries: EntryNumbers): Int32Array {
    const { count } = entries.dictionary;
    if (count <= this.#numbers.length) return this.#numbers;
    const isListed = entries.isPlain && this.#keys.isFixed;
    const larger = new Int32Array(count).fill(isListed ? uncounted : unset);
    larger.set(this.#numbers);
    this.#numbers = larger;
    // Few of many entries: the others need not be asked for one by one.
    if (isListed) for (const id of this.#keys.keys) if (typeof id === 'number') larger[id] = entries.numberOf(id);
    return larger;
  }
}
