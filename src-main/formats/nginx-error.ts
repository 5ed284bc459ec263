/**
 * nginx's error log: `2026/03/01 10:00:00 [error] 123#456: *789 message, client: ..., request: "...", host: "..."`.
 * What a FastCGI program wrote to standard error may go over several lines; nginx's own fields follow the last.
 */
import { ascii, digitsEnd, findByte, lastFinder, standsAt } from './byte-text.ts';
import { readDecimal } from './decimal.ts';
import { shareParsed } from './detect.ts';
import type { FormatFamily } from './family.ts';
import {
  LineKind,
  type Format,
  type FormatField,
  type ParserOptions,
  type RecordParser,
  type RowSink,
} from './format.ts';
import { RequestFields, setAddressWithPort, setHost } from './http-fields.ts';
import { LevelWords } from './level-words.ts';
import { nginxErrorSamples } from './error-samples.ts';
import { findErrorTrace } from './error-trace.ts';
import { ParserFields } from './parser-fields.ts';
import { setLines } from './record-lines.ts';
import { SourceText } from './source-text.ts';
import { StackTrace } from './stack-trace.ts';
import { TimeReader } from './timestamp.ts';

/** Keys that nginx puts behind a message, in its order. */
const keys = ['client', 'server', 'request', 'subrequest', 'upstream', 'host', 'referrer', 'login'] as const;

const starts = keys.map((key) => ascii(`, ${key}: `));

const findLastClient = lastFinder(starts[0]);

/** Numbers of keys by the lower bits of their first letter. */
const keysByLetter = Array.from({ length: 32 }, (_, letter) =>
  [...keys.keys()].filter((key) => (keys[key].charCodeAt(0) & 31) === letter),
);

const quote = 34;
const space = 32;
const hash = 35;
const colon = 58;
const star = 42;
const openBracket = 91;
const closeBracket = 93;
const comma = 44;

/** `2026/03/01 10:00:00`. */
const timeLength = 19;

class NginxErrorParser implements RecordParser {
  readonly multiline = true;
  readonly fields: readonly FormatField[];
  private readonly words = new LevelWords();
  private readonly times: TimeReader;
  private readonly text: SourceText;
  private readonly collected = new ParserFields();
  private readonly request: RequestFields;
  private readonly time = this.collected.known('time');
  private readonly level = this.collected.known('level');
  private readonly message = this.collected.known('message');
  private readonly pid = this.collected.known('pid');
  private readonly thread = this.collected.known('thread');
  private readonly connection = this.collected.native('connection', 'integer', 'many');
  private readonly clientIp = this.collected.known('client_ip');
  private readonly clientPort = this.collected.known('client_port');
  private readonly vhost = this.collected.known('vhost');
  private readonly port = this.collected.native('server_port', 'integer');
  private readonly referrer = this.collected.known('referrer');
  private readonly exception = this.collected.known('exception');
  private readonly frame = this.collected.known('exception_frame');
  private readonly server = this.collected.native('server', 'text');
  private readonly upstream = this.collected.native('upstream', 'text');
  private readonly subrequest = this.collected.native('subrequest', 'text');
  private readonly login = this.collected.native('login', 'text');
  private readonly trace = new StackTrace();
  /** Of each key in the record at hand: where its value begins and ends; -1 when it is not there. */
  private readonly valueStarts = new Int32Array(keys.length);
  private readonly valueEnds = new Int32Array(keys.length);

  constructor(options: ParserOptions) {
    this.times = new TimeReader({ kind: 'iso' }, options.zone);
    this.text = new SourceText(options.encoding);
    this.request = new RequestFields(this.collected);
    this.fields = this.collected.list;
  }

  classify(bytes: Uint8Array, start: number, end: number, open: boolean): LineKind {
    if (isHead(bytes, start, end)) return LineKind.record;
    return start === end && !open ? LineKind.blank : LineKind.continuation;
  }

  parse(bytes: Uint8Array, start: number, firstEnd: number, end: number, row: RowSink): boolean {
    if (!isHead(bytes, start, firstEnd) || !this.times.readAll(bytes, start, start + timeLength)) return false;
    const levelAt = start + timeLength + 2;
    const levelEnd = findByte(closeBracket, bytes, levelAt, firstEnd);
    if (levelEnd < 0) return false;
    const ordinal = this.words.read(bytes, levelAt, levelEnd);
    const pidEnd = digitsEnd(bytes, levelEnd + 2, firstEnd);
    const threadEnd = digitsEnd(bytes, pidEnd + 1, firstEnd);
    if (ordinal < 0 || pidEnd === levelEnd + 2 || bytes[pidEnd] !== hash) return false;
    if (threadEnd >= firstEnd || threadEnd === pidEnd + 1 || bytes[threadEnd] !== colon) return false;
    row.number(this.time, this.times.instant);
    row.number(this.level, ordinal);
    row.number(this.pid, readDecimal(bytes, levelEnd + 2, pidEnd, 1, 1));
    row.span(this.thread, pidEnd + 1, threadEnd);
    const textAt = Math.min(threadEnd + 2, firstEnd);
    const messageAt = this.setConnection(bytes, textAt, firstEnd, row);
    const tailAt = findTail(bytes, messageAt, end);
    if (tailAt < end) this.setTail(bytes, tailAt, end, row);
    // nginx goes on behind a trace that a program wrote, so it stays in the message.
    if (findErrorTrace(this.trace, bytes, messageAt, firstEnd, tailAt)) {
      if (this.trace.exceptionEnd >= 0) row.span(this.exception, this.trace.exceptionStart, this.trace.exceptionEnd);
      if (this.trace.frame.end >= 0) row.span(this.frame, this.trace.frame.start, this.trace.frame.end);
    }
    if (tailAt > messageAt)
      setLines(row, this.message, this.text, bytes, messageAt, Math.min(firstEnd, tailAt), tailAt);
    return true;
  }

  context(): undefined {
    return undefined;
  }

  /** `*789 `; returns where the message begins. */
  private setConnection(bytes: Uint8Array, at: number, end: number, row: RowSink): number {
    if (at >= end || bytes[at] !== star) return at;
    const numberEnd = digitsEnd(bytes, at + 1, end);
    if (numberEnd === at + 1 || numberEnd >= end || bytes[numberEnd] !== space) return at;
    row.number(this.connection, readDecimal(bytes, at + 1, numberEnd, 1, 1));
    return numberEnd + 1;
  }

  private setTail(bytes: Uint8Array, from: number, end: number, row: RowSink): void {
    const { valueStarts, valueEnds } = this;
    valueStarts.fill(-1);
    for (let at = from, key = keyAt(bytes, from, end); key >= 0; key = keyAt(bytes, at, end)) {
      const valueAt = at + starts[key].length;
      at = valueEnd(bytes, valueAt, end);
      const isQuoted = at - valueAt >= 2 && bytes[valueAt] === quote && bytes[at - 1] === quote;
      valueStarts[key] = isQuoted ? valueAt + 1 : valueAt;
      valueEnds[key] = isQuoted ? at - 1 : at;
    }
    for (let key = 0; key < keys.length; key++) {
      if (valueStarts[key] >= 0 && valueEnds[key] > valueStarts[key]) {
        this.setKey(keys[key], bytes, valueStarts[key], valueEnds[key], row);
      }
    }
  }

  private setKey(key: (typeof keys)[number], bytes: Uint8Array, start: number, end: number, row: RowSink): void {
    switch (key) {
      case 'client':
        setAddress(this.clientIp, this.clientPort, bytes, start, end, row);
        break;
      case 'server':
        // The Host header says more than the name of the block that answered, and `_` says nothing.
        if (this.valueStarts[keys.indexOf('host')] >= 0 || (end - start === 1 && bytes[start] === 95)) {
          row.span(this.server, start, end);
        } else {
          setHost(this.vhost, this.port, bytes, start, end, row);
        }
        break;
      case 'host':
        setHost(this.vhost, this.port, bytes, start, end, row);
        break;
      case 'request':
        this.request.set(bytes, start, end, row);
        break;
      case 'subrequest':
        row.span(this.subrequest, start, end);
        break;
      case 'upstream':
        row.span(this.upstream, start, end);
        break;
      case 'referrer':
        row.span(this.referrer, start, end);
        break;
      case 'login':
        row.span(this.login, start, end);
        break;
    }
  }
}

/** nginx writes the client without its port, except in the stream module. */
function setAddress(name: number, port: number, bytes: Uint8Array, start: number, end: number, row: RowSink): void {
  if (bytes[start] === openBracket || findByte(colon, bytes, start, end) < 0)
    setHost(name, port, bytes, start, end, row);
  else if (findByte(46, bytes, start, end) < 0) row.span(name, start, end);
  else setAddressWithPort(name, port, bytes, start, end, row);
}

/** A date, an hour and an opening bracket: `2026/03/01 10:00:00 [`. */
function isHead(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < timeLength + 4 || bytes[start + timeLength] !== space) return false;
  if (bytes[start + timeLength + 1] !== openBracket || bytes[start + 4] !== 47 || bytes[start + 7] !== 47) return false;
  if (bytes[start + 10] !== space || bytes[start + 13] !== colon || bytes[start + 16] !== colon) return false;
  return digitsEnd(bytes, start, end) === start + 4;
}

/** Which key stands at `at`, with its comma, or -1. Told by its first letter, since every comma of a tail is looked at. */
function keyAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + 2 >= end || bytes[at] !== comma || bytes[at + 1] !== space) return -1;
  for (const key of keysByLetter[bytes[at + 2] & 31]) {
    if (standsAt(starts[key], bytes, at, end)) return key;
  }
  return -1;
}

/** Where nginx's own fields begin; messages that are not about a request have none. */
function findTail(bytes: Uint8Array, start: number, end: number): number {
  const client = findLastClient(bytes, start, end);
  return client >= 0 ? client : end;
}

/**
 * The end of the value at `start`. Quoted values are not escaped: a request may hold quotes, so one ends where a
 * quote, a comma and another key follow, or at the end.
 */
function valueEnd(bytes: Uint8Array, start: number, end: number): number {
  const isQuoted = start < end && bytes[start] === quote;
  for (let at = isQuoted ? start + 1 : start; at < end; at++) {
    if (bytes[at] !== comma || (isQuoted && (bytes[at - 1] !== quote || at === start + 1))) continue;
    if (keyAt(bytes, at, end) >= 0) return at;
  }
  return end;
}

const format: Format = {
  name: 'nginx-error',
  title: 'nginx error log',
  version: 1,
  open: false,
  stackBy: 'level',
  createParser: (options) => new NginxErrorParser(options),
};

export const nginxError: FormatFamily = {
  name: format.name,
  title: format.title,
  samples: nginxErrorSamples,
  detect(sample) {
    const hasHead = sample.lines.some(({ start, end }) => isHead(sample.bytes, start, end));
    return hasHead ? { score: shareParsed(sample, format.createParser(sample.options)) } : undefined;
  },
  create: () => format,
};
