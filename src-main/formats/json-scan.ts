/**
 * Reads one JSON object (RFC 8259) in bytes into tokens: nested objects as paths, arrays and what lies too deep as
 * source text, null as nothing. Accepts exactly what JSON.parse accepts, apart from bytes that are not UTF-8, which
 * pass inside texts. No strings are made but for keys that are new. The hot path of JSON lines.
 */
import type { KeyEntry, KeyNode } from './key-nodes.ts';
import { TokenKind, type Tokens } from './tokens.ts';

/** Deeper objects stay source text; names of more parts than this help nobody. */
const deepest = 64;

const quote = 34;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;
const openBracket = 91;
const closeBracket = 93;
const colon = 58;
const comma = 44;
const minus = 45;
const dot = 46;

/** 1 for the byte after a backslash, 2 for `u`. */
const escapes = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === 117 ? 2 : '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

const powers = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

export class JsonScan {
  private bytes: Uint8Array = new Uint8Array();
  private view = new DataView(this.bytes.buffer);
  private end = 0;
  private record = 0;
  /** Set by `string`: the string that was passed had escapes. */
  private hasEscapes = false;
  /** Open arrays (0) and objects (1) of a value that is skipped. */
  private nesting = new Uint8Array(64);

  constructor(
    private readonly root: KeyNode,
    private readonly tokens: Tokens,
    private readonly decodeText: (bytes: Uint8Array, start: number, end: number) => string,
  ) {}

  /** True, with its values in tokens, when [start, end) is an object with nothing but white space around it. */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.bytes !== bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    this.end = end;
    this.record++;
    this.tokens.clear();
    const open = this.space(start);
    if (open >= end || bytes[open] !== openBrace) return false;
    const close = this.object(open + 1, this.root, 1);
    return close >= 0 && this.space(close) === end;
  }

  /** From behind `{` to behind `}`, or -1. Adds no token for the object itself. */
  private object(from: number, node: KeyNode, depth: number): number {
    const { bytes, view, end, record, tokens } = this;
    let at = this.space(from);
    if (at < end && bytes[at] === closeBrace) return at + 1;
    let predicted = node.first;
    let before: KeyEntry | undefined;
    while (at < end && bytes[at] === quote) {
      const keyAt = at + 1;
      let entry: KeyEntry;
      if (predicted !== undefined && predicted.isAtBefore(quote, bytes, view, keyAt, end)) {
        entry = predicted;
        at = keyAt + predicted.written.length + 1;
      } else {
        at = this.string(keyAt);
        if (at < 0) return -1;
        entry = this.entry(node, keyAt, at - 1);
        if (before === undefined) node.first = entry;
        else before.follow = entry;
      }
      before = entry;
      predicted = entry.follow;
      const child = entry.node;
      if (child.record === record) tokens.kill(child.from, child.to);
      child.record = record;
      child.from = tokens.count;
      // White space is rare: most writers put none, which these comparisons take for granted.
      if (at < end && bytes[at] !== colon) at = this.space(at);
      if (at >= end || bytes[at] !== colon) return -1;
      at++;
      if (at < end && bytes[at] <= 32) at = this.space(at);
      at = this.value(at, child, depth);
      if (at < 0) return -1;
      child.to = tokens.count;
      if (at < end && bytes[at] <= 32) at = this.space(at);
      if (at >= end) return -1;
      if (bytes[at] === closeBrace) return at + 1;
      if (bytes[at] !== comma) return -1;
      at++;
      if (at < end && bytes[at] <= 32) at = this.space(at);
    }
    return -1;
  }

  private entry(node: KeyNode, start: number, end: number): KeyEntry {
    const { bytes, hasEscapes } = this;
    return node.find(bytes, start, end, () => {
      const text = this.decodeText(bytes, start, end);
      return hasEscapes ? decodeEscapes(text) : text;
    });
  }

  private value(at: number, node: KeyNode, depth: number): number {
    const { bytes, end, tokens } = this;
    if (at >= end) return -1;
    switch (bytes[at]) {
      case quote: {
        const close = this.string(at + 1);
        if (close >= 0) tokens.add(node, this.hasEscapes ? TokenKind.escaped : TokenKind.text, at + 1, close - 1, 0);
        return close;
      }
      case openBrace: {
        if (depth >= deepest) return this.sourceText(at, node);
        const first = this.space(at + 1);
        if (first < end && bytes[first] === closeBrace) return this.sourceText(at, node);
        return this.object(first, node, depth + 1);
      }
      case openBracket:
        return this.sourceText(at, node);
      case 116: // true
        tokens.add(node, TokenKind.yes, at, at + 4, 0);
        return this.literal(at);
      case 102: // false
        tokens.add(node, TokenKind.no, at, at + 5, 0);
        return this.literal(at);
      case 110: // null
        return this.literal(at);
      default:
        return this.number(at, node);
    }
  }

  private sourceText(at: number, node: KeyNode): number {
    const close = this.skip(at);
    if (close >= 0) this.tokens.add(node, TokenKind.json, at, close, 0);
    return close;
  }

  /** From behind the opening quote to behind the closing one, or -1. */
  private string(from: number): number {
    const { bytes, end } = this;
    this.hasEscapes = false;
    let at = from;
    for (;;) {
      // Compared, not looked up in a table of 256: that is half as fast.
      let byte = 0;
      while (at < end) {
        byte = bytes[at];
        if (byte === quote || byte === backslash || byte < 32) break;
        at++;
      }
      if (at >= end) return -1;
      if (byte === quote) return at + 1;
      if (byte !== backslash || at + 1 >= end) return -1;
      this.hasEscapes = true;
      const escape = escapes[bytes[at + 1]];
      if (escape === 0 || (escape === 2 && !this.isHex(at + 2))) return -1;
      at += escape === 2 ? 6 : 2;
    }
  }

  private isHex(at: number): boolean {
    const { bytes, end } = this;
    if (at + 4 > end) return false;
    for (let place = at; place < at + 4; place++) {
      const byte = bytes[place];
      const lower = byte | 32;
      if (!((byte >= 48 && byte <= 57) || (lower >= 97 && lower <= 102))) return false;
    }
    return true;
  }

  /** Behind true, false or null, or -1. */
  private literal(at: number): number {
    const { bytes, end } = this;
    const text = bytes[at] === 116 ? 'true' : bytes[at] === 102 ? 'false' : 'null';
    if (at + text.length > end) return -1;
    for (let place = 0; place < text.length; place++) {
      if (bytes[at + place] !== text.charCodeAt(place)) return -1;
    }
    return at + text.length;
  }

  /** Adds the number and returns the position behind it, or -1. */
  private number(from: number, node: KeyNode): number {
    const { bytes, end } = this;
    let at = bytes[from] === minus ? from + 1 : from;
    const digitsAt = at;
    let mantissa = 0;
    while (at < end) {
      const digit = bytes[at] - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      mantissa = mantissa * 10 + digit;
      at++;
    }
    const wholeDigits = at - digitsAt;
    if (wholeDigits === 0 || (wholeDigits > 1 && bytes[digitsAt] === 48)) return -1;
    let fractionDigits = 0;
    if (at < end && bytes[at] === dot) {
      const fractionAt = ++at;
      while (at < end) {
        const digit = bytes[at] - 48;
        if (!(digit >= 0 && digit <= 9)) break;
        mantissa = mantissa * 10 + digit;
        at++;
      }
      fractionDigits = at - fractionAt;
      if (fractionDigits === 0) return -1;
    }
    const isPlain = at >= end || (bytes[at] | 32) !== 101;
    if (!isPlain) {
      at = this.exponent(at + 1);
      if (at < 0) return -1;
    }
    // Up to 15 digits are exact, and so is a quotient of two exact doubles rounded once (Clinger 1990).
    const isExact = isPlain && wholeDigits + fractionDigits <= 15;
    const size = fractionDigits === 0 ? mantissa : mantissa / powers[Math.min(fractionDigits, 22)];
    const value = isExact ? (digitsAt > from ? -size : size) : Number.NaN;
    this.tokens.add(node, TokenKind.number, from, at, value);
    return at;
  }

  private exponent(from: number): number {
    const { bytes, end } = this;
    let at = from;
    if (at < end && (bytes[at] === minus || bytes[at] === 43)) at++;
    const digitsAt = at;
    at = this.digitsEnd(at);
    return at > digitsAt ? at : -1;
  }

  private space(from: number): number {
    const { bytes, end } = this;
    let at = from;
    while (at < end) {
      const byte = bytes[at];
      if (byte !== 32 && byte !== 9 && byte !== 13 && byte !== 10) break;
      at++;
    }
    return at;
  }

  /** Behind the array or object that begins at `from`, or -1; any depth, without recursion. */
  private skip(from: number): number {
    const { bytes, end } = this;
    let depth = 0;
    let at = from;
    for (;;) {
      // A value begins at `at`.
      const byte = bytes[at];
      if (byte === openBrace || byte === openBracket) {
        if (depth === this.nesting.length) this.deepen();
        this.nesting[depth++] = byte;
        at = this.space(at + 1);
        if (at >= end) return -1;
        if (bytes[at] !== closerOf(byte)) {
          if (byte === openBrace) at = this.skipKey(at);
          if (at < 0) return -1;
          continue;
        }
      } else {
        at = this.skipScalar(at);
        if (at < 0) return -1;
      }
      // A value has ended at `at`, or the empty container that was opened last closes there.
      for (;;) {
        at = this.space(at);
        if (at >= end) return -1;
        const container = this.nesting[depth - 1];
        if (bytes[at] === comma) {
          at = this.space(at + 1);
          if (container === openBrace) at = this.skipKey(at);
          if (at < 0 || at >= end) return -1;
          break;
        }
        if (bytes[at] !== closerOf(container)) return -1;
        at++;
        if (--depth === 0) return at;
      }
    }
  }

  /** From a key's quote to its value, or -1. */
  private skipKey(from: number): number {
    const { bytes, end } = this;
    if (from >= end || bytes[from] !== quote) return -1;
    let at = this.string(from + 1);
    if (at < 0) return -1;
    at = this.space(at);
    if (at >= end || bytes[at] !== colon) return -1;
    at = this.space(at + 1);
    return at < end ? at : -1;
  }

  private skipScalar(from: number): number {
    const { bytes, end } = this;
    const byte = bytes[from];
    if (byte === quote) return this.string(from + 1);
    if (byte === 116 || byte === 102 || byte === 110) return this.literal(from);
    let at = byte === minus ? from + 1 : from;
    const digitsAt = at;
    at = this.digitsEnd(at);
    if (at === digitsAt || (at - digitsAt > 1 && bytes[digitsAt] === 48)) return -1;
    if (at < end && bytes[at] === dot) {
      const fractionEnd = this.digitsEnd(at + 1);
      if (fractionEnd === at + 1) return -1;
      at = fractionEnd;
    }
    return at < end && (bytes[at] | 32) === 101 ? this.exponent(at + 1) : at;
  }

  private digitsEnd(from: number): number {
    const { bytes, end } = this;
    let at = from;
    while (at < end && bytes[at] >= 48 && bytes[at] <= 57) at++;
    return at;
  }

  private deepen(): void {
    const deeper = new Uint8Array(this.nesting.length * 2);
    deeper.set(this.nesting);
    this.nesting = deeper;
  }
}

const closerOf = (opener: number): number => (opener === openBrace ? closeBrace : closeBracket);

/** The text of a JSON string without its quotes, whose escapes are known to be right. */
export function decodeEscapes(text: string): string {
  // Most texts have one or two escapes; JSON.parse takes three times as long for those.
  let decoded = '';
  let from = 0;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', from)) {
    decoded += text.slice(from, at) + unescaped(text, at + 1);
    from = at + (text.charCodeAt(at + 1) === 117 ? 6 : 2);
  }
  return from === 0 ? text : decoded + text.slice(from);
}

function unescaped(text: string, at: number): string {
  switch (text[at]) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'u':
      return String.fromCharCode(Number.parseInt(text.slice(at + 1, at + 5), 16));
    default:
      return text[at];
  }
}
