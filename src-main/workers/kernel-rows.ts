/**
 * Rows of an export by the kernel: it gets the columns of a segment, the texts of their dictionaries and the bytes of the
 * file, and writes cells that are sure. All others, and whole rows where that would not pay, are written by FieldRows,
 * its plain twin. Serves one export in one worker, whose columns and texts stay in memory from task to task.
 */
import { createCellForm } from '../engine/export/cell-form.ts';
import type { RowWriterOptions } from '../engine/export/row-writer-api.ts';
import { blockRows, ExportKernel, type RowForm, Stop } from '../kernels/export-kernel.ts';
import type { GrowingMemory } from '../kernels/growing-memory.ts';
import { Tag } from '../index/dictionary.ts';
import {
  numberAt,
  recordEnd,
  recordStart,
  type NarrowArray,
  type Segment,
  type SegmentData,
} from '../index/segment.ts';
import { EntryTexts } from './entry-texts.ts';
import {
  type CellSource,
  FieldRows,
  type FileBytes,
  needsRecord,
  type RowsWriter,
  type WriteFields,
  type WrittenRows,
} from './field-rows.ts';
import type { TaskContext, WorkerSourceState } from './source-state.ts';

/** Gaps up to this are read over, and at most so much is read at once. */
const largestHole = 64 << 10;
const largestRun = 4 << 20;
/** A longer record is left to plain code. */
const longestRecord = 16 << 20;
const outputBytes = 2 << 20;
/** Cells that are kept by entry, in all. */
const cellBytes = 4 << 20;
const minuteMs = 60_000;
/** Before, offsets of zones had seconds; from the year 10000 on texts of instants have another form. */
const firstInstant = Date.UTC(1973, 0);
const year10000 = Date.UTC(10_000, 0);

type Words = Uint8Array | Uint16Array | Uint32Array;

export class KernelRows implements RowsWriter {
  readonly #source: WorkerSourceState;
  readonly #options: RowWriterOptions;
  readonly #plain: FieldRows;
  readonly #kernel: ExportKernel;
  readonly #instant: (ms: number) => string;
  /** Columns in the order in which the kernel writes them. */
  readonly #columns: readonly number[];
  readonly #texts: EntryTexts;
  readonly #cells: CellMemory;
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #length = 0;
  #gone = 0;
  #segment: Segment | undefined;
  #data: SegmentData | undefined;
  #sources: readonly CellSource[] = [];
  #isPlain = false;
  /** Places of instants that the kernel writes by their minutes. */
  readonly #instants = new Set<number>();

  constructor(source: WorkerSourceState, request: WriteFields, module: WebAssembly.Module) {
    this.#source = source;
    this.#options = request.writer;
    this.#plain = new FieldRows(source, request);
    const form = createCellForm(request.writer);
    this.#columns = form.columns;
    this.#instant = form.instant;
    this.#kernel = new ExportKernel(module, rowForm(request.writer));
    this.#texts = new EntryTexts(this.#kernel.memory);
    this.#cells = new CellMemory(this.#kernel.memory);
  }

  /** Forgets what a task that was cancelled has left. */
  reset(): void {
    this.#pieces = [];
    this.#length = this.#gone = 0;
    this.#plain.take();
  }

  take(): WrittenRows {
    const [first] = this.#pieces;
    let bytes = first;
    if (this.#pieces.length !== 1) {
      bytes = new Uint8Array(this.#length);
      let at = 0;
      for (const piece of this.#pieces) {
        bytes.set(piece, at);
        at += piece.length;
      }
    }
    const gone = this.#gone;
    this.#pieces = [];
    this.#length = this.#gone = 0;
    return { bytes, gone };
  }

  write(segment: Segment, rows: readonly number[], context: TaskContext, ended?: (length: number) => void): void {
    this.#prepare(segment);
    if (this.#isPlain) {
      this.#writePlainly(segment, rows, context, ended);
      return;
    }
    const needsBytes = this.#columns.some((column) => needsRecord(this.#sources[column]));
    this.#kernel.beginOutput(outputBytes);
    for (let from = 0; from < rows.length;) {
      const to = needsBytes ? endOfRun(segment, rows, from) : rows.length;
      const base = recordStart(segment, rows[from]);
      const end = needsBytes ? recordEnd(segment, rows[to - 1]) : base;
      const { at, target } = this.#kernel.room(Math.min(end - base, longestRecord));
      const bytes = needsBytes ? this.#source.readInto(segment, target, base) : target;
      // Longer than there is room, or gone.
      if (bytes.length < end - base) {
        this.#flush();
        this.#writePlainly(segment, rows.slice(from, to), context, ended);
      } else this.#writeRun(segment, rows, from, to, { bytes, base }, at, context, ended);
      from = to;
    }
    this.#flush();
  }

  #writeRun(
    segment: Segment,
    rows: readonly number[],
    from: number,
    to: number,
    file: FileBytes,
    fileAt: number,
    context: TaskContext,
    ended?: (length: number) => void,
  ): void {
    const kernel = this.#kernel;
    const { offsets, lines } = segment;
    const shift = segment.base - file.base + fileAt;
    for (let at = from; at < to; at += blockRows) {
      context.beat();
      const count = Math.min(blockRows, to - at);
      const block = kernel.beginBlock();
      for (let k = 0; k < count; k++) {
        const row = rows[at + k];
        block.rows[k] = row;
        block.records[k] = offsets[row] + shift;
        block.lines[k] = lines === undefined ? row : lines[row];
      }
      kernel.findEntries(count);
      let told = 0;
      for (let stop = kernel.write(count); ; stop = kernel.write(count)) {
        if (ended !== undefined) {
          for (; told < kernel.row; told++) ended(this.#length + kernel.end(told) - kernel.outStart);
        }
        if (stop === Stop.done) break;
        if (stop === Stop.isFull && kernel.out > kernel.outStart) this.#flush();
        else this.#writeCell(segment, rows[at + kernel.row], file);
      }
    }
  }

  /** The cell that the kernel stopped before. */
  #writeCell(segment: Segment, row: number, file: FileBytes): void {
    const kernel = this.#kernel;
    const place = kernel.column;
    const column = this.#columns[place];
    const source = this.#sources[column];
    if (source.kind === 'number' && this.#instants.has(place) && this.#setMinute(place, numberAt(source.column, row)))
      return;
    const { writer } = this.#plain;
    const before = writer.length;
    this.#plain.cell(column, source, segment, row, file);
    const length = writer.length - before;
    if (length > kernel.outEnd - kernel.out) {
      // May be longer than all of the output.
      this.#flush();
      const cell = new Uint8Array(length);
      writer.moveTo(cell, 0, before);
      this.#add(cell);
      kernel.skipCell(kernel.out);
      return;
    }
    const at = kernel.out;
    writer.moveTo(kernel.memory.bytes, at, before);
    kernel.skipCell(at + length);
    const code = this.#codeOf(source, row);
    const kept = code === undefined ? 0 : this.#cells.keep(column, this.#keyOf(source, code), at, length);
    if (code !== undefined && kept !== 0) kernel.setCell(place, code, kept, length);
  }

  /** The code by which the kernel looks up the row's cell; undefined where it does not. */
  #codeOf(source: CellSource, row: number): number | undefined {
    if (source.kind === 'number' && isSmall(source)) return source.column.values[row];
    return source.kind === 'dictionary' && source.cells !== undefined && isWords(source.column.codes)
      ? source.column.codes[row]
      : undefined;
  }

  /** What stands for the value of a code in all segments. */
  #keyOf(source: CellSource, code: number): CellKey {
    if (code === 0) return 'absent';
    if (source.kind === 'dictionary') return source.column.ids[code - 1];
    return source.kind === 'number' ? `${source.column.base + code - 1}` : 'absent';
  }

  /** Sets the minute that an instant is in; false where seconds cannot be put into its text. */
  #setMinute(place: number, ms: number): boolean {
    const from = ms - (ms % minuteMs);
    const cell = this.#instant(from);
    const digits = cell.lastIndexOf('.') - 2;
    const last = cell.slice(0, Math.max(0, digits)) + '59.999' + cell.slice(digits + 6);
    if (cell.slice(digits, digits + 6) !== '00.000' || this.#instant(from + minuteMs - 1) !== last) return false;
    return this.#kernel.setMinute(place, from, Buffer.from(cell), digits);
  }

  /** Gives the kernel the columns of a segment, unless it has them. */
  #prepare(segment: Segment): void {
    if (this.#segment === segment && this.#data === segment.data && !this.#texts.hasGrown) return;
    this.#segment = segment;
    this.#data = segment.data;
    this.#sources = this.#plain.sources(segment);
    this.#kernel.beginSegment();
    this.#instants.clear();
    this.#isPlain = false;
    this.#columns.forEach((column, place) => this.#setColumn(place, column, this.#sources[column]));
    this.#kernel.endSegment(segment.firstLine);
  }

  #setColumn(place: number, column: number, source: CellSource): void {
    const kernel = this.#kernel;
    kernel.setUnsure(place);
    switch (source.kind) {
      case 'absent':
        kernel.setAbsent(place);
        return;
      case 'number':
        this.#setNumbers(place, column, source);
        return;
      case 'dictionary': {
        const { codes, ids, tags } = source.column;
        if (!isWords(codes)) return;
        if (source.cells !== undefined) {
          this.#setCells(place, column, source, codes, ids.length);
          return;
        }
        const dictionary = this.#source.dictionary(source.column.field);
        const entries =
          tags === 1 << Tag.text && dictionary !== undefined ? this.#texts.addressOf(dictionary) : undefined;
        // Looking texts up one by one would be slower than what plain code does.
        if (entries === undefined) this.#isPlain = true;
        else kernel.setEntries(place, codes, ids, entries);
        return;
      }
      case 'span': {
        const { starts, lengths, absent, parseAgain } = source.column;
        if (isWords(starts) && isWords(lengths)) kernel.setSpans(place, starts, lengths, absent, parseAgain);
        return;
      }
      case 'record':
        return;
    }
  }

  #setNumbers(place: number, column: number, source: NumberSource): void {
    const { values, base, min, max, whole } = source.column;
    const { type } = this.#options.fields[column];
    if (!isWords(values) || !whole || !Number.isSafeInteger(base) || !(min <= max)) return;
    if (type === 'instant' && base >= firstInstant && max < year10000) {
      this.#instants.add(place);
      this.#kernel.setInstants(place, values, base);
    } else if (isSmall(source)) {
      this.#setCells(place, column, source, values, max - base + 1);
    } else if (type !== 'instant' && type !== 'level' && source.field?.type !== 'boolean' && base >= 0) {
      this.#kernel.setNumbers(place, values, base);
    }
  }

  /** Cells by code, from 0 to `codes`; those that are not known yet are asked for. */
  #setCells(place: number, column: number, source: CellSource, values: Words, codes: number): void {
    const cells = new Uint32Array(2 * (codes + 1));
    for (let code = 0; code <= codes; code++) {
      const known = this.#cells.get(column, this.#keyOf(source, code));
      if (known !== undefined) cells.set(known, code * 2);
    }
    this.#kernel.setCells(place, values, cells);
  }

  #writePlainly(
    segment: Segment,
    rows: readonly number[],
    context: TaskContext,
    ended?: (length: number) => void,
  ): void {
    const before = this.#length;
    this.#plain.write(segment, rows, context, ended && ((length) => ended(before + length)));
    const { bytes, gone } = this.#plain.take();
    this.#add(bytes);
    this.#gone += gone;
  }

  /** Takes the output out of the kernel's memory. */
  #flush(): void {
    const kernel = this.#kernel;
    if (kernel.out > kernel.outStart)
      this.#add(new Uint8Array(kernel.memory.bytes.subarray(kernel.outStart, kernel.out)));
    kernel.beginOutput(outputBytes);
  }

  #add(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.length === 0) return;
    this.#pieces.push(bytes);
    this.#length += bytes.length;
  }
}

type NumberSource = Extract<CellSource, { kind: 'number' }>;

/** Whole numbers of so few values that each has a cell. */
const isSmall = ({ column: { values, whole, base } }: NumberSource): boolean =>
  values instanceof Uint8Array && whole && Number.isSafeInteger(base);

const isWords = (values: NarrowArray): values is Words => !(values instanceof Float64Array);

/** How many rows from `from` on are read at once: the end of them. */
function endOfRun(segment: Segment, rows: readonly number[], from: number): number {
  const base = recordStart(segment, rows[from]);
  let end = recordEnd(segment, rows[from]);
  let to = from + 1;
  for (; to < rows.length; to++) {
    const next = recordEnd(segment, rows[to]);
    if (recordStart(segment, rows[to]) - end > largestHole || next - base > largestRun) break;
    end = next;
  }
  return to;
}

/** An entry's id, the text of a number, or no value. */
type CellKey = number | string;

/** Cells as they were written, by column and value. */
class CellMemory {
  readonly #memory: GrowingMemory;
  /** By column: address and length of each value's cell. */
  readonly #known = new Map<number, Map<CellKey, readonly [number, number]>>();
  #at: number;
  #left = cellBytes;

  constructor(memory: GrowingMemory) {
    this.#memory = memory;
    this.#at = memory.take(cellBytes);
  }

  get(column: number, key: CellKey): readonly [number, number] | undefined {
    return this.#known.get(column)?.get(key);
  }

  /** Copies a cell; where it lies then, 0 when there is no room. */
  keep(column: number, key: CellKey, from: number, length: number): number {
    if (length > this.#left) return 0;
    const at = this.#at;
    this.#memory.bytes.copyWithin(at, from, from + length);
    this.#at += length;
    this.#left -= length;
    let known = this.#known.get(column);
    if (known === undefined) this.#known.set(column, (known = new Map()));
    known.set(key, [at, length]);
    return at;
  }
}

const utf8 = (text: string): Uint8Array => Buffer.from(text);

function rowForm(options: RowWriterOptions): RowForm {
  const { columns, before, absent, rowEnd, lineStart = '', mark, rules } = createCellForm(options);
  const care = utf8(rules.care);
  return {
    before: columns.map((column) => utf8(before[column])),
    absent: columns.map((column) => utf8(absent[column])),
    rowEnd: utf8(rowEnd),
    lineStart: utf8(lineStart),
    special: [care[0], care[1] ?? care[0], care[2] ?? care[0], care[3] ?? care[0]],
    below: rules.below,
    mark: mark === '' ? 0 : mark.charCodeAt(0),
    quotes: rules.quotes,
    escapes: new Map([...rules.escapes].map(([from, to]) => [from.charCodeAt(0), utf8(to)])),
    formulas: utf8(rules.formulas),
  };
}
