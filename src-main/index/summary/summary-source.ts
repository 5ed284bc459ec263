/** What summaries keep of a source between tasks: hashes and derived values of dictionary entries, worked out once. */
import { deriveText, isStaticName, type DeriveText } from '../../formats/index.ts';
import { hashBytes, viewOfBytes } from '../bytes-hash.ts';
import type { Dictionary } from '../dictionary.ts';
import type { SummaryKernels } from '../../kernels/summary-kernels.ts';
import type { FilterSource } from '../filter-source.ts';
import type { DerivedRows } from './derived-rows.ts';

export interface SummarySource extends FilterSource {
  /** Loops over what panels need of a segment. */
  readonly panelKernels: SummaryKernels;
  hashes(field: string, seed: number): TextHashes;
  /** Values of a derived field for the entries of the dictionary it follows from. */
  derivedEntries(name: string, dictionary: Dictionary): DerivedEntries;
  /** The same for rows whose texts stand in no dictionary. */
  derivedRows(name: string): DerivedRows;
  /** Which entries of the field's dictionary are names of static files. */
  staticEntries(field: string): StaticEntries;
}

/** 64-bit hashes of texts in two words, the second never 0; equal texts have equal hashes in all workers. */
export class TextHashes {
  readonly #dictionary: () => Dictionary | undefined;
  readonly #seed: number;
  #known = 0;
  #words = new Int32Array(1 << 10);

  constructor(dictionary: () => Dictionary | undefined, seed: number) {
    this.#dictionary = dictionary;
    this.#seed = seed;
  }

  /** Words of all entries of the dictionary: those of an id are at twice the id. */
  ofEntries(): Int32Array {
    const dictionary = this.#dictionary();
    const count = dictionary?.count ?? 0;
    if (count <= this.#known) return this.#words;
    if (count * 2 > this.#words.length) {
      const larger = new Int32Array(Math.max(count * 2, this.#words.length * 2));
      larger.set(this.#words);
      this.#words = larger;
    }
    if (dictionary !== undefined) {
      for (let id = this.#known; id < count; id++) this.#hash(dictionary.bytes(id), this.#words, id * 2);
    }
    this.#known = count;
    return this.#words;
  }

  ofText(text: string, target: Int32Array): void {
    this.#hash(Buffer.from(text), target, 0);
  }

  #hash(bytes: Uint8Array, target: Int32Array, at: number): void {
    const view = viewOfBytes(bytes);
    target[at] = hashBytes(view, 0, bytes.length, this.#seed);
    // 0 means absent.
    target[at + 1] = hashBytes(view, 0, bytes.length, this.#seed ^ 0x5bd1e995) | 1;
  }
}

/** More texts than this are not remembered, where they stand in no dictionary. */
const mostRemembered = 100_000;

/** A derived value for each entry of a dictionary, as a small number; -1 is absent. */
export class DerivedEntries {
  readonly names: string[] = [];
  readonly #derive: DeriveText;
  readonly #codeOf = new Map<string, number>();
  #codes = new Int32Array(1 << 8).fill(unknownCode);

  constructor(derive: DeriveText) {
    this.#derive = derive;
  }

  codeOf(id: number, dictionary: Dictionary): number {
    if (id >= this.#codes.length) {
      const larger = new Int32Array(Math.max(dictionary.count, this.#codes.length * 2)).fill(unknownCode);
      larger.set(this.#codes);
      this.#codes = larger;
    }
    let code = this.#codes[id];
    if (code === unknownCode) code = this.#codes[id] = this.#code(this.#derive(dictionary.text(id)));
    return code;
  }

  #code(name: string | undefined): number {
    if (name === undefined) return -1;
    let code = this.#codeOf.get(name);
    if (code === undefined) {
      code = this.names.push(name) - 1;
      this.#codeOf.set(name, code);
    }
    return code;
  }
}

const unknownCode = -2;

/** Whether each entry of a dictionary is the name of a static file. */
export class StaticEntries {
  /** 0 is not looked at yet, 1 is no, 2 is yes. */
  #known = new Uint8Array(1 << 8);

  isStatic(id: number, dictionary: Dictionary): boolean {
    if (id >= this.#known.length) {
      const larger = new Uint8Array(Math.max(dictionary.count, this.#known.length * 2));
      larger.set(this.#known);
      this.#known = larger;
    }
    let known = this.#known[id];
    if (known === 0) {
      const { bytes, from, to } = dictionary.placeOf(id);
      known = this.#known[id] = isStaticName(bytes, from, to) ? 2 : 1;
    }
    return known === 2;
  }
}

/** A derived field's value for a text, remembered. */
export function rememberDerived(name: string): DeriveText {
  const derive = deriveText(name) ?? (() => undefined);
  const known = new Map<string, string | undefined>();
  return (text) => {
    if (known.has(text)) return known.get(text);
    const value = derive(text);
    if (known.size >= mostRemembered) known.clear();
    known.set(text, value);
    return value;
  };
}
