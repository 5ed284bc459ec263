/** Opening a window, with programs that pose as browsers: one that shows the page, some that fail. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findBrowsers } from '../../../../src-main/hosts/browser/browsers.ts';
import { openWindow, type OpenedWindow, type WindowSystem } from '../../../../src-main/hosts/browser/open-window.ts';
import { takeProfile } from '../../../../src-main/hosts/browser/profile.ts';
import { runHost, type RunningHost } from './running-host.ts';

let folder: string;
let closing: AbortController;
let running: RunningHost;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'taillight-window-'));
  running = await runHost();
  closing = new AbortController();
});

afterEach(async () => {
  closing.abort();
  await running.close();
  rmSync(folder, { recursive: true, force: true });
});

function program(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!${process.execPath}\n${script}`);
  chmodSync(path, 0o755);
  return path;
}

/** Signs in, connects, and lives until the file `closed` appears or it is killed. */
const browserScript = `
const { existsSync, writeFileSync } = require('node:fs');
const { get } = require('node:http');
const { WebSocket } = require(${JSON.stringify(createRequire(import.meta.url).resolve('ws'))});
writeFileSync(__dirname + '/arguments.json', JSON.stringify(process.argv.slice(2)));
const address = process.argv.find((arg) => arg.startsWith('--app=')).slice(6);
get(address, (response) => {
  const cookie = response.headers['set-cookie'][0].split(';')[0];
  const { host, origin } = new URL(address);
  new WebSocket('ws://' + host + '/engine', { headers: { cookie, origin } });
  setInterval(() => existsSync(__dirname + '/closed') && process.exit(0), 20);
});
`;

const system = (env: Record<string, string>): WindowSystem => ({
  env: { DISPLAY: ':0', PATH: folder, ...env },
  platform: 'linux',
  cacheFolder: join(folder, 'cache'),
});

const open = (given: WindowSystem): Promise<OpenedWindow> => openWindow(running.host, given, closing.signal);

test('opens a window of its own and knows when the user closed it', async () => {
  const opened = await open(system({ TAILLIGHT_BROWSER: program('browser', browserScript) }));
  if (opened.kind !== 'app-window') throw new Error(opened.why);
  expect(running.host.clients).toBe(1);
  const given: unknown = JSON.parse(readFileSync(join(folder, 'arguments.json'), 'utf8'));
  expect(given).toEqual(expect.arrayContaining([`--user-data-dir=${join(folder, 'cache', 'window-1')}`]));
  writeFileSync(join(folder, 'closed'), '');
  await opened.ended;
  expect(running.host.clients).toBe(0);
  expect(existsSync(join(folder, 'cache', 'window-1', 'taillight.pid'))).toBe(false);
});

test('closes the window when asked', async () => {
  const opened = await open(system({ TAILLIGHT_BROWSER: program('browser', browserScript) }));
  if (opened.kind !== 'app-window') throw new Error(opened.why);
  closing.abort();
  await opened.ended;
  expect(running.host.clients).toBe(0);
});

test('closes a window that is still opening', async () => {
  const opening = open(system({ TAILLIGHT_BROWSER: program('browser', 'setInterval(() => {}, 1000)') }));
  closing.abort();
  expect(await opening).toEqual({ kind: 'none', why: 'the program is ending' });
});

test('goes on with the next browser, then with the default one, and says why', async () => {
  program('google-chrome', 'process.exit(7);');
  program('xdg-open', `require('node:fs').writeFileSync(__dirname + '/opened', process.argv[2]);`);
  expect(await open(system({}))).toEqual({
    kind: 'default-browser',
    why: 'Chrome ended at once (status 7)',
  });
  const { pathname, search } = new URL(readFileSync(join(folder, 'opened'), 'utf8'));
  expect((await running.ask(pathname + search)).status).toBe(303);
});

test('leaves the address to the user when nothing opens', async () => {
  const missing = await open(system({}));
  expect(missing).toEqual({
    kind: 'none',
    why: 'no Chrome, Chromium or Edge was found; xdg-open is not installed',
  });
  program('xdg-open', 'process.exit(3);');
  const refused = await open(system({ TAILLIGHT_BROWSER: join(folder, 'none') }));
  expect(refused).toMatchObject({ kind: 'none', why: expect.stringMatching(/did not start .*; xdg-open found no/) });
});

test('does without a window of its own where it cannot keep a profile', async () => {
  writeFileSync(join(folder, 'cache'), 'a file where the folder should be');
  program('xdg-open', '');
  const opened = await open(system({ TAILLIGHT_BROWSER: program('browser', browserScript) }));
  expect(opened).toMatchObject({
    kind: 'default-browser',
    why: expect.stringMatching(/has no folder for its profile/),
  });
});

test('opens nothing where there is no display', async () => {
  const opened = await open(system({ DISPLAY: '' }));
  expect(opened).toEqual({ kind: 'none', why: 'there is no display' });
});

test('prefers browsers in a fixed order, wherever the path has them', () => {
  for (const name of ['chromium', 'microsoft-edge']) program(name, '');
  writeFileSync(join(folder, 'google-chrome'), 'not executable');
  const found = findBrowsers({ PATH: `/nowhere:${folder}` }, 'linux');
  expect(found.map(({ name, path }) => [name, path])).toEqual([
    ['Chromium', join(folder, 'chromium')],
    ['Edge', join(folder, 'microsoft-edge')],
  ]);
});

test('gives each window at a time a profile of its own, and the first one again later', () => {
  const first = takeProfile(folder);
  const second = takeProfile(folder);
  expect([first.folder, second.folder]).toEqual([join(folder, 'window-1'), join(folder, 'window-2')]);
  first.release();
  expect(takeProfile(folder).folder).toBe(first.folder);
  writeFileSync(join(second.folder, 'taillight.pid'), '999999999');
  expect(takeProfile(folder).folder).toBe(second.folder);
});
