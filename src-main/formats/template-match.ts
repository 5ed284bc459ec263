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

  constructor(
    private readonly readers: MatchReaders,
    /** Levels without brackets count in capitals only: `error` may be a word of the message. */
    private readonly hasUpperLevels: boolean,
  ) {}

  /** True when the line [start, firstEnd) begins a record of this template. */
  begins(template: Template, bytes: Uint8Array, start: number, firstEnd: number): boolean {
    return this.walk(template, 0, template.headSteps, bytes, start, firstEnd, firstEnd);
  }

  /** Matches a record from the step `from` on, at `at`: 0 and its begin, or the step and place behind its time. */
  matches(template: Template, from: number, bytes: Uint8Array, at: number, firstEnd: number, end: number): boolean {
    this.level = -1;
    if (template.hasOptions) this.ends.fill(-1);
    return this.walk(template, from, template.steps.length, bytes, at, firstEnd, end);
  }

  private walk(
    template: Template,
    from: number,
    to: number,
    bytes: Uint8Array,
    start: number,
    firstEnd: number,
    end: number,
  ): boolean {
    const { steps } = template;
    let lineEnd = firstEnd;
    let at = start;
    let option: Step | undefined;
    let optionAt = 0;
    for (let index = from; index < to;) {
      const step = steps[index++];
      if (option !== undefined && index > option.end) option = undefined;
      let reached = -1;
      switch (step.op) {
        case Op.literal:
          if (isAt(step.bytes, bytes, at, lineEnd)) reached = at + step.bytes.length;
          break;
        case Op.space: {
          const limit = step.most < lineEnd - at ? at + step.most : lineEnd;
          let after = at;
          while (after < limit && (bytes[after] === space || bytes[after] === tab)) after++;
          if (after - at >= step.least || (step.mayEnd && after === lineEnd)) reached = after;
          break;
        }
        case Op.newline:
          if (at !== lineEnd || end === lineEnd) break;
          reached = bytes[lineEnd] === 13 ? lineEnd + 2 : lineEnd + 1;
          lineEnd = lineEndAt(bytes, reached, end);
          break;
        case Op.option:
          option = step;
          optionAt = at;
          reached = at;
          break;
        case Op.rest:
          reached = lineEnd;
          this.starts[step.capture] = at;
          this.ends[step.capture] = lineEnd;
          break;
        default:
          reached = this.captureEnd(step, bytes, at, lineEnd);
          this.starts[step.capture] = at;
          this.ends[step.capture] = reached;
      }
      if (reached >= 0) {
        at = reached;
        continue;
      }
      if (option === undefined) return false;
      this.ends.fill(-1, option.capture, option.capturesEnd);
      at = optionAt;
      index = option.end;
      option = undefined;
    }
    return true;
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

function lineEndAt(bytes: Uint8Array, start: number, end: number): number {
  const found = findByte(bytes, 10, start, end);
  if (found < 0) return end;
  return found > start && bytes[found - 1] === 13 ? found - 1 : found;
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
    if (byte <= space || (byte === first && isStop(step, bytes, at, end))) break;
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
