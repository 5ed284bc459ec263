/** The places where a source may be cut, as a prescan finds them: a line start, well within every 16 MiB. */
import type { CutPoint, ParserContext } from './format.ts';

const newline = 10;

/** A cut is due once so many bytes lie behind the last one; 16 MiB are promised, and lines can be long. */
export const usualCutBytes = 8 << 20;

export class CutList {
  readonly cuts: CutPoint[] = [{ offset: 0 }];
  private last = 0;

  constructor(private readonly cutBytes: number) {}

  /** Cuts at the line starts in (from, to) of a chunk where one is due; a line that begins there begins a record. */
  cutWithin(bytes: Uint8Array, from: number, to: number, baseOffset: number, context: () => ParserContext): void {
    while (baseOffset + to - this.last > this.cutBytes) {
      const due = Math.max(from, this.last + this.cutBytes - baseOffset);
      const found = bytes.indexOf(newline, due);
      if (found < 0 || found + 1 >= to) return;
      this.last = baseOffset + found + 1;
      this.cuts.push({ offset: this.last, context: context() });
    }
  }
}
