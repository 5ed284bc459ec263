/**
 * A segment with its arrays: views of the buffer that all threads share, or arrays that this thread reads from the
 * stored index when they are asked for. Whoever holds a segment need not know which.
 */
import {
  type Column,
  columnOf,
  type NarrowArray,
  type RecordArrays,
  recordArrays,
  type Segment,
  type SegmentColumns,
  type SegmentData,
  viewOf,
} from './segment.ts';
import type { BlockCache } from './store/block-cache.ts';
import { StoredArrays } from './store/stored-arrays.ts';

/** `cache` reads arrays that are not in memory; a segment that was just built needs none. */
export const openSegment = (
  data: SegmentData,
  firstRow: number,
  firstLine: number,
  piece = 0,
  cache?: BlockCache,
): Segment => new OpenSegment(data, firstRow, firstLine, piece, cache);

class OpenSegment implements Segment {
  readonly rows: number;
  readonly piece: number;
  readonly firstRow: number;
  readonly firstLine: number;
  readonly base: number;
  readonly end: number;
  readonly columns: SegmentColumns;
  readonly #cache: BlockCache | undefined;
  #data: SegmentData;
  /** Of a segment in memory. */
  #arrays: RecordArrays | undefined;
  #columns: ReadonlyMap<string, Column> | undefined;
  /** Of one that is only stored. */
  #stored: StoredArrays | undefined;

  constructor(data: SegmentData, firstRow: number, firstLine: number, piece: number, cache: BlockCache | undefined) {
    this.#data = data;
    this.#cache = cache;
    this.rows = data.rows;
    this.piece = piece;
    this.firstRow = firstRow;
    this.firstLine = firstLine;
    this.base = data.base;
    this.end = data.end;
    const columns: SegmentColumns = {
      get: (field) => (this.#columns === undefined ? this.#stored?.column(field) : this.#columns.get(field)),
      has: (field) => columns.get(field) !== undefined,
      keys: () => this.#data.columns.map(({ field }) => field),
      *[Symbol.iterator]() {
        for (const field of columns.keys()) {
          const column = columns.get(field);
          if (column !== undefined) yield [field, column];
        }
      },
    };
    this.columns = columns;
    this.#open();
  }

  get data(): SegmentData {
    return this.#data;
  }

  get offsets(): NarrowArray {
    return (this.#arrays ?? this.#records()).offsets;
  }

  get lines(): NarrowArray | undefined {
    return (this.#arrays ?? this.#records()).lines;
  }

  get gapRows(): Uint32Array | undefined {
    return (this.#arrays ?? this.#records()).gapRows;
  }

  get gapEnds(): NarrowArray | undefined {
    return (this.#arrays ?? this.#records()).gapEnds;
  }

  get unparsed(): Uint32Array | undefined {
    return (this.#arrays ?? this.#records()).unparsed;
  }

  move(data: SegmentData): void {
    this.#data = data;
    this.#stored?.forget();
    this.#stored = this.#arrays = this.#columns = undefined;
    this.#open();
  }

  #open(): void {
    const data = this.#data;
    const { buffer, stored } = data;
    if (buffer !== undefined) {
      this.#arrays = recordArrays(data, (slice) => viewOf(buffer, slice));
      this.#columns = new Map(
        data.columns.map((column) => [column.field, columnOf(column, (slice) => viewOf(buffer, slice))]),
      );
      return;
    }
    if (stored === undefined || this.#cache === undefined) throw new Error('a segment lies somewhere');
    this.#stored = new StoredArrays(data, stored, this.#cache);
  }

  #records(): RecordArrays {
    if (this.#stored === undefined) throw new Error('a segment lies somewhere');
    return this.#stored.records();
  }
}
