/**
 * `npm test`: set-up, static checks, then every test, the end-to-end ones in a real Chromium last.
 * Arguments are parts of test file names: `npm test -- query` runs those tests only, without the static checks.
 * The last line is the sum over all runs. No test at all counts as a failure.
 */
import { buildParts, ensureBuilt, ensureInstalled } from '../src-main/setup.mjs';

const filters = process.argv.slice(2);

ensureInstalled();
ensureBuilt(buildParts);
// After the set-up, because it may need packages.
const { addCounts, runStaticChecks, runTests, summaryLine } = await import('./steps.mjs');

const failedChecks = filters.length > 0 ? [] : runStaticChecks();
const counts = addCounts(
  runTests('tests', ['architecture', 'unit', 'renderer', 'engine', 'contract'], filters),
  runTests('e2e', ['e2e'], filters),
);
if (failedChecks.length > 0) console.log(`Failed checks: ${failedChecks.join(', ')}`);
console.log(summaryLine(counts));
process.exitCode = failedChecks.length > 0 || counts.failed > 0 || counts.passed === 0 ? 1 : 0;
