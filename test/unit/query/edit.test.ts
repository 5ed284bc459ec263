import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Field } from '../../../src-shared/model/field.ts';
import type { Value } from '../../../src-shared/model/value.ts';
import {
  compileFilter,
  compilePredicate,
  excludeValue,
  includeValue,
  instantText,
  parseFilter,
  printFilter,
  readTime,
  requireFilter,
  valueClause,
  withClause,
  withoutClause,
  withoutTimeRange,
  withTimeRange,
  type Condition,
} from '../../../src-shared/query/index.ts';

const condition = (text: string): Condition => {
  const tree = requireFilter(text);
  if (tree.kind === 'all') throw new Error('no condition');
  return tree;
};
const status: Field = { name: 'status', type: 'integer' };

describe('adding a condition', () => {
  test.each([
    ['', 'a : 1', 'a : 1'],
    ['  Foo  bar', 'a : 1', 'Foo and bar and a : 1'],
    ['x:1  AND  y:"2"', 'a : 1', 'x:1 and y:"2" and a : 1'],
    ['x or y', 'a : 1', '(x or y) and a : 1'],
    ['(x or y)', 'a : 1', '(x or y) and a : 1'],
    ['(x) or y', 'a : 1', '((x) or y) and a : 1'],
    ['x and (y  or z)', 'a : 1', 'x and (y  or z) and a : 1'],
    ['not x y', 'a : 1', 'not x and y and a : 1'],
    ['x', 'a : 1 or b : 2', 'x and (a : 1 or b : 2)'],
    ['x and a:"1"', 'a : 1', 'x and a:"1"'],
    ['x [', 'a : 1', 'x ['],
  ])('to %j: %j gives %j', (text, clause, expected) => {
    expect(withClause(text, condition(clause))).toBe(expected);
  });

  test.each([
    ['a : 1', ''],
    ['x and a = 1', 'x and a = 1'],
    ['x a:1 y', 'x and y'],
    ['(a:1) and (y or z)', '(y or z)'],
    ['a : 1 or x', 'a : 1 or x'],
  ])('and taking it from %j gives %j', (text, expected) => {
    expect(withoutClause(text, condition('a : 1'))).toBe(expected);
  });
});

describe('a click on a value', () => {
  test.each<[string, string]>([
    [includeValue('a or b', status, 500), '(a or b) and status = 500'],
    [includeValue('not status = 500 and x', status, 500), 'x and status = 500'],
    [excludeValue('status = 500 (a  or b)', status, 500), '(a  or b) and not status = 500'],
    [includeValue('status = 500', status, 500), 'status = 500'],
    [includeValue('', { name: 'level', type: 'level' }, 5), 'level = error'],
    [includeValue('', { name: 'user name', type: 'text' }, 'a "b" * \n'), '`user name` = "a \\"b\\" \\* \\n"'],
    [includeValue('', { name: 'id', type: 'integer' }, { exact: '12345678901234567890' }), 'id = 12345678901234567890'],
    [includeValue('', { name: 'x', type: 'any' }, { json: '[1]' }), 'x = "[1]"'],
    [includeValue('', { name: 'ok', type: 'boolean' }, false), 'ok = false'],
    [includeValue('', { name: 'time', type: 'instant' }, 0, 'Europe/Berlin'), 'time = "1970-01-01T01:00:00.000+01:00"'],
    [includeValue('', status, undefined), 'not status : *'],
    [excludeValue('not status : *', status, undefined), 'status : *'],
  ])('gives %j', (text, expected) => {
    expect(text).toBe(expected);
  });

  it('keeps records with that value, whatever it is', () => {
    const cases: fc.Arbitrary<readonly [Field, Value]> = fc.oneof(
      fc.string({ unit: 'binary' }).map((text): readonly [Field, Value] => [{ name: 'path', type: 'text' }, text]),
      fc.string().map((text): readonly [Field, Value] => [{ name: 'message', type: 'text' }, text]),
      fc.string().map((text): readonly [Field, Value] => [{ name: 'x', type: 'any' }, text]),
      fc.integer().map((number): readonly [Field, Value] => [status, number]),
      fc
        .double({ noNaN: true, noDefaultInfinity: true })
        .map((number): readonly [Field, Value] => [{ name: 'duration', type: 'number', unit: 'ms' }, number]),
      fc.integer({ min: 0, max: 6 }).map((level): readonly [Field, Value] => [{ name: 'level', type: 'level' }, level]),
      fc.integer({ min: 0, max: 4e12 }).map((ms): readonly [Field, Value] => [{ name: 'time', type: 'instant' }, ms]),
      fc.boolean().map((value): readonly [Field, Value] => [{ name: 'ok', type: 'boolean' }, value]),
    );
    fc.assert(
      fc.property(cases, ([field, value]) => {
        const text = printFilter(valueClause(field, value, 'Asia/Tehran'));
        const { predicate } = compileFilter(text, { fields: [field], open: false, zone: 'UTC', now: 0 });
        const matches = compilePredicate<Value>(predicate, { field: (held) => held, raw: () => '' }, () => field.type);
        expect(matches(value)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a brushed time range', () => {
  const range = { from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 2, 1, 10, 15) };
  test.each([
    ['', 'UTC', 'time >= 2026-03-01 and time < "2026-03-01 10:15"'],
    ['x or y', 'UTC', '(x or y) and time >= 2026-03-01 and time < "2026-03-01 10:15"'],
    [
      'a and time >= now-1h and b and time < now',
      'UTC',
      'a and time >= 2026-03-01 and time < "2026-03-01 10:15" and b',
    ],
    ['time : 2026 a', 'Asia/Kathmandu', 'time >= "2026-03-01 05:45" and time < "2026-03-01 16:00" and a'],
    ['a [', 'UTC', 'a ['],
  ])('of %j in %s gives %j', (text, zone, expected) => {
    expect(withTimeRange(text, range, zone)).toBe(expected);
  });

  it('replaces the one before', () => {
    const once = withTimeRange('a', { from: 0, to: 1000 }, 'UTC');
    expect(withTimeRange(once, range, 'UTC')).toBe(withTimeRange('a', range, 'UTC'));
    expect(withoutTimeRange(once)).toBe('a');
  });

  it('may be open at either end, and takes in what it touches', () => {
    expect(withTimeRange('', { from: 1.5 }, 'UTC')).toBe('time >= "1970-01-01 00:00:00.001"');
    expect(withTimeRange('', { to: 1.5 }, 'UTC')).toBe('time < "1970-01-01 00:00:00.002"');
  });

  it('has times that read as the same instants, also when clocks are set', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe', '-03:30');
    const hours = fc.integer({ min: 490_000, max: 500_000 });
    fc.assert(
      fc.property(zones, hours, fc.constantFrom(0, 60_000, 61_000, 61_001), (zone, hour, more) => {
        const ms = hour * 3_600_000 + more;
        expect(readTime(instantText(ms, zone), zone, 0)?.from).toBe(ms);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('edits', () => {
  it('always give a filter that parses', () => {
    const texts = fc.constantFrom(
      '',
      'a',
      'a or b',
      '(a or b)',
      'not a b',
      'time >= now-1h or a',
      '((a) (b))',
      'f : (a or b) ~ /x/',
    );
    const clause = condition('x or y');
    const edits: readonly ((text: string) => string)[] = [
      (text) => includeValue(text, status, 500),
      (text) => excludeValue(text, status, 500),
      (text) => withTimeRange(text, { from: 0, to: 1 }, 'UTC'),
      (text) => withoutTimeRange(text),
      (text) => withClause(text, clause),
      (text) => withoutClause(text, clause),
    ];
    fc.assert(
      fc.property(texts, fc.array(fc.constantFrom(...edits)), (begin, list) => {
        const text = list.reduce<string>((current, edit) => edit(current), begin);
        expect(parseFilter(text).errors).toEqual([]);
      }),
    );
  });
});
