/**
 * Decides whether a window opens in Electron, for launch.mjs in a checkout: where its binary is, whether it can
 * be had quickly, and if not, why. The package comes without the binary, which its own install.js downloads.
 * A download gets a few seconds; one that takes longer goes on by itself for the next start, and one that failed
 * is not tried again for a day. Plain JavaScript, so that it runs without a build.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, posix, win32 } from 'node:path';

/** Long enough to learn that there is no way out, short enough to wait for. */
const downloadWaitMs = 5_000;
const retryAfterMs = 24 * 60 * 60 * 1000;

/**
 * @typedef {{ readonly path: string, readonly why: string }} ElectronFound
 * @typedef {{ readonly path: undefined, readonly why: string }} ElectronMissing
 * @typedef {{ readonly version: string, readonly pid: number, readonly triedAtMs: number, readonly reason?: string }} Attempt
 */

/**
 * @param {string} repository the checkout, whose node_modules may hold the electron package
 * @param {NodeJS.ProcessEnv} env
 * @param {number} waitMs
 * @returns {Promise<ElectronFound | ElectronMissing>}
 */
export async function findElectron(repository, env, waitMs = downloadWaitMs) {
  if (process.platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) {
    return missing('there is no display for Electron');
  }
  const override = env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (override !== undefined && override !== '') {
    const path = join(override, executable());
    return existsSync(path)
      ? { path, why: 'from ELECTRON_OVERRIDE_DIST_PATH' }
      : missing(`ELECTRON_OVERRIDE_DIST_PATH has no ${executable()}`);
  }
  const folder = join(repository, 'node_modules', 'electron');
  const version = versionOf(folder);
  if (version === undefined) return missing('the electron package is not installed');
  if (isComplete(folder)) return { path: binaryIn(folder), why: `version ${version}` };
  return download(folder, version, join(cacheFolder(env), 'electron-download.json'), waitMs);
}

/**
 * The folder for caches of this program: as in src-main/places.ts, which cannot be used before there is a build.
 * @param {NodeJS.ProcessEnv} env @param {NodeJS.Platform} platform @param {string} home
 */
export function cacheFolder(env, platform = process.platform, home = homedir()) {
  if (env['TAILLIGHT_CACHE']) return env['TAILLIGHT_CACHE'];
  switch (platform) {
    case 'darwin':
      return posix.join(home, 'Library', 'Caches', 'taillight');
    case 'win32':
      return win32.join(env['LOCALAPPDATA'] || win32.join(home, 'AppData', 'Local'), 'taillight', 'cache');
    default: {
      const xdg = env['XDG_CACHE_HOME'];
      return posix.join(xdg !== undefined && posix.isAbsolute(xdg) ? xdg : posix.join(home, '.cache'), 'taillight');
    }
  }
}

/** @param {string} why @returns {ElectronMissing} */
function missing(why) {
  return { path: undefined, why };
}

function executable() {
  switch (process.platform) {
    case 'darwin':
      return join('Electron.app', 'Contents', 'MacOS', 'Electron');
    case 'win32':
      return 'electron.exe';
    default:
      return 'electron';
  }
}

/** @param {string} folder */
function binaryIn(folder) {
  return join(folder, 'dist', executable());
}

/** install.js writes path.txt last, so a half unpacked archive does not count. @param {string} folder */
function isComplete(folder) {
  return existsSync(join(folder, 'path.txt')) && existsSync(binaryIn(folder));
}

/** @param {string} folder @returns {string | undefined} */
function versionOf(folder) {
  const file = join(folder, 'package.json');
  return existsSync(file) ? String(JSON.parse(readFileSync(file, 'utf8')).version) : undefined;
}

/**
 * @param {string} folder @param {string} version @param {string} record @param {number} waitMs
 * @returns {Promise<ElectronFound | ElectronMissing>}
 */
async function download(folder, version, record, waitMs) {
  const last = readAttempt(record);
  if (last !== undefined && last.version === version && Date.now() - last.triedAtMs < retryAfterMs) {
    if (last.reason === undefined && isRunning(last.pid)) return missing('Electron is still being downloaded');
    return missing(`Electron could not be downloaded (${last.reason ?? 'interrupted'}; tried again after a day)`);
  }
  console.error(`taillight: looking for Electron ${version}`);
  // Detached: a download that is under way outlives this start and serves the next one.
  const child = spawn(process.execPath, [join(folder, 'install.js')], {
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const attempt = { version, pid: child.pid ?? 0, triedAtMs: Date.now() };
  writeAttempt(record, attempt);
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => (errors += text));
  const code = await exitCodeWithin(child, waitMs);
  child.stderr.destroy();
  if (code === undefined) {
    child.unref();
    return missing('Electron is still being downloaded, for a later start');
  }
  if (code === 0 && isComplete(folder)) {
    rmSync(record, { force: true });
    return { path: binaryIn(folder), why: `version ${version}, just downloaded` };
  }
  const reason = /^\s*(?:\w*Error: )?(\S.*)$/m.exec(errors)?.[1] ?? `exit status ${code}`;
  writeAttempt(record, { ...attempt, reason });
  return missing(`Electron could not be downloaded (${reason})`);
}

/**
 * @param {import('node:child_process').ChildProcess} child @param {number} waitMs
 * @returns {Promise<number | undefined>} undefined: still running
 */
function exitCodeWithin(child, waitMs) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), waitMs);
    const finish = (/** @type {number} */ code) => {
      clearTimeout(timer);
      resolve(code);
    };
    // `close`, not `exit`: standard error has been read by then.
    child.once('close', (code) => finish(code ?? 1));
    child.once('error', () => finish(1));
  });
}

/** @param {string} record @returns {Attempt | undefined} */
function readAttempt(record) {
  if (!existsSync(record)) return undefined;
  try {
    return JSON.parse(readFileSync(record, 'utf8'));
  } catch {
    // Cut short by a crash: as if there were none.
    return undefined;
  }
}

/** @param {string} record @param {Attempt} attempt */
function writeAttempt(record, attempt) {
  try {
    mkdirSync(join(record, '..'), { recursive: true, mode: 0o700 });
    writeFileSync(record, `${JSON.stringify(attempt)}\n`, { mode: 0o600 });
  } catch (error) {
    // Without the record the next start tries again, a few seconds slower.
    console.error(`taillight: cannot write ${record}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @param {number} pid */
function isRunning(pid) {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // No such process, or its number now belongs to someone else.
    return false;
  }
}
