/** Cells of time against the clock, row by row. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wallClock } from '../../../src-shared/model/zone.ts';
import type { NumberColumn } from '../../../src-main/index/segment.ts';
import { anyCells, noDay, noHour, type TimeCells, timeCells } from '../../../src-main/index/summary/time-cells.ts';
import { createQueryKernels } from '../../../src-main/kernels/query-kernels.ts';

const hourMs = 3_600_000;
const kernels = createQueryKernels();

/** As segments store times; undefined is absent. */
function columnOf(times: readonly (number | undefined)[], asDoubles: boolean): NumberColumn {
  const known = times.filter((time) => time !== undefined);
  const [min, max] = [Math.min(...known), Math.max(...known)];
  const whole = !asDoubles && max - min < 2 ** 32 - 2;
  return {
    kind: 'number',
    field: 'time',
    base: whole ? min : 0,
    min,
    max,
    nulls: times.length - known.length,
    whole: true,
    values: whole
      ? Uint32Array.from(times, (time) => (time === undefined ? 0 : time - min + 1))
      : Float64Array.from(times, (time) => time ?? Number.NaN),
  };
}

const facts = ({ of, buckets, days, hours, weekdays }: TimeCells, rows: number): unknown[] =>
  Array.from({ length: rows }, (_, row) => {
    const cell = of[row];
    return [buckets[cell], days[cell], hours[cell], weekdays[cell]];
  });

it('say of every row its bucket, date, hour and weekday', () => {
  const zones = ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/St_Johns', 'Africa/Monrovia'];
  // The begin of summer time in Berlin, and an odd shift: Monrovia went on by 44:30 in 1972.
  const start = fc.constantFrom(Date.UTC(2026, 2, 29), Date.UTC(2026, 3, 4, 14), Date.UTC(1972, 0, 7, 0, 44), 0);
  const offset = fc.oneof(
    fc.integer({ min: -3 * hourMs, max: 6 * hourMs }),
    fc.integer({ min: 0, max: 60_000 }),
    fc.integer({ min: 0, max: 4e10 }),
  );
  const offsets = fc.array(fc.option(offset, { nil: undefined }), { maxLength: 60 });
  const steps = fc.array(fc.integer({ min: 1, max: 5 * hourMs }), { maxLength: 8 });
  fc.assert(
    fc.property(start, offsets, steps, fc.constantFrom(...zones), fc.boolean(), (from, list, gaps, zone, asDoubles) => {
      const times = list.map((each) => (each === undefined ? undefined : from + each));
      let edge = from - hourMs;
      const edges = Float64Array.from(gaps, (gap) => (edge += gap));
      const column = columnOf(times, asDoubles);
      const expected = times.map((time) => {
        if (time === undefined) return [-1, noDay, noHour, 0];
        const { year, month, day, hour } = wallClock(zone, time);
        const date = Date.UTC(year, month - 1, day) / 86_400_000;
        const bucket = edges.findLastIndex((each) => each <= time);
        return [bucket < edges.length - 1 ? bucket : -1, date, hour, ((((date + 3) % 7) + 7) % 7) + 1];
      });
      expect(facts(timeCells(column, times.length, edges, zone, kernels), times.length)).toEqual(expected);
      expect(facts(anyCells(column, times.length, edges, zone), times.length)).toEqual(expected);
    }),
    { numRuns: 400 },
  );
});

it('are as many as rows at most where times are years apart', () => {
  const times = Array.from({ length: 500 }, (_, at) => at * 40 * 24 * hourMs);
  const column = columnOf(times, false);
  const cells = timeCells(column, times.length, new Float64Array(0), 'UTC', kernels);
  expect(cells.count).toBe(501);
});
