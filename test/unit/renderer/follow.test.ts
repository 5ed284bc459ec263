/** What the window makes of a followed log: markers between rows, the rate, and a view that stands still. */
import { expect, test, vi } from 'vitest';
import { markerBetween, markerTexts, rateOf } from '../../../src-renderer/follow/index.ts';
import { openFake, until } from './fake/connect.ts';

vi.setConfig({ testTimeout: 30_000 });

test('a marker stands between the rows that it separates, whichever rows the filter leaves', () => {
  const at = (record: number, kind: 'rotated' | 'truncated', gap: boolean) => ({
    record,
    at: 0,
    kind,
    gap,
    file: 'app.log',
  });
  const markers = markerTexts(
    [at(0, 'rotated', false), at(5, 'truncated', true), at(5, 'rotated', false), at(9, 'rotated', false)],
    () => '10:00:00',
  );
  const truncated = 'truncated here, 10:00:00 (lines may be missing here); rotated here, 10:00:00';
  expect([
    markerBetween(markers, -1, 0),
    markerBetween(markers, 0, 4),
    markerBetween(markers, 4, 5),
    markerBetween(markers, 2, 7),
    markerBetween(markers, 3, 9),
    markerBetween(markers, 9, Infinity),
  ]).toEqual([
    'rotated here, 10:00:00',
    undefined,
    truncated,
    truncated,
    `${truncated}; rotated here, 10:00:00`,
    undefined,
  ]);
});

test('the rate is that of the last five seconds', () => {
  const samples = [0, 1, 2, 3, 4, 5, 6, 7].map((second) => ({
    atMs: second * 1000,
    rows: second < 4 ? 0 : 100 * second,
  }));
  expect(rateOf(samples, { atMs: 8000, rows: 800 })).toBe(160);
  expect(rateOf([], { atMs: 8000, rows: 800 })).toBe(0);
  expect(rateOf([{ atMs: 7000, rows: 1000 }], { atMs: 8000, rows: 3 })).toBe(0);
});

test('a view that stands still counts what comes, and shows it when it goes on', async () => {
  const { session, engine } = await openFake('/var/log/access.log');
  await until(() => session.view.get().done);
  const before = session.view.get().rows;
  session.setPaused(true);
  await until(() => engine.log.some(({ name }) => name === 'holdOrder'));
  engine.grow(session.source.get().id, 25);
  await until(() => session.heldRows.get() === 25);
  expect(session.view.get().rows).toBe(before);
  await session.applyFilter('status >= 500');
  await until(() => session.view.get().done);
  expect([session.isPaused.get(), session.heldRows.get()]).toEqual([true, 0]);
  session.setPaused(false);
  await session.applyFilter('');
  await until(() => session.view.get().done && session.view.get().rows === before + 25);
});
