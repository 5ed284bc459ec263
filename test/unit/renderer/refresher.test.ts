import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRefresher } from '../../../src-renderer/charts/refresher.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A refresher whose answers take `answerMs`. */
function createSlow(answerMs: number, isBurst = (): boolean => false) {
  const asked: string[] = [];
  const answered: string[] = [];
  const busy: boolean[] = [];
  const refresher = createRefresher<string>({
    intervalMs: 250,
    isBurst,
    onBusy: (isBusy) => {
      if (busy.at(-1) !== isBusy) busy.push(isBusy);
    },
    async ask({ question, rows }, signal) {
      asked.push(`${question} ${rows}`);
      await new Promise((resolve) => setTimeout(resolve, answerMs));
      if (!signal.aborted) answered.push(`${question} ${rows}`);
    },
  });
  const wish = (question: string, rows: number): void =>
    refresher.wish({ question, key: question, rows: String(rows) });
  return { refresher, wish, asked, answered, busy };
}

test('asks at once, then at most so often, and always for the newest rows', async () => {
  const { wish, asked } = createSlow(10);
  for (let rows = 0; rows < 100; rows += 1) {
    wish('a', rows);
    // oxlint-disable-next-line no-await-in-loop
    await vi.advanceTimersByTimeAsync(10);
  }
  await vi.advanceTimersByTimeAsync(1_000);
  expect([asked[0], asked.length, asked.at(-1)]).toEqual(['a 0', 5, 'a 99']);
});

test('growth does not starve an answer that is slower than the growth', async () => {
  const { wish, answered } = createSlow(900);
  for (let rows = 0; rows < 30; rows += 1) {
    wish('a', rows);
    // oxlint-disable-next-line no-await-in-loop
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(answered.length).toBeGreaterThanOrEqual(2);
});

test('another question cancels the one under way', async () => {
  const { wish, answered } = createSlow(900);
  wish('a', 1);
  await vi.advanceTimersByTimeAsync(100);
  wish('b', 1);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(answered).toEqual(['b 1']);
});

test('the same question about the same rows is asked once', async () => {
  const { wish, asked, busy } = createSlow(10);
  wish('a', 1);
  await vi.advanceTimersByTimeAsync(1_000);
  wish('a', 1);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([asked, busy]).toEqual([['a 1'], [true, false]]);
});

test('stopped, it asks nothing, tells nothing and is not busy', async () => {
  const { refresher, wish, answered, busy } = createSlow(900);
  wish('a', 1);
  await vi.advanceTimersByTimeAsync(100);
  wish('a', 2);
  refresher.stop();
  await vi.advanceTimersByTimeAsync(3_000);
  expect([answered, busy]).toEqual([[], [true, false]]);
});

test('slow answers to the same question leave half of the time to what makes the rows grow', async () => {
  const { wish, asked } = createSlow(500);
  for (let rows = 0; rows < 99; rows += 1) {
    wish('a', rows);
    // oxlint-disable-next-line no-await-in-loop
    await vi.advanceTimersByTimeAsync(100);
  }
  // One a second instead of two, but for the first three: at 0, 0.5, 1, 2, ..., 9 s.
  expect(asked.length).toBe(11);
  // Another question does not wait for its turn.
  await vi.advanceTimersByTimeAsync(600);
  wish('b', 100);
  await vi.advanceTimersByTimeAsync(10);
  expect(asked.at(-1)).toBe('b 100');
});

test('in a burst an answer takes a seventh of the time, and is asked for soon when that is over', async () => {
  let isBurst = true;
  const { wish, asked } = createSlow(450, () => isBurst);
  for (let rows = 0; rows < 100; rows += 1) {
    wish('a', rows);
    // oxlint-disable-next-line no-await-in-loop
    await vi.advanceTimersByTimeAsync(100);
  }
  // Three at once, then one in three seconds: at 0, 0.45, 0.9, 3.9, 6.9, 9.9 s.
  expect(asked.length).toBe(6);
  await vi.advanceTimersByTimeAsync(500);
  wish('a', 99);
  isBurst = false;
  wish('a', 100);
  await vi.advanceTimersByTimeAsync(500);
  expect(asked.at(-1)).toBe('a 100');
});
