/**
 * Pages of one query's rows: keeps the recently shown blocks, fetches what the screen wants (nearest first, then
 * ahead in the direction of scrolling), cancels what has left the screen. A block that changed is fetched anew while
 * its old rows stay. One cache serves one state of a view's rows; another query, order or set of fields gets another.
 */
import { isCancelled, type EngineError } from '../../src-shared/errors.ts';
import type { Page, Row } from '../../src-shared/protocol.ts';
import { toEngineError } from '../engine/index.ts';
import type { RowRange } from './selection.ts';

export interface PageSource {
  /** Rows [from, to) of the view. */
  (from: number, to: number, signal: AbortSignal): Promise<Page>;
}

export interface PageCache {
  /** The row if it was ever fetched, also while it is being fetched anew. */
  readonly row: (index: number) => Row | undefined;
  /** True when every row of the range is here and none is due to be fetched anew. */
  readonly has: (range: RowRange) => boolean;
  /** What the screen shows or will show next; replaces the wish before. `total` is the length of the view now. */
  readonly want: (range: RowRange, direction: 1 | -1, total: number) => void;
  /** The failure of the last fetch for what is wanted; a new wish tries again. */
  readonly error: () => EngineError | undefined;
  /** Rows from this one on may have changed: they are fetched anew when they are wanted. */
  readonly expire: (from: number) => void;
  /** Cancels everything; what is here stays readable, and nothing is fetched any more. */
  readonly freeze: () => void;
}

/** Rows of one request: a few screens; the engine answers at most 1,000. */
export const blockRows = 100;

/** Some 20,000 rows, about 20 MB of long lines. */
const defaultCapacity = 200;

/** Blocks fetched ahead: at 22 px a wheel notch is 5 rows, so this is 40 notches. */
const blocksAhead = 2;

/** More would only queue up behind each other in the engine. */
const maxRunning = 3;

interface Block {
  readonly rows: readonly Row[];
  /** The end of what was asked for: the view may have grown since. */
  readonly askedTo: number;
  isStale: boolean;
}

export function createPageCache(
  fetchPage: PageSource,
  onChange: () => void,
  capacity: number = defaultCapacity,
): PageCache {
  // Insertion order is order of use.
  const blocks = new Map<number, Block>();
  const running = new Map<number, AbortController>();
  let wanted: readonly number[] = [];
  let total = 0;
  let error: EngineError | undefined;
  let isFrozen = false;

  const isDue = (number: number): boolean => {
    const block = blocks.get(number);
    return block === undefined || block.isStale || block.askedTo < endOf(number);
  };
  const endOf = (number: number): number => Math.min((number + 1) * blockRows, total);

  function pump(): void {
    if (isFrozen || error !== undefined) return;
    for (const number of wanted) {
      if (running.size >= maxRunning) return;
      if (!running.has(number) && isDue(number)) void load(number);
    }
  }

  async function load(number: number): Promise<void> {
    const controller = new AbortController();
    running.set(number, controller);
    const askedTo = endOf(number);
    try {
      const page = await fetchPage(number * blockRows, askedTo, controller.signal);
      if (controller.signal.aborted || isFrozen) return;
      blocks.delete(number);
      blocks.set(number, { rows: page.rows, askedTo, isStale: false });
      evict();
    } catch (failure) {
      if (controller.signal.aborted || isFrozen || isCancelled(failure)) return;
      error = toEngineError(failure);
    } finally {
      if (running.get(number) === controller) running.delete(number);
    }
    onChange();
    pump();
  }

  function evict(): void {
    for (const number of blocks.keys()) {
      if (blocks.size <= capacity) return;
      if (!wanted.includes(number)) blocks.delete(number);
    }
  }

  /** Lets one that has left the screen finish, so that a fast drag still shows where it passes. */
  function cancelUnwanted(): void {
    const strays = [...running].filter(([number]) => !wanted.includes(number));
    const isBusyElsewhere = strays.length < running.size;
    for (const [number, controller] of strays.slice(isBusyElsewhere ? 0 : 1)) {
      running.delete(number);
      controller.abort();
    }
  }

  return {
    row(index) {
      const number = Math.floor(index / blockRows);
      return blocks.get(number)?.rows[index - number * blockRows];
    },
    has({ from, to }) {
      for (let number = Math.floor(from / blockRows); number * blockRows < to; number += 1) {
        const block = blocks.get(number);
        if (block === undefined || block.isStale) return false;
        if (block.rows.length < Math.min(blockRows, to - number * blockRows)) return false;
      }
      return true;
    },
    want(range, direction, totalNow) {
      if (isFrozen) return;
      total = totalNow;
      wanted = wantedBlocks(range, direction, total);
      error = undefined;
      for (const number of wanted) {
        const block = blocks.get(number);
        if (block === undefined) continue;
        // An answer with fewer rows than asked for is tried again at the next wish, not at once.
        block.isStale ||= number * blockRows + block.rows.length < block.askedTo;
        blocks.delete(number);
        blocks.set(number, block);
      }
      cancelUnwanted();
      pump();
    },
    expire(from) {
      for (const [number, block] of blocks) if ((number + 1) * blockRows > from) block.isStale = true;
      for (const [number, controller] of running) {
        if ((number + 1) * blockRows <= from) continue;
        controller.abort();
        running.delete(number);
      }
    },
    error: () => error,
    freeze() {
      isFrozen = true;
      for (const controller of running.values()) controller.abort();
      running.clear();
    },
  };
}

/** Blocks on screen, then those ahead, then one behind. */
export function wantedBlocks({ from, to }: RowRange, direction: 1 | -1, total: number): number[] {
  if (from >= to) return [];
  const first = Math.floor(from / blockRows);
  const last = Math.floor((to - 1) / blockRows);
  const onScreen = Array.from({ length: last - first + 1 }, (_, at) => first + at);
  const ahead = Array.from({ length: blocksAhead }, (_, at) => (direction === 1 ? last + 1 + at : first - 1 - at));
  const behind = direction === 1 ? first - 1 : last + 1;
  return [...onScreen, ...ahead, behind].filter((number) => number >= 0 && number * blockRows < total);
}
