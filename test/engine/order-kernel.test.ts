/** The kernel that orders texts against its plain twin. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dictionaryRanks } from '../../src-main/index/sort.ts';
import { orderOfTexts } from '../../src-main/index/text-order.ts';
import { OrderKernel } from '../../src-main/kernels/order-kernel.ts';
import { builtFile } from '../../src-main/workers/entry.ts';
import { orderEntriesBy } from '../../src-main/workers/sort-keys.ts';
import { generateBuffer } from '../generate/generate.mjs';
import { openLog } from './open-log.ts';

const module = new WebAssembly.Module(new Uint8Array(readFileSync(builtFile('order.wasm'))));

interface Ordered {
  readonly texts: readonly string[];
  readonly repeats: readonly number[];
}

function byKernel(texts: readonly Uint8Array[]): Ordered {
  const kernel = new OrderKernel(module);
  const entries = kernel.memory.take(texts.length * 8);
  texts.forEach((text, id) => {
    const at = kernel.memory.take(text.length);
    // What stands behind a text must not count.
    kernel.memory.bytes.fill(id % 3 === 0 ? 0xff : 0x41, at, at + text.length + 8);
    kernel.memory.bytes.set(text, at);
    kernel.memory.words.set([at, text.length], entries / 4 + id * 2);
  });
  const { order, repeats } = kernel.order(entries, Uint32Array.from(texts.keys()));
  return { texts: Array.from(order, (id) => Buffer.from(texts[id]).toString('hex')), repeats: [...repeats] };
}

function plainly(texts: readonly Uint8Array[]): Ordered {
  const { order, repeats } = orderOfTexts({
    buffers: texts,
    bufferOf: Uint32Array.from(texts.keys()),
    starts: new Uint32Array(texts.length),
    lengths: Uint32Array.from(texts, ({ length }) => length),
  });
  return { texts: Array.from(order, (id) => Buffer.from(texts[id]).toString('hex')), repeats: [...repeats] };
}

describe('the kernel of orders', () => {
  it('orders texts by their bytes as the plain twin does, however they share their beginnings', () => {
    const piece = fc.uint8Array({ maxLength: 9 });
    const prefix = fc.constantFrom(
      ...['', '/api/v1', '/api/v1/users/', '\0', '\0'.repeat(7), '\0'.repeat(8), 'x'.repeat(40)].map((s) =>
        Buffer.from(s),
      ),
    );
    const text = fc.tuple(prefix, prefix, piece).map((parts) => new Uint8Array(Buffer.concat(parts)));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 400, size: 'max' }), (texts) => {
        expect(byKernel(texts)).toEqual(plainly(texts));
      }),
      { numRuns: 200 },
    );
  });

  it('orders many equal texts, and texts in order already', () => {
    const paths = Array.from({ length: 30_000 }, (_, n) => Buffer.from(`/static/assets/${Math.floor(n / 3)}.css`));
    for (const texts of [paths, paths.toReversed(), paths.map(() => Buffer.from('/the/same/for/all'))]) {
      expect(byKernel(texts)).toEqual(plainly(texts));
    }
  });

  it.each(['access', 'json', 'app'] as const)('gives entries of a log of kind %s the ranks of plain code', (kind) => {
    const log = openLog(generateBuffer({ kind, lines: 6000, seed: 4, hostile: 0.1, longLineBytes: 900 }), {
      withKernels: true,
    });
    try {
      for (const name of log.types.keys()) {
        const dictionary = log.source.dictionary(name);
        if (dictionary === undefined) continue;
        expect(dictionaryRanks(dictionary, orderEntriesBy(module))).toEqual(dictionaryRanks(dictionary));
      }
    } finally {
      log.close();
    }
  });
});
