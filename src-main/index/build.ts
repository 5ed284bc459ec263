/**
 * Turns a byte range of a source into segments: groups lines into records, has the format parse them and the column
 * builders store them. Runs in index workers; knows bytes and formats, not files or threads.
 *
 * A record belongs to the range in which its first line starts; the pass reads on beyond the range to complete its
 * last record, and where the range may begin in the middle of a record it first skips to where one starts. What was
 * covered is reported as [startedAt, endedAt); whoever cuts ranges checks that they meet and fills any hole.
 */
import {
  LineKind,
  type Format,
  type FormatField,
  type ParserContext,
  type ParserOptions,
  type RecordParser,
} from '../formats/index.ts';
import { ColumnBuilder, pack } from './column-builder.ts';
import type { LocalEntries } from './dictionary.ts';
import { LineBuffer, longestLine, type ReadBytes } from './line-buffer.ts';
import { batchRows, RowTable } from './row-table.ts';
import { type ColumnData, maxSegmentRecords, SegmentLayout, type SegmentData } from './segment.ts';

export interface BuildRange {
  readonly from: number;
  readonly to: number;
  /** Bytes of the source that may be read: its size, or less while it grows. */
  readonly limit: number;
  /** Nothing will follow `limit`: the last line and record are complete. */
  readonly final: boolean;
  /** A line is known to start at `from`, and no record before it is still open. */
  readonly exact: boolean;
  readonly context?: ParserContext;
}

export interface BuildOptions {
  readonly chunkBytes: number;
  readonly segmentRecords: number;
  /** Key of the hashes, the same for a whole source. */
  readonly seed: number;
}

export interface BuiltSegment {
  readonly data: SegmentData;
  readonly fields: readonly FormatField[];
  readonly entries: readonly LocalEntries[];
}

export interface BuildResult {
  /** Source offsets: the pass covered [startedAt, endedAt). */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Lines in there, of all kinds. */
  readonly lines: number;
  readonly blank: number;
  readonly headerLines: number;
  readonly overlong: number;
  /** What a parser has to know that goes on at `endedAt`. */
  readonly context?: ParserContext;
}

/** A segment of long records ends here, so that its offsets stay 32 bits wide and a scan of it stays short. */
const mostSegmentBytes = 32 << 20;

/** How many lines pass between two looks at `stopped`. */
const linesBetweenChecks = 2048;

/** Indexes one range. Calls `emit` for each segment in order, with line numbers counted from the range's start. */
export function buildRange(
  format: Format,
  parserOptions: ParserOptions,
  range: BuildRange,
  options: BuildOptions,
  read: ReadBytes,
  emit: (segment: BuiltSegment) => void,
  stopped: () => boolean,
): BuildResult {
  const parser = format.createParser(parserOptions, range.context);
  const segments = new SegmentBuilder(parser, parserOptions.encoding, options, emit);
  const lines = new LineBuffer(read, range.from, range.limit, options.chunkBytes, () => segments.flush(lines));
  let skipping = !range.exact && range.from > 0;
  if (skipping) lines.skipToLineStart();

  let startedAt = -1;
  let lineCount = 0;
  let blank = 0;
  let headerLines = 0;
  let overlong = 0;

  // The open record: positions in the buffer, which move with it. `stored`: its row is already written, because it is
  // over-long or because the format has no continuation lines.
  let open = false;
  let stored = false;
  let recordStart = 0;
  let firstEnd = 0;
  let recordLine = 0;

  const store = (end: number): void => {
    segments.addRecord(lines, recordStart, firstEnd, end, recordLine, false);
    stored = true;
  };
  let endedAt = -1;
  let lastEnd = 0;
  for (let untilCheck = linesBetweenChecks; ;) {
    if (--untilCheck === 0) {
      untilCheck = linesBetweenChecks;
      if (stopped()) break;
    }
    lines.keepFrom = open && !stored ? recordStart : lines.next;
    lines.moved = 0;
    const more = lines.advance(range.final);
    if (lines.moved !== 0) {
      recordStart -= lines.moved;
      firstEnd -= lines.moved;
      lastEnd -= lines.moved;
    }
    if (!more) {
      if (range.final || stored || !open) {
        if (open && !stored) store(lastEnd);
        endedAt = lines.base + lines.next;
      } else {
        endedAt = lines.base + recordStart;
        lineCount = recordLine;
      }
      break;
    }
    const { bytes, start, end } = lines;
    let kind: LineKind = parser.classify(bytes, start, end, open || skipping);
    if (skipping) {
      if (kind === LineKind.continuation) {
        if (lines.offset < range.to) continue;
        startedAt = endedAt = lines.offset;
        break;
      }
      skipping = false;
    }
    if (lines.offset >= range.to && (kind !== LineKind.continuation || !open)) {
      if (open && !stored) store(lastEnd);
      endedAt = lines.offset;
      break;
    }
    if (startedAt < 0) startedAt = lines.offset;
    // Before the first record there is nothing to continue: such a line is a record of its own, kept as raw text.
    const leading = kind === LineKind.continuation && !open;
    if (leading) kind = start === end ? LineKind.blank : LineKind.record;
    if (kind === LineKind.continuation) {
      lineCount++;
      lastEnd = end;
      if (!stored && (lines.cut || end - recordStart > longestLine)) {
        store(end);
        overlong++;
      }
      continue;
    }
    if (open && !stored) store(lastEnd);
    open = false;
    segments.closeRecord(lines.offset);
    if (kind === LineKind.blank) blank++;
    else if (kind === LineKind.header) {
      headerLines++;
      segments.contextChanged(lines);
    } else if (leading) {
      segments.addRecord(lines, start, end, end, lineCount, true);
    } else {
      open = parser.multiline;
      stored = false;
      recordStart = start;
      firstEnd = lastEnd = end;
      recordLine = lineCount;
      if (!open || lines.cut) {
        store(end);
        if (lines.cut) overlong++;
      }
    }
    lineCount++;
  }
  if (endedAt < 0) endedAt = lines.offset;
  segments.closeRecord(endedAt);
  segments.finish(lines);
  const context = parser.context();
  return {
    startedAt: startedAt < 0 ? endedAt : startedAt,
    endedAt,
    lines: lineCount,
    blank,
    headerLines,
    overlong,
    ...(context === undefined ? {} : { context }),
  };
}

/** Collects records into segments. */
class SegmentBuilder {
  readonly #parser: RecordParser;
  readonly #encoding: string;
  readonly #options: BuildOptions;
  readonly #emit: (segment: BuiltSegment) => void;
  readonly #capacity: number;
  readonly #table = new RowTable();
  readonly #columns: ColumnBuilder[] = [];
  readonly #offsets: Float64Array;
  readonly #lines: Uint32Array;
  readonly #unparsed: Uint32Array;
  #unparsedCount = 0;
  #gapRows: number[] = [];
  #gapEnds: number[] = [];
  #rows = 0;
  #base = 0;
  #lineBase = 0;
  #context: string | undefined;
  /** Source offset where the last record ended, -1 while it has not. */
  #closedAt = -1;
  #isEveryLineARecord = true;

  constructor(parser: RecordParser, encoding: string, options: BuildOptions, emit: (segment: BuiltSegment) => void) {
    this.#parser = parser;
    this.#encoding = encoding;
    this.#options = options;
    this.#emit = emit;
    this.#capacity = Math.min(options.segmentRecords, maxSegmentRecords);
    this.#offsets = new Float64Array(this.#capacity);
    this.#lines = new Uint32Array(this.#capacity);
    this.#unparsed = new Uint32Array((this.#capacity + 31) >>> 5);
    this.#context = contextText(parser);
  }

  addRecord(lines: LineBuffer, start: number, firstEnd: number, end: number, line: number, leading: boolean): void {
    const offset = lines.base + start;
    if (this.#rows === this.#capacity || (this.#rows > 0 && offset - this.#base > mostSegmentBytes)) this.finish(lines);
    const row = this.#rows;
    if (row === 0) {
      this.#base = offset;
      this.#lineBase = line;
      this.#context = contextText(this.#parser);
    } else if (this.#closedAt >= 0 && this.#closedAt !== offset) {
      this.#gapRows.push(row - 1);
      this.#gapEnds.push(this.#closedAt - this.#base);
    }
    this.#closedAt = -1;
    const relativeLine = line - this.#lineBase;
    this.#offsets[row] = offset - this.#base;
    this.#lines[row] = relativeLine;
    if (relativeLine !== row) this.#isEveryLineARecord = false;
    const table = this.#table;
    table.recordStarts[table.row] = start;
    if (leading || !this.#parser.parse(lines.bytes, start, firstEnd, Math.min(end, start + longestLine), table)) {
      if (!leading) table.rollback();
      this.#unparsed[row >>> 5] |= 1 << (row & 31);
      this.#unparsedCount++;
    }
    this.#rows++;
    if (++table.row === batchRows) this.flush(lines);
  }

  /** Says where the last record ends, if that is not known yet. */
  closeRecord(offset: number): void {
    if (this.#rows > 0 && this.#closedAt < 0) this.#closedAt = offset;
  }

  /** A header line was read: what follows may need another context than this segment has. */
  contextChanged(lines: LineBuffer): void {
    if (this.#rows > 0 && contextText(this.#parser) !== this.#context) this.finish(lines);
  }

  /** Moves the staged cells to the columns; must come before the buffer moves. */
  flush(lines: LineBuffer): void {
    const table = this.#table;
    if (table.row === 0) return;
    const before = this.#rows - table.row;
    const { fields } = this.#parser;
    for (let at = this.#columns.length; at < fields.length; at++) {
      this.#columns.push(new ColumnBuilder(fields[at], this.#capacity, this.#options.seed, this.#encoding));
    }
    for (let at = 0; at < table.columns.length; at++) {
      this.#columns[at].append(table.columns[at], table.row, before, lines.bytes, lines.view, table.recordStarts);
    }
    table.clear();
  }

  finish(lines: LineBuffer): void {
    this.flush(lines);
    const rows = this.#rows;
    if (rows === 0) return;
    const layout = new SegmentLayout();
    const end = this.#closedAt >= 0 ? this.#closedAt : lines.offset;
    const wide = end - this.#base > 0xffffffff;
    const offsets = wide
      ? layout.add('f64', this.#offsets.slice(0, rows), rows)
      : layout.add('u32', Uint32Array.from(this.#offsets.subarray(0, rows)), rows);
    const lineSlice = this.#isEveryLineARecord ? undefined : pack(this.#lines, rows, this.#lines[rows - 1], layout);
    const gaps = this.#gapRows.length;
    const gapRows = gaps === 0 ? undefined : layout.add('u32', Uint32Array.from(this.#gapRows), gaps);
    const gapEnds = gaps === 0 ? undefined : layout.add('f64', Float64Array.from(this.#gapEnds), gaps);
    const words = (rows + 31) >>> 5;
    const unparsed = this.#unparsedCount === 0 ? undefined : layout.add('u32', this.#unparsed.slice(0, words), words);
    const columns: ColumnData[] = [];
    const entries: LocalEntries[] = [];
    for (const column of this.#columns) {
      const finished = column.finish(rows, layout);
      if (finished === undefined) continue;
      columns.push(finished.data);
      if (finished.entries !== undefined) entries.push(finished.entries);
    }
    this.#emit({
      data: {
        rows,
        base: this.#base,
        end,
        lineBase: this.#lineBase,
        offsets,
        lines: lineSlice,
        gapRows,
        gapEnds,
        unparsed,
        unparsedCount: this.#unparsedCount,
        columns,
        context: this.#context,
        buffer: layout.allocate(),
      },
      fields: [...this.#parser.fields],
      entries,
    });
    this.#rows = 0;
    this.#unparsed.fill(0);
    this.#unparsedCount = 0;
    this.#gapRows = [];
    this.#gapEnds = [];
    this.#closedAt = -1;
    this.#isEveryLineARecord = true;
  }
}

function contextText(parser: RecordParser): string | undefined {
  const context = parser.context();
  return context === undefined ? undefined : JSON.stringify(context);
}
