/**
 * An engine in memory for the renderer's tests and its dev page. Speaks the whole protocol over generated records; its
 * filters are a handful of known texts, which pick every so-many-th record. Never part of the product.
 */
import { EngineError } from '../../../../src-shared/errors.ts';
import type {
  EventName,
  Events,
  Handlers,
  Histogram,
  HistogramRequest,
  JobState,
  SourceState,
  ViewQuery,
  ViewState,
} from '../../../../src-shared/protocol.ts';
import {
  accessLog,
  applicationLog,
  detailOf,
  fakeStart,
  fakeStepMs,
  jsonLines,
  plainText,
  type FakeSource,
} from './fake-sources.ts';

export interface FakeEngineOptions {
  readonly files?: readonly string[];
  readonly sources?: Readonly<Record<string, FakeSource>>;
  /** Every call waits so long. */
  readonly latencyMs?: number;
  /** Indexing takes so long; filters take a tenth of it. 0: everything is there at once. */
  readonly indexMs?: number;
  /** So many rows of an export lack text. */
  readonly gone?: number;
}

export interface FakeEngine {
  readonly handlers: Handlers;
  readonly subscribe: (listener: <N extends EventName>(name: N, payload: Events[N]) => void) => () => void;
  /** Calls received, in order. */
  readonly log: readonly { readonly name: string; readonly request: unknown }[];
  emit<N extends EventName>(name: N, payload: Events[N]): void;
  /** Appends records to an open source. */
  grow(source: number, records: number): void;
}

interface Open {
  readonly source: FakeSource;
  state: SourceState;
}

interface View {
  readonly open: Open;
  query: ViewQuery;
  /** Every `step`-th record matches. */
  step: number;
  state: ViewState;
}

export const fakeFiles: Readonly<Record<string, FakeSource>> = {
  '/var/log/access.log': accessLog(2_500_000),
  '/var/log/huge.log': accessLog(100_000_000),
  '/var/log/app.log': applicationLog(48_211),
  '/var/log/notes.txt': plainText(1_200),
  '/var/log/events.jsonl': jsonLines(9_000),
  '/var/log/empty.log': plainText(0),
};

const tickMs = 100;

export function createFakeEngine(options: FakeEngineOptions = {}): FakeEngine {
  const { files = [], sources = fakeFiles, latencyMs = 0, indexMs = 0 } = options;
  const listeners = new Set<<N extends EventName>(name: N, payload: Events[N]) => void>();
  const log: { name: string; request: unknown }[] = [];
  const open = new Map<number, Open>();
  const views = new Map<number, View>();
  let lastId = 0;

  const emit = <N extends EventName>(name: N, payload: Events[N]): void => {
    for (const listener of listeners) listener(name, payload);
  };

  const need = <T>(map: ReadonlyMap<number, T>, id: number): T => {
    const found = map.get(id);
    if (found === undefined) throw new EngineError('closed', 'It was closed.');
    return found;
  };

  const rowsOf = ({ open: { state }, step }: View): number => (step === 0 ? 0 : Math.ceil(state.records / step));

  function refresh(view: View): void {
    const isReady = view.open.state.phase === 'ready';
    view.state = {
      ...view.state,
      rows: rowsOf(view),
      scanned: view.open.state.records,
      done: isReady,
      progress: isReady ? 1 : 0.5,
    };
    emit('viewChanged', view.state);
  }

  function setState(opened: Open, change: Partial<SourceState>): void {
    opened.state = { ...opened.state, ...change, generation: opened.state.generation + 1 };
    emit('sourceChanged', opened.state);
    for (const view of views.values()) if (view.open === opened) refresh(view);
  }

  function index(opened: Open): void {
    const startedMs = performance.now();
    const timer = setInterval(() => {
      const part = Math.min(1, (performance.now() - startedMs) / indexMs);
      const records = Math.floor(opened.source.records * part);
      setState(opened, {
        records,
        lines: records,
        bytesIndexed: records * 180,
        phase: part === 1 ? 'ready' : 'indexing',
      });
      if (part === 1) clearInterval(timer);
    }, tickMs);
  }

  function stepOf(filter: string): number {
    const bad = filter.indexOf('(');
    if (bad >= 0 && !filter.includes(')')) {
      throw new EngineError('bad-filter', 'This bracket is never closed.', { range: { from: bad, to: bad + 1 } });
    }
    const typo = filter.indexOf('statsu');
    if (typo >= 0) {
      throw new EngineError('bad-filter', 'There is no field "statsu".', {
        range: { from: typo, to: typo + 6 },
        suggestion: 'status',
      });
    }
    if (filter === '') return 1;
    if (filter.includes('nothing')) return 0;
    return filter.includes('500') ? 50 : 7;
  }

  const recordAt = (view: View, row: number): number =>
    view.query.sort?.descending === true ? view.open.state.records - 1 - row * view.step : row * view.step;

  const handlers: Handlers = {
    hello: async () => ({
      name: 'taillight',
      version: '0.1.0',
      host: 'test',
      timezone: 'Europe/Berlin',
      platform: 'linux',
      files,
      options: {},
      displayTimezone: 'Europe/Berlin',
    }),
    open: async ({ path }) => {
      const source = sources[path];
      if (source === undefined) throw new EngineError('not-found', `There is no file ${path}.`);
      const id = ++lastId;
      const records = indexMs === 0 ? source.records : Math.min(source.records, 1_400);
      const opened: Open = { source, state: firstState(id, path, source, records, indexMs === 0) };
      open.set(id, opened);
      if (indexMs > 0) index(opened);
      return opened.state;
    },
    reopen: async ({ source, options: { format } }) => {
      const opened = need(open, source);
      setState(opened, { format: { ...opened.state.format, name: format ?? opened.state.format.name } });
      return opened.state;
    },
    close: async ({ source }) => {
      open.delete(source);
      return null;
    },
    sources: async () => [...open.values()].map(({ state }) => state),
    formats: async () => [
      { name: 'access', title: 'Combined access log' },
      { name: 'json', title: 'JSON lines' },
      { name: 'plain', title: 'Plain text' },
    ],
    createView: async ({ source, query }) => {
      const opened = need(open, source);
      const id = ++lastId;
      const view: View = {
        open: opened,
        query,
        step: stepOf(query.filter),
        state: {
          id,
          source,
          rows: 0,
          scanned: 0,
          done: false,
          progress: 0,
          warnings: [],
          order: 0,
          stableRows: 0,
          unsorted: 0,
          revision: 0,
        },
      };
      views.set(id, view);
      refresh(view);
      return view.state;
    },
    updateView: async ({ view: id, query }) => {
      const view = need(views, id);
      view.step = stepOf(query.filter);
      view.query = query;
      refresh(view);
      return view.state;
    },
    follow: async ({ source, on }) => {
      const opened = need(open, source);
      setState(opened, { following: on });
      return opened.state;
    },
    sortAgain: async ({ view }) => need(views, view).state,
    holdOrder: async ({ view }) => need(views, view).state,
    closeView: async ({ view }) => {
      views.delete(view);
      return null;
    },
    page: async ({ view: id, from, to, fields, textLimit = 2_000 }) => {
      const view = need(views, id);
      const end = Math.min(to, rowsOf(view));
      const rows = Array.from({ length: Math.max(0, end - from) }, (_, at) => {
        const record = recordAt(view, from + at);
        const { values, raw, parsed } = view.open.source.record(record);
        const cells = fields.map((field) => values.get(field) ?? null);
        return { record, line: record + 1, offset: record * 180, parsed, cells, raw: raw.slice(0, textLimit) };
      });
      return { view: id, from, rows, total: rowsOf(view), order: view.state.order };
    },
    record: async ({ view, record }) => detailOf(need(views, view).open.source, record),
    locate: async (request) => {
      const view = need(views, request.view);
      const rows = rowsOf(view);
      const at = (record: number): number => Math.ceil(record / Math.max(1, view.step));
      const within = (row: number, exact: boolean) => (row >= 0 && row < rows ? { row, exact } : null);
      switch (request.by) {
        case 'line':
          return within(at(request.line - 1), true);
        case 'record':
          return within(at(request.record), request.record % view.step === 0);
        case 'time':
          return within(at(Math.max(0, Math.ceil((request.time - fakeStart) / fakeStepMs))), false);
        case 'level':
        case 'filter':
          return rows === 0 ? null : within((request.from + (request.backwards ? rows - 20 : 20)) % rows, true);
      }
    },
    histogram: async (request) => histogramOf(need(views, request.view), request),
    summary: async (request) => ({ panels: [], records: need(views, request.view).state.rows, final: true }),
    top: async ({ field }) => ({ field, values: [], other: 0, absent: 0, distinct: 0, records: 0, final: true }),
    checkFilter: async ({ filter }) => {
      try {
        stepOf(filter);
        return { warnings: [] };
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        const { code, message, range, suggestion } = error;
        return {
          warnings: [],
          error: { code, message, ...(range && { range }), ...(suggestion !== undefined && { suggestion }) },
        };
      }
    },
    export: async ({ view }) => runExport(rowsOf(need(views, view))),
    cancelJob: async () => null,
    pickFiles: async () => null,
    pickExportTarget: async () => ({ download: 'token' }),
    listFolder: async ({ path = '/var/log' }) => ({
      path,
      ...(path === '/' ? {} : { parent: path.slice(0, path.lastIndexOf('/')) || '/' }),
      entries: [
        { name: 'nginx', path: `${path}/nginx`, kind: 'folder' as const, modified: fakeStart },
        { name: '.hidden', path: `${path}/.hidden`, kind: 'file' as const, bytes: 10 },
        ...Object.keys(sources).map((file) => ({
          name: file.slice(file.lastIndexOf('/') + 1),
          path: file,
          kind: 'file' as const,
          bytes: (sources[file]?.records ?? 0) * 180,
          modified: fakeStart,
        })),
      ],
      places: [
        { name: 'Home', path: '/home/user' },
        { name: 'Logs', path: '/var/log' },
      ],
    }),
  };

  function runExport(totalRows: number): JobState {
    const job: JobState = { id: ++lastId, kind: 'export', done: false, progress: 0, rows: 0, totalRows, bytes: 0 };
    setTimeout(
      () => {
        emit('jobChanged', {
          ...job,
          done: true,
          progress: 1,
          rows: totalRows,
          bytes: totalRows * 180,
          ...(options.gone === undefined ? {} : { gone: options.gone }),
          result: { path: '/tmp/export.csv' },
        });
      },
      Math.max(1, indexMs / 10),
    );
    return job;
  }

  return {
    handlers: recordCalls(handlers, log, latencyMs),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    log,
    emit,
    grow(source, records) {
      const opened = need(open, source);
      setState(opened, { records: opened.state.records + records });
    },
  };
}

function firstState(id: number, path: string, source: FakeSource, records: number, isReady: boolean): SourceState {
  return {
    id,
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    phase: isReady ? 'ready' : 'indexing',
    format: {
      name: source.format,
      title: source.title,
      open: source.format === 'json',
      ...(source.stackBy && { stackBy: source.stackBy }),
    },
    encoding: 'utf-8',
    compression: 'none',
    timezone: 'Europe/Berlin',
    bytes: source.records * 180,
    bytesIndexed: records * 180,
    lines: records,
    records,
    unparsed: Math.floor(records / 997),
    blank: 0,
    headerLines: 0,
    overlong: 0,
    estimatedRecords: source.records,
    ...(source.fields.length > 0 && { time: { from: fakeStart, to: fakeStart + source.records * fakeStepMs } }),
    untimed: 0,
    fields: source.fields,
    memory: records * 24,
    generation: 1,
    following: false,
    missing: false,
    partialLine: false,
    markers: [],
    formatProblems: [],
  };
}

function histogramOf(view: View, { buckets, stackBy, sum }: HistogramRequest): Histogram {
  const records = view.state.rows;
  const spanMs = Math.max(1, view.open.state.records * fakeStepMs);
  const count = Math.max(1, Math.min(buckets, 120, Math.ceil(spanMs / 1_000)));
  const edges = Array.from({ length: count + 1 }, (_, at) => fakeStart + Math.round((at * spanMs) / count));
  const weights = edges.slice(1).map((_, at) => 2 + Math.sin(at / 9) + (at % 24 === 7 ? 1.5 : 0));
  const weight = weights.reduce((total, each) => total + each, 0);
  const counts = weights.map((each) => Math.floor((records * each) / weight));
  const parts: Readonly<Record<string, number>> =
    stackBy === 'level'
      ? { debug: 0.3, info: 0.5, warn: 0.12, error: 0.06, fatal: 0.02 }
      : { '2xx': 0.8, '3xx': 0.09, '4xx': 0.08, '5xx': 0.03 };
  return {
    interval: '1m',
    edges,
    counts,
    ...(sum === undefined ? {} : { sums: counts.map((each) => each * 20_480) }),
    ...(stackBy === undefined
      ? {}
      : {
          series: Object.entries(parts).map(([key, part]) => ({
            key,
            counts: counts.map((each) => Math.floor(each * part)),
          })),
        }),
    untimed: 0,
    outside: 0,
    records,
    final: view.state.done,
  };
}

function recordCalls(handlers: Handlers, log: { name: string; request: unknown }[], latencyMs: number): Handlers {
  const wrap =
    <Q, R>(name: string, handler: (request: Q, signal: AbortSignal) => Promise<R>) =>
    async (request: Q, signal: AbortSignal): Promise<R> => {
      log.push({ name, request });
      if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
      if (signal.aborted) throw new EngineError('cancelled', 'Cancelled.');
      return handler(request, signal);
    };
  return {
    hello: wrap('hello', handlers.hello),
    open: wrap('open', handlers.open),
    reopen: wrap('reopen', handlers.reopen),
    close: wrap('close', handlers.close),
    sources: wrap('sources', handlers.sources),
    formats: wrap('formats', handlers.formats),
    createView: wrap('createView', handlers.createView),
    updateView: wrap('updateView', handlers.updateView),
    follow: wrap('follow', handlers.follow),
    sortAgain: wrap('sortAgain', handlers.sortAgain),
    holdOrder: wrap('holdOrder', handlers.holdOrder),
    closeView: wrap('closeView', handlers.closeView),
    page: wrap('page', handlers.page),
    record: wrap('record', handlers.record),
    locate: wrap('locate', handlers.locate),
    histogram: wrap('histogram', handlers.histogram),
    summary: wrap('summary', handlers.summary),
    top: wrap('top', handlers.top),
    checkFilter: wrap('checkFilter', handlers.checkFilter),
    export: wrap('export', handlers.export),
    cancelJob: wrap('cancelJob', handlers.cancelJob),
    pickFiles: wrap('pickFiles', handlers.pickFiles),
    pickExportTarget: wrap('pickExportTarget', handlers.pickExportTarget),
    listFolder: wrap('listFolder', handlers.listFolder),
  };
}
