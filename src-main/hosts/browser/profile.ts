/**
 * The profile folder of an app window. Its own, so that closing the window ends the browser's process and nothing of
 * the user's browsing is touched; kept, so that the window opens where it was. Two windows at once need two: a
 * browser that finds its profile in use hands the page to the other process and ends.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPrivateFolder } from '../../places.ts';
import { isRunning } from './spool.ts';

export interface Profile {
  readonly folder: string;
  readonly release: () => void;
}

/** The first free one of `window-1`, `window-2`, ... below `parent`. */
export function takeProfile(parent: string): Profile {
  for (let number = 1; ; number++) {
    const folder = join(parent, `window-${number}`);
    createPrivateFolder(folder);
    const lock = join(folder, 'taillight.pid');
    if (takeLock(lock)) return { folder, release: () => rmSync(lock, { force: true }) };
  }
}

function takeLock(lock: string): boolean {
  const take = (): boolean => {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx', mode: 0o600 });
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
      throw error;
    }
  };
  if (take()) return true;
  const owner = Number(readFileSync(lock, 'utf8'));
  if (owner > 0 && isRunning(owner)) return false;
  rmSync(lock, { force: true });
  return take();
}
