/** Access logs: lines that are hard to read, logs whose format changed, and a round trip of generated lines. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accessLog } from '../../../src-main/formats/access-log.ts';
import { createSample } from '../../../src-main/formats/detect.ts';
import type { Format } from '../../../src-main/formats/format.ts';
import { formatInstantUtc } from '../../../src-shared/model/zone.ts';
import { fieldsOf, testOptions, type ReadFields } from './read-records.ts';

const detect = (text: string): { readonly format: Format; readonly score: number } => {
  const found = accessLog.detect(createSample(new TextEncoder().encode(text), testOptions, ''));
  if (found === undefined) throw new Error('no access log');
  const { dialect = {}, score } = found;
  return { format: accessLog.create({ name: 'access-log', dialect }), score };
};

const combined = accessLog.create({ name: 'access-log' });
const head = '192.0.2.7 - - [01/Mar/2026:10:00:00 +0000]';
const known = { client_ip: '192.0.2.7', time: '2026-03-01T10:00:00.000Z' };

describe('a combined line', () => {
  const read = (text: string): ReadFields | false => fieldsOf(text, combined)[0];
  const request = (text: string): ReadFields | false => read(`${head} "${text}" 200 5 "-" "-"`);
  const answered = { ...known, status: 200, level: 'info', bytes: 5 };

  test.each<readonly [string, ReadFields]>([
    ['GET /a HTTP/1.1', { method: 'GET', path: '/a', protocol: 'HTTP/1.1' }],
    ['GET /a? HTTP/2', { method: 'GET', path: '/a', query: '', protocol: 'HTTP/2' }],
    ['GET /?a=b?c HTTP/1.1', { method: 'GET', path: '/', query: 'a=b?c', protocol: 'HTTP/1.1' }],
    ['OPTIONS * HTTP/1.0', { method: 'OPTIONS', path: '*', protocol: 'HTTP/1.0' }],
    ['CONNECT a.example:443 HTTP/1.1', { method: 'CONNECT', path: 'a.example:443', protocol: 'HTTP/1.1' }],
    [
      'GET http://a.example/b?c HTTP/1.1',
      { method: 'GET', path: 'http://a.example/b', query: 'c', protocol: 'HTTP/1.1' },
    ],
    ['M-SEARCH * HTTP/1.1', { method: 'M-SEARCH', path: '*', protocol: 'HTTP/1.1' }],
    ['DESCRIBE rtsp://a/b RTSP/1.0', { method: 'DESCRIBE', path: 'rtsp://a/b', protocol: 'RTSP/1.0' }],
    ['GET /\\"quoted\\" HTTP/1.1', { method: 'GET', path: '/\\"quoted\\"', protocol: 'HTTP/1.1' }],
    ['-', { request: '-' }],
    ['', { request: '' }],
    ['GET /old', { request: 'GET /old' }],
    ['GET /a b HTTP/1.1', { request: 'GET /a b HTTP/1.1' }],
    ['GET  HTTP/1.1', { request: 'GET  HTTP/1.1' }],
    ['GET / HTTP/1.', { request: 'GET / HTTP/1.' }],
    ['GET / HTTP/', { request: 'GET / HTTP/' }],
    ['GET / /1.1', { request: 'GET / /1.1' }],
    ['(GET) / HTTP/1.1', { request: '(GET) / HTTP/1.1' }],
    ['t3 12.1.2', { request: 't3 12.1.2' }],
    ['\\x16\\x03\\x01', { request: '\\x16\\x03\\x01' }],
    ['\x16\x03\x01 \xff', { request: '\x16\x03\x01 \xff' }],
  ])('takes apart the request %j', (text, expected) => {
    expect(request(text)).toEqual({ ...answered, ...expected });
  });

  test.each<readonly [string, ReadFields]>([
    [`${head} "-" - - "-" "-"`, { ...known, request: '-', level: 'info' }],
    [`${head} "-" 000 0 "-" "-"`, { ...known, request: '-', status: 0, level: 'info', bytes: 0 }],
    [
      `${head} "-" 499 9007199254740993 "" "a \\\\"`,
      {
        ...known,
        request: '-',
        status: 499,
        level: 'warn',
        bytes: { exact: '9007199254740993' },
        referrer: '',
        user_agent: 'a \\\\',
      },
    ],
    [
      `::1 - - [01/Mar/2026:10:00:60 +0000] "-" 500 1 "-" "-" \t`,
      { client_ip: '::1', time: '2026-03-01T10:01:00.000Z', request: '-', status: 500, level: 'error', bytes: 1 },
    ],
    [
      'crawl.example.com id a user [with] a name [29/Feb/2024:23:59:59 -1130] "-" 200 1 "-" "-"',
      {
        client_ip: 'crawl.example.com',
        ident: 'id',
        user: 'a user [with] a name',
        time: '2024-03-01T11:29:59.000Z',
        request: '-',
        status: 200,
        level: 'info',
        bytes: 1,
      },
    ],
    [
      '[2001:db8::1]:443 - - [01/Mar/2026:10:00:00.5 +0000] "-" 200 1 "-" "-"',
      {
        client_ip: '2001:db8::1',
        client_port: 443,
        time: '2026-03-01T10:00:00.500Z',
        request: '-',
        status: 200,
        level: 'info',
        bytes: 1,
      },
    ],
  ])('reads %j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  test.each([
    ['a broken quote', `${head} "GET / HTTP/1.1" 200 5 "-" "curl`],
    ['a quote that is not escaped', `${head} "GET /"x HTTP/1.1" 200 5 "-" "-"`],
    ['an escaped quote at the end', `${head} "GET / HTTP/1.1" 200 5 "-" "curl\\"`],
    ['no size', `${head} "GET / HTTP/1.1" 200 "-" "-"`],
    ['no referrer and user agent', `${head} "GET / HTTP/1.1" 200 5`],
    ['a word for a status', `${head} "GET / HTTP/1.1" OK 5 "-" "-"`],
    ['a fraction for a size', `${head} "GET / HTTP/1.1" 200 5.5 "-" "-"`],
    ['a day that is none', '192.0.2.7 - - [30/Feb/2026:10:00:00 +0000] "-" 200 5 "-" "-"'],
    ['an hour that is none', '192.0.2.7 - - [01/Mar/2026:24:00:00 +0000] "-" 200 5 "-" "-"'],
    ['no user', '192.0.2.7 - [01/Mar/2026:10:00:00 +0000] "-" 200 5 "-" "-"'],
    ['an empty client', ' - - [01/Mar/2026:10:00:00 +0000] "-" 200 5 "-" "-"'],
    ['a virtual host too many', 'www.example.com 192.0.2.7 - - [01/Mar/2026:10:00:00 +0000] "-" 200 5 "-" "-"'],
    ['a value too many', `${head} "-" 200 5 "-" "-" 7`],
    ['something before the size', `${head} "-" 200 -5x "-" "-"`],
  ])('with %s does not fit', (_, text) => {
    expect(read(text)).toBe(false);
  });
});

describe('detection of the shape', () => {
  test('a broken line here and there changes nothing', () => {
    const lines = Array.from({ length: 40 }, (_, at) => `${head} "GET /${at} HTTP/1.1" 200 5 "-" "curl/8"`);
    lines[3] = `${head} "GET / HTTP/1.1" 200 5`;
    lines[9] = 'AH00558: httpd: Could not reliably determine the server name';
    const { format, score } = detect(lines.join('\n'));
    expect(format.title).toBe('Combined access log');
    expect(score).toBe(38 / 40);
    expect(fieldsOf(lines.join('\n'), format)[3]).toBe(false);
  });

  test('a log whose format was changed on the way is read whole', () => {
    const before = Array.from({ length: 20 }, () => `${head} "-" 200 5`);
    const after = Array.from({ length: 30 }, () => `www.example.com:80 ${head} "-" 200 5 "-" "curl/8" 17`);
    const { format, score } = detect([...before, ...after].join('\n'));
    const read = fieldsOf([before[0], after[0]].join('\n'), format);
    const answered = { ...known, request: '-', status: 200, level: 'info', bytes: 5 };
    expect({ score, read }).toEqual({
      score: 1,
      read: [answered, { ...answered, vhost: 'www.example.com', server_port: 80, user_agent: 'curl/8', extra_1: 17 }],
    });
  });

  test.each<readonly [string, readonly string[], ReadFields]>([
    [
      'a list of addresses, or one',
      ['"-"', '"198.51.100.7"', '"198.51.100.7, 2001:db8::1"'],
      { forwarded_for: '198.51.100.7, 2001:db8::1' },
    ],
    ['a number', ['17', '-', '0.5'], { extra_1: 0.5 }],
    ['a number with text now and then', ['17', 'x'], { extra_1: 'x' }],
    ['digits that are no number', ['007', '12'], { extra_1: '12' }],
    [
      'keys',
      ['rt=0.005 host="www.example.com:8080" x=-', 'rt=1.500 host="a" x=y'],
      { duration: 1500, vhost: 'a', x: 'y' },
    ],
    ['a key whose values are no seconds', ['rt=5', 'rt=7'], { rt: 7 }],
  ])('what follows the user agent is %s', (_, trailers, expected) => {
    const text = trailers.map((trailer) => `${head} "-" 200 5 "-" "-" ${trailer}`).join('\n');
    const answered = { ...known, request: '-', status: 200, level: 'info', bytes: 5 };
    expect(fieldsOf(text, detect(text).format).at(-1)).toEqual({ ...answered, ...expected });
  });

  test('a value between size and referrer, and a user agent before its referrer', () => {
    const line = `${head} "-" 200 5 0.005 "Mozilla/5.0 (X11)" "https://example.com/"`;
    expect(fieldsOf(line, detect(`${line}\n${line}`).format)[0]).toMatchObject({
      extra_1: 0.005,
      user_agent: 'Mozilla/5.0 (X11)',
      referrer: 'https://example.com/',
    });
  });

  test('other times in brackets', () => {
    const iso = '192.0.2.7 - - [2026-03-01T10:00:00+01:00] "GET / HTTP/1.1" 200 5';
    expect(fieldsOf(iso, detect(iso).format)[0]).toMatchObject({ time: '2026-03-01T09:00:00.000Z' });
    const bare = '192.0.2.7 - - [01/Mar/2026 10:00:00] "GET / HTTP/1.1" 200 -';
    expect(fieldsOf(bare, detect(bare).format, { ...testOptions, zone: '+02:00' })[0]).toMatchObject({
      time: '2026-03-01T08:00:00.000Z',
    });
  });

  test.each([
    '2026/03/01 10:00:00 [error] 1#1: *1 open() failed, client: 192.0.2.7, request: "GET / HTTP/1.1"',
    '{"time":"01/Mar/2026:10:00:00 +0000","request":"GET / HTTP/1.1","status":200}',
    '[01/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5',
    `${head} "GET / HTTP/1.1" upstream 200 5`,
    '',
  ])('%j is none', (text) => {
    expect(() => detect(text)).toThrow('no access log');
  });
});

const token = fc.stringMatching(/^[!-~]{1,12}$/).filter((text) => !/["\\[\]]/.test(text) && text !== '-');
const quotable = fc
  .array(fc.oneof(fc.stringMatching(/^[^"\\\r\n]$/u), fc.constantFrom('\\"', '\\\\', '\\x16')), { maxLength: 30 })
  .map((pieces) => pieces.join(''))
  .filter((text) => text !== '-');
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

const record = fc.record({
  client: token.filter((text) => !/:\d+$/.test(text)),
  user: fc.option(token, { nil: undefined }),
  seconds: fc.integer({ min: 0, max: 4_000_000_000 }),
  offsetMinutes: fc.integer({ min: -720, max: 840 }),
  method: fc.constantFrom('GET', 'POST', 'PROPFIND'),
  path: fc.stringMatching(/^\/[!-~]{0,20}$/).filter((text) => !/["\\?]/.test(text)),
  query: fc.option(
    fc.stringMatching(/^[!-~]{0,20}$/).filter((text) => !/["\\]/.test(text)),
    { nil: undefined },
  ),
  status: fc.integer({ min: 100, max: 599 }),
  bytes: fc.option(fc.integer({ min: 0, max: 1e12 }), { nil: undefined }),
  referrer: quotable,
  userAgent: quotable,
});

test('what was written into a line is read from it', () => {
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 5 }), (records) => {
      const lines = records.map(
        ({ client, user, seconds, offsetMinutes, method, path, query, status, bytes, referrer, userAgent }) => {
          const wall = new Date(seconds * 1000 + offsetMinutes * 60_000);
          const offset = `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offsetMinutes) / 60))}${two(Math.abs(offsetMinutes) % 60)}`;
          const date = `${two(wall.getUTCDate())}/${months[wall.getUTCMonth()]}/${wall.getUTCFullYear()}`;
          const clock = `${two(wall.getUTCHours())}:${two(wall.getUTCMinutes())}:${two(wall.getUTCSeconds())}`;
          const target = path + (query === undefined ? '' : `?${query}`);
          return `${client} - ${user ?? '-'} [${date}:${clock} ${offset}] "${method} ${target} HTTP/1.1" ${status} ${bytes ?? '-'} "${referrer}" "${userAgent}"`;
        },
      );
      const expected = records.map(
        ({ client, user, seconds, method, path, query, status, bytes, referrer, userAgent }) => ({
          client_ip: client,
          ...(user === undefined ? {} : { user }),
          time: formatInstantUtc(seconds * 1000),
          method,
          path,
          ...(query === undefined ? {} : { query }),
          protocol: 'HTTP/1.1',
          status,
          level: status >= 500 ? 'error' : status >= 400 ? 'warn' : 'info',
          ...(bytes === undefined ? {} : { bytes }),
          referrer,
          user_agent: userAgent,
        }),
      );
      expect(fieldsOf(lines.join('\n'), combined)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});
