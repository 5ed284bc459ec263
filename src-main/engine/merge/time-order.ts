/**
 * The rows of a view over several files, in the order of time (FileRecords says which). Holds ids, which stay when the
 * run numbers its records anew.
 *
 * What came in the last moments is loose: it stands behind the settled rows, in order among itself, so that what
 * arrives out of order moves no row that was there before. After a while it settles, which for most rows changes
 * nothing: they wait for those that they may still have to make way for. A record that may still grow settles too, in a
 * silent file. Lives on the engine's thread; owned by its view.
 */
import type { RowSet } from '../../index/row-set.ts';
import type { Segment, SegmentData } from '../../index/segment.ts';
import { sortedIds, type TimedPart } from '../../index/sort-ids.ts';
import type { FileRecords } from './file-records.ts';

/** What became of rows that were told of. */
export interface OrderChange {
  /** Some settled ones have moved. */
  readonly moved: boolean;
  /** Some of those that were not stable are others now. */
  readonly replaced: boolean;
}

/** What there is to be put in order. */
export interface Rows {
  readonly rows: RowSet;
  readonly segments: readonly Segment[];
  /** Segments before this one hold records that will not change. */
  readonly complete: number;
  /** Rows keep their places: those of segments from this one on stand behind, as they came. */
  readonly heldFrom: number | undefined;
  readonly now: number;
  /** Nothing waits. */
  readonly atOnce: boolean;
}

/** A row stays loose for so long: files are looked at ten times a second. */
export const looseMs = 1000;
/** Rows age in steps, because what is loose is put in order anew then. */
const ageEveryMs = 200;
/** No row waits longer than this for one that came later and is older. */
const longestWaitMs = 5000;

/** A settled record that may still grow. */
interface Growing {
  readonly id: number;
  readonly time: number;
  readonly data: SegmentData;
}

export class TimeOrder {
  readonly #files: FileRecords;
  /** Settled ids, then loose ones. */
  #ids: Uint32Array;
  #settled: number;
  #count: number;
  /** Rows of segments before this one are settled or wait to be; those wait in order. */
  #aged: number;
  #waiting: Uint32Array = new Uint32Array(0);
  #agedMs = Number.NEGATIVE_INFINITY;
  #checkedMs = 0;
  /** Rows of segments that have not aged, in order, up to segment `youngTo`. */
  #young: Uint32Array = new Uint32Array(0);
  #youngTo: number;
  /** Settled, by file; and those of them that are complete by now, while their segment has not aged. */
  readonly #growing = new Map<number, Growing>();
  readonly #grown = new Set<number>();

  /** `settled` are the rows of the first `aged` segments in order. */
  constructor(files: FileRecords, settled: Uint32Array, aged: number) {
    this.#files = files;
    this.#ids = settled;
    this.#settled = this.#count = settled.length;
    this.#aged = this.#youngTo = aged;
  }

  /** Of the matching rows of the first `aged` segments; `sort` puts ids in order. */
  static async create(
    files: FileRecords,
    rows: RowSet,
    aged: number,
    sort: (parts: readonly TimedPart[]) => Promise<Uint32Array>,
  ): Promise<TimeOrder> {
    const ids = await sort(partsOf(files, rows, files.byFile(0, aged)));
    return new TimeOrder(files, ids, aged);
  }

  get ids(): Uint32Array {
    return this.#ids.subarray(0, this.#count);
  }

  /** Something is left to settle. */
  get hasLoose(): boolean {
    return this.#settled < this.#count;
  }

  /** Segments before this one have aged; the run must not put them together with others. */
  get aged(): number {
    return this.#aged;
  }

  /** Rows before this one will not change. */
  get stableRows(): number {
    let stable = this.#settled;
    for (const { id } of this.#growing.values()) stable = Math.min(stable, this.#rowAt(id, 0, this.#settled));
    return stable;
  }

  /** Takes in what there is now. */
  update(now: Rows): OrderChange {
    const before = this.#ids.slice(this.#settled, this.#count);
    const first = this.#settled;
    this.#count = this.#settled;
    let { moved, replaced } = this.#refreshGrowing(now);
    const isHeld = now.heldFrom !== undefined;
    if (!isHeld) {
      this.#age(now);
      moved = this.#settleGrowing(now) || moved;
    }
    const ordered = Math.max(this.#aged, Math.min(now.heldFrom ?? now.complete, now.complete));
    const young = this.#merged(
      this.#without(this.#gatherYoung(now, ordered)),
      this.#without(this.#gather(now, now.complete, now.rows.segments, true)),
    );
    if (!isHeld) moved = this.#settleWaiting(now, young) || moved;
    this.#append(this.#merged(this.#waiting, young));
    this.#append(this.#without(this.#gather(now, ordered, now.complete, false)));
    replaced ||= first + before.length > this.#count;
    for (let at = 0; at < before.length && !replaced; at++) replaced = this.#ids[first + at] !== before[at];
    return { moved, replaced };
  }

  /** The run holds the records of segments before `end` in `fewer` ones. */
  regroup(end: number, fewer: number): void {
    if (this.#aged >= end) this.#aged -= fewer;
    this.#forgetYoung();
  }

  /** Number of the record in a row; -1 when it is no more. */
  recordIn(row: number): number {
    return this.#files.recordOfId(this.#ids[row]) ?? -1;
  }

  /** Numbers of the records in rows [from, to). */
  records(from: number, to: number): readonly number[] {
    const ids = this.ids.subarray(Math.max(0, from), Math.max(0, to));
    return Array.from(ids).flatMap((id) => this.#files.recordOfId(id) ?? []);
  }

  /** Gives the records of rows as they stand now, whatever comes. */
  freeze(): (from: number, to: number) => Uint32Array {
    const ids = this.ids.slice();
    return (from, to) =>
      Uint32Array.from(Array.from(ids.subarray(from, to)).flatMap((id) => this.#files.recordOfId(id) ?? []));
  }

  /** Row right behind something that happened before the record with this id came, or will come. */
  rowAfter(id: number): number {
    if (this.#files.recordOfId(id) !== undefined) return this.rowOf(id).row;
    // Nothing came to the file since: behind what came before.
    const before = id - this.#files.files;
    if (before < 0) return this.#count;
    const { row, exact } = this.rowOf(before);
    return exact ? row + 1 : row;
  }

  /** Row of the record with this id, or of the first row behind its place. */
  rowOf(id: number): { readonly row: number; readonly exact: boolean } {
    const settled = this.#rowAt(id, 0, this.#settled);
    if (settled < this.#settled && this.#ids[settled] === id) return { row: settled, exact: true };
    const loose = this.#ids.subarray(this.#settled, this.#count).indexOf(id);
    if (loose >= 0) return { row: this.#settled + loose, exact: true };
    return { row: settled < this.#settled ? settled : this.#rowAt(id, settled, this.#count), exact: false };
  }

  /** First row at or after the time; the end when there is none. */
  rowAtTime(time: number): number {
    const isBefore = (id: number): boolean => this.#files.timeOf(id) < time;
    const settled = search(this.#ids, 0, this.#settled, isBefore);
    return settled < this.#settled ? settled : search(this.#ids, settled, this.#count, isBefore);
  }

  /**
   * Settled records that could grow: those that are complete now stay where they are; those that the view no longer
   * has, or that have another time, go.
   */
  #refreshGrowing({ rows, segments, complete }: Rows): OrderChange {
    let moved = false;
    let replaced = false;
    for (const [file, growing] of this.#growing) {
      const { id, time } = growing;
      const record = this.#files.recordOfId(id);
      const number = record === undefined ? 0 : this.#files.segmentOf(record);
      // It is being looked at again.
      if (record !== undefined && number >= rows.segments) continue;
      if (record === undefined || !rows.has(record) || this.#files.timeOf(id) !== time) {
        this.#growing.delete(file);
        this.#remove(id);
        moved = true;
      } else if (number < complete) {
        this.#growing.delete(file);
        if (number >= this.#aged) this.#grown.add(id);
        replaced = true;
      } else {
        const { data } = segments[number];
        replaced ||= data !== growing.data;
        this.#growing.set(file, { id, time, data });
      }
    }
    return { moved, replaced };
  }

  /** Settles records that have not grown for a while: the next line of a file may never come. */
  #settleGrowing(now: Rows): boolean {
    let moved = false;
    for (let number = now.complete; number < now.rows.segments; number++) {
      const file = this.#files.fileOf(number);
      // A record alone, but for formats that need several lines to see where one ends.
      if (now.segments[number].rows > 1 || this.#growing.has(file)) continue;
      if (!now.atOnce && this.#files.grownAt(file) >= now.now - looseMs) continue;
      const [id] = this.#gather(now, number, number + 1, false);
      if (id === undefined) continue;
      this.#growing.set(file, { id, time: this.#files.timeOf(id), data: now.segments[number].data });
      moved = this.#settle(Uint32Array.of(id)) || moved;
    }
    return moved;
  }

  #remove(id: number): void {
    const at = this.#ids.subarray(0, this.#settled).lastIndexOf(id);
    if (at < 0) return;
    this.#ids.copyWithin(at, at + 1, this.#settled);
    this.#settled--;
    this.#count = this.#settled;
  }

  /** Rows that have been loose for long enough wait from now on to be settled. */
  #age(now: Rows): void {
    if (now.now - this.#agedMs < ageEveryMs && !now.atOnce) return;
    this.#agedMs = now.now;
    const aged = now.atOnce ? now.complete : this.#files.segmentsBefore(now.now - looseMs, now.complete);
    if (aged <= this.#aged) return;
    const ids = this.#gather(now, this.#aged, aged, true);
    this.#waiting = this.#merged(this.#waiting, this.#without(ids));
    if (this.#grown.size > 0) for (const id of ids) this.#grown.delete(id);
    this.#aged = aged;
    this.#forgetYoung();
  }

  #forgetYoung(): void {
    this.#young = new Uint32Array(0);
    this.#youngTo = this.#aged;
  }

  /** Rows of segments that have not aged: most of them are in order since the last time. */
  #gatherYoung(now: Rows, ordered: number): Uint32Array {
    if (this.#youngTo > ordered) this.#forgetYoung();
    this.#young = this.#merged(this.#young, this.#gather(now, this.#youngTo, ordered, true));
    this.#youngTo = ordered;
    return this.#young;
  }

  /** Settles what no loose row has to stand before any more, or what has waited for too long. */
  #settleWaiting({ now, atOnce }: Rows, young: Uint32Array): boolean {
    const waiting = this.#waiting;
    let count = waiting.length;
    if (young.length > 0 && !atOnce) {
      count = 0;
      while (count < waiting.length && this.#files.compare(waiting[count], young[0]) < 0) count++;
      if (now - this.#checkedMs >= looseMs) {
        this.#checkedMs = now;
        let overdue = waiting.length;
        while (overdue > count && this.#files.arrivalOfId(waiting[overdue - 1]) >= now - longestWaitMs) overdue--;
        count = overdue;
      }
    }
    this.#waiting = waiting.slice(count);
    return this.#settle(waiting.subarray(0, count));
  }

  /** Puts ids, in order, among the settled ones. True when some of those have moved. */
  #settle(added: Uint32Array): boolean {
    if (added.length === 0) return false;
    const first = this.#rowAt(added[0], 0, this.#settled);
    const isMoved = first < this.#settled;
    const behind = isMoved ? this.#merged(this.#ids.slice(first, this.#settled), added) : added;
    this.#settled = this.#count = first;
    this.#append(behind);
    this.#settled = this.#count;
    return isMoved;
  }

  /** Ids of the matching rows of segments [from, to). */
  #gather({ rows }: Rows, from: number, to: number, isSorted: boolean): Uint32Array {
    const numbers = isSorted
      ? this.#files.byFile(from, to)
      : Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
    return sortedIds(partsOf(this.#files, rows, numbers), this.#files.files, isSorted);
  }

  /** Without those that are settled already. */
  #without(ids: Uint32Array): Uint32Array {
    if (this.#grown.size === 0 && this.#growing.size === 0) return ids;
    const settled = new Set([...this.#grown, ...Array.from(this.#growing.values(), ({ id }) => id)]);
    return ids.filter((id) => !settled.has(id));
  }

  /** Both in one order; not a copy where one of them is empty. */
  #merged(a: Uint32Array, b: Uint32Array): Uint32Array {
    if (a.length === 0) return b;
    if (b.length === 0) return a;
    const all = new Uint32Array(a.length + b.length);
    // What comes later is mostly later.
    let next = firstAfter(a, b[0], this.#files);
    let other = next > 0 ? 0 : firstAfter(b, a[0], this.#files);
    all.set(a.subarray(0, next));
    all.set(b.subarray(0, other), next);
    for (let at = next + other; at < all.length; at++) {
      if (next === a.length) {
        all.set(b.subarray(other), at);
        break;
      }
      if (other === b.length) {
        all.set(a.subarray(next), at);
        break;
      }
      all[at] = this.#files.compare(a[next], b[other]) <= 0 ? a[next++] : b[other++];
    }
    return all;
  }

  #append(ids: Uint32Array): void {
    const count = this.#count + ids.length;
    if (count > this.#ids.length) {
      const larger = new Uint32Array(Math.max(count, this.#ids.length * 2, 1024));
      larger.set(this.ids);
      this.#ids = larger;
    }
    this.#ids.set(ids, this.#count);
    this.#count = count;
  }

  #rowAt(id: number, from: number, to: number): number {
    return search(this.#ids, from, to, (other) => this.#files.compare(other, id) < 0);
  }
}

/** First of ascending `ids` that stands behind `id`. */
const firstAfter = (ids: Uint32Array, id: number, files: FileRecords): number =>
  search(ids, 0, ids.length, (other) => files.compare(other, id) < 0);

function search(ids: Uint32Array, from: number, to: number, isBefore: (id: number) => boolean): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(ids[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

function partsOf(files: FileRecords, rows: RowSet, segments: readonly number[]): readonly TimedPart[] {
  return segments.flatMap((number) => {
    const part = rows.part(number);
    if (part === undefined || part.count === 0) return [];
    return [{ bits: part.bits, times: files.timesOf(number), firstId: files.firstId(number) }];
  });
}
