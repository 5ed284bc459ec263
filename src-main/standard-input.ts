/**
 * Standard input as a file: a log is read more than once (index, then rows), a pipe only once. The spool lies in a
 * folder of its own that only this user may enter; whoever asked for it removes it.
 */
import { createWriteStream, fstatSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { EngineError } from '../src-shared/errors.ts';

export interface Spool {
  readonly path: string;
  /** Resolves when standard input has ended: at once, unless it is followed. */
  readonly ended: Promise<void>;
  /** May be called more than once. */
  remove(): void;
}

export interface Input {
  readonly stdin: Readable;
  /** Ends reading. */
  readonly signal: AbortSignal;
}

/** Reads standard input to its end. @throws EngineError disk-full, not-writable, not-readable; what `signal` says */
export async function spoolStandardInput({ stdin, signal }: Input): Promise<Spool> {
  const { folder, path, remove } = createSpool();
  try {
    await pipeline(stdin, createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal });
    keepTime(stdin, path);
  } catch (error) {
    remove();
    throw signal.aborted ? signal.reason : explain(error, folder);
  }
  return { path, ended: Promise.resolve(), remove };
}

/** Goes on reading standard input behind the caller's back, into a file that is there at once. */
export function followStandardInput({ stdin, signal }: Input): Spool {
  const { path, remove } = createSpool();
  writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
  // Whoever follows sees the end of what could be read; a failure of the pipe is its end.
  const ended = pipeline(stdin, createWriteStream(path, { flags: 'a' }), { signal }).catch(() => undefined);
  return { path, ended, remove };
}

function createSpool(): { readonly folder: string; readonly path: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'taillight-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  // The last resort when the process ends without the command's own clean-up.
  process.once('exit', remove);
  return { folder, path: join(folder, 'standard input'), remove };
}

/** Times without a year are read by the file's own time, which `< access.log` still knows. */
function keepTime(stdin: Readable, path: string): void {
  if (!('fd' in stdin) || typeof stdin.fd !== 'number') return;
  const stat = fstatSync(stdin.fd);
  if (stat.isFile()) utimesSync(path, stat.atime, stat.mtime);
}

function explain(error: unknown, folder: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new EngineError(
        'disk-full',
        `No space left in ${folder} to keep standard input; set TMPDIR to a folder on a larger disk.`,
      );
    case 'EISDIR':
      return new EngineError('is-folder', 'Standard input is a folder.');
    default:
      return typeof code === 'string'
        ? new EngineError('not-readable', `Cannot read standard input (${code}).`)
        : error;
  }
}
