import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { gzipSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EngineSettings } from '../../src-main/engine/index.ts';
import { generateBuffer } from '../generate/generate.mjs';
import { decodeHeader, encodeHeader, headerBytes } from '../../src-main/index/store/directory.ts';
import { answersOf, ask, contentsOf, openLog, storedFiles } from './stored.ts';

// Some of these open a log a dozen times, and several of them may run beside each other.
vi.setConfig({ testTimeout: 120_000 });

const fixtures = join(import.meta.dirname, '..', 'fixtures');
let folder: string;
let number = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'taillight-store-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string | Uint8Array, name = `log-${++number}.log`): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const newCache = (): string => join(folder, `cache-${++number}`);

const kinds = ['access', 'json', 'app', 'syslog', 'csv', 'w3c', 'logfmt'] as const;
const made = (kind: (typeof kinds)[number], lines: number, seed = 1): Buffer =>
  generateBuffer({ kind, lines, seed, hostile: 0.05, longLineBytes: 3000 });

/** A log whose index was stored: what it answers, and where. */
async function stored(
  path: string,
  settings: EngineSettings = {},
  asked = answersOf,
): Promise<{ answers: unknown; cache: string }> {
  const cache = newCache();
  const { answers } = await ask(path, cache, settings, {}, asked);
  expect(storedFiles(cache)).toHaveLength(1);
  return { answers, cache };
}

describe('a log opened again', () => {
  const logs = [
    ...['access.log', 'cli/access.log', 'cli/app.jsonl'],
    ...['apache-error.log', 'cloudfront.log', 'combined.log', 'iis.log', 'korean.csv', 'measures.tsv'],
    ...['nginx-error.log', 'notes.txt', 'orders.csv', 'preamble.log', 'vhosts-timed.log', 'windows-1252.log'],
  ].map((name) => (name.includes('/') || name === 'access.log' ? name : `formats/${name}`));

  it.each(logs)('answers from the stored index what a fresh one answers: %s', async (name) => {
    const path = file(readFileSync(join(fixtures, name)), `${++number}-${name.replaceAll('/', '-')}`);
    const { answers, cache } = await stored(path);
    const before = statSync(storedFiles(cache)[0].path);
    const again = await ask(path, cache);
    expect(again.answers).toEqual(answers);
    expect(statSync(storedFiles(cache)[0].path).ino).toBe(before.ino);
  });

  it.each(kinds)('answers from the stored index what a fresh one answers: generated %s', async (kind) => {
    const path = file(made(kind, 1500));
    const { answers, cache } = await stored(path);
    const again = await ask(path, cache);
    expect(again.answers).toEqual(answers);
    // All of it is there before a worker has read a byte of the log.
    expect(again.atOnce).toBe((again.answers as { facts: { records: number } }).facts.records);
  });

  it('is indexed from where the stored index ends when it has grown', async () => {
    // The first 256 KB are indexed as one, and would be indexed again.
    for (const [kind, lines, share] of [
      ['access', 2500, 0.6],
      ['json', 3000, 0.5],
      ['app', 4500, 0.9],
      ['logfmt', 4500, 0.7],
    ] as const) {
      const whole = made(kind, lines);
      const cut = Math.floor(whole.length * share);
      const path = file(whole.subarray(0, cut));
      const { cache } = await stored(path);
      appendFileSync(path, whole.subarray(cut));
      const grown = await ask(path, cache);
      expect(grown.atOnce).toBeGreaterThan(500);
      expect(grown.answers).toEqual((await ask(path, undefined)).answers);
    }
  });

  it('has the last record anew when lines were added to it', async () => {
    const text = '2026-03-01 10:00:00,000 ERROR [main] a.B - first\njava.lang.Error: x\n\tat a.B.c(B.java:1)\n';
    const path = file(text.repeat(40));
    const { cache } = await stored(path);
    appendFileSync(path, '\tat a.B.d(B.java:2)\n2026-03-01 10:00:01,000 INFO [main] a.B - second\n');
    const grown = await ask(path, cache);
    expect(grown.answers).toEqual((await ask(path, undefined)).answers);
    expect(grown.answers).toMatchObject({ facts: { records: 41, lines: 122 } });
  });

  it('stores what has grown much, and not what has grown little', async () => {
    const path = file(made('access', 2000));
    const large = { rangeBytes: 1 << 20, segmentRecords: 65_536 };
    const { cache } = await stored(path, large);
    const inode = (): number => statSync(storedFiles(cache)[0].path).ino;
    const open = async (): Promise<readonly [number, number]> => {
      const { engine, atOnce, source } = await openLog(path, cache, large);
      await engine.close();
      return [atOnce, source.records];
    };
    const first = inode();
    appendFileSync(path, made('access', 10, 2));
    await open();
    expect(inode()).toBe(first);
    appendFileSync(path, Buffer.concat(Array.from({ length: 40 }, () => made('access', 1000, 3))));
    await open();
    expect(inode()).not.toBe(first);
    const [atOnce, records] = await open();
    expect(atOnce).toBe(records);
  });

  it('is indexed anew when it was replaced, rewritten, cut or only touched', async () => {
    const text = made('access', 1000);
    const other = made('access', 1000, 2).subarray(0, text.length);
    const changes: readonly (readonly [string, (path: string, mtime: Date) => void])[] = [
      ['another log', (path) => writeFileSync(path, made('json', 500))],
      [
        'the same size and time, another head',
        (path, mtime) => {
          writeFileSync(path, Buffer.concat([other.subarray(0, 5000), text.subarray(5000)]));
          utimesSync(path, mtime, mtime);
        },
      ],
      [
        'the same size and time, another tail',
        (path, mtime) => {
          const half = text.length - 3000;
          writeFileSync(path, Buffer.concat([text.subarray(0, half), other.subarray(half)]));
          utimesSync(path, mtime, mtime);
        },
      ],
      [
        'the same size, another middle',
        (path) => {
          const changed = Buffer.from(text);
          changed[text.indexOf(10, text.length / 2) - 1] ^= 1;
          writeFileSync(path, changed);
        },
      ],
      ['cut', (path) => truncateSync(path, text.lastIndexOf(10, text.length / 2) + 1)],
      ['longer, but not grown', (path) => writeFileSync(path, Buffer.concat([other, text]))],
      ['empty', (path) => truncateSync(path, 0)],
    ];
    for (const [name, change] of changes) {
      const path = file(text);
      const mtime = new Date(1_772_000_000_000);
      utimesSync(path, mtime, mtime);
      const { cache } = await stored(path, {}, contentsOf);
      change(path, mtime);
      const again = await ask(path, cache, {}, {}, contentsOf);
      expect([name, again.answers]).toEqual([name, (await ask(path, undefined, {}, {}, contentsOf)).answers]);
    }
  });

  it('is indexed anew when it is read in another way', async () => {
    const path = file(made('app', 600));
    const { cache } = await stored(path, {}, contentsOf);
    const inode = (): number => statSync(storedFiles(cache)[0].path).ino;
    for (const options of [
      { timezone: 'Asia/Tokyo' },
      { format: 'text' },
      { encoding: 'windows-1252' },
      { year: 2020 },
    ]) {
      const before = inode();
      const again = await ask(path, cache, {}, options, contentsOf);
      expect(again.answers).toEqual((await ask(path, undefined, {}, options, contentsOf)).answers);
      expect(inode()).not.toBe(before);
    }
  });

  it('is indexed anew when the definition of its format was edited', async () => {
    const configFolder = join(folder, `config-${++number}`);
    mkdirSync(join(configFolder, 'formats'), { recursive: true });
    const define = (name: string): void =>
      writeFileSync(
        join(configFolder, 'formats', 'mine.json'),
        JSON.stringify({
          name: 'mine',
          pattern: `^(?<time>\\S+) <(?<${name}>\\d+)> (?<message>.*)$`,
          samples: ['2026-03-01T10:00:00Z <7> x'],
        }),
      );
    const path = file(Array.from({ length: 300 }, (_, n) => `2026-03-01T10:00:00Z <${n % 9}> text ${n}\n`).join(''));
    define('first');
    const { answers, cache } = await stored(path, { configFolder }, contentsOf);
    expect(answers).toMatchObject({ format: { name: 'mine' } });
    define('second');
    const again = await ask(path, cache, { configFolder }, {}, contentsOf);
    expect(again.answers).not.toEqual(answers);
    expect(again.answers).toEqual((await ask(path, undefined, { configFolder }, {}, contentsOf)).answers);
  });

  it('can be followed from its stored index on', async () => {
    const whole = made('access', 2000);
    const cut = Math.floor(whole.length * 0.6);
    const path = file(whole.subarray(0, cut));
    const { cache } = await stored(path);
    const opened = await openLog(path, cache);
    const { engine, source } = opened;
    await engine.handlers.follow({ source: source.id, on: true }, new AbortController().signal);
    appendFileSync(path, whole.subarray(cut));
    const lines = whole.toString('latin1').split('\n').length - 1;
    await expect
      .poll(async () => (await engine.handlers.sources({}, new AbortController().signal))[0].lines, { timeout: 10_000 })
      .toBe(lines);
    await engine.handlers.follow({ source: source.id, on: false }, new AbortController().signal);
    const [state] = await engine.handlers.sources({}, new AbortController().signal);
    const followed = await answersOf({ ...opened, source: state });
    await engine.close();
    const fresh = (await ask(path, undefined)).answers;
    const of = (answers: unknown): unknown => {
      const { facts: _facts, record: _record, ...rest } = answers as Record<string, unknown>;
      return rest;
    };
    expect(of(followed)).toEqual(of(fresh));
  });
});

describe('a stored index', () => {
  it('that is damaged in any place changes no answer', async () => {
    const path = file(made('app', 400));
    const { answers, cache } = await stored(path, {}, contentsOf);
    const [{ path: index, bytes }] = storedFiles(cache);
    const good = readFileSync(index);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes - 1), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 }),
        async (places) => {
          const damaged = Buffer.from(good);
          for (const [at, change] of places) damaged[at] ^= change;
          writeFileSync(index, damaged);
          expect((await ask(path, cache, {}, {}, contentsOf)).answers).toEqual(answers);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('that somebody made up brings nothing down', async () => {
    const path = file(made('app', 400));
    const { answers, cache } = await stored(path);
    const { records } = (answers as { facts: { records: number } }).facts;
    const [{ path: index }] = storedFiles(cache);
    const good = readFileSync(index);
    const place = decodeHeader(good.subarray(0, headerBytes), good.length);
    if (place === undefined) throw new Error('a stored index has a header');
    const text = good.toString('utf8', place.at, place.at + place.bytes);
    const numbers = [...text.matchAll(/(?<=[:[,])-?\d+(?=[,\]}])/g)];
    const strange = fc.constantFrom(0, 1, -1, 2, 3, 7, 255, 65_535, 2 ** 31, 2 ** 32, 2 ** 53, 1e300);
    await fc.assert(
      fc.asyncProperty(fc.nat(numbers.length - 1), fc.oneof(strange, fc.nat(5000)), async (which, value) => {
        const { 0: old, index: at } = numbers[which];
        // All sums are right, also those of what the directory names, unless the change is one of these.
        const directory = Buffer.from(text.slice(0, at) + String(value) + text.slice(at + old.length));
        writeFileSync(index, Buffer.concat([good.subarray(0, place.at), directory]));
        const header = encodeHeader(directory, place.at);
        writeFileSync(index, header, { flag: 'r+' });
        const opened = await openLog(path, cache, { memoryBudgetBytes: value % 2 === 0 ? 1 : 1 << 30 });
        try {
          expect(opened.source.phase).toBe('ready');
          const { handlers } = opened.engine;
          const query = {
            filter: 'e or message : "a*" or thread : *',
            zone: 'UTC',
            sort: { field: 'level', descending: true },
          };
          const view = await handlers.createView({ source: opened.source.id, query }, new AbortController().signal);
          const { rows } = await opened.engine.whenSettled(view.id);
          const request = { view: view.id, from: 0, to: 50, fields: ['time', 'level', 'thread', 'message'] };
          const page = await handlers.page(request, new AbortController().signal);
          expect(page.rows.length).toBe(Math.min(50, rows));
          expect(opened.source.records).toBe(records);
        } finally {
          await opened.engine.close();
        }
      }),
      { numRuns: 20 },
    );
  });

  it('that is cut, empty, another file, a folder or writable by others is replaced', async () => {
    const path = file(made('json', 400));
    const { answers, cache } = await stored(path, {}, contentsOf);
    const [{ path: index, bytes }] = storedFiles(cache);
    const good = readFileSync(index);
    const spoils: readonly (() => void)[] = [
      () => truncateSync(index, bytes - 1),
      () => truncateSync(index, 64),
      () => truncateSync(index, 0),
      () => copyFileSync(path, index),
      () => chmodSync(index, 0o666),
    ];
    for (const spoil of spoils) {
      writeFileSync(index, good, { mode: 0o600 });
      spoil();
      const { ino } = statSync(index);
      expect((await ask(path, cache, {}, {}, contentsOf)).answers).toEqual(answers);
      expect(statSync(index).ino).not.toBe(ino);
      const { mode, size } = statSync(index);
      expect([mode & 0o777, size]).toEqual([0o600, bytes]);
    }
    rmSync(index);
    mkdirSync(index);
    expect((await ask(path, cache, {}, {}, contentsOf)).answers).toEqual(answers);
    expect(statSync(index).isDirectory()).toBe(true);
  });

  it('that is damaged while it is in use is given up, and the log indexed anew', async () => {
    const path = file(made('access', 2000));
    const { answers, cache } = await stored(path);
    // With next to no memory everything is read from the file again and again.
    const opened = await openLog(path, cache, { memoryBudgetBytes: 1 });
    const [{ path: index, bytes }] = storedFiles(cache);
    writeFileSync(index, Buffer.alloc(bytes, 0xff), { flag: 'r+' });
    const { engine, source } = opened;
    const signal = new AbortController().signal;
    const view = await engine.handlers.createView(
      { source: source.id, query: { filter: 'status >= 400', zone: 'UTC' } },
      signal,
    );
    const { rows } = await engine.whenSettled(view.id);
    const again = await answersOf({ ...opened, source: await engine.whenIndexed(source.id) });
    expect(again).toEqual(answers);
    const fresh = (answers as { exported: string }).exported.split('\n').filter((line) => / *"status":[45]/.test(line));
    expect(rows).toBe(fresh.length);
    await engine.close();
  });

  it('is not written for small logs, with noCache, without a folder, or to a folder that cannot be', async () => {
    const path = file(made('access', 300));
    const cache = newCache();
    await ask(path, cache, { cacheLeastBytes: 1 << 20 });
    await ask(path, cache, {}, { noCache: true });
    await ask(path, undefined);
    expect(storedFiles(cache)).toEqual([]);
    const blocked = file('not a folder');
    const { answers } = await ask(path, blocked);
    expect(answers).toEqual((await ask(path, undefined)).answers);
  });

  it('is not used with noCache', async () => {
    const path = file(made('access', 300));
    const { answers, cache } = await stored(path);
    const [{ path: index }] = storedFiles(cache);
    const { mtimeMs } = statSync(index);
    expect((await ask(path, cache, {}, { noCache: true })).answers).toEqual(answers);
    expect(statSync(index).mtimeMs).toBe(mtimeMs);
  });

  it('of a compressed log is not kept, because its rows stand in the unpacked one', async () => {
    const cache = newCache();
    const text = made('access', 300);
    const { answers } = await ask(file(gzipSync(text), `${++number}.gz`), cache);
    expect(answers).toMatchObject({
      facts: { compression: 'gzip', lines: text.toString('latin1').split('\n').length - 1 },
    });
    expect(storedFiles(cache)).toEqual([]);
  });

  it('makes way for others when all take too much, that first which was not used for longest', async () => {
    const cache = newCache();
    const paths = [1, 2, 3].map((seed) => file(made('access', 400, seed)));
    const names: string[] = [];
    const all = (): string[] => storedFiles(cache).map(({ path }) => path);
    for (const path of paths) {
      await ask(path, cache);
      names.push(...all().filter((name) => !names.includes(name)));
    }
    const sizes = storedFiles(cache).map(({ bytes }) => bytes);
    // The first is used again, so the second one has to go when a fourth comes.
    const used = await openLog(paths[0], cache);
    await used.engine.close();
    const limit = sizes.reduce((a, b) => a + b, 0) + Math.min(...sizes) / 2;
    await ask(file(made('access', 400, 4)), cache, { cacheLimitBytes: limit });
    expect(names.map((name) => all().includes(name))).toEqual([true, false, true]);
    expect(all()).toHaveLength(3);
    // One that is too large by itself drives nothing out.
    await ask(file(made('access', 4000, 5)), cache, { cacheLimitBytes: 1000 });
    expect(all()).toHaveLength(3);
  });

  it('of one log may be used and written by several engines at once', async () => {
    const path = file(made('json', 1500));
    const cache = newCache();
    const all = await Promise.all([1, 2, 3].map(() => ask(path, cache)));
    const again = await Promise.all([1, 2, 3].map(() => ask(path, cache)));
    const { answers } = await ask(path, undefined);
    for (const found of [...all, ...again]) expect(found.answers).toEqual(answers);
    expect(storedFiles(cache)).toHaveLength(1);
  });
});

describe('a memory budget', () => {
  it.each(kinds)('that holds next to nothing changes no answer: %s', async (kind) => {
    const path = file(made(kind, 1200));
    const { answers } = await ask(path, undefined);
    const cache = newCache();
    const spooled = await ask(path, undefined, { memoryBudgetBytes: 1, spoolFolder: folder });
    expect(spooled.answers).toEqual(answers);
    const kept = await ask(path, cache, { memoryBudgetBytes: 1 });
    expect(kept.answers).toEqual(answers);
    const again = await ask(path, cache, { memoryBudgetBytes: 1 });
    expect([again.answers, again.memory]).toEqual([answers, 0]);
  });
});
