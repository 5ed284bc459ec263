/** Takes a line of logfmt apart into tokens. Twin: LogfmtScan in src-main/formats/logfmt-scan.ts, whose answers it gives or none. */
import { equalBytes } from './bytes';
import { find, setToken } from './json-scan';
import * as plan from './keyed-plan';
import { Token } from './keyed-plan';

const space: u8 = 32;
const quote: u8 = 34;
const equals: u8 = 61;
const backslash: u8 = 92;
const minus: u8 = 45;
const dot: u8 = 46;
/** The first byte of a byte order mark, which is not part of the first key. */
const mark: u8 = 0xef;

const trueWord: u32 = 0x65757274;
const falsWord: u32 = 0x736c6166;

/** The address behind the last token of the line [from, end), or 0: not sure. */
export function scanPairs(header: usize, from: usize, end: usize): usize {
  if (load<u8>(from) == mark) return 0;
  const record = load<u32>(header, plan.recordAt) + 1;
  store<u32>(header, record, plan.recordAt);
  const tokens = load<usize>(header, plan.tokensAt);
  const lastToken = tokens + (plan.mostTokens - 1) * plan.tokenBytes;
  const root = load<usize>(header, plan.rootAt);
  let token = tokens;
  let before: usize = 0;
  let entry = load<usize>(root, plan.firstAt);
  let at = spaceEnd(from, end);
  while (at < end && token <= lastToken) {
    if (entry != 0 && isPairAt(entry, at)) at += load<u32>(entry, plan.lengthAt);
    else {
      const key = at;
      at = keyEnd(key, end);
      if (at == key || (at < end && load<u8>(at) == quote)) return 0;
      // The first key has a value.
      if (before == 0 && (at >= end || load<u8>(at) != equals || !isKeyStart(load<u8>(key)))) return 0;
      entry = find(header, root, key, <i32>(at - key));
      if (entry == 0) return 0;
      if (before == 0) store<usize>(root, entry, plan.firstAt);
      else store<usize>(before, entry, plan.followAt);
    }
    before = entry;
    entry = load<usize>(before, plan.followAt);
    const node = load<usize>(before, plan.nodeAt);
    // A key that comes twice takes back what it said.
    if (load<u32>(node, plan.seenAt) == record) return 0;
    store<u32>(node, record, plan.seenAt);
    if (at < end && load<u8>(at) == equals) {
      at++;
      at = at < end && load<u8>(at) == quote ? quoted(token, node, at + 1, end) : unquoted(token, node, at, end);
      if (at == 0) return 0;
    } else {
      setToken(token, node, Token.yes, at, at, 0);
    }
    token += plan.tokenBytes;
    at = spaceEnd(at, end);
  }
  return at < end || before == 0 ? 0 : token;
}

/** The entry's key stands at `at`, with its equals sign. */
function isPairAt(entry: usize, at: usize): bool {
  const mask = load<u32>(entry, plan.maskAt);
  if (mask != 0) {
    const differing = ~i8x16.bitmask(i8x16.eq(v128.load(at), v128.load(entry, plan.keyAt)));
    return (differing & mask) == 0;
  }
  return equalBytes(entry + plan.keyAt, at, load<i32>(entry, plan.lengthAt) + 1);
}

function spaceEnd(from: usize, end: usize): usize {
  let at = from;
  while (at < end && load<u8>(at) <= space) at++;
  return at;
}

function keyEnd(from: usize, end: usize): usize {
  let at = from;
  while (at < end && load<u8>(at) > space && load<u8>(at) != equals && load<u8>(at) != quote) at++;
  return at;
}

/** Letters, `_`, `@`, `.`, and letters beyond ASCII. */
function isKeyStart(byte: u8): bool {
  return (byte | 32) - 97 < 26 || byte == 95 || byte == 64 || byte == dot || byte >= 128;
}

/** Behind the value that begins at `from`. */
function unquoted(token: usize, node: usize, from: usize, end: usize): usize {
  const spaces = i8x16.splat(space);
  let at = from;
  while (at < end) {
    const found = i8x16.bitmask(i8x16.le_u(v128.load(at), spaces));
    if (found != 0) {
      at = min(at + ctz(found), end);
      break;
    }
    at = min(at + 16, end);
  }
  if (from < at && (load<u8>(from) - 48 <= 9 || load<u8>(from) == minus) && setNumber(token, node, from, at)) return at;
  const length = at - from;
  const word = load<u32>(from);
  if (length == 4 && word == trueWord) setToken(token, node, Token.yes, from, at, 0);
  else if (length == 5 && word == falsWord && load<u8>(from, 4) == 101) setToken(token, node, Token.no, from, at, 0);
  else setToken(token, node, Token.text, from, at, 0);
  return at;
}

/** Behind the closing quote of the value whose text begins at `from`, or 0. */
function quoted(token: usize, node: usize, from: usize, end: usize): usize {
  const quotes = i8x16.splat(quote);
  const backslashes = i8x16.splat(backslash);
  let kind: i32 = Token.text;
  let at = from;
  while (at < end) {
    const here = v128.load(at);
    const found = i8x16.bitmask(v128.or(i8x16.eq(here, quotes), i8x16.eq(here, backslashes)));
    if (found == 0) {
      at += 16;
      continue;
    }
    at += ctz(found);
    if (load<u8>(at) == quote) break;
    kind = Token.escaped;
    at += 2;
  }
  if (at >= end || (at + 1 < end && load<u8>(at + 1) > space)) return 0;
  setToken(token, node, kind, from, at, 0);
  return at + 1;
}

/** As numberIn in the twin, operation by operation; false when [from, end) is no number. */
function setNumber(token: usize, node: usize, from: usize, end: usize): bool {
  let at = load<u8>(from) == minus ? from + 1 : from;
  const digitsAt = at;
  let mantissa: f64 = 0;
  let scale: f64 = 1;
  while (at < end && load<u8>(at) - 48 <= 9) mantissa = mantissa * 10 + <f64>load<u8>(at++) - 48;
  if (at == digitsAt || (at - digitsAt > 1 && load<u8>(digitsAt) == 48)) return false;
  if (at < end && load<u8>(at) == dot) {
    const fractionAt = ++at;
    for (; at < end && load<u8>(at) - 48 <= 9; at++) {
      mantissa = mantissa * 10 + <f64>load<u8>(at) - 48;
      scale *= 10;
    }
    if (at == fractionAt) return false;
  }
  if (at < end) return false;
  const value = end - digitsAt > 16 ? NaN : digitsAt > from ? -mantissa / scale : mantissa / scale;
  setToken(token, node, Token.number, from, end, value);
  return true;
}
