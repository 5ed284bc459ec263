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
  /** Rows that came since the end was left. */
  readonly newRows: number;
}

export interface Tail {
  readonly state: Store<TailState>;
  readonly toEnd: () => void;
  /** Begins or ends following. Rejects as the call does. */
  readonly toggle: () => Promise<void>;
  readonly close: () => void;
}

export function createTail(session: Session, viewport: Viewport): Tail {
  const { client, source } = session;
  let { following: wasFollowing } = source.get();
  let before = viewport.state.get();
  let rowsWhenLeft = before.total;
  const state = createStore<TailState>({ isFollowing: wasFollowing, isAtEnd: wasFollowing, newRows: 0 });

  const toEnd = (): void => {
    const now = viewport.state.get();
    state.set({ ...state.get(), isAtEnd: true, newRows: 0 });
    viewport.scrollToPx(maxTopPx(now, viewport.rowPx));
  };

  const onMove = (): void => {
    const now = viewport.state.get();
    const { isFollowing, isAtEnd } = state.get();
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
      state.set({ isFollowing, isAtEnd: isThere, newRows: 0 });
      return;
    }
    const newRows = isAtEnd ? 0 : Math.max(0, now.total - rowsWhenLeft);
    if (newRows !== state.get().newRows) state.set({ isFollowing, isAtEnd, newRows });
  };

  const onSource = (): void => {
    const { following } = source.get();
    if (following === wasFollowing) return;
    wasFollowing = following;
    state.set({ isFollowing: following, isAtEnd: following, newRows: 0 });
    if (following) toEnd();
  };

  const stops = [viewport.state.subscribe(onMove), source.subscribe(onSource)];
  return {
    state,
    toEnd,
    async toggle() {
      const { id, following } = source.get();
      await client.call('follow', { source: id, on: !following });
    },
    close() {
      for (const stop of stops) stop();
    },
  };
}
