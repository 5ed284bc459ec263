/**
 * The running sums of panels over the segments of one task: what workers answer and the engine adds up. A first pass
 * counts everything; a second one looks closer (visitors, percentiles) at the values that will be shown.
 */
import type { SummaryDimension } from '../../../src-shared/protocol.ts';
import { lowerBound } from '../segment.ts';
import { type Batch, Flag, noBucket } from './batch.ts';
import { KeyNumbers, resolverOf, uncounted } from './dimension.ts';
import { DistinctCounter, type DistinctLimits, type DistinctPart } from './distinct.ts';
import { sketchBuckets } from './quantiles.ts';

/** Distinct clients of a bucket of time: exact up to 1,024, then within 1.6 % (standard error). */
export const bucketCounter: DistinctLimits = { limit: 1024, precision: 12 };
/** Visitors of a value: exact up to 4,096, then within 1.1 %. */
export const valueCounter: DistinctLimits = { limit: 4096, precision: 13 };
/** Clients and visitors of all records, and visitors of a date: exact up to 16,384, then within 0.8 %. */
export const largeCounter: DistinctLimits = { limit: 16_384, precision: 14 };

export type PanelTask =
  | { readonly kind: 'series'; readonly edges: Float64Array; readonly stackBy: 'status' | 'level' | undefined }
  | { readonly kind: 'heat' }
  | { readonly kind: 'totals' }
  | { readonly kind: 'latency'; readonly edges: readonly number[] }
  | { readonly kind: 'days' }
  | { readonly kind: 'values'; readonly dimension: SummaryDimension }
  /** The second pass: `keys` are those of the first. */
  | {
      readonly kind: 'detail';
      readonly dimension: SummaryDimension;
      readonly keys: readonly (number | string)[];
      /** The keys by type and text, where some segments have them in no dictionary. */
      readonly texts: readonly string[];
    };

/** Percentile sketches one after the other, with the least and the greatest of each. */
export interface SketchPart {
  readonly counts: Uint32Array;
  readonly mins: Float64Array;
  readonly maxs: Float64Array;
}

export interface SeriesPart {
  readonly kind: 'series';
  readonly counts: Float64Array;
  readonly bytes: Float64Array;
  /** `classes` for each bucket, one bucket after the other. */
  readonly classes: Float64Array;
  readonly clients: readonly DistinctPart[];
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
  readonly clients: DistinctPart;
  readonly visitors: DistinctPart;
  readonly sketch: SketchPart | undefined;
}

export interface CellsPart {
  readonly kind: 'heat' | 'latency';
  readonly counts: Float64Array;
  readonly absent: number;
}

export interface DaysPart {
  readonly kind: 'days';
  readonly days: readonly {
    readonly day: number;
    readonly count: number;
    readonly bytes: number;
    readonly errors: number;
    readonly visitors: DistinctPart;
  }[];
}

export interface ValuesPart {
  readonly kind: 'values';
  /** Ids, or -1 for those that are texts, which follow in `texts` in the same order. */
  readonly ids: Int32Array;
  readonly texts: readonly string[];
  /** By number: 0 is absent, then as in `ids`. */
  readonly counts: Float64Array;
  readonly bytes: Float64Array;
  readonly errors: Float64Array;
  readonly unlisted: number;
}

export interface DetailPart {
  readonly kind: 'detail';
  readonly visitors: readonly DistinctPart[];
  readonly sketch: SketchPart | undefined;
}

export type PanelPart = SeriesPart | TotalsPart | CellsPart | DaysPart | ValuesPart | DetailPart;

export interface PanelSum {
  add(batch: Batch): void;
  partial(): PanelPart;
}

export function createPanelSum(task: PanelTask, zone: string): PanelSum {
  switch (task.kind) {
    case 'series':
      return seriesSum(task.edges, task.stackBy);
    case 'totals':
      return totalsSum();
    case 'heat':
      return heatSum();
    case 'latency':
      return latencySum(task.edges);
    case 'days':
      return daysSum();
    case 'values':
      return valuesSum(task.dimension, zone);
    case 'detail':
      return detailSum(task.dimension, new KeyNumbers(task.keys, task.texts), zone);
  }
}

/** Series of a stacked chart: none, 1xx to 5xx and others; or the levels and none. */
export const classCount = 8;

export function classesOf(batch: Batch, stackBy: 'status' | 'level' | undefined, target: Uint8Array): void {
  const { rows } = batch.segment;
  if (stackBy === 'status') {
    const statuses = batch.numbers('status');
    for (let row = 0; row < rows; row++) {
      const status = statuses[row];
      const hundreds = Math.floor(status / 100);
      target[row] = status !== status ? 0 : hundreds >= 1 && hundreds <= 5 ? hundreds : 6;
    }
  } else if (stackBy === 'level') {
    const levels = batch.numbers('level');
    for (let row = 0; row < rows; row++) target[row] = levels[row] >= 0 ? levels[row] : 7;
  } else target.fill(0, 0, rows);
}

class Sketches {
  readonly counts: Uint32Array;
  readonly mins: Float64Array;
  readonly maxs: Float64Array;

  constructor(size: number) {
    this.counts = new Uint32Array(size * sketchBuckets);
    this.mins = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    this.maxs = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
  }

  add(at: number, bucket: number, value: number): void {
    this.counts[at * sketchBuckets + bucket]++;
    if (value < this.mins[at]) this.mins[at] = value;
    if (value > this.maxs[at]) this.maxs[at] = value;
  }
}

const counters = (size: number, limits: DistinctLimits): DistinctCounter[] =>
  Array.from({ length: size }, () => new DistinctCounter(limits));

/** The width that all buckets share, 0 when they differ (days with daylight saving, months). */
function evenWidth(edges: Float64Array): number {
  if (edges.length < 2) return 0;
  const width = edges[1] - edges[0];
  for (let at = 2; at < edges.length; at++) if (edges[at] - edges[at - 1] !== width) return 0;
  return width;
}

function seriesSum(edges: Float64Array, stackBy: 'status' | 'level' | undefined): PanelSum {
  const buckets = Math.max(0, edges.length - 1);
  const counts = new Float64Array(buckets);
  const bytes = new Float64Array(buckets);
  const classes = new Float64Array(buckets * classCount);
  const clients = counters(buckets, bucketCounter);
  const classOf = new Uint8Array(1 << 16);
  const width = evenWidth(edges);
  let sketches: Sketches | undefined;
  let [untimed, outside] = [0, 0];
  return {
    add(batch) {
      const { rows, count } = batch;
      const times = batch.numbers('time');
      const sizes = batch.hasNumbers('bytes') ? batch.numbers('bytes') : undefined;
      const durations = batch.hasNumbers('duration') ? batch.numbers('duration') : undefined;
      const sketch = durations === undefined ? undefined : batch.sketch();
      const hashes = batch.segment.columns.has('client_ip') ? batch.clients() : undefined;
      if (durations !== undefined) sketches ??= new Sketches(buckets);
      classesOf(batch, stackBy, classOf);
      const first = edges[0];
      let bucket = 0;
      for (let at = 0; at < count; at++) {
        const row = rows[at];
        const time = times[row];
        if (time !== time) {
          untimed++;
          continue;
        }
        if (width > 0) bucket = Math.floor((time - first) / width);
        else if (!(time >= edges[bucket] && time < edges[bucket + 1])) bucket = lowerBound(edges, time + 0.5) - 1;
        if (!(bucket >= 0 && bucket < buckets)) {
          outside++;
          bucket = 0;
          continue;
        }
        counts[bucket]++;
        classes[bucket * classCount + classOf[row]]++;
        if (sizes !== undefined) {
          const size = sizes[row];
          if (size === size) bytes[bucket] += size;
        }
        if (hashes !== undefined) {
          const [high, low] = [hashes.high[row], hashes.low[row]];
          if (low !== 0) clients[bucket].add(high, low);
        }
        if (sketch !== undefined && durations !== undefined && sketch[row] !== noBucket)
          sketches?.add(bucket, sketch[row], durations[row]);
      }
    },
    partial: () => ({
      kind: 'series',
      counts,
      bytes,
      classes,
      clients: clients.map((counter) => counter.partial()),
      sketch: sketches,
      untimed,
      outside,
    }),
  };
}

function totalsSum(): PanelSum {
  const clients = new DistinctCounter(largeCounter);
  const visitors = new DistinctCounter(largeCounter);
  let sketches: Sketches | undefined;
  const sums = { records: 0, bytes: 0, clientErrors: 0, serverErrors: 0, errors: 0 };
  return {
    add(batch) {
      const { rows, count, segment } = batch;
      const flags = batch.flags();
      const sizes = batch.hasNumbers('bytes') ? batch.numbers('bytes') : undefined;
      const durations = batch.hasNumbers('duration') ? batch.numbers('duration') : undefined;
      const sketch = durations === undefined ? undefined : batch.sketch();
      const own = segment.columns.has('client_ip') ? batch.clients() : undefined;
      const visits = own === undefined ? undefined : batch.visitors();
      if (durations !== undefined) sketches ??= new Sketches(1);
      sums.records += count;
      for (let at = 0; at < count; at++) {
        const row = rows[at];
        const flag = flags[row];
        if ((flag & Flag.error) !== 0) {
          sums.errors++;
          if ((flag & Flag.clientError) !== 0) sums.clientErrors++;
          if ((flag & Flag.serverError) !== 0) sums.serverErrors++;
        }
        if (sizes !== undefined && sizes[row] === sizes[row]) sums.bytes += sizes[row];
        if (own !== undefined && own.low[row] !== 0) clients.add(own.high[row], own.low[row]);
        if (visits !== undefined && (flag & Flag.clientError) === 0 && (visits.high[row] | visits.low[row]) !== 0)
          visitors.add(visits.high[row], visits.low[row]);
        if (sketch !== undefined && durations !== undefined && sketch[row] !== noBucket)
          sketches?.add(0, sketch[row], durations[row]);
      }
    },
    partial: () => ({
      kind: 'totals',
      ...sums,
      clients: clients.partial(),
      visitors: visitors.partial(),
      sketch: sketches,
    }),
  };
}

/** Monday 0:00 first, 24 hours a day. */
function heatSum(): PanelSum {
  const counts = new Float64Array(7 * 24);
  let absent = 0;
  return {
    add(batch) {
      const { rows, count } = batch;
      const { hours, weekdays } = batch.clock();
      for (let at = 0; at < count; at++) {
        const row = rows[at];
        if (hours[row] === 255) absent++;
        else counts[(weekdays[row] - 1) * 24 + hours[row]]++;
      }
    },
    partial: () => ({ kind: 'heat', counts, absent }),
  };
}

function latencySum(edges: readonly number[]): PanelSum {
  const counts = new Float64Array(Math.max(0, edges.length - 1));
  let absent = 0;
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
        const above = lowerBound(edges, value);
        const bucket = edges[above] === value ? above : above - 1;
        if (bucket >= 0 && bucket < counts.length) counts[bucket]++;
      }
    },
    partial: () => ({ kind: 'latency', counts, absent }),
  };
}

interface DaySum {
  readonly day: number;
  count: number;
  bytes: number;
  errors: number;
  readonly visitors: DistinctCounter;
}

function daysSum(): PanelSum {
  const days = new Map<number, DaySum>();
  return {
    add(batch) {
      const { rows, count } = batch;
      const { hours, days: dayOf } = batch.clock();
      const flags = batch.flags();
      const sizes = batch.numbers('bytes');
      const visits = batch.visitors();
      let current: DaySum | undefined;
      for (let at = 0; at < count; at++) {
        const row = rows[at];
        if (hours[row] === 255) continue;
        if (current?.day !== dayOf[row]) {
          const day = dayOf[row];
          current = days.get(day);
          if (current === undefined) {
            current = { day, count: 0, bytes: 0, errors: 0, visitors: new DistinctCounter(largeCounter) };
            days.set(day, current);
          }
        }
        current.count++;
        if (sizes[row] === sizes[row]) current.bytes += sizes[row];
        if ((flags[row] & Flag.error) !== 0) current.errors++;
        if ((flags[row] & Flag.clientError) === 0 && (visits.high[row] | visits.low[row]) !== 0)
          current.visitors.add(visits.high[row], visits.low[row]);
      }
    },
    partial: () => ({
      kind: 'days',
      days: Array.from(days.values(), (day) => ({ ...day, visitors: day.visitors.partial() })),
    }),
  };
}

function valuesSum(dimension: SummaryDimension, zone: string): PanelSum {
  const keys = new KeyNumbers();
  const resolve = resolverOf(dimension, keys, zone);
  const index = new Int32Array(1 << 16);
  let counts = new Float64Array(1 << 8);
  let bytes = new Float64Array(1 << 8);
  let errors = new Float64Array(1 << 8);
  return {
    add(batch) {
      resolve(batch, index);
      const size = keys.keys.length + 1;
      if (size > counts.length) {
        counts = larger(counts, size);
        bytes = larger(bytes, size);
        errors = larger(errors, size);
      }
      const { rows, count } = batch;
      const flags = batch.flags();
      const sizes = batch.hasNumbers('bytes') ? batch.numbers('bytes') : undefined;
      for (let at = 0; at < count; at++) {
        const row = rows[at];
        const number = index[row];
        if (number < 0) continue;
        counts[number]++;
        if ((flags[row] & Flag.error) !== 0) errors[number]++;
        if (sizes !== undefined) {
          const value = sizes[row];
          if (value === value) bytes[number] += value;
        }
      }
    },
    partial: () => {
      const size = keys.keys.length + 1;
      return {
        kind: 'values',
        ids: Int32Array.from(keys.keys, (key) => (typeof key === 'number' ? key : -1)),
        texts: keys.keys.filter((key) => typeof key === 'string'),
        counts: counts.slice(0, size),
        bytes: bytes.slice(0, size),
        errors: errors.slice(0, size),
        unlisted: keys.unlisted,
      };
    },
  };
}

function larger(values: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(Math.max(size, values.length * 2));
  copy.set(values);
  return copy;
}

function detailSum(dimension: SummaryDimension, keys: KeyNumbers, zone: string): PanelSum {
  const resolve = resolverOf(dimension, keys, zone);
  const index = new Int32Array(1 << 16);
  const size = keys.keys.length + 1;
  const visitors = counters(size, valueCounter);
  let sketches: Sketches | undefined;
  return {
    add(batch) {
      resolve(batch, index);
      const { rows, count, segment } = batch;
      const flags = batch.flags();
      const durations = batch.hasNumbers('duration') ? batch.numbers('duration') : undefined;
      const sketch = durations === undefined ? undefined : batch.sketch();
      const visits = segment.columns.has('client_ip') ? batch.visitors() : undefined;
      if (durations !== undefined) sketches ??= new Sketches(size);
      if (visits === undefined && sketch === undefined) return;
      for (let at = 0; at < count; at++) {
        const row = rows[at];
        const number = index[row];
        if (number === uncounted) continue;
        if (visits !== undefined && (flags[row] & Flag.clientError) === 0) {
          const [high, low] = [visits.high[row], visits.low[row]];
          if ((high | low) !== 0) visitors[number].add(high, low);
        }
        if (sketch !== undefined && durations !== undefined && sketch[row] !== noBucket)
          sketches?.add(number, sketch[row], durations[row]);
      }
    },
    partial: () => ({
      kind: 'detail',
      visitors: visitors.map((counter) => counter.partial()),
      sketch: sketches,
    }),
  };
}
