/**
 * The window as a person meets it: keys, wheel and mouse go in, rows and texts come out. Waits for the window's own
 * sign of rest (`data-idle` of the document), never for time. Collects whatever must never happen: errors on the
 * console, violations of the page's policy, dialogs of scripts.
 */
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import type { Program } from './program.ts';

export interface ShownRow {
  /** Place in the view, from 0. */
  readonly row: number;
  /** The gutter: line of the file, from 1. */
  readonly line: number;
  /** Text on screen, by field. */
  readonly cells: Readonly<Record<string, string>>;
}

export interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** False: answers while files are still being read. */
  readonly waitForIdle?: boolean;
}

export const rowPx = 22;

export class LogWindow {
  readonly page: Page;
  /** What must never happen; tests end by finding it empty. */
  readonly problems: readonly string[];

  private constructor(page: Page, problems: readonly string[]) {
    this.page = page;
    this.problems = problems;
  }

  static async open(browser: Browser, program: Program, options: WindowOptions = {}): Promise<LogWindow> {
    const { width = 1280, height = 800, colorScheme = 'light', waitForIdle = true } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme,
      timezoneId: 'UTC',
      acceptDownloads: true,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const opened = new LogWindow(page, collectProblems(page));
    await page.addInitScript(reportEvents);
    await page.goto(program.address);
    if (waitForIdle) await opened.idle();
    return opened;
  }

  get context(): BrowserContext {
    return this.page.context();
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  /** Nothing is under way, and what came last is painted. */
  async idle(timeoutMs = 30_000): Promise<void> {
    // What an event has begun is reported before its handler ends; two frames are for effects that begin after it.
    await this.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    await this.page.waitForFunction(() => document.documentElement.dataset['idle'] === 'true', undefined, {
      timeout: timeoutMs,
    });
  }

  byTestId(id: string): Locator {
    return this.page.getByTestId(id);
  }

  /** Keys one after the other, as in `Control+G` or `j`. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
    await this.idle();
  }

  /** Notches of the wheel over the rows; Chromium's notch is 100 px on Linux, 120 on Windows. */
  async wheel(byPx: number, times = 1): Promise<void> {
    const box = await this.gridBox();
    await this.page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    for (let at = 0; at < times; at += 1) {
      const before = await this.wheelCount();
      await this.page.mouse.wheel(0, byPx);
      await this.page.waitForFunction(
        (count) => Number(document.documentElement.dataset['testWheels'] ?? 0) > count,
        before,
      );
    }
    await this.idle();
  }

  private wheelCount(): Promise<number> {
    return this.page.evaluate(() => Number(document.documentElement.dataset['testWheels'] ?? 0));
  }

  /** Place of the first row that is at least partly on screen. */
  async firstRow(): Promise<number> {
    return Number(await this.byTestId('grid').getAttribute('data-first-row'));
  }

  async focusedRow(): Promise<number | undefined> {
    const text = await this.byTestId('grid').getAttribute('data-focus');
    return text === null ? undefined : Number(text);
  }

  async total(): Promise<number> {
    return Number(await this.byTestId('grid').getAttribute('data-total'));
  }

  /** The rows on screen, from top to bottom. */
  rows(): Promise<readonly ShownRow[]> {
    return this.byTestId('grid').evaluate((grid) =>
      [...grid.querySelectorAll<HTMLElement>('.ag-row[data-row]')]
        .filter((row) => row.style.visibility !== 'hidden')
        .map((row) => ({
          row: Number(row.dataset['row']),
          line: Number(row.querySelector('[col-id="_line"] .cell')?.textContent?.replaceAll(',', '')),
          cells: Object.fromEntries(
            [...row.querySelectorAll<HTMLElement>('.ag-cell')].map((cell) => [
              cell.getAttribute('col-id') ?? '',
              cell.querySelector('.cell')?.textContent ?? '',
            ]),
          ),
        }))
        .toSorted((left, right) => left.row - right.row),
    );
  }

  async row(row: number): Promise<ShownRow> {
    const rows = await this.rows();
    const found = rows.find((each) => each.row === row);
    if (found === undefined) {
      throw new Error(`Row ${row} is not on screen; ${rows[0]?.row} to ${rows.at(-1)?.row} are.`);
    }
    return found;
  }

  rowElement(row: number): Locator {
    return this.page.locator(`.ag-row[data-row="${row}"]`);
  }

  /** Fields of the columns on screen, from left to right, without the gutter. */
  columns(): Promise<readonly string[]> {
    return this.byTestId('grid').evaluate((grid) =>
      [...grid.querySelectorAll<HTMLElement>('.ag-header-cell')]
        .map((head) => ({ field: head.getAttribute('col-id') ?? '', left: head.getBoundingClientRect().left }))
        .filter(({ field }) => field !== '_line')
        .toSorted((left, right) => left.left - right.left)
        .map(({ field }) => field),
    );
  }

  head(field: string): Locator {
    return this.page.locator(`.ag-header-cell[col-id="${field}"]`);
  }

  /** Types a filter from wherever the keyboard is, and applies it. */
  async filter(text: string): Promise<void> {
    await this.page.keyboard.press('Control+F');
    await this.page.keyboard.press('Control+A');
    if (text === '') await this.page.keyboard.press('Delete');
    else await this.page.keyboard.type(text);
    // Letters open the completion, which Enter would take only when chosen with the arrows.
    await this.press('Enter');
  }

  async filterText(): Promise<string> {
    return (await this.byTestId('filter-input').innerText()).trim();
  }

  /** Rows the window says the filter keeps. */
  async rowCount(): Promise<number> {
    return Number(await this.byTestId('row-count').getAttribute('data-rows'));
  }

  /** Shows the details of the focused row, if they are not there already. */
  async showDetails(): Promise<void> {
    if ((await this.byTestId('details').count()) === 0) await this.press('Enter');
    await this.byTestId('details-title').waitFor();
    await this.idle();
  }

  async goTo(text: string): Promise<void> {
    await this.page.keyboard.press('Control+G');
    await this.byTestId('go-to-input').fill(text);
    await this.page.keyboard.press('Enter');
    await this.byTestId('go-to-dialog').waitFor({ state: 'detached' });
    await this.idle();
  }

  /** Drags from one point to another, in steps as a hand does. */
  async drag(from: Point, to: Point): Promise<void> {
    const { mouse } = this.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    await mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
    await mouse.move(to.x, to.y, { steps: 4 });
    await mouse.up();
    await this.idle();
  }

  /** Files dropped onto the window, as the page gets them from a file manager. */
  async drop(files: readonly { readonly name: string; readonly content: string }[]): Promise<void> {
    const transfer = await this.page.evaluateHandle((given) => {
      const data = new DataTransfer();
      for (const { name, content } of given) data.items.add(new File([content], name));
      return data;
    }, files);
    const target = this.page.locator('.app');
    await target.dispatchEvent('dragenter', { dataTransfer: transfer });
    await target.dispatchEvent('dragover', { dataTransfer: transfer });
    await target.dispatchEvent('drop', { dataTransfer: transfer });
    await this.idle();
  }

  async tabNames(): Promise<readonly string[]> {
    return (await this.byTestId('tab').allInnerTexts()).map((text) => text.trim());
  }

  private async gridBox(): Promise<Box> {
    return boxOf(this.byTestId('grid'));
  }
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export async function boxOf(locator: Locator): Promise<Box> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('The element is not on screen.');
  return box;
}

function collectProblems(page: Page): readonly string[] {
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      problems.push(`console ${message.type()}: ${message.text()}`);
    }
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.message}`));
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('popup', (popup) => problems.push(`popup: ${popup.url()}`));
  return problems;
}

/** Runs in the page before its own scripts. */
function reportEvents(): void {
  let wheels = 0;
  addEventListener(
    'wheel',
    () => {
      wheels += 1;
      document.documentElement.dataset['testWheels'] = String(wheels);
    },
    { capture: true, passive: true },
  );
  addEventListener('securitypolicyviolation', (event) =>
    console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI}`),
  );
}
