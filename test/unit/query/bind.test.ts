import { describe, expect, it, test } from 'vitest';
import { EngineError, errorToData } from '../../../src-shared/errors.ts';
import { knownFields, type Field } from '../../../src-shared/model/field.ts';
import {
  bindFilter,
  compileFilter,
  type BindContext,
  type Predicate,
  type ValueTest,
} from '../../../src-shared/query/index.ts';

const fields: readonly Field[] = [
  ...knownFields,
  { name: 'x', type: 'any' },
  { name: 'ok', type: 'boolean' },
  { name: 'id', type: 'integer' },
  { name: 'req.headers.host', type: 'text' },
  { name: 'user name', type: 'text' },
];
const context: BindContext = { fields, open: false, zone: 'Europe/Berlin', now: Date.UTC(2026, 2, 1, 12) };

const bound = (text: string): Predicate => compileFilter(text, context).predicate;
const instant = (text: string): number => new Date(text).getTime();
const field = (name: string, value: ValueTest): Predicate => ({ op: 'field', field: name, test: value });

describe('a filter bound to a source', () => {
  test.each<[string, Predicate]>([
    ['', { op: 'all' }],
    ['*', { op: 'all' }],
    ['not *', { op: 'none' }],
    ['foo', { op: 'raw', test: { kind: 'contains', text: 'foo', fold: true } }],
    ['foo*bar', { op: 'raw', test: { kind: 'wildcard', parts: ['foo', 'bar'], fold: true, within: true } }],
    ['*foo*', { op: 'raw', test: { kind: 'contains', text: 'foo', fold: true } }],
    ['~ /a.b/s', { op: 'raw', test: { kind: 'regex', source: 'a.b', flags: 's' } }],
    ['_raw = foo', { op: 'raw', test: { kind: 'equals', text: 'foo', fold: false } }],
    ['_raw : *', { op: 'all' }],
    ['_parsed : false', field('_parsed', { boolean: false })],
    ['_line > 5', field('_line', { number: [{ min: 5, max: Infinity, minOpen: true }] })],
    ['method : get', field('method', { text: [{ kind: 'equals', text: 'get', fold: true }] })],
    ['method = get', field('method', { text: [{ kind: 'equals', text: 'get', fold: false }] })],
    ['path : /a/*', field('path', { text: [{ kind: 'wildcard', parts: ['/a/', ''], fold: true, within: false }] })],
    ['path = *a*', field('path', { text: [{ kind: 'contains', text: 'a', fold: false }] })],
    ['path : *', field('path', { exists: true })],
    ['path > b', field('path', { text: [{ kind: 'compare', op: '>', text: 'b' }] })],
    ['path ~ /^a/i', field('path', { text: [{ kind: 'regex', source: '^a', flags: 'i' }] })],
    ['message : foo', field('message', { text: [{ kind: 'contains', text: 'foo', fold: true }] })],
    [
      'exception : a*b',
      field('exception', { text: [{ kind: 'wildcard', parts: ['a', 'b'], fold: true, within: true }] }),
    ],
    ['message = foo', field('message', { text: [{ kind: 'equals', text: 'foo', fold: false }] })],
    [
      'client_ip : 10.0.0.0/8',
      field('client_ip', {
        text: [
          { kind: 'equals', text: '10.0.0.0/8', fold: true },
          { kind: 'cidr', prefix: '10.0.0.0/8' },
        ],
      }),
    ],
    ['client_ip = ::/0', field('client_ip', { text: [{ kind: 'equals', text: '::/0', fold: false }] })],
    ['status : 200', field('status', { number: [{ min: 200, max: 200 }] })],
    ['status < 2e2', field('status', { number: [{ min: -Infinity, max: 200, maxOpen: true }] })],
    ['duration <= 1.1s', field('duration', { number: [{ min: -Infinity, max: 1100 }] })],
    ['duration : 250us', field('duration', { number: [{ min: 0.25, max: 0.25 }] })],
    ['bytes >= 10KiB', field('bytes', { number: [{ min: 10_240, max: Infinity }] })],
    ['bytes >= "1.5 MB"', field('bytes', { number: [{ min: 1_500_000, max: Infinity }] })],
    ['id : 9007199254740993', field('id', { exact: '9007199254740993' })],
    [
      'id >= 9007199254740993',
      field('id', {
        number: [{ min: 9_007_199_254_740_992, max: Infinity, minOpen: true }],
        exactBound: { op: '>=', than: '9007199254740993' },
      }),
    ],
    [
      'x : 0.5*',
      field('x', {
        number: [{ min: 0.5, max: 0.6, maxOpen: true }],
        text: [{ kind: 'wildcard', parts: ['0.5', ''], fold: true, within: false }],
      }),
    ],
    ['ok : TRUE', field('ok', { boolean: true })],
    ['x : true', field('x', { text: [{ kind: 'equals', text: 'true', fold: true }], boolean: true })],
    ['x : 5', field('x', { number: [{ min: 5, max: 5 }], text: [{ kind: 'equals', text: '5', fold: true }] })],
    ['x < b', field('x', { text: [{ kind: 'compare', op: '<', text: 'b' }] })],
    ['level >= warn', field('level', { number: [{ min: 4, max: Infinity }] })],
    ['level = Warning', field('level', { number: [{ min: 4, max: 4 }] })],
    ['level : *r*', field('level', { number: [0, 4, 5].map((ordinal) => ({ min: ordinal, max: ordinal })) })],
    ['level ~ /^[ef]/', field('level', { number: [5, 6].map((ordinal) => ({ min: ordinal, max: ordinal })) })],
    ['`user name` : x', field('user name', { text: [{ kind: 'equals', text: 'x', fold: true }] })],
    [
      'method : (a or not b)',
      {
        op: 'or',
        terms: [
          field('method', { text: [{ kind: 'equals', text: 'a', fold: true }] }),
          { op: 'not', term: field('method', { text: [{ kind: 'equals', text: 'b', fold: true }] }) },
        ],
      },
    ],
    ['not not ok : true', field('ok', { boolean: true })],
    ['ok : true or *', { op: 'all' }],
    ['ok : true and not *', { op: 'none' }],
  ])('%j is the predicate it should be', (text, expected) => {
    expect(bound(text)).toEqual(expected);
  });

  it('finds numbers by how their text begins', () => {
    expect(bound('status : 5*')).toEqual(
      field('status', {
        number: Array.from({ length: 21 }, (_, at) => ({
          min: Number(`5e${at}`),
          max: Number(`6e${at}`),
          maxOpen: true,
        })),
      }),
    );
  });

  test.each([
    ['"2026"', '2026-01-01T00:00+01:00', '2027-01-01T00:00+01:00'],
    ['2026-03', '2026-03-01T00:00+01:00', '2026-04-01T00:00+02:00'],
    ['"2026-03-29"', '2026-03-29T00:00+01:00', '2026-03-30T00:00+02:00'],
    ['"2026-03-01 10"', '2026-03-01T10:00+01:00', '2026-03-01T11:00+01:00'],
    ['"2026-03-01T10:15"', '2026-03-01T10:15+01:00', '2026-03-01T10:16+01:00'],
    ['"2026-03-01 10:15:30"', '2026-03-01T10:15:30+01:00', '2026-03-01T10:15:31+01:00'],
    ['"2026-03-01 10:15:30.1"', '2026-03-01T10:15:30.100+01:00', '2026-03-01T10:15:30.200+01:00'],
    ['"2026-03-01 10:15:30,123"', '2026-03-01T10:15:30.123+01:00', '2026-03-01T10:15:30.124+01:00'],
    ['"2026-03-01 10:15:30.123456"', '2026-03-01T10:15:30.123+01:00', '2026-03-01T10:15:30.124+01:00'],
    ['2026-03-01T10Z', '2026-03-01T10:00Z', '2026-03-01T11:00Z'],
    ['2026-03-01T10:15:00-03:30', '2026-03-01T10:15:00-03:30', '2026-03-01T10:15:01-03:30'],
    ['"2026-03-01 10:15 +0530"', '2026-03-01T10:15+05:30', '2026-03-01T10:16+05:30'],
    // The hour that comes twice is whole, the one that is skipped is empty.
    ['"2026-10-25 02"', '2026-10-25T02:00+02:00', '2026-10-25T03:00+01:00'],
    ['"2026-03-29 02"', '2026-03-29T03:00+02:00', '2026-03-29T03:00+02:00'],
  ])('takes %s as all the time that its precision leaves open', (text, from, to) => {
    const [min, max] = [instant(from), instant(to)];
    expect({
      ':': bound(`time : ${text}`),
      '=': bound(`time = ${text}`),
      '<': bound(`time < ${text}`),
      '<=': bound(`time <= ${text}`),
      '>': bound(`time > ${text}`),
      '>=': bound(`time >= ${text}`),
    }).toEqual({
      ':': field('time', { number: [{ min, max, maxOpen: true }] }),
      '=': field('time', { number: [{ min, max, maxOpen: true }] }),
      '<': field('time', { number: [{ min: -Infinity, max: min, maxOpen: true }] }),
      '<=': field('time', { number: [{ min: -Infinity, max, maxOpen: true }] }),
      '>': field('time', { number: [{ min: max, max: Infinity }] }),
      '>=': field('time', { number: [{ min, max: Infinity }] }),
    });
  });

  test.each([
    ['now', 0],
    ['NOW-15m', -900_000],
    ['now+1h30m', 5_400_000],
    ['"now - 1.5 d"', -129_600_000],
    ['now-1w', -604_800_000],
    ['now-250ms', -250],
  ])('counts %s from now', (text, offsetMs) => {
    expect(bound(`time >= ${text}`)).toEqual(
      field('time', { number: [{ min: context.now + offsetMs, max: Infinity }] }),
    );
  });

  it('warns of unknown fields of a source whose fields may still appear, and binds them by their known type', () => {
    const open: BindContext = { ...context, fields: [{ name: 'status', type: 'integer' }], open: true };
    expect(compileFilter('stauts : 5 or level >= warn', open)).toEqual({
      predicate: {
        op: 'or',
        terms: [
          field('stauts', { number: [{ min: 5, max: 5 }], text: [{ kind: 'equals', text: '5', fold: true }] }),
          field('level', { number: [{ min: 4, max: Infinity }] }),
        ],
      },
      warnings: [
        { message: 'No record has a field "stauts" so far. Did you mean "status"?', from: 0, to: 6 },
        { message: 'No record has a field "level" so far.', from: 14, to: 19 },
      ],
    });
  });
});

describe('a filter that does not fit its source', () => {
  test.each([
    ['stauts : 5', 'stauts', 'status', 'There is no field "stauts". Did you mean "status"?'],
    ['Path : x', 'Path', 'path', 'There is no field "Path". Did you mean "path"?'],
    [
      'headers.host : x',
      'headers.host',
      'req.headers.host',
      'There is no field "headers.host". Did you mean "req.headers.host"?',
    ],
    ['username : x', 'username', '`user name`', 'There is no field "username". Did you mean "user name"?'],
    [
      'a 10:30:05',
      '10:30:05',
      '"10:30:05"',
      'There is no field "10". To look for the text, put it in quotes: "10:30:05"',
    ],
    [
      'http://x/y',
      'http://x/y',
      '"http://x/y"',
      'There is no field "http". To look for the text, put it in quotes: "http://x/y"',
    ],
    [
      'failure: disk',
      'failure: disk',
      '"failure: disk"',
      'There is no field "failure". To look for the text, put it in quotes: "failure: disk"',
    ],
    ['status : abc', 'abc', undefined, '"status" holds numbers, and "abc" is none.'],
    ['status : (200 or abc)', 'abc', undefined, '"status" holds numbers, and "abc" is none.'],
    ['status : 5xx', '5xx', '5*', '"status" holds numbers, and "5xx" is none.'],
    ['status : *5', '*5', undefined, '"status" holds numbers, of which only the begin can be given: 5*.'],
    ['status > 5s', '5s', undefined, '"status" holds numbers, and "5s" is none.'],
    [
      'duration : 5x',
      '5x',
      undefined,
      '"duration" holds numbers, and "5x" is none. Write a number of milliseconds, or 1.5s, 250ms, 2m.',
    ],
    [
      'bytes > 5x',
      '5x',
      undefined,
      '"bytes" holds numbers, and "5x" is none. Write a number of bytes, or 10KB, 1.5MiB.',
    ],
    ['status ~ /5/', 'status ~ /5/', undefined, 'A regular expression tests texts, and "status" holds numbers.'],
    [
      'level : wrning',
      'wrning',
      'warning',
      '"wrning" is no level. Levels are trace, debug, info, notice, warn, error, fatal.',
    ],
    ['level >= 30', '30', undefined, '"30" is no level. Levels are trace, debug, info, notice, warn, error, fatal.'],
    ['ok : yes', 'yes', undefined, '"ok" is true or false.'],
    ['ok > false', 'ok > false', undefined, '"ok" is true or false, which have no order.'],
    ['time : now-1h', 'now-1h', undefined, '"now-1h" is a point in time; write time >= now-1h.'],
    [
      'time : 2026-03-*',
      '2026-03-*',
      '2026-03',
      expect.stringContaining('"time" holds times, and "2026-03-*" is none.'),
    ],
    ['time > "2026-02-30"', '"2026-02-30"', undefined, expect.stringContaining('"2026-02-30" is none.')],
    ['time > 24:00', '24:00', undefined, expect.stringContaining('"24:00" is none.')],
    ['time > now-5x', 'now-5x', undefined, expect.stringContaining('"now-5x" is none.')],
  ])('%j: the error is at %j and offers %j', (text, place, suggestion, message: unknown) => {
    let thrown: unknown;
    try {
      bound(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(EngineError);
    const { range, ...rest } = errorToData(thrown);
    expect({ ...rest, place: text.slice(range?.from, range?.to) }).toEqual({
      code: 'bad-filter',
      message,
      place,
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  });

  it('has no place when the program made it', () => {
    const tree = {
      kind: 'match',
      field: { name: 'nope' },
      operator: ':',
      value: { kind: 'literal', parts: ['a'] },
    } as const;
    expect(() => bindFilter(tree, context)).toThrow('There is no field "nope".');
  });
});
