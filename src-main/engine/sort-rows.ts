/**
 * The rows of a view in the order of a field. Where keys of 32 bits tell that order, all workers share the work, in three
 * steps: keys, buckets, and each bucket by itself; else one worker sorts.
 */
import { EngineError } from '../../src-shared/errors.ts';
import type { SortOrder } from '../../src-shared/protocol.ts';
import { bucketsOf, cellsFor } from '../index/radix-sort.ts';
import { countBits } from '../index/row-set.ts';
import type { ColumnData, Segment } from '../index/segment.ts';
import { createCollector } from '../workers/collect-garbage.ts';
import type { Pool } from '../workers/pool.ts';
import type { SegmentRowsPart, Tasks } from '../workers/tasks.ts';
import type { IndexRun } from './index-run.ts';

/** Sorting keeps 20 bytes a record in memory while it works. */
const mostSorted = 100_000_000;
/** Below this, one worker is done before others have heard of it. */
const fewRecords = 20_000;
/** Tasks for each worker, so that all end together. */
const tasksEach = 2;

type SortKey = Tasks['sortKeys']['request']['key'];

export interface SortRequest {
  readonly run: IndexRun;
  readonly pool: Pool;
  readonly parts: readonly SegmentRowsPart[];
  readonly sort: SortOrder;
  readonly signal: AbortSignal;
}

export async function sortRows(request: SortRequest): Promise<Uint32Array> {
  const { run, parts } = request;
  const counts = parts.map(({ segment, bits }) => (bits === undefined ? run.segments[segment].rows : countBits(bits)));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total > mostSorted) {
    throw new EngineError(
      'too-large',
      `Sorting is limited to ${mostSorted.toLocaleString('en')} records; this view has ${total.toLocaleString('en')}. Filter it further, then sort.`,
    );
  }
  const key = total < fewRecords ? undefined : await keyFor(request);
  if (key === undefined) return sortInOne(request);
  // Segments may be put together while tasks wait for their turn; then rows are numbered differently.
  const before = parts.map(({ segment }) => run.segments[segment]);
  const sorted = await sortByKeys(request, key, counts, total, () =>
    parts.every(({ segment }, at) => run.segments[segment] === before[at]),
  );
  return sorted ?? sortInOne(request);
}

function sortInOne({ run, pool, parts, sort, signal }: SortRequest): Promise<Uint32Array> {
  const { field, descending } = sort;
  const source = run.options.number;
  return pool.run('sort', { source, field, descending, rows: parts }, { signal, urgent: true });
}

/** What tells the order of the field's values in 32 bits; undefined where nothing does. */
async function keyFor({ run, pool, parts, sort, signal }: SortRequest): Promise<SortKey | undefined> {
  const { field, descending } = sort;
  if (field.startsWith('_')) return undefined;
  const columns = parts.flatMap(({ segment }) => columnOf(run.segments[segment], field) ?? []);
  const range = rangeOf(columns);
  if (range !== undefined) return { field, descending, ...range, ranks: undefined };
  if (!columns.every(({ kind }) => kind === 'dictionary')) return undefined;
  const source = run.options.number;
  const { ranks, most } = await pool.run('rank', { source, field }, { signal, urgent: true });
  return { field, descending, least: 0, most, ranks };
}

/** Of columns with the same name the last counts, as in open-segment.ts. */
const columnOf = ({ data }: Segment, name: string): ColumnData | undefined =>
  data.columns.findLast(({ field }) => field === name);

/** Of columns of whole numbers; undefined where there are others, or they are spread too widely. */
function rangeOf(columns: readonly ColumnData[]): { readonly least: number; readonly most: number } | undefined {
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const column of columns) {
    if (column.kind !== 'number' || column.slice.type === 'f64') return undefined;
    min = Math.min(min, column.min);
    max = Math.max(max, column.max);
  }
  if (!(min <= max)) return columns.length === 0 ? { least: 0, most: 0 } : undefined;
  // One more stands for rows without a value.
  return max - min < 0xffffffff ? { least: min, most: max - min } : undefined;
}

async function sortByKeys(
  { run, pool, parts, signal }: SortRequest,
  key: SortKey,
  counts: readonly number[],
  total: number,
  isUnchanged: () => boolean,
): Promise<Uint32Array | undefined> {
  const options = { signal, urgent: true };
  const source = run.options.number;
  const cells = cellsFor(key.most + 1);
  const [keys, sorted] = [sharedWords(total), sharedWords(total)];
  // Of all rows of neighbouring segments the records need not be listed.
  const isWhole = parts.every(({ segment, bits }, at) => bits === undefined && segment === parts[0].segment + at);
  const firstRecord = run.segments[parts[0].segment].firstRow;
  const listed = isWhole ? undefined : sharedWords(total);
  const shares = sharesOf(parts, counts, Math.ceil(total / (pool.size * tasksEach)));
  const found = await Promise.all(
    shares.map(({ rows, from, to }) =>
      pool.run(
        'sortKeys',
        { source, rows, key, keys: keys.subarray(from, to), records: listed?.subarray(from, to), cells },
        options,
      ),
    ),
  );
  if (!isUnchanged()) return undefined;
  const { bucketOf, places, starts } = bucketsOf(found, cells);
  const pairs = bucketOf === undefined ? undefined : sharedWords(total * 2);
  await Promise.all(
    shares.map(({ from, to }, at) =>
      pool.run(
        'sortScatter',
        {
          keys: keys.subarray(from, to),
          records: listed?.subarray(from, to) ?? firstRecord + from,
          places: places[at],
          ...(pairs === undefined || bucketOf === undefined ? { sorted } : { cells, bucketOf, pairs }),
        },
        options,
      ),
    ),
  );
  if (pairs !== undefined) await sortBuckets(pool, pairs, starts, sorted, options);
  // What was worked in is shared memory, which nobody would miss for long.
  createCollector()();
  return sorted;
}

async function sortBuckets(
  pool: Pool,
  pairs: Uint32Array,
  starts: Uint32Array,
  sorted: Uint32Array,
  options: { readonly signal: AbortSignal; readonly urgent: boolean },
): Promise<void> {
  const most = Math.ceil(sorted.length / (pool.size * tasksEach));
  const buckets = starts.length - 1;
  const tasks: Promise<null>[] = [];
  for (let from = 0; from < buckets;) {
    let to = from + 1;
    while (to < buckets && starts[to + 1] - starts[from] <= most) to++;
    tasks.push(pool.run('sortBuckets', { pairs, starts: starts.slice(from, to + 1), sorted }, options));
    from = to;
  }
  await Promise.all(tasks);
}

/** Neighbouring parts with at least `least` rows in all, and where their rows stand among all. */
function sharesOf(
  parts: readonly SegmentRowsPart[],
  counts: readonly number[],
  least: number,
): { readonly rows: readonly SegmentRowsPart[]; readonly from: number; readonly to: number }[] {
  const shares: { rows: SegmentRowsPart[]; from: number; to: number }[] = [];
  let to = 0;
  parts.forEach((part, at) => {
    const last = shares.at(-1);
    const from = to;
    to += counts[at];
    if (last === undefined || last.to - last.from >= least) shares.push({ rows: [part], from, to });
    else {
      last.rows.push(part);
      last.to = to;
    }
  });
  return shares;
}

const sharedWords = (length: number): Uint32Array => new Uint32Array(new SharedArrayBuffer(length * 4));
