/** JSON lines against JSON.parse: the same documents are taken, with the same values under the same paths. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Value } from '../../../src-shared/model/value.ts';
import { survivesDouble } from '../../../src-shared/model/value.ts';
import { jsonLines } from '../../../src-main/formats/json-lines.ts';
import { fieldsOf, readRecords, testOptions, type ReadFields } from './read-records.ts';

/** Keys of no maker, so that every value is native. */
const format = jsonLines.create({ name: 'json-lines' });

/** A key that means nothing to Taillight and needs no prefix. */
const nativeKey = fc.oneof(
  fc.string({ minLength: 1, maxLength: 6, unit: 'binary' }).map((text) => `k${text}`),
  fc.constantFrom('k', 'k1', 'k.k', '__proto__', 'constructor', 'toString', 'k"q', 'k\\b', 'k\n'),
);

const { value: anyValue } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(nativeKey, tie('value'), { maxKeys: 4 }),
}));

const anyObject = fc.dictionary(nativeKey, anyValue, { maxKeys: 6 });

/** What a record has to say, the plain way: null is absent, arrays and empty objects are their JSON text. */
function flatten(object: object, path = '', into: Record<string, Value> = {}): Record<string, Value> {
  for (const [key, value] of Object.entries(object) as [string, unknown][]) {
    const name = path + key;
    if (value === null) continue;
    if (typeof value === 'object') {
      if (Array.isArray(value) || Object.keys(value).length === 0) into[name] = { json: JSON.stringify(value) };
      else flatten(value, `${name}.`, into);
    } else if (typeof value === 'string' || typeof value === 'boolean') into[name] = value;
    else if (typeof value === 'number') {
      const text = JSON.stringify(value);
      into[name] = survivesDouble(text) ? value : { exact: text };
    }
  }
  return into;
}

/** Paths of two spellings ({"a":{"b":1},"a.b":2}) meet in one column; which of them is last depends on the order. */
function hasMeetingPaths(object: object): boolean {
  const seen = new Set<string>();
  let isMeeting = false;
  const walk = (from: object, path: string): void => {
    for (const [key, value] of Object.entries(from) as [string, unknown][]) {
      const name = path + key;
      if (seen.has(name)) isMeeting = true;
      seen.add(name);
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) walk(value, `${name}.`);
    }
  };
  walk(object, '');
  return isMeeting;
}

const one = (text: string): ReadFields | false => fieldsOf(text, format)[0];

const asObject = (entries: object): Record<string, Value> =>
  Object.fromEntries(Object.entries(entries) as [string, Value][]);

describe('against JSON.parse', () => {
  test('gives the same values for random documents', () => {
    fc.assert(
      fc.property(anyObject, (object) => {
        const text = JSON.stringify(object);
        const parsed = JSON.parse(text) as object;
        fc.pre(!hasMeetingPaths(parsed) && !text.includes('\\ud'));
        expect(one(text)).toEqual(flatten(parsed));
      }),
      { numRuns: 500 },
    );
  });

  test('gives the same values for many documents in a row as for each alone', () => {
    fc.assert(
      fc.property(fc.array(anyObject, { minLength: 2, maxLength: 8 }), (objects) => {
        const texts = objects.map((object) => JSON.stringify(object));
        expect(fieldsOf(texts.join('\n'), format)).toEqual(texts.map(one));
      }),
      { numRuns: 200 },
    );
  });

  test('takes and refuses the same texts', () => {
    const damaged = fc
      .tuple(
        anyObject,
        fc.nat(),
        fc.constantFrom('', '"', '{', '}', '[', ']', ',', ':', '\\', '0', '.', 'e', '-', ' ', 'n', '\t'),
        fc.boolean(),
      )
      .map(([object, at, inserted, replaces]) => {
        const text = JSON.stringify(object);
        const place = at % (text.length + 1);
        return text.slice(0, place) + inserted + text.slice(place + (replaces ? 1 : 0));
      });
    fc.assert(
      fc.property(damaged, (text) => {
        fc.pre(!text.includes('\n') && text !== '');
        expect(one(text) !== false).toBe(isJsonObject(text));
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    '{"a":1 , "b" : [ 1 , { "c" : null } ] , "d" : { } }  \t',
    '  {"a":"\\u0041\\/\\b\\f\\n\\r\\t\\\\\\"","b":-0,"c":1E+2,"d":1e-7,"e":0.5}',
    '{"a":[[[[[[]]]]]],"b":[{},[],"",0,true,false,null]}',
    '{"a":[1,]}',
    '{"a":[1 2]}',
    '{"a":[{"b" 1}]}',
    '{"a":[{"b":1,}]}',
    '{"a":{"b":1}}}',
    '{"a":.5}',
    '{"a":1.}',
    '{"a":1e}',
    '{"a":+1}',
    '{"a":-}',
    '{"a":tru}',
    '{"a":nul}',
    '{"a":"\\u00g0"}',
    '{"a":"x',
    '{"a',
    '{',
    '{"a":[',
    '{"a":[{"b":[1',
    '{a:1}',
    '{"a":"\u0001"}',
  ])('agrees on %s', (text) => {
    expect(one(text) !== false).toBe(isJsonObject(text));
  });
});

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

describe('records', () => {
  test('never throws on bytes of any kind, and stays within the record', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, isObject) => {
        const line = isObject ? Buffer.concat([Buffer.from('{"a":"'), bytes, Buffer.from('"}')]) : Buffer.from(bytes);
        expect(() => readRecords(line, format)).not.toThrow();
      }),
      { numRuns: 1000 },
    );
  });

  test('looks at nothing outside of the record', () => {
    fc.assert(
      fc.property(anyObject, fc.nat(), (object, cut) => {
        const text = Buffer.from(JSON.stringify(object));
        const end = cut % (text.length + 1);
        const around = Buffer.concat([Buffer.from('{"z":'), text, Buffer.from('}')]);
        const alone = format.createParser(testOptions);
        const within = format.createParser(testOptions);
        const row = { number: () => undefined, span: () => undefined, value: () => undefined };
        expect(within.parse(around, 5, 5 + end, 5 + end, row)).toBe(
          alone.parse(text.subarray(0, end), 0, end, end, row),
        );
      }),
    );
  });

  test('keeps lines that are no objects as raw text, and counts empty ones', () => {
    const { records, blank } = readRecords('{"k":1}\n\nError: x\n    at y\n[1]\n{"k":2}\r\n', format);
    expect(records).toEqual([
      { raw: '{"k":1}', fields: { k: 1 } },
      { raw: 'Error: x', fields: false },
      { raw: '    at y', fields: false },
      { raw: '[1]', fields: false },
      { raw: '{"k":2}', fields: { k: 2 } },
    ]);
    expect(blank).toBe(1);
  });

  test('takes the last of duplicate keys, whatever the first ones were', () => {
    expect(one('{"k":1,"k":{"x":1,"y":[]},"k":{"x":2}}')).toEqual({ 'k.x': 2 });
    expect(one('{"k":{"x":1},"k":null}')).toEqual({});
    expect(one('{"k":{"x":{"z":1}},"l":5,"k":"t"}')).toEqual({ k: 't', l: 5 });
    expect(one('{"level":"info","level":"strange"}')).toEqual({ x_level: 'strange' });
    expect(one('{"\\u006b":1,"k":2}')).toEqual({ k: 2 });
  });

  test('keeps objects that lie too deep as text', () => {
    const depth = 70;
    const text = `${'{"k":'.repeat(depth)}1${'}'.repeat(depth)}`;
    const name = Array.from({ length: 64 }, () => 'k').join('.');
    expect(one(text)).toEqual({ [name]: { json: `${'{"k":'.repeat(depth - 64)}1${'}'.repeat(depth - 64)}` } });
  });

  test('survives nesting without end', () => {
    expect(one(`{"k":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)).toEqual({
      k: { json: '['.repeat(100_000) + ']'.repeat(100_000) },
    });
    expect(one('{"k":'.repeat(100_000))).toBe(false);
  });

  test('keeps what goes beyond the columns that keys can make in one field', () => {
    const values = [1, 'te"xt', true, 0.5, '1e400'];
    const object = Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`k${at}`, values[at % values.length]]));
    const fields = one(JSON.stringify(object));
    if (typeof fields !== 'object') throw new Error('does not fit');
    const { x_other: others, ...named } = fields;
    expect(Object.keys(named)).toHaveLength(500);
    if (typeof others !== 'object' || !('json' in others)) throw new Error('not JSON');
    expect({ ...named, ...asObject(JSON.parse(others.json)) }).toEqual(asObject(object));
  });

  test('reads a file in another encoding', () => {
    const bytes = Buffer.from([
      ...Buffer.from('{"msg":"'),
      0xc1,
      0xa4,
      0xba,
      0xb8,
      ...Buffer.from('","m2":"a\\n'),
      0xc1,
      0xa4,
      0x22,
      0x7d,
    ]);
    expect(fieldsOf(bytes, format, { ...testOptions, encoding: 'euc-kr' })).toEqual([{ message: '정보', m2: 'a\n정' }]);
  });

  test('passes over a byte order mark', () => {
    expect(one('\ufeff{"k":1}')).toEqual({ k: 1 });
  });

  test('names fields that collide so that both are kept', () => {
    expect(one('{"status":"ok","x_status":1,"_line":2,"_raw":"r","":3,"duration":4}')).toEqual({
      x_status: 1,
      x__line: 2,
      x__raw: 'r',
      x_: 3,
      x_duration: 4,
    });
  });

  test('lets the more specific of two sources win, and the other keep its name', () => {
    expect(one('{"msg":"a","message":"b"}')).toEqual({ message: 'b', msg: 'a' });
    expect(one('{"message":"b","msg":"a"}')).toEqual({ message: 'b', msg: 'a' });
    expect(one('{"level":"strange","severity":"error"}')).toEqual({ level: 'error', x_level: 'strange' });
    expect(one('{"path":"/a?b","query":"c"}')).toEqual({ path: '/a', query: 'c', x_path: '/a?b' });
  });

  test.each<[string, ReadFields]>([
    ['{"duration_ms":12.5}', { duration: 12.5 }],
    ['{"elapsed_ms":"3"}', { duration: 3 }],
    ['{"latency":"12.3µs"}', { duration: 0.0123 }],
    ['{"took":"1m2.5s"}', { duration: 62_500 }],
    ['{"duration":"250 ms"}', { duration: 250 }],
    ['{"duration":"12"}', { x_duration: '12' }],
    ['{"duration":0.5}', { x_duration: 0.5 }],
    ['{"event":{"duration":1500000}}', { duration: 1.5 }],
  ])('takes a duration whose unit is known: %s', (text, expected) => {
    expect(one(text)).toEqual(expected);
  });

  test.each([
    ['1772359200', '2026-03-01T10:00:00.000Z'],
    ['1772359200.9996', '2026-03-01T10:00:00.999Z'],
    ['1772359200123', '2026-03-01T10:00:00.123Z'],
    ['1772359200123456', '2026-03-01T10:00:00.123Z'],
    ['1772359200123456789', '2026-03-01T10:00:00.123Z'],
    ['1.7723592e9', '2026-03-01T10:00:00.000Z'],
    ['"1772359200123"', '2026-03-01T10:00:00.123Z'],
    ['"2026-03-01T10:00:00,5+01:00"', '2026-03-01T09:00:00.500Z'],
    ['"2026-03-01T10:00:00.123\\u002B00:00"', '2026-03-01T10:00:00.123Z'],
    ['"Sun, 01 Mar 2026 10:00:00 GMT"', '2026-03-01T10:00:00.000Z'],
    ['"01/Mar/2026:10:00:00 +0000"', '2026-03-01T10:00:00.000Z'],
    ['"3/1/2026, 10:00:00 AM"', '2026-03-01T10:00:00.000Z'],
  ])('reads the time %s', (written, expected) => {
    expect(one(`{"time":${written}}`)).toEqual({ time: expected });
  });

  test.each(['"yesterday"', '12', '"2026-03-01"', '"2026-13-01T10:00:00Z"', 'true', '""'])(
    'keeps %s, which is no time',
    (written) => {
      expect(one(`{"time":${written}}`)).toEqual({ x_time: JSON.parse(written) as Value });
    },
  );

  test.each<[string, ReadFields]>([
    ['{"clientIp":"10.0.0.1:80"}', { client_ip: '10.0.0.1', client_port: 80 }],
    ['{"clientIp":"[::1]:80"}', { client_ip: '::1', client_port: 80 }],
    ['{"clientIp":"::1"}', { client_ip: '::1' }],
    ['{"clientIp":"::1","client_port":"7"}', { client_ip: '::1', client_port: 7 }],
  ])('takes addresses apart: %s', (text, expected) => {
    expect(one(text)).toEqual(expected);
  });
});

test.each<[string, Value]>([
  ['8.9659000000000013', 8.965900000000001],
  ['0.1', 0.1],
  ['2.50', 2.5],
  ['1.5e3', 1500],
  ['1E-7', 1e-7],
  ['9007199254740991', 9007199254740991],
  ['9007199254740993', { exact: '9007199254740993' }],
  ['-9223372036854775808', { exact: '-9223372036854775808' }],
  ['3.141592653589793238462643', { exact: '3.141592653589793238462643' }],
  ['1e400', { exact: '1e400' }],
])('the number %s is a number where a double tells it', (written, expected) => {
  expect(one(`{"k":${written}}`)).toEqual({ k: expected });
});

test('an exception is its type and message rather than the first line of its stack', () => {
  const text = '{"err":{"type":"TypeError","message":"x of undefined","stack":"TypeError: x\\n    at f (a.js:1:1)"}}';
  expect(one(text)).toEqual({
    exception: 'TypeError: x of undefined',
    exception_frame: 'f (a.js:1:1)',
    'err.type': 'TypeError',
    'err.message': 'x of undefined',
    'err.stack': 'TypeError: x\n    at f (a.js:1:1)',
  });
});
