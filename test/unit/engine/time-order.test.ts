/** The order of several files, compared with a sort of everything, whatever comes in whichever way. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FileRecords } from '../../../src-main/engine/merge/file-records.ts';
import { TimeOrder } from '../../../src-main/engine/merge/time-order.ts';
import { openSegment } from '../../../src-main/index/open-segment.ts';
import { RowSet } from '../../../src-main/index/row-set.ts';
import type { Segment } from '../../../src-main/index/segment.ts';

const files = 3;

interface Part {
  readonly file: number;
  /** Undefined: without a time. */
  readonly times: readonly (number | undefined)[];
}

function segmentOf({ file, times }: Part, firstRow: number): Segment {
  const buffer = new SharedArrayBuffer(times.length * 12);
  new Float64Array(buffer, 0, times.length).set(times.map((time) => time ?? Number.NaN));
  const known = times.filter((time) => time !== undefined);
  const slice = { type: 'f64', at: 0, length: times.length } as const;
  const bounds = { base: 0, min: Math.min(...known), max: Math.max(...known), nulls: times.length - known.length };
  const data = {
    rows: times.length,
    base: 0,
    end: times.length,
    lineBase: 0,
    offsets: { type: 'u32', at: times.length * 8, length: times.length } as const,
    unparsedCount: 0,
    columns: [{ kind: 'number', field: 'time', slice, whole: true, ...bounds } as const],
    buffer,
  };
  return openSegment(data, firstRow, 1, file);
}

/** Keeps segments, records of files, a filtered row set and its order as a run and a view do. */
class Model {
  readonly segments: Segment[] = [];
  readonly records = new FileRecords(files, this.segments, (segment) => segment.piece);
  #complete: Part[] = [];
  readonly #growing = new Map<number, Part>();
  #order: TimeOrder | undefined;
  #rows = new RowSet();
  readonly #keeps: (file: number, at: number) => boolean;
  now = 0;
  heldFrom: number | undefined;

  constructor(keeps: (file: number, at: number) => boolean) {
    this.#keeps = keeps;
  }

  get ids(): readonly number[] {
    return Array.from(this.#order?.ids ?? []);
  }

  /** A pass found complete records of a file, and one that may still grow. */
  publish(part: Part, growing: readonly (number | undefined)[]): void {
    const complete = this.#complete.length;
    this.#truncate(complete);
    if (part.times.length > 0) this.#complete.push(part);
    this.#growing.delete(part.file);
    if (growing.length > 0) this.#growing.set(part.file, { file: part.file, times: growing });
    for (const each of [...this.#complete.slice(complete), ...this.#growing.values()]) this.#append(each);
  }

  /** Puts the segments of one file among those that have aged together. */
  compact(file: number): void {
    const aged = this.#order?.aged ?? this.#complete.length;
    const to = Math.min(aged, this.#complete.length);
    const zone = this.#complete.slice(0, to);
    const own = zone.flatMap((part, at) => (part.file === file ? [at] : []));
    const others = zone.flatMap((part, at) => (part.file === file ? [] : [at]));
    if (own.length < 2) return;
    const times = own.flatMap((at) => zone[at].times);
    const rest = this.#complete.slice(to);
    const rows = this.#rows;
    this.#rows = new RowSet();
    this.#truncate(0);
    this.#complete = [{ file, times }, ...others.map((at) => zone[at]), ...rest];
    for (const part of [...this.#complete, ...this.#growing.values()]) this.#append(part, -10_000);
    this.#rows = rows;
    const sizes = this.#complete.slice(0, others.length + 1).map((part) => part.times.length);
    rows.regroup(0, to, [...own, ...others], sizes);
    this.#order?.regroup(to, to - sizes.length);
    if (this.heldFrom !== undefined && this.heldFrom >= to) this.heldFrom -= to - sizes.length;
  }

  update(): boolean {
    const complete = this.#complete.length;
    this.#order ??= new TimeOrder(this.records, new Uint32Array(0), 0);
    const { segments, now, heldFrom } = this;
    return this.#order.update({ rows: this.#rows, segments, complete, heldFrom, now, atOnce: false }).moved;
  }

  hold(on: boolean): void {
    this.heldFrom = on ? (this.heldFrom ?? this.#complete.length) : undefined;
  }

  /** All matching rows, sorted at once. */
  sorted(): readonly number[] {
    const all: number[] = [];
    for (let file = 0; file < files; file++) {
      for (let at = 0; at < this.records.countOf(file); at++) if (this.#keeps(file, at)) all.push(at * files + file);
    }
    return all.sort((a, b) => this.records.timeOf(a) - this.records.timeOf(b) || (a % files) - (b % files) || a - b);
  }

  #append(part: Part, arrived = this.now): void {
    const last = this.segments.at(-1);
    const segment = segmentOf(part, last === undefined ? 0 : last.firstRow + last.rows);
    const first = this.records.countOf(part.file);
    this.segments.push(segment);
    this.records.append(segment, arrived);
    const bits = new Uint32Array((segment.rows + 31) >>> 5);
    for (let row = 0; row < segment.rows; row++) {
      if (this.#keeps(part.file, first + row)) bits[row >>> 5] |= 1 << (row & 31);
    }
    if (this.#rows.segments < this.segments.length) this.#rows.append(segment.rows, bits);
  }

  #truncate(count: number): void {
    this.segments.length = Math.min(count, this.segments.length);
    this.records.truncate(count);
    while (this.#rows.segments > count) this.#rows.dropLast();
  }
}

const time = fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined, freq: 5 });
const action = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('publish' as const),
      file: fc.nat(files - 1),
      times: fc.array(time, { maxLength: 5 }),
      growing: fc.array(time, { maxLength: 1 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 2500 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('compact' as const), file: fc.nat(files - 1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hold' as const), on: fc.boolean() }) },
);

test('is the order of time at the end, holds each row once at any moment, and moves none while it is held', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), fc.nat(3), (actions, left) => {
      const model = new Model((file, at) => (file + at) % 4 !== left || left === 0);
      model.update();
      for (const each of actions) {
        const before = model.ids;
        const wasHeld = model.heldFrom !== undefined;
        switch (each.kind) {
          case 'publish':
            model.publish(each, each.growing);
            break;
          case 'wait':
            model.now += each.ms;
            break;
          case 'compact':
            model.compact(each.file);
            break;
          case 'hold':
            model.hold(each.on);
            break;
        }
        const moved = model.update();
        expect(model.ids.toSorted((a, b) => a - b)).toEqual(model.sorted().toSorted((a, b) => a - b));
        if (wasHeld && model.heldFrom !== undefined && each.kind !== 'publish') {
          expect([moved, model.ids]).toEqual([false, before]);
        }
      }
      model.hold(false);
      model.update();
      model.now += 10_000;
      model.update();
      expect(model.ids).toEqual(model.sorted());
    }),
    { numRuns: 1000 },
  );
});

test('rows that come in the order of time move none of those before', () => {
  const model = new Model(() => true);
  model.update();
  for (let n = 0; n < 60; n++) {
    model.publish({ file: n % 3, times: [n * 10, n * 10 + 5] }, []);
    model.now += 100;
    expect(model.update()).toBe(false);
  }
  expect(model.ids).toEqual(model.sorted());
});

test('a late row waits before it goes to its place, and tells that rows have moved', () => {
  const model = new Model(() => true);
  model.publish({ file: 0, times: [10, 20, 30] }, []);
  model.update();
  model.now = 2000;
  model.update();
  model.publish({ file: 1, times: [15] }, []);
  expect([model.update(), model.ids]).toEqual([false, [0, 3, 6, 1]]);
  model.now = 2500;
  expect([model.update(), model.ids]).toEqual([false, [0, 3, 6, 1]]);
  model.now = 3100;
  expect([model.update(), model.ids]).toEqual([true, [0, 1, 3, 6]]);
});

test('the last record of a silent file stands at its place, and stays there when it is complete', () => {
  const model = new Model(() => true);
  model.publish({ file: 1, times: [5] }, [15]);
  model.publish({ file: 0, times: [10, 20] }, [30]);
  model.update();
  model.now = 2000;
  model.update();
  expect(model.ids).toEqual([1, 0, 4, 3, 6]);
  model.publish({ file: 0, times: [30, 40] }, [50]);
  expect([model.update(), model.ids]).toEqual([false, [1, 0, 4, 3, 6, 9, 12]]);
  model.publish({ file: 1, times: [15] }, [60]);
  expect([model.update(), model.ids]).toEqual([false, [1, 0, 4, 3, 6, 9, 12, 7]]);
});
