/**
 * An open file: its bytes, the run that indexes them, and what the outside may know of both.
 *
 * Owned by the engine, on its thread. Reading it again with other options replaces bytes and run and keeps the id.
 */
import { basename } from 'node:path';
import { read as readCallback } from 'node:fs';
import { EngineError, errorFromData, errorToData, isCancelled, type ErrorData } from '../../src-shared/errors.ts';
import type { OpenOptions, SourceId, SourceState } from '../../src-shared/protocol.ts';
import type { CustomFormat, ParserOptions } from '../formats/index.ts';
import { chooseFormat, detectFormat } from '../formats/index.ts';
import type { Segment } from '../index/segment.ts';
import { type ByteSource, openFile } from '../sources/index.ts';
import type { Pool } from '../workers/pool.ts';
import type { Registration } from '../workers/tasks.ts';
import { FollowSession } from './follow-session.ts';
import { IndexRun } from './index-run.ts';
import { Piece } from './piece.ts';

export interface SourceSettings {
  readonly pool: Pool;
  readonly spoolFolder: string;
  readonly spoolLimitBytes: number;
  readonly followSpoolBytes: number;
  readonly chunkBytes: number;
  readonly rangeBytes: number;
  readonly segmentRecords: number;
  readonly systemZone: string;
  readonly customFormats: (onProblem: (problem: ErrorData) => void) => Promise<readonly CustomFormat[]>;
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
  #formatProblems: readonly string[] = [];
  #timezone: string;
  #generation = 0;
  #options: OpenOptions = {};
  #session: FollowSession | undefined;
  #isFollowing = false;
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
    const { pool, spoolFolder, spoolLimitBytes, systemZone, nextRun } = this.#settings;
    const abort = new AbortController();
    this.#abort = abort;
    this.#options = options;
    this.#phase = 'opening';
    this.#error = undefined;
    this.#timezone = options.timezone ?? systemZone;
    const { encoding } = options;
    const opening = openFile({
      path: this.path,
      spoolFolder,
      spoolLimitBytes,
      pool,
      ...(encoding === undefined ? {} : { encoding }),
    });
    const bytes = await (options.follow === true ? opening.catch(orMissing) : opening);
    this.#bytes = bytes;
    if (abort.signal.aborted) {
      await bytes?.close();
      throw new EngineError('closed', `${this.name} was closed.`);
    }
    const run = new IndexRun({ number: nextRun(), pool, onChange: () => this.#onChange() });
    const head = bytes?.head.subarray(bytes.bomBytes) ?? new Uint8Array(0);
    // A file that is followed from its first line on tells its format by that line.
    const isBlank = options.follow === true && head.length === 0;
    const piece = bytes === undefined || isBlank ? undefined : await this.#createPiece(run, bytes, head);
    this.#run = run;
    this.#total = bytes?.bytes ?? 0;
    this.#generation++;
    if (bytes !== undefined) piece?.buildHead(bytes.head, bytes.isHeadWhole && options.follow !== true);
    this.#phase = 'indexing';
    this.#working = this.#index(bytes, piece, abort.signal);
    if (options.follow === true) await this.#working;
    this.#onChange();
  }

  async #createPiece(
    run: IndexRun,
    bytes: Pick<ByteSource, 'fd' | 'bomBytes' | 'mtimeMs' | 'encoding'>,
    head: Uint8Array,
  ): Promise<Piece> {
    const { customFormats, chunkBytes, rangeBytes, segmentRecords } = this.#settings;
    const { year, format } = this.#options;
    const { mtimeMs, encoding, fd, bomBytes } = bytes;
    const parser: ParserOptions = { zone: this.#timezone, mtimeMs, encoding, ...(year === undefined ? {} : { year }) };
    const problems: string[] = [];
    const custom = await customFormats(({ message }) => problems.push(message));
    this.#formatProblems = problems;
    const detection = { ...parser, fileName: this.name, custom };
    const choice = format === undefined ? detectFormat(head, detection).choice : chooseFormat(format, head, detection);
    return new Piece(run, {
      name: this.name,
      choice,
      parser,
      fd,
      from: bomBytes,
      chunkBytes,
      rangeBytes,
      segmentRecords,
    });
  }

  /** Begins or ends following the file. */
  async follow(on: boolean): Promise<void> {
    if (!on) {
      await this.#session?.stop();
      this.#isFollowing = false;
      this.#onChange();
      return;
    }
    if (this.#isFollowing) return;
    if (this.#session !== undefined) {
      // Following again: what came meanwhile is read as a new opening reads it.
      await this.reopen({ ...this.#options, follow: true });
      return;
    }
    await this.#working;
    await this.#startFollowing(this.#bytes, this.run.pieces[0]);
    this.#onChange();
  }

  async #startFollowing(bytes: ByteSource | undefined, original: Piece | undefined): Promise<void> {
    const { spoolFolder, followSpoolBytes, chunkBytes, rangeBytes, segmentRecords } = this.#settings;
    if (bytes !== undefined && bytes.file === undefined) {
      throw new EngineError(
        'bad-argument',
        `${this.name} is compressed or in a wide encoding and cannot be followed. Follow the file it is made from.`,
      );
    }
    const { run } = this;
    const encoding = bytes?.encoding ?? 'utf-8';
    const session = new FollowSession(
      {
        path: this.path,
        name: this.name,
        spoolFolder,
        spoolBytes: followSpoolBytes,
        run,
        createPiece: async (fd, from, head) => {
          const first = run.pieces[0];
          if (first === undefined) {
            if (!head.includes(10)) return undefined;
            const piece = await this.#createPiece(run, { fd, bomBytes: 0, mtimeMs: Date.now(), encoding }, head);
            // Filters were bound without knowing a field.
            run.generation++;
            return piece;
          }
          const { name, choice, parser } = first;
          return new Piece(run, {
            name,
            choice,
            parser: { ...parser, mtimeMs: Date.now() },
            fd,
            from,
            chunkBytes,
            rangeBytes,
            segmentRecords,
          });
        },
        onChange: () => this.#onChange(),
        onError: (error) => {
          this.#error = errorToData(error);
          this.#onChange();
        },
      },
      original,
    );
    this.#session = session;
    this.#isFollowing = true;
    await session.start(bytes?.file === undefined ? undefined : { handle: bytes.file, size: original?.available ?? 0 });
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
      following: this.#isFollowing,
      missing: this.#session?.isMissing ?? false,
      partialLine: this.#session?.isLinePartial ?? false,
      markers: this.#session?.markers ?? [],
      formatProblems: this.#formatProblems,
    };
  }

  async #index(bytes: ByteSource | undefined, piece: Piece | undefined, signal: AbortSignal): Promise<void> {
    try {
      if (bytes !== undefined && piece !== undefined) await this.#indexPiece(bytes, piece, signal);
      if (signal.aborted) return;
      if (this.#options.follow === true && this.#error === undefined) await this.#startFollowing(bytes, piece);
      this.#phase = this.#error === undefined ? 'ready' : 'failed';
    } catch (error) {
      if (signal.aborted || isCancelled(error)) return;
      this.#phase = 'failed';
      this.#error = errorToData(error);
    }
    this.#onChange();
  }

  async #indexPiece(bytes: ByteSource, piece: Piece, signal: AbortSignal): Promise<void> {
    const filling = bytes.fill((available, isFinal, total) => {
      this.#total = total;
      piece.grow(available, isFinal);
      this.#onChange();
    }, signal);
    await Promise.all([piece.index(), filling.catch((error: unknown) => (this.#error = errorToData(error)))]);
  }

  async #release(): Promise<void> {
    this.#abort.abort();
    const run = this.#run;
    const bytes = this.#bytes;
    this.#run = this.#bytes = undefined;
    for (const piece of run?.pieces ?? []) piece.stop();
    await this.#working;
    await this.#session?.dispose();
    this.#session = undefined;
    this.#isFollowing = false;
    run?.dispose();
    await bytes?.close();
  }
}

const readAt = (fd: number, bytes: Buffer, at: number, position: number): Promise<number> =>
  new Promise((resolve, reject) => {
    readCallback(fd, bytes, at, bytes.length - at, position, (error, got) =>
      error === null ? resolve(got) : reject(error),
    );
  });

/** A followed file need not exist yet. */
function orMissing(error: unknown): undefined {
  if (error instanceof EngineError && error.code === 'not-found') return undefined;
  throw error;
}
