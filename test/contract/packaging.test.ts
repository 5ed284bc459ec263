import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../../src-main/setup.mjs';
import { readReferences } from '../architecture/imports.ts';

const repository = join(import.meta.dirname, '..', '..');
const built = join(repository, 'dist', 'main');

/** What a built file loads besides modules of Node. */
function loads(name: string): string[] {
  const targets = readReferences(name, readFileSync(join(built, name), 'utf8')).map(
    ({ target }) => target ?? '(computed)',
  );
  return [...new Set(targets)].filter((target) => !isBuiltin(target)).toSorted();
}

test('the worker is a file that needs no other, and one that runs it', () => {
  expect(loads('worker.cjs')).toEqual([]);
  expect(loads('worker-start.cjs')).toEqual([]);
});

test('the preload is one CommonJS file that needs electron alone', () => {
  expect(loads('preload.cjs')).toEqual(['electron']);
  expect(readFileSync(join(built, 'preload.cjs'), 'utf8')).not.toMatch(/\bimport\b\s*[({]|import\.meta/);
});

test('the desktop program takes electron from its surroundings and the rest from dist/main', () => {
  const targets = loads('main.js');
  expect(targets).toContain('electron');
  for (const target of targets.filter((name) => name !== 'electron')) {
    expect(target).toMatch(/^\.\/[^/]+$/);
    expect(existsSync(join(built, target))).toBe(true);
  }
});

/** Where Electron keeps its fuses: this text, a version, a count, then a digit for each fuse (`@electron/fuses`). */
const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const fuseNames = [
  'runAsNode',
  'cookieEncryption',
  'nodeOptions',
  'nodeCliInspect',
  'asarIntegrity',
  'onlyLoadAppFromAsar',
  'browserV8Snapshot',
  'fileProtocolPrivileges',
] as const;

/** As much of an Electron distribution as the packager looks at. */
function writeStubElectron(folder: string): void {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  const fuses = Buffer.concat([Buffer.from(fuseSentinel), Buffer.from([1, fuseNames.length]), Buffer.from('10110011')]);
  writeFileSync(join(folder, 'electron'), Buffer.concat([Buffer.alloc(64), fuses, Buffer.alloc(64)]), { mode: 0o755 });
  writeFileSync(join(folder, 'version'), '45.4.1');
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox', 'icudtl.dat', 'resources.pak']) {
    writeFileSync(join(folder, name), '');
  }
}

interface ArchiveNode {
  readonly files?: Readonly<Record<string, ArchiveNode>>;
  readonly unpacked?: boolean;
}

/** Paths in an asar archive, the unpacked ones marked: a list of contents as JSON after four 32-bit numbers. */
function listArchive(path: string): string[] {
  const bytes = readFileSync(path);
  const length = bytes.readUInt32LE(12);
  const list = (node: ArchiveNode, at: string): string[] =>
    node.files === undefined
      ? [`${at}${node.unpacked === true ? ' (unpacked)' : ''}`]
      : Object.entries(node.files).flatMap(([name, child]) => list(child, at === '' ? name : `${at}/${name}`));
  return list(JSON.parse(bytes.toString('utf8', 16, 16 + length)) as ArchiveNode, '').toSorted();
}

// A stand-in for the distribution of another system would have to be a real program file.
describe.runIf(process.platform === 'linux')('the Linux package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'taillight-package-'));
  const packed = join(folder, 'out', process.arch === 'arm64' ? 'linux-arm64-unpacked' : 'linux-unpacked');

  beforeAll(async () => {
    ensureBuilt(['main', 'renderer']);
    writeStubElectron(join(folder, 'electron'));
    await promisify(execFile)(
      process.execPath,
      [
        join(repository, 'node_modules', 'electron-builder', 'cli.js'),
        ...['--linux', 'dir', '--publish', 'never', '--config', 'electron-builder.yml'],
        `-c.electronDist=${join(folder, 'electron')}`,
        `-c.directories.output=${join(folder, 'out')}`,
      ],
      { cwd: repository },
    );
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('holds what Electron needs of what was built, without maps, and keeps workers and kernels outside the archive', () => {
    const expected = ['main', 'renderer'].flatMap((part) =>
      readdirSync(join(repository, 'dist', part), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !/\.(?:map|code)$|^(?:cli|serve)\./.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name).slice(repository.length + 1))
        .map((path) => (/\/worker[-.][^/]*$|\.wasm$/.test(path) ? `${path} (unpacked)` : path)),
    );
    expect(listArchive(join(packed, 'resources', 'app.asar'))).toEqual([...expected, 'package.json'].toSorted());
    expect(readFileSync(join(packed, 'resources', 'app.asar.unpacked', 'dist', 'main', 'worker.cjs'))).toEqual(
      readFileSync(join(built, 'worker.cjs')),
    );
  });

  test('runs as nothing but this program', () => {
    const bytes = readFileSync(join(packed, 'taillight'));
    const at = bytes.indexOf(fuseSentinel) + fuseSentinel.length + 2;
    const states = bytes.toString('latin1', at, at + fuseNames.length);
    expect(Object.fromEntries(fuseNames.map((name, index) => [name, states[index] === '1']))).toEqual({
      runAsNode: false,
      cookieEncryption: true,
      nodeOptions: false,
      nodeCliInspect: false,
      asarIntegrity: true,
      onlyLoadAppFromAsar: true,
      browserV8Snapshot: false,
      fileProtocolPrivileges: false,
    });
  });
});
