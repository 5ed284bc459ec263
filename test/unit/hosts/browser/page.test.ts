/** What a page gets over its socket: facts, files to open, folders, and an orderly end of what it leaves behind. */
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { holdEvents } from '../../../../src-main/hosts/browser/held-events.ts';
import { listFolder } from '../../../../src-main/hosts/browser/folders.ts';
import { EngineError } from '../../../../src-shared/errors.ts';
import { readRememberedPort, rememberPort } from '../../../../src-main/hosts/browser/remembered-port.ts';
import { createCaller, webSocketChannel, type Caller } from '../../../../src-shared/rpc/index.ts';
import { createEventSource } from '../../../contract/handlers.ts';
import { viewState } from '../fake-engine.ts';
import { runHost, type RunningHost } from './running-host.ts';

let running: RunningHost | undefined;
const folders: string[] = [];

afterEach(async () => {
  await running?.close();
  running = undefined;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function start(settings: Parameters<typeof runHost>[0] = {}): Promise<RunningHost> {
  running = await runHost(settings);
  return running;
}

async function connect(host: RunningHost, cookie: string): Promise<Caller> {
  const headers = { cookie, origin: host.host.origin };
  return createCaller(webSocketChannel(new WebSocket(`ws://127.0.0.1:${host.host.port}/engine`, { headers })));
}

test('says hello with the facts of this run, and each file until it was opened', async () => {
  const host = await start({
    files: ['/logs/a.log', '/logs/missing.log'],
    options: { timezone: 'Asia/Tokyo', year: 2024 },
    displayTimezone: 'Europe/Berlin',
  });
  const cookie = await host.signIn();
  const page = await connect(host, cookie);
  const hello = await page.call('hello', {});
  expect(hello).toEqual({
    name: 'taillight',
    version: '1.2.3',
    host: 'browser',
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    platform: process.platform,
    files: ['/logs/a.log', '/logs/missing.log'],
    options: { timezone: 'Asia/Tokyo', year: 2024 },
    displayTimezone: 'Europe/Berlin',
  });
  await page.call('open', { path: '/logs/a.log' });
  await expect(page.call('open', { path: '/logs/missing.log' })).rejects.toThrow('There is no file');
  const reloaded = await connect(host, cookie);
  expect((await reloaded.call('hello', {})).files).toEqual([]);
  expect(await reloaded.call('pickFiles', {})).toBe(null);
});

test('gives every tab the events', async () => {
  const host = await start();
  const cookie = await host.signIn();
  const pages = [await connect(host, cookie), await connect(host, cookie)];
  const heard = pages.map((page) => {
    const listener = vi.fn<(state: object) => void>();
    page.on('viewChanged', listener);
    return listener;
  });
  for (const page of pages) await page.call('sources', {});
  expect(host.host.clients).toBe(2);
  host.engine.events.emit('viewChanged', viewState(7, 1));
  await vi.waitFor(() => {
    for (const listener of heard) expect(listener.mock.calls).toEqual([[viewState(7, 1)]]);
  });
});

test('closes the views of a page that went, and only those', async () => {
  const host = await start();
  const cookie = await host.signIn();
  const [first, second] = [await connect(host, cookie), await connect(host, cookie)];
  const query = { filter: '', zone: 'UTC' };
  const left = await first.call('createView', { source: 1, query });
  const closed = await first.call('createView', { source: 1, query });
  const kept = await second.call('createView', { source: 1, query });
  await first.call('closeView', { view: closed.id });
  expect([...host.engine.openViews]).toEqual([left.id, kept.id]);
  first.close();
  await vi.waitFor(() => expect([...host.engine.openViews]).toEqual([kept.id]));
  expect(host.engine.events.subscribers).toBe(1);
});

test('tells when pages come and go', async () => {
  const host = await start();
  const counts: number[] = [];
  host.host.onClients((count) => counts.push(count));
  const page = await connect(host, await host.signIn());
  await page.call('sources', {});
  page.close();
  await vi.waitFor(() => expect(counts).toEqual([1, 0]));
});

test('ends its pages when it closes, and leaves the engine to its owner', async () => {
  const host = await start();
  const page = await connect(host, await host.signIn());
  await page.call('sources', {});
  const wasClosed = new Promise<void>((resolve) => void page.onClose(resolve));
  await host.host.close();
  await wasClosed;
  expect(host.engine.isClosed).toBe(false);
});

test('says which port cannot be had', async () => {
  const host = await start();
  await expect(runHost({ port: host.host.port })).rejects.toThrow(`Port ${host.host.port} is in use`);
});

test('takes the port of the last run where it is free', async () => {
  const host = await start();
  const folder = mkdtempSync(join(tmpdir(), 'taillight-port-'));
  folders.push(folder);
  expect(readRememberedPort(folder)).toBeUndefined();
  rememberPort(join(folder, 'cache'), host.host.port, () => {});
  const preferredPort = readRememberedPort(join(folder, 'cache'));
  expect(preferredPort).toBe(host.host.port);
  const beside = await runHost({ preferredPort });
  expect(beside.host.port).not.toBe(preferredPort);
  await beside.close();
  await host.close();
  const again = await start({ preferredPort });
  expect(again.host.port).toBe(preferredPort);
});

test.each(['', '0', '80', '99999', 'x', '8080 8081'])('does not take "%s" for a remembered port', (text) => {
  const folder = mkdtempSync(join(tmpdir(), 'taillight-port-'));
  folders.push(folder);
  writeFileSync(join(folder, 'serve-port'), text);
  expect(readRememberedPort(folder)).toBeUndefined();
});

test('lists a folder, folders first, without what is hidden or leads nowhere', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'taillight-folder-'));
  folders.push(folder);
  mkdirSync(join(folder, 'nginx'));
  mkdirSync(join(folder, 'Apache'));
  mkdirSync(join(folder, '.git'));
  for (const name of ['log.10', 'log.9', 'Log.2', '.hidden']) writeFileSync(join(folder, name), 'x'.repeat(9));
  symlinkSync(join(folder, 'nginx'), join(folder, 'linked'));
  symlinkSync(join(folder, 'nowhere'), join(folder, 'broken'));
  const listing = await listFolder(folder);
  expect(listing).toMatchObject({ path: folder, parent: tmpdir() });
  expect(listing.entries.map(({ name, kind, bytes }) => [name, kind, bytes])).toEqual([
    ['Apache', 'folder', undefined],
    ['linked', 'folder', undefined],
    ['nginx', 'folder', undefined],
    ['Log.2', 'file', 9],
    ['log.9', 'file', 9],
    ['log.10', 'file', 9],
  ]);
  expect(listing.entries[3].path).toBe(join(folder, 'Log.2'));
});

test('starts in the home folder and offers places', async () => {
  const listing = await listFolder(undefined);
  expect(listing.path).toBe(homedir());
  expect(listing.places.map(({ path }) => path)).toEqual(expect.arrayContaining([homedir(), process.cwd()]));
  expect(new Set(listing.places.map(({ path }) => path)).size).toBe(listing.places.length);
  expect((await listFolder('~')).path).toBe(homedir());
  expect((await listFolder('/')).parent).toBeUndefined();
});

test('says why a folder cannot be listed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'taillight-folder-'));
  folders.push(folder);
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'locked'));
  chmodSync(join(folder, 'locked'), 0);
  await expect(listFolder(join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' });
  await expect(listFolder(join(folder, 'file'))).rejects.toMatchObject({ code: 'not-found' });
  const locked = listFolder(join(folder, 'locked')).then(
    () => 'listed',
    (error: unknown) => (error instanceof EngineError ? error.code : error),
  );
  // Root reads everything.
  expect(await locked).toBe(process.getuid?.() === 0 ? 'listed' : 'not-readable');
});

test('holds events back while a page reads slowly, the latest of each thing, nothing lost', () => {
  const source = createEventSource();
  const heard: unknown[] = [];
  let isFull = false;
  const held = holdEvents(source.subscribe, () => isFull);
  held.subscribe((name, payload) => heard.push([name, 'rows' in payload ? payload.rows : payload]));
  const view = (id: number, rows: number): void => source.emit('viewChanged', { ...viewState(id, 1), rows });
  view(1, 1);
  isFull = true;
  for (const rows of [2, 3, 4]) view(1, rows);
  view(2, 9);
  source.emit('openRequested', { paths: ['/a'] });
  source.emit('openRequested', { paths: ['/b'] });
  expect(heard).toEqual([['viewChanged', 1]]);
  held.flush();
  expect(heard).toHaveLength(1);
  isFull = false;
  // There is room again, but what waits goes first.
  view(1, 5);
  held.flush();
  view(1, 6);
  expect(heard.slice(1)).toEqual([
    ['viewChanged', 5],
    ['viewChanged', 9],
    ['openRequested', { paths: ['/a'] }],
    ['openRequested', { paths: ['/b'] }],
    ['viewChanged', 6],
  ]);
});

test('catches up with the latest state once a page that stood still reads again', async () => {
  const host = await start();
  const headers = { cookie: await host.signIn(), origin: host.host.origin };
  const socket = new WebSocket(`ws://127.0.0.1:${host.host.port}/engine`, { headers });
  await once(socket, 'open');
  const rows: number[] = [];
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') rows.push(Number(/"rows":(\d+)/.exec(data)?.[1]));
  });
  socket.pause();
  // More than the buffers of both ends take.
  const message = 'x'.repeat(100_000);
  for (let count = 1; count <= 500; count++) {
    const warnings = [{ message, from: 0, to: 1 }];
    host.engine.events.emit('viewChanged', { ...viewState(1, 1), rows: count, warnings });
    if (count % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  socket.resume();
  await vi.waitFor(() => expect(rows.at(-1)).toBe(500));
  expect(rows.length).toBeLessThan(200);
  expect(rows).toEqual(rows.toSorted((left, right) => left - right));
  socket.terminate();
});
