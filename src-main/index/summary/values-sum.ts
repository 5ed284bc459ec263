/**
 * The first pass of a panel of values: how often each comes. What else is shown of a value is summed up by the second
 * pass, for those that will be shown.
 */
import type { SummaryDimension } from '../../../src-shared/protocol.ts';
import { mostPairs } from '../../kernels/query-kernels.ts';
import { type EntryNumbers, forgotten, KeyNumbers } from './coded-rows.ts';
import { resolverOf } from './dimension.ts';
import type { EntryCounts } from './entry-counts.ts';
import type { PanelSum } from './panels.ts';

export interface ValuesPart {
  readonly kind: 'values';
  /** Records of each entry of the dictionary, by its id. */
  readonly byId: Uint32Array;
  /** Values that stand in no dictionary, by type and text. */
  readonly texts: readonly string[];
  /** Records: of rows without a value first, then as in `texts`. */
  readonly counts: Float64Array;
  /** Records whose value was not remembered. */
  readonly unlisted: number;
}

export function valuesSum(dimension: SummaryDimension, zone: string): PanelSum {
  const keys = new KeyNumbers();
  const resolver = resolverOf(dimension, keys, zone);
  const { where } = dimension;
  let index = new Int32Array(0);
  let counts = new Float64Array(1 << 8);
  let unlisted = 0;
  const add = (number: number, count: number): void => {
    if (number < 0) {
      if (number === forgotten) unlisted += count;
      return;
    }
    if (number >= counts.length) counts = larger(counts, number + 1);
    counts[number] += count;
  };
  let entries: { readonly counts: EntryCounts; readonly numbers: EntryNumbers } | undefined;
  return {
    add(batch) {
      const { coded, resolve } = resolver(batch);
      if (coded?.kind === 'entries') {
        const { field, column, entries: numbers } = coded;
        const found = batch.entryCounts(field, column, numbers.dictionary.count, where !== undefined);
        entries = { counts: found, numbers };
      } else if (coded !== undefined && coded.codeCount <= mostPairs) {
        const { codes, codeCount, numberOf } = coded;
        const { rows } = batch.segment;
        const found = batch.source.kernels.count(codes.subarray(0, rows), codeCount, batch.bits).slice();
        for (let code = 0; code < codeCount; code++) if (found[code] > 0) add(numberOf(code), found[code]);
      } else {
        if (index.length === 0) index = new Int32Array(1 << 16);
        resolve(index);
        const { rows, count } = batch;
        for (let at = 0; at < count; at++) add(index[rows[at]], 1);
      }
    },
    partial() {
      let byId: Uint32Array = new Uint32Array(0);
      if (entries !== undefined) {
        const { numbers } = entries;
        const found = countsWhere(entries.counts, where);
        add(numbers.absent, found.absent);
        if (numbers.isPlain) byId = acceptedCounts(found.byId, numbers);
        else {
          for (let id = 0; id < found.byId.length; id++) {
            if (found.byId[id] > 0) add(numbers.numberOf(id), found.byId[id]);
          }
        }
      }
      // Values that were seen in rows that do not count have no sums yet.
      const size = keys.keys.length + 1;
      if (size > counts.length) counts = larger(counts, size);
      return {
        kind: 'values',
        byId,
        texts: keys.keys.filter((key) => typeof key === 'string'),
        counts: counts.subarray(0, size),
        unlisted,
      };
    },
  };
}

/** What status says of a panel's rows; what the path says is left to `accepts`. */
function countsWhere(
  { all, missing, absent, absentMissing }: EntryCounts,
  where: SummaryDimension['where'],
): { readonly byId: Uint32Array; readonly absent: number } {
  if (where === undefined) return { byId: all, absent };
  if (where === 'missing') return { byId: missing, absent: absentMissing };
  return { byId: all.map((count, id) => count - missing[id]), absent: absent - absentMissing };
}

/** In memory that the engine reads without another copy. */
function acceptedCounts(counts: Uint32Array, { accepts }: EntryNumbers): Uint32Array<SharedArrayBuffer> {
  const found = new Uint32Array(new SharedArrayBuffer(counts.byteLength));
  for (let id = 0; id < counts.length; id++) if (counts[id] > 0 && accepts(id)) found[id] = counts[id];
  return found;
}

function larger(values: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  const copy = new Float64Array(Math.max(size, values.length * 2));
  copy.set(values);
  return copy;
}
