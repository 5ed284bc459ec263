/** What Electron demands of the built files, which nobody sees by running them elsewhere. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { builtFile } from '../../src-main/workers/entry.ts';

const built = (name: string): string => readFileSync(builtFile(name), 'utf8');

test('the preload is one CommonJS file that requires electron alone', () => {
  const text = built('preload.cjs');
  expect(text.match(/\brequire\([^)]*\)/g)).toEqual(['require("electron")']);
  expect(text).not.toMatch(/^\s*(?:import|export)\b|\bimport\(|import\.meta/m);
});

test('the main process imports electron as a module, not its downloader', () => {
  const text = built('main.js');
  expect(text).toMatch(/from "electron"/);
  expect(text).not.toContain('node_modules/electron');
});

test('the main process waits for nothing while it loads', () => {
  expect(built('main.js')).not.toMatch(/^(?:\w+ = |const .*= )?await\b/m);
});
