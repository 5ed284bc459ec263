/**
 * Finds the stack trace that follows a log message in the lines of its record: where it begins, and the line that
 * names the exception. Knows the traces of the JVM, .NET and Node (`at` frames), Python, PHP with Monolog, Go and
 * Ruby (whose class is in the message). Looks at bytes, since most lines of a record with a trace belong to it.
 */
import { findByte } from './byte-search.ts';
import { ascii } from './byte-text.ts';
import { isDigit } from './time-scan.ts';
import { Frame, pythonFile } from './trace-frame.ts';
import { has, lineEnd, nextLine, previousLine, skipSpace } from './trace-lines.ts';

const space = 32;
const tab = 9;

const marks = {
  at: ascii('at '),
  traceback: ascii('Traceback (most recent call last)'),
  phpTrace: ascii('Stack trace:'),
  monologTrace: ascii('[stacktrace]'),
  goroutine: ascii('goroutine '),
  panic: ascii('panic: '),
  from: ascii('from '),
  rubyIn: ascii(':in '),
  inThread: ascii('Exception in thread "'),
  uncaught: ascii('Uncaught '),
  place: ascii(' in /'),
  unhandled: ascii('Unhandled exception. '),
  causedBy: ascii('Caused by: '),
  during: ascii('During handling of the above exception'),
  direct: ascii('The above exception was the direct cause'),
};

const thrownEndings = ['Exception', 'Error', 'Throwable'].map(ascii);

/** What traces of `at` frames and of Python are told by, and the names of exceptions, for kernels; in an order that they know. */
export const traceMarks: readonly Uint8Array[] = [
  marks.traceback,
  marks.during,
  marks.direct,
  pythonFile,
  marks.unhandled,
  marks.uncaught,
  marks.causedBy,
  marks.inThread,
  ...thrownEndings,
  ...['Failure', 'Fault', 'Interrupt', 'Exit'].map(ascii),
];

/** An exception's message may itself have several lines; it is looked for in so many before the first frame. */
const headerLines = 20;

export class StackTrace {
  /** Where the trace's first line begins; -1 when there is none. */
  traceAt = -1;
  /** The line that names the exception, without what stands before the class; end -1 when there is none. */
  exceptionStart = 0;
  exceptionEnd = -1;
  /** The frame in which it was thrown. */
  readonly frame = new Frame();

  /**
   * Looks for a trace in a record whose first line ends at firstEnd (its message begins at messageAt) and which ends
   * at `end`. True when there is one.
   */
  find(bytes: Uint8Array, messageAt: number, firstEnd: number, end: number): boolean {
    this.traceAt = -1;
    this.exceptionEnd = -1;
    this.frame.end = -1;
    let before = -1;
    for (let at = nextLine(bytes, firstEnd, end); at >= 0; at = nextLine(bytes, lineEnd(bytes, at, end), end)) {
      if (this.beginsAt(bytes, messageAt, firstEnd, before, at, end)) return true;
      before = at;
    }
    return false;
  }

  private beginsAt(
    bytes: Uint8Array,
    messageAt: number,
    firstEnd: number,
    before: number,
    at: number,
    end: number,
  ): boolean {
    const first = bytes[at];
    if (first === space || first === tab) {
      const text = skipSpace(bytes, at, end);
      const stop = lineEnd(bytes, at, end);
      if (has(marks.at, bytes, text, end) && isFrame(bytes, text + marks.at.length, stop)) {
        this.setThrown(bytes, messageAt, firstEnd, before, at, end);
        this.frame.setCall(bytes, text + marks.at.length, stop);
        return true;
      }
      if (first !== tab || !has(marks.from, bytes, text, end)) return false;
      this.traceAt = at;
      this.frame.setRuby(bytes, messageAt, firstEnd, text + marks.from.length, stop);
      return true;
    }
    switch (first) {
      case 84: // T
        if (!has(marks.traceback, bytes, at, end)) return false;
        this.traceAt = at;
        this.setPython(bytes, at, end);
        return true;
      case 91: // [
        if (!has(marks.monologTrace, bytes, at, end)) return false;
        this.traceAt = at;
        this.frame.setPhp(bytes, at, end);
        return true;
      case 83: // S
        return has(marks.phpTrace, bytes, at, end) && this.setPhp(bytes, messageAt, firstEnd, at, end);
      case 103: // g
        if (!has(marks.goroutine, bytes, at, end) || !isDigit(bytes[at + marks.goroutine.length])) return false;
        this.setGo(bytes, firstEnd, before, at, end);
        return true;
      case 47: // a path
        if (!isRubyFrame(bytes, at, lineEnd(bytes, at, end))) return false;
        this.traceAt = at;
        this.frame.set(at, lineEnd(bytes, at, end));
        return true;
      default:
        return false;
    }
  }

  /** A frame stands at `at`; the exception is named in a line before it, or by the whole message. */
  private setThrown(
    bytes: Uint8Array,
    messageAt: number,
    firstEnd: number,
    before: number,
    at: number,
    end: number,
  ): void {
    this.traceAt = at;
    let line = before;
    for (let tried = 0; line >= 0 && tried < headerLines; tried++) {
      const stop = lineEnd(bytes, line, end);
      // Further up, only a class that is called an exception counts; .NET's `---> cause` lines are passed over.
      if (this.setName(bytes, line, stop, tried > 0)) {
        this.traceAt = line;
        return;
      }
      line = previousLine(bytes, line, firstEnd);
    }
    if (before < 0) this.setName(bytes, messageAt, firstEnd, false);
  }

  /** True when [start, end) names an exception; `isStrong` asks for a class that is called one. */
  private setName(bytes: Uint8Array, start: number, end: number, isStrong: boolean): boolean {
    const from = afterPreamble(bytes, start, end);
    const nameEnd = thrownNameEnd(bytes, from, end, isStrong);
    if (nameEnd < 0) return false;
    this.exceptionStart = from;
    this.exceptionEnd = end;
    return true;
  }

  /** The first line that is not indented, below the frames; of linked tracebacks, the last one's. */
  private setPython(bytes: Uint8Array, traceAt: number, end: number): void {
    let isLinked = false;
    for (
      let at = nextLine(bytes, lineEnd(bytes, traceAt, end), end);
      at >= 0;
      at = nextLine(bytes, lineEnd(bytes, at, end), end)
    ) {
      const stop = lineEnd(bytes, at, end);
      const first = bytes[at];
      // Frames, and the signs of loguru and of exception groups.
      if (stop === at || first <= space || first === 62 || first === 124 || first === 43) {
        if (this.exceptionEnd < 0 || isLinked) this.frame.setPython(bytes, at, stop);
        continue;
      }
      if (has(marks.during, bytes, at, stop) || has(marks.direct, bytes, at, stop)) {
        isLinked = true;
        continue;
      }
      if (has(marks.traceback, bytes, at, stop)) continue;
      if ((this.exceptionEnd >= 0 && !isLinked) || !isPythonRaised(bytes, at, stop)) return;
      isLinked = false;
      this.exceptionStart = at;
      this.exceptionEnd = stop;
    }
  }

  /** PHP's own trace; Monolog repeats it in the exception that it logs, and marks the trace by `[stacktrace]`. */
  private setPhp(bytes: Uint8Array, messageAt: number, firstEnd: number, at: number, end: number): boolean {
    const next = nextLine(bytes, lineEnd(bytes, at, end), end);
    if (next < 0 || bytes[next] !== 35 || !isDigit(bytes[next + 1])) return false;
    for (let line = next; line >= 0; line = nextLine(bytes, lineEnd(bytes, line, end), end)) {
      if (has(marks.monologTrace, bytes, line, end)) return false;
    }
    this.traceAt = at;
    this.frame.setPhp(bytes, at, end);
    if (this.setName(bytes, messageAt, firstEnd, false))
      this.exceptionEnd = placeAt(bytes, this.exceptionStart, firstEnd);
    return true;
  }

  private setGo(bytes: Uint8Array, firstEnd: number, before: number, at: number, end: number): void {
    this.traceAt = at;
    this.frame.setGo(bytes, at, end);
    for (let line = before, tried = 0; line >= 0 && tried < 4; tried++) {
      const stop = lineEnd(bytes, line, end);
      if (has(marks.panic, bytes, line, stop)) {
        this.traceAt = line;
        this.exceptionStart = line;
        this.exceptionEnd = stop;
        return;
      }
      line = previousLine(bytes, line, firstEnd);
    }
  }
}

function afterPreamble(bytes: Uint8Array, start: number, end: number): number {
  if (has(marks.unhandled, bytes, start, end)) return start + marks.unhandled.length;
  if (has(marks.uncaught, bytes, start, end)) return start + marks.uncaught.length;
  if (has(marks.causedBy, bytes, start, end)) return start + marks.causedBy.length;
  if (!has(marks.inThread, bytes, start, end)) return start;
  const quote = findByte(bytes, 34, start + marks.inThread.length, end);
  return quote < 0 || quote + 2 > end ? start : quote + 2;
}

/** PHP: where ` in /path/file.php:3` begins that ends a message, else its end. */
function placeAt(bytes: Uint8Array, start: number, end: number): number {
  for (let at = end - marks.place.length; at > start; at--) {
    if (has(marks.place, bytes, at, end)) return at;
  }
  return end;
}

const isNameByte = (byte: number): boolean =>
  (byte >= 48 && byte <= 57) || ((byte | 32) >= 97 && (byte | 32) <= 122) || byte === 95 || byte === 36;

/**
 * End of the class that [start, end) begins with: dotted identifiers, or one that is called Exception, Error or
 * Throwable; followed by nothing, a colon and a text, or a code in brackets as .NET and Node have it. Else -1.
 */
function thrownNameEnd(bytes: Uint8Array, start: number, end: number, isStrong: boolean): number {
  let at = start;
  let dots = 0;
  if (at >= end || isDigit(bytes[at])) return -1;
  while (at < end && (isNameByte(bytes[at]) || bytes[at] === 46 || bytes[at] === 92 || bytes[at] === 96)) {
    if (bytes[at] === 46) dots++;
    at++;
  }
  if (at === start || bytes[at - 1] === 46) return -1;
  const isCalled = thrownEndings.some(
    (ending) => at - ending.length >= start && has(ending, bytes, at - ending.length, at),
  );
  if (!isCalled && (isStrong || dots === 0)) return -1;
  return isNameFollowed(bytes, at, end) ? at : -1;
}

function isNameFollowed(bytes: Uint8Array, at: number, end: number): boolean {
  if (at === end) return true;
  if (bytes[at] === 58) return at + 1 === end || bytes[at + 1] === space;
  if (bytes[at] !== space || at + 1 >= end) return false;
  const opener = bytes[at + 1];
  return opener === 91 || (opener === 40 && at + 2 < end && bytes[at + 2] === 48);
}

/** What follows `at `: a method and its place, or a place alone; `at noon` is text. */
function isFrame(bytes: Uint8Array, start: number, end: number): boolean {
  if (start >= end || bytes[start] <= space) return false;
  for (let at = start; at < end; at++) {
    if (bytes[at] === 40 || bytes[at] === 46 || bytes[at] === 58) return true;
  }
  return false;
}

/** `KeyError: 'k'`, `module.Class`. */
function isPythonRaised(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && (isNameByte(bytes[at]) || bytes[at] === 46) && bytes[at] !== 36) at++;
  return at > start && !isDigit(bytes[start]) && (at === end || bytes[at] === 58);
}

/** `/path/file.rb:12:in ...` */
function isRubyFrame(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 4 < end; at++) {
    if (bytes[at] !== 58 || !has(marks.rubyIn, bytes, at, end)) continue;
    return at > start && isDigit(bytes[at - 1]);
  }
  return false;
}
