/** `npm run check`: types, lint, format, import rules, unit and engine tests; for every commit. */
import { ensureInstalled } from '../src-main/setup.mjs';
import { runStaticChecks, runTests, summaryLine } from './steps.mjs';

ensureInstalled();
const failedChecks = runStaticChecks();
const counts = runTests('check', ['architecture', 'unit', 'renderer', 'engine']);
if (failedChecks.length > 0) console.log(`Failed checks: ${failedChecks.join(', ')}`);
console.log(summaryLine(counts));
process.exitCode = failedChecks.length > 0 || counts.failed > 0 || counts.passed === 0 ? 1 : 0;
