/**
 * Builds dist: `node src-main/build.mjs [--if-stale] [main] [renderer]`; without a part, all of them.
 * Each bundle is written to a folder of its own and its files are then renamed into place, so that a program
 * or test that runs at the same time sees the old or the new file, never half of one. A lock keeps two
 * builds of one checkout apart.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { build } from 'vite';
import { compile } from './compiled.mjs';
import { buildParts, isBuilt, repository, sourceDigest, stampFile } from './setup.mjs';

/** @typedef {import('./setup.mjs').BuildPart} BuildPart */

const dist = join(repository, 'dist');
const lock = join(dist, '.lock');

/** Bundles of dist/main by mode of src-main/vite.config.ts: output name -> entry. */
const bundles = [
  {
    mode: 'hosts',
    entries: {
      cli: 'src-main/hosts/cli/start.ts',
      serve: 'src-main/hosts/browser/start.ts',
      main: 'src-main/hosts/electron/main.ts',
    },
  },
  { mode: 'program', entries: { cli: 'src-main/hosts/cli/main.ts' } },
  { mode: 'program', entries: { serve: 'src-main/hosts/browser/main.ts' } },
  { mode: 'worker', entries: { worker: 'src-main/workers/worker.ts' } },
  { mode: 'worker', entries: { 'worker-start': 'src-main/workers/start.ts' } },
  { mode: 'preload', entries: { preload: 'src-main/hosts/electron/preload.ts' } },
];

/** Bundles that src-main/compiled.mjs runs. */
const compiled = ['cli.cjs', 'serve.cjs', 'worker.cjs'];

/** AssemblyScript kernels: every `*.as.ts` becomes dist/main/<name>.wasm. */
const kernelFolder = join(repository, 'src-main', 'kernels');
const kernelFlags = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', '--importMemory'];
/** The kernels of indexing work in memory that all threads share: kernels/index-memory.ts. */
const sharedFlags = ['--enable', 'threads', '--sharedMemory', '--initialMemory', '2', '--maximumMemory', '65536'];
const sharedKernels = new Set(['indexing.as.ts']);

const args = process.argv.slice(2);
const onlyStale = args.includes('--if-stale');
const named = args.filter((arg) => !arg.startsWith('--'));
const unknown = named.filter((part) => !buildParts.some((known) => known === part));
if (unknown.length > 0) {
  console.error(`build: unknown part "${unknown.join('", "')}"; there are ${buildParts.join(' and ')}`);
  process.exit(2);
}
const wanted = named.length === 0 ? buildParts : buildParts.filter((part) => named.includes(part));

await takeLock();
try {
  removeLeftovers();
  for (const part of wanted) {
    if (onlyStale && isBuilt(part)) continue;
    const startedMs = performance.now();
    const digest = sourceDigest(part);
    await (part === 'main' ? buildMain() : buildRenderer());
    writeFileSync(stampFile(part), digest);
    console.error(`build: dist/${part} in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
  }
} catch (error) {
  // What the bundlers throw lists each problem with its place; their own stack says nothing more.
  console.error(`build: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
} finally {
  removeLeftovers();
  rmSync(lock, { force: true });
}

async function buildMain() {
  const fresh = freshFolder('main');
  for (const { mode, entries } of bundles) {
    const input = Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, join(repository, path)]));
    await build({
      configFile: join(repository, 'src-main', 'vite.config.ts'),
      mode,
      build: { outDir: fresh, rolldownOptions: { input } },
    });
  }
  for (const name of compiled) writeFileSync(join(fresh, `${name}.code`), compile(join(fresh, name)));
  await buildKernels(fresh);
  putInPlace(fresh, join(dist, 'main'));
}

async function buildRenderer() {
  const fresh = freshFolder('renderer');
  await build({ configFile: join(repository, 'src-renderer', 'vite.config.ts'), build: { outDir: fresh } });
  putInPlace(fresh, join(dist, 'renderer'));
}

/** @param {string} outFolder */
async function buildKernels(outFolder) {
  if (!existsSync(kernelFolder)) return;
  const kernels = readdirSync(kernelFolder).filter((name) => name.endsWith('.as.ts'));
  if (kernels.length === 0) return;
  const { main } = await import('assemblyscript/asc');
  for (const name of kernels) {
    const outFile = relative(repository, join(outFolder, `${basename(name, '.as.ts')}.wasm`));
    const source = relative(repository, join(kernelFolder, name));
    const flags = sharedKernels.has(name) ? [...kernelFlags, ...sharedFlags] : kernelFlags;
    const { error } = await main([source, '--baseDir', repository, '--outFile', outFile, ...flags], {
      stderr: process.stderr,
    });
    if (error) throw new Error(`build: kernel ${name} does not compile`, { cause: error });
  }
}

/** @param {BuildPart} part */
function freshFolder(part) {
  const folder = join(dist, `.${part}-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Folders of this build if it failed, and of builds that were killed. */
function removeLeftovers() {
  for (const name of readdirSync(dist)) {
    const owner = /^\.(?:main|renderer)-(\d+)$/.exec(name)?.[1];
    if (owner === undefined || (Number(owner) !== process.pid && isAlive(Number(owner)))) continue;
    rmSync(join(dist, name), { recursive: true, force: true });
  }
}

/** Renames the files of `fresh` over those of `target` and removes what is no longer built. @param {string} fresh @param {string} target */
function putInPlace(fresh, target) {
  mkdirSync(target, { recursive: true });
  const files = filesBelow(fresh);
  for (const file of files) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    renameSync(join(fresh, file), join(target, file));
  }
  for (const file of filesBelow(target)) if (!files.includes(file)) rmSync(join(target, file), { force: true });
  rmSync(fresh, { recursive: true, force: true });
}

/** @param {string} folder */
function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

async function takeLock() {
  mkdirSync(dist, { recursive: true });
  // A build takes seconds; a lock whose owner is gone is stale.
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    if (!isAlive(lockOwner())) rmSync(lock, { force: true });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function lockOwner() {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    // Released between the two calls.
    return 0;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
