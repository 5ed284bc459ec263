/**
 * `npm run bench [-- PART...] [--bytes 1GiB] [--seed N] [--rounds 5] [--keep FOLDER] [--json FILE]
 * [--rate 50000] [--seconds 60] [--duckdb FOLDER] [--accept]`
 *
 * PART is access, json, app, charts or follow; without any, all are measured.
 * Generates seeded logs, runs the installed peers and the product in turn (A B A B ...) as whole commands, measures
 * what is done with an open file in one process, and prints one table with medians, ratios and goals. Peers that are
 * not installed are left out and named; DuckDB is one when FOLDER says where it is (see duckdb.mjs). Nothing here is a
 * timed test.
 *
 * Ratios to peers are compared with baseline.json, those that were accepted last; --accept writes it anew.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { repository } from '../../src-main/setup.mjs';
import { generateFile, parseSize } from '../generate/generate.mjs';
import { measureFollowing } from './follow.mjs';
import { inTurn, isInstalled, median, run } from './measure.mjs';

const { values: options, positionals: parts } = parseArgs({
  allowPositionals: true,
  options: {
    bytes: { type: 'string', default: '1GiB' },
    seed: { type: 'string', default: String(Date.now() % 100_000) },
    rounds: { type: 'string', default: '5' },
    keep: { type: 'string' },
    json: { type: 'string' },
    rate: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '60' },
    duckdb: { type: 'string' },
    accept: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
const seed = Number(options.seed);
const bytes = parseSize(options.bytes);
const wanted = parts.length === 0 ? ['access', 'json', 'app', 'charts', 'follow'] : parts;
const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'taillight-bench-'));
mkdirSync(folder, { recursive: true });
const built = join(repository, 'dist', 'bench');
const taillight = [process.execPath, join(repository, 'src-main', 'hosts', 'launch.mjs')];

/**
 * @typedef {object} Line
 * @property {string} job
 * @property {string} product
 * @property {string} peer
 * @property {string} ratio
 * @property {string} goal
 */
/** @type {Line[]} */
const table = [];
/** @type {Record<string, unknown>} */
const figures = { seed, bytes, rounds, cores: availableParallelism(), node: process.version };
const mib = 1 << 20;
/** Ratios worse than the accepted ones by more than this are told: less is the machine's own drift. */
const drift = 1.2;
/** @type {string[]} */
const missing = [];

/** @param {number} seconds */
const time = (seconds) =>
  seconds < 1 ? `${(seconds * 1000).toFixed(seconds < 0.02 ? 1 : 0)} ms` : `${seconds.toFixed(2)} s`;
/** @param {number} bytesDone @param {number} seconds */
const rate = (bytesDone, seconds) => `${(bytesDone / 1e6 / seconds).toFixed(0)} MB/s`;

try {
  await run([process.execPath, join(repository, 'src-main', 'build.mjs'), '--if-stale', 'main']);
  const engine = await buildEngine();
  if (wanted.includes('access')) await benchAccess(engine);
  if (wanted.includes('json'))
    await benchKind(engine, 'json', 300e6, [['jq -c .level', ['jq', '-c', '.level'], 'at least 5 x']]);
  if (wanted.includes('app')) await benchKind(engine, 'app', 300e6, []);
  if (wanted.includes('charts')) await benchCharts();
  if (wanted.includes('follow')) await benchFollow();
  printTable();
  compareWithBaseline();
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify({ figures, table }, null, 2)}\n`);
} finally {
  if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
}

/** The engine alone, beside the worker it starts, and the window's list of panels. @returns {Promise<string>} its URL */
async function buildEngine() {
  const entries = {
    engine: join(repository, 'src-main', 'engine', 'index.ts'),
    panels: join(repository, 'src-renderer', 'charts', 'panel-list.ts'),
  };
  await build({
    configFile: join(repository, 'src-main', 'vite.config.ts'),
    mode: 'hosts',
    build: { outDir: built, rolldownOptions: { input: entries } },
  });
  const main = join(repository, 'dist', 'main');
  cpSync(main, built, { recursive: true, filter: (path) => path === main || /\.(cjs|code|wasm)$/.test(path) });
  return pathToFileURL(join(built, 'engine.js')).href;
}

/** @param {'access' | 'json' | 'app'} kind @param {number} size */
async function input(kind, size) {
  const path = join(folder, `${kind}-${seed}-${size}.log`);
  if (!existsSync(path) || statSync(path).size < size * 0.99) {
    console.error(`bench: writing ${path}`);
    generateFile({ kind, bytes: size, seed }, path);
  }
  await run(['cat', path]); // into the page cache
  return path;
}

/** @param {string} engine @param {string} path */
async function inProcess(engine, path) {
  const { output } = await run([
    process.execPath,
    '--expose-gc',
    join(import.meta.dirname, 'in-process.mjs'),
    engine,
    path,
    String(rounds),
  ]);
  return JSON.parse(output);
}

/** @param {string} engine */
async function benchAccess(engine) {
  const path = await input('access', bytes);
  const size = statSync(path).size;
  const out = join(folder, 'export.csv');
  const commands = [
    { name: 'wc -l', command: ['wc', '-l', path] },
    { name: 'info', command: [...taillight, 'info', path, '--no-cache', '--json'] },
    ...peer('rg', 'rg literal', ['rg', '-c', 'umbrella-44', path]),
    ...peer('rg', 'rg -i', ['rg', '-ci', 'UMBRELLA-44', path]),
    ...peer('rg', 'rg alternation', ['rg', '-c', ' (500|502|503) ', path]),
    ...peer('rg', 'rg class', ['rg', '-c', '" 5[0-9][0-9] ', path]),
    ...peer('rg', 'rg digits', ['rg', '-c', 'page=\\d+ HTTP/2', path]),
    {
      name: 'export 1 %',
      command: [
        ...taillight,
        'export',
        path,
        '--no-cache',
        '--filter',
        'status >= 500',
        '--output',
        'csv',
        '--out',
        out,
      ],
    },
    {
      name: 'export all',
      command: [...taillight, 'export', path, '--no-cache', '--output', 'csv', '--out', out],
      runs: 2,
    },
    ...peer(
      'lnav',
      'lnav',
      ['lnav', '-n', '-c', ';select sc_status, count(*) from access_log group by sc_status', path],
      1,
    ),
  ];
  const medians = await inTurn([...commands, ...duckdb('access', path)], rounds);
  rmSync(out, { force: true });
  const inside = await inProcess(engine, path);
  Object.assign(figures, {
    access: { size, inside, medians: Object.fromEntries([...medians].map(([name, { seconds }]) => [name, seconds])) },
  });
  const of = (/** @type {string} */ name) => medians.get(name)?.seconds;
  const wc = of('wc -l') ?? Number.NaN;
  const info = of('info') ?? Number.NaN;
  const { filters, records } = inside;
  add('first page', time(inside.firstPageMs / 1000), '', '', '150 ms');
  add(
    'whole index, `taillight info`',
    `${time(info)}, ${rate(size, info)}`,
    `wc -l ${time(wc)}`,
    ratio(info, wc),
    'at most 8 x',
  );
  const lnav = of('lnav');
  if (lnav !== undefined) add('whole index', time(info), `lnav ${time(lnav)}`, ratio(lnav, info), 'at least 12 x');
  const loaded = of('DuckDB');
  if (loaded !== undefined)
    add('whole index', time(info), `DuckDB load ${time(loaded)}`, ratio(loaded, info), 'at least 4 x');
  for (const [job, filter, rival, goal] of [
    ['free text, literal', 'literal, rare', 'rg literal', 'at most 1.2 x'],
    ['free text, any case', 'literal, rare', 'rg -i', 'at most 1.0 x'],
    ['regex, alternation', 'regex, alternation', 'rg alternation', 'at most 0.7 x'],
    ['regex, class after a literal', 'regex, class after literal', 'rg class', 'at most 1.5 x'],
    ['regex, digits between literals', 'regex, digits between literals', 'rg digits', 'at most 1.0 x'],
  ]) {
    const other = of(rival);
    const mine = filters[filter].ms / 1000;
    checkCount(job, filters[filter].rows, medians.get(rival)?.output);
    add(
      job,
      `${time(mine)}, ${filters[filter].rows} rows`,
      other === undefined ? '' : `${rival} ${time(other)}`,
      other === undefined ? '' : ratio(mine, other),
      goal,
    );
  }
  add(
    'filter on two columns',
    `${((filters['two columns'].ms * 1e6) / records).toFixed(2)} ns a record`,
    '',
    '',
    '1.5 ns',
  );
  add('status >= 500 and path : "/api/*"', time(filters['status and path'].ms / 1000), '', '', '25 ms');
  add('histogram', `${((inside.histogramMs * 1e6) / records).toFixed(1)} ns a record`, '', '', '6 ns');
  for (const [field, ms] of Object.entries(inside.tops))
    add(`top 10 of ${field}`, `${((Number(ms) * 1e6) / records).toFixed(1)} ns a record`, '', '', '6 ns');
  for (const [field, ms] of Object.entries(inside.sorts))
    add(`sort by ${field}`, time(Number(ms) / 1000), '', '', '400 ms');
  const one = of('export 1 %') ?? Number.NaN;
  const whole = of('export all') ?? Number.NaN;
  add('export of the errors, index included', time(one), '', '', '0.5 s without the index');
  add('export of all to CSV, index included', `${time(whole)}, ${rate(size, whole)}`, '', '', '');
  add('export of all to CSV, index taken off', rate(size, whole - info), '', '', '300 MB/s');
  add('index in memory', `${(inside.memory / records).toFixed(1)} bytes a record`, '', '', '32 without texts');
  add('resident memory', `${(inside.resident / mib).toFixed(0)} MiB`, '', '', '300 MB');
  await benchStored(engine, path, 'access log', 'status >= 500');
  await benchGoAccess(path, size, info);
}

/**
 * Opening again with the stored index, in fresh processes. The first run stores it and says what the answer is.
 * @param {string} engine @param {string} path @param {string} title @param {string} filter
 */
async function benchStored(engine, path, title, filter) {
  const cache = join(folder, 'cache');
  rmSync(cache, { recursive: true, force: true });
  const small = join(folder, 'small.log');
  await run(['sh', '-c', `head -c 200000 '${path}' > '${small}'`]);
  const script = join(import.meta.dirname, 'stored.mjs');
  const once = async (/** @type {readonly string[]} */ more) =>
    JSON.parse((await run([process.execPath, script, engine, path, cache, filter, ...more])).output);
  const fresh = await once([]);
  const [stored] = readdirSync(join(cache, 'index'));
  const storedBytes = statSync(join(cache, 'index', stored)).size;
  /** @type {Record<'cold' | 'running', Record<string, number>[]>} */
  const runs = { cold: [], running: [] };
  for (let round = 0; round < rounds; round++) {
    runs.cold.push(await once([]));
    runs.running.push(await once([small]));
  }
  for (const each of [...runs.cold, ...runs.running]) {
    if (!each.atOnce || each.rows !== fresh.rows || each.records !== fresh.records)
      throw new Error(`${title}: the stored index answers ${each.rows} rows, a fresh one ${fresh.rows}`);
  }
  for (const [how, all] of Object.entries(runs)) {
    const of = (/** @type {string} */ name) => time(median(all.map((each) => each[name])) / 1000);
    const when = how === 'cold' ? 'program just started' : 'program running';
    add(`${title} again, ${when}: first page`, of('pageMs'), '', '', '');
    add(`${title} again, ${when}: rows and a filter over all`, of('filteredMs'), '', '', '150 ms for 1 GiB');
    add(`${title} again, ${when}: all looked through and in memory`, of('readyMs'), '', '', '');
  }
  const share = (storedBytes / statSync(path).size) * 100;
  add(`stored index, ${title}`, `${share.toFixed(1)} % of its size`, '', '', 'at most 18 %');
  figures[`stored, ${title}`] = { storedBytes, fresh, ...runs };
  rmSync(cache, { recursive: true });
  rmSync(small);
}

/** The overview and the histogram: access logs, and JSON lines with durations. */
async function benchCharts() {
  for (const [kind, size] of /** @type {const} */ ([
    ['access', bytes],
    ['json', Math.min(bytes, 300e6)],
  ])) {
    const path = await input(kind, size);
    const { output } = await run([
      process.execPath,
      join(import.meta.dirname, 'charts-in-process.mjs'),
      pathToFileURL(`${built}/`).href,
      path,
      String(rounds),
    ]);
    const inside = JSON.parse(output);
    figures[`charts ${kind}`] = inside;
    const of = `${kind}, ${(inside.records / 1e6).toFixed(2)} M records`;
    // The goals are for 5 million records.
    const scale = inside.records / 5e6;
    const line = (/** @type {string} */ job, /** @type {{ ms: number, cpuMs: number }} */ spent, goalMs = 0) =>
      add(
        job,
        `${time(spent.ms / 1000)}, ${time(spent.cpuMs / 1000)} of processors`,
        '',
        goalMs === 0 ? '' : ratio(spent.ms, goalMs * scale),
        goalMs === 0 ? '' : `${time(goalMs / 1000)} for 5 M`,
      );
    line(`histogram of ${of}`, inside.histogram, 300);
    line(`${inside.panels} panels of ${of}, first time`, inside.first);
    line(`${inside.panels} panels of ${of}`, inside.overview, 1000);
    for (const [panel, spent] of Object.entries(inside.each)) line(`  ${panel}`, spent);
    line(`filter ${inside.filter}`, inside.filtering);
    line(`histogram of ${inside.filteredRows} rows`, inside.filteredHistogram, 300);
    line(`${inside.panels} panels of ${inside.filteredRows} rows`, inside.filteredOverview, 1000);
  }
}

/** A window in Chromium on a file that another process writes to. */
async function benchFollow() {
  await run([process.execPath, join(repository, 'src-main', 'build.mjs'), '--if-stale', 'main', 'renderer']);
  const log = await input('access', bytes);
  const info = await run([...taillight, 'info', log, '--no-cache', '--json']);
  const { records } = JSON.parse(info.output);
  const load = { rate: Number(options.rate), seconds: Number(options.seconds) };
  const { steady, merged, burst } = await measureFollowing(folder, log, records, load);
  figures['follow'] = { steady, merged, burst };
  const ms = (/** @type {number} */ value) => `${value.toFixed(0)} ms`;
  for (const found of [steady, merged]) {
    const files = found.files === 1 ? '' : `${found.files} files as one, together `;
    const of = `${files}${load.rate} lines/s for ${found.seconds} s`;
    add(`following ${of}`, `${found.statusText}, written in ${time(found.writeSeconds)}`, '', '', 'each line once');
    add('  frames, half and 95 % within', `${ms(found.frameP50)}, ${ms(found.frameP95)}`, '', '', '95 % within 50 ms');
    const latencies = `${ms(found.latencyP50)}, ${ms(found.latencyP95)}`;
    add('  write to count, half and 95 %', latencies, '', '', '95 % within 500 ms');
    add('  processor time of the program', `${(found.programCpuShare * 100).toFixed(0)} % of a core`, '', '', '');
    const memory = [found.residentBefore, found.residentHighest, found.residentAfter];
    const resident = memory.map((each) => `${(each / mib).toFixed(0)} MiB`).join(', ');
    add('  resident memory before, at most, after', resident, '', '', '');
    add('  with nothing written for 20 s', `${(found.idleShare * 100).toFixed(2)} % of a core`, '', '', '1 %');
  }
  const { tookSeconds } = burst;
  add(
    `${(burst.bytes / mib).toFixed(0)} MiB appended at once`,
    `${time(tookSeconds)}, ${rate(burst.bytes, tookSeconds)}, ${time(burst.cpuSeconds)} of processors`,
    `info ${time(info.seconds)}`,
    ratio(tookSeconds, info.seconds),
    'at bulk speed',
  );
}

/** GoAccess is measured once and on a tenth, because it takes minutes. @param {string} path @param {number} size @param {number} info */
async function benchGoAccess(path, size, info) {
  if (!isInstalled('goaccess')) {
    missing.push('goaccess');
    return;
  }
  const tenth = join(folder, 'tenth.log');
  await run(['sh', '-c', `head -c ${Math.floor(size / 10)} '${path}' > '${tenth}'`]);
  const { seconds } = await run([
    'goaccess',
    tenth,
    '--log-format=COMBINED',
    '-o',
    join(folder, 'goaccess.json'),
    '--no-progress',
  ]);
  rmSync(tenth);
  add('whole index', time(info), `goaccess ${time(seconds)} for a tenth`, ratio(seconds * 10, info), '');
}

/**
 * @param {string} engine @param {'json' | 'app'} kind @param {number} size
 * @param {readonly (readonly [string, readonly string[], string])[]} rivals with the goal beside each
 */
async function benchKind(engine, kind, size, rivals) {
  const path = await input(kind, Math.min(size, bytes));
  const real = statSync(path).size;
  const medians = await inTurn(
    [
      { name: 'wc -l', command: ['wc', '-l', path] },
      { name: 'info', command: [...taillight, 'info', path, '--no-cache', '--json'] },
      ...rivals.flatMap(([name, command]) => peer(command[0], name, [...command, path], 2)),
      ...(kind === 'json' ? duckdb(kind, path) : []),
    ],
    rounds,
  );
  const inside = await inProcess(engine, path);
  const info = medians.get('info')?.seconds ?? Number.NaN;
  figures[kind] = {
    size: real,
    inside,
    medians: Object.fromEntries([...medians].map(([name, { seconds }]) => [name, seconds])),
  };
  await benchStored(engine, path, kind === 'json' ? 'JSON lines' : 'application log', 'level >= error');
  const title = kind === 'json' ? 'JSON lines, 300 MB' : 'application log, 300 MB';
  add(title, `${time(info)}, ${rate(real, info)}`, '', '', kind === 'json' ? '250 MB/s' : '400 MB/s');
  for (const [name, , goal] of [...rivals, /** @type {const} */ (['DuckDB', [], 'faster'])]) {
    const other = medians.get(name)?.seconds;
    if (other !== undefined) add(title, time(info), `${name} ${time(other)}`, ratio(other, info), goal);
  }
}

/** Loading into a table of DuckDB's. @param {'access' | 'json'} kind @param {string} path */
function duckdb(kind, path) {
  if (options.duckdb === undefined) {
    if (!missing.includes('DuckDB')) missing.push('DuckDB');
    return [];
  }
  const script = join(import.meta.dirname, 'duckdb.mjs');
  return [{ name: 'DuckDB', command: [process.execPath, script, options.duckdb, kind, path], runs: 3 }];
}

/** @param {string} program @param {string} name @param {string[]} command @param {number} [runs] */
function peer(program, name, command, runs) {
  if (isInstalled(program)) return [{ name, command, ...(runs === undefined ? {} : { runs }) }];
  if (!missing.includes(program)) missing.push(program);
  return [];
}

/** @param {number} a @param {number} b */
function ratio(a, b) {
  return `${(a / b).toFixed(2)} x`;
}

/** @param {string} job @param {string} product @param {string} rival @param {string} compared @param {string} goal */
function add(job, product, rival, compared, goal) {
  table.push({ job, product, peer: rival, ratio: compared, goal });
}

/** A figure whose answer is wrong is none. @param {string} job @param {number} rows @param {string | undefined} output */
function checkCount(job, rows, output) {
  if (output !== undefined && Number(output.trim()) !== rows)
    throw new Error(`${job}: ${rows} rows, but the peer counts ${output.trim()}`);
}

function compareWithBaseline() {
  const path = join(import.meta.dirname, 'baseline.json');
  /** @type {Record<string, number>} */
  const accepted = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  for (const line of table) {
    const rival = /^\D+/.exec(line.peer)?.[0].trim() ?? '';
    const now = Number.parseFloat(line.ratio);
    if (rival === '' || Number.isNaN(now)) continue;
    const job = `${line.job}, ${rival}`;
    const isMoreBetter = line.goal === 'faster' || line.goal.startsWith('at least') || line.goal === '';
    const before = accepted[job] ?? now;
    if ((isMoreBetter ? before / now : now / before) > drift) {
      console.log(`Worse than accepted: ${job}: ${line.ratio}, accepted ${before.toFixed(2)} x`);
    }
    accepted[job] = now;
  }
  if (options.accept) writeFileSync(path, `${JSON.stringify(accepted, null, 2)}\n`);
}

function printTable() {
  /** @type {readonly Line[]} */
  const lines = [{ job: 'job', product: 'Taillight', peer: 'peer', ratio: 'ratio', goal: 'goal' }, ...table];
  const columns = /** @type {const} */ (['job', 'product', 'peer', 'ratio', 'goal']);
  const widths = columns.map((column) => Math.max(...lines.map((line) => line[column].length)));
  const text = (/** @type {Line} */ line) =>
    `| ${columns.map((column, at) => line[column].padEnd(widths[at])).join(' | ')} |`;
  console.log(
    `seed ${seed}, ${(bytes / mib).toFixed(0)} MiB, ${rounds} rounds, ${availableParallelism()} cores, Node ${process.version}`,
  );
  console.log(text(lines[0]));
  console.log(`|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  for (const line of lines.slice(1)) console.log(text(line));
  if (missing.length > 0) console.log(`Not installed, so not compared: ${missing.join(', ')}.`);
}
