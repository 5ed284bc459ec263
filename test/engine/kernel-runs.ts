/** Passes over the same bytes with compiled kernels and with plain code, in a form that compares whole. */
import { readFileSync } from 'node:fs';
import { detectFormat, formatFor } from '../../src-main/formats/index.ts';
import type { Format, FormatChoice } from '../../src-main/formats/format.ts';
import { buildRange, type BuiltSegment } from '../../src-main/index/build.ts';
import { BuildMemory } from '../../src-main/index/column-dictionary.ts';
import { Dictionary } from '../../src-main/index/dictionary.ts';
import { SharedDictionaries, SharedDictionary } from '../../src-main/index/shared-dictionary.ts';
import { IndexMemory } from '../../src-main/kernels/index-memory.ts';
import { compileKernels, KernelMemory } from '../../src-main/kernels/kernel-memory.ts';
import { builtFile } from '../../src-main/workers/entry.ts';

const kernelModule = compileKernels(Uint8Array.from(readFileSync(builtFile('indexing.wasm'))));

function kernelMemory(memory: IndexMemory): KernelMemory {
  const kernels = kernelModule === undefined ? undefined : KernelMemory.create(kernelModule, memory);
  if (kernels === undefined) throw new Error('kernels do not run here');
  return kernels;
}

export function buildMemory(withKernels: boolean): BuildMemory {
  const memory = IndexMemory.create();
  return new BuildMemory(new SharedDictionaries(memory), withKernels ? kernelMemory(memory) : undefined);
}

export type Runs = readonly [compiled: BuildMemory, plain: BuildMemory];

/** One run with kernels and one without: like those of a worker, they keep their dictionaries from pass to pass. */
export const createRuns = (): Runs => [buildMemory(true), buildMemory(false)];

export const options = { zone: 'Europe/Berlin', mtimeMs: Date.UTC(2026, 2, 2), encoding: 'utf-8' };

export interface Settings {
  readonly chunkBytes: number;
  readonly segmentRecords?: number;
  readonly from?: number;
  readonly to?: number;
  readonly encoding?: string;
}

/** Everything that a pass answers, in a form that compares whole. */
function build(source: Buffer, choice: FormatChoice, settings: Settings, memory: BuildMemory): unknown {
  const segments: BuiltSegment[] = [];
  const { chunkBytes, segmentRecords = 65_536, from = 0, to = source.length, encoding = 'utf-8' } = settings;
  const result = buildRange(
    formatFor(choice),
    { ...options, encoding },
    { from, to, limit: source.length, final: true, exact: from === 0 },
    { chunkBytes, segmentRecords, seed: 77 },
    (target, at, length, position) => source.copy(target, at, position, position + length),
    (segment) => segments.push(segment),
    () => false,
    memory,
  );
  return {
    result,
    segments: segments.map(({ data, fields }) => ({
      fields,
      data: { ...data, buffer: Buffer.from(data.buffer ?? new SharedArrayBuffer(0)).toString('latin1') },
    })),
    counts: memory.dictionaries.all().map(({ field, count }) => [field, count]),
  };
}

/** The entries of all dictionaries by field, in the order of their ids. */
export function entriesOf(dictionaries: SharedDictionaries): unknown {
  const all = dictionaries.all().map((shared) => {
    const dictionary = new Dictionary(shared.field);
    const growth = new SharedDictionary(shared.field, shared.address, dictionaries.memory).takeGrowth();
    if (growth !== undefined) dictionary.grow(growth);
    const entry = (_: unknown, id: number): unknown => [
      dictionary.tag(id),
      dictionary.text(id),
      dictionary.bytes(id).toString('latin1'),
    ];
    return [shared.field, Array.from({ length: dictionary.count }, entry)] as const;
  });
  return Object.fromEntries(all);
}

export function choiceFor(source: Buffer, fileName = 'a.log'): FormatChoice {
  return detectFormat(source.subarray(0, 256 << 10), { ...options, fileName, custom: [] }).choice;
}

/** What a pass answers with kernels, and without. */
export function both(
  [compiled, plain]: Runs,
  source: Buffer,
  choice: FormatChoice,
  settings: Settings,
): readonly [unknown, unknown] {
  return [build(source, choice, settings, compiled), build(source, choice, settings, plain)];
}

/** The share of lines that the plain parser reads in a pass with kernels. */
export function plainShare(memory: BuildMemory, source: Buffer, choice: FormatChoice): number {
  const format = formatFor(choice);
  let plain = 0;
  const counted: Format = {
    ...format,
    createParser: (parserOptions, context) => {
      const parser = format.createParser(parserOptions, context);
      const { parse } = parser;
      parser.parse = (...record) => {
        plain++;
        return parse.apply(parser, record);
      };
      return parser;
    },
  };
  const { lines } = buildRange(
    counted,
    options,
    { from: 0, to: source.length, limit: source.length, final: true, exact: true },
    { chunkBytes: 1 << 20, segmentRecords: 65_536, seed: 77 },
    (target, at, length, position) => source.copy(target, at, position, position + length),
    () => undefined,
    () => false,
    memory,
  );
  return plain / lines;
}
