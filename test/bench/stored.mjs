/**
 * Measures opening a log again with its stored index: `node test/bench/stored.mjs ENGINE FILE CACHE FILTER [SMALL]`, where
 * ENGINE is the built engine. The first run indexes the log and stores it. With SMALL, another log, the program has been
 * running before: its workers are there. Prints one JSON object. A child of bench.mjs: each run is a fresh process.
 */
import { performance } from 'node:perf_hooks';

const [engineUrl, path, cacheFolder, filter, small] = process.argv.slice(2);
/** @type {typeof import('../../src-main/engine/index.ts')} */
const { createEngine } = await import(engineUrl);
const signal = new AbortController().signal;
const zone = 'UTC';
const engine = createEngine({ cacheFolder });
const { handlers } = engine;

/** Opens a log and waits for its first page and for a filter over all of it. @param {string} log */
async function open(log) {
  const started = performance.now();
  const cpu = process.cpuUsage();
  const since = () => performance.now() - started;
  const { id, records } = await handlers.open({ path: log, options: { timezone: zone } }, signal);
  const all = await handlers.createView({ source: id, query: { filter: '', zone } }, signal);
  await handlers.page({ view: all.id, from: 0, to: 60, fields: ['time', 'message', 'path'] }, signal);
  const pageMs = since();
  const query = { filter, zone };
  // Asked rather than told: events come at most ten times a second. While a log is being indexed for the first time its
  // records are not all there yet.
  let view = await handlers.createView({ source: id, query }, signal);
  while (!view.done && view.scanned !== records) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    view = await handlers.updateView({ view: view.id, query }, signal);
  }
  const filteredMs = since();
  const { user, system } = process.cpuUsage(cpu);
  const state = await engine.whenIndexed(id);
  const readyMs = since();
  const { rows } = await engine.whenSettled(view.id);
  const cpuMs = (user + system) / 1000;
  return { pageMs, filteredMs, cpuMs, readyMs, rows, atOnce: records === state.records, records: state.records };
}

if (small !== undefined) await open(small);
const figures = await open(path);
const closing = performance.now();
await engine.close();
console.log(JSON.stringify({ ...figures, closeMs: performance.now() - closing }));
