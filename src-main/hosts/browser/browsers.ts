/** Where the browsers are that can show a page in a window of its own (`--app=`): all of Chromium's family. */
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Environment } from '../../places.ts';

export interface Browser {
  /** For people. */
  readonly name: string;
  readonly path: string;
  /** A snap sees no hidden folders of the home folder; its profile must lie in this one. */
  readonly profileFolder?: string;
}

const onPath: readonly (readonly [command: string, name: string])[] = [
  ['google-chrome-stable', 'Chrome'],
  ['google-chrome', 'Chrome'],
  ['chromium', 'Chromium'],
  ['chromium-browser', 'Chromium'],
  ['microsoft-edge-stable', 'Edge'],
  ['microsoft-edge', 'Edge'],
  ['brave-browser', 'Brave'],
];

const macApps: readonly (readonly [app: string, name: string])[] = [
  ['Google Chrome', 'Chrome'],
  ['Microsoft Edge', 'Edge'],
  ['Chromium', 'Chromium'],
  ['Brave Browser', 'Brave'],
];

const windowsPrograms: readonly (readonly [path: string, name: string])[] = [
  ['Google\\Chrome\\Application\\chrome.exe', 'Chrome'],
  ['Microsoft\\Edge\\Application\\msedge.exe', 'Edge'],
  ['Chromium\\Application\\chrome.exe', 'Chromium'],
];

/** Those that are there, best first. TAILLIGHT_BROWSER names another one, which is then the only one. */
export function findBrowsers(env: Environment, platform: NodeJS.Platform): readonly Browser[] {
  const chosen = env['TAILLIGHT_BROWSER'];
  if (chosen !== undefined && chosen !== '') return [{ name: chosen, path: chosen }];
  return candidates(env, platform).filter(({ path }) => isExecutable(path));
}

function candidates(env: Environment, platform: NodeJS.Platform): Browser[] {
  switch (platform) {
    case 'darwin':
      return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) =>
        macApps.map(([app, name]) => ({ name, path: join(folder, `${app}.app`, 'Contents', 'MacOS', app) })),
      );
    case 'win32':
      return [env['ProgramFiles'], env['ProgramFiles(x86)'], env['LOCALAPPDATA']]
        .filter((folder) => folder !== undefined)
        .flatMap((folder) => windowsPrograms.map(([path, name]) => ({ name, path: join(folder, path) })));
    default:
      return linuxCandidates(env);
  }
}

function linuxCandidates(env: Environment): Browser[] {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const snapFolder = join(homedir(), 'snap', 'chromium', 'common');
  return onPath.flatMap(([command, name]) => {
    const path = folders.map((folder) => join(folder, command)).find(isExecutable);
    if (path === undefined) return [];
    const isSnap = name === 'Chromium' && isExecutable('/snap/bin/chromium');
    return [{ name, path, ...(isSnap ? { profileFolder: snapFolder } : {}) }];
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
