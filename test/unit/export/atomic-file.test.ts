import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeAtomically, type WriteBytes } from '../../../src-main/engine/export/atomic-file.ts';
import { cancelled, EngineError, errorToData } from '../../../src-shared/errors.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taillight-atomic-'));
});

afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

const bytes = (text: string): Uint8Array => Buffer.from(text);
const content = (name: string): string => readFileSync(join(folder, name), 'utf8');
const mode = (path: string): number => statSync(path).mode & 0o777;

async function failure(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error instanceof EngineError ? errorToData(error) : error;
  }
  return 'no error';
}

async function writeHello(write: WriteBytes): Promise<number> {
  await write(bytes('hel'));
  await write(bytes('lo\n'));
  return 6;
}

test('gives a new file its whole content and the usual mode, and returns what was produced', async () => {
  const path = join(folder, 'out.csv');
  expect(await writeAtomically(path, writeHello)).toBe(6);
  expect(content('out.csv')).toBe('hello\n');
  expect(mode(path)).toBe(0o666 & ~process.umask());
  expect(readdirSync(folder)).toEqual(['out.csv']);
});

test('keeps the old content, and the new one private, until all is written', async () => {
  const path = join(folder, 'out.csv');
  writeFileSync(path, 'old', { mode: 0o640 });
  chmodSync(path, 0o640);
  await writeAtomically(path, async (write) => {
    await write(bytes('new'));
    const [temporary] = readdirSync(folder).filter((name) => name !== 'out.csv');
    expect({ old: content('out.csv'), temporary: content(temporary), mode: mode(join(folder, temporary)) }).toEqual({
      old: 'old',
      temporary: 'new',
      mode: 0o600,
    });
  });
  expect({ new: content('out.csv'), mode: mode(path) }).toEqual({ new: 'new', mode: 0o640 });
});

test('writes through a symbolic link and keeps the link', async () => {
  mkdirSync(join(folder, 'real'));
  writeFileSync(join(folder, 'real', 'target.csv'), 'old');
  symlinkSync(join('real', 'target.csv'), join(folder, 'link.csv'));
  await writeAtomically(join(folder, 'link.csv'), writeHello);
  expect(content('real/target.csv')).toBe('hello\n');
  expect(readdirSync(folder).toSorted()).toEqual(['link.csv', 'real']);
  expect(readdirSync(join(folder, 'real'))).toEqual(['target.csv']);
});

test('writes to a device directly', async () => {
  expect(await writeAtomically('/dev/null', writeHello)).toBe(6);
});

describe('leaves nothing behind and the old file as it was', () => {
  const moments: readonly (readonly [string, (write: WriteBytes, controller: AbortController) => Promise<void>])[] = [
    [
      'when the producer fails',
      async (write) => {
        await write(bytes('half'));
        throw cancelled();
      },
    ],
    [
      'when cancelled between two writes',
      async (write, controller) => {
        await write(bytes('half'));
        controller.abort();
        await write(bytes('other half'));
      },
    ],
    [
      'when cancelled after the last write',
      async (write, controller) => {
        await write(bytes('whole'));
        controller.abort();
      },
    ],
  ];
  test.each(moments)('%s', async (_, produce) => {
    const path = join(folder, 'out.csv');
    writeFileSync(path, 'old');
    const controller = new AbortController();
    const work = writeAtomically(path, (write) => produce(write, controller), { signal: controller.signal });
    expect(await failure(work)).toEqual({ code: 'cancelled', message: 'Cancelled.' });
    expect(content('out.csv')).toBe('old');
    expect(readdirSync(folder)).toEqual(['out.csv']);
  });

  test('when cancelled before it begins', async () => {
    const work = writeAtomically(join(folder, 'out.csv'), writeHello, { signal: AbortSignal.abort() });
    expect(await failure(work)).toEqual({ code: 'cancelled', message: 'Cancelled.' });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('when the producer breaks, telling its own error', async () => {
    const bug = new TypeError('a bug');
    expect(await failure(writeAtomically(join(folder, 'out.csv'), () => Promise.reject(bug)))).toBe(bug);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('says what to do', () => {
  test('about a folder that does not exist', async () => {
    const path = join(folder, 'missing', 'out.csv');
    expect(await failure(writeAtomically(path, writeHello))).toEqual({
      code: 'not-writable',
      message: `Cannot write ${path}: the folder ${join(folder, 'missing')} does not exist; create it.`,
    });
  });

  test('about a folder where a file should be', async () => {
    expect(await failure(writeAtomically(folder, writeHello))).toEqual({
      code: 'is-folder',
      message: `${folder} is a folder; give the name of a file in it.`,
    });
  });

  test('about a file where a folder should be', async () => {
    writeFileSync(join(folder, 'file'), '');
    const path = join(folder, 'file', 'out.csv');
    expect(await failure(writeAtomically(path, writeHello))).toEqual({
      code: 'not-writable',
      message: `Cannot write ${path}: part of its path is a file, not a folder.`,
    });
  });

  test('about a full disk', async () => {
    // The one device that is always full; elsewhere than on Linux there is none.
    if (!existsSync('/dev/full')) return;
    expect(await failure(writeAtomically('/dev/full', writeHello))).toEqual({
      code: 'disk-full',
      message: 'No space left to write /dev/full; free some or choose another disk.',
    });
  });

  test('about a folder without permission', async () => {
    // Root may write anywhere.
    if (process.getuid?.() === 0) return;
    chmodSync(folder, 0o500);
    const path = join(folder, 'out.csv');
    expect(await failure(writeAtomically(path, writeHello))).toEqual({
      code: 'not-writable',
      message: `No permission to write ${path}; choose another folder.`,
    });
  });

  test('about the log that is being read, by any of its names', async () => {
    const log = join(folder, 'access.log');
    writeFileSync(log, 'log');
    symlinkSync('access.log', join(folder, 'link.log'));
    for (const path of [log, join(folder, 'link.log'), join(folder, '.', 'access.log')]) {
      expect(await failure(writeAtomically(path, writeHello, { sources: [join(folder, 'other'), log] }))).toEqual({
        code: 'bad-argument',
        message: `${path} is the log being read; export to another file.`,
      });
    }
    expect(content('access.log')).toBe('log');
  });
});
