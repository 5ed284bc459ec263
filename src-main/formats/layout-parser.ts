/**
 * Reads lines by a LineLayout: the hot path of access logs and of the user's nginx and Apache formats. No regular
 * expression and no string per line. A line is taken apart and its numbers and time are read before anything of it
 * is set, so that a second layout can be tried on it (a log whose format was changed on the way).
 *
 * Runs in index workers and on the engine's thread; one parser belongs to one pass over some bytes.
 */
import { levelFromStatus } from '../../src-shared/model/level.ts';
import { survivesDouble } from '../../src-shared/model/value.ts';
import { findByte, findText, standsAt } from './byte-text.ts';
import { isWhole, readDecimal, readPlainNumber } from './decimal.ts';
import { LineKind, type FormatField, type ParserOptions, type RecordParser, type RowSink } from './format.ts';
import { RequestFields, setAddresses, setHost, setTarget } from './http-fields.ts';
import { Act, compilePlan, Scan, type Plan, type Step } from './layout-plan.ts';
import type { LineLayout } from './line-layout.ts';
import { ParserFields } from './parser-fields.ts';
import { SourceText } from './source-text.ts';

const quote = 34;
const backslash = 92;
const minus = 45;
const space = 32;
const tab = 9;
const questionMark = 63;

export function createLayoutParser(layouts: readonly LineLayout[], options: ParserOptions): RecordParser {
  const reader = new LayoutReader(layouts, options);
  return {
    multiline: false,
    fields: reader.fields,
    classify: (_bytes, start, end) => (start === end ? LineKind.blank : LineKind.record),
    parse: (bytes, start, _firstEnd, end, row) => reader.parse(bytes, start, end, row),
    context: () => undefined,
  };
}

/** Takes lines apart; for parsers that add something to it (another classify). */
export class LayoutReader {
  readonly fields: readonly FormatField[];
  private readonly collected = new ParserFields();
  private readonly plans: readonly Plan[];
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private readonly numbers: Float64Array;
  private readonly text: SourceText;
  private readonly request: RequestFields | undefined;

  constructor(layouts: readonly LineLayout[], options: ParserOptions) {
    const { collected } = this;
    this.text = new SourceText(options.encoding);
    const slots = layouts.flatMap(({ parts }) => parts.filter((part) => typeof part !== 'string'));
    this.request = slots.some(({ kind }) => kind === 'request') ? new RequestFields(collected) : undefined;
    this.plans = layouts.map((layout) => compilePlan(layout, collected, options));
    const longest = Math.max(...this.plans.map(({ steps }) => steps.length));
    this.starts = new Int32Array(longest);
    this.ends = new Int32Array(longest);
    this.numbers = new Float64Array(longest);
    this.fields = collected.list;
  }

  /** False: no layout fits the line, and nothing was set. */
  parse(bytes: Uint8Array, start: number, lineEnd: number, row: RowSink): boolean {
    let end = lineEnd;
    while (end > start && (bytes[end - 1] === space || bytes[end - 1] === tab)) end--;
    const { plans } = this;
    for (let at = 0; at < plans.length; at++) {
      if (!this.take(plans[at], bytes, start, end)) continue;
      this.set(plans[at], bytes, row);
      return true;
    }
    return false;
  }

  /** Finds where the values stand and reads numbers and times; false when the line does not fit. */
  private take({ prefix, steps }: Plan, bytes: Uint8Array, start: number, end: number): boolean {
    const { starts, ends } = this;
    const { length } = steps;
    let at = start;
    if (prefix.length > 0) {
      if (!standsAt(prefix, bytes, at, end)) return false;
      at += prefix.length;
    }
    for (let number = 0; number < length; number++) {
      const step = steps[number];
      const { scan, stopLength } = step;
      const from = at;
      if (scan === Scan.toByte) {
        at = findByte(step.stopByte, bytes, at, end);
        if (at < 0) return false;
      } else if (scan === Scan.quoted) {
        at = findQuote(bytes, at, end);
        if (at < 0 || !standsAt(step.stop, bytes, at, end)) return false;
      } else if (scan === Scan.toLiteral) {
        at = findText(step.stop, bytes, at, end);
        if (at < 0) return false;
      } else {
        at = end;
      }
      if (at === from && !step.mayBeEmpty) return false;
      starts[number] = from;
      ends[number] = at;
      const { act } = step;
      if (act >= Act.number && act <= Act.user && !this.read(step, number, bytes, from, at)) return false;
      at += stopLength;
    }
    return at === end;
  }

  /** Reads a number, a time or a status into `numbers` (NaN: absent or a text); false when the line cannot fit. */
  private read(step: Step, number: number, bytes: Uint8Array, from: number, to: number): boolean {
    if (step.act === Act.user) return !(to - from > 1 && bytes[from] === minus && bytes[from + 1] === space);
    let value = Number.NaN;
    const isAbsent = to - from === 1 && bytes[from] === minus;
    if (!isAbsent) {
      if (step.times === undefined) value = readDecimal(bytes, from, to, step.multiply, step.divide);
      else if (step.times.readAll(bytes, from, to)) value = step.times.instant;
      if (step.isInteger && !Number.isInteger(value)) value = Number.NaN;
    }
    this.numbers[number] = value;
    if (value === value || isAbsent || !step.isStrict) return true;
    // Digits that a double does not hold are a number all the same.
    return step.act === Act.number && isWhole(bytes, from, to);
  }

  private set({ steps }: Plan, bytes: Uint8Array, row: RowSink): void {
    const { starts, ends } = this;
    for (let number = 0; number < steps.length; number++) {
      const step = steps[number];
      const start = starts[number];
      const end = ends[number];
      if (step.act === Act.status) {
        this.setStatus(step, this.numbers[number], row);
        continue;
      }
      if (end - start === 1 && bytes[start] === minus && step.act !== Act.request) continue;
      if (end === start && step.scan !== Scan.quoted) continue;
      switch (step.act) {
        case Act.skip:
          break;
        case Act.text:
        case Act.user:
          row.span(step.field, start, end);
          break;
        case Act.any: {
          const value = readPlainNumber(bytes, start, end);
          if (value === value) row.number(step.field, value);
          else row.span(step.field, start, end);
          break;
        }
        case Act.number:
        case Act.time:
          this.setNumber(step, this.numbers[number], bytes, start, end, row);
          break;
        case Act.request:
          this.request?.set(bytes, start, end, row);
          break;
        case Act.target:
          setTarget(step.field, step.secondField, bytes, start, end, row);
          break;
        case Act.query:
          setQuery(step, bytes, start, end, row);
          break;
        case Act.host:
        case Act.client:
          setHost(step.field, step.secondField, bytes, start, end, row);
          break;
        case Act.addresses:
          setAddresses(step.field, step.secondField, bytes, start, end, row);
          break;
      }
    }
  }

  private setNumber(step: Step, value: number, bytes: Uint8Array, start: number, end: number, row: RowSink): void {
    if (value === value) row.number(step.field, value);
    else if (step.act === Act.time || start === end) return;
    else if (step.multiply === 1 && step.divide === 1 && isWhole(bytes, start, end)) {
      const text = this.text.readAscii(bytes, start, end);
      if (survivesDouble(text)) row.number(step.field, Number(text));
      else row.value(step.field, { exact: text });
    } else row.span(step.field, start, end);
  }

  private setStatus(step: Step, status: number, row: RowSink): void {
    if (status === status) row.number(step.field, status);
    row.number(step.secondField, levelFromStatus(status));
  }
}

/** nginx writes a query without its mark and `-` for none, Apache with its mark and nothing for none. */
function setQuery(step: Step, bytes: Uint8Array, start: number, end: number, row: RowSink): void {
  if (bytes[start] === questionMark) row.span(step.field, start + 1, end);
  else if (end > start) row.span(step.field, start, end);
}

/**
 * The quote that ends the value at `from`: a backslash takes the next byte with it, as Apache writes a quote within a
 * value. Natively: three times as fast as a loop for a user agent; what it sees behind `end` decides nothing, and it
 * never goes far, since every line that is searched has a quote.
 */
function findQuote(bytes: Uint8Array, from: number, end: number): number {
  if (from + 1 < end && bytes[from + 1] === quote && bytes[from] !== backslash && bytes[from] !== quote)
    return from + 1;
  let at = indexOfByte.call(bytes, quote, from);
  while (at > from && at < end && bytes[at - 1] === backslash && isEscaped(bytes, from, at)) {
    at = indexOfByte.call(bytes, quote, at + 1);
  }
  return at < end ? at : -1;
}

const indexOfByte: (this: Uint8Array, byte: number, from: number) => number = Buffer.prototype.indexOf;

/** An odd number of backslashes stands before `at`. */
function isEscaped(bytes: Uint8Array, from: number, at: number): boolean {
  let place = at - 1;
  while (place >= from && bytes[place] === backslash) place--;
  return (at - 1 - place) % 2 === 1;
}
