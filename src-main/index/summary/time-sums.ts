/** Records and bytes of one segment by cell of time and kind of outcome: what all charts over time are made of. */
import { mostPairs } from '../../kernels/query-kernels.ts';
import type { Batch } from './batch.ts';
import type { KindTable } from './row-kinds.ts';
import type { TimeCells } from './time-cells.ts';

export class TimeSums {
  readonly cells: TimeCells;
  readonly kinds: KindTable;
  /** Those of a cell side by side, by kind. */
  readonly counts: Uint32Array;
  /** Undefined where the segment has none. */
  readonly bytes: Float64Array | undefined;

  constructor(batch: Batch, cells: TimeCells) {
    const { of, table } = batch.kinds();
    const { kernels } = batch.source;
    const { rows } = batch.segment;
    this.cells = cells;
    this.kinds = table;
    const size = cells.count * table.size;
    if (cells.of instanceof Uint16Array && size <= mostPairs) {
      for (let kind = 0; kind < table.size; kind++) kernels.table[kind] = kind;
      this.counts = kernels.countPairs(cells.of, cells.count, of.subarray(0, rows), table.size, batch.bits).slice();
    } else {
      this.counts = new Uint32Array(size);
      this.#countRows(batch, of);
    }
    const sizes = batch.sizes();
    this.bytes = sizes === undefined ? undefined : new Float64Array(size);
    if (sizes !== undefined) this.#addBytes(batch, of, sizes);
  }

  /** Calls `use` for each cell and kind that occur. */
  each(use: (cell: number, kind: number, count: number, bytes: number) => void): void {
    const { counts, bytes } = this;
    const { size } = this.kinds;
    for (let at = 0; at < counts.length; at++) {
      if (counts[at] === 0) continue;
      const cell = Math.floor(at / size);
      use(cell, at - cell * size, counts[at], bytes === undefined ? 0 : bytes[at]);
    }
  }

  #countRows({ rows, count }: Batch, kinds: Uint8Array): void {
    const { counts } = this;
    const { of } = this.cells;
    const { size } = this.kinds;
    for (let at = 0; at < count; at++) counts[of[rows[at]] * size + kinds[rows[at]]]++;
  }

  #addBytes({ rows, count }: Batch, kinds: Uint8Array, sizes: Float64Array): void {
    const bytes = this.bytes ?? new Float64Array(0);
    const { of } = this.cells;
    const { size } = this.kinds;
    for (let at = 0; at < count; at++) {
      const row = rows[at];
      bytes[of[row] * size + kinds[row]] += sizes[row];
    }
  }
}
