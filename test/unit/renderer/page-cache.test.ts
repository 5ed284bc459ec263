import { expect, test, vi } from 'vitest';
import type { Page, Row } from '../../../src-shared/protocol.ts';
import { EngineError } from '../../../src-shared/errors.ts';
import { createPageCache, wantedBlocks, type PageSource } from '../../../src-renderer/grid/page-cache.ts';

// Machines that build beside it are ten times slower.
vi.setConfig({ testTimeout: 30_000 });

const rowAt = (record: number): Row => ({ record, line: record + 1, offset: 0, parsed: true, cells: [], raw: '' });

interface Asked {
  readonly from: number;
  readonly to: number;
  readonly signal: AbortSignal;
  readonly answer: (rows?: number) => Promise<void>;
  readonly fail: (error: unknown) => Promise<void>;
}

/** A source whose answers are given by hand. */
function manualSource() {
  const asked: Asked[] = [];
  const settle = async (act: () => void): Promise<void> => {
    act();
    await new Promise((resolve) => setTimeout(resolve));
  };
  const source: PageSource = (from, to, signal) =>
    new Promise<Page>((resolve, reject) => {
      const pageOf = (count: number): Page => ({
        view: 1,
        from,
        rows: Array.from({ length: count }, (_, at) => rowAt(from + at)),
        total: 0,
        order: 0,
      });
      asked.push({
        from,
        to,
        signal,
        answer: (count = to - from) => settle(() => resolve(pageOf(count))),
        fail: (error) => settle(() => reject(error)),
      });
    });
  return { source, asked, ranges: () => asked.map(({ from, to }) => [from, to]) };
}

test('fetches what is on screen first, then ahead in the direction of scrolling', () => {
  expect(wantedBlocks({ from: 250, to: 310 }, 1, 10_000)).toEqual([2, 3, 4, 5, 1]);
  expect(wantedBlocks({ from: 250, to: 310 }, -1, 10_000)).toEqual([2, 3, 1, 0, 4]);
  expect(wantedBlocks({ from: 0, to: 40 }, 1, 120)).toEqual([0, 1]);
  expect(wantedBlocks({ from: 0, to: 0 }, 1, 0)).toEqual([]);
});

test('asks once for a block, and has its rows when the answer is there', async () => {
  const { source, asked, ranges } = manualSource();
  let changes = 0;
  const cache = createPageCache(source, () => (changes += 1));
  cache.want({ from: 0, to: 40 }, 1, 150);
  cache.want({ from: 1, to: 41 }, 1, 150);
  expect(ranges()).toEqual([
    [0, 100],
    [100, 150],
  ]);
  expect(cache.has({ from: 0, to: 40 })).toBe(false);
  await asked[0].answer();
  expect([changes, cache.has({ from: 0, to: 40 }), cache.row(39)?.record, cache.row(100)]).toEqual([
    1,
    true,
    39,
    undefined,
  ]);
});

test('cancels what has left the screen, but lets one go on while nothing else is under way', () => {
  const { source, asked } = manualSource();
  const cache = createPageCache(source, () => {});
  cache.want({ from: 0, to: 40 }, 1, 1_000_000);
  cache.want({ from: 500_000, to: 500_040 }, 1, 1_000_000);
  expect(asked.slice(0, 3).map(({ signal }) => signal.aborted)).toEqual([false, true, true]);
  cache.want({ from: 800_000, to: 800_040 }, 1, 1_000_000);
  expect(asked.filter(({ signal }) => !signal.aborted)).toHaveLength(3);
});

test('fetches a cut block again when the view has grown, and keeps its rows meanwhile', async () => {
  const { source, asked, ranges } = manualSource();
  const cache = createPageCache(source, () => {});
  cache.want({ from: 0, to: 30 }, 1, 30);
  await asked[0].answer();
  cache.want({ from: 0, to: 40 }, 1, 55);
  expect(ranges()).toEqual([
    [0, 30],
    [0, 55],
  ]);
  expect([cache.row(29)?.record, cache.has({ from: 0, to: 30 }), cache.has({ from: 0, to: 40 })]).toEqual([
    29,
    true,
    false,
  ]);
});

test('an answer that is too short is asked for again only with the next wish', async () => {
  const { source, asked } = manualSource();
  const cache = createPageCache(source, () => {});
  cache.want({ from: 0, to: 40 }, 1, 100);
  await asked[0].answer(20);
  expect(asked).toHaveLength(1);
  cache.want({ from: 0, to: 40 }, 1, 100);
  expect(asked).toHaveLength(2);
});

test('tells a failure, and tries again with the next wish', async () => {
  const { source, asked } = manualSource();
  const cache = createPageCache(source, () => {});
  cache.want({ from: 0, to: 40 }, 1, 50);
  await asked[0].fail(new EngineError('not-readable', 'The file is gone.'));
  expect(cache.error()?.message).toBe('The file is gone.');
  cache.want({ from: 0, to: 40 }, 1, 50);
  expect([cache.error(), asked.length]).toEqual([undefined, 2]);
});

test('forgets the blocks used least recently, never those on screen', async () => {
  const { source, asked } = manualSource();
  const cache = createPageCache(source, () => {}, 3);
  for (const from of [0, 1_000, 2_000, 3_000]) {
    cache.want({ from, to: from + 10 }, 1, 100_000);
    // One screen after the other.
    // oxlint-disable-next-line no-await-in-loop
    for (const each of asked.splice(0)) if (!each.signal.aborted) await each.answer();
  }
  expect([cache.row(0), cache.row(3_000)?.record]).toEqual([undefined, 3_000]);
});

test('a frozen cache keeps its rows and fetches nothing', async () => {
  const { source, asked } = manualSource();
  const cache = createPageCache(source, () => {});
  cache.want({ from: 0, to: 40 }, 1, 100);
  await asked[0].answer();
  cache.freeze();
  cache.want({ from: 500, to: 540 }, 1, 1_000);
  expect([asked.length, cache.row(3)?.record]).toEqual([1, 3]);
});
