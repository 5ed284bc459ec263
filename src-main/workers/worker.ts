/**
 * Entry of every worker thread: keeps the registered sources and runs one task at a time.
 *
 * Everything here is synchronous; between records or chunks a task looks at its control word to see whether it was
 * cancelled, and moves its heartbeat. Files are read by descriptors that the engine's thread opened and owns.
 */
import { readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { cancelled, errorToData } from '../../src-shared/errors.ts';
import { formatFor } from '../formats/index.ts';
import { buildRange } from '../index/build.ts';
import { DictionaryWriter } from '../index/dictionary.ts';
import { SegmentFilter } from '../index/filter.ts';
import { openSegment, type Segment } from '../index/segment.ts';
import { HistogramSum, ValueCounts } from '../index/summarize.ts';
import { runPrescan } from './prescan.ts';
import { sortRows } from './sort-task.ts';
import { transcodeToSpool, unpackToSpool } from './spool-tasks.ts';
import { extentOf } from './extent-task.ts';
import { type TaskContext, WorkerSourceState } from './source-state.ts';
import type { FromWorker, Registration, SegmentRowsPart, TaskName, Tasks, ToWorker } from './tasks.ts';
import { writeRecords, writeSegmentRows } from './write-task.ts';

type Runner<N extends TaskName> = (
  request: Tasks[N]['request'],
  part: (part: Tasks[N]['part']) => void,
  context: TaskContext,
) => Tasks[N]['result'] | Promise<Tasks[N]['result']>;

function createRunners(): { readonly [N in TaskName]: Runner<N> } & { register(registration: Registration): void } {
  const sources = new Map<number, WorkerSourceState>();
  const filters = new Map<number, { filter: SegmentFilter; beat: () => void }>();
  const writers = new Map<number, Map<string, DictionaryWriter>>();

  const sourceOf = (id: number): WorkerSourceState => {
    const source = sources.get(id);
    if (source === undefined) throw cancelled();
    return source;
  };
  const eachPart = (
    source: WorkerSourceState,
    rows: readonly SegmentRowsPart[],
    context: TaskContext,
    use: (segment: Segment, bits: Uint32Array | undefined) => void,
  ): void => {
    for (const part of rows) {
      context.beat();
      const entry = source.segments[part.segment];
      if (entry === undefined) throw cancelled();
      use(entry.segment, part.bits);
    }
  };

  return {
    register: (registration) => {
      switch (registration.kind) {
        case 'source':
          sources.set(registration.source.source, new WorkerSourceState(registration.source));
          return;
        case 'segments':
          sources.get(registration.source)?.extend(registration);
          return;
        case 'dictionaries':
          sources.get(registration.source)?.growDictionaries(registration.growths);
          return;
        case 'forget':
          sources.delete(registration.source);
          return;
      }
    },
    prescan: (request, part, context) => runPrescan(request, part, context),
    build: (request, part, context) => {
      const { fd } = request;
      const read = (target: Uint8Array, at: number, length: number, position: number): number =>
        readSync(fd, target, at, length, position);
      const result = buildRange(
        formatFor(request.format),
        request.parser,
        request.range,
        request.options,
        read,
        part,
        context.stopped,
      );
      if (context.stopped()) throw cancelled();
      return result;
    },
    merge: ({ source, data, entries }) => {
      let fields = writers.get(source);
      if (fields === undefined) writers.set(source, (fields = new Map()));
      const segment = openSegment(data, 0, 1);
      for (const local of entries) {
        const column = segment.columns.get(local.field);
        if (column?.kind !== 'dictionary') throw new Error(`no dictionary column ${local.field}`);
        let writer = fields.get(local.field);
        if (writer === undefined) fields.set(local.field, (writer = new DictionaryWriter(local.field)));
        writer.merge(local, column.ids);
      }
      return entries.map((local) => fields.get(local.field)?.takeGrowth()).filter((growth) => growth !== undefined);
    },
    forgetMerge: ({ source }) => {
      writers.delete(source);
      return null;
    },
    filter: (request, part, context) => {
      const source = sourceOf(request.source);
      let known = filters.get(request.filter);
      if (known === undefined) {
        filters.clear();
        const entry = { filter: undefined as unknown as SegmentFilter, beat: context.beat };
        entry.filter = new SegmentFilter(request.predicate, source, () => entry.beat());
        filters.set(request.filter, entry);
        known = entry;
      }
      known.beat = context.beat;
      for (const at of request.segments) {
        context.beat();
        const entry = source.segments[at];
        if (entry === undefined) throw cancelled();
        const { bits, count } = known.filter.run(entry.segment);
        // Shared, so that counting, sorting and exporting do not copy it to every thread again.
        const shared = new Uint32Array(new SharedArrayBuffer(bits.byteLength));
        shared.set(bits);
        part({ segment: at, bits: shared, count });
      }
      return null;
    },
    histogram: (request, _part, context) => {
      const source = sourceOf(request.source);
      const sum = new HistogramSum(request);
      eachPart(source, request.rows, context, (segment, bits) => sum.add(segment, bits, source));
      const { counts, sums, untimed, outside, records } = sum;
      return { counts, sums, series: [...sum.series], untimed, outside, records };
    },
    extent: (request, _part, context) => {
      const source = sourceOf(request.source);
      const extent = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, absent: 0 };
      eachPart(source, request.rows, context, (segment, bits) => extentOf(segment, bits, request.field, extent));
      return extent;
    },
    count: (request, _part, context) => {
      const source = sourceOf(request.source);
      const counts = new ValueCounts(request.field);
      eachPart(source, request.rows, context, (segment, bits) => counts.add(segment, bits, source));
      return counts.partial();
    },
    sort: (request, _part, context) => sortRows(sourceOf(request.source), request, context),
    write: (request, _part, context) => {
      const source = sourceOf(request.source);
      return 'records' in request.rows
        ? writeRecords(source, request.rows.records, request, context)
        : writeSegmentRows(source, request.rows, request, context);
    },
    unpack: (request, part, context) => unpackToSpool(request, part, context),
    transcode: (request, part, context) => transcodeToSpool(request, part, context),
  };
}

const port = parentPort;
if (port === null) throw new Error('worker.mjs runs as a worker thread only');
const runners = createRunners();

port.on('message', (message: ToWorker) => {
  if (message.kind === 'register') runners.register(message.registration);
  else void runTask(message);
});

async function runTask({ id, name, request, control }: Extract<ToWorker, { kind: 'run' }>): Promise<void> {
  const post = (message: FromWorker): void => port?.postMessage(message);
  const stopped = (): boolean => Atomics.load(control, 0) !== 0;
  const context: TaskContext = {
    stopped,
    beat: () => {
      Atomics.add(control, 1, 1);
      if (stopped()) throw cancelled();
    },
  };
  // The name and its request come together from the pool, which is typed; the table loses that bond.
  const run = runners[name] as (request: unknown, part: (part: unknown) => void, context: TaskContext) => unknown;
  try {
    const result = await run(request, (part) => post({ kind: 'part', id, part }), context);
    post({ kind: 'result', id, result });
  } catch (error) {
    post({ kind: 'error', id, error: errorToData(error) });
  }
}
