/** The order of texts by the kernel (order.as.ts). One for each task; index/text-order.ts is the plain twin. */
import { GrowingMemory } from './growing-memory.ts';

/** What order.as.ts exports. */
interface OrderExports {
  orderTexts(
    entries: number,
    order: number,
    count: number,
    keys: number,
    spareKeys: number,
    spareOrder: number,
    tables: number,
    repeats: number,
    waiting: number,
  ): void;
}

export class OrderKernel {
  readonly memory = new GrowingMemory();
  readonly #kernel: OrderExports;

  constructor(module: WebAssembly.Module) {
    const instance = new WebAssembly.Instance(module, { env: { memory: this.memory.memory } });
    // The exports are those of order.as.ts, which is compiled with this file.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    this.#kernel = instance.exports as unknown as OrderExports;
  }

  /**
   * The ids in the order of their texts, and 1 where a text is the same as the one before it. `entries` has two words for
   * each id: the address of its text, and the length.
   */
  order(entries: number, ids: Uint32Array): { readonly order: Uint32Array; readonly repeats: Uint8Array } {
    const { memory } = this;
    const count = ids.length;
    const order = memory.take(count * 4);
    const keys = memory.take(count * 8);
    const spareKeys = memory.take(count * 8);
    const spareOrder = memory.take(count * 4);
    const tables = memory.take(8 * 1024);
    const repeats = memory.take(count);
    const waiting = memory.take((count + 2) * 6);
    memory.words.set(ids, order / 4);
    memory.bytes.fill(0, repeats, repeats + count);
    this.#kernel.orderTexts(entries, order, count, keys, spareKeys, spareOrder, tables, repeats, waiting);
    return {
      order: memory.words.slice(order / 4, order / 4 + count),
      repeats: new Uint8Array(memory.bytes.subarray(repeats, repeats + count)),
    };
  }
}
