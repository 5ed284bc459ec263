/**
 * One value of a record as bytes, whatever its kind: the bytes of the source where the text stands there verbatim,
 * a decoded copy where it had escapes. Reused for each value, so that converting makes no objects.
 */
import { findByte } from './byte-search.ts';
import type { RowSink } from './format.ts';
import type { SourceText } from './source-text.ts';
import { TokenKind, type Tokens } from './tokens.ts';

const encoder = new TextEncoder();

export class TokenValue {
  bytes: Uint8Array = new Uint8Array();
  start = 0;
  end = 0;
  /** A TokenKind. */
  kind: number = TokenKind.dead;
  /** As in Tokens: NaN unless a double tells the number exactly and cheaply. */
  number = 0;
  private isCopy = false;
  private decoded: string | undefined;

  constructor(
    private readonly source: SourceText,
    private readonly unescape: (text: string) => string,
  ) {}

  set(tokens: Tokens, at: number, bytes: Uint8Array): void {
    this.setTo(bytes, tokens.kinds[at], tokens.starts[at], tokens.ends[at], tokens.numbers[at]);
  }

  setTo(bytes: Uint8Array, kind: number, start: number, end: number, number: number): void {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.kind = kind;
    this.number = number;
    this.isCopy = false;
    this.decoded = undefined;
    if (this.kind !== TokenKind.escaped) return;
    this.decoded = this.unescape(this.source.read(bytes, this.start, this.end));
  }

  get isText(): boolean {
    return this.kind === TokenKind.text || this.kind === TokenKind.escaped;
  }

  /** The value's text without quotes and escapes. */
  get text(): string {
    return (this.decoded ??= this.source.read(this.bytes, this.start, this.end));
  }

  /** Makes [start, end) of `bytes` the plain text, for readers of bytes. */
  makePlain(): void {
    if (this.decoded === undefined || this.isCopy) return;
    this.isCopy = true;
    this.bytes = encoder.encode(this.decoded);
    this.start = 0;
    this.end = this.bytes.length;
  }

  /** Sets a column to the part [start, end) of `bytes`. */
  setPart(row: RowSink, column: number, start: number, end: number): void {
    if (this.isCopy)
      row.value(column, new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.bytes.subarray(start, end)));
    else row.span(column, start, end);
  }

  /** Sets a column to the whole text. */
  setText(row: RowSink, column: number): void {
    if (this.decoded === undefined) row.span(column, this.start, this.end);
    else row.value(column, this.decoded);
  }

  indexOf(byte: number): number {
    return findByte(this.bytes, byte, this.start, this.end);
  }
}
