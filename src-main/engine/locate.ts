/**
 * Finds a row of a view: by time, line, record, level or filter. Columns are looked at here, segment by segment with
 * their bounds first; a filter is run by the workers, outwards from where the search begins.
 */
import type { LocateRequest } from '../../src-shared/protocol.ts';
import { numberAt, type Segment } from '../index/segment.ts';
import type { Pool } from '../workers/pool.ts';
import type { IndexRun } from './index-run.ts';
import { recordOfLine, segmentOf } from './pages.ts';
import { bindQuery } from './bind-query.ts';
import { filterSegments, SharedDecisions } from './filter-segments.ts';
import type { View } from './view.ts';

type Located = { readonly row: number; readonly exact: boolean } | null;

export async function locate(
  view: View,
  request: LocateRequest,
  pool: Pool,
  nextFilter: () => number,
  now: number,
  signal: AbortSignal,
): Promise<Located> {
  if (view.rowCount === 0) return null;
  switch (request.by) {
    case 'record':
      return idInView(view, request.record);
    case 'line':
      return inView(view, recordOfLine(view.run, request.line));
    case 'time':
      return byTime(view, request.time);
    case 'level': {
      const { level } = request;
      const may = (segment: Segment): boolean => {
        const column = segment.columns.get('level');
        return column?.kind === 'number' && column.max >= level;
      };
      const matches = (segment: Segment, row: number): boolean => {
        const column = segment.columns.get('level');
        return column?.kind === 'number' && numberAt(column, row) >= level;
      };
      return nextMatch(view, request.from, request.backwards, may, matches);
    }
    case 'filter': {
      const { predicate } = bindQuery(request.filter, view.query.zone, view.source, now);
      const found = new Map<number, Uint32Array>();
      const filter = nextFilter();
      const decisions = new SharedDecisions(predicate);
      for (const batch of searchOrder(view, request.from, request.backwards, pool.size * 2)) {
        const { run } = view;
        await filterSegments({ run, pool, filter, predicate, decisions, segments: batch, signal }, (rows) => {
          for (const { segment, bits } of rows) found.set(segment.firstRow, bits);
        });
        const may = (segment: Segment): boolean => found.has(segment.firstRow);
        const matches = (segment: Segment, row: number): boolean => {
          const bits = found.get(segment.firstRow);
          return bits !== undefined && (bits[row >>> 5] & (1 << (row & 31))) !== 0;
        };
        const hit = nextMatch(view, request.from, request.backwards, may, matches);
        // In the file's order the nearest batch decides; a sorted view has to see all.
        if (hit !== null && view.sorted === undefined) return hit;
        if (hit !== null && found.size === view.run.registered) return hit;
      }
      return null;
    }
  }
}

const inView = (view: View, record: number): Located => idInView(view, view.run.idOf(record));

function idInView(view: View, id: number): Located {
  const found = view.rowOf(id);
  return found === undefined ? null : { row: Math.min(found.row, view.rowCount - 1), exact: found.exact };
}

/** First row of the view at or after the time; the last row when all are before it. */
function byTime(view: View, time: number): Located {
  const { run } = view;
  const { sorted } = view;
  const merged = view.rowAtTime(time);
  if (merged !== undefined) return { row: Math.min(merged, view.rowCount - 1), exact: merged < view.rowCount };
  if (sorted !== undefined) {
    const times = timesOf(run);
    for (let row = 0; row < sorted.length; row++) {
      if (times[sorted.record(row)] >= time) return { row, exact: true };
    }
    return { row: sorted.length - 1, exact: false };
  }
  for (let at = 0; at < view.rows.segments; at++) {
    const segment = run.segments[at];
    const column = segment.columns.get('time');
    if (column?.kind !== 'number' || column.max < time) continue;
    const part = view.rows.part(at);
    if (part === undefined || part.count === 0) continue;
    for (let row = 0; row < segment.rows; row++) {
      if (
        numberAt(column, row) >= time &&
        (part.bits === undefined || (part.bits[row >>> 5] & (1 << (row & 31))) !== 0)
      ) {
        return inView(view, segment.firstRow + row);
      }
    }
  }
  return { row: view.rows.count - 1, exact: false };
}

/** The time of each record, segment by segment: in the order of a sorted view, a stored one would be read again and again. */
function timesOf({ segments }: IndexRun): Float64Array {
  const last = segments.at(-1);
  const times = new Float64Array(last === undefined ? 0 : last.firstRow + last.rows).fill(Number.NaN);
  for (const segment of segments) {
    const column = segment.columns.get('time');
    if (column?.kind !== 'number') continue;
    for (let row = 0; row < segment.rows; row++) times[segment.firstRow + row] = numberAt(column, row);
  }
  return times;
}

/** The next row of the view after `from` (or before, backwards) that matches, wrapping around. */
function nextMatch(
  view: View,
  from: number,
  backwards: boolean,
  may: (segment: Segment) => boolean,
  matches: (segment: Segment, row: number) => boolean,
): Located {
  const { sorted, run } = view;
  if (sorted !== undefined) {
    const step = backwards ? -1 : 1;
    for (let tried = 1; tried <= sorted.length; tried++) {
      const row = (((from + step * tried) % sorted.length) + sorted.length) % sorted.length;
      const record = sorted.record(row);
      if (record < 0) continue;
      const segment = segmentOf(run, record);
      if (may(segment) && matches(segment, record - segment.firstRow)) return { row, exact: true };
    }
    return null;
  }
  const total = view.rows.count;
  const start = view.rows.select(Math.min(Math.max(from, 0), total - 1));
  const outside = from < 0 || from >= total;
  const order = segmentOrder(view, from, backwards);
  for (let at = 0; at < order.length; at++) {
    const segment = run.segments[order[at]];
    const part = view.rows.part(order[at]);
    if (part === undefined || part.count === 0 || !may(segment)) continue;
    const fits = (row: number): boolean =>
      (part.bits === undefined || (part.bits[row >>> 5] & (1 << (row & 31))) !== 0) && matches(segment, row);
    // The segment of the start is looked at twice: beyond the start first, the rest of it last.
    const isFirst = at === 0 && !outside;
    const isLast = at === order.length - 1 && order.length > 1 && order[at] === order[0];
    const startRow = start - segment.firstRow;
    if (backwards) {
      const high = isFirst ? startRow - 1 : segment.rows - 1;
      const low = isLast ? startRow : 0;
      for (let row = high; row >= low; row--) if (fits(row)) return inView(view, segment.firstRow + row);
    } else {
      const low = isFirst ? startRow + 1 : 0;
      const high = isLast ? startRow : segment.rows - 1;
      for (let row = low; row <= high; row++) if (fits(row)) return inView(view, segment.firstRow + row);
    }
  }
  return null;
}

/** Segments from that of row `from` onwards, around to it again. */
function segmentOrder(view: View, from: number, backwards: boolean): number[] {
  const count = view.rows.segments;
  const outside = from < 0 || from >= view.rows.count;
  const first = outside ? (backwards ? count - 1 : 0) : segmentIndex(view, view.rows.select(from));
  const step = backwards ? -1 : 1;
  const order = Array.from({ length: count }, (_, at) => (((first + step * at) % count) + count) % count);
  return outside ? order : [...order, first];
}

function segmentIndex(view: View, record: number): number {
  const segment = segmentOf(view.run, record);
  return view.run.segments.indexOf(segment);
}

function* searchOrder(view: View, from: number, backwards: boolean, size: number): Generator<number[]> {
  const known = [...new Set(segmentOrder(view, from, backwards))].filter((segment) => segment < view.run.registered);
  for (let at = 0; at < known.length; at += size) yield known.slice(at, at + size);
}
