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

async function expectShown(window: LogWindow, count: number): Promise<void> {
  await window.idle();
  expect(await window.total()).toBe(count);
  expect(Number(await window.byTestId('charts').getAttribute('data-records'))).toBe(count);
}

/** Rows of the grid, of the status line and of an export are those that the mark counted. */
async function expectExactly(window: LogWindow, count: number): Promise<void> {
  await expectShown(window, count);
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
    for (const [bar, expectIt] of [
      [bars.first(), expectExactly],
      [bars.last(), expectShown],
    ] as const) {
      const count = Number(await bar.getAttribute('data-count'));
      await bar.click();
      await expectIt(window, count);
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

test('the wheel zooms and moves, keys do the same, and each step shows what its bars counted', async () => {
  const window = await openCharts();
  const brush = window.byTestId('panel-traffic').getByTestId('brush');
  /** Rows after a step: those of the grid, the charts and an export. */
  const after = async (step: () => Promise<void>): Promise<number> => {
    const before = await window.filterText();
    await step();
    await expect.poll(() => window.filterText(), { timeout: 20_000 }).not.toBe(before);
    await window.idle();
    const rows = await window.total();
    await expectExactly(window, rows);
    return rows;
  };
  const box = await boxOf(brush);
  await window.page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2);
  await window.page.keyboard.down('Control');
  const near = await after(() => window.page.mouse.wheel(0, -100));
  await window.page.keyboard.up('Control');
  expect(near).toBeGreaterThan(0);
  expect(near).toBeLessThan(accessRecords);
  await brush.focus();
  const nearer = await after(() => window.page.keyboard.press('+'));
  expect(nearer).toBeLessThan(near);
  await after(() => window.page.keyboard.press('Control+ArrowLeft'));
  const moved = await window.filterText();
  await window.page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2);
  await window.page.keyboard.down('Shift');
  await after(() => window.page.mouse.wheel(0, 100));
  await window.page.keyboard.up('Shift');
  await window.byTestId('overview-back').click();
  await window.idle();
  expect(await window.filterText()).toBe(moved);
  await brush.focus();
  await after(() => window.page.keyboard.press('-'));
});

test('clients are lines by class with all of them, and their numbers are those of the view', async () => {
  const window = await openCharts();
  const card = window.byTestId('panel-traffic');
  await card.getByRole('button', { name: 'Clients' }).click();
  await card.getByRole('button', { name: 'Table' }).click();
  const rows = await card
    .locator('tr')
    .evaluateAll((found) => found.map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent)));
  expect(rows[0]).toEqual(['Time', '2xx', '3xx', '4xx', '5xx', 'all']);
  for (const [, ...cells] of rows.slice(1)) {
    const counts = cells.map((cell) => Number((cell ?? '').replaceAll(',', '')));
    const all = counts.pop() ?? 0;
    expect(Math.max(...counts)).toBeLessThanOrEqual(all);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(all);
  }
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

test('any field can have a panel, with what it counted as a filter, and give it up again', async () => {
  const window = await openCharts();
  await window.byTestId('add-field').selectOption('bytes');
  const panel = window.byTestId('panel-field bytes');
  await panel.waitFor();
  const bar = panel.locator('button.bar-row[data-count]').first();
  const count = Number(await bar.getAttribute('data-count'));
  await bar.click();
  await expectExactly(window, count);
  await window.byTestId('overview-back').click();
  await window.idle();
  await panel.getByRole('button', { name: 'Remove the panel bytes' }).click();
  await panel.waitFor({ state: 'detached' });
  expect(await window.byTestId('add-field').locator('option[value="bytes"]').count()).toBe(1);
});

test('paths can be told with their query, and a click keeps both', async () => {
  const window = await openCharts();
  await window.filter('query : *');
  const panel = window.byTestId('panel-requests');
  await panel.getByRole('button', { name: 'With query' }).click();
  await window.idle();
  const bar = panel.locator('button.bar-row[data-count]', { hasText: '?' }).first();
  const count = Number(await bar.getAttribute('data-count'));
  await bar.click();
  await expectExactly(window, count);
  expect(await window.filterText()).toMatch(/query = /);
});

test('bytes are stacked by class, and what is copied are the exact numbers', async () => {
  const window = await openCharts();
  await window.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const card = window.byTestId('panel-traffic');
  await card.getByRole('button', { name: 'Bytes' }).click();
  await card.getByRole('button', { name: 'Copy these numbers' }).click();
  await window.idle();
  const lines = (await window.page.evaluate(() => navigator.clipboard.readText())).split('\n');
  expect(lines[0]?.split('\t')).toEqual(['Time', '2xx', '3xx', '4xx', '5xx']);
  const bytes = lines
    .slice(1)
    .flatMap((line) => line.split('\t').slice(1))
    .reduce((sum, cell) => sum + Number(cell), 0);
  const told = await window.byTestId('charts').locator('.figures div', { hasText: 'sent' }).getAttribute('title');
  expect(bytes).toBe(Number(told?.replaceAll(',', '')));
});

test('a file without times, and one of a single record, have only the panels that say something', async () => {
  const untimed = workplace.file('untimed.log', 'one\ntwo\nthree\n');
  const single = workplace.file(
    'single.log',
    '10.0.0.1 - - [03/Mar/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 17 "-" "curl/8.5.0"\n',
  );
  const window = await session.open([untimed]);
  await window.byTestId('toggle-charts').click();
  await window.idle();
  expect(await window.byTestId('charts').getAttribute('data-records')).toBe('3');
  expect(await window.byTestId('panel-traffic').count()).toBe(0);
  const other = await session.open([single]);
  await other.byTestId('toggle-charts').click();
  await other.byTestId('panel-requests').waitFor();
  const bar = other.byTestId('panel-requests').locator('button.bar-row').first();
  await bar.click();
  await other.idle();
  expect([await other.total(), await other.byTestId('panel-traffic').count()]).toEqual([1, 1]);
});

test('exceptions are counted by class and frame, and a click keeps those of both', async () => {
  const trace = (name: string, frame: string): string =>
    `2026-03-03 10:00:00 ERROR [main] c.s.Cart - failed\n${name}: no\n\tat ${frame}\n\tat com.shop.Main.main(Main.java:1)\n`;
  const [checkout, read] = ['com.shop.Cart.checkout(Cart.java:42)', 'com.shop.Store.read(Store.java:7)'];
  const lines = [
    ...Array<string>(5).fill(trace('java.io.IOException', read)),
    ...Array<string>(3).fill(trace('java.io.IOException', checkout)),
    ...Array<string>(2).fill(trace('com.shop.NoStock', checkout)),
    '2026-03-03 10:00:00 INFO [main] c.s.Cart - fine\n',
  ];
  const log = workplace.file('exceptions.log', lines.join(''));
  const window = await session.open([log]);
  await window.byTestId('toggle-charts').click();
  const bars = window.byTestId('panel-exceptions').locator('button.bar-row[data-count]');
  await bars.first().waitFor();
  await window.idle();
  expect(await bars.allInnerTexts()).toEqual([
    `java.io.IOException \u2013 ${read}`,
    `java.io.IOException \u2013 ${checkout}`,
    `com.shop.NoStock \u2013 ${checkout}`,
    '(none)',
  ]);
  await bars.nth(1).click();
  await window.idle();
  expect([await window.total(), await window.filterText()]).toEqual([
    3,
    `exception.class = java.io.IOException and exception_frame = "${checkout}"`,
  ]);
  expect(countRecords(workplace, log, await window.filterText())).toBe(3);
});

test('texts of a log are labels and nothing else, and 100,000 different ones are one panel', async () => {
  const hostile = [
    '<img src=x onerror=alert(1)>',
    '\u202Egpj.exe',
    '__proto__',
    '"; drop',
    '\u0007bell',
    'long '.repeat(2_000),
  ];
  const lines = [
    ...hostile.flatMap((text) => [text, text]),
    ...Array.from({ length: 100_000 }, (_, at) => `value ${at}`),
  ].map((kind, at) => JSON.stringify({ time: new Date(Date.UTC(2026, 2, 3) + at * 10).toISOString(), kind, msg: 'x' }));
  const window = await session.open([workplace.file('hostile.jsonl', `${lines.join('\n')}\n`)]);
  await window.byTestId('toggle-charts').click();
  await window.idle();
  await window.byTestId('add-field').selectOption('kind');
  const panel = window.byTestId('panel-field kind');
  await panel.waitFor();
  await window.idle();
  expect(await panel.locator('.chart-note').innerText()).toBe('100,006 different');
  const bars = panel.locator('button.bar-row[data-count="2"]');
  expect(await bars.count()).toBe(hostile.length);
  for (let at = 0; at < hostile.length; at += 1) {
    await bars.nth(at).click();
    await window.idle();
    expect(await window.rowCount(), await window.filterText()).toBe(2);
    await window.byTestId('overview-back').click();
    await window.idle();
  }
});

test('tabs that are switched quickly, while their files are being read, end with their own numbers', async () => {
  const line = (at: number): string =>
    `10.0.0.${at % 200} - - [03/Mar/2026:10:00:00 +0000] "GET /p${at % 500} HTTP/1.1" 200 17 "-" "curl/8.5.0"\n`;
  const big = workplace.file('big.log', Array.from({ length: 200_000 }, (_, at) => line(at)).join(''));
  const window = await session.open([accessLog, big], { waitForIdle: false });
  await window.byTestId('toggle-charts').click();
  for (let turn = 0; turn < 7; turn += 1) await window.page.keyboard.press('Control+Tab');
  const told = async (): Promise<string | null> => {
    await window.idle();
    if ((await window.byTestId('charts').count()) === 0) await window.byTestId('toggle-charts').click();
    await window.byTestId('panel-status').waitFor();
    await window.idle();
    return window.byTestId('charts').getAttribute('data-records');
  };
  const first = await told();
  await window.page.keyboard.press('Control+Tab');
  expect(new Set([first, await told()])).toEqual(new Set(['200000', String(accessRecords)]));
});
