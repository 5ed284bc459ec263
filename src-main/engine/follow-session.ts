/**
 * Keeps a run up to date with a file that is written to: takes the bytes that the follower reads, keeps them in spool
 * files, and has them indexed as they come.
 *
 * What was followed is read from the spool and never again from the file, so a page shows what was indexed even when
 * the file was truncated since. The spool is bounded: when it is full its oldest part goes; the columns of those rows
 * stay, their text is then no longer available. Lives on the engine's thread; owned by its source.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile, open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Marker } from '../../src-shared/protocol.ts';
import { followFile, type FileFollower, type FollowEvent, type FollowOwner } from '../sources/index.ts';
import type { Piece } from './piece.ts';

export interface FollowSettings {
  readonly path: string;
  readonly name: string;
  readonly spoolFolder: string;
  /** Most bytes of followed text that are kept. */
  readonly spoolBytes: number;
  /** What a worker indexes in one go. */
  readonly rangeBytes: number;
  /** The file has had lines to tell its format by. */
  readonly isFormatKnown: () => boolean;
  /** Id that the file's next record will have. */
  readonly nextId: () => number;
  /** Makes the piece for bytes in a spool, or undefined when they are too few to tell the format. */
  readonly createPiece: (fd: number, from: number, head: Uint8Array) => Promise<Piece | undefined>;
  readonly onChange: () => void;
  readonly onError: (error: unknown) => void;
}

/** A spool file is this part of the spool; then the next one begins, so that the oldest can go. */
const spoolParts = 8;
/** Each file that is rotated away leaves a part, however small, and a part takes a descriptor. */
const mostParts = 250;
/** With so many ranges that are not indexed yet, workers begin while more is read; with so many, reading waits for them. */
const burstRanges = 2.25;
const mostRangesBehind = 10;
const lookAgainMs = 10;
/** A file up to this size is copied when following begins, so that its rows outlive a truncation. */
const copiedAtStart = 256 << 20;

/** How much is looked at to tell the format of a file that did not exist before. */
const detectionBytes = 256 << 10;

interface SpoolPart {
  readonly path: string;
  readonly file: FileHandle;
  piece: Piece | undefined;
  /** Offsets in the followed file: the part holds [from, to). */
  readonly from: number;
  to: number;
}

export class FollowSession implements FollowOwner {
  readonly #settings: FollowSettings;
  readonly markers: Marker[] = [];
  readonly #parts: SpoolPart[] = [];
  #part: SpoolPart | undefined;
  /** Indexes a burst while it is read; stays when it has failed. */
  #burst: Promise<void> | undefined;
  /** The last line has no newline yet. */
  isLinePartial = false;
  #follower: FileFollower | undefined;
  #isMissing = false;
  /** Pieces that are read through the file itself, until it is truncated. */
  readonly #original: Piece | undefined;
  #copy: { readonly path: string; readonly file: FileHandle } | undefined;
  #nothing: { readonly path: string; readonly file: FileHandle } | undefined;

  constructor(settings: FollowSettings, original: Piece | undefined) {
    this.#settings = settings;
    this.#original = original;
    this.#isMissing = original === undefined;
  }

  get isMissing(): boolean {
    return this.#isMissing;
  }

  get #partBytes(): number {
    return Math.ceil(this.#settings.spoolBytes / spoolParts);
  }

  /** Begins; `known` is the open file and how much of it was indexed as a whole. */
  async start(known: { readonly handle: FileHandle; readonly size: number } | undefined): Promise<void> {
    const { path } = this.#settings;
    const original = this.#original;
    if (known === undefined || original === undefined) {
      const empty = known === undefined ? undefined : { handle: await reopened(known.handle, path), readTo: 0 };
      this.#isMissing = empty === undefined;
      this.#follower = followFile(path, this, empty, this.#settings.onError);
      return;
    }
    if (known.size <= copiedAtStart) await this.#copyOriginal(known.size);
    original.reopenEnd();
    // What may still grow is taken again, into the spool, by a piece that goes on where the first one ends.
    await this.#openPart(original.indexedTo);
    this.#part?.piece?.continueFrom(original);
    const from = original.indexedTo;
    const handle = await reopened(known.handle, path);
    this.#follower = followFile(path, this, { handle, readTo: from }, this.#settings.onError);
    await this.#follower.poll();
  }

  async take(bytes: Uint8Array): Promise<void> {
    this.isLinePartial = bytes[bytes.length - 1] !== 10;
    if (this.#part === undefined) await this.#openPart(0);
    let part = this.#part;
    if (part === undefined) return;
    if (part.to - part.from >= this.#partBytes && part.piece !== undefined)
      part = await this.#nextPart(part, part.piece);
    await part.file.write(bytes, 0, bytes.length, part.to);
    part.to += bytes.length;
    part.piece ??= await this.#createPiece(part, await this.#headOf(part));
    await this.#keepUp(part);
  }

  /** Has what is there indexed while more is read, once that is worth it. */
  async #keepUp({ piece, to }: SpoolPart): Promise<void> {
    if (piece === undefined) return;
    piece.grow(to, false);
    const behind = to - piece.indexedTo;
    const { rangeBytes } = this.#settings;
    if (behind >= burstRanges * rangeBytes && this.#burst === undefined) {
      const burst = piece.followBurst();
      this.#burst = burst;
      burst.then(
        () => (this.#burst = undefined),
        () => undefined,
      );
    }
    while (to - piece.indexedTo >= mostRangesBehind * rangeBytes) {
      if (this.#burst === undefined) return this.#index(piece, to, false);
      await Promise.race([this.#burst, setTimeout(lookAgainMs)]);
    }
  }

  /** Indexes all there is. */
  async #index(piece: Piece, to: number, isOver: boolean): Promise<void> {
    await this.#burst;
    await piece.follow(to, isOver);
  }

  async caughtUp(): Promise<void> {
    const part = this.#part;
    if (part?.piece === undefined) return;
    await this.#index(part.piece, part.to, false);
    this.#settings.onChange();
  }

  async happened(kind: FollowEvent, gap: boolean, isNewFile: boolean): Promise<void> {
    const part = this.#part;
    if (isNewFile) {
      if (part?.piece !== undefined) await this.#index(part.piece, part.to, true);
      this.#part = undefined;
      if (kind === 'truncated' || kind === 'rewritten') await this.#leaveOriginal();
    }
    const { name, nextId } = this.#settings;
    this.markers.push({ record: nextId(), at: Date.now(), kind, gap, file: name });
    this.#settings.onChange();
  }

  missing(isMissing: boolean): void {
    this.#isMissing = isMissing;
    this.#settings.onChange();
  }

  /** Looks at the file now. */
  async poll(): Promise<void> {
    await this.#follower?.poll();
  }

  /** Ends following; what was read stays readable until `dispose`. */
  async stop(): Promise<void> {
    await this.#follower?.close();
    this.#follower = undefined;
    const part = this.#part;
    if (part?.piece !== undefined) await this.#index(part.piece, part.to, true).catch(() => undefined);
    this.#settings.onChange();
  }

  /** Closes and removes the spool. */
  async dispose(): Promise<void> {
    await this.#follower?.close();
    for (const { path, file } of [...this.#parts, this.#copy, this.#nothing].flatMap((kept) => kept ?? [])) {
      await file.close();
      await rm(path, { force: true });
    }
    this.#parts.length = 0;
  }

  async #create(): Promise<{ readonly path: string; readonly file: FileHandle }> {
    const path = join(this.#settings.spoolFolder, `taillight-${process.pid}-${randomBytes(6).toString('hex')}.spool`);
    return { path, file: await open(path, 'wx+', 0o600) };
  }

  async #openPart(from: number): Promise<void> {
    const part: SpoolPart = { ...(await this.#create()), piece: undefined, from, to: from };
    this.#parts.push(part);
    this.#part = part;
    // The format is known already, unless there was no file before.
    if (this.#settings.isFormatKnown()) part.piece = await this.#createPiece(part, new Uint8Array(0));
    await this.#dropOldest();
  }

  #createPiece(part: SpoolPart, head: Uint8Array): Promise<Piece | undefined> {
    return this.#settings.createPiece(part.file.fd, part.from, head);
  }

  async #headOf(part: SpoolPart): Promise<Uint8Array> {
    const head = Buffer.alloc(Math.min(detectionBytes, part.to - part.from));
    await part.file.read(head, 0, head.length, part.from);
    return head;
  }

  /** Goes on in a fresh spool file, with the record that may still grow. */
  async #nextPart(full: SpoolPart, piece: Piece): Promise<SpoolPart> {
    await this.#index(piece, full.to, false);
    const from = piece.indexedTo;
    const rest = Buffer.alloc(full.to - from);
    await full.file.read(rest, 0, rest.length, from);
    piece.leaveRest();
    await this.#openPart(from);
    const part = this.#part;
    if (part === undefined) throw new Error('a part was opened');
    part.piece?.continueFrom(piece);
    await part.file.write(rest, 0, rest.length, from);
    part.to = full.to;
    return part;
  }

  async #dropOldest(): Promise<void> {
    // The newest one is about to be filled.
    const most = this.#settings.spoolBytes - this.#partBytes;
    const held = (): number => this.#parts.reduce((sum, { from, to }) => sum + to - from, 0);
    while (this.#parts.length > mostParts || (this.#parts.length > 2 && held() > most)) {
      const oldest = this.#parts.shift();
      if (oldest === undefined) return;
      this.#nothing ??= await this.#create();
      oldest.piece?.readThrough(this.#nothing.file.fd);
      await oldest.file.close();
      await rm(oldest.path, { force: true });
    }
  }

  /** Keeps the rows that were there before following readable when the file is truncated. */
  async #copyOriginal(size: number): Promise<void> {
    const copy = await this.#create();
    try {
      await copyFile(this.#settings.path, copy.path, constants.COPYFILE_FICLONE);
      if ((await copy.file.stat()).size >= size) {
        this.#copy = copy;
        return;
      }
    } catch {
      // No room, or the file is gone: its rows are then as readable as the file itself.
    }
    await copy.file.close();
    await rm(copy.path, { force: true });
  }

  async #leaveOriginal(): Promise<void> {
    if (this.#original === undefined) return;
    this.#nothing ??= await this.#create();
    this.#original.readThrough((this.#copy ?? this.#nothing).file.fd);
  }
}

/** The same file once more, also when its name has changed since (where the system has a way to say so). */
const reopened = (handle: FileHandle, path: string): Promise<FileHandle> =>
  open(`/proc/self/fd/${handle.fd}`, 'r').catch(() => open(path, 'r'));
