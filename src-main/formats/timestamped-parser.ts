/**
 * Parser of application logs: a line that begins with a time of the dialect's layout (or as one of its own layouts
 * does) begins a record, all others go on with the record before. See templates.ts for the layouts.
 *
 * The message is the text behind the header with the continuation lines, up to an attached stack trace; the exception
 * is the line of the trace that names it, and the frame the one in which it was thrown.
 */
import type { FormatField, ParserContext, ParserOptions, RecordParser, RowSink } from './format.ts';
import { LineKind } from './format.ts';
import { LevelWords } from './level-words.ts';
import { monologException } from './monolog.ts';
import { ParserFields } from './parser-fields.ts';
import { setLines, withoutBlankEnd } from './record-lines.ts';
import type { RecordSteps, TemplateSteps } from './record-steps.ts';
import { SourceText } from './source-text.ts';
import { StackTrace } from './stack-trace.ts';
import { compileTemplate, Op, type Template } from './template.ts';
import { TemplateMatch, type MatchReaders } from './template-match.ts';
import type { TemplateSource } from './templates.ts';
import { TimeReader } from './timestamp.ts';
import { headOf, isYearless, type TimestampedDialect } from './timestamped-dialect.ts';
import { YearRule } from './year-rule.ts';

/** A template and the columns of its captures, -1 for those that are no column of their own. */
interface Layout {
  readonly template: Template;
  readonly columns: readonly number[];
  readonly messageCapture: number;
  /** Captures that are numbers, and the one whose word may be no known level. */
  readonly isNumber: readonly boolean[];
  readonly levelCapture: number;
  readonly hasTail: boolean;
  readonly isMonolog: boolean;
  /** The step behind the time, for templates that begin with one. */
  readonly bodyStep: number;
}

/** Kinds of times that begin with a digit. */
const digitKinds: ReadonlySet<string> = new Set(['iso', 'basic', 'numeric', 'epoch', 'clock']);

const openBracket = 91;
const closeParenthesis = 41;
const openParenthesis = 40;
const space = 32;
const newline = 10;

export class TimestampedParser implements RecordParser, MatchReaders {
  readonly multiline = true;
  readonly fields: readonly FormatField[];
  readonly records: RecordSteps | undefined;
  private readonly readers: readonly TimeReader[];
  private reader: TimeReader;
  private readonly years: YearRule;
  private readonly levelWords = new LevelWords();
  private readonly text: SourceText;
  private readonly trace = new StackTrace();
  private readonly match: TemplateMatch;
  private readonly plain: readonly Layout[];
  private readonly bracketed: readonly Layout[];
  private readonly own: readonly Layout[];
  private readonly columns;

  constructor(
    options: ParserOptions,
    dialect: TimestampedDialect,
    sources: readonly TemplateSource[],
    context?: ParserContext,
  ) {
    this.text = new SourceText(options.encoding);
    this.years = new YearRule(options, context);
    this.readers = dialect.times.map((layout) => new TimeReader(layout, options.zone, this.years));
    this.reader = this.readers[0];
    this.match = new TemplateMatch(this, dialect.levels === 'upper');
    const fields = new ParserFields();
    this.columns = {
      time: fields.known('time'),
      level: fields.known('level'),
      message: fields.known('message'),
      exception: fields.known('exception'),
      frame: fields.known('exception_frame'),
      unknownLevel: fields.native('level', 'text'),
      clock: fields.native('clock', 'text'),
    };
    const layouts = sources.map((source) => createLayout(source, fields));
    const headed = (head: string): readonly Layout[] => layouts.filter((_, at) => headOf(sources[at].text) === head);
    this.plain = headed('time');
    this.bracketed = headed('bracket');
    this.own = headed('own');
    this.fields = fields.list;
    this.records = this.own.length > 0 || dialect.times.some(isYearless) ? undefined : this.recordSteps(dialect);
  }

  classify(bytes: Uint8Array, start: number, end: number, open: boolean): LineKind {
    if (start === end) return open ? LineKind.continuation : LineKind.blank;
    return this.begins(bytes, start, end) ? LineKind.record : LineKind.continuation;
  }

  /** The line begins a record. */
  begins(bytes: Uint8Array, start: number, end: number): boolean {
    // Most lines that go on with a record are indented.
    if (start >= end || bytes[start] <= space) return false;
    const isBracketed = bytes[start] === openBracket;
    if ((isBracketed ? this.bracketed : this.plain).length > 0) {
      const timeEnd = this.readTime(bytes, isBracketed ? start + 1 : start, end);
      if (timeEnd >= 0 && mayFollow(bytes, timeEnd, end)) return true;
    }
    for (const { template } of this.own) {
      if (this.match.begins(template, bytes, start, end)) return true;
    }
    return false;
  }

  parse(bytes: Uint8Array, start: number, firstEnd: number, end: number, row: RowSink): boolean {
    const isBracketed = start < firstEnd && bytes[start] === openBracket;
    const layouts = isBracketed ? this.bracketed : this.plain;
    if (layouts.length > 0) {
      const timeAt = isBracketed ? start + 1 : start;
      const timeEnd = this.readTime(bytes, timeAt, firstEnd);
      if (timeEnd >= 0) {
        for (const layout of layouts) {
          if (!this.match.matches(layout.template, layout.bodyStep, bytes, timeEnd, firstEnd, end)) continue;
          if (layout.hasTail && !this.hasTail(layout, bytes, firstEnd)) continue;
          this.setTime(bytes, timeAt, timeEnd, row);
          this.setFields(layout, bytes, firstEnd, end, row);
          return true;
        }
      }
    }
    for (const layout of this.own) {
      if (!this.match.matches(layout.template, 0, bytes, start, firstEnd, end)) continue;
      const time = layout.template.captures.findIndex(({ kind }) => kind === 'time');
      if (time >= 0) this.setTime(bytes, this.match.starts[time], this.match.ends[time], row);
      this.setFields(layout, bytes, firstEnd, end, row);
      return true;
    }
    return false;
  }

  context(): ParserContext | undefined {
    const context = this.years.context();
    for (const reader of this.readers) reader.reset();
    return context;
  }

  /** In any of the dialect's layouts; the one that fitted last is tried first. */
  readTime(bytes: Uint8Array, at: number, end: number): number {
    const timeEnd = this.reader.read(bytes, at, end);
    if (timeEnd >= 0) return timeEnd;
    for (const reader of this.readers) {
      const found = reader === this.reader ? -1 : reader.read(bytes, at, end);
      if (found < 0) continue;
      this.reader = reader;
      return found;
    }
    return -1;
  }

  readLevel(bytes: Uint8Array, start: number, end: number): number {
    return this.levelWords.read(bytes, start, end);
  }

  private recordSteps({ times, levels }: TimestampedDialect): RecordSteps {
    const { plain: unbracketed, bracketed, columns } = this;
    const currentReader = (): TimeReader => this.reader;
    return {
      unbracketed: unbracketed.map(templateSteps),
      bracketed: bracketed.map(templateSteps),
      columns,
      hasUpperLevels: levels === 'upper',
      beginsWithDigit: times.every(({ kind }) => digitKinds.has(kind)),
      readTime: (bytes, at, end) => this.readTime(bytes, at, end),
      get reader() {
        return currentReader();
      },
      readLevel: (bytes, start, end) => this.readLevel(bytes, start, end),
      setMessage: (bytes, start, tail, firstEnd, end, isMonolog, row) => {
        this.setText(bytes, start, tail, firstEnd, end, row);
        if (isMonolog) this.setLogged(bytes, start, end, row);
      },
    };
  }

  private setTime(_bytes: Uint8Array, start: number, end: number, row: RowSink): void {
    const { instant } = this.reader;
    if (Number.isNaN(instant)) row.span(this.columns.clock, start, end);
    else row.number(this.columns.time, instant);
  }

  private hasTail(layout: Layout, bytes: Uint8Array, firstEnd: number): boolean {
    return tailAt(bytes, this.match.starts[layout.messageCapture], firstEnd) >= 0;
  }

  private setFields(layout: Layout, bytes: Uint8Array, firstEnd: number, end: number, row: RowSink): void {
    const { match, columns } = this;
    if (match.level >= 0) row.number(columns.level, match.level);
    else if (layout.levelCapture >= 0 && match.ends[layout.levelCapture] > match.starts[layout.levelCapture]) {
      row.span(columns.unknownLevel, match.starts[layout.levelCapture], match.ends[layout.levelCapture]);
    }
    for (let capture = 0; capture < layout.columns.length; capture++) {
      const column = layout.columns[capture];
      if (column < 0) continue;
      let start = match.starts[capture];
      let stop = match.ends[capture];
      while (start < stop && bytes[start] === space) start++;
      while (stop > start && bytes[stop - 1] === space) stop--;
      if (start >= stop) continue;
      if (layout.isNumber[capture]) row.number(column, numberAt(bytes, start, stop));
      else row.span(column, start, stop);
    }
    const messageAt = match.starts[layout.messageCapture];
    if (messageAt > firstEnd) this.setIndented(bytes, messageAt, end, row);
    else this.setMessage(layout, bytes, messageAt, firstEnd, end, row);
  }

  private setMessage(
    layout: Layout,
    bytes: Uint8Array,
    start: number,
    firstEnd: number,
    end: number,
    row: RowSink,
  ): void {
    const tail = layout.hasTail ? tailAt(bytes, start, firstEnd) : -1;
    if (tail >= 0) row.span(layout.columns[layout.columns.length - 1], tail + 2, firstEnd - 1);
    this.setText(bytes, start, tail, firstEnd, end, row);
    if (layout.isMonolog) this.setLogged(bytes, start, end, row);
  }

  /** The exception that Monolog writes into its message. */
  private setLogged(bytes: Uint8Array, start: number, end: number, row: RowSink): void {
    const exception = monologException(this.text, bytes, start, end);
    if (exception !== undefined) row.value(this.columns.exception, exception);
  }

  /** The message, up to a trace, without the first line's end from `tail` on; and the trace's exception. */
  private setText(bytes: Uint8Array, start: number, tail: number, firstEnd: number, end: number, row: RowSink): void {
    const { columns, trace } = this;
    const hasTrace = end > firstEnd && trace.find(bytes, start, firstEnd, end);
    const stop = withoutBlankEnd(bytes, firstEnd, hasTrace ? trace.traceAt : end);
    if (tail < 0) setLines(row, columns.message, this.text, bytes, start, firstEnd, stop);
    else if (stop <= firstEnd) row.span(columns.message, start, tail);
    else {
      // The logger stands between the first line's text and the lines that go on with it.
      const rest = this.text.read(bytes, firstEnd, stop).replaceAll('\r\n', '\n');
      row.value(columns.message, this.text.read(bytes, start, tail) + rest);
    }
    if (hasTrace && trace.exceptionEnd >= 0) row.span(columns.exception, trace.exceptionStart, trace.exceptionEnd);
    if (hasTrace && trace.frame.end >= 0) row.span(columns.frame, trace.frame.start, trace.frame.end);
  }

  /** Messages of the second line on, as .NET writes them: the indentation of their first line is not text. */
  private setIndented(bytes: Uint8Array, start: number, end: number, row: RowSink): void {
    let lineAt = start;
    while (lineAt > 0 && bytes[lineAt - 1] === space) lineAt--;
    // Spaces behind a level word (java.util.logging) indent nothing.
    const indentation = ' '.repeat(bytes[lineAt - 1] === newline ? start - lineAt : 0);
    const text = this.text.read(bytes, start, end).replaceAll('\r\n', '\n').replaceAll(`\n${indentation}`, '\n');
    const plain = Buffer.from(text);
    const lineStop = plain.indexOf(newline);
    const firstEnd = lineStop < 0 ? plain.length : lineStop;
    const { columns, trace } = this;
    const hasTrace = lineStop >= 0 && trace.find(plain, 0, firstEnd, plain.length);
    const stop = withoutBlankEnd(plain, firstEnd, hasTrace ? trace.traceAt : plain.length);
    row.value(columns.message, plain.toString('utf8', 0, stop));
    if (hasTrace && trace.exceptionEnd >= 0) {
      row.value(columns.exception, plain.toString('utf8', trace.exceptionStart, trace.exceptionEnd));
    }
    if (hasTrace && trace.frame.end >= 0) {
      row.value(columns.frame, plain.toString('utf8', trace.frame.start, trace.frame.end));
    }
  }
}

function templateSteps({
  template,
  bodyStep,
  columns,
  isNumber,
  messageCapture,
  levelCapture,
  hasTail,
  isMonolog,
}: Layout): TemplateSteps {
  const { steps } = template;
  return {
    steps,
    from: bodyStep,
    columns: columns.slice(0, isNumber.length),
    isNumber,
    messageCapture,
    levelCapture,
    tailColumn: hasTail ? columns[columns.length - 1] : -1,
    isMonolog,
  };
}

function createLayout({ name, text, tail }: TemplateSource, fields: ParserFields): Layout {
  const template = compileTemplate(text);
  const { captures, steps } = template;
  const columns = captures.map((capture) =>
    columnOf(capture.name, capture.kind === 'number' || capture.kind === 'decimal', fields),
  );
  const timeStep = steps.findIndex(({ op }) => op === Op.time);
  return {
    template,
    columns: tail === undefined ? columns : [...columns, fields.known('logger')],
    messageCapture: captures.findIndex((capture) => capture.name === 'message'),
    isNumber: captures.map(({ name: field, kind }) => field !== 'thread' && (kind === 'number' || kind === 'decimal')),
    levelCapture: captures.findIndex((capture) => capture.name === 'level' && capture.kind !== 'level'),
    hasTail: tail !== undefined,
    isMonolog: name === 'monolog',
    bodyStep: timeStep + 1,
  };
}

const knownCaptures: ReadonlySet<string> = new Set(['logger', 'thread', 'pid', 'process', 'user']);

/** Captures that go their own way. */
const handled: ReadonlySet<string> = new Set(['time', 'level', 'message', 'severity']);

function columnOf(name: string, isNumber: boolean, fields: ParserFields): number {
  if (handled.has(name)) return -1;
  if (knownCaptures.has(name)) return fields.known(name);
  return fields.native(name, isNumber ? 'number' : 'text');
}

/** The decimal that [start, end) is: at most 15 digits before a point and behind it. */
function numberAt(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let scale = 0;
  for (let at = start; at < end; at++) {
    if (bytes[at] === 46) scale = 1;
    else {
      value = value * 10 + bytes[at] - 48;
      scale *= 10;
    }
  }
  return scale > 1 ? value / scale : value;
}

/** What may stand behind the time of a record's first line; a comma or quote tells a table. */
function mayFollow(bytes: Uint8Array, at: number, end: number): boolean {
  if (at >= end) return true;
  switch (bytes[at]) {
    case 32: // space
    case 9: // tab
    case 58: // :
    case 93: // ]
    case 124: // |
    case 45: // -
    case 91: // [
      return true;
    case 44: // ,
      return at + 1 < end && bytes[at + 1] === space;
    default:
      return false;
  }
}

/** Where ` (logger)` begins that a line ends with, or -1. */
function tailAt(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 3 || bytes[end - 1] !== closeParenthesis) return -1;
  for (let at = end - 2; at > start; at--) {
    const byte = bytes[at];
    if (byte === space || byte === closeParenthesis) return -1;
    if (byte === openParenthesis) return at < end - 2 && bytes[at - 1] === space ? at - 1 : -1;
  }
  return -1;
}
