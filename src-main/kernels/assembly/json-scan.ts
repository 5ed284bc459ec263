/**
 * Takes a line of JSON apart into tokens in one pass. Twin: JsonScan in src-main/formats/json-scan.ts, whose answers
 * it gives or none. A line's newline ends every loop, since no value may hold it; whether it was read is seen at the end.
 */
import { equalBytes, hashBytes } from './bytes';
import * as plan from './keyed-plan';
import { Token } from './keyed-plan';
import { quotient } from './keyed-values';

const quote: u8 = 34;
const backslash: u8 = 92;
const openBrace: u8 = 123;
const closeBrace: u8 = 125;
const openBracket: u8 = 91;
const closeBracket: u8 = 93;
const colon: u8 = 58;
const comma: u8 = 44;
const minus: u8 = 45;
const dot: u8 = 46;
const newline: u8 = 10;

// Little-endian words.
const trueWord: u32 = 0x65757274;
const alseWord: u32 = 0x65736c61;
const nullWord: u32 = 0x6c6c756e;

/** Deeper values are left to the twin. */
const deepestSkipped: u32 = 64;

/** Set by `stringEnd`: the text had escapes. Set by `scanObject`: the address behind the last token. */
let hasEscapes = false;
let tokensEnd: usize = 0;

/** The address behind the last token of the line that was scanned last. */
export function lastTokensEnd(): usize {
  return tokensEnd;
}

/** Scans the object at `from`; returns the newline behind it, or 0: not sure. Nothing at or behind `limit` was read for good. */
export function scanObject(header: usize, from: usize, limit: usize): usize {
  if (load<u8>(from) != openBrace) return 0;
  const record = load<u32>(header, plan.recordAt) + 1;
  store<u32>(header, record, plan.recordAt);
  const tokens = load<usize>(header, plan.tokensAt);
  const lastToken = tokens + (plan.mostTokens - 1) * plan.tokenBytes;
  const open = load<usize>(header, plan.openAt);
  let token = tokens;
  let depth = 0;
  let node = load<usize>(header, plan.rootAt);
  let before: usize = 0;
  let predicted = load<usize>(node, plan.firstAt);
  let at = space(from + 1);
  if (load<u8>(at) == closeBrace) {
    tokensEnd = token;
    return lineEnd(at + 1);
  }
  while (load<u8>(at) == quote && token <= lastToken) {
    let entry = predicted;
    const key = at + 1;
    if (entry != 0 && isKeyAt(entry, key)) {
      at = key + load<u32>(entry, plan.lengthAt) + 2;
    } else {
      at = stringEnd(key, limit);
      if (at == 0) return 0;
      entry = find(header, node, key, <i32>(at - 1 - key));
      if (entry == 0) return 0;
      if (before == 0) store<usize>(node, entry, plan.firstAt);
      else store<usize>(before, entry, plan.followAt);
      at = space(at);
      if (load<u8>(at) != colon) return 0;
      at++;
    }
    before = entry;
    const child = load<usize>(entry, plan.nodeAt);
    // A key that comes twice takes back what it said.
    if (load<u32>(child, plan.seenAt) == record) return 0;
    store<u32>(child, record, plan.seenAt);
    let byte = load<u8>(at);
    if (byte <= 32) {
      at = space(at);
      byte = load<u8>(at);
    }
    if (byte == quote) {
      const start = at + 1;
      at = stringEnd(start, limit);
      if (at == 0) return 0;
      setToken(token, child, hasEscapes ? Token.escaped : Token.text, start, at - 1, 0);
      token += plan.tokenBytes;
    } else if (byte - 48 <= 9 || byte == minus) {
      at = scanNumber(token, child, at);
      if (at == 0) return 0;
      token += plan.tokenBytes;
    } else if (byte == openBrace) {
      const first = space(at + 1);
      if (load<u8>(first) == closeBrace) {
        setToken(token, child, Token.json, at, first + 1, 0);
        token += plan.tokenBytes;
        at = first + 1;
      } else {
        if (depth == plan.deepest) return 0;
        store<usize>(open + (depth << 2), entry);
        depth++;
        node = child;
        before = 0;
        predicted = load<usize>(child, plan.firstAt);
        at = first;
        continue;
      }
    } else if (byte == openBracket) {
      const start = at;
      at = skip(at, limit);
      if (at == 0) return 0;
      setToken(token, child, Token.json, start, at, 0);
      token += plan.tokenBytes;
    } else {
      const start = at;
      at = literalEnd(at);
      if (at == 0) return 0;
      if (byte != 110) {
        setToken(token, child, byte == 116 ? Token.yes : Token.no, start, at, 0);
        token += plan.tokenBytes;
      }
    }
    for (;;) {
      byte = load<u8>(at);
      if (byte <= 32) {
        at = space(at);
        byte = load<u8>(at);
      }
      at++;
      if (byte == comma) break;
      if (byte != closeBrace) return 0;
      if (depth == 0) {
        tokensEnd = token;
        return lineEnd(at);
      }
      depth--;
      before = load<usize>(open + (depth << 2));
      node = load<usize>(before, plan.parentAt);
    }
    predicted = load<usize>(before, plan.followAt);
    if (load<u8>(at) <= 32) at = space(at);
  }
  return 0;
}

export function setToken(token: usize, node: usize, kind: i32, start: usize, end: usize, number: f64): void {
  store<usize>(token, node, plan.tokenNodeAt);
  store<i32>(token, kind, plan.kindAt);
  store<usize>(token, start, plan.startAt);
  store<usize>(token, end, plan.endAt);
  store<f64>(token, number, plan.numberAt);
  store<u32>(token, 0, plan.takenAt);
}

/** The newline at `at` but for white space, or 0. */
function lineEnd(at: usize): usize {
  const end = load<u8>(at) <= 32 ? space(at) : at;
  return load<u8>(end) == newline ? end : 0;
}

/** JSON's white space, but for the newline. */
function space(from: usize): usize {
  let at = from;
  let byte = load<u8>(at);
  while (byte == 32 || byte == 9 || byte == 13) byte = load<u8>(++at);
  return at;
}

/** The entry's key stands at `at`, with a quote and a colon behind it. */
function isKeyAt(entry: usize, at: usize): bool {
  const mask = load<u32>(entry, plan.maskAt);
  if (mask != 0) {
    const differing = ~i8x16.bitmask(i8x16.eq(v128.load(at), v128.load(entry, plan.keyAt)));
    return (differing & mask) == 0;
  }
  return equalBytes(entry + plan.keyAt, at, load<i32>(entry, plan.lengthAt) + 2);
}

/** The entry of a key of the object `node`, or 0. */
export function find(header: usize, node: usize, key: usize, length: i32): usize {
  const hash = hashBytes(key, length, load<u32>(header, plan.seedAt) ^ (<u32>node));
  const mask = load<u32>(header, plan.slotMaskAt);
  const slots = load<usize>(header, plan.slotsAt);
  let slot = hash & mask;
  let entry = load<usize>(slots + (slot << 2));
  while (entry != 0) {
    if (
      load<u32>(entry, plan.hashAt) == hash &&
      load<usize>(entry, plan.parentAt) == node &&
      load<i32>(entry, plan.lengthAt) == length &&
      equalBytes(entry + plan.keyAt, key, length)
    ) {
      break;
    }
    slot = (slot + 1) & mask;
    entry = load<usize>(slots + (slot << 2));
  }
  return entry;
}

/** Adds an entry whose words are set, but for its hash, which comes from its key. */
export function addKey(header: usize, entry: usize): void {
  const node = load<usize>(entry, plan.parentAt);
  const hash = hashBytes(
    entry + plan.keyAt,
    load<i32>(entry, plan.lengthAt),
    load<u32>(header, plan.seedAt) ^ (<u32>node),
  );
  store<u32>(entry, hash, plan.hashAt);
  const mask = load<u32>(header, plan.slotMaskAt);
  const slots = load<usize>(header, plan.slotsAt);
  let slot = hash & mask;
  while (load<usize>(slots + (slot << 2)) != 0) slot = (slot + 1) & mask;
  store<usize>(slots + (slot << 2), entry);
}

/** From behind the opening quote to behind the closing one, or 0. */
function stringEnd(from: usize, limit: usize): usize {
  const quotes = i8x16.splat(quote);
  const backslashes = i8x16.splat(backslash);
  const lastControl = i8x16.splat(31);
  hasEscapes = false;
  let at = from;
  while (at < limit) {
    const bytes = v128.load(at);
    // No control byte: the greater of byte and 31 is 31.
    const controls = i8x16.eq(i8x16.max_u(bytes, lastControl), lastControl);
    const stops = i8x16.bitmask(v128.or(v128.or(i8x16.eq(bytes, quotes), i8x16.eq(bytes, backslashes)), controls));
    if (stops == 0) {
      at += 16;
      continue;
    }
    at += ctz(stops);
    const byte = load<u8>(at);
    if (byte == quote) return at + 1;
    if (byte != backslash) return 0;
    hasEscapes = true;
    const escape = load<u8>(at + 1);
    if (escape == 117) {
      if (!isHex(at + 2)) return 0;
      at += 6;
    } else if (
      escape == quote ||
      escape == 110 ||
      escape == backslash ||
      escape == 47 ||
      escape == 98 ||
      escape == 102 ||
      escape == 114 ||
      escape == 116
    ) {
      at += 2;
    } else return 0;
  }
  return 0;
}

function isHex(at: usize): bool {
  for (let place: usize = 0; place < 4; place++) {
    const byte = load<u8>(at + place);
    if (byte - 48 > 9 && (byte | 32) - 97 > 5) return false;
  }
  return true;
}

/** Behind true, false or null, or 0. */
function literalEnd(at: usize): usize {
  const word = load<u32>(at);
  if (word == trueWord || word == nullWord) return at + 4;
  return load<u8>(at) == 102 && load<u32>(at + 1) == alseWord ? at + 5 : 0;
}

/** Adds the number at `from` and returns the address behind it, or 0. NaN for what a double does not tell exactly and cheaply. */
function scanNumber(token: usize, node: usize, from: usize): usize {
  let at = load<u8>(from) == minus ? from + 1 : from;
  const digitsAt = at;
  let mantissa: u64 = 0;
  let digit = load<u8>(at) - 48;
  while (digit <= 9) {
    mantissa = mantissa * 10 + digit;
    digit = load<u8>(++at) - 48;
  }
  const wholeDigits = <i32>(at - digitsAt);
  if (wholeDigits == 0 || (wholeDigits > 1 && load<u8>(digitsAt) == 48)) return 0;
  let fractionDigits = 0;
  if (load<u8>(at) == dot) {
    const fractionAt = ++at;
    digit = load<u8>(at) - 48;
    while (digit <= 9) {
      mantissa = mantissa * 10 + digit;
      digit = load<u8>(++at) - 48;
    }
    fractionDigits = <i32>(at - fractionAt);
    if (fractionDigits == 0) return 0;
  }
  let isPlain = true;
  if ((load<u8>(at) | 32) == 101) {
    isPlain = false;
    at = exponentEnd(at + 1);
    if (at == 0) return 0;
  }
  let value = NaN;
  // Up to 15 digits are exact, and so is a quotient of two exact doubles rounded once (Clinger 1990).
  if (isPlain && wholeDigits + fractionDigits <= 15) {
    value = quotient(<f64>mantissa, fractionDigits);
    if (digitsAt > from) value = -value;
  }
  setToken(token, node, Token.number, from, at, value);
  return at;
}

function exponentEnd(from: usize): usize {
  const sign = load<u8>(from);
  const digitsAt = sign == minus || sign == 43 ? from + 1 : from;
  const at = digitsEnd(digitsAt);
  return at > digitsAt ? at : 0;
}

function digitsEnd(from: usize): usize {
  let at = from;
  while (load<u8>(at) - 48 <= 9) at++;
  return at;
}

/** Behind the array or object that begins at `from`, or 0. A bit for each open container: 1 for objects. */
function skip(from: usize, limit: usize): usize {
  let depth: u32 = 0;
  let objects: u64 = 0;
  let at = from;
  while (at != 0) {
    // A value begins at `at`.
    const byte = load<u8>(at);
    if (byte == openBrace || byte == openBracket) {
      if (depth == deepestSkipped) return 0;
      depth++;
      objects = (objects << 1) | u64(byte == openBrace);
      at = space(at + 1);
      if (load<u8>(at) != (byte == openBrace ? closeBrace : closeBracket)) {
        if (byte == openBrace) at = skipKey(at, limit);
        continue;
      }
    } else {
      at = skipScalar(at, limit);
      if (at == 0) return 0;
    }
    // A value has ended at `at`, or the empty container that was opened last closes there.
    at = space(at);
    while (load<u8>(at) != comma) {
      if (load<u8>(at) != ((objects & 1) != 0 ? closeBrace : closeBracket)) return 0;
      at++;
      objects >>= 1;
      if (--depth == 0) return at;
      at = space(at);
    }
    at = space(at + 1);
    if ((objects & 1) != 0) at = skipKey(at, limit);
  }
  return 0;
}

/** From a key's quote to its value, or 0. */
function skipKey(from: usize, limit: usize): usize {
  if (load<u8>(from) != quote) return 0;
  let at = stringEnd(from + 1, limit);
  if (at == 0) return 0;
  at = space(at);
  return load<u8>(at) == colon ? space(at + 1) : 0;
}

function skipScalar(from: usize, limit: usize): usize {
  const byte = load<u8>(from);
  if (byte == quote) return stringEnd(from + 1, limit);
  const digitsAt = byte == minus ? from + 1 : from;
  let at = digitsEnd(digitsAt);
  if (at == digitsAt) return byte == minus ? 0 : literalEnd(from);
  if (at - digitsAt > 1 && load<u8>(digitsAt) == 48) return 0;
  if (load<u8>(at) == dot) {
    const fractionEnd = digitsEnd(at + 1);
    if (fractionEnd == at + 1) return 0;
    at = fractionEnd;
  }
  return (load<u8>(at) | 32) == 101 ? exponentEnd(at + 1) : at;
}
