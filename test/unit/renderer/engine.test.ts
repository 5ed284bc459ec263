import { expect, test } from 'vitest';
import { EngineError } from '../../../src-shared/errors.ts';
import { createActivity, createLatest, createStore } from '../../../src-renderer/engine/index.ts';
import { connectFake } from './fake/connect.ts';

test('activity is idle only while nothing at all is under way', () => {
  const activity = createActivity();
  const seen: boolean[] = [];
  activity.isIdle.subscribe(() => seen.push(activity.isIdle.get()));
  const endFirst = activity.begin();
  const endSecond = activity.begin();
  activity.set('index', true);
  endFirst();
  endFirst();
  endSecond();
  expect(activity.isIdle.get()).toBe(false);
  activity.set('index', false);
  expect(seen).toEqual([false, true]);
});

test('calls count as activity, those that wait for a person do not', async () => {
  const { client } = connectFake({ latencyMs: 2 });
  const call = client.call('formats', {});
  expect(client.activity.isIdle.get()).toBe(false);
  await call;
  expect(client.activity.isIdle.get()).toBe(true);
  const choice = client.call('pickFiles', {});
  expect(client.activity.isIdle.get()).toBe(true);
  await choice;
});

test('a failing call keeps its code and ends its activity', async () => {
  const { client } = connectFake();
  await expect(client.call('open', { path: '/nowhere' })).rejects.toMatchObject({ code: 'not-found' });
  expect(client.activity.isIdle.get()).toBe(true);
});

test('only the latest task answers; the one before is aborted', async () => {
  const latest = createLatest();
  const signals: AbortSignal[] = [];
  const task = (value: number) => async (signal: AbortSignal) => {
    signals.push(signal);
    await new Promise((resolve) => setTimeout(resolve, 1));
    return value;
  };
  expect(await Promise.all([latest.run(task(1)), latest.run(task(2))])).toEqual([undefined, 2]);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
});

test('a task that was cancelled is no failure, another error is one', async () => {
  const latest = createLatest();
  expect(await latest.run(() => Promise.reject(new EngineError('cancelled', '')))).toBe(undefined);
  await expect(latest.run(() => Promise.reject(new EngineError('closed', 'gone')))).rejects.toThrow('gone');
});

test('a store tells its listeners of other values only', () => {
  const store = createStore(1);
  let told = 0;
  const stop = store.subscribe(() => (told += 1));
  store.set(1);
  store.update((value) => value + 1);
  stop();
  store.set(5);
  expect([told, store.get()]).toEqual([1, 5]);
});
