/** How the desktop program starts, which files it opens, and how it ends. */
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createFakeEngine } from '../fake-engine.ts';
import { forgetPrograms, loadProgram, startProgram } from './running-program.ts';

afterEach(() => {
  vi.useRealTimers();
  forgetPrograms();
});

describe('before the program is ready', () => {
  test('registers its scheme and takes the lock, and waits for nothing', async () => {
    const { electron } = await loadProgram();
    expect(electron.control.log).toEqual(['schemes', 'lock']);
    expect(electron.control.schemes).toEqual([
      {
        scheme: 'app',
        privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
      },
    ]);
    expect(electron.BrowserWindow.getAllWindows()).toEqual([]);
  });

  test('has the id of its package on Windows', async () => {
    const { electron } = await loadProgram({ platform: 'win32' });
    expect(electron.control.log).toEqual(['schemes', 'id org.taillight.Taillight', 'lock']);
  });

  test('keeps the profile of Chromium in a folder of its own, unless a driver names one', async () => {
    const { electron, folder } = await loadProgram();
    expect(electron.control.paths.get('userData')).toBe(join(folder, 'config', 'electron'));
    const driven = await loadProgram({ prepare: ({ control }) => void control.switches.add('user-data-dir') });
    expect(driven.electron.control.paths.has('userData')).toBe(false);
  });

  test('a second start hands over what it was given and ends', async () => {
    const { electron } = await loadProgram({
      argv: ['/opt/taillight/taillight', 'b.log', '--format', 'jsonl'],
      prepare: ({ control }) => {
        control.lockIsFree = false;
      },
    });
    await electron.control.becomeReady();
    expect(electron.control.lockData).toEqual({ args: ['b.log', '--format', 'jsonl'], cwd: process.cwd() });
    expect(electron.control.log.slice(1)).toEqual(['lock', 'before-quit', 'will-quit', 'exit']);
    expect(electron.BrowserWindow.getAllWindows()).toEqual([]);
    expect(electron.control.handlers.size).toBe(0);
  });
});

describe('files to open', () => {
  const filesOf = async (argv: readonly string[]): Promise<readonly string[]> => {
    const program = await startProgram({ argv });
    return (await (await program.connect()).call('hello', {})).files;
  };

  test('come from the arguments of a packaged program', async () => {
    expect(await filesOf(['/opt/taillight/taillight', '/logs/a.log', 'b.log'])).toEqual([
      '/logs/a.log',
      join(process.cwd(), 'b.log'),
    ]);
  });

  test('come after the folder of a program in development', async () => {
    expect(await filesOf(['/x/electron', '--no-sandbox', '/src/taillight', '/logs/a.log', '--inspect=0'])).toEqual([
      '/logs/a.log',
    ]);
    expect(await filesOf(['/x/electron', '.'])).toEqual([]);
  });

  test('are decoded where a file manager hands over addresses', async () => {
    expect(await filesOf(['/opt/taillight/taillight', 'file:///logs/with%20space.log'])).toEqual([
      '/logs/with space.log',
    ]);
  });

  test('of the desktop wait until a page says hello, also from before the start', async () => {
    const program = await loadProgram({ platform: 'darwin' });
    expect(program.electron.control.openFile('/logs/early.log').defaultPrevented).toBe(true);
    await program.electron.control.becomeReady();
    program.electron.control.openFile('/logs/later.log');
    const page = await program.connect();
    expect((await page.call('hello', {})).files).toEqual(['/logs/early.log', '/logs/later.log']);
  });

  test('that come later are told to the page, once', async () => {
    const program = await startProgram({ platform: 'darwin' });
    const page = await program.connect();
    const asked = vi.fn<(request: object) => void>();
    page.on('openRequested', asked);
    await page.call('hello', {});
    program.electron.control.openFile('/logs/a.log');
    await vi.waitFor(() => expect(asked.mock.calls).toEqual([[{ paths: ['/logs/a.log'] }]]));
    await page.call('open', { path: '/logs/a.log' });
    expect((await page.call('hello', {})).files).toEqual([]);
    expect(program.electron.control.recentDocuments).toEqual(['/logs/a.log']);
  });

  test('of a second start are found from where it was started, and the window comes up', async () => {
    const program = await startProgram();
    const page = await program.connect();
    const asked = vi.fn<(request: object) => void>();
    page.on('openRequested', asked);
    await page.call('hello', {});
    program.window.minimize();
    program.window.shown.length = 0;
    program.electron.control.startAgain({ args: ['--timezone', 'UTC', 'b.log'], cwd: '/elsewhere' });
    await vi.waitFor(() => expect(asked.mock.calls).toEqual([[{ paths: ['/elsewhere/b.log'] }]]));
    expect(program.window.shown.slice(0, 3)).toEqual(['restore', 'show', 'focus']);
  });

  test.each([undefined, null, 'text', {}, { args: 'b.log', cwd: '/' }, { args: [1, {}], cwd: '/' }, { args: ['x'] }])(
    'a second start that sends %j only brings the window up',
    async (data) => {
      const program = await startProgram();
      program.window.shown.length = 0;
      program.electron.control.startAgain(data);
      expect(program.window.shown).toEqual(['show', 'focus']);
      const page = await program.connect();
      expect((await page.call('hello', {})).files).toEqual([]);
    },
  );

  test('open a new window on macOS when the last one was closed', async () => {
    const program = await startProgram({ platform: 'darwin' });
    program.window.close();
    expect(program.electron.control.exit).toBeUndefined();
    program.electron.control.openFile('/logs/a.log');
    await vi.waitFor(() => expect(program.window.webContents.getURL()).not.toBe(''));
    const page = await program.connect();
    expect((await page.call('hello', {})).files).toEqual(['/logs/a.log']);
  });
});

test('says hello with the facts of this program', async () => {
  const program = await startProgram({
    argv: ['/opt/taillight/taillight', '--timezone', 'Asia/Tokyo', '--year', '2024'],
  });
  const page = await program.connect();
  expect(await page.call('hello', {})).toMatchObject({
    name: 'taillight',
    version: '1.2.3',
    host: 'electron',
    platform: 'linux',
    files: [],
    options: { timezone: 'Asia/Tokyo', year: 2024, noCache: false },
    displayTimezone: 'Asia/Tokyo',
  });
});

test('starts without settings that cannot be read, and says so', async () => {
  const { folder } = await loadProgram();
  mkdirSync(join(folder, 'config'), { recursive: true });
  writeFileSync(join(folder, 'config', 'settings.json'), '{"workers": "many"}');
  const { electron } = await startProgram({ folder });
  expect(electron.control.log.join('\n')).toMatch(/error box: The settings could not be read: .*"workers" must be/);
  expect(electron.BrowserWindow.getAllWindows()).toHaveLength(1);
});

test('tells why it cannot start, and ends', async () => {
  const program = await loadProgram({
    prepare: (electron) => {
      electron.protocol.handle = () => {
        throw new Error('no such scheme');
      };
    },
  });
  await program.electron.control.becomeReady();
  await vi.waitFor(() => expect(program.electron.control.exit).toEqual({ code: 1 }));
  expect(program.electron.control.log).toContain('error box: Taillight cannot start: no such scheme');
});

describe('the end', () => {
  test('comes with the last window, after the engine has closed', async () => {
    const engine = createFakeEngine();
    let finish = (): void => {};
    const closing = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const close = vi.fn<() => Promise<void>>(() => closing);
    const program = await startProgram({ engine: { ...engine, close } });
    program.window.close();
    expect(program.electron.control.log.slice(-3)).toEqual(['window-all-closed', 'before-quit', 'will-quit']);
    // Whoever quits again meanwhile changes nothing.
    program.electron.app.quit();
    expect(close).toHaveBeenCalledOnce();
    expect(program.electron.control.exit).toBeUndefined();
    finish();
    await vi.waitFor(() => expect(program.electron.control.exit).toEqual({ code: 0 }));
  });

  test('does not wait for ever for an engine that hangs, nor for one that fails', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const hanging = await startProgram({ engine: { ...createFakeEngine(), close: () => new Promise(() => {}) } });
    hanging.electron.app.quit();
    await vi.advanceTimersByTimeAsync(2_900);
    expect(hanging.electron.control.exit).toBeUndefined();
    await vi.advanceTimersByTimeAsync(200);
    expect(hanging.electron.control.exit).toEqual({ code: 0 });
    vi.useRealTimers();

    vi.spyOn(console, 'error').mockImplementation(() => {});
    const failing = await startProgram({
      engine: { ...createFakeEngine(), close: () => Promise.reject(new Error('x')) },
    });
    failing.electron.app.quit();
    await vi.waitFor(() => expect(failing.electron.control.exit).toEqual({ code: 0 }));
    vi.mocked(console.error).mockRestore();
  });

  test('does not come on macOS while the program may be wanted again', async () => {
    const program = await startProgram({ platform: 'darwin' });
    program.window.close();
    expect(program.electron.control.exit).toBeUndefined();
    program.electron.app.emit('activate');
    expect(program.electron.BrowserWindow.getAllWindows()).toHaveLength(1);
  });
});

describe('the window', () => {
  test('is closed to everything a page does not need', async () => {
    const { window } = await startProgram();
    expect(window.webContents.getURL()).toBe('app://bundle/index.html');
    expect(window.options.webPreferences).toEqual({
      preload: expect.stringMatching(/preload\.cjs$/),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    });
  });

  test('is shown once, when its page is there', async () => {
    const { window } = await startProgram();
    await vi.waitFor(() => expect(window.shown).toEqual(['show']));
    window.emit('ready-to-show');
    expect(window.shown).toEqual(['show']);
  });

  test('is shown after a while when no page comes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { electron } = await loadProgram({
      prepare: ({ BrowserWindow }) => {
        BrowserWindow.prototype.loadURL = () => new Promise(() => {});
      },
    });
    await electron.control.becomeReady();
    const [window] = electron.BrowserWindow.getAllWindows();
    expect(window.shown).toEqual([]);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(window.shown).toEqual(['show']);
  });

  test('is where it was, for this user alone to know', async () => {
    const first = await startProgram();
    first.window.bounds = { x: 100, y: 200, width: 1000, height: 700 };
    first.window.maximize();
    first.window.close();
    const path = join(first.folder, 'config', 'window.json');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      bounds: { x: 100, y: 200, width: 1000, height: 700 },
      isMaximized: true,
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const second = await startProgram({ folder: first.folder });
    expect(second.window.options).toMatchObject({ x: 100, y: 200, width: 1000, height: 700 });
    await vi.waitFor(() => expect(second.window.shown).toEqual(['maximize', 'show']));
  });

  test('comes back to the screen when the one it was on is gone', async () => {
    const first = await startProgram();
    first.window.bounds = { x: 3000, y: 200, width: 2500, height: 700 };
    first.window.close();
    const { window } = await startProgram({ folder: first.folder });
    expect(window.options).toMatchObject({ width: 1920, height: 700 });
    expect([window.options.x, window.options.y]).toEqual([undefined, undefined]);
  });

  test('has the background of the theme, and changes with it', async () => {
    const { electron, window } = await startProgram({
      prepare: ({ nativeTheme }) => {
        nativeTheme.shouldUseDarkColors = true;
      },
    });
    const dark = window.options.backgroundColor;
    electron.nativeTheme.shouldUseDarkColors = false;
    electron.nativeTheme.emit('updated');
    expect(window.backgroundColor).not.toBe(dark);
    window.close();
    electron.nativeTheme.emit('updated');
    expect(electron.nativeTheme.listenerCount('updated')).toBe(0);
  });

  test('loads a crashed page again, but not in a loop', async () => {
    const errors = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { window } = await startProgram();
    const reload = vi.spyOn(window.webContents, 'reload');
    const gone = { reason: 'crashed', exitCode: 11 };
    window.webContents.emit('render-process-gone', {}, gone);
    window.webContents.emit('render-process-gone', {}, gone);
    window.webContents.emit('render-process-gone', {}, { reason: 'clean-exit', exitCode: 0 });
    expect(reload).toHaveBeenCalledOnce();
    window.webContents.emit('preload-error', {}, '/preload.cjs', new Error('unexpected token'));
    window.webContents.emit('did-fail-load', {}, -3, 'ERR_ABORTED', 'app://bundle/');
    expect(errors.mock.calls.flat()).toEqual([
      'The page ended: crashed (11)',
      'The page ended: crashed (11)',
      'The preload /preload.cjs failed: unexpected token',
    ]);
    errors.mockRestore();
  });
});
