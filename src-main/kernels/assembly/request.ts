/** Takes request lines apart: METHOD target PROTOCOL. Twin: src-main/formats/request-line.ts. */
import { setSpan } from './cells';
import { bytesEqual } from './line-batch';
import { methodAt, pathAt, protocolAt, queryAt, requestAt, tokensAt } from './plan';

const space: u8 = 32;
const mark: u8 = 63;

/** `HTTP/0.0` without its digits, and where those stand. */
const http: u64 = ((<u64>0x002e002f) << 32) | 0x50545448;
const allButDigits: u64 = ((<u64>0x00ff00ff) << 32) | 0xffffffff;

/** Its parts, else the field for any other request. */
export function setRequest(plan: usize, bytes: usize, row: i32, staging: usize, from: usize, to: usize): void {
  const at = methodEnd(load<usize>(plan, tokensAt), from, to);
  if (at > from && at < to && load<u8>(at) == space) {
    const end = firstOf(space, at + 1, to);
    if (end > at + 1 && end < to && isProtocol(end + 1, to)) {
      setSpan(staging, load<i32>(plan, methodAt), row, bytes, from, at);
      setTarget(staging, load<i32>(plan, pathAt), load<i32>(plan, queryAt), row, bytes, at + 1, end);
      setSpan(staging, load<i32>(plan, protocolAt), row, bytes, end + 1, to);
      return;
    }
  }
  setSpan(staging, load<i32>(plan, requestAt), row, bytes, from, to);
}

/** The path, and what follows its question mark. */
export function setTarget(staging: usize, path: i32, query: i32, row: i32, bytes: usize, from: usize, to: usize): void {
  const end = firstOf(mark, from, to);
  setSpan(staging, path, row, bytes, from, end);
  if (end < to) setSpan(staging, query, row, bytes, end + 1, to);
}

/** The first `byte` of [from, to), or `to`: 64 at a time, because most are found or missed in that many. */
function firstOf(byte: u8, from: usize, to: usize): usize {
  for (; from < to; from += 64) {
    const found = bytesEqual(from, byte);
    if (found != 0) return min(to, from + <usize>ctz(found));
  }
  return to;
}

/** Where the bytes that a method may have end. */
function methodEnd(tokens: usize, from: usize, to: usize): usize {
  // Up to 16 capital letters at once.
  const letters = i8x16.sub(v128.load(from), i8x16.splat(65));
  const end = from + <usize>ctz(~i8x16.bitmask(i8x16.lt_u(letters, i8x16.splat(26))));
  if (end < to && load<u8>(end) == space) return end;
  let at = from;
  while (at < to && load<u8>(tokens + load<u8>(at)) == 1) at++;
  return at;
}

function isDigit(byte: u8): bool {
  return byte >= 48 && byte <= 57;
}

function isProtocol(from: usize, to: usize): bool {
  if (to - from == 8) {
    const letters = load<u64>(from);
    if ((letters & allButDigits) == http && isDigit(<u8>(letters >> 40)) && isDigit(<u8>(letters >> 56))) return true;
  }
  let at = from;
  while (at < to && (load<u8>(at) | 32) >= 97 && (load<u8>(at) | 32) <= 122) at++;
  if (at == from || at >= to || load<u8>(at) != 47) return false;
  at++;
  while (at < to && isDigit(load<u8>(at))) at++;
  if (at < to && load<u8>(at) == 46) {
    at++;
    while (at < to && isDigit(load<u8>(at))) at++;
  }
  const last = load<u8>(to - 1);
  return at == to && last != 47 && last != 46;
}
