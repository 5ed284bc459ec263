/** The kernels of the overview's panels against their plain twins, and what is built on them against naive sums. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DistinctCounter, type DistinctLimits } from '../../src-main/index/summary/distinct.ts';
import { LookSums } from '../../src-main/index/summary/look-sums.ts';
import { bucketOfValue, sketchBuckets, sketchEdges } from '../../src-main/index/summary/quantiles.ts';
import type { Words } from '../../src-main/kernels/query-kernels.ts';
import { createSummaryKernels, type SummaryKernels } from '../../src-main/kernels/summary-kernels.ts';
import { builtFile } from '../../src-main/workers/entry.ts';

const kernels = createSummaryKernels(new Uint8Array(readFileSync(builtFile('summary.wasm'))));
const plain = createSummaryKernels();
const both = [kernels, plain];

/** Lengths around those of words. */
const several = { maxLength: 100, size: 'max' } as const;
const word = fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 2 ** 31 - 1, -(2 ** 31)));

/** Which rows are set: all, or some. */
const someRows = fc.oneof(fc.constant(-1), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.constant(0));

function bitsOf(rows: number, words: readonly number[]): Uint32Array {
  const bits = Uint32Array.from({ length: (rows + 31) >>> 5 }, (_, at) => words[at % words.length]);
  if ((rows & 31) !== 0) bits[bits.length - 1] &= (1 << (rows & 31)) - 1;
  return bits;
}

const isSet = (bits: Uint32Array, row: number): boolean => (bits[row >>> 5] & (1 << (row & 31))) !== 0;

function widthsOf(list: readonly number[], width: number): Words {
  return width === 8 ? Uint8Array.from(list) : width === 16 ? Uint16Array.from(list) : Uint32Array.from(list);
}

describe('kernels of panels', () => {
  it('hash visitors as the plain twin does, and none where there is none', () => {
    const row = fc.record({ client: fc.nat(4), agent: fc.nat(3), cell: fc.nat(2), kind: fc.nat(63) });
    const facts = fc.record({
      clients: fc.array(word, { minLength: 10, maxLength: 10 }),
      agents: fc.array(word, { minLength: 8, maxLength: 8 }),
      days: fc.array(word, { minLength: 3, maxLength: 3 }),
      without: fc.array(fc.nat(1), { minLength: 64, maxLength: 64 }),
      precision: fc.constantFrom(12, 14),
    });
    fc.assert(
      fc.property(
        fc.array(row, several),
        facts,
        fc.array(someRows, { minLength: 1, maxLength: 3 }),
        (rows, of, set) => {
          const bits = bitsOf(rows.length, set);
          const hashed = both.map(({ visitors, hashVisitors, high, low, marks }) => {
            visitors.clients.set(rows.map(({ client }) => client));
            visitors.clientWords.set(of.clients);
            visitors.agents.set(rows.map(({ agent }) => agent));
            visitors.agentWords.set(of.agents);
            visitors.cells.set(rows.map(({ cell }) => cell));
            visitors.days.set(of.days);
            visitors.kinds.set(rows.map(({ kind }) => kind));
            visitors.without.set(of.without);
            hashVisitors(bits, of.precision);
            return rows.flatMap((_, at) => (isSet(bits, at) ? [[high[at], low[at], marks[at]]] : []));
          });
          expect(hashed[0]).toEqual(hashed[1]);
          const none = rows.flatMap(({ client, kind }, at) =>
            isSet(bits, at) ? [of.clients[client * 2 + 1] === 0 || of.without[kind] === 1] : [],
          );
          expect(hashed[0]?.map(([, low]) => low === 0)).toEqual(none);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('tell visitors of another client, agent or date apart', () => {
    const hashes = new Set<string>();
    const { visitors, hashVisitors, high, low } = kernels;
    visitors.clients.set([1, 2, 1, 1, 1]);
    visitors.agents.set([1, 1, 2, 0, 1]);
    visitors.cells.set([1, 1, 1, 1, 2]);
    visitors.clientWords.set([0, 0, 7, 9, 8, 9]);
    visitors.agentWords.set([0, 0, 3, 5, 4, 5]);
    visitors.days.set([0, 20_000, 20_001]);
    visitors.kinds.fill(0, 0, 5);
    visitors.without.fill(0);
    hashVisitors(Uint32Array.of(0b11111), 14);
    for (let row = 0; row < 5; row++) hashes.add(`${high[row]} ${low[row]}`);
    expect(hashes.size).toBe(5);
  });

  it('look at rows as the plain twin does', () => {
    const mark = fc.oneof(
      fc.constant(0),
      fc.record({ at: fc.nat(255), rank: fc.integer({ min: 1, max: 33 }) }).map(({ at, rank }) => (at << 8) | rank),
    );
    const row = fc.record({ code: fc.nat(8), mark, error: fc.nat(1), size: fc.nat(2 ** 31) });
    const facts = fc.record({
      targets: fc.array(fc.integer({ min: -1, max: 3 }), { minLength: 9, maxLength: 9 }),
      bases: fc.array(fc.constantFrom(-1, 1024, 2048), { minLength: 4, maxLength: 4 }),
      width: fc.constantFrom(8, 16, 32),
    });
    fc.assert(
      fc.property(
        fc.array(row, several),
        facts,
        fc.array(someRows, { minLength: 1, maxLength: 3 }),
        (rows, of, set) => {
          const codes = widthsOf(
            rows.map(({ code }) => code),
            of.width,
          );
          const bits = bitsOf(rows.length, set);
          const found = both.map((each) => {
            const { arena, targets, errors, sizes, marks } = each;
            arena.reset();
            const places = { sums: arena.take(4 * 24), bases: arena.take(4 * 4) };
            arena.bytes.fill(0, 1024, 3072);
            arena.words(places.bases, 4).set(of.bases);
            targets.set(of.targets);
            errors.set(rows.map(({ error }) => error));
            sizes.set(rows.map(({ size }) => size));
            marks.set(rows.map((given) => given.mark));
            const left = [...each.look(codes, bits, places)];
            return {
              left,
              sums: [...arena.doubles(places.sums, 12)],
              registers: [...arena.bytes.subarray(1024, 3072)],
            };
          });
          expect(found[0]).toEqual(found[1]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('measure durations as the plain twin does, in buckets whose edges are the first not below them', () => {
    const edges = sketchEdges();
    const onEdges = fc.nat(sketchBuckets - 2).map((at) => edges[at]);
    const near = fc.record({
      edge: onEdges,
      by: fc.constantFrom(1 - 2 ** -50, 1 + 2 ** -50, 1 - 2 ** -25, 1 + 2 ** -25),
    });
    const odd = fc.constantFrom(0, -0, -1, 1e-3, 1e-4, 1e12, 1e300, Number.NaN, Number.POSITIVE_INFINITY);
    const duration = fc.oneof(
      onEdges,
      near.map(({ edge, by }) => edge * by),
      fc.double({ min: 0, max: 4e10, noNaN: true }),
      fc.nat(9000),
      odd,
    );
    const row = fc.record({ code: fc.nat(4), duration });
    const targets = fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 5, maxLength: 5 });
    const width = fc.constantFrom(8, 16, 32);
    const set = fc.array(someRows, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(row, several), targets, width, set, (rows, ofCodes, bitsEach, words) => {
        const codes = widthsOf(
          rows.map(({ code }) => code),
          bitsEach,
        );
        const bits = bitsOf(rows.length, words);
        const found = both.map((each) => {
          each.durations.set(rows.map((given) => given.duration));
          const timed = each.bucketDurations(bits, edges);
          each.arena.reset();
          const places = {
            counts: each.arena.take(3 * sketchBuckets * 4),
            buckets: sketchBuckets,
            ends: each.arena.take(3 * 16),
          };
          const ends = each.arena.doubles(places.ends, 6);
          for (let at = 0; at < 6; at++) ends[at] = at % 2 === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
          each.targets.set(ofCodes);
          each.measure(codes, timed, places);
          const counts = each.arena.counts(places.counts, 3 * sketchBuckets);
          return {
            timed: [...timed],
            buckets: rows.flatMap((_, at) => (isSet(timed, at) ? [each.buckets[at]] : [])),
            // Plain code and kernels may keep another of two zeros.
            ends: [...ends].map((end) => end + 0),
            counts: [...counts].flatMap((count, at) => (count === 0 ? [] : [[at, count]])),
          };
        });
        expect(found[0]).toEqual(found[1]);
        const durations = rows.filter((given, at) => isSet(bits, at) && !Number.isNaN(given.duration));
        expect(found[0]?.buckets).toEqual(durations.map((given) => bucketOfValue(edges, given.duration)));
      }),
      { numRuns: 300 },
    );
  });

  it('meet entries, translate values and widen numbers as the plain twin does', () => {
    const row = fc.record({ code: fc.nat(5), cell: fc.nat(2), kind: fc.nat(1) });
    const facts = fc.record({
      ids: fc.array(fc.nat(95), { minLength: 5, maxLength: 5 }),
      places: fc.array(fc.constantFrom(-1, 0, 16, 32), { minLength: 6, maxLength: 6 }),
      table: fc.array(fc.nat(63), { minLength: 6, maxLength: 6 }),
      width: fc.constantFrom(8, 16, 32),
      base: fc.integer({ min: -9, max: 2 ** 40 }),
    });
    fc.assert(
      fc.property(
        fc.array(row, several),
        facts,
        fc.array(someRows, { minLength: 1, maxLength: 3 }),
        (rows, of, set) => {
          const codes = widthsOf(
            rows.map(({ code }) => code),
            of.width,
          );
          const found = both.map((each) => {
            each.arena.bytes.fill(0, 0, 64);
            each.visitors.cells.set(rows.map(({ cell }) => cell));
            each.visitors.kinds.set(rows.map(({ kind }) => kind));
            each.bitmaps.set(of.places);
            each.ids.set(of.ids);
            each.meet(codes, bitsOf(rows.length, set), 2);
            const met = [...each.arena.counts(0, 16)];
            each.table.set(of.table);
            if (!(codes instanceof Uint32Array)) each.addLooked(codes);
            each.widen(codes, of.base);
            return [met, [...each.visitors.kinds.subarray(0, rows.length)], [...each.sizes.subarray(0, rows.length)]];
          });
          expect(found[0]).toEqual(found[1]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('take a whole segment of every width', () => {
    const list = Array.from({ length: 65_536 }, (_, row) => (row * 7919) % 65_537);
    for (const width of [8, 16, 32]) {
      const codes = widthsOf(list, width);
      const found = both.map(({ arena, targets, errors, sizes, marks, look }) => {
        arena.reset();
        const places = { sums: arena.take(3 * 24), bases: arena.take(3 * 4) };
        arena.words(places.bases, 3).set([-1, 4096, -1]);
        for (let code = 0; code < targets.length; code++) targets[code] = (code % 5) - 2;
        errors.fill(1);
        sizes.fill(3);
        marks.forEach((_, row) => (marks[row] = ((row & 0xfff) << 8) | 1));
        const left = look(codes, new Uint32Array(2048).fill(0xffffffff), places);
        return [[...left], [...arena.doubles(places.sums, 9)], [...arena.bytes.subarray(4096, 8192)]];
      });
      expect(found[0]).toEqual(found[1]);
    }
  });

  it('gives out room until there is none, and all of it again', () => {
    for (const { arena } of both) {
      arena.reset();
      const first = arena.take(12);
      arena.bytes.fill(9, first, first + 12);
      expect([first % 8, arena.take(4) - first]).toEqual([0, 16]);
      expect(arena.take(arena.bytes.length)).toBe(-1);
      expect(arena.take(arena.bytes.length - 1024, 2048)).toBe(-1);
      arena.reset();
      expect(arena.take(16)).toBe(first);
      expect(arena.bytes.subarray(first, first + 16).every((byte) => byte === 0)).toBe(true);
    }
  });
});

describe('sums of numbered things', () => {
  const limits: DistinctLimits = { limit: 16, precision: 12 };
  // Of six codes two share a number and one has none.
  const numberOf = [0, 1, 1, -1, 2, 3];

  interface Row {
    readonly code: number;
    readonly high: number;
    readonly low: number;
    readonly error: number;
    readonly size: number;
  }

  function add(
    sums: LookSums,
    { targets, errors, sizes, high, low, marks }: SummaryKernels,
    rows: readonly Row[],
  ): void {
    targets.set(numberOf);
    for (const [row, each] of rows.entries()) {
      errors[row] = each.error;
      sizes[row] = each.size;
      high[row] = each.high;
      low[row] = each.low;
      marks[row] = each.low === 0 ? 0 : ((each.high >>> 20) << 8) | (Math.clz32(each.low) + 1);
    }
    const codes = Uint8Array.from(rows, ({ code }) => code);
    sums.add(codes, bitsOf(rows.length, [-1]));
  }

  it('are those of the rows, before and beyond the limit, with and without room for registers', () => {
    const row = fc.record({
      code: fc.nat(5),
      high: fc.integer(),
      low: fc.integer(),
      error: fc.nat(1),
      size: fc.nat(9000),
    });
    const again = row.map((each) => ({ ...each, high: each.high & 7, low: each.low & 3 }));
    const segments = fc.array(fc.array(fc.oneof(row, again), { maxLength: 90, size: 'max' }), { maxLength: 4 });
    fc.assert(
      fc.property(segments, fc.boolean(), fc.boolean(), (found, isFull, grows) => {
        const rows = found.flat();
        const naive = [0, 1, 2, 3].map((number) => {
          const own = rows.filter(({ code }) => numberOf[code] === number);
          const counter = new DistinctCounter(limits);
          for (const { high, low } of own) if (low !== 0) counter.add(high, low);
          return {
            sums: [
              own.length,
              own.reduce((sum, each) => sum + each.error, 0),
              own.reduce((sum, each) => sum + each.size, 0),
            ],
            visitors: [counter.count, counter.isExact],
          };
        });
        for (const each of both) {
          each.arena.reset();
          const sums = new LookSums(each, limits, grows ? 2 : 4);
          if (isFull) each.arena.take(each.arena.bytes.length - 2048);
          else if (grows) expect(sums.grow(4)).toBe(true);
          if (isFull && grows) continue;
          for (const segment of found) add(sums, each, segment);
          const part = sums.partial();
          const told = part.visitors.map((of, number) => {
            const counter = new DistinctCounter(limits);
            counter.merge(of);
            return {
              sums: [...part.sums.subarray(number * 3, number * 3 + 3)],
              visitors: [counter.count, counter.isExact],
            };
          });
          expect(told).toEqual(naive);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('keep what they have when they grow', () => {
    for (const each of both) {
      each.arena.reset();
      const sums = new LookSums(each, limits, 4);
      add(sums, each, [{ code: 5, high: 1, low: 1, error: 1, size: 7 }]);
      expect(sums.grow(9000)).toBe(true);
      add(sums, each, [{ code: 5, high: 2, low: 1, error: 0, size: 5 }]);
      expect([...sums.partial().sums.subarray(9, 12)]).toEqual([2, 1, 12]);
      expect(sums.partial().visitors).toHaveLength(9000);
      expect(sums.grow(1 << 22)).toBe(false);
    }
  });
});
