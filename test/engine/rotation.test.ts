import { tmpdir } from 'node:os';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../src-main/engine/index.ts';
import { missingNumbers, runSchedule, schedules } from './rotation/rotation.ts';

/** Rotations of each kind: few here, many by `npm run soak`. */
const soak = Number(process.env['TAILLIGHT_SOAK_ROTATIONS'] ?? 0);
const rotationsPerRun = soak > 0 ? 25 : 5;
const numRuns = soak > 0 ? Math.ceil((2 * soak) / rotationsPerRun) : 5;
const timeoutMs = soak > 0 ? 4 * 3_600_000 : 180_000;
const limits = { numRuns, interruptAfterTimeLimit: soak > 0 ? timeoutMs : 25_000, markInterruptAsFailure: soak > 0 };

let engine: Engine;
let spool: string;
beforeAll(() => {
  spool = mkdtempSync(join(tmpdir(), 'taillight-rotation-spool-'));
  engine = createEngine({ workers: 2, spoolFolder: spool });
});
afterAll(async () => {
  await engine.close();
  rmSync(spool, { recursive: true, force: true });
});

describe('following a file that another process rotates', () => {
  it(
    'sees every record once and in order when it is renamed and created anew',
    async () => {
      await fc.assert(
        fc.asyncProperty(schedules('rename', rotationsPerRun), async (schedule) => {
          const seen = await runSchedule(engine, schedule);
          expect(seen.odd).toEqual([]);
          expect(seen.numbers).toEqual(Array.from({ length: seen.written }, (_, n) => n));
        }),
        limits,
      );
    },
    timeoutMs,
  );

  it(
    'sees no record twice, and misses none without a marked gap, when it is copied and truncated',
    async () => {
      await fc.assert(
        fc.asyncProperty(schedules('copytruncate', rotationsPerRun), async (schedule) => {
          const seen = await runSchedule(engine, schedule);
          expect(new Set(seen.numbers).size).toBe(seen.numbers.length);
          expect([...seen.numbers].sort((a, b) => a - b)).toEqual(seen.numbers);
          // Each missing number lies between two rows with a marker between them that tells of a gap.
          const gaps = seen.markers.filter(({ gap }) => gap).length;
          const missing = missingNumbers(seen);
          const holes = missing.filter((n, at) => missing[at - 1] !== n - 1).length;
          expect(holes).toBeLessThanOrEqual(gaps);
          // A cut record leaves a beginning, and up to two lines of an end.
          expect(seen.odd.length).toBeLessThanOrEqual(3 * gaps);
        }),
        limits,
      );
    },
    timeoutMs,
  );

  it(
    'keeps order, and marks what it cannot know, when the file is deleted and created anew',
    async () => {
      await fc.assert(
        fc.asyncProperty(schedules('delete', rotationsPerRun), async (schedule) => {
          const seen = await runSchedule(engine, schedule);
          expect([...new Set(seen.numbers)].sort((a, b) => a - b)).toEqual(seen.numbers);
          if (missingNumbers(seen).length > 0) expect(seen.markers.some(({ gap }) => gap)).toBe(true);
        }),
        limits,
      );
    },
    timeoutMs,
  );
});
