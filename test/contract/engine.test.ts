/** Every call of the protocol on a small real file, with equal answers through every kind of window. */
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { EngineError } from '../../src-shared/errors.ts';
import type { EventName, Events, JobState, SourceState, ViewState } from '../../src-shared/protocol.ts';
import type { Caller } from '../../src-shared/rpc/index.ts';
import { windowKinds, withWindow } from './engine-windows.ts';

const line = (second: string, path: string, status: number, bytes: number): string =>
  `192.0.2.${status % 7} - - [01/Mar/2026:10:00:${second} +0000] "GET ${path} HTTP/1.1" ${status} ${bytes} "-" "curl/8.5.0"`;

const lines = [
  line('00', '/', 200, 100),
  line('01', '/api/users', 500, 200),
  'this line is no access log',
  line('02', '/api/grüße', 200, 300),
  line('59', '/late', 404, 400),
];
const query = { filter: '', zone: 'UTC' };

async function failureOf(call: Promise<unknown>): Promise<{ readonly code: string; readonly range?: object }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof EngineError) return { code: error.code, range: error.range };
    throw error;
  }
  return { code: 'none' };
}

/** Resolves with the first event, from now on, that fits. */
function nextEvent<N extends EventName>(caller: Caller, name: N, fits: (payload: Events[N]) => boolean) {
  return new Promise<Events[N]>((resolve) => {
    const stop = caller.on(name, (payload) => {
      if (!fits(payload)) return;
      stop();
      resolve(payload);
    });
  });
}

const isReady = (state: SourceState): boolean => state.phase === 'ready';

async function openIndexed(caller: Caller, path: string): Promise<SourceState> {
  const ready = nextEvent(caller, 'sourceChanged', isReady);
  const state = await caller.call('open', { path });
  return isReady(state) ? state : ready;
}

const settled = async (caller: Caller, state: ViewState): Promise<ViewState> =>
  state.done ? state : nextEvent(caller, 'viewChanged', ({ id, done }) => id === state.id && done);

describe.each(Object.keys(windowKinds))('a window %s', (kind) => {
  const inWindow = (work: (caller: Caller, path: string) => Promise<void>): Promise<void> =>
    withWindow(kind, async ({ caller }, folder) => {
      const path = join(folder, 'access.log');
      writeFileSync(path, `${lines.join('\n')}\n`);
      await work(caller, path);
    });

  test('opens several files as one log, in the order of time', () =>
    inWindow(async (caller, path) => {
      const other = `${path}.other`;
      writeFileSync(other, `${line('01', '/other', 200, 1)}\n${line('30', '/other', 404, 2)}\n`);
      const ready = nextEvent(caller, 'sourceChanged', isReady);
      const opened = await caller.call('open', { path, more: [other], options: { follow: true } });
      const source = isReady(opened) ? opened : await ready;
      const names = ['access.log', 'access.log.other'];
      expect([source.records, source.files?.map(({ name }) => name), source.following]).toEqual([7, names, true]);
      const view = await caller.call('createView', { source: source.id, query });
      await settled(caller, view);
      const request = { view: view.id, from: 0, to: 10, fields: ['_file', 'path', 'status'] };
      const page = await caller.call('page', request);
      expect(page.rows.map(({ cells }) => cells)).toEqual([
        ['access.log', '/', 200],
        ['access.log', '/api/users', 500],
        // Without a time: with the one before it.
        ['access.log', null, null],
        ['access.log.other', '/other', 200],
        ['access.log', '/api/grüße', 200],
        ['access.log.other', '/other', 404],
        ['access.log', '/late', 404],
      ]);
      const { record } = page.rows[3];
      const detail = await caller.call('record', { view: view.id, record });
      expect([detail.record, detail.line, detail.fields[0]]).toEqual([record, 1, { name: '_file', value: names[1] }]);
      const located = await caller.call('locate', { view: view.id, by: 'record', record });
      expect(located).toEqual({ row: 3, exact: true });
      const time = Date.UTC(2026, 2, 1, 10, 0, 20);
      expect(await caller.call('locate', { view: view.id, by: 'time', time })).toEqual({ row: 5, exact: true });
      const held = await caller.call('holdOrder', { view: view.id, on: true });
      expect([held.rows, held.unsorted]).toEqual([7, 0]);
    }));

  test('learns about the program', () =>
    inWindow(async (caller) => {
      const isBrowser = kind.includes('browser');
      expect(await caller.call('hello', {})).toMatchObject({
        name: 'taillight',
        version: '1.2.3',
        host: isBrowser ? 'browser' : 'electron',
        files: ['/logs/first.log'],
        displayTimezone: 'Europe/Berlin',
      });
      expect(await caller.call('formats', {})).toContainEqual(expect.objectContaining({ title: expect.any(String) }));
      expect(await caller.call('pickFiles', {})).toEqual(isBrowser ? null : ['/logs/picked.log']);
      const listing = await failureOf(caller.call('listFolder', {}));
      expect(listing.code).toBe(isBrowser ? 'none' : 'bad-argument');
    }));

  test('opens, lists, reads again and closes a file', () =>
    inWindow(async (caller, path) => {
      const source = await openIndexed(caller, path);
      expect(source).toMatchObject({
        name: basename(path),
        path,
        phase: 'ready',
        lines: 5,
        records: 5,
        unparsed: 1,
        untimed: 1,
        time: { from: Date.UTC(2026, 2, 1, 10, 0, 0), to: Date.UTC(2026, 2, 1, 10, 0, 59) },
      });
      expect((await caller.call('sources', {})).map(({ id }) => id)).toEqual([source.id]);

      const asText = nextEvent(caller, 'sourceChanged', (state) => isReady(state) && state.unparsed === 0);
      const reopened = await caller.call('reopen', { source: source.id, options: { format: 'text' } });
      expect(reopened.id).toBe(source.id);
      expect((await asText).records).toBe(5);

      expect(await caller.call('close', { source: source.id })).toBe(null);
      expect(await caller.call('sources', {})).toEqual([]);
      expect(await failureOf(caller.call('createView', { source: source.id, query }))).toMatchObject({
        code: 'closed',
      });
    }));

  test('is told what is wrong with what it asks for', () =>
    inWindow(async (caller, path) => {
      expect((await failureOf(caller.call('open', { path: `${path}.missing` }))).code).toBe('not-found');
      const source = await openIndexed(caller, path);
      const wrong = { ...query, filter: 'status >=' };
      const refused = await failureOf(caller.call('createView', { source: source.id, query: wrong }));
      expect(refused).toEqual({ code: 'bad-filter', range: { from: expect.any(Number), to: expect.any(Number) } });
      const check = { source: source.id, zone: 'UTC' };
      expect(await caller.call('checkFilter', { ...check, filter: 'status >= 500' })).toEqual({ warnings: [] });
      expect(await caller.call('checkFilter', { ...check, filter: 'status >=' })).toMatchObject({
        error: { code: 'bad-filter' },
      });
      expect((await failureOf(caller.call('page', { view: 999, from: 0, to: 1, fields: [] }))).code).toBe('closed');
    }));

  test('reads pages, records and places of a view', () =>
    inWindow(async (caller, path) => {
      const source = await openIndexed(caller, path);
      const view = await settled(caller, await caller.call('createView', { source: source.id, query }));
      expect(view).toMatchObject({ source: source.id, rows: 5, scanned: 5, done: true });

      const fields = ['time', 'path', 'status'];
      const page = await caller.call('page', { view: view.id, from: 1, to: 4, fields });
      expect(page).toMatchObject({ view: view.id, from: 1, total: 5 });
      expect(page.rows.map((row) => [row.record, row.line, row.parsed, row.cells])).toEqual([
        [1, 2, true, [Date.UTC(2026, 2, 1, 10, 0, 1), '/api/users', 500]],
        [2, 3, false, [null, null, null]],
        [3, 4, true, [Date.UTC(2026, 2, 1, 10, 0, 2), '/api/grüße', 200]],
      ]);
      const [, , row] = page.rows;
      expect({ raw: row.raw, offset: row.offset }).toEqual({
        raw: lines[3],
        offset: Buffer.byteLength(`${lines.slice(0, 3).join('\n')}\n`),
      });

      const record = await caller.call('record', { view: view.id, record: 3 });
      expect(record).toMatchObject({ record: 3, line: 4, lines: 1, parsed: true, raw: lines[3], rawCut: false });
      expect(record.fields).toContainEqual({ name: 'bytes', value: 300 });

      const at = { view: view.id, from: 0, backwards: false };
      expect([
        await caller.call('locate', { view: view.id, by: 'line', line: 4 }),
        await caller.call('locate', { view: view.id, by: 'record', record: 4 }),
        await caller.call('locate', { view: view.id, by: 'time', time: Date.UTC(2026, 2, 1, 10, 0, 59) }),
        await caller.call('locate', { ...at, by: 'level', level: 5 }),
        await caller.call('locate', { ...at, by: 'filter', filter: 'status : 404' }),
      ]).toEqual([3, 4, 4, 1, 4].map((place) => ({ row: place, exact: true })));
    }));

  test('filters, sorts and summarizes', () =>
    inWindow(async (caller, path) => {
      const source = await openIndexed(caller, path);
      const view = await settled(caller, await caller.call('createView', { source: source.id, query }));
      const histogram = await caller.call('histogram', {
        view: view.id,
        buckets: 300,
        interval: '1m',
        stackBy: 'status',
        sum: 'bytes',
      });
      expect(histogram).toMatchObject({
        interval: '1m',
        counts: [4],
        sums: [1000],
        untimed: 1,
        records: 5,
        final: true,
      });
      const top = await caller.call('top', { view: view.id, field: 'status', limit: 1 });
      expect(top).toMatchObject({ values: [{ value: 200, count: 2 }], other: 2, absent: 1, distinct: 3, records: 5 });

      const updated = await caller.call('updateView', {
        view: view.id,
        query: { filter: 'status : *', sort: { field: 'bytes', descending: true }, zone: 'UTC' },
      });
      expect((await settled(caller, updated)).rows).toBe(4);
      const page = await caller.call('page', { view: view.id, from: 0, to: 10, fields: ['bytes'] });
      expect(page.rows.map(({ cells }) => cells)).toEqual([[400], [300], [200], [100]]);

      expect(await caller.call('closeView', { view: view.id })).toBe(null);
      expect((await failureOf(caller.call('top', { view: view.id, field: 'status', limit: 1 }))).code).toBe('closed');
    }));

  test('exports a view to where its host puts it', () =>
    withWindow(kind, async ({ caller, readExport }, folder) => {
      const path = join(folder, 'access.log');
      writeFileSync(path, `${lines.join('\n')}\n`);
      const source = await openIndexed(caller, path);
      const filtered = { filter: 'status : *', zone: 'UTC' };
      const view = await settled(caller, await caller.call('createView', { source: source.id, query: filtered }));
      const target = await caller.call('pickExportTarget', { suggestedName: 'errors.csv' });
      if (target === null) throw new Error('No target.');
      const states: JobState[] = [];
      caller.on('jobChanged', (state) => states.push(state));
      const job = await caller.call('export', {
        view: view.id,
        format: 'csv',
        fields: ['status', 'path'],
        zone: 'UTC',
        bom: false,
        crlf: false,
        neutralize: true,
        target,
      });
      expect(job).toMatchObject({ kind: 'export', totalRows: 4 });
      await vi.waitFor(() => expect(states.at(-1)?.done).toBe(true));
      expect(states.at(-1)).toMatchObject({ id: job.id, rows: 4, progress: 1 });
      expect(await readExport(states.at(-1)?.result ?? {})).toBe(
        'status,path\n200,/\n500,/api/users\n200,/api/grüße\n404,/late\n',
      );
      expect(await caller.call('cancelJob', { job: job.id })).toBe(null);
    }));

  test('may cancel what it asked for', () =>
    inWindow(async (caller, path) => {
      const source = await openIndexed(caller, path);
      const view = await settled(caller, await caller.call('createView', { source: source.id, query }));
      const controller = new AbortController();
      const call = failureOf(caller.call('page', { view: view.id, from: 0, to: 5, fields: [] }, controller.signal));
      controller.abort();
      expect((await call).code).toBe('cancelled');
      expect((await caller.call('page', { view: view.id, from: 0, to: 5, fields: [] })).rows).toHaveLength(5);
    }));
});
