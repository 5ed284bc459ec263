/** Records, errors, bytes and visitors of each date; the panels of a task share them. */
import type { SummaryKernels } from '../../kernels/summary-kernels.ts';
import type { Batch } from './batch.ts';
import type { DistinctLimits } from './distinct.ts';
import { LookSums } from './look-sums.ts';
import type { DayPart } from './panels.ts';
import type { Segment } from '../segment.ts';

export class DayVisitors {
  readonly #kernels: SummaryKernels;
  readonly #limits: DistinctLimits;
  readonly #numberOf = new Map<number, number>();
  #sums: LookSums | undefined;
  #last: Segment | undefined;
  #part: readonly DayPart[] | undefined;

  constructor(kernels: SummaryKernels, limits: DistinctLimits) {
    this.#kernels = kernels;
    this.#limits = limits;
  }

  /** Once for each segment, whoever asks. */
  add(batch: Batch): void {
    if (this.#last === batch.segment) return;
    this.#last = batch.segment;
    const cells = batch.cells();
    const sums = (this.#sums ??= new LookSums(this.#kernels, this.#limits, 0));
    batch.prepareLook(this.#limits.precision);
    const { targets } = this.#kernels;
    for (let cell = 0; cell < cells.count; cell++) {
      const day = cells.days[cell];
      let number = this.#numberOf.get(day);
      if (number === undefined) this.#numberOf.set(day, (number = this.#numberOf.size));
      // Of more dates than anybody can look at the last are left out.
      targets[cell] = sums.grow(number + 1) ? number : -1;
    }
    sums.add(cells.of, batch.set);
  }

  partial(): readonly DayPart[] {
    if (this.#part !== undefined) return this.#part;
    const { sums, visitors } = this.#sums?.partial() ?? { sums: new Float64Array(0), visitors: [] };
    return (this.#part = Array.from(this.#numberOf, ([day, number]) => ({
      day,
      count: sums[number * 3] ?? 0,
      errors: sums[number * 3 + 1] ?? 0,
      bytes: sums[number * 3 + 2] ?? 0,
      visitors: visitors[number] ?? {},
    })).filter(({ count }) => count > 0));
  }
}
