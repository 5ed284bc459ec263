/** Following in the window: rows come, a rotation is marked, the end can be left and found again. */
import { appendFileSync, readdirSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useSession } from './session.ts';
import type { LogWindow } from './window.ts';

const session = useSession();

const line = (n: number, level = 'INFO'): string =>
  `2026-03-01 10:${String(Math.floor(n / 60) % 60).padStart(2, '0')}:${String(n % 60).padStart(2, '0')},000 ${level} app - record ${n}\n`;
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => line(from + at)).join('');

/** Waits until the view has so many rows. */
async function untilTotal(window: LogWindow, total: number): Promise<void> {
  await window.page.locator(`.log-grid[data-total="${total}"]`).waitFor();
  await window.idle();
}

const message = async (window: LogWindow, row: number): Promise<string | undefined> =>
  (await window.row(row)).cells['message'];

test('follows a file through a rotation, counts what comes while the end is left, and goes back to it', async () => {
  const path = session.workplace.file('rotated.log', lines(0, 300));
  const window = await session.open([path, '--follow']);
  await untilTotal(window, 300);
  expect(await message(window, 299)).toBe('record 299');

  renameSync(path, `${path}.1`);
  writeFileSync(path, lines(300, 310));
  await untilTotal(window, 310);
  expect(await message(window, 309)).toBe('record 309');
  const marker = window.rowElement(300);
  await window.page.locator('.ag-row[data-row="300"][data-marker]').waitFor();
  expect(await marker.getAttribute('data-marker')).toMatch(/^rotated here, \d\d:\d\d:\d\d$/);

  await window.wheel(-400, 3);
  const first = await window.firstRow();
  appendFileSync(path, lines(310, 322));
  await untilTotal(window, 322);
  expect(await window.firstRow()).toBe(first);
  const badge = window.byTestId('new-rows');
  expect(await badge.innerText()).toBe('+12 new');

  await badge.click();
  await window.idle();
  expect(await message(window, 321)).toBe('record 321');
  expect(await badge.count()).toBe(0);
  appendFileSync(path, line(322));
  await untilTotal(window, 323);
  expect(await message(window, 322)).toBe('record 322');
});

test('marks a rotation also where the filter leaves out the first row after it', async () => {
  const path = session.workplace.file('filtered.log', lines(0, 20) + line(20, 'ERROR'));
  const window = await session.open([path, '--follow']);
  await window.filter('level >= error');
  await untilTotal(window, 1);
  renameSync(path, `${path}.1`);
  writeFileSync(path, lines(21, 25) + line(25, 'ERROR') + line(26));
  await untilTotal(window, 2);
  await window.page.locator('.ag-row[data-row="1"][data-marker]').waitFor();
  expect(await message(window, 1)).toBe('record 25');
});

test('waits for a file that does not exist yet', async () => {
  const path = join(session.workplace.folder, 'later.log');
  const window = await session.open([path, '--follow']);
  await window.page.getByTestId('status-follow').getByText('waiting for the file').waitFor();
  writeFileSync(path, lines(0, 3));
  await untilTotal(window, 3);
  expect(await message(window, 2)).toBe('record 2');
  // What happened last is told before there is a row behind it.
  unlinkSync(path);
  await window.page.locator('.ag-row[data-row="2"][data-marker-below^="deleted here"]').waitFor();
});

test('stands still while paused, counts what comes, and goes on', async () => {
  const path = session.workplace.file('paused.log', lines(0, 50));
  const window = await session.open([path, '--follow']);
  await untilTotal(window, 50);
  await window.press('p');
  appendFileSync(path, lines(50, 75));
  const badge = window.byTestId('new-rows');
  await badge.getByText('paused, +25 new').waitFor();
  expect(await window.total()).toBe(50);
  expect(await window.byTestId('histogram').getAttribute('data-records')).toBe('50');
  expect(await window.byTestId('status-rows').innerText()).toBe('75 records');
  await window.byTestId('toggle-pause').click();
  await untilTotal(window, 75);
  expect(await message(window, 74)).toBe('record 74');
  expect(await badge.count()).toBe(0);
});

test('charts and counters look back as far as they are told to', async () => {
  const path = session.workplace.file('span.log', lines(0, 1200));
  const window = await session.open([path, '--follow']);
  await untilTotal(window, 1200);
  const histogram = window.page.locator('[data-testid="histogram"][data-records="300"][data-pending="false"]');
  await window.byTestId('span').click();
  await window.page.getByRole('menuitem', { name: 'last 5 min' }).click();
  await histogram.waitFor();
  expect(await window.byTestId('span-records').innerText()).toBe('300 records');
  // The window moves with the newest record: as many go as come.
  appendFileSync(path, lines(1200, 1260));
  await untilTotal(window, 1260);
  await histogram.waitFor();
  await window.press('c');
  await window.page.locator('[data-testid="charts"][data-records="300"][data-pending="false"]').waitFor();
});

test('follows standard input, and leaves nothing of it behind', async () => {
  const window = await session.open(['-']);
  const { input, end } = session.program();
  const spools = join(session.workplace.folder, 'tmp');
  input.write(lines(0, 3));
  await untilTotal(window, 3);
  expect(await window.tabNames()).toEqual(['standard input']);
  input.end(lines(3, 200));
  await untilTotal(window, 200);
  expect(await message(window, 199)).toBe('record 199');
  expect(readdirSync(spools)).not.toEqual([]);
  await end();
  expect(readdirSync(spools)).toEqual([]);
});
