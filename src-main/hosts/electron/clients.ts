/**
 * The engine for the pages of the desktop program. Knows nothing of electron: the shell's duties and the channels
 * come in as arguments.
 */
import { EngineError } from '../../../src-shared/errors.ts';
import type { EventName, Events, ExportRequest, Handlers, HelloReply } from '../../../src-shared/protocol.ts';
import { serve, type Channel } from '../../../src-shared/rpc/index.ts';
import type { Engine } from '../../engine/index.ts';
import { createClientHandlers, type FilesToOpen } from '../../window/index.ts';

export interface ClientParts {
  readonly engine: Engine;
  readonly filesToOpen: FilesToOpen;
  readonly hello: Omit<HelloReply, 'files'>;
  readonly pickFiles: () => Promise<readonly string[]>;
  readonly pickExportPath: (suggestedName: string) => Promise<string | undefined>;
  /** Told each path that was opened. */
  readonly onOpened: (path: string) => void;
  readonly onError: (error: unknown) => void;
}

export interface Clients {
  readonly connect: (channel: Channel) => void;
  /** To every page that has said hello; the others learn of files by saying it. */
  tell<N extends EventName>(name: N, payload: Events[N]): void;
}

export function createClients(parts: ClientParts): Clients {
  const { engine, filesToOpen, hello, pickFiles, pickExportPath, onOpened, onError } = parts;
  /** Only what the user chose in the dialog: a page must not write elsewhere. */
  const chosenPaths = new Set<string>();
  const greeted = new Set<<N extends EventName>(name: N, payload: Events[N]) => void>();

  const checkTarget = (target: ExportRequest['target']): void => {
    if ('path' in target && chosenPaths.delete(target.path)) return;
    throw new EngineError('bad-argument', 'Choose where to export to first.');
  };

  const shared: Handlers = {
    ...engine.handlers,
    hello: async () => ({ ...hello, files: filesToOpen.waiting }),
    pickFiles: () => pickFiles(),
    async pickExportTarget({ suggestedName }) {
      const path = await pickExportPath(suggestedName);
      if (path === undefined) return null;
      chosenPaths.add(path);
      return { path };
    },
    async listFolder() {
      throw new EngineError('bad-argument', 'This window opens files by the dialog of the system.');
    },
    async open(request, signal) {
      filesToOpen.markOpened(request.path);
      const state = await engine.handlers.open(request, signal);
      onOpened(request.path);
      return state;
    },
    async export(request, signal) {
      checkTarget(request.target);
      return engine.handlers.export(request, signal);
    },
  };

  return {
    connect(channel) {
      const client = createClientHandlers(shared, onError);
      let greet = (): void => {};
      const handlers: Handlers = {
        ...client.handlers,
        hello(request, signal) {
          greet();
          return client.handlers.hello(request, signal);
        },
      };
      serve(channel, handlers, (listener) => {
        greet = () => greeted.add(listener);
        const unsubscribe = engine.subscribe(listener);
        return () => {
          greeted.delete(listener);
          unsubscribe();
        };
      });
      channel.onClose(client.release);
    },
    tell(name, payload) {
      for (const listener of greeted) listener(name, payload);
    },
  };
}
