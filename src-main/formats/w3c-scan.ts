/** Walks a W3C extended log in order and notes, for each place where it may be cut, the directives in force there. */
import { CutList, usualCutBytes } from './cut-list.ts';
import type { CutPoint, Prescan } from './format.ts';
import { afterDirective, directivesContext, noDirectives } from './w3c-directives.ts';

const newline = 10;
const hash = 35;

/** Directives are some hundred bytes; what is longer is not read further. */
const longestDirective = 64 << 10;

export class DirectiveScan implements Prescan {
  private readonly list: CutList;
  private directives = noDirectives;
  private isAtLineStart = true;
  /** The directive that the chunks so far have begun. */
  private held = '';
  private isHolding = false;

  constructor(cutBytes = usualCutBytes) {
    this.list = new CutList(cutBytes);
  }

  chunk(bytes: Uint8Array, length: number, baseOffset: number): void {
    let at = 0;
    if (this.isAtLineStart && length > 0 && bytes[0] === hash) this.isHolding = true;
    if (this.isHolding) at = this.hold(bytes, 0, length);
    while (at < length) {
      const found = bytes.indexOf(hash, at);
      if (found < 0 || found >= length) {
        this.cut(bytes, at, length, baseOffset);
        break;
      }
      this.cut(bytes, at, found, baseOffset);
      const isDirective = found === 0 ? this.isAtLineStart : bytes[found - 1] === newline;
      if (isDirective) {
        this.isHolding = true;
        at = this.hold(bytes, found, length);
      } else {
        at = found + 1;
      }
    }
    if (length > 0) this.isAtLineStart = bytes[length - 1] === newline;
  }

  finish(): readonly CutPoint[] {
    return this.list.cuts;
  }

  /** Takes the directive's bytes from `start` on; the position behind its line end. */
  private hold(bytes: Uint8Array, start: number, length: number): number {
    const found = bytes.indexOf(newline, start);
    const end = found < 0 || found > length ? length : found;
    const room = longestDirective - this.held.length;
    this.held += Buffer.from(bytes.subarray(start, Math.min(end, start + room))).toString('latin1');
    if (end === length) return length;
    this.directives = afterDirective(Buffer.from(this.held, 'latin1').toString(), this.directives);
    this.held = '';
    this.isHolding = false;
    return end + 1;
  }

  private cut(bytes: Uint8Array, from: number, to: number, baseOffset: number): void {
    this.list.cutWithin(bytes, from, to, baseOffset, () => directivesContext(this.directives));
  }
}
