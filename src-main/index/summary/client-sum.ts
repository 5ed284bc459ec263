/**
 * Distinct clients of numbered things (buckets of time, and classes in them). Where every segment knows clients by
 * their ids in the run's dictionary, as bitmaps of ids, which are exact; else by hashes, exact up to a limit.
 */
import type { Batch } from './batch.ts';
import type { SummarySource } from './summary-source.ts';
import { DistinctCounters, type DistinctLimits, type DistinctPart } from './distinct.ts';

export type ClientTask = { readonly kind: 'ids' } | { readonly kind: 'hashes'; readonly limits: DistinctLimits };

export type ClientPart =
  | {
      readonly kind: 'ids';
      /** Bitmaps of `wordsEach` words, and whose they are. */
      readonly words: Uint32Array;
      readonly wordsEach: number;
      readonly numbers: readonly number[];
    }
  | { readonly kind: 'hashes'; readonly counters: readonly DistinctPart[] };

export interface ClientSum {
  /** `numberOf` names the number of each cell and kind, below 0 none; `cells` are by row. */
  add(batch: Batch, cells: Uint16Array | Uint32Array, kinds: Uint8Array, kindCount: number, numberOf: Int32Array): void;
  partial(): ClientPart;
}

export function createClientSum(task: ClientTask, size: number, source: SummarySource): ClientSum {
  return task.kind === 'ids' ? sumOfIds(source.dictionary('client_ip')?.count ?? 0) : sumOfHashes(task.limits, size);
}

function sumOfIds(entries: number): ClientSum {
  const wordsEach = (entries + 31) >>> 5;
  const numbers: number[] = [];
  /** Where the bitmap of a number begins. */
  const places: (number | undefined)[] = [];
  let words = new Uint32Array(0);
  const placeOf = (number: number): number => {
    const known = places[number];
    if (known !== undefined) return known;
    const place = numbers.length * wordsEach;
    places[number] = place;
    numbers.push(number);
    if (place + wordsEach > words.length) {
      const larger = new Uint32Array(Math.max(words.length * 2, wordsEach * 8));
      larger.set(words);
      words = larger;
    }
    return place;
  };
  return {
    add(batch, cells, kinds, kindCount, numberOf) {
      const column = batch.segment.columns.get('client_ip');
      if (column === undefined) return;
      if (column.kind !== 'dictionary') throw new Error('clients are known by their ids');
      const { codes, ids } = column;
      const { rows, count } = batch;
      const placeOfCell = new Int32Array(numberOf.length).fill(-1);
      for (let at = 0; at < count; at++) {
        const row = rows[at];
        const code = codes[row];
        const cell = cells[row] * kindCount + kinds[row];
        const number = numberOf[cell];
        if (code === 0 || number < 0) continue;
        let place = placeOfCell[cell];
        if (place < 0) place = placeOfCell[cell] = placeOf(number);
        const id = ids[code - 1];
        words[place + (id >>> 5)] |= 1 << (id & 31);
      }
    },
    partial() {
      const size = numbers.length * wordsEach;
      const shared = new Uint32Array(new SharedArrayBuffer(size * 4));
      shared.set(words.subarray(0, size));
      return { kind: 'ids', words: shared, wordsEach, numbers };
    },
  };
}

function sumOfHashes(limits: DistinctLimits, size: number): ClientSum {
  const counters = new DistinctCounters(size, limits);
  const ofRow = new Int32Array(1 << 16);
  return {
    add(batch, cells, kinds, kindCount, numberOf) {
      if (!batch.segment.columns.has('client_ip')) return;
      const { rows, count } = batch;
      for (let at = 0; at < count; at++) {
        const row = rows[at];
        ofRow[row] = numberOf[cells[row] * kindCount + kinds[row]];
      }
      counters.addRows(rows, count, ofRow, batch.clients());
    },
    partial: () => ({ kind: 'hashes', counters: counters.partials() }),
  };
}
