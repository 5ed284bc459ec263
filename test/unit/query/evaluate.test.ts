import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Field, FieldType } from '../../../src-shared/model/field.ts';
import type { Value } from '../../../src-shared/model/value.ts';
import {
  bindFilter,
  compareCodePoints,
  compileFilter,
  compilePredicate,
  compileTextTest,
  compileValueTest,
  fold,
  type Condition,
  type Literal,
  type TextTest,
  type ValueTree,
} from '../../../src-shared/query/index.ts';

/** Texts of few signs, so that they often match: letters with odd cases, surrogates, line ends. */
const signs = fc.constantFrom(
  ...Array.from('aAbsSkKiIµμßẞſKİıΣσςﬅﬆ'),
  'ΐ',
  'ΐ',
  '\n',
  '.',
  '*',
  '\ud83d\ude00',
  '\u{10400}',
  '\u{10428}',
);
const texts = fc.array(signs, { maxLength: 8 }).map((list) => list.join(''));
const pieces = fc.array(fc.oneof(fc.constant(''), texts), { minLength: 1, maxLength: 4 });

const escape = (text: string): string => text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
/** What regular expressions of the engine at hand do not fold before Unicode 15.1. */
const twins = /[\u0390\u03b0\u1fd3\u1fe3\ufb05\ufb06]/;
const foldFlags = (isFolding: boolean): string => (isFolding ? 'isu' : 'su');

describe('tests on texts', () => {
  it('equal and contain as regular expressions with the flags i and u do', () => {
    fc.assert(
      fc.property(texts, texts, fc.boolean(), (text, needle, isFolding) => {
        fc.pre(!twins.test(text + needle));
        const source = escape(needle);
        expect({
          equals: compileTextTest({ kind: 'equals', text: needle, fold: isFolding })(text),
          contains: compileTextTest({ kind: 'contains', text: needle, fold: isFolding })(text),
        }).toEqual({
          equals: new RegExp(`^${source}$`, foldFlags(isFolding)).test(text),
          contains: new RegExp(source, foldFlags(isFolding)).test(text),
        });
      }),
      { numRuns: 3000 },
    );
  });

  it('match wildcards as regular expressions do', () => {
    fc.assert(
      fc.property(texts, pieces, fc.boolean(), fc.boolean(), (text, parts, isFolding, within) => {
        fc.pre(!twins.test(text + parts.join('')));
        const source = parts.map(escape).join('.*');
        const expected = new RegExp(within ? source : `^${source}$`, foldFlags(isFolding)).test(text);
        expect(compileTextTest({ kind: 'wildcard', parts, fold: isFolding, within })(text)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it('match wildcards whose pieces could overlap as regular expressions do', () => {
    const short = fc.array(fc.constantFrom('a', 'b'), { maxLength: 6 }).map((list) => list.join(''));
    const shortPieces = fc.array(
      short.map((text) => text.slice(0, 3)),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(short, shortPieces, fc.boolean(), (text, parts, within) => {
        const expected = new RegExp(within ? parts.join('.*') : `^${parts.join('.*')}$`).test(text);
        expect(compileTextTest({ kind: 'wildcard', parts, fold: false, within })(text)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('match wildcards in time that grows with the text alone', () => {
    const parts = ['', ...Array.from({ length: 30 }, () => 'a'), 'b', ''];
    const matches = compileTextTest({ kind: 'wildcard', parts, fold: false, within: false });
    const began = performance.now();
    expect(matches('a'.repeat(100_000))).toBe(false);
    // A backtracking regular expression would need longer than the universe is old.
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  test.each<[string, TextTest, string, boolean]>([
    ['ſ is s', { kind: 'equals', text: 'ſet', fold: true }, 'SET', true],
    ['K (Kelvin) is k', { kind: 'contains', text: 'k', fold: true }, '300 K', true],
    ['ß is not ss', { kind: 'equals', text: 'straße', fold: true }, 'STRASSE', false],
    ['ẞ is ß', { kind: 'equals', text: 'STRAẞE', fold: true }, 'straße', true],
    ['a final sigma is a sigma', { kind: 'equals', text: 'ΟΔΟΣ', fold: true }, 'οδος', true],
    ['İ is not i', { kind: 'equals', text: 'İ', fold: true }, 'i', false],
    ['ı is not i', { kind: 'equals', text: 'ı', fold: true }, 'I', false],
    ['letters beyond the first plane have cases', { kind: 'equals', text: '\u{10400}', fold: true }, '\u{10428}', true],
    ['a wildcard spans lines', { kind: 'wildcard', parts: ['a', 'b'], fold: false, within: false }, 'a\n\nb', true],
    ['pieces do not overlap', { kind: 'wildcard', parts: ['ab', 'bc'], fold: false, within: false }, 'abc', false],
    ['nor does the last', { kind: 'wildcard', parts: ['', 'ab', 'b'], fold: false, within: false }, 'xab', false],
    ['a regex has no flag of its own', { kind: 'regex', source: 'A', flags: '' }, 'a', false],
  ])('%s', (_, test_, text, expected) => {
    expect(compileTextTest(test_)(text)).toBe(expected);
  });

  it('say why a regular expression does not compile', () => {
    expect(() => compileTextTest({ kind: 'regex', source: '(', flags: '' })).toThrow('Unterminated group');
    expect(() => compileTextTest({ kind: 'regex', source: 'a', flags: 'g' })).toThrow('The flag "g"');
  });
});

describe('folding', () => {
  const cased = Array.from({ length: 0x110000 }, (_, code) => code)
    .filter((code) => code < 0xd800 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code))
    .filter((sign) => sign.toLowerCase() !== sign || sign.toUpperCase() !== sign);

  it('makes each letter one that regular expressions hold for equal', () => {
    const wrong = cased.filter((sign) => !twins.test(sign) && !new RegExp(`^${escape(sign)}$`, 'iu').test(fold(sign)));
    expect(wrong).toEqual([]);
  });

  it('makes all letters the same that regular expressions hold for equal', () => {
    const all = cased.join('');
    const wrong = cased.filter((sign) =>
      (all.match(new RegExp(escape(sign), 'giu')) ?? []).some((other) => fold(other) !== fold(sign)),
    );
    expect(wrong).toEqual([]);
  });

  it('is the same for a text as for its letters, and keeps lengths', () => {
    const letters = fc.array(fc.constantFrom(...cased, ' ', 'a'), { maxLength: 10 });
    fc.assert(
      fc.property(letters, (list) => {
        const text = list.join('');
        expect(fold(text)).toBe(list.map((letter) => fold(letter)).join(''));
        expect(fold(text).length).toBe(text.length);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('the order of texts', () => {
  it('is that of their code points', () => {
    const any = fc.array(fc.constantFrom('a', 'b', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{10ffff}'), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(any, any, (a, b) => {
        const naiveOrder = (): number => {
          const at = a.findIndex((sign, index) => sign !== b[index]);
          if (at < 0) return a.length - b.length;
          return (a[at]?.codePointAt(0) ?? 0) - (b[at]?.codePointAt(0) ?? -1);
        };
        expect(Math.sign(compareCodePoints(a.join(''), b.join('')))).toBe(Math.sign(naiveOrder()));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('CIDR blocks', () => {
  test.each([
    ['10.0.0.0/8', '10.255.1.2', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.3/8', '10.0.0.1', true],
    ['192.168.1.128/25', '192.168.1.127', false],
    ['192.168.1.128/25', '192.168.1.200', true],
    ['1.2.3.4/32', '1.2.3.4', true],
    ['1.2.3.4/32', '1.2.3.5', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '::1', false],
    ['0.0.0.0/0', 'example.org', false],
    ['10.0.0.0/8', '10.0.0', false],
    ['10.0.0.0/8', '10.0.0.256', false],
    ['10.0.0.0/8', '010.0.0.1', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:a01:203', true],
    ['2001:db8::/32', '2001:db8:1::1', true],
    ['2001:db8::/32', '2001:0DB8:0:0:0:0:0:1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['::1/128', '0:0:0:0:0:0:0:1', true],
    ['::/0', '10.0.0.1', false],
    ['::ffff:0:0/96', '::ffff:1.2.3.4', true],
    ['2001:db8::/33', '2001:db8:8000::', false],
    ['::/0', '1::2::3', false],
    ['::/0', '1:2:3:4:5:6:7:8:9', false],
    ['::/0', '12345::', false],
  ])('%s and %s: %s', (prefix, address, expected) => {
    expect(compileTextTest({ kind: 'cidr', prefix })(address)).toBe(expected);
  });
});

describe('tests on values', () => {
  const exact = { exact: '9007199254740993' };
  const big = (text: string): ((value: Value | undefined) => boolean) => {
    const { predicate } = compileFilter(`id ${text}`, {
      fields: [{ name: 'id', type: 'integer' }],
      open: false,
      zone: 'UTC',
      now: 0,
    });
    if (predicate.op !== 'field') throw new Error('not a field');
    return compileValueTest(predicate.test, 'integer');
  };

  test.each<[string, Value, boolean]>([
    [': 9007199254740993', exact, true],
    [': 9007199254740992', exact, false],
    [': 9007199254740993', 9007199254740992, false],
    ['>= 9007199254740993', exact, true],
    ['> 9007199254740993', exact, false],
    ['> 9007199254740992', exact, true],
    ['>= 9007199254740994', exact, false],
    ['< 9007199254740994', exact, true],
    ['< 9007199254740993', 9007199254740991, true],
    ['>= 9007199254740993', 9007199254740991, false],
    ['> 0.1', { exact: '0.10000000000000000001' }, true],
    ['<= 0.1', { exact: '0.10000000000000000001' }, false],
    ['>= 0.10000000000000000001', 0.1, false],
    ['> 0.09999999999999999999', 0.1, true],
    ['> 1e400', { exact: '1.0000001e400' }, true],
    ['< 1e400', { exact: '-1e401' }, true],
    ['> -1', { exact: '-1.00000000000000000001' }, false],
    [': 90*', exact, true],
    [': 91*', exact, false],
  ])('id %s of %j: %s', (text, value, expected) => {
    expect(big(text)(value)).toBe(expected);
  });

  it('go by the type of each value where types are mixed', () => {
    const values: readonly (Value | undefined)[] = [
      5,
      '5',
      true,
      'TRUE',
      { json: '[5]' },
      { exact: '5.00000000000000000001' },
      undefined,
    ];
    const matching = (text: string): unknown => {
      const { predicate } = compileFilter(text, {
        fields: [{ name: 'x', type: 'any' }],
        open: true,
        zone: 'UTC',
        now: 0,
      });
      const matches = compilePredicate<Value | undefined>(predicate, { field: (value) => value, raw: () => '' });
      return values.filter((value) => matches(value));
    };
    expect({
      '5': matching('x : 5'),
      true: matching('x : true'),
      json: matching('x : *5*'),
      more: matching('x > 4'),
      any: matching('x : *'),
      none: matching('not x : *'),
    }).toEqual({
      '5': [5, '5'],
      true: [true, 'TRUE'],
      json: ['5', { json: '[5]' }],
      more: [5, '5', 'TRUE', { json: '[5]' }, { exact: '5.00000000000000000001' }],
      any: values.slice(0, -1),
      none: [undefined],
    });
  });

  it('find the numbers whose text begins so', () => {
    const numbers = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e20, max: 1e20 }));
    fc.assert(
      fc.property(numbers, fc.integer({ min: 1, max: 6 }), (number, length) => {
        const text = String(number);
        fc.pre(!text.includes('e') && !Object.is(number, -0));
        const prefix = text.slice(0, length);
        fc.pre(prefix !== '-');
        expect(big(`: ${prefix}*`)(number)).toBe(true);
      }),
    );
    expect(
      [
        [4, false],
        [5, true],
        [6, false],
        [49.9, false],
        [50, true],
        [59.9, true],
        [60, false],
        [-5, false],
      ].map(([value]) => big(': 5*')(value as number)),
    ).toEqual([false, true, false, false, true, true, false, false]);
  });
});

/** A record of the property test below. */
interface TestRecord {
  readonly raw: string;
  readonly fields: ReadonlyMap<string, Value>;
}

const testFields: readonly Field[] = [
  { name: 'status', type: 'integer' },
  { name: 'path', type: 'text' },
  { name: 'message', type: 'text' },
  { name: 'x', type: 'any' },
];

/** The meaning of a condition in the plainest words; literals here are without signs that fold oddly. */
function naive(tree: Condition, record: TestRecord): boolean {
  switch (tree.kind) {
    case 'and':
      return tree.terms.every((term) => naive(term, record));
    case 'or':
      return tree.terms.some((term) => naive(term, record));
    case 'not':
      return !naive(tree.term, record);
    case 'text':
      return naiveWildcard(tree.value, record.raw, 'isu', true);
    case 'regex':
      throw new Error('not generated');
    case 'compare': {
      const value = record.fields.get(tree.field.name);
      const [literal = ''] = tree.value.parts;
      if (value === undefined) return false;
      const order =
        typeof value === 'number' ? Math.sign(value - Number(literal)) : value < literal ? -1 : value > literal ? 1 : 0;
      return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[tree.operator];
    }
    case 'match':
      return naiveMatch(tree.value, tree.operator, tree.field.name, record);
  }
}

function naiveMatch(value: ValueTree, operator: string, name: string, record: TestRecord): boolean {
  switch (value.kind) {
    case 'and':
      return value.terms.every((term) => naiveMatch(term, operator, name, record));
    case 'or':
      return value.terms.some((term) => naiveMatch(term, operator, name, record));
    case 'not':
      return !naiveMatch(value.term, operator, name, record);
    case 'literal': {
      const held = record.fields.get(name);
      if (held === undefined) return false;
      return naiveWildcard(
        value,
        typeof held === 'string' ? held : JSON.stringify(held),
        operator === ':' ? 'isu' : 'su',
        operator === ':' && name === 'message',
      );
    }
  }
}

const naiveWildcard = ({ parts }: Literal, text: string, flags: string, isPart: boolean): boolean => {
  const source = parts.map(escape).join('.*');
  return new RegExp(isPart ? source : `^${source}$`, flags).test(text);
};

describe('a filter', () => {
  const word = fc.constantFrom('', 'a', 'A', 'ab', 'B', 'é', 'É', '5', '50', '\u{1f600}');
  const parts = fc.array(word, { minLength: 1, maxLength: 3 });
  const number = fc.constantFrom('5', '50', '500', '0');
  const literalOf = (name: string): fc.Arbitrary<Literal> =>
    (name === 'status'
      ? fc.oneof(
          number.map((text) => [text]),
          number.map((text) => [text, '']),
        )
      : parts
    ).map((list) => ({ kind: 'literal', parts: list }));
  const valueOf = (name: string): fc.Arbitrary<ValueTree> =>
    fc.oneof(
      literalOf(name),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        terms: fc.array(literalOf(name), { minLength: 2, maxLength: 2 }),
      }),
      fc.record({ kind: fc.constant('not' as const), term: literalOf(name) }),
    );
  const name = fc.constantFrom('status', 'path', 'message');
  const trees = fc.letrec<{ tree: Condition }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      parts.map((list): Condition => ({ kind: 'text', value: { kind: 'literal', parts: list } })),
      name.chain((field) =>
        fc.record({
          kind: fc.constant('match' as const),
          field: fc.constant({ name: field }),
          operator: fc.constantFrom(':' as const, '=' as const),
          value: valueOf(field),
        }),
      ),
      name.chain((field) =>
        fc.record({
          kind: fc.constant('compare' as const),
          field: fc.constant({ name: field }),
          operator: fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const),
          value: (field === 'status' ? number : fc.constantFrom('', 'a', 'B', 'é')).map((text): Literal => ({
            kind: 'literal',
            parts: [text],
          })),
        }),
      ),
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        terms: fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), term: tie('tree') }),
    ),
  })).tree;
  const records: fc.Arbitrary<TestRecord> = fc
    .record({
      raw: parts.map((list) => list.join(' ')),
      status: fc.option(fc.constantFrom(0, 5, 50, 55, 500, 501), { nil: undefined }),
      path: fc.option(
        parts.map((list) => list.join('')),
        { nil: undefined },
      ),
      message: fc.option(
        parts.map((list) => list.join('')),
        { nil: undefined },
      ),
    })
    .map(({ raw, ...fields }) => ({
      raw,
      fields: new Map(
        Object.entries(fields).flatMap(([key, value]): [string, Value][] =>
          value === undefined ? [] : [[key, value]],
        ),
      ),
    }));

  it('keeps the records that the plainest reading of it keeps', () => {
    const types = new Map<string, FieldType>(testFields.map((field) => [field.name, field.type]));
    fc.assert(
      fc.property(trees, fc.array(records, { minLength: 1, maxLength: 20 }), (tree, list) => {
        const { predicate } = bindFilter(tree, { fields: testFields, open: false, zone: 'UTC', now: 0 });
        const access = {
          field: (record: TestRecord, field: string) => record.fields.get(field),
          raw: (record: TestRecord) => record.raw,
        };
        const matches = compilePredicate(predicate, access);
        const matchesTyped = compilePredicate(predicate, access, (field) => types.get(field) ?? 'any');
        const expected = list.map((record) => naive(tree, record));
        expect(list.map((record) => matches(record))).toEqual(expected);
        expect(list.map((record) => matchesTyped(record))).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });
});
