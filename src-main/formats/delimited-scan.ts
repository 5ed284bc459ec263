/**
 * Quotes of delimited text (RFC 4180): where a quoted cell is open, so that a newline within it does not end the
 * record. The parser asks line by line, the prescan over a whole source; both give the same answer.
 *
 * A quote opens a cell only at its beginning; elsewhere it is text. One that is not closed would swallow the rest of
 * the file, so it is given up after a number of lines.
 */
import { CutList, usualCutBytes } from './cut-list.ts';
import type { CutPoint, Prescan } from './format.ts';

const newline = 10;
const quote = 34;

/** A cell with more line ends than this is a quote that somebody forgot; dumps and traces in cells have hundreds. */
export const mostCellLines = 1_000;

/** How cells are written; plain data. */
export interface Delimiting {
  /** `,` `;` `|` or a tab. */
  readonly delimiter: string;
  /** False: a quote is a character like others, as in most TSV. */
  readonly quotes: boolean;
}

/** Follows the quotes line by line. */
export class QuoteState {
  /** The last line ended within a quoted cell. */
  isOpen = false;
  private openLines = 0;
  private readonly delimiter: number;
  private readonly quotes: boolean;

  constructor({ delimiter, quotes }: Delimiting) {
    this.delimiter = delimiter.charCodeAt(0);
    this.quotes = quotes;
  }

  reset(): void {
    this.isOpen = false;
    this.openLines = 0;
  }

  /** Takes a line; true when it goes on with the record before it. */
  takeLine(bytes: Uint8Array, start: number, end: number): boolean {
    if (!this.quotes) return false;
    if (this.openLines >= mostCellLines) this.reset();
    const goesOn = this.isOpen;
    const { delimiter } = this;
    let at = start;
    if (!goesOn) at = this.openAt(bytes, at, end);
    for (;;) {
      if (this.isOpen) {
        while (at < end && (bytes[at] !== quote || (at + 1 < end && bytes[at + 1] === quote))) {
          at += bytes[at] === quote ? 2 : 1;
        }
        if (at >= end) {
          this.openLines++;
          return goesOn;
        }
        this.reset();
      }
      while (at < end && bytes[at] !== delimiter) at++;
      if (at >= end) return goesOn;
      at = this.openAt(bytes, at + 1, end);
    }
  }

  /** Opens the cell that begins at `at` if a quote stands there; the position to go on from. */
  private openAt(bytes: Uint8Array, at: number, end: number): number {
    if (at >= end || bytes[at] !== quote) return at;
    this.isOpen = true;
    return at + 1;
  }
}

/** Finds the places outside of quotes where a source may be cut. */
export class QuoteScan implements Prescan {
  private readonly list: CutList;
  private readonly delimiter: number;
  private readonly quotes: boolean;
  private isInside = false;
  private openLines = 0;
  /** The byte before the chunk at hand; the beginning of the source counts as a line's. */
  private before = newline;
  /** The last chunk ended with a quote within a cell: the next byte tells whether it is one of two. */
  private isPending = false;

  constructor({ delimiter, quotes }: Delimiting, cutBytes = usualCutBytes) {
    this.list = new CutList(cutBytes);
    this.delimiter = delimiter.charCodeAt(0);
    this.quotes = quotes;
  }

  chunk(bytes: Uint8Array, length: number, baseOffset: number): void {
    if (length === 0) return;
    let at = 0;
    if (this.isPending) {
      this.isPending = false;
      if (bytes[0] === quote) at = 1;
      else this.isInside = false;
    }
    while (at < length) at = this.isInside ? this.leave(bytes, at, length) : this.enter(bytes, at, length, baseOffset);
    this.before = bytes[length - 1];
  }

  finish(): readonly CutPoint[] {
    return this.list.cuts;
  }

  /** Outside: goes on behind the next quote that opens a cell. */
  private enter(bytes: Uint8Array, from: number, length: number, baseOffset: number): number {
    let at = from;
    while (at < length) {
      const found = this.quotes ? bytes.indexOf(quote, at) : -1;
      const stop = found < 0 || found >= length ? length : found;
      // A record may begin with the quote.
      this.list.cutWithin(bytes, at, Math.min(stop + 1, length), baseOffset, pastHeader);
      if (stop === length) return length;
      const byte = stop === 0 ? this.before : bytes[stop - 1];
      at = stop + 1;
      if (byte === this.delimiter || byte === newline) {
        this.isInside = true;
        this.openLines = 0;
        return at;
      }
    }
    return at;
  }

  /** Inside: goes on behind the quote that closes the cell, or behind the line end at which it is given up. */
  private leave(bytes: Uint8Array, from: number, length: number): number {
    let at = from;
    for (;;) {
      const found = bytes.indexOf(quote, at);
      const stop = found < 0 || found >= length ? length : found;
      for (let line = bytes.indexOf(newline, at); line >= 0 && line < stop; line = bytes.indexOf(newline, line + 1)) {
        if (++this.openLines < mostCellLines) continue;
        this.isInside = false;
        this.before = newline;
        return line + 1;
      }
      if (stop === length) return length;
      if (stop + 1 === length) {
        this.isPending = true;
        return length;
      }
      if (bytes[stop + 1] !== quote) {
        this.isInside = false;
        return stop + 1;
      }
      at = stop + 2;
    }
  }
}

/** What a parser behind a cut has to know: the header is not there. */
export const pastHeader = (): { readonly pastHeader: true } => ({ pastHeader: true });
