/**
 * What every end-to-end test file has: one Chromium, one workplace, and for each test a program with a window on it.
 * A window that met an error, a violation of its policy or a dialog fails the test it was opened in.
 */
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchChromium } from '../setup/launch-chromium.ts';
import { createWorkplace, startProgram, type Program, type Workplace } from './program.ts';
import { LogWindow, type WindowOptions } from './window.ts';

/** A day of a shop's traffic with an outage from 14:20 to 15:00. */
export const accessLog = join(import.meta.dirname, '..', 'fixtures', 'access.log');

export const accessRecords = 3_654;

export interface Session {
  readonly workplace: Workplace;
  readonly browser: () => Browser;
  /** Starts a program of its own and opens its window. */
  open(args: readonly string[], options?: WindowOptions): Promise<LogWindow>;
  /** The program of the window that was opened last. */
  program(): Program;
}

/** Registers its own set-up and clean-up: call it at the top of a test file. */
export function useSession(): Session {
  const workplace = createWorkplace();
  let browser: Browser | undefined;
  let programs: Program[] = [];
  let windows: LogWindow[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterEach(async () => {
    const problems = windows.flatMap((window) => window.problems);
    await Promise.all(windows.map((window) => window.close()));
    await Promise.all(programs.map((program) => program.end()));
    windows = [];
    programs = [];
    expect(problems).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    workplace.remove();
  });

  const started = (): Browser => {
    if (browser === undefined) throw new Error('The browser has not been started.');
    return browser;
  };
  return {
    workplace,
    browser: started,
    async open(args, options) {
      const program = await startProgram(workplace, args);
      programs.push(program);
      const window = await LogWindow.open(started(), program, options);
      windows.push(window);
      return window;
    },
    program() {
      const program = programs.at(-1);
      if (program === undefined) throw new Error('No program is running.');
      return program;
    },
  };
}
