/** Ways to open files, and files that cannot be opened: each says what to do next. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { accessLog, accessRecords, useSession } from './session.ts';

const session = useSession();
const { workplace } = session;
const small = workplace.file('small.log', 'first line\nsecond line\n');

describe('opening', () => {
  test('opens the files of the command line, each in a tab', async () => {
    const window = await session.open([small, accessLog]);
    expect(await window.tabNames()).toEqual(['small.log', 'access.log']);
    expect(await window.total()).toBe(accessRecords);
    expect((await window.row(0)).cells).toMatchObject({
      time: '2026-03-03 00:00:06.000',
      method: 'POST',
      status: '200',
    });
    expect(await window.page.title()).toBe('access.log \u2013 Taillight');
  });

  test('says how to begin where no file is named, and opens what is chosen', async () => {
    const window = await session.open([]);
    await window.byTestId('welcome').waitFor();
    mkdirSync(join(workplace.folder, 'logs'), { recursive: true });
    workplace.file(join('logs', 'chosen.log'), 'one\ntwo\nthree\n');
    await window.press('Control+O');
    await window.byTestId('chooser-path').fill(`${workplace.folder}/`);
    await window.press('Enter');
    await window.byTestId('chooser-list').getByText('logs', { exact: true }).dblclick();
    await window.idle();
    await window.byTestId('chooser-list').getByText('chosen.log').click();
    await window.byTestId('chooser-open').click();
    await window.idle();
    expect(await window.tabNames()).toEqual(['chosen.log']);
    expect((await window.rows()).map(({ cells }) => cells['message'])).toEqual(['one', 'two', 'three']);
  });

  test('opens a path that is typed, and only once', async () => {
    const window = await session.open([]);
    for (let times = 0; times < 2; times += 1) {
      await window.press('Control+O');
      await window.byTestId('chooser-path').fill(small);
      await window.press('Enter');
    }
    expect(await window.tabNames()).toEqual(['small.log']);
    expect(await window.total()).toBe(2);
  });

  test('opens files that are dropped onto the window', async () => {
    const window = await session.open([]);
    await window.drop([
      { name: 'dropped one.log', content: 'alpha\nbeta\n' },
      { name: 'dropped.jsonl', content: '{"level":"error","msg":"kaputt"}\n' },
    ]);
    expect(await window.tabNames()).toEqual(['dropped one.log', 'dropped.jsonl']);
    expect((await window.row(0)).cells).toMatchObject({ level: 'ERROR', message: 'kaputt' });
  });

  test('impatient clicks on a file open it once', async () => {
    const window = await session.open([]);
    await window.press('Control+O');
    await window.byTestId('chooser-path').fill(`${workplace.folder}/`);
    await window.press('Enter');
    await window.byTestId('chooser-list').getByText('small.log').click({ clickCount: 4, delay: 1 });
    await window.idle();
    expect(await window.tabNames()).toEqual(['small.log']);
  });
});

describe('what cannot be opened', () => {
  test.each([
    ['a missing file', 'nowhere.log', /no such file|does not exist|not found/i],
    ['a folder', '.', /folder|directory/i],
  ])('says so of %s, and the rest goes on', async (_what, name, message) => {
    const window = await session.open([join(workplace.folder, name)]);
    const state = window.byTestId('empty-state');
    expect(await state.innerText()).toMatch(message);
    await window.drop([{ name: 'fine.log', content: 'fine\n' }]);
    expect((await window.row(0)).cells['message']).toBe('fine');
  });

  test('says of an empty file that it is empty', async () => {
    const window = await session.open([workplace.file('empty.log', '')]);
    expect(await window.byTestId('empty-state').innerText()).toMatch(/empty/i);
    expect(await window.total()).toBe(0);
    await window.press('j', 'Shift+G', 'PageDown', 'e', 'Enter', 'Escape');
  });

  test('shows a binary file as text that cannot do harm', async () => {
    const bytes = Buffer.from(Array.from({ length: 40_000 }, (_, at) => (at * 7919 + (at >> 3)) & 0xff));
    const window = await session.open([workplace.file('picture.png', bytes)]);
    expect(await window.tabNames()).toEqual(['picture.png']);
    await window.press('Shift+G', 'g');
  });

  test('shows NUL bytes and control characters as signs', async () => {
    const window = await session.open([workplace.file('nul.log', 'before\0after\u001b[31m\u0007 end\nnext\n')]);
    const { cells } = await window.row(0);
    expect(cells['message']).toBe('before‹NUL›after‹ESC›[31m‹BEL› end');
    expect((await window.row(1)).cells['message']).toBe('next');
  });

  test('shortens a line of 20 MB on screen, and counts it', async () => {
    const long = workplace.file('long.log', `before\n${'x'.repeat(20_000_000)}end\nafter\n`);
    const window = await session.open([long]);
    expect(await window.total()).toBe(3);
    expect((await window.row(0)).cells['message']).toBe('before');
    expect((await window.row(1)).cells['message']?.length).toBeLessThan(10_000);
    expect((await window.row(2)).cells['message']).toBe('after');
    expect(await window.byTestId('status-line').innerText()).toContain('1 shortened');
    await window.press('j', 'j');
    await window.showDetails();
    expect(await window.byTestId('details').innerText()).toMatch(/Cut here: the record is (19\.1 MiB|20(\.0)? MB)/);
  });

  test('goes on with a file that is deleted while it is open', async () => {
    const doomed = workplace.file('doomed.log', Array.from({ length: 5_000 }, (_, at) => `line ${at + 1}\n`).join(''));
    const window = await session.open([doomed]);
    rmSync(doomed);
    await window.press('Shift+G');
    expect((await window.row(4_999)).cells['message']).toBe('line 5000');
    await window.filter('"line 4321"');
    expect((await window.rows()).map(({ line }) => line)).toEqual([4_321]);
  });
});
