/**
 * Reads lines by a LineLayout: the hot path of access logs and of the user's nginx and Apache formats. No regular
 * expression and no string per line. A line is taken apart and its numbers and time are read before anything of it
 * is set, so that a second layout can be tried on it (a log whose format was changed on the way).
 *
 * Runs in index workers and on the engine's thread; one parser belongs to one pass over some bytes.
 */
import { levelFromStatus } from '../../src-shared/model/level.ts';
import { survivesDouble } from '../../src-shared/model/value.ts';
import { isWhole, readDecimal, readPlainNumber } from './decimal.ts';
import { LineKind, type FormatField, type ParserOptions, type RecordParser, type RowSink } from './format.ts';
import type { LayoutSlot, LineLayout } from './line-layout.ts';
import { ParserFields } from './parser-fields.ts';
import { queryMark, RequestLine } from './request-line.ts';
import { createSlotTimes, type SlotTimes } from './slot-times.ts';
import { SourceText } from './source-text.ts';

const quote = 34;
const backslash = 92;
const minus = 45;
const space = 32;
const tab = 9;
const colon = 58;
const comma = 44;
const questionMark = 63;

/** How the end of a value is found. */
const Scan = { toByte: 0, quoted: 1, toLiteral: 2, toEnd: 3 } as const;
type Scan = (typeof Scan)[keyof typeof Scan];

/** What is done with a value; SlotKind as a number. */
const Act = {
  skip: 0,
  text: 1,
  any: 2,
  number: 3,
  time: 4,
  status: 5,
  user: 6,
  request: 7,
  target: 8,
  query: 9,
  host: 10,
  client: 11,
  addresses: 12,
} as const;

interface Step {
  readonly scan: Scan;
  readonly act: number;
  /** What follows the value; empty at the end of the line. */
  readonly stop: Uint8Array;
  readonly stopByte: number;
  readonly stopLength: number;
  readonly field: number;
  /** Level of a status, query of a target, port of a host, list of addresses. */
  readonly secondField: number;
  readonly multiply: number;
  readonly divide: number;
  readonly isStrict: boolean;
  readonly isInteger: boolean;
  readonly mayBeEmpty: boolean;
  readonly times: SlotTimes | undefined;
}

interface Plan {
  readonly prefix: Uint8Array;
  readonly steps: readonly Step[];
}

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
  private readonly line = new RequestLine();
  private readonly text: SourceText;
  private readonly methodField: number = -1;
  private readonly pathField: number = -1;
  private readonly queryField: number = -1;
  private readonly protocolField: number = -1;

  constructor(layouts: readonly LineLayout[], options: ParserOptions) {
    const { collected } = this;
    this.text = new SourceText(options.encoding);
    const slots = layouts.flatMap(({ parts }) => parts.filter((part) => typeof part !== 'string'));
    if (slots.some(({ kind }) => kind === 'request')) {
      this.methodField = collected.known('method');
      this.pathField = collected.known('path');
      this.queryField = collected.known('query');
      this.protocolField = collected.known('protocol');
    }
    this.plans = layouts.map((layout) => compile(layout, collected, options));
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
      if (!isAt(prefix, 0, bytes, at, end)) return false;
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
        if (at < 0 || (stopLength > 1 && !isAt(step.stop, 1, bytes, at + 1, end))) return false;
      } else if (scan === Scan.toLiteral) {
        at = findLiteral(step.stop, bytes, at, end);
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
      if (end - start === 1 && bytes[start] === minus && step.act !== Act.query) continue;
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
          this.setRequest(step, bytes, start, end, row);
          break;
        case Act.target:
          setTarget(step, bytes, start, end, row);
          break;
        case Act.query:
          setQuery(step, bytes, start, end, row);
          break;
        case Act.host:
        case Act.client:
          setHost(step, bytes, start, end, row);
          break;
        case Act.addresses:
          setAddresses(step, bytes, start, end, row);
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

  private setRequest(step: Step, bytes: Uint8Array, start: number, end: number, row: RowSink): void {
    const { line } = this;
    if (!line.read(bytes, start, end)) {
      row.span(step.field, start, end);
      return;
    }
    const { methodEnd, targetEnd } = line;
    const mark = queryMark(bytes, methodEnd + 1, targetEnd);
    row.span(this.methodField, start, methodEnd);
    row.span(this.pathField, methodEnd + 1, mark);
    if (mark < targetEnd) row.span(this.queryField, mark + 1, targetEnd);
    row.span(this.protocolField, targetEnd + 1, end);
  }
}

function setTarget(step: Step, bytes: Uint8Array, start: number, end: number, row: RowSink): void {
  const mark = queryMark(bytes, start, end);
  row.span(step.field, start, mark);
  if (mark < end) row.span(step.secondField, mark + 1, end);
}

/** nginx writes a query without its mark and `-` for none, Apache with its mark and nothing for none. */
function setQuery(step: Step, bytes: Uint8Array, start: number, end: number, row: RowSink): void {
  if (bytes[start] === questionMark) row.span(step.field, start + 1, end);
  else if (!(end - start === 1 && bytes[start] === minus) && end > start) row.span(step.field, start, end);
}

/** `name`, `name:443`, `[2001:db8::1]:443`; an address of IPv6 without brackets has no port. */
function setHost(step: Step, bytes: Uint8Array, start: number, end: number, row: RowSink): void {
  let at = end - 1;
  while (at > start && bytes[at] >= 48 && bytes[at] <= 57) at--;
  const hasPort = bytes[at] === colon && at > start && at < end - 1 && end - at <= 6 && isOnlyColon(bytes, start, at);
  if (!hasPort) {
    row.span(step.field, start, end);
    return;
  }
  const isBracketed = bytes[start] === 91;
  row.span(step.field, isBracketed ? start + 1 : start, isBracketed ? at - 1 : at);
  row.number(step.secondField, readDecimal(bytes, at + 1, end, 1, 1));
}

/** No other colon stands before the one at `at`, or all are within brackets. */
function isOnlyColon(bytes: Uint8Array, start: number, at: number): boolean {
  if (bytes[start] === 91) return bytes[at - 1] === 93;
  for (let place = start; place < at; place++) {
    if (bytes[place] === colon) return false;
  }
  return true;
}

function setAddresses(step: Step, bytes: Uint8Array, start: number, end: number, row: RowSink): void {
  let at = start;
  while (at < end && bytes[at] !== comma) at++;
  row.span(step.field, start, at);
  if (at < end) row.span(step.secondField, start, end);
}

function findByte(byte: number, bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    if (bytes[at] === byte) return at;
  }
  return -1;
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

function findLiteral(literal: Uint8Array, bytes: Uint8Array, from: number, end: number): number {
  const first = literal[0];
  const last = end - literal.length;
  for (let at = from; at <= last; at++) {
    if (bytes[at] === first && isAt(literal, 1, bytes, at + 1, end)) return at;
  }
  return -1;
}

/** The literal from its byte `place` on stands at `at`, whole. */
function isAt(literal: Uint8Array, place: number, bytes: Uint8Array, at: number, end: number): boolean {
  const { length } = literal;
  const offset = at - place;
  if (offset + length > end) return false;
  for (let next = place; next < length; next++) {
    if (bytes[offset + next] !== literal[next]) return false;
  }
  return true;
}

function compile({ parts, allowsEmpty }: LineLayout, fields: ParserFields, options: ParserOptions): Plan {
  const steps: Step[] = [];
  const encoder = new TextEncoder();
  const first = parts[0];
  const prefix = typeof first === 'string' ? first : '';
  for (let at = prefix === '' ? 0 : 1, before = prefix; at < parts.length; at++) {
    const slot = parts[at];
    if (typeof slot === 'string') throw new Error('a layout has two literals in a row');
    const next = parts[at + 1];
    if (next !== undefined && typeof next !== 'string') throw new Error('a layout has two values in a row');
    const stop = next ?? '';
    if (next !== undefined) at++;
    const scan = scanFor(before, stop);
    const mayBeEmpty = scan === Scan.quoted || /[[=]$/.test(before) || (allowsEmpty ?? false);
    const found = compileSlot(slot, fields, options);
    const bytes = encoder.encode(stop);
    const stopped = { scan, stop: bytes, stopByte: bytes[0] ?? -1, stopLength: bytes.length, mayBeEmpty };
    steps.push({ ...unscaled, ...found, ...stopped, act: Act[slot.kind] });
    before = stop;
  }
  return { prefix: encoder.encode(prefix), steps };
}

const unscaled = {
  field: -1,
  secondField: -1,
  multiply: 1,
  divide: 1,
  isStrict: false,
  isInteger: false,
  times: undefined,
};

function scanFor(before: string, stop: string): Scan {
  if (stop === '') return Scan.toEnd;
  if (before.endsWith('"') && stop.startsWith('"')) return Scan.quoted;
  return stop.length === 1 ? Scan.toByte : Scan.toLiteral;
}

/** The fields of a slot and how its value is read. */
function compileSlot(slot: LayoutSlot, fields: ParserFields, options: ParserOptions): Partial<Step> {
  const { multiply = 1, divide = 1, strict = false, time } = slot;
  switch (slot.kind) {
    case 'skip':
      return {};
    case 'time': {
      const times = createSlotTimes(time ?? { kind: 'dated', spaced: true }, options);
      return { field: fields.known('time'), isStrict: strict, times };
    }
    case 'status':
      return { field: fields.known('status'), secondField: fields.known('level'), isStrict: true, isInteger: true };
    case 'request':
      return { field: fields.native('request', 'text', 'many') };
    case 'target':
      return { field: fields.known('path'), secondField: fields.known('query') };
    case 'query':
      return { field: fields.known('query') };
    case 'user':
      return { field: fields.known('user') };
    case 'host':
      return { field: fields.known('vhost'), secondField: fields.native('server_port', 'integer') };
    case 'client':
      return { field: fields.known('client_ip'), secondField: fields.known('client_port') };
    case 'addresses':
      return { field: fields.known('client_ip'), secondField: fields.native('forwarded_for', 'text') };
    case 'text':
    case 'any':
      return { field: fields.of(slot) };
    case 'number': {
      const field = fields.of(slot);
      return { field, multiply, divide, isStrict: strict, isInteger: fields.list[field].type === 'integer' };
    }
  }
}
