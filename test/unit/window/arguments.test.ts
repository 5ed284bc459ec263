import { expect, test } from 'vitest';
import { parseServeArguments, parseWindowArguments, withSettings } from '../../../src-main/window/index.ts';

test('reads files and options of serve', () => {
  expect(
    parseServeArguments(
      [
        'a.log',
        '--port',
        '8080',
        '--no-open',
        '/b.log',
        '--format=jsonl',
        '--timezone',
        'Asia/Tokyo',
        '--year',
        '2024',
      ],
      '/logs',
    ),
  ).toEqual({
    files: ['/logs/a.log', '/b.log'],
    readsInput: false,
    options: { format: 'jsonl', encoding: undefined, timezone: 'Asia/Tokyo', year: 2024, noCache: false },
    displayTimezone: undefined,
    port: 8080,
    open: false,
    help: false,
    version: false,
  });
});

test('takes the options that all commands have', () => {
  const args = ['--no-cache', '--bom', '--crlf', '--no-neutralize', '--display-timezone', 'UTC', '--encoding', 'cp949'];
  expect(parseServeArguments(args, '/')).toMatchObject({
    options: { noCache: true, encoding: 'cp949' },
    displayTimezone: 'UTC',
    port: 0,
    open: true,
  });
});

test.each([
  [['--prot', '1']],
  [['--port']],
  [['--port', 'x']],
  [['--port', '70000']],
  [['--port', '-1']],
  [['--year', '0']],
  [['--no-open=yes']],
])('refuses %j', (args) => {
  expect(() => parseServeArguments(args, '/')).toThrow(expect.objectContaining({ code: 'bad-argument' }));
});

test('passes over what Chromium, drivers and systems add to a desktop program', () => {
  const args = [
    '--inspect=0',
    '--remote-debugging-port=0',
    '--no-sandbox',
    '--allow-file-access-from-files',
    'a.log',
    '--original-process-start-time=13370000000000',
    '-psn_0_12345',
    '--year',
    'soon',
    '--format',
    'jsonl',
    'file:///logs/with%20space.log',
  ];
  expect(parseWindowArguments(args, '/home/ann')).toEqual({
    files: ['/home/ann/a.log', '/logs/with space.log'],
    readsInput: false,
    options: { format: 'jsonl', encoding: undefined, timezone: undefined, year: undefined, noCache: false },
    displayTimezone: undefined,
  });
});

test('keeps an address of another machine as it stands', () => {
  expect(parseWindowArguments(['file://server/%00.log'], '/').files).toEqual(['file://server/%00.log']);
});

test('lets the command line win over the settings', () => {
  const given = parseWindowArguments(['--timezone', 'Asia/Tokyo'], '/');
  const settings = { timezone: 'UTC', displayTimezone: 'Europe/Berlin', cache: false };
  expect(withSettings(given, settings)).toMatchObject({
    options: { timezone: 'Asia/Tokyo', noCache: true },
    displayTimezone: 'Asia/Tokyo',
  });
  expect(withSettings(parseWindowArguments([], '/'), settings)).toMatchObject({
    options: { timezone: 'UTC' },
    displayTimezone: 'Europe/Berlin',
  });
});

test('takes - for standard input', () => {
  expect(parseServeArguments(['a.log', '-'], '/logs')).toMatchObject({ files: ['/logs/a.log'], readsInput: true });
});
