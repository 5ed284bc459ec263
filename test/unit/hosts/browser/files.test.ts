/** Files that a page brings and fetches: uploads, exports and the spool they lie in. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { basename, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { EngineError } from '../../../../src-shared/errors.ts';
import type { Caller } from '../../../../src-shared/rpc/index.ts';
import { createCaller, webSocketChannel } from '../../../../src-shared/rpc/index.ts';
import { createSpool } from '../../../../src-main/hosts/browser/spool.ts';
import { attachment } from '../../../../src-main/hosts/browser/attachment.ts';
import { safeFileName } from '../../../../src-main/window/index.ts';
import { runHost, type Answer, type RunningHost } from './running-host.ts';

let running: RunningHost | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

interface Page {
  readonly host: RunningHost;
  readonly headers: { readonly cookie: string; readonly origin: string };
  readonly caller: Caller;
  upload(name: string, body: string | Buffer): Promise<Answer>;
}

async function openPage(settings: Parameters<typeof runHost>[0] = {}): Promise<Page> {
  const host = await runHost(settings);
  running = host;
  const headers = { cookie: await host.signIn(), origin: host.host.origin };
  const caller = createCaller(webSocketChannel(new WebSocket(`ws://127.0.0.1:${host.host.port}/engine`, { headers })));
  return {
    host,
    headers,
    caller,
    upload: (name, body) => host.ask(`/upload?name=${encodeURIComponent(name)}`, { method: 'POST', headers, body }),
  };
}

const csv = { view: 1, format: 'csv', zone: 'UTC', bom: false, crlf: false, neutralize: true } as const;

const spoolOf = (host: RunningHost): string => join(host.spoolParent, readdirSync(host.spoolParent)[0]);

const pathIn = (answer: Answer): string => String(new Map(Object.entries(JSON.parse(answer.body))).get('path'));

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    if (error instanceof EngineError) return error.code;
    throw error;
  }
  return 'none';
}

test('stores an upload for this user alone and opens it without showing its path', async () => {
  const page = await openPage();
  const answer = await page.upload('schöne Logs.log', 'one\ntwo\n');
  const path = pathIn(answer);
  expect(answer.status).toBe(200);
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
  expect({ name: basename(path), mode: statSync(path).mode & 0o777 }).toEqual({ name: 'schöne Logs.log', mode: 0o600 });
  expect(statSync(spoolOf(page.host)).mode & 0o777).toBe(0o700);
  const changed = vi.fn<(state: object) => void>();
  page.caller.on('sourceChanged', changed);
  const state = await page.caller.call('open', { path });
  page.host.engine.events.emit('sourceChanged', { ...state, path });
  const [listed] = await page.caller.call('sources', {});
  expect([state.name, state.path, listed.path]).toEqual(['schöne Logs.log', undefined, undefined]);
  expect(changed.mock.calls).toEqual([[state]]);
  expect(page.host.engine.opened).toEqual([path]);
});

test('removes an upload with its last source, and other files never', async () => {
  const page = await openPage();
  const path = pathIn(await page.upload('a.log', 'x'));
  const first = await page.caller.call('open', { path });
  const second = await page.caller.call('open', { path });
  await page.caller.call('close', { source: first.id });
  expect(existsSync(path)).toBe(true);
  await page.caller.call('close', { source: second.id });
  expect(existsSync(path)).toBe(false);

  const own = join(page.host.spoolParent, '..', 'secret.json');
  const source = await page.caller.call('open', { path: own });
  expect(source.path).toBe(own);
  // Nor is anything stored of an upload.
  expect(page.host.engine.unstored).toEqual([path, path]);
  await page.caller.call('close', { source: source.id });
  expect(existsSync(own)).toBe(true);
});

test('refuses uploads over the limit and leaves nothing behind', async () => {
  const page = await openPage({ uploadLimitBytes: 1000 });
  expect((await page.upload('exact.log', 'x'.repeat(1000))).status).toBe(200);
  const before = readdirSync(spoolOf(page.host));
  const announced = await page.upload('over.log', 'x'.repeat(1001));
  expect({ status: announced.status, body: JSON.parse(announced.body) }).toMatchObject({
    status: 413,
    body: { code: 'too-large' },
  });
  const headers = { ...page.headers, 'transfer-encoding': 'chunked' };
  const surprising = await page.host.ask('/upload?name=b', { method: 'POST', headers, body: 'x'.repeat(100_000) });
  expect(surprising.status).toBe(413);
  expect(readdirSync(spoolOf(page.host))).toEqual(before);
});

test('removes what arrived of an upload that breaks off', async () => {
  const page = await openPage();
  const asked = request({
    port: page.host.host.port,
    host: '127.0.0.1',
    path: '/upload?name=half.log',
    method: 'POST',
    headers: { ...page.headers, 'content-length': 1_000_000 },
  });
  asked.on('error', () => {});
  asked.write('x'.repeat(10_000));
  await vi.waitFor(() => expect(readdirSync(spoolOf(page.host))).toHaveLength(1));
  asked.destroy();
  await vi.waitFor(() => expect(readdirSync(spoolOf(page.host))).toEqual([]));
});

test('takes uploads only by POST from our own page', async () => {
  const page = await openPage();
  const { cookie } = page.headers;
  const attempts = [
    { method: 'GET', headers: page.headers },
    { method: 'PUT', headers: page.headers },
    { method: 'POST', headers: { cookie }, body: 'x' },
    { method: 'POST', headers: { cookie, origin: 'http://127.0.0.1:1' }, body: 'x' },
    { method: 'POST', headers: { origin: page.headers.origin }, body: 'x' },
  ];
  const statuses: number[] = [];
  for (const how of attempts) statuses.push((await page.host.ask('/upload?name=a.log', how)).status);
  expect(statuses).toEqual([405, 405, 403, 403, 403]);
  expect(readdirSync(spoolOf(page.host))).toEqual([]);
});

test.each([
  ['../../etc/passwd', 'passwd'],
  ['..\\..\\boot.ini', 'boot.ini'],
  ['a/b/c.log', 'c.log'],
  ['', 'fallback'],
  ['..', 'fallback'],
  ['. .', 'fallback'],
  ['.hidden', 'hidden'],
  ['name\u0000with\r\nsigns\u202e.log', 'name_with__signs_.log'],
  ['a<b>:"|?*.log', 'a_b______.log'],
  ['CON.log', '_CON.log'],
  ['\ud800half', '_half'],
  [`${'é'.repeat(300)}.jsonl`, `${'é'.repeat(97)}.jsonl`],
])('makes a safe name of %j', (name, safe) => {
  expect(safeFileName(name, 'fallback')).toBe(safe);
});

test('exports to a link that can be fetched more than once', async () => {
  const page = await openPage();
  const jobs: object[] = [];
  page.caller.on('jobChanged', (state) => jobs.push(state));
  const target = await page.caller.call('pickExportTarget', { suggestedName: 'Fehler "März" 100%.csv' });
  if (target === null || !('download' in target)) throw new Error('The host gave no token.');
  const download = `/download/${target.download}`;
  const { cookie } = page.headers;
  expect((await page.host.ask(download, { headers: { cookie } })).status).toBe(404);

  const job = await page.caller.call('export', { ...csv, target });
  expect(job.result).toEqual({ href: download });
  expect(jobs).toEqual([job]);

  for (let again = 0; again < 2; again++) {
    const answer = await page.host.ask(download, { headers: { cookie, 'sec-fetch-site': 'same-origin' } });
    expect(answer.body).toBe('time,status\n');
    expect(answer.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '12',
      'x-content-type-options': 'nosniff',
      'content-disposition': `attachment; filename="Fehler _M_rz_ 100_.csv"; filename*=UTF-8''Fehler%20_M%C3%A4rz_%20100%25.csv`,
    });
  }
  expect((await page.host.ask(download)).status).toBe(403);
  expect((await page.host.ask(`${download}x`, { headers: { cookie } })).status).toBe(404);
});

test('writes exports nowhere but into its spool', async () => {
  const page = await openPage();
  const outside = join(page.host.spoolParent, 'outside.csv');
  expect(await codeOf(page.caller.call('export', { ...csv, target: { path: outside } }))).toBe('bad-argument');
  expect(await codeOf(page.caller.call('export', { ...csv, target: { download: 'unknown' } }))).toBe('bad-argument');
  expect(existsSync(outside)).toBe(false);
});

test('writes names of downloads for old and new browsers', () => {
  expect(attachment(`日本 'x' (1)*.csv`)).toBe(
    `attachment; filename="__ 'x' (1)*.csv"; filename*=UTF-8''%E6%97%A5%E6%9C%AC%20%27x%27%20%281%29%2A.csv`,
  );
});

test('removes its spool when it closes', async () => {
  const page = await openPage();
  await page.upload('a.log', 'x');
  await page.host.host.close();
  expect(readdirSync(page.host.spoolParent)).toEqual([]);
});

test('removes spools of runs that were killed, and no others', async () => {
  const { spoolParent } = (await openPage()).host;
  // Process ids end far below this on every system.
  const dead = join(spoolParent, 'taillight-serve-999999999-AbCdEf');
  const others = ['taillight-serve-x', 'taillight-serve-1-AbCdEf', 'something'];
  for (const name of [dead, ...others.map((other) => join(spoolParent, other))]) mkdirSync(name);
  const spool = createSpool(spoolParent);
  expect(existsSync(dead)).toBe(false);
  for (const name of others) expect(existsSync(join(spoolParent, name))).toBe(true);
  spool.remove();
});
