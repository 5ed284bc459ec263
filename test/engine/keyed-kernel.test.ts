/** The kernel of JSON lines against the plain parser: the same segments, byte for byte, from the same bytes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makers } from '../../src-main/formats/well-known.ts';
import { jsonSamples } from '../../src-main/formats/json-samples.ts';
import { generateBuffer } from '../generate/generate.mjs';
import { both, choiceFor, createRuns, entriesOf, plainShare } from './kernel-runs.ts';

const runs = createRuns();

/** Keys by what is expected of their values, so that many of them convert and some do not. */
const keys = {
  time: ['time', '@timestamp', 'ts', '@t', 'eventTime', 'msec', 'time_iso8601', '__REALTIME_TIMESTAMP', 'StartUTC'],
  level: ['level', 'severity', 'PRIORITY', 'SeverityNumber', '@l', 'log.level', 'lvl'],
  text: ['msg', 'message', 'logger', 'log', '@m', '@mt', 'user_id', 'hostname', 'trace_id', 'req_id', 'thread', 'Body'],
  number: ['pid', 'status', 'bytes', 'n', 'client_port', 'response_code', 'size', 'request_bytes'],
  duration: ['duration', 'duration_ms', 'elapsed_us', 'event.duration', 'request_time', 'latency', 'responseTime'],
  request: ['request', 'method', 'path', 'url', 'uri', 'protocol', 'query', 'args', 'query_string', 'server_protocol'],
  address: ['client_ip', 'remote_addr', 'client_port', 'source.ip', 'fwd', 'ClientAddr', 'sourceIPAddress'],
  error: [
    'exception',
    'stack',
    'error',
    'stack_trace',
    'err.stack',
    'err.type',
    'err.message',
    'exc_info',
    '@x',
    'error.type',
  ],
  odd: ['', 'a b', 'x"y', '\u00e4', 'k'.repeat(14), 'k'.repeat(15), 'k'.repeat(40), 'a.b', '__proto__', 'level.x', 'a'],
};
type Kind = keyof typeof keys;

/** Nested keys, likewise. */
const nested: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  req: { method: 'request', url: 'request', id: 'text', remoteAddress: 'address', remotePort: 'number', b: 'odd' },
  res: { statusCode: 'number', b: 'odd' },
  httpRequest: { requestMethod: 'request', requestUrl: 'request', status: 'number', latency: 'duration', remoteIp: 'address' },
  request: { remote_addr: 'address', remote_port: 'number', client_ip: 'address', uri: 'request', method: 'request' },
  'request.headers': { 'User-Agent': 'text', Referer: 'text', b: 'odd' },
  instant: { epochSecond: 'time', nanoOfSecond: 'number' },
  Properties: { StatusCode: 'number', Elapsed: 'duration', RequestPath: 'request', SourceContext: 'text' },
  err: { type: 'error', message: 'text', stack: 'error' },
  a: { b: 'odd', c: 'number' },
  t: { $date: 'time' },
}; // prettier-ignore

const values = {
  time: [
    '1795252871014', '1795252871', '1761019828.6153953', '1795252871014123', '1795252871014123456', '"1423944916375353"',
    '"2026-03-01T10:00:00.123Z"', '"2026-03-01T10:00:59.5+01:00"', '"2026-03-01T10:00:07Z"', '"2026-03-01T10:01:60Z"',
    '"2026-03-01T10:00:61Z"', '"2026-03-01T10:00:75.123Z"', '"2026-03-01 10:00:00,123"', '"2026-02-31T10:00:00Z"',
    '"01/Mar/2026:10:00:00 +0000"', '"2026-03-01T10:00:08.1234567Z"', '"2026-03-01T10:00:00.5\\u002B01:00"',
    '"2026-03-01T10:00:08.1234567890123Z"', '"10:00:00"', '"yesterday"', '0', '-5', '1e12', '""', '"2026-03-01T10:00:09.Z"',
  ],
  level: [
    '30', '50', '"info"', '"ERROR"', '" warn "', '"D2"', '"nothing"', '3', '"3"', '"6"', '6', '17', '"17"', '30.5',
    '"informational"', '-1', '"\\u0069nfo"', 'true', '""', '300', '"30"',
  ],
  text: [
    '"cache miss"', '"user \\"alice\\" logged in"', '"a\\nb"', '"line\\n"', '"\\u00e9\\ud83d\\ude80"', '"\\/a"', '""', '5',
    '12345678901234567890', '"x"', '"\uc0ac\uc6a9\uc790"', '"abcdefghijklmno"', '"abcdefghijklmnop"', '"\\\\"',
    `"${'long '.repeat(50)}"`, '["curl/8"]', '["a","b"]', '[ "a" ]', '["\\u0041"]', '["a\\"]"]', '[]', '[1]', '["a"  ]',
  ],
  number: [
    '0', '200', '404', '599', '600', '99', '-1', '-0', '1.0', '2.5', '0.1', '123456789012345', '1234567890123456',
    '9007199254740993', '1e3', '1E-7', '0.1234567890123456', '"80"', '"080"', '"0"', '"-3"', '"1234567890123456"',
    '"404"', '500', '123456789', '999999999', '1000000000', '-5', '"x"',
  ],
  duration: [
    '12', '12.5', '0.001674508', '"0.25"', '"1.5ms"', '"1m2.5s"', '"2 h"', '1e2', '-0', '123456789.123456789', '"x"', '-3',
    '1500000', '"12.5"', '"1e400"', '999999999999999', '0.000001', '"-0"', '"1."', '1234567890.1234567',
  ],
  request: [
    '"GET"', '"POST"', '"get"', '"Get"', '"M-SEARCH"', '"/a/b?c=d"', '"/a"', '"?"', '"/a?b?c"', '"https://h.example/p?q=1"',
    '"https://h.example"', '"https://h?x=/1"', '"GET /a?b=c HTTP/1.1"', '"GET  HTTP/1.1"', '"POST / h2"', '"get / HTTP/1.0"',
    '"HTTP/1.1"', '"h2"', '"h4"', '"https"', '"a/b?c"', '"PUT /x h1"', '"/a?"', '"?a"', '"c=d"', '"GET /b?d HTTP/2"',
    '"\\/api\\/x?y"', '""', '"GET /a HTTP/1.1 "', '"-"', '"GET"', '"DELETE"', '"hxyz"',
  ],
  address: [
    '"10.0.0.1:80"', '"[::1]:443"', '"[::1]"', '"::1"', '"1.2.3.4"', '":1"', '"a:123456"', '"[::1:443"', '8080', '"8080"',
    '"a:b:1"', '"[]:1"', '"1.2.3.4:"', '"x:99999"',
  ],
  error: [
    '"TypeError: x is null\\n    at f (a.js:1:2)"', '"boom"', '""', '"java.lang.Error: a\\n\\tat b"', '1', 'true', '[]',
    '"    at f (/srv/app.js:4:26)\\n    at next (/srv/router.js:12:5)"', '"TypeError"', '"RangeError: 1"', '{"a":1}',
    '"java.lang.IllegalStateException: bad\\n\\tat a.B.c(B.java:1)\\n\\tat a.D.e(D.java:2)"', 'null', '"x is \\"null\\""',
    '"Traceback (most recent call last):\\n  File \\"a.py\\", line 3, in f\\nValueError: bad"', '12.5', '"Error: a"',
    '"System.InvalidOperationException: No\\r\\n   at Web.Startup.Run() in C:\\\\a.cs:line 58"',
  ],
  odd: [
    'true', 'false', 'null', '{}', '[]', '{ }', '[1,2,{"a":[null,true]}]', '{"x":1}', '[[[["deep"]]]]', '[1 , 2]',
    '{"a":{"b":{"c":{}}}}', '[1.5e3]', '"a"', '1', '"\\n"', '[{"a":[]},{}]', '[[],[{}]]', '1234567890123456789', '1.10',
  ],
}; // prettier-ignore

/** What is no JSON, but nearly. */
const broken = [
  'tru', 'nulll', '[1,]', '[}', '{"a"}', '"a" "b"', '', '[01]', '["\\q"]', '[-]', '"no end\\"', '"bad \\x"', '"tab\there"',
  '"\\u12"', '"\\u12g4"', '01', '1.', '.5', '+1', '-', '1e', '0x10', 'NaN', '[{"a":1]', '[{"a" 1}]', '{"a":1,}', '-01', '[1}',
  '{"a":[1}]', '["\\u00zz"]', '00', '1.e3', '"\u0000"', 'falsy', 'nul', '[1 2]', '{"b":00}', '[{1:2}]', '[[}]', '{"a":[}}',
]; // prettier-ignore

const kinds = Object.keys(keys) as Kind[]; // oxlint-disable-line typescript/no-unsafe-type-assertion -- its keys

/** Made once for each kind: making them takes longer than all else. */
function byKind<T>(create: (kind: Kind) => fc.Arbitrary<T>): (kind: Kind) => fc.Arbitrary<T> {
  const made = new Map(kinds.map((kind) => [kind, create(kind)]));
  return (kind) => made.get(kind) ?? create(kind);
}

const valueFor = byKind((kind) =>
  fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom(...values[kind]) },
    { weight: 4, arbitrary: fc.constantFrom(...values.odd) },
    { weight: 2, arbitrary: fc.constantFrom(...Object.values(values).flat()) },
    { weight: 1, arbitrary: fc.constantFrom(...broken) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.string({ maxLength: 20, unit: 'binary' }).map((text) => JSON.stringify(text)) },
    { weight: 1, arbitrary: fc.double().map((value) => JSON.stringify(value)) },
  ),
);
const space = fc.oneof({ weight: 40, arbitrary: fc.constant('') }, fc.constantFrom(' ', '\t', '  ', '\r'));
const memberOf = byKind((kind) =>
  fc
    .tuple(fc.constantFrom(...keys[kind]), valueFor(kind), space, space, space)
    .map(([key, value, a, b, c]) => [key, `${a}${JSON.stringify(key)}${b}:${c}${value}`] as const),
);
const parent: fc.Arbitrary<readonly [key: string, text: string]> = fc
  .constantFrom(...Object.entries(nested))
  .chain(([key, children]) =>
    fc
      .uniqueArray(
        fc
          .constantFrom(...Object.entries(children))
          .chain(([child, kind]) => valueFor(kind).map((value) => [child, `"${child}":${value}`] as const)),
        { selector: ([child]) => child, maxLength: 4 },
      )
      .map((members) => {
        const inner = `{${members.map(([, text]) => text).join(',')}}`;
        const [outer, middle] = key.split('.');
        return [outer, middle === undefined ? `"${key}":${inner}` : `"${outer}":{"${middle}":${inner}}`] as const;
      }),
  );

/** Of few kinds, so that keys that mean the same field meet. */
const recordOf = (kindsOfIt: readonly Kind[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.uniqueArray(
        fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom(...kindsOfIt).chain(memberOf) },
          { weight: 1, arbitrary: parent },
        ),
        { selector: ([key]) => key, maxLength: 7 },
      ),
      fc.oneof(
        { weight: 30, arbitrary: fc.constant('') },
        memberOf('odd').map(([, text]) => `,${text},"a":1`),
      ),
      fc.oneof({ weight: 30, arbitrary: fc.constant('') }, fc.constantFrom(' ', '}', ',', '\u0000', '\t ')),
    )
    .map(([members, twice, behind]) => `{${members.map(([, text]) => text).join(',')}${twice}}${behind}`);
const record = fc.uniqueArray(fc.constantFrom(...kinds), { minLength: 1, maxLength: 3 }).chain(recordOf);

const deep = (open: string, close: string, times: number): string =>
  `{"a":${open.repeat(times)}1${close.repeat(times)}}`;
const oddLines = [
  '', ' ', '{}', '{ }', '{', '[1]', '"a"', 'text', '{"a":1', '\ufeff{"a":1}', 'caddy  | {"level":"info"}', '{"a":1,}', '  {"a":1}',
  deep('{"b":', '}', 20), deep('{"b":', '}', 40), deep('{"b":', '}', 80), deep('[', ']', 60), deep('[', ']', 70), deep('[', '}', 3),
]; // prettier-ignore
const line = fc.oneof(
  { weight: 20, arbitrary: record },
  { weight: 1, arbitrary: fc.constantFrom(...oddLines) },
  { weight: 1, arbitrary: fc.constantFrom(...jsonSamples.map(({ text }) => text)) },
  { weight: 1, arbitrary: fc.tuple(record, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1))) },
);

/** Lines come again with other lines between them, so that the kernel knows their keys. */
const logs = fc
  .tuple(
    fc.array(line, { minLength: 1, maxLength: 20 }),
    fc.array(fc.nat(), { minLength: 20, maxLength: 50 }),
    fc.constantFrom('\n', '\n', '\r\n'),
    fc.boolean(),
    fc.constantFrom('utf8', 'utf8', 'latin1'),
  )
  .map(([lines, order, end, last, encoding]) =>
    Buffer.from(order.map((at) => lines[at % lines.length]).join(end) + (last ? end : ''), encoding),
  );

describe('the kernel of JSON lines', () => {
  it('reads lines as the plain parser does, of every maker, at every chunk size and cut', () => {
    fc.assert(
      fc.property(
        logs,
        fc.constantFrom(undefined, ...makers),
        fc.constantFrom(undefined, 'compose', 'runtime'),
        fc.constantFrom(1, 7, 64, 1 << 20),
        fc.constantFrom(3, 100),
        fc.nat(),
        fc.constantFrom('utf-8', 'windows-1252'),
        (source, maker, prefix, chunkBytes, segmentRecords, cut, encoding) => {
          const choice = { name: 'json-lines', dialect: { maker, prefix } };
          const at = cut % (source.length + 1);
          const part = [{}, {}, {}, { to: at }, { from: at }][cut % 5];
          const [compiled, plain] = both(runs, source, choice, { chunkBytes, segmentRecords, encoding, ...part });
          expect(compiled).toEqual(plain);
        },
      ),
      { numRuns: 250 },
    );
  }, 120_000);

  it.each([undefined, ...makers])('gives each value of each key what the plain parser gives, of %s', (maker) => {
    const all = kinds.flatMap((kind) =>
      keys[kind].flatMap((key) => {
        const name = JSON.stringify(key);
        // Once each for the parser to learn the key, then in another order, and some of them twice in a record.
        const [once, again] = [[...values[kind]], [...values[kind], ...values.odd, ...broken]];
        return [...once, ...again.toReversed()].flatMap((value, at) => [
          `{${name}:${value}}`,
          ...(at % 7 === 0 ? [`{${name}:${value},"z":0,${name}:${once[at % once.length]}}`] : []),
        ]);
      }),
    );
    const inner = Object.entries(nested).flatMap(([outer, children]) =>
      Object.entries(children).flatMap(([child, kind], place) => {
        const [other, otherKind] = Object.entries(children)[(place + 1) % Object.keys(children).length];
        return [...values[kind], ...values[kind]].map((value, at) => {
          const beside = values[otherKind][at % values[otherKind].length];
          const object = `{"${child}":${value}${other === child ? '' : `,"${other}":${beside}`}}`;
          const [first, second] = outer.split('.');
          return second === undefined ? `{"${first}":${object}}` : `{"${first}":{"${second}":${object}}}`;
        });
      }),
    );
    const source = Buffer.from([...all, ...inner].join('\n'));
    const choice = { name: 'json-lines', dialect: { maker } };
    const [compiled, plain] = both(runs, source, choice, { chunkBytes: 1 << 16, segmentRecords: 500 });
    expect(compiled).toEqual(plain);
  });

  it('decides between values for the same field as the plain parser does', () => {
    for (const maker of ['nginx', 'caddy', 'gcp', 'clef', 'log4j', 'pino', undefined]) {
      const all = kinds.flatMap((kind) =>
        keys[kind].flatMap((first, at) =>
          keys[kind].slice(at + 1).flatMap((second) =>
            values[kind].flatMap((value, place) => {
              const other = values[kind][(place * 5 + at) % values[kind].length];
              return [`{"${first}":${value},"${second}":${other}}`, `{"${second}":${other},"${first}":${value}}`];
            }),
          ),
        ),
      );
      const source = Buffer.from(all.join('\n'));
      const choice = { name: 'json-lines', dialect: { maker } };
      const [compiled, plain] = both(runs, source, choice, { chunkBytes: 1 << 16, segmentRecords: 5000 });
      expect(compiled).toEqual(plain);
    }
  });

  it('puts errors together as the plain parser does', () => {
    const parts = ['err.type', 'err.message', 'err.stack', 'exception', 'stack'];
    for (const maker of ['pino', undefined]) {
      const all = values.error.flatMap((first, at) =>
        values.error.flatMap((second, place) => {
          const third = values.error[(at + place) % values.error.length];
          const texts = [first, second, third];
          return parts.map((_, from) => {
            const members = texts.map((text, member) => `"${parts[(from + member * (1 + (place % 2))) % 5]}":${text}`);
            return `{"n":1,${members.slice(0, 1 + (at % 3)).join(',')}}`;
          });
        }),
      );
      const source = Buffer.from(all.join('\n'));
      const [compiled, plain] = both(runs, source, { name: 'json-lines', dialect: { maker } }, { chunkBytes: 1 << 16 });
      expect(compiled).toEqual(plain);
    }
  });

  it('reads what containers write before records', () => {
    const prefixes = {
      compose: ['caddy  | ', 'caddy-1 | ', 'web  |', 'web-2  | 2026-03-01T10:00:00.123Z ', 'x', '   | ', '  '],
      bracket: ['[pod/web-1/app] ', '[pod/web-2/app] ', '[]', '[x]', '[a] '],
      runtime: [
        '2026-03-01T10:00:00.123456789Z stdout F ',
        '2026-03-01T10:00:01Z stderr P ',
        '2026-03-01T10:00:01Z x ',
      ],
      drain: ['2026-03-01T10:00:00Z app[web.1]: ', '2026-03-01T10:00:01Z heroku[router]: ', '2026-03-01T10:00:02Z a '],
      time: ['2026-03-01T10:00:00Z ', '2026-03-01T10:00:00.5+01:00 ', '2026-03-01 10:00:00 ', '2026-03-01T10:00Z '],
    };
    const records = [
      '{"a":1}', '{"time":1795252871014,"level":30}', '{"process":"p","msg":"x"}', '{"process":[],"stream":"s"}', '{}',
      '{"container":1,"container_time":"t","process":"q","time":"2026-03-01T11:00:00Z"}', '{"a":1', ' {"a":1}',
    ]; // prettier-ignore
    const others = Object.values(prefixes).flat();
    for (const [prefix, own] of Object.entries(prefixes)) {
      const lines = Array.from({ length: 900 }, (_, at) => {
        const list = at % 5 === 0 ? ['', ...others] : own;
        return `${list[(at * 7 + (at >> 3)) % list.length]}${records[(at * 3 + (at >> 4)) % records.length]}`;
      });
      const source = Buffer.from(lines.join(prefix === 'drain' ? '\r\n' : '\n'));
      const choice = { name: 'json-lines', dialect: { prefix } };
      for (const chunkBytes of [64, 1 << 16]) {
        const [compiled, plain] = both(runs, source, choice, { chunkBytes, segmentRecords: 100 });
        expect(compiled).toEqual(plain);
      }
    }
  });

  it('reads every sample twice, the second time with its keys known', () => {
    for (const { text } of jsonSamples) {
      const source = Buffer.from(`${text}\n`.repeat(5));
      const [compiled, plain] = both(runs, source, choiceFor(source), { chunkBytes: 1 << 20 });
      expect(compiled).toEqual(plain);
    }
  });

  it('reads records of many keys, long ones and ones that are identifiers', () => {
    const many = Array.from({ length: 400 }, (_, at) => `"key-${at}":${at}`).join(',');
    const wide = Array.from({ length: 150 }, (_, at) => `"w${at}":"${at}"`).join(',');
    const lines = Array.from({ length: 6000 }, (_, at) =>
      at % 50 === 0
        ? `{${at % 100 === 0 ? many : wide}}`
        : at % 7 === 0
          ? `{"time":${1795252871014 + at},"id-${at}":1,"msg":"${'long '.repeat(at % 900)}"}`
          : `{"time":${1795252871014 + at},"w${at % 150}":"x","flag":${at % 3 === 0},"big":90071992547409930${at % 4}}`,
    );
    const source = Buffer.from(lines.join('\n'));
    const [compiled, plain] = both(runs, source, { name: 'json-lines' }, { chunkBytes: 1 << 16, segmentRecords: 1000 });
    expect(compiled).toEqual(plain);
  });

  it('leaves the same entries in every dictionary, after all these passes', () => {
    expect(entriesOf(runs[0].dictionaries)).toEqual(entriesOf(runs[1].dictionaries));
  });

  it('leaves few lines of a usual log to the plain parser', () => {
    const generated = generateBuffer({ kind: 'json', bytes: 2_000_000, seed: 3 });
    expect(plainShare(runs[0], generated, choiceFor(generated))).toBeLessThan(0.005);
  });
});
