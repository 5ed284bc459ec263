/**
 * The memory that compiled kernels work in, and the kernels. One for each worker, used by one task at a time.
 *
 * Everything the kernels touch lies in one WebAssembly memory that never grows, so that views of it stay valid; pages
 * that are never touched cost nothing. The bytes of the file are read straight into it, and staging table, columns and
 * dictionaries take their arrays from it; when it is used up, they take theirs from the heap and do without kernels.
 */

/** The exports of indexing.as.ts; addresses and counts. */
export interface IndexingKernels {
  readLines(
    plan: number,
    bytes: number,
    from: number,
    before: number,
    filled: number,
    firstRow: number,
    lastRow: number,
    staging: number,
    recordStarts: number,
  ): number;
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
  appendNumbers(state: number, column: number, from: number, to: number, numbers: number): number;
  appendSpans(column: number, from: number, to: number, recordStarts: number, starts: number, lengths: number): number;
}

/** Below are the stack and the constants of the module, of which there are none so far. */
const firstAddress = 1 << 16;
/** Holds the longest line (16 MiB) with the chunks around it; a longer record moves the buffer to the heap. */
const bufferBytes = 40 << 20;
/** Room for 24 columns of 65,536 records with their dictionaries (10 MiB each). */
const arenaBytes = 280 << 20;
const pageBytes = 1 << 16;

/** Reads the time at [from, to) of the buffer for the kernel's step: the instant, or NaN. */
export type ReadTime = (step: number, from: number, to: number) => number;

export class KernelMemory {
  readonly kernels: IndexingKernels;
  /** All of the memory. */
  readonly buffer: ArrayBuffer;
  /** Where chunks of the file are read to. */
  readonly chunk: Buffer;
  readTime: ReadTime = () => Number.NaN;
  /** Slots that the dictionary of a field needed last, so that the next one need not grow to them again. */
  readonly dictionarySlots = new Map<string, number>();
  #next = firstAddress + bufferBytes;

  private constructor(module: WebAssembly.Module) {
    const pages = (firstAddress + bufferBytes + arenaBytes) / pageBytes;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const readTime: ReadTime = (step, from, to) => this.readTime(step, from, to);
    const { exports } = new WebAssembly.Instance(module, { env: { memory }, lines: { readTime } });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what indexing.as.ts exports
    this.kernels = exports as unknown as IndexingKernels;
    this.buffer = memory.buffer;
    this.chunk = Buffer.from(this.buffer, firstAddress, bufferBytes);
  }

  /** undefined where a system does not give that much address space, or the engine has no SIMD. */
  static create(wasm: Uint8Array<ArrayBuffer>): KernelMemory | undefined {
    try {
      return new KernelMemory(new WebAssembly.Module(wasm));
    } catch (error) {
      if (error instanceof RangeError || error instanceof WebAssembly.CompileError) return undefined;
      throw error;
    }
  }

  /** Gives back everything that was taken. */
  reset(): void {
    this.#next = firstAddress + bufferBytes;
  }

  /** An address of `bytes` bytes, aligned to 16; 0 when there are none left. What was in there before still is. */
  take(bytes: number): number {
    const at = this.#next;
    const next = at + Math.ceil(bytes / 16) * 16;
    if (next > this.buffer.byteLength) return 0;
    this.#next = next;
    return at;
  }

  /** The address of an array that lies in this memory, else 0. */
  addressOf(array: { readonly buffer: ArrayBufferLike; readonly byteOffset: number }): number {
    return array.buffer === this.buffer ? array.byteOffset : 0;
  }
}

/** Arrays in a kernel's memory while it lasts, else on the heap. */
export function takeBytes(memory: KernelMemory | undefined, length: number): Uint8Array<ArrayBuffer> {
  const at = memory?.take(length) ?? 0;
  return memory === undefined || at === 0 ? new Uint8Array(length) : new Uint8Array(memory.buffer, at, length);
}

export function takeWords(memory: KernelMemory | undefined, length: number): Uint32Array<ArrayBuffer> {
  const at = memory?.take(length * 4) ?? 0;
  return memory === undefined || at === 0 ? new Uint32Array(length) : new Uint32Array(memory.buffer, at, length);
}

export function takeIntegers(memory: KernelMemory | undefined, length: number): Int32Array<ArrayBuffer> {
  const at = memory?.take(length * 4) ?? 0;
  return memory === undefined || at === 0 ? new Int32Array(length) : new Int32Array(memory.buffer, at, length);
}

export function takeDoubles(memory: KernelMemory | undefined, length: number): Float64Array<ArrayBuffer> {
  const at = memory?.take(length * 8) ?? 0;
  return memory === undefined || at === 0 ? new Float64Array(length) : new Float64Array(memory.buffer, at, length);
}
