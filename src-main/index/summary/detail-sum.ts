/** The second pass of a panel of values: visitors and percentiles of the values that will be shown. */
import type { QueryKernels } from '../../kernels/query-kernels.ts';
import { countedCodes, EntryCache } from './counted-codes.ts';
import { KeyNumbers, resolverOf } from './dimension.ts';
import { DistinctCounters, type DistinctLimits } from './distinct.ts';
import type { PanelSum, PanelTask } from './panels.ts';
import { Sketches } from './sketches.ts';

export function detailSum(
  task: Extract<PanelTask, { readonly kind: 'detail' }>,
  zone: string,
  limits: DistinctLimits,
  { registers }: QueryKernels,
): PanelSum {
  const { dimension } = task;
  const keys = new KeyNumbers(task.keys, task.texts);
  const resolver = resolverOf(dimension, keys, zone);
  const index = new Int32Array(1 << 16);
  const size = keys.keys.length + 1;
  const visitors = new DistinctCounters(size, limits, registers);
  const byEntry = new EntryCache(keys);
  let sketches: Sketches | undefined;
  return {
    add(batch) {
      const { rows, count, segment } = batch;
      const durations = batch.durations();
      const hasClients = segment.columns.has('client_ip');
      if (!hasClients && durations === undefined) return;
      const { coded, resolve } = resolver(batch);
      const byCode =
        coded !== undefined && visitors.isInMemory ? countedCodes(coded, segment.rows, byEntry) : undefined;
      // With few rows most codes of the segment are not needed.
      const isByCode = hasClients && byCode !== undefined && count >= byCode.codeCount;
      if (!isByCode || durations !== undefined) resolve(index);
      if (isByCode) {
        const bits = dimension.where === undefined ? batch.bits : batch.bitsWhere(dimension.where === 'missing');
        const words = batch.markVisitors(limits);
        visitors.addCodes(batch.source.kernels, byCode, bits, words);
      } else if (hasClients) visitors.addRows(rows, count, index, batch.visitors());
      if (durations !== undefined) (sketches ??= new Sketches(size)).addRows(durations, index);
    },
    partial: () => ({ kind: 'detail', visitors: visitors.partials(), sketch: sketches }),
  };
}
