/** Exports against pages: what is written from the columns of the index is what a page parses from the record. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createEngine, type Engine } from '../../src-main/engine/index.ts';
import { createRowWriter } from '../../src-main/engine/export/row-writer.ts';
import type { Field } from '../../src-shared/model/field.ts';
import type { ExportFormat, JobState, SortOrder } from '../../src-shared/protocol.ts';
import { generateBuffer } from '../generate/generate.mjs';

const never = new AbortController().signal;
const zone = 'Europe/Berlin';
let folder: string;
let engine: Engine;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'taillight-export-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => engine.close());

async function open(content: string | Uint8Array): Promise<{ id: number; fields: readonly Field[]; records: number }> {
  const path = join(folder, 'a.log');
  writeFileSync(path, content);
  engine = createEngine({ workers: 2, spoolFolder: folder, segmentRecords: 512, rangeBytes: 1 << 16 });
  const { id } = await engine.handlers.open({ path, options: { timezone: 'UTC' } }, never);
  const { fields, records } = await engine.whenIndexed(id);
  return { id, fields, records };
}

async function exported(view: number, format: ExportFormat, fields: readonly string[]): Promise<string> {
  const pieces: Buffer[] = [];
  await engine.writeRows({ view, format, zone, bom: false, crlf: false, neutralize: false, fields }, (bytes) => {
    pieces.push(Buffer.from(bytes));
    return Promise.resolve();
  });
  return Buffer.concat(pieces).toString('utf8');
}

/** The same, from the values on pages. */
async function shown(view: number, format: ExportFormat, fields: readonly Field[], records: number): Promise<string> {
  const writer = createRowWriter({ format, fields, zone, bom: false, crlf: false, neutralize: false });
  let text = writer.head;
  const names = fields.map(({ name }) => name);
  for (let from = 0; from < records; from += 1000) {
    const page = await engine.handlers.page({ view, from, to: Math.min(records, from + 1000), fields: names }, never);
    for (const row of page.rows)
      text += writer.row({ line: row.line, raw: '', values: row.cells.map((cell) => cell ?? undefined) });
  }
  return text;
}

const recordFields = [
  { name: '_offset', type: 'integer' },
  { name: '_raw', type: 'text' },
  { name: '_parsed', type: 'boolean' },
] as const;

describe('an export', () => {
  it.each(['access', 'json', 'app', 'syslog', 'csv', 'w3c', 'logfmt'] as const)(
    'of a log of kind %s is what pages show',
    async (kind) => {
      // Of more than 5,000 records by the kernel.
      const size = kind === 'access' || kind === 'json' ? 5400 : 3000;
      const { id, fields, records } = await open(
        generateBuffer({ kind, lines: size, seed: 8, hostile: 0.1, longLineBytes: 900 }),
      );
      const columns = [...fields, ...recordFields];
      const sorts: readonly (SortOrder | undefined)[] = [undefined, { field: fields[0].name, descending: true }];
      for (const sort of sorts) {
        const { id: view } = await engine.handlers.createView(
          { source: id, query: { filter: '', zone, ...(sort === undefined ? {} : { sort }) } },
          never,
        );
        await engine.whenSettled(view);
        for (const format of ['csv', 'jsonl'] as const) {
          const names = columns.map(({ name }) => name);
          const [written, wanted] = [await exported(view, format, names), await shown(view, format, columns, records)];
          const lines = wanted.split('\n');
          const differs = written.split('\n').find((line, at) => line !== lines[at]);
          expect([differs, written.length]).toEqual([undefined, wanted.length]);
        }
      }
    },
  );

  it.each([300, 6000])('of %d records of a log that was cut short says how many lack text', async (records) => {
    const time = '[01/Mar/2026:09:00:00 +0000]';
    const lines = Array.from({ length: records }, (_, n) => `10.0.0.1 - - ${time} "GET /a?n=${n} HTTP/1.1" 200 ${n}\n`);
    const { id } = await open(lines.join(''));
    const { id: view } = await engine.handlers.createView({ source: id, query: { filter: '', zone } }, never);
    await engine.whenSettled(view);
    const left = records / 3;
    truncateSync(join(folder, 'a.log'), lines.slice(0, left).join('').length);
    const write = async (format: ExportFormat, fields: readonly string[]): Promise<readonly [number, string]> => {
      const pieces: Uint8Array[] = [];
      const request = { view, format, zone, bom: false, crlf: false, neutralize: false, fields };
      const { gone } = await engine.writeRows(request, (bytes) => Promise.resolve(void pieces.push(bytes)));
      return [gone, Buffer.concat(pieces).toString('utf8')];
    };
    const rows = (text: (n: number) => string): string => lines.map((_, n) => `${text(n)}\n`).join('');
    const lost = records - left;
    expect(await write('csv', ['bytes', 'query'])).toEqual([
      lost,
      `bytes,query\n${rows((n) => `${n},${n < left ? `n=${n}` : ''}`)}`,
    ]);
    expect(await write('csv', ['bytes'])).toEqual([0, `bytes\n${rows(String)}`]);
    const gone = '(no longer available)';
    expect(await write('text', [])).toEqual([lost, rows((n) => (n < left ? lines[n].trimEnd() : gone))]);
    const job = await engine.handlers.export(
      {
        view,
        format: 'csv',
        fields: ['query'],
        zone,
        bom: false,
        crlf: false,
        neutralize: true,
        target: { path: join(folder, 'a.csv') },
      },
      never,
    );
    const states: JobState[] = [];
    engine.subscribe((name, payload) => {
      if (name === 'jobChanged') states.push(payload as JobState);
    });
    await vi.waitFor(() => expect(states.at(-1)).toMatchObject({ id: job.id, done: true, rows: records, gone: lost }));
  });

  it('has fields of the log whose names begin with an underscore, and sorts by them', async () => {
    const ids = Array.from({ length: 1500 }, (_, n) => `${(n * 7919) % 1500}`.padStart(5, '0'));
    const lines = ids.map((text, n) => `{"_id":"${text}","__proto__":{"polluted":${n}},"_line":${-n}}\n`);
    const { id } = await open(lines.join(''));
    const query = { filter: '', zone, sort: { field: '_id', descending: false } };
    const { id: view } = await engine.handlers.createView({ source: id, query }, never);
    await engine.whenSettled(view);
    const rows = ids.map((text, n) => `${text},${n},${n + 1},${-n}`).sort();
    const names = ['_id', '__proto__.polluted', '_line', 'x__line'];
    expect(await exported(view, 'csv', names)).toBe([names.join(','), ...rows, ''].join('\n'));
  });
});
