import { expect, test, vi } from 'vitest';
import { openFake, until } from './fake/connect.ts';

// Machines that build beside it are ten times slower.
vi.setConfig({ testTimeout: 30_000 });

test('the last query that the engine took is the truth; a refused one is told beside it', async () => {
  const { session } = await openFake('/var/log/access.log');
  expect(await session.applyFilter('status >= 500')).toBe(true);
  expect(await session.applyFilter('status >= (500')).toBe(false);
  expect([session.applied.get().query.filter, session.refusal.get()?.error.range]).toEqual([
    'status >= 500',
    { from: 10, to: 11 },
  ]);
  await session.applyFilter('');
  expect(session.refusal.get()).toBe(undefined);
});

test('of two queries at once the later one wins', async () => {
  const { session } = await openFake('/var/log/access.log', { latencyMs: 5 });
  const [first, second] = await Promise.all([session.applyFilter('status >= 500'), session.applyFilter('x')]);
  expect([first, second, session.applied.get().query.filter, session.isSwitching.get()]).toEqual([
    false,
    true,
    'x',
    false,
  ]);
});

test('goes back through the filters, and to all at the end', async () => {
  const { session } = await openFake('/var/log/access.log');
  await session.applyFilter('a');
  await session.applyFilter('b');
  await session.goBack();
  expect([session.applied.get().query.filter, session.past.get()]).toEqual(['a', ['']]);
  await session.goBack();
  await session.goBack();
  expect([session.applied.get().query.filter, session.past.get()]).toEqual(['', []]);
});

test('goes back one filter for each time it is asked, however fast', async () => {
  const { session } = await openFake('/var/log/access.log', { latencyMs: 5 });
  await session.applyFilter('a');
  await session.applyFilter('b');
  await session.applyFilter('c');
  await Promise.all([session.goBack(), session.goBack()]);
  expect([session.applied.get().query.filter, session.past.get()]).toEqual(['a', ['']]);
});

test('going back from a filter that is still on its way takes back that one only', async () => {
  const { session } = await openFake('/var/log/access.log', { latencyMs: 5 });
  await session.applyFilter('a');
  await session.applySort({ field: 'bytes', descending: true });
  await Promise.all([session.applyFilter('b'), session.applyZone('Asia/Tokyo'), session.goBack()]);
  expect([session.applied.get().query, session.past.get()]).toEqual([
    { filter: 'a', sort: { field: 'bytes', descending: true }, zone: 'Asia/Tokyo' },
    [''],
  ]);
});

test('a filter that is refused on the way back does not block the way', async () => {
  const { session } = await openFake('/var/log/access.log', { latencyMs: 5 });
  await session.applyFilter('a');
  await Promise.all([session.applyFilter('status >= (500'), session.applyFilter('b')]);
  expect([await session.goBack(), session.applied.get().query.filter]).toEqual([false, 'b']);
  expect([await session.goBack(), session.applied.get().query.filter]).toEqual([true, 'a']);
});

test('sort and zone leave the filter as it is', async () => {
  const { session } = await openFake('/var/log/access.log');
  await session.applyFilter('a');
  await session.applySort({ field: 'bytes', descending: true });
  await session.applyZone('Asia/Tokyo');
  expect(session.applied.get().query).toEqual({
    filter: 'a',
    sort: { field: 'bytes', descending: true },
    zone: 'Asia/Tokyo',
  });
  await session.applySort(undefined);
  expect(session.applied.get().query.sort).toBe(undefined);
});

test('is busy while the index or a filter is under way, and idle after', async () => {
  const { session, client } = await openFake('/var/log/app.log', { indexMs: 150 });
  expect(client.activity.isIdle.get()).toBe(false);
  await until(() => session.source.get().phase === 'ready');
  expect([client.activity.isIdle.get(), session.view.get().rows]).toEqual([true, 48_211]);
});

test('reads the file in another format, and drops a filter that no longer fits', async () => {
  const { session } = await openFake('/var/log/access.log');
  await session.applyFilter('status >= 500');
  await session.reopen({ format: 'plain' });
  expect([session.source.get().format.name, session.applied.get().query.filter]).toEqual(['plain', 'status >= 500']);
});

test('closing closes view and source, and hears no more events', async () => {
  const { session, engine } = await openFake('/var/log/access.log');
  session.close();
  await until(() => engine.log.some(({ name }) => name === 'close'));
  const before = session.source.get();
  engine.emit('sourceChanged', { ...before, records: 1 });
  await new Promise((resolve) => setTimeout(resolve));
  expect(session.source.get()).toBe(before);
});
