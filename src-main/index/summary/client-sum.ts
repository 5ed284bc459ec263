/**
 * Distinct clients of numbered things (buckets of time, and classes in them). Where every segment knows clients by
 * their ids in the run's dictionary, as bitmaps of ids, which are exact; else by hashes, exact up to a limit.
 */
import type { Words } from '../../kernels/query-kernels.ts';
import { mostBitmaps, type SummaryKernels } from '../../kernels/summary-kernels.ts';
import type { Batch } from './batch.ts';
import type { TimeSums } from './time-sums.ts';
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
  /** `numberOf` names the number of each cell and kind of `sums`, below 0 none. */
  add(batch: Batch, sums: TimeSums, numberOf: Int32Array): void;
  /** All rows are of number 0. */
  addAll(batch: Batch): void;
  partial(): ClientPart;
}

export function createClientSum(task: ClientTask, size: number, source: SummarySource): ClientSum {
  return task.kind === 'ids'
    ? sumOfIds(source.dictionary('client_ip')?.count ?? 0, source.panelKernels)
    : sumOfHashes(task.limits, size);
}

function sumOfIds(entries: number, kernels: SummaryKernels): ClientSum {
  const wordsEach = (entries + 31) >>> 5;
  const numbers: number[] = [];
  /** Where the bitmap of a number begins in the arena; -1 where that is full. */
  const places: (number | undefined)[] = [];
  /** Of those that found no room in it. */
  const others = new Map<number, Uint32Array>();
  const placeOf = (number: number): number => {
    let place = places[number];
    if (place === undefined) {
      place = kernels.arena.take(wordsEach * 4, reservedBytes);
      places[number] = place;
      numbers.push(number);
      if (place < 0) others.set(number, new Uint32Array(wordsEach));
    }
    return place;
  };
  const bitmapOf = (number: number): Uint32Array =>
    others.get(number) ?? kernels.arena.counts(placeOf(number), wordsEach);
  return {
    add(batch, sums, numberOf) {
      const { kinds, counts } = sums;
      const column = clientColumn(batch);
      if (column === undefined) return;
      const { codes, ids } = column;
      if (numberOf.length > mostBitmaps) {
        addRows(batch, sums, column, numberOf, (number) => {
          placeOf(number);
          return bitmapOf(number);
        });
        return;
      }
      let isFull = false;
      for (let at = 0; at < numberOf.length; at++) {
        kernels.bitmaps[at] = numberOf[at] < 0 || counts[at] === 0 ? -1 : placeOf(numberOf[at]);
        if (numberOf[at] >= 0 && counts[at] > 0 && kernels.bitmaps[at] < 0) isFull = true;
      }
      kernels.ids.set(ids);
      kernels.meet(codes, batch.set, kinds.size);
      if (isFull) {
        const left = numberOf.map((number) => (number >= 0 && others.has(number) ? number : -1));
        addRows(batch, sums, column, left, bitmapOf);
      }
    },
    addAll(batch) {
      const column = clientColumn(batch);
      if (column === undefined) return;
      const { codes, ids } = column;
      placeOf(0);
      const words = bitmapOf(0);
      const counts = batch.source.kernels.count(codes, ids.length + 1, batch.bits);
      for (let at = 0; at < ids.length; at++) {
        const id = ids[at];
        if (counts[at + 1] > 0) words[id >>> 5] |= 1 << (id & 31);
      }
    },
    partial() {
      const words = new Uint32Array(new SharedArrayBuffer(numbers.length * wordsEach * 4));
      for (const [at, number] of numbers.entries()) words.set(bitmapOf(number), at * wordsEach);
      return { kind: 'ids', words, wordsEach, numbers };
    },
  };
}

/** Bitmaps leave so much of the arena for sketches, sums and registers. */
const reservedBytes = 16 << 20;

interface ClientColumn {
  readonly codes: Words;
  readonly ids: Uint32Array;
}

function clientColumn({ segment }: Batch): ClientColumn | undefined {
  const column = segment.columns.get('client_ip');
  if (column === undefined) return undefined;
  if (column.kind !== 'dictionary' || column.codes instanceof Float64Array) {
    throw new Error('clients are known by their ids');
  }
  return { codes: column.codes, ids: column.ids };
}

/** The plain way, for bitmaps that lie elsewhere. */
function addRows(
  batch: Batch,
  { cells, kinds }: TimeSums,
  { codes, ids }: ClientColumn,
  numberOf: Int32Array,
  bitmapOf: (number: number) => Uint32Array,
): void {
  const { rows, count } = batch;
  const { of } = batch.kinds();
  for (let at = 0; at < count; at++) {
    const row = rows[at];
    const number = numberOf[cells.of[row] * kinds.size + of[row]];
    if (codes[row] === 0 || number < 0) continue;
    const id = ids[codes[row] - 1];
    bitmapOf(number)[id >>> 5] |= 1 << (id & 31);
  }
}

function sumOfHashes(limits: DistinctLimits, size: number): ClientSum {
  const counters = new DistinctCounters(size, limits);
  const ofRow = new Int32Array(1 << 16);
  return {
    add(batch, { cells, kinds }, numberOf) {
      if (!batch.segment.columns.has('client_ip')) return;
      const { rows, count } = batch;
      const { of } = batch.kinds();
      for (let at = 0; at < count; at++) {
        const row = rows[at];
        ofRow[row] = numberOf[cells.of[row] * kinds.size + of[row]];
      }
      counters.addRows(rows, count, ofRow, batch.clients());
    },
    addAll(batch) {
      if (!batch.segment.columns.has('client_ip')) return;
      const { rows, count } = batch;
      ofRow.fill(0);
      counters.addRows(rows, count, ofRow, batch.clients());
    },
    partial: () => ({ kind: 'hashes', counters: counters.partials() }),
  };
}
