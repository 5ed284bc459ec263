/**
 * Shows the served page: in a window without browser controls where a browser of Chromium's family is installed, else
 * in the default browser, else not at all, so that the caller prints the address. Each attempt gets a fresh one-time
 * address: the one before may have been used up by a browser that then failed.
 *
 * The address stands on the browser's command line, where other users of the machine may read it; it is of no use
 * to them once the window has loaded it, and a stolen one shows as a window that is not signed in.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../../places.ts';
import { findBrowsers, type Browser } from './browsers.ts';
import { takeProfile, type Profile } from './profile.ts';
import type { BrowserHost } from './serve-browser.ts';

export type OpenedWindow =
  | {
      readonly kind: 'app-window';
      readonly browser: Browser;
      /** Resolves when the user closed the window. */
      readonly ended: Promise<void>;
    }
  | { readonly kind: 'default-browser'; readonly why: string }
  | { readonly kind: 'none'; readonly why: string };

export interface WindowSystem {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly cacheFolder: string;
}

/** A cold start of Chromium takes 1.2 to 1.8 s on a machine of two cores; a busy one gets ten times that. */
const connectWaitMs = 20_000;
/** A reloading page is back well within this. */
const goneAfterMs = 5_000;
/** Commands that open the default browser have either failed by then or stay until it ends. */
const launchWaitMs = 5_000;

/** Once `signal` aborts, a window that was opened, or is being opened, is closed. */
export async function openWindow(host: BrowserHost, system: WindowSystem, signal: AbortSignal): Promise<OpenedWindow> {
  if (!hasDisplay(system)) return { kind: 'none', why: 'there is no display' };
  const failures: string[] = [];
  for (const browser of findBrowsers(system.env, system.platform)) {
    const opened = await openAppWindow(host, browser, system, signal);
    if (typeof opened !== 'string') return opened;
    if (signal.aborted) return { kind: 'none', why: 'the program is ending' };
    failures.push(`${browser.name} ${opened}`);
  }
  const why = failures.length === 0 ? 'no Chrome, Chromium or Edge was found' : failures.join('; ');
  const problem = await openDefaultBrowser(host, system);
  return problem === undefined ? { kind: 'default-browser', why } : { kind: 'none', why: `${why}; ${problem}` };
}

function hasDisplay({ env, platform }: WindowSystem): boolean {
  if (platform === 'darwin' || platform === 'win32') return true;
  return Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
}

/** The window, or why it did not open. */
async function openAppWindow(
  host: BrowserHost,
  browser: Browser,
  system: WindowSystem,
  signal: AbortSignal,
): Promise<OpenedWindow | string> {
  const profile = tryTakeProfile(browser.profileFolder ?? system.cacheFolder);
  if (profile === undefined) return 'has no folder for its profile';
  const child = spawn(browser.path, browserArguments(host.createAddress(), profile.folder, system), {
    stdio: 'ignore',
    env: system.env,
    signal,
  });
  const exited = whenExited(child);
  void exited.then(profile.release);
  const connected = whenClients(host, (count) => count > 0);
  const first = await Promise.race([connected, exited, delay(connectWaitMs, undefined, { ref: false })]);
  if (first !== undefined) return first;
  return {
    kind: 'app-window',
    browser,
    ended: whenEnded(host, exited, system.platform),
  };
}

/** Undefined where the cache folder cannot be written; the default browser needs none. */
function tryTakeProfile(parent: string): Profile | undefined {
  try {
    return takeProfile(parent);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/** A lean browser that keeps to itself: no first-run pages, no extensions, no traffic of its own. */
export function browserArguments(address: string, profileFolder: string, { platform }: WindowSystem): string[] {
  return [
    `--app=${address}`,
    `--user-data-dir=${profileFolder}`,
    '--window-size=1360,860',
    '--no-first-run',
    '--no-default-browser-check',
    '--no-pings',
    '--hide-crash-restore-bubble',
    '--disable-background-networking',
    '--disable-client-side-phishing-detection',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-domain-reliability',
    '--disable-extensions',
    '--disable-quic',
    '--disable-sync',
    '--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication',
    '--metrics-recording-only',
    // Nothing is stored that a keyring would have to protect; without these the system may ask for a password.
    '--password-store=basic',
    '--use-mock-keychain',
    // Chromium's sandbox refuses to run as root.
    ...(platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox', '--test-type'] : []),
  ];
}

/** How the process ended, for people. */
function whenExited(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`did not start (${error.message})`));
    child.once('exit', (code, signal) => resolve(`ended at once (${signal ?? `status ${code}`})`));
  });
}

/**
 * On macOS a browser outlives its last window, so the page's connection tells. Elsewhere the process does; a
 * launcher that ends while its page is connected is none.
 */
async function whenEnded(host: BrowserHost, exited: Promise<string>, platform: NodeJS.Platform): Promise<void> {
  if (platform !== 'darwin') await exited;
  do await whenClients(host, (count) => count === 0);
  while (await isBackWithin(host, platform === 'darwin' ? goneAfterMs : 0));
}

async function isBackWithin(host: BrowserHost, waitMs: number): Promise<boolean> {
  await delay(waitMs);
  return host.clients > 0;
}

function whenClients(host: BrowserHost, holds: (count: number) => boolean): Promise<undefined> {
  return new Promise((resolve) => {
    if (holds(host.clients)) {
      resolve(undefined);
      return;
    }
    const stop = host.onClients((count) => {
      if (!holds(count)) return;
      stop();
      resolve(undefined);
    });
  });
}

/** Undefined, or why it did not open. */
async function openDefaultBrowser(host: BrowserHost, { env, platform }: WindowSystem): Promise<string | undefined> {
  const [command, ...args] = openCommand(platform);
  const child = spawn(command, [...args, host.createAddress()], { stdio: 'ignore', env });
  // One that stays is the user's browser, which outlives this run.
  child.unref();
  const exited = new Promise<string | undefined>((resolve) => {
    child.once('error', () => resolve(`${command} is not installed`));
    child.once('exit', (code) => resolve(code === 0 ? undefined : `${command} found no browser`));
  });
  return Promise.race([exited, delay(launchWaitMs, undefined, { ref: false })]);
}

function openCommand(platform: NodeJS.Platform): readonly [string, ...string[]] {
  switch (platform) {
    case 'darwin':
      return ['open'];
    case 'win32':
      return ['rundll32', 'url.dll,FileProtocolHandler'];
    default:
      return ['xdg-open'];
  }
}
