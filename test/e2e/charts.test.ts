/** The overview: every mark is a filter, and what it showed is exactly what the grid and an export then hold. */
import { expect, test } from 'vitest';
import { accessLog, accessRecords, useSession } from './session.ts';
import { countRecords } from './program.ts';
import { boxOf, type LogWindow } from './window.ts';

const session = useSession();
const { workplace } = session;

async function openCharts(): Promise<LogWindow> {
  const window = await session.open([accessLog]);
  await window.byTestId('toggle-charts').click();
  await window.byTestId('panel-status').waitFor();
  await window.idle();
  return window;
}

/** Rows of the grid, of the status line and of an export are those that the mark counted. */
async function expectExactly(window: LogWindow, count: number): Promise<void> {
  await window.idle();
  expect(await window.total()).toBe(count);
  expect(Number(await window.byTestId('charts').getAttribute('data-records'))).toBe(count);
  expect(countRecords(workplace, accessLog, await window.filterText())).toBe(count);
}

test('a click on any bar of any panel shows exactly the records that it counted', async () => {
  const window = await openCharts();
  const panels = await window.page
    .locator('.overview .card:has(button.bar-row[data-count])')
    .evaluateAll((cards) => cards.map((card) => card.getAttribute('data-testid') ?? ''));
  expect(panels.length).toBeGreaterThan(8);
  for (const panel of panels) {
    const bars = window.byTestId(panel).locator('button.bar-row[data-count]');
    for (const bar of [bars.first(), bars.last()]) {
      const count = Number(await bar.getAttribute('data-count'));
      await bar.click();
      await expectExactly(window, count);
      await window.byTestId('overview-back').click();
      await window.idle();
      expect(await window.total(), panel).toBe(accessRecords);
    }
  }
});

test('with Alt a click hides them, and Escape brings them back', async () => {
  const window = await openCharts();
  for (const panel of ['panel-status', 'panel-missing', 'panel-browsers', 'panel-days']) {
    const bar = window.byTestId(panel).locator('button.bar-row[data-count]').first();
    const count = Number(await bar.getAttribute('data-count'));
    await bar.click({ modifiers: ['Alt'] });
    await expectExactly(window, accessRecords - count);
    await window.byTestId('overview-full').focus();
    await window.press('Escape');
    expect(await window.total(), panel).toBe(accessRecords);
  }
});

test('an hour of the week is a mark, too', async () => {
  const window = await openCharts();
  const cell = window.byTestId('panel-heat').locator('button:not(:disabled)').nth(5);
  const count = Number(await cell.getAttribute('data-count'));
  await cell.focus();
  await window.page.keyboard.press('Enter');
  await expectExactly(window, count);
  expect(await window.filterText()).toMatch(/^time\.weekday = \d and time\.hour = \d+$/);
});

test('a bucket of the traffic that is clicked becomes the range of time, and its table has the same numbers', async () => {
  const window = await openCharts();
  const card = window.byTestId('panel-traffic');
  await card.getByRole('button', { name: 'Table' }).click();
  const cells = await card
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) =>
        [...row.querySelectorAll('td')].reduce(
          (sum, cell) => sum + Number((cell.textContent ?? '').replaceAll(',', '')),
          0,
        ),
      ),
    );
  expect(cells.reduce((sum, count) => sum + count, 0)).toBe(accessRecords);
  await card.getByRole('button', { name: 'Table' }).click();
  const brush = await boxOf(card.getByTestId('brush'));
  const at = Math.floor(cells.length / 2);
  await window.page.mouse.click(brush.x + (brush.width * (at + 0.5)) / cells.length, brush.y + brush.height / 2);
  await expectExactly(window, cells[at] ?? 0);
});

test('charts alone take the place of the records, and give it back', async () => {
  const window = await openCharts();
  await window.byTestId('overview-full').click();
  await window.idle();
  expect(await window.byTestId('grid').count()).toBe(0);
  await window.byTestId('overview-full').click();
  await window.idle();
  expect(await window.total()).toBe(accessRecords);
});
