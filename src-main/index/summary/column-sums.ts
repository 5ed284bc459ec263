/**
 * Records, errors and bytes of one segment by the codes of a column: one loop over the rows, whatever a panel then
 * makes of the codes. A hot loop, so counts of two kinds share a number, and only codes that occur are looked at again.
 */
import type { NarrowArray } from '../segment.ts';
import type { Batch } from './batch.ts';
import { Flag } from './flags.ts';

/** An error in a packed count; a segment has at most 65,536 records. */
const errorWeight = 2 ** 20;

const weightOfFlags = Float64Array.from(
  { length: 16 },
  (_, flags) => 1 + ((flags & Flag.error) === 0 ? 0 : errorWeight),
);

export class ColumnSums {
  /** Packed count and bytes of each slot, side by side, because they are needed together. */
  #sums = new Float64Array(1 << 9);
  #touched = new Uint32Array(1 << 8);
  #size = 0;

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** A slot is a code; with `splitsMissing` twice the code, and one more for records with status 404. */
  add(batch: Batch, codes: NarrowArray, codeCount: number, splitsMissing: boolean): void {
    const { rows, count } = batch;
    const bytes = batch.sizes();
    const flags = batch.flags();
    this.#makeRoom((splitsMissing ? 2 : 1) * codeCount);
    const [sums, touched] = [this.#sums, this.#touched];
    const isMissing = splitsMissing ? Flag.missing : 0;
    const shift = splitsMissing ? 1 : 0;
    let size = 0;
    for (let at = 0; at < count; at++) {
      const row = rows[at];
      // Flag.missing is 1.
      const slot = (codes[row] << shift) | (flags[row] & isMissing);
      if (sums[slot * 2] === 0) touched[size++] = slot;
      sums[slot * 2] += weightOfFlags[flags[row]];
      if (bytes !== undefined) sums[slot * 2 + 1] += bytes[row];
    }
    this.#size = size;
  }

  each(use: (slot: number, count: number, errors: number, bytes: number) => void): void {
    for (let at = 0; at < this.#size; at++) {
      const slot = this.#touched[at];
      const packed = this.#sums[slot * 2];
      const errors = Math.floor(packed / errorWeight);
      use(slot, packed - errors * errorWeight, errors, this.#sums[slot * 2 + 1]);
    }
  }

  /** Adds the slots of a dictionary's codes to the sums of its entries. */
  addTo(totals: EntryTotals, ids: Uint32Array): void {
    const { sums, absent, slotsEach } = totals;
    const shift = slotsEach - 1;
    for (let at = 0; at < this.#size; at++) {
      const slot = this.#touched[at];
      const packed = this.#sums[slot * 2];
      const errors = Math.floor(packed / errorWeight);
      const code = slot >> shift;
      const target = code === 0 ? absent : sums;
      const to = ((code === 0 ? 0 : ids[code - 1] * slotsEach) + (slot & shift)) * 3;
      target[to] += packed - errors * errorWeight;
      target[to + 1] += errors;
      target[to + 2] += this.#sums[slot * 2 + 1];
    }
  }

  clear(): void {
    const sums = this.#sums;
    for (let at = 0; at < this.#size; at++) {
      const slot = this.#touched[at] * 2;
      sums[slot] = 0;
      sums[slot + 1] = 0;
    }
    this.#size = 0;
  }

  #makeRoom(slots: number): void {
    if (slots * 2 <= this.#sums.length) return;
    this.#sums = new Float64Array(slots * 2);
    this.#touched = new Uint32Array(slots);
  }
}

/** Records, errors and bytes of each entry of a dictionary over the segments of a task. */
export class EntryTotals {
  /** 2 where records with status 404 have a slot of their own. */
  readonly slotsEach: 1 | 2;
  /** Three sums for each slot. */
  readonly absent = new Float64Array(6);
  sums = new Float64Array(0);

  constructor(splitsMissing: boolean) {
    this.slotsEach = splitsMissing ? 2 : 1;
  }

  /** Adds the rows of a batch one by one: where nearly each has an entry of its own, sums by code first would be in vain. */
  addRows(batch: Batch, codes: NarrowArray, ids: Uint32Array): void {
    const { rows, count } = batch;
    const bytes = batch.sizes();
    const flags = batch.flags();
    const { sums, absent, slotsEach } = this;
    const isMissing = slotsEach === 2 ? Flag.missing : 0;
    const stride = slotsEach * 3;
    for (let at = 0; at < count; at++) {
      const row = rows[at];
      const code = codes[row];
      const flag = flags[row];
      const target = code === 0 ? absent : sums;
      // Flag.missing is 1.
      const to = (code === 0 ? 0 : ids[code - 1] * stride) + (flag & isMissing) * 3;
      target[to]++;
      if ((flag & Flag.error) !== 0) target[to + 1]++;
      if (bytes !== undefined) target[to + 2] += bytes[row];
    }
  }

  makeRoom(entries: number): void {
    const size = entries * this.slotsEach * 3;
    if (size <= this.sums.length) return;
    const larger = new Float64Array(size);
    larger.set(this.sums);
    this.sums = larger;
  }
}
