/**
 * The running sums of panels over the segments of one task: what workers answer and the engine adds up. A first pass
 * counts everything; a second one looks closer (visitors, percentiles) at the values that will be shown.
 */
import type { SummaryDimension } from '../../../src-shared/protocol.ts';
import type { QueryKernels } from '../../kernels/query-kernels.ts';
import { lowerBound } from '../segment.ts';
import type { Batch } from './batch.ts';
import { Flag } from './flags.ts';
import type { EntryTotals } from './column-sums.ts';
import { type EntryNumbers, forgotten, KeyNumbers, resolverOf } from './dimension.ts';
import { DistinctCounters, type DistinctLimits, type DistinctPart } from './distinct.ts';
import { detailSum } from './detail-sum.ts';
import { type SketchPart, Sketches } from './sketches.ts';

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
      readonly stackBy: 'status' | 'level' | undefined;
      /** Of the whole view. */
      readonly records: number;
    }
  | { readonly kind: 'heat' }
  | { readonly kind: 'totals' }
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
  readonly bytes: Float64Array;
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
  /** Entries of the dictionary that occur, in order. */
  readonly ids: Int32Array;
  /** Records, errors and bytes of each id. */
  readonly idSums: Float64Array;
  /** Values that stand in no dictionary, by type and text. */
  readonly texts: readonly string[];
  /** Records, errors and bytes: of rows without a value first, then as in `texts`. */
  readonly sums: Float64Array;
  /** Records whose value was not remembered. */
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

export function createPanelSum(task: PanelTask, zone: string, kernels: QueryKernels): PanelSum {
  switch (task.kind) {
    case 'series':
      return seriesSum(task);
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
      return detailSum(task, zone, valueCounter(task.records), kernels);
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
      target[row] = status !== status ? 0 : status >= 100 && status < 600 ? (status / 100) | 0 : 6;
    }
  } else if (stackBy === 'level') {
    const levels = batch.numbers('level');
    for (let row = 0; row < rows; row++) target[row] = levels[row] >= 0 ? levels[row] : 7;
  } else target.fill(0, 0, rows);
}

/** The width that all buckets share, 0 when they differ (days with daylight saving, months). */
function evenWidth(edges: Float64Array): number {
  if (edges.length < 2) return 0;
  const width = edges[1] - edges[0];
  for (let at = 2; at < edges.length; at++) if (edges[at] - edges[at - 1] !== width) return 0;
  return width;
}

function seriesSum({ edges, stackBy, records }: Extract<PanelTask, { readonly kind: 'series' }>): PanelSum {
  const buckets = Math.max(0, edges.length - 1);
  const counts = new Float64Array(buckets * classCount);
  const bytes = new Float64Array(buckets * classCount);
  const clients = new DistinctCounters(buckets, bucketCounter(records));
  const classOf = new Uint8Array(1 << 16);
  const bucketOf = new Int32Array(1 << 16);
  const width = evenWidth(edges);
  let sketches: Sketches | undefined;
  let [untimed, outside] = [0, 0];
  return {
    add(batch) {
      const { rows, count } = batch;
      const times = batch.numbers('time');
      const sizes = batch.sizes();
      classesOf(batch, stackBy, classOf);
      const first = edges[0];
      let bucket = 0;
      for (let at = 0; at < count; at++) {
        const row = rows[at];
        const time = times[row];
        if (width > 0) bucket = Math.floor((time - first) / width);
        else if (!(time >= edges[bucket] && time < edges[bucket + 1])) bucket = lowerBound(edges, time + 0.5) - 1;
        if (!(bucket >= 0 && bucket < buckets)) {
          if (time !== time) untimed++;
          else outside++;
          bucket = 0;
          bucketOf[row] = -1;
          continue;
        }
        bucketOf[row] = bucket;
        const cell = bucket * classCount + classOf[row];
        counts[cell]++;
        if (sizes !== undefined) bytes[cell] += sizes[row];
      }
      if (batch.segment.columns.has('client_ip')) clients.addRows(rows, count, bucketOf, batch.clients());
      const durations = batch.durations();
      if (durations !== undefined) (sketches ??= new Sketches(buckets)).addRows(durations, bucketOf);
    },
    partial: () => ({
      kind: 'series',
      counts,
      bytes,
      clients: clients.partials(),
      sketch: sketches,
      untimed,
      outside,
    }),
  };
}

function totalsSum(): PanelSum {
  const clients = new DistinctCounters(1, largeCounter);
  const visitors = new DistinctCounters(1, largeCounter);
  const everyRow = new Int32Array(1 << 16);
  let sketches: Sketches | undefined;
  const sums = { records: 0, bytes: 0, clientErrors: 0, serverErrors: 0, errors: 0 };
  return {
    add(batch) {
      const { rows, count } = batch;
      const flags = batch.flags();
      const sizes = batch.sizes();
      let [bytes, errors, clientErrors, serverErrors] = [0, 0, 0, 0];
      for (let at = 0; at < count; at++) {
        const row = rows[at];
        const flag = flags[row];
        if (flag !== 0) {
          if ((flag & Flag.error) !== 0) errors++;
          if ((flag & Flag.clientError) !== 0) clientErrors++;
          if ((flag & Flag.serverError) !== 0) serverErrors++;
        }
        if (sizes !== undefined) bytes += sizes[row];
      }
      sums.records += count;
      sums.bytes += bytes;
      sums.errors += errors;
      sums.clientErrors += clientErrors;
      sums.serverErrors += serverErrors;
      if (batch.segment.columns.has('client_ip')) {
        clients.addRows(rows, count, everyRow, batch.clients());
        visitors.addRows(rows, count, everyRow, batch.visitors());
      }
      const durations = batch.durations();
      if (durations !== undefined) (sketches ??= new Sketches(1)).addRows(durations, everyRow);
    },
    partial: () => ({
      kind: 'totals',
      ...sums,
      clients: clients.partials()[0],
      visitors: visitors.partials()[0],
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

function daysSum(): PanelSum {
  const numberOf = new Map<number, number>();
  let sums = new Float64Array(16 * 3);
  const visitors = new DistinctCounters(0, largeCounter);
  const index = new Int32Array(1 << 16);
  return {
    add(batch) {
      const { rows, count } = batch;
      const { hours, days } = batch.clock();
      const flags = batch.flags();
      const bytes = batch.sizes();
      let [day, number] = [Number.NaN, 0];
      for (let at = 0; at < count; at++) {
        const row = rows[at];
        if (hours[row] === 255) {
          index[row] = -1;
          continue;
        }
        if (days[row] !== day) {
          day = days[row];
          number = numberOf.get(day) ?? numberOf.size;
          numberOf.set(day, number);
          if (numberOf.size * 3 > sums.length) sums = larger(sums, numberOf.size * 3);
        }
        index[row] = number;
        sums[number * 3]++;
        if ((flags[row] & Flag.error) !== 0) sums[number * 3 + 1]++;
        if (bytes !== undefined) sums[number * 3 + 2] += bytes[row];
      }
      visitors.grow(numberOf.size);
      if (batch.segment.columns.has('client_ip')) visitors.addRows(rows, count, index, batch.visitors());
    },
    partial() {
      const parts = visitors.partials();
      return {
        kind: 'days',
        days: Array.from(numberOf, ([day, number]) => ({
          day,
          count: sums[number * 3],
          errors: sums[number * 3 + 1],
          bytes: sums[number * 3 + 2],
          visitors: parts[number],
        })),
      };
    },
  };
}

function valuesSum(dimension: SummaryDimension, zone: string): PanelSum {
  const keys = new KeyNumbers();
  const resolver = resolverOf(dimension, keys, zone);
  const index = new Int32Array(1 << 16);
  let sums = new Float64Array(3 << 8);
  let unlisted = 0;
  const splitsMissing = dimension.where !== undefined;
  const missing = dimension.where === 'missing' ? 1 : 0;
  const add = (number: number, count: number, errors: number, bytes: number): void => {
    if (number < 0) {
      if (number === forgotten) unlisted += count;
      return;
    }
    const at = number * 3;
    if (at >= sums.length) sums = larger(sums, at + 3);
    sums[at] += count;
    sums[at + 1] += errors;
    sums[at + 2] += bytes;
  };
  let entries: { readonly totals: EntryTotals; readonly numbers: EntryNumbers } | undefined;
  return {
    add(batch) {
      const { coded, resolve } = resolver(batch);
      if (coded?.kind === 'entries') {
        const { name, column, entries: numbers } = coded;
        const totals = batch.totals(name, column, numbers.dictionary.count, splitsMissing);
        entries = { totals, numbers };
        return;
      }
      if (coded !== undefined) {
        batch
          .sums(coded.name, coded.codes, coded.codeCount, false)
          .each((code, count, errors, bytes) => add(coded.numberOf(code), count, errors, bytes));
        return;
      }
      resolve(index);
      const { rows, count } = batch;
      const flags = batch.flags();
      const bytes = batch.sizes();
      for (let at = 0; at < count; at++) {
        const row = rows[at];
        add(index[row], 1, (flags[row] & Flag.error) === 0 ? 0 : 1, bytes === undefined ? 0 : bytes[row]);
      }
    },
    partial() {
      let found = { ids: new Int32Array(0), sums: new Float64Array(0) };
      if (entries !== undefined) {
        const { totals, numbers } = entries;
        const at = missing * 3;
        add(numbers.absent, totals.absent[at], totals.absent[at + 1], totals.absent[at + 2]);
        if (numbers.isPlain) found = plainEntries(totals, missing, numbers);
        else eachEntry(totals, missing, (id, of) => add(numbers.numberOf(id), of[0], of[1], of[2]));
      }
      // Values that were seen in rows that do not count have no sums yet.
      const size = (keys.keys.length + 1) * 3;
      if (size > sums.length) sums = larger(sums, size);
      return {
        kind: 'values',
        ids: shared(found.ids),
        idSums: shared(found.sums),
        texts: keys.keys.filter((key) => typeof key === 'string'),
        sums: shared(sums.subarray(0, size)),
        unlisted,
      };
    },
  };
}

/** Entries that occur, with their three sums. */
function eachEntry(
  { sums, slotsEach }: EntryTotals,
  slot: number,
  use: (id: number, sums: readonly [number, number, number]) => void,
): void {
  const step = slotsEach * 3;
  for (let at = slot * 3, id = 0; at < sums.length; at += step, id++) {
    if (sums[at] > 0) use(id, [sums[at], sums[at + 1], sums[at + 2]]);
  }
}

function plainEntries(
  { sums, slotsEach }: EntryTotals,
  slot: number,
  { accepts }: EntryNumbers,
): { readonly ids: Int32Array<ArrayBuffer>; readonly sums: Float64Array<ArrayBuffer> } {
  const step = slotsEach * 3;
  const ids = new Int32Array(sums.length / step);
  let size = 0;
  for (let at = slot * 3, id = 0; at < sums.length; at += step, id++) if (sums[at] > 0 && accepts(id)) ids[size++] = id;
  const found = new Float64Array(size * 3);
  for (let at = 0; at < size; at++) {
    const from = ids[at] * step + slot * 3;
    found[at * 3] = sums[from];
    found[at * 3 + 1] = sums[from + 1];
    found[at * 3 + 2] = sums[from + 2];
  }
  return { ids: ids.slice(0, size), sums: found };
}

/** A copy that the engine can read without another. */
function shared<T extends Float64Array | Int32Array>(values: T): T;
function shared(values: Float64Array | Int32Array): Float64Array | Int32Array {
  const buffer = new SharedArrayBuffer(values.byteLength);
  const copy = values instanceof Float64Array ? new Float64Array(buffer) : new Int32Array(buffer);
  copy.set(values);
  return copy;
}

function larger(values: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(Math.max(size, values.length * 2));
  copy.set(values);
  return copy;
}
