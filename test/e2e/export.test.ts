/** An export holds what the window shows, byte for byte what `taillight export` writes of the same filter and columns. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generateFile } from '../generate/generate.mjs';
import { runCommand } from './program.ts';
import { accessLog, useSession } from './session.ts';
import type { LogWindow } from './window.ts';

const session = useSession();
const { workplace } = session;

/** Starts the export of the open dialog; answers the name and the bytes that the browser saved. */
async function download(window: LogWindow): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const saved = window.page.waitForEvent('download');
  await window.byTestId('export-start').click();
  const file = await saved;
  await window.idle();
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

function exportByCommand(name: string, args: readonly string[]): Buffer {
  const out = join(workplace.folder, name);
  runCommand(workplace, ['export', accessLog, ...args, '--out', out]);
  return readFileSync(out);
}

test('CSV of the filtered and sorted view equals that of the command line', async () => {
  const window = await session.open([accessLog]);
  await window.filter('status >= 500');
  await window.head('bytes').click();
  await window.idle();
  const rows = await window.total();
  const columns = await window.columns();
  await window.press('Control+E');
  const { name, bytes } = await download(window);
  expect(name).toBe('access-export.csv');
  const expected = exportByCommand('expected.csv', [
    ...['--filter', 'status >= 500', '--sort', 'bytes', '--fields', columns.join(','), '--display-timezone', 'UTC'],
  ]);
  expect(bytes.equals(expected)).toBe(true);
  expect(bytes.toString().trimEnd().split('\n')).toHaveLength(rows + 1);
  expect(await window.byTestId('export-done').getAttribute('data-rows')).toBe(String(rows));
});

test('columns are exported as they stand: hidden ones left out, moved ones in their place', async () => {
  const window = await session.open([accessLog]);
  await window.byTestId('columns').click();
  for (const field of ['user_agent', 'query', 'user']) {
    await window.byTestId('column-chooser').getByRole('checkbox', { name: field, exact: true }).uncheck();
  }
  await window.press('Escape');
  await window.filter('method = POST');
  const columns = await window.columns();
  await window.press('Control+E');
  await window.byTestId('export-dialog').getByRole('radio', { name: /^TSV/ }).check();
  await window.byTestId('export-dialog').getByRole('checkbox', { name: /CRLF/ }).check();
  const { name, bytes } = await download(window);
  expect(name).toBe('access-export.tsv');
  expect(bytes.toString().split('\r\n')[0]).toBe(columns.join('\t'));
  expect(
    bytes.equals(
      exportByCommand('expected.tsv', ['--filter', 'method = POST', '--fields', columns.join(','), '--crlf']),
    ),
  ).toBe(true);
});

test.each([
  ['JSON lines', 'jsonl', 'access-export.jsonl'],
  ['Raw text', 'text', 'access-export.log'],
])('%s of all fields equals that of the command line', async (label, output, fileName) => {
  const window = await session.open([accessLog]);
  await window.filter('status : (500 or 504)');
  await window.press('Control+E');
  const dialog = window.byTestId('export-dialog');
  await dialog.getByRole('radio', { name: new RegExp(`^${label}`) }).check();
  if (output === 'jsonl') await dialog.getByRole('radio', { name: 'All fields' }).check();
  const { name, bytes } = await download(window);
  expect(name).toBe(fileName);
  const expected = exportByCommand(`expected-${fileName}`, ['--filter', 'status : (500 or 504)', '--output', output]);
  expect(bytes.equals(expected)).toBe(true);
});

test('an export that is stopped leaves nothing, and the window goes on', async () => {
  const large = join(workplace.folder, 'large.log');
  generateFile({ kind: 'access', bytes: 40_000_000, seed: 5 }, large);
  const window = await session.open([large]);
  await window.press('Control+E');
  let downloads = 0;
  window.page.on('download', () => (downloads += 1));
  await window.byTestId('export-start').click();
  await window.byTestId('export-running').getByRole('button', { name: 'Stop' }).click();
  await window.idle();
  const done = window.byTestId('export-done');
  expect(await done.innerText()).toContain('Export stopped. Nothing was left behind.');
  expect(downloads).toBe(0);
  await done.getByRole('button', { name: 'Close', exact: true }).click();
  await window.filter('status = 503');
  expect((await window.row(0)).cells['status']).toBe('503');
});
