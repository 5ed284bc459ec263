/**
 * The folder of this run for what pages bring (uploads) and fetch (finished exports). For this user alone, removed
 * when the host closes; what a killed run left behind is removed by the next one.
 */
import { randomBytes } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';

export interface Spool {
  readonly folder: string;
  /** A new, empty folder below, so that names of files never meet. */
  createFolder(): Promise<string>;
  holds(path: string): boolean;
  readonly remove: () => void;
}

const prefix = 'taillight-serve-';

export function createSpool(parent: string = tmpdir()): Spool {
  removeLeftovers(parent);
  const folder = mkdtempSync(join(parent, `${prefix}${process.pid}-`));
  return {
    folder,
    async createFolder() {
      const path = join(folder, randomBytes(16).toString('hex'));
      await mkdir(path, { mode: 0o700 });
      return path;
    },
    holds: (path) => path.startsWith(folder + sep),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Folders of processes that no longer run. */
function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = Number(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1] ?? 0);
    if (pid === 0 || isRunning(pid)) continue;
    const path = join(parent, name);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    // Of another user, or a link someone put there: not ours to remove.
    if (stat?.isDirectory() === true && stat.uid === (process.getuid?.() ?? stat.uid)) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process has this number now; its spool, if any, is not for us to judge.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
