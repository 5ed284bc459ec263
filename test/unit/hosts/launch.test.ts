import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheFolder, findElectron } from '../../../src-main/hosts/find-electron.mjs';
import { findPlaces } from '../../../src-main/places.ts';

const hosts = join(import.meta.dirname, '..', '..', '..', 'src-main', 'hosts');
const executable = process.platform === 'win32' ? 'electron.exe' : 'electron';
const record = 'cache/electron-download.json';

let checkout = '';

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'taillight-launch-'));
});

afterEach(() => {
  rmSync(checkout, { recursive: true, force: true, maxRetries: 5 });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(checkout, path)), { recursive: true });
  writeFileSync(join(checkout, path), text);
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(join(checkout, path), 'utf8'));
}

/** An electron package whose downloader is the given script. */
function writeElectronPackage(install: string): void {
  write('node_modules/electron/package.json', JSON.stringify({ version: '45.0.0' }));
  write('node_modules/electron/install.js', install);
}

/** Environment of a desktop, with all folders inside the checkout. */
function desktop(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], DISPLAY: ':1', TAILLIGHT_CACHE: join(checkout, 'cache'), ...extra };
}

// The stand-in programs are shell scripts, and the display is a matter of Linux.
describe.runIf(process.platform === 'linux')('finding Electron', () => {
  test('uses the binary that is there', async () => {
    writeElectronPackage('process.exit(1)');
    write('node_modules/electron/path.txt', executable);
    write(`node_modules/electron/dist/${executable}`, '');
    expect(await findElectron(checkout, desktop())).toEqual({
      path: join(checkout, 'node_modules/electron/dist', executable),
      why: 'version 45.0.0',
    });
  });

  test('uses the binary that ELECTRON_OVERRIDE_DIST_PATH names', async () => {
    write(`own/${executable}`, '');
    expect(await findElectron(checkout, desktop({ ELECTRON_OVERRIDE_DIST_PATH: join(checkout, 'own') }))).toEqual({
      path: join(checkout, 'own', executable),
      why: 'from ELECTRON_OVERRIDE_DIST_PATH',
    });
  });

  test('does not try without a display', async () => {
    writeElectronPackage('process.exit(1)');
    expect(await findElectron(checkout, desktop({ DISPLAY: '' }))).toEqual({
      path: undefined,
      why: 'there is no display for Electron',
    });
  });

  test('downloads it where that works', async () => {
    writeElectronPackage(
      `const fs = require('fs'); fs.mkdirSync(__dirname + '/dist');
       fs.writeFileSync(__dirname + '/dist/${executable}', ''); fs.writeFileSync(__dirname + '/path.txt', '${executable}');`,
    );
    expect(await findElectron(checkout, desktop(), 20_000)).toEqual({
      path: join(checkout, 'node_modules/electron/dist', executable),
      why: 'version 45.0.0, just downloaded',
    });
  });

  test('remembers a failed download for a day', async () => {
    writeElectronPackage(`console.error('TypeError: fetch failed\\n    at somewhere'); process.exit(1)`);
    expect(await findElectron(checkout, desktop(), 20_000)).toEqual({
      path: undefined,
      why: 'Electron could not be downloaded (fetch failed)',
    });
    writeElectronPackage(`require('fs').writeFileSync(__dirname + '/tried', '')`);
    expect(await findElectron(checkout, desktop(), 20_000)).toEqual({
      path: undefined,
      why: 'Electron could not be downloaded (fetch failed; tried again after a day)',
    });
    const last = read(record) as { triedAtMs: number };
    write(record, JSON.stringify({ ...last, triedAtMs: last.triedAtMs - 25 * 60 * 60 * 1000 }));
    await findElectron(checkout, desktop(), 20_000);
    expect(readFileSync(join(checkout, 'node_modules/electron/tried'), 'utf8')).toBe('');
  });

  test('leaves a slow download running and does not start a second one', async () => {
    writeElectronPackage('setTimeout(() => {}, 60_000)');
    expect(await findElectron(checkout, desktop(), 50)).toEqual({
      path: undefined,
      why: 'Electron is still being downloaded, for a later start',
    });
    const { pid } = read(record) as { pid: number };
    try {
      expect(await findElectron(checkout, desktop(), 50)).toEqual({
        path: undefined,
        why: 'Electron is still being downloaded',
      });
      expect(read(record)).toMatchObject({ pid });
    } finally {
      process.kill(pid);
    }
  });
});

test.each(['linux', 'darwin', 'win32'] as const)('keeps its record with the other caches on %s', (platform) => {
  for (const env of [
    {},
    { TAILLIGHT_CACHE: '/own' },
    { XDG_CACHE_HOME: '/xdg', LOCALAPPDATA: 'C:\\Local' },
    { XDG_CACHE_HOME: 'relative', TAILLIGHT_CACHE: '' },
  ]) {
    expect(cacheFolder(env, platform, '/home/a')).toBe(findPlaces(env, platform, '/home/a').cacheFolder);
  }
});

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a copy of the launcher inside the small checkout. */
function launch(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Run> {
  for (const name of ['launch.mjs', 'find-electron.mjs'])
    cpSync(join(hosts, name), join(checkout, 'src-main/hosts', name));
  const child = spawn(process.execPath, [join(checkout, 'src-main/hosts/launch.mjs'), ...args], { env });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, stdout, stderr: stderr.replaceAll(checkout, 'CHECKOUT') }));
  });
}

const printArguments = 'console.log(process.argv[1].match(/[a-z]+\\.js$/)[0], JSON.stringify(process.argv.slice(2)))';

describe.runIf(process.platform === 'linux')('the taillight command', () => {
  beforeEach(() => {
    write('dist/main/cli.js', printArguments);
    write('dist/main/serve.js', printArguments);
    write('package.json', '{"type":"module"}');
  });

  test.each([
    [['info', 'a.log', '--json'], 'cli.js ["info","a.log","--json"]\n'],
    [['query', '-'], 'cli.js ["query","-"]\n'],
    [['--version'], 'cli.js ["--version"]\n'],
    [['serve', 'a.log', '--no-open'], 'serve.js ["serve","a.log","--no-open"]\n'],
  ])('%j needs no window', async (args, stdout) => {
    expect(await launch(args, desktop())).toEqual({ status: 0, stdout, stderr: '' });
  });

  test('opens files in the local browser host without Electron, and says why', async () => {
    expect(await launch(['a.log', 'b.log'], desktop())).toEqual({
      status: 0,
      stdout: 'serve.js ["serve","a.log","b.log"]\n',
      stderr: 'taillight: using the local browser host, because the electron package is not installed\n',
    });
  });

  test('follows standard input in a window', async () => {
    expect((await launch(['-'], desktop())).stdout).toBe('serve.js ["serve","-"]\n');
  });

  test('opens files in Electron where it is, and ends as it ends', async () => {
    write(`own/${executable}`, '#!/bin/sh\nshift $(($# - 2))\necho "$@"\nexit 0\n');
    chmodSync(join(checkout, 'own', executable), 0o755);
    const run = await launch(['a.log'], desktop({ ELECTRON_OVERRIDE_DIST_PATH: join(checkout, 'own') }));
    expect(run).toEqual({
      status: 0,
      stdout: `${checkout} a.log\n`,
      stderr: 'taillight: opening in Electron (from ELECTRON_OVERRIDE_DIST_PATH)\n',
    });
  });

  test('falls back when Electron does not start', async () => {
    write(`own/${executable}`, '#!/bin/sh\nexit 127\n');
    chmodSync(join(checkout, 'own', executable), 0o755);
    const run = await launch(['a.log'], desktop({ ELECTRON_OVERRIDE_DIST_PATH: join(checkout, 'own') }));
    expect(run).toEqual({
      status: 0,
      stdout: 'serve.js ["serve","a.log"]\n',
      stderr:
        'taillight: opening in Electron (from ELECTRON_OVERRIDE_DIST_PATH)\n' +
        'taillight: using the local browser host, because Electron ended at once (status 127)\n',
    });
  });

  test('says what to do without a build', async () => {
    rmSync(join(checkout, 'dist'), { recursive: true });
    expect(await launch(['info', 'a.log'], desktop())).toEqual({
      status: 1,
      stdout: '',
      stderr: 'taillight: CHECKOUT/dist/main/cli.js is missing; run "npm start" in CHECKOUT, which builds it\n',
    });
  });
});
