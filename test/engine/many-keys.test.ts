/** Logs whose keys are identifiers: columns stay within bounds, and what has none is still shown and found. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createEngine, type Engine } from '../../src-main/engine/index.ts';

const never = new AbortController().signal;
const records = 20_000;
let folder: string;
let engine: Engine;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'taillight-keys-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => engine.close());

/** The keys of user records begin in record `from`. */
async function openLog(from: number, rangeBytes: number) {
  const path = join(folder, `${from}.jsonl`);
  const lines = Array.from({ length: records }, (_, n) =>
    JSON.stringify({ msg: `m${n}`, n, ...(n < from ? {} : { users: { [`u${n}`]: { hits: n } } }) }),
  );
  writeFileSync(path, lines.join('\n'));
  engine = createEngine({ workers: 2, spoolFolder: folder, rangeBytes });
  const { id } = await engine.handlers.open({ path, options: { timezone: 'UTC' } }, never);
  return engine.whenIndexed(id);
}

async function rowsOf(source: number, filter: string) {
  const view = await engine.handlers.createView({ source, query: { filter, zone: 'UTC' } }, never);
  const { rows } = await engine.whenSettled(view.id);
  const page = await engine.handlers.page({ view: view.id, from: 0, to: 3, fields: ['n', 'x_other'] }, never);
  return { rows, page: page.rows };
}

test('when the first records have them, all of them are in one field', async () => {
  const source = await openLog(0, 1 << 18);
  expect(source.fields.map(({ name }) => name).toSorted()).toEqual(['message', 'n', 'x_other']);
  const { rows, page } = await rowsOf(source.id, 'x_other : "*users.u15000.*"');
  expect(rows).toBe(1);
  expect(page[0].line).toBe(15_001);
  expect(JSON.stringify(page[0])).toContain('users.u15000.hits');
  expect((await rowsOf(source.id, 'x_other : *')).rows).toBe(records);
});

test('when they begin later, each range of the file has columns for the first of them', async () => {
  const source = await openLog(12_000, 1 << 18);
  expect(source.fields.length).toBeLessThan(10 + 500 * Math.ceil(source.bytes / (1 << 18)));
  // A value is in its own column or in the common field, wherever it stands, and a page says what the filter said.
  const others = await rowsOf(source.id, 'x_other : *');
  expect(others.rows).toBeGreaterThan(1000);
  for (const n of [12_000, 12_400, 15_000, 19_999]) {
    const own = await rowsOf(source.id, `users.u${n}.hits = ${n}`);
    const common = await rowsOf(source.id, `x_other : "*users.u${n}.*"`);
    expect(own.rows + common.rows, String(n)).toBe(1);
    const [row] = own.rows === 1 ? own.page : common.page;
    expect(row.line).toBe(n + 1);
    expect(row.cells[1] !== null, String(n)).toBe(common.rows === 1);
  }
});
