import { tmpdir } from 'node:os';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../src-main/engine/index.ts';
import {
  account,
  type Account,
  printedNumbers,
  rotationsOf,
  runSchedule,
  schedules,
  tail,
  type RotationKind,
} from './rotation/rotation.ts';

/** Rotations of each kind: few here, many by `npm run soak`. */
const soak = Number(process.env['TAILLIGHT_SOAK_ROTATIONS'] ?? 0);
const rotationsPerRun = soak > 0 ? 25 : 5;
const enough = soak > 0 ? soak : 15;
const timeoutMs = soak > 0 ? 4 * 3_600_000 : 180_000;
/** On a busy machine fewer schedules will do; one that was begun is always finished. */
const lastStartMs = soak > 0 ? timeoutMs : 30_000;

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

/** Runs schedules until there were enough rotations; how many records nobody could read, and what went wrong. */
async function followRotations(kind: RotationKind): Promise<Account> {
  const began = Date.now();
  let rotations = 0;
  let written = 0;
  let explained = 0;
  const unexplained: string[] = [];
  await fc.assert(
    fc.asyncProperty(schedules(kind, rotationsPerRun), async (schedule) => {
      const isLate = rotations > 0 && Date.now() - began > lastStartMs;
      if (rotations >= enough || isLate || unexplained.length > 0) return;
      rotations += rotationsOf(schedule);
      const seen = await runSchedule(engine, schedule);
      const found = account(seen);
      // Another run of the same schedule meets another moment: it is told, not made smaller.
      if (found.unexplained.length > 0) unexplained.push(...found.unexplained, JSON.stringify({ schedule, seen }));
      written += seen.written;
      explained += found.explained;
    }),
    { numRuns: enough },
  );
  if (soak > 0) {
    const seconds = Math.round((Date.now() - began) / 1000);
    console.log(`${kind}: ${rotations} rotations, ${written} records, ${explained} in marked gaps, ${seconds} s`);
  }
  return { explained, unexplained };
}

describe('following a file that another process rotates', () => {
  it(
    'sees every record once and in order when it is renamed and created anew',
    async () => {
      expect(await followRotations('rename')).toEqual({ explained: 0, unexplained: [] });
    },
    timeoutMs,
  );

  it(
    'sees no record twice, and misses none but between rows with a marker, when it is copied and truncated',
    async () => {
      expect((await followRotations('copytruncate')).unexplained).toEqual([]);
    },
    timeoutMs,
  );

  it(
    'keeps order, and misses none but between rows with a marker, when it is deleted and created anew',
    async () => {
      expect((await followRotations('delete')).unexplained).toEqual([]);
    },
    timeoutMs,
  );

  // Windows has no tail.
  it.skipIf(process.platform === 'win32')(
    'sees every record that tail -F sees on the same schedule',
    async () => {
      for (const schedule of fc.sample(schedules('rename', 8), 2)) {
        const { rows, printed } = await runSchedule(engine, schedule, tail);
        const seen = new Set(rows);
        const others = printedNumbers(printed);
        expect(others.length).toBeGreaterThan(0);
        expect(others.filter((n) => !seen.has(n))).toEqual([]);
      }
    },
    timeoutMs,
  );
});
