/**
 * Reads single records back from the source's bytes through the same parser that indexed them: for pages, details,
 * exports, and columns whose values are not spans. Runs on the engine's thread and in workers.
 */
import type { Value } from '../../src-shared/model/value.ts';
import {
  contextOfColumns,
  mostNamedFields,
  otherFields,
  textDecoderFor,
  type Format,
  type FormatField,
  type ParserContext,
  type ParserOptions,
  type RecordParser,
  type RowSink,
} from '../formats/index.ts';
import { longestLine } from './line-buffer.ts';
import { isParsed, numberAt, recordEnd, recordStart, type Segment } from './segment.ts';

const newline = 10;
const carriageReturn = 13;

/** A record's bytes without its last line end: [start, end) of `bytes`, its first line ending at `firstEnd`. */
export interface RecordBytes {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly firstEnd: number;
  readonly end: number;
}

/** Finds the ends of the record's text in bytes [start, stop), which hold its last line end too. */
export function recordBytes(bytes: Buffer, start: number, stop: number): RecordBytes {
  const end = withoutLineEnd(bytes, start, stop);
  const found = bytes.indexOf(newline, start);
  const firstEnd = found >= 0 && found < end ? withoutLineEnd(bytes, start, found + 1) : end;
  return { bytes, start, firstEnd, end };
}

function withoutLineEnd(bytes: Uint8Array, start: number, stop: number): number {
  let end = stop;
  if (end > start && bytes[end - 1] === newline) {
    end--;
    if (end > start && bytes[end - 1] === carriageReturn) end--;
  }
  return end;
}

/** Text of bytes in the source's encoding; bytes that are none become U+FFFD. */
export type DecodeText = (bytes: Uint8Array, start: number, end: number) => string;

export function textDecoder(encoding: string): DecodeText {
  if (encoding === 'utf-8') {
    return (bytes, start, end) =>
      bytes instanceof Buffer
        ? bytes.toString('utf8', start, end)
        : new TextDecoder().decode(bytes.subarray(start, end));
  }
  const decode = textDecoderFor(encoding);
  return (bytes, start, end) => decode(bytes.subarray(start, end));
}

/** `_raw`: the record's lines joined with one newline each. */
export function rawText(decode: DecodeText, record: RecordBytes): string {
  const text = decode(record.bytes, record.start, record.end);
  return record.firstEnd === record.end || !text.includes('\r\n') ? text : text.replaceAll('\r\n', '\n');
}

/** Collects the fields of one record by field index. */
class ValueSink implements RowSink {
  readonly values: (Value | undefined)[] = [];
  bytes: Uint8Array = new Uint8Array(0);
  readonly #decode: DecodeText;

  constructor(decode: DecodeText) {
    this.#decode = decode;
  }

  number(field: number, value: number): void {
    this.values[field] = value;
  }

  span(field: number, start: number, end: number): void {
    this.values[field] = this.#decode(this.bytes, start, end);
  }

  value(field: number, value: Value): void {
    this.values[field] = value;
  }
}

export class RecordReader {
  readonly #format: Format;
  readonly #options: ParserOptions;
  readonly decode: DecodeText;
  readonly #sink: ValueSink;
  #parser: RecordParser | undefined;
  #context: string | undefined;
  #hadOthers = false;
  /** The segment that the parser was last used for. */
  #segment: Segment | undefined;

  constructor(format: Format, options: ParserOptions) {
    this.#format = format;
    this.#options = options;
    this.decode = textDecoder(options.encoding);
    this.#sink = new ValueSink(this.decode);
  }

  /**
   * The fields of record `row` of the segment, by name. Empty for a record kept as raw text. A number that is in a
   * column is taken from there, because some depend on the order of the file (times without a year).
   */
  fields(segment: Segment, row: number, record: RecordBytes): ReadonlyMap<string, Value> {
    const found = new Map<string, Value>();
    if (!isParsed(segment, row)) return found;
    const parser = this.#parserFor(segment);
    const values = this.#parse(parser, record);
    const { fields } = parser;
    for (let at = 0; at < values.length; at++) {
      const value = values[at];
      if (value !== undefined) found.set(fields[at].name, typedValue(fields[at], value));
    }
    const time = segment.columns.get('time');
    if (time?.kind === 'number') {
      const instant = numberAt(time, row);
      if (instant === instant) found.set('time', instant);
    }
    return found;
  }

  /** The fields that a parser of the segment's records names; the array is the parser's own and may grow. */
  parserFields(segment: Segment): readonly FormatField[] {
    return this.#parserFor(segment).fields;
  }

  #parserFor(segment: Segment): RecordParser {
    if (this.#parser !== undefined && this.#segment === segment) return this.#parser;
    const { context } = segment.data;
    const hasOthers = segment.columns.has(otherFields);
    const isFull = this.#parser !== undefined && this.#parser.fields.length > mostNamedFields / 2;
    if (this.#parser === undefined || this.#context !== context || this.#hadOthers || hasOthers || isFull) {
      // Written by a parser of the same format when the segment was built.
      const known: ParserContext | undefined = context === undefined ? undefined : JSON.parse(context);
      const columns = hasOthers ? contextOfColumns(segment.columns.keys()) : {};
      this.#parser = this.#format.createParser(this.#options, hasOthers ? { ...known, ...columns } : known);
      this.#context = context;
    }
    this.#hadOthers = hasOthers;
    this.#segment = segment;
    return this.#parser;
  }

  #parse(parser: RecordParser, record: RecordBytes): readonly (Value | undefined)[] {
    const sink = this.#sink;
    sink.values.length = 0;
    sink.bytes = record.bytes;
    const { bytes, start, firstEnd, end } = record;
    // Some parsers keep state between lines: a record's first line is classified before it is parsed.
    parser.classify(bytes, start, firstEnd, false);
    parser.parse(bytes, start, firstEnd, Math.min(end, start + longestLine), sink);
    return sink.values;
  }
}

/** A flag comes from a parser as a number; people see true and false. */
export const typedValue = (field: FormatField, value: Value): Value =>
  field.type === 'boolean' && typeof value === 'number' ? value !== 0 : value;

/** A run of records whose bytes are read at once. */
export interface RecordRun {
  readonly segment: Segment;
  /** Rows of the segment, ascending. */
  readonly rows: readonly number[];
  readonly from: number;
  readonly to: number;
}

/** Gaps up to this are read over rather than split: a seek costs about as much as reading so many bytes. */
const largestHole = 64 << 10;
const largestRun = 4 << 20;

/** Groups ascending rows of one segment into few reads. */
export function planRuns(segment: Segment, rows: readonly number[]): RecordRun[] {
  const runs: RecordRun[] = [];
  let run: number[] = [];
  let from = 0;
  let to = 0;
  for (const row of rows) {
    const start = recordStart(segment, row);
    const end = recordEnd(segment, row);
    if (run.length > 0 && (start - to > largestHole || end - from > largestRun)) {
      runs.push({ segment, rows: run, from, to });
      run = [];
    }
    if (run.length === 0) from = start;
    run.push(row);
    to = end;
  }
  if (run.length > 0) runs.push({ segment, rows: run, from, to });
  return runs;
}
