/**
 * Whether the window keeps to the end of a followed log. Growth moves a view that stands at its end along; scrolling
 * up leaves the end without stopping the reading, and what comes meanwhile is counted.
 */
import { createStore, type Session, type Store } from '../engine/index.ts';
import { maxTopPx, type Viewport } from '../grid/index.ts';

export interface TailState {
  readonly isFollowing: boolean;
  /** The end stays on screen. */
  readonly isAtEnd: boolean;
  /** Rows that came since the end was left, or since the view stands still. */
  readonly newRows: number;
  /** The view stands still, and what comes is counted. */
  readonly isPaused: boolean;
}

export interface Tail {
  readonly state: Store<TailState>;
  /** Shows what comes again, and the end. */
  readonly toEnd: () => void;
  /** Lets the view stand still, or go on. */
  readonly togglePause: () => void;
  /** How many milliseconds charts and counters look back while following; undefined: all. */
  readonly span: Store<number | undefined>;
  readonly setSpan: (lastMs: number | undefined) => void;
  /** Begins or ends following. Rejects as the call does. */
  readonly toggle: () => Promise<void>;
  readonly close: () => void;
}

export function createTail(session: Session, viewport: Viewport): Tail {
  const { client, source } = session;
  let { following: wasFollowing } = source.get();
  let before = viewport.state.get();
  let rowsWhenLeft = before.total;
  const state = createStore<TailState>({
    isFollowing: wasFollowing,
    isAtEnd: wasFollowing,
    newRows: 0,
    isPaused: false,
  });
  const span = createStore<number | undefined>(undefined);

  const toEnd = (): void => {
    session.setPaused(false);
    const now = viewport.state.get();
    state.set({ ...state.get(), isAtEnd: true, newRows: 0, isPaused: false });
    viewport.scrollToPx(maxTopPx(now, viewport.rowPx));
  };

  const onMove = (): void => {
    const now = viewport.state.get();
    const { isFollowing, isAtEnd, isPaused } = state.get();
    const hasGrown = now.total !== before.total || now.heightPx !== before.heightPx;
    const hasMoved = now.topPx !== before.topPx;
    before = now;
    if (!isFollowing) return;
    const isThere = now.topPx >= maxTopPx(now, viewport.rowPx) - 1;
    if (hasGrown && isAtEnd) {
      if (!isThere) viewport.scrollToPx(maxTopPx(now, viewport.rowPx));
      return;
    }
    if (hasMoved && isThere !== isAtEnd) {
      rowsWhenLeft = now.total;
      state.set({ isFollowing, isAtEnd: isThere, newRows: session.heldRows.get(), isPaused });
      return;
    }
    count();
  };

  /** Below the screen, and held back. */
  const count = (): void => {
    const now = state.get();
    const below = now.isAtEnd ? 0 : Math.max(0, viewport.state.get().total - rowsWhenLeft);
    const newRows = below + session.heldRows.get();
    if (newRows !== now.newRows) state.set({ ...now, newRows });
  };

  const onSource = (): void => {
    const { following } = source.get();
    if (following === wasFollowing) return;
    wasFollowing = following;
    session.setPaused(false);
    state.set({ isFollowing: following, isAtEnd: following, newRows: 0, isPaused: false });
    if (following) toEnd();
  };

  const stops = [viewport.state.subscribe(onMove), source.subscribe(onSource), session.heldRows.subscribe(count)];
  return {
    state,
    toEnd,
    togglePause() {
      const now = state.get();
      if (!now.isFollowing) return;
      const isPaused = !now.isPaused;
      state.set({ ...now, isPaused });
      session.setPaused(isPaused);
      count();
    },
    span,
    setSpan: span.set,
    async toggle() {
      const { id, following } = source.get();
      await client.call('follow', { source: id, on: !following });
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}
