/**
 * The vertical scrollbar of a view of any length. The thumb stands for the wish, not for what has been fetched, so it
 * never lags behind the hand. A label beside it says which row a drag is at.
 */
import { useEffect, useRef, useState, type PointerEvent } from 'react';
import { texts } from '../app/texts.ts';
import { useStore } from '../engine/index.ts';
import { formatCount } from '../widgets/index.ts';
import { maxTopPx, rowsPerPage, thumbOf, topPxOfThumb, type Viewport } from './viewport.ts';

/** Smaller is hard to hit; at 100 million rows the true size would be a fraction of a pixel. */
const minThumbPx = 28;

/** A held button on the track pages at this pace, as native scrollbars do. */
const repeatDelayMs = 350;
const repeatMs = 60;

export interface ScrollbarProps {
  readonly viewport: Viewport;
  /** What else to say of a row while dragging: its time. */
  readonly labelOf: (row: number) => string | undefined;
}

export function Scrollbar({ viewport, labelOf }: ScrollbarProps) {
  const state = useStore(viewport.state);
  const track = useRef<HTMLDivElement>(null);
  const trackPx = useHeight(track);
  const [grabPx, setGrabPx] = useState<number>();
  const repeat = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { rowPx } = viewport;
  const thumb = thumbOf(state, rowPx, trackPx, minThumbPx);
  const isNeeded = maxTopPx(state, rowPx) > 0;

  const pointerPx = (event: PointerEvent): number => event.clientY - (track.current?.getBoundingClientRect().top ?? 0);

  /** Pages towards the pointer until the thumb has reached it. */
  const page = (targetPx: number, delayMs: number): void => {
    const now = viewport.state.get();
    const { topPx, sizePx } = thumbOf(now, rowPx, trackPx, minThumbPx);
    const sign = targetPx < topPx ? -1 : targetPx > topPx + sizePx ? 1 : 0;
    if (sign === 0) return;
    viewport.scrollByPx(sign * rowsPerPage(now, rowPx) * rowPx);
    repeat.current = setTimeout(() => page(targetPx, repeatMs), delayMs);
  };

  const press = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || !isNeeded) return;
    // Keeps the keyboard where it is.
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    const atPx = pointerPx(event);
    const isOnThumb = atPx >= thumb.topPx && atPx <= thumb.topPx + thumb.sizePx;
    if (isOnThumb) setGrabPx(atPx - thumb.topPx);
    else if (event.shiftKey) {
      viewport.scrollToPx(topPxOfThumb(state, rowPx, trackPx, thumb.sizePx, atPx - thumb.sizePx / 2));
      setGrabPx(thumb.sizePx / 2);
    } else page(atPx, repeatDelayMs);
  };

  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    if (grabPx === undefined) return;
    viewport.scrollToPx(topPxOfThumb(state, rowPx, trackPx, thumb.sizePx, pointerPx(event) - grabPx));
  };

  const release = (): void => {
    setGrabPx(undefined);
    clearTimeout(repeat.current);
  };
  useEffect(() => () => clearTimeout(repeat.current), []);

  const firstRow = Math.floor(state.topPx / rowPx);
  return (
    <div
      ref={track}
      className="scrollbar"
      data-testid="scrollbar"
      data-needed={isNeeded}
      data-dragged={grabPx !== undefined}
      role="scrollbar"
      aria-label={texts.grid.scrollbar}
      aria-controls="log-rows"
      aria-orientation="vertical"
      aria-valuemin={1}
      aria-valuemax={Math.max(1, state.total)}
      aria-valuenow={Math.min(firstRow + 1, Math.max(1, state.total))}
      onPointerDown={press}
      onPointerMove={drag}
      onPointerUp={release}
      onPointerCancel={release}
    >
      <div
        className="scrollbar-thumb"
        data-testid="scrollbar-thumb"
        style={{ height: thumb.sizePx, transform: `translateY(${thumb.topPx}px)` }}
      />
      {grabPx !== undefined && (
        <div className="scrollbar-label" style={{ transform: `translateY(${thumb.topPx + thumb.sizePx / 2}px)` }}>
          <span>{texts.grid.rowNumber(formatCount(firstRow + 1))}</span>
          <span>{labelOf(firstRow)}</span>
        </div>
      )}
    </div>
  );
}

function useHeight(element: { readonly current: HTMLElement | null }): number {
  const [heightPx, setHeightPx] = useState(0);
  useEffect(() => {
    const { current } = element;
    if (current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setHeightPx(entry?.contentRect.height ?? 0));
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return heightPx;
}
