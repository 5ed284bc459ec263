/** Whatever a client sends instead of a request, it is refused with an error that says where, and nothing else. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EngineError } from '../../../src-shared/errors.ts';
import { readRequest } from '../../../src-shared/rpc/requests.ts';

const query = { filter: 'status >= 500', sort: { field: 'bytes', descending: true }, zone: 'UTC' };
const csv = { view: 1, format: 'csv', zone: 'UTC', bom: false, crlf: true, neutralize: true } as const;

test('reads what the protocol allows, unchanged', () => {
  expect(readRequest('hello', {})).toStrictEqual({});
  expect(readRequest('open', { path: '/a', options: { year: 2024, noCache: true } })).toStrictEqual({
    path: '/a',
    options: { year: 2024, noCache: true },
  });
  expect(readRequest('createView', { source: 0, query })).toStrictEqual({ source: 0, query });
  expect(readRequest('locate', { view: 1, by: 'level', level: 5, from: -1, backwards: false })).toStrictEqual({
    view: 1,
    by: 'level',
    level: 5,
    from: -1,
    backwards: false,
  });
  for (const target of [{ path: '/out.csv' }, { download: 'token' }]) {
    expect(readRequest('export', { ...csv, target })).toStrictEqual({ ...csv, target });
  }
});

test('takes a key that is there without a value for one that is not there', () => {
  expect(readRequest('open', { path: '/a', options: { format: undefined } })).toStrictEqual({
    path: '/a',
    options: {},
  });
});

test.each([
  ['open', {}, 'open.path must be text.'],
  ['open', { path: '/a', options: { year: '2024' } }, 'open.options.year must be a whole number.'],
  ['createView', { source: 1, query: { ...query, sort: 'bytes' } }, 'createView.query.sort must be an object.'],
  ['page', { view: 1, from: 0, to: 9, fields: ['a', 2] }, 'page.fields[1] must be text.'],
  ['page', { view: 1, from: Number.NaN, to: 9, fields: [] }, 'page.from must be a whole number.'],
  ['locate', { view: 1, by: 'magic' }, 'locate.by must be one of time, line, record, level, filter.'],
  ['locate', { view: 1, by: 'constructor' }, 'locate.by must be one of time, line, record, level, filter.'],
  ['histogram', { view: 1, buckets: 300, from: Number.POSITIVE_INFINITY }, 'histogram.from must be a number.'],
  ['export', { ...csv, target: null }, 'export.target must be an object.'],
  ['export', { ...csv, format: 'xlsx', target: { path: '/a' } }, 'export.format must be one of csv, tsv, jsonl, text.'],
] as const)('%s refuses %j', (name, request, message) => {
  expect(() => readRequest(name, request)).toThrow(new EngineError('bad-argument', message));
});

test('refuses anything else in the same way', () => {
  const names = ['hello', 'open', 'createView', 'page', 'locate', 'histogram', 'export', 'listFolder'] as const;
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.anything({ withNullPrototype: true }), (name, request) => {
      try {
        readRequest(name, request);
      } catch (error) {
        expect(error).toBeInstanceOf(EngineError);
      }
    }),
  );
});
