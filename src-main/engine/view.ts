/**
 * A view: a filter and an order over a source. Filters segments as they come, keeps the matching rows as a row set,
 * sorts when the source is complete, and says where things are.
 *
 * Lives on the engine's thread; the work is done by scan workers. Changing the query cancels what is under way.
 */
import { errorFromData, errorToData, isCancelled, type EngineError, type ErrorData } from '../../src-shared/errors.ts';
import type { Marker, SortOrder, ViewId, ViewQuery, ViewState } from '../../src-shared/protocol.ts';
import { RowSet } from '../index/row-set.ts';
import type { Segment } from '../index/segment.ts';
import type { Pool } from '../workers/pool.ts';
import type { SegmentRowsPart } from '../workers/tasks.ts';
import { bindQuery, type BoundFilter } from './bind-query.ts';
import { filterSegments, SharedDecisions } from './filter-segments.ts';
import type { IndexRun, Regrouped } from './index-run.ts';
import type { FileRecords } from './merge/file-records.ts';
import { looseMs, TimeOrder } from './merge/time-order.ts';
import type { OpenSource } from './open-source.ts';
import { sortRows } from './sort-rows.ts';

/** Groups of segments that are filtered at a time: those that come meanwhile wait for the next one. */
const mostWaves = 2;
/** While following, an order by time is made anew at most this often. */
const sortAgainEveryMs = 1000;

export interface ViewSettings {
  readonly pool: Pool;
  readonly nextFilter: () => number;
  readonly onChange: (view: View) => void;
  readonly now: () => number;
}

/** Rows in an order of their own. */
export interface SortedRows {
  readonly length: number;
  /** Number of the record in a row, as it is now; -1 when it is no more. */
  readonly record: (row: number) => number;
}

export class View {
  readonly id: ViewId;
  readonly source: OpenSource;
  readonly #settings: ViewSettings;
  #query: ViewQuery;
  #filter: BoundFilter;
  #decisions: SharedDecisions;
  #rows = new RowSet();
  #sorted: Uint32Array | undefined;
  /** The order of several files, unless the query says another. */
  #merge: TimeOrder | undefined;
  #order = 0;
  #abort = new AbortController();
  #error: ErrorData | undefined;
  #isSorting = false;
  /** Rows keep their places, and what comes stands behind them. */
  #isHeld = false;
  #heldFrom: number | undefined;
  /** Segments whose rows are in the row set, and those that were sent to workers: both in order. */
  #seen: Segment[] = [];
  #sent: Segment[] = [];
  #revision = 0;
  #running = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the order was last made anew while following. */
  #sortedAt = 0;
  #leaveRun: () => void;
  readonly #waiting = new Map<number, { readonly bits: Uint32Array; readonly count: number }>();
  readonly #work = new Set<Promise<void>>();
  #run: IndexRun;
  #generation: number;
  #isClosed = false;

  constructor(id: ViewId, source: OpenSource, query: ViewQuery, settings: ViewSettings) {
    this.id = id;
    this.source = source;
    this.#settings = settings;
    this.#query = query;
    this.#run = source.run;
    this.#generation = this.#run.generation;
    this.#filter = this.#bind(query);
    this.#decisions = new SharedDecisions(this.#filter.predicate);
    this.#leaveRun = this.#watchRun(this.#run);
    this.advance();
  }

  get query(): ViewQuery {
    return this.#query;
  }

  get rows(): RowSet {
    return this.#rows;
  }

  /** Rows in the view's order, when that is not the order of the source's records. */
  get sorted(): SortedRows | undefined {
    const merge = this.#merge;
    if (merge !== undefined) return { length: merge.ids.length, record: (row) => merge.recordIn(row) };
    const records = this.#sorted;
    return records === undefined ? undefined : { length: records.length, record: (row) => records[row] };
  }

  /** Rows that are shown: those that match, and for a moment one that is being looked at again. */
  get rowCount(): number {
    return this.#merge?.ids.length ?? this.#rows.count;
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
    return this.source.isReady && this.#seen.length === this.#run.segments.length && this.#sortIsDone;
  }

  get failure(): EngineError | undefined {
    return this.#error === undefined ? undefined : errorFromData(this.#error);
  }

  get #sortIsDone(): boolean {
    return !this.#isOrdered || this.#sorted !== undefined || this.#merge !== undefined;
  }

  /** By a field, or by time because there are several files. */
  get #isOrdered(): boolean {
    return this.#query.sort !== undefined || this.#run.files !== undefined;
  }

  /** Rows that will not change any more: without those of a record that may still grow. */
  get stableRows(): number {
    if (this.#merge !== undefined) return this.#merge.stableRows;
    return this.#rowsBefore(this.#run.segments.length - this.#run.provisionalSegments);
  }

  /** Rows that came after the order was made; they stand behind the ordered ones. */
  get unsorted(): number {
    const isMerging = this.#merge === undefined && this.#query.sort === undefined && this.#run.files !== undefined;
    return isMerging ? this.#rows.count : this.#sorted === undefined ? 0 : this.#rows.count - this.#sorted.length;
  }

  get state(): ViewState {
    const total = Math.max(1, this.#run.segments.length);
    return {
      id: this.id,
      source: this.source.id,
      rows: this.rowCount,
      scanned: this.#rows.rows,
      done: this.isSettled,
      progress: (this.#rows.segments / total) * (this.#sortIsDone ? 1 : 0.9),
      warnings: this.#filter.warnings,
      ...(this.#error === undefined ? {} : { error: this.#error }),
      order: this.#order,
      stableRows: this.stableRows,
      revision: this.#revision,
      unsorted: this.unsorted,
    };
  }

  /** Orders the rows anew that came after they were ordered. */
  sortAgain(): void {
    if (this.#query.sort === undefined || this.#isSorting) return;
    this.#isSorting = true;
    this.#start(this.#sort(this.#query.sort, true, this.#abort.signal));
  }

  /** Keeps rows where they are, whatever comes, or lets them go to their places again. */
  holdOrder(on: boolean): void {
    this.#isHeld = on;
    this.#heldFrom = on ? (this.#heldFrom ?? this.#completeSegments) : undefined;
    if (!on) this.advance();
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
      this.#sorted = this.#merge = undefined;
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
    this.#forgetReplaced(run);
    if (this.#filter.predicate.op === 'all') {
      for (const segment of run.segments.slice(this.#seen.length)) {
        this.#rows.append(segment.rows, undefined);
        this.#seen.push(segment);
      }
    } else {
      if (this.#sent.length < run.registered && this.#running < mostWaves) {
        const from = this.#sent.length;
        const segments = run.segments.slice(from, run.registered);
        this.#sent.push(...segments);
        this.#start(this.#filterSegments(from, segments.length, this.#abort.signal));
      }
    }
    this.#arrange(run);
  }

  /** The matching rows of segments as tasks take them. */
  parts(before = Number.POSITIVE_INFINITY): SegmentRowsPart[] {
    const parts: SegmentRowsPart[] = [];
    const known = Math.min(this.#rows.segments, this.#run.registered, before);
    for (let segment = 0; segment < known; segment++) {
      const part = this.#rows.part(segment);
      if (part !== undefined && part.count > 0) parts.push({ segment, bits: part.bits });
    }
    return parts;
  }

  /** Record numbers of rows [from, to). */
  records(from: number, to: number): readonly number[] {
    const sorted = this.#sorted;
    const merge = this.#merge;
    if (merge !== undefined) return merge.records(from, to);
    if (sorted === undefined) return this.#rows.slice(from, to);
    const ordered = Array.from(sorted.subarray(Math.max(0, from), Math.max(0, to)));
    return to > sorted.length ? [...ordered, ...this.#rows.slice(Math.max(from, sorted.length), to)] : ordered;
  }

  /** Gives the records of rows as they stand in order now, whatever comes; undefined in the order of the source. */
  freeze(): ((from: number, to: number) => Uint32Array) | undefined {
    if (this.#merge !== undefined) return this.#merge.freeze();
    const sorted = this.#sorted;
    if (sorted === undefined) return undefined;
    const run = this.#run;
    const { length } = sorted;
    const behind = this.#rows.slice(length, this.#rows.count).map((record) => run.idOf(record));
    return (from, to) => {
      if (to <= length) return sorted.slice(from, to);
      const rest = behind.slice(Math.max(0, from - length), to - length).flatMap((id) => run.recordOf(id) ?? []);
      return Uint32Array.from([...sorted.subarray(from, to), ...rest]);
    };
  }

  /**
   * Row of the record with this id, or of the first one after it in the source's order; undefined when a sorted view
   * lacks it.
   */
  rowOf(id: number): { readonly row: number; readonly exact: boolean } | undefined {
    if (this.#merge !== undefined) return this.#merge.rowOf(id);
    const record = this.#run.recordOf(id);
    if (record === undefined) return undefined;
    if (this.#sorted !== undefined) {
      const row = this.#sorted.indexOf(record);
      if (row >= 0) return { row, exact: true };
      const later = this.#rows.has(record) ? this.#rows.rank(record) : -1;
      return later < this.#sorted.length ? undefined : { row: later, exact: true };
    }
    return { row: this.#rows.rank(record), exact: this.#rows.has(record) };
  }

  /** Row that stands right behind a marker, of several files in the order of time; the number of rows where none does. */
  rowBehind({ record: id }: Marker): number | undefined {
    return this.#merge?.rowAfter(id);
  }

  /** First row at or after a time, of several files in the order of time. */
  rowAtTime(time: number): number | undefined {
    return this.#merge?.rowAtTime(time);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#leaveRun();
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
    this.#decisions = new SharedDecisions(this.#filter.predicate);
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#rows = new RowSet();
    this.#waiting.clear();
    this.#seen = [];
    this.#sent = [];
    this.#sorted = this.#merge = undefined;
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
    if (run !== this.#run) {
      this.#leaveRun();
      this.#leaveRun = this.#watchRun(run);
    }
    this.#run = run;
    this.#generation = run.generation;
    this.#restart();
    try {
      this.#filter = this.#bind(this.#query);
      this.#decisions = new SharedDecisions(this.#filter.predicate);
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

  async #filterSegments(from: number, count: number, signal: AbortSignal): Promise<void> {
    const { number: filter, predicate } = this.#filter;
    const rows = this.#rows;
    const run = this.#run;
    const { pool } = this.#settings;
    const segments = Array.from({ length: count }, (_, at) => from + at);
    const request = { run, pool, filter, predicate, decisions: this.#decisions, segments, signal };
    await filterSegments(request, (found) => {
      // What was asked about may have been replaced by longer records, or put together with others, meanwhile.
      if (rows !== this.#rows) return;
      for (const { segment, at, bits, count: matches } of found)
        if (this.#run.segments[at] === segment) this.#waiting.set(at, { bits, count: matches });
      this.#appendWaiting();
    });
  }

  #appendWaiting(): void {
    for (;;) {
      const at = this.#seen.length;
      const found = this.#waiting.get(at);
      if (found === undefined) break;
      this.#waiting.delete(at);
      const segment = this.#run.segments[at];
      this.#rows.append(segment.rows, found.bits, found.count);
      this.#seen.push(segment);
    }
    if (this.#merge !== undefined) this.#arrange(this.#run);
    this.#settings.onChange(this);
  }

  /** Drops rows of segments at the end that are no longer the source's: a record in them has grown. */
  #forgetReplaced(run: IndexRun): void {
    for (let last = this.#seen.length - 1; last >= 0 && this.#seen[last] !== run.segments[last]; last--) {
      this.#seen.pop();
      this.#rows.dropLast();
      this.#revision++;
    }
    while (this.#sent.length > 0 && this.#sent[this.#sent.length - 1] !== run.segments[this.#sent.length - 1]) {
      this.#waiting.delete(this.#sent.length - 1);
      this.#sent.pop();
    }
  }

  #watchRun(run: IndexRun): () => void {
    return run.onRegroup({
      regrouped: (change) => this.#regroup(change),
      barrier: () => this.#merge?.aged ?? 0,
    });
  }

  /** The same rows stand in other segments. */
  #regroup({ from, to, order, sizes, renumbered }: Regrouped): void {
    const { segments } = this.#run;
    if (this.#seen.length >= to) {
      this.#rows.regroup(from, to, order, sizes);
      this.#seen.splice(from, to - from, ...segments.slice(from, from + sizes.length));
    } else {
      while (this.#seen.length > from) {
        this.#seen.pop();
        this.#rows.dropLast();
      }
    }
    for (const at of [...this.#waiting.keys()]) if (at >= from) this.#waiting.delete(at);
    this.#sent = this.#seen.length >= from ? [...this.#seen] : this.#sent.slice(0, from);
    const fewer = to - from - sizes.length;
    if (this.#heldFrom !== undefined && this.#heldFrom >= to) this.#heldFrom -= fewer;
    this.#merge?.regroup(to, fewer);
    if (this.#run.files !== undefined) this.#sorted = this.#sorted?.map(renumbered);
  }

  /** Looks again when something is due, though nothing may come meanwhile. */
  #advanceIn(waitMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.advance();
      this.#settings.onChange(this);
    }, waitMs);
  }

  #rowsBefore(segments: number): number {
    let rows = this.#rows.count;
    for (let at = this.#seen.length - 1; at >= segments; at--) rows -= this.#rows.part(at)?.count ?? 0;
    return rows;
  }

  /** Brings the order up to date with the rows. */
  #arrange(run: IndexRun): void {
    const { sort } = this.#query;
    if (sort !== undefined) this.#sortWhenComplete(run, sort);
    else if (run.files !== undefined) this.#mergeByTime(run, run.files);
  }

  #sortWhenComplete(run: IndexRun, sort: SortOrder): void {
    if (this.#isSorting || !this.#isComplete(run)) return;
    if (this.#sorted !== undefined) {
      // Rows that follow keep the order of time; any other order is made anew when the user says so.
      if (sort.field !== 'time' || this.#isHeld || this.stableRows === this.#sorted.length) return;
      const waitMs = this.#sortedAt + sortAgainEveryMs - this.#settings.now();
      if (waitMs > 0) {
        this.#advanceIn(waitMs);
        return;
      }
    }
    this.#isSorting = true;
    this.#start(this.#sort(sort, this.#sorted === undefined, this.#abort.signal));
  }

  #isComplete(run: IndexRun): boolean {
    return this.source.isReady && this.#seen.length === run.segments.length && run.registered === run.segments.length;
  }

  get #completeSegments(): number {
    return this.#run.segments.length - this.#run.provisionalSegments;
  }

  /** Several files have one order by time: made as a whole once, then what comes is put to its place. */
  #mergeByTime(run: IndexRun, files: FileRecords): void {
    // Records that were thought complete have been taken back.
    if (this.#merge !== undefined && this.#merge.aged > this.#seen.length) this.#merge = undefined;
    if (this.#merge !== undefined) {
      this.#updateMerge(this.#merge, false);
      return;
    }
    if (this.#isSorting || !this.#isComplete(run)) return;
    this.#isSorting = true;
    this.#start(run.pin(() => this.#mergeAll(run, files, this.#abort.signal)));
  }

  #updateMerge(merge: TimeOrder, atOnce: boolean): void {
    const complete = Math.min(this.#completeSegments, this.#seen.length);
    const { segments } = this.#run;
    const now = this.#settings.now();
    const rows = this.#rows;
    const change = merge.update({ rows, segments, complete, heldFrom: this.#heldFrom, now, atOnce });
    if (change.moved) this.#order++;
    if (change.replaced) this.#revision++;
    if (merge.hasLoose && !this.#isHeld) this.#advanceIn(looseMs / 4);
  }

  async #mergeAll(run: IndexRun, files: FileRecords, signal: AbortSignal): Promise<void> {
    const rows = this.#rows;
    const complete = this.#completeSegments;
    const merge = await TimeOrder.create(files, rows, complete, (parts) =>
      this.#settings.pool.run('merge', { parts, files: files.files }, { signal, urgent: true }),
    );
    if (rows !== this.#rows || this.#query.sort !== undefined || run !== this.#run) return;
    this.#isSorting = false;
    this.#merge = merge;
    this.#updateMerge(merge, true);
    this.#order++;
    this.#settings.onChange(this);
  }

  /** `isAsked`: somebody waits for the order, and it is not only kept up to date. */
  async #sort(sort: SortOrder, isAsked: boolean, signal: AbortSignal): Promise<void> {
    const rows = this.#rows;
    const run = this.#run;
    const { pool } = this.#settings;
    const parts = this.parts(this.#completeSegments);
    const sorted = await run.pin(() => sortRows({ run, pool, parts, sort, signal }));
    if (rows !== this.#rows || !sameSort(sort, this.#query.sort)) return;
    this.#isSorting = false;
    // Held while this was under way.
    if (this.#isHeld && !isAsked) return;
    this.#sorted = sorted;
    this.#sortedAt = this.#settings.now();
    this.#order++;
    this.#settings.onChange(this);
  }
}

const sameSort = (a: SortOrder | undefined, b: SortOrder | undefined): boolean =>
  a?.field === b?.field && a?.descending === b?.descending;
