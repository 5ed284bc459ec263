/**
 * Loops over the columns of a segment: by kernels where they can be had, else plainly. One for each worker.
 *
 * A kernel has a memory of its own, into which a column is copied first: 0.15 ns a row, where a comparison takes a
 * tenth of what plain code needs.
 */
import { maxSegmentRecords, type NarrowArray } from '../index/segment.ts';
import type { Interval } from '../../src-shared/query/index.ts';

/** A column of codes or of stored numbers. */
export type Words = Exclude<NarrowArray, Float64Array>;

/** All answers are bitmaps of the column's rows, bits beyond them 0. */
export interface QueryKernels {
  /** Rows whose value is low to high, both whole and not negative. */
  between(values: Words, low: number, high: number): Uint32Array;
  betweenDoubles(values: Float64Array, interval: Interval): Uint32Array;
  /** One byte for each code, 0 or 1, for `mark`: whoever calls it fills in what the column has. */
  readonly table: Uint8Array;
  /** Rows whose code has a 1 in the table. */
  mark(codes: Words): Uint32Array;
}

const wordsFor = (rows: number): number => (rows + 31) >>> 5;

/** `kernel` is the compiled query.as.ts; without it plain TypeScript does the same, for tests and for comparison. */
export const createQueryKernels = (kernel?: Uint8Array<ArrayBuffer>): QueryKernels =>
  kernel === undefined ? plainKernels() : compiledKernels(kernel);

function plainKernels(): QueryKernels {
  const table = new Uint8Array(maxSegmentRecords + 1);
  return {
    between: (values, low, high) => eachWord(values.length, (row) => values[row] >= low && values[row] <= high),
    betweenDoubles: (values, { min, max, minOpen = false, maxOpen = false }) =>
      eachWord(
        values.length,
        (row) =>
          (minOpen ? values[row] > min : values[row] >= min) && (maxOpen ? values[row] < max : values[row] <= max),
      ),
    table,
    mark: (codes) => eachWord(codes.length, (row) => table[codes[row]] === 1),
  };
}

function eachWord(rows: number, fits: (row: number) => boolean): Uint32Array {
  const found = new Uint32Array(wordsFor(rows));
  for (let row = 0; row < rows; row++) if (fits(row)) found[row >>> 5] |= 1 << (row & 31);
  return found;
}

/** What query.as.ts exports; addresses, counts and bounds. */
interface QueryExports {
  between8(values: number, words: number, low: number, span: number, found: number): void;
  between16(values: number, words: number, low: number, span: number, found: number): void;
  between32(values: number, words: number, low: number, span: number, found: number): void;
  betweenDoubles(
    values: number,
    words: number,
    min: number,
    max: number,
    minOpen: boolean,
    maxOpen: boolean,
    found: number,
  ): void;
  mark8(codes: number, words: number, table: number, found: number): void;
  mark16(codes: number, words: number, table: number, found: number): void;
  mark32(codes: number, rows: number, table: number, found: number): void;
}

const pageBytes = 65_536;
/** The first page is left to AssemblyScript; each place is where the one before ends. */
const columnAt = pageBytes;
const tableAt = columnAt + maxSegmentRecords * 8;
const foundAt = tableAt + 2 * pageBytes;
const memoryBytes = foundAt + maxSegmentRecords / 8;

function compiledKernels(kernel: Uint8Array<ArrayBuffer>): QueryKernels {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(memoryBytes / pageBytes) });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(kernel), { env: { memory } });
  // The exports are those of query.as.ts, which is compiled with this file.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const kernels = instance.exports as unknown as QueryExports;
  const bytes = new Uint8Array(memory.buffer, columnAt, maxSegmentRecords);
  const halves = new Uint16Array(memory.buffer, columnAt, maxSegmentRecords);
  const words = new Uint32Array(memory.buffer, columnAt, maxSegmentRecords);
  const doubles = new Float64Array(memory.buffer, columnAt, maxSegmentRecords);
  const found = new Uint32Array(memory.buffer, foundAt, maxSegmentRecords / 32);
  const table = new Uint8Array(memory.buffer, tableAt, 2 * pageBytes);
  const answer = (rows: number): Uint32Array => {
    const bits = found.slice(0, wordsFor(rows));
    if ((rows & 31) !== 0) bits[bits.length - 1] &= (1 << (rows & 31)) - 1;
    return bits;
  };
  return {
    between(values, low, high) {
      const rows = values.length;
      if (values instanceof Uint8Array) {
        if (low > 0xff) return new Uint32Array(wordsFor(rows));
        bytes.set(values);
        kernels.between8(columnAt, wordsFor(rows), low, Math.min(high, 0xff) - low, foundAt);
      } else if (values instanceof Uint16Array) {
        if (low > 0xffff) return new Uint32Array(wordsFor(rows));
        halves.set(values);
        kernels.between16(columnAt, wordsFor(rows), low, Math.min(high, 0xffff) - low, foundAt);
      } else {
        if (low > 0xffffffff) return new Uint32Array(wordsFor(rows));
        words.set(values);
        kernels.between32(columnAt, wordsFor(rows), low, Math.min(high, 0xffffffff) - low, foundAt);
      }
      return answer(rows);
    },
    betweenDoubles(values, { min, max, minOpen = false, maxOpen = false }) {
      const rows = values.length;
      doubles.set(values);
      kernels.betweenDoubles(columnAt, wordsFor(rows), min, max, minOpen, maxOpen, foundAt);
      return answer(rows);
    },
    table,
    mark(codes) {
      const rows = codes.length;
      if (codes instanceof Uint8Array) {
        bytes.set(codes);
        kernels.mark8(columnAt, wordsFor(rows), tableAt, foundAt);
      } else if (codes instanceof Uint16Array) {
        halves.set(codes);
        kernels.mark16(columnAt, wordsFor(rows), tableAt, foundAt);
      } else {
        words.set(codes);
        kernels.mark32(columnAt, rows, tableAt, foundAt);
      }
      return answer(rows);
    },
  };
}
