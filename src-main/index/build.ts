/**
 * Turns a byte range of a source into segments: groups lines into records, has the format parse them and the column
 * builders store them. Runs in index workers; knows bytes and formats, not files or threads.
 *
 * A record belongs to the range in which its first line starts; the pass reads on beyond the range to complete its
 * last record, and where the range may begin in the middle of a record it first skips to where one starts. What was
 * covered is reported as [startedAt, endedAt); whoever cuts ranges checks that they meet and fills any hole.
 */
import { LineKind, type Format, type FormatField, type ParserContext, type ParserOptions } from '../formats/index.ts';
import type { BuildMemory } from './column-dictionary.ts';
import { LineBuffer, longestLine, type ReadBytes } from './line-buffer.ts';
import { SegmentBuilder } from './segment-builder.ts';
import type { SegmentData } from './segment.ts';

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
  /** Name of the file, as a column, where several are one source. */
  readonly file?: string;
}

export interface BuiltSegment {
  readonly data: SegmentData;
  readonly fields: readonly FormatField[];
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

/** How many lines pass between two looks at `stopped`. */
const linesBetweenChecks = 2048;

/** A line or a file's end takes up the whole range. */
const nothingIn = ({ to }: BuildRange): BuildResult => ({
  startedAt: to,
  endedAt: to,
  lines: 0,
  blank: 0,
  headerLines: 0,
  overlong: 0,
});

/**
 * Indexes one range. Calls `emit` for each segment in order, with line numbers counted from the range's start. Where
 * the memory has kernels, they do what they can of it, with equal results; it is used by one pass at a time.
 */
export function buildRange(
  format: Format,
  parserOptions: ParserOptions,
  range: BuildRange,
  options: BuildOptions,
  read: ReadBytes,
  emit: (segment: BuiltSegment) => void,
  stopped: () => boolean,
  memory: BuildMemory,
): BuildResult {
  const { kernels } = memory;
  kernels?.reset();
  const parser = format.createParser(parserOptions, range.context);
  const segments = new SegmentBuilder(parser, parserOptions.encoding, options, emit, memory);
  const flush = (): void => segments.flush(lines);
  const lines = new LineBuffer(read, range.from, range.limit, options.chunkBytes, flush, kernels?.chunk);
  let skipping = !range.exact && range.from > 0;
  if (skipping && !lines.skipToLineStart(range.to)) return nothingIn(range);

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
    if (segments.readsLines && !skipping) {
      const taken = segments.takeLines(lines, range.to, lineCount, stopped);
      if (taken > 0 && startedAt < 0) startedAt = segments.firstTaken;
      lineCount += taken;
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
    if (kind === LineKind.record && !leading && segments.readsRecords && segments.stoppedAt !== lines.offset) {
      const taken = segments.takeRecords(lines, range.to, lineCount, stopped);
      lineCount += taken;
      if (taken > 0) continue;
    }
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
