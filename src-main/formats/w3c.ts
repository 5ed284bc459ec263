/**
 * W3C extended logs (IIS, CloudFront, the Windows firewall): `#Fields:` names the columns of the lines below it and may
 * change on the way. Times are UTC unless a directive says otherwise. Plus and percent signs are never decoded.
 */
import { findByte } from './byte-text.ts';
import { shareParsed } from './detect.ts';
import { isWhole, readDecimal, readPlainNumber } from './decimal.ts';
import type { DetectSample, FormatFamily } from './family.ts';
import {
  LineKind,
  type Format,
  type FormatField,
  type ParserContext,
  type ParserOptions,
  type RecordParser,
  type RowSink,
} from './format.ts';
import { setTarget } from './http-fields.ts';
import { levelFromStatus } from '../../src-shared/model/level.ts';
import { ParserFields } from './parser-fields.ts';
import { SourceText } from './source-text.ts';
import { TimeReader } from './timestamp.ts';
import { columnsOf, hasStatus, type Column } from './w3c-columns.ts';
import { afterDirective, directivesContext, directivesOf, type Directives } from './w3c-directives.ts';
import { w3cSamples } from './w3c-samples.ts';
import { DirectiveScan } from './w3c-scan.ts';

/** What detection read off the sample; plain data. */
interface W3cDialect {
  /** Names of the first `#Fields:`, so that a parser knows its fields before it meets them. */
  readonly fields: readonly string[];
  /** A tab between two values (CloudFront), else a space. */
  readonly tabs: boolean;
  /** Values with spaces stand in quotes (Blue Coat); IIS has none, and quotes of a browser's name are its own. */
  readonly quotes: boolean;
}

const hash = 35;
const tab = 9;
const space = 32;
const quote = 34;
const minus = 45;
const dot = 46;
const questionMark = 63;

class W3cParser implements RecordParser {
  readonly multiline = false;
  readonly fields: readonly FormatField[];
  private readonly collected = new ParserFields();
  private readonly text: SourceText;
  private readonly separator: number;
  private readonly zone: string;
  private readonly utcTimes = new TimeReader({ kind: 'iso' }, 'UTC');
  private readonly localTimes: TimeReader;
  /** `2026-03-01 10:00:00.000` of the line at hand, put together from two columns. */
  private readonly moment = new Uint8Array(32);
  private directives: Directives;
  private columns: readonly Column[] = [];
  private starts = new Int32Array(0);
  private ends = new Int32Array(0);
  private dateColumn = -1;
  private timeColumn = -1;
  private statusColumn = -1;

  constructor(
    options: ParserOptions,
    private readonly dialect: W3cDialect,
    context: ParserContext | undefined,
  ) {
    this.text = new SourceText(options.encoding);
    this.separator = dialect.tabs ? tab : space;
    this.zone = options.zone;
    this.localTimes = new TimeReader({ kind: 'iso' }, this.zone);
    this.fields = this.collected.list;
    columnsOf(dialect.fields, this.collected);
    this.directives = directivesOf(context);
    this.apply();
  }

  classify(bytes: Uint8Array, start: number, end: number): LineKind {
    if (start === end) return LineKind.blank;
    if (bytes[start] !== hash) return LineKind.record;
    const next = afterDirective(this.text.read(bytes, start, end), this.directives);
    if (next !== this.directives) {
      this.directives = next;
      this.apply();
    }
    return LineKind.header;
  }

  parse(bytes: Uint8Array, start: number, _firstEnd: number, end: number, row: RowSink): boolean {
    const { columns, starts, ends } = this;
    if (columns.length === 0 || !this.split(bytes, start, end)) return false;
    const instant = this.readTime(bytes);
    if (instant === undefined) return false;
    const status = this.statusColumn;
    const isNone = status < 0 || isDash(bytes, starts[status], ends[status]);
    const code = isNone ? Number.NaN : readDecimal(bytes, starts[status], ends[status], 1, 1);
    if (!isNone && !Number.isInteger(code)) return false;
    if (instant === instant) row.number(columns[Math.max(this.timeColumn, 0)].field, instant);
    if (status >= 0) {
      if (!isNone) row.number(columns[status].field, code);
      row.number(this.collected.known('level'), levelFromStatus(code));
    }
    for (let at = 0; at < columns.length; at++) {
      const { kind, field } = columns[at];
      if (kind !== 'date' && kind !== 'time' && kind !== 'status') {
        this.setValue(kind, field, bytes, starts[at], ends[at], row);
      }
    }
    return true;
  }

  context(): ParserContext | undefined {
    return directivesContext(this.directives);
  }

  /** Takes the directives in force. */
  private apply(): void {
    const names = this.directives.fields ?? [];
    this.columns = columnsOf(names, this.collected);
    this.starts = new Int32Array(names.length);
    this.ends = new Int32Array(names.length);
    this.dateColumn = this.columns.findIndex(({ kind }) => kind === 'date');
    this.timeColumn = this.columns.findIndex(({ kind }) => kind === 'time');
    this.statusColumn = this.columns.findIndex(({ kind }) => kind === 'status');
  }

  /** Finds the values; false when there are more or fewer than columns. */
  private split(bytes: Uint8Array, start: number, end: number): boolean {
    const { separator, starts, ends } = this;
    const count = starts.length;
    let at = start;
    for (let column = 0; column < count; column++) {
      const from = at;
      if (this.dialect.quotes && bytes[at] === quote) {
        at = quotedEnd(bytes, at + 1, end, separator);
        if (at < 0) at = from;
      }
      while (at < end && bytes[at] !== separator) at++;
      starts[column] = from;
      ends[column] = at;
      if (at === end) return column === count - 1 && (at > from || separator === tab);
      at++;
    }
    // Some writers end a line with a separator.
    return at === end;
  }

  /** The instant of the line; NaN when it has none, undefined when what stands there is no time. */
  private readTime(bytes: Uint8Array): number | undefined {
    const { dateColumn, timeColumn, starts, ends, moment, directives } = this;
    if (timeColumn < 0) return Number.NaN;
    const timeLength = ends[timeColumn] - starts[timeColumn];
    if (isDash(bytes, starts[timeColumn], ends[timeColumn])) return Number.NaN;
    if (dateColumn < 0 && directives.date === undefined) return Number.NaN;
    if (timeLength > 18) return undefined;
    if (dateColumn < 0) {
      for (let at = 0; at < 10; at++) moment[at] = (directives.date ?? '').charCodeAt(at);
    } else {
      if (ends[dateColumn] - starts[dateColumn] !== 10) return undefined;
      for (let at = 0; at < 10; at++) moment[at] = bytes[starts[dateColumn] + at];
    }
    moment[10] = space;
    for (let at = 0; at < timeLength; at++) moment[11 + at] = bytes[starts[timeColumn] + at];
    const times = directives.isLocal ? this.localTimes : this.utcTimes;
    return times.readAll(moment, 0, 11 + timeLength) ? times.instant : undefined;
  }

  private setValue(
    kind: Column['kind'],
    field: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    row: RowSink,
  ): void {
    let start = from;
    let end = to;
    if (isDash(bytes, start, end) || start === end) return;
    if (this.dialect.quotes && bytes[start] === quote && end - start > 1 && bytes[end - 1] === quote) {
      start++;
      end--;
      if (findByte(quote, bytes, start, end) >= 0) {
        row.value(field, this.text.read(bytes, start, end).replaceAll('""', '"'));
        return;
      }
    }
    switch (kind) {
      case 'any':
        setNumber(field, readPlainNumber(bytes, start, end), start, end, row);
        break;
      case 'integer': {
        const value = isWhole(bytes, start, end) ? readDecimal(bytes, start, end, 1, 1) : Number.NaN;
        setNumber(field, value, start, end, row);
        break;
      }
      case 'taken': {
        const isSeconds = findByte(dot, bytes, start, end) >= 0;
        setNumber(field, readDecimal(bytes, start, end, isSeconds ? 1000 : 1, 1), start, end, row);
        break;
      }
      case 'target':
        setTarget(field, this.collected.known('query'), bytes, start, end, row);
        break;
      case 'query':
        row.span(field, bytes[start] === questionMark ? start + 1 : start, end);
        break;
      default:
        row.span(field, start, end);
        break;
    }
  }
}

/** A number, or the text that stands there instead. */
function setNumber(field: number, value: number, start: number, end: number, row: RowSink): void {
  if (value === value) row.number(field, value);
  else row.span(field, start, end);
}

const isDash = (bytes: Uint8Array, start: number, end: number): boolean => end - start === 1 && bytes[start] === minus;

/** Behind the closing quote of a value in quotes, where a separator or the end of the line follows; or -1. */
function quotedEnd(bytes: Uint8Array, from: number, end: number, separator: number): number {
  for (let at = from; at < end; at++) {
    if (bytes[at] !== quote) continue;
    if (at + 1 === end || bytes[at + 1] === separator) return at + 1;
    if (bytes[at + 1] === quote) at++;
  }
  return -1;
}

/** Lines of the sample that are looked at for quotes. */
const quoteLines = 200;

function detectDialect({ bytes, lines }: DetectSample): W3cDialect | undefined {
  const latin1 = (start: number, end: number): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
  const header = lines.find(
    ({ start, end }) => bytes[start] === hash && /^#\s*Fields\s*:\s*\S/i.test(latin1(start, end)),
  );
  if (header === undefined) return undefined;
  const { fields = [] } = afterDirective(latin1(header.start, header.end), {
    fields: undefined,
    date: undefined,
    isLocal: false,
  });
  const rows = lines
    .filter(({ start, end }) => start > header.start && end > start && bytes[start] !== hash)
    .slice(0, quoteLines)
    .map(({ start, end }) => latin1(start, end));
  const tabs = rows.filter((row) => row.includes('\t')).length > rows.length / 2;
  const separator = tabs ? '\t' : ' ';
  const quotes = rows.some(
    (row) => row.split(separator).length !== fields.length && /(?:^|[ \t])"[^"]* [^"]*"(?:[ \t]|$)/.test(row),
  );
  return { fields, tabs, quotes };
}

function dialectOf(data: { readonly [key: string]: unknown } | undefined): W3cDialect {
  const fields = data?.['fields'];
  return {
    fields: Array.isArray(fields) ? fields.filter((name) => typeof name === 'string') : [],
    tabs: data?.['tabs'] === true,
    quotes: data?.['quotes'] === true,
  };
}

export const w3c: FormatFamily = {
  name: 'w3c',
  title: 'W3C extended log',
  samples: w3cSamples,
  detect(sample) {
    const dialect = detectDialect(sample);
    if (dialect === undefined) return undefined;
    const score = shareParsed(sample, new W3cParser(sample.options, dialect, undefined));
    // A log of nothing but directives yet is one all the same.
    const hasRows = sample.lines.some(({ start, end }) => end > start && sample.bytes[start] !== hash);
    return { dialect: { ...dialect }, score: hasRows ? score : 1 };
  },
  create(choice): Format {
    const dialect = dialectOf(choice.dialect);
    return {
      name: 'w3c',
      title: 'W3C extended log',
      version: 1,
      open: false,
      stackBy: hasStatus(dialect.fields) ? 'status' : undefined,
      createParser: (options, context) => new W3cParser(options, dialect, context),
      createPrescan: () => new DirectiveScan(),
    };
  },
};
