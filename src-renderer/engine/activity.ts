/**
 * Whether the window has anything under way: requests, indexing, filters, a frame not painted yet. End-to-end tests
 * wait for `document.documentElement.dataset.idle`, and the progress line follows it.
 */
import { createStore, type Store } from './store.ts';

export interface Activity {
  /** True while nothing at all is under way. */
  readonly isIdle: Store<boolean>;
  /** Something began; call the answer once when it has ended. */
  readonly begin: () => () => void;
  /** States that something named is or is not under way. */
  readonly set: (name: string, isBusy: boolean) => void;
}

export function createActivity(): Activity {
  const isIdle = createStore(true);
  const busyNames = new Set<string>();
  let running = 0;
  const tell = (): void => isIdle.set(running === 0 && busyNames.size === 0);
  return {
    isIdle,
    begin() {
      let hasEnded = false;
      running += 1;
      tell();
      return () => {
        if (hasEnded) return;
        hasEnded = true;
        running -= 1;
        tell();
      };
    },
    set(name, isBusy) {
      if (isBusy) busyNames.add(name);
      else busyNames.delete(name);
      tell();
    },
  };
}
