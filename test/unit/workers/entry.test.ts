import { expect, test } from 'vitest';
import { builtFileFrom, workerEntry } from '../../../src-main/workers/entry.ts';

test('finds the built worker from the source tree', () => {
  const repository = new URL('../../../', import.meta.url);
  expect(workerEntry().href).toBe(new URL('dist/main/worker-start.cjs', repository).href);
});

test('finds files beside a bundle', () => {
  expect(builtFileFrom('file:///opt/taillight/dist/main/cli.js', 'worker.cjs').href).toBe(
    'file:///opt/taillight/dist/main/worker.cjs',
  );
});

test('leaves the archive of a packaged app', () => {
  expect(builtFileFrom('file:///opt/taillight/resources/app.asar/dist/main/main.js', 'scan.wasm').href).toBe(
    'file:///opt/taillight/resources/app.asar.unpacked/dist/main/scan.wasm',
  );
});
