import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { decodePercent } from '../../../src-renderer/details/decode.ts';
import { jsonIn, prettyJson } from '../../../src-renderer/details/pretty-json.ts';
import { lineKind } from '../../../src-renderer/details/stack-trace.ts';

// Machines that build beside it are ten times slower.
vi.setConfig({ testTimeout: 30_000 });

const textOf = (json: string): string =>
  prettyJson(json)
    .map(({ text }) => text)
    .join('');

test('pretty JSON says the same as the JSON it came from', () => {
  fc.assert(
    fc.property(fc.json(), fc.boolean(), (json, isSpread) => {
      const text = isSpread ? JSON.stringify(JSON.parse(json), undefined, 3) : json;
      expect(JSON.parse(textOf(text))).toEqual(JSON.parse(text));
    }),
  );
});

test('pretty JSON keeps numbers, duplicate keys and empty brackets as they stand', () => {
  expect(textOf('{"id":12345678901234567890,"a":1.10,"a":[],"b":{},"c":[1,{"d":null}]}')).toBe(
    `{
  "id": 12345678901234567890,
  "a": 1.10,
  "a": [],
  "b": {},
  "c": [
    1,
    {
      "d": null
    }
  ]
}`,
  );
});

test('finds JSON also behind a prefix, and none where there is none', () => {
  expect([jsonIn('caddy | {"a":1} '), jsonIn('[2026-03-01] text'), jsonIn('plain'), jsonIn('[1]')]).toEqual([
    '{"a":1}',
    undefined,
    undefined,
    '[1]',
  ]);
});

test('decodes percent-encoding where it is some, and never plus signs', () => {
  expect([
    decodePercent('/%D8%A7?q=a+b'),
    decodePercent('100%'),
    decodePercent('50% %41'),
    decodePercent('%ff'),
    decodePercent('/plain'),
  ]).toEqual(['/\u0627?q=a+b', undefined, '50% A', undefined, undefined]);
});

test('tells frames of stack traces from what was thrown', () => {
  const lines = [
    'java.lang.IllegalStateException: pool exhausted',
    '\tat com.example.Pool.take(Pool.java:42)',
    'Caused by: java.net.SocketTimeoutException: Read timed out',
    '\t... 12 more',
    'Traceback (most recent call last):',
    '  File "app.py", line 3, in <module>',
    '#12 /srv/app/index.php(54): run()',
    'TypeError: x is not a function',
    '    at run (/srv/app.js:3:9)',
    'a plain message at noon',
  ];
  expect(lines.map(lineKind)).toEqual([
    'cause',
    'frame',
    'cause',
    'frame',
    'cause',
    'frame',
    'frame',
    'cause',
    'frame',
    'text',
  ]);
});
