/**
 * Dictionaries: texts of few values as small numbers.
 *
 * Segments have dictionaries of their own (local-dictionary.ts). The merger (one worker) owns a DictionaryWriter for
 * each field, whose texts and entries lie in shared memory; every other thread reads them through a Dictionary that is
 * told about new chunks. Entries are never removed or moved.
 */
import type { Value } from '../../src-shared/model/value.ts';
import { equalBytes, viewOfBytes } from './bytes-hash.ts';

/** What the text of an entry stands for. */
export const Tag = { text: 0, number: 1, exact: 2, boolean: 3, json: 4 } as const;
export type Tag = (typeof Tag)[keyof typeof Tag];

export function tagOf(value: Value): Tag {
  switch (typeof value) {
    case 'string':
      return Tag.text;
    case 'number':
      return Tag.number;
    case 'boolean':
      return Tag.boolean;
    default:
      return 'exact' in value ? Tag.exact : Tag.json;
  }
}

export function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'object') return 'exact' in value ? value.exact : value.json;
  return String(value);
}

export function valueOf(tag: number, text: string): Value {
  switch (tag) {
    case Tag.number:
      return Number(text);
    case Tag.exact:
      return { exact: text };
    case Tag.boolean:
      return text === 'true';
    case Tag.json:
      return { json: text };
    default:
      return text;
  }
}

/** The entries of a segment's column as they go to the merger. */
export interface LocalEntries {
  readonly field: string;
  /** Texts one after the other, UTF-8. */
  readonly bytes: Uint8Array;
  /** Ends of the texts within `bytes`. */
  readonly ends: Uint32Array;
  readonly hashes: Int32Array;
  readonly tags: Uint8Array;
}

function place(table: Int32Array, hash: number, code: number): void {
  const mask = table.length - 1;
  let slot = hash & mask;
  while (table[slot] !== 0) slot = (slot + 1) & mask;
  table[slot] = code;
}

/** Entries of one entry chunk, and how many words describe an entry: text chunk, offset, length and tag. */
const entriesPerChunk = 4096;
const wordsPerEntry = 3;
const tagBits = 3;
/** Text chunks double from 64 KB, so that small columns stay small, up to 4 MB. */
const smallestTextChunk = 1 << 16;
const largestTextChunk = 1 << 22;

/** Chunks that a reader does not have yet. */
export interface DictionaryGrowth {
  readonly field: string;
  readonly count: number;
  readonly texts: readonly SharedArrayBuffer[];
  readonly entries: readonly SharedArrayBuffer[];
}

/** Reads a field's global entries; ids run from 0 and never change their meaning. */
export class Dictionary {
  readonly field: string;
  #count = 0;
  readonly #texts: Buffer[] = [];
  readonly #entries: Uint32Array[] = [];

  constructor(field: string) {
    this.field = field;
  }

  get count(): number {
    return this.#count;
  }

  get memory(): number {
    return [...this.#texts, ...this.#entries].reduce((sum, chunk) => sum + chunk.byteLength, 0);
  }

  grow(growth: DictionaryGrowth): void {
    for (const chunk of growth.texts) this.#texts.push(Buffer.from(chunk));
    for (const chunk of growth.entries) this.#entries.push(new Uint32Array(chunk));
    this.#count = growth.count;
  }

  /** All chunks, for a reader that starts late. */
  snapshot(): DictionaryGrowth {
    const shared = (chunk: { readonly buffer: ArrayBufferLike }): SharedArrayBuffer => {
      if (!(chunk.buffer instanceof SharedArrayBuffer)) throw new Error('dictionary chunks are shared');
      return chunk.buffer;
    };
    return {
      field: this.field,
      count: this.#count,
      texts: this.#texts.map(shared),
      entries: this.#entries.map(shared),
    };
  }

  tag(id: number): number {
    const words = this.#entries[(id / entriesPerChunk) | 0];
    return words[(id % entriesPerChunk) * wordsPerEntry + 2] & ((1 << tagBits) - 1);
  }

  text(id: number): string {
    const words = this.#entries[(id / entriesPerChunk) | 0];
    const at = (id % entriesPerChunk) * wordsPerEntry;
    const from = words[at + 1];
    const length = words[at + 2] >>> tagBits;
    return this.#texts[words[at]].toString('utf8', from, from + length);
  }

  /** The UTF-8 bytes of an entry's text. */
  bytes(id: number): Buffer {
    const words = this.#entries[(id / entriesPerChunk) | 0];
    const at = (id % entriesPerChunk) * wordsPerEntry;
    const from = words[at + 1];
    return this.#texts[words[at]].subarray(from, from + (words[at + 2] >>> tagBits));
  }

  value(id: number): Value {
    return valueOf(this.tag(id), this.text(id));
  }
}

/** Gives every text one id for the whole source. Owned by the merger. */
export class DictionaryWriter {
  readonly field: string;
  readonly #texts: DataView[] = [];
  readonly #textBytes: Uint8Array[] = [];
  readonly #entries: Uint32Array[] = [];
  #table = new Int32Array(1 << 12);
  #hashes = new Int32Array(1 << 11);
  #count = 0;
  #usedInChunk = 0;
  #toldTexts = 0;
  #toldEntries = 0;

  constructor(field: string) {
    this.field = field;
  }

  get count(): number {
    return this.#count;
  }

  /** Writes the global id of each local entry to `ids`. */
  merge(entries: LocalEntries, ids: Uint32Array): void {
    const view = viewOfBytes(entries.bytes);
    for (let local = 0, start = 0; local < entries.ends.length; local++) {
      const end = entries.ends[local];
      ids[local] = this.#idOf(entries, view, start, end, entries.hashes[local], entries.tags[local]);
      start = end;
    }
  }

  /** What readers have to be told since the last call. */
  takeGrowth(): DictionaryGrowth {
    const shared = (bytes: { readonly buffer: ArrayBufferLike }): SharedArrayBuffer => {
      if (!(bytes.buffer instanceof SharedArrayBuffer)) throw new Error('dictionary chunks are shared');
      return bytes.buffer;
    };
    const growth = {
      field: this.field,
      count: this.#count,
      texts: this.#textBytes.slice(this.#toldTexts).map(shared),
      entries: this.#entries.slice(this.#toldEntries).map(shared),
    };
    this.#toldTexts = this.#textBytes.length;
    this.#toldEntries = this.#entries.length;
    return growth;
  }

  #idOf(entries: LocalEntries, view: DataView, start: number, end: number, hash: number, tag: number): number {
    const mask = this.#table.length - 1;
    const wanted = ((end - start) << tagBits) | tag;
    let slot = hash & mask;
    for (; ; slot = (slot + 1) & mask) {
      const code = this.#table[slot];
      if (code === 0) break;
      const id = code - 1;
      if (this.#hashes[id] !== hash) continue;
      const words = this.#entries[(id / entriesPerChunk) | 0];
      const at = (id % entriesPerChunk) * wordsPerEntry;
      if (
        words[at + 2] === wanted >>> 0 &&
        equalBytes(this.#texts[words[at]], words[at + 1], view, start, end - start)
      ) {
        return id;
      }
    }
    return this.#insert(entries.bytes, start, end, hash, wanted);
  }

  #insert(bytes: Uint8Array, start: number, end: number, hash: number, lengthAndTag: number): number {
    const length = end - start;
    let chunk = this.#textBytes.length - 1;
    if (chunk < 0 || this.#usedInChunk + length > this.#textBytes[chunk].length) {
      const size = Math.max(length, Math.min(largestTextChunk, smallestTextChunk << Math.min(6, chunk + 1)));
      const memory = new Uint8Array(new SharedArrayBuffer(size));
      this.#textBytes.push(memory);
      this.#texts.push(viewOfBytes(memory));
      this.#usedInChunk = 0;
      chunk++;
    }
    this.#textBytes[chunk].set(bytes.subarray(start, end), this.#usedInChunk);
    const id = this.#count++;
    const entryChunk = (id / entriesPerChunk) | 0;
    if (entryChunk === this.#entries.length) {
      this.#entries.push(new Uint32Array(new SharedArrayBuffer(entriesPerChunk * wordsPerEntry * 4)));
    }
    const at = (id % entriesPerChunk) * wordsPerEntry;
    const words = this.#entries[entryChunk];
    words[at] = chunk;
    words[at + 1] = this.#usedInChunk;
    words[at + 2] = lengthAndTag;
    this.#usedInChunk += length;
    if (id === this.#hashes.length) {
      const hashes = new Int32Array(this.#hashes.length * 2);
      hashes.set(this.#hashes);
      this.#hashes = hashes;
    }
    this.#hashes[id] = hash;
    if (this.#count * 2 > this.#table.length) {
      this.#table = new Int32Array(this.#table.length * 2);
      for (let entry = 0; entry < this.#count; entry++) place(this.#table, this.#hashes[entry], entry + 1);
    } else {
      place(this.#table, hash, id + 1);
    }
    return id;
  }
}
