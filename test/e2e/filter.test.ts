/** Filters by typing, by the chart and by the details: one filter is the truth for rows, counts and charts. */
import { expect, test } from 'vitest';
import { countRecords, queryRecords } from './program.ts';
import { accessLog, accessRecords, useSession } from './session.ts';
import { boxOf, type LogWindow } from './window.ts';

const session = useSession();
const { workplace } = session;

/** Everything that counts on screen says the same. */
async function expectCount(window: LogWindow, rows: number): Promise<void> {
  expect(await window.rowCount()).toBe(rows);
  expect(await window.total()).toBe(rows);
  expect(await window.byTestId('status-rows').innerText()).toContain(`${rows.toLocaleString('en')} of 3,654`);
  expect(await window.byTestId('histogram').getAttribute('data-records')).toBe(String(rows));
}

test('a filter that is typed keeps the records that the command line finds', async () => {
  const window = await session.open([accessLog]);
  const filter = 'status >= 500 and not path : "/api/*"';
  await window.filter(filter);
  const expected = queryRecords(workplace, [accessLog, '--filter', filter]);
  await expectCount(window, expected.length);
  const rows = await window.rows();
  expect(rows.map(({ line, cells }) => [line, cells['status'], cells['path']])).toEqual(
    expected.slice(0, rows.length).map(({ _line, status, path }) => [_line, String(status), path]),
  );
  await window.page.keyboard.press('Control+ArrowDown');
  await window.press('Shift+G');
  expect((await window.rows()).at(-1)?.line).toBe(expected.at(-1)?.['_line']);

  await window.byTestId('filter-clear').click();
  await window.idle();
  expect(await window.total()).toBe(accessRecords);
  expect(await window.filterText()).toMatch(/^(Filter, e\.g\.|$)/);
});

test('shows an error at its place and offers the right name', async () => {
  const window = await session.open([accessLog]);
  await window.filter('statsu >= 500');
  const error = window.byTestId('filter-error');
  expect(await error.innerText()).toContain('There is no field "statsu"');
  expect(await window.page.locator('.cm-lintRange-error').innerText()).toBe('statsu');
  expect(await window.total()).toBe(accessRecords);
  await window.byTestId('filter-suggestion').click();
  await error.waitFor({ state: 'detached' });
  expect(await window.filterText()).toBe('status >= 500');
  await window.press('Enter');
  await expectCount(window, countRecords(workplace, accessLog, 'status >= 500'));
});

test('says what is wrong with a regular expression, and goes on', async () => {
  const window = await session.open([accessLog]);
  await window.filter('path ~ "(unclosed"');
  await window.byTestId('filter-error').waitFor();
  expect(await window.total()).toBe(accessRecords);
  await window.filter('path ~ "^/api/v[0-9]+/"');
  await expectCount(window, countRecords(workplace, accessLog, 'path ~ "^/api/v[0-9]+/"'));
  expect(await window.byTestId('filter-error').count()).toBe(0);
});

test('says that nothing matches, and leads back', async () => {
  const window = await session.open([accessLog]);
  await window.filter('status = 599');
  const state = window.byTestId('empty-state');
  expect(await state.innerText()).toContain('No record matches the filter');
  await expectCount(window, 0);
  await state.getByRole('button', { name: 'Clear filter' }).click();
  await window.idle();
  expect(await window.total()).toBe(accessRecords);
});

test('a range drawn in the histogram becomes a part of the filter', async () => {
  const window = await session.open([accessLog]);
  await window.filter('status >= 500');
  const brush = await boxOf(window.byTestId('brush').first());
  const y = brush.y + brush.height / 2;
  // The outage is from 14:20 to 15:00 of 24 hours.
  await window.drag({ x: brush.x + brush.width * 0.55, y }, { x: brush.x + brush.width * 0.65, y });
  const text = await window.filterText();
  expect(text).toMatch(/^status >= 500 and time >= \S+.* and time < \S+/);
  const expected = countRecords(workplace, accessLog, text);
  expect(expected).toBeGreaterThan(50);
  await expectCount(window, expected);
  // Drawing again replaces the range.
  await window.drag({ x: brush.x + brush.width * 0.25, y }, { x: brush.x + brush.width * 0.75, y });
  const narrower = await window.filterText();
  expect(narrower.match(/time/g)).toHaveLength(2);
  await expectCount(window, countRecords(workplace, accessLog, narrower));
  await window.page.mouse.dblclick(brush.x + brush.width / 2, y);
  await window.idle();
  expect(await window.filterText()).toBe(text);
});

test('values of the details filter for and against themselves', async () => {
  const window = await session.open([accessLog]);
  await window.filter('status = 502');
  await window.page.keyboard.press('Control+ArrowDown');
  await window.press('j');
  await window.showDetails();
  const method = window.byTestId('details-fields').locator('[data-field="method"]');
  await method.hover();
  await method.getByRole('button', { name: 'Show only records with this value' }).click();
  await window.idle();
  const text = await window.filterText();
  expect(text).toMatch(/^status = 502 and method [:=] "?[A-Z]+"?$/);
  await expectCount(window, countRecords(workplace, accessLog, text));
});

test('e and Shift+E go from error to error', async () => {
  const window = await session.open([accessLog]);
  const errors = queryRecords(workplace, [accessLog, '--filter', 'level >= error']).map(({ _line }) => Number(_line));
  await window.press('g', 'e');
  expect(await window.focusedRow()).toBe((errors[0] ?? 0) - 1);
  await window.press('e', 'e');
  expect(await window.focusedRow()).toBe((errors[2] ?? 0) - 1);
  await window.press('Shift+E');
  expect(await window.focusedRow()).toBe((errors[1] ?? 0) - 1);
  // Around the beginning to the last one.
  await window.press('Shift+E', 'Shift+E');
  expect(await window.focusedRow()).toBe((errors.at(-1) ?? 0) - 1);
});

test('goes to a time', async () => {
  const window = await session.open([accessLog]);
  await window.goTo('14:20');
  const [first] = queryRecords(workplace, [accessLog, '--from', '2026-03-03T14:20', '--limit', '1']);
  expect(await window.focusedRow()).toBe(Number(first?.['_line']) - 1);
  expect((await window.row(Number(first?.['_line']) - 1)).cells['time']).toMatch(/^2026-03-03 14:20/);
});

test('a regular expression that runs away is stopped, and everything else goes on', async () => {
  const trap = workplace.file('trap.log', `${'a'.repeat(64)}!\nharmless\n`.repeat(200));
  const window = await session.open([trap]);
  await window.filter('~ /^(a|a)*$/');
  expect(await window.byTestId('filter-error').or(window.byTestId('empty-state')).first().innerText()).toMatch(
    /regular expression/i,
  );
  await window.filter('harmless');
  expect(await window.total()).toBe(200);
  expect((await window.row(0)).line).toBe(2);
});

test('fast typing and impatient clearing end with the filter on screen', async () => {
  const window = await session.open([accessLog]);
  await window.page.keyboard.press('/');
  for (const text of ['status', ' >= ', '400', ' and ', 'method', ' = ', 'POST']) {
    await window.page.keyboard.type(text, { delay: 0 });
    await window.page.keyboard.press('Enter');
  }
  await window.idle();
  const text = await window.filterText();
  expect(text).toBe('status >= 400 and method = POST');
  await expectCount(window, countRecords(workplace, accessLog, text));
  await window.byTestId('filter-clear').dblclick();
  await window.idle();
  expect(await window.total()).toBe(accessRecords);
});
