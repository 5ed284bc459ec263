/** Several files followed as one log, in the order of time. */
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../src-main/engine/index.ts';
import type { PageRequest, SourceState, ViewState } from '../../src-shared/protocol.ts';

const never = new AbortController().signal;
let folder: string;
let paths: readonly string[];
let engine: Engine;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taillight-merged-'));
  paths = ['api.log', 'worker.log', 'web.jsonl'].map((name) => join(folder, name));
  engine = createEngine({ workers: 2, spoolFolder: join(folder, 'spool') });
});
afterEach(async () => {
  await engine.close();
  if (readdirSync(join(folder, 'spool')).length > 0) throw new Error('a spool file was left behind');
  rmSync(folder, { recursive: true, force: true });
});

const start = Date.UTC(2026, 2, 1, 10);
/** A line of second `n`. */
const line = (n: number, text = `record ${n}`, level = 'INFO'): string =>
  `${new Date(start + n * 1000).toISOString().replace('T', ' ').replace('Z', '').replace('.', ',')} ${level} app - ${text}\n`;
const lines = (...seconds: readonly number[]): string => seconds.map((n) => line(n)).join('');
const json = (n: number, text: string): string =>
  `${JSON.stringify({ time: new Date(start + n * 1000).toISOString(), level: 'warn', msg: text, shard: n % 3 })}\n`;

interface Followed {
  readonly source: number;
  readonly view: number;
}

async function open(count: number, filter = '', follow = true): Promise<Followed> {
  const [path, ...more] = paths.slice(0, count);
  const source = await engine.handlers.open({ path, more, options: { timezone: 'UTC', follow } }, never);
  const view = await engine.handlers.createView({ source: source.id, query: { filter, zone: 'UTC' } }, never);
  if (!follow) await engine.whenIndexed(source.id);
  return { source: source.id, view: view.id };
}

const stateOf = async ({ source }: Followed): Promise<SourceState> => {
  const state = (await engine.handlers.sources({}, never)).find(({ id }) => id === source);
  if (state === undefined) throw new Error('the source is open');
  return state;
};

async function until(
  followed: Followed,
  wanted: (view: ViewState, source: SourceState) => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + 8000;
  for (;;) {
    const view = await engine.whenSettled(followed.view);
    const source = await stateOf(followed);
    if (await wanted(view, source)) return;
    if (Date.now() > deadline) throw new Error(`timed out at ${JSON.stringify({ view, source })}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const page = (followed: Followed, request: Partial<PageRequest> = {}) =>
  engine.handlers.page({ view: followed.view, from: 0, to: 1000, fields: [], ...request }, never);

async function cells(followed: Followed, fields: readonly string[]): Promise<readonly unknown[][]> {
  return (await page(followed, { fields })).rows.map((row) => [...row.cells]);
}

async function allCells(followed: Followed, fields: readonly string[]): Promise<readonly unknown[][]> {
  const all: unknown[][] = [];
  for (;;) {
    const { rows } = await page(followed, { from: all.length, to: all.length + 1000, fields });
    if (rows.length === 0) return all;
    all.push(...rows.map((row) => [...row.cells]));
  }
}

/** The lines of an export of one field. */
async function exportOf({ view }: Followed, fields: readonly string[]): Promise<readonly string[]> {
  const chunks: Uint8Array[] = [];
  await engine.writeRows(
    { view, format: 'tsv', fields, zone: 'UTC', bom: false, crlf: false, neutralize: false },
    (bytes) => Promise.resolve(void chunks.push(Uint8Array.from(bytes))),
  );
  return Buffer.concat(chunks).toString().trimEnd().split('\n').slice(1);
}

describe('several files followed at once', () => {
  it('are one view in the order of time, and each row knows its file', async () => {
    writeFileSync(paths[0], lines(1, 4, 5, 9));
    writeFileSync(paths[1], lines(2, 3, 8));
    const followed = await open(2);
    await until(followed, (view) => view.rows === 7);
    expect(await cells(followed, ['_file', 'message', '_line'])).toEqual([
      ['api.log', 'record 1', 1],
      ['worker.log', 'record 2', 1],
      ['worker.log', 'record 3', 2],
      ['api.log', 'record 4', 2],
      ['api.log', 'record 5', 3],
      ['worker.log', 'record 8', 3],
      ['api.log', 'record 9', 4],
    ]);
    expect(await stateOf(followed)).toMatchObject({
      name: 'api.log + worker.log',
      following: true,
      records: 7,
      files: [
        { name: 'api.log', missing: false },
        { name: 'worker.log', missing: false },
      ],
    });
  });

  it('puts what comes to its place, and what is late too, after a while', async () => {
    writeFileSync(paths[0], lines(1, 10));
    writeFileSync(paths[1], lines(2, 11));
    const followed = await open(2);
    await until(followed, (view) => view.rows === 4);
    appendFileSync(paths[0], lines(20, 22));
    appendFileSync(paths[1], lines(21, 23));
    const messages = async (): Promise<unknown> => (await cells(followed, ['message'])).flat();
    const expected = [1, 2, 10, 11, 20, 21, 22, 23].map((n) => `record ${n}`);
    await until(followed, async (view) => view.rows === 8 && String(await messages()) === String(expected));
    // Late: older than what has settled.
    await until(followed, (view) => view.stableRows >= 6);
    const { order } = await engine.whenSettled(followed.view);
    appendFileSync(paths[1], lines(5, 24));
    await until(followed, (view) => view.rows === 10);
    await until(followed, (view) => view.order > order);
    expect(await messages()).toEqual([1, 2, 5, 10, 11, 20, 21, 22, 23, 24].map((n) => `record ${n}`));
  });

  it('of different formats have the fields of both; filters, sums and exports know the file', async () => {
    writeFileSync(paths[0], lines(1, 4) + line(6, 'bad', 'ERROR'));
    writeFileSync(paths[2], json(2, 'from json') + json(5, 'more'));
    const [path, more] = [paths[0], [paths[2]]];
    const source = await engine.handlers.open({ path, more, options: { timezone: 'UTC', follow: true } }, never);
    const zone = 'UTC';
    const create = async (filter: string): Promise<Followed> => {
      const view = await engine.handlers.createView({ source: source.id, query: { filter, zone } }, never);
      return { source: source.id, view: view.id };
    };
    const all = await create('');
    await until(all, (view) => view.rows === 5);
    expect(await cells(all, ['_file', 'level', 'message', 'shard', 'logger'])).toEqual([
      ['api.log', 2, 'record 1', null, 'app'],
      ['web.jsonl', 4, 'from json', 2, null],
      ['api.log', 2, 'record 4', null, 'app'],
      ['web.jsonl', 4, 'more', 2, null],
      ['api.log', 5, 'bad', null, 'app'],
    ]);
    const some = await create('_file : "web.jsonl" or level >= error');
    await until(some, (view) => view.rows === 3);
    expect((await cells(some, ['message'])).flat()).toEqual(['from json', 'more', 'bad']);
    const shard = await create('shard = 2');
    await until(shard, (view) => view.rows === 2);
    const top = await engine.handlers.top({ view: all.view, field: '_file', limit: 10 }, never);
    expect(top.values).toEqual([
      { value: 'api.log', count: 3 },
      { value: 'web.jsonl', count: 2 },
    ]);
    const histogram = await engine.handlers.histogram(
      { view: all.view, buckets: 10, interval: '1s', stackBy: '_file' },
      never,
    );
    expect([histogram.records, histogram.series]).toEqual([
      5,
      [
        { key: 'api.log', counts: [1, 0, 0, 1, 0, 1] },
        { key: 'web.jsonl', counts: [0, 1, 0, 0, 1, 0] },
      ],
    ]);
    const chunks: Uint8Array[] = [];
    await engine.writeRows(
      { view: all.view, format: 'csv', fields: ['_file', 'message'], zone, bom: false, crlf: false, neutralize: false },
      (bytes) => Promise.resolve(void chunks.push(Uint8Array.from(bytes))),
    );
    expect(Buffer.concat(chunks).toString()).toBe(
      '_file,message\napi.log,record 1\nweb.jsonl,from json\napi.log,record 4\nweb.jsonl,more\napi.log,bad\n',
    );
    expect((await stateOf(all)).fields.map(({ name }) => name)).toContain('_file');
  });

  it('keep every row once and in order while small additions are put together, under filters and orders too', async () => {
    for (const path of paths) writeFileSync(path, '');
    const zone = 'UTC';
    const [path, ...more] = paths;
    const { id: source } = await engine.handlers.open({ path, more, options: { timezone: zone, follow: true } }, never);
    const create = async (query: {
      filter: string;
      sort?: { field: string; descending: boolean };
    }): Promise<Followed> => {
      const view = await engine.handlers.createView({ source, query: { ...query, zone } }, never);
      return { source, view: view.id };
    };
    const all = await create({ filter: '' });
    const odd = await create({ filter: '"odd"' });
    const sorted = await create({ filter: '', sort: { field: 'message', descending: true } });
    const seen = new Map<number, unknown>();
    let written = 0;
    const began = Date.now();
    // Long enough for additions to age and to be put together several times.
    for (let round = 0; Date.now() - began < 8000; round++) {
      const file = round % 3;
      const second = Math.floor((Date.now() - began) / 10) - file * 5;
      const text = `${file === 2 ? 'json' : 'text'} ${String(written).padStart(5, '0')}${written % 2 === 1 ? ' odd' : ''}`;
      appendFileSync(paths[file], file === 2 ? json(second, text) : line(second, text));
      written++;
      if (round % 10 === 9) {
        const { rows } = await page(all, { fields: ['message'] });
        const exported = await exportOf(all, ['message']);
        // Each row once, and none that came before is missing.
        expect(new Set(exported).size).toBe(exported.length);
        for (const { cells: own } of rows) expect(exported).toContain(own[0]);
        for (const { record, cells: own } of rows) {
          expect(seen.get(record) ?? own[0]).toBe(own[0]);
          seen.set(record, own[0]);
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 12));
    }
    await until(
      all,
      (view, { records }) => records === written && view.rows === written && view.stableRows >= written - 3,
    );
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const shown = (await allCells(all, ['time', '_file', 'message'])).map(([time, file, message]) => ({
      time,
      file,
      message,
    }));
    const order = paths.map((each) => each.slice(folder.length + 1));
    const expected = shown.toSorted(
      (a, b) =>
        Number(a.time) - Number(b.time) ||
        order.indexOf(String(a.file)) - order.indexOf(String(b.file)) ||
        (String(a.message) < String(b.message) ? -1 : 1),
    );
    expect(shown).toEqual(expected);
    expect(new Set(shown.map(({ message }) => message)).size).toBe(written);
    const isOdd = ({ message }: { readonly message: unknown }): boolean => String(message).includes('odd');
    await until(odd, (view) => view.rows === shown.filter(isOdd).length);
    expect((await allCells(odd, ['message'])).flat()).toEqual(shown.filter(isOdd).map(({ message }) => message));
    for (const [record, message] of [...seen].slice(0, 300)) {
      const detail = await engine.handlers.record({ view: all.view, record }, never);
      expect(detail.fields.find(({ name }) => name === 'message')?.value).toBe(message);
    }
    const before = await engine.handlers.sortAgain({ view: sorted.view }, never);
    await until(sorted, (view) => view.order > before.order && view.unsorted <= 3);
    const messages = (await allCells(sorted, ['message'])).flat().map(String);
    expect(messages.toSorted()).toEqual(shown.map(({ message }) => String(message)).toSorted());
    const ordered = messages.slice(0, written - 3);
    expect(ordered).toEqual(ordered.toSorted().toReversed());
  }, 60_000);

  it('can be opened as they are, followed, let go and followed again', async () => {
    writeFileSync(paths[0], lines(1, 3, 5));
    writeFileSync(paths[1], lines(2, 4, 6));
    const followed = await open(2, '', false);
    const numbers = async (): Promise<unknown> => (await cells(followed, ['message'])).flat();
    const expected = (...seconds: readonly number[]): readonly string[] => seconds.map((n) => `record ${n}`);
    await until(followed, (view) => view.rows === 6 && view.unsorted === 0);
    expect(await numbers()).toEqual(expected(1, 2, 3, 4, 5, 6));
    appendFileSync(paths[0], lines(7));
    await engine.handlers.follow({ source: followed.source, on: true }, never);
    await until(followed, (view) => view.rows === 7 && view.unsorted === 0);
    appendFileSync(paths[1], lines(8));
    await until(followed, (view) => view.rows === 8);
    expect(await numbers()).toEqual(expected(1, 2, 3, 4, 5, 6, 7, 8));
    const off = await engine.handlers.follow({ source: followed.source, on: false }, never);
    expect(off.following).toBe(false);
    appendFileSync(paths[0], lines(9));
    await engine.handlers.follow({ source: followed.source, on: true }, never);
    await until(followed, (view) => view.rows === 9 && view.unsorted === 0);
    expect(await numbers()).toEqual(expected(1, 2, 3, 4, 5, 6, 7, 8, 9));
  });

  it('keep their rows where they are while the order is held', async () => {
    writeFileSync(paths[0], lines(1, 10));
    writeFileSync(paths[1], lines(2, 11));
    const followed = await open(2);
    await until(followed, (view) => view.rows === 4);
    const messages = async (): Promise<readonly unknown[]> => (await cells(followed, ['message'])).flat();
    const before = await messages();
    await engine.handlers.holdOrder({ view: followed.view, on: true }, never);
    appendFileSync(paths[1], lines(5, 6, 20));
    await until(followed, (view) => view.rows === 7);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect((await messages()).slice(0, 4)).toEqual(before);
    await engine.handlers.holdOrder({ view: followed.view, on: false }, never);
    const expected = [1, 2, 5, 6, 10, 11, 20].map((n) => `record ${n}`);
    await until(followed, async () => String(await messages()) === String(expected));
  });

  it('waits for files that do not exist, and marks what happens to each', async () => {
    writeFileSync(paths[0], lines(1, 2));
    const followed = await open(2);
    await until(followed, (view, source) => view.rows === 2 && source.files?.[1].missing === true && !source.missing);
    writeFileSync(paths[1], lines(3, 4));
    await until(followed, (view) => view.rows === 4);
    renameSync(paths[0], `${paths[0]}.1`);
    writeFileSync(paths[0], lines(6, 7));
    await until(followed, (view, { markers }) => view.rows === 6 && markers.some(({ kind }) => kind === 'rotated'));
    appendFileSync(paths[1], lines(8));
    await until(followed, (view) => view.rows === 7);
    const { markers } = await stateOf(followed);
    const rotated = markers.find(({ kind }) => kind === 'rotated');
    const { rows } = await page(followed, { fields: ['message'] });
    expect(rotated).toMatchObject({ file: 'api.log', gap: false });
    expect(rows.find(({ record }) => record === rotated?.record)?.cells).toEqual(['record 6']);
    const above = rows.flatMap(({ markers: own = [] }, at) => own.map(({ kind, file }) => [at, kind, file]));
    expect(above).toContainEqual([4, 'rotated', 'api.log']);
    truncateSync(paths[1], 0);
    await until(followed, async () => (await stateOf(followed)).markers.some(({ kind }) => kind === 'truncated'));
    const last = (await page(followed)).rows.at(-1);
    expect(last?.markersBelow).toMatchObject([{ kind: 'truncated', file: 'worker.log' }]);
    unlinkSync(paths[0]);
    await until(followed, (_view, source) => source.files?.[0].missing === true);
    expect((await cells(followed, ['message'])).flat()).toEqual([1, 2, 3, 4, 6, 7, 8].map((n) => `record ${n}`));
  });
});
