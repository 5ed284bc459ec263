/** Moving through a log with wheel, keys and scrollbar: which row is where, to the row. */
import { beforeEach, describe, expect, test } from 'vitest';
import { useSession } from './session.ts';
import { boxOf, rowPx, type LogWindow } from './window.ts';

const lineCount = 20_000;
const lineText = (line: number): string => `line ${String(line).padStart(8, '0')} of a plain text`;

const session = useSession();
const log = session.workplace.file(
  'plain.txt',
  Array.from({ length: lineCount }, (_, at) => `${lineText(at + 1)}\n`).join(''),
);

/** Each row says itself which line it is: nothing on screen may be out of place. */
async function expectRows(window: LogWindow, first: number): Promise<void> {
  const rows = await window.rows();
  expect(await window.firstRow()).toBe(first);
  expect(rows.map(({ row, line, cells }) => [row, line, cells['message']])).toEqual(
    rows.map((_, at) => [first + at, first + at + 1, lineText(first + at + 1)]),
  );
}

/** Rows that fit on screen whole. */
async function pageOf(window: LogWindow): Promise<number> {
  const heightPx = await window.page
    .locator('.ag-grid-viewport')
    .evaluate((element) => element.clientHeight - (element.querySelector('.ag-header')?.clientHeight ?? 0));
  return Math.floor(heightPx / rowPx);
}

describe('scrolling', () => {
  let window: LogWindow;
  beforeEach(async () => {
    window = await session.open([log]);
  });

  test('shows the first rows of the file', async () => {
    expect(await window.total()).toBe(lineCount);
    await expectRows(window, 0);
    expect((await window.rows()).length).toBeGreaterThan(20);
  });

  test('moves by exactly as many pixels as the wheel says', async () => {
    await window.wheel(rowPx);
    await expectRows(window, 1);
    // A notch of 100 px is four rows and a bit; eleven notches are 50 rows, to the pixel.
    await window.wheel(-rowPx);
    await window.wheel(100);
    await expectRows(window, 4);
    await window.wheel(100, 10);
    await expectRows(window, 50);
    await window.wheel(-100, 11);
    await expectRows(window, 0);
    await window.wheel(-100);
    expect(await window.firstRow()).toBe(0);
  });

  test('moves by rows and pages with the keys', async () => {
    await window.press('j', 'j', 'j');
    expect(await window.focusedRow()).toBe(2);
    await window.press('k');
    expect(await window.focusedRow()).toBe(1);
    await window.press('ArrowDown', 'ArrowDown', 'ArrowUp');
    expect(await window.focusedRow()).toBe(2);
    await expectRows(window, 0);
    await window.press('PageDown');
    const first = await window.firstRow();
    const page = await pageOf(window);
    expect(first).toBeGreaterThan(page - 3);
    expect(first).toBeLessThanOrEqual(page);
    await expectRows(window, first);
    await window.press('PageUp');
    await expectRows(window, 0);
  });

  test('goes to both ends', async () => {
    for (const [last, first] of [
      ['Shift+G', 'g'],
      ['End', 'Home'],
    ] as const) {
      await window.press(last);
      expect(await window.focusedRow()).toBe(lineCount - 1);
      expect((await window.rows()).at(-1)).toMatchObject({ row: lineCount - 1, line: lineCount });
      await expectRows(window, await window.firstRow());
      await window.press('j');
      expect(await window.focusedRow()).toBe(lineCount - 1);
      await window.press(first);
      expect(await window.focusedRow()).toBe(0);
      await expectRows(window, 0);
    }
  });

  test('goes wherever the thumb of the scrollbar is dragged', async () => {
    const track = await boxOf(window.byTestId('scrollbar'));
    const thumb = await boxOf(window.byTestId('scrollbar-thumb'));
    const x = thumb.x + thumb.width / 2;
    const y = thumb.y + thumb.height / 2;
    const middle = track.y + track.height / 2;
    await window.drag({ x, y }, { x, y: middle });
    const first = await window.firstRow();
    const visible = await pageOf(window);
    expect(Math.abs(first - (lineCount - visible) / 2)).toBeLessThan(lineCount / 100);
    await expectRows(window, first);
    await window.drag({ x, y: middle }, { x, y: track.y + track.height + 200 });
    expect((await window.rows()).at(-1)?.row).toBe(lineCount - 1);
    await expectRows(window, await window.firstRow());
  });

  test('pages where the track of the scrollbar is clicked', async () => {
    const track = await boxOf(window.byTestId('scrollbar'));
    await window.page.mouse.click(track.x + track.width / 2, track.y + track.height - 2);
    await window.idle();
    expect(await window.firstRow()).toBe(await pageOf(window));
  });

  test('goes to a line and to a row', async () => {
    await window.goTo('12,345');
    expect(await window.focusedRow()).toBe(12_344);
    expect((await window.row(12_344)).cells['message']).toBe(lineText(12_345));
    await window.goTo('#7');
    expect(await window.focusedRow()).toBe(6);
    expect((await window.row(6)).cells['message']).toBe(lineText(7));
  });
});
