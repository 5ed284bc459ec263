/** Generated logs for the renderer's tests and its dev page: every record is computed from its number, so any length is free. */
import type { Value } from '../../../../src-shared/model/value.ts';
import type { RecordDetail, SourceField } from '../../../../src-shared/protocol.ts';

export interface FakeRecord {
  readonly values: ReadonlyMap<string, Value>;
  readonly raw: string;
  readonly parsed: boolean;
}

export interface FakeSource {
  readonly title: string;
  readonly format: string;
  readonly stackBy?: 'status' | 'level';
  readonly fields: readonly SourceField[];
  readonly records: number;
  readonly record: (number: number) => FakeRecord;
}

/** A number from 0 to 2^32 that looks random and is the same every time (Wellons, "Prospecting for hash functions"). */
export function hash(number: number): number {
  let x = (number % 0xffff_ffff) | 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0_aaad);
  x = Math.imul(x ^ (x >>> 15), 0xd35a_2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

const pick = <T>(values: readonly T[], number: number): T => values[number % values.length];

export const fakeStart = Date.UTC(2026, 2, 1, 8, 0, 0);
/** A record comes every so many milliseconds. */
export const fakeStepMs = 37;
export const fakeTime = (number: number): number => fakeStart + number * fakeStepMs + (hash(number) % 30);

const field = (name: string, type: SourceField['type'], more: Partial<SourceField> = {}): SourceField => ({
  name,
  type,
  count: 1,
  values: 'many',
  ...more,
});

const paths = [
  '/',
  '/api/orders',
  '/api/orders/4711',
  '/api/users/me',
  '/static/app.css',
  '/search',
  '/health',
  '/api/very/long/path/that/goes/on/and/on/until/it/does/not/fit/any/more',
  '/%D8%A7%D8%B2',
];
const agents = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36',
  'curl/8.9.1',
  'Mozilla/5.0 (compatible; AhrefsBot/6.1; +http://ahrefs.com/robot/)',
];

export function accessLog(records: number): FakeSource {
  return {
    title: 'Combined access log',
    format: 'access',
    stackBy: 'status',
    records,
    fields: [
      field('time', 'instant'),
      field('level', 'level', { values: 'few' }),
      field('client_ip', 'text'),
      field('user', 'text', { values: 'few' }),
      field('method', 'text', { values: 'few' }),
      field('path', 'text'),
      field('query', 'text'),
      field('protocol', 'text', { values: 'few' }),
      field('status', 'integer', { values: 'few' }),
      field('bytes', 'integer', { unit: 'bytes' }),
      field('referrer', 'text'),
      field('user_agent', 'text'),
    ],
    record(number) {
      const h = hash(number);
      if (h % 997 === 0)
        return { values: new Map(), raw: '\u0016\u0003\u0001\u202egnp.exe garbage "GET', parsed: false };
      const status = h % 50 === 0 ? 503 : h % 17 === 0 ? 404 : h % 11 === 0 ? 304 : 200;
      const ip = `10.${h & 255}.${(h >>> 8) & 255}.${(h >>> 16) & 255}`;
      const method = pick(['GET', 'GET', 'GET', 'POST', 'DELETE'], h >>> 3);
      const path = pick(paths, h >>> 5);
      const agent = pick(agents, h >>> 7);
      const values = new Map<string, Value>([
        ['time', fakeTime(number)],
        ['level', status >= 500 ? 5 : status >= 400 ? 4 : 2],
        ['client_ip', ip],
        ['method', method],
        ['path', path],
        ['protocol', 'HTTP/1.1'],
        ['status', status],
        ['bytes', h % 400_000],
        ['user_agent', agent],
      ]);
      if (h % 3 === 0) values.set('query', `page=${h % 90}&q=${h % 7}`);
      const time = new Date(fakeTime(number)).toISOString();
      const raw = `${ip} - - [${time}] "${method} ${path} HTTP/1.1" ${status} ${h % 400_000} "-" "${agent}"`;
      return { values, raw, parsed: true };
    },
  };
}

const messages = [
  'request completed in 12 ms',
  'cache miss for key=user:42',
  'connection to 10.0.0.7:5432 lost, trying again in 250 ms (attempt 3 of 10)',
  'user \u202egpj.evil\u202c logged in \u0007 from \u001b[31mred\u001b[0m',
  '\uc0ac\uc6a9\uc790 \ub85c\uadf8\uc778',
  'order {"id":4711,"items":[1,2,3],"total":"19.90"} accepted',
];

export function applicationLog(records: number): FakeSource {
  return {
    title: 'Application log (Logback)',
    format: 'timestamped',
    stackBy: 'level',
    records,
    fields: [
      field('time', 'instant'),
      field('level', 'level', { values: 'few' }),
      field('message', 'text'),
      field('logger', 'text', { values: 'few' }),
      field('thread', 'text', { values: 'few' }),
      field('exception', 'text'),
    ],
    record(number) {
      const h = hash(number);
      const level = h % 61 === 0 ? 6 : h % 23 === 0 ? 5 : h % 9 === 0 ? 4 : h % 3 === 0 ? 1 : 2;
      const message = level >= 5 ? 'request failed' : pick(messages, h >>> 4);
      const logger = pick(['c.e.shop.OrderService', 'c.e.shop.Cache', 'o.s.web.DispatcherServlet'], h >>> 6);
      const values = new Map<string, Value>([
        ['time', fakeTime(number)],
        ['level', level],
        ['message', message],
        ['logger', logger],
        ['thread', `worker-${h % 8}`],
      ]);
      const stack =
        level >= 5
          ? '\njava.lang.IllegalStateException: pool exhausted\n\tat com.example.shop.Pool.take(Pool.java:42)\n\tat com.example.shop.OrderService.place(OrderService.java:117)\nCaused by: java.net.SocketTimeoutException: Read timed out\n\t... 12 more'
          : '';
      if (level >= 5) values.set('exception', 'java.lang.IllegalStateException: pool exhausted');
      return {
        values,
        raw: `${new Date(fakeTime(number)).toISOString()} ${logger} - ${message}${stack}`,
        parsed: true,
      };
    },
  };
}

export function plainText(records: number): FakeSource {
  return {
    title: 'Plain text',
    format: 'plain',
    records,
    fields: [],
    record: (number) => ({
      values: new Map(),
      raw: `plain line ${number}\twith a tab and ${hash(number)}`,
      parsed: true,
    }),
  };
}

export function jsonLines(records: number): FakeSource {
  return {
    title: 'JSON lines',
    format: 'json',
    stackBy: 'level',
    records,
    fields: [
      field('time', 'instant'),
      field('level', 'level', { values: 'few' }),
      field('message', 'text'),
      field('duration', 'number', { unit: 'ms' }),
      field('req.id', 'integer'),
      field('tags', 'any'),
    ],
    record(number) {
      const h = hash(number);
      const values = new Map<string, Value>([
        ['time', fakeTime(number)],
        ['level', (h % 5) + 1],
        ['message', pick(messages, h >>> 4)],
        ['duration', (h % 100_000) / 16],
        ['req.id', { exact: `90071992547409${h}` }],
        ['tags', { json: '["a","b"]' }],
      ]);
      const raw = `{"time":"${new Date(fakeTime(number)).toISOString()}","level":${((h % 5) + 1) * 10},"msg":${JSON.stringify(values.get('message'))},"req":{"id":90071992547409${h}},"tags":["a","b"],"nested":{"empty":{},"list":[]}}`;
      return { values, raw, parsed: true };
    },
  };
}

export function detailOf(source: FakeSource, record: number): RecordDetail {
  const { values, raw, parsed } = source.record(record);
  return {
    record,
    line: record + 1,
    lines: raw.split('\n').length,
    offset: record * 180,
    bytes: raw.length,
    parsed,
    fields: [...values].map(([name, value]) => ({ name, value })),
    raw,
    rawCut: false,
  };
}
