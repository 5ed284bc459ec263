/** The state of the whole window, made once at the start and handed down: nothing in it is a component. */
import { isCancelled } from '../../src-shared/errors.ts';
import type { HelloReply } from '../../src-shared/protocol.ts';
import { createStore, toEngineError, type Client, type MutableStore } from '../engine/index.ts';
import { createNotices, type Notices } from './notices.ts';
import { createExports, type Exports } from './exports.ts';
import { createPreferences, rememberFile, type Panels, type Preferences } from './preferences.ts';
import type { Tab } from './tab.ts';
import { texts } from './texts.ts';
import { activeEntry, createWorkspace, type Workspace } from './workspace.ts';

export type DialogName = 'chooser' | 'export' | 'goTo' | 'keys' | 'zone';

export interface WindowModel {
  readonly client: Client;
  readonly hello: HelloReply;
  readonly workspace: Workspace;
  readonly preferences: MutableStore<Preferences>;
  readonly notices: Notices;
  readonly exports: Exports;
  readonly dialog: MutableStore<DialogName | undefined>;
  /** The open tab that is looked at. */
  readonly activeTab: () => Tab | undefined;
  /** Asks for files in whichever way the host has, and opens them. */
  readonly chooseFiles: () => Promise<void>;
  /** The same, to follow them as one log. */
  readonly chooseMerged: () => Promise<void>;
  /** Changes the panels of a tab; tabs opened later start with the same. */
  readonly setPanels: (tab: Tab, change: Partial<Panels>) => void;
}

export function createWindowModel(client: Client, hello: HelloReply, storage: Storage | undefined): WindowModel {
  const preferences = createPreferences(storage);
  const notices = createNotices();
  const dialog = createStore<DialogName | undefined>(undefined);
  const workspace = createWorkspace({
    client,
    hello,
    panels: () => preferences.get().panels,
    onOpened: (file) => preferences.update((now) => rememberFile(now, file)),
  });
  return {
    client,
    hello,
    workspace,
    preferences,
    notices,
    exports: createExports(client, notices, () => dialog.get() === 'export'),
    dialog,
    activeTab() {
      const entry = activeEntry(workspace.tabs.get());
      return entry?.state === 'open' ? entry.tab : undefined;
    },
    async chooseFiles() {
      try {
        const paths = await client.call('pickFiles', {});
        if (paths === null) dialog.set('chooser');
        else await Promise.all(paths.map((path) => workspace.open(path)));
      } catch (error) {
        if (!isCancelled(error)) notices.fail(texts.commands['file.open'], toEngineError(error));
      }
    },
    async chooseMerged() {
      try {
        const paths = await client.call('pickFiles', {});
        if (paths === null) dialog.set('chooser');
        else await workspace.followMerged(paths);
      } catch (error) {
        if (!isCancelled(error)) notices.fail(texts.commands['file.followMerged'], toEngineError(error));
      }
    },
    setPanels(tab, change) {
      tab.panels.update((panels) => ({ ...panels, ...change }));
      preferences.update((now) => ({ ...now, panels: { ...now.panels, ...change } }));
    },
  };
}
