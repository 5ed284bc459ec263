/**
 * Panels over a view: the workers sum up their segments, this adds the parts and says what they mean. A first pass
 * counts; for panels of values a second one looks at the visitors and percentiles of those that will be shown, so
 * that memory depends on what is shown and not on what the log holds.
 */
import { EngineError } from '../../src-shared/errors.ts';
import { localToInstant } from '../../src-shared/model/zone.ts';
import type {
  Percentiles,
  PanelSummary,
  SeriesSummary,
  Summary,
  SummaryPanelRequest,
  SummaryRequest,
  ValuesSummary,
  ValueSummary,
} from '../../src-shared/protocol.ts';
import type { Dictionary } from '../index/dictionary.ts';
import {
  bucketCounter,
  bucketOfValue,
  classCount,
  type ClientTask,
  type DayPart,
  type DetailPart,
  type DistinctLimits,
  largeCounter,
  type PanelPart,
  type PanelTask,
  percentile,
  type SeriesPart,
  sketchBuckets,
  sketchEdges,
  type SketchPart,
  type TotalsPart,
  valueCounter,
} from '../index/summary/index.ts';
import type { Pool } from '../workers/pool.ts';
import type { SegmentRowsPart } from '../workers/tasks.ts';
import { bucketEdges, chooseInterval, interval, type Interval } from './intervals.ts';
import { chooseRows, type ChosenRows } from './last-rows.ts';
import { ClientFold, type DistinctCount, distinctOf } from './distinct-fold.ts';
import { foldValues, type FoldedValues } from './value-fold.ts';
import type { View } from './view.ts';

/** Values of one panel beyond this would be no panel. */
const mostValues = 5000;
const mostPanels = 64;

/** 1, 2 and 5 of each power of ten, from a microsecond to some three hours, in ms. */
const latencyEdges: readonly number[] = [
  0,
  ...Array.from({ length: 11 }, (_, power) => [1, 2, 5].map((step) => Number(`${step}e${power - 3}`))).flat(),
  Number.POSITIVE_INFINITY,
];

interface Run {
  readonly view: View;
  readonly pool: Pool;
  readonly signal: AbortSignal;
  readonly parts: readonly SegmentRowsPart[];
}

export async function summarize(
  view: View,
  request: SummaryRequest,
  pool: Pool,
  signal: AbortSignal,
): Promise<Summary> {
  if (request.panels.length > mostPanels) throw new EngineError('bad-argument', 'Too many panels at once.');
  const { parts, records, window } = chooseRows(view, request.lastMs);
  const run: Run = { view, pool, signal, parts };
  const final = view.isSettled;
  const tasks: PanelTask[] = [];
  const intervals: (Interval | undefined)[] = [];
  const extent = request.panels.some((panel) => panel.kind === 'series') ? await extentOf(run, window) : undefined;
  for (const panel of request.panels) {
    const { task, chosen } = taskOf(panel, extent, run, records);
    tasks.push(task);
    intervals.push(chosen);
  }
  const sums = await runPanels(run, tasks);
  const folded = new Map<number, FoldedValues>();
  const details: PanelTask[] = [];
  request.panels.forEach((panel, at) => {
    if (panel.kind !== 'values') return;
    const values = foldValues(partsOf(sums, at, 'values'), dictionaryOf(view, panel.dimension.field));
    folded.set(at, values);
    const keys = values.top(Math.min(panel.limit, mostValues));
    details.push({ kind: 'detail', dimension: panel.dimension, records, keys, texts: values.textsOf(keys) });
  });
  const closer = details.length === 0 ? [] : await runPanels(run, details);
  let detail = 0;
  const panels = request.panels.map((panel, at): PanelSummary => {
    switch (panel.kind) {
      case 'totals':
        return totalsOf(partsOf(sums, at, 'totals'));
      case 'series':
        return seriesOf(partsOf(sums, at, 'series'), tasks[at], intervals[at]);
      case 'heat':
      case 'latency':
        return cellsOf(panel.kind, partsOf(sums, at, panel.kind));
      case 'days':
        return {
          kind: 'days',
          days: daysOf(
            partsOf(sums, at, 'days').map(({ days }) => days),
            view.query.zone,
          ),
        };
      case 'values': {
        const task = details[detail];
        const values = folded.get(at);
        if (task?.kind !== 'detail' || values === undefined) throw new Error('a panel of values has two passes');
        return valuesOf(values, task, partsOf(closer, detail++, 'detail'), dictionaryOf(view, panel.dimension.field));
      }
    }
  });
  return { panels, records, final };
}

const dictionaryOf = (view: View, field: string): Dictionary | undefined => view.run.dictionary(field);

/** One task for each worker, since each has its own sums of every value, which have to be added up. */
function shares(parts: readonly SegmentRowsPart[], pool: Pool): SegmentRowsPart[][] {
  const size = Math.max(1, Math.ceil(parts.length / pool.size));
  const dealt: SegmentRowsPart[][] = [];
  for (let at = 0; at < parts.length; at += size) dealt.push(parts.slice(at, at + size));
  return dealt;
}

const extentOf = (run: Run, window: ChosenRows['window']): ReturnType<typeof timeExtent> =>
  window === undefined ? timeExtent(run) : Promise.resolve({ from: window.from, to: window.to - 1 });

async function timeExtent({ view, pool, signal, parts }: Run): Promise<{ readonly from: number; readonly to: number }> {
  const source = view.run.options.number;
  const extents = await Promise.all(
    shares(parts, pool).map((rows) => pool.run('extent', { source, field: 'time', rows }, { signal, urgent: true })),
  );
  return {
    from: Math.min(...extents.map(({ min }) => min)),
    to: Math.max(...extents.map(({ max }) => max)),
  };
}

function taskOf(
  panel: SummaryPanelRequest,
  extent: { readonly from: number; readonly to: number } | undefined,
  run: Run,
  records: number,
): { readonly task: PanelTask; readonly chosen?: Interval } {
  switch (panel.kind) {
    case 'series': {
      const { stackBy } = panel;
      if (extent === undefined || !(extent.from <= extent.to)) {
        const clients: ClientTask = { kind: 'hashes', limits: bucketCounter(records) };
        return { task: { kind: 'series', edges: new Float64Array(0), stackBy, clients } };
      }
      const chosen =
        panel.interval === undefined ? chooseInterval(extent.from, extent.to, panel.buckets) : interval(panel.interval);
      const edges = bucketEdges(chosen, extent.from, extent.to, run.view.query.zone);
      const clients = clientTask(run, edges.length * classCount, bucketCounter(records));
      return { task: { kind: 'series', edges, stackBy, clients }, chosen };
    }
    case 'latency':
      return { task: { kind: 'latency', edges: latencyEdges } };
    case 'values':
      return { task: { kind: 'values', dimension: panel.dimension } };
    case 'totals':
      return { task: { kind: 'totals', clients: clientTask(run, 1, largeCounter) } };
    case 'heat':
    case 'days':
      return { task: { kind: panel.kind } };
  }
}

/** Most memory that a task may take to count clients exactly. */
const clientBytes = 64 << 20;

/** Clients of so many numbers are told apart by their ids where all segments have these and there is room for it. */
function clientTask({ view, parts }: Run, size: number, limits: DistinctLimits): ClientTask {
  const { segments } = view.run;
  const haveIds = parts.every(({ segment }) =>
    segments[segment].data.columns.every(({ field, kind }) => field !== 'client_ip' || kind === 'dictionary'),
  );
  const bytes = (size * (dictionaryOf(view, 'client_ip')?.count ?? 0)) / 8;
  return haveIds && bytes <= clientBytes ? { kind: 'ids' } : { kind: 'hashes', limits };
}

async function runPanels(
  { view, pool, signal, parts }: Run,
  panels: readonly PanelTask[],
): Promise<readonly PanelPart[][]> {
  const { number: source } = view.run.options;
  const { seed } = view.run;
  const { zone } = view.query;
  return Promise.all(
    shares(parts, pool).map(async (rows) => [
      ...(await pool.run('summarize', { source, rows, panels, zone, seed }, { signal, urgent: true })),
    ]),
  );
}

/** What all tasks found for one panel. */
function partsOf<K extends PanelPart['kind']>(
  sums: readonly PanelPart[][],
  at: number,
  kind: K,
): Extract<PanelPart, { readonly kind: K }>[] {
  const isOfKind = (part: PanelPart): part is Extract<PanelPart, { readonly kind: K }> => part.kind === kind;
  return sums.map((parts) => parts[at]).filter(isOfKind);
}

const sumOf = <T>(parts: readonly T[], pick: (part: T) => number): number =>
  parts.reduce((sum, part) => sum + pick(part), 0);

function arraySum(arrays: readonly Float64Array[], length: number): Float64Array {
  const sum = new Float64Array(length);
  for (const array of arrays) for (let at = 0; at < array.length; at++) sum[at] += array[at];
  return sum;
}

const durationEdges = sketchEdges();

/** Percentiles of sketch number `at` of all parts. */
function percentilesOf(parts: readonly (SketchPart | undefined)[], at: number): Percentiles | undefined {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const part of parts) {
    if (part === undefined) continue;
    min = Math.min(min, part.ends[at * 2]);
    max = Math.max(max, part.ends[at * 2 + 1]);
  }
  if (!(min <= max)) return undefined;
  // Most sketches have values in few of their buckets.
  const from = bucketOfValue(durationEdges, min);
  const counts = new Float64Array(bucketOfValue(durationEdges, max) + 1);
  let count = 0;
  for (const part of parts) {
    if (part === undefined) continue;
    for (let bucket = from; bucket < counts.length; bucket++) {
      const here = part.counts[at * sketchBuckets + bucket];
      counts[bucket] += here;
      count += here;
    }
  }
  const at_ = (share: number): number => percentile(counts, count, share, min, max) ?? max;
  return { count, min, p50: at_(0.5), p90: at_(0.9), p95: at_(0.95), p99: at_(0.99), max };
}

function totalsOf(parts: readonly TotalsPart[]): PanelSummary {
  const duration = percentilesOf(
    parts.map((part) => part.sketch),
    0,
  );
  const visitors = foldDays(parts.map((part) => part.visitors));
  return {
    kind: 'totals',
    records: sumOf(parts, (part) => part.records),
    bytes: sumOf(parts, (part) => part.bytes),
    errors: sumOf(parts, (part) => part.errors),
    clientErrors: sumOf(parts, (part) => part.clientErrors),
    serverErrors: sumOf(parts, (part) => part.serverErrors),
    clients: new ClientFold(
      parts.map((part) => part.clients),
      largeCounter,
    ).count([0]),
    visitors: addedUp(visitors.map(({ visitors: ofDay }) => ofDay)),
    ...(duration === undefined ? {} : { duration }),
  };
}

const addedUp = (counts: readonly DistinctCount[]): DistinctCount => ({
  count: sumOf(counts, ({ count }) => count),
  exact: counts.every(({ exact }) => exact),
});

const statusClasses = ['', '1xx', '2xx', '3xx', '4xx', '5xx', 'other', ''];
const levelClasses = ['trace', 'debug', 'info', 'notice', 'warn', 'error', 'fatal', ''];

function seriesOf(parts: readonly SeriesPart[], task: PanelTask, chosen: Interval | undefined): SeriesSummary {
  if (task.kind !== 'series') throw new Error('a series has its task');
  const buckets = Math.max(0, task.edges.length - 1);
  const cells = (pick: (part: SeriesPart) => Float64Array): Float64Array =>
    arraySum(parts.map(pick), buckets * classCount);
  const counts = cells((part) => part.counts);
  const requests = cells((part) => part.requests);
  const bytes = cells((part) => part.bytes);
  const ofClass = (sums: Float64Array, of: number): number[] =>
    Array.from({ length: buckets }, (_, at) => sums[at * classCount + of]);
  const ofAll = (sums: Float64Array): number[] =>
    Array.from({ length: buckets }, (_, at) =>
      sums.subarray(at * classCount, (at + 1) * classCount).reduce((sum, value) => sum + value, 0),
    );
  const names = task.stackBy === 'level' ? levelClasses : task.stackBy === 'status' ? statusClasses : [''];
  const clients = new ClientFold(
    parts.map((part) => part.clients),
    task.clients.kind === 'hashes' ? task.clients.limits : bucketCounter(0),
  );
  const clientsOf = (of: number): number[] =>
    Array.from({ length: buckets }, (_, at) => clients.count([at * classCount + of]).count);
  const series = names
    .map((key, of) => ({
      key,
      of,
      counts: ofClass(counts, of),
      requests: ofClass(requests, of),
      bytes: ofClass(bytes, of),
    }))
    .filter((each) => each.counts.some((count) => count > 0))
    .map(({ of, ...each }) => ({ ...each, clients: clientsOf(of) }));
  const allClients = Array.from({ length: buckets }, (_, at) =>
    clients.count(Array.from({ length: classCount }, (_none, of) => at * classCount + of)),
  );
  const sketches = parts.map((part) => part.sketch);
  const hasDurations = sketches.some((sketch) => sketch !== undefined);
  return {
    kind: 'series',
    interval: chosen?.name ?? '',
    edges: [...task.edges],
    counts: ofAll(counts),
    requests: ofAll(requests),
    bytes: ofAll(bytes),
    clients: allClients.map(({ count }) => count),
    clientsExact: allClients.every(({ exact }) => exact),
    classes: series,
    ...(hasDurations
      ? { durations: Array.from({ length: buckets }, (_, at) => percentilesOf(sketches, at) ?? null) }
      : {}),
    untimed: sumOf(parts, (part) => part.untimed),
    outside: sumOf(parts, (part) => part.outside),
  };
}

function cellsOf(
  kind: 'heat' | 'latency',
  parts: readonly { readonly counts: Float64Array; readonly absent: number }[],
): PanelSummary {
  const absent = sumOf(parts, (part) => part.absent);
  const size = kind === 'heat' ? 7 * 24 : latencyEdges.length - 1;
  const counts = [
    ...arraySum(
      parts.map((part) => part.counts),
      size,
    ),
  ];
  // JSON knows no infinity: the last edge is a number that no duration reaches.
  if (kind === 'latency') return { kind, edges: [...latencyEdges.slice(0, -1), Number.MAX_VALUE], counts, absent };
  return { kind, counts, absent };
}

interface DayCounts {
  readonly day: number;
  readonly count: number;
  readonly bytes: number;
  readonly errors: number;
  readonly visitors: DistinctCount;
}

function foldDays(parts: readonly (readonly DayPart[])[]): readonly DayCounts[] {
  const byDay = new Map<number, DayPart[]>();
  for (const part of parts.flat()) {
    const found = byDay.get(part.day);
    if (found === undefined) byDay.set(part.day, [part]);
    else found.push(part);
  }
  return [...byDay]
    .sort(([a], [b]) => a - b)
    .map(([day, found]) => ({
      day,
      count: sumOf(found, (each) => each.count),
      bytes: sumOf(found, (each) => each.bytes),
      errors: sumOf(found, (each) => each.errors),
      visitors: distinctOf(
        found.map((each) => each.visitors),
        largeCounter,
      ),
    }));
}

const daysOf = (
  parts: readonly (readonly DayPart[])[],
  zone: string,
): Extract<PanelSummary, { kind: 'days' }>['days'] =>
  foldDays(parts).map(({ day, ...counts }) => ({
    from: localToInstant(zone, 1970, 1, day + 1),
    to: localToInstant(zone, 1970, 1, day + 2),
    ...counts,
  }));

function valuesOf(
  folded: FoldedValues,
  task: Extract<PanelTask, { kind: 'detail' }>,
  parts: readonly DetailPart[],
  dictionary: Dictionary | undefined,
): ValuesSummary {
  const sketches = parts.map((part) => part.sketch);
  const summaryOf = (number: number, key: number | string | undefined): ValueSummary => {
    const p95 = percentilesOf(sketches, number)?.p95;
    const sumAt = (at: number): number => sumOf(parts, ({ sums }) => sums[number * 3 + at]);
    return {
      value: key === undefined ? null : folded.valueOf(key, dictionary),
      count: sumAt(0),
      errors: sumAt(1),
      bytes: sumAt(2),
      visitors: distinctOf(
        parts.map((part) => part.visitors[number] ?? {}),
        valueCounter(task.records),
      ),
      ...(p95 === undefined ? {} : { p95 }),
    };
  };
  const values = task.keys.map((key, at) => summaryOf(at + 1, key));
  const listed = sumOf(values, ({ count }) => count);
  return {
    kind: 'values',
    dimension: task.dimension,
    values,
    absent: summaryOf(0, undefined),
    other: folded.total - listed + folded.unlisted,
    distinct: folded.distinct,
    exact: folded.unlisted === 0,
  };
}
