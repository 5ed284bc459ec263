/** Formats of users: what they read, and what is said about the ones that are wrong. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chooseFormat, detectFormat, formatFor, loadCustomFormat } from '../../../src-main/formats/index.ts';
import type { CustomFormat, ParserOptions } from '../../../src-main/formats/format.ts';
import { fieldsOf, readRecords, testOptions } from './read-records.ts';

const load = (file: object): CustomFormat => loadCustomFormat(JSON.stringify({ name: 'mine', ...file }), 'mine.json');

const read = (file: object, text: string | Uint8Array, options?: ParserOptions) =>
  fieldsOf(text, formatFor({ name: 'mine', custom: load(file) }), options);

describe('nginx log_format', () => {
  test('reads variables with their units and meanings', () => {
    const nginx =
      '$remote_addr - $remote_user [$time_iso8601] "$request" $status $body_bytes_sent "$http_referer" ' +
      '"$http_user_agent" $request_time $upstream_response_time $upstream_addr $pipe "$http_x_forwarded_for" $host:$server_port';
    const line =
      '192.0.2.7 - frank [2026-03-01T10:00:00+01:00] "GET /a?b HTTP/2.0" 502 17 "-" "curl/8" 0.057 0.001, 0.050 10.0.0.1:80, 10.0.0.2:80 . "198.51.100.1" www.example.com:443';
    expect(read({ nginx }, line)).toEqual([
      {
        client_ip: '192.0.2.7',
        user: 'frank',
        time: '2026-03-01T09:00:00.000Z',
        method: 'GET',
        path: '/a',
        query: 'b',
        protocol: 'HTTP/2.0',
        status: 502,
        level: 'error',
        bytes: 17,
        user_agent: 'curl/8',
        duration: 57,
        upstream_response_time: '0.001, 0.050',
        upstream_addr: '10.0.0.1:80, 10.0.0.2:80',
        pipe: '.',
        http_x_forwarded_for: '198.51.100.1',
        vhost: 'www.example.com',
        server_port: 443,
      },
    ]);
  });

  test('reads a whole directive, and keeps what another value says better under its own name', () => {
    const nginx = `log_format timed escape=default '$msec $time_local ' '"$request_method $scheme://$host$request_uri" '
      '$bytes_sent $body_bytes_sent $upstream_response_time';`;
    expect(
      read({ nginx }, '1772359200.123 01/Mar/2026:10:00:00 +0000 "GET https://shop.example/a?b=c" 300 17 0.250\n'),
    ).toEqual([
      {
        time: '2026-03-01T10:00:00.123Z',
        time_local: '01/Mar/2026:10:00:00 +0000',
        method: 'GET',
        scheme: 'https',
        vhost: 'shop.example',
        path: '/a',
        query: 'b=c',
        bytes_sent: 300,
        bytes: 17,
        upstream_response_time: 250,
      },
    ]);
  });

  test('takes renamed variables with types and units', () => {
    const fields = {
      upstream_http_x_took: { rename: 'duration', unit: 'us' },
      upstream_http_x_ok: { rename: 'ok', type: 'boolean' },
      upstream_http_x_zip: { type: 'text' },
    };
    const nginx = '$status $upstream_http_x_took $upstream_http_x_ok $upstream_http_x_zip';
    expect(read({ nginx, fields }, '200 1500 TRUE 01234\n200 - maybe 5')).toEqual([
      { status: 200, level: 'info', duration: 1.5, ok: true, upstream_http_x_zip: '01234' },
      { status: 200, level: 'info', ok: 'maybe', upstream_http_x_zip: '5' },
    ]);
  });

  test('a line in which a status or a size is none does not fit', () => {
    expect(read({ nginx: '$status $body_bytes_sent $uri' }, 'abc 1 /\n200 x /\n200 1\n200 1 /')).toEqual([
      false,
      false,
      false,
      { status: 200, level: 'info', bytes: 1, path: '/' },
    ]);
  });

  test.each([
    ['$remote_addr$remote_user', '$remote_addr and $remote_user with nothing between'],
    ['escape', 'has no values'],
    ['{"a":"$status"}', 'writes JSON'],
    [`log_format j escape=json '{"a":"$status"}';`, 'escape=json'],
  ])('refuses %j', (nginx, message) => {
    expect(() => load({ nginx })).toThrow(message);
  });
});

describe('Apache LogFormat', () => {
  test('reads directives with their units and meanings', () => {
    const apache =
      'LogFormat "%v:%p %h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-agent}i\\" %D %I %X %{X-Forwarded-For}i %{tid}P" mine';
    const line =
      'www.example.com:443 192.0.2.7 - - [01/Mar/2026:10:00:00 +0330] "GET /a? HTTP/1.1" 404 17 "-" "say \\"hi\\"" 57123 400 + 198.51.100.1 99';
    expect(read({ apache }, line)).toEqual([
      {
        vhost: 'www.example.com',
        server_port: 443,
        client_ip: '192.0.2.7',
        time: '2026-03-01T06:30:00.000Z',
        method: 'GET',
        path: '/a',
        query: '',
        protocol: 'HTTP/1.1',
        status: 404,
        level: 'warn',
        bytes: 17,
        user_agent: 'say \\"hi\\"',
        duration: 57.123,
        request_bytes: 400,
        connection_status: '+',
        'X-Forwarded-For': '198.51.100.1',
        thread: '99',
      },
    ]);
  });

  test('reads a time in pieces, a target in two, and of several durations the finest', () => {
    const apache = '[%{%Y-%m-%d %T}t.%{msec_frac}t %{%z}t] "%m %U%q %H" %s %T/%D %{ms}T 100%%';
    expect(read({ apache }, '[2026-03-01 10:00:00.123 +0100] "GET /a?b HTTP/1.1" 200 1/1234567 1234 100%')).toEqual([
      {
        time: '2026-03-01T09:00:00.123Z',
        method: 'GET',
        path: '/a',
        query: 'b',
        protocol: 'HTTP/1.1',
        status: 200,
        level: 'info',
        duration: 1234.567,
        duration_s: 1,
        duration_ms: 1234,
      },
    ]);
  });

  test('knows the nicknames', () => {
    expect(read({ apache: 'common' }, '192.0.2.7 - - [01/Mar/2026:10:00:00 +0000] "-" 408 -')).toEqual([
      { client_ip: '192.0.2.7', time: '2026-03-01T10:00:00.000Z', request: '-', status: 408, level: 'warn' },
    ]);
  });

  test.each([
    ['%h %', 'directive that is none'],
    ['%{%q}t %s', 'unknown directive %q'],
    ['%h%u', '%h and %u with nothing between'],
  ])('refuses %j', (apache, message) => {
    expect(() => load({ apache })).toThrow(message);
  });
});

describe('pattern', () => {
  test('maps groups that have a known name, and keeps the others', () => {
    const pattern = String.raw`(?<time>\S+) (?<level>\w+) \[(?<worker>\d+)\] (?:took (?<duration>[\d.]+)s )?(?<message>.*)`;
    const fields = { duration: { unit: 's' }, worker: { type: 'integer' } };
    expect(
      read(
        { pattern, fields },
        '2026-03-01T10:00:00Z WARN [7] took 0.57s done\n2026-03-01T10:00:01Z LOUD [08] -\nnot so',
      ),
    ).toEqual([
      { time: '2026-03-01T10:00:00.000Z', level: 'warn', worker: 7, duration: 570, message: 'done' },
      { time: '2026-03-01T10:00:01.000Z', x_level: 'LOUD', worker: 8, message: '-' },
      false,
    ]);
  });

  test('lines that do not fit go on with the message where it is multiline', () => {
    const file = {
      pattern: String.raw`(?<time>\d\d\.\d\d\.\d{4} \d\d:\d\d) (?<message>.*)`,
      time: '%d.%m.%Y %H:%M',
      multiline: true,
    };
    const text = 'lost\n01.03.2026 10:00 first\r\n  second\r\n\r\n01.03.2026 10:01 next';
    const options = { ...testOptions, zone: 'Europe/Berlin' };
    expect(readRecords(text, formatFor({ name: 'mine', custom: load(file) }), options).records).toEqual([
      { raw: 'lost', fields: false },
      {
        raw: '01.03.2026 10:00 first\n  second\n',
        fields: { time: '2026-03-01T09:00:00.000Z', message: 'first\n  second' },
      },
      { raw: '01.03.2026 10:01 next', fields: { time: '2026-03-01T09:01:00.000Z', message: 'next' } },
    ]);
  });

  test('finds groups in text beyond ASCII, in UTF-8 and in other encodings', () => {
    const file = { pattern: '(?<who>[^:]+): (?<message>.*) ü(?<rest>.)' };
    const expected = [{ who: 'Jörg', message: '€ häßlich', rest: 'ß' }];
    expect(read(file, 'Jörg: € häßlich üß')).toEqual(expected);
    const latin = Buffer.from('Jörg: \x80 häßlich üß', 'latin1');
    expect(read(file, latin, { ...testOptions, encoding: 'windows-1252' })).toEqual(expected);
    const korean = Buffer.from([0xc8, 0xab, 0x3a, 0x20, 0xb1, 0xe6, 0xb5, 0xbf]);
    expect(read({ pattern: '(?<who>[^:]+): (?<message>.*)' }, korean, { ...testOptions, encoding: 'euc-kr' })).toEqual([
      { who: '홍', message: '길동' },
    ]);
  });

  test('reads bytes that are no text', () => {
    expect(read({ pattern: '(?<message>.*)' }, Buffer.from([0xff, 0x61, 0xc3]))).toEqual([
      { message: '\ufffda\ufffd' },
    ]);
  });

  test('does not run away', () => {
    const pattern = '(?<message>(?:(?:a+)+)+)b';
    const began = performance.now();
    expect(read({ pattern }, 'a'.repeat(20_000))).toEqual([false]);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test('takes apart a request or the groups within it', () => {
    expect(read({ pattern: '"(?<request>[^"]*)"' }, '"GET / HTTP/1.1"')).toEqual([
      { method: 'GET', path: '/', protocol: 'HTTP/1.1' },
    ]);
    expect(read({ pattern: String.raw`"(?<request>(?<method>\S+) (?<path>\S+) \S+)"` }, '"GET / HTTP/1.1"')).toEqual([
      { request: 'GET / HTTP/1.1', method: 'GET', path: '/' },
    ]);
  });
});

describe('times', () => {
  test.each([
    ['iso', '2026-03-01T10:00:00+01:00', '2026-03-01T09:00:00.000Z'],
    ['epoch', '1772359200.5', '2026-03-01T10:00:00.500Z'],
    ['epoch_ms', '1772359200500', '2026-03-01T10:00:00.500Z'],
    ['epoch_us', '1772359200500999', '2026-03-01T10:00:00.500Z'],
    ['auto', 'Sun Mar  1 10:00:00 2026', '2026-03-01T10:00:00.000Z'],
    ['%d/%b/%Y %I:%M:%S %p', '01/Mar/2026 10:00:00 PM', '2026-03-01T22:00:00.000Z'],
    ['%y%j %H%M%S.%f %z', '26060 100000.123456 -08:00', '2026-03-01T18:00:00.123Z'],
    ['%A, %B %e %Y %R', 'Sunday, March  1 2026 10:00', '2026-03-01T10:00:00.000Z'],
    ['%b %e %T', 'Mar  1 10:00:00', '2025-03-01T10:00:00.000Z'],
    ['%s.%N', '1772359200.987654321', '2026-03-01T10:00:00.987Z'],
    ['at %Q', 'at 1772359200500', '2026-03-01T10:00:00.500Z'],
  ])('%s reads %j', (time, text, expected) => {
    expect(read({ pattern: '<(?<time>[^>]*)>', time }, `<${text}>`)).toEqual([{ time: expected }]);
  });

  test.each(['2026-02-30 10:00:00', '2026-03-01 24:00:00', '2026-03-01', '2026-03-01 10:00:00 ', ''])(
    '%j does not fit',
    (text) => {
      expect(read({ pattern: '<(?<time>[^>]*)>', time: '%Y-%m-%d %H:%M:%S' }, `<${text}>`)).toEqual([false]);
    },
  );
});

describe('a format file that is wrong', () => {
  test.each([
    ['{"name": "x", }', 'is not JSON (line 1)'],
    ['[]', 'has to be an object'],
    ['{"name": "a b", "pattern": "(?<a>.)"}', '"name" has to be letters'],
    ['{"name": "x"}', 'exactly one of "pattern", "nginx" and "apache"'],
    ['{"name": "x", "pattern": "(?<a>.)", "nginx": "$status"}', 'exactly one of'],
    ['{"name": "x", "patern": "(?<a>.)"}', '"patern" is not a key'],
    ['{"name": "x", "pattern": "("}', '"pattern": '],
    ['{"name": "x", "pattern": "(.*)"}', 'no named groups'],
    ['{"name": "x", "pattern": "(?<a>(?:(?:a{500}){40}){5})"}', '"pattern": '],
    ['{"name": "x", "pattern": "(?<time>.)", "time": "%H"}', '"time" has no date'],
    ['{"name": "x", "pattern": "(?<a>.)", "fields": {"b": {}}}', 'no such group; it has a'],
    ['{"name": "x", "pattern": "(?<a>.)", "fields": {"a": {"type": "float"}}}', '"fields"."a": "type" is one of'],
    ['{"name": "x", "pattern": "(?<a>.)(?<b>.)", "fields": {"a": {"rename": "b"}}}', 'two values would be "b"'],
    ['{"name": "x", "nginx": "$status", "multiline": true}', '"multiline" goes with "pattern" only'],
    ['{"name": "x", "pattern": "(?<a>.)", "samples": ["a", "bb"]}', '"samples": number 2 does not fit'],
  ])('%s', (text, message) => {
    expect(() => loadCustomFormat(text, 'x.json')).toThrow(expect.objectContaining({ code: 'bad-format' }));
    expect(() => loadCustomFormat(text, 'x.json')).toThrow('The format file x.json');
    expect(() => loadCustomFormat(text, 'x.json')).toThrow(message);
  });
});

test('a format of the user is detected before those that are built in', () => {
  const custom = load({
    nginx: '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent $request_time',
  });
  const sample = new TextEncoder().encode(
    '192.0.2.7 - - [01/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5 0.005\n'.repeat(9),
  );
  const options = { ...testOptions, fileName: 'a.log', custom: [custom] };
  expect(detectFormat(sample, options)).toEqual({ choice: { name: 'mine', custom }, confidence: 1 });
  expect(detectFormat(sample, { ...options, custom: [] }).choice.name).toBe('access-log');
  expect(chooseFormat('mine', sample, options)).toEqual({ name: 'mine', custom });
  expect(() => chooseFormat('other', sample, options)).toThrow('There is no format "other"');
});

test('the examples of docs/formats.md work', () => {
  const text = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'formats.md'), 'utf8');
  const examples = [...text.matchAll(/^```json\n(.*?)^```/gms)].map(([, json]) => loadCustomFormat(json, 'formats.md'));
  expect(examples.map(({ name }) => name)).toEqual(['shop', 'worker']);
});
