/**
 * Writes a file whole or not at all: into a temporary file of the same folder, which takes the target's name only
 * when everything is on disk. Until then an existing target keeps its content. Runs on the engine's thread.
 */
import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { userFiles } from '../../user-files.ts';
import { dirname, join, resolve } from 'node:path';
import { cancelled, EngineError } from '../../../src-shared/errors.ts';

const { open, realpath, rename, rm, stat } = userFiles.promises;

export interface AtomicFileOptions {
  readonly signal?: AbortSignal;
  /** Files that are being read: writing over one of them, by whatever name, is refused. */
  readonly sources?: readonly string[];
}

/** While so much more comes, what was written goes to the disk, instead of all of it at the end. */
const syncEveryBytes = 32 << 20;

/** Resolves when the bytes are written; awaiting it is the backpressure. The bytes may be reused afterwards. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

/**
 * Creates or replaces the file at `path` with what `produce` writes, and gives back what it returns.
 * Symbolic links are followed; devices and pipes (/dev/null) are written directly. A new file gets the usual mode,
 * a replaced one keeps its own. On any error, and when cancelled, the temporary file is removed.
 * @throws EngineError not-writable, disk-full, is-folder, bad-argument (a source), cancelled; and what `produce` throws
 */
export async function writeAtomically<T>(
  path: string,
  produce: (write: WriteBytes) => Promise<T>,
  { signal, sources = [] }: AtomicFileOptions = {},
): Promise<T> {
  throwIfAborted(signal);
  const existing = await explained(path, statIfThere(path));
  if (existing?.isDirectory()) {
    throw new EngineError('is-folder', `${path} is a folder; give the name of a file in it.`);
  }
  if (existing !== undefined) await refuseSources(path, existing, sources);
  return existing === undefined || existing.isFile()
    ? writeAndRename(path, existing, produce, signal)
    : writeDirectly(path, produce, signal);
}

async function writeAndRename<T>(
  path: string,
  existing: Stats | undefined,
  produce: (write: WriteBytes) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const target = existing === undefined ? resolve(path) : await explained(path, realpath(path));
  // Not named after the target, whose name may already be as long as names can be.
  const temporary = join(dirname(target), `.taillight-${randomBytes(6).toString('hex')}.part`);
  const file = await explained(path, open(temporary, 'wx', 0o600));
  let isOpen = true;
  const disk = new DiskBehind(file);
  try {
    const write = writeTo(file, path, signal);
    const result = await produce(async (bytes) => {
      await write(bytes);
      await explained(path, disk.add(bytes.length));
    });
    throwIfAborted(signal);
    await explained(path, disk.end());
    await explained(path, file.chmod(existing === undefined ? 0o666 & ~process.umask() : existing.mode & 0o777));
    await explained(path, file.sync());
    isOpen = false;
    await explained(path, file.close());
    await explained(path, rename(temporary, target));
    await syncFolder(dirname(target));
    return result;
  } catch (error) {
    // The first error is the one to tell; a file that cannot even be closed is still removed by its name.
    if (isOpen) await file.close().catch(() => undefined);
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function writeDirectly<T>(
  path: string,
  produce: (write: WriteBytes) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  const file = await explained(path, open(path, constants.O_WRONLY));
  try {
    return await produce(writeTo(file, path, signal));
  } finally {
    await file.close();
  }
}

function writeTo(file: FileHandle, path: string, signal: AbortSignal | undefined): WriteBytes {
  return async (bytes) => {
    throwIfAborted(signal);
    // A write may take less than it was given, most of all just before the disk is full.
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await explained(path, file.write(bytes, done));
      done += bytesWritten;
    }
  };
}

/** Has a file's bytes written to the disk while more of them come. */
class DiskBehind {
  readonly #file: FileHandle;
  #waiting = 0;
  #isWriting = false;
  #work: Promise<void> = Promise.resolve();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** So many bytes have been given to the file; throws when those before could not be written. */
  async add(bytes: number): Promise<void> {
    this.#waiting += bytes;
    if (this.#waiting < syncEveryBytes || this.#isWriting) return;
    await this.#work;
    this.#waiting = 0;
    this.#isWriting = true;
    this.#work = this.#file.datasync().finally(() => (this.#isWriting = false));
    // Whoever asks next is told.
    this.#work.catch(() => undefined);
  }

  async end(): Promise<void> {
    await this.#work;
  }
}

/** A rename outlives a power cut only when its folder is synced too; Windows and some network disks cannot. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r').catch(() => undefined);
  if (handle === undefined) return;
  await handle.sync().catch(() => undefined);
  await handle.close();
}

async function refuseSources(path: string, existing: Stats, sources: readonly string[]): Promise<void> {
  for (const source of sources) {
    const read = await statIfThere(source).catch(() => undefined);
    if (read !== undefined && read.isFile() && read.ino === existing.ino && read.dev === existing.dev) {
      throw new EngineError('bad-argument', `${path} is the log being read; export to another file.`);
    }
  }
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled();
}

/** Turns what the system says into an error that names the target and a way out. */
async function explained<T>(path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw explain(path, error);
  }
}

function explain(path: string, error: unknown): unknown {
  const folder = dirname(resolve(path));
  switch (codeOf(error)) {
    case undefined:
      return error;
    case 'ENOSPC':
    case 'EDQUOT':
      return new EngineError('disk-full', `No space left to write ${path}; free some or choose another disk.`);
    case 'EFBIG':
      return new EngineError('disk-full', `${path} is larger than its disk allows a file to be; choose another disk.`);
    case 'ENOENT':
      return new EngineError('not-writable', `Cannot write ${path}: the folder ${folder} does not exist; create it.`);
    case 'ENOTDIR':
      return new EngineError('not-writable', `Cannot write ${path}: part of its path is a file, not a folder.`);
    case 'EACCES':
    case 'EPERM':
      return new EngineError('not-writable', `No permission to write ${path}; choose another folder.`);
    case 'EROFS':
      return new EngineError('not-writable', `Cannot write ${path}: its disk is read-only; choose another folder.`);
    case 'EISDIR':
      return new EngineError('is-folder', `${path} is a folder; give the name of a file in it.`);
    case 'ENAMETOOLONG':
      return new EngineError('not-writable', `Cannot write ${path}: the name is too long.`);
    default:
      return new EngineError(
        'not-writable',
        `Cannot write ${path}: ${error instanceof Error ? error.message : String(error)}.`,
      );
  }
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
