import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Histogram } from '../../../src-shared/protocol.ts';
import { printFilter } from '../../../src-shared/query/index.ts';
import { valueMark } from '../../../src-renderer/charts/marks.ts';
import { panelsOf } from '../../../src-renderer/charts/panel-list.ts';
import { domainOf } from '../../../src-renderer/charts/plot-area.ts';
import { errorShares, stackedSeries } from '../../../src-renderer/charts/series.ts';
import { bucketText, timeTicks } from '../../../src-renderer/charts/time-ticks.ts';

// Machines that build beside it are ten times slower.
vi.setConfig({ testTimeout: 30_000 });

const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Australia/Lord_Howe');

test('labels stand in order, inside the axis, and leave each other room', () => {
  const spanMs = fc.oneof(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1_000, max: 400 * 86_400_000 }));
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2e12 }),
      spanMs,
      fc.integer({ min: 120, max: 2_000 }),
      zone,
      (from, span, widthPx, name) => {
        const ticks = timeTicks(from, from + span, widthPx, name);
        for (const [at, tick] of ticks.entries()) {
          const before = ticks[at - 1];
          expect(tick.at).toBeGreaterThanOrEqual(from);
          expect(tick.at).toBeLessThanOrEqual(from + span);
          if (before !== undefined) expect(((tick.at - before.at) / span) * widthPx).toBeGreaterThan(40);
        }
      },
    ),
  );
});

test('labels say the date where a new day begins', () => {
  const from = Date.UTC(2026, 11, 31, 20);
  const labels = timeTicks(from, from + 8 * 3_600_000, 700, 'UTC').map(({ label }) => label);
  expect(labels).toEqual([
    'Dec 31 20:00',
    '21:00',
    '22:00',
    '23:00',
    'Jan 1, 2027',
    '01:00',
    '02:00',
    '03:00',
    '04:00',
  ]);
});

test('says a bucket with its date once and both ends', () => {
  const at = Date.UTC(2026, 2, 1, 10, 30);
  expect([
    bucketText(at, at + 60_000, 'UTC'),
    bucketText(at, at + 5_000, 'UTC'),
    bucketText(at + 1, at + 2, 'UTC'),
    bucketText(Date.UTC(2026, 2, 1, 23), Date.UTC(2026, 2, 2), 'UTC'),
    bucketText(Date.UTC(2026, 2, 1), Date.UTC(2026, 2, 2), 'UTC'),
    bucketText(Date.UTC(2026, 2, 1), Date.UTC(2026, 3, 1), 'UTC'),
  ]).toEqual([
    '2026-03-01 10:30 \u2013 10:31',
    '2026-03-01 10:30:00 \u2013 10:30:05',
    '2026-03-01 10:30:00.001 \u2013 10:30:00.002',
    '2026-03-01 23:00 \u2013 2026-03-02 00:00',
    '2026-03-01',
    '2026-03-01 \u2013 2026-03-31',
  ]);
});

const histogram: Histogram = {
  interval: '1m',
  edges: [0, 60_000, 120_000],
  counts: [10, 0],
  sums: [500, 0],
  series: [
    { key: '', counts: [1, 0] },
    { key: '2xx', counts: [5, 0] },
    { key: '3xx', counts: [0, 0] },
    { key: '5xx', counts: [4, 0] },
  ],
  untimed: 0,
  outside: 0,
  records: 10,
  final: true,
};

test('stacks calm below severe, and leaves out what does not occur', () => {
  expect(stackedSeries(histogram).map(({ key, colour, values }) => [key, colour, values])).toEqual([
    ['', '--series-none', [1, 0]],
    ['2xx', '--series-2xx', [5, 0]],
    ['5xx', '--series-5xx', [4, 0]],
  ]);
});

test('a share is of its bucket, and there is none where there are no records', () => {
  expect(errorShares(histogram, 'status').map(({ key, values }) => [key, values])).toEqual([
    ['5xx', [0.4, Number.NaN]],
  ]);
});

test('a single bucket has room on both sides', () => {
  expect(domainOf([1_000, 2_000])).toEqual([-6_500, 9_500]);
  const edges = Array.from({ length: 31 }, (_, at) => at * 10);
  expect(domainOf(edges)).toEqual([0, 300]);
});

test('exceptions are shown by class and frame where there are frames, and asked for by both', () => {
  const format = { name: 'x', title: 'X', stackBy: 'level', open: false } as const;
  const dimensions = (...names: string[]) =>
    panelsOf({ fields: names.map((name) => ({ name, type: 'text', values: 'few', count: 1 })), format }).values.map(
      ({ id, dimension }) => [id, dimension],
    );
  const byFrame = { field: 'exception.class', withFrame: true };
  expect(dimensions('exception')).toEqual([['exceptions', { field: 'exception.class' }]]);
  expect(dimensions('exception', 'exception_frame')).toEqual([['exceptions', byFrame]]);
  expect(dimensions('exception', 'exception_frame', 'exception.class')).toEqual([
    ['exceptions', { field: 'exception.class' }],
  ]);
  const filterOf = (value: string): string[] => valueMark(byFrame, value, []).map((clause) => printFilter(clause));
  expect(filterOf('KeyError\nf (a.js:1)')).toEqual(['exception.class = KeyError', 'exception_frame = "f (a.js:1)"']);
  expect(filterOf('two\nlines\n')).toEqual(['exception.class = "two\\nlines"', 'not exception_frame : *']);
  expect(filterOf('\nmain.f')).toEqual(['not exception.class : *', 'exception_frame = main.f']);
  expect(valueMark(byFrame, null, []).map((clause) => printFilter(clause))).toEqual([
    'not exception.class : *',
    'not exception_frame : *',
  ]);
});

test('charts are stacked by what the log has, and count no errors where nothing tells them', () => {
  const stackOf = (stackBy: 'status' | 'level' | undefined, ...names: string[]) =>
    panelsOf({
      fields: names.map((name) => ({ name, type: 'any', values: 'few', count: 1 })),
      format: { name: 'x', title: 'X', open: false, ...(stackBy === undefined ? {} : { stackBy }) },
    }).stackBy;
  expect(stackOf('level', 'time', 'level', 'status')).toBe('level');
  expect(stackOf('level', 'time', 'status')).toBe('status');
  expect(stackOf('level', 'time', 'host')).toBeUndefined();
  expect(stackOf(undefined, 'time', 'level')).toBe('level');
});
