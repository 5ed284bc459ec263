/**
 * Global set-up of the end-to-end tests: all of dist is up to date and a working Chromium is known.
 * Tests start it with `launchChromium` of launch-chromium.ts beside this file.
 */
import type { TestProject } from 'vitest/node';
import { ensureBuilt } from '../../src-main/setup.mjs';
import { findChromium } from '../chromium.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    chromium: { readonly executablePath: string; readonly args: readonly string[]; readonly origin: string };
  }
}

export default async function setup(project: TestProject): Promise<void> {
  ensureBuilt(['main', 'renderer']);
  project.provide('chromium', await findChromium());
}
