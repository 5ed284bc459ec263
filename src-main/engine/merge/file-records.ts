/**
 * Where the records of several files stand in the one run that holds them all, and in which time.
 *
 * A run numbers records as they arrive, and anew when small segments are put together. What stays is a record's place
 * in its own file: ids are made of that, and so is the order of a merged view, which is by time, then by file, then by
 * place in the file. A record without a time counts with the one before it in its file; before the first that has
 * one, with the moment in which it came. Kept up to date by the run; lives on the engine's thread, while the times lie
 * in shared memory.
 */
import { lowerBound, numberAt, type Segment } from '../../index/segment.ts';

interface FileState {
  /** Numbers of its segments in the run, and the first record of each within the file. */
  readonly segments: number[];
  readonly firsts: number[];
  /** By record of the file. */
  times: Float64Array;
  count: number;
  /** So many records had a time once, some of them only for the moment. */
  known: number;
  /** First record of the file that says its time. */
  firstTimed: number;
  /** When its last record came. */
  grownMs: number;
}

/** A record's place: its file, and its number in there. */
export interface Place {
  readonly file: number;
  readonly at: number;
}

export class FileRecords {
  readonly #segments: readonly Segment[];
  readonly #fileOf: (segment: Segment) => number;
  readonly #files: readonly FileState[];
  /** By segment of the run: its first record within its file, and when it came. */
  readonly #firsts: number[] = [];
  readonly #arrivals: number[] = [];

  /** `segments` are those of the run, as they are at each call. */
  constructor(files: number, segments: readonly Segment[], fileOf: (segment: Segment) => number) {
    this.#segments = segments;
    this.#fileOf = fileOf;
    this.#files = Array.from({ length: files }, () => ({
      segments: [],
      firsts: [],
      times: shared(1024),
      count: 0,
      known: 0,
      firstTimed: Number.POSITIVE_INFINITY,
      grownMs: 0,
    }));
  }

  /** The run has one more segment, which came at `arrivedMs`. */
  append(segment: Segment, arrivedMs: number): void {
    const state = this.#files[this.#fileOf(segment)];
    const first = state.count;
    state.segments.push(this.#firsts.length);
    state.firsts.push(first);
    this.#firsts.push(first);
    this.#arrivals.push(arrivedMs);
    state.count += segment.rows;
    if (state.count > state.times.length) {
      const times = shared(Math.max(state.count, state.times.length * 2));
      times.set(state.times);
      state.times = times;
    }
    const { times } = state;
    const column = segment.columns.get('time');
    for (let row = 0, at = first; row < segment.rows; row++, at++) {
      const time = column?.kind === 'number' ? numberAt(column, row) : Number.NaN;
      if (time === time) {
        times[at] = time;
        state.firstTimed = Math.min(state.firstTimed, at);
      } else if (state.firstTimed < at) times[at] = times[at - 1];
      else if (at >= state.known) times[at] = arrivedMs;
    }
    // One that takes the place of a shorter one came when that did.
    if (state.count > state.known) state.grownMs = arrivedMs;
    state.known = Math.max(state.known, state.count);
  }

  /** The run has only its first `count` segments any more. */
  truncate(count: number): void {
    while (this.#firsts.length > count) {
      const first = this.#firsts.pop() ?? 0;
      this.#arrivals.pop();
      const number = this.#firsts.length;
      const state = this.#files.find(({ segments }) => segments.at(-1) === number);
      if (state === undefined) throw new Error('segments go in the order in which they came');
      state.segments.pop();
      state.firsts.pop();
      state.count = first;
      if (state.firstTimed >= first) state.firstTimed = Number.POSITIVE_INFINITY;
    }
  }

  arrivalOf(segment: number): number {
    return this.#arrivals[segment];
  }

  /** When the segment came that holds the record with this id. */
  arrivalOfId(id: number): number {
    const record = this.recordOfId(id);
    return record === undefined ? 0 : this.#arrivals[segmentAt(this.#segments, record)];
  }

  /** Number of the segment that holds the record. */
  segmentOf(record: number): number {
    return segmentAt(this.#segments, record);
  }

  fileOf(segment: number): number {
    return this.#fileOf(this.#segments[segment]);
  }

  /** When the file's last record came. */
  grownAt(file: number): number {
    return this.#files[file].grownMs;
  }

  /** How many of the run's first `most` segments came before `ms`. */
  segmentsBefore(ms: number, most: number): number {
    let count = Math.min(most, this.#arrivals.length);
    while (count > 0 && this.#arrivals[count - 1] >= ms) count--;
    return count;
  }

  /** Segments [from, to) of the run, file by file. */
  byFile(from: number, to: number): readonly number[] {
    return this.#files.flatMap(({ segments }) => segments.slice(lowerBound(segments, from), lowerBound(segments, to)));
  }

  /** Times of a segment's records. */
  timesOf(segment: number): Float64Array {
    const { times } = this.#files[this.#fileOf(this.#segments[segment])];
    const first = this.#firsts[segment];
    return times.subarray(first, first + this.#segments[segment].rows);
  }

  placeOf(record: number): Place {
    const number = segmentAt(this.#segments, record);
    const segment = this.#segments[number];
    return { file: this.#fileOf(segment), at: this.#firsts[number] + record - segment.firstRow };
  }

  /** Records of a file. */
  countOf(file: number): number {
    return this.#files[file].count;
  }

  /** A number that stays with the record. */
  idOf(record: number): number {
    return this.idAt(this.placeOf(record));
  }

  /** Id of the first record of a segment; the others follow `files` apart. */
  firstId(segment: number): number {
    return this.idAt({ file: this.#fileOf(this.#segments[segment]), at: this.#firsts[segment] });
  }

  get files(): number {
    return this.#files.length;
  }

  idAt({ file, at }: Place): number {
    return at * this.#files.length + file;
  }

  placeOfId(id: number): Place {
    return { file: id % this.#files.length, at: Math.floor(id / this.#files.length) };
  }

  /** The record's number in the run now; undefined when its file has no such record. */
  recordOfId(id: number): number | undefined {
    const { file, at } = this.placeOfId(id);
    const { firsts, segments, count } = this.#files[file];
    if (at < 0 || at >= count) return undefined;
    const within = lowerBound(firsts, at + 1) - 1;
    return this.#segments[segments[within]].firstRow + at - firsts[within];
  }

  /** Time of the record with this id. */
  timeOf(id: number): number {
    const files = this.#files.length;
    return this.#files[id % files].times[Math.floor(id / files)];
  }

  /** Negative when the record with id `a` comes first. */
  compare(a: number, b: number): number {
    const files = this.#files.length;
    return this.timeOf(a) - this.timeOf(b) || (a % files) - (b % files) || a - b;
  }
}

const shared = (length: number): Float64Array => new Float64Array(new SharedArrayBuffer(length * 8));

/** Number of the segment that holds the record. */
function segmentAt(segments: readonly Segment[], record: number): number {
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (segments[middle].firstRow <= record) low = middle;
    else high = middle - 1;
  }
  return low;
}
