/**
 * The running sums of panels over the segments of one task: what workers answer and the engine adds up. A first pass
 * counts everything; a second one looks closer (visitors, percentiles) at the values that will be shown.
 */
import type { SummaryDimension } from '../../../src-shared/protocol.ts';
import { lowerBound } from '../segment.ts';
import type { Batch } from './batch.ts';
import { type ClientPart, type ClientTask, createClientSum } from './client-sum.ts';
import { DayVisitors } from './day-visitors.ts';
import { type DetailPart, detailSum } from './detail-sum.ts';
import type { DistinctLimits, DistinctPart } from './distinct.ts';
import { classesOf, type StackBy } from './row-kinds.ts';
import { type SketchPart, Sketches } from './sketches.ts';
import type { SummarySource } from './summary-source.ts';
import { noDay, noHour } from './time-cells.ts';
import { type ValuesPart, valuesSum } from './values-sum.ts';

/** Up to so many records of a view distinct counts are exact further: there they cost nothing that is felt. */
export const smallView = 500_000;

/** Distinct clients of a bucket of time: exact up to 1,024 (in large views 128), then within 1.6 % (standard error). */
export const bucketCounter = (records: number): DistinctLimits => ({
  limit: records <= smallView ? 1024 : 128,
  precision: 12,
});
/** Visitors of a value: exact up to 4,096 (in large views 128), then within 1.6 %. */
export const valueCounter = (records: number): DistinctLimits => ({
  limit: records <= smallView ? 4096 : 128,
  precision: 12,
});
/** Clients and visitors of all records, and visitors of a date: exact up to 16,384, then within 0.8 %. */
export const largeCounter: DistinctLimits = { limit: 16_384, precision: 14 };

export type PanelTask =
  | {
      readonly kind: 'series';
      readonly edges: Float64Array;
      readonly stackBy: StackBy;
      readonly clients: ClientTask;
    }
  | { readonly kind: 'heat' }
  | { readonly kind: 'totals'; readonly clients: ClientTask }
  | { readonly kind: 'latency'; readonly edges: readonly number[] }
  | { readonly kind: 'days' }
  | { readonly kind: 'values'; readonly dimension: SummaryDimension }
  /** The second pass: `keys` are those of the first. */
  | {
      readonly kind: 'detail';
      readonly dimension: SummaryDimension;
      /** Of the whole view. */
      readonly records: number;
      readonly keys: readonly (number | string)[];
      /** The keys by type and text, where some segments have them in no dictionary. */
      readonly texts: readonly string[];
    };

export interface SeriesPart {
  readonly kind: 'series';
  /** Records and bytes by class: `classCount` for each bucket, one bucket after the other. */
  readonly counts: Float64Array;
  readonly requests: Float64Array;
  readonly bytes: Float64Array;
  /** Numbered as the cells of `counts`. */
  readonly clients: ClientPart;
  readonly sketch: SketchPart | undefined;
  readonly untimed: number;
  readonly outside: number;
}

export interface TotalsPart {
  readonly kind: 'totals';
  readonly records: number;
  readonly bytes: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
  readonly errors: number;
  readonly clients: ClientPart;
  /** A visitor belongs to one date, so those of all dates add up. */
  readonly visitors: readonly DayPart[];
  readonly sketch: SketchPart | undefined;
}

export interface CellsPart {
  readonly kind: 'heat' | 'latency';
  readonly counts: Float64Array;
  readonly absent: number;
}

export interface DayPart {
  /** Since 1970 in the zone. */
  readonly day: number;
  readonly count: number;
  readonly bytes: number;
  readonly errors: number;
  readonly visitors: DistinctPart;
}

export interface DaysPart {
  readonly kind: 'days';
  readonly days: readonly DayPart[];
}

export type PanelPart = SeriesPart | TotalsPart | CellsPart | DaysPart | ValuesPart | DetailPart;

export interface PanelSum {
  add(batch: Batch): void;
  partial(): PanelPart;
}

/** The sums of a task's panels, in their order. */
export function createPanelSums(tasks: readonly PanelTask[], zone: string, source: SummarySource): readonly PanelSum[] {
  const visitors = new DayVisitors(source.panelKernels, largeCounter);
  return tasks.map((task) => {
    switch (task.kind) {
      case 'series':
        return seriesSum(task, source);
      case 'totals':
        return totalsSum(task.clients, visitors, source);
      case 'heat':
        return heatSum();
      case 'latency':
        return latencySum(task.edges);
      case 'days':
        return daysSum(visitors);
      case 'values':
        return valuesSum(task.dimension, zone);
      case 'detail':
        return detailSum(task, zone, valueCounter(task.records), source.panelKernels);
    }
  });
}

/** Most classes of a stacked chart, numbered as KindTable has them. */
export const classCount = 8;

function seriesSum(
  { edges, stackBy, clients: clientTask }: Extract<PanelTask, { readonly kind: 'series' }>,
  source: SummarySource,
): PanelSum {
  const buckets = Math.max(0, edges.length - 1);
  const counts = new Float64Array(buckets * classCount);
  const requests = new Float64Array(buckets * classCount);
  const bytes = new Float64Array(buckets * classCount);
  const clients = createClientSum(clientTask, buckets * classCount, source);
  let sketches: Sketches | undefined;
  let [untimed, outside] = [0, 0];
  return {
    add(batch) {
      const sums = batch.timeSums(edges);
      const { cells, kinds } = sums;
      const classes = classesOf(kinds, stackBy);
      const numberOf = new Int32Array(cells.count * kinds.size).fill(-1);
      sums.each((cell, kind, count, size) => {
        const bucket = cells.buckets[cell];
        if (cell === 0) untimed += count;
        else if (bucket < 0) outside += count;
        else {
          const number = bucket * classCount + classes[kind];
          numberOf[cell * kinds.size + kind] = number;
          counts[number] += count;
          if (kinds.statusClass[kind] !== 0) requests[number] += count;
          bytes[number] += size;
        }
      });
      clients.add(batch, sums, numberOf);
      const timed = batch.timed();
      if (timed === undefined) return;
      source.panelKernels.targets.set(cells.buckets);
      (sketches ??= new Sketches(source.panelKernels, buckets)).add(cells.of, timed);
    },
    partial: () => ({
      kind: 'series',
      counts,
      requests,
      bytes,
      clients: clients.partial(),
      sketch: sketches?.partial(),
      untimed,
      outside,
    }),
  };
}

function totalsSum(clientTask: ClientTask, visitors: DayVisitors, source: SummarySource): PanelSum {
  const clients = createClientSum(clientTask, 1, source);
  let sketches: Sketches | undefined;
  const sums = { records: 0, bytes: 0, clientErrors: 0, serverErrors: 0, errors: 0 };
  return {
    add(batch) {
      const found = batch.timeSums();
      const { kinds, cells } = found;
      found.each((_cell, kind, count, bytes) => {
        sums.records += count;
        sums.bytes += bytes;
        sums.errors += count * kinds.isError[kind];
        sums.clientErrors += count * kinds.isClientError[kind];
        sums.serverErrors += count * kinds.isServerError[kind];
      });
      clients.addAll(batch);
      visitors.add(batch);
      const timed = batch.timed();
      if (timed === undefined) return;
      source.panelKernels.targets.fill(0, 0, cells.count);
      (sketches ??= new Sketches(source.panelKernels, 1)).add(cells.of, timed);
    },
    partial: () => ({
      kind: 'totals',
      ...sums,
      clients: clients.partial(),
      visitors: visitors.partial(),
      sketch: sketches?.partial(),
    }),
  };
}

/** Monday 0:00 first, 24 hours a day. */
function heatSum(): PanelSum {
  const counts = new Float64Array(7 * 24);
  let absent = 0;
  return {
    add(batch) {
      const sums = batch.timeSums();
      const { hours, weekdays } = sums.cells;
      sums.each((cell, _kind, count) => {
        if (hours[cell] === noHour) absent += count;
        else counts[(weekdays[cell] - 1) * 24 + hours[cell]] += count;
      });
    },
    partial: () => ({ kind: 'heat', counts, absent }),
  };
}

function latencySum(edges: readonly number[]): PanelSum {
  const counts = new Float64Array(Math.max(0, edges.length - 1));
  /** Buckets of whole durations, as far as they came up. */
  const ofWhole = new Int8Array(mostWhole).fill(unknownBucket);
  let absent = 0;
  const bucketOf = (value: number): number => {
    const above = lowerBound(edges, value);
    return edges[above] === value ? above : above - 1;
  };
  return {
    add(batch) {
      const { rows, count } = batch;
      const durations = batch.numbers('duration');
      for (let at = 0; at < count; at++) {
        const value = durations[rows[at]];
        if (value !== value) {
          absent++;
          continue;
        }
        let bucket = unknownBucket;
        // Edges from 1 on are whole numbers.
        if (value >= 1 && value < mostWhole) {
          const whole = Math.floor(value);
          bucket = ofWhole[whole];
          if (bucket === unknownBucket) bucket = ofWhole[whole] = bucketOf(whole);
        } else bucket = bucketOf(value);
        if (bucket >= 0 && bucket < counts.length) counts[bucket]++;
      }
    },
    partial: () => ({ kind: 'latency', counts, absent }),
  };
}

/** Whole durations below it have their bucket in a table. */
const mostWhole = 65_536;
const unknownBucket = -2;

function daysSum(visitors: DayVisitors): PanelSum {
  return {
    add: (batch) => visitors.add(batch),
    partial: () => ({ kind: 'days', days: visitors.partial().filter(({ day }) => day !== noDay) }),
  };
}
