/**
 * An open file: its bytes, the run that indexes them, and what the outside may know of both.
 *
 * Owned by the engine, on its thread. Reading it again with other options replaces bytes and run and keeps the id.
 */
import { basename } from 'node:path';
import { read as readCallback } from 'node:fs';
import { EngineError, errorFromData, errorToData, isCancelled, type ErrorData } from '../../src-shared/errors.ts';
import type { OpenOptions, SourceId, SourceState } from '../../src-shared/protocol.ts';
import type { CustomFormat, ParserOptions } from '../formats/format.ts';
import { chooseFormat, detectFormat } from '../formats/index.ts';
import type { Segment } from '../index/segment.ts';
import { type ByteSource, openFile } from '../sources/index.ts';
import type { Pool } from '../workers/pool.ts';
import type { Registration } from '../workers/tasks.ts';
import { IndexRun } from './index-run.ts';
import { Piece } from './piece.ts';

export interface SourceSettings {
  readonly pool: Pool;
  readonly spoolFolder: string;
  readonly spoolLimitBytes: number;
  readonly chunkBytes: number;
  readonly rangeBytes: number;
  readonly segmentRecords: number;
  readonly systemZone: string;
  readonly customFormats: () => Promise<readonly CustomFormat[]>;
  /** Numbers runs over all sources. */
  readonly nextRun: () => number;
}

export class Source {
  readonly id: SourceId;
  readonly path: string;
  readonly #settings: SourceSettings;
  /** Called whenever the state changed; the engine coalesces. */
  readonly #onChange: () => void;
  #bytes: ByteSource | undefined;
  #run: IndexRun | undefined;
  #phase: SourceState['phase'] = 'opening';
  #error: ErrorData | undefined;
  #abort = new AbortController();
  #total = 0;
  #timezone: string;
  #generation = 0;
  #working: Promise<void> = Promise.resolve();

  constructor(id: SourceId, path: string, settings: SourceSettings, onChange: () => void) {
    this.id = id;
    this.path = path;
    this.#settings = settings;
    this.#onChange = onChange;
    this.#timezone = settings.systemZone;
  }

  /** Opens and parses the head, then goes on indexing behind the caller's back. */
  async open(options: OpenOptions): Promise<void> {
    const { pool, spoolFolder, spoolLimitBytes, systemZone, customFormats } = this.#settings;
    const abort = new AbortController();
    this.#abort = abort;
    this.#phase = 'opening';
    this.#error = undefined;
    this.#timezone = options.timezone ?? systemZone;
    const { encoding } = options;
    const bytes = await openFile({
      path: this.path,
      spoolFolder,
      spoolLimitBytes,
      pool,
      ...(encoding === undefined ? {} : { encoding }),
    });
    this.#bytes = bytes;
    if (abort.signal.aborted) {
      await bytes.close();
      throw new EngineError('closed', `${this.name} was closed.`);
    }
    const parser: ParserOptions = {
      zone: this.#timezone,
      mtimeMs: bytes.mtimeMs,
      encoding: bytes.encoding,
      ...(options.year === undefined ? {} : { year: options.year }),
    };
    const sample = bytes.head.subarray(bytes.bomBytes);
    const detection = { ...parser, fileName: this.name, custom: await customFormats() };
    const choice =
      options.format === undefined
        ? detectFormat(sample, detection).choice
        : chooseFormat(options.format, sample, detection);
    const { chunkBytes, rangeBytes, segmentRecords, nextRun } = this.#settings;
    const run = new IndexRun({ number: nextRun(), pool, onChange: () => this.#onChange() });
    const piece = new Piece(run, {
      name: this.name,
      choice,
      parser,
      fd: bytes.fd,
      from: bytes.bomBytes,
      chunkBytes,
      rangeBytes,
      segmentRecords,
    });
    this.#run = run;
    this.#total = bytes.bytes;
    this.#generation++;
    piece.buildHead(bytes.head, bytes.isHeadWhole);
    this.#phase = 'indexing';
    this.#working = this.#index(bytes, piece, abort.signal);
    this.#onChange();
  }

  async reopen(options: OpenOptions): Promise<void> {
    await this.#release();
    await this.open(options);
  }

  async close(): Promise<void> {
    this.#phase = 'closed';
    await this.#release();
    this.#onChange();
  }

  get name(): string {
    return basename(this.path);
  }

  get run(): IndexRun {
    if (this.#run === undefined) throw new EngineError('closed', `${this.name} is not open.`);
    return this.#run;
  }

  get isReady(): boolean {
    return this.#phase === 'ready' || this.#phase === 'failed';
  }

  /** Why the source failed, once it has. */
  get failure(): EngineError {
    return this.#error === undefined ? new EngineError('internal', `${this.name} failed.`) : errorFromData(this.#error);
  }

  /** What a worker that starts late has to be told. */
  registrations(): Registration[] {
    return this.#run?.registrations() ?? [];
  }

  get timezone(): string {
    return this.#timezone;
  }

  /** Reads bytes of the source without blocking this thread. */
  async read(segment: Segment, from: number, to: number): Promise<Buffer> {
    if (this.#bytes === undefined) throw new EngineError('closed', `${this.name} was closed.`);
    const { fd } = this.run.pieceOf(segment);
    const bytes = Buffer.allocUnsafe(to - from);
    let done = 0;
    while (done < bytes.length) {
      const got = await readAt(fd, bytes, done, from + done);
      if (got === 0) break;
      done += got;
    }
    return bytes.subarray(0, done);
  }

  get state(): SourceState {
    const run = this.#run;
    const piece = run?.pieces[0];
    const totals = run?.totals;
    const records = totals?.records ?? 0;
    const indexed = run?.pieces.reduce((sum, { indexedTo }) => sum + indexedTo, 0) ?? 0;
    return {
      id: this.id,
      name: this.name,
      path: this.path,
      phase: this.#phase,
      ...(this.#error === undefined ? {} : { error: this.#error }),
      format: {
        name: piece?.format.name ?? 'text',
        title: piece?.format.title ?? '',
        open: piece?.format.open ?? false,
        ...(piece?.format.stackBy === undefined ? {} : { stackBy: piece.format.stackBy }),
      },
      encoding: this.#bytes?.encoding ?? 'utf-8',
      compression: this.#bytes?.compression ?? 'none',
      timezone: this.#timezone,
      bytes: Math.max(this.#total, indexed),
      bytesIndexed: indexed,
      lines: totals?.lines ?? 0,
      records,
      unparsed: totals?.unparsed ?? 0,
      blank: totals?.blank ?? 0,
      headerLines: totals?.headerLines ?? 0,
      overlong: totals?.overlong ?? 0,
      estimatedRecords: this.isReady || indexed === 0 ? records : Math.round((records / indexed) * this.#total),
      ...(run !== undefined && run.totals.timed > 0 ? { time: { from: run.timeFrom, to: run.timeTo } } : {}),
      untimed: records - (totals?.timed ?? 0),
      fields: run?.fields ?? [],
      memory: run?.memory ?? 0,
      generation: this.#generation + (run?.generation ?? 0),
      following: false,
      missing: false,
      markers: [],
    };
  }

  async #index(bytes: ByteSource, piece: Piece, signal: AbortSignal): Promise<void> {
    try {
      const filling = bytes.fill((available, isFinal, total) => {
        this.#total = total;
        piece.grow(available, isFinal);
        this.#onChange();
      }, signal);
      await Promise.all([piece.index(), filling.catch((error: unknown) => (this.#error = errorToData(error)))]);
      if (signal.aborted) return;
      this.#phase = this.#error === undefined ? 'ready' : 'failed';
    } catch (error) {
      if (signal.aborted || isCancelled(error)) return;
      this.#phase = 'failed';
      this.#error = errorToData(error);
    }
    this.#onChange();
  }

  async #release(): Promise<void> {
    this.#abort.abort();
    const run = this.#run;
    const bytes = this.#bytes;
    this.#run = this.#bytes = undefined;
    for (const piece of run?.pieces ?? []) piece.stop();
    await this.#working;
    await run?.dispose();
    await bytes?.close();
  }
}

const readAt = (fd: number, bytes: Buffer, at: number, position: number): Promise<number> =>
  new Promise((resolve, reject) => {
    readCallback(fd, bytes, at, bytes.length - at, position, (error, got) =>
      error === null ? resolve(got) : reject(error),
    );
  });
