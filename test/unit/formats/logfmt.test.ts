/** logfmt: what Go's writers write comes back, and nothing else is taken for it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Value } from '../../../src-shared/model/value.ts';
import { createSample } from '../../../src-main/formats/detect.ts';
import { logfmt } from '../../../src-main/formats/logfmt.ts';
import { fieldsOf, readRecords, testOptions } from './read-records.ts';

const format = logfmt.create({ name: 'logfmt' });

const key = fc
  .string({ unit: fc.constantFrom(...Array.from('kxy_-.@9')), minLength: 1, maxLength: 5 })
  .map((text) => `k${text}`);

/** Go's strconv.Quote, as far as it matters. */
const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r')}"`;

const value = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((text): [string, Value] => [quoted(text), text]),
  fc.integer().map((number): [string, Value] => [String(number), number]),
  fc.constantFrom<[string, Value]>(
    ['true', true],
    ['false', false],
    ['', ''],
    ['007', '007'],
    ['1.5', 1.5],
    ['-0.25', -0.25],
  ),
  fc.constantFrom<[string, Value]>(
    ['10.0.0.1', '10.0.0.1'],
    ['a=b"c', 'a=b"c'],
    ['1e3', '1e3'],
    ['9223372036854775807', { exact: '9223372036854775807' }],
  ),
);

test('reads back what was written', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 8 }), (pairs) => {
      const line = pairs.map(([name, [written]]) => `${name}=${written}`).join(' ');
      expect(fieldsOf(line, format)).toEqual([Object.fromEntries(pairs.map(([name, [, meant]]) => [name, meant]))]);
    }),
    { numRuns: 500 },
  );
});

test('keys without a value are true, but not the first one', () => {
  expect(fieldsOf('k=1 retry done', format)).toEqual([{ k: 1, retry: true, done: true }]);
  expect(fieldsOf('retry k=1', format)).toEqual([false]);
});

test.each(['', ' ', '=1', '"k"=1', 'k="open', 'k="a"b', 'k="a\\"', 'plain words only'])('%j is no record', (line) => {
  expect(fieldsOf(`${line}\n`, format).every((fields) => fields === false)).toBe(true);
});

test('never throws on bytes of any kind, and stays within the record', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const pair = Buffer.concat([Buffer.from('k='), bytes]);
      expect(() => [readRecords(pair, format), readRecords(Buffer.from(bytes), format)]).not.toThrow();
    }),
    { numRuns: 1000 },
  );
});

test('text with a pair in it is not detected', () => {
  const text = 'a=1 was the result\nb=2 as well\n';
  expect(logfmt.detect(createSample(Buffer.from(text), testOptions, ''))).toBeUndefined();
});
