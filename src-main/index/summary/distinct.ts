/**
 * Counting distinct things by their 64-bit hashes in bounded memory: exactly up to a limit, then with HyperLogLog
 * (Flajolet and others 2007; estimated as in Ertl 2017, "New cardinality estimation algorithms for HyperLogLog
 * sketches", which needs no tables). The answer depends only on what was added, never on order or on how it was
 * split and merged. Standard error beyond the limit: 1.04 / sqrt(2 ^ precision).
 */

export interface DistinctPart {
  /** Pairs of words, each a hash; absent once there were too many. */
  readonly hashes?: Int32Array;
  readonly registers?: Uint8Array;
}

export interface DistinctLimits {
  /** Exact up to so many. */
  readonly limit: number;
  /** Then 2 ^ precision registers of one byte. */
  readonly precision: number;
}

/** Ranks come from a hash's second word: 0 to 33. */
const rankBits = 32;

export class DistinctCounter {
  readonly #limits: DistinctLimits;
  /** Open addressing over pairs of words; 0, 0 is free. */
  #table: Int32Array | undefined = new Int32Array(16);
  #mask = 7;
  #size = 0;
  #registers: Uint8Array | undefined;

  constructor(limits: DistinctLimits) {
    this.#limits = limits;
  }

  get isExact(): boolean {
    return this.#registers === undefined;
  }

  get count(): number {
    return this.#registers === undefined ? this.#size : Math.round(estimate(this.#registers));
  }

  /** Words as Int32Array holds them. */
  add(high: number, low: number): void {
    const registers = this.#registers;
    if (registers !== undefined) {
      const index = high >>> (32 - this.#limits.precision);
      const rank = Math.clz32(low) + 1;
      if (registers[index] < rank) registers[index] = rank;
      return;
    }
    this.#insert(high, low);
  }

  merge({ hashes, registers }: DistinctPart): void {
    if (hashes !== undefined) for (let at = 0; at < hashes.length; at += 2) this.add(hashes[at], hashes[at + 1]);
    if (registers === undefined) return;
    if (this.#registers === undefined) this.#sketch();
    const own = this.#registers;
    if (own === undefined) return;
    for (let at = 0; at < own.length; at++) if (own[at] < registers[at]) own[at] = registers[at];
  }

  partial(): DistinctPart {
    if (this.#registers !== undefined) return { registers: this.#registers };
    const hashes = new Int32Array(this.#size * 2);
    const table = this.#table ?? new Int32Array(0);
    let used = 0;
    for (let at = 0; at < table.length; at += 2) {
      if (table[at] === 0 && table[at + 1] === 0) continue;
      hashes[used++] = table[at];
      hashes[used++] = table[at + 1];
    }
    return { hashes };
  }

  #insert(high: number, low: number): void {
    const table = this.#table;
    if (table === undefined) return;
    // The pair that marks a free place counts as its neighbour: once in 2 ^ 64.
    const second = high === 0 && low === 0 ? 1 : low;
    let at = (high ^ second) & this.#mask;
    for (; ; at = (at + 1) & this.#mask) {
      const a = table[at * 2];
      const b = table[at * 2 + 1];
      if (a === high && b === second) return;
      if (a === 0 && b === 0) break;
    }
    table[at * 2] = high;
    table[at * 2 + 1] = second;
    this.#size++;
    if (this.#size > this.#limits.limit) this.#sketch();
    else if (this.#size * 2 > this.#mask) this.#grow();
  }

  #grow(): void {
    const old = this.#table;
    if (old === undefined) return;
    const table = new Int32Array(old.length * 4);
    const mask = table.length / 2 - 1;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from] === 0 && old[from + 1] === 0) continue;
      let at = (old[from] ^ old[from + 1]) & mask;
      while (table[at * 2] !== 0 || table[at * 2 + 1] !== 0) at = (at + 1) & mask;
      table[at * 2] = old[from];
      table[at * 2 + 1] = old[from + 1];
    }
    this.#table = table;
    this.#mask = mask;
  }

  #sketch(): void {
    const { hashes } = this.partial();
    this.#table = undefined;
    this.#registers = new Uint8Array(2 ** this.#limits.precision);
    if (hashes !== undefined) for (let at = 0; at < hashes.length; at += 2) this.add(hashes[at], hashes[at + 1]);
  }
}

/**
 * Many counters side by side for loops over rows: those beyond their limit have their registers in one array, so that
 * a row costs a few nanoseconds.
 */
export class DistinctCounters {
  readonly #limits: DistinctLimits;
  readonly #exact: (DistinctCounter | undefined)[] = [];
  /** Where the registers of each begin; -1 while it is exact. */
  #bases: Int32Array;
  #registers = new Uint8Array(0);
  #used = 0;

  constructor(size: number, limits: DistinctLimits) {
    this.#limits = limits;
    this.#bases = new Int32Array(size).fill(-1);
  }

  /**
   * For each of the first `count` rows adds its hash to the counter that `counterOf` names, below 0 none. All three
   * are by row; a hash whose second word is 0 is none.
   */
  addRows(rows: Uint32Array, count: number, counterOf: Int32Array, { high, low }: HashWords): void {
    const shift = 32 - this.#limits.precision;
    const bases = this.#bases;
    let registers = this.#registers;
    for (let at = 0; at < count; at++) {
      const row = rows[at];
      const second = low[row];
      const counter = counterOf[row];
      if (second === 0 || counter < 0) continue;
      const base = bases[counter];
      if (base >= 0) {
        const index = base + (high[row] >>> shift);
        const rank = Math.clz32(second) + 1;
        if (registers[index] < rank) registers[index] = rank;
      } else if (this.#addExactly(counter, high[row], second)) registers = this.#registers;
    }
  }

  /** At least so many counters. */
  grow(size: number): void {
    if (size <= this.#bases.length) return;
    const larger = new Int32Array(size).fill(-1);
    larger.set(this.#bases);
    this.#bases = larger;
  }

  /** Each counter's part, in order. */
  partials(): DistinctPart[] {
    const size = 2 ** this.#limits.precision;
    return Array.from(this.#bases, (base, at) =>
      base >= 0 ? { registers: this.#registers.slice(base, base + size) } : (this.#exact[at]?.partial() ?? {}),
    );
  }

  /** Whether it is not exact any more. */
  #addExactly(at: number, high: number, low: number): boolean {
    const counter = (this.#exact[at] ??= new DistinctCounter(this.#limits));
    counter.add(high, low);
    if (counter.isExact) return false;
    const { registers = new Uint8Array(0) } = counter.partial();
    if (this.#used + registers.length > this.#registers.length) {
      const larger = new Uint8Array(Math.max(registers.length * 4, this.#registers.length * 2));
      larger.set(this.#registers);
      this.#registers = larger;
    }
    this.#registers.set(registers, this.#used);
    this.#bases[at] = this.#used;
    this.#used += registers.length;
    this.#exact[at] = undefined;
    return true;
  }
}

/** Hashes by row in two words; the second is 0 where there is none. */
export interface HashWords {
  readonly high: Int32Array;
  readonly low: Int32Array;
}

function estimate(registers: Uint8Array): number {
  const size = registers.length;
  const counts = new Float64Array(rankBits + 2);
  for (const rank of registers) counts[rank]++;
  let sum = size * tau(1 - counts[rankBits + 1] / size);
  for (let rank = rankBits; rank >= 1; rank--) sum = 0.5 * (sum + counts[rank]);
  sum += size * sigma(counts[0] / size);
  return (size * size) / (2 * Math.LN2 * sum);
}

/** The share of empty registers, weighted for what may hide behind them. */
function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let power = share;
  let weight = 1;
  let sum = share;
  for (let before = -1; sum !== before;) {
    power *= power;
    before = sum;
    sum += power * weight;
    weight += weight;
  }
  return sum;
}

/** The same for registers that are full. */
function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let power = share;
  let weight = 1;
  let sum = 1 - share;
  for (let before = -1; sum !== before;) {
    power = Math.sqrt(power);
    before = sum;
    weight *= 0.5;
    sum -= (1 - power) ** 2 * weight;
  }
  return sum / 3;
}
