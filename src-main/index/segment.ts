/**
 * A segment: up to 65,536 records of one source as columns in one SharedArrayBuffer, or in the stored index.
 *
 * `SegmentData` is plain data (it goes to workers and, with its buffer, to the store on disk); `Segment` is the
 * same with typed-array views. Segments are immutable once they are built; only where
 * their arrays lie changes: in memory that all threads share, or in a file from which each reads what it needs.
 * Number columns hold value - base + 1 in the narrowest width, 0 for absent; doubles hold NaN for absent.
 */
import { countBits } from './row-set.ts';

export const maxSegmentRecords = 65_536;

/** A typed array inside the segment's buffer. */
export interface Slice {
  readonly type: 'u8' | 'u16' | 'u32' | 'f64';
  readonly at: number;
  readonly length: number;
  /** CRC-32 of its bytes, once they are stored. */
  readonly sum?: number;
}

/** Where a segment's buffer begins in the file of a stored index, and a descriptor of that file. */
export interface StoredPlace {
  readonly fd: number;
  readonly at: number;
  readonly bytes: number;
}

export interface NumberColumnData {
  readonly kind: 'number';
  readonly field: string;
  readonly slice: Slice;
  /** Added to a stored value less one; 0 for doubles. */
  readonly base: number;
  readonly min: number;
  readonly max: number;
  readonly nulls: number;
  /** All values are whole numbers. */
  readonly whole: boolean;
}

export interface DictionaryColumnData {
  readonly kind: 'dictionary';
  readonly field: string;
  /** Local codes; 0 is absent, k is entry k - 1 of `ids`. */
  readonly codes: Slice;
  /** Ids of the local entries in the run's dictionary. */
  readonly ids: Slice;
  /** Entries of the dictionary when the column was stored: ids are below. */
  readonly idsBelow?: number;
  readonly nulls: number;
  /** Kinds of values: a bit for each tag. */
  readonly tags: number;
}

/** Values are read from the file: start relative to the record and length in bytes. */
export interface SpanColumnData {
  readonly kind: 'span';
  readonly field: string;
  readonly starts: Slice;
  /** Lengths; the two highest values of the width mean absent and "parse the record again". */
  readonly lengths: Slice;
  readonly nulls: number;
}

export type ColumnData = NumberColumnData | DictionaryColumnData | SpanColumnData;

export interface SegmentData {
  readonly rows: number;
  /** Source offset of the first record and of the byte after the last one (its line end included). */
  readonly base: number;
  readonly end: number;
  /** Number of the first record's first line less one, counted from the range's start until stitched. */
  readonly lineBase: number;
  readonly offsets: Slice;
  /** Line of each record relative to lineBase; absent when record i is line i. */
  readonly lines?: Slice;
  /** Rows after which blank or header lines stand, and where those records end, relative to base. */
  readonly gapRows?: Slice;
  readonly gapEnds?: Slice;
  /** Bitmap of records kept as raw text. */
  readonly unparsed?: Slice;
  readonly unparsedCount: number;
  readonly columns: readonly ColumnData[];
  /** What a parser needs to read this segment's records (JSON text), or undefined. */
  readonly context?: string;
  /** Holds the slices; undefined while they are only in the stored index. */
  readonly buffer: SharedArrayBuffer | undefined;
  readonly stored?: StoredPlace;
}

export type NarrowArray = Uint8Array | Uint16Array | Uint32Array | Float64Array;

export interface NumberColumn extends Omit<NumberColumnData, 'slice'> {
  readonly values: NarrowArray;
}
export interface DictionaryColumn extends Omit<DictionaryColumnData, 'codes' | 'ids'> {
  readonly codes: NarrowArray;
  readonly ids: Uint32Array;
}
export interface SpanColumn extends Omit<SpanColumnData, 'starts' | 'lengths'> {
  readonly starts: NarrowArray;
  readonly lengths: NarrowArray;
  /** The lengths that mean absent and "parse again". */
  readonly absent: number;
  readonly parseAgain: number;
}
export type Column = NumberColumn | DictionaryColumn | SpanColumn;

/** The arrays that say where records are. */
export interface RecordArrays {
  readonly offsets: NarrowArray;
  readonly lines: NarrowArray | undefined;
  readonly gapRows: Uint32Array | undefined;
  readonly gapEnds: NarrowArray | undefined;
  readonly unparsed: Uint32Array | undefined;
}

export interface SegmentColumns {
  /** Bounds can be looked at for free; arrays of a stored column are read when they are first used. */
  get(field: string): Column | undefined;
  has(field: string): boolean;
  keys(): readonly string[];
  [Symbol.iterator](): Iterator<readonly [string, Column]>;
}

export interface Segment extends RecordArrays {
  readonly data: SegmentData;
  readonly rows: number;
  /** Number of the file that holds the records, within its source. */
  readonly piece: number;
  /** Number of the first record in the source. */
  readonly firstRow: number;
  /** Line number, from 1, that relative line 0 stands for. */
  readonly firstLine: number;
  readonly base: number;
  readonly end: number;
  readonly columns: SegmentColumns;
  /** The same arrays lie elsewhere from now on. */
  move(data: SegmentData): void;
}

const widths = { u8: 1, u16: 2, u32: 4, f64: 8 } as const;

export const sliceBytes = (slice: Slice): number => slice.length * widths[slice.type];

export function viewOf(buffer: ArrayBufferLike, slice: Slice): NarrowArray {
  switch (slice.type) {
    case 'u8':
      return new Uint8Array(buffer, slice.at, slice.length);
    case 'u16':
      return new Uint16Array(buffer, slice.at, slice.length);
    case 'u32':
      return new Uint32Array(buffer, slice.at, slice.length);
    case 'f64':
      return new Float64Array(buffer, slice.at, slice.length);
  }
}

/** The record arrays of a segment, where `view` finds slices. */
export function recordArrays(data: SegmentData, view: View): RecordArrays {
  const { offsets, lines, gapRows, gapEnds, unparsed } = data;
  return {
    offsets: view(offsets),
    lines: lines === undefined ? undefined : view(lines),
    gapRows: gapRows === undefined ? undefined : asWords(view(gapRows)),
    gapEnds: gapEnds === undefined ? undefined : view(gapEnds),
    unparsed: unparsed === undefined ? undefined : asWords(view(unparsed)),
  };
}

export function asWords(values: NarrowArray): Uint32Array {
  if (!(values instanceof Uint32Array)) throw new Error('words are 32 bits wide');
  return values;
}

type View = (slice: Slice) => NarrowArray;

/** A column whose slices `view` finds. */
export function columnOf(data: ColumnData, view: View): Column {
  switch (data.kind) {
    case 'number':
      return numberColumn(data, view);
    case 'dictionary':
      return dictionaryColumn(data, view);
    case 'span':
      return spanColumn(data, view);
  }
}

export const numberColumn = (data: NumberColumnData, view: View): NumberColumn => ({
  ...data,
  values: view(data.slice),
});

export const dictionaryColumn = (data: DictionaryColumnData, view: View): DictionaryColumn => ({
  ...data,
  codes: view(data.codes),
  ids: asWords(view(data.ids)),
});

export const spanColumn = (data: SpanColumnData, view: View): SpanColumn => ({
  ...data,
  starts: view(data.starts),
  lengths: view(data.lengths),
  ...spanMarks(data),
});

/** The lengths that mean absent and "parse again". */
export function spanMarks({ lengths }: SpanColumnData): { readonly absent: number; readonly parseAgain: number } {
  const highest = lengths.type === 'u8' ? 0xff : lengths.type === 'u16' ? 0xffff : 0xffffffff;
  return { absent: highest, parseAgain: highest - 1 };
}

/** The slices of a column. */
export function slicesOf(data: ColumnData): readonly Slice[] {
  switch (data.kind) {
    case 'number':
      return [data.slice];
    case 'dictionary':
      return [data.codes, data.ids];
    case 'span':
      return [data.starts, data.lengths];
  }
}

/** Source offset of record `row` of the segment. */
export const recordStart = (segment: Segment, row: number): number => segment.base + segment.offsets[row];

/** Source offset after record `row` with its last line end, blank and header lines behind it left out. */
export function recordEnd(segment: Segment, row: number): number {
  const { gapRows, gapEnds } = segment;
  if (gapRows !== undefined && gapEnds !== undefined) {
    const at = lowerBound(gapRows, row);
    if (at < gapRows.length && gapRows[at] === row) return segment.base + gapEnds[at];
  }
  return row + 1 < segment.rows ? segment.base + segment.offsets[row + 1] : segment.end;
}

/** Line number, from 1, of the record's first line. */
export const recordLine = (segment: Segment, row: number): number =>
  segment.firstLine + (segment.lines === undefined ? row : segment.lines[row]);

export const isParsed = (segment: Segment, row: number): boolean =>
  segment.unparsed === undefined || (segment.unparsed[row >>> 5] & (1 << (row & 31))) === 0;

/** The number in a number column, or NaN where it is absent. */
export function numberAt(column: NumberColumn, row: number): number {
  const stored = column.values[row];
  if (column.values instanceof Float64Array) return stored;
  return stored === 0 ? Number.NaN : stored - 1 + column.base;
}

/** First index in ascending `values` whose value is at least `wanted`. */
export function lowerBound(values: ArrayLike<number>, wanted: number, from = 0, to = values.length): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Row of the segment in which source offset `offset` lies: the last record that starts at or before it. */
export function rowAtOffset(segment: Segment, offset: number, from = 0): number {
  const relative = offset - segment.base;
  return lowerBound(segment.offsets, relative + 0.5, from) - 1;
}

export const countUnparsed = (segment: Segment): number =>
  segment.unparsed === undefined ? 0 : countBits(segment.unparsed);

/** Lays typed arrays out in one shared buffer, each aligned to its width. */
export class SegmentLayout {
  #size = 0;
  readonly #parts: { slice: Slice; values: NarrowArray | undefined }[] = [];

  /** Reserves room for `values`, or for `length` zeros of the type. */
  add(type: Slice['type'], values: NarrowArray | undefined, length: number): Slice {
    const width = widths[type];
    const at = Math.ceil(this.#size / 8) * 8;
    this.#size = at + length * width;
    const slice: Slice = { type, at, length };
    this.#parts.push({ slice, values });
    return slice;
  }

  allocate(): SharedArrayBuffer {
    const buffer = new SharedArrayBuffer(Math.ceil(this.#size / 8) * 8);
    for (const { slice, values } of this.#parts) {
      if (values !== undefined) viewOf(buffer, slice).set(values.subarray(0, slice.length));
    }
    return buffer;
  }
}
