/**
 * Measures following as people see it: the built program serves a window to a real Chromium, another process writes
 * and never waits. A part of bench.mjs. Linux only: memory and processor time come from /proc.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { chromium as playwright } from 'playwright-core';
import { repository } from '../../src-main/setup.mjs';
import { findChromium } from '../chromium.mjs';

/** Of /proc/PID/stat; the same on all Linux systems people have. */
const ticksPerSecond = 100;
const filter = 'status >= 500';

/** @param {readonly number[]} values @param {number} part */
function quantile(values, part) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** Processor seconds of all threads since its start. @param {number} pid */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Resident bytes. @param {number} pid */
const residentBytes = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {string} folder @param {readonly string[]} paths */
async function startProgram(folder, paths) {
  const env = {
    ...process.env,
    TAILLIGHT_CONFIG: join(folder, 'config'),
    TAILLIGHT_CACHE: join(folder, 'cache'),
    TZ: 'UTC',
  };
  mkdirSync(env.TAILLIGHT_CONFIG, { recursive: true });
  const serve = join(repository, 'dist', 'main', 'serve.js');
  const child = spawn(process.execPath, [serve, 'serve', '--no-open', '--follow', ...paths], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [address] = await once(createInterface({ input: child.stdout }), 'line');
  return {
    address: String(address),
    pid: Number(child.pid),
    async end() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

/** Runs in the page: notes each frame, and each change of the number of rows. */
function watchFrames() {
  /** @type {number[]} */
  const frames = [];
  /** @type {[number, number][]} */
  const counts = [];
  let last = performance.now();
  let rows = -1;
  const look = (/** @type {number} */ now) => {
    frames.push(now - last);
    last = now;
    const count = Number(document.querySelector('[data-testid="row-count"]')?.getAttribute('data-rows'));
    if (count !== rows) counts.push([Date.now(), count]);
    rows = count;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  Reflect.set(globalThis, 'watched', { frames, counts });
}

/** @param {import('playwright-core').Page} page @param {string} id @param {string} attribute @param {number} value @param {number} timeout */
const untilShown = (page, id, attribute, value, timeout) =>
  page.waitForFunction(
    ([selector, name, wanted]) => document.querySelector(selector)?.getAttribute(name) === wanted,
    /** @type {const} */ ([`[data-testid="${id}"]`, attribute, String(value)]),
    { timeout },
  );

/** @param {import('playwright-core').Browser} browser @param {string} folder @param {readonly string[]} paths */
async function openWindow(browser, folder, paths) {
  const program = await startProgram(folder, paths);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, timezoneId: 'UTC' });
  const page = await context.newPage();
  await page.goto(program.address);
  await page.getByTestId('grid').waitFor();
  return { program, context, page };
}

/**
 * A steady stream into files that are followed as one, with a filter, the histogram and the grid open, and then nothing
 * for a while.
 * @param {import('playwright-core').Browser} browser @param {string} folder
 * @param {{ readonly rate: number, readonly seconds: number, readonly files: number }} load `rate` is that of all files
 */
async function stream(browser, folder, { rate, seconds, files }) {
  const paths = Array.from({ length: files }, (_, at) => join(folder, `stream-${files}-${at}.log`));
  for (const each of paths) writeFileSync(each, '');
  const path = paths.join(',');
  const { program, context, page } = await openWindow(browser, folder, paths);
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'follow-writer.mjs'), path, String(rate), '0.02']);
  await once(writer, 'exit');
  await untilShown(page, 'row-count', 'data-rows', rate * 0.02, 60_000);
  // The first lines told the format; from now on the file is filtered.
  await page.keyboard.press('Control+F');
  await page.keyboard.type(filter);
  await page.keyboard.press('Enter');
  const first = Math.ceil((rate * 0.02) / 20);
  await untilShown(page, 'row-count', 'data-rows', first, 60_000);
  await sleep(2000);

  const before = { cpu: cpuSeconds(program.pid), resident: residentBytes(program.pid) };
  await page.evaluate(watchFrames);
  const started = performance.now();
  const steady = spawn(process.execPath, [
    join(import.meta.dirname, 'follow-writer.mjs'),
    path,
    String(rate),
    String(seconds),
  ]);
  let output = '';
  steady.stdout.setEncoding('utf8').on('data', (/** @type {string} */ part) => (output += part));
  let highest = 0;
  const looking = setInterval(() => (highest = Math.max(highest, residentBytes(program.pid))), 500);
  await once(steady, 'close');
  clearInterval(looking);
  /** @type {[number, number, number][]} */
  const writes = JSON.parse(output);
  const rows = first + Math.ceil((rate * seconds) / 20);
  await untilShown(page, 'row-count', 'data-rows', rows, 120_000);
  const tookSeconds = (performance.now() - started) / 1000;
  const cpu = cpuSeconds(program.pid) - before.cpu;
  await untilShown(page, 'histogram', 'data-records', rows, 60_000);
  /** @type {{ frames: number[], counts: [number, number][] }} */
  const watched = await page.evaluate(() => Reflect.get(globalThis, 'watched'));
  // When the count on screen first held all that a write had brought.
  let at = 0;
  const latencies = writes.map(([writtenAt, lines]) => {
    const wanted = first + Math.ceil(lines / 20);
    while (at < watched.counts.length && watched.counts[at][1] < wanted) at++;
    return (watched.counts[at]?.[0] ?? Number.NaN) - writtenAt;
  });
  const text = await page.getByTestId('status-rows').innerText();

  // Nothing is written any more.
  await sleep(5000);
  const idle = { cpu: cpuSeconds(program.pid), resident: residentBytes(program.pid), at: performance.now() };
  await sleep(20_000);
  const idleSeconds = (performance.now() - idle.at) / 1000;
  const idleShare = (cpuSeconds(program.pid) - idle.cpu) / idleSeconds;
  const idleGrowth = residentBytes(program.pid) - idle.resident;
  await context.close();
  await program.end();
  return {
    rate,
    seconds,
    files,
    lines: rate * seconds,
    bytes: writes.at(-1)?.[2] ?? 0,
    writeSeconds: ((writes.at(-1)?.[0] ?? 0) - writes[0][0]) / 1000,
    tookSeconds,
    statusText: text,
    rows,
    frameP50: quantile(watched.frames, 0.5),
    frameP95: quantile(watched.frames, 0.95),
    frameMax: Math.max(...watched.frames),
    latencyP50: quantile(latencies, 0.5),
    latencyP95: quantile(latencies, 0.95),
    latencyMax: Math.max(...latencies),
    programCpuShare: cpu / tookSeconds,
    residentBefore: before.resident,
    residentHighest: highest,
    residentAfter: idle.resident,
    idleShare,
    idleGrowth,
  };
}

/**
 * A whole log appended at once to a followed file.
 * @param {import('playwright-core').Browser} browser @param {string} folder @param {string} log @param {number} records
 */
async function burst(browser, folder, log, records) {
  const path = join(folder, 'burst.log');
  writeFileSync(path, '');
  const { program, context, page } = await openWindow(browser, folder, [path]);
  await sleep(1000);
  const cpu = cpuSeconds(program.pid);
  const started = performance.now();
  await pipeline(createReadStream(log, { highWaterMark: 4 << 20 }), createWriteStream(path, { flags: 'a' }));
  const writeSeconds = (performance.now() - started) / 1000;
  await untilShown(page, 'row-count', 'data-rows', records, 600_000);
  const tookSeconds = (performance.now() - started) / 1000;
  const found = {
    bytes: statSync(log).size,
    records,
    writeSeconds,
    tookSeconds,
    cpuSeconds: cpuSeconds(program.pid) - cpu,
    resident: residentBytes(program.pid),
  };
  await context.close();
  await program.end();
  return found;
}

/**
 * @param {string} folder @param {string} log what a burst appends, and the number of its records
 * @param {number} records @param {{ readonly rate: number, readonly seconds: number }} load
 */
export async function measureFollowing(folder, log, records, { rate, seconds }) {
  const { executablePath, args } = await findChromium();
  const browser = await playwright.launch({ executablePath, args: [...args], timeout: 60_000 });
  try {
    const steady = await stream(browser, folder, { rate, seconds, files: 1 });
    const merged = await stream(browser, folder, { rate, seconds: seconds / 3, files: 3 });
    return { steady, merged, burst: await burst(browser, folder, log, records) };
  } finally {
    await browser.close();
  }
}
