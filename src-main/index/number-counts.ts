/** How often each number came: whole numbers that lie close together in a table, others by hashing. Exact. */

/** A table of so many numbers takes 8 MiB. */
const mostInTable = 1 << 21;

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);

export class NumberCounts {
  #low = 0;
  #table = new Uint32Array(0);
  /** Open addressing; not a number is a free place. */
  #keys = new Float64Array(1 << 8).fill(Number.NaN);
  #counts = new Uint32Array(1 << 8);
  #size = 0;

  add(value: number, count: number): void {
    const at = value - this.#low;
    if (at >= 0 && at < this.#table.length && Number.isInteger(value)) this.#table[at] += count;
    else this.#addKey(value, count);
  }

  /**
   * A table of numbers from `first` on, made to hold those from `base` to `max` as far as they lie close together; what
   * is not in it has to be added. All are whole numbers.
   */
  tableFor(base: number, max: number): { readonly counts: Uint32Array; readonly first: number } {
    const isEmpty = this.#table.length === 0;
    const end = this.#low + this.#table.length;
    const low = isEmpty || (base < this.#low && end - base <= mostInTable) ? base : this.#low;
    const high = Math.min(low + mostInTable, isEmpty ? max + 1 : Math.max(end, max + 1));
    if (isEmpty || low < this.#low || high > end) this.#reach(low, high);
    return { counts: this.#table, first: this.#low };
  }

  /** Adds what another one counted. */
  merge({ first, table, values, counts }: NumberCountsPart): void {
    if (table.length > 0) {
      const own = this.tableFor(first, first + table.length - 1);
      const shift = first - own.first;
      for (let at = 0; at < table.length; at++) {
        const place = at + shift;
        if (place >= 0 && place < own.counts.length) own.counts[place] += table[at];
        else if (table[at] !== 0) this.add(first + at, table[at]);
      }
    }
    for (let at = 0; at < values.length; at++) this.add(values[at], counts[at]);
  }

  /** Each number that came, once. */
  list(): { readonly values: Float64Array; readonly counts: Uint32Array } {
    const { first, table, values, counts } = this.partial();
    let size = values.length;
    for (let at = 0; at < table.length; at++) if (table[at] !== 0) size++;
    const all = { values: new Float64Array(size), counts: new Uint32Array(size) };
    all.values.set(values);
    all.counts.set(counts);
    let to = values.length;
    for (let at = 0; at < table.length; at++) {
      if (table[at] === 0) continue;
      all.values[to] = first + at;
      all.counts[to++] = table[at];
    }
    return all;
  }

  partial(): NumberCountsPart {
    const [table, keys, found] = [this.#table, this.#keys, this.#counts];
    let end = table.length;
    while (end > 0 && table[end - 1] === 0) end--;
    let size = 0;
    for (let at = 0; at < found.length; at++) if (found[at] !== 0) size++;
    const values = new Float64Array(size);
    const counts = new Uint32Array(size);
    let to = 0;
    for (let at = 0; at < found.length; at++) {
      if (found[at] === 0) continue;
      values[to] = keys[at];
      counts[to++] = found[at];
    }
    return { first: this.#low, table: table.slice(0, end), values, counts };
  }

  #reach(low: number, high: number): void {
    const size = high - low;
    // Room behind, so that it does not grow with each segment.
    const table = new Uint32Array(Math.min(size + (size >>> 2), mostInTable));
    table.set(this.#table, this.#table.length === 0 ? 0 : this.#low - low);
    this.#table = table;
    this.#low = low;
    // What was counted before by hashing and has its place in the table now.
    for (let from = 0; from < this.#keys.length; from++) {
      const at = this.#keys[from] - low;
      if (!(at >= 0 && at < table.length && Number.isInteger(this.#keys[from]))) continue;
      table[at] += this.#counts[from];
      this.#counts[from] = 0;
    }
  }

  #addKey(value: number, count: number): void {
    // Minus zero equals zero.
    const key = value + 0;
    const at = placeOf(this.#keys, key);
    if (this.#keys[at] !== key) {
      this.#keys[at] = key;
      if (++this.#size * 2 > this.#keys.length) {
        this.#grow();
        this.#counts[placeOf(this.#keys, key)] += count;
        return;
      }
    }
    this.#counts[at] += count;
  }

  #grow(): void {
    const [keys, counts] = [this.#keys, this.#counts];
    this.#keys = new Float64Array(keys.length * 4).fill(Number.NaN);
    this.#counts = new Uint32Array(keys.length * 4);
    for (let from = 0; from < keys.length; from++) {
      if (keys[from] !== keys[from]) continue;
      const at = placeOf(this.#keys, keys[from]);
      this.#keys[at] = keys[from];
      this.#counts[at] = counts[from];
    }
  }
}

export interface NumberCountsPart {
  /** How often `first` and the whole numbers after it came. */
  readonly first: number;
  readonly table: Uint32Array;
  /** Other numbers, each once. */
  readonly values: Float64Array;
  readonly counts: Uint32Array;
}

function placeOf(keys: Float64Array, key: number): number {
  bits[0] = key;
  const mask = keys.length - 1;
  let hash = Math.imul(words[0] ^ Math.imul(words[1], 0x85ebca6b), 0x9e3779b1);
  hash ^= hash >>> 15;
  let at = hash & mask;
  while (keys[at] === keys[at] && keys[at] !== key) at = (at + 1) & mask;
  return at;
}
