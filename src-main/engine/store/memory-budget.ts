/**
 * Keeps what all indexes take in memory within the budget: over it, segments that were not looked at for longest go to a
 * file (the stored index, or a spool beside it) and are read from there by whoever needs them.
 *
 * A quarter of the budget is for what the threads read back, three quarters for what all of them share. Dictionaries
 * stay in memory while a log is being indexed; segments make way for them. Runs on the engine's thread, which it also
 * rids of the memory that it gives up.
 */
import type { Segment } from '../../index/segment.ts';
import { createCollector } from '../../workers/collect-garbage.ts';
import type { IndexRun } from '../index-run.ts';
import type { IndexFile } from './index-file.ts';

/** Each group given up costs every thread a collection of its garbage. */
const leastGroupBytes = 16 << 20;

/** Where a run's segments go when there is no room for them in memory. */
export type FileOf = (run: IndexRun) => Promise<IndexFile | undefined>;

export class MemoryBudget {
  readonly #limitBytes: number;
  readonly #runs = new Map<IndexRun, FileOf>();
  readonly #usedAt = new WeakMap<Segment, number>();
  readonly #collectSoon = createCollector();
  #uses = 0;
  #making: Promise<void> = Promise.resolve();

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get sharedBytes(): number {
    return (this.#limitBytes / 4) * 3;
  }

  /** What each of `threads` threads may keep for itself of what it reads back. */
  blockCacheBytes(threads: number): number {
    return this.#limitBytes / 4 / threads;
  }

  add(run: IndexRun, fileOf: FileOf): void {
    this.#runs.set(run, fileOf);
  }

  remove(run: IndexRun): void {
    this.#runs.delete(run);
  }

  /** A page shows records of the segment. */
  touch(segment: Segment): void {
    this.#usedAt.set(segment, ++this.#uses);
  }

  get taken(): number {
    let bytes = 0;
    for (const run of this.#runs.keys()) bytes += run.memory;
    return bytes;
  }

  /** Resolves when what is over the budget has gone, as far as it can. */
  makeRoom(): Promise<void> {
    if (this.taken <= this.sharedBytes) return Promise.resolve();
    this.#making = this.#making.then(() => this.#release());
    return this.#making;
  }

  async #release(): Promise<void> {
    const taken = this.taken;
    if (taken <= this.sharedBytes) return;
    // Somewhat more than has to go, so that the next segment does not come back here at once.
    let excess = taken - this.sharedBytes + Math.min(leastGroupBytes, this.sharedBytes / 8);
    const victims = new Map<IndexRun, Segment[]>();
    for (const { run, segment } of this.#byUse()) {
      if (excess <= 0) break;
      const group = victims.get(run) ?? [];
      victims.set(run, [...group, segment]);
      excess -= segment.data.buffer?.byteLength ?? 0;
    }
    for (const [run, segments] of victims) await this.#giveUp(run, segments);
    this.#collectSoon();
  }

  async #giveUp(run: IndexRun, segments: readonly Segment[]): Promise<void> {
    const homeless = segments.filter((segment) => segment.data.stored === undefined);
    if (homeless.length > 0) {
      try {
        const file = await this.#runs.get(run)?.(run);
        await file?.storeSegments(run, homeless);
      } catch {
        // No room on the disk either, or the file is being closed: what cannot go stays.
      }
    }
    run.move(
      segments
        .filter((segment) => segment.data.stored !== undefined)
        .map((segment) => [segment, { ...segment.data, buffer: undefined }]),
    );
  }

  /** Complete segments in memory, those first that were not used for longest, then in the order of the file. */
  #byUse(): { readonly run: IndexRun; readonly segment: Segment }[] {
    const all = [...this.#runs.keys()].flatMap((run) => {
      const complete = Math.min(run.registered, run.segments.length - run.provisionalSegments);
      return run.segments
        .slice(0, complete)
        .filter((segment) => segment.data.buffer !== undefined)
        .map((segment) => ({ run, segment, usedAt: this.#usedAt.get(segment) ?? 0 }));
    });
    return all.sort((a, b) => a.usedAt - b.usedAt);
  }
}
