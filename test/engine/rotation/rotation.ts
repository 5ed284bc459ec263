/**
 * Follows a file that a separate process writes and rotates by a random schedule, and says what was seen. Shared by the
 * short property test and the long soak.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Engine } from '../../../src-main/engine/index.ts';
import type { Marker } from '../../../src-shared/protocol.ts';

export type RotationKind = 'rename' | 'copytruncate' | 'delete';

export type Step =
  | { readonly write: readonly number[] }
  | { readonly rotate: RotationKind; readonly keep: number }
  | { readonly pause: number };

/** Schedules of writes in odd pieces, with rotations of one kind between them. */
export const schedules = (kind: RotationKind, rotations: number): fc.Arbitrary<readonly Step[]> => {
  const writes = fc
    .array(fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 300 }) }, fc.integer({ min: 1, max: 20_000 })), {
      minLength: 1,
      maxLength: 6,
    })
    .map((sizes): Step => ({ write: sizes }));
  const pause = fc
    .oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 250 }))
    .map((ms): Step => ({ pause: ms }));
  // The files kept outlast every rotation that can fall between two looks.
  const rotate = fc.constant<Step>({ rotate: kind, keep: rotations + 1 });
  const round = fc
    .tuple(fc.array(fc.oneof(writes, pause), { minLength: 1, maxLength: 4 }), rotate)
    .map(([steps, last]) => [...steps, last]);
  return fc
    .tuple(fc.array(round, { minLength: 1, maxLength: rotations }), writes)
    .map(([rounds, last]) => [...rounds.flat(), last]);
};

export interface Seen {
  /** The rows in order: the number of a whole record, or the text of what is none. */
  readonly rows: readonly (number | string)[];
  readonly markers: readonly Marker[];
  /** Records that were written. */
  readonly written: number;
}

const never = new AbortController().signal;
/** Looks without a change, 50 ms apart and more on a busy machine, after which nothing more is awaited. */
const patience = 80;

/** Somebody else who follows the same file; ends with what it printed, once that holds `last`. */
export interface Beside {
  readonly start: (path: string) => Promise<(last: string) => Promise<string>>;
}

/** Runs one schedule to its end and reads all rows. */
export async function runSchedule(
  engine: Engine,
  schedule: readonly Step[],
  beside?: Beside,
): Promise<Seen & { readonly printed: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'taillight-rotation-'));
  const path = join(folder, 'app.log');
  writeFileSync(path, '');
  const source = await engine.handlers.open({ path, options: { timezone: 'UTC', follow: true } }, never);
  const view = await engine.handlers.createView({ source: source.id, query: { filter: '', zone: 'UTC' } }, never);
  try {
    const endBeside = await beside?.start(path);
    const written = await write(path, schedule);
    const last = `record ${written - 1} `;
    let rows: string[] = [];
    let unchanged = 0;
    for (;;) {
      const now = await allRows(engine, view.id);
      unchanged = now.length === rows.length && now.at(-1) === rows.at(-1) ? unchanged + 1 : 0;
      rows = now;
      // The last record may be one that nobody could read; then nothing more comes for a while.
      if (rows.at(-1)?.includes(last) === true || unchanged > patience) {
        const [state] = (await engine.handlers.sources({}, never)).filter(({ id }) => id === source.id);
        const whole = /^2026-\S+ \S+ INFO wörker - record (\d+) (é*)((?:\n {2}and more)?)$/;
        const read = rows.map((row) => {
          const match = whole.exec(row);
          const n = Number(match?.[1]);
          return match !== null && match[2].length === n % 23 && (match[3] !== '') === (n % 7 === 3) ? n : row;
        });
        return { rows: read, markers: state.markers, written, printed: (await endBeside?.(last)) ?? '' };
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    await engine.handlers.close({ source: source.id }, never);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `tail -n +1 -F`, as people follow a log elsewhere. */
export const tail: Beside = {
  async start(path) {
    const child = spawn('tail', ['-n', '+1', '-F', path], { stdio: ['ignore', 'pipe', 'ignore'] });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    await once(child, 'spawn');
    return async (last) => {
      // It looks once a second; what it has lost it will never print.
      const lastLook = Date.now() + 5000;
      while (!printed.includes(last) && Date.now() < lastLook) await new Promise((resolve) => setTimeout(resolve, 50));
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      return printed;
    };
  },
};

/** Numbers of the records in what was printed whose first line is whole. */
export const printedNumbers = (printed: string): readonly number[] =>
  [...printed.matchAll(/^2026-\S+ \S+ INFO wörker - record (\d+) (é*)\r?$/gm)]
    .map(([, n, signs]) => ({ n: Number(n), signs }))
    .filter(({ n, signs }) => signs.length === n % 23)
    .map(({ n }) => n);

function write(path: string, schedule: readonly Step[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'writer.mjs'), path, JSON.stringify(schedule)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve(Number(output)) : reject(new Error(`the writer ended with ${code}`)),
    );
  });
}

async function allRows(engine: Engine, view: number): Promise<string[]> {
  const { rows } = await engine.whenSettled(view);
  const texts: string[] = [];
  for (let from = 0; from < rows; from += 1000) {
    const page = await engine.handlers.page({ view, from, to: from + 1000, fields: [] }, never);
    texts.push(...page.rows.map((row) => row.raw));
  }
  return texts;
}

export interface Account {
  /** Records that are missing or cut, each between two rows with a marker of a gap between them. */
  readonly explained: number;
  /** What nothing explains: a record out of order or doubled, and one that is missing or cut without a marker there. */
  readonly unexplained: readonly string[];
}

/** Holds the rows against what was written. */
export function account({ rows, markers, written }: Seen): Account {
  const gaps = markers.filter(({ gap }) => gap).map(({ record }) => record);
  const unexplained: string[] = [];
  let explained = 0;
  let before = -1;
  let beforeAt = -1;
  const look = (n: number, at: number): void => {
    if (n <= before) unexplained.push(`record ${n} in row ${at} stands behind record ${before}`);
    const isWhole = n === before + 1 && at === beforeAt + 1;
    if (!isWhole && n > before) {
      // The marker stands before the first row behind the gap, and what is cut may be whole rows.
      if (gaps.some((record) => record > beforeAt && record <= at)) explained += n - before - 1;
      else unexplained.push(`${n - before - 1} records before record ${n} in row ${at}`);
    }
    before = n;
    beforeAt = at;
  };
  for (const [at, row] of rows.entries()) if (typeof row === 'number') look(row, at);
  look(written, rows.length);
  return { explained, unexplained };
}

/** A schedule's rotations. */
export const rotationsOf = (schedule: readonly Step[]): number => schedule.filter((step) => 'rotate' in step).length;
