/**
 * Where Taillight keeps things, the same for all hosts: settings, formats and sessions in the system's
 * configuration folder, indexes in its cache folder (CONTRACT: Places). Folders are this user's alone.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';

export interface Places {
  readonly configFolder: string;
  readonly cacheFolder: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** TAILLIGHT_CONFIG and TAILLIGHT_CACHE name the folders themselves; else they are `taillight` in the system's. */
export function findPlaces(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): Places {
  const system = systemFolders(env, platform, home);
  return {
    configFolder: chosen(env.TAILLIGHT_CONFIG) ?? system.configFolder,
    cacheFolder: chosen(env.TAILLIGHT_CACHE) ?? system.cacheFolder,
  };
}

function systemFolders(env: Environment, platform: NodeJS.Platform, home: string): Places {
  switch (platform) {
    case 'win32': {
      const roaming = chosen(env.APPDATA) ?? win32.join(home, 'AppData', 'Roaming');
      const local = chosen(env.LOCALAPPDATA) ?? win32.join(home, 'AppData', 'Local');
      return {
        configFolder: win32.join(roaming, 'taillight'),
        cacheFolder: win32.join(local, 'taillight', 'cache'),
      };
    }
    case 'darwin': {
      const library = posix.join(home, 'Library');
      return {
        configFolder: posix.join(library, 'Application Support', 'taillight'),
        cacheFolder: posix.join(library, 'Caches', 'taillight'),
      };
    }
    default:
      return {
        configFolder: posix.join(xdg(env.XDG_CONFIG_HOME) ?? posix.join(home, '.config'), 'taillight'),
        cacheFolder: posix.join(xdg(env.XDG_CACHE_HOME) ?? posix.join(home, '.cache'), 'taillight'),
      };
  }
}

const chosen = (value: string | undefined): string | undefined => (value === '' ? undefined : value);

/** The XDG base directory specification has relative paths ignored. */
const xdg = (value: string | undefined): string | undefined =>
  value !== undefined && posix.isAbsolute(value) ? value : undefined;

/** Creates the folder, with its parents, for this user alone. One that exists is left as it is. */
export function createPrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** Writes a small file that only this user may read, also when it existed with another mode. */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  writeFileSync(path, content, { mode: 0o600 });
  chmodSync(path, 0o600);
}
