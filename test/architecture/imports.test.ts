import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readReferences, readTree } from './imports.ts';
import { findViolations, rules, type Rules } from './rules.ts';

const repository = join(import.meta.dirname, '..', '..');

test('every import of the program follows the rules', () => {
  const files = readTree(repository, ['src-main', 'src-renderer', 'src-shared']);
  // A reader that sees nothing would find nothing.
  expect(files.length).toBeGreaterThan(20);
  expect(files.flatMap((file) => file.references).length).toBeGreaterThan(20);
  expect(findViolations(files, rules).map(({ from, line, to, rule }) => `${from}:${line} ${to}: ${rule}`)).toEqual([]);
});

test('reads references in every form', () => {
  const text = [
    `import './effect.css';`,
    `import value, { type T } from './value.ts';`,
    `import type { U } from './type.ts';`,
    `export * from './all.ts';`,
    `export type { V } from './exported.ts';`,
    `const lazy = await import('./lazy.ts');`,
    'const quoted = import(`./quoted.ts`);',
    `type W = import('./inline.ts').W;`,
    `type X = typeof import('./typeof.ts');`,
    `import legacy = require('./legacy.ts');`,
    `require('./required.ts'); require.resolve('./resolved.ts');`,
    `new Worker(new URL('./worker.ts', import.meta.url));`,
    `import(computed);`,
    `// import './comment.ts'`,
    `const text = "import './text.ts'";`,
    `new URL('./picture.svg', import.meta.url); new URL(path, import.meta.url);`,
    `export const local = 1;`,
  ].join('\n');
  expect(readReferences('file.ts', text)).toEqual([
    { target: './effect.css', line: 1 },
    { target: './value.ts', line: 2 },
    { target: './type.ts', line: 3 },
    { target: './all.ts', line: 4 },
    { target: './exported.ts', line: 5 },
    { target: './lazy.ts', line: 6 },
    { target: './quoted.ts', line: 7 },
    { target: './inline.ts', line: 8 },
    { target: './typeof.ts', line: 9 },
    { target: './legacy.ts', line: 10 },
    { target: './required.ts', line: 11 },
    { target: './resolved.ts', line: 11 },
    { target: './worker.ts', line: 12 },
    { target: undefined, line: 13 },
  ]);
});

test('refuses a file that it cannot read', () => {
  expect(() => readReferences('broken.ts', 'import {')).toThrow('broken.ts');
});

const trees: string[] = [];

afterEach(() => {
  for (const tree of trees.splice(0)) rmSync(tree, { recursive: true });
});

/** What the rules say about a small tree of files. */
function check(files: { readonly [path: string]: string }, changed: Partial<Rules> = {}): string[] {
  const root = mkdtempSync(join(tmpdir(), 'taillight-rules-'));
  trees.push(root);
  for (const folder of ['src-main', 'src-renderer', 'src-shared']) mkdirSync(join(root, folder));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return findViolations(readTree(root, ['src-main', 'src-renderer', 'src-shared']), { ...rules, ...changed }).map(
    ({ from, line, to, rule }) => `${from}:${line} ${to}: ${rule}`,
  );
}

test('allows what the design allows', () => {
  const found = check({
    'src-shared/model/index.ts': '',
    'src-shared/protocol.ts': `import './model/index.ts'; import '@lezer/lr';`,
    'src-renderer/app/main.tsx': `import '../../src-shared/protocol.ts'; import 'react-dom/client'; import './app.css';`,
    'src-main/index/segment.ts': `import '../../src-shared/protocol.ts'; import '../formats/x.ts'; import 'node:fs';`,
    'src-main/formats/x.ts': '',
    'src-main/engine/index.ts': `import '../index/segment.ts'; import '../sources/file.ts'; import '../places.ts';`,
    'src-main/sources/file.ts': `import '../formats/x';`,
    'src-main/places.ts': '',
    'src-main/hosts/browser/main.ts': `import 'node:http'; import { WebSocketServer } from 'ws'; import '../../engine/index.ts';`,
    'src-main/hosts/electron/main.ts': `import { app } from 'electron/main'; import '../../engine';`,
    'src-main/hosts/start.mjs': `import '../setup.mjs'; await import('./launch.mjs');`,
    'src-main/hosts/launch.mjs': `await import(name);`,
    'src-main/setup.mjs': '',
  });
  expect(found).toEqual([]);
});

test.each([
  ['src-shared/a.ts', `import 'node:fs';`, 'src-shared may not use node:fs'],
  ['src-shared/a.ts', `import type { X } from 'react';`, 'src-shared may not use the package react'],
  ['src-shared/a.ts', `import '../src-main/places.ts';`, 'src-shared may not import src-main'],
  ['src-renderer/a.ts', `export * from '../src-main/engine/x.ts';`, 'src-renderer may not import src-main/engine'],
  ['src-renderer/a.ts', `import 'path';`, 'src-renderer may not use path'],
  ['src-renderer/a.ts', `import '../test/x.ts';`, 'src-renderer may not import from outside the sources'],
  ['src-main/index/a.ts', `await import('../engine/x.ts');`, 'src-main/index may not import src-main/engine'],
  ['src-main/formats/a.ts', `import '../hosts/cli/x.ts';`, 'src-main/formats may not import src-main/hosts/cli'],
  ['src-main/kernels/a.ts', `import 'lodash/fp';`, 'src-main/kernels may not use the package lodash'],
  ['src-main/engine/a.ts', `import '../hosts/cli/x.ts';`, 'src-main/engine may not import src-main/hosts/cli'],
  ['src-main/engine/a.ts', `import type { App } from 'electron';`, 'src-main/engine may not use the package electron'],
  ['src-main/engine/a.ts', `import 'node:http';`, 'src-main/engine may not use node:http'],
  ['src-main/hosts/cli/a.ts', `import 'http';`, 'src-main/hosts/cli may not use http'],
  ['src-main/hosts/cli/a.ts', `import 'ws';`, 'src-main/hosts/cli may not use the package ws'],
  ['src-main/hosts/cli/a.ts', `import '../browser/x.ts';`, 'src-main/hosts/cli may not import src-main/hosts/browser'],
  ['src-main/hosts/browser/a.ts', `import '../../index/x.ts';`, 'src-main/hosts/browser may not import src-main/index'],
  ['src-main/engine/a.ts', `await import(name);`, 'src-main/engine may not load computed names'],
  [
    'src-main/sources/a.ts',
    `new URL('../hosts/x.ts', import.meta.url)`,
    'src-main/sources may not import src-main/hosts',
  ],
])('%s: refuses %s', (path, text, rule) => {
  expect(check({ [path]: text })).toEqual([expect.stringContaining(`: ${rule}`)]);
});

test('a folder with an index.ts is entered by it alone', () => {
  const files = {
    'src-main/engine/index.ts': '',
    'src-main/engine/views/index.ts': '',
    'src-main/engine/views/view.ts': `import '../jobs.ts';`,
    'src-main/engine/jobs.ts': `import './views/view.ts';`,
    'src-main/hosts/cli/main.ts': `import '../../engine/views/view.ts';`,
  };
  expect(check(files)).toEqual([
    'src-main/engine/jobs.ts:1 ./views/view.ts: the door is src-main/engine/views/index.ts',
    'src-main/hosts/cli/main.ts:1 ../../engine/views/view.ts: the door is src-main/engine/index.ts',
  ]);
});

test('a zone inside another one is entered without the outer door', () => {
  const found = check({
    'src-main/engine/index.ts': '',
    'src-main/engine/export/row-writer.ts': '',
    'src-main/workers/write-task.ts': `import '../engine/export/row-writer.ts';`,
  });
  expect(found).toEqual([]);
});

test('a debt excuses one import, and must be removed once paid', () => {
  const debt = [
    { from: 'src-main/engine/a.ts', to: 'ws', why: 'a test' },
    { from: 'src-main/engine/a.ts', to: 'electron', why: 'a test' },
  ];
  expect(check({ 'src-main/engine/a.ts': `import 'ws';` }, { debt })).toEqual([
    'src-main/engine/a.ts:0 electron: this debt is paid: remove it from the list',
  ]);
});
