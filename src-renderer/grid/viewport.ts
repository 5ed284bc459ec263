/**
 * The viewport: which rows of the view stand on screen. Wheel, keys, scrollbar, goto and follow all speak to it
 * alone, and nothing else knows a scroll position.
 *
 * The position is kept in whole-view pixels: a double counts pixels exactly up to 9e15, which is 400 billion rows,
 * so that a wheel of 22 px moves exactly one row at any depth. It never becomes the height of an element.
 */
import { createStore, type Store } from '../engine/index.ts';

export interface ViewportState {
  /** Pixels of the view above the top edge; whole or not. */
  readonly topPx: number;
  readonly heightPx: number;
  /** Rows of the whole view. */
  readonly total: number;
}

export interface Viewport {
  readonly rowPx: number;
  readonly state: Store<ViewportState>;
  /** The last movement: 1 down, -1 up. What is ahead is fetched first. */
  readonly direction: () => 1 | -1;
  readonly scrollByPx: (deltaPx: number) => void;
  readonly scrollToPx: (topPx: number) => void;
  /** Puts the row at the top edge, as far as the end allows. */
  readonly scrollToRow: (row: number) => void;
  /** Moves as little as needed to show the row whole; far jumps put it a third down the screen. */
  readonly reveal: (row: number) => void;
  readonly setHeightPx: (heightPx: number) => void;
  /** Rows that come or go below do not move what is on screen. */
  readonly setTotal: (total: number) => void;
  /** Position and total at once: another query's rows. */
  readonly reset: (topPx: number, total: number) => void;
}

export function createViewport(rowPx: number): Viewport {
  const state = createStore<ViewportState>({ topPx: 0, heightPx: 0, total: 0 });
  let lastDirection: 1 | -1 = 1;
  const move = (topPx: number): void => {
    const before = state.get();
    const clamped = clampTopPx(before, rowPx, topPx);
    if (clamped === before.topPx) return;
    lastDirection = clamped > before.topPx ? 1 : -1;
    state.set({ ...before, topPx: clamped });
  };
  const become = (next: ViewportState): void => {
    const before = state.get();
    const topPx = clampTopPx(next, rowPx, next.topPx);
    if (topPx === before.topPx && next.heightPx === before.heightPx && next.total === before.total) return;
    state.set({ ...next, topPx });
  };
  return {
    rowPx,
    state,
    direction: () => lastDirection,
    scrollByPx: (deltaPx) => move(state.get().topPx + deltaPx),
    scrollToPx: move,
    scrollToRow: (row) => move(row * rowPx),
    reveal: (row) => move(revealTopPx(state.get(), rowPx, row)),
    setHeightPx: (heightPx) => become({ ...state.get(), heightPx }),
    setTotal: (total) => become({ ...state.get(), total }),
    reset: (topPx, total) => become({ ...state.get(), topPx, total }),
  };
}

export const maxTopPx = ({ heightPx, total }: Omit<ViewportState, 'topPx'>, rowPx: number): number =>
  Math.max(0, total * rowPx - heightPx);

export function clampTopPx(state: Omit<ViewportState, 'topPx'>, rowPx: number, topPx: number): number {
  if (Number.isNaN(topPx)) return 0;
  return Math.min(Math.max(0, topPx), maxTopPx(state, rowPx));
}

/** Rows [from, to) of which at least one pixel is on screen. */
export function visibleRows({ topPx, heightPx, total }: ViewportState, rowPx: number): { from: number; to: number } {
  const from = Math.min(Math.floor(topPx / rowPx), total);
  return { from, to: Math.max(from, Math.min(Math.ceil((topPx + heightPx) / rowPx), total)) };
}

/** Whole rows that fit on screen, at least one: what PageDown moves by. */
export const rowsPerPage = ({ heightPx }: ViewportState, rowPx: number): number =>
  Math.max(1, Math.floor(heightPx / rowPx));

export function revealTopPx(state: ViewportState, rowPx: number, row: number): number {
  const { topPx, heightPx } = state;
  const rowTop = row * rowPx;
  const rowBottom = rowTop + rowPx;
  if (rowTop >= topPx && rowBottom <= topPx + heightPx) return topPx;
  // Within a screen's distance it is a step; further away the eye needs context on both sides.
  if (rowTop < topPx && topPx - rowTop <= heightPx) return rowTop;
  if (rowBottom > topPx + heightPx && rowBottom - (topPx + heightPx) <= heightPx) return rowBottom - heightPx;
  return Math.floor(row - Math.floor(heightPx / rowPx / 3)) * rowPx;
}

/** Geometry of the scrollbar's thumb within a track of `trackPx`. */
export function thumbOf(
  state: ViewportState,
  rowPx: number,
  trackPx: number,
  minThumbPx: number,
): { readonly topPx: number; readonly sizePx: number } {
  const contentPx = state.total * rowPx;
  if (contentPx <= state.heightPx || trackPx <= 0) return { topPx: 0, sizePx: Math.max(0, trackPx) };
  const sizePx = Math.min(trackPx, Math.max(minThumbPx, (trackPx * state.heightPx) / contentPx));
  return { topPx: (state.topPx / maxTopPx(state, rowPx)) * (trackPx - sizePx), sizePx };
}

/** The position for a thumb whose top edge stands at `thumbTopPx`: exact at both ends of the track. */
export function topPxOfThumb(
  state: ViewportState,
  rowPx: number,
  trackPx: number,
  sizePx: number,
  thumbTopPx: number,
): number {
  const freePx = trackPx - sizePx;
  if (freePx <= 0) return 0;
  const part = Math.min(1, Math.max(0, thumbTopPx / freePx));
  const topPx = part * maxTopPx(state, rowPx);
  // Whole rows in between, so that a dragged view does not stand on odd pixels.
  return part === 0 || part === 1 ? topPx : Math.round(topPx / rowPx) * rowPx;
}
