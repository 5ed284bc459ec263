/**
 * What the pointer and the keyboard do on a chart: the tooltip of a bucket, and a range of buckets to narrow to.
 * Ranges always end at bucket edges, so that the records found are those the bars showed.
 */
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { texts } from '../app/texts.ts';
import { domainOf, type PlotArea } from './plot-area.ts';
import type { Series } from './series.ts';
import { bucketText } from './time-ticks.ts';
import { panned, zoomedIn, zoomedOut, type TimeRange } from './zoom.ts';

export interface BrushProps {
  readonly label: string;
  readonly area: PlotArea;
  readonly edges: readonly number[];
  readonly series: readonly Series[];
  readonly zone: string;
  readonly formatValue: (value: number) => string;
  readonly hasTotal: boolean;
  /** From the first record of the log to its last: as far as the chart can be widened and moved. */
  readonly whole: TimeRange | undefined;
  readonly onRange: (from: number, to: number) => void;
  /** A click on one bucket, with Alt to leave it out. */
  readonly onPick?: ((from: number, to: number, isExcluded: boolean) => void) | undefined;
  readonly onBack: () => void;
}

/** Buckets, both ends included; the second is where the pointer or the cursor is. */
interface Marked {
  readonly anchor: number;
  readonly at: number;
}

export function Brush(props: BrushProps) {
  const { label, area, edges, whole, onRange, onPick, onBack } = props;
  const host = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState<number>();
  const [marked, setMarked] = useState<Marked>();
  const buckets = edges.length - 1;
  const [first, last] = domainOf(edges);
  const spanMs = last - first;

  const bucketAt = (event: { readonly clientX: number }): number => {
    const left = host.current?.getBoundingClientRect().left ?? 0;
    const time = first + ((event.clientX - left) / Math.max(1, area.widthPx)) * spanMs;
    return Math.max(
      0,
      Math.min(
        buckets - 1,
        edges.findLastIndex((edge) => edge <= time),
      ),
    );
  };

  const narrow = (range: Marked): void => {
    const from = edges[Math.min(range.anchor, range.at)];
    const to = edges[Math.max(range.anchor, range.at) + 1];
    setMarked(undefined);
    setHovered(undefined);
    if (from !== undefined && to !== undefined) onRange(from, to);
  };

  const go = (range: TimeRange | undefined): void => {
    if (range === undefined) return;
    setMarked(undefined);
    setHovered(undefined);
    onRange(range.from, range.to);
  };

  const zoom = (at: number, direction: number): void => {
    if (direction > 0) go(zoomedIn(edges, at));
    else if (whole !== undefined) go(zoomedOut(edges, at, whole));
  };

  const pan = (direction: number): void => {
    if (whole !== undefined) go(panned(edges, direction < 0 ? -1 : 1, whole));
  };

  const lastStep = useRef(0);
  const turn = (event: WheelEvent): void => {
    const isZoom = event.ctrlKey || event.metaKey;
    const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
    // What is neither scrolls the page.
    if (buckets < 1 || (!isZoom && Math.abs(sideways) <= (event.shiftKey ? 0 : Math.abs(event.deltaY)))) return;
    event.preventDefault();
    if (event.timeStamp - lastStep.current < stepMs) return;
    lastStep.current = event.timeStamp;
    if (isZoom) zoom(bucketAt(event), -event.deltaY);
    else pan(sideways);
  };
  // React's own listeners cannot keep the page from scrolling.
  useEffect(() => {
    const { current: element } = host;
    element?.addEventListener('wheel', turn, { passive: false });
    return () => element?.removeEventListener('wheel', turn);
  });

  const press = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 || buckets < 1) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = bucketAt(event);
    setMarked({ anchor: at, at });
  };

  const move = (event: PointerEvent<HTMLDivElement>): void => {
    if (buckets < 1) return;
    const at = bucketAt(event);
    setHovered(at);
    if (marked !== undefined && event.buttons !== 0) setMarked({ ...marked, at });
  };

  const pick = (at: number, isExcluded: boolean): void => {
    const [from, to] = [edges[at], edges[at + 1]];
    setMarked(undefined);
    if (from !== undefined && to !== undefined) onPick?.(from, to, isExcluded);
  };

  const release = (event: PointerEvent): void => {
    if (marked === undefined) return;
    if (marked.anchor === marked.at) pick(marked.at, event.altKey);
    else narrow(marked);
  };

  const pressKey = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = keySteps[event.key];
    const middle = marked?.at ?? hovered ?? Math.floor((buckets - 1) / 2);
    if (event.key === '+' || event.key === '=') zoom(middle, 1);
    else if (event.key === '-') zoom(middle, -1);
    else if (step !== undefined && event.ctrlKey) pan(step);
    else if (step !== undefined) {
      const from = marked?.at ?? hovered ?? (step > 0 ? -1 : buckets);
      const at = Math.max(0, Math.min(buckets - 1, from + step));
      setMarked(event.shiftKey && marked !== undefined ? { anchor: marked.anchor, at } : { anchor: at, at });
      setHovered(at);
    } else if (event.key === 'Enter' && marked !== undefined) {
      if (event.altKey && marked.anchor === marked.at) pick(marked.at, true);
      else narrow(marked);
    } else if (event.key === 'Escape') {
      if (marked === undefined) onBack();
      setMarked(undefined);
      setHovered(undefined);
    } else return;
    event.preventDefault();
  };

  const shown = marked?.at ?? hovered;
  const place = (from: number, to: number) => ({
    left: (((edges[from] ?? first) - first) / Math.max(1, spanMs)) * area.widthPx,
    width: (((edges[to] ?? first) - (edges[from] ?? first)) / Math.max(1, spanMs)) * area.widthPx,
  });

  return (
    <div
      ref={host}
      className="brush"
      data-own-keys
      data-testid="brush"
      role="group"
      tabIndex={0}
      aria-label={`${label}. ${texts.charts.histogramKeys}`}
      style={{ left: area.leftPx, top: area.topPx, width: area.widthPx, height: area.heightPx }}
      onPointerDown={press}
      onPointerMove={move}
      onPointerUp={release}
      onPointerCancel={() => setMarked(undefined)}
      onPointerLeave={() => setHovered(undefined)}
      onDoubleClick={onBack}
      onKeyDown={pressKey}
      onBlur={() => setMarked(undefined)}
    >
      {shown !== undefined && marked === undefined && <div className="brush-bucket" style={place(shown, shown + 1)} />}
      {marked !== undefined && (
        <div
          className="brush-range"
          style={place(Math.min(marked.anchor, marked.at), Math.max(marked.anchor, marked.at) + 1)}
        />
      )}
      {shown !== undefined && shown < buckets && (
        <BucketTip {...props} marked={marked ?? { anchor: shown, at: shown }} />
      )}
    </div>
  );
}

/** A wheel that spins, or two fingers that slide, are one step for so long: each step is a filter. */
const stepMs = 200;

const keySteps: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageUp: -10,
  PageDown: 10,
  Home: -Infinity,
  End: Infinity,
};

/** Exact figures of the bucket, or of all buckets of the range. */
function BucketTip({
  area,
  edges,
  series,
  zone,
  formatValue,
  hasTotal,
  marked,
}: BrushProps & { readonly marked: Marked }) {
  const from = Math.min(marked.anchor, marked.at);
  const to = Math.max(marked.anchor, marked.at) + 1;
  const start = edges[from];
  const end = edges[to];
  if (start === undefined || end === undefined) return null;
  const isRange = to - from > 1;
  const sums = series.map(({ values }) => values.slice(from, to).reduce((sum, value) => sum + value, 0));
  // Shares of several buckets cannot be added.
  const isSummable = hasTotal || !isRange;
  const total = sums.reduce((sum, value) => sum + value, 0);
  const [first, last] = domainOf(edges);
  const middle = ((edges[marked.at] ?? 0) - first) / Math.max(1, last - first);
  const isRight = middle > 0.5;
  const offsetPx = middle * area.widthPx;
  return (
    <div
      className="chart-tip"
      role="status"
      style={isRight ? { right: area.widthPx - offsetPx + 14 } : { left: offsetPx + 22 }}
    >
      <div className="chart-tip-time">{bucketText(start, end, zone)}</div>
      {isSummable && (
        <table>
          <tbody>
            {series
              .map((each, at) => ({ each, sum: sums[at] ?? 0 }))
              .filter(({ sum }) => Number.isFinite(sum) && (sum > 0 || series.length === 1))
              .toReversed()
              .map(({ each, sum }) => (
                <tr key={each.key}>
                  <th scope="row">
                    <span className="swatch" style={{ background: `var(${each.colour})` }} />
                    {each.label}
                  </th>
                  <td>{formatValue(sum)}</td>
                </tr>
              ))}
            {hasTotal && series.length > 1 && (
              <tr className="chart-tip-total">
                <th scope="row">{texts.charts.total}</th>
                <td>{formatValue(total)}</td>
              </tr>
            )}
          </tbody>
        </table>
      )}
    </div>
  );
}
