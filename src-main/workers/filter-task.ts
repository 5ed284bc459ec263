/** Filters segments that no other task has taken. */
import { cancelled } from '../../src-shared/errors.ts';
import type { SegmentFilter } from '../index/filter.ts';
import type { TaskContext, WorkerSourceState } from './source-state.ts';
import type { Tasks } from './tasks.ts';

/** A task of this kind ends after so long, and tells of what it has found as often. */
const turnMs = 30;
const tellMs = 10;

type Found = Tasks['filter']['part'];

export function filterClaimed(
  source: WorkerSourceState,
  filter: SegmentFilter,
  { segments, claimed, bits, starts }: Tasks['filter']['request'],
  tell: (found: Found) => void,
  context: TaskContext,
): void {
  const began = performance.now();
  let told = began;
  let found: { readonly at: number; readonly count: number }[] = [];
  for (let now = began; now - began < turnMs; now = performance.now()) {
    if (now - told > tellMs && found.length > 0) {
      tell(found);
      found = [];
      told = now;
    }
    const at = Atomics.add(claimed, 0, 1);
    if (at >= segments.length) break;
    context.beat();
    const segment = source.segments[segments[at]];
    if (segment === undefined) throw cancelled();
    const { bits: rows, count } = filter.run(segment, context.beat);
    bits.set(rows, starts[at]);
    found.push({ at, count });
  }
  if (found.length > 0) tell(found);
}
