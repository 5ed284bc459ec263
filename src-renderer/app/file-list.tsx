/** The list of a folder in the file chooser, with its breadcrumb. */
import { useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import type { FolderListing } from '../../src-shared/protocol.ts';
import { formatBytes, Icon } from '../widgets/index.ts';
import { texts } from './texts.ts';

type Entry = FolderListing['entries'][number];

/** Folders first, then by name as people sort: 2 before 10. */
export function chooseEntries(entries: readonly Entry[], isHiddenShown: boolean, wanted: string): readonly Entry[] {
  const text = wanted.trim().toLowerCase();
  return entries
    .filter(({ name }) => isHiddenShown || !name.startsWith('.'))
    .filter(({ name }) => name.toLowerCase().includes(text))
    .toSorted((a, b) => Number(a.kind === 'file') - Number(b.kind === 'file') || byName.compare(a.name, b.name));
}

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

export interface EntryListProps {
  readonly entries: readonly Entry[];
  /** Paths. */
  readonly chosen: readonly string[];
  readonly onChoose: (paths: readonly string[]) => void;
  readonly onAct: (entry: Entry) => void;
  readonly onUp: () => void;
  readonly emptyText: string;
}

export function EntryList({ entries, chosen, onChoose, onAct, onUp, emptyText }: EntryListProps) {
  const list = useRef<HTMLUListElement>(null);
  const [at, setAt] = useState(0);
  const [anchor, setAnchor] = useState(0);

  const choose = (next: number, event: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }): void => {
    const entry = entries[next];
    if (entry === undefined) return;
    setAt(next);
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
    if (event.shiftKey) {
      onChoose(entries.slice(Math.min(anchor, next), Math.max(anchor, next) + 1).map(({ path }) => path));
      return;
    }
    setAnchor(next);
    const isToggle = event.ctrlKey || event.metaKey;
    if (!isToggle) onChoose([entry.path]);
    else onChoose(chosen.includes(entry.path) ? chosen.filter((path) => path !== entry.path) : [...chosen, entry.path]);
  };

  const pressKey = (event: KeyboardEvent): void => {
    const step = steps[event.key];
    const entry = entries[at];
    if (step !== undefined) {
      // The first press chooses the first entry instead of passing it.
      const next = chosen.length === 0 && step === 1 ? at : at + step;
      choose(Math.max(0, Math.min(entries.length - 1, next)), event);
    } else if (event.key === 'Enter' && entry !== undefined) onAct(entry);
    else if (event.key === 'Backspace') onUp();
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && event.key !== ' ') {
      const letter = event.key.toLowerCase();
      const later = entries.findIndex(({ name }, index) => index > at && name.toLowerCase().startsWith(letter));
      choose(later >= 0 ? later : entries.findIndex(({ name }) => name.toLowerCase().startsWith(letter)), event);
    } else return;
    event.preventDefault();
  };

  if (entries.length === 0) return <p className="chooser-empty">{emptyText}</p>;
  return (
    <ul
      ref={list}
      role="listbox"
      aria-multiselectable="true"
      aria-label={texts.chooser.title}
      aria-activedescendant={`chooser-${at}`}
      tabIndex={0}
      data-testid="chooser-list"
      onKeyDown={pressKey}
    >
      {entries.map((entry, index) => (
        <li
          key={entry.path}
          id={`chooser-${index}`}
          role="option"
          aria-selected={chosen.includes(entry.path)}
          data-current={index === at}
          data-kind={entry.kind}
          onClick={(event: MouseEvent) => choose(index, event)}
          onDoubleClick={() => onAct(entry)}
        >
          <Icon name={entry.kind === 'folder' ? 'folder' : 'file'} />
          <bdi className="chooser-name">{entry.name}</bdi>
          <span className="chooser-size">{entry.bytes === undefined ? '' : formatBytes(entry.bytes)}</span>
          <span className="chooser-modified">{entry.modified === undefined ? '' : modifiedText(entry.modified)}</span>
        </li>
      ))}
    </ul>
  );
}

const steps: Readonly<Record<string, number>> = {
  ArrowDown: 1,
  ArrowUp: -1,
  PageDown: 12,
  PageUp: -12,
  Home: -Infinity,
  End: Infinity,
};

/** By the system's clock: file dates are not times of a log. */
function modifiedText(ms: number): string {
  const date = new Date(ms);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Each folder on the way as a button. */
export function Crumbs({ path, onEnter }: { readonly path: string; readonly onEnter: (path: string) => void }) {
  return (
    <nav className="crumbs" aria-label={texts.chooser.path}>
      {crumbsOf(path).map((crumb) => (
        <button key={crumb.path} type="button" onClick={() => onEnter(crumb.path)}>
          <bdi>{crumb.name}</bdi>
        </button>
      ))}
    </nav>
  );
}

/** `/var/log` is `/`, `var`, `log`; `C:\logs` is `C:`, `logs`. */
export function crumbsOf(path: string): readonly { readonly name: string; readonly path: string }[] {
  const separator = path.includes('\\') ? '\\' : '/';
  const parts = path.split(separator).filter((part) => part !== '');
  const isRooted = path.startsWith(separator);
  const crumbs = parts.map((name, at) => {
    const joined = parts.slice(0, at + 1).join(separator);
    if (isRooted) return { name, path: separator + joined };
    // A drive alone means its current folder, with the separator its root.
    return { name, path: at === 0 ? joined + separator : joined };
  });
  return isRooted ? [{ name: separator, path: separator }, ...crumbs] : crumbs;
}
