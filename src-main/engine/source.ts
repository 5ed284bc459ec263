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
import { RecordReader } from '../index/record-reader.ts';
import { type ByteSource, openFile } from '../sources/index.ts';
import type { Pool } from '../workers/pool.ts';
import type { Registration } from '../workers/tasks.ts';
import { IndexRun } from './index-run.ts';

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
  #reader: RecordReader | undefined;
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
    const run = new IndexRun({
      number: nextRun(),
      name: this.name,
      choice,
      parser,
      fd: bytes.fd,
      from: bytes.bomBytes,
      pool,
      chunkBytes,
      rangeBytes,
      segmentRecords,
      onChange: () => this.#onChange(),
    });
    this.#run = run;
    this.#reader = new RecordReader(run.format, parser);
    this.#total = bytes.bytes;
    this.#generation++;
    run.buildHead(bytes.head, bytes.isHeadWhole);
    this.#phase = 'indexing';
    this.#working = this.#index(bytes, run, abort.signal);
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

  get reader(): RecordReader {
    if (this.#reader === undefined) throw new EngineError('closed', `${this.name} is not open.`);
    return this.#reader;
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
  async read(from: number, to: number): Promise<Buffer> {
    const fd = this.#bytes?.fd;
    if (fd === undefined) throw new EngineError('closed', `${this.name} was closed.`);
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
    const head = this.#bytes?.head.length ?? 0;
    const headShare = run !== undefined && run.indexedTo > 0 ? run.records / run.indexedTo : 0;
    return {
      id: this.id,
      name: this.name,
      path: this.path,
      phase: this.#phase,
      ...(this.#error === undefined ? {} : { error: this.#error }),
      format: {
        name: run?.format.name ?? 'text',
        title: run?.format.title ?? '',
        open: run?.format.open ?? false,
        ...(run?.format.stackBy === undefined ? {} : { stackBy: run.format.stackBy }),
      },
      encoding: this.#bytes?.encoding ?? 'utf-8',
      compression: this.#bytes?.compression ?? 'none',
      timezone: this.#timezone,
      bytes: Math.max(this.#total, head),
      bytesIndexed: run?.indexedTo ?? 0,
      lines: run?.lines ?? 0,
      records: run?.records ?? 0,
      unparsed: run?.unparsed ?? 0,
      blank: run?.blank ?? 0,
      headerLines: run?.headerLines ?? 0,
      overlong: run?.overlong ?? 0,
      estimatedRecords: this.isReady ? (run?.records ?? 0) : Math.round(headShare * this.#total),
      ...(run !== undefined && run.timed > 0 ? { time: { from: run.timeFrom, to: run.timeTo } } : {}),
      untimed: run === undefined ? 0 : run.records - run.timed,
      fields: run?.fields ?? [],
      memory: run?.memory ?? 0,
      generation: this.#generation + (run?.generation ?? 0),
    };
  }

  async #index(bytes: ByteSource, run: IndexRun, signal: AbortSignal): Promise<void> {
    try {
      const filling = bytes.fill((available, isFinal, total) => {
        this.#total = total;
        run.grow(available, isFinal);
        this.#onChange();
      }, signal);
      await Promise.all([run.run(), filling.catch((error: unknown) => (this.#error = errorToData(error)))]);
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
    this.#run = this.#bytes = this.#reader = undefined;
    run?.stop();
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
