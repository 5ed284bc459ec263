/**
 * The folder of stored indexes: one file for each log, named by a digest of its path. Finds the one that fits a log as
 * it is now, puts finished ones in place, and removes those that were not used for longest when all take too much.
 *
 * A stored index only saves time. So nothing here fails: what cannot be read is not there, what cannot be written is not
 * kept. Processes need not know of each other: files appear by renaming and are never changed; one that is open stays
 * readable when it is replaced or removed. Runs on the engine's thread.
 */
import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import {
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  statfs,
  utimes,
  type FileHandle,
} from 'node:fs/promises';
import { join } from 'node:path';
import {
  decodeDirectory,
  decodeHeader,
  type FileIdentity,
  headerBytes,
  type IndexKey,
  type StoredIndex,
} from '../../index/store/directory.ts';
import { builtFile } from '../../workers/entry.ts';
import { IndexFile } from './index-file.ts';

export interface IndexStoreSettings {
  /** Absent: nothing is stored. */
  readonly cacheFolder: string | undefined;
  /** For what the memory budget moves out of memory and is not kept. */
  readonly spoolFolder: string;
  /** Most bytes of all stored indexes. */
  readonly limitBytes: number;
  /** Smaller logs are indexed faster than a stored index would be found to be of use. */
  readonly leastBytes: number;
}

export interface FoundIndex {
  readonly index: StoredIndex;
  readonly file: FileHandle;
  /** Bytes stand behind those that were indexed. */
  readonly hasGrown: boolean;
}

/** Bytes at either end of a log that tell it from another one. */
const digestBytes = 64 << 10;
/** What is left free on the disk of the cache. */
const keepFreeBytes = 1 << 30;
/** A file that was being written by a process that is gone. */
const leftoverAfterMs = 60 * 60 * 1000;

const ending = '.index';
const unfinished = '.tmp';

export class IndexStore {
  readonly #settings: IndexStoreSettings;
  readonly #folder: string | undefined;
  #code: Promise<string> | undefined;

  constructor(settings: IndexStoreSettings) {
    this.#settings = settings;
    this.#folder = settings.cacheFolder === undefined ? undefined : join(settings.cacheFolder, 'index');
  }

  /** Whether an index of so many bytes would be kept. */
  keeps(bytes: number): boolean {
    return this.#folder !== undefined && bytes >= this.#settings.leastBytes;
  }

  /** Digest of the code that indexes: what another version stored is not used. */
  code(): Promise<string> {
    this.#code ??= Promise.all(['worker.cjs', 'indexing.wasm'].map((name) => readFile(builtFile(name)))).then(
      (files) => {
        const hash = createHash('sha256');
        for (const bytes of files) hash.update(bytes);
        return hash.digest('hex');
      },
    );
    return this.#code;
  }

  /** What is stored of the log at `path`, as far as it holds for the log as it is now. The caller closes its file. */
  async find(
    path: string,
    log: FileHandle,
    key: IndexKey,
    identity: FileIdentity,
    mayGrow: boolean,
  ): Promise<FoundIndex | undefined> {
    const stored = await this.#pathFor(path);
    const file = stored === undefined ? undefined : await openPrivate(stored);
    if (stored === undefined || file === undefined) return undefined;
    try {
      const index = await readDirectory(file);
      const isSame = index !== undefined && isSameKey(index.key, key);
      const hasGrown = isSame ? await compare(index.file, log, identity, mayGrow) : undefined;
      if (index !== undefined && hasGrown !== undefined) {
        const now = new Date();
        // By this time the store knows which was not used for longest.
        await utimes(stored, now, now).catch(() => undefined);
        return { index, file, hasGrown };
      }
    } catch {
      // Not readable is not there.
    }
    await file.close();
    return undefined;
  }

  /** A file for an index of about `bytes`, to be kept; undefined where there is no room or no right. */
  async create(path: string, bytes: number): Promise<IndexFile | undefined> {
    const target = await this.#pathFor(path);
    const folder = this.#folder;
    if (target === undefined || folder === undefined || bytes > this.#settings.limitBytes) return undefined;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const disk = await statfs(folder);
      if (disk.bavail * disk.bsize < bytes + keepFreeBytes) return undefined;
      const temporary = `${target}.${process.pid}-${randomBytes(6).toString('hex')}${unfinished}`;
      return new IndexFile(temporary, await open(temporary, 'wx+', 0o600), target);
    } catch {
      return undefined;
    }
  }

  /** A file that is gone when it is closed, for what does not fit the memory budget. */
  async createSpool(): Promise<IndexFile> {
    const path = join(this.#settings.spoolFolder, `taillight-${process.pid}-${randomBytes(6).toString('hex')}.spool`);
    return new IndexFile(path, await open(path, 'wx+', 0o600), undefined);
  }

  /** Puts a finished file in its place. */
  async keep(file: IndexFile, index: StoredIndex): Promise<void> {
    const { target } = file;
    if (target === undefined) return;
    const bytes = await file.finish(index);
    if (bytes === undefined || bytes > this.#settings.limitBytes) return;
    await rename(file.path, target);
    file.isKept = true;
    await this.#removeOldest();
  }

  async #pathFor(path: string): Promise<string | undefined> {
    if (this.#folder === undefined) return undefined;
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined) return undefined;
    return join(this.#folder, createHash('sha256').update(real).digest('hex').slice(0, 32) + ending);
  }

  /** Keeps within the limit, and clears away what broken-off processes left. */
  async #removeOldest(): Promise<void> {
    const folder = this.#folder;
    if (folder === undefined) return;
    const found: { readonly path: string; readonly bytes: number; readonly usedAt: number }[] = [];
    for (const name of await readdir(folder).catch(() => [])) {
      const path = join(folder, name);
      const facts = await stat(path).catch(() => undefined);
      if (facts?.isFile() !== true) continue;
      if (name.endsWith(ending)) found.push({ path, bytes: facts.size, usedAt: facts.mtimeMs });
      else if (name.endsWith(unfinished) && Date.now() - facts.mtimeMs > leftoverAfterMs) await remove(path);
    }
    found.sort((a, b) => b.usedAt - a.usedAt);
    let total = 0;
    for (const { path, bytes } of found) {
      total += bytes;
      if (total > this.#settings.limitBytes) await remove(path);
    }
  }
}

/** On some systems a file that another process reads cannot be removed; it will be the next time. */
const remove = (path: string): Promise<void> => rm(path, { force: true }).catch(() => undefined);

const isSameKey = (a: IndexKey, b: IndexKey): boolean =>
  a.code === b.code &&
  a.format === b.format &&
  a.encoding === b.encoding &&
  a.from === b.from &&
  a.timezone === b.timezone &&
  a.year === b.year;

/** Whether the log has grown since; undefined when it is another one or was changed in any other way. */
async function compare(
  known: FileIdentity,
  log: FileHandle,
  now: FileIdentity,
  mayGrow: boolean,
): Promise<boolean | undefined> {
  if (now.size === known.size && now.mtimeMs === known.mtimeMs) return hasSameEnds(now, known) ? false : undefined;
  if (now.size <= known.size || !mayGrow) return undefined;
  return hasSameEnds(await digestsOf(log, known.size), known) ? true : undefined;
}

const hasSameEnds = (a: Ends, b: Ends): boolean => a.head === b.head && a.tail === b.tail;

/** What tells the first `size` bytes of a log, last written at `mtimeMs`, from those of another one. */
export async function identify(log: FileHandle, size: number, mtimeMs: number): Promise<FileIdentity> {
  return { size, mtimeMs, ...(await digestsOf(log, size)) };
}

/** Whether what was indexed is still what the log begins with. */
export async function isUnchanged(log: FileHandle, identity: FileIdentity): Promise<boolean> {
  const { size, mtimeMs } = await log.stat();
  if (size < identity.size || (size === identity.size && mtimeMs !== identity.mtimeMs)) return false;
  return hasSameEnds(await digestsOf(log, identity.size), identity);
}

type Ends = Pick<FileIdentity, 'head' | 'tail'>;

async function digestsOf(log: FileHandle, size: number): Promise<Ends> {
  const length = Math.min(digestBytes, size);
  const digest = async (from: number): Promise<string> => {
    const bytes = await readAt(log, from, length);
    return createHash('sha256').update(bytes).digest('hex');
  };
  return { head: await digest(0), tail: await digest(size - length) };
}

/** The file, if it is a plain one that nobody but its owner, who must be this user, can write. */
async function openPrivate(path: string): Promise<FileHandle | undefined> {
  // Windows knows no such flag, and no owner by number.
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);
  const file = await open(path, flags).catch(() => undefined);
  if (file === undefined) return undefined;
  const facts = await file.stat();
  const isOwn = process.getuid === undefined || (facts.uid === process.getuid() && (facts.mode & 0o022) === 0);
  if (facts.isFile() && isOwn) return file;
  await file.close();
  return undefined;
}

async function readDirectory(file: FileHandle): Promise<StoredIndex | undefined> {
  const { size } = await file.stat();
  const place = decodeHeader(await readAt(file, 0, headerBytes), size);
  if (place === undefined) return undefined;
  return decodeDirectory(await readAt(file, place.at, place.bytes), place.sum, size);
}

/** Fewer bytes where the file ends. */
async function readAt(file: FileHandle, at: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, at + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
