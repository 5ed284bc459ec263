/**
 * A log indexed in this thread and opened as workers open it, with each of its records read again by the parser: what
 * columns answer is compared with what the records say.
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { derivedField } from '../../src-shared/model/derived.ts';
import type { FieldType } from '../../src-shared/model/field.ts';
import type { Value } from '../../src-shared/model/value.ts';
import type { RecordAccess } from '../../src-shared/query/index.ts';
import { deriveInstant, deriveText, detectFormat, formatFor } from '../../src-main/formats/index.ts';
import { buildRange, type BuiltSegment } from '../../src-main/index/build.ts';
import { BuildMemory } from '../../src-main/index/column-dictionary.ts';
import { rawText, recordBytes } from '../../src-main/index/record-reader.ts';
import { isParsed, recordEnd, recordLine, recordStart, type Segment } from '../../src-main/index/segment.ts';
import { SharedDictionaries } from '../../src-main/index/shared-dictionary.ts';
import { BlockCache } from '../../src-main/index/store/block-cache.ts';
import { IndexMemory } from '../../src-main/kernels/index-memory.ts';
import { createQueryKernels } from '../../src-main/kernels/query-kernels.ts';
import { createScanMemory } from '../../src-main/kernels/search.ts';
import { createSummaryKernels } from '../../src-main/kernels/summary-kernels.ts';
import { builtFile } from '../../src-main/workers/entry.ts';
import { WorkerSourceState } from '../../src-main/workers/source-state.ts';

/** A record as its parser reads it. */
export interface ReadRecord {
  readonly segment: Segment;
  readonly row: number;
  readonly fields: ReadonlyMap<string, Value>;
  readonly raw: string;
}

export interface OpenedLog {
  readonly source: WorkerSourceState;
  readonly segments: readonly Segment[];
  readonly records: readonly ReadRecord[];
  readonly types: ReadonlyMap<string, FieldType>;
  /** Looks at a record as filters mean it. */
  access(zone: string): RecordAccess<ReadRecord>;
  close(): void;
}

export interface OpenOptions {
  readonly withKernels: boolean;
  readonly segmentRecords?: number;
}

const builtKernel = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(builtFile(name)));

export function openLog(bytes: Buffer, { withKernels, segmentRecords = 700 }: OpenOptions): OpenedLog {
  const folder = mkdtempSync(join(tmpdir(), 'taillight-log-'));
  const path = join(folder, 'a.log');
  writeFileSync(path, bytes);
  const fd = openSync(path, 'r');
  const parser = { zone: 'UTC', mtimeMs: Date.UTC(2026, 2, 2), encoding: 'utf-8' };
  const format = detectFormat(bytes.subarray(0, 256 << 10), { ...parser, fileName: 'a.log', custom: [] }).choice;
  const built: BuiltSegment[] = [];
  const dictionaries = new SharedDictionaries(IndexMemory.create());
  buildRange(
    formatFor(format),
    parser,
    { from: 0, to: bytes.length, limit: bytes.length, final: true, exact: true },
    { chunkBytes: 1 << 20, segmentRecords, seed: 77 },
    (target, at, length, position) => bytes.copy(target, at, position, position + length),
    (segment) => built.push(segment),
    () => false,
    new BuildMemory(dictionaries),
  );
  const kernel = (name: string): Uint8Array<ArrayBuffer> | undefined => (withKernels ? builtKernel(name) : undefined);
  const damaged = (): void => {
    throw new Error('nothing is stored here');
  };
  const source = new WorkerSourceState(
    1,
    {
      scan: createScanMemory(kernel('search.wasm')),
      kernels: createQueryKernels(kernel('query.wasm')),
      panelKernels: createSummaryKernels(kernel('summary.wasm')),
    },
    new BlockCache(1 << 20, damaged),
  );
  source.setPiece({ piece: 0, name: 'a.log', fd, format, parser });
  source.growDictionaries(
    dictionaries.all().flatMap((dictionary) => dictionary.takeGrowth() ?? []),
    false,
  );
  const types = typesOf(built);
  let firstRow = 0;
  const segments = built.map(({ data }) => {
    const placed = { data, firstRow, firstLine: data.lineBase + 1, piece: 0 };
    firstRow += data.rows;
    return placed;
  });
  source.extend({ kind: 'segments', source: 1, at: 0, segments, types: [...types] });
  const records = source.segments.flatMap((segment) => readRecords(source, segment, bytes));
  return {
    source,
    segments: source.segments,
    records,
    types,
    access: (zone) => ({ field: (record, name) => fieldOf(record, name, zone, types), raw: ({ raw }) => raw }),
    close: () => {
      closeSync(fd);
      rmSync(folder, { recursive: true });
    },
  };
}

/** As declared; of any type where that is not told. */
const typesOf = (built: readonly BuiltSegment[]): ReadonlyMap<string, FieldType> =>
  new Map(built.flatMap(({ fields }) => fields.map(({ name, type }) => [name, type] as const)));

function readRecords(source: WorkerSourceState, segment: Segment, bytes: Buffer): ReadRecord[] {
  const reader = source.reader(segment);
  return Array.from({ length: segment.rows }, (_, row) => {
    const record = recordBytes(bytes, recordStart(segment, row), recordEnd(segment, row));
    return { segment, row, fields: reader.fields(segment, row, record), raw: rawText(reader.decode, record) };
  });
}

function fieldOf(
  { segment, row, fields, raw }: ReadRecord,
  name: string,
  zone: string,
  types: ReadonlyMap<string, FieldType>,
): Value | undefined {
  switch (name) {
    case '_raw':
      return raw;
    case '_line':
      return recordLine(segment, row);
    case '_offset':
      return recordStart(segment, row);
    case '_parsed':
      return isParsed(segment, row);
    case '_file':
      return 'a.log';
  }
  const derived = types.has(name) ? undefined : derivedField(name);
  const value = fields.get(derived?.from ?? name);
  if (derived === undefined) return value;
  if (typeof value === 'string') return deriveText(name)?.(value);
  return typeof value === 'number' ? deriveInstant(name, zone)?.(value) : undefined;
}
