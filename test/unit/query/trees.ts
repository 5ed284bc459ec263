/** Random filters for property tests: every tree that the language can write. */
import * as fc from 'fast-check';
import type {
  Condition,
  FieldName,
  FilterTree,
  Literal,
  RegexLiteral,
  ValueTree,
} from '../../../src-shared/query/index.ts';

const names: fc.Arbitrary<FieldName> = fc
  .oneof(
    fc.constantFrom(
      'status',
      'req.headers.host',
      '@timestamp',
      'x_status',
      'sc-status',
      'and',
      'Not',
      'user name',
      '`',
      '\\',
      '',
    ),
    fc.string({ unit: 'binary', maxLength: 8 }),
  )
  .map((name) => ({ name }));

const text = fc.oneof(
  fc.constantFrom(
    'a',
    '',
    'or',
    'GET',
    '/api',
    '10.0.0.0/8',
    '2026-03-01T10:00:00Z',
    '-3',
    '::1',
    '"',
    '\\',
    '\n',
    '\\n',
    '(',
    "'",
  ),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

/** Pieces between wildcards; inner ones are never empty. */
const parts: fc.Arbitrary<readonly string[]> = fc
  .array(text, { minLength: 1, maxLength: 4 })
  .map((pieces) => pieces.filter((piece, at) => at === 0 || at === pieces.length - 1 || piece !== ''));
const literals: fc.Arbitrary<Literal> = parts.map((pieces) => ({ kind: 'literal', parts: pieces }));
const plainLiterals: fc.Arbitrary<Literal> = text.map((piece) => ({ kind: 'literal', parts: [piece] }));

const regexes: fc.Arbitrary<RegexLiteral> = fc.record({
  source: fc.constantFrom(
    '',
    'a',
    '^/api/[^/]+$',
    '\\d{3}',
    '[/"]',
    'a\\\\/b',
    '(x|y)*',
    '\\n',
    '\\u{61}',
    '"',
    'ä',
    '[\\]/]',
  ),
  flags: fc.subarray(['i', 'm', 's']).map((flags) => flags.join('')),
});

const values = fc.letrec<{ value: ValueTree }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    literals,
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      terms: fc.array(tie('value'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), term: tie('value') }),
  ),
})).value;

/** Conditions of every kind, nested. */
export const conditions: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('text' as const), value: literals }),
    fc.record({
      kind: fc.constant('match' as const),
      field: names,
      operator: fc.constantFrom(':' as const, '=' as const),
      value: values,
    }),
    fc.record({
      kind: fc.constant('compare' as const),
      field: names,
      operator: fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const),
      value: plainLiterals,
    }),
    fc.record({ kind: fc.constant('regex' as const), field: names, regex: regexes }),
    fc.record({ kind: fc.constant('regex' as const), regex: regexes }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      terms: fc.array(tie('condition'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), term: tie('condition') }),
  ),
})).condition;

/** A tree without what tells where it stood in a text. */
export function withoutPlaces(tree: FilterTree): unknown {
  return JSON.parse(
    JSON.stringify(tree, (key, value: unknown) => (key === 'range' || key === 'written' ? undefined : value)),
  );
}
