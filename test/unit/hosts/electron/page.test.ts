/** What a page of the desktop program gets, may do and may not. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { answerBundle } from '../../../../src-main/hosts/electron/protocol.ts';
import { menuTemplate } from '../../../../src-main/hosts/electron/menu.ts';
import { portAnswer, portRequest } from '../../../../src-main/hosts/electron/ports.ts';
import type { MenuEntry } from '../../../stand-ins/electron.ts';
import { forgetPrograms, startProgram, type RunningProgram } from './running-program.ts';

afterEach(() => {
  vi.restoreAllMocks();
  forgetPrograms();
});

describe('the port', () => {
  const query = { filter: '', zone: 'UTC' };

  test('is handed to the page that asks, through the preload', async () => {
    const program = await startProgram();
    const page = await program.connect();
    expect(await page.call('sources', {})).toEqual([]);
  });

  test('is a new one after a reload, and the old page leaves nothing behind', async () => {
    const program = await startProgram();
    const before = await program.connect();
    await before.call('createView', { source: 1, query });
    const wasClosed = vi.fn<() => void>();
    before.onClose(wasClosed);
    program.window.webContents.reload();
    const after = await program.connect();
    const kept = await after.call('createView', { source: 1, query });
    await vi.waitFor(() => expect([...program.engine.openViews]).toEqual([kept.id]));
    expect(wasClosed).toHaveBeenCalledOnce();
    expect(program.engine.events.subscribers).toBe(1);
  });

  test('of a page that asks twice is the latest one', async () => {
    const program = await startProgram();
    const first = await program.connect();
    const second = await program.connect();
    await expect(first.call('sources', {})).rejects.toMatchObject({ code: 'closed' });
    expect(await second.call('sources', {})).toEqual([]);
    expect(program.engine.events.subscribers).toBe(1);
  });

  test('closes with the window', async () => {
    const program = await startProgram({ platform: 'darwin' });
    const page = await program.connect();
    await page.call('createView', { source: 1, query });
    program.window.close();
    await vi.waitFor(() => expect(program.engine.events.subscribers).toBe(0));
    expect([...program.engine.openViews]).toEqual([]);
  });

  test('goes to nobody but the main frame of the bundle', async () => {
    const program = await startProgram();
    const { WebFrameMain } = program.electron;
    const { webContents } = program.window;
    const gone = new WebFrameMain('app://bundle/index.html', webContents);
    gone.isDisposed = true;
    const refused = [
      null,
      gone,
      new WebFrameMain('app://bundle/index.html', webContents, webContents.mainFrame),
      ...['https://evil.example/', 'app://other/', 'file:///x', 'http://bundle/', 'app://bundle.evil/', ''].map(
        (url) => new WebFrameMain(url, webContents),
      ),
    ];
    for (const frame of refused) webContents.page.send(portRequest, frame);
    expect(program.engine.events.subscribers).toBe(0);
  });

  test('of a frame that is replaced while it is handed over comes to nothing', async () => {
    const program = await startProgram();
    const { webContents } = program.window;
    const frame = webContents.mainFrame;
    vi.spyOn(frame, 'postMessage').mockImplementation(() => {
      throw new Error('Render frame was disposed before WebFrameMain could be accessed');
    });
    webContents.page.send(portRequest, frame);
    await vi.waitFor(() => expect(program.engine.events.subscribers).toBe(0));
    webContents.reload();
    expect(await (await program.connect()).call('sources', {})).toEqual([]);
  });
});

describe('the preload', () => {
  test('exposes a port, paths of dropped files and the platform, and nothing else', async () => {
    const program = await startProgram();
    await program.connect();
    expect([...program.electron.exposed.keys()]).toEqual(['host']);
    const host = new Map(Object.entries(program.electron.exposed.get('host') ?? {}));
    expect([...host.keys()]).toEqual(['requestPort', 'pathOf', 'platform']);
    const pathOf = host.get('pathOf');
    if (typeof pathOf !== 'function') throw new Error('No function.');
    expect([pathOf(new File([], 'on-disk.log')), pathOf(new File([], 'made-up.log'))]).toEqual([
      '/logs/on-disk.log',
      '',
    ]);
    expect(host.get('platform')).toBe('linux');
  });

  test('passes on ports only, and only those of the engine', async () => {
    const program = await startProgram();
    await program.connect();
    expect(program.electron.ipcRenderer.eventNames()).toEqual([portAnswer]);
  });
});

describe('a page may not', () => {
  const start = async (): Promise<RunningProgram> => startProgram();
  const elsewhere = [
    'https://evil.example/',
    'http://127.0.0.1/',
    'file:///etc/passwd',
    'app://other/index.html',
    'app://bundle.evil/index.html',
    'data:text/html,x',
    'javascript:alert(1)',
    'not a url',
  ];

  test('leave the bundle', async () => {
    const { webContents } = (await start()).window;
    for (const url of elsewhere) {
      expect([
        webContents.tryNavigation(url),
        webContents.tryFrameNavigation(url),
        webContents.tryRedirect(url),
      ]).toEqual([false, false, false]);
    }
    expect(webContents.tryNavigation('app://bundle/index.html')).toBe(true);
  });

  test('open windows or hold webviews', async () => {
    const { webContents } = (await start()).window;
    for (const url of [...elsewhere, 'app://bundle/index.html']) expect(webContents.tryOpen(url)).toBe(false);
    expect(webContents.tryWebview()).toBe(false);
  });

  test('use devices and services, but copy and fill the screen', async () => {
    const { electron, window } = await start();
    const session = electron.session.defaultSession;
    const granted = (permission: string, origin: string): readonly boolean[] =>
      session.isGranted(window.webContents, permission, origin);
    for (const permission of [
      'media',
      'geolocation',
      'notifications',
      'clipboard-read',
      'openExternal',
      'usb',
      'unknown',
    ]) {
      expect(granted(permission, 'app://bundle/')).toEqual([false, false]);
    }
    for (const permission of ['clipboard-sanitized-write', 'fullscreen']) {
      expect(granted(permission, 'app://bundle/')).toEqual([true, true]);
      expect(granted(permission, 'https://evil.example/')).toEqual([true, false]);
    }
    expect(session.isDeviceGranted()).toBe(false);
  });
});

describe('dialogs', () => {
  test('for files answer their paths, and start where the last one ended', async () => {
    const program = await startProgram({
      prepare: ({ control }) => {
        control.paths.set('home', '/home/someone');
        control.dialogAnswers.push(['/logs/a.log', '/logs/b.log'], []);
      },
    });
    const page = await program.connect();
    expect(await page.call('pickFiles', {})).toEqual(['/logs/a.log', '/logs/b.log']);
    expect(await page.call('pickFiles', {})).toEqual([]);
    expect(program.electron.control.dialogs).toMatchObject([
      { kind: 'open', hasWindow: true, options: { defaultPath: '/home/someone' } },
      { kind: 'open', hasWindow: true, options: { defaultPath: '/logs' } },
    ]);
    const next = await startProgram({ folder: program.folder });
    await (await next.connect()).call('pickFiles', {});
    expect(next.electron.control.dialogs).toMatchObject([{ options: { defaultPath: '/logs' } }]);
  });

  test('for an export suggest a safe name and answer the chosen path, or nothing', async () => {
    const program = await startProgram({
      prepare: ({ control }) => {
        control.paths.set('home', '/home/someone');
        control.dialogAnswers.push(['/out/errors.csv'], []);
      },
    });
    const page = await program.connect();
    expect(await page.call('pickExportTarget', { suggestedName: '../../errors.csv' })).toEqual({
      path: '/out/errors.csv',
    });
    expect(await page.call('pickExportTarget', { suggestedName: 'x' })).toBe(null);
    expect(program.electron.control.dialogs).toMatchObject([
      { kind: 'save', options: { defaultPath: '/home/someone/errors.csv' } },
      { kind: 'save', options: { defaultPath: '/out/x' } },
    ]);
  });

  test('are the only way to a place for an export, for one export each', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'taillight-export-'));
    const chosen = join(folder, 'errors.csv');
    const program = await startProgram({ prepare: ({ control }) => void control.dialogAnswers.push([chosen]) });
    const page = await program.connect();
    const csv = { view: 1, format: 'csv', zone: 'UTC', bom: false, crlf: false, neutralize: true } as const;
    const target = await page.call('pickExportTarget', { suggestedName: 'errors.csv' });
    if (target === null) throw new Error('Cancelled.');
    const refused = { code: 'bad-argument' };
    await expect(page.call('export', { ...csv, target: { path: join(folder, 'x') } })).rejects.toMatchObject(refused);
    await expect(page.call('export', { ...csv, target: { download: chosen } })).rejects.toMatchObject(refused);
    expect((await page.call('export', { ...csv, target })).result).toEqual({ path: chosen });
    await expect(page.call('export', { ...csv, target })).rejects.toMatchObject(refused);
    await expect(page.call('listFolder', {})).rejects.toMatchObject(refused);
    rmSync(folder, { recursive: true });
  });
});

describe('the bundle', () => {
  async function withBundle<T>(
    work: (ask: (url: string, method?: string) => Promise<Response>) => Promise<T>,
  ): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), 'taillight-bundle-'));
    const root = join(folder, 'renderer');
    mkdirSync(join(root, 'assets'), { recursive: true });
    writeFileSync(join(root, 'index.html'), '<meta property="csp-nonce" nonce="__NONCE__">');
    for (const name of ['app.js', 'app.css', 'grid.wasm', 'inter.woff2', 'icon.svg', 'app.js.map', 'notes.txt']) {
      writeFileSync(join(root, 'assets', name), name);
    }
    writeFileSync(join(folder, 'secret.json'), 'secret');
    writeFileSync(join(folder, 'renderer.json'), 'secret');
    try {
      return await work((url, method = 'GET') => answerBundle(root, new Request(url, { method })));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test('has a policy with a fresh nonce for each page', async () => {
    await withBundle(async (ask) => {
      const [first, second] = [await ask('app://bundle/index.html'), await ask('app://bundle/')];
      const nonce = /nonce="([^"]+)"/.exec(await first.text())?.[1] ?? '';
      expect(first.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(first.headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}';`);
      expect(first.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self';");
      expect(await second.text()).not.toContain(nonce);
    });
  });

  test.each([
    ['app.js', 'text/javascript; charset=utf-8'],
    ['app.css', 'text/css; charset=utf-8'],
    ['grid.wasm', 'application/wasm'],
    ['inter.woff2', 'font/woff2'],
    ['icon.svg', 'image/svg+xml'],
    ['app.js.map', 'application/json'],
  ])('serves %s as %s', async (name, type) => {
    await withBundle(async (ask) => {
      const response = await ask(`app://bundle/assets/${name}?v=1`);
      expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([200, type, name]);
    });
  });

  test.each([
    'app://bundle/../secret.json',
    'app://bundle/..%2fsecret.json',
    'app://bundle/assets/..%2f..%2fsecret.json',
    'app://bundle/..%5csecret.json',
    'app://bundle/%2e%2e%2fsecret.json',
    'app://bundle/..%2frenderer.json',
    'app://bundle/%00',
    'app://bundle/index.html%00.js',
    'app://bundle/%',
    'app://bundle/assets',
    'app://bundle/assets/notes.txt',
    'app://bundle//etc/passwd',
    'app://other/index.html',
    'app://bundle.evil/index.html',
    'https://bundle/index.html',
  ])('does not serve %s', async (url) => {
    await withBundle(async (ask) => {
      const response = await ask(url);
      expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8']);
    });
  });

  test('is only read', async () => {
    await withBundle(async (ask) => {
      for (const method of ['POST', 'PUT', 'HEAD']) {
        expect((await ask('app://bundle/index.html', method)).status).toBe(405);
      }
    });
  });

  test('is what the window loads from', async () => {
    const { electron } = await startProgram();
    const handler = electron.control.handlers.get('app');
    const response = await handler?.(new Request('app://bundle/nothing.js'));
    expect(response?.status).toBe(404);
  });
});

describe('the menu', () => {
  const entriesOf = (entries: readonly MenuEntry[]): MenuEntry[] =>
    entries.flatMap((entry) => [entry, ...entriesOf(entry.submenu ?? [])]);

  test('sends commands to the page by their names', async () => {
    const program = await startProgram();
    const page = await program.connect();
    const commands: string[] = [];
    page.on('commandRequested', ({ command }) => commands.push(command));
    await page.call('hello', {});
    for (const entry of entriesOf(program.electron.control.menu ?? [])) entry.click?.();
    await page.call('sources', {});
    expect(commands).toEqual([
      'file.open',
      'file.followMerged',
      'file.export',
      'file.reload',
      'tab.close',
      'filter.focus',
      'move.goTo',
      'view.follow',
      'view.pause',
      'view.details',
      'view.charts',
      'view.histogram',
      'help.keys',
    ]);
  });

  test('leaves the keys of its commands to the page', () => {
    const entries = entriesOf(menu('linux', true)).filter((entry) => entry.click !== undefined);
    expect(entries.map(({ registerAccelerator }) => registerAccelerator)).toEqual(entries.map(() => false));
  });

  test('has what each system expects, and tools for developers only in development', () => {
    const rolesOf = (platform: NodeJS.Platform, isPackaged: boolean): (string | undefined)[] =>
      entriesOf(menu(platform, isPackaged)).map(({ role }) => role);
    expect(rolesOf('darwin', true)).toEqual(expect.arrayContaining(['appMenu', 'recentDocuments', 'editMenu']));
    expect(rolesOf('win32', true)).toEqual(expect.arrayContaining(['quit', 'editMenu', 'windowMenu']));
    expect(rolesOf('win32', true)).not.toContain('toggleDevTools');
    expect(rolesOf('linux', false)).toContain('toggleDevTools');
  });

  function menu(platform: NodeJS.Platform, isPackaged: boolean): readonly MenuEntry[] {
    // The stand-in's menu is the template as it was given.
    return JSON.parse(
      JSON.stringify(menuTemplate({ platform, isPackaged, sendCommand() {} }), keepClick),
    ) as MenuEntry[];
  }

  function keepClick(key: string, value: unknown): unknown {
    return key === 'click' ? {} : value;
  }
});
