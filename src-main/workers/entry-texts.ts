/** Copies of dictionaries in the memory of a kernel: all texts, and where each entry's lies. */
import { availableParallelism } from 'node:os';
import { type Dictionary, tagBits, wordsPerEntry, Tag } from '../index/dictionary.ts';
import type { GrowingMemory } from '../kernels/growing-memory.ts';

/** The length of an entry that is no text. */
const noText = 0xffffffff;

/** Texts that all workers together copy; beyond that plain code reads them where they are. */
const mostBytes = 512 << 20;
/** There is a worker for each core, up to so many. */
const mostWorkers = 8;

interface Copy {
  readonly dictionary: Dictionary;
  readonly count: number;
  readonly address: number | undefined;
}

export class EntryTexts {
  readonly #memory: GrowingMemory;
  readonly #copies = new Map<Dictionary, Copy>();
  #left = mostBytes / Math.min(mostWorkers, availableParallelism());

  constructor(memory: GrowingMemory) {
    this.#memory = memory;
  }

  /** A dictionary has entries that its copy lacks. */
  get hasGrown(): boolean {
    for (const { dictionary, count } of this.#copies.values()) if (dictionary.count !== count) return true;
    return false;
  }

  /** Where two words for each entry lie: the address of its text, and the length; undefined where there are too many. */
  addressOf(dictionary: Dictionary): number | undefined {
    const known = this.#copies.get(dictionary);
    if (known?.count === dictionary.count) return known.address;
    const { count } = dictionary;
    const address = this.#copy(dictionary, count);
    this.#copies.set(dictionary, { dictionary, count, address });
    return address;
  }

  #copy(dictionary: Dictionary, count: number): number | undefined {
    const entryBytes = count * 8;
    if (entryBytes > this.#left) return undefined;
    this.#left -= entryBytes;
    const table = this.#memory.take(entryBytes);
    const addresses = new Map<Buffer, number>();
    let entry = 0;
    for (const { words, entries, textsOf } of dictionary.chunks()) {
      let [chunk, address] = [-1, 0];
      const described = new Uint32Array(entries * 2);
      for (let at = 0; at < entries; at++) {
        const word = at * wordsPerEntry;
        if (words[word] !== chunk) {
          chunk = words[word];
          const texts = textsOf(chunk);
          const there = addresses.get(texts) ?? this.#keep(texts);
          if (there === undefined) return undefined;
          addresses.set(texts, there);
          address = there;
        }
        const lengthAndTag = words[word + 2];
        described[at * 2] = address + words[word + 1];
        described[at * 2 + 1] = (lengthAndTag & ((1 << tagBits) - 1)) === Tag.text ? lengthAndTag >>> tagBits : noText;
      }
      new Uint32Array(this.#memory.bytes.buffer, table + entry * 8, entries * 2).set(described);
      entry += entries;
    }
    return table;
  }

  #keep(texts: Buffer): number | undefined {
    if (texts.length > this.#left) return undefined;
    this.#left -= texts.length;
    const at = this.#memory.take(texts.length);
    this.#memory.bytes.set(texts, at);
    return at;
  }
}
