/**
 * What the window remembers by itself: which panels are open, how large, and recent files. Kept in the page's own
 * storage, so it may be gone (another port is another origin under the browser host); nothing depends on it.
 */
import { createStore, type MutableStore } from '../engine/index.ts';

export interface Panels {
  readonly histogram: boolean;
  readonly charts: boolean;
  /** The charts take the place of the records. */
  readonly chartsOnly: boolean;
  /** 'auto' is closed and opens with the first click on a row; once closed by the user it stays closed. */
  readonly details: 'auto' | 'open' | 'closed';
  readonly dock: 'right' | 'bottom';
}

export interface RecentFile {
  readonly path: string;
  readonly name: string;
  readonly openedAt: number;
}

export interface Preferences {
  readonly panels: Panels;
  readonly recent: readonly RecentFile[];
}

const initial: Preferences = {
  panels: { histogram: true, charts: false, chartsOnly: false, details: 'auto', dock: 'right' },
  recent: [],
};

/** As many as fit the welcome page. */
const mostRecent = 8;

const storageKey = 'taillight';

export function createPreferences(storage: Storage | undefined): MutableStore<Preferences> {
  const store = createStore(read(storage));
  store.subscribe(() => {
    try {
      storage?.setItem(storageKey, JSON.stringify(store.get()));
    } catch {
      // Full or refused storage: the window then forgets at its end.
      return;
    }
  });
  return store;
}

export const rememberFile = (preferences: Preferences, file: Omit<RecentFile, 'openedAt'>): Preferences => ({
  ...preferences,
  recent: [{ ...file, openedAt: Date.now() }, ...preferences.recent.filter(({ path }) => path !== file.path)].slice(
    0,
    mostRecent,
  ),
});

function read(storage: Storage | undefined): Preferences {
  const stored = parse(storage?.getItem(storageKey) ?? '');
  const panels = partOf(stored, 'panels');
  const recent = partOf(stored, 'recent');
  return {
    panels: {
      histogram: partOf(panels, 'histogram') !== false,
      charts: partOf(panels, 'charts') === true,
      chartsOnly: partOf(panels, 'chartsOnly') === true,
      details: oneOf(['auto', 'open', 'closed'], partOf(panels, 'details')) ?? initial.panels.details,
      dock: oneOf(['right', 'bottom'], partOf(panels, 'dock')) ?? initial.panels.dock,
    },
    recent: Array.isArray(recent) ? recent.filter(isRecentFile).slice(0, mostRecent) : [],
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const partOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

const oneOf = <T extends string>(allowed: readonly T[], value: unknown): T | undefined =>
  allowed.find((each) => each === value);

const isRecentFile = (value: unknown): value is RecentFile =>
  typeof partOf(value, 'path') === 'string' &&
  typeof partOf(value, 'name') === 'string' &&
  typeof partOf(value, 'openedAt') === 'number';
