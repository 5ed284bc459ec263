/**
 * The mouse, the trackpad and fingers on the grid: wheel to the viewport, clicks and drags to the selection.
 * A drag across cells selects text, as people expect; a drag along the line numbers selects rows.
 */
import { useEffect, type RefObject } from 'react';
import type { GridActions } from './actions.ts';
import { rowPx, type GridModel, type SelectMode } from './model.ts';
import type { Painter } from './painter.ts';

/** Pixels a row beyond the edge adds to each step while a drag scrolls, and how often it steps. */
const edgeStepPx = rowPx;
const edgeStepMs = 30;

export function usePointer(
  host: RefObject<HTMLElement | null>,
  painter: Painter,
  model: GridModel,
  { rowClicked }: GridActions,
): void {
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const stops = [
      followPlainClicks(element, painter, rowClicked),
      followWheel(element, model),
      followClicks(element, painter, model),
      followTouch(element, model),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [host, painter, model, rowClicked]);
}

/** Clicks that select one row: no modifiers, no text marked. */
function followPlainClicks(element: HTMLElement, painter: Painter, rowClicked: () => void): () => void {
  const click = (event: MouseEvent): void => {
    const isPlain = modeOf(event) === 'only' && getSelection()?.isCollapsed !== false;
    if (isPlain && rowAt(painter, event.target) !== undefined) rowClicked();
  };
  element.addEventListener('click', click);
  return () => element.removeEventListener('click', click);
}

/** The row under a point of the page; undefined outside rows. */
export function rowAt(painter: Painter, target: EventTarget | null): number | undefined {
  if (!(target instanceof Element)) return undefined;
  const slot = target.closest('.ag-row')?.getAttribute('row-id');
  return slot === null || slot === undefined ? undefined : painter.rowInSlot(Number(slot));
}

function followWheel(element: HTMLElement, { viewport }: GridModel): () => void {
  const turn = (event: WheelEvent): void => {
    // Zooming is the browser's.
    if (event.ctrlKey) return;
    const unitPx =
      event.deltaMode === WheelEvent.DOM_DELTA_LINE
        ? rowPx
        : event.deltaMode === WheelEvent.DOM_DELTA_PAGE
          ? viewport.state.get().heightPx
          : 1;
    const isSideways = event.shiftKey && event.deltaX === 0;
    const sidewaysPx = (isSideways ? event.deltaY : event.deltaX) * unitPx;
    if (!isSideways && event.deltaY !== 0) {
      clearTextSelection(element);
      viewport.scrollByPx(event.deltaY * unitPx);
    }
    if (sidewaysPx !== 0) scrollSideways(element, sidewaysPx);
    event.preventDefault();
  };
  element.addEventListener('wheel', turn, { passive: false });
  return () => element.removeEventListener('wheel', turn);
}

export function scrollSideways(element: HTMLElement, byPx: number): void {
  const scroller = element.querySelector('.ag-grid-viewport');
  if (scroller !== null) scroller.scrollLeft += byPx;
}

/** Cells are written anew while scrolling; a text selection would silently come to mean other text. */
function clearTextSelection(element: HTMLElement): void {
  const selection = getSelection();
  if (selection !== null && !selection.isCollapsed && element.contains(selection.anchorNode))
    selection.removeAllRanges();
}

const modeOf = (event: MouseEvent): SelectMode =>
  event.shiftKey
    ? event.ctrlKey || event.metaKey
      ? 'add'
      : 'extend'
    : event.ctrlKey || event.metaKey
      ? 'toggle'
      : 'only';

function followClicks(element: HTMLElement, painter: Painter, model: GridModel): () => void {
  let stopDrag = (): void => {};
  const press = (event: MouseEvent): void => {
    const row = rowAt(painter, event.target);
    if (row === undefined) return;
    // A right click on a selected row means the selection.
    if (event.button === 2 && isChosen(event.target)) return;
    if (event.button !== 0 && event.button !== 2) return;
    model.select(row, event.button === 2 ? 'only' : modeOf(event));
    const isGutter = event.target instanceof Element && event.target.closest('.cell-line') !== null;
    // Shift would extend a text selection, a gutter would begin one.
    if (event.shiftKey || isGutter) event.preventDefault();
    element.querySelector<HTMLElement>('.ag-grid-viewport')?.focus({ preventScroll: true });
    if (isGutter && event.button === 0) stopDrag = followDrag(element, model);
  };
  element.addEventListener('mousedown', press);
  return () => {
    element.removeEventListener('mousedown', press);
    stopDrag();
  };
}

const isChosen = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('.ag-row')?.getAttribute('aria-selected') === 'true';

/** Extends the selection to where the pointer is, and scrolls while it is beyond the edges. */
function followDrag(element: HTMLElement, model: GridModel): () => void {
  const rows = element.querySelector('.ag-grid-scrolling-rows');
  let pointerY: number | undefined;
  const extend = (): void => {
    if (rows === null || pointerY === undefined) return;
    const { top, bottom } = rows.getBoundingClientRect();
    const beyondPx = pointerY < top ? pointerY - top : pointerY > bottom ? pointerY - bottom : 0;
    if (beyondPx !== 0) model.viewport.scrollByPx(Math.round(beyondPx / rowPx) * edgeStepPx);
    const { topPx, total } = model.viewport.state.get();
    const row = Math.floor((topPx + Math.min(Math.max(pointerY, top), bottom - 1) - top) / rowPx);
    if (total > 0) model.select(Math.min(Math.max(0, row), total - 1), 'extend');
  };
  const move = (event: MouseEvent): void => {
    pointerY = event.clientY;
    extend();
  };
  const timer = setInterval(extend, edgeStepMs);
  const stop = (): void => {
    clearInterval(timer);
    removeEventListener('mousemove', move);
    removeEventListener('mouseup', stop);
  };
  addEventListener('mousemove', move);
  addEventListener('mouseup', stop);
  return stop;
}

/** Fingers: the rows follow, and go on for a while when let go. */
function followTouch(element: HTMLElement, { viewport }: GridModel): () => void {
  let last: { readonly y: number; readonly at: number } | undefined;
  let speed = 0;
  let frame = 0;
  const glide = (): void => {
    // Loses a twentieth each frame; below a fifth of a pixel it stands.
    speed *= 0.95;
    if (Math.abs(speed) < 0.2) return;
    viewport.scrollByPx(speed);
    frame = requestAnimationFrame(glide);
  };
  const start = (event: TouchEvent): void => {
    cancelAnimationFrame(frame);
    const touch = event.touches[0];
    last = touch && { y: touch.clientY, at: event.timeStamp };
    speed = 0;
  };
  const move = (event: TouchEvent): void => {
    const touch = event.touches[0];
    if (touch === undefined || last === undefined || event.touches.length > 1) return;
    const byPx = last.y - touch.clientY;
    viewport.scrollByPx(byPx);
    speed = (byPx / Math.max(1, event.timeStamp - last.at)) * frameMs;
    last = { y: touch.clientY, at: event.timeStamp };
    if (byPx !== 0 && event.cancelable) event.preventDefault();
  };
  const end = (): void => {
    last = undefined;
    frame = requestAnimationFrame(glide);
  };
  element.addEventListener('touchstart', start, { passive: true });
  element.addEventListener('touchmove', move, { passive: false });
  element.addEventListener('touchend', end);
  return () => {
    cancelAnimationFrame(frame);
    element.removeEventListener('touchstart', start);
    element.removeEventListener('touchmove', move);
    element.removeEventListener('touchend', end);
  };
}

const frameMs = 1000 / 60;
