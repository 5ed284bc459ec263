/**
 * The steps that check.mjs and run.mjs are made of: static checks as commands, and vitest runs with their counts.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../src-main/setup.mjs';

/** @typedef {{ readonly passed: number, readonly failed: number, readonly skipped: number }} Counts */

/** @type {readonly { readonly name: string, readonly command: readonly [string, ...string[]] }[]} */
const staticChecks = [
  { name: 'types of src-shared', command: ['tsc', '-p', 'src-shared'] },
  { name: 'types of src-main', command: ['tsc', '-p', 'src-main'] },
  { name: 'types of src-renderer', command: ['tsc', '-p', 'src-renderer'] },
  { name: 'types of test', command: ['tsc', '-p', 'test'] },
  {
    name: 'lint',
    command: ['oxlint', '-c', 'test/oxlint.json', '--type-aware', 'src-shared', 'src-main', 'src-renderer', 'test'],
  },
  { name: 'format', command: ['prettier', '--check', '--cache', '--log-level', 'warn', '.', '!test/fixtures/**'] },
];

/** Runs the static checks. @returns {readonly string[]} the names of those that failed */
export function runStaticChecks() {
  return staticChecks.filter(({ name, command }) => !runTool(name, command)).map(({ name }) => name);
}

/**
 * Runs test projects. `filters` are parts of file names, as vitest takes them; with filters a run may be empty.
 * @param {string} name @param {readonly string[]} projects @param {readonly string[]} [filters]
 * @returns {Counts}
 */
export function runTests(name, projects, filters = []) {
  const report = join(repository, 'dist', 'test-results', `${name}.json`);
  mkdirSync(join(report, '..'), { recursive: true });
  rmSync(report, { force: true });
  const isFine = runTool(`tests: ${projects.join(', ')}`, [
    'vitest',
    'run',
    '--config=test/vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...projects.map((project) => `--project=${project}`),
    ...(filters.length > 0 ? ['--passWithNoTests', ...filters] : []),
  ]);
  const counts = existsSync(report) ? countsOf(JSON.parse(readFileSync(report, 'utf8'))) : noTests;
  // Also a file that does not load, an error outside a test, or a run that broke off is a failure.
  return isFine || counts.failed > 0 ? counts : { ...counts, failed: 1 };
}

/** @type {Counts} */
export const noTests = { passed: 0, failed: 0, skipped: 0 };

/** @param {Counts} a @param {Counts} b @returns {Counts} */
export function addCounts(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** One line for people and for programs. @param {Counts} counts */
export function summaryLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * @param {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: readonly { status: string, assertionResults: readonly { status: string }[] }[] }} report
 * @returns {Counts}
 */
function countsOf(report) {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * Runs a program of node_modules; its output goes to the terminal.
 * @param {string} name @param {readonly [string, ...string[]]} command @returns {boolean} whether it ended well
 */
function runTool(name, [program, ...args]) {
  const startedMs = performance.now();
  const shell = process.platform === 'win32';
  const path = join(repository, 'node_modules', '.bin', program);
  const { status } = spawnSync(shell ? `"${path}"` : path, args, { cwd: repository, stdio: 'inherit', shell });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok' : 'FAILED'}: ${name} (${seconds} s)`);
  return status === 0;
}
