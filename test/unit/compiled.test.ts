import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { compile, runCompiled } from '../../src-main/compiled.mjs';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taillight-compiled-'));
  path = join(folder, 'bundle.cjs');
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const write = (source: string): void => writeFileSync(path, source);

/** Whether V8 took what stands in the code file. */
function runsFromCode(): boolean {
  const rejected: (boolean | undefined)[] = [];
  const { runInThisContext } = Script.prototype;
  const spy = vi.spyOn(Script.prototype, 'runInThisContext').mockImplementation(function (this: Script) {
    rejected.push(this.cachedDataRejected);
    return runInThisContext.call(this) as unknown;
  });
  runCompiled(path);
  spy.mockRestore();
  return rejected[0] === false;
}

test('gives a bundle what CommonJS gives it', () => {
  write(`// a comment at the end
module.exports = { name: __filename, folder: __dirname, same: module.exports === exports, sep: require('node:path').sep }; // é`);
  expect(runCompiled(path)).toEqual({ name: path, folder: dirname(path), same: true, sep: '/' });
});

test('runs from the code that was made of it', () => {
  write('module.exports = () => 1;');
  expect(runsFromCode()).toBe(false);
  writeFileSync(`${path}.code`, compile(path));
  expect(statSync(`${path}.code`).size).toBeGreaterThan(100);
  expect(runsFromCode()).toBe(true);
});

test('never runs the code of another text, not even of one as long', () => {
  write('module.exports = 1;');
  writeFileSync(`${path}.code`, compile(path));
  write('module.exports = 2;');
  expect(runCompiled(path)).toBe(2);
});

test.each([0, 10, 32, 100])('runs a bundle whose code file is cut to %i bytes', (length) => {
  write('module.exports = 1;');
  writeFileSync(`${path}.code`, compile(path).subarray(0, length));
  expect(runCompiled(path)).toBe(1);
});

test('an error tells the file and the line', () => {
  write('\n\nthrow new Error("here");');
  let stack = '';
  try {
    runCompiled(path);
  } catch (error) {
    stack = error instanceof Error ? (error.stack ?? '') : '';
  }
  expect(stack).toContain(`${path}:3:`);
});
