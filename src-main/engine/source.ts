/**
 * An open file: its bytes, the run that indexes them, and what the outside may know of both.
 *
 * Owned by the engine, on its thread. Reading it again with other options replaces bytes and run and keeps the id.
 */
import { basename } from 'node:path';
import type { FileHandle } from 'node:fs/promises';
import { EngineError, errorFromData, errorToData, isCancelled, type ErrorData } from '../../src-shared/errors.ts';
import type { Marker, OpenOptions, SourceId, SourceState } from '../../src-shared/protocol.ts';
import type { CustomFormat } from '../formats/index.ts';
import type { Segment } from '../index/segment.ts';
import type { BlockCache } from '../index/store/block-cache.ts';
import type { FileIdentity, IndexKey } from '../index/store/directory.ts';
import { type ByteSource, openFile } from '../sources/index.ts';
import type { Pool } from '../workers/pool.ts';
import type { Registration } from '../workers/tasks.ts';
import { FollowSession } from './follow-session.ts';
import { IndexRun } from './index-run.ts';
import { cannotFollow, continuePiece, createPiece, type OpenSource, orMissing, readBytes } from './open-source.ts';
import type { Piece } from './piece.ts';
import { describeRun, type IndexFile } from './store/index-file.ts';
import { type FoundIndex, identify, type IndexStore, isUnchanged } from './store/index-store.ts';
import { loadIndex } from './store/load-index.ts';
import type { MemoryBudget } from './store/memory-budget.ts';

export interface SourceSettings {
  readonly pool: Pool;
  readonly store: IndexStore;
  readonly budget: MemoryBudget;
  /** What this thread reads back of stored indexes. */
  readonly cache: BlockCache;
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

/** A log whose index may be stored, and under what. */
interface Storable {
  readonly log: FileHandle;
  readonly key: IndexKey;
  readonly identity: FileIdentity;
}

/** A stored index takes less of a log's size than this: measured as 15 to 18 %. */
const storedShare = 0.25;
/** A log that grew by less is not worth writing its index anew: what is new is indexed again in a moment. */
const leastGrowthBytes = 8 << 20;
const leastGrowthShare = 0.05;
/** Closing waits for an index that is being stored, but never longer than this, or this share of what indexing took. */
const leastPatienceMs = 2000;
const patienceShare = 0.1;

export class Source implements OpenSource {
  readonly id: SourceId;
  readonly path: string;
  readonly paths: readonly string[];
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
  /** The stored index that was found, and the file that the run is written to. */
  #found: FoundIndex | undefined;
  #file: Promise<IndexFile | undefined> | undefined;
  #saving: Promise<void> = Promise.resolve();
  #saveAbort = new AbortController();
  /** How long indexing took. */
  #indexedInMs = 0;

  constructor(id: SourceId, path: string, settings: SourceSettings, onChange: () => void) {
    this.id = id;
    this.path = path;
    this.paths = [path];
    this.#settings = settings;
    this.#onChange = onChange;
    this.#timezone = settings.systemZone;
  }

  /**
   * Opens and parses the head, or finds all of it in a stored index (but not when `isAnew`), then goes on indexing behind
   * the caller's back.
   */
  async open(options: OpenOptions, isAnew = false): Promise<void> {
    const { pool, cache, budget, spoolFolder, spoolLimitBytes, systemZone, nextRun } = this.#settings;
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
    const run = new IndexRun({
      number: nextRun(),
      pool,
      cache,
      onChange: () => this.#onChange(),
      makeRoom: () => budget.makeRoom(),
    });
    const head = bytes?.head.subarray(bytes.bomBytes) ?? new Uint8Array(0);
    // A file that is followed from its first line on tells its format by that line.
    const isBlank = options.follow === true && head.length === 0;
    const piece = bytes === undefined || isBlank ? undefined : await this.#createPiece(run, bytes, head);
    const stored = bytes === undefined || piece === undefined ? undefined : await this.#identify(bytes, piece);
    const found = isAnew ? undefined : await this.#findStored(stored, piece);
    if (abort.signal.aborted) {
      await found?.file.close();
      run.dispose();
      throw new EngineError('closed', `${this.name} was closed.`);
    }
    this.#run = run;
    this.#found = found;
    budget.add(run, () => this.#fileFor(true));
    this.#total = bytes?.bytes ?? 0;
    this.#generation++;
    if (found !== undefined && piece !== undefined) {
      run.restore(piece, found.index, found.file.fd);
      if (found.hasGrown) piece.reopenEnd();
    } else if (bytes !== undefined) piece?.buildHead(bytes.head, bytes.isHeadWhole && options.follow !== true);
    this.#phase = 'indexing';
    this.#working = this.#index(bytes, piece, stored, abort.signal);
    if (options.follow === true) await this.#working;
    this.#onChange();
  }

  async #createPiece(
    run: IndexRun,
    bytes: Pick<ByteSource, 'fd' | 'bomBytes' | 'mtimeMs' | 'encoding'>,
    head: Uint8Array,
  ): Promise<Piece> {
    const { piece, problems } = await createPiece(run, this.#settings, {
      name: this.name,
      fileName: this.name,
      timezone: this.#timezone,
      options: this.#options,
      bytes,
      head,
    });
    this.#formatProblems = problems;
    return piece;
  }

  /** What an index of the file is stored under; undefined when it is not to be stored. */
  async #identify(bytes: ByteSource, piece: Piece): Promise<Storable | undefined> {
    const { store } = this.#settings;
    const { file: log, encoding, bomBytes: from, mtimeMs } = bytes;
    // A compressed file's pages need its spool, which is gone: it is unpacked again, and indexed behind that.
    if (log === undefined || this.#options.noCache === true || !store.keeps(bytes.bytes)) return undefined;
    const format = JSON.stringify([piece.choice, piece.format.version]);
    const year = this.#options.year ?? 0;
    const key = { code: await store.code(), format, encoding, from, timezone: this.#timezone, year };
    return { log, key, identity: await identify(log, bytes.bytes, mtimeMs) };
  }

  async #findStored(storable: Storable | undefined, piece: Piece | undefined): Promise<FoundIndex | undefined> {
    if (storable === undefined || piece === undefined) return undefined;
    const { log, key, identity } = storable;
    // What came before may read differently once more stands behind it, where a format has to be read in order first.
    const mayGrow = piece.format.createPrescan === undefined;
    return this.#settings.store.find(this.path, log, key, identity, mayGrow);
  }

  /** Where the run's segments go; `orSpool`: to a file that is not kept, if the index is not to be stored. */
  async #fileFor(orSpool: boolean): Promise<IndexFile | undefined> {
    const { store } = this.#settings;
    const isStored = this.#bytes?.file !== undefined && this.#options.noCache !== true && store.keeps(this.#total);
    const create = async (): Promise<IndexFile | undefined> =>
      (isStored ? await store.create(this.path, this.#total * storedShare) : undefined) ??
      (orSpool ? store.createSpool() : undefined);
    this.#file ??= create();
    const file = await this.#file;
    if (file === undefined) this.#file = undefined;
    return file;
  }

  /** Whether the file with this descriptor holds some of the index. */
  async ownsStored(fd: number): Promise<boolean> {
    return this.#found?.file.fd === fd || (await this.#file)?.fd === fd;
  }

  get options(): OpenOptions {
    return this.#isFollowing ? { ...this.#options, follow: true } : this.#options;
  }

  /** Writes the finished index to the cache, unless it came from there. */
  async #save({ log, key, identity }: Storable, run: IndexRun, signal: AbortSignal): Promise<void> {
    const known = this.#found?.index.file.size ?? 0;
    if (known > 0 && identity.size - known < Math.max(leastGrowthBytes, known * leastGrowthShare)) return;
    const file = await this.#fileFor(false);
    if (file?.target === undefined) return;
    await file.storeSegments(run, run.segments, signal);
    const dictionaries = await file.storeTexts(run, signal);
    if (!(await isUnchanged(log, identity)) || signal.aborted) return;
    const index = describeRun(run, file, dictionaries, key, identity);
    if (index !== undefined) await this.#settings.store.keep(file, index);
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
    // What is followed is read through spools that end with the program; what was there before is stored, or soon again.
    await this.#endSaving();
    await this.#startFollowing(this.#bytes, this.run.pieces[0]);
    this.#onChange();
  }

  async #startFollowing(bytes: ByteSource | undefined, original: Piece | undefined): Promise<void> {
    const { spoolFolder, followSpoolBytes, rangeBytes } = this.#settings;
    if (bytes !== undefined && bytes.file === undefined) throw cannotFollow(this.name);
    const { run } = this;
    await run.adoptTexts();
    const encoding = bytes?.encoding ?? 'utf-8';
    const session = new FollowSession(
      {
        path: this.path,
        name: this.name,
        spoolFolder,
        spoolBytes: followSpoolBytes,
        rangeBytes,
        createPiece: async (fd, from, head) => {
          const first = run.pieces[0];
          if (first === undefined) {
            if (!head.includes(10)) return undefined;
            const piece = await this.#createPiece(run, { fd, bomBytes: 0, mtimeMs: Date.now(), encoding }, head);
            // Filters were bound without knowing a field.
            run.generation++;
            return piece;
          }
          return continuePiece(run, first, this.#settings, fd, from);
        },
        isFormatKnown: () => run.pieces.length > 0,
        nextId: () => run.totals.records,
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

  async reopen(options: OpenOptions, isAnew = false): Promise<void> {
    await this.#release();
    await this.open(options, isAnew);
  }

  async close(): Promise<void> {
    this.#phase = 'closed';
    const patience = setTimeout(
      () => this.#saveAbort.abort(),
      Math.max(leastPatienceMs, this.#indexedInMs * patienceShare),
    );
    await this.#saving;
    clearTimeout(patience);
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

  get markers(): readonly Marker[] {
    return this.#session?.markers ?? [];
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
    this.#settings.budget.touch(segment);
    return readBytes(this.run.pieceOf(segment).fd, from, to);
  }

  get state(): SourceState {
    const run = this.#run;
    const piece = run?.pieces[0];
    const totals = run?.totals;
    const records = totals?.records ?? 0;
    // Each piece but the first one goes on where another ended, or is a file of its own from its begin.
    const indexed =
      run?.pieces.reduce((sum, { indexedTo, from }, at) => sum + indexedTo - (at === 0 ? 0 : from), 0) ?? 0;
    const last = run?.pieces.at(-1);
    const unfinished = last === undefined ? 0 : last.available - last.indexedTo;
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
      bytes: Math.max(this.#total, indexed + unfinished),
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
      markers: this.markers,
      formatProblems: this.#formatProblems,
    };
  }

  async #index(
    bytes: ByteSource | undefined,
    piece: Piece | undefined,
    storable: Storable | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { run } = this;
    const started = performance.now();
    try {
      if (this.#found !== undefined) {
        await loadIndex(run, this.#settings.budget, signal);
        if (this.#found.hasGrown) await run.adoptTexts();
      }
      if (bytes !== undefined && piece !== undefined) await this.#indexPiece(bytes, piece, signal);
      if (signal.aborted) return;
      this.#indexedInMs = performance.now() - started;
      if (this.#options.follow === true && this.#error === undefined) await this.#startFollowing(bytes, piece);
      this.#phase = this.#error === undefined ? 'ready' : 'failed';
    } catch (error) {
      if (signal.aborted || isCancelled(error)) return;
      this.#phase = 'failed';
      this.#error = errorToData(error);
    }
    if (this.#phase === 'ready' && storable !== undefined && !this.#isFollowing) {
      this.#saveAbort = new AbortController();
      // A full disk, or a source that is closed meanwhile: then it is not stored.
      this.#saving = this.#save(storable, run, this.#saveAbort.signal).catch(() => undefined);
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
    await this.#endSaving();
    await this.#session?.dispose();
    this.#session = undefined;
    this.#isFollowing = false;
    if (run !== undefined) this.#settings.budget.remove(run);
    run?.dispose();
    const file = await this.#file;
    this.#file = undefined;
    await file?.close();
    await this.#found?.file.close();
    this.#found = undefined;
    await bytes?.close();
  }

  async #endSaving(): Promise<void> {
    this.#saveAbort.abort();
    await this.#saving;
  }
}
