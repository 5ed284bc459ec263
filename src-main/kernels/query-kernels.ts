/**
 * Loops over the columns of a segment: by kernels where they can be had, else plainly. One for each worker.
 *
 * A kernel has a memory of its own, into which a column is copied first: 0.15 ns a row, where a comparison takes a
 * tenth of what plain code needs. Columns have 65,536 rows at most.
 */
import type { Interval } from '../../src-shared/query/index.ts';
import { maxSegmentRecords, type NarrowArray } from '../index/segment.ts';

/** A column of codes or of stored numbers. */
export type Words = Exclude<NarrowArray, Float64Array>;

/**
 * Bitmaps that are answered have bits beyond the rows 0; `bits` that are given say which rows count, undefined all.
 * Arrays that are answered belong to the caller, but for those of which something else is said.
 */
export interface QueryKernels {
  /** Rows whose value is low to high, both whole and not negative. */
  between(values: Words, low: number, high: number): Uint32Array;
  betweenDoubles(values: Float64Array, interval: Interval): Uint32Array;
  /** One byte for each code, 0 or 1 for `mark`: whoever calls it fills in what the column has. */
  readonly table: Uint8Array;
  /** Rows whose code has a 1 in the table. */
  mark(codes: Words): Uint32Array;
  /** Rows that both bitmaps of as many words have, and how many they are. */
  intersect(a: Uint32Array, b: Uint32Array): RowsFound;
  countRows(bits: Uint32Array): number;
  /** How often each code below `different` comes. Valid until the next call. */
  count(codes: Words, different: number, bits: Uint32Array | undefined): Uint32Array;
  /**
   * For each row 0 where the stored number is 0, else 1 and how many of the edges, which ascend, are at most it. Valid
   * until the next call of this.
   */
  cellsOf(values: Words, edges: Uint32Array): Uint16Array;
  /** How often each cell comes with each key, which the table says of a code: cell by cell. Valid until the next call. */
  countPairs(
    cells: Uint16Array,
    different: number,
    codes: Uint8Array | Uint16Array,
    keys: number,
    bits: Uint32Array | undefined,
  ): Uint32Array;
}

export interface RowsFound {
  readonly bits: Uint32Array;
  readonly count: number;
}

/** Most edges that `cellsOf` takes, and most pairs that `countPairs` counts. */
export const mostEdges = 16_384;
export const mostPairs = 1 << 18;

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
    intersect(a, b) {
      const bits = a.map((word, at) => word & b[at]);
      return { bits, count: countBits(bits) };
    },
    countRows: countBits,
    count(codes, different, bits) {
      const counts = new Uint32Array(different);
      for (let row = 0; row < codes.length; row++) if (isSet(bits, row)) counts[codes[row]]++;
      return counts;
    },
    cellsOf: (values, edges) => Uint16Array.from(values, (value) => (value === 0 ? 0 : 1 + edgesUpTo(edges, value))),
    countPairs(cells, different, codes, keys, bits) {
      const counts = new Uint32Array(different * keys);
      for (let row = 0; row < codes.length; row++) {
        if (isSet(bits, row)) counts[cells[row] * keys + table[codes[row]]]++;
      }
      return counts;
    },
  };
}

function eachWord(rows: number, fits: (row: number) => boolean): Uint32Array {
  const found = new Uint32Array(wordsFor(rows));
  for (let row = 0; row < rows; row++) if (fits(row)) found[row >>> 5] |= 1 << (row & 31);
  return found;
}

const isSet = (bits: Uint32Array | undefined, row: number): boolean =>
  bits === undefined || (bits[row >>> 5] & (1 << (row & 31))) !== 0;

function edgesUpTo(edges: Uint32Array, value: number): number {
  const above = edges.findIndex((edge) => edge > value);
  return above < 0 ? edges.length : above;
}

function countBits(words: Uint32Array): number {
  let count = 0;
  for (let word of words) for (; word !== 0; word &= word - 1) count++;
  return count;
}

type OnCodes = (codes: number, bits: number, words: number, counts: number) => void;
type OnPairs = (
  cells: number,
  codes: number,
  table: number,
  keys: number,
  bits: number,
  words: number,
  counts: number,
) => void;
type Between = (values: number, words: number, low: number, span: number, found: number) => void;
type Cells = (values: number, rows: number, edges: number, count: number, cells: number) => void;

/** What query.as.ts exports; addresses, counts and bounds. */
interface QueryExports {
  readonly between8: Between;
  readonly between16: Between;
  readonly between32: Between;
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
  intersect(a: number, b: number, bytes: number, found: number): number;
  readonly count8: OnCodes;
  readonly count16: OnCodes;
  readonly count32: OnCodes;
  readonly countPairs8: OnPairs;
  readonly countPairs16: OnPairs;
  readonly cells8: Cells;
  readonly cells16: Cells;
  readonly cells32: Cells;
}

const pageBytes = 65_536;
/** The first page is left to AssemblyScript; each place is where the one before ends. */
const columnAt = pageBytes;
const tableAt = columnAt + maxSegmentRecords * 8;
const bitsAt = tableAt + 2 * pageBytes;
const foundAt = bitsAt + maxSegmentRecords / 8;
const edgesAt = foundAt + maxSegmentRecords / 8;
const cellsAt = edgesAt + mostEdges * 4;
const countsAt = cellsAt + maxSegmentRecords * 2;
const memoryBytes = countsAt + mostPairs * 4;

function compiledKernels(kernel: Uint8Array<ArrayBuffer>): QueryKernels {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(memoryBytes / pageBytes) });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(kernel), { env: { memory } });
  // The exports are those of query.as.ts, which is compiled with this file.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const kernels = instance.exports as unknown as QueryExports;
  const { buffer } = memory;
  const bytes = new Uint8Array(buffer, columnAt, maxSegmentRecords);
  const halves = new Uint16Array(buffer, columnAt, maxSegmentRecords);
  const words = new Uint32Array(buffer, columnAt, maxSegmentRecords);
  const doubles = new Float64Array(buffer, columnAt, maxSegmentRecords);
  const table = new Uint8Array(buffer, tableAt, 2 * pageBytes);
  const given = new Uint32Array(buffer, bitsAt, maxSegmentRecords / 32);
  const found = new Uint32Array(buffer, foundAt, maxSegmentRecords / 32);
  const others = new Uint32Array(buffer, columnAt, maxSegmentRecords / 32);

  /** Copies two bitmaps in and counts what they have in common, which lies at `found` then. */
  const intersect = (a: Uint32Array, b: Uint32Array): number => {
    given.set(a);
    // Vectors go beyond the last word.
    given.fill(0, a.length, a.length + 3);
    others.set(b);
    return kernels.intersect(bitsAt, columnAt, a.byteLength, foundAt);
  };
  const edgeWords = new Uint32Array(buffer, edgesAt, mostEdges);
  const cellWords = new Uint16Array(buffer, cellsAt, maxSegmentRecords);
  const counts = new Uint32Array(buffer, countsAt, mostPairs);

  /** Copies a column in; answers the width of its values. */
  const copyIn = (values: Words): 8 | 16 | 32 => {
    if (values instanceof Uint8Array) {
      bytes.set(values);
      return 8;
    }
    if (values instanceof Uint16Array) {
      halves.set(values);
      return 16;
    }
    words.set(values);
    return 32;
  };
  const copyBits = (bits: Uint32Array | undefined, rows: number): void => {
    if (bits !== undefined) given.set(bits);
    else {
      given.fill(0xffffffff, 0, rows >>> 5);
      if ((rows & 31) !== 0) given[rows >>> 5] = (1 << (rows & 31)) - 1;
    }
  };
  const answer = (rows: number): Uint32Array => {
    const bits = found.slice(0, wordsFor(rows));
    if ((rows & 31) !== 0) bits[bits.length - 1] &= (1 << (rows & 31)) - 1;
    return bits;
  };
  return {
    between(values, low, high) {
      const rows = values.length;
      const most = 2 ** (values.BYTES_PER_ELEMENT * 8) - 1;
      if (low > most) return new Uint32Array(wordsFor(rows));
      const width = copyIn(values);
      const between = width === 8 ? kernels.between8 : width === 16 ? kernels.between16 : kernels.between32;
      between(columnAt, wordsFor(rows), low, Math.min(high, most) - low, foundAt);
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
      const width = copyIn(codes);
      if (width === 8) kernels.mark8(columnAt, wordsFor(rows), tableAt, foundAt);
      else if (width === 16) kernels.mark16(columnAt, wordsFor(rows), tableAt, foundAt);
      else kernels.mark32(columnAt, rows, tableAt, foundAt);
      return answer(rows);
    },
    intersect(a, b) {
      const count = intersect(a, b);
      return { bits: found.slice(0, a.length), count };
    },
    countRows: (bits) => intersect(bits, bits),
    count(codes, different, bits) {
      const width = copyIn(codes);
      copyBits(bits, codes.length);
      counts.fill(0, 0, different);
      const count = width === 8 ? kernels.count8 : width === 16 ? kernels.count16 : kernels.count32;
      count(columnAt, bitsAt, wordsFor(codes.length), countsAt);
      return counts.subarray(0, different);
    },
    cellsOf(values, edges) {
      const width = copyIn(values);
      edgeWords.set(edges);
      const cells = width === 8 ? kernels.cells8 : width === 16 ? kernels.cells16 : kernels.cells32;
      cells(columnAt, values.length, edgesAt, edges.length, cellsAt);
      return cellWords.subarray(0, values.length);
    },
    countPairs(cells, different, codes, keys, bits) {
      if (cells.buffer !== buffer) cellWords.set(cells);
      const width = copyIn(codes);
      copyBits(bits, codes.length);
      counts.fill(0, 0, different * keys);
      const count = width === 8 ? kernels.countPairs8 : kernels.countPairs16;
      count(cellsAt, columnAt, tableAt, keys, bitsAt, wordsFor(codes.length), countsAt);
      return counts.subarray(0, different * keys);
    },
  };
}
