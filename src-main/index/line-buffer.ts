/**
 * Finds lines in a byte range that is read chunk by chunk into one reused buffer.
 *
 * Lines end with LF; a CR before it is not part of the content; a lone CR does not end a line. A line longer than
 * `longestLine` is handed out cut, and the rest of it is passed over.
 */
import { viewOfBytes } from './bytes-hash.ts';

/** Reads up to `length` bytes at `position` of the source into target[at...]; returns how many, 0 at the end. */
export type ReadBytes = (target: Uint8Array, at: number, length: number, position: number) => number;

/** Longer lines and records are parsed by their first bytes only, and counted as over-long. */
export const longestLine = 16 << 20;

const newline = 10;
const carriageReturn = 13;

export class LineBuffer {
  readonly #read: ReadBytes;
  readonly #limit: number;
  readonly #chunkBytes: number;
  readonly #moving: () => void;
  bytes: Buffer;
  view: DataView;
  /** Source offset of bytes[0]. */
  base: number;
  #filled = 0;
  #searched = 0;
  #discarding = false;
  /** The current line's content is [start, end) in `bytes`; the next line starts at `next`. */
  start = 0;
  end = 0;
  next = 0;
  /** The current line is longer than longestLine and was cut there. */
  cut = false;
  /** Positions below this are needed no longer. Set by the owner; moves with the buffer. */
  keepFrom = 0;

  readonly #home: Buffer | undefined;

  /**
   * `moving` is called before the bytes move; afterwards positions are smaller by what `moved` says. The bytes lie at
   * the beginning of `home` as long as there is room.
   */
  constructor(read: ReadBytes, from: number, limit: number, chunkBytes: number, moving: () => void, home?: Buffer) {
    this.#read = read;
    this.#limit = limit;
    this.#chunkBytes = chunkBytes;
    this.#moving = moving;
    this.base = from;
    this.#home = home;
    this.bytes = this.#room(Math.max(4096, chunkBytes * 2));
    this.view = viewOfBytes(this.bytes);
  }

  /** Bytes by which all positions were reduced since this was last set to 0. */
  moved = 0;

  /** A line begins at `next`, and the bytes lie in the home that they were given. */
  get isOpenToKernels(): boolean {
    return !this.#discarding && this.bytes.buffer === this.#home?.buffer;
  }

  /** Bytes that are there. */
  get filled(): number {
    return this.#filled;
  }

  /** Somebody else has read the lines up to position `next`. */
  passTo(next: number): void {
    this.next = next;
    this.#searched = next;
  }

  /** Source offset of the byte behind all that was read. */
  get endOffset(): number {
    return this.base + this.#filled;
  }

  /** Source offset at which the current line starts. */
  get offset(): number {
    return this.base + this.start;
  }

  /**
   * Passes over the rest of the line that `from` lies in, unless `from` is the start of a line. False: no line starts
   * before `to`, which is as far as it looks.
   */
  skipToLineStart(to: number): boolean {
    const before = Buffer.allocUnsafe(1);
    if (this.base === 0 || this.#read(before, 0, 1, this.base - 1) === 0 || before[0] === newline) return true;
    for (;;) {
      const found = this.bytes.indexOf(newline, this.#searched);
      if (found >= 0 && found < this.#filled) {
        this.#searched = this.next = found + 1;
        return this.base + this.next < to;
      }
      this.#searched = this.next = this.#filled;
      this.keepFrom = this.next;
      if (this.endOffset >= to || !this.#fill(this.next)) return false;
    }
  }

  /** Moves to the next line. `final`: a last line without newline counts. False at the end of the range's bytes. */
  advance(final: boolean): boolean {
    let start = this.next;
    for (;;) {
      const found = this.#searched < this.#filled ? this.bytes.indexOf(newline, this.#searched) : -1;
      const complete = found >= 0 && found < this.#filled;
      if (this.#discarding) {
        start = complete ? found + 1 : this.#filled;
        this.#searched = start;
        this.next = start;
        if (complete) {
          this.#discarding = false;
          continue;
        }
        const more = this.#fill(start);
        start = this.next;
        if (!more) return false;
        continue;
      }
      if (complete) {
        this.#set(start, found, found + 1, false);
        return true;
      }
      this.#searched = this.#filled;
      if (this.#filled - start >= longestLine) {
        this.#set(start, start + longestLine, this.#filled, true);
        this.#discarding = true;
        return true;
      }
      const more = this.#fill(start);
      start = this.next;
      if (!more) {
        if (!final || start >= this.#filled) return false;
        this.#set(start, this.#filled, this.#filled, false);
        this.#searched = this.#filled;
        return true;
      }
    }
  }

  #set(start: number, end: number, next: number, cut: boolean): void {
    this.start = start;
    this.end = !cut && end > start && next > end && this.bytes[end - 1] === carriageReturn ? end - 1 : end;
    this.next = next;
    this.cut = cut;
    this.#searched = next;
  }

  /** Reads one chunk behind what is there; `lineStart` (kept in `next`) moves with the bytes. */
  #fill(lineStart: number): boolean {
    this.next = lineStart;
    const want = Math.min(this.#chunkBytes, this.#limit - this.endOffset);
    if (want <= 0) return false;
    if (this.#filled + want > this.bytes.length) this.#makeRoom(want);
    const got = this.#read(this.bytes, this.#filled, want, this.endOffset);
    this.#filled += got;
    return got > 0;
  }

  #makeRoom(want: number): void {
    this.#moving();
    const from = Math.min(this.keepFrom, this.next);
    const kept = this.#filled - from;
    if (kept + want > this.bytes.length) {
      const larger = this.#room(Math.max(this.bytes.length * 2, kept + want));
      this.bytes.copy(larger, 0, from, this.#filled);
      this.bytes = larger;
      this.view = viewOfBytes(larger);
    } else {
      this.bytes.copyWithin(0, from, this.#filled);
    }
    this.base += from;
    this.#filled = kept;
    this.next -= from;
    this.#searched -= from;
    this.keepFrom -= from;
    this.moved += from;
  }

  /** In the home, of which the current bytes are the front, or on the heap. */
  #room(bytes: number): Buffer {
    const home = this.#home;
    return home !== undefined && bytes <= home.length ? home.subarray(0, bytes) : Buffer.allocUnsafe(bytes);
  }
}
