/**
 * The built program, run as people run it: `taillight serve --no-open` for the window, and the command line for what
 * the window's answers are compared with. Settings and cache are folders of their own; processes end by their id.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';

const built = join(import.meta.dirname, '..', '..', 'dist', 'main');

/** A folder for one test file: logs, settings and cache, gone with `remove`. */
export interface Workplace {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Writes a file and answers its path. */
  file(name: string, content: string | Buffer): string;
  remove(): void;
}

export function createWorkplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'taillight-e2e-'));
  mkdirSync(join(folder, 'tmp'));
  const env = {
    ...process.env,
    TAILLIGHT_CONFIG: join(folder, 'config'),
    TAILLIGHT_CACHE: join(folder, 'cache'),
    TMPDIR: join(folder, 'tmp'),
    // The same clock on every machine: times on screen are compared as text.
    TZ: 'UTC',
  };
  return {
    folder,
    env,
    file(name, content) {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export interface Program {
  /** Signs in one browser, once. */
  readonly address: string;
  readonly pid: number;
  /** What `-` reads. */
  readonly input: Writable;
  end(): Promise<void>;
}

export async function startProgram({ env, folder }: Workplace, args: readonly string[]): Promise<Program> {
  const child = spawn(process.execPath, [join(built, 'serve.js'), 'serve', '--no-open', ...args], {
    env,
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const address = await Promise.race([
    firstLine(child),
    once(child, 'exit').then(() => Promise.reject(new Error(`The program ended at once: ${said.join('')}`))),
  ]);
  return {
    address,
    pid: child.pid ?? 0,
    input: child.stdin,
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The program has no output.');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('The program printed no address.');
}

/** What `taillight ARGS` prints; it must end well. */
export function runCommand({ env, folder }: Workplace, args: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(built, 'cli.js'), ...args], {
    env,
    cwd: folder,
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`taillight ${args.join(' ')}: ${stderr.toString()}`);
  return stdout;
}

/** Records that `taillight stats` counts. */
export function countRecords(workplace: Workplace, path: string, filter: string): number {
  const text = runCommand(workplace, ['stats', path, '--filter', filter, '--json']).toString();
  return (JSON.parse(text) as { records: number }).records;
}

/** Records as `taillight query --output jsonl` prints them. */
export function queryRecords(workplace: Workplace, args: readonly string[]): Record<string, unknown>[] {
  const text = runCommand(workplace, ['query', ...args, '--output', 'jsonl']).toString();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
