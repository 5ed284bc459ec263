/**
 * `npm run soak [-- --rotations 1000] [--kind rename|copytruncate|delete]`: follows a file through many random
 * rotations of each kind, as the short property test of test/engine/rotation.test.ts does, and fails when a record is
 * lost without a marked gap or doubled.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repository } from '../../src-main/setup.mjs';

/** Words of the test's name, by kind. */
const names = new Map([
  ['rename', 'renamed'],
  ['copytruncate', 'copied'],
  ['delete', 'deleted'],
]);

const { values } = parseArgs({
  options: { rotations: { type: 'string', default: '1000' }, kind: { type: 'string' } },
});
const name = values.kind === undefined ? undefined : names.get(values.kind);
if (values.kind !== undefined && name === undefined) {
  console.error(`soak: --kind is one of ${[...names.keys()].join(', ')}`);
  process.exit(2);
}
const vitest = join(repository, 'node_modules', 'vitest', 'vitest.mjs');
const args = ['run', '--config', 'test/vitest.config.ts', '--project', 'engine', 'test/engine/rotation.test.ts'];
const { status } = spawnSync(process.execPath, [vitest, ...args, ...(name === undefined ? [] : ['-t', name])], {
  cwd: repository,
  stdio: 'inherit',
  env: { ...process.env, TAILLIGHT_SOAK_ROTATIONS: values.rotations },
});
process.exitCode = status ?? 1;
