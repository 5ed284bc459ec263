/**
 * What has to be there before anything runs: installed packages and an up-to-date build. Plain JavaScript
 * without dependencies, because it runs before there are any. Called by `npm start`, by the test runner and
 * by the global set-up of vitest; build.mjs does the building itself, in a process of its own.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export const repository = join(import.meta.dirname, '..');

/** What each part of dist is made from. @type {Readonly<Record<BuildPart, readonly string[]>>} */
const sourcesOf = {
  main: ['src-main', 'src-shared', 'package.json', 'package-lock.json', 'tsconfig.json'],
  renderer: ['src-renderer', 'src-shared', 'package.json', 'package-lock.json', 'tsconfig.json'],
};

/** @typedef {'main' | 'renderer'} BuildPart */

/** @type {readonly BuildPart[]} */
export const buildParts = ['main', 'renderer'];

/** Installs the packages of the lock file unless they are there. */
export function ensureInstalled() {
  const reason = whyInstall();
  if (reason === undefined) return;
  console.error(`taillight: installing packages (${reason}); this takes about a minute`);
  runOrExit('npm', ['ci', '--no-audit', '--no-fund']);
}

function whyInstall() {
  // npm writes this file last, so it tells what the last complete installation put there.
  const installedFile = join(repository, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'none are installed';
  const installed = packagesIn(installedFile);
  for (const [path, { version, optional }] of Object.entries(packagesIn(join(repository, 'package-lock.json')))) {
    if (path === '' || version === installed[path]?.version) continue;
    // Binaries of other platforms are in the lock file, and installed nowhere but there.
    if (optional === true && !(path in installed)) continue;
    return `${path} ${version} is missing`;
  }
  return undefined;
}

/**
 * The packages of a lock file by their folder.
 * @param {string} file @returns {Readonly<Record<string, { readonly version: string, readonly optional?: boolean }>>}
 */
function packagesIn(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/** Builds the parts whose sources changed since they were built. @param {readonly BuildPart[]} parts */
export function ensureBuilt(parts) {
  const stale = parts.filter((part) => !isBuilt(part));
  if (stale.length === 0) return;
  runOrExit(process.execPath, [join(repository, 'src-main', 'build.mjs'), '--if-stale', ...stale]);
}

/** @param {BuildPart} part */
export function isBuilt(part) {
  const stamp = stampFile(part);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourceDigest(part);
}

/** @param {BuildPart} part */
export function stampFile(part) {
  return join(repository, 'dist', `${part}.stamp`);
}

/**
 * Names, sizes and times of all sources of a part: cheaper than their content, and unlike "newer than" it
 * also notices a file that was removed or put back from an older commit. @param {BuildPart} part
 */
export function sourceDigest(part) {
  const digest = createHash('sha256').update(process.version);
  for (const path of sourcesOf[part]) addToDigest(digest, path);
  return digest.digest('hex');
}

/** @param {import('node:crypto').Hash} digest @param {string} path */
function addToDigest(digest, path) {
  const full = join(repository, path);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) {
    digest.update(`${path}\0${stat.size}\0${stat.mtimeMs}\n`);
    return;
  }
  for (const name of readdirSync(full).toSorted()) addToDigest(digest, `${path}/${name}`);
}

/** @param {string} command @param {readonly string[]} args */
function runOrExit(command, args) {
  // npm is a script on Windows and needs a shell there; the arguments are constants of this file.
  const shell = process.platform === 'win32' && command === 'npm';
  const result = spawnSync(command, args, { cwd: repository, stdio: ['ignore', 2, 2], shell });
  if (result.status === 0) return;
  console.error(`taillight: "${command} ${args.join(' ')}" failed`);
  process.exit(result.status ?? 1);
}
