/** Memory of a kernel that one task or export has to itself: room is taken and never given back but with all of it. */

/** What copies of 16 bytes read and write too much. */
const slack = 64;
const pageBytes = 65_536;
const firstPages = 64;

export class GrowingMemory {
  readonly memory: WebAssembly.Memory;
  #bytes: Buffer;
  #words: Uint32Array;
  /** The first page is left to AssemblyScript. */
  #used = pageBytes;

  constructor() {
    this.memory = new WebAssembly.Memory({ initial: firstPages });
    this.#bytes = Buffer.from(this.memory.buffer);
    this.#words = new Uint32Array(this.memory.buffer);
  }

  /** All of the memory; another one when it has grown. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  get words(): Uint32Array {
    return this.#words;
  }

  /** Room for so many bytes, and some that may be read and written behind them; at a multiple of 16. */
  take(bytes: number): number {
    const at = this.#used;
    this.#used = at + Math.ceil((bytes + slack) / 16) * 16;
    const missing = this.#used - this.memory.buffer.byteLength;
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / pageBytes));
      this.#bytes = Buffer.from(this.memory.buffer);
      this.#words = new Uint32Array(this.memory.buffer);
    }
    return at;
  }
}
