/** The tabs: one for each file, with its progress; the middle button or the cross closes. */
import { useEffect, useRef, type KeyboardEvent, type MouseEvent } from 'react';
import { useStore, type Session } from '../engine/index.ts';
import { formatShare, IconButton, Logo, ProgressBar, Spinner, Tip } from '../widgets/index.ts';
import { keysOf } from './commands.ts';
import { texts } from './texts.ts';
import type { WindowModel } from './window-model.ts';
import type { TabEntry } from './workspace.ts';

export function TabBar({ model }: { readonly model: WindowModel }) {
  const { workspace } = model;
  const { entries, active } = useStore(workspace.tabs);

  const pressKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowRight') workspace.step(1);
    else if (event.key === 'ArrowLeft') workspace.step(-1);
    else return;
    event.preventDefault();
  };

  return (
    <header className="tab-bar">
      <Logo />
      <div className="tab-list" role="tablist" aria-label={texts.tabs.list} onKeyDown={pressKey} tabIndex={-1}>
        {entries.map((entry) => (
          <TabHead key={entry.id} model={model} entry={entry} isActive={entry.id === active} />
        ))}
        <IconButton
          icon="plus"
          label={texts.tabs.open}
          keys={keysOf('file.open')}
          data-testid="open"
          onClick={() => void model.chooseFiles()}
        />
      </div>
      <IconButton
        icon="help"
        label={texts.toolbar.keys}
        keys={keysOf('help.keys')}
        data-testid="help"
        onClick={() => model.dialog.set('keys')}
      />
    </header>
  );
}

interface TabHeadProps {
  readonly model: WindowModel;
  readonly entry: TabEntry;
  readonly isActive: boolean;
}

function TabHead({ model: { workspace }, entry, isActive }: TabHeadProps) {
  const head = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isActive) head.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [isActive]);
  const close = (event: MouseEvent): void => {
    event.stopPropagation();
    workspace.close(entry.id);
  };
  return (
    <div className="tab" data-active={isActive} data-state={entry.state} data-testid="tab">
      <Tip text={entry.path ?? entry.name}>
        <button
          ref={head}
          type="button"
          role="tab"
          className="tab-name"
          aria-selected={isActive}
          aria-controls="tab-panel"
          tabIndex={isActive ? 0 : -1}
          onClick={(event) => {
            workspace.activate(entry.id);
            // After a click keys go to the records; who came by keyboard goes on among the tabs.
            if (event.detail > 0) event.currentTarget.blur();
          }}
          onMouseDown={(event) => {
            // The middle button would start the browser's scrolling.
            if (event.button === 1) event.preventDefault();
          }}
          onAuxClick={(event) => {
            if (event.button === 1) close(event);
          }}
        >
          {entry.state === 'opening' && <Spinner />}
          <bdi>{entry.name}</bdi>
        </button>
      </Tip>
      <IconButton
        className="tab-close"
        icon="close"
        label={texts.tabs.close(entry.name)}
        keys={keysOf('tab.close')}
        data-testid="tab-close"
        tabIndex={-1}
        onClick={close}
      />
      {entry.state === 'open' && <IndexProgress session={entry.tab.session} />}
      {entry.state === 'opening' && entry.uploaded !== undefined && (
        <ProgressBar value={entry.uploaded} label={texts.tabs.uploading(entry.name, formatShare(entry.uploaded))} />
      )}
    </div>
  );
}

function IndexProgress({ session }: { readonly session: Session }) {
  const { phase, bytes, bytesIndexed } = useStore(session.source);
  if (phase !== 'indexing' && phase !== 'opening') return null;
  const part = bytes === 0 ? 0 : bytesIndexed / bytes;
  return <ProgressBar value={part} label={texts.tabs.indexing(formatShare(part))} />;
}
