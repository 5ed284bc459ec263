import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderOfTexts } from '../../../src-main/index/text-order.ts';

const inOrder = (texts: readonly Uint8Array[]): string[] => {
  const { order, repeats } = orderOfTexts({
    buffers: texts,
    bufferOf: Uint32Array.from(texts.keys()),
    starts: new Uint32Array(texts.length),
    lengths: Uint32Array.from(texts, ({ length }) => length),
  });
  const found = Array.from(order, (at) => Buffer.from(texts[at]).toString('hex'));
  expect(Array.from(repeats)).toEqual(found.map((text, at) => (at > 0 && text === found[at - 1] ? 1 : 0)));
  return found;
};

const expected = (texts: readonly Uint8Array[]): string[] =>
  texts.toSorted((a, b) => Buffer.compare(a, b)).map((text) => Buffer.from(text).toString('hex'));

test('texts are ordered by their bytes, however they share their beginnings', () => {
  const piece = fc.uint8Array({ maxLength: 4 });
  const prefix = fc.constantFrom(
    ...['', '/api/v1/', '/api/v1/users/', '\0', '\0\0\0\0\0\0\0'].map((s) => Buffer.from(s)),
  );
  const text = fc.tuple(prefix, prefix, piece).map((parts) => new Uint8Array(Buffer.concat(parts)));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 300 }), (texts) => {
      expect(inOrder(texts)).toEqual(expected(texts));
    }),
    { numRuns: 300 },
  );
});

test('many equal texts, and texts in order already, take no longer', () => {
  const paths = Array.from({ length: 50_000 }, (_, n) => Buffer.from(`/static/assets/${Math.floor(n / 3)}.css`));
  for (const texts of [paths, paths.toReversed(), paths.map(() => Buffer.from('/the/same/for/all'))]) {
    expect(inOrder(texts)).toEqual(expected(texts));
  }
});
