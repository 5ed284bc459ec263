import { expect, test, vi } from 'vitest';
import { createFilterModel, filterEdits } from '../../../src-renderer/filter/index.ts';
import { openFake, until } from './fake/connect.ts';

// Machines that build beside it are ten times slower.
vi.setConfig({ testTimeout: 30_000 });

async function openFilter() {
  const opened = await openFake('/var/log/access.log');
  return { ...opened, filter: createFilterModel(opened.session), edits: filterEdits(opened.session) };
}

test('a draft changes nothing until it is applied', async () => {
  const { session, filter } = await openFilter();
  filter.setDraft('status >= 500');
  expect(session.applied.get().query.filter).toBe('');
  await filter.apply();
  expect([session.applied.get().query.filter, filter.history.get()]).toEqual(['status >= 500', ['status >= 500']]);
});

test('says what is wrong where it is, with a text that would be right', async () => {
  const { filter } = await openFilter();
  filter.setDraft('statsu : 500');
  await until(() => filter.check.get().error !== undefined);
  expect(filter.check.get().error).toEqual({
    message: 'There is no field "statsu".',
    from: 0,
    to: 6,
    suggestion: 'status',
  });
});

test('what is wrong at the end is told at once when it was applied, else after a pause', async () => {
  const { session, filter } = await openFilter();
  filter.setDraft('status : (');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(filter.check.get().error).toBe(undefined);
  expect(await filter.apply()).toBe(false);
  expect([filter.check.get().error?.from, session.applied.get().query.filter]).toEqual([9, '']);
});

test('a click replaces the draft, which can be had back from the history', async () => {
  const { session, filter, edits } = await openFilter();
  filter.setDraft('half a fil');
  await filter.applyText(edits.include('method', 'GET'));
  expect([session.applied.get().query.filter, filter.draft.get(), filter.history.get()]).toEqual([
    'method = GET',
    'method = GET',
    ['half a fil', 'method = GET'],
  ]);
});

test('clicks edit the one filter: include, exclude, without a value, a text, a range of time', async () => {
  const { session, edits } = await openFilter();
  await session.applyFilter('status = 404');
  expect([
    edits.include('method', 'GET'),
    edits.exclude('status', 404),
    edits.include('user', undefined),
    edits.include('level', 5),
    edits.includeText('a "b"'),
    edits.timeRange(Date.UTC(2026, 2, 1, 10), Date.UTC(2026, 2, 1, 11)),
  ]).toEqual([
    'status = 404 and method = GET',
    'not status = 404',
    'status = 404 and not user : *',
    'status = 404 and level = error',
    'status = 404 and "a \\"b\\""',
    'status = 404 and time >= "2026-03-01 10:00" and time < "2026-03-01 11:00"',
  ]);
});

test('going back brings the filter before into the editor', async () => {
  const { session, filter } = await openFilter();
  await filter.applyText('a');
  await filter.applyText('b');
  await session.goBack();
  expect(filter.draft.get()).toBe('a');
  await filter.clear();
  expect([filter.draft.get(), session.applied.get().query.filter]).toEqual(['', '']);
});

test('what is typed while a filter is being taken stays', async () => {
  const { session, filter } = await openFilter();
  filter.setDraft('status >= 400');
  const taken = filter.apply();
  filter.setDraft('status >= 400 and method');
  await taken;
  expect([session.applied.get().query.filter, filter.draft.get()]).toEqual([
    'status >= 400',
    'status >= 400 and method',
  ]);
  // Nor does a sort take it away.
  await session.applySort({ field: 'bytes', descending: false });
  expect(filter.draft.get()).toBe('status >= 400 and method');
});
