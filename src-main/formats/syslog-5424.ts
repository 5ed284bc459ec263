/**
 * Syslog as RFC 5424 defines it: `<PRI>1 TIME HOST APP PROCID MSGID [structured data] message`, `-` for what is
 * absent; also with the octet count of RFC 6587 in front. Parameters of structured data become fields `id.name`.
 */
import { shareParsed } from './detect.ts';
import type { FormatFamily } from './family.ts';
import {
  LineKind,
  type Format,
  type ParserContext,
  type ParserOptions,
  type RecordParser,
  type RowSink,
} from './format.ts';
import { KeyNode } from './key-nodes.ts';
import { NamedFields, namesInContext, otherFields } from './other-fields.ts';
import { ParserFields } from './parser-fields.ts';
import { setLines } from './record-lines.ts';
import { SourceText } from './source-text.ts';
import { facilityOf, levelOf, priorityAt, priorityLength } from './syslog-priority.ts';
import { syslog5424Samples } from './syslog-samples.ts';
import { isDigit } from './time-scan.ts';
import { TimeReader } from './timestamp.ts';

const tab = 9;
const space = 32;
const quote = 34;
const minus = 45;
const equals = 61;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;

/** The field of a parameter that gets no column. */
const unnamed = -2;

class Syslog5424Parser implements RecordParser {
  readonly multiline = true;
  readonly fields;
  private readonly added = new ParserFields();
  private readonly text: SourceText;
  private readonly times: TimeReader;
  private readonly root = KeyNode.root(() => undefined);
  private readonly columns;
  private readonly named: NamedFields;
  private isAfterBlank = true;

  constructor(options: ParserOptions, context: ParserContext | undefined) {
    this.named = new NamedFields(namesInContext(context));
    this.text = new SourceText(options.encoding);
    this.times = new TimeReader({ kind: 'iso' }, options.zone);
    const { added } = this;
    this.fields = added.list;
    this.columns = {
      time: added.known('time'),
      level: added.known('level'),
      message: added.known('message'),
      host: added.known('host'),
      process: added.known('process'),
      pid: added.known('pid'),
      facility: added.native('facility', 'text'),
      procid: added.native('procid', 'text'),
      msgid: added.native('msgid', 'text'),
    };
  }

  classify(bytes: Uint8Array, start: number, end: number, open: boolean): LineKind {
    const isAfterBlank = this.isAfterBlank;
    this.isAfterBlank = start === end;
    if (start === end) return LineKind.blank;
    const isIndented = bytes[start] === space || bytes[start] === tab;
    return isIndented && open && !isAfterBlank ? LineKind.continuation : LineKind.record;
  }

  parse(bytes: Uint8Array, start: number, firstEnd: number, end: number, row: RowSink): boolean {
    const { columns, times } = this;
    const from = afterOctetCount(bytes, start, firstEnd);
    const priority = priorityLength(bytes, from, firstEnd);
    if (priority === 0) return false;
    const versionEnd = wordEnd(bytes, from + priority, firstEnd);
    // Version 1 is all there is; up to two more digits are allowed.
    if (!isVersion(bytes, from + priority, versionEnd) || versionEnd >= firstEnd) return false;
    const timeAt = versionEnd + 1;
    const timeEnd = wordEnd(bytes, timeAt, firstEnd);
    const isTimed = !isNil(bytes, timeAt, timeEnd);
    if (isTimed && !times.readAll(bytes, timeAt, timeEnd)) return false;
    const hostEnd = wordEnd(bytes, timeEnd + 1, firstEnd);
    const processEnd = wordEnd(bytes, hostEnd + 1, firstEnd);
    const pidEnd = wordEnd(bytes, processEnd + 1, firstEnd);
    const msgidEnd = wordEnd(bytes, pidEnd + 1, firstEnd);
    const dataAt = msgidEnd + 1;
    if (dataAt >= firstEnd || msgidEnd === pidEnd + 1) return false;
    const dataEnd = this.readData(bytes, dataAt, firstEnd, row);
    if (dataEnd < 0 || (dataEnd < firstEnd && bytes[dataEnd] !== space)) return false;
    const others = this.named.take();
    if (others !== undefined) row.value(this.added.native(otherFields, 'any', 'many'), others);
    if (isTimed) row.number(columns.time, times.instant);
    const number = priorityAt(bytes, from, priority);
    row.number(columns.level, levelOf(number));
    row.value(columns.facility, facilityOf(number));
    setWord(row, columns.host, bytes, timeEnd + 1, hostEnd);
    setWord(row, columns.process, bytes, hostEnd + 1, processEnd);
    this.setProcid(row, bytes, processEnd + 1, pidEnd);
    setWord(row, columns.msgid, bytes, pidEnd + 1, msgidEnd);
    if (dataEnd < firstEnd) {
      const messageAt = afterMark(bytes, dataEnd + 1, firstEnd);
      setLines(row, columns.message, this.text, bytes, messageAt, firstEnd, end);
    }
    return true;
  }

  context(): undefined {
    return undefined;
  }

  private setProcid(row: RowSink, bytes: Uint8Array, start: number, end: number): void {
    if (start >= end) return;
    let pid = 0;
    for (let at = start; at < end; at++) {
      if (!isDigit(bytes[at]) || end - start > 10) {
        setWord(row, this.columns.procid, bytes, start, end);
        return;
      }
      pid = pid * 10 + bytes[at] - 48;
    }
    row.number(this.columns.pid, pid);
  }

  /** Behind the structured data that begins at `from`, its parameters set; or -1. */
  private readData(bytes: Uint8Array, from: number, end: number, row: RowSink): number {
    if (bytes[from] === minus) return from + 1;
    let at = from;
    while (at < end && bytes[at] === openBracket) {
      at = this.readElement(bytes, at + 1, end, row);
      if (at < 0) return -1;
    }
    return at > from ? at : -1;
  }

  /** `id name="value" name="value"]` */
  private readElement(bytes: Uint8Array, from: number, end: number, row: RowSink): number {
    let at = nameEnd(bytes, from, end);
    if (at === from) return -1;
    const element = this.root.find(bytes, from, at, () => this.text.read(bytes, from, at)).node;
    while (at < end && bytes[at] === space) {
      const nameAt = at + 1;
      const equalsAt = nameEnd(bytes, nameAt, end);
      if (equalsAt === nameAt || equalsAt + 1 >= end || bytes[equalsAt] !== equals || bytes[equalsAt + 1] !== quote)
        return -1;
      const valueAt = equalsAt + 2;
      let isEscaped = false;
      at = valueAt;
      while (at < end && bytes[at] !== quote) {
        if (bytes[at] === backslash) {
          isEscaped = true;
          at++;
        }
        at++;
      }
      if (at >= end) return -1;
      const { node } = element.find(bytes, nameAt, equalsAt, () => this.text.read(bytes, nameAt, equalsAt));
      if (node.field === -1) {
        node.field = this.named.admits(node.name) ? this.added.native(node.name, 'text') : unnamed;
      }
      if (node.field === unnamed) {
        const text = this.text.read(bytes, valueAt, at);
        this.named.keep(node.name, JSON.stringify(isEscaped ? text.replaceAll(/\\(["\\\]])/g, '$1') : text));
      } else if (isEscaped) row.value(node.field, this.text.read(bytes, valueAt, at).replaceAll(/\\(["\\\]])/g, '$1'));
      else row.span(node.field, valueAt, at);
      at++;
    }
    return at < end && bytes[at] === closeBracket ? at + 1 : -1;
  }
}

function wordEnd(bytes: Uint8Array, at: number, end: number): number {
  let place = at;
  while (place < end && bytes[place] !== space) place++;
  return place;
}

/** SD-NAME: printable, without `=`, `]`, `"` and space. */
function nameEnd(bytes: Uint8Array, at: number, end: number): number {
  let place = at;
  while (place < end) {
    const byte = bytes[place];
    if (byte <= space || byte === equals || byte === closeBracket || byte === quote) break;
    place++;
  }
  return place;
}

const isNil = (bytes: Uint8Array, start: number, end: number): boolean => end - start === 1 && bytes[start] === minus;

function setWord(row: RowSink, field: number, bytes: Uint8Array, start: number, end: number): void {
  if (end > start && !isNil(bytes, start, end)) row.span(field, start, end);
}

function isVersion(bytes: Uint8Array, start: number, end: number): boolean {
  if (end === start || end - start > 3 || bytes[start] === 48) return false;
  for (let at = start; at < end; at++) if (!isDigit(bytes[at])) return false;
  return true;
}

/** Past `123 ` before a `<`. */
function afterOctetCount(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && at < start + 7 && isDigit(bytes[at])) at++;
  return at > start && at + 1 < end && bytes[at] === space && bytes[at + 1] === 60 ? at + 1 : start;
}

/** A byte order mark says that the message is UTF-8 (RFC 5424, 6.4). */
const afterMark = (bytes: Uint8Array, at: number, end: number): number =>
  at + 3 <= end && bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf ? at + 3 : at;

const name = 'syslog-5424';
const title = 'Syslog (RFC 5424)';

const format: Format = {
  name,
  title,
  version: 1,
  open: true,
  stackBy: 'level',
  createParser: (options, context) => new Syslog5424Parser(options, context),
};

export const syslog5424: FormatFamily = {
  name,
  title,
  samples: syslog5424Samples,
  detect(sample) {
    const score = shareParsed(sample, format.createParser(sample.options));
    return score > 0 ? { score } : undefined;
  },
  create: () => format,
};
