/**
 * The calls as a page in a browser gets them: the engine's, the shell's own, and between the two what a page must
 * not see or cannot use (paths of the spool).
 */
import type {
  EventName,
  Events,
  Handlers,
  HelloReply,
  OpenOptions,
  SourceState,
} from '../../../src-shared/protocol.ts';
import type { Subscribe } from '../../../src-shared/rpc/index.ts';
import type { Engine } from '../../engine/index.ts';
import type { FilesToOpen } from '../../window/index.ts';
import type { Downloads } from './downloads.ts';
import { listFolder } from './folders.ts';
import type { Spool } from './spool.ts';
import type { Uploads } from './uploads.ts';

export interface PageParts {
  readonly engine: Engine;
  readonly filesToOpen: FilesToOpen;
  readonly hello: Omit<HelloReply, 'files'>;
  readonly spool: Spool;
  readonly uploads: Uploads;
  readonly downloads: Downloads;
}

export function createPageHandlers({ engine, filesToOpen, hello, spool, uploads, downloads }: PageParts): Handlers {
  /** Path of each open source. */
  const paths = new Map<number, string>();
  /** An upload is gone when it is closed, and an index of it would be of no use to anyone. */
  const optionsOf = (path: string | undefined, options: OpenOptions = {}): OpenOptions =>
    path !== undefined && spool.holds(path) ? { ...options, noCache: true } : options;
  return {
    ...engine.handlers,
    hello: async () => ({ ...hello, files: filesToOpen.waiting }),
    pickFiles: async () => null,
    listFolder: ({ path }) => listFolder(path),
    pickExportTarget: ({ suggestedName }) => downloads.createTarget(suggestedName),
    async open(request, signal) {
      filesToOpen.markOpened(request.path);
      const options = optionsOf(request.path, request.options);
      const state = await engine.handlers.open({ ...request, options }, signal);
      paths.set(state.id, request.path);
      return hidePath(state, spool);
    },
    async reopen(request, signal) {
      const options = optionsOf(paths.get(request.source), request.options);
      return hidePath(await engine.handlers.reopen({ ...request, options }, signal), spool);
    },
    follow: async (request, signal) => hidePath(await engine.handlers.follow(request, signal), spool),
    async close(request, signal) {
      await engine.handlers.close(request, signal);
      const path = paths.get(request.source);
      paths.delete(request.source);
      if (path !== undefined && ![...paths.values()].includes(path)) await uploads.release(path);
      return null;
    },
    sources: async (request, signal) =>
      (await engine.handlers.sources(request, signal)).map((state) => hidePath(state, spool)),
    export: async (request, signal) =>
      downloads.toPage(await engine.handlers.export(downloads.toSpool(request), signal)),
  };
}

/** The engine's events in the same way. */
export function createPageEvents({ engine, spool, downloads }: PageParts): Subscribe {
  const translate: { readonly [N in EventName]: (payload: Events[N]) => Events[N] } = {
    sourceChanged: (state) => hidePath(state, spool),
    viewChanged: (state) => state,
    jobChanged: downloads.toPage,
    openRequested: (request) => request,
    commandRequested: (request) => request,
  };
  return (listener) => engine.subscribe((name, payload) => listener(name, translate[name](payload)));
}

/** An upload has a name but no path that would mean anything to the user. */
function hidePath(state: SourceState, spool: Spool): SourceState {
  return state.path !== undefined && spool.holds(state.path) ? { ...state, path: undefined } : state;
}
