/**
 * Collects the records of one pass into segments: stages what the parser finds, has it moved column by column, and
 * lays finished columns out in shared memory. Called by build.ts, in index workers and for the head of a file.
 */
import type { FormatField, RecordParser } from '../formats/index.ts';
import { KeyedKernel } from '../kernels/keyed-kernel.ts';
import { takeWords } from '../kernels/kernel-memory.ts';
import { LineKernel } from '../kernels/line-kernel.ts';
import { RecordKernel } from '../kernels/record-kernel.ts';
import type { BuildOptions, BuiltSegment } from './build.ts';
import { ColumnBuilder } from './column-builder.ts';
import { type BuildMemory, ColumnDictionary } from './column-dictionary.ts';
import { pack } from './column-pack.ts';
import { Tag } from './dictionary.ts';
import { type LineBuffer, longestLine } from './line-buffer.ts';
import { RowTable } from './row-table.ts';
import { type ColumnData, maxSegmentRecords, SegmentLayout } from './segment.ts';

/** A segment of long records ends here, so that its offsets stay 32 bits wide and a scan of it stays short. */
const mostSegmentBytes = 32 << 20;

/** Reads bytes into staged rows: `next` is where it stopped, `lines` how many lines it read, if not one for each row. */
interface RowsKernel {
  readonly next: number;
  readonly lines?: number;
  read(from: number, before: number, filled: number, row: number, lastRow: number): number;
}

export class SegmentBuilder {
  readonly #parser: RecordParser;
  readonly #encoding: string;
  readonly #options: BuildOptions;
  readonly #emit: (segment: BuiltSegment) => void;
  readonly #capacity: number;
  readonly #table: RowTable;
  readonly #memory: BuildMemory;
  /** Scratch of the kernels, 16 bytes a staged row. */
  readonly #ahead: number;
  readonly #lineKernel: RowsKernel | undefined;
  readonly #recordKernel: RowsKernel | undefined;
  /** Source offset of the first line that takeLines took at its last call. */
  firstTaken = -1;
  /** Source offset of the line before which takeRecords stopped at its last call. */
  stoppedAt = -1;
  readonly #columns: ColumnBuilder[] = [];
  /** The file's name, where it is a column. */
  #file: ColumnDictionary | undefined;
  /** Relative to the base: mostSegmentBytes at most. */
  readonly #offsets: Uint32Array;
  /** Only kept once a record is not on the line of its number. */
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

  constructor(
    parser: RecordParser,
    encoding: string,
    options: BuildOptions,
    emit: (segment: BuiltSegment) => void,
    memory: BuildMemory,
  ) {
    this.#memory = memory;
    const { kernels } = memory;
    this.#table = new RowTable(kernels);
    this.#ahead = kernels?.take(this.#table.capacity * 16) ?? 0;
    this.#parser = parser;
    this.#encoding = encoding;
    this.#options = options;
    this.#emit = emit;
    this.#capacity = Math.min(options.segmentRecords, maxSegmentRecords);
    this.#offsets = takeWords(kernels, this.#capacity);
    this.#lines = new Uint32Array(this.#capacity);
    this.#unparsed = new Uint32Array((this.#capacity + 31) >>> 5);
    this.#context = contextText(parser);
    if (kernels === undefined) return;
    const { records, lines, keyed, multiline, fields } = parser;
    const table = this.#table;
    if (records !== undefined || lines !== undefined) table.ensure(fields.length);
    const ofKeys = keyed === undefined ? undefined : KeyedKernel.create(kernels, keyed, table, options.seed);
    if (records !== undefined) this.#recordKernel = RecordKernel.create(kernels, records, fields.length, table);
    else if (keyed?.cells !== undefined) this.#recordKernel = ofKeys;
    else if (multiline) return;
    else if (lines !== undefined) this.#lineKernel = LineKernel.create(kernels, lines, fields.length, table);
    else this.#lineKernel = ofKeys;
  }

  /** A kernel reads this format's lines. */
  get readsLines(): boolean {
    return this.#lineKernel !== undefined;
  }

  /**
   * Has the kernel read complete lines from lines.next on that begin before source offset `to`, of which the first is
   * line number `line`. Returns how many; it stops where the buffer ends and before a line that it is not sure about.
   */
  takeLines(lines: LineBuffer, to: number, line: number, stopped: () => boolean): number {
    const kernel = this.#lineKernel;
    if (kernel === undefined || !lines.isOpenToKernels) return 0;
    const offset = lines.base + lines.next;
    const taken = this.#take(kernel, lines, lines.next, to, line, stopped);
    if (taken > 0) this.firstTaken = offset;
    return taken;
  }

  /** A kernel reads this format's records of several lines. */
  get readsRecords(): boolean {
    return this.#recordKernel !== undefined;
  }

  /**
   * As takeLines, but of records from the current line on, which begins one. Returns how many lines they have; what
   * follows them begins a record.
   */
  takeRecords(lines: LineBuffer, to: number, line: number, stopped: () => boolean): number {
    const kernel = this.#recordKernel;
    if (kernel === undefined || !lines.isOpenToKernels) return 0;
    const taken = this.#take(kernel, lines, lines.start, to, line, stopped);
    this.stoppedAt = lines.base + (taken > 0 ? lines.next : lines.start);
    return taken;
  }

  #take(
    kernel: RowsKernel,
    lines: LineBuffer,
    start: number,
    to: number,
    line: number,
    stopped: () => boolean,
  ): number {
    const table = this.#table;
    let taken = 0;
    let from = start;
    for (let goesOn = true; goesOn && !stopped();) {
      const offset = lines.base + from;
      this.closeRecord(offset);
      if (this.#rows === this.#capacity) this.finish(lines);
      const base = this.#rows === 0 ? offset : this.#base;
      const before = Math.min(lines.filled, to - lines.base, base + mostSegmentBytes + 1 - lines.base);
      const lastRow = Math.min(table.capacity, table.row + this.#capacity - this.#rows);
      const first = table.row;
      const reached = kernel.read(from, before, lines.filled, first, lastRow);
      if (reached === first) break;
      this.#place(offset, line + taken);
      this.#addTaken(
        first,
        reached,
        lines.base - this.#base,
        line + taken - this.#lineBase,
        kernel.lines !== undefined,
      );
      taken += kernel.lines ?? reached - first;
      from = kernel.next;
      lines.passTo(from);
      goesOn = reached === lastRow;
      if (reached === table.capacity) this.flush(lines);
    }
    return taken;
  }

  /** Counts staged rows [first, reached) as records of the segment; `shift` and `line` are relative to it. */
  #addTaken(first: number, reached: number, shift: number, line: number, hasLines: boolean): void {
    const rows = this.#rows;
    const until = rows + reached - first;
    const { recordStarts, recordLines } = this.#table;
    const offsets = this.#offsets;
    for (let row = rows, staged = first; row < until; row++, staged++) offsets[row] = recordStarts[staged] + shift;
    const last = line + (hasLines ? recordLines[reached - 1] : reached - 1 - first);
    if (last !== until - 1) this.#keepLines();
    if (!this.#isEveryLineARecord) {
      const lines = this.#lines;
      for (let row = rows, staged = first; row < until; row++, staged++) {
        lines[row] = line + (hasLines ? recordLines[staged] : row - rows);
      }
    }
    this.#table.row = reached;
    this.#rows = until;
  }

  /** So far, every record was on the line of its number. */
  #keepLines(): void {
    if (!this.#isEveryLineARecord) return;
    this.#isEveryLineARecord = false;
    for (let row = 0; row < this.#rows; row++) this.#lines[row] = row;
  }

  addRecord(lines: LineBuffer, start: number, firstEnd: number, end: number, line: number, leading: boolean): void {
    const offset = lines.base + start;
    if (this.#rows === this.#capacity || (this.#rows > 0 && offset - this.#base > mostSegmentBytes)) this.finish(lines);
    const row = this.#rows;
    this.#place(offset, line);
    this.#offsets[row] = offset - this.#base;
    if (!this.#isEveryLineARecord) this.#lines[row] = line - this.#lineBase;
    const table = this.#table;
    table.recordStarts[table.row] = start;
    if (leading || !this.#parser.parse(lines.bytes, start, firstEnd, Math.min(end, start + longestLine), table)) {
      if (!leading) table.rollback();
      this.#unparsed[row >>> 5] |= 1 << (row & 31);
      this.#unparsedCount++;
    }
    this.#rows++;
    if (++table.row === table.capacity) this.flush(lines);
  }

  /** Prepares for a record that begins at `offset`, as line number `line`: begins a segment, or notes a gap. */
  #place(offset: number, line: number): void {
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
    if (line - this.#lineBase !== row) this.#keepLines();
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
      this.#columns.push(
        new ColumnBuilder(fields[at], this.#capacity, this.#options.seed, this.#encoding, this.#memory),
      );
    }
    // Kernels know only the buffer that lies in their memory.
    const ahead = lines.isOpenToKernels ? this.#ahead : 0;
    const { bytes, view } = lines;
    for (let at = 0; at < table.columns.length; at++) {
      this.#columns[at].append(table.columns[at], table.row, before, bytes, view, table.recordStarts, ahead);
    }
    table.clear();
  }

  finish(lines: LineBuffer): void {
    this.flush(lines);
    const rows = this.#rows;
    if (rows === 0) return;
    const layout = new SegmentLayout();
    const end = this.#closedAt >= 0 ? this.#closedAt : lines.offset;
    const offsets = layout.add('u32', this.#offsets, rows);
    const lineSlice = this.#isEveryLineARecord ? undefined : pack(this.#lines, rows, this.#lines[rows - 1], layout);
    const gaps = this.#gapRows.length;
    const gapRows = gaps === 0 ? undefined : layout.add('u32', Uint32Array.from(this.#gapRows), gaps);
    const gapEnds = gaps === 0 ? undefined : layout.add('f64', Float64Array.from(this.#gapEnds), gaps);
    const words = (rows + 31) >>> 5;
    const unparsed = this.#unparsedCount === 0 ? undefined : layout.add('u32', this.#unparsed.slice(0, words), words);
    const columns: ColumnData[] = [];
    for (const column of this.#columns) {
      const finished = column.finish(rows, layout);
      if (finished !== undefined) columns.push(finished);
    }
    const file = this.#fileColumn(rows, layout);
    if (file !== undefined) columns.push(file);
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
      fields: [...this.#parser.fields, ...(file === undefined ? [] : [fileField])],
    });
    this.#rows = 0;
    this.#unparsed.fill(0);
    this.#unparsedCount = 0;
    this.#gapRows = [];
    this.#gapEnds = [];
    this.#closedAt = -1;
    this.#isEveryLineARecord = true;
  }

  /** A column of one value, so that records can be counted and told apart by their file as by any other field. */
  #fileColumn(rows: number, layout: SegmentLayout): ColumnData | undefined {
    const { file, seed } = this.#options;
    if (file === undefined) return undefined;
    const dictionary = (this.#file ??= new ColumnDictionary(fileField.name, seed, 'utf-8', this.#memory));
    dictionary.clear();
    if (dictionary.addText(file, Tag.text) === 0) return undefined;
    const { ids, count, tags } = dictionary;
    const codes = layout.add('u8', new Uint8Array(rows).fill(1), rows);
    return { kind: 'dictionary', field: fileField.name, nulls: 0, codes, ids: layout.add('u32', ids, count), tags };
  }
}

const fileField: FormatField = { name: '_file', type: 'text', values: 'few' };

function contextText(parser: RecordParser): string | undefined {
  const context = parser.context();
  return context === undefined ? undefined : JSON.stringify(context);
}
