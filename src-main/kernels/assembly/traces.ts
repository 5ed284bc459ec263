/**
 * Finds the stack trace behind a message: of `at` frames (JVM, .NET, Node) and of Python, in records whose lines end
 * with one byte. Twins: StackTrace and Frame in src-main/formats. Its texts are those of the twin (`traceMarks`).
 */
import { equalBytes, findByte } from './bytes';

/** As traceMarks in src-main/formats/stack-trace.ts. */
const enum Mark {
  traceback = 0,
  during = 1,
  direct = 2,
  file = 3,
  unhandled = 4,
  uncaught = 5,
  causedBy = 6,
  inThread = 7,
  exception = 8,
  error = 9,
  throwable = 10,
  failure = 11,
  fault = 12,
  interrupt = 13,
  exit = 14,
}

const space: u8 = 32;
const tab: u8 = 9;
const newline: u8 = 10;
const quote: u8 = 34;
const openParenthesis: u8 = 40;
const closeParenthesis: u8 = 41;
const dot: u8 = 46;
const zero: u8 = 48;
const colon: u8 = 58;
const openBracket: u8 = 91;
const closeBracket: u8 = 93;
const tilde: u8 = 126;

/** As in the twin. */
const headerLines = 20;

/** Of the trace that was found last: where it begins; the line that names the exception, and the frame. Ends 0: none. */
export let traceStart: usize = 0;
export let exceptionStart: usize = 0;
export let exceptionEnd: usize = 0;
export let frameStart: usize = 0;
export let frameEnd: usize = 0;

/** The line [at, end) may begin a trace of any kind; what follows decides. */
export function mayBeginTrace(at: usize, end: usize): bool {
  if (at >= end) return false;
  const first = load<u8>(at);
  if (first == space || first == tab) {
    let text = at + 1;
    while (text < end && (load<u8>(text) == space || load<u8>(text) == tab)) text++;
    const word = load<u32>(text);
    // `at `, or `from` behind a tab.
    return (word & 0xffffff) == 0x207461 || (first == tab && word == 0x6d6f7266);
  }
  const word = load<u32>(at);
  // Traceback, Stack trace:, [stacktrace], goroutine, or a path.
  return word == 0x63617254 || word == 0x63617453 || word == 0x6174735b || word == 0x6f726f67 || first == 47;
}

/** One of the texts that stand before the class of an exception. */
export function hasPreamble(marks: usize, start: usize, end: usize): bool {
  for (let mark = Mark.unhandled; mark <= Mark.inThread; mark++) if (has(marks, mark, start, end)) return true;
  return false;
}

/** As `named` in src-main/formats/exception-text.ts, of ASCII: a name that ends as those of exceptions do. */
export function isThrowable(marks: usize, start: usize, end: usize): bool {
  for (let at = start; at < end; at++) {
    for (let mark = Mark.exception; mark <= Mark.exit; mark++) {
      if (!has(marks, mark, at, end)) continue;
      const after = at + lengthOf(marks, mark);
      if (after == end || load<u8>(after) == 36 || !isNameByte(load<u8>(after))) return true;
    }
    const byte = load<u8>(at);
    if (at == start ? isDigit(byte) || !isNameByte(byte) : !isPathByte(byte)) return false;
  }
  return false;
}

/** A name's, or one of `.-/:\`. */
function isPathByte(byte: u8): bool {
  return isNameByte(byte) || (byte >= 45 && byte <= 47) || byte == colon || byte == 92;
}

/**
 * The line at `at` is the first behind the record's first one, which ends at `firstEnd`, that may begin a trace; the
 * record ends at `end`. False: the twin has to look.
 */
export function findTrace(marks: usize, message: usize, firstEnd: usize, at: usize, end: usize): bool {
  exceptionEnd = 0;
  frameEnd = 0;
  traceStart = at;
  const first = load<u8>(at);
  if (first == space || first == tab) {
    let text = at;
    while (text < end && (load<u8>(text) == space || load<u8>(text) == tab)) text++;
    const stop = lineEnd(at, end);
    if (text + 3 > end || (load<u32>(text) & 0xffffff) != 0x207461 || !isFrame(text + 3, stop)) return false;
    setThrown(marks, message, firstEnd, at, end);
    setCall(text + 3, stop);
    return true;
  }
  if (!has(marks, Mark.traceback, at, end)) return false;
  setPython(marks, at, end);
  return true;
}

/** A frame stands at `at`; the exception is named in a line before it, or by the whole message. */
function setThrown(marks: usize, message: usize, firstEnd: usize, at: usize, end: usize): void {
  let line = previousLine(at, firstEnd);
  if (line == 0) {
    setName(marks, message, firstEnd, false);
    return;
  }
  for (let tried = 0; line != 0 && tried < headerLines; tried++) {
    if (setName(marks, line, lineEnd(line, end), tried > 0)) {
      traceStart = line;
      return;
    }
    line = previousLine(line, firstEnd);
  }
}

function setName(marks: usize, start: usize, end: usize, isStrong: bool): bool {
  const from = afterPreamble(marks, start, end);
  if (!isThrown(marks, from, end, isStrong)) return false;
  exceptionStart = from;
  exceptionEnd = end;
  return true;
}

function afterPreamble(marks: usize, start: usize, end: usize): usize {
  for (let mark = Mark.unhandled; mark <= Mark.causedBy; mark++) {
    if (has(marks, mark, start, end)) return start + lengthOf(marks, mark);
  }
  if (!has(marks, Mark.inThread, start, end)) return start;
  const closer = findByte(quote, start + lengthOf(marks, Mark.inThread), end);
  return closer == 0 || closer + 2 > end ? start : closer + 2;
}

/** The class of an exception begins [start, end), and what follows it is no other text. */
function isThrown(marks: usize, start: usize, end: usize, isStrong: bool): bool {
  if (start >= end || isDigit(load<u8>(start))) return false;
  let at = start;
  let dots = 0;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == dot) dots++;
    else if (!isNameByte(byte) && byte != 92 && byte != 96) break;
  }
  if (at == start || load<u8>(at - 1) == dot) return false;
  if (!isCalled(marks, start, at) && (isStrong || dots == 0)) return false;
  if (at == end) return true;
  const next = load<u8>(at);
  if (next == colon) return at + 1 == end || load<u8>(at + 1) == space;
  if (next != space || at + 1 >= end) return false;
  const opener = load<u8>(at + 1);
  return opener == openBracket || (opener == openParenthesis && at + 2 < end && load<u8>(at + 2) == zero);
}

function isCalled(marks: usize, start: usize, end: usize): bool {
  for (let mark = Mark.exception; mark <= Mark.throwable; mark++) {
    const length = lengthOf(marks, mark);
    if (start + length <= end && has(marks, mark, end - length, end)) return true;
  }
  return false;
}

/** The first line that is not indented, below the frames; of linked tracebacks, the last one's. */
function setPython(marks: usize, trace: usize, end: usize): void {
  let isLinked = false;
  for (let at = lineEnd(trace, end) + 1; at <= end; at = lineEnd(at, end) + 1) {
    const stop = lineEnd(at, end);
    const first = load<u8>(at);
    if (stop == at || first <= space || first == 62 || first == 124 || first == 43) {
      if (exceptionEnd == 0 || isLinked) setPythonFrame(marks, at, stop);
      continue;
    }
    if (has(marks, Mark.during, at, stop) || has(marks, Mark.direct, at, stop)) {
      isLinked = true;
      continue;
    }
    if (has(marks, Mark.traceback, at, stop)) continue;
    if ((exceptionEnd != 0 && !isLinked) || !isRaised(at, stop)) return;
    isLinked = false;
    exceptionStart = at;
    exceptionEnd = stop;
  }
}

/** `KeyError: 'k'`, `module.Class`. */
function isRaised(start: usize, end: usize): bool {
  let at = start;
  while (at < end && (isNameByte(load<u8>(at)) || load<u8>(at) == dot) && load<u8>(at) != 36) at++;
  return at > start && !isDigit(load<u8>(start)) && (at == end || load<u8>(at) == colon);
}

function setPythonFrame(marks: usize, start: usize, end: usize): void {
  let at = start;
  for (; at < end; at++) {
    const byte = load<u8>(at);
    if (byte != space && byte != tab && byte != 62 && byte != 124) break;
  }
  if (has(marks, Mark.file, at, end)) setFrame(at, end);
}

/** What follows `at `, without the archive that Logback adds. */
function setCall(start: usize, end: usize): void {
  let archive: usize = 0;
  if (load<u8>(end - 1) == closeBracket) {
    archive = findByte(closeParenthesis, start, end);
    while (archive != 0 && load<u8>(archive + 1) != space) archive = findByte(closeParenthesis, archive + 1, end);
  }
  const next = archive == 0 ? 0 : load<u8>(archive + 2);
  setFrame(start, next == openBracket || next == tilde ? archive + 1 : end);
}

function setFrame(start: usize, end: usize): void {
  frameStart = start;
  frameEnd = end > start ? end : 0;
}

/** A method and its place, or a place alone. */
function isFrame(start: usize, end: usize): bool {
  if (start >= end || load<u8>(start) <= space) return false;
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at);
    if (byte == openParenthesis || byte == dot || byte == colon) return true;
  }
  return false;
}

function lineEnd(at: usize, end: usize): usize {
  const found = findByte(newline, at, end);
  return found == 0 ? end : found;
}

/** The line before the one at `at`, 0 when that is the record's first. */
function previousLine(at: usize, firstEnd: usize): usize {
  let place = at - 1;
  while (place > firstEnd && load<u8>(place - 1) != newline) place--;
  return place > firstEnd ? place : 0;
}

function lengthOf(marks: usize, mark: i32): i32 {
  return load<i32>(marks + (mark << 3), 4);
}

function has(marks: usize, mark: i32, at: usize, end: usize): bool {
  const length = lengthOf(marks, mark);
  return at + length <= end && equalBytes(load<usize>(marks + (mark << 3)), at, length);
}

function isDigit(byte: u8): bool {
  return byte >= 48 && byte <= 57;
}

function isNameByte(byte: u8): bool {
  const letter = byte | 32;
  return isDigit(byte) || (letter >= 97 && letter <= 122) || byte == 95 || byte == 36;
}
