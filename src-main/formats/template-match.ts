/** Walks the steps of templates over the bytes of lines. The hot path of application logs. */
import { findByte, findLastByte } from './byte-search.ts';
import { Op, type Step, type Template } from './template.ts';
import { isDigit, isWordByte } from './time-scan.ts';

const space = 32;
const tab = 9;
const dot = 46;
const comma = 44;
const colon = 58;

/** Captures are names and numbers; a longer one is text that only looks like one. */
const longestCapture = 512;
const mostDigits = 15;

/** What a matcher asks others: times and level words, which have caches of their own. */
export interface MatchReaders {
  /** End of the time at `at`, or -1. */
  readTime(bytes: Uint8Array, at: number, end: number): number;
  /** Ordinal of a level word, or -1. */
  readLevel(bytes: Uint8Array, start: number, end: number): number;
}

/** More than any template captures. */
const mostCaptures = 16;

/** Walks templates over lines; what the last successful walk found stays readable. */
export class TemplateMatch {
  /** Bytes of each capture; end -1 when it is missing. */
  readonly starts = new Int32Array(mostCaptures);
  readonly ends = new Int32Array(mostCaptures);
  /** Ordinal of the level, -1 when there is none. */
  level = -1;
  private at = 0;

  constructor(
    private readonly readers: MatchReaders,
    /** Levels without brackets count in capitals only: `error` may be a word of the message. */
    private readonly hasUpperLevels: boolean,
  ) {}

  /** True when the line [start, firstEnd) begins a record of this template. */
  begins(template: Template, bytes: Uint8Array, start: number, firstEnd: number): boolean {
    this.at = start;
    return this.walk(template, 0, template.headSteps, bytes, firstEnd, firstEnd);
  }

  /** Matches a record from the step `from` on, at `at`: 0 and its begin, or the step and place behind its time. */
  matches(template: Template, from: number, bytes: Uint8Array, at: number, firstEnd: number, end: number): boolean {
    this.at = at;
    this.level = -1;
    if (template.hasOptions) this.ends.fill(-1);
    return this.walk(template, from, template.steps.length, bytes, firstEnd, end);
  }

  private walk(
    template: Template,
    from: number,
    to: number,
    bytes: Uint8Array,
    firstEnd: number,
    end: number,
  ): boolean {
    const { steps } = template;
    let lineEnd = firstEnd;
    let option: Step | undefined;
    let optionAt = 0;
    for (let index = from; index < to;) {
      const step = steps[index++];
      if (option !== undefined && index > option.end) option = undefined;
      if (step.op === Op.option) {
        option = step;
        optionAt = this.at;
        continue;
      }
      if (step.op === Op.newline && this.at === lineEnd && end > lineEnd) {
        this.at = bytes[lineEnd] === 13 ? lineEnd + 2 : lineEnd + 1;
        const next = findByte(bytes, 10, this.at, end);
        lineEnd = next < 0 ? end : bytes[next - 1] === 13 ? next - 1 : next;
        continue;
      }
      const reached = this.pass(step, bytes, this.at, lineEnd);
      if (reached >= 0) {
        this.at = reached;
        continue;
      }
      if (option === undefined) return false;
      this.ends.fill(-1, option.capture, option.capturesEnd);
      this.at = optionAt;
      index = option.end;
      option = undefined;
    }
    return true;
  }

  /** Where the step that begins at `start` ends, or -1. */
  private pass(step: Step, bytes: Uint8Array, start: number, end: number): number {
    switch (step.op) {
      case Op.literal:
        return isAt(step.bytes, bytes, start, end) ? start + step.bytes.length : -1;
      case Op.space: {
        const limit = Math.min(end, start + step.most);
        let at = start;
        while (at < limit && (bytes[at] === space || bytes[at] === tab)) at++;
        return at - start >= step.least || (step.mayEnd && at === end) ? at : -1;
      }
      case Op.newline:
        return -1;
      default: {
        const stop = this.captureEnd(step, bytes, start, end);
        if (stop < 0) return -1;
        this.starts[step.capture] = start;
        this.ends[step.capture] = stop;
        return stop;
      }
    }
  }

  private captureEnd(step: Step, bytes: Uint8Array, start: number, end: number): number {
    switch (step.op) {
      case Op.time:
        return this.readers.readTime(bytes, start, end);
      case Op.level:
        return this.levelEnd(bytes, start, end, true, step.bytes.length === 0);
      case Op.anyLevel:
        return this.levelEnd(bytes, start, end, false, step.bytes.length === 0);
      case Op.phrase:
        return this.phraseEnd(bytes, start, end);
      case Op.letter:
        return this.letterEnd(bytes, start, end, step.bytes.length === 0);
      case Op.mark:
        this.level = start < end ? levelOfMark(bytes[start]) : -1;
        return this.level < 0 ? -1 : start + 1;
      case Op.token:
      case Op.class:
      case Op.source:
        return tokenEnd(step, bytes, start, end);
      case Op.any:
        return anyEnd(step, bytes, start, end);
      case Op.number: {
        const at = digitsEnd(bytes, start, end);
        return at === start || (at < end && isWordByte(bytes[at])) ? -1 : at;
      }
      case Op.decimal: {
        let at = digitsEnd(bytes, start, end);
        if (at > start && at < end && bytes[at] === dot) at = digitsEnd(bytes, at + 1, end);
        return at === start ? -1 : at;
      }
      default:
        return end;
    }
  }

  private letterEnd(bytes: Uint8Array, start: number, end: number, isBare: boolean): number {
    if (start >= end || bytes[start] < 65 || bytes[start] > 90) return -1;
    this.level = this.readers.readLevel(bytes, start, start + 1);
    // mongod's D1 to D5.
    const isNumbered = isBare && bytes[start] === 68 && start + 1 < end && isDigit(bytes[start + 1]);
    return this.level < 0 ? -1 : isNumbered ? start + 2 : start + 1;
  }

  private levelEnd(bytes: Uint8Array, start: number, end: number, isKnown: boolean, isBare: boolean): number {
    let at = start;
    let isUpper = true;
    while (at < end && isWordByte(bytes[at]) && at < start + 17) {
      if (bytes[at] >= 97) isUpper = false;
      at++;
    }
    const least = isBare || isKnown ? 3 : 1;
    if (at - start < least) return -1;
    this.level = this.readers.readLevel(bytes, start, at);
    if (!isKnown) return at;
    return this.level < 0 || (isBare && this.hasUpperLevels && !isUpper) ? -1 : at;
  }

  private phraseEnd(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    let wordAt = start;
    let first = -1;
    while (at < end && at < start + 32 && (isWordByte(bytes[at]) || bytes[at] === space)) {
      if (bytes[at] === space) {
        if (first < 0) first = at;
        wordAt = at + 1;
      }
      at++;
    }
    if (at === start) return -1;
    this.level = this.readers.readLevel(bytes, start, first < 0 ? at : first);
    if (this.level < 0) this.level = this.readers.readLevel(bytes, wordAt, at);
    return at;
  }
}

/** Redis: debug, verbose, notice, warning. */
function levelOfMark(byte: number): number {
  switch (byte) {
    case 46:
      return 1;
    case 45:
      return 2;
    case 42:
      return 3;
    case 35:
      return 4;
    default:
      return -1;
  }
}

function isAt(literal: Uint8Array, bytes: Uint8Array, at: number, end: number): boolean {
  const { length } = literal;
  if (at + length > end) return false;
  for (let place = 0; place < length; place++) {
    if (bytes[at + place] !== literal[place]) return false;
  }
  return true;
}

/** The literal that ends a capture stands at `at`, with white space or the end behind it where that is asked for. */
function isStop(step: Step, bytes: Uint8Array, at: number, end: number): boolean {
  if (!isAt(step.bytes, bytes, at, end)) return false;
  const after = at + step.bytes.length;
  return !step.isSpaced || after === end || bytes[after] === space || bytes[after] === tab;
}

function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + mostDigits);
  let at = start;
  while (at < limit && isDigit(bytes[at])) at++;
  return at;
}

function tokenEnd(step: Step, bytes: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + longestCapture);
  // -1 is no byte: nothing but white space ends the token.
  const first = step.bytes.length > 0 ? step.bytes[0] : -1;
  let at = start;
  while (at < limit) {
    const byte = bytes[at];
    if (byte === space || byte === tab || (byte === first && isStop(step, bytes, at, end))) break;
    at++;
  }
  if (at === start || step.op === Op.token) return at === start ? -1 : at;
  return (step.op === Op.class ? isClass(bytes, start, at) : isSource(bytes, start, at)) ? at : -1;
}

/** A letter first, a dot within, no sign of punctuation at the end. */
function isClass(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] | 32;
  const last = bytes[end - 1];
  return (
    first >= 97 &&
    first <= 122 &&
    last !== dot &&
    last !== comma &&
    last !== colon &&
    findByte(bytes, dot, start, end) >= 0
  );
}

/** file.ext:line */
function isSource(bytes: Uint8Array, start: number, end: number): boolean {
  const mark = findLastByte(bytes, colon, start, end - 1);
  return mark > start && isDigit(bytes[mark + 1]) && findByte(bytes, dot, start, mark) >= 0;
}

/** Up to the literal behind it; brackets of the literal's kind are passed in pairs. */
function anyEnd(step: Step, bytes: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + longestCapture);
  const closer = step.bytes[0];
  const opener = closer === 93 ? 91 : closer === 41 ? 40 : closer === 125 ? 123 : -1;
  let depth = 0;
  for (let at = start; at < limit; at++) {
    const byte = bytes[at];
    if (byte === opener) depth++;
    else if (byte !== closer) continue;
    else if (depth > 0) depth--;
    else if (isStop(step, bytes, at, end)) return at;
  }
  return -1;
}
