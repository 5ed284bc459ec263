/**
 * What the engine and its views need of a source, be it one file (source.ts) or several that are merged
 * (merge/merged-source.ts), and what both do alike: making the pieces of a run, reading bytes.
 */
import { read as readCallback } from 'node:fs';
import { EngineError } from '../../src-shared/errors.ts';
import type { Marker, OpenOptions, SourceId, SourceState } from '../../src-shared/protocol.ts';
import { chooseFormat, detectFormat, type ParserOptions } from '../formats/index.ts';
import type { Segment } from '../index/segment.ts';
import type { ByteSource } from '../sources/index.ts';
import type { Registration } from '../workers/tasks.ts';
import type { IndexRun } from './index-run.ts';
import { Piece } from './piece.ts';
import type { SourceSettings } from './source.ts';

export interface OpenSource {
  readonly id: SourceId;
  readonly paths: readonly string[];
  readonly name: string;
  readonly options: OpenOptions;
  readonly run: IndexRun;
  readonly isReady: boolean;
  /** Why the source failed, once it has. */
  readonly failure: EngineError;
  readonly state: SourceState;
  /** What happened to followed files. */
  readonly markers: readonly Marker[];
  readonly open: (options: OpenOptions, isAnew?: boolean) => Promise<void>;
  readonly reopen: (options: OpenOptions, isAnew?: boolean) => Promise<void>;
  /** Begins or ends following. */
  readonly follow: (on: boolean) => Promise<void>;
  readonly close: () => Promise<void>;
  /** What a worker that starts late has to be told. */
  readonly registrations: () => Registration[];
  /** Reads bytes without blocking this thread. */
  readonly read: (segment: Segment, from: number, to: number) => Promise<Buffer>;
  /** Whether the file with this descriptor holds some of the index. */
  readonly ownsStored: (fd: number) => Promise<boolean>;
}

export interface PieceRequest {
  /** As people see it. */
  readonly name: string;
  /** For formats that are told by it. */
  readonly fileName: string;
  readonly file?: number;
  readonly timezone: string;
  readonly options: OpenOptions;
  readonly bytes: Pick<ByteSource, 'fd' | 'bomBytes' | 'mtimeMs' | 'encoding'>;
  /** What the format is told by. */
  readonly head: Uint8Array;
}

/** The first piece of a file, and what is wrong with the user's formats. */
export async function createPiece(
  run: IndexRun,
  { customFormats, chunkBytes, rangeBytes, segmentRecords }: SourceSettings,
  { name, fileName, file, timezone, options, bytes, head }: PieceRequest,
): Promise<{ readonly piece: Piece; readonly problems: readonly string[] }> {
  const { year, format } = options;
  const { mtimeMs, encoding, fd, bomBytes: from } = bytes;
  const parser: ParserOptions = { zone: timezone, mtimeMs, encoding, ...(year === undefined ? {} : { year }) };
  const problems: string[] = [];
  const custom = await customFormats(({ message }) => problems.push(message));
  const detection = { ...parser, fileName, custom };
  const choice = format === undefined ? detectFormat(head, detection).choice : chooseFormat(format, head, detection);
  const ofFile = file === undefined ? {} : { file };
  const piece = new Piece(run, { name, ...ofFile, choice, parser, fd, from, chunkBytes, rangeBytes, segmentRecords });
  return { piece, problems };
}

/** A further piece of the file that `first` is of. */
export function continuePiece(
  run: IndexRun,
  first: Piece,
  { chunkBytes, rangeBytes, segmentRecords }: SourceSettings,
  fd: number,
  from: number,
): Piece {
  const { name, choice } = first;
  const parser = { ...first.parser, mtimeMs: Date.now() };
  const ofFile = run.files === undefined ? {} : { file: first.file };
  return new Piece(run, { name, ...ofFile, choice, parser, fd, from, chunkBytes, rangeBytes, segmentRecords });
}

export const cannotFollow = (name: string): EngineError =>
  new EngineError(
    'bad-argument',
    `${name} is compressed or in a wide encoding and cannot be followed. Follow the file it is made from.`,
  );

export async function readBytes(fd: number, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(to - from);
  let done = 0;
  while (done < bytes.length) {
    const got = await readAt(fd, bytes, done, from + done);
    if (got === 0) break;
    done += got;
  }
  return bytes.subarray(0, done);
}

const readAt = (fd: number, bytes: Buffer, at: number, position: number): Promise<number> =>
  new Promise((resolve, reject) => {
    readCallback(fd, bytes, at, bytes.length - at, position, (error, got) =>
      error === null ? resolve(got) : reject(error),
    );
  });

/** A followed file need not exist yet. */
export function orMissing(error: unknown): undefined {
  if (error instanceof EngineError && error.code === 'not-found') return undefined;
  throw error;
}
