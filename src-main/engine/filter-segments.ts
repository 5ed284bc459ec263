/**
 * Filters segments by tasks that share them: each takes the next segment that none has taken, so that few messages go to
 * and fro and all workers end together. Rows found lie in memory that all threads share, and so do decisions on entries.
 */
import { derivedField } from '../../src-shared/model/derived.ts';
import type { Predicate } from '../../src-shared/query/index.ts';
import { wordsFor } from '../index/row-set.ts';
import type { Segment } from '../index/segment.ts';
import type { Pool } from '../workers/pool.ts';
import type { Tasks } from '../workers/tasks.ts';
import type { IndexRun } from './index-run.ts';

/** Tests of one filter whose decisions are shared, and bytes that they may take in all. */
const mostShared = 8;
const mostSharedBytes = 64 << 20;

/** Decisions of a filter's tests on entries: kept from one wave of segments to the next. */
export class SharedDecisions {
  readonly #fields: readonly string[];
  #tables: readonly Uint8Array[] = [];

  constructor(predicate: Predicate) {
    this.#fields = fieldsOf(predicate);
  }

  /** A table for each test, one byte for each entry that there is now; of less use where some are missing. */
  tables(run: IndexRun): readonly Uint8Array[] {
    const entries = Math.max(0, ...this.#fields.map((field) => run.dictionary(field)?.count ?? 0));
    if (entries <= (this.#tables[0]?.length ?? 0)) return this.#tables;
    const size = Math.min(entries + (entries >>> 2), Math.floor(mostSharedBytes / mostShared));
    if (size < entries) return (this.#tables = []);
    this.#tables = this.#fields.slice(0, mostShared).map((_, at) => {
      const table = new Uint8Array(new SharedArrayBuffer(size));
      const before = this.#tables[at];
      if (before !== undefined) table.set(before);
      return table;
    });
    return this.#tables;
  }
}

/** The field of each test on one. */
function fieldsOf(predicate: Predicate): readonly string[] {
  switch (predicate.op) {
    case 'and':
    case 'or':
      return predicate.terms.flatMap(fieldsOf);
    case 'not':
      return fieldsOf(predicate.term);
    case 'field':
      return [derivedField(predicate.field)?.from ?? predicate.field];
    case 'all':
    case 'none':
    case 'raw':
      return [];
  }
}

export interface FoundRows {
  readonly segment: Segment;
  /** Number of the segment when this began. */
  readonly at: number;
  readonly bits: Uint32Array;
  readonly count: number;
}

export interface FilterRequest {
  readonly run: IndexRun;
  readonly pool: Pool;
  /** Numbers the predicate. */
  readonly filter: number;
  readonly predicate: Predicate;
  readonly decisions: SharedDecisions;
  /** Numbers of segments. */
  readonly segments: readonly number[];
  readonly signal: AbortSignal;
}

/** Resolves when all segments have been looked at; `onFound` hears of some at once, in any order. */
export async function filterSegments(
  { run, pool, filter, predicate, decisions, segments, signal }: FilterRequest,
  onFound: (found: readonly FoundRows[]) => void,
): Promise<void> {
  const chosen = segments.map((at) => run.segments[at]);
  const starts = [0];
  for (const { rows } of chosen) starts.push(starts[starts.length - 1] + wordsFor(rows));
  const bits = new Uint32Array(new SharedArrayBuffer(starts[chosen.length] * 4));
  const claimed = new Int32Array(new SharedArrayBuffer(4));
  const request: Tasks['filter']['request'] = {
    source: run.options.number,
    filter,
    predicate,
    segments,
    starts,
    bits,
    claimed,
    decisions: decisions.tables(run),
  };
  const work = async (): Promise<void> => {
    // A task ends after a while, so that others have their turn.
    while (Atomics.load(claimed, 0) < segments.length) {
      await pool.run('filter', request, {
        signal,
        urgent: true,
        watched: true,
        onPart: (part) =>
          onFound(
            part.map(({ at, count }) => ({
              segment: chosen[at],
              at: segments[at],
              bits: bits.subarray(starts[at], starts[at + 1]),
              count,
            })),
          ),
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(pool.size, segments.length) }, work));
}
