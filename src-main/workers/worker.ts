/**
 * What a worker thread runs: keeps the registered sources and runs one task at a time.
 *
 * Everything here is synchronous; between records or chunks a task looks at its control word to see whether it was
 * cancelled, and moves its heartbeat. Files are read by descriptors that the engine's thread opened and owns.
 */
import { readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { cancelled, errorToData } from '../../src-shared/errors.ts';
import { topTexts } from '../index/top-values.ts';
import { formatFor } from '../formats/index.ts';
import { buildRange } from '../index/build.ts';
import { BuildMemory } from '../index/column-dictionary.ts';
import { IndexMemory } from '../kernels/index-memory.ts';
import { createQueryKernels } from '../kernels/query-kernels.ts';
import { createScanMemory } from '../kernels/search.ts';
import { createSummaryKernels } from '../kernels/summary-kernels.ts';
import { SegmentFilter } from '../index/filter.ts';
import { BucketSorter, scatter, scatterRecords } from '../index/radix-sort.ts';
import type { Segment } from '../index/segment.ts';
import { HistogramSum } from '../index/histogram.ts';
import { ValueCounts } from '../index/value-counts.ts';
import { sortedIds } from '../index/sort-ids.ts';
import { Batch, createPanelSums } from '../index/summary/index.ts';
import { filterClaimed } from './filter-task.ts';
import { exportKernel, indexingKernels, orderKernel, readKernel } from './kernel-file.ts';
import { runPrescan } from './prescan.ts';
import { rankEntries, sortKeys } from './sort-keys.ts';
import { sortRows } from './sort-task.ts';
import { transcodeToSpool, unpackToSpool } from './spool-tasks.ts';
import { extentOf } from './extent-task.ts';
import { BlockCache } from '../index/store/block-cache.ts';
import { createCollector } from './collect-garbage.ts';
import { type TaskContext, type WorkerMemory, WorkerSourceState } from './source-state.ts';
import { adoptTexts, loadSegments, loadTexts, storeSegments, storeTexts } from './store-tasks.ts';
import type {
  FromWorker,
  Registration,
  RunMessage,
  SegmentRowsPart,
  TaskName,
  Tasks,
  ToWorker,
  WorkerSettings,
} from './tasks.ts';
import { RowWriters, writeRecords, writeSegmentRows } from './write-task.ts';

type Runner<N extends TaskName> = (
  request: Tasks[N]['request'],
  part: (part: Tasks[N]['part']) => void,
  context: TaskContext,
) => Tasks[N]['result'] | Promise<Tasks[N]['result']>;

type Runners = { readonly [N in TaskName]: Runner<N> };

function createRunners(cache: BlockCache): {
  readonly runners: Runners;
  readonly register: (registration: Registration) => void;
} {
  let made: WorkerMemory | undefined;
  const workerMemory = (): WorkerMemory =>
    (made ??= {
      scan: createScanMemory(readKernel('search.wasm')),
      kernels: createQueryKernels(readKernel('query.wasm')),
      panelKernels: createSummaryKernels(readKernel('summary.wasm')),
    });
  const collectSoon = createCollector();
  const writers = new RowWriters(exportKernel, collectSoon);
  const sources = new Map<number, WorkerSourceState>();
  const filters = new Map<number, SegmentFilter>();
  const given = new Map<number, WebAssembly.Memory>();
  const memories = new Map<number, BuildMemory>();

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
      use(entry, part.bits);
    }
  };

  const register = (registration: Registration): void => {
    switch (registration.kind) {
      case 'piece': {
        let source = sources.get(registration.source);
        if (source === undefined)
          sources.set(
            registration.source,
            (source = new WorkerSourceState(registration.source, workerMemory(), cache)),
          );
        source.setPiece(registration.piece);
        return;
      }
      case 'memory':
        given.set(registration.source, registration.memory);
        return;
      case 'segments':
        sources.get(registration.source)?.extend(registration);
        return;
      case 'regroup':
        sources.get(registration.source)?.regroup(registration);
        return;
      case 'dictionaries':
        sources.get(registration.source)?.growDictionaries(registration.growths, registration.anew === true);
        return;
      case 'storedTexts':
        sources.get(registration.source)?.storeTexts(registration.dictionaries);
        return;
      case 'moved':
        sources.get(registration.source)?.move(registration.segments);
        if (registration.segments.some(([, { buffer }]) => buffer === undefined)) collectSoon();
        return;
      case 'forget':
        sources.delete(registration.source);
        given.delete(registration.source);
        memories.delete(registration.source);
        return;
    }
  };

  const memoryOf = (id: number): BuildMemory => {
    let memory = memories.get(id);
    if (memory !== undefined) return memory;
    const all = given.get(id);
    if (all === undefined) throw cancelled();
    const index = new IndexMemory(all);
    memories.set(id, (memory = BuildMemory.create(index, indexingKernels())));
    return memory;
  };

  const runners: Runners = {
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
        memoryOf(request.source),
      );
      if (context.stopped()) throw cancelled();
      return result;
    },
    filter: (request, part, context) => {
      const source = sourceOf(request.source);
      let filter = filters.get(request.filter);
      if (filter === undefined) {
        filters.clear();
        filter = new SegmentFilter(request.predicate, source);
        filters.set(request.filter, filter);
      }
      filter.share(request.decisions);
      filterClaimed(source, filter, request, part, context);
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
    topTexts: ({ texts, limit }) => {
      collectSoon();
      return topTexts(texts, limit);
    },
    summarize: ({ source: id, rows, panels, zone, seed }, _part, context) => {
      const source = sourceOf(id);
      const series = panels.find((panel) => panel.kind === 'series');
      const batch = new Batch(source, zone, seed, series?.edges);
      const sums = createPanelSums(panels, zone, source);
      eachPart(source, rows, context, (segment, bits) => {
        batch.begin(segment, bits);
        for (const sum of sums) {
          context.beat();
          sum.add(batch);
        }
      });
      return sums.map((sum) => sum.partial());
    },
    sort: (request, _part, context) => sortRows(sourceOf(request.source), request, context),
    rank: ({ source, field }) => {
      const ranks = rankEntries(sourceOf(source), field, orderKernel());
      collectSoon();
      return ranks;
    },
    sortKeys: (request, _part, context) => sortKeys(sourceOf(request.source), request, context),
    sortScatter: (request) => {
      const { keys, records, places } = request;
      if ('pairs' in request) scatter(keys, records, request.cells, request.bucketOf, places, request.pairs);
      else {
        scatterRecords(keys, records, places, request.sorted);
        collectSoon();
      }
      return null;
    },
    sortBuckets: ({ pairs, starts, sorted }, _part, context) => {
      const sorter = new BucketSorter();
      for (let at = 0; at + 1 < starts.length; at++) {
        if (starts[at] === starts[at + 1]) continue;
        context.beat();
        sorter.sort(pairs, starts[at], starts[at + 1], sorted);
      }
      collectSoon();
      return null;
    },
    merge: ({ parts, files }) => {
      const ids = sortedIds(parts, files);
      const shared = new Uint32Array(new SharedArrayBuffer(ids.length * 4));
      shared.set(ids);
      return shared;
    },
    write: (request, _part, context) => {
      const source = sourceOf(request.source);
      return 'records' in request.rows
        ? writeRecords(source, request.rows.records, request, writers, context)
        : writeSegmentRows(source, request.rows, request, writers, context);
    },
    adopt: (request, _part, context) => adoptTexts(request, memoryOf(request.source).dictionaries, cache, context),
    storeSegments: (request, _part, context) => storeSegments(sourceOf(request.source), request, context),
    storeTexts: (request, _part, context) => storeTexts(sourceOf(request.source), request, context),
    loadSegments: (request, _part, context) => loadSegments(sourceOf(request.source), request, cache, context),
    loadTexts: (request, _part, context) => loadTexts(request, cache, context),
    unpack: (request, part, context) => unpackToSpool(request, part, context),
    transcode: (request, part, context) => transcodeToSpool(request, part, context),
  };
  return { runners, register };
}

const port = parentPort;
if (port === null) throw new Error('worker.cjs runs as a worker thread only');
const { blockCacheBytes }: WorkerSettings = workerData;
const { runners, register } = createRunners(
  new BlockCache(blockCacheBytes, (fd) => port.postMessage({ kind: 'damaged', fd } satisfies FromWorker)),
);

port.on('message', (message: ToWorker) => {
  if (message.kind === 'register') register(message.registration);
  else void runTask(message);
});

function givenAway(result: unknown): ArrayBuffer[] {
  if (typeof result !== 'object' || result === null || !('bytes' in result)) return [];
  const { bytes } = result;
  return bytes instanceof Uint8Array && bytes.buffer instanceof ArrayBuffer ? [bytes.buffer] : [];
}

async function runTask<N extends TaskName>({ id, name, request, control }: RunMessage<N>): Promise<void> {
  const post = (message: FromWorker): void => port?.postMessage(message);
  const stopped = (): boolean => Atomics.load(control, 0) !== 0;
  const context: TaskContext = {
    stopped,
    beat: () => {
      Atomics.add(control, 1, 1);
      if (stopped()) throw cancelled();
    },
  };
  const run: Runner<N> = runners[name];
  try {
    const result = await run(request, (part) => post({ kind: 'part', id, part }), context);
    // Bytes of an export are given away instead of copied.
    port?.postMessage({ kind: 'result', id, result } satisfies FromWorker, givenAway(result));
  } catch (error) {
    post({ kind: 'error', id, error: errorToData(error) });
  }
}
