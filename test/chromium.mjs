/**
 * Finds the Chromium that end-to-end tests drive: the one named by CHROMIUM_PATH, else one on this machine, else
 * one from the packages, else Debian's where apt works as root, else playwright's own download. Each is taken
 * only when it renders a page here. None at all is an error that says what to do, never a skipped test.
 * `node test/chromium.mjs` prints the one found; with `--try-all` it tries every route and says how each went.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium as playwright } from 'playwright-core';

const repository = join(import.meta.dirname, '..');

/** A headless start takes 1 to 4 s; a busy machine gets much more. */
const probeLimitMs = 60_000;
/** Downloads of about 100 MB. */
const installLimitMs = 10 * 60_000;

/**
 * Arguments for every start. No sandbox: it is refused to root and in most containers, and tests only show
 * pages of their own. The others keep Chromium from talking to anyone but the test.
 */
const commonArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * @typedef {{ readonly executablePath: string, readonly args: readonly string[], readonly origin: string }} Chromium
 * @typedef {{ readonly executablePath: string, readonly args?: readonly string[] }} Candidate
 * @typedef {{ readonly origin: string, readonly find: () => Promise<Candidate | string> }} Route a string says why not
 */

/** @type {readonly Route[]} */
const routes = [
  { origin: 'CHROMIUM_PATH', find: async () => fromEnvironment() },
  { origin: 'installed', find: async () => installed() },
  { origin: '@sparticuz/chromium', find: fromPackages },
  { origin: 'apt-get install chromium', find: fromDebian },
  { origin: 'playwright install', find: fromPlaywright },
];

/** @returns {Promise<Chromium>} */
export async function findChromium() {
  /** @type {string[]} */
  const reasons = [];
  for (const route of routes) {
    // In order of preference: later routes install things.
    // oxlint-disable-next-line no-await-in-loop
    const found = await attempt(route);
    if (typeof found !== 'string') {
      // Not the one that was asked for, or an effort that took time: say so.
      if (reasons.some((reason) => !reason.endsWith(': not set'))) {
        console.error(`test: using Chromium from "${found.origin}", because\n${reasons.join('\n')}`);
      }
      return found;
    }
    reasons.push(`  ${route.origin}: ${found}`);
  }
  throw new Error(
    `No Chromium for the end-to-end tests:\n${reasons.join('\n')}\n` +
      'Install Chromium, Chrome or Edge, or set CHROMIUM_PATH to the program file of one.',
  );
}

/** @param {Route} route @returns {Promise<Chromium | string>} */
async function attempt({ origin, find }) {
  const found = await find();
  if (typeof found === 'string') return found;
  const args = [...new Set([...(found.args ?? []), ...commonArgs])];
  const failure = await probe(found.executablePath, args);
  if (failure !== undefined) return `${found.executablePath} does not work: ${failure}`;
  return { executablePath: found.executablePath, args, origin };
}

/** Renders a page as tests do. @param {string} executablePath @param {readonly string[]} args @returns {Promise<string | undefined>} */
async function probe(executablePath, args) {
  try {
    const browser = await playwright.launch({ executablePath, args: [...args], timeout: probeLimitMs });
    const page = await browser.newPage();
    const answer = await page.evaluate(() => document.createElement('p').tagName);
    await browser.close();
    return answer === 'P' ? undefined : 'it rendered nothing';
  } catch (error) {
    return firstLine(error instanceof Error ? error.message : String(error));
  }
}

/** @returns {Candidate | string} */
function fromEnvironment() {
  const path = process.env['CHROMIUM_PATH'];
  if (path === undefined || path === '') return 'not set';
  return existsSync(path) ? { executablePath: path } : `${path} does not exist`;
}

/** @returns {Candidate | string} */
function installed() {
  const path = installedPaths().find((candidate) => existsSync(candidate));
  return path === undefined ? 'none found' : { executablePath: path };
}

/** @returns {readonly string[]} */
function installedPaths() {
  switch (process.platform) {
    case 'darwin':
      return [
        'Google Chrome.app/Contents/MacOS/Google Chrome',
        'Chromium.app/Contents/MacOS/Chromium',
        'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
      ].flatMap((app) => [join('/Applications', app), join(homedir(), 'Applications', app)]);
    case 'win32':
      return ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA']
        .map((name) => process.env[name])
        .filter((folder) => folder !== undefined)
        .flatMap((folder) => [
          join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
          join(folder, 'Chromium', 'Application', 'chrome.exe'),
          join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
        ]);
    default: {
      const names = [
        'chromium',
        'chromium-browser',
        'google-chrome',
        'google-chrome-stable',
        'chrome',
        'microsoft-edge',
        'microsoft-edge-stable',
        'msedge',
      ];
      const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
      return names.flatMap((name) => folders.map((folder) => join(folder, name)));
    }
  }
}

/** @returns {Promise<Candidate | string>} */
async function fromPackages() {
  if (process.platform !== 'linux') return 'is for Linux only';
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    // `--headless=...` is set by whoever starts it.
    const args = chromium.args.filter((arg) => !arg.startsWith('--headless'));
    return { executablePath: await chromium.executablePath(), args };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** @returns {Promise<Candidate | string>} */
async function fromDebian() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs Linux and root';
  if (!existsSync('/usr/bin/apt-get')) return 'there is no apt-get';
  console.error('test: installing Chromium with apt-get');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const update = await execute('apt-get', ['update', '-qq'], installLimitMs, env);
  const install = await execute('apt-get', ['install', '-y', '-qq', 'chromium'], installLimitMs, env);
  if (install.failure !== undefined) return update.failure ?? install.failure;
  return installed();
}

/** @returns {Promise<Candidate | string>} */
async function fromPlaywright() {
  console.error('test: downloading Chromium with playwright');
  const cli = join(repository, 'node_modules', 'playwright-core', 'cli.js');
  const { failure } = await execute(process.execPath, [cli, 'install', 'chromium'], installLimitMs);
  if (failure !== undefined) return failure;
  const executablePath = playwright.executablePath();
  return existsSync(executablePath) ? { executablePath } : `${executablePath} does not exist`;
}

/**
 * @param {string} file @param {readonly string[]} args @param {number} limitMs @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ readonly failure: string | undefined, readonly stdout: string }>} failure: one line
 */
function execute(file, args, limitMs, env = process.env) {
  return new Promise((resolve) => {
    execFile(file, args, { timeout: limitMs, env, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      if (error === null) resolve({ failure: undefined, stdout });
      else if (error.killed) resolve({ failure: `no answer in ${limitMs / 1000} s`, stdout });
      else resolve({ failure: firstLine(stderr || error.message), stdout });
    });
  });
}

/** What went wrong, of a longer report. @param {string} report */
function firstLine(report) {
  const lines = report.split('\n').map((line) => line.trim());
  return lines.find((line) => /^(?:\w*Error|E|Failed|FATAL)\b/.test(line)) ?? lines.find((line) => line !== '') ?? '?';
}

async function tryAll() {
  for (const route of routes) {
    // One after the other, to see each alone.
    // oxlint-disable-next-line no-await-in-loop
    const found = await attempt(route);
    console.log(`${route.origin}: ${typeof found === 'string' ? `no (${found})` : `yes, ${found.executablePath}`}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--try-all')) await tryAll();
  else console.log(JSON.stringify(await findChromium()));
}
