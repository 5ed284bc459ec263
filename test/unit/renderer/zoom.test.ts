/** Zooming and moving on a chart over time. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { panned, zoomedIn, zoomedOut } from '../../../src-renderer/charts/zoom.ts';

/** Buckets of ten from 100 to 200. */
const edges = Array.from({ length: 11 }, (_, at) => 100 + at * 10);
const whole = { from: 0, to: 999 };

test('zooms in to half of the buckets, with the one at hand at its place', () => {
  expect([0, 4, 5, 9].map((at) => zoomedIn(edges, at))).toEqual([
    { from: 100, to: 150 },
    { from: 120, to: 170 },
    { from: 130, to: 180 },
    { from: 150, to: 200 },
  ]);
  expect(zoomedIn([100, 110], 0)).toBeUndefined();
});

test('zooms out to twice as long, as far as there are records', () => {
  expect(zoomedOut(edges, 0, whole)).toEqual({ from: 90, to: 290 });
  expect(zoomedOut(edges, 9, whole)).toEqual({ from: 0, to: 200 });
  expect(zoomedOut(edges, 5, { from: 95, to: 219 })).toEqual({ from: 95, to: 220 });
  expect(zoomedOut(edges, 5, { from: 104, to: 190 })).toBeUndefined();
});

test('moves by a quarter, as far as there are records', () => {
  expect([panned(edges, -1, whole), panned(edges, 1, whole)]).toEqual([
    { from: 70, to: 170 },
    { from: 130, to: 230 },
  ]);
  expect(panned(edges, 1, { from: 0, to: 211 })).toEqual({ from: 112, to: 212 });
  expect(panned(edges, -1, { from: 103, to: 999 })).toBeUndefined();
});

test('every step keeps the bucket at hand, and never leaves the log', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 2, maxLength: 40 });
  fc.assert(
    fc.property(gaps, fc.nat(), fc.nat(9000), fc.nat(9000), (widths, where, before, behind) => {
      const all = widths.reduce<number[]>((list, width) => [...list, (list.at(-1) ?? 0) + width], [1_000_000]);
      const at = where % widths.length;
      const [first, last] = [all[0] ?? 0, all.at(-1) ?? 0];
      const log = { from: first - before, to: last - 1 + behind };
      const near = zoomedIn(all, at);
      expect(near !== undefined && near.from <= (all[at] ?? 0) && near.to >= (all[at + 1] ?? 0)).toBe(true);
      const far = zoomedOut(all, at, log) ?? { from: first, to: last };
      expect(far.from <= first && far.to >= last && far.from >= log.from && far.to <= log.to + 1).toBe(true);
      for (const direction of [-1, 1] as const) {
        const moved = panned(all, direction, log);
        if (moved === undefined) continue;
        expect(moved.to - moved.from).toBe(last - first);
        expect(moved.from >= log.from && moved.to <= log.to + 1).toBe(true);
      }
    }),
  );
});
