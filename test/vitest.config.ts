/** The test projects. `npm run vitest -- --project engine` runs one; test/run.mjs runs them all. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const repository = join(import.meta.dirname, '..');

/** Outside its own program `electron` is a downloader; tests of hosts/electron get this stand-in. */
const electronStandIn = join(import.meta.dirname, 'stand-ins', 'electron.ts');
const alias: Record<string, string> = existsSync(electronStandIn)
  ? { electron: electronStandIn, 'electron/main': electronStandIn, 'electron/renderer': electronStandIn }
  : {};

const buildMain = ['test/setup/build-main.ts'];
const browser = ['test/setup/browser.ts'];

export default defineConfig({
  root: repository,
  test: {
    projects: [
      {
        resolve: { alias },
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], exclude: ['test/unit/renderer/**'] },
      },
      {
        plugins: [react()],
        test: { name: 'renderer', include: ['test/unit/renderer/**/*.test.{ts,tsx}'], environment: 'happy-dom' },
      },
      {
        test: {
          name: 'engine',
          include: ['test/engine/**/*.test.ts'],
          globalSetup: buildMain,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          globalSetup: buildMain,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      // One test reads every source file, which takes seconds where other work goes on.
      { test: { name: 'architecture', include: ['test/architecture/**/*.test.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: browser,
          // One browser at a time: two at once starve each other on small machines.
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
