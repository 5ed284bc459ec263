/**
 * The file of a stored index: a header of fixed size, the buffers of segments and the texts of dictionaries as they were
 * in memory, and behind them a directory (JSON) that says where everything is. Written and read without parsing any
 * of the bulk; reading takes nothing on trust (sound.ts looks at the bulk when it is loaded).
 *
 * Pure: bytes and plain data, no files. Raise `storeVersion` when any of this or the shape of a segment changes.
 */
import { crc32 } from 'node:zlib';
import {
  count,
  flag,
  isPlain,
  list,
  number,
  oneOf,
  optional,
  type Reader,
  refuse,
  shape,
  text,
} from '../../../src-shared/shape.ts';
import type { FormatField } from '../../formats/index.ts';
import type { BuildResult } from '../build.ts';
import { entriesPerChunk } from '../dictionary.ts';
import { type ColumnData, maxSegmentRecords, type SegmentData, type Slice, sliceBytes, slicesOf } from '../segment.ts';

const storeVersion = 1;

export const headerBytes = 64;
const magic = 'TAILIDX\n';
/** A directory of 10,000 segments with 100 columns; larger ones are not written and not read. */
export const longestDirectory = 512 << 20;

/** What must be the same for an index to be used again. Digests and all are compared as they are. */
export interface IndexKey {
  /** Digest of the code that indexes. */
  readonly code: string;
  /** The chosen format, whole, as JSON. */
  readonly format: string;
  readonly encoding: string;
  /** Where records begin: behind a byte order mark. */
  readonly from: number;
  readonly timezone: string;
  readonly year: number;
}

/** The bytes that were indexed. */
export interface FileIdentity {
  readonly size: number;
  readonly mtimeMs: number;
  /** Digests of the first and the last bytes. */
  readonly head: string;
  readonly tail: string;
}

/** A segment without what differs each time it is opened; `at` is where its buffer begins in the file. */
export interface StoredSegment extends Omit<SegmentData, 'buffer' | 'stored' | 'lineBase'> {
  readonly firstLine: number;
  readonly at: number;
  readonly bytes: number;
}

export interface StoredChunk {
  readonly at: number;
  readonly bytes: number;
  readonly sum: number;
}

/** Chunks of `entriesPerChunk` entries each, but for the last. */
export interface StoredDictionary {
  readonly field: string;
  readonly count: number;
  readonly chunks: readonly StoredChunk[];
}

/** What is known of a field, as an index run adds it up. */
export interface StoredField {
  readonly field: FormatField;
  readonly count: number;
  readonly tags: number;
  readonly hasNumbers: boolean;
  readonly allWhole: boolean;
  readonly hasSpans: boolean;
}

export interface StoredTotals {
  readonly records: number;
  readonly lines: number;
  readonly unparsed: number;
  readonly blank: number;
  readonly headerLines: number;
  readonly overlong: number;
  readonly timed: number;
}

/** The last pass: it is made again when the file has grown, because its last record may have. */
export interface StoredEnd extends Omit<BuildResult, 'context'> {
  readonly segments: number;
}

export interface StoredIndex {
  readonly key: IndexKey;
  readonly file: FileIdentity;
  readonly totals: StoredTotals;
  /** Least and greatest time. */
  readonly time?: { readonly from: number; readonly to: number };
  readonly fields: readonly StoredField[];
  readonly segments: readonly StoredSegment[];
  readonly dictionaries: readonly StoredDictionary[];
  readonly end?: StoredEnd;
}

/** Header of a file whose directory is `directory`, at offset `at`. */
export function encodeHeader(directory: Uint8Array, at: number): Uint8Array {
  const header = Buffer.alloc(headerBytes);
  header.write(magic, 0, 'latin1');
  header.writeUInt32LE(storeVersion, 8);
  header.writeDoubleLE(at, 16);
  header.writeDoubleLE(directory.length, 24);
  header.writeUInt32LE(crc32(directory), 32);
  header.writeUInt32LE(crc32(header.subarray(16)), 12);
  return header;
}

/** Where the directory is; undefined when this is no stored index, or one of another version. */
export function decodeHeader(header: Buffer, fileBytes: number): StoredChunk | undefined {
  if (header.length !== headerBytes || header.toString('latin1', 0, 8) !== magic) return undefined;
  if (header.readUInt32LE(8) !== storeVersion || header.readUInt32LE(12) !== crc32(header.subarray(16)))
    return undefined;
  const chunk = { at: header.readDoubleLE(16), bytes: header.readDoubleLE(24), sum: header.readUInt32LE(32) };
  return chunk.bytes <= longestDirectory && isWithin(chunk, fileBytes) ? chunk : undefined;
}

export const encodeDirectory = (index: StoredIndex): Uint8Array => Buffer.from(JSON.stringify(index, keepInfinite));

/** The directory in `bytes`; undefined when it is damaged, made up, or names what a file of `fileBytes` cannot hold. */
export function decodeDirectory(bytes: Buffer, sum: number, fileBytes: number): StoredIndex | undefined {
  if (crc32(bytes) !== sum) return undefined;
  try {
    const index = readIndex(JSON.parse(bytes.toString('utf8')), 'index');
    return isSound(index, fileBytes) ? index : undefined;
  } catch {
    // Whatever is wrong with it, the log is indexed anew.
    return undefined;
  }
}

/** JSON knows no infinity, but a log may hold 1e999. */
const keepInfinite = (_key: string, value: unknown): unknown =>
  value === Number.POSITIVE_INFINITY ? '+inf' : value === Number.NEGATIVE_INFINITY ? '-inf' : value;

const anyNumber: Reader<number> = (value, at) =>
  value === '+inf' ? Number.POSITIVE_INFINITY : value === '-inf' ? Number.NEGATIVE_INFINITY : number(value, at);

const slice = shape<Slice>({ type: oneOf('u8', 'u16', 'u32', 'f64'), at: count, length: count, sum: count });

const columns: { readonly [K in ColumnData['kind']]: Reader<Extract<ColumnData, { readonly kind: K }>> } = {
  number: shape<Extract<ColumnData, { kind: 'number' }>>({
    kind: oneOf('number'),
    field: text,
    slice,
    base: anyNumber,
    min: anyNumber,
    max: anyNumber,
    nulls: count,
    whole: flag,
  }),
  dictionary: shape<Extract<ColumnData, { kind: 'dictionary' }>>({
    kind: oneOf('dictionary'),
    field: text,
    codes: slice,
    ids: slice,
    idsBelow: count,
    nulls: count,
    tags: count,
  }),
  span: shape<Extract<ColumnData, { kind: 'span' }>>({
    kind: oneOf('span'),
    field: text,
    starts: slice,
    lengths: slice,
    nulls: count,
  }),
};

const kindOf = oneOf('number', 'dictionary', 'span');
const column: Reader<ColumnData> = (value, at) =>
  isPlain(value) ? columns[kindOf(value['kind'], `${at}.kind`)](value, at) : refuse(at, 'an object');

const segment = shape<StoredSegment>({
  rows: count,
  base: count,
  end: count,
  firstLine: count,
  offsets: slice,
  lines: optional(slice),
  gapRows: optional(slice),
  gapEnds: optional(slice),
  unparsed: optional(slice),
  unparsedCount: count,
  columns: list(column),
  context: optional(text),
  at: count,
  bytes: count,
});

const chunk = shape<StoredChunk>({ at: count, bytes: count, sum: count });

const readIndex = shape<StoredIndex>({
  key: shape<IndexKey>({ code: text, format: text, encoding: text, from: count, timezone: text, year: count }),
  file: shape<FileIdentity>({ size: count, mtimeMs: number, head: text, tail: text }),
  totals: shape<StoredTotals>({
    records: count,
    lines: count,
    unparsed: count,
    blank: count,
    headerLines: count,
    overlong: count,
    timed: count,
  }),
  time: optional(shape<{ readonly from: number; readonly to: number }>({ from: number, to: number })),
  fields: list(
    shape<StoredField>({
      field: shape<FormatField>({
        name: text,
        type: oneOf('text', 'integer', 'number', 'instant', 'level', 'boolean', 'any'),
        unit: optional(oneOf('ms', 'bytes')),
        values: oneOf('few', 'many'),
      }),
      count,
      tags: count,
      hasNumbers: flag,
      allWhole: flag,
      hasSpans: flag,
    }),
  ),
  segments: list(segment),
  dictionaries: list(shape<StoredDictionary>({ field: text, count, chunks: list(chunk) })),
  end: optional(
    shape<StoredEnd>({
      segments: count,
      startedAt: count,
      endedAt: count,
      lines: count,
      blank: count,
      headerLines: count,
      overlong: count,
    }),
  ),
});

const isWithin = (place: { readonly at: number; readonly bytes: number }, bytes: number): boolean =>
  Number.isSafeInteger(place.at) &&
  Number.isSafeInteger(place.bytes) &&
  place.at >= headerBytes &&
  place.bytes >= 0 &&
  place.at + place.bytes <= bytes;

/** Charts begin and end at these, and a Date goes no further. */
const farthestTime = 8.64e15;
const isTimeSound = (from: number, to: number): boolean => from <= to && from >= -farthestTime && to <= farthestTime;

/** Whether the parts fit each other and the file. */
function isSound(index: StoredIndex, fileBytes: number): boolean {
  const names = new Set(index.fields.map(({ field }) => field.name));
  const counts = new Map(index.dictionaries.map(({ field, count: entries }) => [field, entries]));
  if (names.size !== index.fields.length || counts.size !== index.dictionaries.length) return false;
  for (const { count: entries, chunks } of index.dictionaries) {
    if (chunks.length !== Math.ceil(entries / entriesPerChunk)) return false;
    if (!chunks.every((place) => isWithin(place, fileBytes))) return false;
  }
  if (index.time !== undefined && !isTimeSound(index.time.from, index.time.to)) return false;
  let rows = 0;
  let end = index.key.from;
  let line = 0;
  for (const found of index.segments) {
    if (found.base < end || found.firstLine <= line || !isSegmentSound(found, fileBytes, names, counts)) return false;
    rows += found.rows;
    end = found.end;
    line = found.firstLine + found.rows - 1;
  }
  if (rows !== index.totals.records || end > index.file.size || line > index.totals.lines) return false;
  const last = index.end;
  if (last === undefined) return true;
  const first = index.segments[index.segments.length - last.segments];
  return last.segments > 0 && first !== undefined && first.base >= last.startedAt && last.endedAt <= index.file.size;
}

function isSegmentSound(
  found: StoredSegment,
  fileBytes: number,
  names: ReadonlySet<string>,
  counts: ReadonlyMap<string, number>,
): boolean {
  const { rows, offsets, lines, gapRows, gapEnds, unparsed } = found;
  if (rows < 1 || rows > maxSegmentRecords || found.base >= found.end || !isWithin(found, fileBytes)) return false;
  const fits = (part: Slice | undefined, length: number): boolean =>
    part === undefined || (part.length === length && part.at % 8 === 0 && part.at + sliceBytes(part) <= found.bytes);
  if (!fits(offsets, rows) || !fits(lines, rows) || !fits(unparsed, (rows + 31) >>> 5)) return false;
  const gaps = gapRows?.length ?? 0;
  if ((gapRows === undefined) !== (gapEnds === undefined) || gaps > rows) return false;
  if (!fits(gapRows, gaps) || !fits(gapEnds, gaps)) return false;
  if (gapRows !== undefined && (gaps === 0 || gapRows.type !== 'u32')) return false;
  if (unparsed !== undefined && unparsed.type !== 'u32') return false;
  if (found.context !== undefined && !isPlain(JSON.parse(found.context))) return false;
  return found.columns.every((data) => {
    if (!names.has(data.field) || data.nulls > rows) return false;
    if (data.kind === 'number' && data.field === 'time' && !isTimeSound(data.min, data.max)) return false;
    if (data.kind !== 'dictionary') return slicesOf(data).every((part) => fits(part, rows));
    const { codes, ids, idsBelow = 0 } = data;
    if (idsBelow > (counts.get(data.field) ?? 0)) return false;
    return ids.type === 'u32' && ids.length <= rows && fits(codes, rows) && fits(ids, ids.length);
  });
}
