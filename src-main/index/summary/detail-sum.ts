/** The second pass of a panel of values: sums, visitors and percentiles of the values that will be shown. */
import type { SummaryKernels } from '../../kernels/summary-kernels.ts';
import type { Words } from '../../kernels/query-kernels.ts';
import type { Batch } from './batch.ts';
import { type CodedRows, type EntryNumbers, KeyNumbers } from './coded-rows.ts';
import { resolverOf } from './dimension.ts';
import type { DistinctLimits } from './distinct.ts';
import { type LookPart, LookSums } from './look-sums.ts';
import type { PanelSum, PanelTask } from './panels.ts';
import { type SketchPart, Sketches } from './sketches.ts';

export interface DetailPart extends LookPart {
  readonly kind: 'detail';
  readonly sketch: SketchPart | undefined;
}

/** Codes of so many different are looked up as rows have them, not one by one. */
const mostCodes = 65_537;

export function detailSum(
  task: Extract<PanelTask, { readonly kind: 'detail' }>,
  zone: string,
  limits: DistinctLimits,
  kernels: SummaryKernels,
): PanelSum {
  const { dimension } = task;
  const keys = new KeyNumbers(task.keys, task.texts);
  const resolver = resolverOf(dimension, keys, zone);
  const size = keys.keys.length + 1;
  const sums = new LookSums(kernels, limits, size);
  const entries = new EntryNumberCache(keys);
  const { targets } = kernels;
  let sketches: Sketches | undefined;
  return {
    add(batch) {
      const { coded, resolve } = resolver(batch);
      batch.prepareLook(limits.precision);
      let codes: Words;
      let bits = batch.set;
      if (coded !== undefined && (coded.kind === 'entries' || coded.codeCount <= mostCodes)) {
        codes = fillTargets(coded, batch, entries, targets);
        // What is left of the condition is told by the entries.
        if (dimension.where !== undefined) bits = dimension.where === 'missing' ? batch.missing : batch.others;
      } else {
        const index = new Int32Array(batch.segment.rows);
        resolve(index);
        // Numbers below 0 are none of these.
        for (let row = 0; row < index.length; row++) if (index[row] < 0) index[row] = size;
        codes = new Uint32Array(index.buffer);
        for (let number = 0; number < size; number++) targets[number] = number;
        targets[size] = -1;
      }
      sums.add(codes, bits);
      const timed = batch.timed();
      if (timed === undefined) return;
      const measured = bits === batch.set ? timed : timed.map((word, at) => word & bits[at]);
      (sketches ??= new Sketches(kernels, size)).add(codes, measured);
    },
    partial: () => ({ kind: 'detail', ...sums.partial(), sketch: sketches?.partial() }),
  };
}

/** Says for each code of a segment, or for those that its rows have, which number it stands for. */
function fillTargets(coded: CodedRows, batch: Batch, entries: EntryNumberCache, targets: Int32Array): Words {
  const { rows, count, segment } = batch;
  if (coded.kind === 'codes') {
    const { codes, codeCount, numberOf } = coded;
    if (codeCount <= count) for (let code = 0; code < codeCount; code++) targets[code] = numberOf(code);
    else for (let at = 0; at < count; at++) targets[codes[rows[at]]] = numberOf(codes[rows[at]]);
    return codes.subarray(0, segment.rows);
  }
  const { codes, ids } = coded.column;
  if (codes instanceof Float64Array) throw new Error('codes are whole numbers');
  const known = entries.numbersOf(coded.entries);
  targets[0] = coded.entries.absent;
  if (ids.length <= count) {
    for (let at = 0; at < ids.length; at++) {
      const number = known[ids[at]] - firstNumber;
      targets[at + 1] = number === unknown ? entries.look(coded.entries, ids[at]) : number;
    }
  } else {
    for (let at = 0; at < count; at++) {
      const code = codes[rows[at]];
      if (code === 0) continue;
      const number = known[ids[code - 1]] - firstNumber;
      targets[code] = number === unknown ? entries.look(coded.entries, ids[code - 1]) : number;
    }
  }
  return codes;
}

/** 0 is not looked at yet, 1 is none of the panel's numbers, then come these. */
const firstNumber = 2;
const unknown = -2;
const noNumber = -1;

/** The numbers of a dictionary's entries, as far as they are known, in as little memory as can be: entries are many. */
class EntryNumberCache {
  readonly #keys: KeyNumbers;
  #numbers: Uint8Array | Int32Array;

  constructor(keys: KeyNumbers) {
    this.#keys = keys;
    this.#numbers = keys.keys.length + firstNumber < 256 ? new Uint8Array(0) : new Int32Array(0);
  }

  /** Numbers above `firstNumber`, by id. */
  numbersOf(entries: EntryNumbers): Uint8Array | Int32Array {
    const { count } = entries.dictionary;
    const before = this.#numbers;
    if (count <= before.length) return before;
    const numbers = before instanceof Uint8Array ? new Uint8Array(count) : new Int32Array(count);
    this.#numbers = numbers;
    if (!entries.isPlain) {
      numbers.set(before);
      return numbers;
    }
    // Few of many entries: the others need not be asked for one by one.
    numbers.fill(firstNumber + noNumber);
    for (const id of this.#keys.keys) if (typeof id === 'number') numbers[id] = entries.numberOf(id) + firstNumber;
    return numbers;
  }

  look(entries: EntryNumbers, id: number): number {
    const number = Math.max(noNumber, entries.numberOf(id));
    this.#numbers[id] = number + firstNumber;
    return number;
  }
}
