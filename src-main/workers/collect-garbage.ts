/**
 * Gives shared memory back that no thread uses any more. V8 does not count it towards any thread's heap, so a thread that
 * only keeps a name for it would never find a reason to collect: memory that the budget gave up would stay.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** A full collection takes milliseconds; segments are given up in groups. */
const afterMs = 50;

/** Returns a function that collects this thread's garbage soon, once however often it is called meanwhile. */
export function createCollector(): () => void {
  let collect: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      collect ??= findCollector();
      collect();
    }, afterMs);
    timer.unref();
  };
}

function findCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  return typeof collect === 'function' ? () => void collect() : () => undefined;
}
