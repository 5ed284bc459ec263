/**
 * Texts of one column of the segment that is being built: each becomes an entry of the run's dictionary, and a code of
 * the segment, from 1 in the order in which they come. Belongs to a column builder; emptied for each segment.
 *
 * Its arrays may lie in a kernel's memory. The kernel then looks up whole batches of texts and stops at what it leaves
 * to this code: values that are no plain text, texts that are new and not UTF-8, and arrays that must grow.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { SourceText, textDecoderFor } from '../formats/index.ts';
import type { IndexMemory } from '../kernels/index-memory.ts';
import { KernelMemory } from '../kernels/kernel-memory.ts';
import { hashText, textKeys, viewOfBytes } from './bytes-hash.ts';
import { Tag } from './dictionary.ts';
import type { CellColumn } from './row-table.ts';
import { noRoom, SharedDictionaries, type SharedDictionary } from './shared-dictionary.ts';

/** Longer values are never dictionary entries. */
export const longestEntry = 16_384;
/** A column gives up its codes when their texts take more than this in one segment. */
export const dictionaryBytesLimit = 24 << 20;

/** An entry's code in the current segment, with the segment's stamp above it: others are codes of earlier segments. */
const codeBits = 17;
const lastStamp = (1 << (32 - codeBits)) - 1;
/** Codes of a segment: at most as many as it has records, and one behind them that the kernel writes. */
const mostCodes = (1 << 16) + 1;
const fewCodes = 1 << 10;
/** In a kernel's memory, where untouched pages cost nothing. */
const fewEntriesInMemory = 1 << 16;

/** Words of the state that the kernel reads and writes: as in kernels/assembly/dictionary.ts. */
const stateWords = 16;
/** Records of texts that came last, by some of their bytes. */
const memoWords = 256;

/** A field of flags or levels has a handful of values; one with more gains nothing from remembering them. */
const mostKnown = 256;

const encoder = new TextEncoder();
const utf8 = new TextDecoder();

/** Where the kernel puts codes and places of a column's texts: addresses of the first row. */
export interface CodeTargets {
  readonly codes: number;
  readonly starts: number;
  readonly lengths: number;
}

/** The codes of a field's entries; kept by a thread from segment to segment of a run. */
class EntryCodes {
  /** By entry: stamp and code. */
  byEntry: Uint32Array;
  /** By code less one: the entry. */
  ids: Uint32Array;
  count = 0;
  stamp = 1;
  /** For the kernel: where these lie in its memory, 0: on the heap. */
  byEntryAddress: number;
  idsAddress: number;
  readonly memoAddress: number;
  readonly #kernels: KernelMemory | undefined;

  constructor(kernels: KernelMemory | undefined) {
    this.#kernels = kernels;
    this.byEntry = kernels?.keepWords(fewEntriesInMemory) ?? new Uint32Array(fewCodes);
    this.ids = kernels?.keepWords(mostCodes) ?? new Uint32Array(fewCodes);
    const memo = kernels?.keepWords(memoWords);
    this.byEntryAddress = kernels?.addressOf(this.byEntry) ?? 0;
    this.idsAddress = kernels?.addressOf(this.ids) ?? 0;
    this.memoAddress = memo === undefined ? 0 : (kernels?.addressOf(memo) ?? 0);
  }

  clear(): void {
    this.count = 0;
    if (++this.stamp <= lastStamp) return;
    this.byEntry.fill(0);
    this.stamp = 1;
  }

  codeOf(id: number): number {
    if (id >= this.byEntry.length) this.reach(id);
    const known = this.byEntry[id];
    if (known >>> codeBits === this.stamp) return known & ((1 << codeBits) - 1);
    if (this.count === this.ids.length) {
      this.ids = larger(this.ids, new Uint32Array(this.ids.length * 2));
      this.idsAddress = 0;
    }
    this.ids[this.count++] = id;
    this.byEntry[id] = (this.stamp << codeBits) | this.count;
    return this.count;
  }

  reach(id: number): void {
    let size = this.byEntry.length;
    while (size <= id) size *= 4;
    this.byEntry = larger(this.byEntry, this.#kernels?.keepWords(size) ?? new Uint32Array(size));
    this.byEntryAddress = this.#kernels?.addressOf(this.byEntry) ?? 0;
  }
}

function larger(old: Uint32Array, fresh: Uint32Array): Uint32Array {
  fresh.set(old);
  return fresh;
}

/** What a thread needs to build segments of a run, one pass at a time. */
export class BuildMemory {
  readonly dictionaries: SharedDictionaries;
  readonly kernels: KernelMemory | undefined;
  readonly #codes = new Map<string, EntryCodes>();

  constructor(dictionaries: SharedDictionaries, kernels?: KernelMemory) {
    this.dictionaries = dictionaries;
    this.kernels = kernels;
  }

  /** With kernels, if there are any, and if the memory has room for them. */
  static create(memory: IndexMemory, kernels: WebAssembly.Module | undefined): BuildMemory {
    return new BuildMemory(
      new SharedDictionaries(memory),
      kernels === undefined ? undefined : KernelMemory.create(kernels, memory),
    );
  }

  codesOf(field: string): EntryCodes {
    let codes = this.#codes.get(field);
    if (codes === undefined) {
      const kernels = this.#codes.size < mostKernelDictionaries ? this.kernels : undefined;
      this.#codes.set(field, (codes = new EntryCodes(kernels)));
    }
    return codes;
  }
}
/** As many fields have their codes in the kernels' memory: those that come first, as in row-table.ts. */
const mostKernelDictionaries = 64;

export class ColumnDictionary {
  readonly #entries: SharedDictionary | undefined;
  readonly #codes: EntryCodes;
  /** Of the hash. */
  readonly #keys: Uint32Array;
  /** undefined: the source is UTF-8. */
  readonly #decode: ((bytes: Uint8Array) => string) | undefined;
  readonly #text: SourceText;
  readonly #kernels: KernelMemory | undefined;
  readonly #state: Uint32Array | undefined;
  /** The keys in the kernels' memory; 0: they are not there. */
  readonly #keysAddress: number;
  #used = 0;
  #tags = 0;
  /** By tag: codes of this segment's first few values that are no plain text, such as flags, to spare encoding them. */
  readonly #known: (Map<string, number> | undefined)[] = [];
  /** Codes of the last call of `append` that stand for no value. */
  nulls = 0;

  constructor(field: string, seed: number, encoding: string, memory: BuildMemory) {
    this.#entries = memory.dictionaries.of(field);
    this.#codes = memory.codesOf(field);
    this.#keys = textKeys(seed);
    this.#decode = encoding === 'utf-8' ? undefined : textDecoderFor(encoding);
    this.#text = new SourceText(encoding);
    this.#kernels = memory.kernels;
    this.#state = memory.kernels?.takeWords(stateWords);
    const keys = memory.kernels?.takeWords(this.#keys.length);
    keys?.set(this.#keys);
    this.#keysAddress = keys?.byteOffset ?? 0;
    this.clear();
  }

  get count(): number {
    return this.#codes.count;
  }

  /** Bytes of the segment's different texts. */
  get bytesUsed(): number {
    return this.#used;
  }

  /** Kinds of values that came: a bit for each tag. */
  get tags(): number {
    return this.#tags;
  }

  /** The entry of each code. */
  get ids(): Uint32Array {
    return this.#codes.ids.subarray(0, this.#codes.count);
  }

  clear(): void {
    this.#codes.clear();
    this.#used = 0;
    this.#tags = 0;
    this.#known.length = 0;
  }

  /** Code of the text in bytes [start, end), which are in the source's encoding; 0 when there is no room for it. */
  addBytes(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const entries = this.#entries;
    if (entries === undefined) return 0;
    // Entries are UTF-8: bytes of another encoding may look like one that they are not.
    if (this.#decode !== undefined && !isAsciiText(bytes, start, end)) {
      return this.addText(this.#decode(bytes.subarray(start, end)), Tag.text);
    }
    const hash = hashText(view, start, end, this.#keys, Tag.text);
    const found = entries.find(view, start, end, hash, Tag.text);
    if (found >= 0) return this.#codeOf(found, end - start, Tag.text);
    if (!isAsciiText(bytes, start, end)) {
      const piece = bytes.subarray(start, end);
      // Not UTF-8 as it stands: the entry is the text that people see, so that equal texts share one entry.
      if (!isUtf8(piece)) return this.addText(utf8.decode(piece), Tag.text);
    }
    return this.#codeOf(entries.idOf(bytes, view, start, end, hash, Tag.text), end - start, Tag.text);
  }

  addText(text: string, tag: Tag): number {
    const known = this.#known[tag]?.get(text);
    if (known !== undefined) return known;
    const entries = this.#entries;
    if (entries === undefined) return 0;
    const bytes = encoder.encode(text);
    const view = viewOfBytes(bytes);
    const hash = hashText(view, 0, bytes.length, this.#keys, tag);
    const code = this.#codeOf(entries.idOf(bytes, view, 0, bytes.length, hash, tag), bytes.length, tag);
    const texts = (this.#known[tag] ??= new Map());
    if (code !== 0 && texts.size < mostKnown) texts.set(text, code);
    return code;
  }

  #codeOf(id: number, length: number, tag: Tag): number {
    if (id === noRoom) return 0;
    const before = this.#codes.count;
    const code = this.#codes.codeOf(id);
    if (this.#codes.count > before) this.#used += length;
    this.#tags |= 1 << tag;
    return code;
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
    const kernels = this.#kernels;
    const state = this.#prepared(cells, targets);
    if (kernels === undefined || state === undefined) return from;
    const reached = kernels.exports.appendCodes(
      state.byteOffset,
      cells.address,
      from,
      to,
      recordStarts.byteOffset,
      kernels.chunkAddress,
      targets.codes,
      targets.starts,
      targets.lengths,
      ahead,
    );
    this.#takeBack(state);
    if (reached - from > this.nulls + state[15]) this.#tags |= 1 << Tag.text;
    return reached;
  }

  /** The same of cells that stand in their records as they are written, and of absent ones. */
  appendValues(cells: CellColumn, from: number, to: number, targets: CodeTargets, ahead: number): number {
    const kernels = this.#kernels;
    const state = this.#prepared(cells, targets);
    if (kernels === undefined || state === undefined) return from;
    const reached = kernels.exports.appendValues(
      state.byteOffset,
      cells.address,
      from,
      to,
      kernels.chunkAddress,
      targets.codes,
      targets.lengths,
      ahead,
    );
    this.#takeBack(state);
    this.#tags |= state[15];
    return reached;
  }

  /** The kernel's state as it is now; undefined when something of it does not lie in the kernel's memory. */
  #prepared(cells: CellColumn, targets: CodeTargets): Uint32Array | undefined {
    this.nulls = 0;
    const entries = this.#entries;
    const state = this.#state;
    if (entries === undefined || state === undefined) return undefined;
    if (cells.address === 0 || targets.lengths === 0 || targets.codes === 0 || targets.starts === 0) return undefined;
    const codes = this.#codes;
    // So that the kernel need not stop for it again and again.
    const { count } = entries;
    if (count * 2 > codes.byEntry.length) codes.reach(count * 2);
    const { byEntryAddress, idsAddress, memoAddress } = codes;
    if (byEntryAddress === 0 || idsAddress === 0 || memoAddress === 0 || this.#keysAddress === 0) return undefined;
    state[0] = codes.count;
    state[1] = this.#used;
    state[2] = 0;
    state[3] = entries.address;
    state[4] = byEntryAddress;
    state[5] = codes.byEntry.length;
    state[6] = idsAddress;
    state[7] = codes.stamp;
    state[8] = this.#keysAddress;
    state[9] = longestEntry;
    state[10] = dictionaryBytesLimit;
    state[11] = this.#decode === undefined ? 1 : 0;
    state[12] = memoAddress;
    const flags = this.#known[Tag.boolean];
    state[13] = flags?.get('true') ?? 0;
    state[14] = flags?.get('false') ?? 0;
    return state;
  }

  #takeBack(state: Uint32Array): void {
    this.#codes.count = state[0];
    this.#used = state[1];
    this.nulls = state[2];
  }

  /** The text of a cell that stands in its record as it is written. */
  textOf(bytes: Uint8Array, start: number, end: number): string {
    return this.#text.read(bytes, start, end);
  }
}

/** A loop for the short texts that most are: the native one costs a view of the bytes. */
function isAsciiText(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > 64) return isAscii(bytes.subarray(start, end));
  for (let at = start; at < end; at++) if (bytes[at] >= 128) return false;
  return true;
}
