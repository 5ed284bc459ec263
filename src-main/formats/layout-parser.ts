/**
 * Reads lines by a LineLayout: the hot path of access logs and of the user's nginx and Apache formats. No regular
 * expression and no string per line. A line is taken apart and its numbers and time are read before anything of it
 * is set, so that a second layout can be tried on it (a log whose format was changed on the way).
 *
 * Runs in index workers and on the engine's thread; one parser belongs to one pass over some bytes.
 */
import { findByte, findText, standsAt } from './byte-text.ts';
import { LineKind, type FormatField, type ParserOptions, type RecordParser, type RowSink } from './format.ts';
import { Act, compilePlan, Scan, type LineSteps, type Plan } from './layout-plan.ts';
import type { LineLayout } from './line-layout.ts';
import { isTokenByte } from './request-line.ts';
import { SlotValues } from './slot-values.ts';

const quote = 34;
const backslash = 92;
const space = 32;
const tab = 9;
const comma = 44;
const colon = 58;

/** Brackets in a user's name; more are no name. */
const mostRetries = 8;

export function createLayoutParser(layouts: readonly LineLayout[], options: ParserOptions): RecordParser {
  const reader = new LayoutReader(layouts, options);
  return {
    multiline: false,
    fields: reader.fields,
    classify: (_bytes, start, end) => (start === end ? LineKind.blank : LineKind.record),
    parse: (bytes, start, _firstEnd, end, row) => reader.parse(bytes, start, end, row),
    ...(reader.lines === undefined ? {} : { lines: reader.lines }),
    context: () => undefined,
  };
}

class LayoutReader {
  readonly fields: readonly FormatField[];
  private readonly values: SlotValues;
  private readonly plans: readonly Plan[];

  constructor(layouts: readonly LineLayout[], options: ParserOptions) {
    const slots = layouts.map(({ parts }) => parts.filter((part) => typeof part !== 'string'));
    const values = new SlotValues(slots.flat(), Math.max(...slots.map(({ length }) => length)), options);
    this.values = values;
    this.plans = layouts.map((layout) => compilePlan(layout, values.fields, options));
    this.fields = values.fields.list;
  }

  /** For the kernel that reads lines of the first layout; undefined when it has values that the kernel does not know. */
  get lines(): LineSteps | undefined {
    const [{ prefix, steps }] = this.plans;
    const isKnown = steps.every(
      ({ act, isList, isPadded, stop, stopLength }) =>
        act <= Act.addresses && !isList && !isPadded && stop.length === stopLength,
    );
    return isKnown ? { prefix, steps, request: this.values.request, methodBytes: isTokenByte } : undefined;
  }

  /** False: no layout fits the line, and nothing was set. */
  parse(bytes: Uint8Array, start: number, lineEnd: number, row: RowSink): boolean {
    let end = lineEnd;
    while (end > start && (bytes[end - 1] === space || bytes[end - 1] === tab)) end--;
    const { plans } = this;
    for (let at = 0; at < plans.length; at++) {
      if (!this.take(plans[at], bytes, start, end)) continue;
      this.values.set(plans[at].steps, bytes, row);
      return true;
    }
    return false;
  }

  /** Finds where the values stand and reads numbers and times; false when the line does not fit. */
  private take({ prefix, steps }: Plan, bytes: Uint8Array, start: number, end: number): boolean {
    const { values } = this;
    const { starts, ends } = values;
    const { length } = steps;
    let retries = 0;
    let at = start;
    if (prefix.length > 0) {
      if (!standsAt(prefix, bytes, at, end)) return false;
      at += prefix.length;
    }
    for (let number = 0; number < length; number++) {
      const step = steps[number];
      const { scan, stopLength } = step;
      if (step.isPadded) while (at < end && bytes[at] === space) at++;
      const from = at;
      if (scan === Scan.toByte) {
        at = step.isList ? findListEnd(step.stopByte, bytes, at, end) : findByte(step.stopByte, bytes, at, end);
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
      if (act >= Act.number && act <= Act.user && !values.read(step, number, bytes, from, at)) {
        // What looked like the bracket of the time may be part of a user's name.
        if (act !== Act.time || number === 0 || steps[number - 1].act !== Act.user || ++retries > mostRetries)
          return false;
        number--;
        at = findText(steps[number].stop, bytes, ends[number] + 1, end);
        if (at < 0) return false;
        ends[number] = at;
        at += steps[number].stopLength;
        continue;
      }
      at += stopLength;
    }
    return at === end;
  }
}

/** As findByte, but not within a list as nginx writes it: `0.1, 0.2 : 0.3`. */
function findListEnd(byte: number, bytes: Uint8Array, from: number, end: number): number {
  let at = findByte(byte, bytes, from, end);
  while (at > from && at + 1 < end && (bytes[at - 1] === comma || bytes[at - 1] === colon || bytes[at + 1] === colon)) {
    const next = findByte(byte, bytes, at + 1, end);
    if (next < 0) return next;
    at = next;
  }
  return at;
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
