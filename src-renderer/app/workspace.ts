/**
 * The tabs of the window: which files are open or on their way, and which one is looked at. Opening the same path
 * again goes to its tab.
 */
import type { EngineError } from '../../src-shared/errors.ts';
import type { HelloReply, OpenOptions, SourceState } from '../../src-shared/protocol.ts';
import { createStore, hostBridge, toEngineError, uploadFile, type Client, type Store } from '../engine/index.ts';
import type { Panels } from './preferences.ts';
import { createTab, type Tab } from './tab.ts';

export type TabId = number;

/** `path`: of several files, one to a line. */
export type TabEntry = { readonly id: TabId; readonly name: string; readonly path: string | undefined } & (
  | { readonly state: 'opening'; readonly uploaded: number | undefined }
  | { readonly state: 'failed'; readonly error: EngineError }
  | { readonly state: 'open'; readonly tab: Tab }
);

export interface Tabs {
  readonly entries: readonly TabEntry[];
  readonly active: TabId | undefined;
}

export interface Workspace {
  readonly tabs: Store<Tabs>;
  readonly open: (path: string, options?: OpenOptions) => Promise<void>;
  /** Follows several files as one log, in the order of time. */
  readonly followMerged: (paths: readonly string[], options?: OpenOptions) => Promise<void>;
  /** Takes over sources that are open already: after a reload of the window. */
  readonly adopt: (sources: readonly SourceState[]) => Promise<void>;
  /** Dropped files: by path where the host knows it, else sent to the host. */
  readonly openFiles: (files: readonly File[]) => Promise<void>;
  readonly activate: (id: TabId) => void;
  readonly step: (by: 1 | -1) => void;
  readonly close: (id: TabId) => void;
}

export interface WorkspaceOptions {
  readonly client: Client;
  readonly hello: HelloReply;
  readonly panels: () => Panels;
  /** Told of files that can be opened again by their path: not of what was dropped into the spool. */
  readonly onOpened: (file: { readonly path: string; readonly name: string }) => void;
}

export function createWorkspace({ client, hello, panels, onOpened }: WorkspaceOptions): Workspace {
  const tabs = createStore<Tabs>({ entries: [], active: undefined });
  const starting = new Map<TabId, AbortController>();
  let lastId = 0;

  const replace = (entry: TabEntry): void =>
    tabs.update(({ entries, active }) => ({
      active,
      entries: entries.map((other) => (other.id === entry.id ? entry : other)),
    }));

  const isOpen = (id: TabId): boolean => tabs.get().entries.some((entry) => entry.id === id);

  /** Adds a tab and fills it once `start` has a source; a tab closed meanwhile takes its source with it. */
  async function add(
    name: string,
    path: string | undefined,
    options: OpenOptions,
    start: (signal: AbortSignal, onUpload: (part: number) => void) => Promise<SourceState>,
  ): Promise<void> {
    const id = ++lastId;
    const controller = new AbortController();
    starting.set(id, controller);
    tabs.update(({ entries }) => ({
      active: id,
      entries: [...entries, { id, name, path, state: 'opening', uploaded: undefined }],
    }));
    try {
      const source = await start(controller.signal, (uploaded) =>
        replace({ id, name, path, state: 'opening', uploaded }),
      );
      const tab = await createTab(client, source, options, hello.displayTimezone, panels());
      if (!isOpen(id)) tab.close();
      else {
        replace({ id, name: source.name, path: source.path ?? path, state: 'open', tab });
        const isOneFile = source.files === undefined;
        if (path !== undefined && path !== hello.input && isOneFile) onOpened({ path, name: source.name });
      }
    } catch (error) {
      if (isOpen(id)) replace({ id, name, path, state: 'failed', error: toEngineError(error) });
    } finally {
      starting.delete(id);
    }
  }

  const openPath = (path: string, options: OpenOptions = hello.options): Promise<void> => {
    const known = tabs.get().entries.find((entry) => entry.path === path && entry.state !== 'failed');
    if (known === undefined) {
      return add(fileName(path), path, options, (signal) => client.call('open', { path, options }, signal));
    }
    activate(known.id);
    return Promise.resolve();
  };

  const followMerged = (paths: readonly string[], options: OpenOptions = hello.options): Promise<void> => {
    const [path, ...more] = paths;
    const following = { ...options, follow: true };
    if (path === undefined) return Promise.resolve();
    if (more.length === 0) return openPath(path, following);
    const all = pathOf(paths);
    const known = tabs.get().entries.find((entry) => entry.path === all && entry.state !== 'failed');
    if (known === undefined) {
      const name = paths.map(fileName).join(' + ');
      return add(name, all, following, (signal) => client.call('open', { path, more, options: following }, signal));
    }
    activate(known.id);
    return Promise.resolve();
  };

  const openFile = (file: File): Promise<void> => {
    const path = hostBridge()?.pathOf(file) ?? '';
    if (path !== '') return openPath(path);
    return add(file.name, undefined, hello.options, async (signal, onUpload) => {
      const spooled = await uploadFile(file, onUpload, signal);
      return client.call('open', { path: spooled, options: hello.options }, signal);
    });
  };

  const activate = (id: TabId): void => tabs.update((now) => ({ ...now, active: id }));

  return {
    tabs,
    open: openPath,
    followMerged,
    async adopt(sources) {
      await Promise.all(
        sources.map((source) => {
          const path = source.files === undefined ? source.path : pathOf(source.files.map((file) => file.path));
          const options = source.files === undefined ? hello.options : { ...hello.options, follow: source.following };
          return add(source.name, path, options, async () => source);
        }),
      );
      const first = tabs.get().entries[0];
      if (first !== undefined) activate(first.id);
    },
    async openFiles(files) {
      await Promise.all(files.map(openFile));
    },
    activate,
    step(by) {
      const { entries, active } = tabs.get();
      const at = entries.findIndex(({ id }) => id === active);
      const next = entries[(at + by + entries.length) % entries.length];
      if (next !== undefined) activate(next.id);
    },
    close(id) {
      const { entries, active } = tabs.get();
      const at = entries.findIndex((entry) => entry.id === id);
      const entry = entries[at];
      if (entry === undefined) return;
      starting.get(id)?.abort();
      const rest = entries.filter((other) => other.id !== id);
      // As browsers do: the neighbour that takes its place.
      const neighbour = rest[Math.min(at, rest.length - 1)];
      tabs.set({ entries: rest, active: active === id ? neighbour?.id : active });
      if (entry.state === 'open') entry.tab.close();
    },
  };
}

export const activeEntry = ({ entries, active }: Tabs): TabEntry | undefined => entries.find(({ id }) => id === active);

const pathOf = (paths: readonly string[]): string => paths.join('\n');

const fileName = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1) || path;
