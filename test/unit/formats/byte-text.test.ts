/** Searching in bytes against the same on strings. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ascii, lastFinder } from '../../../src-main/formats/byte-text.ts';

it('finds the last place of a text within bounds', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ','), minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(
      text,
      fc.string({ unit: fc.constantFrom('a', 'b', ','), maxLength: 40 }),
      fc.nat(40),
      fc.nat(40),
      (part, all, a, b) => {
        const start = Math.min(a, b, all.length);
        const end = Math.min(Math.max(a, b), all.length);
        const found = all.slice(start, end).lastIndexOf(part);
        expect(lastFinder(ascii(part))(ascii(all), start, end)).toBe(found < 0 ? -1 : start + found);
      },
    ),
    { numRuns: 2_000 },
  );
});
