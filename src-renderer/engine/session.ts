/**
 * One open source with the one view the window has on it: what the tab's filter, grid, charts, details and status
 * line all share. Follows the engine's events; every change of the query goes through here, and the last query that
 * the engine took is the truth. Holds no rows and knows no components.
 */
import { isCancelled, type EngineError } from '../../src-shared/errors.ts';
import type { OpenOptions, SortOrder, SourceState, ViewQuery, ViewState } from '../../src-shared/protocol.ts';
import type { Client } from './client.ts';
import { toEngineError } from './latest.ts';
import { createStore, type Store } from './store.ts';

/** The query whose rows the view holds. Rows of different epochs have nothing to do with each other. */
export interface Applied {
  readonly query: ViewQuery;
  readonly epoch: number;
}

/** A query that the engine refused; the view still runs the applied one. */
export interface Refusal {
  readonly query: ViewQuery;
  readonly error: EngineError;
}

export interface Session {
  readonly client: Client;
  readonly source: Store<SourceState>;
  readonly view: Store<ViewState>;
  readonly applied: Store<Applied>;
  /** True from sending a query until the engine took or refused it; rows must not be asked for meanwhile. */
  readonly isSwitching: Store<boolean>;
  readonly refusal: Store<Refusal | undefined>;
  /** Filters that `goBack` returns to, oldest first. */
  readonly past: Store<readonly string[]>;
  /** The view stands still: rows that come are counted and not shown. */
  readonly isPaused: Store<boolean>;
  /** Rows that came while it stands still. */
  readonly heldRows: Store<number>;
  readonly setPaused: (isPaused: boolean) => void;
  /** Each resolves to whether the engine took it; a refusal is in `refusal`. */
  readonly applyFilter: (filter: string) => Promise<boolean>;
  readonly applySort: (sort: SortOrder | undefined) => Promise<boolean>;
  readonly applyZone: (zone: string) => Promise<boolean>;
  /** Returns to the filter before the applied one; this is also how a running filter is cancelled. */
  readonly goBack: () => Promise<boolean>;
  /** Reads the source again; the filter stays if it still fits. Rejects as the call does. */
  readonly reopen: (options: OpenOptions) => Promise<void>;
  /** Stops listening and closes the view and the source. */
  readonly close: () => void;
}

/** Enough for a session; each is a short text. */
const pastLimit = 100;

/** Opens a view of all records over an open source. */
export async function createSession(client: Client, opened: SourceState, zone: string): Promise<Session> {
  const source = createStore(opened);
  const earlyViews = new Map<number, ViewState>();
  let take = (state: ViewState): void => void earlyViews.set(state.id, state);
  const stops = [
    client.on('sourceChanged', (state) => {
      if (state.id === opened.id) source.set(state);
    }),
    client.on('viewChanged', (state) => take(state)),
  ];
  const query: ViewQuery = { filter: '', zone };
  let created: ViewState;
  try {
    created = await client.call('createView', { source: opened.id, query });
  } catch (error) {
    for (const stop of stops) stop();
    throw error;
  }

  // An event may overtake the reply that tells which view is ours.
  const view = createStore(earlyViews.get(created.id) ?? created);
  const applied = createStore<Applied>({ query, epoch: 1 });
  const isSwitching = createStore(false);
  const refusal = createStore<Refusal | undefined>(undefined);
  const past = createStore<readonly string[]>([]);
  /** Where the queries sent so far lead: the next change starts from here, though the engine may still be at it. */
  let wanted: { readonly query: ViewQuery; readonly past: readonly string[] } = { query, past: [] };
  const isPaused = createStore(false);
  const heldRows = createStore(0);
  let held: ViewState | undefined;
  let lastTicket = 0;
  take = (state) => {
    // While switching it cannot be told whether an event is still of the old query; the reply comes last.
    if (state.id !== created.id || isSwitching.get()) return;
    // A filter that is applied while the view stands still comes to its end.
    if (isPaused.get() && view.get().done) {
      held = state;
      heldRows.set(Math.max(0, state.rows - view.get().rows));
    } else view.set(state);
  };

  function setPaused(next: boolean): void {
    if (isPaused.get() === next) return;
    isPaused.set(next);
    const latest = held;
    if (!next) {
      forgetHeld();
      if (latest !== undefined) view.set(latest);
    }
    // Pages that are asked for while it stands still have to be of one order.
    client.call('holdOrder', { view: created.id, on: next }).then(
      (state) => {
        if (isPaused.get() !== next || isSwitching.get()) return;
        view.set(state);
        // An event may have overtaken the reply.
        heldRows.set(next ? Math.max(0, (held?.rows ?? 0) - state.rows) : 0);
      },
      () => undefined,
    );
  }

  function forgetHeld(): void {
    held = undefined;
    heldRows.set(0);
  }

  stops.push(followActivity(client, source, view, isSwitching));

  /** Undefined: a newer query has overtaken this one. */
  async function apply(next: ViewQuery, nextPast = wanted.past): Promise<boolean | undefined> {
    const ticket = ++lastTicket;
    wanted = { query: next, past: nextPast };
    isSwitching.set(true);
    try {
      const state = await client.call('updateView', { view: created.id, query: next });
      if (ticket !== lastTicket) return undefined;
      forgetHeld();
      view.set(state);
      refusal.set(undefined);
      applied.update(({ epoch }) => ({ query: next, epoch: epoch + 1 }));
      past.set(nextPast);
      return true;
    } catch (error) {
      if (ticket !== lastTicket) return undefined;
      wanted = { query: applied.get().query, past: past.get() };
      if (isCancelled(error)) return undefined;
      refusal.set({ query: next, error: toEngineError(error) });
      return false;
    } finally {
      if (ticket === lastTicket) isSwitching.set(false);
    }
  }

  async function applyFilter(filter: string): Promise<boolean> {
    const before = wanted.query.filter;
    const nextPast = before === filter ? wanted.past : [...wanted.past, before].slice(-pastLimit);
    return (await apply({ ...wanted.query, filter }, nextPast)) === true;
  }

  return {
    client,
    source,
    view,
    applied,
    isSwitching,
    refusal,
    past,
    isPaused,
    heldRows,
    setPaused,
    applyFilter,
    async applySort(sort) {
      const { filter, zone: currentZone } = wanted.query;
      return (await apply({ filter, zone: currentZone, ...(sort === undefined ? {} : { sort }) })) === true;
    },
    async applyZone(nextZone) {
      return (await apply({ ...wanted.query, zone: nextZone })) === true;
    },
    async goBack() {
      const rest = wanted.past.slice(0, -1);
      const isTaken = await apply({ ...wanted.query, filter: wanted.past.at(-1) ?? '' }, rest);
      // What no longer fits the source must not stand in the way of what was before it.
      if (isTaken === false) {
        past.set(rest);
        wanted = { ...wanted, past: rest };
      }
      return isTaken === true;
    },
    async reopen(options) {
      source.set(await client.call('reopen', { source: opened.id, options }));
      // Its filter may name fields that the source no longer has.
      const { sort: _dropped, ...rest } = wanted.query;
      if ((await apply(rest)) === false) await apply({ ...rest, filter: '' });
    },
    close() {
      for (const stop of stops) stop();
      // The connection may be gone already; then the engine has closed both itself.
      const ignore = (): void => {};
      client.call('closeView', { view: created.id }).catch(ignore);
      client.call('close', { source: opened.id }).catch(ignore);
    },
  };
}

/** Reports indexing and filtering as activity; the answer ends that. */
function followActivity(
  { activity }: Client,
  source: Store<SourceState>,
  view: Store<ViewState>,
  isSwitching: Store<boolean>,
): () => void {
  const indexName = `index ${source.get().id}`;
  const viewName = `view ${view.get().id}`;
  const tell = (): void => {
    const { phase } = source.get();
    activity.set(indexName, phase === 'opening' || phase === 'indexing');
    activity.set(viewName, isSwitching.get() || (!view.get().done && view.get().error === undefined));
  };
  const stops = [source.subscribe(tell), view.subscribe(tell), isSwitching.subscribe(tell)];
  tell();
  return () => {
    for (const stop of stops) stop();
    activity.set(indexName, false);
    activity.set(viewName, false);
  };
}
