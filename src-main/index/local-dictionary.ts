/**
 * The dictionary of one column of the segment that is being built: texts to codes from 1. Belongs to a column builder
 * in an index worker and is emptied for each segment.
 *
 * Its arrays may lie in a kernel's memory. The kernel then looks up whole batches of texts and stops at what it leaves
 * to this code: values that are no plain text, texts that are new and not UTF-8, and arrays that must grow.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { textDecoderFor } from '../formats/index.ts';
import { type KernelMemory, takeBytes, takeIntegers, takeWords } from '../kernels/kernel-memory.ts';
import { equalBytes, hashBytes, viewOfBytes } from './bytes-hash.ts';
import type { LocalEntries } from './dictionary.ts';
import { Tag } from './dictionary.ts';
import type { CellColumn } from './row-table.ts';

/** Longer values are never dictionary entries. */
export const longestEntry = 16_384;
/** A dictionary is given up when its texts take more than this in one segment. */
export const dictionaryBytesLimit = 24 << 20;

/** On the heap everything begins small, because a log may have hundreds of columns. */
const fewSlots = 1 << 10;
/** In a kernel's memory there is room for 65,536 different texts. */
const memorySlots = 1 << 17;
const memoryTextBytes = 8 << 20;

/** Words of the state that the kernel reads and writes: as in kernels/assembly/dictionary.ts. */
const stateWords = 15;
const noState = new Uint32Array(0);

const encoder = new TextEncoder();
const utf8 = new TextDecoder();

/** Where the kernel puts codes and places of a column's texts: addresses of the first row. */
export interface CodeTargets {
  readonly codes: number;
  readonly starts: number;
  readonly lengths: number;
}

export class LocalDictionary {
  readonly #field: string;
  readonly #seed: number;
  /** undefined: the source is UTF-8. */
  readonly #decode: ((bytes: Uint8Array) => string) | undefined;
  readonly #memory: KernelMemory | undefined;
  readonly #state: Uint32Array;
  /** Pairs of hash and code; code 0 is a free slot. `#slots` of them are in use, a power of two. */
  #table: Int32Array;
  #slots = fewSlots;
  #bytes: Uint8Array;
  #view: DataView;
  #used = 0;
  #count = 0;
  #ends: Uint32Array;
  #hashes: Int32Array;
  #tags: Uint8Array;
  /** Codes of the last call of `append` that stand for no value. */
  nulls = 0;

  constructor(field: string, seed: number, encoding: string, memory?: KernelMemory) {
    this.#field = field;
    this.#seed = seed;
    this.#decode = encoding === 'utf-8' ? undefined : textDecoderFor(encoding);
    const slots = memory === undefined ? fewSlots : memorySlots;
    this.#table = takeIntegers(memory, slots * 2);
    this.#ends = takeWords(memory, slots / 2);
    this.#hashes = takeIntegers(memory, slots / 2);
    this.#tags = takeBytes(memory, slots / 2);
    this.#bytes = takeBytes(memory, memory === undefined ? 1 << 14 : memoryTextBytes);
    this.#view = viewOfBytes(this.#bytes);
    // Taken last: when it is in the kernel's memory, everything is.
    const state = takeWords(memory, stateWords);
    const isShared = memory !== undefined && memory.addressOf(state) !== 0 && memory.addressOf(this.#bytes) !== 0;
    this.#state = isShared ? state : noState;
    this.#memory = isShared ? memory : undefined;
    if (isShared) this.#slots = memory.dictionarySlots.get(field) ?? fewSlots;
    this.clear();
  }

  get count(): number {
    return this.#count;
  }

  get bytesUsed(): number {
    return this.#used;
  }

  clear(): void {
    this.#table.fill(0, 0, this.#slots * 2);
    this.#used = 0;
    this.#count = 0;
  }

  /** Code, from 1, of the text in bytes [start, end), which are in the source's encoding. */
  addBytes(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const hash = hashBytes(view, start, end, this.#seed);
    const found = this.#find(view, start, end - start, hash, Tag.text);
    if (found !== 0) return found;
    if (!isAsciiText(bytes, start, end)) {
      const piece = bytes.subarray(start, end);
      // Not UTF-8 as it stands: the entry is the text that people see, so that equal texts share one entry.
      if (this.#decode !== undefined || !isUtf8(piece)) {
        return this.addText(this.#decode === undefined ? utf8.decode(piece) : this.#decode(piece), Tag.text);
      }
    }
    return this.#insert(bytes, start, end, hash, Tag.text);
  }

  addText(text: string, tag: Tag): number {
    const bytes = encoder.encode(text);
    const view = viewOfBytes(bytes);
    const hash = hashBytes(view, 0, bytes.length, this.#seed + tag);
    const found = this.#find(view, 0, bytes.length, hash, tag);
    return found !== 0 ? found : this.#insert(bytes, 0, bytes.length, hash, tag);
  }

  /** Has the kernel look up cells [from, to); returns where it stopped, `from` at once when there is none. */
  append(
    cells: CellColumn,
    from: number,
    to: number,
    recordStarts: Int32Array,
    targets: CodeTargets,
    ahead: number,
  ): number {
    this.nulls = 0;
    const memory = this.#memory;
    if (memory === undefined || cells.address === 0 || targets.lengths === 0 || targets.codes === 0) return from;
    const tableAt = memory.addressOf(this.#table);
    const bytesAt = memory.addressOf(this.#bytes);
    const chunkAt = memory.addressOf(memory.chunk);
    if (tableAt === 0 || bytesAt === 0) return from;
    const state = this.#state;
    state[0] = this.#count;
    state[1] = this.#used;
    state[2] = this.#slots - 1;
    state[3] = tableAt;
    state[4] = memory.addressOf(this.#ends);
    state[5] = memory.addressOf(this.#hashes);
    state[6] = memory.addressOf(this.#tags);
    state[7] = bytesAt;
    // The kernel compares 16 bytes at once.
    state[8] = this.#bytes.length - 16;
    state[9] = this.#ends.length;
    state[10] = this.#seed;
    state[11] = 0;
    state[12] = longestEntry;
    state[13] = dictionaryBytesLimit;
    state[14] = this.#decode === undefined ? 1 : 0;
    const { codes, starts, lengths } = targets;
    const reached = memory.kernels.appendCodes(
      memory.addressOf(state),
      cells.address,
      from,
      to,
      memory.addressOf(recordStarts),
      chunkAt,
      codes,
      starts,
      lengths,
      ahead,
    );
    this.#count = state[0];
    this.#used = state[1];
    this.nulls = state[11];
    return reached;
  }

  /** In shared memory, since they go on to the engine's thread and from there to the merger. */
  entries(field: string): LocalEntries {
    const bytes = new Uint8Array(new SharedArrayBuffer(this.#used));
    const ends = new Uint32Array(new SharedArrayBuffer(this.#count * 4));
    const hashes = new Int32Array(new SharedArrayBuffer(this.#count * 4));
    const tags = new Uint8Array(new SharedArrayBuffer(this.#count));
    bytes.set(this.#bytes.subarray(0, this.#used));
    ends.set(this.#ends.subarray(0, this.#count));
    hashes.set(this.#hashes.subarray(0, this.#count));
    tags.set(this.#tags.subarray(0, this.#count));
    return { field, bytes, ends, hashes, tags };
  }

  #find(view: DataView, start: number, length: number, hash: number, tag: Tag): number {
    const table = this.#table;
    const mask = this.#slots - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const code = table[slot * 2 + 1];
      if (code === 0) return 0;
      if (table[slot * 2] !== hash) continue;
      const entry = code - 1;
      const from = entry === 0 ? 0 : this.#ends[entry - 1];
      if (this.#ends[entry] - from !== length || this.#tags[entry] !== tag) continue;
      if (equalBytes(this.#view, from, view, start, length)) return code;
    }
  }

  #insert(bytes: Uint8Array, start: number, end: number, hash: number, tag: Tag): number {
    const length = end - start;
    if (this.#used + length + 16 > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#used + length + 16));
      larger.set(this.#bytes.subarray(0, this.#used));
      this.#bytes = larger;
      this.#view = viewOfBytes(larger);
    }
    if (length < 24) for (let at = 0; at < length; at++) this.#bytes[this.#used + at] = bytes[start + at];
    else this.#bytes.set(bytes.subarray(start, end), this.#used);
    this.#used += length;
    if (this.#count === this.#ends.length) this.#growEntries();
    const entry = this.#count++;
    this.#ends[entry] = this.#used;
    this.#hashes[entry] = hash;
    this.#tags[entry] = tag;
    if (this.#count * 2 > this.#slots) this.#rehash();
    else place(this.#table, this.#slots, hash, entry + 1);
    return entry + 1;
  }

  #growEntries(): void {
    const size = this.#ends.length * 2;
    const ends = new Uint32Array(size);
    ends.set(this.#ends);
    this.#ends = ends;
    const hashes = new Int32Array(size);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    const tags = new Uint8Array(size);
    tags.set(this.#tags);
    this.#tags = tags;
  }

  #rehash(): void {
    this.#slots *= 2;
    if (this.#slots <= memorySlots) this.#memory?.dictionarySlots.set(this.#field, this.#slots);
    if (this.#slots * 2 > this.#table.length) this.#table = new Int32Array(this.#slots * 2);
    else this.#table.fill(0, 0, this.#slots * 2);
    for (let entry = 0; entry < this.#count; entry++) place(this.#table, this.#slots, this.#hashes[entry], entry + 1);
  }
}

function place(table: Int32Array, slots: number, hash: number, code: number): void {
  const mask = slots - 1;
  let slot = hash & mask;
  while (table[slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
  table[slot * 2] = hash;
  table[slot * 2 + 1] = code;
}

/** A loop for the short texts that most are: the native one costs a view of the bytes. */
function isAsciiText(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > 64) return isAscii(bytes.subarray(start, end));
  for (let at = start; at < end; at++) if (bytes[at] >= 128) return false;
  return true;
}
