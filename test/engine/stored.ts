/** Opens logs with and without a stored index, and asks everything that an index answers. */
import { setMaxListeners } from 'node:events';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine, type Engine, type EngineSettings } from '../../src-main/engine/index.ts';
import type { OpenOptions, SourceState, SummaryPanelRequest } from '../../src-shared/protocol.ts';

export const never = new AbortController().signal;
// Several engines at once wait with it.
setMaxListeners(0, never);

/** Small segments and ranges, so that small logs have many of both. */
const small = { workers: 2, segmentRecords: 64, rangeBytes: 4096, cacheLeastBytes: 1 };

export interface Opened {
  readonly engine: Engine;
  readonly source: SourceState;
  /** Records that were there before anything was read but the head of the log. */
  readonly atOnce: number;
}

export async function openLog(
  path: string,
  cacheFolder: string | undefined,
  settings: EngineSettings = {},
  options: OpenOptions = {},
): Promise<Opened> {
  const engine = createEngine({ ...small, ...(cacheFolder === undefined ? {} : { cacheFolder }), ...settings });
  const { id, records } = await engine.handlers.open({ path, options: { timezone: 'UTC', ...options } }, never);
  return { engine, source: await engine.whenIndexed(id), atOnce: records };
}

/** Stored indexes of a cache folder, by name. */
export function storedFiles(cacheFolder: string): { readonly path: string; readonly bytes: number }[] {
  const folder = join(cacheFolder, 'index');
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder)
    .toSorted()
    .map((name) => ({ path: join(folder, name), bytes: statSync(join(folder, name)).size }));
}

/** Everything that can be asked of a log, in a form that compares whole. */
export async function answersOf({ engine, source }: Opened): Promise<unknown> {
  const { handlers } = engine;
  const { id, memory: _memory, generation: _generation, path: _path, ...facts } = source;
  const zone = 'UTC';
  const names = facts.fields.map(({ name }) => name);
  const all = await handlers.createView({ source: id, query: { filter: '', zone } }, never);
  await engine.whenSettled(all.id);
  const page = await handlers.page({ view: all.id, from: 0, to: 1000, fields: ['_line', ...names] }, never);
  const last = Math.max(0, facts.records - 30);
  const end = await handlers.page({ view: all.id, from: last, to: facts.records, fields: names }, never);
  const record = facts.records === 0 ? undefined : await handlers.record({ view: all.id, record: last }, never);
  const tops = [];
  const filters = [];
  const sorts = [];
  for (const name of names) tops.push(await handlers.top({ view: all.id, field: name, limit: 5 }, never));
  // One view looks at them all: each of its terms reads a column.
  const each = facts.fields.map(({ name, type }) =>
    type === 'text' ? `(\`${name}\` : * and not \`${name}\` : "a*")` : `\`${name}\` : *`,
  );
  filters.push([each, await rowsOf(engine, id, { filter: each.join(' or '), zone })]);
  for (const name of names.slice(0, 3)) {
    const filter = `not \`${name}\` : *`;
    filters.push([filter, await rowsOf(engine, id, { filter, zone })]);
    sorts.push([name, await rowsOf(engine, id, { filter: '', zone, sort: { field: name, descending: true } })]);
  }
  filters.push(['e', await rowsOf(engine, id, { filter: '"e"', zone })]);
  filters.push(['~ e', await rowsOf(engine, id, { filter: '~ /[0-9]e/', zone })]);
  const histogram = await handlers.histogram(
    { view: all.id, buckets: 20, ...(facts.format.stackBy === undefined ? {} : { stackBy: facts.format.stackBy }) },
    never,
  );
  const panels: readonly SummaryPanelRequest[] =
    facts.format.name === 'access-log' ? [{ kind: 'totals' }, { kind: 'days' }] : [{ kind: 'heat' }];
  const summary = await handlers.summary({ view: all.id, panels }, never);
  const line = await handlers.locate({ view: all.id, by: 'line', line: Math.ceil(facts.lines / 2) }, never);
  const time =
    facts.time === undefined
      ? undefined
      : await handlers.locate({ view: all.id, by: 'time', time: (facts.time.from + facts.time.to) / 2 }, never);
  const exported: string[] = [];
  await engine.writeRows(
    { view: all.id, format: 'jsonl', zone, bom: false, crlf: false, neutralize: false },
    (bytes) => {
      exported.push(Buffer.from(bytes).toString('utf8'));
      return Promise.resolve();
    },
  );
  await handlers.closeView({ view: all.id }, never);
  const { view: _view, ...rows } = page;
  const { view: _end, ...lastRows } = end;
  const fields = facts.fields.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    facts: { ...facts, fields },
    rows,
    lastRows,
    record,
    tops,
    filters,
    sorts,
    histogram,
    summary,
    line,
    time,
    exported: exported.join(''),
  };
}

async function rowsOf(
  engine: Engine,
  source: number,
  query: Parameters<Engine['handlers']['createView']>[0]['query'],
): Promise<unknown> {
  const view = await engine.handlers.createView({ source, query }, never);
  const { rows, warnings } = await engine.whenSettled(view.id);
  const page = await engine.handlers.page({ view: view.id, from: 0, to: 200, fields: [] }, never);
  await engine.handlers.closeView({ view: view.id }, never);
  return { rows, warnings, lines: page.rows.map((row) => row.line) };
}

/** What a log holds, record by record: enough to tell it from another one. */
export async function contentsOf({ engine, source }: Opened): Promise<unknown> {
  const zone = 'UTC';
  const { records, lines, format, time } = source;
  const view = await engine.handlers.createView({ source: source.id, query: { filter: '', zone } }, never);
  await engine.whenSettled(view.id);
  const exported: string[] = [];
  await engine.writeRows(
    { view: view.id, format: 'jsonl', zone, bom: false, crlf: false, neutralize: false },
    (bytes) => {
      exported.push(Buffer.from(bytes).toString('utf8'));
      return Promise.resolve();
    },
  );
  const found = await rowsOf(engine, source.id, { filter: 'not "e1"', zone });
  return { records, lines, format, time, found, exported: exported.join('') };
}

/** Opens, asks everything (or what `asked` says) and closes, which stores the index if it is to be stored. */
export async function ask(
  path: string,
  cacheFolder: string | undefined,
  settings: EngineSettings = {},
  options: OpenOptions = {},
  asked: (opened: Opened) => Promise<unknown> = answersOf,
): Promise<{ readonly answers: unknown; readonly atOnce: number; readonly memory: number }> {
  const opened = await openLog(path, cacheFolder, settings, options);
  try {
    return { answers: await asked(opened), atOnce: opened.atOnce, memory: opened.source.memory };
  } finally {
    await opened.engine.close();
  }
}
