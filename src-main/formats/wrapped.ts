/**
 * Logs in which something is wrapped around each line: the colours of a terminal (control sequences of ECMA-48, such as
 * `ESC [ 32 m`), and what container tools write before a line (line-prefix.ts). Any format of text can be in such a log; its
 * parser gets records without all that, and what it finds is a span of the file where the file has it in one piece.
 * JSON lines and logfmt read prefixes themselves.
 */
import type { Value } from '../../src-shared/model/value.ts';
import { findByte } from './byte-search.ts';
import type {
  Format,
  FormatField,
  LineKind,
  ParserContext,
  ParserOptions,
  RecordParser,
  RowSink,
  Wrapping,
} from './format.ts';
import { HeldValues } from './held-values.ts';
import { LinePrefix, prefixFields, type PrefixKind } from './line-prefix.ts';
import { ParserFields } from './parser-fields.ts';
import { SourceText } from './source-text.ts';
import { TimeFields } from './time-scan.ts';
import { YearScan, type YearlessProbe } from './year-rule.ts';

const escape = 0x1b;
const bracket = 0x5b;
const newline = 10;

/** Longer records are read as they are: each byte of one costs five more here. */
const longest = 1 << 20;

/** A prefix stands before so many of the first lines with text, or it is none. */
const prefixedShare = 0.8;
const headedLines = 200;

/** A prefix is shorter. */
const longestHead = 512;

/** What is tried in turn. */
const prefixes: readonly PrefixKind[] = ['runtime', 'compose', 'service', 'bracket', 'time'];

/** What may stand before the lines of a sample, what says more first. */
export function prefixesOf(sample: Uint8Array, options: ParserOptions): readonly Wrapping[] {
  return prefixes
    .filter((prefix) => sharePrefixed(sample, prefix, options) >= prefixedShare)
    .map((prefix) => ({ prefix }));
}

/** The sample has control sequences of a terminal. */
export const isStyled = (sample: Uint8Array): boolean => findSequence(sample, 0, sample.length) >= 0;

/** Containers are called `web-1` or `web_1`, unless somebody named them. */
export function hasNumberedNames(sample: Uint8Array, wrapping: Wrapping, options: ParserOptions): boolean {
  const prefix = prefixOf(wrapping, options);
  if (prefix === undefined || prefix.read(sample, 0, Math.min(sample.length, longestHead)) === 0) return false;
  return /[-_]\d+$/.test(Buffer.from(sample.subarray(prefix.nameStart, prefix.nameEnd)).toString('latin1'));
}

/** The bytes without what is wrapped around their lines. */
export function unwrap(bytes: Uint8Array, wrapping: Wrapping, options: ParserOptions): Uint8Array {
  const record = new InnerRecord(prefixOf(wrapping, options));
  record.take(bytes, 0, bytes.length, bytes.length);
  return record.bytes.slice(0, record.length);
}

/**
 * The format for wrapped lines. Undefined for formats that cannot be: those that read the whole file before, other than
 * for years, would have to see it unwrapped too, and of open ones the prefix would have no fields.
 */
export function wrappedFormat(format: Format, wrapping: Wrapping): Format | undefined {
  const { createPrescan, createYearProbe } = format;
  if (createPrescan !== undefined && createYearProbe === undefined) return undefined;
  if (format.open && wrapping.prefix !== undefined) return undefined;
  return {
    ...format,
    createParser: (options, context) => new WrappedParser(format.createParser(options, context), wrapping, options),
    ...(createYearProbe === undefined ? {} : yearsOf(createYearProbe, wrapping)),
  };
}

function yearsOf(createYearProbe: () => YearlessProbe, wrapping: Wrapping): Partial<Format> {
  const createProbe = (options: ParserOptions): YearlessProbe => {
    const probe = createYearProbe();
    const record = new InnerRecord(prefixOf(wrapping, options));
    return (bytes, start, end, into) => {
      record.take(bytes, start, end, end);
      return probe(record.bytes, 0, record.length, into);
    };
  };
  return { createPrescan: (options) => new YearScan(options, createProbe(options), new TimeFields()) };
}

const prefixOf = ({ prefix }: Wrapping, options: ParserOptions): LinePrefix | undefined =>
  prefix === undefined ? undefined : new LinePrefix(prefix, options);

function sharePrefixed(bytes: Uint8Array, kind: PrefixKind, options: ParserOptions): number {
  const prefix = new LinePrefix(kind, options);
  let prefixed = 0;
  let lines = 0;
  for (let start = 0; start < bytes.length && lines < headedLines;) {
    const found = bytes.indexOf(newline, start);
    const end = found < 0 ? bytes.length : found;
    if (end > start) lines++;
    // Without a time it is that of a service.
    if (prefix.read(bytes, start, end) > start && (kind !== 'compose' || prefix.timeEnd >= 0)) prefixed++;
    start = end + 1;
  }
  return lines === 0 ? 0 : prefixed / lines;
}

class WrappedParser implements RecordParser {
  readonly multiline: boolean;
  readonly #inner: RecordParser;
  readonly #isPrefixed: boolean;
  readonly #record: InnerRecord;
  readonly #sink: InnerSink;
  readonly #fields: readonly FormatField[] | undefined;

  constructor(inner: RecordParser, wrapping: Wrapping, options: ParserOptions) {
    this.#inner = inner;
    this.multiline = inner.multiline;
    const prefix = prefixOf(wrapping, options);
    this.#isPrefixed = prefix !== undefined;
    this.#record = new InnerRecord(prefix);
    const fields = new PrefixColumns(inner.fields);
    this.#fields = prefix === undefined ? undefined : [...inner.fields, ...fields.list];
    this.#sink = new InnerSink(this.#record, new SourceText(options.encoding), prefix, fields);
  }

  get fields(): readonly FormatField[] {
    return this.#fields ?? this.#inner.fields;
  }

  classify(bytes: Uint8Array, start: number, end: number, open: boolean): LineKind {
    if (!this.#isWrapped(bytes, start, end)) return this.#inner.classify(bytes, start, end, open);
    this.#record.take(bytes, start, end, end);
    return this.#inner.classify(this.#record.bytes, 0, this.#record.length, open);
  }

  parse(bytes: Uint8Array, start: number, firstEnd: number, end: number, row: RowSink): boolean {
    if (!this.#isWrapped(bytes, start, end)) return this.#inner.parse(bytes, start, firstEnd, end, row);
    const record = this.#record;
    this.#sink.begin(row);
    record.take(bytes, start, firstEnd, end, this.#sink);
    const isFitting = this.#inner.parse(record.bytes, 0, record.firstEnd, record.length, this.#sink);
    return this.#sink.finish(isFitting);
  }

  context(): ParserContext | undefined {
    return this.#inner.context();
  }

  #isWrapped(bytes: Uint8Array, start: number, end: number): boolean {
    return end - start <= longest && (this.#isPrefixed || findSequence(bytes, start, end) >= 0);
  }
}

/** The columns of a prefix: those that the format has, and others behind them. */
class PrefixColumns {
  readonly list: readonly FormatField[];
  readonly name: number;
  readonly containerTime: number;
  readonly stream: number;
  readonly time: number;
  readonly message: number;

  constructor(inner: readonly FormatField[]) {
    const fields = new ParserFields();
    const placeOf = (name: string): number => inner.findIndex((field) => field.name === name);
    const known = (name: string): number => (placeOf(name) < 0 ? inner.length + fields.known(name) : placeOf(name));
    const native = (name: string, values?: 'many'): number => inner.length + fields.native(name, 'text', values);
    this.time = known('time');
    this.message = known('message');
    this.name = placeOf('process') < 0 ? known('process') : native(prefixFields.name);
    this.containerTime = native(prefixFields.time, 'many');
    this.stream = native(prefixFields.stream);
    this.list = fields.list;
  }
}

/** A record without what is wrapped around its lines, and where in the file each byte of it stands. */
class InnerRecord {
  bytes: Uint8Array = new Uint8Array(1024);
  length = 0;
  /** What became of the end of the first line. */
  firstEnd = 0;
  #places = new Uint32Array(1024);

  constructor(private readonly prefix: LinePrefix | undefined) {}

  /** Place of the byte in what was taken. */
  placeOf(at: number): number {
    return this.#places[at];
  }

  /** `first` is told while the prefix of the first line is still there. */
  take(bytes: Uint8Array, start: number, firstEnd: number, end: number, first?: InnerSink): void {
    if (end - start > this.bytes.length) {
      this.bytes = new Uint8Array((end - start) * 2);
      this.#places = new Uint32Array((end - start) * 2);
    }
    this.length = 0;
    for (let at = start; ;) {
      const found = findByte(bytes, newline, at, end);
      const lineEnd = found < 0 ? end : found;
      this.#takeLine(bytes, at, lineEnd, at === start ? first : undefined);
      // Nothing but a carriage return stands between the first line's text and its end.
      if (at === start) this.firstEnd = this.length - (lineEnd - firstEnd);
      if (found < 0) return;
      this.#copy(bytes, lineEnd, lineEnd + 1);
      at = lineEnd + 1;
    }
  }

  #takeLine(bytes: Uint8Array, start: number, end: number, first: InnerSink | undefined): void {
    const from = this.length;
    for (let at = start; at < end;) {
      const found = findSequence(bytes, at, end);
      this.#copy(bytes, at, found < 0 ? end : found);
      at = found < 0 ? end : sequenceEnd(bytes, found, end);
    }
    if (this.prefix === undefined) return;
    const text = this.prefix.read(this.bytes, from, this.length);
    if (text === from) return;
    first?.takePrefix();
    this.bytes.copyWithin(from, text, this.length);
    this.#places.copyWithin(from, text, this.length);
    this.length -= text - from;
  }

  #copy(bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      this.bytes[this.length] = bytes[at];
      this.#places[this.length++] = at;
    }
  }
}

/**
 * Turns spans of the inner record into spans of the file, and adds what the prefix says. A prefixed line that the format
 * does not fit is a message: services of all kinds write into the log of their containers.
 */
class InnerSink implements RowSink {
  readonly #held = new HeldValues();
  readonly #row: PlacedRow;
  #isPrefixed = false;
  /** Of the prefix's time. */
  #instant = Number.NaN;
  #timeStart = 0;
  #timeEnd = 0;
  #isTimed = false;

  constructor(
    private readonly record: InnerRecord,
    text: SourceText,
    private readonly prefix: LinePrefix | undefined,
    private readonly columns: PrefixColumns,
  ) {
    this.#row = new PlacedRow(record, text);
  }

  begin(row: RowSink): void {
    this.#row.row = row;
    this.#held.clear();
    this.#isPrefixed = false;
    this.#instant = Number.NaN;
    this.#isTimed = false;
  }

  /** The prefix stands at the begin of the record's bytes, as far as these are there. */
  takePrefix(): void {
    const { prefix, record, columns } = this;
    if (prefix === undefined) return;
    this.#isPrefixed = true;
    if (prefix.nameEnd >= 0) this.#row.span(columns.name, prefix.nameStart, prefix.nameEnd);
    if (prefix.streamEnd >= 0) this.#row.span(columns.stream, prefix.timeEnd + 1, prefix.streamEnd);
    if (prefix.timeEnd < 0) return;
    this.#timeStart = record.placeOf(prefix.timeStart);
    this.#timeEnd = record.placeOf(prefix.timeEnd - 1) + 1;
    this.#instant = prefix.instant;
  }

  /** Sets what was found; false when the record is none. The tool's time counts where the record has none of its own. */
  finish(isFitting: boolean): boolean {
    const { record, columns } = this;
    const row = this.#row;
    const isMessage = !isFitting && this.#isPrefixed;
    if (isFitting) this.#held.release(row);
    if (isMessage) row.span(columns.message, 0, record.length);
    if (!Number.isNaN(this.#instant)) {
      if (isFitting && this.#isTimed) row.row.span(columns.containerTime, this.#timeStart, this.#timeEnd);
      else row.number(columns.time, this.#instant);
    }
    return isFitting || isMessage;
  }

  number(field: number, value: number): void {
    if (field === this.columns.time) this.#isTimed = true;
    this.#held.number(field, value);
  }

  span(field: number, start: number, end: number): void {
    this.#held.span(field, start, end);
  }

  value(field: number, value: Value): void {
    this.#held.value(field, value);
  }
}

/** Sets fields of a record of the file by places in the inner one. */
class PlacedRow implements RowSink {
  row: RowSink = { number: () => undefined, span: () => undefined, value: () => undefined };

  constructor(
    private readonly record: InnerRecord,
    private readonly text: SourceText,
  ) {}

  number(field: number, value: number): void {
    this.row.number(field, value);
  }

  span(field: number, start: number, end: number): void {
    const { record } = this;
    const first = record.placeOf(start);
    if (end > start && record.placeOf(end - 1) - first === end - 1 - start) {
      this.row.span(field, first, first + end - start);
    } else this.row.value(field, this.text.read(record.bytes, start, end));
  }

  value(field: number, value: Value): void {
    this.row.value(field, value);
  }
}

/** Where the first whole control sequence in [start, end) begins, or -1. */
function findSequence(bytes: Uint8Array, start: number, end: number): number {
  for (let at = findByte(bytes, escape, start, end); at >= 0; at = findByte(bytes, escape, at + 1, end)) {
    if (sequenceEnd(bytes, at, end) > at) return at;
  }
  return -1;
}

/** The end of the control sequence at `at`; `at` when there is none: ESC [, parameters, intermediates, a final byte. */
function sequenceEnd(bytes: Uint8Array, at: number, end: number): number {
  let stop = at + 1;
  if (stop >= end || bytes[stop] !== bracket) return at;
  stop++;
  while (stop < end && bytes[stop] >= 0x30 && bytes[stop] <= 0x3f) stop++;
  while (stop < end && bytes[stop] >= 0x20 && bytes[stop] <= 0x2f) stop++;
  return stop < end && bytes[stop] >= 0x40 && bytes[stop] <= 0x7e ? stop + 1 : at;
}
