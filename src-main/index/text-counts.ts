/**
 * How often texts come, by their bytes: for texts that no dictionary holds, of which there may be millions. A table with
 * open addressing; equal hashes are verified by comparing bytes, and the hash is keyed. Runs in scan workers.
 */
import { equalBytes, hashBytes, viewOfBytes } from './bytes-hash.ts';

/** Different texts with their counts, in no particular order; shared memory. */
export interface CountedTexts {
  /** UTF-8, one after the other. */
  readonly bytes: Uint8Array;
  readonly lengths: Uint32Array;
  readonly counts: Uint32Array;
}

const firstSlots = 1 << 12;
const firstBytes = 1 << 16;
/** Texts whose slots are looked at together, so that the processor waits for many of them at once. */
const together = 64;

export class TextCounts {
  readonly #seed: number;
  /** Numbers of texts from 1; 0 is a free slot. */
  #slots = new Uint32Array(firstSlots);
  #hashes = new Int32Array(firstSlots / 2);
  #starts = new Uint32Array(firstSlots / 2);
  #lengths = new Uint32Array(firstSlots / 2);
  #counts = new Uint32Array(firstSlots / 2);
  #size = 0;
  #bytes = new Uint8Array(firstBytes);
  #view = viewOfBytes(this.#bytes);
  #used = 0;
  readonly #ahead = new Int32Array(together);

  constructor(seed: number) {
    this.#seed = seed;
  }

  get size(): number {
    return this.#size;
  }

  add(view: DataView, start: number, end: number, count = 1): void {
    this.#addHashed(view, start, end, hashBytes(view, start, end, this.#seed), count);
  }

  /** Adds what others counted. */
  merge({ bytes, lengths, counts }: CountedTexts): void {
    const view = viewOfBytes(bytes);
    const hashes = this.#ahead;
    let start = 0;
    for (let from = 0; from < lengths.length; from += together) {
      const to = Math.min(lengths.length, from + together);
      let touched = 0;
      for (let at = from, begin = start; at < to; at++) {
        const hash = hashBytes(view, begin, begin + lengths[at], this.#seed);
        hashes[at - from] = hash;
        touched += this.#slots[hash & (this.#slots.length - 1)];
        begin += lengths[at];
      }
      // Keeps what is only touched from being left out.
      if (touched < 0) return;
      for (let at = from; at < to; at++) {
        this.#addHashed(view, start, start + lengths[at], hashes[at - from], counts[at]);
        start += lengths[at];
      }
    }
  }

  taken(): CountedTexts {
    const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(bytes);
    const found = {
      bytes: new Uint8Array(shared(this.#used)),
      lengths: new Uint32Array(shared(this.#size * 4)),
      counts: new Uint32Array(shared(this.#size * 4)),
    };
    found.bytes.set(this.#bytes.subarray(0, this.#used));
    found.lengths.set(this.#lengths.subarray(0, this.#size));
    found.counts.set(this.#counts.subarray(0, this.#size));
    return found;
  }

  /** Counts of the texts by number, from 0. */
  get counts(): Uint32Array {
    return this.#counts.subarray(0, this.#size);
  }

  text(at: number): string {
    const start = this.#starts[at];
    return Buffer.from(this.#bytes.buffer, start, this.#lengths[at]).toString('utf8');
  }

  #addHashed(view: DataView, start: number, end: number, hash: number, count: number): void {
    const length = end - start;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash & mask;
    for (let found = slots[slot]; found !== 0; found = slots[(slot = (slot + 1) & mask)]) {
      const at = found - 1;
      if (this.#hashes[at] !== hash || this.#lengths[at] !== length) continue;
      if (!equalBytes(this.#view, this.#starts[at], view, start, length)) continue;
      this.#counts[at] += count;
      return;
    }
    this.#makeRoom(length);
    const at = this.#size++;
    this.#bytes.set(new Uint8Array(view.buffer, view.byteOffset + start, length), this.#used);
    this.#hashes[at] = hash;
    this.#starts[at] = this.#used;
    this.#lengths[at] = length;
    this.#counts[at] = count;
    this.#used += length;
    slots[slot] = this.#size;
    if (this.#size * 2 > slots.length) this.#growTable();
  }

  #makeRoom(length: number): void {
    if (this.#used + length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#used + length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = larger;
      this.#view = viewOfBytes(larger);
    }
    if (this.#size < this.#counts.length) return;
    const size = this.#counts.length * 2;
    this.#hashes = longer(this.#hashes, new Int32Array(size));
    this.#starts = longer(this.#starts, new Uint32Array(size));
    this.#lengths = longer(this.#lengths, new Uint32Array(size));
    this.#counts = longer(this.#counts, new Uint32Array(size));
  }

  #growTable(): void {
    const slots = new Uint32Array(this.#slots.length * 4);
    const mask = slots.length - 1;
    for (let at = 0; at < this.#size; at++) {
      let slot = this.#hashes[at] & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = at + 1;
    }
    this.#slots = slots;
  }
}

function longer<T extends Int32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(values: T, target: T): T {
  target.set(values);
  return target;
}
