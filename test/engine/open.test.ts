import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type Engine, type EngineSettings } from '../../src-main/engine/index.ts';
import type { SourceState, ViewQuery } from '../../src-shared/protocol.ts';

const never = new AbortController().signal;
const zone = 'UTC';
let folder: string;
let engine: Engine;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'taillight-engine-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => engine.close());

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function open(path: string, settings: EngineSettings = {}, options = {}): Promise<SourceState> {
  engine = createEngine({ workers: 2, spoolFolder: folder, ...settings });
  const opened = await engine.handlers.open({ path, options: { timezone: 'UTC', ...options } }, never);
  return engine.whenIndexed(opened.id);
}

async function matching(
  source: SourceState,
  filter: string,
  query: Partial<ViewQuery> = {},
): Promise<{ rows: number; lines: number[] }> {
  const view = await engine.handlers.createView({ source: source.id, query: { filter, zone: 'UTC', ...query } }, never);
  const { rows } = await engine.whenSettled(view.id);
  const page = await engine.handlers.page({ view: view.id, from: 0, to: 1000, fields: [] }, never);
  return { rows, lines: page.rows.map((row) => row.line) };
}

const access = (count: number): string =>
  Array.from({ length: count }, (_, n) => {
    const status = n % 10 === 3 ? 500 + (n % 3) : n % 7 === 0 ? 404 : 200;
    const path = n % 5 === 0 ? `/api/v${n % 4}/users?id=${n}` : `/static/file${n % 50}.css`;
    const second = String(n % 60).padStart(2, '0');
    return `10.0.${n % 3}.${n % 200} - - [01/Mar/2026:10:${String(Math.floor(n / 60) % 60).padStart(2, '0')}:${second} +0000] "${n % 4 === 1 ? 'POST' : 'GET'} ${path} HTTP/1.1" ${status} ${n * 3} "-" "Mozilla/5.0 (agent ${n % 9})"`;
  }).join('\n') + '\n';

describe('an opened access log', () => {
  it('has every record in its columns, at any chunk size, range and segment', async () => {
    const path = file('access.log', access(2000));
    const seen: unknown[] = [];
    for (const settings of [
      {},
      { chunkBytes: 7, rangeBytes: 5000, segmentRecords: 64 },
      { chunkBytes: 64, rangeBytes: 100 },
    ]) {
      const state = await open(path, settings);
      const results = [];
      for (const filter of [
        '',
        'status >= 500 and path : "/api/*"',
        'not method : GET',
        'agent 3',
        'status : 404 and (client_ip : 10.0.1.0/24 or bytes > 3000)',
        'query ~ /id=1\\d5$/',
        'time >= "2026-03-01 10:20" and level : error',
      ]) {
        results.push([filter, await matching(state, filter)]);
      }
      const { id, memory, generation, ...facts } = state;
      seen.push({
        facts: { ...facts, fields: facts.fields.map(({ name, type, count }) => ({ name, type, count })) },
        results,
      });
      await engine.close();
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
    expect(seen[0]).toMatchObject({
      facts: { records: 2000, lines: 2000, unparsed: 0, format: { stackBy: 'status' }, encoding: 'utf-8' },
    });
  });

  it('answers filters as a look at every line does', async () => {
    const text = access(2000);
    const state = await open(file('access.log', text));
    const lines = text.trimEnd().split('\n');
    const numbers = (test: (line: string) => boolean): number[] =>
      lines.flatMap((line, n) => (test(line) ? [n + 1] : []));
    const found = async (filter: string): Promise<number> => (await matching(state, filter)).rows;
    expect(await found('status >= 500 and path : "/api/*"')).toBe(
      numbers((line) => /" 5\d\d /.test(line) && / \/api\//.test(line)).length,
    );
    expect(await found('not method : GET')).toBe(numbers((line) => !line.includes('"GET ')).length);
    expect((await matching(state, '"AGENT 3"')).lines.slice(0, 200)).toEqual(
      numbers((line) => line.includes('agent 3')).slice(0, 200),
    );
    expect(await found('query : *')).toBe(numbers((line) => line.includes('?')).length);
  });

  it('sorts by number and by text, stably and with absent values last', async () => {
    const state = await open(file('access.log', access(300)));
    const all = Array.from({ length: 300 }, (_, n) => n);
    const bytes = await matching(state, '', { sort: { field: 'bytes', descending: true } });
    expect(bytes.lines).toEqual(all.toReversed().map((n) => n + 1));
    const query = await matching(state, '', { sort: { field: 'query', descending: false } });
    const withQuery = all.filter((n) => n % 5 === 0).sort((a, b) => (`id=${a}` < `id=${b}` ? -1 : 1));
    expect(query.lines).toEqual([...withQuery, ...all.filter((n) => n % 5 !== 0)].map((n) => n + 1));
  });

  it('counts a histogram and top values that agree with the rows', async () => {
    const state = await open(file('access.log', access(2000)));
    const view = await engine.handlers.createView(
      { source: state.id, query: { filter: 'status >= 400', zone: 'UTC' } },
      never,
    );
    const { rows } = await engine.whenSettled(view.id);
    const histogram = await engine.handlers.histogram({ view: view.id, buckets: 50, stackBy: 'status' }, never);
    const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
    expect(sum(histogram.counts)).toBe(rows);
    expect(histogram.series?.map(({ key, counts }) => [key, sum(counts)])).toEqual([
      ['4xx', (await matching(state, 'status >= 400 and status < 500')).rows],
      ['5xx', (await matching(state, 'status >= 500')).rows],
    ]);
    const top = await engine.handlers.top({ view: view.id, field: 'path', limit: 3 }, never);
    for (const { value, count } of top.values)
      expect((await matching(state, `status >= 400 and path = "${value as string}"`)).rows).toBe(count);
    expect(sum(top.values.map(({ count }) => count)) + top.other + top.absent).toBe(rows);
  });

  it('opens a gzip file as its content and leaves no spool behind', async () => {
    const text = access(5000);
    const plain = await open(file('plain.log', text));
    const { records } = plain;
    await engine.close();
    const state = await open(file('access.log.gz', gzipSync(text)));
    expect([state.records, state.compression, state.bytes]).toEqual([records, 'gzip', text.length]);
    expect((await matching(state, 'agent 3')).rows).toBeGreaterThan(0);
    await engine.close();
    expect(readdirSync(folder).filter((name) => name.endsWith('.spool'))).toEqual([]);
  });

  it('shows the records before the damage of a gzip file that is cut short', async () => {
    const packed = gzipSync(access(20_000));
    engine = createEngine({ workers: 2, spoolFolder: folder });
    const opened = await engine.handlers.open(
      { path: file('cut.log.gz', packed.subarray(0, packed.length / 2)) },
      never,
    );
    await expect(engine.whenIndexed(opened.id)).rejects.toMatchObject({ code: 'corrupt' });
    const [state] = await engine.handlers.sources({}, never);
    expect(state.records).toBeGreaterThan(1000);
  });

  describe.each([
    ['bzip2', 'bz2'],
    ['xz', 'xz'],
    ['zstd', 'zst'],
  ])('compressed with %s', (packing, extension) => {
    // Two streams, one after the other, each of a part of access(20_000).
    const packed = readFileSync(new URL(`../fixtures/packed/access.log.${extension}`, import.meta.url));

    it('is opened as its content, all parts of it', async () => {
      const text = access(20_000);
      const state = await open(file(`access.log.${extension}`, packed));
      expect([state.records, state.compression, state.bytes]).toEqual([20_000, packing, text.length]);
      const { id: view } = await engine.handlers.createView({ source: state.id, query: { filter: '', zone } }, never);
      await engine.whenSettled(view);
      const pieces: Uint8Array[] = [];
      const request = { view, format: 'text', zone, bom: false, crlf: false, neutralize: false, fields: [] } as const;
      await engine.writeRows(request, (bytes) => Promise.resolve(void pieces.push(Uint8Array.from(bytes))));
      expect(Buffer.concat(pieces).toString('utf8')).toBe(text);
      await engine.close();
      expect(readdirSync(folder).filter((name) => name.endsWith('.spool'))).toEqual([]);
    });

    it('shows the records before the place where it is cut', async () => {
      engine = createEngine({ workers: 2, spoolFolder: folder });
      const path = file(`cut.log.${extension}`, packed.subarray(0, packed.length * 0.9));
      const opened = await engine.handlers.open({ path }, never);
      await expect(engine.whenIndexed(opened.id)).rejects.toMatchObject({ code: 'corrupt' });
      const [state] = await engine.handlers.sources({}, never);
      expect(state.records).toBeGreaterThan(5_000);
      expect(state.records).toBeLessThan(20_000);
    });

    it('is refused when nothing of it can be unpacked', async () => {
      engine = createEngine({ workers: 1, spoolFolder: folder });
      const path = file(`broken.log.${extension}`, Buffer.concat([packed.subarray(0, 12), Buffer.alloc(500, 0x55)]));
      await expect(engine.handlers.open({ path }, never)).rejects.toMatchObject({ code: 'corrupt' });
    });
  });

  it('says that a compressed file went before it could be unpacked', async () => {
    engine = createEngine({ workers: 1, spoolFolder: folder });
    const path = file('gone.log.gz', gzipSync(access(20_000)));
    // The only worker is busy with the first.
    await engine.handlers.open({ path }, never);
    const { id } = await engine.handlers.open({ path }, never);
    rmSync(path);
    await expect(engine.whenIndexed(id)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('says what an archive is', async () => {
    engine = createEngine({ workers: 1, spoolFolder: folder });
    const path = file('packed', Buffer.from('PK\x03\x04rest'));
    await expect(engine.handlers.open({ path }, never)).rejects.toMatchObject({
      code: 'not-readable',
      message: expect.stringContaining('ZIP'),
    });
  });

  it('refuses a folder and a missing file with a message that names it', async () => {
    engine = createEngine({ workers: 1 });
    await expect(engine.handlers.open({ path: folder }, never)).rejects.toMatchObject({ code: 'is-folder' });
    await expect(engine.handlers.open({ path: '/dev/zero' }, never)).rejects.toMatchObject({ code: 'not-readable' });
    await expect(engine.handlers.open({ path: join(folder, 'none.log') }, never)).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('opens an empty file', async () => {
    const state = await open(file('empty.log', ''));
    expect([state.records, state.lines, state.phase]).toEqual([0, 0, 'ready']);
    expect((await matching(state, '')).rows).toBe(0);
  });

  it('stops a regular expression that runs away, and goes on working', async () => {
    const state = await open(file('hostile.log', `${'a'.repeat(60)}!\n`.repeat(3)));
    const view = await engine.handlers.createView(
      { source: state.id, query: { filter: '~ /(a+)+$/', zone: 'UTC' } },
      never,
    );
    await expect(engine.whenSettled(view.id)).rejects.toMatchObject({ code: 'regex-ran-away' });
    expect((await matching(state, 'aaa')).rows).toBe(3);
  }, 30_000);
});

describe('a log with something around its lines', () => {
  const inner = (n: number): string[] => {
    const time = `2026-03-01 10:${String(Math.floor(n / 60) % 60).padStart(2, '0')}:${String(n % 60).padStart(2, '0')},000`;
    if (n % 100 !== 0) return [`${time} INFO [worker-${n % 3}] com.example.Job - job ${n} done`];
    return [
      `${time} ERROR [main] com.example.Job - job ${n} failed`,
      `java.lang.IllegalStateException: number ${n}`,
      '\tat com.example.Job.run(Job.java:42)',
    ];
  };
  const count = 5_000;
  const lines = Array.from({ length: count }, (_, n) => inner(n));
  const plain = lines.flat().join('\n');
  const wrapped = lines
    .flatMap((record, n) =>
      record.map((line, at) =>
        `2026-03-01T10:00:00.${String(n).padStart(9, '0')}Z std${at === 0 ? 'out' : 'err'} F ${line}`
          .replace('ERROR', '\x1b[31mERROR\x1b[0m')
          .replace('failed', '\x1b[1mfai\x1b[0mled'),
      ),
    )
    .join('\n');

  it('answers as the same log without it', async () => {
    const settings = { chunkBytes: 4_096, rangeBytes: 65_536, segmentRecords: 512 };
    const bare = await open(file('bare.log', plain), settings);
    const filters = [
      'level : error',
      'thread : worker-1',
      'message : "failed"',
      'exception : "*number 4*"',
      '_raw : "job 77"',
    ];
    const expected: number[] = [];
    for (const filter of filters) expected.push((await matching(bare, filter)).rows);
    expect(expected[0]).toBe(count / 100);
    await engine.close();

    const source = await open(file('wrapped.log', wrapped), settings);
    expect(source).toMatchObject({ records: count, unparsed: 0, untimed: 0, time: bare.time });
    const found: number[] = [];
    for (const filter of filters) found.push((await matching(source, filter)).rows);
    expect(found).toEqual(expected);
    expect((await matching(source, 'stream : stdout and container_time : "*.000004900Z"')).rows).toBe(1);
  });
});
