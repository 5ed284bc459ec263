/**
 * Which rows stand on screen, and where. Follows the viewport and the session and answers frames to paint.
 *
 * Rows come late, so what is shown may differ from what is wished: a position is shown only once its rows are here,
 * and the rows of the query before stay (marked as pending) until those of the new one can replace them at once.
 * That is why nothing ever flickers or shows blank rows.
 */
import type { EngineError } from '../../src-shared/errors.ts';
import type { Row } from '../../src-shared/protocol.ts';
import { createStore, type Applied, type Session, type Store } from '../engine/index.ts';
import { createPageCache, type PageCache } from './page-cache.ts';
import type { RowRange } from './selection.ts';
import { clampTopPx, visibleRows, type Viewport } from './viewport.ts';

/** What is to be painted. Another frame object means that something changed. */
export interface Frame {
  /** Of the rows shown; lags behind the viewport's while rows are on their way. */
  readonly topPx: number;
  readonly rows: RowRange;
  readonly total: number;
  readonly row: (index: number) => Row | undefined;
  /** Position of a field in the cells of these rows. */
  readonly cellAt: ReadonlyMap<string, number>;
  /** The query these rows belong to. */
  readonly applied: Applied;
  /** Other rows than these are wished for. */
  readonly isPending: boolean;
  readonly error: EngineError | undefined;
}

export interface RowsOnScreen {
  readonly frame: Store<Frame | undefined>;
  /** Fields whose values the cells need, whatever their order. */
  readonly setFields: (fields: readonly string[]) => void;
  /** Tries again after an error. */
  readonly retry: () => void;
  readonly close: () => void;
}

/** The row to keep in place when the query changes. */
export interface Anchor {
  readonly record: number;
  /** From the top edge of the screen to the row's. */
  readonly offsetPx: number;
}

export interface RowsOptions {
  readonly session: Session;
  readonly viewport: Viewport;
  /** Asked when a filter changes: what should stay in place. */
  readonly anchor: () => Anchor | undefined;
  /** Told when other rows took over; `row` is where the anchor's record is now, if it is among them. */
  readonly onReplaced: (change: Replacement) => void;
}

export interface Replacement {
  readonly kind: 'query' | 'order' | 'fields';
  readonly row: number | undefined;
}

/**
 * How long the old rows of a changed filter stay before an empty list says "searching". Most filters have their first
 * rows within it; longer would look like a filter that does nothing.
 */
const holdMs = 400;

/** One state of the view's rows: a query, an order and a set of fields. */
interface Generation {
  readonly applied: Applied;
  readonly order: number;
  readonly fields: readonly string[];
  readonly cellAt: ReadonlyMap<string, number>;
  readonly cache: PageCache;
}

/** A generation that is being loaded to replace the one shown. */
interface Successor {
  readonly generation: Generation;
  readonly kind: Replacement['kind'];
  readonly anchor: Anchor | undefined;
  readonly heldUntil: number;
  /** Where it will stand; undefined while that is not known yet; the same rows in other form stay where they are. */
  topPx: number | 'kept' | undefined;
  row: number | undefined;
  isLocating: boolean;
}

export function createRows({ session, viewport, anchor, onReplaced }: RowsOptions): RowsOnScreen {
  const { client, view, applied, isSwitching } = session;
  const frame = createStore<Frame | undefined>(undefined);
  const frames = `rows ${view.get().id}`;
  let fields: readonly string[] | undefined;
  let current: Generation | undefined;
  let next: Successor | undefined;
  let shownTopPx = 0;
  /** Wishes that have not come true, oldest first. */
  let wishes: number[] = [];
  let holdTimer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;

  function createGeneration(own: readonly string[]): Generation {
    const cache = createPageCache(
      (from, to, signal) => client.call('page', { view: view.get().id, from, to, fields: own, textLimit }, signal),
      () => evaluate(),
    );
    return {
      applied: applied.get(),
      order: view.get().order,
      fields: own,
      cellAt: new Map(own.map((field, at) => [field, at])),
      cache,
    };
  }

  function kindOfChange(than: Generation): Replacement['kind'] | undefined {
    if (than.applied.epoch !== applied.get().epoch) return 'query';
    if (than.order !== view.get().order) return 'order';
    return than.fields === fields ? undefined : 'fields';
  }

  function startSuccessor(from: Generation, kind: Replacement['kind'], own: readonly string[]): void {
    // Two changes at once: the greater one says what happens to position and selection.
    const isQuery = kind === 'query' || next?.kind === 'query';
    next?.generation.cache.freeze();
    if (kind === 'query') from.cache.freeze();
    const now = applied.get().query;
    const before = from.applied.query;
    const isReordered = now.sort?.field !== before.sort?.field || now.sort?.descending !== before.sort?.descending;
    const isSameFilter = now.filter === before.filter;
    const keptAnchor = !isQuery || isReordered ? undefined : anchor();
    next = {
      generation: createGeneration(own),
      kind: isQuery ? 'query' : kind,
      anchor: keptAnchor,
      heldUntil: performance.now() + holdMs,
      topPx: !isQuery || (isSameFilter && !isReordered) ? 'kept' : undefined,
      row: undefined,
      isLocating: false,
    };
    if (next.topPx === undefined && keptAnchor === undefined) next.topPx = 0;
    clearTimeout(holdTimer);
    holdTimer = setTimeout(evaluate, holdMs);
  }

  /** Finds where the anchor's record is among the new rows, once they reach that far. */
  function place(successor: Successor): void {
    const { anchor: kept, generation } = successor;
    if (successor.topPx !== undefined || kept === undefined) return;
    if (performance.now() >= successor.heldUntil) {
      successor.topPx = 0;
      return;
    }
    const state = view.get();
    const isInFileOrder = generation.applied.query.sort === undefined && session.source.get().files === undefined;
    const isReached = state.done || (isInFileOrder && state.scanned > kept.record);
    if (!isReached || successor.isLocating) return;
    successor.isLocating = true;
    const settle = (found: { readonly row: number; readonly exact: boolean } | null): void => {
      if (isClosed || next !== successor) return;
      if (found?.exact === true) successor.row = found.row;
      successor.topPx ??= found === null ? 0 : Math.max(0, found.row * viewport.rowPx - kept.offsetPx);
      evaluate();
    };
    client.call('locate', { view: state.id, by: 'record', record: kept.record }).then(settle, () => settle(null));
  }

  function tryReplace(successor: Successor): void {
    if (successor.topPx === undefined) return;
    const state = view.get();
    const { heightPx, topPx: keptTopPx } = viewport.state.get();
    const there = { heightPx, total: state.rows };
    const topPx = clampTopPx(there, viewport.rowPx, successor.topPx === 'kept' ? keptTopPx : successor.topPx);
    const range = visibleRows({ ...there, topPx }, viewport.rowPx);
    const { cache } = successor.generation;
    cache.want(range, 1, state.rows);
    const isHeld = performance.now() < successor.heldUntil;
    const isThere = range.from < range.to ? cache.has(range) : state.done || !isHeld;
    if (!isThere && cache.error() === undefined) return;
    current?.cache.freeze();
    current = successor.generation;
    next = undefined;
    shownTopPx = topPx;
    wishes = [];
    viewport.reset(topPx, state.rows);
    onReplaced({ kind: successor.kind, row: successor.row });
  }

  let seenRevision = view.get().revision;
  let stableRows = view.get().stableRows;

  /** A followed record at the end may have grown without any row being added. */
  function expireChanged(generation: Generation): void {
    const state = view.get();
    if (state.revision === seenRevision) return;
    generation.cache.expire(Math.min(stableRows, state.stableRows));
    seenRevision = state.revision;
    stableRows = state.stableRows;
  }

  function fetchCurrent(generation: Generation): void {
    expireChanged(generation);
    viewport.setTotal(view.get().rows);
    const state = viewport.state.get();
    generation.cache.want(visibleRows(state, viewport.rowPx), viewport.direction(), state.total);
  }

  /** Moves what is shown to the newest wish that has its rows. */
  function grantWish(generation: Generation): void {
    const state = viewport.state.get();
    if (wishes.at(-1) !== state.topPx) wishes.push(state.topPx);
    const hasRows = (topPx: number): boolean =>
      generation.cache.has(visibleRows({ ...state, topPx: clampTopPx(state, viewport.rowPx, topPx) }, viewport.rowPx));
    const granted = wishes.findLastIndex(hasRows);
    const topPx = wishes[granted];
    if (topPx === undefined) {
      // A short memory: a fast drag passes hundreds of positions.
      wishes = wishes.slice(-wishLimit);
      return;
    }
    shownTopPx = topPx;
    wishes = wishes.slice(granted + 1);
  }

  function publish(generation: Generation): void {
    const state = viewport.state.get();
    const topPx = clampTopPx(state, viewport.rowPx, shownTopPx);
    const rows = visibleRows({ ...state, topPx }, viewport.rowPx);
    const isPending =
      next !== undefined || isSwitching.get() || isSorting() || topPx !== state.topPx || !generation.cache.has(rows);
    client.activity.set(frames, isPending && generation.cache.error() === undefined);
    frame.set({
      topPx,
      rows,
      total: state.total,
      row: generation.cache.row,
      cellAt: generation.cellAt,
      applied: generation.applied,
      isPending,
      error: generation.cache.error(),
    });
  }

  /** The rows of a new order come all at once, at its end; until then they stand in another. */
  const isSorting = (): boolean => {
    const { done, unsorted } = view.get();
    const isDue = applied.get().query.sort === undefined ? isOrdered() && unsorted > 0 : !done;
    return isDue && session.source.get().phase === 'ready';
  };

  /** By a field, or by time because there are several files. */
  const isOrdered = (): boolean => applied.get().query.sort !== undefined || session.source.get().files !== undefined;

  let isEvaluating = false;
  let isDirty = false;

  /** Brings everything up to date with the session and the viewport; whatever changes them calls it. */
  function evaluate(): void {
    // Resetting the viewport calls back into here.
    isDirty = true;
    if (isEvaluating || isClosed || fields === undefined) return;
    isEvaluating = true;
    while (isDirty) {
      isDirty = false;
      current ??= createGeneration(fields);
      if (!isSwitching.get()) {
        const kind = kindOfChange(next?.generation ?? current);
        // Orders follow each other quickly while a sorted view grows: let one be shown before the next.
        if (kind !== undefined && (kind !== 'order' || next === undefined)) startSuccessor(current, kind, fields);
        if (next === undefined) fetchCurrent(current);
        else {
          place(next);
          tryReplace(next);
        }
      }
      grantWish(current);
      publish(current);
    }
    isEvaluating = false;
  }

  let { length: markers } = session.source.get().markers;

  /** Rows of several files know what happened to those. */
  function onSource(): void {
    const { files, markers: now } = session.source.get();
    if (files === undefined || now.length === markers) return;
    markers = now.length;
    current?.cache.expire(0);
    evaluate();
  }

  const stops = [
    session.source.subscribe(onSource),
    viewport.state.subscribe(evaluate),
    view.subscribe(evaluate),
    applied.subscribe(evaluate),
    isSwitching.subscribe(evaluate),
  ];

  return {
    frame,
    setFields(wished) {
      // What is here already serves fewer fields as well.
      if (fields !== undefined && wished.every((field) => fields?.includes(field))) return;
      fields = wished;
      evaluate();
    },
    retry: evaluate,
    close() {
      isClosed = true;
      for (const stop of stops) stop();
      clearTimeout(holdTimer);
      current?.cache.freeze();
      next?.generation.cache.freeze();
      client.activity.set(frames, false);
    },
  };
}

/** Characters of a cell that travel; the grid shows no more. */
const textLimit = 1_000;

/** Positions passed by a drag that may still be shown when their rows come. */
const wishLimit = 4;
