/**
 * Templates of application log lines and their matcher. A template is text such as
 * `{time} {level} [{thread}] {logger} - {message}`; it is compiled once to steps that walk over the bytes of a line,
 * so that no regular expression runs per line. timestamped.ts chooses templates and sets fields from what they found.
 *
 * In a template a space is one space or tab and more; before `{message}` it is just that many, at most (a message
 * may be indented). `~` is white space or nothing. `(...)?` may be missing. `⏎` is the end of the first line. All else
 * is literal; a backslash takes the meaning from the sign after it.
 * A capture is `{name}` or `{name:kind}`; kinds are those of `CaptureKind`, with a default for each known name.
 */
import { isDigit, isWordByte } from './time-scan.ts';

/**
 * `time`. `level`: a level word of three letters and more. `anyLevel`: any word, known as a level or not.
 * `phrase`: words, of which the first or last is a level. `letter`: one capital. `mark`: one of Redis's `.-*#`.
 * `token`: no white space. `class`: a token with a dot in it. `source`: file:line. `any`: up to the literal after it,
 * brackets in balance. `number`: digits. `decimal`: digits with a fraction. `rest`: to the end.
 */
const captureKinds = [
  'time',
  'level',
  'anyLevel',
  'phrase',
  'letter',
  'mark',
  'token',
  'class',
  'source',
  'any',
  'number',
  'decimal',
  'rest',
] as const;

export type CaptureKind = (typeof captureKinds)[number];

const defaultKinds: Readonly<Record<string, CaptureKind>> = {
  time: 'time',
  level: 'level',
  thread: 'any',
  pid: 'number',
  line: 'number',
  event_id: 'number',
  uptime: 'decimal',
  message: 'rest',
};

export interface Capture {
  readonly name: string;
  readonly kind: CaptureKind;
}

type Step =
  | { readonly op: 'literal'; readonly bytes: Uint8Array }
  | { readonly op: 'space'; readonly least: number; readonly most: number; readonly mayEnd: boolean }
  | { readonly op: 'newline' }
  | {
      readonly op: 'capture';
      readonly kind: CaptureKind;
      readonly capture: number;
      readonly stop: Uint8Array;
      readonly stopsAtSpace: boolean;
    }
  /** When a step up to `end` fails, the walk goes on at `end` from where it was; captures from `captures` on are undone. */
  | { readonly op: 'option'; readonly end: number; readonly captures: number; readonly capturesEnd: number };

export interface Template {
  readonly steps: readonly Step[];
  readonly captures: readonly Capture[];
  /** Steps up to the time, or those of the first line when there is none: what tells that a record begins. */
  readonly headSteps: number;
}

const space = 32;
const tab = 9;

/** Brackets within a capture are not looked through without end. */
const longestCapture = 512;

type Piece =
  { readonly text: string } | { readonly capture: Capture } | { readonly sign: ' ' | '~' | '⏎' | '(' | ')?' };

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  const pattern = /\{(\w+)(?::(\w+))?\}|\)\?|\\(.)|(.)/gs;
  for (const [whole, name, kind, escaped, sign] of text.matchAll(pattern)) {
    if (name !== undefined) {
      const chosen = captureKinds.find((known) => known === kind) ?? defaultKinds[name] ?? 'token';
      pieces.push({ capture: { name, kind: chosen } });
    } else if (whole === ')?') pieces.push({ sign: ')?' });
    else if (sign === ' ' || sign === '~' || sign === '⏎' || sign === '(') pieces.push({ sign });
    else pieces.push({ text: escaped ?? sign ?? '' });
  }
  return pieces;
}

/** Compiles the text of a template. The texts are those of this program: a mistake in one throws. */
export function compileTemplate(text: string): Template {
  const pieces = piecesOf(text);
  const steps: Step[] = [];
  const captures: Capture[] = [];
  let optionAt = -1;
  let optionCaptures = 0;
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at];
    if ('text' in piece) {
      let literal = piece.text;
      for (let next = pieces[at + 1]; next !== undefined && 'text' in next; next = pieces[at + 1]) {
        literal += next.text;
        at++;
      }
      steps.push({ op: 'literal', bytes: new TextEncoder().encode(literal) });
    } else if ('capture' in piece) {
      captures.push(piece.capture);
      steps.push(captureStep(pieces, at, captures.length - 1));
    } else if (piece.sign === ' ' || piece.sign === '~') {
      let count = 1;
      while (isSign(pieces[at + 1], ' ')) {
        count++;
        at++;
      }
      const next = pieces[at + 1];
      const isBeforeMessage = next !== undefined && 'capture' in next && next.capture.kind === 'rest';
      const before = pieces[at - count];
      // A level word may be padded; behind a sign, more spaces are the message's own.
      const isPadded = before !== undefined && 'capture' in before && before.capture.kind !== 'time';
      const most = isBeforeMessage && !isPadded && piece.sign === ' ' ? count : Infinity;
      // An empty message may have lost the space before it; but `text:` is no name of a logger.
      const mayEnd = isBeforeMessage && !(before !== undefined && 'text' in before && before.text === ':');
      steps.push({ op: 'space', least: piece.sign === ' ' ? 1 : 0, most, mayEnd });
    } else if (piece.sign === '⏎') {
      steps.push({ op: 'newline' });
    } else if (piece.sign === '(') {
      optionAt = steps.length;
      optionCaptures = captures.length;
      steps.push({ op: 'newline' });
    } else {
      steps[optionAt] = { op: 'option', end: steps.length, captures: optionCaptures, capturesEnd: captures.length };
    }
  }
  return { steps, captures, headSteps: headStepsOf(steps) };
}

const isSign = (piece: Piece | undefined, sign: string): boolean =>
  piece !== undefined && 'sign' in piece && piece.sign === sign;

function captureStep(pieces: readonly Piece[], at: number, capture: number): Step {
  const piece = pieces[at];
  if (!('capture' in piece)) throw new Error('not a capture');
  let stop = '';
  let next = at + 1;
  while (isSign(pieces[next], '~')) next++;
  for (let after = pieces[next]; after !== undefined && 'text' in after; after = pieces[++next]) stop += after.text;
  const after = pieces[next];
  const stopsAtSpace = stop !== '' && isSign(after, ' ');
  return { op: 'capture', kind: piece.capture.kind, capture, stop: new TextEncoder().encode(stop), stopsAtSpace };
}

function headStepsOf(steps: readonly Step[]): number {
  const time = steps.findIndex((step) => step.op === 'capture' && step.kind === 'time');
  if (time >= 0) return time + 1;
  const newline = steps.findIndex((step) => step.op === 'newline');
  return newline < 0 ? steps.length : newline;
}

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
    this.ends.fill(-1);
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
    let optionEnd = -1;
    let optionAt = 0;
    let option: Step | undefined;
    for (let index = from; index < to;) {
      const step = steps[index];
      let isFitting = true;
      switch (step.op) {
        case 'literal':
          isFitting = this.passLiteral(step.bytes, bytes, lineEnd);
          break;
        case 'space':
          isFitting = this.passSpace(step.least, step.most, step.mayEnd, bytes, lineEnd);
          break;
        case 'newline':
          isFitting = this.at === lineEnd && end > lineEnd;
          if (isFitting) {
            this.at = bytes[lineEnd] === 13 ? lineEnd + 2 : lineEnd + 1;
            const next = bytes.indexOf(10, this.at);
            lineEnd = next < 0 || next > end ? end : bytes[next - 1] === 13 ? next - 1 : next;
          }
          break;
        case 'capture':
          isFitting = this.capture(step.kind, step.capture, step.stop, step.stopsAtSpace, bytes, lineEnd);
          break;
        case 'option':
          option = step;
          optionEnd = step.end;
          optionAt = this.at;
          break;
      }
      index++;
      if (index === optionEnd) optionEnd = -1;
      if (isFitting) continue;
      if (optionEnd < 0 || option?.op !== 'option') return false;
      this.ends.fill(-1, option.captures, option.capturesEnd);
      this.at = optionAt;
      index = optionEnd;
      optionEnd = -1;
    }
    return true;
  }

  private passLiteral(literal: Uint8Array, bytes: Uint8Array, end: number): boolean {
    const { at } = this;
    if (!isAt(literal, bytes, at, end)) return false;
    this.at = at + literal.length;
    return true;
  }

  private passSpace(least: number, most: number, mayEnd: boolean, bytes: Uint8Array, end: number): boolean {
    let { at } = this;
    const limit = Math.min(end, at + most);
    while (at < limit && (bytes[at] === space || bytes[at] === tab)) at++;
    const isPassed = at - this.at >= least || (mayEnd && at === end);
    this.at = at;
    return isPassed;
  }

  private capture(
    kind: CaptureKind,
    capture: number,
    stop: Uint8Array,
    stopsAtSpace: boolean,
    bytes: Uint8Array,
    end: number,
  ): boolean {
    const start = this.at;
    const stopAt = this.captureEnd(kind, stop, stopsAtSpace, bytes, start, end);
    if (stopAt < 0) return false;
    this.starts[capture] = start;
    this.ends[capture] = stopAt;
    this.at = stopAt;
    return true;
  }

  private captureEnd(
    kind: CaptureKind,
    stop: Uint8Array,
    stopsAtSpace: boolean,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): number {
    switch (kind) {
      case 'time':
        return this.readers.readTime(bytes, start, end);
      case 'level':
      case 'anyLevel':
        return this.levelEnd(bytes, start, end, kind === 'level', stop);
      case 'phrase':
        return this.phraseEnd(bytes, start, end);
      case 'letter': {
        if (start >= end || bytes[start] < 65 || bytes[start] > 90) return -1;
        this.level = this.readers.readLevel(bytes, start, start + 1);
        // mongod's D1 to D5.
        const isNumbered = bytes[start] === 68 && start + 1 < end && isDigit(bytes[start + 1]) && stop.length === 0;
        return this.level < 0 ? -1 : isNumbered ? start + 2 : start + 1;
      }
      case 'mark':
        this.level = start < end ? levelOfMark(bytes[start]) : -1;
        return this.level < 0 ? -1 : start + 1;
      case 'number': {
        let at = start;
        while (at < end && at < start + 15 && isDigit(bytes[at])) at++;
        return at === start || (at < end && isWordByte(bytes[at])) ? -1 : at;
      }
      case 'decimal': {
        let at = start;
        while (at < end && at < start + 15 && (isDigit(bytes[at]) || (bytes[at] === 46 && at > start))) at++;
        return at === start ? -1 : at;
      }
      case 'token':
      case 'class':
      case 'source':
        return tokenEnd(kind, stop, stopsAtSpace, bytes, start, end);
      case 'any':
        return anyEnd(stop, stopsAtSpace, bytes, start, end);
      case 'rest':
        return end;
    }
  }

  private levelEnd(bytes: Uint8Array, start: number, end: number, isKnown: boolean, stop: Uint8Array): number {
    let at = start;
    let isUpper = true;
    while (at < end && isWordByte(bytes[at]) && at < start + 17) {
      if (bytes[at] >= 97) isUpper = false;
      at++;
    }
    const least = stop.length > 0 && !isKnown ? 1 : 3;
    if (at - start < least) return -1;
    this.level = this.readers.readLevel(bytes, start, at);
    if (!isKnown) return at;
    const isBare = stop.length === 0;
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

/** The literal stands at `at`, and white space or the end behind it where that is asked for. */
function isStop(stop: Uint8Array, stopsAtSpace: boolean, bytes: Uint8Array, at: number, end: number): boolean {
  if (!isAt(stop, bytes, at, end)) return false;
  const after = at + stop.length;
  return !stopsAtSpace || after === end || bytes[after] === space || bytes[after] === tab;
}

function tokenEnd(
  kind: 'token' | 'class' | 'source',
  stop: Uint8Array,
  stopsAtSpace: boolean,
  bytes: Uint8Array,
  start: number,
  end: number,
): number {
  const limit = Math.min(end, start + longestCapture);
  let at = start;
  let dots = 0;
  let isNumbered = false;
  while (at < limit && bytes[at] !== space && bytes[at] !== tab) {
    const byte = bytes[at];
    if (stop.length > 0 && byte === stop[0] && isStop(stop, stopsAtSpace, bytes, at, end)) break;
    if (byte === 46) dots++;
    if (byte === 58 && at + 1 < limit && isDigit(bytes[at + 1])) isNumbered = true;
    at++;
  }
  if (at === start) return -1;
  if (kind === 'class') {
    const first = bytes[start] | 32;
    const last = bytes[at - 1];
    if (dots === 0 || first < 97 || first > 122 || last === 46 || last === 44 || last === 58) return -1;
  }
  return kind === 'source' && (dots === 0 || !isNumbered) ? -1 : at;
}

function anyEnd(stop: Uint8Array, stopsAtSpace: boolean, bytes: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + longestCapture);
  const closer = stop[0];
  const opener = closer === 93 ? 91 : closer === 41 ? 40 : closer === 125 ? 123 : 0;
  let depth = 0;
  for (let at = start; at < limit; at++) {
    const byte = bytes[at];
    if (byte === opener && opener !== 0) depth++;
    else if (byte === closer && depth > 0) depth--;
    else if (byte === closer && isStop(stop, stopsAtSpace, bytes, at, end)) return at;
  }
  return -1;
}
