/** The kernels of filters and charts against their plain twins. */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DistinctCounters, type DistinctLimits } from '../../src-main/index/summary/distinct.ts';
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

  it('raise registers, and list the rows that are left, as the plain twin does', () => {
    const mark = fc.oneof(
      fc.constant(0),
      fc.record({ at: fc.nat(255), rank: fc.integer({ min: 1, max: 33 }) }).map(({ at, rank }) => (at << 8) | rank),
    );
    const targetsOfCodes = fc.array(fc.constantFrom(-1, -2, -7, 0, 256, 512), { minLength: 9, maxLength: 9 });
    const row = fc.record({ code: fc.nat(8), mark });
    const width = fc.constantFrom(8, 16, 32);
    fc.assert(
      fc.property(fc.array(row, several), targetsOfCodes, rowBits, width, (rows, targets, words, bitsEach) => {
        const list = rows.map(({ code }) => code);
        const codes =
          bitsEach === 8 ? Uint8Array.from(list) : bitsEach === 16 ? Uint16Array.from(list) : Uint32Array.from(list);
        const bits = bitsFor(words, codes.length);
        const [left, plainLeft] = [kernels, plain].map((each) => {
          each.registers.bytes.fill(0, 0, 1024);
          each.targets.set(targets);
          each.marks.set(rows.map((of) => of.mark));
          return Uint32Array.from(each.raise(codes, bits));
        });
        expect(left).toEqual(plainLeft);
        const [raised, plainRaised] = [kernels, plain].map(({ registers }) => registers.bytes.subarray(0, 1024));
        expect(Buffer.compare(raised, plainRaised)).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  it('count distinct things by codes as row by row, before and beyond the limit', () => {
    const limits: DistinctLimits = { limit: 16, precision: 12 };
    const row = fc.record({ code: fc.nat(5), high: fc.integer(), low: fc.integer() });
    const again = fc.record({ code: fc.nat(5), high: fc.nat(9), low: fc.nat(3) });
    const segments = fc.array(fc.array(fc.oneof(row, again), { maxLength: 90, size: 'max' }), { maxLength: 4 });
    // Of six codes two share a counter and one has none.
    const counterOf = [0, 1, 1, -1, 2, 3];
    fc.assert(
      fc.property(segments, (found) => {
        for (const each of [kernels, plain]) {
          each.registers.reset();
          const byCode = new DistinctCounters(4, limits, each.registers);
          const byRow = new DistinctCounters(4, limits);
          expect([byCode.isInMemory, byRow.isInMemory]).toEqual([true, false]);
          for (const rows of found) {
            const codes = Uint8Array.from(rows, ({ code }) => code);
            const words = {
              high: Int32Array.from(rows, ({ high }) => high),
              low: Int32Array.from(rows, ({ low }) => low),
            };
            const all = Uint32Array.from(rows.keys());
            DistinctCounters.setMarks(limits, all, all.length, words, each.marks);
            const fillNumbers = (target: Int32Array): void => target.set(counterOf);
            byCode.addCodes(each, { codes, codeCount: 6, fillNumbers }, undefined, words);
            const counters = Int32Array.from(codes, (code) => counterOf[code]);
            byRow.addRows(all, all.length, counters, words);
          }
          expect(isDeepStrictEqual(byCode.partials(), byRow.partials())).toBe(true);
        }
      }),
      { numRuns: 100 },
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
