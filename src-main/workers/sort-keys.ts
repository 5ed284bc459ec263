/** Keys of 32 bits by which the rows of a view are sorted: numbers of a column less its least, or ranks of entries. */
import type { NumberColumn, Segment } from '../index/segment.ts';
import { maxSegmentRecords } from '../index/segment.ts';
import { listRows } from '../index/bitmap.ts';
import { countCells } from '../index/radix-sort.ts';
import { dictionaryRanks, type OrderEntries } from '../index/sort.ts';
import { Tag } from '../index/dictionary.ts';
import { OrderKernel } from '../kernels/order-kernel.ts';
import { EntryTexts } from './entry-texts.ts';
import type { TaskContext, WorkerSourceState } from './source-state.ts';
import type { Tasks } from './tasks.ts';

export function sortKeys(
  source: WorkerSourceState,
  { rows: parts, key, keys, records, cells }: Tasks['sortKeys']['request'],
  context: TaskContext,
): Uint32Array {
  const rows = new Uint32Array(maxSegmentRecords);
  let first = 0;
  for (const { segment: at, bits } of parts) {
    context.beat();
    const segment = source.segments[at];
    const count = listRows(segment.rows, bits, rows);
    if (records !== undefined) {
      for (let row = 0; row < count; row++) records[first + row] = segment.firstRow + rows[row];
    }
    fillKeys(segment, rows, count, key, keys.subarray(first, first + count));
    first += count;
  }
  return countCells(keys, cells);
}

type SortKey = Tasks['sortKeys']['request']['key'];

/** Rows without a value come last either way. */
function fillKeys(segment: Segment, rows: Uint32Array, count: number, key: SortKey, keys: Uint32Array): void {
  const { most, descending } = key;
  const absent = most + 1;
  const column = segment.columns.get(key.field);
  if (column?.kind === 'number') fillNumbers(column, rows, count, key, keys);
  else if (column?.kind === 'dictionary' && key.ranks !== undefined) {
    const { ids, codes } = column;
    const local = new Uint32Array(ids.length + 1);
    local[0] = absent;
    for (let at = 0; at < ids.length; at++) {
      const rank = key.ranks[ids[at]];
      local[at + 1] = descending ? most - rank : rank;
    }
    for (let at = 0; at < count; at++) keys[at] = local[codes[rows[at]]];
  } else keys.fill(absent);
}

function fillNumbers(
  { values, base }: NumberColumn,
  rows: Uint32Array,
  count: number,
  { least, most, descending }: SortKey,
  keys: Uint32Array,
): void {
  const absent = most + 1;
  // A stored number is the value less the base, and one.
  const shift = base - 1 - least;
  const from = descending ? most - shift : shift;
  const sign = descending ? -1 : 1;
  for (let at = 0; at < count; at++) {
    const stored = values[rows[at]];
    keys[at] = stored === 0 ? absent : from + sign * stored;
  }
}

/** Fewer texts are in order before the kernel has them. */
const fewTexts = 1000;

/** Has the kernel order texts; undefined where it cannot have them all. */
export function orderEntriesBy(module: WebAssembly.Module): OrderEntries {
  return (dictionary, ids) => {
    if (ids.length < fewTexts || ids.some((id) => dictionary.tag(id) !== Tag.text)) return undefined;
    const kernel = new OrderKernel(module);
    const entries = new EntryTexts(kernel.memory).addressOf(dictionary);
    return entries === undefined ? undefined : kernel.order(entries, Uint32Array.from(ids));
  };
}

/** Shared memory, because all workers ask it. */
export function rankEntries(
  source: WorkerSourceState,
  field: string,
  module: WebAssembly.Module | undefined,
): Tasks['rank']['result'] {
  const dictionary = source.dictionary(field);
  const orderEntries = module === undefined ? undefined : orderEntriesBy(module);
  const found = dictionary === undefined ? new Uint32Array(0) : dictionaryRanks(dictionary, orderEntries);
  const ranks = new Uint32Array(new SharedArrayBuffer(found.byteLength));
  ranks.set(found);
  let most = 0;
  for (let id = 0; id < found.length; id++) if (found[id] > most) most = found[id];
  return { ranks, most };
}
