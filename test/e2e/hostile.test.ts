/**
 * Logs are written by whoever sends requests: what stands in them is text, on every surface of the window. The session
 * fails a test whose page logged an error, violated its policy or opened a dialog.
 */
import { expect, test } from 'vitest';
import { useSession } from './session.ts';
import type { LogWindow } from './window.ts';

const session = useSession();
const { workplace } = session;

const script = '<img src=x onerror="globalThis.hacked=1;alert(1)"><script>globalThis.hacked=1</script>';

/** Nothing ran, nothing was added to the page, no prototype was reached. */
async function expectUntouched(window: LogWindow): Promise<void> {
  const state = await window.page.evaluate(() => ({
    hacked: Reflect.has(globalThis, 'hacked') || Reflect.has({}, 'hacked') || Reflect.has({}, 'polluted'),
    // The icon of the program is the only image, and the scripts are those of the bundle.
    foreign: document.querySelectorAll('img[src="x"], [onerror], script:not([src])').length,
  }));
  expect(state).toEqual({ hacked: false, foreign: 0 });
}

test('HTML in a log is text in cells, details, menus, the filter and messages', async () => {
  const window = await session.open([workplace.file('<b>name.log', `${script}\n${script} second\n`)]);
  expect((await window.row(0)).cells['message']).toBe(script);
  await window.press('j');
  await window.showDetails();
  expect(await window.byTestId('details-raw').innerText()).toBe(`${script}\n`);
  await window.rowElement(1).locator('.ag-cell[col-id="message"]').click({ button: 'right' });
  await window.byTestId('context-menu').waitFor();
  await window.press('Escape');
  await window.filter(`"${script.replaceAll('"', '\\"')}"`);
  expect(await window.total()).toBe(2);
  await window.filter(`<img src=x onerror=alert(1)> : 5`);
  await window.byTestId('filter-error').waitFor();
  expect(await window.tabNames()).toEqual(['<b>name.log']);
  await expectUntouched(window);
});

test('texts that turn the direction of writing cannot disguise a row', async () => {
  const window = await session.open([
    workplace.file('bidi.log', 'user \u202Egnp.exe\u202C logged in\u2066\u2069\u200B\nplain\n'),
  ]);
  const { cells } = await window.row(0);
  expect(cells['message']).toBe('user ‹202E›gnp.exe‹202C› logged in‹2066›‹2069›‹200B›');
  await expectUntouched(window);
});

test('keys of JSON that name prototypes are fields like any other', async () => {
  const lines = [
    '{"level":"info","msg":"one","__proto__":{"polluted":1},"constructor":"c","toString":"t","hasOwnProperty":"h"}',
    '{"level":"error","msg":"two","__proto__":"own text","a\\u0000b":"nul","<b>key</b>":"<i>value</i>"}',
  ];
  const path = workplace.file('keys.jsonl', `${lines.join('\n')}\n`);
  const window = await session.open([path]);
  expect((await window.rows()).map(({ cells }) => cells['message'])).toEqual(['one', 'two']);
  await window.press('j', 'j');
  await window.showDetails();
  const fields = window.byTestId('details-fields');
  expect(await fields.locator('[data-field="__proto__"] .field-value').innerText()).toBe('own text');
  expect(await fields.locator('[data-field="<b>key</b>"] .field-value').innerText()).toBe('<i>value</i>');
  await window.byTestId('columns').click();
  await window.byTestId('column-chooser').getByRole('checkbox', { name: '__proto__', exact: true }).check();
  await window.byTestId('column-chooser').getByRole('checkbox', { name: 'constructor', exact: true }).check();
  await window.press('Escape');
  expect((await window.row(0)).cells).toMatchObject({ constructor: 'c' });
  expect(await window.rowElement(1).locator('.ag-cell[col-id="__proto__"]').innerText()).toBe('own text');
  await window.head('__proto__').click({ button: 'right' });
  await window.page.getByRole('menuitem', { name: 'Hide column' }).click();
  await window.idle();
  expect(await window.columns()).not.toContain('__proto__');
  await window.filter('`__proto__` : "own text"');
  expect((await window.rows()).map(({ line }) => line)).toEqual([2]);
  await expectUntouched(window);
});

test('a formula in a log is neutralized where a spreadsheet would run it', async () => {
  const window = await session.open([
    workplace.file('formula.jsonl', '{"level":"info","msg":"=cmd|\'/c calc\'!A1","count":-5}\n'),
  ]);
  await window.press('Control+E');
  const saved = window.page.waitForEvent('download');
  await window.byTestId('export-start').click();
  const text = await (await saved).createReadStream().then(readAll);
  expect(text).toContain(`'=cmd|'/c calc'!A1`);
  await window.idle();
});

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
