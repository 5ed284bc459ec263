/**
 * Compares the product with the oracle on the shared logs and on generated ones; exit status 1 on any difference.
 *
 *   node test/oracle/compare.mjs [--only TEXT]... [--shown N] [--cli PROGRAM.js] [--keep] [--list]
 *   --snapshot runs a copy of the built program, for checkouts in which others build meanwhile
 *   node test/oracle/compare.mjs --seed-bug     breaks a copy of the built parsers and expects differences
 *
 * The shared logs are looked for in TAILLIGHT_LOGS, else in ../shared/logs beside the repository.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { generateFile } from '../generate/generate.mjs';
import { checkLog, readExpected } from './check.mjs';
import { Differences } from './differences.mjs';
import { endRuns, run } from './product.mjs';
import { plantBug, seededBugs } from './seed-bug.mjs';

const repository = join(import.meta.dirname, '..', '..');
const oracle = [process.env.PYTHON ?? 'python3', '-B', join(import.meta.dirname, 'oracle.py')];

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    shown: { type: 'string', default: '20' },
    cli: { type: 'string' },
    keep: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    snapshot: { type: 'boolean', default: false },
    'seed-bug': { type: 'boolean', default: false },
  },
});

const logs = process.env.TAILLIGHT_LOGS ?? join(repository, '..', 'shared', 'logs');
const work = mkdtempSync(join(tmpdir(), 'taillight-oracle-'));
/** Folders that must not outlive this program. @type {string[]} */
const leftovers = options.keep ? [] : [work];
process.on('exit', () => {
  // Commands that still run write to the folders until they are gone.
  endRuns();
  for (const folder of leftovers) rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
  process.once(signal, () => process.exit(1));

if (options.keep) console.log(`keeping ${work}`);
process.exitCode = await main();

/** @returns {Promise<number>} the exit status */
async function main() {
  const { cases, fieldOrder } = await readCases();
  const chosen = cases.filter(
    ({ name }) => options.only.length === 0 || options.only.some((part) => name.includes(part)),
  );
  if (options.list) {
    for (const { name } of chosen) console.log(name);
    return 0;
  }
  if (options['seed-bug']) return compareWithBugs(chosen, fieldOrder);
  const copy = options.snapshot ? copyOfProgram() : undefined;
  const program = options.cli ?? (copy ? join(copy, 'cli.js') : join(repository, 'src-main', 'hosts', 'launch.mjs'));
  const { count, compared, skipped } = await compareAll(chosen, fieldOrder, [process.execPath, program]);
  console.log(`${compared} logs compared, ${skipped} skipped, ${count} differences`);
  return count === 0 && compared > 0 ? 0 : 1;
}

/** @returns {Promise<{ cases: import('./check.mjs').Case[], fieldOrder: string[] }>} */
async function readCases() {
  const { status, output, errors } = await run(oracle, ['cases']);
  if (status !== 0) throw new Error(`The oracle needs Python 3.11 or later (set PYTHON to use another): ${errors}`);
  return JSON.parse(output);
}

/**
 * @param {readonly import('./check.mjs').Case[]} cases @param {readonly string[]} fieldOrder
 * @param {readonly string[]} command the product @param {number} [questions] most to ask of a log
 */
async function compareAll(cases, fieldOrder, command, questions = Infinity) {
  const totals = { count: 0, compared: 0, skipped: 0 };
  for (const current of cases) {
    // A new folder each time: an index that was kept would hide what has changed in the program.
    const folder = mkdtempSync(join(work, 'case-'));
    const file = provideLog(current, folder);
    if (file === undefined) {
      console.log(`skipped: ${current.name} (${logs} has no ${current.log}; set TAILLIGHT_LOGS)`);
      totals.skipped++;
      continue;
    }
    const startedMs = performance.now();
    const differences = new Differences();
    const answered = await run(oracle, ['answer', current.name, file, folder]);
    if (answered.status !== 0) throw new Error(`the oracle failed on ${current.name}: ${answered.errors}`);
    const expected = readExpected(folder, questions);
    await checkLog(expected, askAbout(current, file, folder, command), differences, fieldOrder);
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    const verdict = differences.count === 0 ? 'same' : `${differences.count} DIFFERENCES`;
    console.log(
      `${current.name}: ${verdict} (${expected.records.length} records, ${expected.answers.length} questions, ${seconds} s)`,
    );
    for (const line of differences.report(Number(options.shown))) console.log(line);
    totals.count += differences.count;
    totals.compared++;
  }
  return totals;
}

/**
 * The file of a case, made where it is generated or packed.
 * @param {import('./check.mjs').Case} current @param {string} folder @returns {string | undefined}
 */
function provideLog(current, folder) {
  if (current.generate !== undefined) {
    const file = join(folder, `generated.${current.generate.kind === 'json' ? 'jsonl' : 'log'}`);
    generateFile(current.generate, file);
    return file;
  }
  const file = join(logs, current.log ?? '');
  if (!existsSync(file)) return undefined;
  if (!current.gzip) return file;
  const packed = join(folder, `${current.log}.gz`);
  writeFileSync(packed, gzipSync(readFileSync(file)));
  return packed;
}

/**
 * @param {import('./check.mjs').Case} current @param {string} file @param {string} folder
 * @param {readonly string[]} command @returns {import('./check.mjs').Ask}
 */
function askAbout(current, file, folder, command) {
  const env = {
    ...process.env,
    TAILLIGHT_CONFIG: join(folder, 'config'),
    TAILLIGHT_CACHE: join(folder, 'cache'),
  };
  return ([name, ...args]) => {
    const source = current.stdin ? '-' : file;
    return run(command, [name, source, ...current.cli, ...args], { env, input: current.stdin ? file : undefined });
  };
}

/** Within the repository, so that packages are found from the copy as from the original. */
function copyOfProgram() {
  const copy = mkdtempSync(join(repository, 'dist', 'oracle-copy-'));
  leftovers.push(copy);
  cpSync(options.cli ? dirname(options.cli) : join(repository, 'dist', 'main'), copy, { recursive: true });
  return copy;
}

/**
 * Shows that the suite can fail: each bug alone, in a copy of the built program, must give differences.
 * @param {readonly import('./check.mjs').Case[]} cases @param {readonly string[]} fieldOrder
 */
async function compareWithBugs(cases, fieldOrder) {
  let missed = 0;
  for (const bug of seededBugs) {
    const affected = cases.filter(({ name }) => bug.cases.includes(name));
    const copy = copyOfProgram();
    try {
      const command = [process.execPath, join(copy, 'cli.js')];
      console.log('as built:');
      const { count: before } = await compareAll(affected, fieldOrder, command, 5);
      const place = plantBug(bug, copy);
      console.log(`with the bug "${bug.name}", in ${place ?? 'no file, for its place was not found'}:`);
      const { count: after } = await compareAll(affected, fieldOrder, command, 5);
      const isNoticed = place !== undefined && after > before;
      console.log(isNoticed ? `noticed: ${after - before} more differences` : 'NOT NOTICED');
      if (!isNoticed) missed++;
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }
  console.log(`${seededBugs.length - missed} of ${seededBugs.length} seeded bugs noticed`);
  return missed === 0 ? 0 : 1;
}
