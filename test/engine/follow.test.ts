import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  readdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../src-main/engine/index.ts';
import type { SourceState, ViewState } from '../../src-shared/protocol.ts';

const never = new AbortController().signal;
let folder: string;
let path: string;
let engine: Engine;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taillight-follow-'));
  path = join(folder, 'app.log');
  engine = createEngine({ workers: 2, spoolFolder: join(folder, 'spool') });
});
afterEach(async () => {
  await engine.close();
  if (readdirSync(join(folder, 'spool')).length > 0) throw new Error('a spool file was left behind');
  rmSync(folder, { recursive: true, force: true });
});

const line = (n: number, level = 'INFO'): string =>
  `2026-03-01 10:00:${String(n % 60).padStart(2, '0')},000 ${level} app - record ${n}\n`;
const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => line(from + at)).join('');

interface Followed {
  readonly source: number;
  readonly view: number;
}

async function follow(filter = ''): Promise<Followed> {
  const source = await engine.handlers.open({ path, options: { timezone: 'UTC', follow: true } }, never);
  const view = await engine.handlers.createView({ source: source.id, query: { filter, zone: 'UTC' } }, never);
  return { source: source.id, view: view.id };
}

/** Waits until the view and its source are as wanted. */
function until(followed: Followed, wanted: (view: ViewState, source: SourceState) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`timed out at ${JSON.stringify(last)}`)), 8000);
    let last: unknown;
    const look = async (): Promise<void> => {
      const sources = await engine.handlers.sources({}, never);
      const source = sources.find(({ id }) => id === followed.source);
      const view = await engine.whenSettled(followed.view);
      last = { view, source };
      if (source !== undefined && wanted(view, source)) {
        clearTimeout(timer);
        resolve();
      } else {
        setTimeout(() => void look().catch(reject), 20);
      }
    };
    look().catch(reject);
  });
}

async function rows(followed: Followed): Promise<string[]> {
  const page = await engine.handlers.page({ view: followed.view, from: 0, to: 1000, fields: [] }, never);
  return page.rows.map((row) => row.raw);
}

const records = (from: number, to: number): string[] => lines(from, to).trimEnd().split('\n');

describe('a followed file', () => {
  it('tells the size of the file, also when it was opened first and then followed', async () => {
    const first = lines(0, 12_000);
    writeFileSync(path, first);
    const opened = await engine.handlers.open({ path, options: { timezone: 'UTC' } }, never);
    await engine.whenIndexed(opened.id);
    const view = await engine.handlers.createView({ source: opened.id, query: { filter: '', zone: 'UTC' } }, never);
    const followed = { source: opened.id, view: view.id };
    const state = await engine.handlers.follow({ source: opened.id, on: true }, never);
    expect([state.bytes, state.records]).toEqual([first.length, 12_000]);
    appendFileSync(path, lines(12_000, 12_100));
    await until(followed, (_, source) => source.records === 12_100);
    await until(followed, (_, source) => source.bytes === first.length + lines(12_000, 12_100).length);
  });

  it('shows what is appended, also to its last line', async () => {
    writeFileSync(path, lines(0, 3));
    const followed = await follow();
    expect(await rows(followed)).toEqual(records(0, 3));
    appendFileSync(path, line(3) + line(4).slice(0, 40));
    await until(followed, (view) => view.rows === 5);
    expect((await rows(followed))[4]).toBe(line(4).slice(0, 40));
    appendFileSync(path, line(4).slice(40) + line(5));
    await until(followed, (view) => view.rows === 6);
    expect(await rows(followed)).toEqual(records(0, 6));
  });

  it('keeps a growing stack trace one record, which may change its mind about the filter', async () => {
    writeFileSync(path, lines(0, 2) + line(2, 'ERROR'));
    const followed = await follow('"KeyError"');
    await until(followed, (view) => view.rows === 0);
    appendFileSync(path, 'Traceback (most recent call last):\n  File "x.py", line 1\n');
    appendFileSync(path, "KeyError: 'k'\n");
    await until(followed, (view) => view.rows === 1);
    appendFileSync(path, line(3));
    await until(followed, (view, source) => view.rows === 1 && source.records === 4);
    const [page] = (await engine.handlers.page({ view: followed.view, from: 0, to: 1, fields: ['exception'] }, never))
      .rows;
    expect([page.record, page.cells]).toEqual([2, ["KeyError: 'k'"]]);
  });

  it('goes on through a rotation by rename, and reads what the old file still got', async () => {
    writeFileSync(path, lines(0, 3));
    const followed = await follow();
    appendFileSync(path, line(3));
    renameSync(path, `${path}.1`);
    appendFileSync(`${path}.1`, line(4));
    writeFileSync(path, lines(5, 8));
    await until(followed, (view) => view.rows === 8);
    expect(await rows(followed)).toEqual(records(0, 8));
    const [source] = await engine.handlers.sources({}, never);
    expect(source.markers).toMatchObject([{ record: 5, kind: 'rotated', gap: false }]);
    appendFileSync(path, line(8));
    await until(followed, (view) => view.rows === 9);
  });

  it('loses nothing when the file was rotated twice between two looks', async () => {
    writeFileSync(path, lines(0, 3));
    const followed = await follow();
    renameSync(path, `${path}.1`);
    writeFileSync(path, lines(3, 5));
    renameSync(`${path}.1`, `${path}.2`);
    renameSync(path, `${path}.1`);
    writeFileSync(path, lines(5, 7));
    await until(followed, (view) => view.rows === 7);
    expect(await rows(followed)).toEqual(records(0, 7));
  });

  it('notices truncation, keeps the rows it read and says that there may be a gap', async () => {
    writeFileSync(path, lines(0, 4));
    const followed = await follow();
    copyFileSync(path, `${path}.1`);
    truncateSync(path, 0);
    appendFileSync(path, lines(4, 6));
    await until(followed, (view) => view.rows === 6);
    expect(await rows(followed)).toEqual(records(0, 6));
    const [source] = await engine.handlers.sources({}, never);
    expect(source.markers).toMatchObject([{ record: 4, kind: 'truncated', gap: true }]);
  });

  it('takes a file that was rewritten with more bytes for a new one, not for one that grew', async () => {
    writeFileSync(path, lines(0, 3));
    const followed = await follow();
    writeFileSync(path, lines(100, 110));
    await until(followed, (view) => view.rows === 13);
    expect(await rows(followed)).toEqual([...records(0, 3), ...records(100, 110)]);
  });

  it('waits for a file that does not exist, and for one that was deleted to come back', async () => {
    const followed = await follow();
    await until(followed, (view, source) => source.missing && view.rows === 0);
    writeFileSync(path, lines(0, 2));
    await until(followed, (view, source) => view.rows === 2 && !source.missing);
    unlinkSync(path);
    await until(followed, (_view, source) => source.missing);
    writeFileSync(path, lines(2, 4));
    await until(followed, (view, source) => view.rows === 4 && !source.missing);
    expect(await rows(followed)).toEqual(records(0, 4));
  });

  it('follows a symbolic link to where it points now', async () => {
    writeFileSync(`${path}-a`, lines(0, 2));
    symlinkSync(`${path}-a`, path);
    const followed = await follow();
    writeFileSync(`${path}-b`, lines(2, 4));
    unlinkSync(path);
    symlinkSync(`${path}-b`, path);
    await until(followed, (view) => view.rows === 4);
    expect(await rows(followed)).toEqual(records(0, 4));
  });

  it('puts many small additions together without changing a row', async () => {
    writeFileSync(path, lines(0, 1));
    const followed = await follow('not "record 7"');
    for (let n = 1; n < 60; n++) {
      appendFileSync(path, line(n));
      await until(followed, (_view, source) => source.records === n + 1);
    }
    const expected = records(0, 60).filter((text) => !text.includes('record 7'));
    expect(await rows(followed)).toEqual(expected);
  }, 30_000);

  it('keeps an order by time while it is held, and puts in what came meanwhile when it is let go', async () => {
    writeFileSync(path, lines(10, 13));
    const followed = await follow();
    const sort = { field: 'time', descending: false };
    await engine.handlers.updateView({ view: followed.view, query: { filter: '', zone: 'UTC', sort } }, never);
    await until(followed, (view) => view.unsorted <= 1 && view.rows === 3);
    const { order } = await engine.handlers.holdOrder({ view: followed.view, on: true }, never);
    // Earlier in time than everything before: they would be put in within a second.
    appendFileSync(path, lines(5, 8));
    await until(followed, (view) => view.rows === 6);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const held = await engine.whenSettled(followed.view);
    expect([held.order, held.unsorted]).toEqual([order, 4]);
    expect(await rows(followed)).toEqual([...records(10, 13), ...records(5, 8)]);
    await engine.handlers.holdOrder({ view: followed.view, on: false }, never);
    await until(followed, (view) => view.order > order && view.unsorted <= 1);
    // The last record may still grow: it stands behind.
    expect(await rows(followed)).toEqual([...records(5, 7), ...records(10, 13), ...records(7, 8)]);
  });

  it('puts what comes behind another order until it is asked to sort again', async () => {
    writeFileSync(path, lines(0, 3));
    const followed = await follow();
    const sort = { field: 'message', descending: true };
    await engine.handlers.updateView({ view: followed.view, query: { filter: '', zone: 'UTC', sort } }, never);
    await until(followed, (view) => view.unsorted <= 1 && view.rows === 3);
    appendFileSync(path, lines(5, 8));
    await until(followed, (view) => view.rows === 6);
    expect(await rows(followed)).toEqual(
      [line(1), line(0), ...[2, 5, 6, 7].map((n) => line(n))].map((text) => text.trimEnd()),
    );
    const { order } = await engine.handlers.sortAgain({ view: followed.view }, never);
    await until(followed, (view) => view.order > order);
    const expected = [6, 5, 2, 1, 0, 7].map((n) => line(n));
    expect(await rows(followed)).toEqual(expected.map((text) => text.trimEnd()));
    const chunks: Uint8Array[] = [];
    const request = { view: followed.view, zone: 'UTC', bom: false, crlf: false, neutralize: false };
    await engine.writeRows({ ...request, format: 'text' }, (bytes) =>
      Promise.resolve(void chunks.push(Uint8Array.from(bytes))),
    );
    expect(Buffer.concat(chunks).toString()).toBe(expected.join(''));
  });

  it('keeps the text of files that were rotated away, however many', async () => {
    writeFileSync(path, line(0));
    const followed = await follow();
    for (let n = 1; n < 40; n++) {
      renameSync(path, `${path}.${n}`);
      writeFileSync(path, line(n));
      await until(followed, (view) => view.rows === n + 1);
      rmSync(`${path}.${n}`);
    }
    expect(await rows(followed)).toEqual(records(0, 40));
  }, 60_000);

  it('reads a burst while it is indexed, through parts of the spool and a rotation, and cuts no record', async () => {
    await engine.close();
    const sizes = { rangeBytes: 64 << 10, chunkBytes: 8 << 10, segmentRecords: 1000, followSpoolBytes: 16 << 20 };
    engine = createEngine({ workers: 2, spoolFolder: join(folder, 'spool'), ...sizes });
    const burst = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_, at) => {
        const trace = (from + at) % 7 === 0 ? `Traceback:\n${`  at step ${at}\n`.repeat(at % 90)}` : '';
        return line(from + at) + trace;
      }).join('');
    const texts = [burst(0, 30), burst(30, 40_000), burst(40_000, 70_000)];
    writeFileSync(path, texts[0]);
    const followed = await follow();
    const found = await follow('"record 39999"');
    appendFileSync(path, texts[1]);
    renameSync(path, `${path}.1`);
    writeFileSync(path, texts[2]);
    await until(followed, (view, source) => view.rows === 70_000 && source.bytesIndexed > 0);
    await until(found, (view) => view.rows === 1);
    const { lines: counted, unparsed } = (await engine.handlers.sources({}, never))[0];
    expect([counted, unparsed]).toEqual([texts.join('').split('\n').length - 1, 0]);
    const chunks: Uint8Array[] = [];
    const request = {
      view: followed.view,
      format: 'text',
      zone: 'UTC',
      bom: false,
      crlf: false,
      neutralize: false,
    } as const;
    await engine.writeRows(request, (bytes) => Promise.resolve(void chunks.push(Uint8Array.from(bytes))));
    expect(Buffer.concat(chunks).toString() === texts.join('')).toBe(true);
  }, 60_000);

  it('begins on a file that was opened before, and ends without losing rows', async () => {
    writeFileSync(path, lines(0, 3) + line(3).trimEnd());
    const opened = await engine.handlers.open({ path, options: { timezone: 'UTC' } }, never);
    await engine.whenIndexed(opened.id);
    const view = await engine.handlers.createView({ source: opened.id, query: { filter: '', zone: 'UTC' } }, never);
    const followed = { source: opened.id, view: view.id };
    await engine.handlers.follow({ source: opened.id, on: true }, never);
    appendFileSync(path, ` and more\n${line(4)}`);
    await until(followed, (state) => state.rows === 5);
    expect((await rows(followed))[3]).toBe(`${line(3).trimEnd()} and more`);
    await engine.handlers.follow({ source: opened.id, on: false }, never);
    expect(await rows(followed)).toHaveLength(5);
  });

  it('keeps the columns of rows whose text is in neither the file nor the spool, and says that it is gone', async () => {
    await engine.close();
    engine = createEngine({ workers: 2, spoolFolder: join(folder, 'spool'), followSpoolBytes: 32 << 10 });
    writeFileSync(path, lines(0, 1));
    const followed = await follow();
    for (let n = 1; n < 2000; n += 100) {
      appendFileSync(path, lines(n, n + 100));
      await until(followed, (view) => view.rows === n + 100);
    }
    truncateSync(path, 0);
    appendFileSync(path, line(2001));
    await until(followed, (view) => view.rows === 2002);
    const fields = ['time', 'level', 'logger', 'message', '_line', '_parsed'];
    const page = (from: number) => engine.handlers.page({ view: followed.view, from, to: from + 1, fields }, never);
    const [gone] = (await page(500)).rows;
    expect([gone.raw, gone.cells]).toEqual([
      '(no longer available)',
      [Date.UTC(2026, 2, 1, 10, 0, 20), 2, 'app', null, 501, true],
    ]);
    const [there] = (await page(1999)).rows;
    expect(there.raw).toBe(line(1999).trimEnd());
    const detail = await engine.handlers.record({ view: followed.view, record: 500 }, never);
    expect([detail.raw, detail.fields.map(({ name }) => name)]).toEqual([
      '(no longer available)',
      ['time', 'level', 'logger'],
    ]);
    const write = async (format: 'text' | 'csv'): Promise<string[]> => {
      const request = { view: followed.view, format, zone: 'UTC', bom: false, crlf: false, neutralize: false };
      const chunks: Uint8Array[] = [];
      const keep = (bytes: Uint8Array): Promise<void> => Promise.resolve(void chunks.push(Uint8Array.from(bytes)));
      await engine.writeRows(
        { ...request, ...(format === 'csv' ? { fields: ['time', 'level', 'message'] } : {}) },
        keep,
      );
      return Buffer.concat(chunks).toString().trimEnd().split('\n');
    };
    const texts = await write('text');
    expect([texts.length, texts[500], texts[1999]]).toEqual([2002, '(no longer available)', line(1999).trimEnd()]);
    const table = await write('csv');
    expect([table[501], table[2000]]).toEqual([
      '2026-03-01T10:00:20.000Z,info,',
      '2026-03-01T10:00:19.000Z,info,record 1999',
    ]);
  }, 60_000);
});
