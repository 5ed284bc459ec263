/** Several files in one window: each keeps its own filter, place and columns. */
import { expect, test } from 'vitest';
import { accessLog, accessRecords, useSession } from './session.ts';

const session = useSession();
const plain = session.workplace.file(
  'plain.txt',
  Array.from({ length: 2_000 }, (_, at) => `plain line ${at + 1}\n`).join(''),
);

test('a tab keeps its filter and its place while another one is looked at', async () => {
  const window = await session.open([accessLog, plain]);
  const tab = (name: string): Promise<void> => window.page.getByRole('tab', { name }).click();
  await window.goTo('1500');
  const place = await window.firstRow();
  expect((await window.row(1_499)).cells['message']).toBe('plain line 1500');

  await tab('access.log');
  await window.idle();
  await window.filter('status = 502');
  const kept = await window.total();

  await window.press('Control+PageDown');
  expect(await window.total()).toBe(2_000);
  expect(await window.firstRow()).toBe(place);
  expect(await window.focusedRow()).toBe(1_499);
  expect((await window.row(1_499)).cells['message']).toBe('plain line 1500');

  await window.press('Control+PageUp');
  expect(await window.total()).toBe(kept);
  expect(await window.filterText()).toBe('status = 502');
});

test('closing tabs goes to the neighbour, and in the end to the beginning', async () => {
  const window = await session.open([accessLog, plain]);
  await window.byTestId('tab-close').last().click();
  await window.idle();
  expect(await window.tabNames()).toEqual(['access.log']);
  expect(await window.total()).toBe(accessRecords);
  await window.press('Control+F4');
  expect(await window.byTestId('welcome').isVisible()).toBe(true);
});

test('a reload of the page finds the files that are open', async () => {
  const window = await session.open([accessLog, plain]);
  await window.page.reload();
  await window.idle();
  expect(await window.tabNames()).toEqual(['access.log', 'plain.txt']);
  expect(await window.total()).toBeGreaterThan(1_000);
});

test('says so when the program ends', async () => {
  const window = await session.open([plain]);
  await session.program().end();
  const lost = window.byTestId('empty-state');
  await lost.waitFor();
  expect(await lost.innerText()).toContain('The connection to the engine has ended');
});
