/**
 * Draws the pictures of the README, docs/screenshot-light.png and -dark.png, from test/fixtures/access.log:
 *
 *   npm run build && node test/e2e/screenshots.mjs
 *
 * With `--all FOLDER` it draws every surface of the window instead, at two sizes in both colours, for people to look
 * through after a change of the look.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { repository } from '../../src-main/setup.mjs';
import { findChromium } from '../chromium.mjs';

const accessLog = join(repository, 'test', 'fixtures', 'access.log');
const { values: options } = parseArgs({ options: { all: { type: 'string' } } });

const folder = mkdtempSync(join(tmpdir(), 'taillight-pictures-'));
const { executablePath, args } = await findChromium();
const browser = await chromium.launch({ executablePath, args: [...args] });
try {
  if (options.all === undefined) await drawReadme();
  else await drawAll(options.all);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}

/** The outage, filtered and with one of its records in the details. */
async function drawReadme() {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await withWindow([accessLog], { width: 1440, height: 860, colorScheme }, async (page) => {
      await filter(page, 'not path : "/static/*" and not user_agent : "*bot*"');
      await press(page, 'Control+ArrowDown', 'e');
      await goTo(page, '14:24:30');
      await press(page, 'e');
      await showDetails(page);
      await page.mouse.move(700, 4);
      await shoot(page, join(repository, 'docs', `screenshot-${colorScheme}.png`));
    });
  }
}

/** @param {string} target */
async function drawAll(target) {
  mkdirSync(target, { recursive: true });
  const empty = write('empty.log', '');
  const json = write(
    'app.jsonl',
    Array.from({ length: 500 }, (_, at) =>
      JSON.stringify({
        time: new Date(Date.UTC(2026, 2, 3, 10) + at * 1_500).toISOString(),
        level: at % 17 === 0 ? 'error' : at % 5 === 0 ? 'warn' : 'info',
        msg: at % 17 === 0 ? 'payment failed' : `order ${at} packed`,
        logger: 'shop.orders',
        order: { id: at, items: [1, 2, 3], note: 'left at the door' },
        ...(at % 17 === 0 ? { err: { type: 'TypeError', stack: 'TypeError: x\n    at pay (pay.js:1:2)' } } : {}),
      }),
    ).join('\n'),
  );
  const sizes = [
    { width: 1280, height: 800 },
    { width: 1920, height: 1080 },
  ];
  for (const size of sizes) {
    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      const mark = `${size.width}-${colorScheme}`;
      const look = { ...size, colorScheme };
      /** @param {import('playwright-core').Page} page @param {string} name */
      const take = (page, name) => shoot(page, join(target, `${name}-${mark}.png`));
      await withWindow([], look, async (page) => {
        await take(page, 'welcome');
        await press(page, 'Control+O');
        await take(page, 'chooser');
      });
      await withWindow([join(folder, 'missing.log')], look, (page) => take(page, 'missing'));
      await withWindow([empty], look, (page) => take(page, 'empty'));
      await withWindow([json], look, async (page) => {
        await take(page, 'json');
        await press(page, 'e');
        await showDetails(page);
        await take(page, 'json-details');
      });
      await withWindow([accessLog], look, async (page) => {
        await take(page, 'access');
        await press(page, 'c');
        await take(page, 'charts');
        await press(page, 'e');
        await showDetails(page);
        await take(page, 'charts-details');
        await press(page, 'c', 'F1');
        await take(page, 'keys');
        await press(page, 'Escape', 'Control+G');
        await take(page, 'goto');
        await press(page, 'Escape', 'Control+E');
        await take(page, 'export');
        await page.getByTestId('export-start').click();
        await idle(page);
        await take(page, 'export-done');
        await press(page, 'Escape');
        await page.getByTestId('columns').click();
        await take(page, 'columns');
        await press(page, 'Escape', 'g');
        await page.locator('.ag-row[data-row="3"] .ag-cell[col-id="path"]').click({ button: 'right' });
        await take(page, 'context-menu');
        await press(page, 'Escape');
        await page.getByTestId('status-format').click();
        await take(page, 'formats');
        await press(page, 'Escape');
        await page.keyboard.press('Control+F');
        await page.keyboard.type('sta');
        await page.locator('.cm-tooltip-autocomplete').waitFor();
        await take(page, 'completion');
        await press(page, 'Escape', 'Escape');
        await filter(page, 'statsu >= 500');
        await take(page, 'filter-error');
        await filter(page, 'status = 599');
        await take(page, 'no-match');
      });
    }
  }
}

/** @param {string} name @param {string} text */
function write(name, text) {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/**
 * A window of a program of its own.
 * @param {readonly string[]} files
 * @param {{ width: number, height: number, colorScheme: 'light' | 'dark' }} look
 * @param {(page: import('playwright-core').Page) => Promise<unknown>} use
 */
async function withWindow(files, { width, height, colorScheme }, use) {
  const child = spawn(
    process.execPath,
    [join(repository, 'dist', 'main', 'serve.js'), 'serve', '--no-open', '--display-timezone', 'UTC', ...files],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        TAILLIGHT_CONFIG: join(folder, 'config'),
        TAILLIGHT_CACHE: join(folder, 'cache'),
        TZ: 'UTC',
      },
    },
  );
  try {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, timezoneId: 'UTC' });
    const page = await context.newPage();
    for await (const address of createInterface({ input: child.stdout })) {
      await page.goto(address);
      break;
    }
    await idle(page);
    await use(page);
    await context.close();
  } finally {
    child.kill('SIGTERM');
  }
}

/** @param {import('playwright-core').Page} page */
async function idle(page) {
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await page.waitForFunction(() => document.documentElement.dataset['idle'] === 'true');
}

/** @param {import('playwright-core').Page} page @param {readonly string[]} keys */
async function press(page, ...keys) {
  for (const key of keys) {
    await page.keyboard.press(key);
    await idle(page);
  }
}

/** @param {import('playwright-core').Page} page @param {string} text */
async function filter(page, text) {
  await press(page, 'Control+F', 'Control+A');
  await page.keyboard.type(text);
  await press(page, 'Enter');
}

/** @param {import('playwright-core').Page} page @param {string} text */
async function goTo(page, text) {
  await press(page, 'Control+G');
  await page.getByTestId('go-to-input').fill(text);
  await press(page, 'Enter');
}

/** @param {import('playwright-core').Page} page */
async function showDetails(page) {
  if ((await page.getByTestId('details').count()) === 0) await press(page, 'Enter');
}

/** @param {import('playwright-core').Page} page @param {string} path */
async function shoot(page, path) {
  await page.screenshot({ path, animations: 'disabled' });
  console.log(path);
}
