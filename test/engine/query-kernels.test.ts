/** The kernels of filters and charts against their plain twins. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createQueryKernels } from '../../src-main/kernels/query-kernels.ts';
import { builtFile } from '../../src-main/workers/entry.ts';

const kernels = createQueryKernels(new Uint8Array(readFileSync(builtFile('query.wasm'))));
const plain = createQueryKernels();

/** Numbers close to the ends of their width and to each other. */
const stored = (most: number): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: most - 3, max: most }), fc.integer({ min: 0, max: most }));
/** Lengths around those of words and vectors. */
const several = { maxLength: 140, size: 'max' } as const;
const column = fc.oneof(
  fc.array(stored(0xff), several).map((values) => Uint8Array.from(values)),
  fc.array(stored(0xffff), several).map((values) => Uint16Array.from(values)),
  fc.array(stored(0xffffffff), several).map((values) => Uint32Array.from(values)),
);
const bound = fc.oneof(stored(0xff), stored(0xffff), stored(0xffffffff), fc.constant(2 ** 40));
const double = fc.oneof(fc.double(), fc.constantFrom(-0, 0, 1, 1.5, -1, Number.NaN));

describe('query kernels', () => {
  it('find numbers in a range as the plain twin does', () => {
    fc.assert(
      fc.property(column, bound, bound, (values, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(kernels.between(values, low, high)).toEqual(plain.between(values, low, high));
      }),
      { numRuns: 700 },
    );
  });

  it('find doubles in an interval as the plain twin does', () => {
    const interval = fc.record({ min: double, max: double, minOpen: fc.boolean(), maxOpen: fc.boolean() });
    fc.assert(
      fc.property(fc.array(double, several), interval, (numbers, within) => {
        const values = Float64Array.from(numbers);
        expect(kernels.betweenDoubles(values, within)).toEqual(plain.betweenDoubles(values, within));
      }),
      { numRuns: 700 },
    );
  });

  it('intersect and count bitmaps as the plain twin does', () => {
    const words = fc.array(fc.tuple(stored(0xffffffff), stored(0xffffffff)), { maxLength: 70, size: 'max' });
    fc.assert(
      fc.property(words, (pairs) => {
        const [a, b] = [Uint32Array.from(pairs, ([word]) => word), Uint32Array.from(pairs, ([, word]) => word)];
        expect(kernels.intersect(a, b)).toEqual(plain.intersect(a, b));
        expect(kernels.countRows(a)).toBe(plain.countRows(a));
      }),
      { numRuns: 500 },
    );
    const full = new Uint32Array(2048).fill(0xffffffff);
    expect(kernels.intersect(full, full)).toEqual({ bits: full, count: 65_536 });
  });

  it('mark codes as the plain twin does', () => {
    const codes = fc.oneof(
      fc.array(fc.integer({ min: 0, max: 255 }), several).map((list) => Uint8Array.from(list)),
      fc.array(fc.integer({ min: 0, max: 65_535 }), several).map((list) => Uint16Array.from(list)),
      fc.array(fc.integer({ min: 0, max: 65_536 }), several).map((list) => Uint32Array.from(list)),
    );
    fc.assert(
      fc.property(codes, fc.integer({ min: 2, max: 5 }), (values, step) => {
        for (const { table } of [kernels, plain]) for (const code of values) table[code] = code % step === 0 ? 1 : 0;
        expect(kernels.mark(values)).toEqual(plain.mark(values));
      }),
      { numRuns: 700 },
    );
  });

  const rowBits = fc.option(fc.array(fc.integer({ min: -1, max: 2 ** 31 - 1 }), { minLength: 5, maxLength: 5 }), {
    nil: undefined,
  });
  /** A bitmap as filters make them; full words are common. */
  const bitsFor = (words: readonly number[] | undefined, rows: number): Uint32Array | undefined => {
    if (words === undefined) return undefined;
    const bits = Uint32Array.from({ length: (rows + 31) >>> 5 }, (_, at) => words[at]);
    if ((rows & 31) !== 0) bits[bits.length - 1] &= (1 << (rows & 31)) - 1;
    return bits;
  };

  it('count codes as the plain twin does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), several), rowBits, fc.constantFrom(8, 16, 32), (list, words, width) => {
        const codes =
          width === 8 ? Uint8Array.from(list) : width === 16 ? Uint16Array.from(list) : Uint32Array.from(list);
        const bits = bitsFor(words, codes.length);
        expect(kernels.count(codes, 301, bits)).toEqual(plain.count(codes, 301, bits));
      }),
      { numRuns: 400 },
    );
  });

  it('find the cells of numbers between edges, and count pairs, as the plain twin does', () => {
    const edges = fc.uniqueArray(fc.oneof(stored(0xff), stored(0xffff), stored(0xffffffff)), { maxLength: 20 });
    fc.assert(
      fc.property(column, edges, rowBits, fc.boolean(), (values, some, words, isWide) => {
        const ascending = Uint32Array.from(some.map((edge) => Math.max(1, edge))).sort();
        const cells = Uint16Array.from(kernels.cellsOf(values, ascending));
        expect(cells).toEqual(plain.cellsOf(values, ascending));
        const codes = isWide ? Uint16Array.from(values) : Uint8Array.from(values);
        for (const { table } of [kernels, plain]) for (const code of codes) table[code] = code % 7;
        const bits = bitsFor(words, codes.length);
        expect(kernels.countPairs(cells, 22, codes, 7, bits)).toEqual(plain.countPairs(cells, 22, codes, 7, bits));
        const own = kernels.cellsOf(values, ascending);
        expect(kernels.countPairs(own, 22, codes, 7, bits)).toEqual(plain.countPairs(cells, 22, codes, 7, bits));
      }),
      { numRuns: 700 },
    );
  });

  it('take a whole segment of every width', () => {
    const values = Uint32Array.from({ length: 65_536 }, (_, row) => (row * 7919) % 65_537);
    for (const codes of [Uint8Array.from(values), Uint16Array.from(values), values]) {
      for (const { table } of [kernels, plain]) values.forEach((code) => (table[code] = code & 1));
      expect(kernels.mark(codes)).toEqual(plain.mark(codes));
      expect(kernels.between(codes, 3, 200)).toEqual(plain.between(codes, 3, 200));
      expect(kernels.count(codes, 65_537, undefined)).toEqual(plain.count(codes, 65_537, undefined));
    }
    const doubles = Float64Array.from(values);
    const within = { min: 3, max: 30_000, minOpen: true };
    expect(kernels.betweenDoubles(doubles, within)).toEqual(plain.betweenDoubles(doubles, within));
  });
});
