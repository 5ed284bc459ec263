/** Tells tests (and anyone who looks) whether the window has come to rest: `data-idle` of the document's element. */
import type { Activity } from '../engine/index.ts';

/** At rest means that what came last has been painted too. */
export function reportIdle({ isIdle }: Activity): void {
  const { dataset } = document.documentElement;
  const tell = (): void => {
    if (!isIdle.get()) {
      dataset['idle'] = 'false';
      return;
    }
    // Answers lead to renders, and those to paints, in the next frames.
    requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        if (isIdle.get()) dataset['idle'] = 'true';
      }),
    );
  };
  isIdle.subscribe(tell);
  tell();
}
