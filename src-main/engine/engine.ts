/**
 * The engine: sources, views and jobs behind the calls of the protocol. Knows no shell, no socket and no window.
 *
 * Runs on the host's main thread and only stitches, looks up and hands on; scanning is done by the pool's workers.
 * Owns the pool and everything that was opened through it.
 */
import { mkdirSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { cancelled, EngineError, errorToData } from '../../src-shared/errors.ts';
import type {
  Events,
  EventName,
  JobState,
  OpenOptions,
  SourceId,
  SourceState,
  ViewId,
  ViewState,
} from '../../src-shared/protocol.ts';
import { isZone } from '../../src-shared/model/zone.ts';
import { builtInFormats, loadCustomFormats } from '../formats/index.ts';
import { BlockCache } from '../index/store/block-cache.ts';
import { createPool, type Pool } from '../workers/pool.ts';
import type { Engine, EngineHandlers, EngineListener, EngineSettings } from './api.ts';
import { writeAtomically } from './export/atomic-file.ts';
import { locate } from './locate.ts';
import { MergedSource } from './merge/merged-source.ts';
import type { OpenSource } from './open-source.ts';
import { readPage, readRecord } from './pages.ts';
import { Source, type SourceSettings } from './source.ts';
import { IndexStore } from './store/index-store.ts';
import { MemoryBudget } from './store/memory-budget.ts';
import { histogram, top } from './summaries.ts';
import { summarize } from './summarize.ts';
import { bindQuery } from './bind-query.ts';
import { View } from './view.ts';
import { writeRows } from './write-rows.ts';

/** State events are told at most this often. */
const tellEveryMs = 100;
const defaultSpoolLimit = 64 * 2 ** 30;
const defaultCacheLimit = 4 * 2 ** 30;

export function createEngine(settings: EngineSettings = {}): Engine {
  const sources = new Map<SourceId, OpenSource>();
  const views = new Map<ViewId, View>();
  const jobs = new Map<number, { state: JobState; readonly abort: AbortController }>();
  const listeners = new Set<EngineListener>();
  const waiters = new Set<() => void>();
  let nextId = 1;
  let closed = false;

  const workers = settings.workers ?? Math.min(8, availableParallelism());
  const budget = new MemoryBudget(settings.memoryBudgetBytes ?? totalmem() / 4);
  // The workers and this thread.
  const blockCacheBytes = budget.blockCacheBytes(workers + 1);
  const onDamage = (fd: number): void => void indexAnew(fd).catch(() => undefined);
  const cache = new BlockCache(blockCacheBytes, onDamage);
  const pool: Pool = createPool(workers, () => [...sources.values()].flatMap((source) => source.registrations()), {
    blockCacheBytes,
    onDamage,
  });

  /** A stored index turned out to be damaged while it was in use: its log is indexed as if there were none. */
  const indexAnew = async (fd: number): Promise<void> => {
    for (const source of sources.values()) {
      if (mending.has(source) || !(await source.ownsStored(fd))) continue;
      mending.add(source);
      try {
        await reopen(source, source.options, true);
      } finally {
        mending.delete(source);
      }
    }
  };
  const mending = new Set<OpenSource>();

  const tell = <N extends EventName>(name: N, payload: Events[N]): void => {
    for (const listener of listeners) listener(name, payload);
  };
  const teller = createTeller(() => {
    for (const id of teller.take('source')) {
      const source = sources.get(id);
      if (source !== undefined) tell('sourceChanged', source.state);
    }
    for (const id of teller.take('view')) {
      const view = views.get(id);
      if (view !== undefined) tell('viewChanged', view.state);
    }
    for (const id of teller.take('job')) {
      const job = jobs.get(id);
      if (job !== undefined) tell('jobChanged', job.state);
    }
  });
  const wake = (): void => {
    for (const waiter of Array.from(waiters)) waiter();
  };

  const spoolFolder = settings.spoolFolder ?? tmpdir();
  if (settings.spoolFolder !== undefined) mkdirSync(spoolFolder, { recursive: true, mode: 0o700 });
  let runs = 1;
  let filters = 1;
  const nextFilter = (): number => filters++;
  const sourceSettings: SourceSettings = {
    pool,
    cache,
    budget,
    store: new IndexStore({
      cacheFolder: settings.cacheFolder,
      spoolFolder,
      limitBytes: settings.cacheLimitBytes ?? defaultCacheLimit,
      leastBytes: settings.cacheLeastBytes ?? 8 << 20,
    }),
    spoolFolder,
    spoolLimitBytes: settings.spoolLimitBytes ?? defaultSpoolLimit,
    followSpoolBytes: settings.followSpoolBytes ?? 2 ** 30,
    chunkBytes: settings.chunkBytes ?? 1 << 20,
    rangeBytes: settings.rangeBytes ?? 16 << 20,
    segmentRecords: settings.segmentRecords ?? 65_536,
    systemZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    customFormats: (onProblem) =>
      settings.configFolder === undefined
        ? Promise.resolve([])
        : loadCustomFormats(join(settings.configFolder, 'formats'), onProblem),
    nextRun: () => runs++,
  };

  const sourceOf = (id: SourceId): OpenSource => {
    const source = sources.get(id);
    if (source === undefined) throw new EngineError('closed', 'This file is closed. Open it again.');
    return source;
  };
  const viewOf = (id: ViewId): View => {
    const view = views.get(id);
    if (view === undefined) throw new EngineError('closed', 'This view is closed.');
    return view;
  };
  /** Segments and records keep their numbers while the answer is made. */
  const pinned = async <T>(id: ViewId, answer: (view: View) => Promise<T>): Promise<T> => {
    const view = viewOf(id);
    return view.run.pin(() => answer(view));
  };
  const viewsOf = (source: OpenSource): View[] => [...views.values()].filter((view) => view.source === source);
  const reopen = async (source: OpenSource, options: OpenOptions, isAnew = false): Promise<void> => {
    await Promise.all(viewsOf(source).map((view) => view.pause()));
    await source.reopen(options, isAnew);
    for (const view of viewsOf(source)) view.advance();
  };
  const checkOptions = (options: OpenOptions): OpenOptions => {
    if (options.timezone !== undefined && !isZone(options.timezone)) throw unknownZone(options.timezone);
    return options;
  };

  const handlers: EngineHandlers = {
    open: async ({ path, more = [], options = {} }) => {
      if (closed) throw new EngineError('closed', 'The engine is closed.');
      checkOptions(options);
      const id = nextId++;
      const paths = [...new Set([path, ...more].map((each) => resolve(each)))];
      const onChange = (): void => {
        teller.mark('source', id);
        for (const view of viewsOf(source)) {
          view.advance();
          teller.mark('view', view.id);
        }
        wake();
      };
      const source: OpenSource =
        paths.length === 1
          ? new Source(id, paths[0], sourceSettings, onChange)
          : new MergedSource(id, paths, sourceSettings, onChange);
      sources.set(id, source);
      try {
        await source.open(options);
      } catch (error) {
        sources.delete(id);
        await source.close();
        throw error;
      }
      return source.state;
    },
    reopen: async ({ source: id, options }) => {
      const source = sourceOf(id);
      checkOptions(options);
      await reopen(source, options);
      return source.state;
    },
    close: async ({ source: id }) => {
      const source = sources.get(id);
      if (source === undefined) return null;
      const open = viewsOf(source);
      await Promise.all(open.map((view) => view.close()));
      for (const view of open) views.delete(view.id);
      sources.delete(id);
      await source.close();
      wake();
      return null;
    },
    sources: () => Promise.resolve([...sources.values()].map((source) => source.state)),
    formats: () => Promise.resolve([...builtInFormats]),
    createView: async ({ source: id, query }) => {
      const source = sourceOf(id);
      checkZone(query.zone);
      const viewId = nextId++;
      const view = new View(viewId, source, query, {
        pool,
        nextFilter,
        now: Date.now,
        onChange: (changed) => {
          teller.mark('view', changed.id);
          wake();
        },
      });
      views.set(viewId, view);
      return Promise.resolve(view.state);
    },
    updateView: ({ view: id, query }) => {
      checkZone(query.zone);
      const view = viewOf(id);
      view.update(query);
      return Promise.resolve(view.state);
    },
    follow: async ({ source: id, on }) => {
      const source = sourceOf(id);
      await source.follow(on);
      return source.state;
    },
    sortAgain: ({ view: id }) => {
      const view = viewOf(id);
      view.sortAgain();
      return Promise.resolve(view.state);
    },
    holdOrder: ({ view: id, on }) => {
      const view = viewOf(id);
      view.holdOrder(on);
      return Promise.resolve(view.state);
    },
    closeView: async ({ view: id }) => {
      const view = views.get(id);
      views.delete(id);
      await view?.close();
      return null;
    },
    page: (request, signal) => pinned(request.view, (view) => readPage(view, request, signal)),
    record: ({ view, record }) => readRecord(viewOf(view), record),
    locate: (request, signal) =>
      pinned(request.view, (view) => locate(view, request, pool, nextFilter, Date.now(), signal)),
    histogram: (request, signal) => pinned(request.view, (view) => histogram(view, request, pool, signal)),
    top: (request, signal) => pinned(request.view, (view) => top(view, request, pool, signal)),
    summary: (request, signal) => pinned(request.view, (view) => summarize(view, request, pool, signal)),
    checkFilter: ({ source, filter, zone }) => {
      try {
        return Promise.resolve({ warnings: bindQuery(filter, zone, sourceOf(source), Date.now()).warnings });
      } catch (error) {
        if (!(error instanceof EngineError) || error.code !== 'bad-filter') throw error;
        return Promise.resolve({ error: errorToData(error), warnings: [] });
      }
    },
    export: (request) => {
      const view = viewOf(request.view);
      checkZone(request.zone);
      const { target } = request;
      if (!('path' in target)) throw new EngineError('bad-argument', 'This host has to say where the export goes.');
      const id = nextId++;
      const abort = new AbortController();
      const totalRows = view.rowCount;
      const job = {
        state: { id, kind: 'export', done: false, progress: 0, rows: 0, totalRows, bytes: 0 } as JobState,
        abort,
      };
      jobs.set(id, job);
      const update = (change: Partial<JobState>): void => {
        job.state = { ...job.state, ...change };
        teller.mark('job', id);
      };
      const produce = (write: (bytes: Uint8Array) => Promise<void>): Promise<unknown> =>
        writeRows(view, request, pool, write, abort.signal, ({ rows, bytes, gone }) =>
          update({ rows, bytes, progress: rows / Math.max(1, totalRows), ...(gone === 0 ? {} : { gone }) }),
        );
      const open = [...sources.values()].flatMap((source) => source.paths);
      writeAtomically(target.path, produce, { signal: abort.signal, sources: open }).then(
        () => update({ done: true, progress: 1, result: { path: target.path } }),
        (error: unknown) => update({ done: true, error: errorToData(error) }),
      );
      return Promise.resolve(job.state);
    },
    cancelJob: ({ job }) => {
      jobs.get(job)?.abort.abort();
      return Promise.resolve(null);
    },
  };

  /** Resolves when `reached` gives a value; it is asked again at every change. */
  const until = <T>(reached: () => T | undefined, signal: AbortSignal | undefined): Promise<T> =>
    new Promise((fulfil, reject) => {
      const finish = (settle: () => void): void => {
        waiters.delete(look);
        signal?.removeEventListener('abort', onAbort);
        settle();
      };
      const onAbort = (): void => finish(() => reject(cancelled()));
      const look = (): void => {
        try {
          const value = reached();
          if (value !== undefined) finish(() => fulfil(value));
        } catch (error) {
          finish(() => reject(error));
        }
      };
      if (signal?.aborted === true) {
        reject(cancelled());
        return;
      }
      signal?.addEventListener('abort', onAbort, { once: true });
      waiters.add(look);
      look();
    });

  return {
    handlers,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    whenIndexed: (id, signal) =>
      until((): SourceState | undefined => {
        const source = sourceOf(id);
        if (!source.isReady) return undefined;
        const { state } = source;
        if (state.phase === 'failed') throw source.failure;
        return state;
      }, signal),
    whenSettled: (id, signal) =>
      until((): ViewState | undefined => {
        const view = viewOf(id);
        if (!view.isSettled) return undefined;
        const { state } = view;
        if (view.failure !== undefined) throw view.failure;
        return state;
      }, signal),
    writeRows: (request, write, signal) =>
      writeRows(viewOf(request.view), request, pool, write, signal ?? new AbortController().signal),
    close: async () => {
      closed = true;
      teller.stop();
      for (const job of jobs.values()) job.abort.abort();
      await Promise.all([...views.values()].map((view) => view.close()));
      views.clear();
      await Promise.all([...sources.values()].map((source) => source.close()));
      sources.clear();
      wake();
      await pool.close();
    },
  };
}

function checkZone(zone: string): void {
  if (!isZone(zone)) throw unknownZone(zone);
}

const unknownZone = (zone: string): EngineError =>
  new EngineError('bad-argument', `${zone} is not a time zone. Examples: UTC, Europe/Berlin, +03:30.`);

type Told = 'source' | 'view' | 'job';

/** Collects what changed and tells of it at most every `tellEveryMs`, the first time at once. */
function createTeller(tellAll: () => void): {
  mark(kind: Told, id: number): void;
  take(kind: Told): readonly number[];
  stop(): void;
} {
  const changed: Record<Told, Set<number>> = { source: new Set(), view: new Set(), job: new Set() };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = 0;
  let stopped = false;
  return {
    mark: (kind, id) => {
      changed[kind].add(id);
      if (timer !== undefined || stopped) return;
      const wait = Math.max(0, last + tellEveryMs - performance.now());
      timer = setTimeout(() => {
        timer = undefined;
        last = performance.now();
        tellAll();
      }, wait);
    },
    take: (kind) => {
      const ids = [...changed[kind]];
      changed[kind].clear();
      return ids;
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
