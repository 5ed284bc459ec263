/**
 * Reads records that begin with a time and may go on over several lines into staged columns: application logs. Twins:
 * TimestampedParser, TimeReader and StackTrace in src-main/formats, and build.ts. Stops before a record that it is
 * not sure about, or whose end is not there yet; asks the parser for times of another minute, new level words and
 * messages with a trace.
 */
import { equalBytes, findByte } from './bytes';
import { setNumber, setSpan } from './cells';
import * as plan from './record-plan';
import { isDigit, isWord, matches, setCaptures } from './templates';
import { exceptionEnd, exceptionStart, findTrace, frameEnd, frameStart, mayBeginTrace, traceStart } from './traces';

/** The end of the time that begins at `from`, or -1; its instant and minute are then in the plan. */
declare function readTime(from: i32, to: i32): i32;
/** Sets the message, and what a trace in it says, of the record in `row`. */
declare function setMessage(row: i32, from: i32, tail: i32, firstEnd: i32, end: i32, isMonolog: i32): void;

/** Longer records are left to the twin, which knows the limits. */
const longestRecord: usize = 1 << 20;

const newline: u8 = 10;
const carriageReturn: u8 = 13;
const space: u8 = 32;
const tab: u8 = 9;
const comma: u8 = 44;
const plus: u8 = 43;
const minus: u8 = 45;
const colon: u8 = 58;
const openParenthesis: u8 = 40;
const closeParenthesis: u8 = 41;
const openBracket: u8 = 91;
/** `[obj` and `ect]`, little-endian. */
const objWord: u32 = 0x6a626f5b;
const ectWord: u32 = 0x5d746365;

/** Of the line that `begins` looked at last. */
let timeFrom: usize = 0;
let timeEnd: usize = 0;
let instant: f64 = 0;
/** Behind the fraction that `millisecondsAt` looked at last. */
let fractionEnd: usize = 0;

/** Behind the record whose extent was measured last, its last line's end, and the end of its last line with a text. */
let following: usize = 0;
let recordEnd: usize = 0;
let textEnd: usize = 0;
/** Of the line behind it, which begins a record. */
let nextNewline: usize = 0;
let lineCount = 0;
/** Its first line that may begin a trace, or 0; and whether lines behind the first end with two bytes. */
let traceAt: usize = 0;
let hasReturns = false;
/** Where ` (logger)` begins that its first line ends with; 0: its layout has none. */
let tailAt: usize = 0;

/**
 * Reads records that begin in [from, before) and end before another one that begins before `filled` into rows from
 * `firstRow` on, up to `lastRow`. Addresses; what is staged is relative to `bytes`. `recordLines` are numbers of first
 * lines, from 0. Returns the row behind the last one.
 */
export function readRecords(
  records: usize,
  bytes: usize,
  from: usize,
  before: usize,
  filled: usize,
  firstRow: i32,
  lastRow: i32,
  staging: usize,
  recordStarts: usize,
  recordLines: usize,
): i32 {
  let row = firstRow;
  let line = 0;
  let at = from;
  let lineEnd = at < before ? findByte(newline, at, filled) : 0;
  if (lineEnd != 0 && begins(records, bytes, at, contentEnd(at, lineEnd))) {
    while (row < lastRow && at < before) {
      const firstEnd = contentEnd(at, lineEnd);
      const start = timeEnd;
      const time = instant;
      const timeStart = timeFrom;
      if (!measure(records, bytes, at, lineEnd, filled)) break;
      const template = templateOf(records, bytes, timeStart > at, start, firstEnd);
      if (template == 0) break;
      if (time == time) setNumber(staging, load<i32>(records, plan.timeFieldAt), row, time);
      else setSpan(staging, load<i32>(records, plan.clockFieldAt), row, bytes, timeStart, start);
      const message = setCaptures(records, template, bytes, staging, row);
      if (tailAt != 0) {
        setSpan(staging, load<i32>(template, plan.tailColumnAt), row, bytes, tailAt + 2, firstEnd - 1);
      }
      const isMonolog = (load<i32>(template, plan.templateFlagsAt) & 2) != 0 && hasObject(message, recordEnd);
      if (isMonolog || !setText(records, bytes, row, staging, message, firstEnd)) {
        const tail = tailAt == 0 ? -1 : <i32>(tailAt - bytes);
        const end = <i32>(recordEnd - bytes);
        setMessage(row, <i32>(message - bytes), tail, <i32>(firstEnd - bytes), end, i32(isMonolog));
      }
      store<i32>(recordStarts + (row << 2), <i32>(at - bytes));
      store<i32>(recordLines + (row << 2), line);
      row++;
      line += lineCount;
      at = following;
      lineEnd = nextNewline;
    }
  }
  store<usize>(records, at, plan.nextAt);
  store<i32>(records, line, plan.linesAt);
  return row;
}

/** Sets the message up to the trace behind it, and what that tells; false when the parser has to. */
function setText(records: usize, bytes: usize, row: i32, staging: usize, message: usize, firstEnd: usize): bool {
  if (lineCount > 1 && hasReturns) return false;
  let end = textEnd;
  if (traceAt != 0) {
    if (!findTrace(load<usize>(records, plan.marksAt), message, firstEnd, traceAt, recordEnd)) return false;
    end = traceStart;
    while (end > firstEnd && load<u8>(end - 1) == newline) end--;
  }
  if (tailAt != 0) {
    if (end > firstEnd) return false;
    end = tailAt;
  }
  setSpan(staging, load<i32>(records, plan.messageFieldAt), row, bytes, message, end);
  if (traceAt == 0) return true;
  if (exceptionEnd != 0)
    setSpan(staging, load<i32>(records, plan.exceptionFieldAt), row, bytes, exceptionStart, exceptionEnd);
  if (frameEnd != 0) setSpan(staging, load<i32>(records, plan.frameFieldAt), row, bytes, frameStart, frameEnd);
  return true;
}

/** What Monolog's exceptions are marked by may stand in [at, end): `[object]`. */
function hasObject(at: usize, end: usize): bool {
  for (let found = findByte(openBracket, at, end); found != 0; found = findByte(openBracket, found + 1, end)) {
    if (load<u32>(found) == objWord && load<u32>(found, 4) == ectWord) return true;
  }
  return false;
}

/** Where ` (logger)` begins that a line ends with, or 0. */
function tailOf(start: usize, end: usize): usize {
  if (end - start < 3 || load<u8>(end - 1) != closeParenthesis) return 0;
  for (let at = end - 2; at > start; at--) {
    const byte = load<u8>(at);
    if (byte == space || byte == closeParenthesis) return 0;
    if (byte == openParenthesis) return at < end - 2 && load<u8>(at - 1) == space ? at - 1 : 0;
  }
  return 0;
}

/** Where the line's text ends whose newline stands at `end`. */
function contentEnd(start: usize, end: usize): usize {
  return end > start && load<u8>(end - 1) == carriageReturn ? end - 1 : end;
}

/** Finds the end of the record at `start`, whose first line ends at `firstNewline`; false when it cannot be told. */
function measure(records: usize, bytes: usize, start: usize, firstNewline: usize, filled: usize): bool {
  let end = contentEnd(start, firstNewline);
  hasReturns = end < firstNewline;
  traceAt = 0;
  textEnd = end;
  lineCount = 1;
  for (let at = firstNewline + 1; at < filled; at = nextNewline + 1) {
    nextNewline = findByte(newline, at, filled);
    if (nextNewline == 0 || nextNewline - start > longestRecord) return false;
    const lineEnd = contentEnd(at, nextNewline);
    if (lineEnd > at) {
      if (load<u8>(at) > space && begins(records, bytes, at, lineEnd)) {
        following = at;
        recordEnd = end;
        return true;
      }
      if (traceAt == 0 && mayBeginTrace(at, lineEnd)) traceAt = at;
      textEnd = lineEnd;
    }
    if (lineEnd < nextNewline) hasReturns = true;
    end = lineEnd;
    lineCount++;
  }
  return false;
}

function templatesOf(records: usize, isBracketed: bool): usize {
  return isBracketed ? load<usize>(records, plan.bracketedAt) : load<usize>(records, plan.unbracketedAt);
}

/** The first template that fits, or 0 when none does or one cannot be told. */
function templateOf(records: usize, bytes: usize, isBracketed: bool, start: usize, firstEnd: usize): usize {
  let list = templatesOf(records, isBracketed);
  for (let template = load<usize>(list); template != 0; template = load<usize>(list)) {
    if ((load<i32>(template, plan.templateFlagsAt) & 1) != 0) return 0;
    list += 4;
    tailAt = 0;
    if (!matches(records, template, bytes, start, firstEnd)) continue;
    if (load<i32>(template, plan.tailColumnAt) < 0) return template;
    const message = load<i32>(template, plan.messageCaptureAt) << 2;
    tailAt = tailOf(load<usize>(records + plan.captureStartsAt + message), firstEnd);
    if (tailAt != 0) return template;
  }
  return 0;
}

/** The line begins a record; its time is then known. */
function begins(records: usize, bytes: usize, at: usize, end: usize): bool {
  if (at >= end) return false;
  const isBracketed = load<u8>(at) == openBracket;
  if (load<usize>(templatesOf(records, isBracketed)) == 0) return false;
  const from = isBracketed ? at + 1 : at;
  if ((load<u32>(records, plan.flagsAt) & 2) != 0 && !(from < end && isDigit(load<u8>(from)))) return false;
  const stop = timeAt(records, bytes, from, end);
  if (stop == 0 || !mayFollow(stop, end)) return false;
  timeFrom = from;
  timeEnd = stop;
  return true;
}

/** As in the twin: what may stand behind the time of a record's first line. */
function mayFollow(at: usize, end: usize): bool {
  if (at >= end) return true;
  const byte = load<u8>(at);
  if (byte == comma) return at + 1 < end && load<u8>(at + 1) == space;
  return (
    byte == space || byte == tab || byte == colon || byte == 93 || byte == 124 || byte == minus || byte == openBracket
  );
}

/** The end of the time at `at`, or 0; `instant` is set. Most times share their minute with the one before. */
function timeAt(records: usize, bytes: usize, at: usize, end: usize): usize {
  const quick = sameMinute(records, at, end);
  if (quick != 0) return quick;
  const found = readTime(<i32>(at - bytes), <i32>(end - bytes));
  if (found < 0) return 0;
  instant = load<f64>(records, plan.instantAt);
  return bytes + found;
}

/** As readSameMinute in the twin. */
function sameMinute(records: usize, at: usize, end: usize): usize {
  const prefixLength = load<i32>(records, plan.prefixLengthAt);
  if (prefixLength == 0) return 0;
  const suffixLength = load<i32>(records, plan.suffixLengthAt);
  const secondsAt = at + prefixLength;
  if (secondsAt + 2 + suffixLength > end || !equalBytes(at, records + plan.prefixAt, prefixLength)) return 0;
  const tens = load<u8>(secondsAt) - 48;
  const ones = load<u8>(secondsAt + 1) - 48;
  if (tens > 5 || ones > 9) return 0;
  const millisecond = millisecondsAt(secondsAt + 2, end);
  const stop = fractionEnd + suffixLength;
  if (stop > end || !equalBytes(fractionEnd, records + plan.suffixAt, suffixLength)) return 0;
  if (stop < end && mayGoOn(records, suffixLength, stop, end)) return 0;
  instant = load<f64>(records, plan.minuteAt) + <f64>((<i32>tens * 10 + ones) * 1000 + millisecond);
  return stop;
}

/** Milliseconds of the fraction that may stand at `at`; `fractionEnd` is then behind it. */
function millisecondsAt(at: usize, end: usize): i32 {
  fractionEnd = at;
  if (at + 1 >= end) return 0;
  const mark = load<u8>(at);
  if (mark != 46 && mark != comma && mark != colon) return 0;
  // Mostly three digits: four bytes at once, of which a high bit tells those that are none.
  const digits = load<u32>(at, 1) ^ 0x30303030;
  if (((digits | (digits + 0x76767676)) & 0x80808080) == 0x80000000 && at + 4 < end) {
    fractionEnd = at + 4;
    return (digits & 15) * 100 + ((digits >> 8) & 15) * 10 + ((digits >> 16) & 15);
  }
  let place = at + 1;
  const limit = min(end, at + 13);
  let value = 0;
  for (; place < limit; place++) {
    const digit = load<u8>(place) - 48;
    if (digit > 9) break;
    if (place < at + 4) value = value * 10 + digit;
  }
  const count = <i32>(place - at) - 1;
  if (count == 0 || (mark == colon && count != 3)) return 0;
  fractionEnd = place;
  return count == 1 ? value * 100 : count == 2 ? value * 10 : value;
}

/** What follows could belong to the time. */
function mayGoOn(records: usize, suffixLength: i32, at: usize, end: usize): bool {
  const byte = load<u8>(at);
  if (byte >= 128 || isWord(records, byte)) return true;
  if (suffixLength > 0) return false;
  if (byte == plus || byte == minus) return at + 1 < end && isDigit(load<u8>(at + 1));
  if (byte != space || (load<u32>(records, plan.flagsAt) & 4) == 0 || at + 1 >= end) return false;
  const next = load<u8>(at + 1);
  return isWord(records, next) || next == plus || next == minus;
}
