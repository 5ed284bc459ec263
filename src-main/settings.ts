/**
 * The user's settings.json, the same for all hosts. Read at start; a missing file is all defaults, a wrong value an
 * error that names the file, the key and what would be right.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EngineError } from '../src-shared/errors.ts';
import { isZone } from '../src-shared/model/zone.ts';

export interface Settings {
  /** Index and scan workers, 1 to 64. */
  readonly workers?: number;
  /** Memory for indexes in MiB. */
  readonly memoryBudgetMb?: number;
  /** Most MiB that a compressed file or standard input may unpack to. */
  readonly spoolLimitMb?: number;
  /** Whether finished indexes are kept for the next time. */
  readonly cache?: boolean;
  /** Most MiB of all stored indexes. */
  readonly cacheLimitMb?: number;
  /** Zone of times without a zone, and zone in which times are shown. */
  readonly timezone?: string;
  readonly displayTimezone?: string;
}

export interface ReadSettings {
  readonly settings: Settings;
  /** Keys that this version does not know, most likely typing errors. */
  readonly unknown: readonly string[];
}

export const settingsPath = (configFolder: string): string => join(configFolder, 'settings.json');

type Check = (value: unknown) => string | undefined;

const checks: Readonly<Record<keyof Settings, Check>> = {
  workers: wholeNumber(1, 64),
  // Below this the index of a small file has no room beside its own dictionaries.
  memoryBudgetMb: wholeNumber(64, 1_048_576),
  spoolLimitMb: wholeNumber(1, 1_073_741_824),
  cache: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
  cacheLimitMb: wholeNumber(16, 1_073_741_824),
  timezone: zoneName,
  displayTimezone: zoneName,
};

/** @throws EngineError bad-argument: not JSON, or a wrong value; not-readable: the file is there but cannot be read */
export function readSettings(configFolder: string): ReadSettings {
  const path = settingsPath(configFolder);
  const text = readIfThere(path);
  return text === undefined ? { settings: {}, unknown: [] } : parseSettings(text, path);
}

/** @throws EngineError bad-argument; `path` is only for its message */
export function parseSettings(text: string, path: string): ReadSettings {
  const parsed = parseJson(text.replace(/^\ufeff/, ''), path);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new EngineError('bad-argument', `${path} must hold one JSON object, such as {"workers": 4}.`);
  }
  const settings: Record<string, unknown> = {};
  const unknown: string[] = [];
  for (const [key, value] of Object.entries(parsed)) {
    if (!isSetting(key)) {
      unknown.push(key);
      continue;
    }
    const expected = checks[key](value);
    if (expected !== undefined) {
      throw new EngineError('bad-argument', `${path}: "${key}" must be ${expected}, not ${JSON.stringify(value)}.`);
    }
    settings[key] = value;
  }
  return { settings, unknown };
}

const isSetting = (key: string): key is keyof Settings => Object.hasOwn(checks, key);

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new EngineError(
      'not-readable',
      `Cannot read the settings in ${path} (${String(code)}); check its permissions.`,
    );
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError('bad-argument', `${path} is not valid JSON (${reason}); correct or remove it.`);
  }
}

function wholeNumber(least: number, most: number): Check {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? undefined
      : `a whole number from ${least} to ${most}`;
}

function zoneName(value: unknown): string | undefined {
  return typeof value === 'string' && isZone(value) ? undefined : 'a time zone, such as "Europe/Berlin"';
}
