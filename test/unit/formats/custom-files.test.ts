/** The folder of format files: what is read, and what is said about files that are wrong. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ErrorData } from '../../../src-shared/errors.ts';
import { chooseFormat, loadCustomFormatFile, loadCustomFormats } from '../../../src-main/formats/index.ts';
import { testOptions } from './read-records.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taillight-formats-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

test('files with an error are told of and left out, and the others are read', async () => {
  write('b.json', '{"name": "timed", "nginx": "$status $request_time"}');
  write('a.json', '\ufeff{"name": "mine", "pattern": "(?<message>.*)", "title": "Mine"}');
  write('c.json', '{"name": "timed", "apache": "%h"}');
  write('d.json', '{"name": "csv", "apache": "%h"}');
  write('e.json', '{');
  write('notes.txt', 'none');
  mkdirSync(join(folder, 'folder.json'));
  const problems: ErrorData[] = [];
  const formats = await loadCustomFormats(folder, (problem) => problems.push(problem));
  expect(formats).toEqual([
    { name: 'mine', pattern: '(?<message>.*)', title: 'Mine' },
    { name: 'timed', nginx: '$status $request_time' },
  ]);
  expect(problems).toEqual([
    { code: 'bad-format', message: 'The format file c.json: "name": "timed" is in another file already.' },
    { code: 'bad-format', message: 'The format file d.json: "name": "csv" is a format that is built in.' },
    { code: 'bad-format', message: expect.stringContaining('The format file e.json: is not JSON') },
    { code: 'bad-format', message: 'The format file folder.json: cannot be read.' },
  ]);
});

test('there need not be a folder', async () => {
  expect(await loadCustomFormats(join(folder, 'none'), () => expect.unreachable())).toEqual([]);
});

test('a file can be named instead of a format', () => {
  write('mine.json', '{"name": "mine", "nginx": "$status"}');
  const path = join(folder, 'mine.json');
  const custom = { name: 'mine', nginx: '$status' };
  expect(loadCustomFormatFile(path)).toEqual(custom);
  expect(chooseFormat(path, new Uint8Array(), { ...testOptions, fileName: '', custom: [] })).toEqual({
    name: 'mine',
    custom,
  });
});
