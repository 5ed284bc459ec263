/** Sorting, columns, details and how a file is read: what the window shows of the same records. */
import { expect, test } from 'vitest';
import { queryRecords } from './program.ts';
import { accessLog, accessRecords, useSession } from './session.ts';
import { boxOf } from './window.ts';

const session = useSession();
const { workplace } = session;

test('a click on a head sorts as the command line does: ascending, descending, as in the file', async () => {
  const window = await session.open([accessLog]);
  const expected = (sort: string): readonly unknown[] =>
    queryRecords(workplace, [accessLog, '--sort', sort, '--limit', '20']).map(({ _line }) => _line);
  const lines = async (): Promise<readonly unknown[]> => (await window.rows()).slice(0, 20).map(({ line }) => line);
  const click = async (): Promise<void> => {
    await window.head('bytes').click();
    await window.idle();
  };
  await click();
  expect(await lines()).toEqual(expected('bytes'));
  await click();
  expect(await lines()).toEqual(expected('bytes:desc'));
  await window.filter('status >= 500');
  expect(await lines()).toEqual(
    queryRecords(workplace, [accessLog, '--filter', 'status >= 500', '--sort', 'bytes:desc', '--limit', '20']).map(
      ({ _line }) => _line,
    ),
  );
  await window.filter('');
  await click();
  expect(await lines()).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
});

test('columns are hidden, shown, moved and resized, and brought back', async () => {
  const window = await session.open([accessLog]);
  const first = await window.columns();
  expect(first.slice(0, 2)).toEqual(['time', 'client_ip']);

  await window.byTestId('columns').click();
  await window.byTestId('column-chooser').getByRole('checkbox', { name: 'client_ip' }).uncheck();
  await window.byTestId('column-chooser').getByRole('checkbox', { name: 'referrer' }).check();
  await window.press('Escape');
  const chosen = await window.columns();
  expect(chosen).not.toContain('client_ip');
  expect(chosen).toContain('referrer');

  const status = await boxOf(window.head('status'));
  const time = await boxOf(window.head('time'));
  await window.drag(
    { x: status.x + 20, y: status.y + status.height / 2 },
    { x: time.x + 10, y: time.y + time.height / 2 },
  );
  expect((await window.columns())[0]).toBe('status');

  const before = await boxOf(window.head('status'));
  const edge = { x: before.x + before.width - 1, y: before.y + before.height / 2 };
  await window.drag(edge, { x: edge.x + 60, y: edge.y });
  expect((await boxOf(window.head('status'))).width).toBe(before.width + 60);
  expect((await window.row(0)).cells['status']).toBe('200');

  await window.byTestId('columns').click();
  await window.byTestId('column-chooser').getByRole('button', { name: 'Reset' }).click();
  await window.press('Escape');
  expect(await window.columns()).toEqual(first);
});

test('the details follow the row that keys and clicks go to', async () => {
  const window = await session.open([accessLog]);
  const [, second, third] = queryRecords(workplace, [accessLog, '--limit', '3']);
  await window.rowElement(1).locator('.ag-cell[col-id="path"]').click();
  await window.showDetails();
  const details = window.byTestId('details');
  const fields = window.byTestId('details-fields');
  expect(await window.byTestId('details-title').getAttribute('data-line')).toBe('2');
  expect(await fields.locator('[data-field="client_ip"] .field-value').innerText()).toBe(second?.['client_ip']);
  await window.press('j');
  expect(await window.byTestId('details-title').getAttribute('data-line')).toBe('3');
  expect(await fields.locator('[data-field="path"] .field-value').innerText()).toBe(third?.['path']);
  expect(await window.byTestId('details-raw').innerText()).toContain(third?.['user_agent']);
  await window.press('Enter');
  expect(await details.count()).toBe(0);
});

test('a file is read in another format from the status line, and as before again', async () => {
  const window = await session.open([accessLog]);
  const choose = async (name: string | RegExp): Promise<void> => {
    await window.byTestId('status-format').click();
    await window.page.getByRole('menuitemcheckbox', { name }).or(window.page.getByRole('menuitem', { name })).click();
    await window.idle();
  };
  await choose('Plain text');
  expect(await window.byTestId('status-format').innerText()).toBe('Plain text');
  expect((await window.row(0)).cells['message']).toMatch(/^2\.199\.72\.2 - - \[03\/Mar\/2026:00:00:06 \+0000\] "POST/);
  expect(await window.total()).toBe(accessRecords);
  await choose('Detect');
  expect(await window.byTestId('status-format').innerText()).toBe('Combined access log');
  expect((await window.row(0)).cells['method']).toBe('POST');
});

test('F1 opens the sheet of keys, and Escape closes it', async () => {
  const window = await session.open([accessLog]);
  await window.press('F1');
  const sheet = window.page.getByRole('dialog');
  expect(await sheet.innerText()).toMatch(/Next error[\s\S]*Filter/);
  // Keys of the records mean nothing while it is open.
  await window.press('j');
  expect(await window.focusedRow()).toBeUndefined();
  await window.press('Escape');
  expect(await sheet.count()).toBe(0);
  await window.press('j');
  expect(await window.focusedRow()).toBe(0);
});

test.each(['light', 'dark'] as const)('follows the system into %s', async (colorScheme) => {
  const window = await session.open([accessLog], { colorScheme });
  const [background, text] = await window.page.evaluate(() => {
    const brightness = (colour: string): number => {
      const canvas = document.createElement('canvas').getContext('2d');
      if (canvas === null) return Number.NaN;
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return (red + green + blue) / 3;
    };
    const cell = document.querySelector('.ag-row[data-row="0"] .cell') ?? document.body;
    const grid = document.querySelector('.ag-root-wrapper') ?? document.body;
    return [brightness(getComputedStyle(grid).backgroundColor), brightness(getComputedStyle(cell).color)];
  });
  if (colorScheme === 'light') expect(background - text).toBeGreaterThan(120);
  else expect(text - background).toBeGreaterThan(100);
});
