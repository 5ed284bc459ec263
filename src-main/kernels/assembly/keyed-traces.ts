/**
 * Reads the traces that JSON holds as texts: the line that names the exception, and the frame that it was thrown in.
 * Twin: exception-text.ts in src-main/formats. ASCII only; what is not sure is left to it.
 */
import { findByte, isAscii } from './bytes';
import * as plan from './keyed-plan';
import { Convert, Token, Trace } from './keyed-plan';
import { findTrace, frameEnd, frameStart, hasPreamble, isThrowable, mayBeginTrace } from './traces';
import { unescape } from './values';

const newline: u8 = 10;
const carriageReturn: u8 = 13;
const backslash: u8 = 92;
/** `Trac`, with which tracebacks of Python begin, whose exception is named last. */
const tracebackWord: u32 = 0x63617254;

/** Where the frame of the trace that was read last stands, as it is written. */
export let rawFrameStart: usize = 0;
export let rawFrameEnd: usize = 0;

/** What the token tells, as bits of Trace; -1: the twin has to read it. */
export function jsonTrace(header: usize, token: usize, convert: i32): i32 {
  if (load<i32>(header, plan.isJsonAt) == 0) return -1;
  const from = load<usize>(token, plan.startAt);
  const length = <i32>(load<usize>(token, plan.endAt) - from);
  // Behind a line of no words, as in the twin.
  const before = load<usize>(header, plan.scratchAt);
  const start = before + 1;
  const plainLength = unescape(from, length, start);
  if (plainLength < 0) return -1;
  const end = start + plainLength;
  store<u8>(before, newline);
  store<u32>(end, newline);
  if (!isAscii(start, end) || findByte(carriageReturn, start, end) != 0) return -1;
  for (let at = findByte(84, start, end); at != 0; at = findByte(84, at + 1, end)) {
    if (load<u32>(at) == tracebackWord) return -1;
  }
  const marks = load<usize>(header, plan.marksAt);
  let lineStart = start;
  while (lineStart < end && isSpace(load<u8>(lineStart))) lineStart++;
  const found = findByte(newline, lineStart, end);
  let lineEnd = found == 0 ? end : found;
  while (lineEnd > lineStart && isSpace(load<u8>(lineEnd - 1))) lineEnd--;
  if (hasPreamble(marks, lineStart, lineEnd)) return -1;
  let bits = 0;
  if (lineEnd > lineStart && (convert == Convert.exception || isThrowable(marks, lineStart, lineEnd))) {
    bits = Trace.line;
    if (lineStart == start && lineEnd == end) bits |= Trace.whole;
  }
  if (load<i32>(token, plan.kindAt) != Token.escaped) return bits;
  const frame = hasFrame(marks, before, start, end);
  if (frame < 0) return -1;
  if (frame == 0) return bits;
  rawFrameStart = rawAt(from, <i32>(frameStart - start));
  rawFrameEnd = rawAt(rawFrameStart, <i32>(frameEnd - frameStart));
  return bits | Trace.frame;
}

/** Whether there is a frame in the text; -1: not sure. */
function hasFrame(marks: usize, before: usize, start: usize, end: usize): i32 {
  if (findByte(newline, start, end) == 0) return 0;
  for (let at = start; at <= end;) {
    const found = findByte(newline, at, end);
    const stop = found == 0 ? end : found;
    if (mayBeginTrace(at, stop)) {
      if (!findTrace(marks, before, before, at, end)) return -1;
      return i32(frameEnd != 0);
    }
    at = stop + 1;
  }
  return 0;
}

/** Where it is written what stands `count` characters behind `from` without its escapes, all of which are of two bytes. */
function rawAt(from: usize, count: i32): usize {
  let at = from;
  for (; count > 0; count--) at += load<u8>(at) == backslash ? 2 : 1;
  return at;
}

/** White space of ASCII, as a text is trimmed of it. */
function isSpace(byte: u8): bool {
  return byte == 32 || (byte >= 9 && byte <= 13);
}
