/**
 * Values of structured logs to the known fields they mean, as the rules of well-known.ts say. FieldMap decides
 * which value is asked for which field; a value that does not convert leaves nothing behind.
 */
import { levelFromPino, levelFromSyslogSeverity } from '../../src-shared/model/level.ts';
import { survivesDouble } from '../../src-shared/model/value.ts';
import { findLastByte } from './byte-search.ts';
import { durationOf, epochOf, scaledNumber } from './convert-number.ts';
import { exceptionLineOf, exceptionLineOfStack, frameOf } from './exception-text.ts';
import type { ParserOptions, RowSink } from './format.ts';
import { LevelWords } from './level-words.ts';
import { AnyTimeReader, type Minute } from './timestamp.ts';
import type { TokenValue } from './token-value.ts';
import { TokenKind } from './tokens.ts';
import { Conversion, slotOf, type Rule } from './well-known.ts';

/** `no`: left alone; `whole`: the field says all that the value says; `partly`: the native field stays. */
export const Converted = { no: 0, whole: 1, partly: 2 } as const;
export type Converted = (typeof Converted)[keyof typeof Converted];

export interface Trace {
  readonly line: string | undefined;
  readonly frame: string | undefined;
}

/** Where converted values go: columns of targets, and whether a part may set another target. */
export interface ConvertedRow {
  columnOf(slot: number): number;
  /** True when nothing else sets the target; from now on something does. */
  claim(slot: number): boolean;
}

const slots = {
  level: slotOf('level'),
  clientPort: slotOf('client_port'),
  method: slotOf('method'),
  path: slotOf('path'),
  query: slotOf('query'),
  protocol: slotOf('protocol'),
  vhost: slotOf('vhost'),
  process: slotOf('process'),
  frame: slotOf('exception_frame'),
};

const space = 32;
const questionMark = 63;
const slash = 47;
const colon = 58;

export class FieldConverter {
  /** The time and the status that the record has so far; NaN: none. */
  time = Number.NaN;
  status = Number.NaN;
  private readonly levelWords = new LevelWords();
  private readonly times: AnyTimeReader;

  constructor(
    options: ParserOptions,
    order: 'mdy' | 'dmy',
    private readonly target: ConvertedRow,
  ) {
    this.times = new AnyTimeReader(options.zone, order);
  }

  beginRecord(): void {
    this.time = Number.NaN;
    this.status = Number.NaN;
  }

  convert(rule: Rule, value: TokenValue, row: RowSink): Converted {
    const converted = this.convertWhole(rule, value, row);
    return converted === Converted.whole && rule.keeps ? Converted.partly : converted;
  }

  private convertWhole(rule: Rule, value: TokenValue, row: RowSink): Converted {
    const { target } = rule;
    switch (rule.convert) {
      case Conversion.time:
        return this.setTime(target, value, row);
      case Conversion.level:
      case Conversion.severity:
      case Conversion.otelSeverity:
        return this.setNumber(slots.level, rule.convert, value, row);
      case Conversion.text:
        return this.setText(target, value, row);
      case Conversion.filled:
        return value.isText && value.end === value.start ? Converted.no : this.setText(target, value, row);
      case Conversion.line:
        return this.setLine(target, value, row);
      case Conversion.first:
        return this.setFirst(target, value, row);
      case Conversion.exception:
      case Conversion.stack:
        return this.setException(target, value, rule.convert, row);
      case Conversion.integer:
        return this.setInteger(target, value, 0, Infinity, row);
      case Conversion.status:
        return this.setInteger(target, value, 100, 599, row);
      case Conversion.ms:
      case Conversion.s:
      case Conversion.us:
      case Conversion.ns:
      case Conversion.unit:
        return this.setNumber(target, rule.convert, value, row);
      case Conversion.method:
        return value.kind === TokenKind.text && isMethod(value.bytes, value.start, value.end)
          ? this.setText(target, value, row)
          : Converted.no;
      case Conversion.http:
        return isHttp(value) ? this.setText(target, value, row) : Converted.no;
      case Conversion.target:
        return this.setTarget(target, value, false, row);
      case Conversion.localTarget:
        return value.isText && value.bytes[value.start] === slash
          ? this.setTarget(target, value, false, row)
          : Converted.no;
      case Conversion.url:
        return this.setTarget(target, value, true, row);
      case Conversion.request:
        return this.setRequest(value, row);
      case Conversion.address:
        return this.setAddress(target, value, row);
      case Conversion.part:
        return Converted.partly;
    }
  }

  /** The number that a conversion to a time, a level or a duration gives; NaN when the value does not convert. */
  numberOf(convert: Conversion, value: TokenValue): number {
    switch (convert) {
      case Conversion.time:
        return this.instantOf(value);
      case Conversion.level:
      case Conversion.severity:
      case Conversion.otelSeverity: {
        const ordinal = this.levelOf(convert, value);
        return ordinal < 0 ? Number.NaN : ordinal;
      }
      case Conversion.unit:
        return finite(value.isText ? durationOf(value.text) : Number.NaN);
      default:
        return scaledOf(value, shiftOf(convert));
    }
  }

  /** The minute of the time that was converted last, where its layout has one. */
  minute(): Minute | undefined {
    return this.times.minute();
  }

  private setTime(target: number, value: TokenValue, row: RowSink): Converted {
    const instant = this.instantOf(value);
    if (Number.isNaN(instant)) return Converted.no;
    this.time = instant;
    row.number(this.target.columnOf(target), instant);
    return Converted.whole;
  }

  private instantOf(value: TokenValue): number {
    if (!value.isText && value.kind !== TokenKind.number) return Number.NaN;
    value.makePlain();
    const { bytes, start, end } = value;
    const isDated = value.kind !== TokenKind.number && this.times.readAll(bytes, start, end);
    return finite(isDated ? this.times.instant : epochOf(bytes, start, end, () => value.text));
  }

  private setNumber(target: number, convert: Conversion, value: TokenValue, row: RowSink): Converted {
    const number = this.numberOf(convert, value);
    if (Number.isNaN(number)) return Converted.no;
    row.number(this.target.columnOf(target), number);
    return Converted.whole;
  }

  private levelOf(scale: Conversion, value: TokenValue): number {
    if (value.isText) {
      value.makePlain();
      const word = this.levelWords.read(value.bytes, value.start, value.end);
      if (word >= 0) return word;
    }
    const number =
      value.kind === TokenKind.number ? value.number : value.isText ? scaledNumber(value.text, 0) : Number.NaN;
    if (scale === Conversion.severity) return levelFromSyslogSeverity(number) ?? -1;
    if (scale === Conversion.level) return levelFromPino(number) ?? -1;
    // OpenTelemetry's SeverityNumber: four each of trace, debug, info, warn, error, fatal.
    return number >= 1 && number <= 24 ? [0, 1, 2, 4, 5, 6][Math.floor((number - 1) / 4)] : -1;
  }

  private setText(target: number, value: TokenValue, row: RowSink): Converted {
    if (!value.isText && value.kind !== TokenKind.number) return Converted.no;
    value.setText(row, this.target.columnOf(target));
    return Converted.whole;
  }

  private setLine(target: number, value: TokenValue, row: RowSink): Converted {
    if (!value.isText) return Converted.no;
    const column = this.target.columnOf(target);
    if (value.kind === TokenKind.text) value.setText(row, column);
    else row.value(column, value.text.replace(/\r?\n$/, ''));
    return Converted.whole;
  }

  private setFirst(target: number, value: TokenValue, row: RowSink): Converted {
    if (value.kind !== TokenKind.json) return this.setText(target, value, row);
    const texts: unknown = JSON.parse(value.text);
    if (!Array.isArray(texts) || texts.length !== 1 || typeof texts[0] !== 'string') return Converted.no;
    row.value(this.target.columnOf(target), texts[0]);
    return Converted.whole;
  }

  private setException(target: number, value: TokenValue, convert: Conversion, row: RowSink): Converted {
    const { line, frame } = this.traceOf(convert, value);
    // Also of a stack that says no more than its frames, as .NET's.
    if (frame !== undefined && this.target.claim(slots.frame)) row.value(this.target.columnOf(slots.frame), frame);
    if (line === undefined) return Converted.no;
    row.value(this.target.columnOf(target), line);
    return line === value.text ? Converted.whole : Converted.partly;
  }

  /** What an exception or a stack tells: the line that names the exception, and the frame that it was thrown in. */
  traceOf(convert: Conversion, value: TokenValue): Trace {
    if (!value.isText) return { line: undefined, frame: undefined };
    const { text } = value;
    const line = convert === Conversion.stack ? exceptionLineOfStack(text) : exceptionLineOf(text);
    return { line, frame: frameOf(text) };
  }

  private setInteger(target: number, value: TokenValue, least: number, most: number, row: RowSink): Converted {
    const { kind } = value;
    if (kind !== TokenKind.number && kind !== TokenKind.text) return Converted.no;
    let { number } = value;
    if (kind === TokenKind.text || Number.isNaN(number)) {
      const { text } = value;
      if (!/^(?:0|-?[1-9]\d*)$/.test(text)) return Converted.no;
      if (!survivesDouble(text)) {
        if (most !== Infinity) return Converted.no;
        row.value(this.target.columnOf(target), { exact: text });
        return Converted.whole;
      }
      number = Number(text);
    }
    if (!Number.isInteger(number) || number < least || number > most) return Converted.no;
    if (most !== Infinity) this.status = number;
    row.number(this.target.columnOf(target), number);
    return Converted.whole;
  }

  private setTarget(target: number, value: TokenValue, hasHost: boolean, row: RowSink): Converted {
    if (!value.isText) return Converted.no;
    value.makePlain();
    const from = hasHost ? this.setHost(value, row) : value.start;
    return this.setPathAndQuery(target, value, from, value.end, row);
  }

  private setPathAndQuery(target: number, value: TokenValue, start: number, end: number, row: RowSink): Converted {
    const mark = value.indexOf(questionMark);
    const pathEnd = mark < start || mark >= end ? end : mark;
    value.setPart(row, this.target.columnOf(target), start, pathEnd);
    if (pathEnd === end) return Converted.whole;
    if (!this.target.claim(slots.query)) return Converted.partly;
    value.setPart(row, this.target.columnOf(slots.query), pathEnd + 1, end);
    return Converted.whole;
  }

  /** Sets the host of `scheme://host/path` and returns where the path begins. */
  private setHost(value: TokenValue, row: RowSink): number {
    const { bytes, start, end } = value;
    const mark = value.indexOf(colon);
    if (mark < 0 || mark + 2 >= end || bytes[mark + 1] !== slash || bytes[mark + 2] !== slash) return start;
    let hostEnd = mark + 3;
    while (hostEnd < end && bytes[hostEnd] !== slash && bytes[hostEnd] !== questionMark) hostEnd++;
    if (this.target.claim(slots.vhost)) value.setPart(row, this.target.columnOf(slots.vhost), mark + 3, hostEnd);
    return hostEnd;
  }

  private setRequest(value: TokenValue, row: RowSink): Converted {
    if (!value.isText) return Converted.no;
    value.makePlain();
    const { bytes, start, end } = value;
    const methodEnd = value.indexOf(space);
    const protocolAt = findLastByte(bytes, space, start, end) + 1;
    if (methodEnd < 0 || protocolAt <= methodEnd + 1 || !isMethod(bytes, start, methodEnd)) return Converted.no;
    if (!isHttpAt(bytes, protocolAt, end)) return Converted.no;
    let isWhole = true;
    if (this.target.claim(slots.method)) value.setPart(row, this.target.columnOf(slots.method), start, methodEnd);
    if (this.target.claim(slots.protocol)) value.setPart(row, this.target.columnOf(slots.protocol), protocolAt, end);
    if (this.target.claim(slots.path)) {
      isWhole = this.setPathAndQuery(slots.path, value, methodEnd + 1, protocolAt - 1, row) === Converted.whole;
    }
    return isWhole ? Converted.whole : Converted.partly;
  }

  private setAddress(target: number, value: TokenValue, row: RowSink): Converted {
    if (!value.isText) return Converted.no;
    value.makePlain();
    const { bytes, start, end } = value;
    const portAt = portOf(bytes, start, end);
    if (portAt < 0) {
      value.setPart(row, this.target.columnOf(target), start, end);
      return Converted.whole;
    }
    if (!this.target.claim(slots.clientPort)) {
      value.setPart(row, this.target.columnOf(target), start, end);
      return Converted.whole;
    }
    const isBracketed = bytes[start] === 91;
    const addressEnd = isBracketed ? portAt - 2 : portAt - 1;
    value.setPart(row, this.target.columnOf(target), isBracketed ? start + 1 : start, addressEnd);
    let port = 0;
    for (let at = portAt; at < end; at++) port = port * 10 + bytes[at] - 48;
    row.number(this.target.columnOf(slots.clientPort), port);
    return Converted.whole;
  }
}

const finite = (number: number): number => (Number.isFinite(number) ? number : Number.NaN);

function scaledOf(value: TokenValue, shift: number): number {
  if (value.kind !== TokenKind.number && value.kind !== TokenKind.text) return Number.NaN;
  const number = shift === 0 && value.kind === TokenKind.number ? value.number : Number.NaN;
  return finite(Number.isNaN(number) ? scaledNumber(value.text, shift) : number);
}

const shiftOf = (convert: Conversion): number =>
  convert === Conversion.s ? 3 : convert === Conversion.us ? -3 : convert === Conversion.ns ? -6 : 0;

/** Where the port of `10.0.0.1:80` or `[::1]:80` begins, or -1; `::1` has none. */
function portOf(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && bytes[at - 1] >= 48 && bytes[at - 1] <= 57) at--;
  if (at === end || end - at > 5 || at - 2 < start || bytes[at - 1] !== colon) return -1;
  if (bytes[start] === 91) return bytes[at - 2] === 93 ? at : -1;
  for (let before = start; before < at - 1; before++) {
    if (bytes[before] === colon) return -1;
  }
  return at;
}

/** Capitals, or one of HTTP's usual methods in small letters. */
function isMethod(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 3 || end - start > 20) return false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    const isCapital = byte >= 65 && byte <= 90;
    if (!isCapital && !(at > start && (byte === 45 || byte === 95))) {
      return /^(?:get|head|post|put|delete|patch|options)$/.test(String.fromCharCode(...bytes.subarray(start, end)));
    }
  }
  return true;
}

const isHttp = (value: TokenValue): boolean =>
  value.kind === TokenKind.text && isHttpAt(value.bytes, value.start, value.end);

/** `HTTP/1.1`, `h2`, `https`: what servers write for HTTP. */
function isHttpAt(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < 2 || length > 10 || (bytes[start] | 32) !== 104) return false;
  if (length < 4) return bytes[start + 1] === 50 || bytes[start + 1] === 51;
  return (bytes[start + 1] | 32) === 116 && (bytes[start + 2] | 32) === 116 && (bytes[start + 3] | 32) === 112;
}
