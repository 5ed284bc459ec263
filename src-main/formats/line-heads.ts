/**
 * Finds the beginnings of lines in chunks that are cut anywhere, for prescans that need no more than the first
 * bytes of each line. Newlines are found natively; only a line that straddles chunks is copied.
 */

/** Enough for the prefix of a container tool, a syslog priority and any timestamp. */
const headBytes = 256;

/** The line's first bytes [start, end), at most 256 of them, and where the line begins in the source. */
export type LineHeadListener = (bytes: Uint8Array, start: number, end: number, offset: number) => void;

export class LineHeads {
  private readonly held = new Uint8Array(headBytes);
  private heldLength = 0;
  private heldOffset = 0;
  /** A line has begun whose end has not been seen. */
  private isInside = false;

  constructor(private readonly listener: LineHeadListener) {}

  chunk(bytes: Uint8Array, length: number, baseOffset: number): void {
    let at = 0;
    if (this.isInside) {
      const newline = findNewline(bytes, 0, length);
      this.hold(bytes, 0, newline < 0 ? length : newline);
      if (newline < 0) return;
      this.finish();
      at = newline + 1;
    }
    while (at < length) {
      const newline = findNewline(bytes, at, length);
      if (newline < 0) {
        this.heldLength = 0;
        this.heldOffset = baseOffset + at;
        this.isInside = true;
        this.hold(bytes, at, length);
        return;
      }
      this.listener(bytes, at, Math.min(newline, at + headBytes), baseOffset + at);
      at = newline + 1;
    }
  }

  /** Tells the last line, when it has no end. */
  finish(): void {
    if (!this.isInside) return;
    this.isInside = false;
    this.listener(this.held, 0, this.heldLength, this.heldOffset);
  }

  private hold(bytes: Uint8Array, start: number, end: number): void {
    const taken = Math.min(end - start, headBytes - this.heldLength);
    this.held.set(bytes.subarray(start, start + taken), this.heldLength);
    this.heldLength += taken;
  }
}

function findNewline(bytes: Uint8Array, at: number, length: number): number {
  const found = bytes.indexOf(10, at);
  return found < length ? found : -1;
}
