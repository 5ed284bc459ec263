/**
 * The file chooser of the local browser host: folders as the host lists them, since a page has no paths of its own.
 * Works by keyboard as system dialogs do: arrows, Enter, Backspace for the folder above.
 */
import { useCallback, useEffect, useMemo, useState, type FormEvent } from 'react';
import type { FolderListing } from '../../src-shared/protocol.ts';
import { useLatest } from '../engine/index.ts';
import { Button, Dialog, formatCount, Icon, IconButton, Spinner } from '../widgets/index.ts';
import { chooseEntries, Crumbs, EntryList } from './file-list.tsx';
import { texts } from './texts.ts';
import type { WindowModel } from './window-model.ts';

type Entry = FolderListing['entries'][number];

export interface FileChooserProps {
  readonly model: WindowModel;
  readonly onClose: () => void;
}

export function FileChooser({ model, onClose }: FileChooserProps) {
  const [folder, setFolder] = useState<{ readonly path?: string }>(() => startFolder(model));
  const [isHiddenShown, setIsHiddenShown] = useState(false);
  const [wanted, setWanted] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const ask = useCallback(
    (request: { readonly path?: string }, signal: AbortSignal) => model.client.call('listFolder', request, signal),
    [model],
  );
  const { value: listing, error, isPending } = useLatest(folder, ask);
  const entries = useMemo(
    () => (listing === undefined ? [] : chooseEntries(listing.entries, isHiddenShown, wanted)),
    [listing, isHiddenShown, wanted],
  );

  const enter = (path: string | undefined): void => {
    setFolder(path === undefined ? {} : { path });
    setChosen([]);
    setWanted('');
  };
  // Places may have gone since: then the host's own first folder.
  useEffect(() => {
    if (error !== undefined && folder.path !== undefined && listing === undefined && folder === startedAt)
      enter(undefined);
  });
  const [startedAt] = useState(folder);

  const open = (paths: readonly string[]): void => {
    if (paths.length === 0) return;
    onClose();
    for (const path of paths) void model.workspace.open(path);
  };
  const followMerged = (): void => {
    onClose();
    void model.workspace.followMerged(files);
  };
  const act = (entry: Entry): void => (entry.kind === 'folder' ? enter(entry.path) : open([entry.path]));
  const files = chosen.filter((path) => entries.some((entry) => entry.path === path && entry.kind === 'file'));

  return (
    <Dialog
      title={texts.chooser.title}
      onClose={onClose}
      size="large"
      testId="chooser"
      footer={
        <>
          <label className="check chooser-hidden">
            <input
              type="checkbox"
              checked={isHiddenShown}
              onChange={(event) => setIsHiddenShown(event.target.checked)}
            />
            {texts.chooser.hidden}
          </label>
          <span className="chooser-hint">{texts.chooser.hint}</span>
          <Button onClick={onClose}>{texts.chooser.cancel}</Button>
          {files.length > 1 && (
            <Button title={texts.chooser.followMergedHint} data-testid="chooser-merge" onClick={followMerged}>
              {texts.chooser.followMerged}
            </Button>
          )}
          <Button look="main" disabled={files.length === 0} data-testid="chooser-open" onClick={() => open(files)}>
            {files.length > 1 ? texts.chooser.openCount(formatCount(files.length)) : texts.chooser.open}
          </Button>
        </>
      }
    >
      <div className="chooser">
        <PathField key={listing?.path} path={listing?.path ?? ''} onEnter={enter} onOpen={(path) => open([path])} />
        <div className="chooser-bar">
          <IconButton
            icon="folderUp"
            label={texts.chooser.up}
            keys="Backspace"
            disabled={listing?.parent === undefined}
            onClick={() => enter(listing?.parent)}
          />
          {listing !== undefined && <Crumbs path={listing.path} onEnter={enter} />}
          <input
            className="input chooser-find"
            type="search"
            placeholder={texts.chooser.filter}
            aria-label={texts.chooser.filter}
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
          />
        </div>
        <div className="chooser-body">
          <nav className="chooser-places" aria-label={texts.chooser.places}>
            {listing?.places.map(({ name, path }) => (
              <button
                key={path}
                type="button"
                className="chooser-place"
                aria-current={path === listing.path ? 'location' : undefined}
                onClick={() => enter(path)}
              >
                <Icon name="folder" />
                <bdi>{name}</bdi>
              </button>
            ))}
          </nav>
          <div className="chooser-list" data-pending={isPending}>
            {error !== undefined && <p className="form-problem">{`${texts.chooser.failed}: ${error.message}`}</p>}
            {listing === undefined && isPending && <Spinner />}
            {listing !== undefined && (
              <EntryList
                key={listing.path}
                entries={entries}
                chosen={chosen}
                onChoose={setChosen}
                onAct={act}
                onUp={() => enter(listing.parent)}
                emptyText={
                  wanted !== ''
                    ? texts.chooser.noMatch
                    : listing.entries.length > 0
                      ? texts.chooser.emptyHidden(formatCount(listing.entries.length))
                      : texts.chooser.empty
                }
              />
            )}
          </div>
        </div>
      </div>
    </Dialog>
  );
}

/** Where the file looked at lies: its neighbours are the likeliest next. */
function startFolder(model: WindowModel): { readonly path?: string } {
  const path = model.activeTab()?.session.source.get().path;
  const end = path === undefined ? -1 : Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return path === undefined || end < 1 ? {} : { path: path.slice(0, end) };
}

interface PathFieldProps {
  readonly path: string;
  readonly onEnter: (path: string) => void;
  readonly onOpen: (path: string) => void;
}

/** A path typed or pasted: with a slash at its end a folder, else a file. */
function PathField({ path, onEnter, onOpen }: PathFieldProps) {
  const [text, setText] = useState(path);
  const go = (event: FormEvent): void => {
    event.preventDefault();
    const typed = text.trim();
    if (typed === '') return;
    if (typed === path || /[/\\]$/.test(typed)) onEnter(typed);
    else onOpen(typed);
  };
  return (
    <form className="chooser-path" onSubmit={go}>
      <input
        className="input"
        data-testid="chooser-path"
        aria-label={texts.chooser.path}
        value={text}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="button">
        {texts.chooser.go}
      </button>
    </form>
  );
}
