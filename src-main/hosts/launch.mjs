#!/usr/bin/env node
/**
 * The `taillight` command. Commands without a window go to the command line host; files open a window, in
 * Electron where its binary is to be had and else in a browser. Needs a build; `npm start` makes one first.
 * Plain JavaScript, because it is run from the checkout as it is.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findElectron } from './find-electron.mjs';

const repository = join(import.meta.dirname, '..', '..');
const built = join(repository, 'dist', 'main');

const commands = new Set(['info', 'query', 'export', 'stats', 'follow', 'help', 'version']);
const flags = new Set(['--help', '-h', '--version', '-V']);

/** An Electron that ends with an error this soon never showed a window (missing library, refused sandbox). */
const failedStartMs = 5_000;

/** @type {readonly NodeJS.Signals[]} */
const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

const args = process.argv.slice(2);
const first = args[0];

if (first === 'serve') await serve(args.slice(1));
else if (first !== undefined && (commands.has(first) || flags.has(first))) await run('cli.js', args);
else await openWindow(args);

/** @param {readonly string[]} files */
async function openWindow(files) {
  const electron = await findElectron(repository, process.env);
  if (electron.path === undefined) {
    console.error(`taillight: using the local browser host, because ${electron.why}`);
    await serve(files);
    return;
  }
  console.error(`taillight: opening in Electron (${electron.why})`);
  const failure = await runElectron(electron.path, files);
  if (failure === undefined) return;
  console.error(`taillight: using the local browser host, because Electron ${failure}`);
  await serve(files);
}

/**
 * Runs Electron to its end. Answers why it did not start, or undefined when it did.
 * @param {string} path @param {readonly string[]} files @returns {Promise<string | undefined>}
 */
function runElectron(path, files) {
  const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env;
  // Chromium refuses to run as root with its sandbox.
  const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const startedMs = performance.now();
  const child = spawn(path, [...sandbox, repository, ...files], { stdio: 'inherit', env });
  // The terminal's Ctrl+C reaches both; a signal to this process alone is passed on.
  const passOn = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
  for (const signal of endSignals) process.on(signal, passOn);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`did not start (${error.message})`));
    child.once('exit', (code, signal) => {
      for (const name of endSignals) process.off(name, passOn);
      const isFailure = code !== 0 && !endSignals.some((name) => name === signal);
      if (isFailure && performance.now() - startedMs < failedStartMs) {
        resolve(`ended at once (${signal ?? `status ${code}`})`);
        return;
      }
      process.exitCode = code ?? 1;
      resolve(undefined);
    });
  });
}

/** The local browser host, which opens the window itself. @param {readonly string[]} files */
async function serve(files) {
  await run('serve.js', ['serve', ...files]);
}

/** Runs a built program in this process, with the arguments it expects. @param {string} name @param {readonly string[]} rest */
async function run(name, rest) {
  const path = join(built, name);
  if (!existsSync(path)) {
    console.error(`taillight: ${path} is missing; run "npm start" in ${repository}, which builds it`);
    process.exitCode = 1;
    return;
  }
  process.argv.splice(1, process.argv.length, path, ...rest);
  await import(pathToFileURL(path).href);
}
