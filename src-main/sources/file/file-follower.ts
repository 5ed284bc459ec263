/**
 * Follows one path through growth, truncation, rotation, deletion and reappearance, and hands on every byte that could
 * be read, once and in order.
 *
 * Polling decides, notifications only make it come sooner: they do not work on network shares. Bytes are read once,
 * checked against what was read before (so that a file that was rewritten is not taken for one that grew), and given
 * to the owner, who keeps them. Everything is asynchronous and strictly one step after the other; nothing is read
 * before the owner has taken what came before.
 */
import type { FSWatcher, Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { userFiles } from '../../user-files.ts';
import { basename, dirname, join } from 'node:path';

const { watch } = userFiles;
const { lstat, open, readdir, stat } = userFiles.promises;

export type FollowEvent = 'rotated' | 'truncated' | 'rewritten' | 'deleted' | 'appeared' | 'replaced';

export interface FollowOwner {
  /** Bytes that come next in the current file. They may be reused when the promise resolves. */
  take(bytes: Uint8Array): Promise<void>;
  /** All bytes there are for now were taken. */
  caughtUp(): Promise<void>;
  /**
   * What comes next stands behind such an event; `gap`: bytes may have been written before it that nobody could read.
   * `isNewFile`: the next bytes are the first of a file, and the last record of the one before is complete.
   */
  happened(event: FollowEvent, gap: boolean, isNewFile: boolean): Promise<void>;
  /** The path names no file, or names one again. */
  missing(isMissing: boolean): void;
}

/** How often the file is looked at: half of what somebody who watches would notice. */
const pollEveryMs = 100;
/** A rotated file may still be written to by who has it open. */
const watchRotatedMs = 5000;
const chunkBytes = 1 << 20;
/** What is compared before bytes are believed to follow those read earlier. */
const headBytes = 1024;
const tailBytes = 256;

interface Watched {
  readonly handle: FileHandle;
  /** Bytes that were read. */
  readTo: number;
  /** The first and the last of them. */
  head: Buffer;
  tail: Buffer;
  /** Its modification time when it was last seen to be empty. */
  emptySince?: number;
  /** What the file looked like when all of it had been read and was found unchanged. */
  seen?: Facts;
  /** It began anew under the same handle: before its first bytes are read, copies of what it held meanwhile are. */
  isAnew?: boolean;
}

type Facts = Pick<Stats, 'ino' | 'dev' | 'size' | 'mtimeMs' | 'ctimeMs'>;

/** A file that was written to so shortly before may have been written to again within one tick of its clock. */
const settledMs = 2000;

interface Retired {
  readonly file: Watched;
  readonly until: number;
}

export interface FileFollower {
  /** Looks at the file now and comes back when everything there is was taken. */
  poll(): Promise<void>;
  close(): Promise<void>;
}

/** `known`: what was read of the file before following began, and its open handle; undefined when there is no file yet. */
export function followFile(
  path: string,
  owner: FollowOwner,
  known: { readonly handle: FileHandle; readonly readTo: number } | undefined,
  onError: (error: unknown) => void,
): FileFollower {
  return new Follower(path, owner, known, onError);
}

class Follower implements FileFollower {
  readonly #path: string;
  readonly #owner: FollowOwner;
  readonly #onError: (error: unknown) => void;
  readonly #buffer = Buffer.allocUnsafe(chunkBytes);
  #current: Watched | undefined;
  /** Files that were rotated away, while somebody may still write to them. */
  #retired: Retired[] = [];
  /** Rotated files that are nothing new: their first bytes by inode, which may be used again once a file is deleted. */
  readonly #known = new Map<string, Buffer>();
  #isMissing = false;
  #isMarkedDeleted = false;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watcher: FSWatcher | undefined;
  #polling: Promise<void> = Promise.resolve();
  #isDue = false;
  #starting: Promise<void>;

  constructor(
    path: string,
    owner: FollowOwner,
    known: { readonly handle: FileHandle; readonly readTo: number } | undefined,
    onError: (error: unknown) => void,
  ) {
    this.#path = path;
    this.#owner = owner;
    this.#onError = onError;
    this.#isMissing = known === undefined;
    this.#starting = this.#start(known);
    this.#watch();
    this.#schedule(0);
  }

  poll(): Promise<void> {
    this.#polling = this.#polling.then(async () => {
      await this.#starting;
      if (!this.#closed) await this.#look();
    });
    return this.#polling;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#watcher?.close();
    await this.#polling.catch(() => undefined);
    for (const file of [this.#current, ...this.#retired.map((retired) => retired.file)]) await file?.handle.close();
  }

  async #start(known: { readonly handle: FileHandle; readonly readTo: number } | undefined): Promise<void> {
    for (const sibling of await this.#openSiblings()) {
      this.#known.set(sibling.id, sibling.head);
      await sibling.handle.close();
    }
    if (known === undefined) return;
    const { handle, readTo } = known;
    const head = Buffer.alloc(Math.min(headBytes, readTo));
    const tail = Buffer.alloc(Math.min(tailBytes, readTo));
    await readFully(handle, head, 0);
    await readFully(handle, tail, readTo - tail.length);
    this.#current = { handle, readTo, head, tail };
  }

  #schedule(delayMs: number): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isDue = false;
      this.poll()
        .catch((error: unknown) => {
          if (!this.#closed) this.#onError(error);
        })
        .finally(() => this.#schedule(this.#isDue ? 10 : pollEveryMs));
    }, delayMs);
  }

  /** A notification only shortens the wait. Where it is not to be had, polling is all there is. */
  #watch(): void {
    try {
      this.#watcher = watch(dirname(this.#path), { persistent: false }, (_event, name) => {
        if (name !== null && !name.startsWith(basename(this.#path))) return;
        if (this.#isDue) return;
        this.#isDue = true;
        this.#schedule(5);
      });
      this.#watcher.on('error', () => this.#watcher?.close());
    } catch {
      this.#watcher = undefined;
    }
  }

  async #look(): Promise<void> {
    const current = this.#current;
    if (current !== undefined && (await this.#isUntouched(current))) return;
    await this.#drainRetired();
    let took = false;
    if (current !== undefined) took = await this.#drain(current);
    const facts = await statOf(this.#path);
    if (facts === undefined) {
      if (took) await this.#owner.caughtUp();
      await this.#nothingThere();
      return;
    }
    if (current !== undefined) {
      const own = await current.handle.stat();
      if (own.ino === facts.ino && own.dev === facts.dev) {
        if (this.#isMissing) {
          this.#isMissing = this.#isMarkedDeleted = false;
          this.#owner.missing(false);
        }
        if (took) await this.#owner.caughtUp();
        return;
      }
    }
    await this.#switchFile(current);
  }

  /** Nothing has happened: one look at the path tells, while there is nothing else to be looked at. */
  async #isUntouched({ seen }: Watched): Promise<boolean> {
    if (seen === undefined || this.#retired.length > 0 || this.#isMissing) return false;
    const facts = await statOf(this.#path);
    return facts !== undefined && isSameFacts(facts, seen);
  }

  async #nothingThere(): Promise<void> {
    if (!this.#isMissing) {
      // A rotation has a moment without a file; only the second look in a row tells.
      this.#isMissing = true;
      return;
    }
    if (this.#isMarkedDeleted) return;
    this.#isMarkedDeleted = true;
    this.#owner.missing(true);
    if (this.#current !== undefined) await this.#owner.happened('deleted', false, false);
  }

  /** The path names another file than the one that is open: finish that one, catch up on those between, go on. */
  async #switchFile(old: Watched | undefined): Promise<void> {
    const isLink = await lstat(this.#path).then(
      (facts) => facts.isSymbolicLink(),
      () => false,
    );
    const handle = await open(this.#path, 'r').catch(() => undefined);
    if (handle === undefined) return;
    const opened = await handle.stat();
    if (old !== undefined) {
      // Whoever writes to the new file has left the old one.
      await this.#drain(old);
      const oldFacts = await old.handle.stat();
      this.#known.set(idOf(oldFacts), old.head.subarray(0, tailBytes));
      this.#retired.push({ file: old, until: Date.now() + watchRotatedMs });
      const between = await this.#newSiblings(idOf(opened));
      const isOldStillThere = oldFacts.nlink > 0;
      // Where the old file is gone, others may have come and gone as well.
      let gap = !isOldStillThere;
      for (const sibling of between) {
        await this.#owner.happened('rotated', gap, true);
        gap = false;
        await this.#readWhole(sibling);
      }
      await this.#owner.happened(isLink ? 'replaced' : this.#isMarkedDeleted ? 'appeared' : 'rotated', gap, true);
    } else {
      await this.#owner.happened('appeared', false, true);
    }
    if (this.#isMissing || old === undefined) this.#owner.missing(false);
    this.#isMissing = this.#isMarkedDeleted = false;
    this.#current = { handle, readTo: 0, head: Buffer.alloc(0), tail: Buffer.alloc(0) };
    await this.#drain(this.#current);
    await this.#owner.caughtUp();
    // It may have been rotated away meanwhile.
    this.#isDue = true;
  }

  /** Takes all bytes behind those that were read. True when there were any. */
  async #drain(file: Watched): Promise<boolean> {
    let took = false;
    for (;;) {
      if (this.#closed) return took;
      const facts = await file.handle.stat();
      const { size, mtimeMs } = facts;
      delete file.seen;
      if (file.readTo === 0 && file.emptySince !== undefined && file.emptySince !== mtimeMs) {
        // It was empty and was written to since: perhaps not for the first time.
        if (size === 0) took = (await this.#readCopies(file, true)) || took;
        else file.isAnew = true;
        file.emptySince = undefined;
      }
      if (size === 0 && file.readTo === 0 && file.head.length === 0) {
        file.emptySince = mtimeMs;
        return took;
      }
      if (size < Math.max(file.readTo, file.head.length) || !(await this.#isSame(file))) {
        // The size may have changed since it was asked for.
        const now = await file.handle.stat();
        await this.#restartFile(file, Math.min(size, now.size) < file.readTo ? 'truncated' : 'rewritten');
        took = true;
        continue;
      }
      if (size === file.readTo) {
        if (Date.now() - Math.max(mtimeMs, facts.ctimeMs) > settledMs) file.seen = facts;
        return took;
      }
      if (file.isAnew === true && file.readTo === 0 && file.head.length === 0) {
        took = (await this.#readCopies(file, false)) || took;
        continue;
      }
      const want = Math.min(chunkBytes, size - file.readTo);
      const { bytesRead } = await file.handle.read(this.#buffer, 0, want, file.readTo);
      if (bytesRead === 0) return took;
      // The file may have been rewritten between the look and the read; then these are not the bytes that follow.
      const after = await file.handle.stat();
      if (after.size < file.readTo + bytesRead || !(await this.#isSame(file))) continue;
      const bytes = this.#buffer.subarray(0, bytesRead);
      this.#remember(file, bytes);
      await this.#owner.take(bytes);
      took = true;
    }
  }

  /** The file begins anew under the same handle. */
  async #restartFile(file: Watched, event: 'truncated' | 'rewritten'): Promise<void> {
    const old = { ...file };
    file.readTo = 0;
    file.head = file.tail = Buffer.alloc(0);
    file.isAnew = true;
    const now = Buffer.alloc(tailBytes);
    const got = await readFully(file.handle, now, 0);
    for (const copy of await this.#copiesOf(file, now.subarray(0, got))) {
      const rest = { handle: copy.handle, readTo: old.readTo, head: old.head, tail: old.tail };
      if (await this.#isSame(rest)) {
        // A copy of what was being read: it goes on where reading was cut off.
        await this.#drain(rest);
        await copy.handle.close();
      } else {
        await this.#owner.happened('truncated', true, true);
        await this.#readWhole(copy);
      }
    }
    // What was written after the copy was made, or with no copy since the last look, is gone, and nobody can know
    // whether there was anything.
    await this.#owner.happened(event, true, true);
  }

  /**
   * The file begins anew and may have been filled, copied and emptied between two looks. Remembers how it begins now,
   * so that it is noticed when that changes before it was read. True when copies were found.
   */
  async #readCopies(file: Watched, isEmptyAgain: boolean): Promise<boolean> {
    const head = Buffer.alloc(tailBytes);
    file.head = isEmptyAgain ? Buffer.alloc(0) : head.subarray(0, await readFully(file.handle, head, 0));
    const copies = await this.#copiesOf(file, file.head);
    for (const copy of copies) {
      await this.#owner.happened('truncated', true, true);
      await this.#readWhole(copy);
    }
    if (copies.length > 0 || isEmptyAgain) await this.#owner.happened('truncated', true, true);
    return copies.length > 0 || isEmptyAgain;
  }

  /** New files beside this one, oldest first, that were made before what it holds now, which begins with `now`. */
  async #copiesOf(file: Watched, now: Buffer): Promise<Sibling[]> {
    const { dev, ino } = await file.handle.stat();
    const siblings = await this.#newSiblings(idOf({ dev, ino }));
    const isCopyOfNow = ({ head }: Sibling): boolean => {
      const shared = Math.min(now.length, head.length);
      return shared > 0 && head.subarray(0, shared).equals(now.subarray(0, shared));
    };
    // Younger ones hold what came after it, and it has not been read.
    const end = siblings.findIndex(isCopyOfNow);
    const copies = end < 0 ? siblings : siblings.slice(0, end);
    for (const sibling of siblings) {
      if (copies.includes(sibling)) this.#known.set(sibling.id, sibling.head);
      else await sibling.handle.close();
    }
    return copies;
  }

  #remember(file: Watched, bytes: Buffer): void {
    if (file.readTo === 0) file.head = Buffer.alloc(0);
    if (file.head.length < headBytes) {
      file.head = Buffer.concat([file.head, bytes.subarray(0, headBytes - file.head.length)]);
    }
    file.tail = Buffer.concat([file.tail, bytes.subarray(-tailBytes)]).subarray(-tailBytes);
    file.readTo += bytes.length;
  }

  /** Whether the file still begins and goes on as it did when it was read. */
  async #isSame(file: Watched): Promise<boolean> {
    const head = Buffer.alloc(file.head.length);
    const tail = Buffer.alloc(file.tail.length);
    await readFully(file.handle, head, 0);
    await readFully(file.handle, tail, file.readTo - tail.length);
    return head.equals(file.head) && tail.equals(file.tail);
  }

  async #drainRetired(): Promise<void> {
    const now = Date.now();
    const keep: Retired[] = [];
    for (const retired of this.#retired) {
      const { size } = await retired.file.handle.stat();
      if (size > retired.file.readTo) {
        await this.#owner.happened('rotated', false, true);
        await this.#drain(retired.file);
        await this.#owner.happened('rotated', false, true);
      }
      if (now < retired.until) keep.push(retired);
      else await retired.file.handle.close();
    }
    this.#retired = keep;
  }

  /** Reads a file that was there between two looks; it is watched for a while like one that was rotated away. */
  async #readWhole({ id, handle, head }: Sibling): Promise<void> {
    const file = { handle, readTo: 0, head: Buffer.alloc(0), tail: Buffer.alloc(0) };
    await this.#drain(file);
    this.#known.set(id, head);
    this.#retired.push({ file, until: Date.now() + watchRotatedMs });
  }

  /**
   * Rotated files that appeared since the last rotation and are older than the file that is current now, oldest first:
   * two rotations within one poll lose nothing.
   */
  async #newSiblings(current: string): Promise<Sibling[]> {
    const siblings = await this.#openSiblings();
    // The current file may itself have been rotated away meanwhile; what is newer than it is for the next look.
    const currentSuffix = siblings.find(({ id }) => id === current)?.suffix ?? -1;
    const fresh = siblings.filter(({ id, suffix, head }) => {
      const known = this.#known.get(id);
      const isKnown = known !== undefined && known.length > 0 && head.subarray(0, known.length).equals(known);
      return id !== current && head.length > 0 && suffix > currentSuffix && !isKnown;
    });
    for (const sibling of siblings) if (!fresh.includes(sibling)) await sibling.handle.close();
    return fresh.sort((a, b) => b.suffix - a.suffix || a.bornMs - b.bornMs);
  }

  /** Opens the files that are named after this one, each once, though they may be renamed while this looks at them. */
  async #openSiblings(): Promise<Sibling[]> {
    const folder = dirname(this.#path);
    const name = basename(this.#path);
    const found = new Map<string, Sibling>();
    for (let attempt = 0; attempt < 5; attempt++) {
      let isStable = true;
      const seen = new Set<string>();
      const names = (await readdir(folder).catch((): string[] => []))
        .filter((other) => other !== name && other.startsWith(name) && !/\.(gz|bz2|xz|zst|zip)$/i.test(other))
        // Rotation moves files towards higher numbers: upwards, one that moves is met twice rather than never.
        .sort((a, b) => suffixOf(a) - suffixOf(b));
      for (const other of names) {
        const handle = await open(join(folder, other), 'r').catch(() => undefined);
        if (handle === undefined) {
          isStable = false;
          continue;
        }
        const facts = await handle.stat();
        const id = idOf(facts);
        if (seen.has(id) || (attempt > 0 && !found.has(id))) isStable = false;
        const earlier = found.get(id);
        if (!facts.isFile() || earlier !== undefined) {
          if (earlier !== undefined) found.set(id, { ...earlier, suffix: suffixOf(other) });
          seen.add(id);
          await handle.close();
          continue;
        }
        seen.add(id);
        const head = Buffer.alloc(tailBytes);
        const got = await readFully(handle, head, 0);
        found.set(id, { id, handle, head: head.subarray(0, got), bornMs: facts.birthtimeMs, suffix: suffixOf(other) });
      }
      if (isStable && attempt > 0) break;
    }
    return [...found.values()];
  }
}

/** A file whose name begins with that of the followed one. */
interface Sibling {
  readonly id: string;
  readonly handle: FileHandle;
  readonly head: Buffer;
  readonly bornMs: number;
  /** The number at the end of its name: the higher, the older; 0 when there is none. */
  readonly suffix: number;
}

const idOf = ({ dev, ino }: { readonly dev: number; readonly ino: number }): string => `${dev}:${ino}`;

const suffixOf = (name: string): number => Number(/(\d+)$/.exec(name)?.[1] ?? 0);

async function readFully(handle: FileHandle, target: Buffer, position: number): Promise<number> {
  let done = 0;
  while (done < target.length) {
    const { bytesRead } = await handle.read(target, done, target.length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

const statOf = (path: string): Promise<Facts | undefined> => stat(path).catch(() => undefined);

const isSameFacts = (a: Facts, b: Facts): boolean =>
  a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
