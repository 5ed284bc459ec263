/**
 * The rows of one segment by time: cells between the edges of a chart's buckets and the hours of the zone's clock, so
 * that whatever is counted by cell is counted for buckets, days, hours and weekdays at once.
 */
import { zoneOffsetMs } from '../../../src-shared/model/zone.ts';
import { weekdayOf } from '../../formats/index.ts';
import { mostEdges, type QueryKernels } from '../../kernels/query-kernels.ts';
import { type Column, lowerBound, numberAt } from '../segment.ts';

const secondMs = 1000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** The hour of rows without a time. */
export const noHour = 255;
/** Their date. */
export const noDay = 0x7fffffff;

export interface TimeCells {
  /** By row; 0 is without a time. */
  readonly of: Uint16Array | Uint32Array;
  /** Cells are below it. */
  readonly count: number;
  /** By cell: the bucket, -1 where it is in none; days since 1970, hour, and weekday from Monday (1) on. */
  readonly buckets: Int32Array;
  readonly days: Int32Array;
  readonly hours: Uint8Array;
  readonly weekdays: Uint8Array;
}

/** `edges` are those of a chart's buckets, or none. */
export function timeCells(
  column: Column | undefined,
  rows: number,
  edges: Float64Array,
  zone: string,
  kernels: QueryKernels,
): TimeCells {
  if (column?.kind !== 'number' || column.nulls === rows) return describe(new Uint16Array(rows), [], edges, zone);
  const { values, base, min, max } = column;
  // Hours that are an hour apart, and as many more as the zone may have.
  if (!(values instanceof Float64Array) && edges.length + (max - min) / hourMs < mostEdges / 2) {
    const starts = [min];
    for (let at = min; at <= max;) {
      at = spanOf(at, edges, zone).to;
      if (at <= max) starts.push(at);
    }
    if (starts.length <= mostEdges) {
      // In the stored form, whole numbers from 1. The first cell begins with the least of them.
      const stored = Uint32Array.from(starts, (start) => Math.ceil(start) - base + 1);
      const cells = kernels.cellsOf(values, stored).slice();
      // Cell 1 would be what is before the first edge.
      for (let row = 0; row < rows; row++) if (cells[row] !== 0) cells[row]--;
      return describe(cells, starts, edges, zone);
    }
  }
  return anyCells(column, rows, edges, zone);
}

/** The twin for all columns: a cell for each span of time in which rows are. */
export function anyCells(column: Column | undefined, rows: number, edges: Float64Array, zone: string): TimeCells {
  const cells = new Uint32Array(rows);
  const starts: number[] = [];
  const cellOf = new Map<number, number>();
  let [from, to, cell] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const time = column?.kind === 'number' ? numberAt(column, row) : Number.NaN;
    if (time !== time) continue;
    if (!(time >= from && time < to)) {
      ({ from, to } = spanOf(time, edges, zone));
      cell = cellOf.get(from) ?? 0;
      if (cell === 0) cellOf.set(from, (cell = starts.push(from)));
    }
    cells[row] = cell;
  }
  return describe(cells, starts, edges, zone);
}

/** The longest span around an instant that is of one bucket and one hour of the clock, or of one second of it. */
function spanOf(time: number, edges: Float64Array, zone: string): { readonly from: number; readonly to: number } {
  const offset = zoneOffsetMs(zone, time);
  let from = Math.floor((time + offset) / hourMs) * hourMs - offset;
  let to = from + hourMs;
  // Offsets change at whole seconds, and seldom.
  if (zoneOffsetMs(zone, from) !== offset || zoneOffsetMs(zone, to - 1) !== offset) {
    from = Math.floor(time / secondMs) * secondMs;
    to = from + secondMs;
  }
  const above = edgesUpTo(edges, time);
  if (above > 0) from = Math.max(from, edges[above - 1]);
  if (above < edges.length) to = Math.min(to, edges[above]);
  return { from, to };
}

/** How many of the ascending edges are at most the instant. */
function edgesUpTo(edges: Float64Array, time: number): number {
  const at = lowerBound(edges, time);
  return edges[at] === time ? at + 1 : at;
}

/** What each cell is, by the instant that it begins with. */
function describe(
  of: Uint16Array | Uint32Array,
  starts: readonly number[],
  edges: Float64Array,
  zone: string,
): TimeCells {
  const count = starts.length + 1;
  const buckets = new Int32Array(count).fill(-1);
  const days = new Int32Array(count).fill(noDay);
  const hours = new Uint8Array(count).fill(noHour);
  const weekdays = new Uint8Array(count);
  for (const [at, start] of starts.entries()) {
    const cell = at + 1;
    const bucket = edgesUpTo(edges, start) - 1;
    buckets[cell] = bucket < edges.length - 1 ? bucket : -1;
    const hour = Math.floor((start + zoneOffsetMs(zone, start)) / hourMs);
    days[cell] = Math.floor((hour * hourMs) / dayMs);
    hours[cell] = hour - days[cell] * 24;
    weekdays[cell] = weekdayOf(days[cell]);
  }
  return { of, count, buckets, days, hours, weekdays };
}
