/**
 * The part of a run's memory in which the kernels of one thread work, and those kernels; used by one pass at a time.
 *
 * The bytes of the file are read straight into it, and staging table and columns take their arrays from it; when its
 * part is used up, they take theirs from the heap and do without kernels. Pages that are never touched cost nothing.
 */
import type { IndexMemory } from './index-memory.ts';

/** Reads records into staged rows; returns the row behind the last one. */
type ReadLines = (
  plan: number,
  bytes: number,
  from: number,
  before: number,
  filled: number,
  firstRow: number,
  lastRow: number,
  staging: number,
  recordStarts: number,
) => number;
/** The same of records of several lines, with the numbers of their first ones. */
type ReadRecords = (...args: [...Parameters<ReadLines>, recordLines: number]) => number;

/** The exports of indexing.as.ts; addresses and counts. */
export interface IndexingKernels {
  readonly readLines: ReadLines;
  readonly readJson: ReadLines;
  readonly readLogfmt: ReadLines;
  readonly readCells: ReadRecords;
  addKey(plan: number, entry: number): void;
  readonly readRecords: ReadRecords;
  appendCodes(
    state: number,
    column: number,
    from: number,
    to: number,
    recordStarts: number,
    bytes: number,
    codes: number,
    starts: number,
    lengths: number,
    ahead: number,
  ): number;
  appendValues(
    state: number,
    column: number,
    from: number,
    to: number,
    bytes: number,
    codes: number,
    lengths: number,
    scratch: number,
  ): number;
  appendNumbers(state: number, column: number, from: number, to: number, numbers: number): number;
  appendSpans(column: number, from: number, to: number, recordStarts: number, starts: number, lengths: number): number;
  clearKinds(staging: number, columns: number, rows: number): void;
  narrowWords(words: number, count: number, width: number): void;
  narrowNumbers(numbers: number, count: number, width: number, shift: number): void;
  lastStart(starts: number, lengths: number, count: number): number;
  longestSpan(lengths: number, count: number): number;
}

/** Holds the longest line (16 MiB) with the chunks around it; a longer record moves the buffer to the heap. */
const bufferBytes = 40 << 20;
/** Room for 64 columns of 65,536 records (768 KiB each), the staging table and what formats need. */
const arenaBytes = 56 << 20;

/** Reads the time at [from, to) of the buffer for the kernel's step: the instant, or NaN. */
export type ReadTime = (step: number, from: number, to: number) => number;

/** Converts the value at [from, to) of the buffer, of a key's node and of a TokenKind, to a number; NaN: it does not. */
export type ConvertValue = (node: number, kind: number, from: number, to: number, number: number) => number;

/** What the kernel of records asks the parser; all places are positions in the buffer. */
export interface RecordReaders {
  /** The end of the time that begins at `from`, or -1. */
  readTime(from: number, to: number): number;
  /** The ordinal of a level word, or -1. */
  readLevel(from: number, to: number): number;
  /** Sets what the message of a staged record tells. */
  setMessage(row: number, from: number, tail: number, firstEnd: number, end: number, isMonolog: number): void;
}

/** undefined where the engine has no SIMD or no shared memory. */
export function compileKernels(wasm: Uint8Array<ArrayBuffer>): WebAssembly.Module | undefined {
  try {
    return new WebAssembly.Module(wasm);
  } catch (error) {
    if (error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  }
}

/** Reads what stands before the record of the line [from, to) of the buffer; where the record begins, -1: not sure. */
export type ReadPrefix = (from: number, to: number) => number;

/** Reads the trace at [from, to) of the buffer, of a key's node and of a TokenKind: what of it there is, as bits. */
export type ReadTrace = (node: number, kind: number, from: number, to: number) => number;

export class KernelMemory {
  readonly exports: IndexingKernels;
  /** The memory as far as it reached when this part of it was taken. */
  readonly buffer: ArrayBufferLike;
  /** Where chunks of the file are read to. */
  readonly chunk: Buffer;
  readonly chunkAddress: number;
  readTime: ReadTime = () => Number.NaN;
  convertValue: ConvertValue = () => Number.NaN;
  records: RecordReaders | undefined;
  readPrefix: ReadPrefix = () => -1;
  readTrace: ReadTrace = () => 0;
  readonly #memory: IndexMemory;
  readonly #from: number;
  readonly #end: number;
  #next: number;

  private constructor(module: WebAssembly.Module, memory: IndexMemory, at: number) {
    this.#memory = memory;
    const readTime: ReadTime = (step, from, to) => this.readTime(step, from, to);
    const convertValue: ConvertValue = (node, kind, from, to, number) =>
      this.convertValue(node, kind, from, to, number);
    const records: Omit<RecordReaders, 'readLevel'> = {
      readTime: (from, to) => this.records?.readTime(from, to) ?? -1,
      setMessage: (...message) => this.records?.setMessage(...message),
    };
    const readTrace: ReadTrace = (node, kind, from, to) => this.readTrace(node, kind, from, to);
    const readPrefix: ReadPrefix = (from, to) => this.readPrefix(from, to);
    const { exports } = new WebAssembly.Instance(module, {
      env: { memory: memory.memory },
      'line-values': { readTime },
      'keyed-values': { convertValue, readTrace },
      records: { ...records },
      templates: { readLevel: (from: number, to: number) => this.records?.readLevel(from, to) ?? -1 },
      'keyed-prefix': { readPrefix },
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what indexing.as.ts exports
    this.exports = exports as unknown as IndexingKernels;
    memory.cover(at + bufferBytes + arenaBytes);
    this.buffer = memory.bytes.buffer;
    this.chunk = Buffer.from(this.buffer, at, bufferBytes);
    this.chunkAddress = at;
    this.#next = this.#from = at + bufferBytes;
    this.#end = this.#from + arenaBytes;
  }

  /** undefined when the memory is used up. */
  static create(module: WebAssembly.Module, memory: IndexMemory): KernelMemory | undefined {
    const at = memory.allocate(bufferBytes + arenaBytes);
    return at === 0 ? undefined : new KernelMemory(module, memory, at);
  }

  /** Gives back everything that was taken. */
  reset(): void {
    this.#next = this.#from;
  }

  /** An address of `bytes` bytes, aligned to 16; 0 when there are none left. What was in there before still is. */
  take(bytes: number): number {
    const at = this.#next;
    const next = at + Math.ceil(bytes / 16) * 16;
    if (next > this.#end) return 0;
    this.#next = next;
    return at;
  }

  takeWords(length: number): Uint32Array | undefined {
    const at = this.take(length * 4);
    return at === 0 ? undefined : new Uint32Array(this.buffer, at, length);
  }

  /** Words, all zero, that are never given back; undefined when there are none left. */
  keepWords(length: number): Uint32Array | undefined {
    const at = this.#memory.allocate(length * 4);
    if (at === 0) return undefined;
    this.#memory.cover(at + length * 4);
    return new Uint32Array(this.#memory.bytes.buffer, at, length);
  }

  /** The address of an array that lies in this memory, else 0: the arrays of a pass lie here or on the heap. */
  addressOf(array: { readonly buffer: ArrayBufferLike; readonly byteOffset: number }): number {
    return array.buffer instanceof SharedArrayBuffer ? array.byteOffset : 0;
  }
}

/** Arrays in a kernel's memory while it lasts, else on the heap. */
export const takeWords = (memory: KernelMemory | undefined, length: number): Uint32Array =>
  memory?.takeWords(length) ?? new Uint32Array(length);

export function takeIntegers(memory: KernelMemory | undefined, length: number): Int32Array {
  const at = memory?.take(length * 4) ?? 0;
  return memory === undefined || at === 0 ? new Int32Array(length) : new Int32Array(memory.buffer, at, length);
}

export function takeDoubles(memory: KernelMemory | undefined, length: number): Float64Array {
  const at = memory?.take(length * 8) ?? 0;
  return memory === undefined || at === 0 ? new Float64Array(length) : new Float64Array(memory.buffer, at, length);
}
