/** An engine that opens, counts and exports nothing real: what hosts do around it is what their tests look at. */
import { writeFile } from 'node:fs/promises';
import { EngineError } from '../../../src-shared/errors.ts';
import type { JobState, SourceState, ViewState } from '../../../src-shared/protocol.ts';
import type { Engine } from '../../../src-main/engine/api.ts';
import { createEventSource, createHandlers, type EventSource } from '../../contract/handlers.ts';

export interface FakeEngine extends Engine {
  readonly events: EventSource;
  /** Ids of the views that are open. */
  readonly openViews: ReadonlySet<number>;
  /** Paths in the order of `open`. */
  readonly opened: readonly string[];
  /** Those of them whose index is not to be stored. */
  readonly unstored: readonly string[];
  readonly isClosed: boolean;
}

export function createFakeEngine(): FakeEngine {
  const events = createEventSource();
  const sources = new Map<number, SourceState>();
  const opened: string[] = [];
  const unstored: string[] = [];
  const openViews = new Set<number>();
  let lastId = 0;
  let isClosed = false;
  const refuse = async (): Promise<never> => {
    throw new Error('The test does not expect this.');
  };
  return {
    events,
    openViews,
    opened,
    unstored,
    get isClosed() {
      return isClosed;
    },
    handlers: createHandlers({
      open: async ({ path, options }) => {
        opened.push(path);
        if (options?.noCache === true) unstored.push(path);
        if (path.includes('missing')) throw new EngineError('not-found', `There is no file ${path}.`);
        const state = sourceState(++lastId, path);
        sources.set(state.id, state);
        return state;
      },
      close: async ({ source }) => {
        sources.delete(source);
        return null;
      },
      sources: async () => [...sources.values()],
      formats: async () => [],
      createView: async ({ source }) => {
        openViews.add(++lastId);
        return viewState(lastId, source);
      },
      closeView: async ({ view }) => {
        openViews.delete(view);
        return null;
      },
      export: async ({ target }) => {
        if (!('path' in target)) throw new EngineError('bad-argument', 'The engine writes to paths.');
        await writeFile(target.path, 'time,status\n');
        const state = jobState(++lastId, target.path);
        events.emit('jobChanged', state);
        return state;
      },
    }),
    subscribe: events.subscribe,
    whenIndexed: refuse,
    whenSettled: refuse,
    writeRows: refuse,
    async close() {
      isClosed = true;
    },
  };
}

export const sourceState = (id: number, path: string): SourceState => ({
  id,
  name: path.split(/[/\\]/).at(-1) ?? path,
  path,
  phase: 'ready',
  format: { name: 'text', title: 'Plain text', open: false },
  encoding: 'utf-8',
  compression: 'none',
  timezone: 'UTC',
  bytes: 0,
  bytesIndexed: 0,
  lines: 0,
  records: 0,
  unparsed: 0,
  blank: 0,
  headerLines: 0,
  overlong: 0,
  estimatedRecords: 0,
  untimed: 0,
  fields: [],
  memory: 0,
  generation: 0,
  following: false,
  missing: false,
  partialLine: false,
  markers: [],
  formatProblems: [],
});

export const viewState = (id: number, source: number): ViewState => ({
  id,
  source,
  rows: 0,
  scanned: 0,
  done: true,
  progress: 1,
  warnings: [],
  order: 0,
  stableRows: 0,
  unsorted: 0,
  revision: 0,
});

const jobState = (id: number, path: string): JobState => ({
  id,
  kind: 'export',
  done: true,
  progress: 1,
  rows: 0,
  totalRows: 0,
  bytes: 12,
  result: { path },
});
