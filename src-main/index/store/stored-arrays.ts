/**
 * The arrays of a segment that lies in a stored index: read, checked and kept in this thread's cache when they are asked
 * for. Belongs to one open segment.
 */
import {
  type Column,
  type ColumnData,
  type DictionaryColumn,
  dictionaryColumn,
  type NarrowArray,
  type NumberColumn,
  numberColumn,
  type RecordArrays,
  recordArrays,
  type SegmentData,
  type Slice,
  sliceBytes,
  slicesOf,
  type SpanColumn,
  spanColumn,
  spanMarks,
  type StoredPlace,
  viewOf,
} from '../segment.ts';
import type { BlockCache, Loaded } from './block-cache.ts';
import { areRecordsSound, isColumnSound } from './sound.ts';

export class StoredArrays {
  readonly #data: SegmentData;
  readonly #place: StoredPlace;
  readonly #cache: BlockCache;
  #records: { readonly arrays: RecordArrays; readonly loaded: Loaded } | undefined;
  readonly #columns = new Map<string, Column>();
  readonly #loaded = new Map<string, Loaded>();

  constructor(data: SegmentData, place: StoredPlace, cache: BlockCache) {
    this.#data = data;
    this.#place = place;
    this.#cache = cache;
  }

  records(): RecordArrays {
    if (this.#records !== undefined) return this.#records.arrays;
    const { offsets, lines, gapRows, gapEnds, unparsed } = this.#data;
    const arrays = recordArrays(this.#data, (slice) => this.#read(slice));
    if (!areRecordsSound(this.#data, arrays)) this.#cache.damaged(this.#place.fd);
    const bytes = [offsets, lines, gapRows, gapEnds, unparsed].reduce(
      (sum, slice) => sum + (slice === undefined ? 0 : sliceBytes(slice)),
      0,
    );
    const loaded = { bytes, forget: () => (this.#records = undefined) };
    this.#records = { arrays, loaded };
    this.#cache.keep(loaded);
    return arrays;
  }

  column(field: string): Column | undefined {
    if (this.#records !== undefined) this.#cache.touch(this.#records.loaded);
    const known = this.#columns.get(field);
    if (known !== undefined) {
      const loaded = this.#loaded.get(field);
      if (loaded !== undefined) this.#cache.touch(loaded);
      return known;
    }
    const data = this.#data.columns.findLast((column) => column.field === field);
    if (data === undefined) return undefined;
    const column = this.#lazyColumn(data);
    this.#columns.set(field, column);
    return column;
  }

  /** Gives up everything that was read. */
  forget(): void {
    if (this.#records !== undefined) this.#cache.drop(this.#records.loaded);
    for (const loaded of [...this.#loaded.values()]) this.#cache.drop(loaded);
  }

  /** A column whose arrays are read at their first use; its bounds need none. */
  #lazyColumn(data: ColumnData): Column {
    switch (data.kind) {
      case 'number': {
        const load = this.#loader(data, (view) => numberColumn(data, view));
        let loaded: NumberColumn | undefined;
        return {
          ...data,
          get values() {
            return (loaded ??= load()).values;
          },
        };
      }
      case 'dictionary': {
        const load = this.#loader(data, (view) => dictionaryColumn(data, view));
        let loaded: DictionaryColumn | undefined;
        return {
          ...data,
          get codes() {
            return (loaded ??= load()).codes;
          },
          get ids() {
            return (loaded ??= load()).ids;
          },
        };
      }
      case 'span': {
        const load = this.#loader(data, (view) => spanColumn(data, view));
        let loaded: SpanColumn | undefined;
        return {
          ...data,
          ...spanMarks(data),
          get starts() {
            return (loaded ??= load()).starts;
          },
          get lengths() {
            return (loaded ??= load()).lengths;
          },
        };
      }
    }
  }

  /** Reads and checks a column, which then stands in the cache until it is given up. */
  #loader<C extends Column>(data: ColumnData, open: (view: (slice: Slice) => NarrowArray) => C): () => C {
    return () => {
      const column = open((slice) => this.#read(slice));
      if (!isColumnSound(data, column, () => this.records(), this.#data)) this.#cache.damaged(this.#place.fd);
      const { field } = data;
      const loaded = {
        bytes: slicesOf(data).reduce((sum, slice) => sum + sliceBytes(slice), 0),
        forget: () => {
          this.#columns.delete(field);
          this.#loaded.delete(field);
        },
      };
      this.#loaded.set(field, loaded);
      this.#cache.keep(loaded);
      if (this.#records !== undefined) this.#cache.touch(this.#records.loaded);
      return column;
    };
  }

  #read(slice: Slice): NarrowArray {
    const { fd, at } = this.#place;
    const { sum = 0 } = slice;
    const bytes = this.#cache.read({ fd, at: at + slice.at, bytes: sliceBytes(slice), sum });
    return viewOf(bytes.buffer, { ...slice, at: 0 });
  }
}
