/**
 * Syslog as RFC 3164 describes it and as files have it: `Mar  1 10:00:00 host process[pid]: message`, with or without
 * `<PRI>`, also with the ISO 8601 times that rsyslog and systemd write. Years are told by YearRule.
 * A line that begins with white space goes on with the record before it; other lines that do not fit are raw text.
 */
import { findByte } from './byte-search.ts';
import { shareParsed } from './detect.ts';
import type { DetectSample, Detected, FormatFamily } from './family.ts';
import {
  LineKind,
  type Format,
  type ParserContext,
  type ParserOptions,
  type RecordParser,
  type RowSink,
} from './format.ts';
import { LevelWords } from './level-words.ts';
import { ParserFields } from './parser-fields.ts';
import { setLines } from './record-lines.ts';
import { SourceText } from './source-text.ts';
import { facilityOf, levelOf, priorityAt, priorityLength } from './syslog-priority.ts';
import { syslog3164Samples } from './syslog-samples.ts';
import { isDigit, isWordByte, scanTime, type TimeFields } from './time-scan.ts';
import { isValidTime, TimeReader } from './timestamp.ts';
import { YearRule, yearsBy } from './year-rule.ts';

type TimeKind = 'named' | 'iso';

const tab = 9;
const space = 32;
const colon = 58;
const openBracket = 91;
const closeBracket = 93;

/** Longer names of hosts and programs are text. */
const longestName = 255;

class Syslog3164Parser implements RecordParser {
  readonly multiline = true;
  readonly fields;
  private readonly text: SourceText;
  private readonly times: TimeReader;
  private readonly years: YearRule;
  private readonly levelWords = new LevelWords();
  private readonly columns;
  private readonly added: ParserFields;
  private isAfterBlank = true;

  constructor(options: ParserOptions, kind: TimeKind, context: ParserContext | undefined) {
    this.text = new SourceText(options.encoding);
    this.years = new YearRule(options, context);
    this.times = new TimeReader({ kind }, options.zone, this.years);
    const fields = new ParserFields();
    this.columns = {
      time: fields.known('time'),
      level: fields.known('level'),
      message: fields.known('message'),
      host: fields.known('host'),
      process: fields.known('process'),
      pid: fields.known('pid'),
      facility: fields.native('facility', 'text'),
      procid: fields.native('procid', 'text'),
      subsystem: fields.native('subsystem', 'text'),
    };
    this.added = fields;
    this.fields = this.added.list;
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
    const priority = priorityLength(bytes, start, firstEnd);
    const timeEnd = times.read(bytes, start + priority, firstEnd);
    if (timeEnd < 0 || timeEnd + 1 >= firstEnd || bytes[timeEnd] !== space) return false;
    const hostAt = timeEnd + 1;
    const hostEnd = wordEnd(bytes, hostAt, firstEnd);
    if (hostEnd === hostAt) return false;
    row.number(columns.time, times.instant);
    if (priority > 0) {
      const number = priorityAt(bytes, start, priority);
      row.number(columns.level, levelOf(number));
      row.value(columns.facility, facilityOf(number));
    }
    // Without a host, the tag comes first: `Mar  1 10:00:00 kernel: text`.
    const isTag = bytes[hostEnd - 1] === colon;
    if (!isTag) row.span(columns.host, hostAt, hostEnd);
    const tagAt = isTag ? hostAt : Math.min(hostEnd + 1, firstEnd);
    const messageAt = this.readTag(bytes, tagAt, firstEnd, row);
    setLines(row, columns.message, this.text, bytes, messageAt, firstEnd, end);
    return true;
  }

  context(): ParserContext | undefined {
    const context = this.years.context();
    this.times.reset();
    return context;
  }

  /** Sets process and pid from `process[pid]: ` and returns where the message begins; without a tag, that is `at`. */
  private readTag(bytes: Uint8Array, at: number, end: number, row: RowSink): number {
    const { columns } = this;
    const nameEnd = tagNameEnd(bytes, at, end);
    if (nameEnd === at || nameEnd >= end) return at;
    let tagEnd = nameEnd;
    let pidEnd = -1;
    if (bytes[nameEnd] === openBracket) {
      pidEnd = findByte(bytes, closeBracket, nameEnd, Math.min(end, nameEnd + longestName));
      if (pidEnd < 0) return at;
      tagEnd = pidEnd + 1;
    }
    const colonAt = tagEnd < end && bytes[tagEnd] === colon ? tagEnd : this.readAside(bytes, tagEnd, end, row);
    if (colonAt < 0) return at;
    row.span(columns.process, at, nameEnd);
    if (pidEnd >= 0) this.setPid(bytes, nameEnd + 1, pidEnd, row);
    return colonAt + 1 < end && bytes[colonAt + 1] === space ? colonAt + 2 : colonAt + 1;
  }

  /** macOS: ` (subsystem): ` or ` <Notice>: ` after the pid. The colon's position, or -1. */
  private readAside(bytes: Uint8Array, at: number, end: number, row: RowSink): number {
    if (at + 3 >= end || bytes[at] !== space) return -1;
    const opener = bytes[at + 1];
    const closer = opener === 40 ? 41 : opener === 60 ? 62 : 0;
    if (closer === 0) return -1;
    const limit = Math.min(end, at + longestName);
    for (let place = at + 2; place + 1 < limit; place++) {
      if (bytes[place] !== closer || bytes[place + 1] !== colon) continue;
      if (closer === 41) {
        row.span(this.columns.subsystem, at + 2, place);
        return place + 1;
      }
      const level = this.levelWords.read(bytes, at + 2, place);
      if (level < 0) return -1;
      row.number(this.columns.level, level);
      return place + 1;
    }
    return -1;
  }

  private setPid(bytes: Uint8Array, start: number, end: number, row: RowSink): void {
    let pid = 0;
    for (let at = start; at < end; at++) {
      if (!isDigit(bytes[at]) || end - start > 10) {
        row.span(this.columns.procid, start, end);
        return;
      }
      pid = pid * 10 + bytes[at] - 48;
    }
    if (end > start) row.number(this.columns.pid, pid);
  }
}

function wordEnd(bytes: Uint8Array, at: number, end: number): number {
  let place = at;
  while (place < end && bytes[place] !== space) place++;
  return place;
}

/** Where a program's name ends that is followed by `[` or `:`; names on macOS may have spaces before `[`. */
function tagNameEnd(bytes: Uint8Array, at: number, end: number): number {
  const limit = Math.min(end, at + longestName);
  let place = at;
  while (place < limit && bytes[place] > space && bytes[place] !== colon && bytes[place] !== openBracket) place++;
  if (place < limit && bytes[place] !== space) return place;
  const wordsLimit = Math.min(limit, at + 48);
  while (place < wordsLimit && (isWordByte(bytes[place]) || bytes[place] === space || bytes[place] === 46)) place++;
  const isPid = place + 2 < wordsLimit && bytes[place] === openBracket && isDigit(bytes[place + 1]);
  return isPid && bytes[place - 1] !== space ? place : at;
}

const name = 'syslog-3164';
const title = 'Syslog (RFC 3164)';

function createFormat(kind: TimeKind): Format {
  return {
    name,
    title,
    version: 1,
    open: false,
    stackBy: 'level',
    createParser: (options, context) => new Syslog3164Parser(options, kind, context),
    ...(kind === 'named' ? yearsBy(() => probe) : {}),
  };
}

function probe(bytes: Uint8Array, start: number, end: number, into: TimeFields): boolean {
  const at = start + priorityLength(bytes, start, end);
  return scanTime('named', 'ymd', false, bytes, at, end, into) >= 0 && into.year < 0 && isValidTime(into);
}

/** Of lines that begin as the format does: their share, and how they look. */
function detectKind(sample: DetectSample, kind: TimeKind): Detected | undefined {
  const { bytes, lines, options } = sample;
  const times = new TimeReader({ kind }, options.zone, new YearRule(options, undefined));
  const levelWords = new LevelWords();
  let timed = 0;
  let hosted = 0;
  let tagged = 0;
  let withPid = 0;
  for (const { start, end } of lines) {
    // What follows cannot make up for these any more: most logs need no further look.
    if (timed - hosted > lines.length * 0.1 || (kind === 'iso' && timed - withPid > lines.length * 0.7)) break;
    const timeEnd = times.read(bytes, start + priorityLength(bytes, start, end), end);
    if (timeEnd < 0 || timeEnd + 2 > end || bytes[timeEnd] !== space) continue;
    timed++;
    const hostEnd = wordEnd(bytes, timeEnd + 1, end);
    if (!isHost(bytes, timeEnd + 1, hostEnd) || levelWords.read(bytes, timeEnd + 1, hostEnd) >= 0) continue;
    hosted++;
    const tagAt = bytes[hostEnd - 1] === colon ? timeEnd + 1 : hostEnd + 1;
    const nameEnd = tagAt < end ? tagNameEnd(bytes, tagAt, end) : tagAt;
    if (nameEnd === tagAt || nameEnd >= end) continue;
    tagged++;
    if (bytes[nameEnd] === openBracket && nameEnd + 1 < end && isDigit(bytes[nameEnd + 1])) withPid++;
  }
  if (timed === 0 || hosted < timed * 0.9) return undefined;
  // An ISO time and a word may begin any log; a program with its pid tells syslog.
  if (tagged < timed * 0.5 || (kind === 'iso' && withPid < timed * 0.3)) return undefined;
  const score = shareParsed(sample, new Syslog3164Parser(options, kind, undefined));
  return { score, dialect: { time: kind } };
}

function isHost(bytes: Uint8Array, start: number, end: number): boolean {
  if (end === start || end - start > longestName) return false;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (!isWordByte(byte) && byte !== 46 && byte !== 45 && byte !== colon && byte !== 47) return false;
  }
  return true;
}

export const syslog3164: FormatFamily = {
  name,
  title,
  samples: syslog3164Samples,
  detect: (sample) => detectKind(sample, 'named') ?? detectKind(sample, 'iso'),
  create: (choice) => createFormat(choice.dialect?.['time'] === 'iso' ? 'iso' : 'named'),
};
