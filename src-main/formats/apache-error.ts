/**
 * Apache's error log: `[Wed Oct 11 14:32:52.123456 2023] [core:error] [pid 1:tid 2] [client 192.0.2.7:5678] message,
 * referer: ...` (2.4) and `[Wed Oct 11 14:32:52 2000] [error] [client 192.0.2.7] message` (2.2). Lines that do not
 * begin so go on with the message before them.
 */
import { ascii, digitsEnd, findByte, findText, lastFinder, standsAt } from './byte-text.ts';
import { readDecimal } from './decimal.ts';
import { shareParsed } from './detect.ts';
import { apacheErrorSamples } from './error-samples.ts';
import { findErrorTrace } from './error-trace.ts';
import type { FormatFamily } from './family.ts';
import {
  LineKind,
  type Format,
  type FormatField,
  type ParserOptions,
  type RecordParser,
  type RowSink,
} from './format.ts';
import { setAddressWithPort } from './http-fields.ts';
import { LevelWords } from './level-words.ts';
import { ParserFields } from './parser-fields.ts';
import { setLines } from './record-lines.ts';
import { SourceText } from './source-text.ts';
import { StackTrace } from './stack-trace.ts';
import { TimeReader, type TimeLayout } from './timestamp.ts';

/** `%t` and `%{u}t`, and `%{cu}t`. */
const timeLayouts: readonly TimeLayout[] = [{ kind: 'ctime' }, { kind: 'iso' }];

const pidStart = ascii('[pid ');
const tidStart = ascii('[tid ');
const tidMark = ascii(':tid ');
const clientStart = ascii('[client ');
const remoteStart = ascii('[remote ');
const clientMark = ascii(': [client ');
const refererMark = ascii(', referer: ');
const findLastReferer = lastFinder(refererMark);

/** An error of the system and a source file are short; a client and a code further on are the message's own. */
const furthestClient = 200;
const furthestCode = 300;

const space = 32;
const colon = 58;
const openBracket = 91;
const closeBracket = 93;

class ApacheErrorParser implements RecordParser {
  readonly multiline = true;
  readonly fields: readonly FormatField[];
  private readonly words = new LevelWords();
  private readonly times: TimeReader;
  private readonly text: SourceText;
  private readonly collected = new ParserFields();
  private readonly time = this.collected.known('time');
  private readonly level = this.collected.known('level');
  private readonly message = this.collected.known('message');
  private readonly logger = this.collected.known('logger');
  private readonly thread = this.collected.known('thread');
  private readonly pid = this.collected.known('pid');
  private readonly clientIp = this.collected.known('client_ip');
  private readonly clientPort = this.collected.known('client_port');
  private readonly referrer = this.collected.known('referrer');
  private readonly exception = this.collected.known('exception');
  private readonly frame = this.collected.known('exception_frame');
  private readonly code = this.collected.native('code', 'text');
  private readonly remote = this.collected.native('remote', 'text');
  private readonly trace = new StackTrace();
  private ordinal = -1;
  private levelAt = 0;
  private levelEnd = 0;

  constructor(options: ParserOptions, layout: TimeLayout) {
    this.times = new TimeReader(layout, options.zone);
    this.text = new SourceText(options.encoding);
    this.fields = this.collected.list;
  }

  classify(bytes: Uint8Array, start: number, end: number, open: boolean): LineKind {
    if (this.readHead(bytes, start, end) >= 0) return LineKind.record;
    return start === end && !open ? LineKind.blank : LineKind.continuation;
  }

  parse(bytes: Uint8Array, start: number, firstEnd: number, end: number, row: RowSink): boolean {
    let at = this.readHead(bytes, start, firstEnd);
    if (at < 0) return false;
    row.number(this.time, this.times.instant);
    row.number(this.level, this.ordinal);
    if (this.levelAt > 0) row.span(this.logger, this.levelAt, this.levelEnd);
    for (let next = at; next >= 0;) {
      at = next;
      next = this.readBracket(bytes, at, firstEnd, row);
    }
    this.setClientBehindError(bytes, at, firstEnd, row);
    const referer = findLastReferer(bytes, at, end);
    const textEnd = referer < 0 ? end : referer;
    if (referer >= 0) row.span(this.referrer, referer + refererMark.length, end);
    // As in other logs, an attached trace is not part of the message.
    const hasTrace = findErrorTrace(this.trace, bytes, at, firstEnd, textEnd);
    if (hasTrace && this.trace.exceptionEnd >= 0) {
      row.span(this.exception, this.trace.exceptionStart, this.trace.exceptionEnd);
    }
    if (hasTrace && this.trace.frame.end >= 0) row.span(this.frame, this.trace.frame.start, this.trace.frame.end);
    const stop = hasTrace ? this.trace.traceAt : textEnd;
    if (stop > at) setLines(row, this.message, this.text, bytes, at, Math.min(firstEnd, stop), stop);
    this.setCode(bytes, at, firstEnd, row);
    return true;
  }

  context(): undefined {
    return undefined;
  }

  /** Reads `[time] [level] ` or `[time] [module:level] `; the position behind, or -1. */
  private readHead(bytes: Uint8Array, start: number, end: number): number {
    if (start >= end || bytes[start] !== openBracket) return -1;
    const close = this.times.read(bytes, start + 1, end);
    if (close < 0 || close + 2 >= end || bytes[close] !== closeBracket) return -1;
    if (bytes[close + 1] !== space || bytes[close + 2] !== openBracket) return -1;
    const wordAt = close + 3;
    const wordEnd = findByte(closeBracket, bytes, wordAt, Math.min(end, wordAt + 64));
    if (wordEnd < 0) return -1;
    const mark = findByte(colon, bytes, wordAt, wordEnd);
    // `-` stands for a message of no module, as in `[-:error]`, and nothing in `[:error]`.
    const hasLogger = mark > wordAt && !(mark === wordAt + 1 && bytes[wordAt] === 45);
    this.levelAt = hasLogger ? wordAt : 0;
    this.levelEnd = mark;
    const digits = bytes[wordEnd - 1];
    // trace1 to trace8.
    const levelEnd = digits >= 49 && digits <= 56 ? wordEnd - 1 : wordEnd;
    this.ordinal = this.words.read(bytes, mark < 0 ? wordAt : mark + 1, levelEnd);
    return this.ordinal < 0 ? -1 : afterSpace(bytes, wordEnd + 1, end);
  }

  /** Reads one of `[pid 1:tid 2] `, `[pid 1] `, `[tid 2] `, `[client 192.0.2.7:5678] `; the position behind, or -1. */
  private readBracket(bytes: Uint8Array, at: number, end: number, row: RowSink): number {
    if (at >= end || bytes[at] !== openBracket) return -1;
    const close = findByte(closeBracket, bytes, at, end);
    if (close < 0) return -1;
    if (standsAt(pidStart, bytes, at, end)) {
      const pidAt = at + pidStart.length;
      const pidEnd = digitsEnd(bytes, pidAt, close);
      const tidAt = standsAt(tidMark, bytes, pidEnd, close) ? pidEnd + tidMark.length : close;
      if (pidEnd === pidAt || (tidAt === close && pidEnd < close)) return -1;
      row.number(this.pid, readDecimal(bytes, pidAt, pidEnd, 1, 1));
      if (tidAt < close) row.span(this.thread, tidAt, close);
    } else if (standsAt(tidStart, bytes, at, end)) {
      row.span(this.thread, at + tidStart.length, close);
    } else if (standsAt(clientStart, bytes, at, end)) {
      this.setClient(bytes, at + clientStart.length, close, row);
    } else if (standsAt(remoteStart, bytes, at, end)) {
      row.span(this.remote, at + remoteStart.length, close);
    } else {
      return -1;
    }
    return afterSpace(bytes, close + 1, end);
  }

  /** `(111)Connection refused: [client 192.0.2.7:5678] AH00957: ...`, and the same behind a source file and its line. */
  private setClientBehindError(bytes: Uint8Array, start: number, end: number, row: RowSink): void {
    if (this.levelEnd < 0) return;
    const found = findText(clientMark, bytes, start, Math.min(end, start + furthestClient));
    const clientAt = found + clientMark.length;
    const close = found < 0 ? -1 : findByte(closeBracket, bytes, clientAt, end);
    if (close >= 0) this.setClient(bytes, clientAt, close, row);
  }

  /** Since 2.4, which names the module too, an address always has its port. */
  private setClient(bytes: Uint8Array, start: number, end: number, row: RowSink): void {
    if (end <= start) return;
    if (this.levelEnd >= 0 || findByte(colon, bytes, start, end) < 0 || findByte(46, bytes, start, end) >= 0) {
      setAddressWithPort(this.clientIp, this.clientPort, bytes, start, end, row);
    } else {
      row.span(this.clientIp, start, end);
    }
  }

  /** `AH00124: `, which may stand behind an error of the system or a source file: `(13)Permission denied: AH00035: `. */
  private setCode(bytes: Uint8Array, start: number, end: number, row: RowSink): void {
    const last = Math.min(end, start + furthestCode) - 8;
    for (let at = start; at <= last; at++) {
      if (bytes[at] !== 65 || bytes[at + 1] !== 72 || (at > start && bytes[at - 1] !== space)) continue;
      if (digitsEnd(bytes, at + 2, end) !== at + 7 || bytes[at + 7] !== colon) continue;
      row.span(this.code, at, at + 7);
      return;
    }
  }
}

const afterSpace = (bytes: Uint8Array, at: number, end: number): number =>
  at < end && bytes[at] === space ? at + 1 : at;

/** Other programs write `[2026-03-01 10:00:00] [info] text` too. */
const hasApacheParts = (bytes: Uint8Array): boolean => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return text.includes('] [pid ') || text.includes('[client ');
};

const layoutOf = (dialect: { readonly [key: string]: unknown } | undefined): TimeLayout =>
  timeLayouts.find(({ kind }) => kind === dialect?.['time']) ?? timeLayouts[0];

export const apacheError: FormatFamily = {
  name: 'apache-error',
  title: 'Apache error log',
  samples: apacheErrorSamples,
  detect(sample) {
    for (const layout of timeLayouts) {
      const parser = new ApacheErrorParser(sample.options, layout);
      const { bytes, lines } = sample;
      if (!lines.some(({ start, end }) => parser.classify(bytes, start, end, false) === LineKind.record)) continue;
      if (layout.kind !== 'ctime' && !hasApacheParts(bytes)) continue;
      return { dialect: { time: layout.kind }, score: shareParsed(sample, parser) };
    }
    return undefined;
  },
  create: ({ dialect }): Format => ({
    name: 'apache-error',
    title: 'Apache error log',
    version: 1,
    open: false,
    stackBy: 'level',
    createParser: (options) => new ApacheErrorParser(options, layoutOf(dialect)),
  }),
};
