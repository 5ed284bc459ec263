import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createPrivateFolder, findPlaces, writePrivateFile, type Places } from '../../../src-main/places.ts';
import { parseSettings, readSettings } from '../../../src-main/settings.ts';
import { errorToData } from '../../../src-shared/errors.ts';

describe('places', () => {
  const cases: readonly (readonly [NodeJS.Platform, Record<string, string>, string, Places])[] = [
    ['linux', {}, '/home/a', { configFolder: '/home/a/.config/taillight', cacheFolder: '/home/a/.cache/taillight' }],
    [
      'linux',
      { XDG_CONFIG_HOME: '/c', XDG_CACHE_HOME: 'relative' },
      '/home/a',
      { configFolder: '/c/taillight', cacheFolder: '/home/a/.cache/taillight' },
    ],
    [
      'linux',
      { TAILLIGHT_CONFIG: '/x', TAILLIGHT_CACHE: '', XDG_CACHE_HOME: '/k' },
      '/home/a',
      { configFolder: '/x', cacheFolder: '/k/taillight' },
    ],
    [
      'darwin',
      { XDG_CONFIG_HOME: '/c' },
      '/Users/a',
      {
        configFolder: '/Users/a/Library/Application Support/taillight',
        cacheFolder: '/Users/a/Library/Caches/taillight',
      },
    ],
    [
      'win32',
      { APPDATA: 'C:\\Users\\a\\AppData\\Roaming', LOCALAPPDATA: 'C:\\Users\\a\\AppData\\Local' },
      'C:\\Users\\a',
      {
        configFolder: 'C:\\Users\\a\\AppData\\Roaming\\taillight',
        cacheFolder: 'C:\\Users\\a\\AppData\\Local\\taillight\\cache',
      },
    ],
    [
      'win32',
      {},
      'C:\\Users\\a',
      {
        configFolder: 'C:\\Users\\a\\AppData\\Roaming\\taillight',
        cacheFolder: 'C:\\Users\\a\\AppData\\Local\\taillight\\cache',
      },
    ],
  ];
  test.each(cases)('on %s with %j in %s', (platform, env, home, places) => {
    expect(findPlaces(env, platform, home)).toEqual(places);
  });

  test('are private', () => {
    const root = mkdtempSync(join(tmpdir(), 'taillight-places-'));
    try {
      const folder = join(root, 'a', 'b');
      createPrivateFolder(folder);
      createPrivateFolder(folder);
      const file = join(folder, 'settings.json');
      writeFileSync(file, 'old', { mode: 0o644 });
      writePrivateFile(file, '{}');
      const modes = [join(root, 'a'), folder, file].map((path) => statSync(path).mode & 0o777);
      expect(modes).toEqual([0o700, 0o700, 0o600]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

describe('settings', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'taillight-settings-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('are all defaults when there is no file', () => {
    expect(readSettings(folder)).toEqual({ settings: {}, unknown: [] });
    expect(readSettings(join(folder, 'missing'))).toEqual({ settings: {}, unknown: [] });
  });

  test('are read, and unknown ones are told', () => {
    const settings = {
      workers: 3,
      memoryBudgetMb: 512,
      spoolLimitMb: 10,
      cache: false,
      cacheLimitMb: 100,
      displayTimezone: 'UTC',
    };
    writeFileSync(join(folder, 'settings.json'), `\ufeff${JSON.stringify({ ...settings, wrokers: 1 })}`);
    expect(readSettings(folder)).toEqual({ settings, unknown: ['wrokers'] });
  });

  const wrong: readonly (readonly [string, string])[] = [
    ['{', 's.json is not valid JSON ('],
    ['[1]', 's.json must hold one JSON object, such as {"workers": 4}.'],
    ['{"workers": 0}', 's.json: "workers" must be a whole number from 1 to 64, not 0.'],
    ['{"workers": "4"}', 's.json: "workers" must be a whole number from 1 to 64, not "4".'],
    ['{"memoryBudgetMb": 1.5}', 's.json: "memoryBudgetMb" must be a whole number from 64 to 1048576, not 1.5.'],
    ['{"cacheLimitMb": 1}', 's.json: "cacheLimitMb" must be a whole number from 16 to 1073741824, not 1.'],
    ['{"cache": "off"}', 's.json: "cache" must be true or false, not "off".'],
    [
      '{"timezone": "Mars/Phobos"}',
      's.json: "timezone" must be a time zone, such as "Europe/Berlin", not "Mars/Phobos".',
    ],
  ];
  test.each(wrong)('refuse %s', (text, message) => {
    let data: unknown;
    try {
      parseSettings(text, 's.json');
    } catch (error) {
      data = errorToData(error);
    }
    expect(data).toEqual({ code: 'bad-argument', message: expect.stringContaining(message) });
  });
});
