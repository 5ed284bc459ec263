import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requiredTexts } from '../../../src-main/index/regex-literals.ts';

const cases: readonly (readonly [string, string, readonly string[] | undefined])[] = [
  [' (500|502|503) ', '', [' 500 ', ' 502 ', ' 503 ']],
  ['" 5[0-9][0-9] ', '', ['" 5']],
  ['page=\\d+ HTTP/2', '', [' HTTP/2']],
  ['foo.*barbaz', '', ['barbaz']],
  ['(foo|bar)+x', '', ['foo', 'bar']],
  ['a?bc', '', ['bc']],
  ['(abc)?', '', undefined],
  ['\\d+', '', undefined],
  ['abc|', '', undefined],
  ['^error: \\w+$', '', ['error: ']],
  ['(?!x)abc', '', ['abc']],
  ['Desk', 'i', ['De']],
  ['[^a]bc', '', ['bc']],
  ['(?:ab){2,}', '', ['ab']],
  ['(', '', undefined],
];

describe('the texts that an expression cannot match without', () => {
  it.each(cases)('of /%s/%s are %j', (source, flags, texts) => {
    expect(requiredTexts(source, flags)?.texts).toEqual(texts);
  });

  const piece = fc.constantFrom(
    'a',
    'b',
    'ab',
    '[ab]',
    '.',
    'a*',
    'b+',
    '(a|bb)',
    '(ab)?',
    '\\w',
    'a{2}',
    '^',
    '$',
    '\\b',
    '[^a]',
    '(?=a)',
    'k',
    'S',
  );
  it('stand in every text that matches', () => {
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', 'ſ', 'K', ' '), maxLength: 10 }),
        fc.constantFrom('', 'i', 'iu'),
        (pieces, text, flags) => {
          const source = pieces.join('');
          const required = requiredTexts(source, flags);
          if (required === undefined || !new RegExp(source, flags).test(text)) return;
          const subject = required.fold ? text.toLowerCase() : text;
          expect(required.texts.some((one) => subject.includes(required.fold ? one.toLowerCase() : one))).toBe(true);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it.each([
    [' (500|502|503) ', '', true],
    ['Ge[tx]', 'i', true],
    ['^error: ', '', false],
    ['\\bword\\b', '', false],
    ['(?<=a)bcd', '', false],
    ['abc+', '', false],
    ['(?:a|)bc', '', true],
  ])('are all there is to /%s/%s: %s', (source, flags, isWhole) => {
    expect(requiredTexts(source, flags)?.isWhole).toBe(isWhole);
  });

  const exactPiece = fc.constantFrom('a', 'b', 'c', 'ab', '[ab]', '(a|bb)', 'k', 'S', '(?:ab|c)', '^', 'b?');
  it('are in no other text than those that match, where they are all there is', () => {
    let decided = 0;
    fc.assert(
      fc.property(
        fc.array(exactPiece, { minLength: 1, maxLength: 4 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', 'B', 'ſ', 'K', ' '), maxLength: 8 }),
        fc.constantFrom('', 'i', 'iu'),
        (pieces, text, flags) => {
          const source = pieces.join('');
          const required = requiredTexts(source, flags);
          if (required?.isWhole !== true) return;
          decided++;
          const subject = required.fold ? text.toLowerCase() : text;
          const isFound = required.texts.some((one) => subject.includes(required.fold ? one.toLowerCase() : one));
          expect(isFound).toBe(new RegExp(source, flags).test(text));
        },
      ),
      { numRuns: 5000 },
    );
    expect(decided).toBeGreaterThan(300);
  });
});
