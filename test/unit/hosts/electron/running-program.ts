/** The real main process code over the stand-ins for electron and engine, started anew for each test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { createCaller, portChannel, type Caller } from '../../../../src-shared/rpc/index.ts';
import type * as ElectronStandIn from '../../../stand-ins/electron.ts';
import { createFakeEngine, type FakeEngine } from '../fake-engine.ts';

export type Electron = typeof ElectronStandIn;

export interface Start {
  readonly argv?: readonly string[];
  readonly platform?: NodeJS.Platform;
  /** Configuration and cache of an earlier start. */
  readonly folder?: string;
  readonly engine?: FakeEngine;
  /** Changes the stand-in before the program loads. */
  readonly prepare?: (electron: Electron) => void;
}

export interface RunningProgram {
  readonly electron: Electron;
  readonly engine: FakeEngine;
  readonly folder: string;
  readonly window: ElectronStandIn.BrowserWindow;
  /** Connects as the page does, through the real preload. */
  connect(): Promise<Caller>;
}

const folders: string[] = [];

/** Loads main.ts; not ready yet. */
export async function loadProgram(start: Start = {}): Promise<Omit<RunningProgram, 'window'>> {
  const folder = start.folder ?? mkdtempSync(join(tmpdir(), 'taillight-desktop-'));
  folders.push(folder);
  vi.resetModules();
  vi.stubEnv('TAILLIGHT_CONFIG', join(folder, 'config'));
  vi.stubEnv('TAILLIGHT_CACHE', join(folder, 'cache'));
  vi.stubGlobal(
    'process',
    Object.create(process, {
      argv: { value: start.argv ?? ['/opt/taillight/taillight'] },
      platform: { value: start.platform ?? 'linux' },
      defaultApp: { value: start.argv?.[0]?.endsWith('electron') },
    }),
  );
  const engine = start.engine ?? createFakeEngine();
  vi.doMock('../../../../src-main/engine/index.ts', () => ({ createEngine: () => engine }));
  const electron = await import('../../../stand-ins/electron.ts');
  start.prepare?.(electron);
  await import('../../../../src-main/hosts/electron/main.ts');
  return { electron, engine, folder, connect: () => connectPage(electron) };
}

/** Loads main.ts and lets the program become ready, with its window loaded. */
export async function startProgram(start: Start = {}): Promise<RunningProgram> {
  const program = await loadProgram(start);
  await program.electron.control.becomeReady();
  await pageLoaded(program.electron);
  return {
    ...program,
    get window() {
      const window = program.electron.BrowserWindow.getAllWindows()[0];
      if (window === undefined) throw new Error('There is no window.');
      return window;
    },
  };
}

/** To be called after each test. */
export function forgetPrograms(): void {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.doUnmock('../../../../src-main/engine/index.ts');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

interface Host {
  readonly requestPort: () => void;
}

const isHost = (value: unknown): value is Host => typeof value === 'object' && value !== null && 'requestPort' in value;

const pageLoaded = (electron: Electron): Promise<void> =>
  vi.waitFor(() => {
    if (electron.BrowserWindow.getAllWindows()[0]?.webContents.getURL() === '') throw new Error('Not loaded.');
  });

async function connectPage(electron: Electron): Promise<Caller> {
  await pageLoaded(electron);
  const received = new Promise<MessagePort>((resolve) => {
    vi.stubGlobal('window', {
      postMessage(message: unknown, _origin: string, ports: readonly MessagePort[]) {
        if (message === 'engine-port') resolve(ports[0]);
      },
    });
  });
  await import('../../../../src-main/hosts/electron/preload.ts');
  const host = electron.exposed.get('host');
  if (!isHost(host)) throw new Error('The preload exposed no host.');
  host.requestPort();
  return createCaller(portChannel(await received));
}
