import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isStaticFile, isStaticName } from '../../../src-main/formats/index.ts';

it('tells static files by their bytes as by their text', () => {
  const part = fc.oneof(
    fc.constantFrom('/', '.', '..', 'app', 'é', '\u{1f600}', 'CSS', 'İ'),
    fc.string({ maxLength: 4 }),
  );
  const ending = fc.constantFrom('.css', '.WOFF2', '.Js', '.map', '.tar.gz', '.html', '.', '', '.woff2x', '.jpé', '.K');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), ending, (parts, last) => {
      const path = `${parts.join('')}${last}`;
      const bytes = Buffer.from(`.css${path}.js`);
      expect(isStaticName(bytes, 4, bytes.length - 3)).toBe(
        isStaticFile(bytes.subarray(4, bytes.length - 3).toString()),
      );
    }),
    { numRuns: 2000 },
  );
  expect(isStaticName(Buffer.from('/a/style.CSS'), 0, 12)).toBe(true);
});
