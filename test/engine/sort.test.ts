/** Sorted views against a naive sort of all records, of logs large enough that all workers share the work. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../src-main/engine/index.ts';
import { textOf } from '../../src-main/index/dictionary.ts';
import type { Value } from '../../src-shared/model/value.ts';
import type { Row, SourceState, ViewQuery } from '../../src-shared/protocol.ts';
import { generateFile } from '../generate/generate.mjs';

const never = new AbortController().signal;
const kinds = ['access', 'json'] as const;
let folder: string;
let engine: Engine;
const states = new Map<string, SourceState>();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'taillight-sort-'));
  engine = createEngine({ cacheFolder: folder });
  for (const kind of kinds) {
    const path = join(folder, `${kind}.log`);
    generateFile({ kind, lines: 30_000, seed: 8, hostile: 0.02, longLineBytes: 2000, paths: 9000 }, path);
    const { id } = await engine.handlers.open({ path, options: { timezone: 'UTC', noCache: true } }, never);
    states.set(kind, await engine.whenIndexed(id));
  }
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

interface FoundRow {
  readonly record: number;
  readonly value: Value | null;
}

const fields = ['time', 'status', 'bytes', 'path', 'client_ip', 'user', 'level', 'logger'];

/** All rows of a view, with their values of the fields. */
async function rowsOf(kind: string, query: Omit<ViewQuery, 'zone'>, wanted: readonly string[]): Promise<Row[]> {
  const source = states.get(kind);
  if (source === undefined) throw new Error('opened before');
  const { id } = await engine.handlers.createView({ source: source.id, query: { ...query, zone: 'UTC' } }, never);
  const { rows, error } = await engine.whenSettled(id);
  expect(error).toBeUndefined();
  const found: Row[] = [];
  for (let from = 0; from < rows; from += 1000) {
    const request = { view: id, from, to: from + 1000, fields: wanted, textLimit: 5000 };
    found.push(...(await engine.handlers.page(request, never)).rows);
  }
  await engine.handlers.closeView({ view: id }, never);
  return found;
}

/** In the order of the file; read once. */
const unsorted = new Map<string, Promise<Row[]>>();
function unsortedRows(kind: string, filter: string): Promise<Row[]> {
  const name = `${kind} ${filter}`;
  const known = unsorted.get(name) ?? rowsOf(kind, { filter }, fields);
  unsorted.set(name, known);
  return known;
}

const classOf = (value: Value): number =>
  typeof value === 'number' || (typeof value === 'object' && 'exact' in value) ? 0 : typeof value === 'boolean' ? 1 : 2;

/** Numbers, then flags, then texts by their bytes; absent last either way; else as in the file. */
function compareRows(a: FoundRow, b: FoundRow, descending: boolean): number {
  const tie = a.record - b.record;
  if (a.value === null || b.value === null) return a.value === b.value ? tie : a.value === null ? 1 : -1;
  const sign = descending ? -1 : 1;
  const order = classOf(a.value) - classOf(b.value) || compareAlike(a.value, b.value);
  return order === 0 ? tie : sign * order;
}

function compareAlike(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(textOf(a)), Buffer.from(textOf(b)));
}

describe.each([
  ['access', 'time'],
  ['access', 'status'],
  ['access', 'bytes'],
  ['access', 'path'],
  ['access', 'client_ip'],
  ['access', 'user'],
  ['json', 'time'],
  ['json', 'level'],
  ['json', 'logger'],
  ['json', 'status'],
])('a view of a log of kind %s by %s', (kind, field) => {
  it.each([
    ['all records', '', false],
    ['all records', '', true],
    ['some of them', 'not "777"', false],
    ['some of them', 'not "777"', true],
  ])('has %s in order (filter "%s", descending %s)', async (_name, filter, descending) => {
    const rows = (await unsortedRows(kind, filter)).map(({ record, cells }) => ({
      record,
      value: cells[fields.indexOf(field)],
    }));
    expect(rows.length).toBeGreaterThan(20_000);
    const sorted = await rowsOf(kind, { filter, sort: { field, descending } }, []);
    const expected = rows.toSorted((a, b) => compareRows(a, b, descending));
    expect(sorted.map(({ record }) => record)).toEqual(expected.map(({ record }) => record));
  });
});
