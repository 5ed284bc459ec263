/**
 * Tasks that write segments and texts to the file of a stored index, and that read them back into memory which all
 * threads share. The engine's thread opens the file, says where, and writes the directory (engine/index-file.ts).
 */
import { writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { cancelled } from '../../src-shared/errors.ts';
import { hashText, textKeys, viewOfBytes } from '../index/bytes-hash.ts';
import { Dictionary, entriesPerChunk } from '../index/dictionary.ts';
import {
  type ColumnData,
  columnOf,
  recordArrays,
  type SegmentData,
  type Slice,
  sliceBytes,
  slicesOf,
  type StoredPlace,
  viewOf,
} from '../index/segment.ts';
import { type BlockCache, readStored } from '../index/store/block-cache.ts';
import type { StoredChunk } from '../index/store/directory.ts';
import { readFrom } from '../index/store/read-texts.ts';
import type { SharedDictionaries } from '../index/shared-dictionary.ts';
import { areRecordsSound, isColumnSound } from '../index/store/sound.ts';
import { decodeChunk, encodeChunk } from '../index/store/stored-texts.ts';
import type { TaskContext, WorkerSourceState } from './source-state.ts';
import type { Tasks } from './tasks.ts';

export function storeSegments(
  source: WorkerSourceState,
  { fd, at, segments }: Tasks['storeSegments']['request'],
  context: TaskContext,
): Tasks['storeSegments']['result'] {
  const stored: SegmentData[] = [];
  let end = at;
  for (const number of segments) {
    context.beat();
    const data = source.segments[number]?.data;
    if (data === undefined) throw cancelled();
    const buffer = data.buffer === undefined ? readBuffer(data, data.stored) : new Uint8Array(data.buffer);
    if (buffer === undefined) throw cancelled();
    writeAll(fd, buffer, end);
    stored.push(withSums(data, buffer, { fd, at: end, bytes: buffer.length }, source));
    end += buffer.length;
  }
  return { segments: stored, end };
}

/** The segment as it reads from its place in the file. */
function withSums(data: SegmentData, buffer: Uint8Array, stored: StoredPlace, source: WorkerSourceState): SegmentData {
  const sum = (slice: Slice): Slice => ({
    ...slice,
    sum: crc32(buffer.subarray(slice.at, slice.at + sliceBytes(slice))),
  });
  const column = (found: ColumnData): ColumnData => {
    switch (found.kind) {
      case 'number':
        return { ...found, slice: sum(found.slice) };
      case 'dictionary': {
        const idsBelow = source.dictionary(found.field)?.count ?? 0;
        return { ...found, codes: sum(found.codes), ids: sum(found.ids), idsBelow };
      }
      case 'span':
        return { ...found, starts: sum(found.starts), lengths: sum(found.lengths) };
    }
  };
  const { offsets, lines, gapRows, gapEnds, unparsed, columns } = data;
  return {
    ...data,
    offsets: sum(offsets),
    ...(lines === undefined ? {} : { lines: sum(lines) }),
    ...(gapRows === undefined ? {} : { gapRows: sum(gapRows) }),
    ...(gapEnds === undefined ? {} : { gapEnds: sum(gapEnds) }),
    ...(unparsed === undefined ? {} : { unparsed: sum(unparsed) }),
    columns: columns.map(column),
    buffer: undefined,
    stored,
  };
}

export function storeTexts(
  source: WorkerSourceState,
  { fd, at, field, from, to }: Tasks['storeTexts']['request'],
  context: TaskContext,
): Tasks['storeTexts']['result'] {
  const dictionary = source.dictionary(field);
  if (dictionary === undefined) throw cancelled();
  const chunks: StoredChunk[] = [];
  let end = at;
  for (let first = from; first < to; first += entriesPerChunk) {
    context.beat();
    const bytes = encodeChunk(
      Math.min(entriesPerChunk, to - first),
      (entry) => dictionary.bytes(first + entry),
      (entry) => dictionary.tag(first + entry),
    );
    writeAll(fd, bytes, end);
    chunks.push({ at: end, bytes: bytes.length, sum: crc32(bytes) });
    end += bytes.length;
  }
  return { chunks, end };
}

function writeAll(fd: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, at + done);
}

/** Reads segments and checks all of them; with `keep` they are answered in memory, else only found to be whole. */
export function loadSegments(
  source: WorkerSourceState,
  { segments, keep }: Tasks['loadSegments']['request'],
  cache: BlockCache,
  context: TaskContext,
): Tasks['loadSegments']['result'] {
  return segments.map((number) => {
    context.beat();
    const data = source.segments[number]?.data;
    if (data?.stored === undefined) throw cancelled();
    const buffer = keep ? new SharedArrayBuffer(data.stored.bytes) : new ArrayBuffer(data.stored.bytes);
    const bytes = new Uint8Array(buffer);
    if (!readWhole(data.stored, bytes) || !isWhole(data, bytes)) cache.damaged(data.stored.fd);
    return buffer instanceof SharedArrayBuffer ? buffer : undefined;
  });
}

/** A stored segment's buffer; undefined when it is damaged. */
function readBuffer(data: SegmentData, stored: StoredPlace | undefined): Uint8Array | undefined {
  if (stored === undefined) return undefined;
  const bytes = new Uint8Array(stored.bytes);
  return readWhole(stored, bytes) && isWhole(data, bytes) ? bytes : undefined;
}

/** Slices have sums of their own; what stands between them is never looked at. */
const readWhole = (place: StoredPlace, bytes: Uint8Array): boolean => readStored({ ...place, sum: undefined }, bytes);

function isWhole(data: SegmentData, bytes: Uint8Array): boolean {
  const { offsets, lines, gapRows, gapEnds, unparsed, columns } = data;
  const slices = [offsets, lines, gapRows, gapEnds, unparsed, ...columns.flatMap(slicesOf)];
  const isSame = (slice: Slice): boolean => crc32(bytes.subarray(slice.at, slice.at + sliceBytes(slice))) === slice.sum;
  if (!slices.every((slice) => slice === undefined || isSame(slice))) return false;
  const view = (slice: Slice) => viewOf(bytes.buffer, slice);
  const records = recordArrays(data, view);
  return (
    areRecordsSound(data, records) &&
    columns.every((column) => isColumnSound(column, columnOf(column, view), () => records, data))
  );
}

/** Checks a dictionary's entries whole; with `keep` answers them in memory that all threads share. */
export function loadTexts(
  { fd, count, chunks, keep }: Tasks['loadTexts']['request'],
  cache: BlockCache,
  context: TaskContext,
): Tasks['loadTexts']['result'] {
  const texts: Uint8Array[] = [];
  const entries: Uint32Array[] = [];
  chunks.forEach((place, chunk) => {
    context.beat();
    const bytes = cache.read({ fd, ...place });
    const allocate = (size: number): ArrayBufferLike => (keep ? new SharedArrayBuffer(size) : new ArrayBuffer(size));
    const entriesHere = Math.min(entriesPerChunk, count - chunk * entriesPerChunk);
    const found = decodeChunk(bytes, entriesHere, chunk, allocate) ?? cache.damaged(fd);
    if (!keep) return;
    entries.push(found.words);
    texts.push(found.texts);
  });
  return { texts, entries };
}

/** Puts stored texts into the dictionaries of a run, where each gets the id that it has in the stored segments. */
export function adoptTexts(
  { seed, dictionaries }: Tasks['adopt']['request'],
  shared: SharedDictionaries,
  cache: BlockCache,
  context: TaskContext,
): null {
  const keys = textKeys(seed);
  for (const stored of dictionaries) {
    const texts = new Dictionary(stored.field);
    readFrom(texts, stored, cache);
    const target = shared.of(stored.field);
    for (let id = 0; id < stored.count; id++) {
      if ((id & 4095) === 0) context.beat();
      const bytes = texts.bytes(id);
      const view = viewOfBytes(bytes);
      const tag = texts.tag(id);
      const hash = hashText(view, 0, bytes.length, keys, tag);
      // A text that is there twice, or finds no room, would give all later ones other ids.
      if (target?.idOf(bytes, view, 0, bytes.length, hash, tag) !== id) cache.damaged(stored.fd);
    }
  }
  return null;
}
