/** Histograms and counts of values over segments against the same over single records, with and without kernels. */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import type { Value } from '../../src-shared/model/value.ts';
import { bucketEdges, chooseInterval, interval } from '../../src-main/engine/intervals.ts';
import { topValues } from '../../src-main/index/top-values.ts';
import { textOf } from '../../src-main/index/dictionary.ts';
import { HistogramSum, type HistogramTask } from '../../src-main/index/histogram.ts';
import { fullBitmap } from '../../src-main/index/row-set.ts';
import { compareText } from '../../src-main/index/sort.ts';
import { keyOfValue, ValueCounts } from '../../src-main/index/value-counts.ts';
import { generateBuffer } from '../generate/generate.mjs';
import { openLog, type OpenedLog, type ReadRecord } from './open-log.ts';

const kinds = ['access', 'json', 'app'] as const;

const opened = kinds.map((kind, at) => {
  const bytes = generateBuffer({ kind, lines: 3000, seed: 20 + at, hostile: 0.05, paths: 300, clients: 150 });
  return [kind, [true, false].map((withKernels) => openLog(bytes, { withKernels, segmentRecords: 700 }))] as const;
});
afterAll(() => {
  for (const [, logs] of opened) for (const log of logs) log.close();
});

/** Which rows count: all, every third, or those of whole words with holes. */
const choices: readonly (readonly [string, (row: number) => boolean])[] = [
  ['all records', () => true],
  ['every third record', (row) => row % 3 === 0],
  ['records in stretches', (row) => (row >> 6) % 3 !== 1],
];

function bitsOf(rows: number, isChosen: (row: number) => boolean): Uint32Array {
  const bits = fullBitmap(rows);
  for (let row = 0; row < rows; row++) if (!isChosen(row)) bits[row >>> 5] &= ~(1 << (row & 31));
  return bits;
}

const chosenRecords = ({ records }: OpenedLog, isChosen: (row: number) => boolean): readonly ReadRecord[] =>
  records.filter(({ row }) => isChosen(row));

describe.each(opened)('counts of a log of kind %s', (_kind, logs) => {
  const fields = [...new Set(logs[0].records.flatMap(({ fields: found }) => [...found.keys()]))];

  it.each(choices)('tell the top values of every field of %s', (_name, isChosen) => {
    for (const log of logs) {
      for (const field of fields) {
        const counts = new ValueCounts(field);
        for (const segment of log.segments) {
          const bits = isChosen(1) && isChosen(2) && isChosen(64) ? undefined : bitsOf(segment.rows, isChosen);
          counts.add(segment, bits, log.source);
        }
        const part = counts.partial();
        const found = topValues([part], log.source.dictionary(field), 12);
        const records = chosenRecords(log, isChosen);
        expect([field, part.records, part.absent, found]).toEqual([
          field,
          records.length,
          records.filter((record) => record.fields.get(field) === undefined).length,
          naiveTop(records, field, 12),
        ]);
      }
    }
  });

  const times = logs[0].records.flatMap(({ fields: found }) => found.get('time') ?? []).map(Number);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  const tasks: readonly (readonly [string, HistogramTask])[] = [
    ['buckets of the whole log', { edges: edgesOf(chooseInterval(from, to, 300).name, from, to) }],
    ['a stretch of it, by status', { edges: edgesOf('10m', from + 3e6, to - 9e6), stackBy: 'status' }],
    ['levels', { edges: edgesOf('1h', from, to), stackBy: 'level', sum: 'bytes' }],
    ['more series than are kept', { edges: edgesOf('1h', from, to), stackBy: 'client_ip' }],
    ['few texts', { edges: edgesOf('1h', from, to), stackBy: 'method', sum: 'duration' }],
    ['more buckets than records', { edges: edgesOf('2s', from, to) }],
  ];

  it.each(choices)('make histograms of %s', (_name, isChosen) => {
    for (const log of logs) {
      for (const [name, task] of tasks) {
        const sum = new HistogramSum(task);
        for (const segment of log.segments) sum.add(segment, bitsOf(segment.rows, isChosen), log.source);
        const { counts, sums, series, untimed, outside, records } = sum;
        const found = { counts, sums, series, untimed, outside, records };
        expect(isDeepStrictEqual(found, naiveHistogram(chosenRecords(log, isChosen), task)), name).toBe(true);
      }
    }
  });
});

const edgesOf = (name: string, from: number, to: number): Float64Array =>
  Float64Array.from(bucketEdges(interval(name), from, to, 'Europe/Berlin'));

function naiveTop(records: readonly ReadRecord[], field: string, limit: number): ReturnType<typeof topValues> {
  const counts = new Map<string, { readonly value: Value; count: number }>();
  for (const { fields } of records) {
    const value = fields.get(field);
    if (value === undefined) continue;
    const known = counts.get(keyOfValue(value));
    if (known === undefined) counts.set(keyOfValue(value), { value, count: 1 });
    else known.count++;
  }
  const values = [...counts.values()].sort((a, b) => b.count - a.count || compare(a.value, b.value)).slice(0, limit);
  return { values, distinct: counts.size };
}

const compare = (a: Value, b: Value): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : compareText(textOf(a), textOf(b));

const levels = ['trace', 'debug', 'info', 'notice', 'warn', 'error', 'fatal'];

function seriesOf(field: string, value: Value | undefined): string {
  if (field === 'level') return typeof value === 'number' ? levels[value] : '';
  if (field === 'status') {
    if (typeof value !== 'number') return '';
    return value >= 100 && value < 600 ? `${Math.floor(value / 100)}xx` : 'other';
  }
  return value === undefined ? '' : textOf(value);
}

/** Place of the last edge that is at most `time`; -1 where there is none. */
function lastUpTo(edges: Float64Array, time: number): number {
  let at = -1;
  for (let step = 2 ** 17; step >= 1; step /= 2) if (at + step < edges.length && edges[at + step] <= time) at += step;
  return at;
}

function naiveHistogram(records: readonly ReadRecord[], { edges, stackBy, sum }: HistogramTask): object {
  const buckets = edges.length - 1;
  const counts = new Float64Array(buckets);
  const sums = sum === undefined ? undefined : new Float64Array(buckets);
  const series = new Map<string, Float64Array>();
  let [untimed, outside] = [0, 0];
  for (const { fields } of records) {
    const time = fields.get('time');
    if (typeof time !== 'number') {
      untimed++;
      continue;
    }
    const bucket = lastUpTo(edges, time);
    if (bucket < 0 || bucket >= buckets) {
      outside++;
      continue;
    }
    counts[bucket]++;
    const value = sum === undefined ? undefined : fields.get(sum);
    if (sums !== undefined && typeof value === 'number') sums[bucket] += value;
    if (stackBy === undefined) continue;
    const name = seriesOf(stackBy, fields.get(stackBy));
    const key = series.has(name) || series.size < 12 ? name : '';
    const known = series.get(key) ?? new Float64Array(buckets);
    series.set(key, known);
    known[bucket]++;
  }
  return { counts, sums, series, untimed, outside, records: records.length };
}
