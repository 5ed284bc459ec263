/**
 * Measures the histogram and the overview on an open file: `node test/bench/charts-in-process.mjs BUILT FILE ROUNDS`,
 * where BUILT is the folder with the engine and the window's list of panels. The questions are those of the window, in
 * its order. Prints one JSON object. A child of bench.mjs, so that its memory is its own.
 */
import { performance } from 'node:perf_hooks';
import { median } from './measure.mjs';

const [built, path, roundsText] = process.argv.slice(2);
const rounds = Number(roundsText);
/** @type {typeof import('../../src-main/engine/index.ts')} */
const { createEngine } = await import(new URL('engine.js', built).href);
/** @type {typeof import('../../src-renderer/charts/panel-list.ts')} */
const { panelsOf, timeRequests, valueRequests } = await import(new URL('panels.js', built).href);

/** @typedef {import('../../src-shared/protocol.ts').SummaryPanelRequest} PanelRequest */

const signal = new AbortController().signal;
const zone = 'Europe/Berlin';
const engine = createEngine({});
const { handlers } = engine;

/** Wall clock, and the processor time of all threads, which other programs do not blur. @param {() => Promise<unknown>} work */
async function timed(work) {
  const [started, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - started, cpuMs: (user + system) / 1000 };
}

/** @param {() => Promise<unknown>} work */
async function typical(work) {
  const times = [];
  // oxlint-disable-next-line no-await-in-loop
  for (let round = 0; round < rounds; round++) times.push(await timed(work));
  return { ms: median(times.map(({ ms }) => ms)), cpuMs: median(times.map(({ cpuMs }) => cpuMs)) };
}

const opened = await handlers.open({ path, options: { timezone: 'UTC', noCache: true } }, signal);
const state = await engine.whenIndexed(opened.id);
const panels = panelsOf(state);
const overTime = timeRequests(panels, 150);
const values = valueRequests(panels.values);
const { stackBy } = panels;

/** @param {string} filter */
async function openView(filter) {
  const { id } = await handlers.createView({ source: opened.id, query: { filter, zone } }, signal);
  const { rows } = await engine.whenSettled(id);
  return { id, rows };
}

/** @param {number} view @param {readonly PanelRequest[]} asked */
const ask = (view, asked) => handlers.summary({ view, panels: asked }, signal);

/** @param {number} view */
async function overview(view) {
  await ask(view, overTime);
  await ask(view, values);
}

/** @param {number} view */
const histogram = (view) =>
  handlers.histogram({ view, buckets: 300, ...(stackBy === undefined ? {} : { stackBy }) }, signal);

const whole = await openView('');
const first = await timed(() => overview(whole.id));
const wholeHistogram = await typical(() => histogram(whole.id));
const wholeOverview = await typical(() => overview(whole.id));
/** @type {Record<string, { ms: number, cpuMs: number }>} */
const each = {};
for (const panel of overTime) each[panel.kind] = await typical(() => ask(whole.id, [panel]));
for (const [at, { id }] of panels.values.entries())
  each[id] = await typical(() => ask(whole.id, values.slice(at, at + 1)));

const filter = stackBy === 'status' ? 'status >= 400' : 'level >= warn';
const filtering = await typical(async () => {
  const { id } = await openView(filter);
  await handlers.closeView({ view: id }, signal);
});
const part = await openView(filter);
const filteredHistogram = await typical(() => histogram(part.id));
const filteredOverview = await typical(() => overview(part.id));
await engine.close();
console.log(
  JSON.stringify({
    records: state.records,
    panels: overTime.length + values.length,
    first,
    histogram: wholeHistogram,
    overview: wholeOverview,
    each,
    filter,
    filteredRows: part.rows,
    filtering,
    filteredHistogram,
    filteredOverview,
  }),
);
