/**
 * A view: a filter and an order over a source. Filters segments as they come, keeps the matching rows as a row set,
 * sorts when the source is complete, and says where things are.
 *
 * Lives on the engine's thread; the work is done by scan workers. Changing the query cancels what is under way.
 */
import { EngineError, errorFromData, errorToData, isCancelled, type ErrorData } from '../../src-shared/errors.ts';
import type { SortOrder, ViewId, ViewQuery, ViewState } from '../../src-shared/protocol.ts';
import type { Predicate } from '../../src-shared/query/predicate.ts';
import { bindFilter, parseFilter } from '../../src-shared/query/index.ts';
import { RowSet } from '../index/row-set.ts';
import type { Pool } from '../workers/pool.ts';
import type { SegmentRowsPart } from '../workers/tasks.ts';
import type { IndexRun } from './index-run.ts';
import type { Source } from './source.ts';

/** Segments that one filter task looks at: few enough to show first matches soon. */
const segmentsPerTask = 2;
/** Sorting keeps 12 bytes a record in memory while it works. */
const mostSorted = 100_000_000;

export interface ViewSettings {
  readonly pool: Pool;
  readonly nextFilter: () => number;
  readonly onChange: (view: View) => void;
  readonly now: () => number;
}

type Warnings = ViewState['warnings'];

/** A filter as workers run it. */
export interface BoundFilter {
  readonly number: number;
  readonly predicate: Predicate;
  readonly warnings: Warnings;
}

/** Parses and binds a filter for a source; throws bad-filter. */
export function bindQuery(
  text: string,
  zone: string,
  source: Source,
  now: number,
): { readonly predicate: Predicate; readonly warnings: Warnings } {
  const parsed = parseFilter(text);
  const [error] = parsed.errors;
  if (error !== undefined) throw new EngineError('bad-filter', error.message, error);
  const { run } = source;
  return bindFilter(parsed.tree, { fields: run.filterFields, open: run.format.open, zone, now });
}

export class View {
  readonly id: ViewId;
  readonly source: Source;
  readonly #settings: ViewSettings;
  #query: ViewQuery;
  #filter: BoundFilter;
  #rows = new RowSet();
  #sorted: Uint32Array | undefined;
  #order = 0;
  #abort = new AbortController();
  #error: ErrorData | undefined;
  #isSorting = false;
  /** Next segment to be sent to a worker; results that arrived before their turn. */
  #next = 0;
  #running = 0;
  readonly #waiting = new Map<number, { readonly bits: Uint32Array; readonly count: number }>();
  readonly #work = new Set<Promise<void>>();
  #run: IndexRun;
  #generation: number;
  #isClosed = false;

  constructor(id: ViewId, source: Source, query: ViewQuery, settings: ViewSettings) {
    this.id = id;
    this.source = source;
    this.#settings = settings;
    this.#query = query;
    this.#run = source.run;
    this.#generation = this.#run.generation;
    this.#filter = this.#bind(query);
    this.advance();
  }

  get query(): ViewQuery {
    return this.#query;
  }

  get rows(): RowSet {
    return this.#rows;
  }

  /** Record numbers in the view's order, when it is not that of the file. */
  get sorted(): Uint32Array | undefined {
    return this.#sorted;
  }

  get order(): number {
    return this.#order;
  }

  get run(): IndexRun {
    return this.#run;
  }

  /** True when every record is looked at and in its place. */
  get isSettled(): boolean {
    if (this.#error !== undefined) return true;
    return this.source.isReady && this.#rows.segments === this.#run.segments.length && this.#sortIsDone;
  }

  get failure(): EngineError | undefined {
    return this.#error === undefined ? undefined : errorFromData(this.#error);
  }

  get #sortIsDone(): boolean {
    return this.#query.sort === undefined || this.#sorted !== undefined;
  }

  get state(): ViewState {
    const total = Math.max(1, this.#run.segments.length);
    return {
      id: this.id,
      source: this.source.id,
      rows: this.#rows.count,
      scanned: this.#rows.rows,
      done: this.isSettled,
      progress: (this.#rows.segments / total) * (this.#sortIsDone ? 1 : 0.9),
      warnings: this.#filter.warnings,
      ...(this.#error === undefined ? {} : { error: this.#error }),
      order: this.#order,
    };
  }

  /** Replaces the query. Only the order changes: the rows found stay. Throws bad-filter and keeps the old one. */
  update(query: ViewQuery): void {
    const sameRows =
      query.filter === this.#query.filter && query.zone === this.#query.zone && this.#error === undefined;
    const filter = sameRows ? this.#filter : this.#bind(query);
    const sameOrder = sameSort(query.sort, this.#query.sort);
    this.#query = query;
    this.#filter = filter;
    if (sameRows && sameOrder) return;
    if (!sameRows) this.#restart();
    else {
      this.#sorted = undefined;
      this.#isSorting = false;
      this.#order++;
    }
    this.advance();
    this.#settings.onChange(this);
  }

  /** Goes on where work is left; called when the source has grown. */
  advance(): void {
    if (this.#isClosed || this.#error !== undefined) return;
    const run = this.#currentRun();
    if (run === undefined) return;
    if (this.#filter.predicate.op === 'all') {
      while (this.#rows.segments < run.segments.length)
        this.#rows.append(run.segments[this.#rows.segments].rows, undefined);
      this.#next = this.#rows.segments;
    } else {
      while (this.#next < run.registered && this.#running < this.#settings.pool.size * 2) {
        const from = this.#next;
        this.#next = Math.min(run.registered, from + segmentsPerTask);
        this.#start(this.#filterSegments(from, this.#next, this.#abort.signal));
      }
    }
    this.#sortWhenComplete(run);
  }

  /** The matching rows of segments as tasks take them. */
  parts(): SegmentRowsPart[] {
    const parts: SegmentRowsPart[] = [];
    const known = Math.min(this.#rows.segments, this.#run.registered);
    for (let segment = 0; segment < known; segment++) {
      const part = this.#rows.part(segment);
      if (part !== undefined && part.count > 0) parts.push({ segment, bits: part.bits });
    }
    return parts;
  }

  /** Record numbers of rows [from, to). */
  records(from: number, to: number): readonly number[] {
    if (this.#sorted !== undefined) return Array.from(this.#sorted.subarray(Math.max(0, from), Math.max(0, to)));
    return this.#rows.slice(from, to);
  }

  /** Row of a record, or of the first one after it in the file's order; undefined when a sorted view lacks it. */
  rowOf(record: number): { readonly row: number; readonly exact: boolean } | undefined {
    if (this.#sorted !== undefined) {
      const row = this.#sorted.indexOf(record);
      return row < 0 ? undefined : { row, exact: true };
    }
    return { row: this.#rows.rank(record), exact: this.#rows.has(record) };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#abort.abort();
    await Promise.allSettled(this.#work);
  }

  /** Ends work on the source's bytes, which are about to be replaced. */
  async pause(): Promise<void> {
    this.#abort.abort();
    await Promise.allSettled(this.#work);
  }

  #bind(query: ViewQuery): BoundFilter {
    const { predicate, warnings } = bindQuery(query.filter, query.zone, this.source, this.#settings.now());
    return { number: this.#settings.nextFilter(), predicate, warnings };
  }

  #restart(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#rows = new RowSet();
    this.#waiting.clear();
    this.#next = 0;
    this.#sorted = undefined;
    this.#isSorting = false;
    this.#error = undefined;
    this.#order++;
  }

  /** The source's run; starts anew when the source was read again or its first rows were replaced. */
  #currentRun(): IndexRun | undefined {
    let run: IndexRun;
    try {
      run = this.source.run;
    } catch {
      return undefined; // being opened again
    }
    if (run === this.#run && run.generation === this.#generation) return run;
    this.#run = run;
    this.#generation = run.generation;
    this.#restart();
    try {
      this.#filter = this.#bind(this.#query);
    } catch (error) {
      this.#error = errorToData(error);
      return undefined;
    }
    return run;
  }

  #start(work: Promise<void>): void {
    this.#running++;
    const tracked = work.finally(() => {
      this.#running--;
      this.#work.delete(tracked);
    });
    this.#work.add(tracked);
    tracked.then(
      () => this.advance(),
      (error: unknown) => this.#fail(error),
    );
  }

  #fail(error: unknown): void {
    if (isCancelled(error) || this.#isClosed) return;
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#error = errorToData(error);
    this.#settings.onChange(this);
  }

  async #filterSegments(from: number, to: number, signal: AbortSignal): Promise<void> {
    const segments = Array.from({ length: to - from }, (_, at) => from + at);
    const { number, predicate } = this.#filter;
    const rows = this.#rows;
    await this.#settings.pool.run(
      'filter',
      { source: this.#run.options.number, filter: number, predicate, segments },
      {
        signal,
        urgent: true,
        watched: true,
        onPart: ({ segment, bits, count }) => {
          if (rows !== this.#rows) return;
          this.#waiting.set(segment, { bits, count });
          this.#appendWaiting();
        },
      },
    );
  }

  #appendWaiting(): void {
    for (
      let found = this.#waiting.get(this.#rows.segments);
      found !== undefined;
      found = this.#waiting.get(this.#rows.segments)
    ) {
      this.#waiting.delete(this.#rows.segments);
      this.#rows.append(this.#run.segments[this.#rows.segments].rows, found.bits, found.count);
    }
    this.#settings.onChange(this);
  }

  #sortWhenComplete(run: IndexRun): void {
    const { sort } = this.#query;
    if (sort === undefined || this.#sorted !== undefined || this.#isSorting) return;
    if (!this.source.isReady || this.#rows.segments < run.segments.length || run.registered < run.segments.length)
      return;
    this.#isSorting = true;
    this.#start(this.#sort(sort, this.#abort.signal));
  }

  async #sort(sort: SortOrder, signal: AbortSignal): Promise<void> {
    const rows = this.#rows;
    const sorted = await this.#settings.pool.run(
      'sort',
      {
        source: this.#run.options.number,
        field: sort.field,
        descending: sort.descending,
        rows: this.parts(),
        most: mostSorted,
      },
      { signal, urgent: true },
    );
    if (rows !== this.#rows || !sameSort(sort, this.#query.sort)) return;
    this.#sorted = sorted;
    this.#isSorting = false;
    this.#order++;
    this.#settings.onChange(this);
  }
}

const sameSort = (a: SortOrder | undefined, b: SortOrder | undefined): boolean =>
  a?.field === b?.field && a?.descending === b?.descending;
