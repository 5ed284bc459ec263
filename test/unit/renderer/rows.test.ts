import { afterEach, expect, test, vi } from 'vitest';
import type { Session } from '../../../src-renderer/engine/index.ts';
import { createGridModel, rowPx, type GridModel } from '../../../src-renderer/grid/model.ts';
import type { FakeEngineOptions } from './fake/fake-engine.ts';
import { openFake, until } from './fake/connect.ts';

// Machines that build beside it are ten times slower.
vi.setConfig({ testTimeout: 30_000 });

const models: GridModel[] = [];

afterEach(() => {
  for (const model of models.splice(0)) model.close();
});

/** A grid of 20 rows on screen over the access log of 2.5 million records. */
async function openGrid(path = '/var/log/access.log', options: FakeEngineOptions = {}) {
  const opened = await openFake(path, options);
  const grid = createGridModel(opened.session);
  models.push(grid);
  grid.viewport.setHeightPx(20 * rowPx);
  await until(() => isSettled(grid));
  return { ...opened, grid };
}

const isSettled = (grid: GridModel): boolean => grid.frame.get()?.isPending === false;

/** Records of the rows on screen. */
function shown(grid: GridModel): (number | undefined)[] {
  const frame = grid.frame.get();
  if (frame === undefined) return [];
  const { from, to } = frame.rows;
  return Array.from({ length: to - from }, (_, at) => frame.row(from + at)?.record);
}

const settleFilter = async (session: Session, grid: GridModel, filter: string): Promise<void> => {
  await session.applyFilter(filter);
  await until(() => isSettled(grid));
};

test('shows the first rows, and the last ones after a jump to the end', async () => {
  const { grid } = await openGrid();
  expect(shown(grid)).toEqual(Array.from({ length: 20 }, (_, at) => at));
  grid.moveToEdge('last', false);
  await until(() => isSettled(grid));
  expect([shown(grid).at(-1), grid.selection.get().focus, grid.focusedRecord.get()]).toEqual([
    2_499_999, 2_499_999, 2_499_999,
  ]);
});

test('never paints a row that is not here: the old position stays until the new one has its rows', async () => {
  const { grid } = await openGrid('/var/log/huge.log', { latencyMs: 5 });
  const blanks: number[] = [];
  grid.frame.subscribe(() => {
    const missing = shown(grid).filter((record) => record === undefined).length;
    if (missing > 0) blanks.push(missing);
  });
  for (let step = 1; step <= 30; step += 1) {
    grid.viewport.scrollToRow(step * 3_000_000);
    // As fast as a hand drags.
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  await until(() => isSettled(grid));
  expect([blanks, shown(grid)[0]]).toEqual([[], 90_000_000]);
});

test('a fast drag shows where it passes', async () => {
  const { grid } = await openGrid('/var/log/huge.log', { latencyMs: 5 });
  const seen = new Set<number | undefined>();
  grid.frame.subscribe(() => seen.add(shown(grid)[0]));
  for (let step = 1; step <= 40; step += 1) {
    grid.viewport.scrollToRow(step * 2_000_000);
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  await until(() => isSettled(grid));
  expect(seen.size).toBeGreaterThan(3);
});

test('keeps the old rows on screen until those of a new filter are here', async () => {
  const { session, grid } = await openGrid('/var/log/access.log', { latencyMs: 5 });
  const seen: unknown[] = [];
  grid.frame.subscribe(() => seen.push(shown(grid).slice(0, 2)));
  await settleFilter(session, grid, 'status >= 500');
  const states = new Set(seen.map((records) => JSON.stringify(records)));
  expect([...states]).toEqual(['[0,1]', '[0,50]']);
  expect(grid.viewport.state.get().total).toBe(50_000);
});

test('keeps the focused record in its place when the filter changes, also back to all', async () => {
  const { session, grid } = await openGrid();
  grid.goToRow(50_000);
  await until(() => isSettled(grid));
  const offsetPx = 50_000 * rowPx - grid.viewport.state.get().topPx;
  await settleFilter(session, grid, 'status >= 500');
  expect(grid.selection.get().focus).toBe(1_000);
  expect(1_000 * rowPx - grid.viewport.state.get().topPx).toBe(offsetPx);
  await settleFilter(session, grid, '');
  expect([grid.selection.get().focus, grid.focusedRecord.get()]).toEqual([50_000, 50_000]);
  expect(50_000 * rowPx - grid.viewport.state.get().topPx).toBe(offsetPx);
});

test('a record that the filter leaves out stays in the details, not in the selection', async () => {
  const { session, grid } = await openGrid();
  grid.goToRow(50_001);
  await until(() => isSettled(grid));
  await settleFilter(session, grid, 'status >= 500');
  expect([grid.selection.get().ranges, grid.focusedRecord.get()]).toEqual([[], 50_001]);
});

test('a sort starts at the top, and shows the new order only', async () => {
  const { session, grid } = await openGrid();
  grid.viewport.scrollToRow(1_000);
  await until(() => isSettled(grid));
  await session.applySort({ field: 'bytes', descending: true });
  await until(() => isSettled(grid));
  expect([grid.viewport.state.get().topPx, shown(grid)[0]]).toEqual([0, 2_499_999]);
});

test('a filter without matches empties the grid and says so at once', async () => {
  const { session, grid } = await openGrid();
  await settleFilter(session, grid, 'nothing');
  expect([grid.frame.get()?.total, shown(grid)]).toEqual([0, []]);
});

test('a log that grows moves nothing, and its new rows can be reached', async () => {
  const { engine, session, grid } = await openGrid('/var/log/notes.txt');
  grid.viewport.scrollToRow(500);
  await until(() => isSettled(grid));
  engine.grow(session.source.get().id, 1_000);
  await until(() => grid.viewport.state.get().total === 2_200);
  expect(grid.viewport.state.get().topPx).toBe(500 * rowPx);
  grid.moveToEdge('last', false);
  await until(() => isSettled(grid));
  expect(shown(grid).at(-1)).toBe(2_199);
});

test('a column that is asked for gets its values', async () => {
  const { grid } = await openGrid();
  grid.columns.setVisible('protocol', true);
  await until(() => grid.frame.get()?.cellAt.has('protocol') === true && isSettled(grid));
  const at = grid.frame.get()?.cellAt.get('protocol') ?? -1;
  expect(grid.row(1)?.cells[at]).toBe('HTTP/1.1');
});

test('keys move the focus, extend the selection and page with the screen', async () => {
  const { grid } = await openGrid();
  grid.moveFocus(1, false);
  grid.moveFocus(1, false);
  grid.moveFocus(1, true);
  expect(grid.selection.get()).toEqual({ ranges: [{ from: 1, to: 3 }], anchor: 1, focus: 2 });
  grid.movePage(1, false);
  expect(grid.selection.get().focus).toBe(21);
  expect(grid.viewport.state.get().topPx).toBe(19 * rowPx);
});

test('fetches pages of 100 rows with the fields that are shown', async () => {
  const { engine, grid } = await openGrid();
  const pages = engine.log.filter(({ name }) => name === 'page').map(({ request }) => request);
  expect(pages[0]).toMatchObject({ from: 0, to: 100, fields: grid.columns.needed.get() });
});
