/**
 * A file that an index run is written to, piece by piece: a stored index in the making, or a spool for what the memory
 * budget moves out of memory. Workers write the bulk (workers/store-tasks.ts), one task after the other; this keeps the
 * place where the next one begins. Owned by the source; nothing of it is left when it is closed without being kept.
 */
import { rm, type FileHandle } from 'node:fs/promises';
import { entriesPerChunk } from '../../index/dictionary.ts';
import type { Segment, SegmentData } from '../../index/segment.ts';
import {
  encodeDirectory,
  encodeHeader,
  type FileIdentity,
  headerBytes,
  type IndexKey,
  longestDirectory,
  type StoredChunk,
  type StoredDictionary,
  type StoredIndex,
  type StoredSegment,
} from '../../index/store/directory.ts';
import type { IndexRun } from '../index-run.ts';

/** So few that whoever waits for a worker does not wait for long: some 10 MB. */
const segmentsPerTask = 4;
const entriesPerTask = 16 * entriesPerChunk;

export class IndexFile {
  readonly path: string;
  /** Where it is put when it is finished; undefined: it is never kept. */
  readonly target: string | undefined;
  readonly #file: FileHandle;
  #end = headerBytes;
  #writing: Promise<unknown> = Promise.resolve();
  isKept = false;

  constructor(path: string, file: FileHandle, target: string | undefined) {
    this.path = path;
    this.#file = file;
    this.target = target;
  }

  get fd(): number {
    return this.#file.fd;
  }

  holds(segment: Segment): boolean {
    return segment.data.stored?.fd === this.fd;
  }

  /** Writes segments that are not in the file yet; they stay in memory if they are. Those that change meanwhile are left. */
  storeSegments(run: IndexRun, segments: readonly Segment[], signal?: AbortSignal): Promise<void> {
    return this.#inTurn(() => this.#storeSegments(run, segments, signal));
  }

  storeTexts(run: IndexRun, signal?: AbortSignal): Promise<readonly StoredDictionary[]> {
    return this.#inTurn(() => this.#storeTexts(run, signal));
  }

  /** Each write begins where the one before has ended. */
  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const written = this.#writing.then(write);
    this.#writing = written.catch(() => undefined);
    return written;
  }

  async #storeSegments(run: IndexRun, segments: readonly Segment[], signal: AbortSignal | undefined): Promise<void> {
    const { pool, number: source } = run.options;
    const wanted = segments.filter((segment) => !this.holds(segment));
    for (let from = 0; from < wanted.length; from += segmentsPerTask) {
      const group = wanted.slice(from, from + segmentsPerTask);
      const numbers = group.map((segment) => run.segments.indexOf(segment));
      if (numbers.some((number) => number < 0 || number >= run.registered)) return;
      const request = { source, fd: this.fd, at: this.#end, segments: numbers };
      const { segments: stored, end } = await pool.run('storeSegments', request, { signal });
      this.#end = end;
      group.forEach((segment, at) => {
        const { buffer } = segment.data;
        if (run.segments[numbers[at]] === segment) segment.move({ ...stored[at], buffer });
      });
    }
  }

  async #storeTexts(run: IndexRun, signal: AbortSignal | undefined): Promise<readonly StoredDictionary[]> {
    const { pool, number: source } = run.options;
    const stored: StoredDictionary[] = [];
    for (const { field, count } of run.dictionaries) {
      const chunks: StoredChunk[] = [];
      for (let from = 0; from < count; from += entriesPerTask) {
        const to = Math.min(count, from + entriesPerTask);
        const request = { source, fd: this.fd, at: this.#end, field, from, to };
        const written = await pool.run('storeTexts', request, { signal });
        this.#end = written.end;
        chunks.push(...written.chunks);
      }
      stored.push({ field, count, chunks });
    }
    return stored;
  }

  /** Writes the directory and the header, which make it a stored index; its size, or undefined when that is too much. */
  async finish(index: StoredIndex): Promise<number | undefined> {
    const directory = encodeDirectory(index);
    if (directory.length > longestDirectory) return undefined;
    await this.#write(directory, this.#end);
    await this.#write(encodeHeader(directory, this.#end), 0);
    return this.#end + directory.length;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
    if (!this.isKept) await rm(this.path, { force: true });
  }

  async #write(bytes: Uint8Array, at: number): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, at + done);
      done += bytesWritten;
    }
  }
}

/** The directory of a run all of whose segments are in `file`; undefined when they are not, because it changed. */
export function describeRun(
  run: IndexRun,
  file: IndexFile,
  dictionaries: readonly StoredDictionary[],
  key: IndexKey,
  identity: FileIdentity,
): StoredIndex | undefined {
  if (!run.segments.every((segment) => file.holds(segment))) return undefined;
  return {
    key,
    file: identity,
    ...run.describe(),
    segments: run.segments.flatMap((segment) => storedSegment(segment.data, segment.firstLine)),
    dictionaries,
  };
}

function storedSegment(data: SegmentData, firstLine: number): StoredSegment[] {
  const { buffer: _buffer, stored, lineBase: _lineBase, ...rest } = data;
  return stored === undefined ? [] : [{ ...rest, firstLine, at: stored.at, bytes: stored.bytes }];
}
