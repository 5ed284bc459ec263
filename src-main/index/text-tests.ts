/**
 * Tests on the text of records: reads the file in groups of neighbouring records that are still candidates, and searches
 * or decodes them. Each record found is decided on its own.
 */
import type { Value } from '../../src-shared/model/value.ts';
import { eachCandidate, nextSet } from './bitmap.ts';
import type { FilterSource, Heartbeat } from './filter-source.ts';
import { rawText, recordBytes } from './record-reader.ts';
import { wordsFor } from './row-set.ts';
import { recordEnd, recordStart, rowAtOffset, type Segment, type SpanColumn } from './segment.ts';
import type { Search } from './text-search.ts';

/** Bytes of neighbouring records that are read and searched at once. */
const groupBytes = 1 << 20;

/** A single record longer than this is looked at by its first bytes. */
const longestGroup = 64 << 20;

/** A test on the text of a record. */
type RawTest = (text: string) => boolean;

export class TextTests {
  readonly #source: FilterSource;
  /** Called between records. */
  beat: Heartbeat = () => undefined;

  constructor(source: FilterSource) {
    this.#source = source;
  }

  /** Decides record by record on the decoded raw text. */
  rawRecords(segment: Segment, candidates: Uint32Array, matches: RawTest): Uint32Array {
    const found = new Uint32Array(wordsFor(segment.rows));
    this.#eachGroup(segment, candidates, (bytes, base, first, last) => {
      for (let row = first; row <= last; row++) {
        if ((candidates[row >>> 5] & (1 << (row & 31))) === 0) continue;
        if (this.#fits(segment, row, bytes, base, matches)) found[row >>> 5] |= 1 << (row & 31);
      }
    });
    return found;
  }

  /**
   * Finds the places of texts in whole groups of records and marks the records they lie in; with `matches` those that
   * are candidates and that it accepts.
   */
  searchBytes(segment: Segment, candidates: Uint32Array, searches: readonly Search[], matches?: RawTest): Uint32Array {
    const found = new Uint32Array(wordsFor(segment.rows));
    this.#eachGroup(segment, candidates, (bytes, base, first, last) => {
      this.beat();
      for (const search of searches) this.#markHits(segment, bytes, base, first, last, search, found);
      if (matches === undefined) return;
      // While the bytes are at hand.
      for (let row = nextSet(found, first, last + 1); row <= last; row = nextSet(found, row + 1, last + 1)) {
        const isCandidate = (candidates[row >>> 5] & (1 << (row & 31))) !== 0;
        if (!isCandidate || !this.#fits(segment, row, bytes, base, matches)) found[row >>> 5] &= ~(1 << (row & 31));
      }
    });
    return found;
  }

  /** Marks the records in which a text stands. */
  #markHits(
    segment: Segment,
    bytes: Buffer,
    base: number,
    first: number,
    last: number,
    search: Search,
    found: Uint32Array,
  ): void {
    const next = search(bytes, this.#source.scan);
    let row = first;
    for (let hit = next(0); hit !== undefined;) {
      const at = base + hit.at;
      row = Math.min(last, rowAtOffset(segment, at, row));
      const end = recordEnd(segment, row);
      if (at + hit.length <= end) {
        found[row >>> 5] |= 1 << (row & 31);
      } else if (at < end) {
        hit = next(hit.at + 1);
        continue;
      }
      if (row === last) break;
      hit = next(recordStart(segment, row + 1) - base);
    }
  }

  #fits(segment: Segment, row: number, bytes: Buffer, base: number, matches: RawTest): boolean {
    this.beat();
    const { decode } = this.#source.reader(segment);
    const start = recordStart(segment, row) - base;
    const record = recordBytes(bytes, start, Math.min(recordEnd(segment, row) - base, bytes.length));
    return matches(rawText(decode, record));
  }

  /** Reads the texts of a span column for the candidates. */
  spans(
    segment: Segment,
    column: SpanColumn,
    matches: (value: Value | undefined) => boolean,
    candidates: Uint32Array,
    existsOnly: boolean,
  ): Uint32Array {
    const { starts, lengths, absent, parseAgain } = column;
    if (existsOnly) return eachCandidate(segment, candidates, (row) => lengths[row] !== absent);
    const found = new Uint32Array(wordsFor(segment.rows));
    const present = eachCandidate(segment, candidates, (row) => lengths[row] !== absent);
    const reader = this.#source.reader(segment);
    this.#eachGroup(segment, present, (bytes, base, first, last) => {
      for (let row = first; row <= last; row++) {
        if ((present[row >>> 5] & (1 << (row & 31))) === 0) continue;
        const start = recordStart(segment, row) - base;
        const value =
          lengths[row] === parseAgain
            ? reader
                .fields(segment, row, recordBytes(bytes, start, Math.min(recordEnd(segment, row) - base, bytes.length)))
                .get(column.field)
            : reader.decode(bytes, start + starts[row], start + starts[row] + lengths[row]);
        if (matches(value)) found[row >>> 5] |= 1 << (row & 31);
        this.beat();
      }
    });
    return found;
  }

  /** Calls `use` with the bytes of runs of records that hold candidates; `base` is the offset of bytes[0]. */
  #eachGroup(
    segment: Segment,
    candidates: Uint32Array,
    use: (bytes: Buffer, base: number, first: number, last: number) => void,
  ): void {
    const isAll = candidates.every((word, at) => word === 0xffffffff || at === candidates.length - 1);
    let row = nextSet(candidates, 0, segment.rows);
    while (row < segment.rows) {
      const from = recordStart(segment, row);
      let last = row;
      let next: number;
      if (isAll) {
        last = Math.max(row, Math.min(segment.rows - 1, rowAtOffset(segment, from + groupBytes, row) - 1));
        next = last + 1;
      } else {
        next = nextSet(candidates, row + 1, segment.rows);
        while (next < segment.rows && recordEnd(segment, next) - from <= groupBytes) {
          last = next;
          next = nextSet(candidates, next + 1, segment.rows);
        }
      }
      const to = Math.min(recordEnd(segment, last), from + longestGroup);
      use(this.#source.read(segment, from, to), from, row, last);
      row = nextSet(candidates, next, segment.rows);
    }
  }
}
