import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import {
  createViewport,
  maxTopPx,
  revealTopPx,
  thumbOf,
  topPxOfThumb,
  visibleRows,
} from '../../../src-renderer/grid/viewport.ts';

// Machines that build beside it are ten times slower.
vi.setConfig({ testTimeout: 30_000 });

const rowPx = 22;
const rows = fc.oneof(fc.nat({ max: 500 }), fc.nat({ max: 1_000_000_000 }));
const height = fc.integer({ min: 1, max: 3_000 });
const part = fc.double({ min: 0, max: 1, noNaN: true });

const states = fc.record({ total: rows, heightPx: height, part }).map(({ total, heightPx, part: at }) => {
  const topPx = Math.floor(at * maxTopPx({ total, heightPx }, rowPx));
  return { total, heightPx, topPx };
});

function viewportAt(topPx: number, heightPx: number, total: number) {
  const viewport = createViewport(rowPx);
  viewport.setHeightPx(heightPx);
  viewport.reset(topPx, total);
  return viewport;
}

test('a wheel of one row moves exactly one row, at any depth and back', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_000_000 }), fc.integer({ min: 1, max: 1_000 }), (row, steps) => {
      const viewport = viewportAt(row * rowPx, 800, 1_000_000_000);
      for (let step = 0; step < steps; step += 1) viewport.scrollByPx(rowPx);
      expect(viewport.state.get().topPx).toBe((row + steps) * rowPx);
      for (let step = 0; step < steps; step += 1) viewport.scrollByPx(-rowPx);
      expect(viewport.state.get().topPx).toBe(row * rowPx);
    }),
    { numRuns: 30 },
  );
});

test('never shows what is beyond either end', () => {
  fc.assert(
    fc.property(states, fc.integer({ min: -1e12, max: 1e12 }), ({ total, heightPx, topPx }, deltaPx) => {
      const viewport = viewportAt(topPx, heightPx, total);
      viewport.scrollByPx(deltaPx);
      const state = viewport.state.get();
      const { from, to } = visibleRows(state, rowPx);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeLessThanOrEqual(total);
      expect(to - from).toBeLessThanOrEqual(Math.ceil(heightPx / rowPx) + 1);
      // A view that is longer than the screen fills it.
      if (total * rowPx >= heightPx) expect(to * rowPx - state.topPx).toBeGreaterThanOrEqual(heightPx);
    }),
  );
});

test('rows that come below move nothing on screen', () => {
  fc.assert(
    fc.property(states, fc.nat({ max: 1_000_000 }), ({ total, heightPx, topPx }, more) => {
      const viewport = viewportAt(topPx, heightPx, total);
      viewport.setTotal(total + more);
      expect(viewport.state.get().topPx).toBe(topPx);
    }),
  );
});

test('dragging the thumb to either end shows the first and the last row whole', () => {
  fc.assert(
    fc.property(states, fc.integer({ min: 60, max: 2_000 }), (state, trackPx) => {
      const { sizePx } = thumbOf(state, rowPx, trackPx, 28);
      expect(topPxOfThumb(state, rowPx, trackPx, sizePx, -5)).toBe(0);
      expect(topPxOfThumb(state, rowPx, trackPx, sizePx, trackPx)).toBe(sizePx < trackPx ? maxTopPx(state, rowPx) : 0);
    }),
  );
});

test('a thumb stays within its track, can be grabbed, and stands where a drag has put it', () => {
  fc.assert(
    fc.property(states, fc.integer({ min: 60, max: 2_000 }), part, (state, trackPx, at) => {
      const thumb = thumbOf(state, rowPx, trackPx, 28);
      expect(thumb.sizePx).toBeGreaterThanOrEqual(28);
      expect(thumb.topPx).toBeGreaterThanOrEqual(0);
      expect(thumb.topPx + thumb.sizePx).toBeLessThanOrEqual(trackPx + 1e-6);
      const wishedPx = at * (trackPx - thumb.sizePx);
      const topPx = topPxOfThumb(state, rowPx, trackPx, thumb.sizePx, wishedPx);
      const moved = thumbOf({ ...state, topPx }, rowPx, trackPx, 28);
      // Positions are rounded to rows: at most half a row of the view in either direction.
      const rowOnTrackPx = ((trackPx - thumb.sizePx) * rowPx) / Math.max(rowPx, maxTopPx(state, rowPx));
      expect(Math.abs(moved.topPx - wishedPx)).toBeLessThanOrEqual(rowOnTrackPx + 1e-6);
    }),
  );
});

test('revealing a row shows it whole and does not move what already shows it', () => {
  fc.assert(
    fc.property(states, part, (state, at) => {
      fc.pre(state.total > 0 && state.heightPx >= rowPx);
      const row = Math.min(state.total - 1, Math.floor(at * state.total));
      const viewport = viewportAt(state.topPx, state.heightPx, state.total);
      const isShown = row * rowPx >= state.topPx && (row + 1) * rowPx <= state.topPx + state.heightPx;
      viewport.reveal(row);
      const { topPx } = viewport.state.get();
      expect(row * rowPx).toBeGreaterThanOrEqual(topPx);
      expect((row + 1) * rowPx).toBeLessThanOrEqual(topPx + state.heightPx);
      if (isShown) expect(topPx).toBe(state.topPx);
    }),
  );
});

test('a step beyond the edge scrolls by that step, a far jump leaves rows above', () => {
  const state = { topPx: 0, heightPx: 220, total: 1_000_000 };
  expect(revealTopPx(state, rowPx, 10)).toBe(22);
  expect(revealTopPx(state, rowPx, 500_000)).toBe(499_997 * rowPx);
});

test('knows which way it was moved last', () => {
  const viewport = viewportAt(2_200, 220, 1_000);
  viewport.scrollByPx(-22);
  expect(viewport.direction()).toBe(-1);
  viewport.scrollByPx(44);
  expect(viewport.direction()).toBe(1);
});
