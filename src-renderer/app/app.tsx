/** The window: tabs above, the active tab below, dialogs and notices over both; keys and dropped files for all. */
import { useEffect, useState, type DragEvent } from 'react';
import { useStore } from '../engine/index.ts';
import { EmptyState, TipProvider } from '../widgets/index.ts';
import { Dialogs } from './dialogs.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { commandFor } from './key-press.ts';
import { NoticeList } from './notice-list.tsx';
import { TabBar } from './tab-bar.tsx';
import { TabView } from './tab-view.tsx';
import { texts } from './texts.ts';
import { Welcome } from './welcome.tsx';
import type { WindowModel } from './window-model.ts';
import { activeEntry, type TabEntry } from './workspace.ts';

export interface AppProps {
  readonly model: WindowModel;
  readonly styleNonce: string;
}

export function App({ model, styleNonce }: AppProps) {
  const tabs = useStore(model.workspace.tabs);
  const entry = activeEntry(tabs);
  useKeys(model);
  const drop = useDrop(model);
  const name = entry?.name;
  useEffect(() => {
    document.title = name === undefined ? texts.app.name : `${name} \u2013 ${texts.app.name}`;
  }, [name]);

  return (
    <TipProvider>
      <div className="app" {...drop.handlers}>
        {tabs.entries.length > 0 && <TabBar model={model} />}
        {entry === undefined ? (
          <Welcome model={model} />
        ) : (
          <ErrorBoundary key={entry.id} hint={texts.app.tabCrashedHint}>
            <EntryView model={model} entry={entry} styleNonce={styleNonce} />
          </ErrorBoundary>
        )}
        {drop.isOver && (
          <div className="drop-veil">
            <EmptyState icon="open" title={texts.app.dropHere} hint={texts.app.dropHint} />
          </div>
        )}
      </div>
      <Dialogs model={model} />
      <NoticeList notices={model.notices} />
    </TipProvider>
  );
}

function EntryView({ model, entry, styleNonce }: AppProps & { readonly entry: TabEntry }) {
  switch (entry.state) {
    case 'open':
      return <TabView model={model} tab={entry.tab} styleNonce={styleNonce} />;
    case 'opening':
      return (
        <main className="tab-view">
          <EmptyState isBusy title={texts.tabs.opening(entry.name)} />
        </main>
      );
    case 'failed':
      return (
        <main className="tab-view">
          <EmptyState
            tone="error"
            title={texts.notices.openFailed(entry.name)}
            hint={entry.error.message}
            actions={[
              { label: texts.welcome.open, run: () => void model.chooseFiles(), isMain: true },
              { label: texts.common.close, run: () => model.workspace.close(entry.id) },
            ]}
          />
        </main>
      );
  }
}

function useKeys(model: WindowModel): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const command = commandFor(event);
      if (command === undefined) return;
      event.preventDefault();
      command.run(model);
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, [model]);
}

function useDrop(model: WindowModel) {
  // Entering a child leaves its parent: what counts is the balance.
  const [depth, setDepth] = useState(0);
  const isFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');
  const handlers = {
    onDragEnter: (event: DragEvent) => {
      if (isFiles(event)) setDepth((before) => before + 1);
    },
    onDragLeave: (event: DragEvent) => {
      if (isFiles(event)) setDepth((before) => Math.max(0, before - 1));
    },
    onDragOver: (event: DragEvent) => {
      if (isFiles(event)) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      if (!isFiles(event)) return;
      event.preventDefault();
      setDepth(0);
      void model.workspace.openFiles([...event.dataTransfer.files]);
    },
  };
  return { isOver: depth > 0, handlers };
}
