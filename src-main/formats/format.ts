/**
 * The contract between formats and the rest: how bytes become lines, records and named fields.
 *
 * A format is data (name, title, samples) plus a parser that is created for one pass over some bytes.
 * Parsers run in index workers over large chunks, and on the engine's thread over single records when a page
 * is read; both go through the same code, so a page shows what a filter sees. Parsers never read files.
 */
import type { Field } from '../../src-shared/model/field.ts';
import type { Value } from '../../src-shared/model/value.ts';
import type { KeyedLines } from './keyed-lines.ts';
import type { LineSteps } from './layout-plan.ts';
import type { PrefixKind } from './line-prefix.ts';
import type { RecordSteps } from './record-steps.ts';
import type { YearlessProbe } from './year-rule.ts';

/** What one line is. A record's first line, a line that belongs to the record before it, a directive, or nothing. */
export const LineKind = { record: 0, continuation: 1, header: 2, blank: 3 } as const;
export type LineKind = (typeof LineKind)[keyof typeof LineKind];

/** A field as a format knows it. `few`: expect repeated values (a dictionary); `many`: mostly distinct (spans). */
export interface FormatField extends Field {
  readonly values: 'few' | 'many';
}

/**
 * Takes the fields of one record. Fields are indices into the parser's `fields`. Setting a field twice keeps the
 * last. What is set is dropped when `parse` returns false. Fields not set are absent.
 */
export interface RowSink {
  /** integer, number, instant (ms), level (ordinal), boolean (0 or 1): by the field's type; for `any`, a number. */
  number(field: number, value: number): void;
  /** Text that stands verbatim in the record: bytes [start, end) of the chunk, in the source's encoding. */
  span(field: number, start: number, end: number): void;
  /** Anything else: text that had to be decoded or put together, exact numbers, booleans of `any`, JSON texts. */
  value(field: number, value: Value): void;
}

export interface RecordParser {
  /**
   * False: no line is ever a continuation, so each record is parsed before the next line is classified (a header line
   * may then change how the following records read).
   */
  readonly multiline: boolean;
  /** Known from the start, or (open formats) growing as `parse` meets new ones; indices never change. */
  readonly fields: readonly FormatField[];
  /**
   * Says what the line [start, end) is (line end not included). Called once for each line in order; it may keep
   * state (an open quote, `#Fields:` in force). `open` is true when a record precedes the line in this pass.
   */
  classify(bytes: Uint8Array, start: number, end: number, open: boolean): LineKind;
  /**
   * Parses the record [start, end) whose first line ends at firstEnd (line ends stripped at firstEnd and end; inner
   * ones are as in the file). False: the record does not fit and is kept as raw text.
   */
  parse(bytes: Uint8Array, start: number, firstEnd: number, end: number, row: RowSink): boolean;
  /** How lines come apart, for a kernel that reads many at once. Only without `multiline`, headers and state. */
  readonly lines?: LineSteps;
  /** The same for records of keys and values, also of several lines where they are cells. */
  readonly keyed?: KeyedLines;
  /** The same for records of several lines; only without headers and context. */
  readonly records?: RecordSteps;
  /** What a parser created at this point of the file has to know (plain data), or undefined. */
  context(): ParserContext | undefined;
}

/** Plain data, of a shape that only the format knows: header fields in force, the year at this point, ... */
export type ParserContext = { readonly [key: string]: unknown };

/** Settings of the user and facts of the file that decide how records read. */
export interface ParserOptions {
  /** Zone of times without a zone: IANA name or offset. */
  readonly zone: string;
  /** Year of times without a year, when the user gave one. */
  readonly year?: number;
  /** The file's modification time, ms since the epoch. */
  readonly mtimeMs: number;
  /** WHATWG label of the encoding; ASCII bytes mean ASCII in each one that reaches a parser. */
  readonly encoding: string;
}

/** A place where a pass may begin: a record starts at `offset` and a parser gets `context`. */
export interface CutPoint {
  readonly offset: number;
  readonly context?: ParserContext;
}

/**
 * Reads a whole source in order before it is indexed in parallel, for formats whose meaning depends on what came
 * before (CSV with quoted newlines, W3C with changing `#Fields:`, times without a year).
 */
export interface Prescan {
  /** The next bytes; `baseOffset` is the source offset of bytes[0]; chunks are adjacent and cut anywhere. */
  chunk(bytes: Uint8Array, length: number, baseOffset: number): void;
  /** Cut points in order, the first at 0, then at least one in every 16 MiB where records allow it. */
  finish(): readonly CutPoint[];
}

export interface FormatSample {
  /** One or more lines; a record with its continuation lines. */
  readonly text: string;
  /** Expected fields by name (instants as ISO UTC with ms, levels as words), or false when it must not fit. */
  readonly fields: { readonly [name: string]: unknown } | false;
  /** Options other than UTC, UTF-8, mtime 2026-01-01. */
  readonly options?: Partial<ParserOptions>;
}

/** What detection found, as plain data that goes to workers and into the key of the stored index. */
export interface FormatChoice {
  readonly name: string;
  /** What detection read off the sample (delimiter, header, time layout, trailing fields), plain data. */
  readonly dialect?: { readonly [key: string]: unknown };
  /** A user's format, whole. */
  readonly custom?: CustomFormat;
  /** What stands around each line and is no part of records: wrapped.ts. */
  readonly wrapping?: Wrapping;
}

/** Control sequences of a terminal among the texts; what a container tool writes before a line. */
export interface Wrapping {
  readonly styled?: true;
  readonly prefix?: PrefixKind;
}

/** A format file of the user's, validated. */
export interface CustomFormat {
  readonly name: string;
  readonly title?: string;
  readonly pattern?: string;
  readonly nginx?: string;
  readonly apache?: string;
  readonly time?: string;
  readonly multiline?: boolean;
  readonly fields?: {
    readonly [name: string]: {
      readonly type?: string;
      readonly unit?: string;
      readonly values?: string;
      readonly rename?: string;
    };
  };
  readonly samples?: readonly string[];
}

export interface Format {
  readonly name: string;
  /** For people: "Combined access log". */
  readonly title: string;
  /** Raised whenever the same bytes would give other fields; part of the stored index's key. */
  readonly version: number;
  /** New fields may appear anywhere in the file. */
  readonly open: boolean;
  /** Records are independent of what came before (no prescan). */
  readonly createPrescan?: (options: ParserOptions) => Prescan;
  /** What a prescan for years recognizes, so that it can be made for wrapped lines too. */
  readonly createYearProbe?: () => YearlessProbe;
  createParser(options: ParserOptions, context?: ParserContext): RecordParser;
  /** A level or status field that histograms are stacked by. */
  readonly stackBy: 'status' | 'level' | undefined;
}

export type { KeyedLines, LineSteps, RecordSteps };
