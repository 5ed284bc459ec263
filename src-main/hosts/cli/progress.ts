/**
 * One line on standard error that says how far a long command is; only on a terminal, and only when it takes long
 * enough to wonder.
 */
import type { Engine } from '../../engine/index.ts';
import type { Shell } from './shell.ts';

export interface Progress {
  /** Removes the line, so that something else can be written. */
  clear(): void;
  stop(): void;
}

/** Commands that are done sooner say nothing. */
const patienceMs = 700;
const intervalMs = 100;

export function showProgress({ stderr }: Pick<Shell, 'stderr'>, engine: Engine): Progress {
  if (stderr.isTTY !== true) return { clear: () => undefined, stop: () => undefined };
  let text = '';
  let shown = '';
  const startedMs = performance.now();
  const unsubscribe = engine.subscribe((name, payload) => {
    if (name === 'sourceChanged' && 'bytesIndexed' in payload) {
      const { phase, bytes, bytesIndexed } = payload;
      text = phase === 'indexing' && bytes > 0 ? `indexing ${percent(bytesIndexed / bytes)}` : '';
    } else if (name === 'viewChanged' && 'scanned' in payload) {
      text = payload.done ? '' : `searching ${percent(payload.progress)}`;
    }
  });
  const clear = (): void => {
    if (shown !== '') stderr.write('\r\u001b[K');
    shown = '';
  };
  const timer = setInterval(() => {
    if (performance.now() - startedMs < patienceMs || text === shown) return;
    clear();
    if (text === '') return;
    stderr.write(text);
    shown = text;
  }, intervalMs);
  timer.unref();
  return {
    clear,
    stop: () => {
      clearInterval(timer);
      unsubscribe();
      clear();
    },
  };
}

const percent = (share: number): string => `${Math.floor(share * 100)} %`;
