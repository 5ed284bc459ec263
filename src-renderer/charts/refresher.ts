/**
 * Paces a question whose answer goes out of date while it is computed: at most one at a time and so many a second.
 * Another question cancels the one under way; the same question about other rows waits for its answer, so that a log
 * that grows faster than it can be summed up still gets charts, and half of the engine's time for growing.
 */

/** An answer that is asked for again because rows came may take this share of the time, and this while they come in a burst. */
const mostShare = 0.5;
const burstShare = 0.15;
/** A filter that has come to its end has its last answer sooner: only what goes on growing is asked for less often. */
const freeAnswers = 3;

export interface Wish<Q> {
  readonly question: Q;
  /** Equal for equal questions. */
  readonly key: string;
  /** Equal for equal rows. */
  readonly rows: string;
}

export interface Refresher<Q> {
  /** Asks as soon as the pace allows, unless it has been asked for these rows already. */
  readonly wish: (wish: Wish<Q>) => void;
  /** Cancels what is under way and forgets what was wished and answered. */
  readonly stop: () => void;
}

export interface RefresherOptions<Q> {
  /** Settles without error; the signal tells that nobody wants the answer any more. */
  readonly ask: (wish: Wish<Q>, signal: AbortSignal) => Promise<void>;
  readonly intervalMs: number;
  /** Rows come faster than they are indexed: what the answers take would hold them up. */
  readonly isBurst?: () => boolean;
  /** Told whether anything is wished or under way. */
  readonly onBusy: (isBusy: boolean) => void;
}

export function createRefresher<Q>({ ask, intervalMs, isBurst, onBusy }: RefresherOptions<Q>): Refresher<Q> {
  let pending: Wish<Q> | undefined;
  let running: { readonly wish: Wish<Q>; readonly controller: AbortController } | undefined;
  let asked: Wish<Q> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastStartMs = -Infinity;
  /** How long the last answer took, and how many came to the same question. */
  let tookMs = 0;
  let answers = 0;

  function dueMs({ key }: Wish<Q>): number {
    const isGrowing = key === asked?.key && answers >= freeAnswers;
    const share = isBurst?.() === true ? burstShare : mostShare;
    return lastStartMs + (isGrowing ? Math.max(intervalMs, tookMs / share) : intervalMs);
  }

  function schedule(): void {
    onBusy(pending !== undefined || running !== undefined);
    if (running !== undefined || timer !== undefined || pending === undefined) return;
    timer = setTimeout(() => void start(), Math.max(0, dueMs(pending) - performance.now()));
  }

  async function start(): Promise<void> {
    timer = undefined;
    if (pending === undefined) return;
    const own = { wish: pending, controller: new AbortController() };
    pending = undefined;
    lastStartMs = performance.now();
    running = own;
    if (asked?.key !== own.wish.key) answers = 0;
    asked = own.wish;
    await ask(own.wish, own.controller.signal);
    if (running === own) {
      running = undefined;
      tookMs = performance.now() - lastStartMs;
      answers += 1;
    }
    schedule();
  }

  function abort(): void {
    running?.controller.abort();
    running = undefined;
  }

  return {
    wish(wish) {
      if (asked?.key === wish.key && asked.rows === wish.rows) pending = undefined;
      else {
        // Another question need not wait as long, and a burst may be over.
        clearTimeout(timer);
        timer = undefined;
        pending = wish;
        if (running?.wish.key !== wish.key) abort();
      }
      schedule();
    },
    stop() {
      pending = undefined;
      asked = undefined;
      clearTimeout(timer);
      timer = undefined;
      abort();
      onBusy(false);
    },
  };
}
