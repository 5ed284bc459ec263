import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { EngineError } from '../../../src-shared/errors.ts';
import { parseFilter, printFilter, requireFilter } from '../../../src-shared/query/index.ts';
import { conditions, withoutPlaces } from './trees.ts';

describe('a filter', () => {
  test.each([
    ['', ''],
    ['status >= 500 and path : "/api/*" and not method : GET', 'status >= 500 and path : /api/* and not method : GET'],
    ['a b', 'a and b'],
    ['a AND B Or nOT c', '(a and B) or not c'],
    ['not a b or c', '(not a and b) or c'],
    ['a and (b or c)', 'a and (b or c)'],
    ['((a))', 'a'],
    ['not not a', 'not not a'],
    ['f:x', 'f : x'],
    ['f=x', 'f = x'],
    ['f>=5 g<6', 'f >= 5 and g < 6'],
    ['f:(a or b and not c d)', 'f : (a or (b and not c and d))'],
    ['f = (a b)', 'f = (a and b)'],
    ['f ~ "^\\d+\\"$"', 'f ~ /^\\d+"$/'],
    ['f ~ /^a\\/[/]/im', 'f ~ /^a\\/[\\/]/im'],
    ['~ /x/ y', '~ /x/ and y'],
    ['~ "x"', '~ /x/'],
    ['f:x ~ /y/', 'f : x and ~ /y/'],
    ['path : /api/', 'path : /api/'],
    ['f : *', 'f : *'],
    ['f : **', 'f : *'],
    ['f : "a*\\*"', 'f : "a*\\*"'],
    ['f : a\\*', 'f : "a\\*"'],
    ['f : CORP\\jdoe', 'f : "CORP\\\\jdoe"'],
    ['f : "a\\tb"', 'f : "a\\tb"'],
    ['f : "or"', 'f : "or"'],
    ['"and" `or` : x', '"and" and `or` : x'],
    ['`a \\` b` : x', '`a \\` b` : x'],
    [
      'req.headers.host:x @timestamp:* x_a:1 sc-status:2',
      'req.headers.host : x and @timestamp : * and x_a : 1 and sc-status : 2',
    ],
    ["can't o'clock", '"can\'t" and "o\'clock"'],
    ['10.0.0.1 -3 foo-bar user@host 12ms 1.5', '10.0.0.1 and -3 and foo-bar and user@host and 12ms and 1.5'],
    ['größe 東京 ſ', 'größe and 東京 and ſ'],
    ['a\u00a0b\u3000c', 'a and b and c'],
  ])('%j reads as %j', (text, canonical) => {
    const parsed = parseFilter(text);
    expect(parsed.errors).toEqual([]);
    expect(printFilter(parsed.tree)).toBe(canonical);
  });

  test.each([
    '10.0.0.0/8',
    '2001:db8::/32',
    '::1',
    '2026-03-01T10:00:00Z',
    '2026-03-01T10:00:00.123+01:00',
    '1.5',
    '-3',
    '/api/?x=1&y<2',
    'foo-bar',
    'user@host',
    'a.b.c',
    '12ms',
    '/~user/index.html',
    "o'clock",
  ])('takes %j as a value without quotes', (value) => {
    for (const operator of [':', '=', '>=']) {
      const { tree, errors } = parseFilter(`f${operator}${value}`);
      expect(errors).toEqual([]);
      expect(withoutPlaces(tree)).toMatchObject({ value: { kind: 'literal', parts: [value] } });
    }
  });

  it('says where each part stands, brackets included', () => {
    const text = ' (a or b) and not (f : "x")';
    expect(parseFilter(text).tree).toMatchObject({
      kind: 'and',
      range: { from: 1, to: 27 },
      terms: [
        { kind: 'or', range: { from: 1, to: 9 } },
        {
          kind: 'not',
          range: { from: 14, to: 27 },
          term: {
            kind: 'match',
            range: { from: 18, to: 27 },
            written: 'f : "x"',
            value: { range: { from: 23, to: 26 } },
          },
        },
      ],
    });
  });

  it('is the same after printing and parsing, whatever it is', () => {
    fc.assert(
      fc.property(conditions, (tree) => {
        const text = printFilter(tree);
        const parsed = parseFilter(text);
        expect({ text, errors: parsed.errors }).toEqual({ text, errors: [] });
        expect(withoutPlaces(parsed.tree)).toEqual(withoutPlaces(tree));
      }),
      { numRuns: 1000 },
    );
  });

  it('is either a tree or an error within the text, whatever is typed', () => {
    const signs = fc.constantFrom(
      ...Array.from('ab1 :=<>~()[]{}"`\'/\\*-.!'),
      ' and ',
      ' or ',
      ' not ',
      '\n',
      'ß',
      '\ud83d\ude00',
      '\ud83d',
    );
    fc.assert(
      fc.property(
        fc.array(signs, { maxLength: 30 }).map((list) => list.join('')),
        (text) => {
          const { tree, errors } = parseFilter(text);
          for (const { range, message } of errors) {
            expect(message).not.toBe('');
            expect(range.from >= 0 && range.from <= range.to && range.to <= text.length).toBe(true);
          }
          expect(errors.length > 0 ? [] : parseFilter(printFilter(tree)).errors).toEqual([]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('may not nest too deep, and reads quickly up to there', () => {
    expect(parseFilter(`${'('.repeat(150)}a${')'.repeat(150)}`).errors).toEqual([]);
    expect(parseFilter(`${'('.repeat(5_000)}a${')'.repeat(5_000)}`).errors).toEqual([
      { message: 'Brackets go deeper than 200 levels here.', range: { from: 200, to: 201 } },
    ]);
    expect(parseFilter('a '.repeat(2_000)).errors).toEqual([]);
  });
});

/** The filter with all its suggestions taken, from the last to the first. */
function mended(text: string): string {
  const { errors } = parseFilter(text);
  return errors.reduceRight(
    (all, { range, suggestion }) =>
      suggestion === undefined ? all : all.slice(0, range.from) + suggestion + all.slice(range.to),
    text,
  );
}

describe('a wrong filter', () => {
  test.each([
    ['status >=', '>=', 'A value is missing after ">=".'],
    ['status : and x', ':', 'A value is missing after ":"; quotes make a value of "and".'],
    ['status >= (1 or 2)', '>=', 'One value, without brackets, has to stand after ">=".'],
    ['a or', 'or', 'A condition is missing after "or".'],
    ['not', 'not', 'A condition is missing after "not".'],
    ['or b', 'or', 'A condition is missing before "or".'],
    ['a and and b', 'and', 'A condition is missing after "and".'],
    ['()', '()', 'Nothing stands in the brackets.'],
    ['f : ()', '()', 'Nothing stands in the brackets.'],
    ['f : (a or', 'or', 'A condition is missing after "or".'],
    ['~', '~', 'A regular expression stands between slashes or in quotes after "~".'],
    ['~ /(/', '/(/', 'The regular expression does not work: Unterminated group.'],
    ['`a b` c', '`a b`', 'An operator is missing after `a b`: one of : = ~ < <= > >=.'],
    ['`abc', '`abc', 'The backquotes are not closed.'],
    ['f >= 5*', '5*', 'A wildcard has no meaning after ">="; \\* is a star.'],
    ['!= 5', '!=', 'There is no !=; write "not" before the condition.'],
  ])('%j tells what is missing', (text, place, message) => {
    const { errors } = parseFilter(text);
    expect(
      errors.map(({ range, message: told }) => ({ message: told, place: text.slice(range.from, range.to) })),
    ).toEqual([{ message, place }]);
  });

  test.each([
    ['[error] x', '"[error]" x', 'Text with "[" has to stand in quotes.'],
    ['a foo[0] b', 'a "foo[0]" b', 'Text with "[" has to stand in quotes.'],
    ['(a {b})', '(a "{b}")', 'Text with "{" has to stand in quotes.'],
    ['foo(bar)', '"foo(bar)"', 'Text with "(" has to stand in quotes.'],
    ['f : a[0]', 'f : "a[0]"', 'Text with "[" has to stand in quotes.'],
    ['f : =b', 'f : "=b"', 'Text with "=" has to stand in quotes.'],
    [':foo', '":foo"', 'Text with ":" has to stand in quotes.'],
    ['a : : b', 'a : ":" b', 'Text with ":" has to stand in quotes.'],
    ["'x y' b", '"x y" b', 'Quotes are double quotes.'],
    ['"abc', '"abc"', 'The quotes are not closed.'],
    ['"abc\\', '"abc\\\\"', 'The quotes are not closed.'],
    ['~ /abc', '~ /abc/', 'The regular expression has no closing slash.'],
    ['f ~ a.*/b', 'f ~ /a.*\\/b/', 'A regular expression stands between slashes or in quotes after "~".'],
    ['~ /a/gi', '~ /a/i', 'The flag "g" of the regular expression does not fit; i, s, m and u do, each once.'],
    ['status != 200', 'not status = 200', 'There is no !=; write "not" before the condition.'],
    ['x status!="a b"', 'x not status = "a b"', 'There is no !=; write "not" before the condition.'],
    ['a == b', 'a = b', '"==" is no operator; write "=".'],
    ['a =~ "b"', 'a ~ "b"', '"=~" is no operator; write "~".'],
    ['a:>=5', 'a>=5', '":>=" is no operator; write ">=".'],
    ['a && b', 'a and b', 'Write "and" for "&&".'],
    ['a || b', 'a or b', 'Write "or" for "||".'],
    ['! a', 'not a', 'Write "not" for "!".'],
    ['x : [1 TO 5] y', 'x >= 1 and x <= 5 y', 'A range is two comparisons.'],
    ['x : {1 TO *]', 'x > 1', 'A range is two comparisons.'],
    [
      '"C:\\Users\\new"',
      '"C:\\\\Users\\\\new"',
      'A backslash in quotes is written twice: \\U is none of \\" \\\\ \\* \\n \\r \\t.',
    ],
    ['a:b"c"', 'a:b "c"', 'A space is missing here.'],
    ['"x y" : z', '`x y` : z', 'The name of a field stands in backquotes, not in quotes.'],
    ['(time >= 2026-03-01 10:15)', '(time >= "2026-03-01 10:15")', 'A time with a space has to stand in quotes.'],
    ['(a', '(a)', 'The bracket is not closed.'],
    ['f : (a b', 'f : (a b)', 'The bracket is not closed.'],
    ['a) b', 'a b', 'This bracket closes nothing.'],
  ])('%j offers %j', (text, better, message) => {
    expect(parseFilter(text).errors.map((error) => error.message)).toEqual([message]);
    expect(mended(text)).toBe(better);
    expect(parseFilter(better).errors).toEqual([]);
  });

  it('tells every wrong place, not only the first', () => {
    expect(mended('[a] and status != 5 or {b')).toBe('"[a]" and not status = 5 or "{b"');
  });

  it('throws with code, place and suggestion where a tree is required', () => {
    const required = (): unknown => requireFilter('a [b]');
    expect(required).toThrow(EngineError);
    expect(required).toThrow(
      expect.objectContaining({ code: 'bad-filter', range: { from: 2, to: 5 }, suggestion: '"[b]"' }) as Error,
    );
  });
});
