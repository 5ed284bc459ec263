import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNeedle, createScanMemory, searchPlainly } from '../../src-main/kernels/search.ts';
import { builtFile } from '../../src-main/workers/entry.ts';

const kernel = createScanMemory(new Uint8Array(readFileSync(builtFile('search.wasm'))));

/** Few different bytes, so that near misses are common; lengths around those of vectors. */
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'B', ' ', '[', '{', '@', '`'), maxLength: 70 });
const needle = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'B', ' ', '[', '@'), minLength: 1, maxLength: 20 });

describe('the search kernel', () => {
  it('finds what its plain twin finds, from any place, in any case', () => {
    fc.assert(
      fc.property(text, needle, fc.nat(80), fc.boolean(), fc.nat(20), (haystack, sought, from, fold, shift) => {
        // What was read before stands behind the end and must not be found.
        kernel.room(200).fill(sought.toLowerCase());
        const room = kernel.room(shift + haystack.length);
        room.write(' '.repeat(shift) + haystack, 'latin1');
        const prepared = createNeedle(sought, fold);
        expect(kernel.find(room, from, prepared)).toBe(searchPlainly(Buffer.from(room), from, prepared));
      }),
      { numRuns: 3000 },
    );
  });

  it('finds a text that was placed anywhere in a larger buffer', () => {
    fc.assert(
      fc.property(
        fc.nat(3000),
        fc.constantFrom('needle', 'x', 'Ab9-z', '0'.repeat(40)),
        fc.boolean(),
        (at, sought, fold) => {
          const room = kernel.room(4096);
          room.fill('.');
          room.write(fold ? sought.toUpperCase() : sought, at, 'latin1');
          expect(kernel.find(room, 0, createNeedle(sought, fold))).toBe(at);
          expect(kernel.find(room, at + 1, createNeedle(sought, fold))).toBe(-1);
        },
      ),
    );
  });

  it('takes more room when it is asked for more', () => {
    const room = kernel.room(9 << 20);
    room.fill('.');
    room.write('end', room.length - 3, 'latin1');
    expect(kernel.find(room, 0, createNeedle('END', true))).toBe(room.length - 3);
  });
});
