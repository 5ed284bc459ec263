/**
 * Records, errors, bytes and distinct visitors of numbered things (values of a panel, dates): summed up by kernels in
 * their arena. Visitors are counted exactly up to a limit; the rows of things that are not beyond it yet come back
 * from the kernel and are counted one by one.
 */
import type { Words } from '../../kernels/query-kernels.ts';
import type { PanelPlaces, SummaryKernels } from '../../kernels/summary-kernels.ts';
import { DistinctCounter, type DistinctLimits, type DistinctPart } from './distinct.ts';

export interface LookPart {
  /** Records, errors and bytes of each number. */
  readonly sums: Float64Array;
  readonly visitors: readonly DistinctPart[];
}

export class LookSums {
  readonly #kernels: SummaryKernels;
  readonly #limits: DistinctLimits;
  #size = 0;
  #room = 0;
  #places: PanelPlaces = { sums: 0, bases: 0 };
  #sums: Float64Array = new Float64Array(0);
  /** Where the registers of each begin in the arena; -1 while it is exact, or has them elsewhere. */
  #bases: Int32Array = new Int32Array(0);
  readonly #counters: (DistinctCounter | undefined)[] = [];

  constructor(kernels: SummaryKernels, limits: DistinctLimits, size: number) {
    this.#kernels = kernels;
    this.#limits = limits;
    this.grow(size);
  }

  get size(): number {
    return this.#size;
  }

  /** At least so many numbers. False when the arena has no more room for them. */
  grow(size: number): boolean {
    if (size > this.#room) {
      const { arena } = this.#kernels;
      const room = Math.max(size, Math.min(this.#room * 2, 4096));
      const sums = arena.take(room * 24);
      const bases = arena.take(room * 4);
      if (sums < 0 || bases < 0) return false;
      const before = { sums: this.#sums, bases: this.#bases };
      this.#places = { sums, bases };
      this.#sums = arena.doubles(sums, room * 3);
      this.#bases = arena.words(bases, room).fill(-1);
      this.#sums.set(before.sums);
      this.#bases.set(before.bases);
      this.#room = room;
    }
    this.#size = Math.max(size, this.#size);
    return true;
  }

  /** Adds the set rows; the kernels' `targets` say which number each code stands for. */
  add(codes: Words, bits: Uint32Array): void {
    const { targets, high, low } = this.#kernels;
    const left = this.#kernels.look(codes, bits, this.#places);
    for (let at = 0; at < left.length; at++) {
      const row = left[at];
      this.#addVisitor(targets[codes[row]], high[row], low[row]);
    }
  }

  partial(): LookPart {
    const registers = 2 ** this.#limits.precision;
    const bases = this.#bases.subarray(0, this.#size);
    // One memory for all of it, which the engine reads as it is.
    let estimated = 0;
    for (const base of bases) if (base >= 0) estimated++;
    const memory = new SharedArrayBuffer(this.#size * 24 + estimated * registers);
    const sums = new Float64Array(memory, 0, this.#size * 3);
    sums.set(this.#sums.subarray(0, this.#size * 3));
    let at = sums.byteLength;
    const visitors = Array.from(bases, (base, number): DistinctPart => {
      if (base < 0) return this.#counters[number]?.partial() ?? {};
      const own = new Uint8Array(memory, at, registers);
      own.set(this.#kernels.arena.bytes.subarray(base, base + registers));
      at += registers;
      return { registers: own };
    });
    return { sums, visitors };
  }

  #addVisitor(number: number, high: number, low: number): void {
    const { arena } = this.#kernels;
    const base = this.#bases[number];
    if (base >= 0) {
      // Others of this segment's rows took it beyond its limit.
      const register = base + (high >>> (32 - this.#limits.precision));
      arena.bytes[register] = Math.max(arena.bytes[register], Math.clz32(low) + 1);
      return;
    }
    const counter = (this.#counters[number] ??= new DistinctCounter(this.#limits));
    const wasExact = counter.isExact;
    counter.add(high, low);
    if (!wasExact || counter.isExact) return;
    const { registers } = counter.partial();
    const place = registers === undefined ? -1 : arena.take(registers.length, reservedBytes);
    // Without room in the arena the counter goes on by itself.
    if (registers === undefined || place < 0) return;
    arena.bytes.set(registers, place);
    this.#bases[number] = place;
    this.#counters[number] = undefined;
  }
}

/** Registers leave so much of the arena for sums that grow: those of 300,000 dates. */
const reservedBytes = 8 << 20;
