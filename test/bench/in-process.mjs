/**
 * Measures what is done with an open file, in one process: `node test/bench/in-process.mjs ENGINE FILE ROUNDS`, where
 * ENGINE is the built engine. Prints one JSON object. A child of bench.mjs, so that its memory is its own.
 */
import { performance } from 'node:perf_hooks';
import { median } from './measure.mjs';

const [engineUrl, path, roundsText] = process.argv.slice(2);
const rounds = Number(roundsText);
/** @type {typeof import('../../src-main/engine/index.ts')} */
const { createEngine } = await import(engineUrl);
const signal = new AbortController().signal;
const zone = 'UTC';
const engine = createEngine({});
const { handlers } = engine;

/** @template T @param {() => Promise<T>} work */
async function timed(work) {
  const started = performance.now();
  const value = await work();
  return { ms: performance.now() - started, value };
}

const opened = await timed(() => handlers.open({ path, options: { timezone: zone, noCache: true } }, signal));
const source = opened.value.id;
const all = await handlers.createView({ source, query: { filter: '', zone } }, signal);
const page = await timed(() =>
  handlers.page({ view: all.id, from: 0, to: 60, fields: ['time', 'message', 'path'] }, signal),
);
const indexed = await timed(() => engine.whenIndexed(source));
const state = indexed.value;
await engine.whenSettled(all.id);
if (typeof globalThis.gc === 'function') globalThis.gc();
const resident = process.memoryUsage().rss;
const allDictionaries = state.fields.reduce((sum, field) => sum + (field.distinct ?? 0), 0);

/** @type {Record<string, { ms: number, rows: number }>} */
const filters = {};
/** @param {string} name @param {string} filter */
async function measureFilter(name, filter) {
  const times = [];
  let rows = 0;
  for (let round = 0; round < rounds; round++) {
    const { ms, value } = await timed(async () => {
      const view = await handlers.createView({ source, query: { filter, zone } }, signal);
      const settled = await engine.whenSettled(view.id);
      await handlers.closeView({ view: view.id }, signal);
      return settled.rows;
    });
    times.push(ms);
    rows = value;
  }
  filters[name] = { ms: median(times), rows };
}

/** @param {string} name */
const has = (name) => state.fields.some((field) => field.name === name);

if (has('status')) {
  await measureFilter('status and path', 'status >= 500 and path : "/api/*"');
  await measureFilter('two columns', 'status >= 500 and bytes > 1000');
  await measureFilter('literal, rare', '_raw : "umbrella-44"');
  await measureFilter('literal, none', '"zzzzqqqq"');
  await measureFilter('regex, alternation', '~ / (500|502|503) /');
  await measureFilter('regex, class after literal', '~ /" 5[0-9][0-9] /');
  await measureFilter('regex, digits between literals', '~ /page=\\d+ HTTP\\/2/');
}
await measureFilter('level', 'level >= error');

/** @param {() => Promise<unknown>} work */
async function repeated(work) {
  const times = [];
  for (let round = 0; round < rounds; round++) times.push((await timed(work)).ms);
  return median(times);
}

const histogram = await repeated(() =>
  handlers.histogram(
    { view: all.id, buckets: 300, ...(state.format.stackBy === undefined ? {} : { stackBy: state.format.stackBy }) },
    signal,
  ),
);
/** @type {Record<string, number>} */
const tops = {};
for (const field of ['client_ip', 'path', 'status', 'user_agent', 'logger', 'level'].filter(has)) {
  tops[field] = await repeated(() => handlers.top({ view: all.id, field, limit: 10 }, signal));
}
/** @type {Record<string, number>} */
const sorts = {};
for (const field of ['time', 'bytes', 'path', 'client_ip', 'logger', 'message'].filter(has)) {
  if (field === 'message' && state.records > 2_000_000) continue;
  const { ms } = await timed(async () => {
    const view = await handlers.createView(
      { source, query: { filter: '', zone, sort: { field, descending: true } } },
      signal,
    );
    await engine.whenSettled(view.id);
    await handlers.closeView({ view: view.id }, signal);
  });
  sorts[field] = ms;
}
await engine.close();

console.log(
  JSON.stringify({
    openMs: opened.ms,
    firstPageMs: opened.ms + page.ms,
    indexMs: opened.ms + page.ms + indexed.ms,
    records: state.records,
    bytes: state.bytes,
    memory: state.memory,
    distinct: allDictionaries,
    resident,
    filters,
    histogramMs: histogram,
    tops,
    sorts,
  }),
);
