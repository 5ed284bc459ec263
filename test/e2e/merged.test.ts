/** Several files followed as one in the window: rows in the order of time, their file, filters, rotation. */
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useSession } from './session.ts';
import type { LogWindow } from './window.ts';

const session = useSession();

const clock = (n: number): string =>
  `2026-03-01 10:${String(Math.floor(n / 60) % 60).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`;
const line = (n: number): string => `${clock(n)},000 INFO app - record ${n}\n`;
const lines = (...seconds: readonly number[]): string => seconds.map(line).join('');
/** Every other second from `from` on. */
const every2 = (from: number, to: number): string =>
  lines(...Array.from({ length: Math.ceil((to - from) / 2) }, (_, at) => from + at * 2));

async function untilTotal(window: LogWindow, total: number): Promise<void> {
  await window.page.locator(`.log-grid[data-total="${total}"]`).waitFor();
  await window.idle();
}

const cell = async (window: LogWindow, row: number, field: string): Promise<string | undefined> =>
  (await window.row(row)).cells[field];

/** Waits until a row shows this message. */
async function untilMessage(window: LogWindow, row: number, message: string): Promise<void> {
  await window.page
    .locator(`.ag-row[data-row="${row}"] [col-id="message"]`)
    .getByText(message, { exact: true })
    .waitFor();
  await window.idle();
}

test('follows two files in one tab: rows by time with their file, filtered by it, and a rotation of one is marked', async () => {
  const even = session.workplace.file('even.log', every2(0, 20));
  const odd = session.workplace.file('odd.log', every2(1, 20));
  const window = await session.open([even, odd, '--follow']);
  await untilTotal(window, 20);
  expect(await window.tabNames()).toEqual(['even.log + odd.log']);
  expect(await window.byTestId('status-follow').innerText()).toMatch(/^following 2 files/);
  for (const row of [0, 1, 2, 19]) {
    expect([await cell(window, row, 'message'), await cell(window, row, '_file')]).toEqual([
      `record ${row}`,
      row % 2 === 0 ? 'even.log' : 'odd.log',
    ]);
  }

  appendFileSync(odd, lines(21, 23));
  appendFileSync(even, lines(20, 22));
  await untilTotal(window, 24);
  for (const row of [20, 21, 22, 23]) await untilMessage(window, row, `record ${row}`);

  await window.filter('_file : "odd.log"');
  await untilTotal(window, 12);
  expect(await cell(window, 11, 'message')).toBe('record 23');
  expect(await window.byTestId('histogram').getAttribute('data-records')).toBe('12');

  renameSync(odd, `${odd}.1`);
  writeFileSync(odd, lines(25, 27));
  await untilTotal(window, 14);
  await window.page.locator('.ag-row[data-row="12"][data-marker^="odd.log rotated here"]').waitFor();
  await window.filter('');
  await untilTotal(window, 26);
  await window.page.locator('.ag-row[data-row="24"][data-marker^="odd.log rotated here"]').waitFor();
  expect(await cell(window, 24, 'message')).toBe('record 25');
});

test('what comes late goes to its place, and a file that is missing is waited for', async () => {
  const first = session.workplace.file('first.log', lines(0, 10, 20));
  const later = join(session.workplace.folder, 'later.log');
  const window = await session.open([first, later, '--follow']);
  await untilTotal(window, 3);
  expect(await window.byTestId('status-follow').innerText()).toMatch(/^following 2 files, waiting for later\.log/);
  writeFileSync(later, lines(5, 15, 25));
  await untilTotal(window, 6);
  for (const [row, second] of [0, 5, 10, 15, 20, 25].entries()) await untilMessage(window, row, `record ${second}`);
});

test('files that are chosen together are followed as one', async () => {
  mkdirSync(join(session.workplace.folder, 'together'), { recursive: true });
  for (const [name, second] of [
    ['a.log', 1],
    ['b.log', 0],
  ] as const) {
    session.workplace.file(join('together', name), lines(second));
  }
  const window = await session.open([]);
  await window.byTestId('welcome').waitFor();
  await window.press('Control+Shift+O');
  await window.byTestId('chooser-path').fill(`${join(session.workplace.folder, 'together')}/`);
  await window.press('Enter');
  const list = window.byTestId('chooser-list');
  await list.getByText('a.log', { exact: true }).click();
  await list.getByText('b.log', { exact: true }).click({ modifiers: ['Control'] });
  await window.byTestId('chooser-merge').click();
  await untilTotal(window, 2);
  expect(await window.tabNames()).toEqual(['a.log + b.log']);
  expect([await cell(window, 0, '_file'), await cell(window, 1, '_file')]).toEqual(['b.log', 'a.log']);
});
