/**
 * Measures the panels of the overview on an open file: `node test/bench/charts-in-process.mjs ENGINE FILE ROUNDS`.
 * Prints one JSON object. A child of bench.mjs, so that its memory is its own.
 */
import { performance } from 'node:perf_hooks';
import { median } from './measure.mjs';

const [engineUrl, path, roundsText] = process.argv.slice(2);
const rounds = Number(roundsText);
/** @type {typeof import('../../src-main/engine/index.ts')} */
const { createEngine } = await import(engineUrl);
const signal = new AbortController().signal;
const zone = 'Europe/Berlin';
const engine = createEngine({});
const { handlers } = engine;

const opened = await handlers.open({ path, options: { timezone: 'UTC', noCache: true } }, signal);
const state = await engine.whenIndexed(opened.id);
const view = await handlers.createView({ source: opened.id, query: { filter: '', zone } }, signal);
await engine.whenSettled(view.id);
/** @param {string} name */
const has = (name) => state.fields.some((field) => field.name === name);

const { stackBy } = state.format;
/** @param {string} field @param {object} [more] */
const values = (field, more = {}) => ({
  kind: /** @type {const} */ ('values'),
  dimension: { field, ...more },
  limit: 20,
});
const fields = [
  'client_ip',
  'vhost',
  'user',
  'method',
  'protocol',
  'status',
  'referrer',
  'level',
  'logger',
  'thread',
  'host',
];
const all = [
  { kind: /** @type {const} */ ('totals') },
  { kind: /** @type {const} */ ('series'), buckets: 150, ...(stackBy === undefined ? {} : { stackBy }) },
  { kind: /** @type {const} */ ('heat') },
  ...(has('client_ip') ? [{ kind: /** @type {const} */ ('days') }] : []),
  ...(has('duration') ? [{ kind: /** @type {const} */ ('latency') }] : []),
  ...(has('path') && has('status')
    ? [values('path', { where: 'file' }), values('path', { where: 'static' }), values('path', { where: 'missing' })]
    : []),
  ...(has('user_agent') ? ['browser', 'system', 'kind'].map((part) => values(`user_agent.${part}`)) : []),
  ...(has('referrer') ? ['site', 'keyphrase'].map((part) => values(`referrer.${part}`)) : []),
  values('time.hour'),
  ...fields.filter(has).map((field) => values(field)),
];

/** @param {() => Promise<unknown>} work */
async function timed(work) {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** @param {number} id @param {typeof all} panels */
const ask = (id, panels) => handlers.summary({ view: id, panels }, signal);

const firstMs = await timed(() => ask(view.id, all));
/** @param {number} id */
async function rates(id) {
  /** @type {Record<string, number[]>} */
  const times = { histogram: [], panels: [] };
  for (let round = 0; round < rounds; round++) {
    times['histogram'].push(
      await timed(() =>
        handlers.histogram({ view: id, buckets: 300, ...(stackBy === undefined ? {} : { stackBy }) }, signal),
      ),
    );
    times['panels'].push(await timed(() => ask(id, all)));
  }
  return { histogramMs: median(times['histogram']), panelsMs: median(times['panels']) };
}
const whole = await rates(view.id);
/** @type {Record<string, number>} */
const each = {};
for (const panel of all) {
  const name = panel.kind === 'values' ? `${panel.dimension.field} ${JSON.stringify(panel.dimension)}` : panel.kind;
  each[name] = await timed(() => ask(view.id, [panel]));
}
const filtered = await handlers.createView(
  { source: opened.id, query: { filter: has('status') ? 'status >= 400' : 'level >= warn', zone } },
  signal,
);
const { rows } = await engine.whenSettled(filtered.id);
const part = await rates(filtered.id);
await engine.close();
console.log(
  JSON.stringify({
    records: state.records,
    panels: all.length,
    firstMs,
    ...whole,
    filteredRows: rows,
    filteredPanelsMs: part.panelsMs,
    each,
  }),
);
