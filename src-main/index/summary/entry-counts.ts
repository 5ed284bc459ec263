/** How often each entry of a dictionary comes in the segments of a task, those with status 404 apart where that counts. */
import type { DictionaryColumn } from '../segment.ts';
import type { Batch } from './batch.ts';

export class EntryCounts {
  /** Of all records that match, and of those with status 404, by entry. */
  all = new Uint32Array(0);
  missing = new Uint32Array(0);
  /** Records without an entry. */
  absent = 0;
  absentMissing = 0;
  readonly #splitsMissing: boolean;

  constructor(splitsMissing: boolean) {
    this.#splitsMissing = splitsMissing;
  }

  add(batch: Batch, { codes, ids }: DictionaryColumn, entries: number): void {
    if (codes instanceof Float64Array) throw new Error('codes are whole numbers');
    const { kernels } = batch.source;
    this.all = roomFor(this.all, entries);
    const counts = kernels.count(codes, ids.length + 1, batch.bits);
    this.absent += counts[0];
    addCounts(counts, ids, this.all);
    if (!this.#splitsMissing) return;
    this.missing = roomFor(this.missing, entries);
    const missing = kernels.count(codes, ids.length + 1, batch.missing);
    this.absentMissing += missing[0];
    addCounts(missing, ids, this.missing);
  }
}

function addCounts(counts: Uint32Array, ids: Uint32Array, target: Uint32Array): void {
  for (let at = 0; at < ids.length; at++) {
    const count = counts[at + 1];
    if (count !== 0) target[ids[at]] += count;
  }
}

function roomFor(counts: Uint32Array<ArrayBuffer>, entries: number): Uint32Array<ArrayBuffer> {
  if (entries <= counts.length) return counts;
  const larger = new Uint32Array(Math.max(entries, counts.length * 2));
  larger.set(counts);
  return larger;
}
