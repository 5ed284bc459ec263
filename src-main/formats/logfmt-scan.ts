/**
 * Reads a logfmt line into tokens: key=value pairs, values quoted as Go quotes them or up to the next space, keys
 * without a value. There is no standard; what go-logfmt writes and reads is taken, and `=` and quotes within an
 * unquoted value as well. A line must begin with a pair: any text would be a row of keys.
 */
import { Buffer } from 'node:buffer';
import type { KeyEntry, KeyNode } from './key-nodes.ts';
import { isDigit } from './time-scan.ts';
import { TokenKind, type Tokens } from './tokens.ts';

const space = 32;
const quote = 34;
const equals = 61;
const backslash = 92;
const minus = 45;
const dot = 46;

export class LogfmtScan {
  private bytes: Uint8Array = new Uint8Array();
  private view = new DataView(this.bytes.buffer);
  private record = 0;

  constructor(
    private readonly root: KeyNode,
    private readonly tokens: Tokens,
    private readonly decodeText: (bytes: Uint8Array, start: number, end: number) => string,
  ) {}

  /** True, with its values in tokens, when [start, end) is a line of logfmt. */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.bytes !== bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    const record = ++this.record;
    const { root, tokens, view } = this;
    tokens.clear();
    let before: KeyEntry | undefined;
    let predicted = root.first;
    let at = skipSpace(bytes, start, end);
    while (at < end) {
      let entry: KeyEntry;
      if (predicted !== undefined && predicted.isAtBefore(equals, bytes, view, at, end)) {
        entry = predicted;
        at += predicted.written.length;
      } else {
        const keyAt = at;
        at = keyEnd(bytes, at, end);
        // The first key has a value; a quote belongs to no key.
        if (at === keyAt || (at < end && bytes[at] === quote)) return false;
        if (before === undefined && (at >= end || bytes[at] !== equals || !isKeyStart(bytes[keyAt]))) return false;
        entry = this.entry(keyAt, at);
        if (before === undefined) root.first = entry;
        else before.follow = entry;
      }
      before = entry;
      predicted = entry.follow;
      const { node } = entry;
      if (node.record === record) tokens.kill(node.from, node.to);
      node.record = record;
      node.from = tokens.count;
      if (at < end && bytes[at] === equals) {
        at = this.value(at + 1, end, node);
        if (at < 0) return false;
      } else {
        tokens.add(node, TokenKind.yes, at, at, 0);
      }
      node.to = tokens.count;
      at = skipSpace(bytes, at, end);
    }
    return before !== undefined;
  }

  private entry(start: number, end: number): KeyEntry {
    return this.root.find(this.bytes, start, end, () => this.decodeText(this.bytes, start, end));
  }

  /** Behind the value that begins at `from`, or -1. */
  private value(from: number, end: number, node: KeyNode): number {
    const { bytes } = this;
    if (from < end && bytes[from] === quote) return this.quoted(from + 1, end, node);
    let at = from;
    while (at < end && bytes[at] > space) at++;
    const number = from < at && (isDigit(bytes[from]) || bytes[from] === minus) ? numberIn(bytes, from, at) : undefined;
    if (number !== undefined) this.tokens.add(node, TokenKind.number, from, at, number);
    else this.tokens.add(node, wordKind(bytes, from, at), from, at, 0);
    return at;
  }

  private quoted(from: number, end: number, node: KeyNode): number {
    const { bytes } = this;
    let kind: number = TokenKind.text;
    let at = from;
    while (at < end && bytes[at] !== quote) {
      if (bytes[at] === backslash) {
        kind = TokenKind.escaped;
        at++;
      }
      at++;
    }
    if (at >= end || (at + 1 < end && bytes[at + 1] > space)) return -1;
    this.tokens.add(node, kind, from, at, 0);
    return at + 1;
  }
}

/** Letters, `_`, `@`, `.`, and letters beyond ASCII. */
const isKeyStart = (byte: number): boolean =>
  ((byte | 32) >= 97 && (byte | 32) <= 122) || byte === 95 || byte === 64 || byte === dot || byte >= 128;

function skipSpace(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] <= space) at++;
  return at;
}

function keyEnd(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] > space && bytes[at] !== equals && bytes[at] !== quote) at++;
  return at;
}

/**
 * The number that [start, end) is, as JSON writes numbers but for exponents; NaN when a double may not tell it;
 * undefined when it is none (007, 10.0.0.1).
 */
function numberIn(bytes: Uint8Array, start: number, end: number): number | undefined {
  let at = bytes[start] === minus ? start + 1 : start;
  const digitsAt = at;
  let mantissa = 0;
  let scale = 1;
  while (at < end && isDigit(bytes[at])) mantissa = mantissa * 10 + bytes[at++] - 48;
  if (at === digitsAt || (at - digitsAt > 1 && bytes[digitsAt] === 48)) return undefined;
  if (at < end && bytes[at] === dot) {
    const fractionAt = ++at;
    for (; at < end && isDigit(bytes[at]); at++) {
      mantissa = mantissa * 10 + bytes[at] - 48;
      scale *= 10;
    }
    if (at === fractionAt) return undefined;
  }
  if (at < end) return undefined;
  // 15 digits and a point are exact, and so is their quotient rounded once.
  if (end - digitsAt > 16) return Number.NaN;
  return digitsAt > start ? -mantissa / scale : mantissa / scale;
}

function wordKind(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (
    length === 4 &&
    bytes[start] === 116 &&
    bytes[start + 1] === 114 &&
    bytes[start + 2] === 117 &&
    bytes[start + 3] === 101
  ) {
    return TokenKind.yes;
  }
  if (
    length === 5 &&
    bytes[start] === 102 &&
    bytes[start + 1] === 97 &&
    bytes[start + 2] === 108 &&
    bytes[start + 3] === 115 &&
    bytes[start + 4] === 101
  ) {
    return TokenKind.no;
  }
  return TokenKind.text;
}

const oneLetter: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The text of a value as Go's strconv.Quote writes it, without its quotes; what is no escape stays as it is. */
export function decodeGoEscapes(text: string): string {
  let decoded = '';
  let from = 0;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', from)) {
    const letter = text[at + 1];
    if (letter === 'x' || letter === 'u' || letter === 'U') return decodeAllEscapes(text);
    decoded += text.slice(from, at) + (oneLetter[letter] ?? letter);
    from = at + 2;
  }
  return from === 0 ? text : decoded + text.slice(from);
}

function decodeAllEscapes(text: string): string {
  const escape = /((?:\\x[0-9a-fA-F]{2})+)|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\(.)/gs;
  return text.replace(escape, (_, bytes?: string, short?: string, long?: string, letter?: string) => {
    if (bytes !== undefined) return Buffer.from(bytes.replaceAll('\\x', ''), 'hex').toString('utf8');
    if (short !== undefined) return String.fromCharCode(Number.parseInt(short, 16));
    if (long !== undefined) {
      const point = Number.parseInt(long, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
    }
    return letter === undefined ? '' : (oneLetter[letter] ?? letter);
  });
}
