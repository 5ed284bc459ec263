/**
 * Builds one column of a segment from staged cells, in the narrowest form that holds what came.
 *
 * A column starts by what its first values are: numbers stay numbers until something else appears (then they become
 * tagged dictionary entries), texts are dictionary codes until they turn out to be mostly distinct (then they are
 * spans into the file). A value that has no span of its own is read again from its record when needed.
 */
import type { Value } from '../../src-shared/model/value.ts';
import { decodeEscapes, type FormatField } from '../formats/index.ts';
import { type KernelMemory, takeDoubles, takeWords } from '../kernels/kernel-memory.ts';
import {
  type BuildMemory,
  type CodeTargets,
  ColumnDictionary,
  dictionaryBytesLimit,
  longestEntry,
} from './column-dictionary.ts';
import { Tag, tagOf, textOf } from './dictionary.ts';
import { absentSpan, type CellColumn, CellKind, parseAgainSpan } from './row-table.ts';
import { addNarrow, lastStart, longestSpan, pack, typeOf } from './column-pack.ts';
import type { ColumnData, SegmentLayout, Slice } from './segment.ts';

/** A dictionary with more distinct values than this share of its records gives way to spans... */
const distinctShare = 0.98;
/**
 * ...where more than one record in so many has a value: few texts take little memory, and finding them in the file
 * takes reading all of it (frames of exceptions, ids of traces).
 */
const sparse = 8;
/**
 * That is looked at after so many records and at the end, so that it does not depend on how cells were staged.
 * A path column with 200,000 distinct values stays a dictionary.
 */
const rowsBeforeGivingUp = 32_768;

type Mode = 'empty' | 'number' | 'dictionary' | 'span';

/** Least and greatest number; how many cells had none, and whether any was not whole. */
interface NumberState {
  readonly kernels: KernelMemory;
  readonly bounds: Float64Array;
  readonly counts: Uint32Array;
}

export class ColumnBuilder {
  readonly field: FormatField;
  readonly #capacity: number;
  readonly #memory: BuildMemory;
  readonly #seed: number;
  readonly #encoding: string;
  /** Created with the first text. */
  #texts: ColumnDictionary | undefined;
  #mode: Mode = 'empty';
  #rows = 0;
  #nulls = 0;
  #numbers: Float64Array = new Float64Array(0);
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #whole = true;
  #kernelNumbers: NumberState | undefined;
  /** Reused for each call of the kernel. */
  readonly #codeTargets = { codes: 0, starts: 0, lengths: 0 };
  #codes: Uint32Array = new Uint32Array(0);
  #starts: Uint32Array = new Uint32Array(0);
  #lengths: Uint32Array = new Uint32Array(0);
  /** Where these lie in the kernels' memory; 0: on the heap. */
  #numbersAt = 0;
  #codesAt = 0;
  #startsAt = 0;
  #lengthsAt = 0;

  constructor(field: FormatField, capacity: number, seed: number, encoding: string, memory: BuildMemory) {
    this.field = field;
    this.#capacity = capacity;
    this.#seed = seed;
    this.#encoding = encoding;
    this.#memory = memory;
  }

  get #dictionary(): ColumnDictionary {
    return (this.#texts ??= new ColumnDictionary(this.field.name, this.#seed, this.#encoding, this.#memory));
  }

  /** Appends `count` cells; `rows` is how many the segment has before them, `ahead` the kernels' scratch memory. */
  append(
    cells: CellColumn,
    count: number,
    rows: number,
    bytes: Uint8Array,
    view: DataView,
    recordStarts: Int32Array,
    ahead: number,
  ): void {
    if (this.#rows < rows) this.#skipTo(rows);
    let at = 0;
    while (at < count) {
      switch (this.#mode) {
        case 'empty':
          if (cells.kinds[at] === CellKind.absent) at = this.#passAbsent(cells.kinds, at, count);
          else this.#start(cells, at);
          break;
        case 'number':
          at = this.#appendNumbers(cells, at, count);
          if (at < count) this.#numbersToDictionary();
          break;
        case 'dictionary':
          at = this.#appendCodes(cells, at, count, bytes, view, recordStarts, ahead);
          break;
        case 'span':
          at = this.#appendSpans(cells, at, count, recordStarts);
          break;
      }
    }
  }

  /** Ends the column at `rows` records; undefined when none of them has a value. Resets for the next segment. */
  finish(rows: number, layout: SegmentLayout): ColumnData | undefined {
    if (this.#rows < rows) this.#skipTo(rows);
    const finished = this.#finish(rows, layout);
    this.#mode = 'empty';
    this.#rows = 0;
    this.#nulls = 0;
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
    this.#whole = true;
    this.#texts?.clear();
    return finished;
  }

  #start(cells: CellColumn, at: number): void {
    const rows = this.#rows;
    if (cells.kinds[at] === CellKind.number) {
      this.#mode = 'number';
      if (this.#numbers.length === 0) {
        this.#numbers = takeDoubles(this.#memory.kernels, this.#capacity);
        this.#numbersAt = this.#memory.kernels?.addressOf(this.#numbers) ?? 0;
      }
      this.#numbers.fill(Number.NaN, 0, rows);
      return;
    }
    this.#takeSpans();
    this.#lengths.fill(absentSpan, 0, rows);
    if (this.field.values === 'many') {
      this.#mode = 'span';
      return;
    }
    this.#mode = 'dictionary';
    this.#takeCodes();
    this.#codes.fill(0, 0, rows);
  }

  #takeSpans(): void {
    if (this.#starts.length > 0) return;
    const { kernels } = this.#memory;
    this.#starts = takeWords(kernels, this.#capacity);
    this.#lengths = takeWords(kernels, this.#capacity);
    this.#startsAt = kernels?.addressOf(this.#starts) ?? 0;
    this.#lengthsAt = kernels?.addressOf(this.#lengths) ?? 0;
  }

  #takeCodes(): void {
    if (this.#codes.length > 0) return;
    this.#codes = takeWords(this.#memory.kernels, this.#capacity);
    this.#codesAt = this.#memory.kernels?.addressOf(this.#codes) ?? 0;
  }

  /** Where the first value is. */
  #passAbsent(kinds: Uint8Array, from: number, count: number): number {
    let at = from;
    while (at < count && kinds[at] === CellKind.absent) at++;
    this.#nulls += at - from;
    this.#rows += at - from;
    return at;
  }

  #skipTo(rows: number): void {
    const from = this.#rows;
    this.#nulls += rows - from;
    this.#rows = rows;
    if (this.#mode === 'number') this.#numbers.fill(Number.NaN, from, rows);
    if (this.#mode === 'dictionary') this.#codes.fill(0, from, rows);
    if (this.#mode === 'dictionary' || this.#mode === 'span') this.#lengths.fill(absentSpan, from, rows);
  }

  /** Returns where a value that is not a number stopped it. */
  #appendNumbers(cells: CellColumn, from: number, count: number): number {
    const numbers = this.#numbers;
    const state = this.#numberState();
    if (state !== undefined && cells.address !== 0) {
      const { kernels, bounds, counts } = state;
      bounds[0] = this.#min;
      bounds[1] = this.#max;
      counts[0] = 0;
      counts[1] = this.#whole ? 0 : 1;
      const target = this.#numbersAt + this.#rows * 8;
      const reached = kernels.exports.appendNumbers(bounds.byteOffset, cells.address, from, count, target);
      this.#min = bounds[0];
      this.#max = bounds[1];
      this.#nulls += counts[0];
      this.#whole = counts[1] === 0;
      this.#rows += reached - from;
      return reached;
    }
    const { kinds, numbers: given } = cells;
    let row = this.#rows;
    let at = from;
    for (; at < count; at++, row++) {
      const kind = kinds[at];
      if (kind === CellKind.number) {
        const value = given[at];
        numbers[row] = value;
        if (value < this.#min) this.#min = value;
        if (value > this.#max) this.#max = value;
        if (this.#whole && Math.floor(value) !== value) this.#whole = false;
      } else if (kind === CellKind.absent) {
        numbers[row] = Number.NaN;
        this.#nulls++;
      } else {
        break;
      }
    }
    this.#rows = row;
    return at;
  }

  /** What the kernel of numbers needs; undefined when they are not in its memory. */
  #numberState(): NumberState | undefined {
    const { kernels } = this.#memory;
    if (kernels === undefined || this.#numbersAt === 0) return undefined;
    if (this.#kernelNumbers === undefined) {
      const at = kernels.take(24);
      if (at === 0) return undefined;
      const bounds = new Float64Array(kernels.buffer, at, 2);
      this.#kernelNumbers = { kernels, bounds, counts: new Uint32Array(kernels.buffer, at + 16, 2) };
    }
    return this.#kernelNumbers;
  }

  #numbersToDictionary(): void {
    const numbers = this.#numbers;
    this.#takeSpans();
    this.#takeCodes();
    const codes = this.#codes;
    const lengths = this.#lengths;
    this.#mode = 'dictionary';
    for (let row = 0; row < this.#rows; row++) {
      const value = numbers[row];
      const absent = value !== value;
      lengths[row] = absent ? absentSpan : parseAgainSpan;
      codes[row] = absent || this.#mode === 'span' ? 0 : this.#dictionary.addText(String(value), Tag.number);
      if (!absent && codes[row] === 0) this.#mode = 'span';
    }
  }

  /** Stops early when the dictionary gives way to spans. */
  #appendCodes(
    cells: CellColumn,
    from: number,
    count: number,
    bytes: Uint8Array,
    view: DataView,
    recordStarts: Int32Array,
    ahead: number,
  ): number {
    const dictionary = this.#dictionary;
    const before = this.#rows - from;
    const until = this.#rows < rowsBeforeGivingUp ? Math.min(count, rowsBeforeGivingUp - before) : count;
    let at = from;
    // Each stop of the kernel leaves twice as many cells to this code: it looks ahead anew whenever it is called.
    for (let plain = ahead === 0 ? count : 1; at < until && this.#mode === 'dictionary'; plain *= 2) {
      if (ahead !== 0) {
        at = dictionary.append(cells, at, until, recordStarts, this.#targets(before + at), ahead);
        this.#nulls += dictionary.nulls;
        if (at < until && cells.kinds[at] >= CellKind.json) {
          const reached = dictionary.appendValues(cells, at, until, this.#targets(before + at), ahead);
          this.#nulls += dictionary.nulls;
          if (reached > at) {
            at = reached;
            continue;
          }
        }
      }
      for (const stop = Math.min(until, at + plain); at < stop; at++) {
        if (!this.#appendCode(cells, at, before + at, bytes, view, recordStarts)) {
          this.#mode = 'span';
          break;
        }
        if (dictionary.bytesUsed > dictionaryBytesLimit) {
          this.#mode = 'span';
          at++;
          break;
        }
      }
    }
    this.#rows = before + at;
    if (this.#rows === rowsBeforeGivingUp && this.#isMostlyDistinct()) this.#mode = 'span';
    return at;
  }

  /** False, with nothing appended, for a text that is too long for a dictionary or finds no room in it. */
  #appendCode(
    cells: CellColumn,
    at: number,
    row: number,
    bytes: Uint8Array,
    view: DataView,
    recordStarts: Int32Array,
  ): boolean {
    const kind = cells.kinds[at];
    if (kind === CellKind.span) {
      const start = cells.starts[at];
      const end = cells.ends[at];
      if (end - start > longestEntry) return false;
      this.#starts[row] = start - recordStarts[at];
      this.#lengths[row] = end - start;
      this.#codes[row] = this.#dictionary.addBytes(bytes, view, start, end);
      if (this.#codes[row] === 0) return false;
    } else if (kind === CellKind.absent) {
      this.#codes[row] = 0;
      this.#lengths[row] = absentSpan;
      this.#nulls++;
    } else {
      const value = this.#valueOf(cells, at, bytes);
      const text = textOf(value);
      if (text.length > longestEntry) return false;
      this.#lengths[row] = parseAgainSpan;
      this.#codes[row] = this.#dictionary.addText(text, tagOf(value));
      if (this.#codes[row] === 0) return false;
    }
    return true;
  }

  /** The value of a cell that is neither absent nor a span. */
  #valueOf(cells: CellColumn, at: number, bytes: Uint8Array): Value {
    switch (cells.kinds[at]) {
      case CellKind.number:
        return cells.numbers[at];
      case CellKind.yes:
        return true;
      case CellKind.no:
        return false;
      case CellKind.json:
        return { json: this.#dictionary.textOf(bytes, cells.starts[at], cells.ends[at]) };
      case CellKind.exact:
        return { exact: this.#dictionary.textOf(bytes, cells.starts[at], cells.ends[at]) };
      case CellKind.escaped:
        return decodeEscapes(this.#dictionary.textOf(bytes, cells.starts[at], cells.ends[at]));
      default:
        return cells.values[at];
    }
  }

  #targets(row: number): CodeTargets {
    const targets = this.#codeTargets;
    const shift = row * 4;
    targets.codes = this.#codesAt === 0 ? 0 : this.#codesAt + shift;
    targets.starts = this.#startsAt === 0 ? 0 : this.#startsAt + shift;
    targets.lengths = this.#lengthsAt === 0 ? 0 : this.#lengthsAt + shift;
    return targets;
  }

  #isMostlyDistinct(): boolean {
    const present = this.#rows - this.#nulls;
    return present * sparse > this.#rows && this.#dictionary.count > present * distinctShare;
  }

  #appendSpans(cells: CellColumn, from: number, count: number, recordStarts: Int32Array): number {
    const starts = this.#starts;
    const lengths = this.#lengths;
    const { kernels } = this.#memory;
    if (kernels !== undefined && cells.address !== 0 && this.#startsAt !== 0 && this.#lengthsAt !== 0) {
      const before = this.#rows * 4;
      this.#nulls += kernels.exports.appendSpans(
        cells.address,
        from,
        count,
        recordStarts.byteOffset,
        this.#startsAt + before,
        this.#lengthsAt + before,
      );
      this.#rows += count - from;
      return count;
    }
    const { kinds } = cells;
    let row = this.#rows;
    for (let at = from; at < count; at++, row++) {
      const kind = kinds[at];
      if (kind === CellKind.span) {
        starts[row] = cells.starts[at] - recordStarts[at];
        lengths[row] = cells.ends[at] - cells.starts[at];
      } else if (kind === CellKind.absent) {
        lengths[row] = absentSpan;
        this.#nulls++;
      } else {
        lengths[row] = parseAgainSpan;
      }
    }
    this.#rows = row;
    return count;
  }

  #finish(rows: number, layout: SegmentLayout): ColumnData | undefined {
    const { name } = this.field;
    const nulls = this.#nulls;
    switch (this.#mode) {
      case 'empty':
        return undefined;
      case 'number':
        return { kind: 'number', field: name, nulls, ...this.#packNumbers(rows, layout) };
      case 'dictionary': {
        if (rows > rowsBeforeGivingUp && this.#isMostlyDistinct()) {
          return { kind: 'span', field: name, nulls, ...this.#packSpans(rows, layout) };
        }
        const { count, ids, tags } = this.#dictionary;
        const codes = pack(this.#codes, rows, count, layout, this.#memory.kernels);
        return { kind: 'dictionary', field: name, nulls, codes, ids: layout.add('u32', ids, count), tags };
      }
      case 'span':
        return { kind: 'span', field: name, nulls, ...this.#packSpans(rows, layout) };
    }
  }

  #packNumbers(
    rows: number,
    layout: SegmentLayout,
  ): { slice: Slice; base: number; min: number; max: number; whole: boolean } {
    const numbers = this.#numbers;
    const [min, max, whole] = [this.#min, this.#max, this.#whole];
    const range = max - min;
    // Two values of each width are kept free: 0 is absent.
    if (!whole || !(range < 0xfffffffe) || !Number.isSafeInteger(min) || !Number.isSafeInteger(max)) {
      return { slice: layout.add('f64', numbers.slice(0, rows), rows), base: 0, min, max, whole };
    }
    const { kernels } = this.#memory;
    const address = this.#numbersAt;
    if (kernels !== undefined && address !== 0) {
      const width = range < 0xfe ? 1 : range < 0xfffe ? 2 : 4;
      kernels.exports.narrowNumbers(address, rows, width, 1 - min);
      return { slice: addNarrow(layout, kernels, address, rows, width), base: min, min, max, whole };
    }
    const narrow = range < 0xfe ? new Uint8Array(rows) : range < 0xfffe ? new Uint16Array(rows) : new Uint32Array(rows);
    const shift = 1 - min;
    for (let row = 0; row < rows; row++) {
      const value = numbers[row];
      narrow[row] = value === value ? value + shift : 0;
    }
    return { slice: layout.add(typeOf(narrow), narrow, rows), base: min, min, max, whole };
  }

  #packSpans(rows: number, layout: SegmentLayout): { starts: Slice; lengths: Slice } {
    const starts = this.#starts;
    const lengths = this.#lengths;
    const { kernels } = this.#memory;
    const startsAt = this.#startsAt;
    const lengthsAt = this.#lengthsAt;
    const byKernel = kernels !== undefined && startsAt !== 0 && lengthsAt !== 0;
    const last = byKernel ? kernels.exports.lastStart(startsAt, lengthsAt, rows) : lastStart(starts, lengths, rows);
    const longest = byKernel ? kernels.exports.longestSpan(lengthsAt, rows) : longestSpan(lengths, rows);
    return {
      starts: pack(starts, rows, last >>> 0, layout, kernels),
      // Narrowing maps the two marks of 32 bits onto the highest values of the width, which are kept free.
      lengths: pack(lengths, rows, (longest >>> 0) + 2, layout, kernels),
    };
  }
}
