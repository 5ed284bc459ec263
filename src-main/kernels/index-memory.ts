/**
 * Memory that all threads of one index run share: it holds the run's dictionaries, and the arrays in which kernels work.
 *
 * It is a WebAssembly memory, because kernels can be given no other, and it grows without moving: an address stays what
 * it is, and plain code uses the same bytes through views. Nothing in it is ever freed; it goes when the run goes.
 */

const pageBytes = 1 << 16;
/** The last page is left out, so that every address and every end fit 32 bits. */
const mostPages = 65_535;
/** Each growth tells every thread, so it is worth 4 MiB; pages that nobody touches cost only address space. */
const growthPages = 64;

/** Words at the beginning of the memory, as byte addresses: what is free from where on, and the dictionaries. */
const nextAt = pageBytes;
export const directoryLockAt = pageBytes + 4;
export const firstDictionaryAt = pageBytes + 8;
const firstFree = pageBytes + 64;

/** Whoever holds a lock is done within microseconds, or milliseconds when a table grows. */
const lockWaitMs = 0.05;
const lockGivenUpMs = 20_000;

export class IndexMemory {
  /** What other threads are given. */
  readonly memory: WebAssembly.Memory;
  #bytes: Buffer;
  #words: Uint32Array;
  #view: DataView;

  constructor(memory: WebAssembly.Memory) {
    this.memory = memory;
    this.#bytes = Buffer.from(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
    this.#view = new DataView(memory.buffer);
  }

  /** Where the system gives less address space than asked for, less is asked for. */
  static create(): IndexMemory {
    const initial = 2;
    for (let maximum = mostPages; ; maximum >>>= 2) {
      try {
        const memory = new IndexMemory(new WebAssembly.Memory({ initial, maximum, shared: true }));
        memory.words[nextAt >>> 2] = firstFree;
        return memory;
      } catch (error) {
        if (!(error instanceof RangeError) || maximum < 4096) throw error;
      }
    }
  }

  /** All bytes by address; a later growth leaves these views as they are, and valid. */
  get bytes(): Buffer {
    return this.#bytes;
  }
  get words(): Uint32Array {
    return this.#words;
  }
  get view(): DataView {
    return this.#view;
  }

  /** Makes the views reach to `end`, an address that some thread was given. */
  cover(end: number): void {
    if (end > this.#bytes.length) this.#refresh();
  }

  /** The address of `bytes` fresh bytes, zero and aligned to 16; 0 when there are no more. */
  allocate(bytes: number): number {
    for (;;) {
      const at = Atomics.load(this.#words, nextAt >>> 2);
      const end = at + Math.ceil(bytes / 16) * 16;
      if (!this.#reach(end)) return 0;
      if (Atomics.compareExchange(this.#words, nextAt >>> 2, at, end) === at) return at;
    }
  }

  /** Runs `use` while no other thread holds the lock at this address, which kernels know too; all views reach far enough. */
  locked<T>(lockAt: number, use: () => T): T {
    const integers = new Int32Array(this.#bytes.buffer, lockAt, 1);
    let until = 0;
    while (Atomics.compareExchange(integers, 0, 0, 1) !== 0) {
      const now = performance.now();
      if (until === 0) until = now + lockGivenUpMs;
      else if (now > until) throw new Error('the thread that held a dictionary is gone');
      Atomics.wait(integers, 0, 1, lockWaitMs);
    }
    try {
      // Whatever can be reached now was allocated before.
      this.cover(Atomics.load(this.#words, nextAt >>> 2));
      return use();
    } finally {
      Atomics.store(integers, 0, 0);
    }
  }

  #reach(end: number): boolean {
    if (end <= this.#bytes.length) return true;
    this.#refresh();
    const missing = Math.ceil((end - this.#bytes.length) / pageBytes);
    if (missing <= 0) return true;
    try {
      this.memory.grow(Math.max(missing, growthPages));
    } catch {
      try {
        this.memory.grow(missing);
      } catch (error) {
        if (error instanceof RangeError) return false;
        throw error;
      }
    }
    this.#refresh();
    return end <= this.#bytes.length;
  }

  #refresh(): void {
    // Growing by nothing makes this thread see what others have grown.
    this.memory.grow(0);
    const { buffer } = this.memory;
    this.#bytes = Buffer.from(buffer);
    this.#words = new Uint32Array(buffer);
    this.#view = new DataView(buffer);
  }
}
