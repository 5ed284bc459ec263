/**
 * Dictionaries: texts of few values as small numbers.
 *
 * Segments have codes of their own (local-dictionary.ts) that stand for entries of the run's dictionary, which all
 * workers write (shared-dictionary.ts). Its texts and entries lie in shared memory, or in the stored index; every thread
 * reads them through a Dictionary, which is told of what is new. Entries are never removed or moved.
 */
import type { Value } from '../../src-shared/model/value.ts';

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

/** Entries of one entry chunk, and how many words describe an entry: text chunk, offset, length and tag. */
export const entriesPerChunk = 4096;
export const wordsPerEntry = 3;
export const tagBits = 3;

/** Chunks that a reader does not have yet. */
export interface DictionaryGrowth {
  readonly field: string;
  readonly count: number;
  /** Views of shared memory. */
  readonly texts: readonly Uint8Array[];
  readonly entries: readonly Uint32Array[];
}

/** Entries that are read back: chunk `k` names its texts as text chunk `k`. */
export interface ReadEntries {
  readonly words: Uint32Array;
  readonly texts: Uint8Array;
}

/** The UTF-8 bytes [from, to) of an entry's text, and what they stand for. */
export interface TextPlace {
  bytes: Uint8Array;
  from: number;
  to: number;
  tag: number;
}

/** Where the texts of some entries lie: bytes [from, to) of `texts`, UTF-8. */
export class EntryPlaces {
  readonly texts: Buffer[] = [];
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  readonly tags: Uint8Array;
  /** Keeps what is only touched from being left out. */
  touched = 0;

  constructor(length: number) {
    this.from = new Uint32Array(length);
    this.to = new Uint32Array(length);
    this.tags = new Uint8Array(length);
  }
}

/** Reads chunk `chunk` of entries; `forget` will be called when it need not be kept any more. */
export type ReadChunk = (chunk: number, entries: number, forget: () => void) => ReadEntries;

/**
 * Reads a field's global entries; ids run from 0 and never change their meaning. They lie in memory that all threads
 * share, or are read from the stored index as they are asked for.
 */
export class Dictionary {
  readonly field: string;
  #count = 0;
  #texts: (Buffer | undefined)[] = [];
  #entries: (Uint32Array | undefined)[] = [];
  #read: ReadChunk | undefined;
  readonly #place: TextPlace = { bytes: new Uint8Array(0), from: 0, to: 0, tag: 0 };

  constructor(field: string) {
    this.field = field;
  }

  get count(): number {
    return this.#count;
  }

  get memory(): number {
    if (this.#read !== undefined) return 0;
    return [...this.#texts, ...this.#entries].reduce((sum, chunk) => sum + (chunk?.byteLength ?? 0), 0);
  }

  /** Its entries lie in memory, not only in the stored index. */
  get isInMemory(): boolean {
    return this.#read === undefined;
  }

  /** All entries are read by `read` from now on. */
  store(count: number, read: ReadChunk): void {
    this.#count = count;
    this.#texts = [];
    this.#entries = [];
    this.#read = read;
  }

  /** Forgets all chunks, which are about to be given anew. */
  clear(): void {
    this.#texts = [];
    this.#entries = [];
    this.#read = undefined;
  }

  grow(growth: DictionaryGrowth): void {
    for (const chunk of growth.texts) this.#texts.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length));
    this.#entries.push(...growth.entries);
    this.#count = growth.count;
  }

  /** All chunks, for a reader that starts late; only of one that lies in memory. */
  snapshot(): DictionaryGrowth {
    return {
      field: this.field,
      count: this.#count,
      // A Buffer is copied when it is sent, a plain view of shared memory is not.
      texts: this.#texts.flatMap((chunk) =>
        chunk === undefined ? [] : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length),
      ),
      entries: this.#entries.flatMap((chunk) => chunk ?? []),
    };
  }

  tag(id: number): number {
    const chunk = (id / entriesPerChunk) | 0;
    const words = this.#entries[chunk] ?? this.#load(chunk);
    return words[(id % entriesPerChunk) * wordsPerEntry + 2] & ((1 << tagBits) - 1);
  }

  text(id: number): string {
    const chunk = (id / entriesPerChunk) | 0;
    const words = this.#entries[chunk] ?? this.#load(chunk);
    const at = (id % entriesPerChunk) * wordsPerEntry;
    const from = words[at + 1];
    const length = words[at + 2] >>> tagBits;
    return this.#textsOf(words[at]).toString('utf8', from, from + length);
  }

  /** Where an entry's text lies: for loops over all entries. The answer is overwritten by the next call. */
  placeOf(id: number): TextPlace {
    const chunk = (id / entriesPerChunk) | 0;
    const words = this.#entries[chunk] ?? this.#load(chunk);
    const at = (id % entriesPerChunk) * wordsPerEntry;
    const place = this.#place;
    const described = words[at + 2];
    place.bytes = this.#textsOf(words[at]);
    place.from = words[at + 1];
    place.to = place.from + (described >>> tagBits);
    place.tag = described & ((1 << tagBits) - 1);
    return place;
  }

  /**
   * Looks up the entries `ids`, first all descriptions, then all texts: entries lie wherever their texts came first, and
   * in loops that do nothing else the processor waits for many of them at once.
   */
  lookUp(ids: Uint32Array, count: number, places: EntryPlaces): void {
    const { texts, from, to, tags } = places;
    for (let place = 0; place < count; place++) {
      const id = ids[place];
      const chunk = (id / entriesPerChunk) | 0;
      const words = this.#entries[chunk] ?? this.#load(chunk);
      const at = (id % entriesPerChunk) * wordsPerEntry;
      const lengthAndTag = words[at + 2];
      texts[place] = this.#textsOf(words[at]);
      from[place] = words[at + 1];
      to[place] = words[at + 1] + (lengthAndTag >>> tagBits);
      tags[place] = lengthAndTag & ((1 << tagBits) - 1);
    }
    let touched = 0;
    for (let place = 0; place < count; place++) {
      if (from[place] < to[place]) touched += texts[place][from[place]] + texts[place][to[place] - 1];
    }
    places.touched = touched;
  }

  /** All entries, in chunks: the words that describe them, how many they are, and the texts that they name. */
  *chunks(): Generator<{
    readonly words: Uint32Array;
    readonly entries: number;
    readonly textsOf: (chunk: number) => Buffer;
  }> {
    const textsOf = (chunk: number): Buffer => this.#textsOf(chunk);
    for (let chunk = 0, left = this.#count; left > 0; chunk++, left -= entriesPerChunk) {
      const words = this.#entries[chunk] ?? this.#load(chunk);
      yield { words, entries: Math.min(entriesPerChunk, left), textsOf };
    }
  }

  /** The UTF-8 bytes of an entry's text. */
  bytes(id: number): Buffer {
    const chunk = (id / entriesPerChunk) | 0;
    const words = this.#entries[chunk] ?? this.#load(chunk);
    const at = (id % entriesPerChunk) * wordsPerEntry;
    const from = words[at + 1];
    return this.#textsOf(words[at]).subarray(from, from + (words[at + 2] >>> tagBits));
  }

  value(id: number): Value {
    return valueOf(this.tag(id), this.text(id));
  }

  #textsOf(chunk: number): Buffer {
    const texts = this.#texts[chunk];
    if (texts === undefined) throw new Error(`no texts of ${this.field}`);
    return texts;
  }

  #load(chunk: number): Uint32Array {
    if (this.#read === undefined) throw new Error(`no entries of ${this.field}`);
    const count = Math.min(entriesPerChunk, this.#count - chunk * entriesPerChunk);
    const { words, texts } = this.#read(chunk, count, () => {
      this.#entries[chunk] = this.#texts[chunk] = undefined;
    });
    this.#entries[chunk] = words;
    this.#texts[chunk] = Buffer.from(texts.buffer, texts.byteOffset, texts.length);
    return words;
  }
}
