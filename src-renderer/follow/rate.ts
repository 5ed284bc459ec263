/** How many rows a second came of late, while following. */
import { useEffect, useState } from 'react';
import { useStore, type Session } from '../engine/index.ts';

/** Long enough for a number that can be read, short enough to tell that something has begun. */
const overMs = 5000;
const tellEveryMs = 1000;

interface Sample {
  readonly atMs: number;
  readonly rows: number;
}

/** Rows a second over the last seconds, of samples in order of time; the newest is `now`. */
export function rateOf(samples: readonly Sample[], now: Sample): number {
  const first = samples.find(({ atMs }) => atMs >= now.atMs - overMs);
  if (first === undefined || now.atMs <= first.atMs || now.rows < first.rows) return 0;
  return ((now.rows - first.rows) * 1000) / (now.atMs - first.atMs);
}

/** Undefined while nothing is followed; looked at once a second, and not while the window is hidden. */
export function useRate({ source, view, heldRows, applied }: Session): number | undefined {
  const { following } = useStore(source);
  const [rate, setRate] = useState<number>();
  useEffect(() => {
    if (!following) {
      setRate(undefined);
      return undefined;
    }
    let samples: readonly Sample[] = [];
    let epoch = applied.get().epoch;
    const look = (): void => {
      // Rows of another filter are not rows that came.
      if (epoch !== applied.get().epoch) samples = [];
      epoch = applied.get().epoch;
      const now = { atMs: performance.now(), rows: view.get().rows + heldRows.get() };
      if (!document.hidden) setRate(rateOf(samples, now));
      samples = [...samples.filter(({ atMs }) => atMs >= now.atMs - overMs), now];
    };
    look();
    const timer = setInterval(look, tellEveryMs);
    return () => clearInterval(timer);
  }, [following, applied, view, heldRows]);
  return rate;
}
