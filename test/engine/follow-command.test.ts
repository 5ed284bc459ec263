/** `taillight follow` as a process: rows on standard output, what happened to the file on standard error. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const cli = join(import.meta.dirname, '..', '..', 'dist', 'main', 'cli.js');

const lines = (from: number, to: number): string =>
  Array.from(
    { length: to - from },
    (_, at) => `2026-03-01 10:00:${from + at},000 INFO app - record ${from + at}\n`,
  ).join('');

// Windows has no SIGINT to send.
test.skipIf(process.platform === 'win32')(
  'tells of rotation, truncation and deletion, prints every record once, and ends well with Ctrl+C',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'taillight-follow-command-'));
    const path = join(folder, 'app.log');
    writeFileSync(path, lines(10, 25));
    const env = { ...process.env, TAILLIGHT_CONFIG: join(folder, 'config'), TAILLIGHT_CACHE: join(folder, 'cache') };
    const child = spawn(process.execPath, [cli, 'follow', path, '--lines', '2'], { env });
    let [printed, told] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
    const until = async (isTrue: () => boolean): Promise<void> => {
      const limit = Date.now() + 20_000;
      while (!isTrue() && Date.now() < limit) await new Promise((resolve) => setTimeout(resolve, 20));
      if (!isTrue()) throw new Error(`It did not come true: ${printed} ${told}`);
    };
    try {
      await until(() => printed.includes('record 24\n'));
      renameSync(path, `${path}.1`);
      writeFileSync(path, lines(25, 27));
      await until(() => printed.includes('record 26\n'));
      truncateSync(path, 0);
      appendFileSync(path, lines(27, 28));
      await until(() => printed.includes('record 27\n'));
      unlinkSync(path);
      await until(() => told.includes('deleted'));
      writeFileSync(path, lines(28, 30));
      await until(() => printed.includes('record 29\n'));
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      expect(await ended).toEqual([0, null]);
      expect(printed).toBe(lines(23, 30));
      expect(told.split('\n')).toEqual([
        'taillight: app.log was rotated',
        expect.stringMatching(/^taillight: app\.log was (truncated|rewritten); lines may be missing$/),
        'taillight: app.log was deleted',
        'taillight: app.log has appeared; lines may be missing',
        '',
      ]);
    } finally {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    }
  },
  60_000,
);
