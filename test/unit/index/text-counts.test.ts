import fc from 'fast-check';
import { expect, test } from 'vitest';
import { topTexts } from '../../../src-main/index/top-values.ts';
import { viewOfBytes } from '../../../src-main/index/bytes-hash.ts';
import { TextCounts } from '../../../src-main/index/text-counts.ts';

function countsOf(texts: readonly string[]): TextCounts {
  const counts = new TextCounts(7);
  for (const text of texts) {
    const bytes = Buffer.from(`<${text}>`);
    counts.add(viewOfBytes(bytes), 1, bytes.length - 1);
  }
  return counts;
}

/** Most frequent first, then by code point. */
function naiveTop(texts: readonly string[], limit: number): unknown {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const values = Array.from(counts, ([value, count]) => ({ value, count }));
  values.sort((a, b) => b.count - a.count || Buffer.compare(Buffer.from(a.value), Buffer.from(b.value)));
  return { values: values.slice(0, limit), distinct: values.length };
}

test('texts are counted by their bytes, and parts are added up', () => {
  const text = fc.oneof(
    fc.constantFrom('', 'a', 'aa', 'q=1&page=2', 'q=1&page=3', 'é', '\u{1f600}'),
    fc.string({ maxLength: 40, unit: 'grapheme' }),
  );
  fc.assert(
    fc.property(fc.array(fc.array(text, { maxLength: 200, size: 'max' }), { maxLength: 4 }), (parts) => {
      const found = topTexts(
        parts.map((texts) => countsOf(texts).taken()),
        5,
      );
      expect(found).toEqual(naiveTop(parts.flat(), 5));
    }),
    { numRuns: 200 },
  );
});

test('as many texts as make the table grow keep their counts', () => {
  const texts = Array.from({ length: 40_000 }, (_, n) => `page=${(n * 7919) % 13_000}&sort=${'x'.repeat(n % 7)}`);
  expect(topTexts([countsOf(texts).taken(), countsOf(texts.toReversed()).taken()], 20)).toEqual(
    naiveTop([...texts, ...texts], 20),
  );
});
