/**
 * The texts of a run's fields, each with one id for the whole run, in memory that all its threads share. A thread that
 * meets a text looks it up without a lock and adds it under the lock of its field; nothing is merged afterwards.
 *
 * Equal hashes are verified by comparing bytes. Entries are never removed or moved. The kernel `appendCodes` looks up
 * and adds by the same layout (kernels/assembly/dictionary.ts); what it leaves undone is done here, by any thread.
 */
import { directoryLockAt, firstDictionaryAt, type IndexMemory } from '../kernels/index-memory.ts';
import { equalBytes } from './bytes-hash.ts';
import { type DictionaryGrowth, entriesPerChunk, tagBits, wordsPerEntry } from './dictionary.ts';

/** Words of a dictionary, as byte offsets from its address. Twin: kernels/assembly/dictionary.ts. */
const at = {
  next: 0,
  name: 4,
  nameBytes: 8,
  lock: 12,
  /** Address of the table: its mask, then at +16 pairs of hash and address of a record; address 0 is a free slot. */
  table: 16,
  count: 20,
  firstEntries: 24,
  lastEntries: 28,
  firstTexts: 32,
  lastTexts: 36,
  /** Number of the last text chunk, and how many of its bytes are taken. */
  textChunk: 40,
  textUsed: 44,
} as const;
const headerBytes = 64;
/** Chunks begin with the address of the next one and their size. */
const chunkHeader = 16;
const entryChunkBytes = chunkHeader + entriesPerChunk * wordsPerEntry * 4;
/** A record: id, length with tag, text. */
const recordHeader = 8;
/** Text chunks double, so that small fields stay small. */
const smallestTextChunk = 1 << 12;
const largestTextChunk = 1 << 20;
/** The kernel compares 64 bytes at a time. */
const copySlack = 64;
const firstSlots = 1 << 10;

/** There is no more memory; a column whose text finds none keeps its texts in the file. */
export const noRoom = -1;

export class SharedDictionary {
  readonly field: string;
  readonly address: number;
  readonly #memory: IndexMemory;
  #toldCount = 0;
  #toldTexts = 0;
  #toldEntries = 0;

  constructor(field: string, address: number, memory: IndexMemory) {
    this.field = field;
    this.address = address;
    this.#memory = memory;
  }

  get count(): number {
    return Atomics.load(this.#memory.words, (this.address + at.count) >>> 2);
  }

  /** The id of the text in bytes [start, end), added when it is new; `noRoom` when it cannot be. */
  idOf(bytes: Uint8Array, view: DataView, start: number, end: number, hash: number, tag: number): number {
    const wanted = ((end - start) << tagBits) | tag;
    const found = this.find(view, start, end, hash, tag);
    if (found >= 0) return found;
    return this.#memory.locked(this.address + at.lock, () => {
      // Another thread may have added it meanwhile.
      const again = this.find(view, start, end, hash, tag);
      return again >= 0 ? again : this.#add(bytes.subarray(start, end), hash >>> 0, wanted >>> 0);
    });
  }

  /** The id of a text that is there, else -1. */
  find(view: DataView, start: number, end: number, hash: number, tag: number): number {
    const memory = this.#memory;
    const length = end - start;
    const wanted = ((length << tagBits) | tag) >>> 0;
    const wantedHash = hash >>> 0;
    const table = Atomics.load(memory.words, (this.address + at.table) >>> 2);
    memory.cover(table + chunkHeader);
    const mask = memory.words[table >>> 2];
    memory.cover(table + chunkHeader + (mask + 1) * 8);
    const slots = (table + chunkHeader) >>> 2;
    for (let slot = wantedHash & mask; ; slot = (slot + 1) & mask) {
      const record = Atomics.load(memory.words, slots + slot * 2 + 1);
      if (record === 0) return -1;
      if (memory.words[slots + slot * 2] !== wantedHash) continue;
      memory.cover(record + recordHeader + length);
      if (memory.words[(record >>> 2) + 1] !== wanted) continue;
      if (equalBytes(memory.view, record + recordHeader, view, start, length)) return memory.words[record >>> 2];
    }
  }

  /** What readers have to be told since the last call; undefined when there is nothing. One thread only asks. */
  takeGrowth(): DictionaryGrowth | undefined {
    const { count } = this;
    if (count === this.#toldCount) return undefined;
    const memory = this.#memory;
    const header = this.address;
    const texts: Uint8Array[] = [];
    const entries: Uint32Array[] = [];
    const after = (told: number, first: number): number =>
      Atomics.load(memory.words, (told === 0 ? header + first : told) >>> 2);
    for (let chunk = after(this.#toldTexts, at.firstTexts); chunk !== 0; chunk = after(chunk, 0)) {
      memory.cover(chunk + chunkHeader);
      const size = memory.words[(chunk >>> 2) + 1];
      memory.cover(chunk + chunkHeader + size);
      texts.push(new Uint8Array(memory.words.buffer, chunk + chunkHeader, size));
      this.#toldTexts = chunk;
    }
    for (let chunk = after(this.#toldEntries, at.firstEntries); chunk !== 0; chunk = after(chunk, 0)) {
      memory.cover(chunk + entryChunkBytes);
      entries.push(new Uint32Array(memory.words.buffer, chunk + chunkHeader, entriesPerChunk * wordsPerEntry));
      this.#toldEntries = chunk;
    }
    this.#toldCount = count;
    return { field: this.field, count, texts, entries };
  }

  /** Under the lock. */
  #add(bytes: Uint8Array, hash: number, lengthAndTag: number): number {
    const memory = this.#memory;
    const header = this.address >>> 2;
    const id = memory.words[header + (at.count >>> 2)];
    if (!this.#makeRoom(id, bytes.length)) return noRoom;
    const { words } = memory;
    const chunk = words[header + (at.lastTexts >>> 2)];
    const used = words[header + (at.textUsed >>> 2)];
    const record = chunk + chunkHeader + used;
    words[record >>> 2] = id;
    words[(record >>> 2) + 1] = lengthAndTag;
    memory.bytes.set(bytes, record + recordHeader);
    words[header + (at.textUsed >>> 2)] = used + Math.ceil((recordHeader + bytes.length) / 4) * 4;
    const entry =
      (words[header + (at.lastEntries >>> 2)] + chunkHeader + (id % entriesPerChunk) * wordsPerEntry * 4) >>> 2;
    words[entry] = words[header + (at.textChunk >>> 2)];
    words[entry + 1] = used + recordHeader;
    words[entry + 2] = lengthAndTag;
    Atomics.store(words, header + (at.count >>> 2), id + 1);
    place(words, words[header + (at.table >>> 2)], hash, record);
    return id;
  }

  /** Room for one more text of `length` bytes. */
  #makeRoom(count: number, length: number): boolean {
    const memory = this.#memory;
    const header = this.address >>> 2;
    const word = (offset: number): number => memory.words[header + (offset >>> 2)];
    const lastTexts = word(at.lastTexts);
    const needed = recordHeader + length + copySlack;
    if (lastTexts === 0 || word(at.textUsed) + needed > memory.words[(lastTexts >>> 2) + 1]) {
      const chunks = lastTexts === 0 ? 0 : word(at.textChunk) + 1;
      const size = Math.max(needed, Math.min(largestTextChunk, smallestTextChunk << Math.min(8, chunks)));
      const chunk = this.#chunk(chunkHeader + size, at.firstTexts, at.lastTexts, lastTexts, size);
      if (chunk === 0) return false;
      memory.words[header + (at.textChunk >>> 2)] = chunks;
      memory.words[header + (at.textUsed >>> 2)] = 0;
    }
    if (count % entriesPerChunk === 0) {
      const last = word(at.lastEntries);
      // The chunk may be there already, when the last text found no room elsewhere.
      const chunks = count / entriesPerChunk;
      if (last === 0 || memory.words[(last >>> 2) + 1] < chunks + 1) {
        if (this.#chunk(entryChunkBytes, at.firstEntries, at.lastEntries, last, chunks + 1) === 0) return false;
      }
    }
    const table = word(at.table);
    const slots = memory.words[table >>> 2] + 1;
    return (count + 1) * 2 <= slots || this.#growTable(table, slots);
  }

  /** Appends a chunk to a chain; the second word of a text chunk is its size, of an entry chunk its number from 1. */
  #chunk(bytes: number, first: number, lastOf: number, last: number, second: number): number {
    const memory = this.#memory;
    const chunk = memory.allocate(bytes);
    if (chunk === 0) return 0;
    memory.cover(chunk + bytes);
    const { words } = memory;
    words[(chunk >>> 2) + 1] = second;
    words[(this.address + lastOf) >>> 2] = chunk;
    Atomics.store(words, (last === 0 ? this.address + first : last) >>> 2, chunk);
    return chunk;
  }

  /** Other threads may go on reading the table before: what they miss there they look up again under the lock. */
  #growTable(table: number, slots: number): boolean {
    const memory = this.#memory;
    // What tables leave behind adds up to a third of the last one while they are small, later to as much again.
    const larger = slots * (slots < 1 << 16 ? 4 : 2);
    const fresh = createTable(memory, larger);
    if (fresh === 0) return false;
    const { words } = memory;
    const from = (table + chunkHeader) >>> 2;
    for (let slot = 0; slot < slots; slot++) {
      const record = words[from + slot * 2 + 1];
      if (record === 0) continue;
      // Nobody knows this table yet: plain stores, made public with it.
      const free = freeSlot(words, fresh, words[from + slot * 2]);
      words[free] = words[from + slot * 2];
      words[free + 1] = record;
    }
    Atomics.store(words, (this.address + at.table) >>> 2, fresh);
    return true;
  }
}

function createTable(memory: IndexMemory, slots: number): number {
  const bytes = chunkHeader + slots * 8;
  const table = memory.allocate(bytes);
  if (table === 0) return 0;
  memory.cover(table + bytes);
  memory.words[table >>> 2] = slots - 1;
  return table;
}

function place(words: Uint32Array, table: number, hash: number, record: number): void {
  const free = freeSlot(words, table, hash);
  words[free] = hash;
  // Last, and with everything before it: a record that another thread finds is complete.
  Atomics.store(words, free + 1, record);
}

/** The first word of the free slot in which a text of this hash belongs. */
function freeSlot(words: Uint32Array, table: number, hash: number): number {
  const mask = words[table >>> 2];
  const slots = (table + chunkHeader) >>> 2;
  let slot = hash & mask;
  while (words[slots + slot * 2 + 1] !== 0) slot = (slot + 1) & mask;
  return slots + slot * 2;
}

/** The dictionaries of a run by field. Each thread has its own of these over the same memory. */
export class SharedDictionaries {
  readonly memory: IndexMemory;
  readonly #byField = new Map<string, SharedDictionary>();

  constructor(memory: IndexMemory) {
    this.memory = memory;
  }

  /** undefined when there is no room for another dictionary. */
  of(field: string): SharedDictionary | undefined {
    let dictionary = this.#byField.get(field);
    if (dictionary === undefined) {
      const address = this.memory.locked(directoryLockAt, () => this.#find(field) || this.#create(field));
      if (address === 0) return undefined;
      this.#byField.set(field, (dictionary = new SharedDictionary(field, address, this.memory)));
    }
    return dictionary;
  }

  /** Those of all fields, also of fields that only other threads have met. */
  all(): readonly SharedDictionary[] {
    const { memory } = this;
    memory.locked(directoryLockAt, () => {
      for (let next = memory.words[firstDictionaryAt >>> 2]; next !== 0; next = memory.words[next >>> 2]) {
        const field = this.#nameAt(next);
        if (!this.#byField.has(field)) this.#byField.set(field, new SharedDictionary(field, next, memory));
      }
    });
    return [...this.#byField.values()];
  }

  #nameAt(dictionary: number): string {
    const { words, bytes } = this.memory;
    const name = words[(dictionary + at.name) >>> 2];
    return bytes.toString('utf16le', name, name + words[(dictionary + at.nameBytes) >>> 2]);
  }

  /** Under the directory's lock. Names are compared as UTF-16: a name may hold half a surrogate pair. */
  #find(field: string): number {
    const { memory } = this;
    let dictionary = memory.words[firstDictionaryAt >>> 2];
    while (dictionary !== 0) {
      if (this.#nameAt(dictionary) === field) return dictionary;
      dictionary = memory.words[dictionary >>> 2];
    }
    return 0;
  }

  #create(field: string): number {
    const { memory } = this;
    const name = Buffer.from(field, 'utf16le');
    const address = memory.allocate(headerBytes + name.length);
    const table = address === 0 ? 0 : createTable(memory, firstSlots);
    if (table === 0) return 0;
    memory.cover(address + headerBytes + name.length);
    const word = address >>> 2;
    memory.bytes.set(name, address + headerBytes);
    const { words } = memory;
    words[word + (at.name >>> 2)] = address + headerBytes;
    words[word + (at.nameBytes >>> 2)] = name.length;
    words[word + (at.table >>> 2)] = table;
    words[word] = words[firstDictionaryAt >>> 2];
    words[firstDictionaryAt >>> 2] = address;
    return address;
  }
}
