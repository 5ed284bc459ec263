/**
 * Ten million rows, made once for this file and removed at its end. The one slow test: it must stay under 90 seconds
 * on a machine of two cores.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useSession } from './session.ts';
import { rowPx } from './window.ts';

const session = useSession();
const lineCount = 10_000_000;
const linesPerChunk = 10_000;

/** A time that rises by a millisecond, and the number of the line. */
const lineText = (line: number): string =>
  `${new Date(Date.UTC(2026, 2, 1) + line).toISOString()} row ${String(line).padStart(8, '0')}`;

/** 38 bytes a line: 380 MB. The digits that change within a chunk are written into the same bytes again. */
function writeLog(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let from = 1; from <= lineCount; from += linesPerChunk) {
      const lines = Array.from({ length: linesPerChunk }, (_, at) => `${lineText(from + at)}\n`);
      writeSync(file, lines.join(''));
    }
  } finally {
    closeSync(file);
  }
}

test('shows the last of ten million rows, and any in between, exactly', { timeout: 180_000 }, async () => {
  const path = join(session.workplace.folder, 'huge.log');
  writeLog(path);
  const startedMs = performance.now();
  const window = await session.open([path], { waitForIdle: false });

  // The first rows are there long before the file is read.
  await window.rowElement(0).waitFor();
  const shown = async (row: number): Promise<void> => {
    const { line, cells } = await window.row(row);
    expect([line, cells['message'], cells['time']]).toEqual([
      row + 1,
      `row ${String(row + 1).padStart(8, '0')}`,
      lineText(row + 1)
        .slice(0, 23)
        .replace('T', ' '),
    ]);
  };
  await window.idle(120_000);
  expect(await window.total()).toBe(lineCount);
  await shown(0);

  await window.press('Shift+G');
  expect(await window.focusedRow()).toBe(lineCount - 1);
  await shown(lineCount - 1);
  const last = await window.firstRow();
  await window.wheel(-rowPx);
  expect(await window.firstRow()).toBe(last - 1);
  await window.wheel(-100, 11);
  expect(await window.firstRow()).toBe(last - 51);
  await shown(last - 40);

  for (const line of [5_000_000, 9_999_990, 1_234_567]) {
    await window.goTo(String(line));
    expect(await window.focusedRow()).toBe(line - 1);
    await shown(line - 1);
  }
  const middle = await window.firstRow();
  await window.wheel(rowPx, 3);
  expect(await window.firstRow()).toBe(middle + 3);
  await shown(middle + 3);
  await window.press('PageDown', 'g');
  await shown(0);

  expect(performance.now() - startedMs).toBeLessThan(90_000);
});
