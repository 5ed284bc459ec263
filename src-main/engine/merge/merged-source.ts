/**
 * Several files as one log: their records in one run, shown in the order of time (time-order.ts), each with the name of
 * its file. One after the other is indexed, then all are followed if that was asked for; a file that is followed need
 * not exist yet. Owned by the engine, on its thread.
 */
import { EngineError, errorFromData, errorToData, isCancelled, type ErrorData } from '../../../src-shared/errors.ts';
import type { Marker, OpenOptions, SourceId, SourceState } from '../../../src-shared/protocol.ts';
import type { Segment } from '../../index/segment.ts';
import { type ByteSource, openFile } from '../../sources/index.ts';
import type { Registration } from '../../workers/tasks.ts';
import { FollowSession } from '../follow-session.ts';
import { IndexRun } from '../index-run.ts';
import { cannotFollow, continuePiece, createPiece, type OpenSource, orMissing, readBytes } from '../open-source.ts';
import type { Piece } from '../piece.ts';
import type { SourceSettings } from '../source.ts';
import type { IndexFile } from '../store/index-file.ts';
import { distinctNames } from './distinct-names.ts';
import { describeMerged } from './merged-state.ts';

/** One of the files. */
export interface MergedFile {
  readonly number: number;
  readonly path: string;
  /** Tells it from the others. */
  readonly name: string;
  /** Undefined while a followed file does not exist. */
  readonly bytes: ByteSource | undefined;
  /** Undefined while there is no line to tell the format by. */
  first: Piece | undefined;
  session: FollowSession | undefined;
}

export class MergedSource implements OpenSource {
  readonly id: SourceId;
  readonly paths: readonly string[];
  readonly name: string;
  readonly #names: readonly string[];
  readonly #settings: SourceSettings;
  /** Called whenever the state changed; the engine coalesces. */
  readonly #onChange: () => void;
  #files: readonly MergedFile[] = [];
  #run: IndexRun | undefined;
  #phase: SourceState['phase'] = 'opening';
  #error: ErrorData | undefined;
  #abort = new AbortController();
  /** Bytes by file, as far as they are known. */
  #totals: number[] = [];
  #problems: readonly string[] = [];
  #timezone: string;
  #generation = 0;
  #options: OpenOptions = {};
  #isFollowing = false;
  #working: Promise<void> = Promise.resolve();
  /** Where segments go that the memory budget has no room for. */
  #spool: Promise<IndexFile | undefined> | undefined;

  constructor(id: SourceId, paths: readonly string[], settings: SourceSettings, onChange: () => void) {
    this.id = id;
    this.paths = paths;
    this.#names = distinctNames(paths);
    this.name = nameOfAll(this.#names);
    this.#settings = settings;
    this.#onChange = onChange;
    this.#timezone = settings.systemZone;
  }

  /** Opens the files and parses the head of the first, then goes on behind the caller's back; waits when they are followed. */
  async open(options: OpenOptions): Promise<void> {
    const { pool, cache, budget, systemZone, nextRun } = this.#settings;
    const abort = new AbortController();
    this.#abort = abort;
    this.#options = options;
    this.#phase = 'opening';
    this.#error = undefined;
    this.#timezone = options.timezone ?? systemZone;
    const opened = await this.#openAll(options);
    if (abort.signal.aborted) {
      await Promise.all(opened.map(async (bytes) => bytes?.close()));
      throw new EngineError('closed', `${this.name} was closed.`);
    }
    this.#files = opened.map((bytes, number) => ({
      number,
      path: this.paths[number],
      name: this.#names[number],
      bytes,
      first: undefined,
      session: undefined,
    }));
    this.#totals = opened.map((bytes) => bytes?.bytes ?? 0);
    const run = new IndexRun({
      number: nextRun(),
      pool,
      cache,
      files: this.paths.length,
      onChange: () => this.#onChange(),
      makeRoom: () => budget.makeRoom(),
    });
    this.#run = run;
    budget.add(run, () => (this.#spool ??= this.#settings.store.createSpool()));
    this.#generation++;
    const first = this.#files.find(({ bytes }) => bytes !== undefined);
    if (first?.bytes !== undefined) {
      const piece = await this.#firstPiece(run, first, first.bytes);
      piece?.buildHead(first.bytes.head, first.bytes.isHeadWhole && options.follow !== true);
    }
    this.#phase = 'indexing';
    this.#working = this.#index(run, abort.signal);
    if (options.follow === true) await this.#working;
    this.#onChange();
  }

  async #openAll({ encoding, follow }: OpenOptions): Promise<readonly (ByteSource | undefined)[]> {
    const { pool, spoolFolder, spoolLimitBytes } = this.#settings;
    const chosen = encoding === undefined ? {} : { encoding };
    const opening = await Promise.allSettled(
      this.paths.map((path) => {
        const bytes = openFile({ path, spoolFolder, spoolLimitBytes, pool, ...chosen });
        return follow === true ? bytes.catch(orMissing) : bytes;
      }),
    );
    const opened = opening.map((each) => (each.status === 'fulfilled' ? each.value : undefined));
    const failed = opening.find((each) => each.status === 'rejected');
    const unfit = opened.findIndex((bytes) => follow === true && bytes !== undefined && bytes.file === undefined);
    if (failed === undefined && unfit < 0) return opened;
    await Promise.all(opened.map(async (bytes) => bytes?.close()));
    throw failed?.reason ?? cannotFollow(this.#names[unfit]);
  }

  async #firstPiece(run: IndexRun, file: MergedFile, bytes: ByteSource): Promise<Piece | undefined> {
    const head = bytes.head.subarray(bytes.bomBytes);
    // A file that is followed from its first line on tells its format by that line.
    if (file.first !== undefined || (head.length === 0 && this.#options.follow === true)) return file.first;
    return this.#createFirst(run, file, bytes, head);
  }

  async #createFirst(
    run: IndexRun,
    file: MergedFile,
    bytes: Pick<ByteSource, 'fd' | 'bomBytes' | 'mtimeMs' | 'encoding'>,
    head: Uint8Array,
  ): Promise<Piece> {
    const { number, name, path } = file;
    const request = { name, fileName: path, file: number, timezone: this.#timezone, options: this.#options };
    const { piece, problems } = await createPiece(run, this.#settings, { ...request, bytes, head });
    this.#problems = problems;
    file.first = piece;
    return piece;
  }

  /** One file after the other, so that the record that may still grow stands at the end when it is taken back. */
  async #index(run: IndexRun, signal: AbortSignal): Promise<void> {
    const { follow } = this.#options;
    try {
      for (const file of this.#files) {
        if (file.bytes === undefined) continue;
        const piece = await this.#firstPiece(run, file, file.bytes);
        if (piece !== undefined) await this.#indexPiece(file, file.bytes, piece, signal);
        if (signal.aborted) return;
        if (follow === true) piece?.reopenEnd();
      }
      if (follow === true && this.#error === undefined) {
        for (const file of this.#files) await this.#startFollowing(run, file);
        this.#isFollowing = true;
      }
      this.#phase = this.#error === undefined ? 'ready' : 'failed';
    } catch (error) {
      if (signal.aborted || isCancelled(error)) return;
      this.#phase = 'failed';
      this.#error = errorToData(error);
    }
    this.#onChange();
  }

  async #indexPiece(file: MergedFile, bytes: ByteSource, piece: Piece, signal: AbortSignal): Promise<void> {
    const filling = bytes.fill((available, isFinal, total) => {
      this.#totals[file.number] = total;
      piece.grow(available, isFinal);
      this.#onChange();
    }, signal);
    await Promise.all([piece.index(), filling.catch((error: unknown) => (this.#error = errorToData(error)))]);
  }

  async #startFollowing(run: IndexRun, file: MergedFile): Promise<void> {
    const { spoolFolder, followSpoolBytes, rangeBytes } = this.#settings;
    const { bytes, number, name, path } = file;
    const encoding = bytes?.encoding ?? 'utf-8';
    const session = new FollowSession(
      {
        path,
        name,
        spoolFolder,
        spoolBytes: followSpoolBytes,
        rangeBytes,
        createPiece: async (fd, from, head) => {
          if (file.first !== undefined) return continuePiece(run, file.first, this.#settings, fd, from);
          if (!head.includes(10)) return undefined;
          const piece = await this.#createFirst(run, file, { fd, bomBytes: 0, mtimeMs: Date.now(), encoding }, head);
          // Filters were bound without knowing a field.
          run.generation++;
          return piece;
        },
        isFormatKnown: () => file.first !== undefined,
        nextId: () => run.nextIdOf(number),
        onChange: () => this.#onChange(),
        onError: (error) => {
          this.#error = errorToData(error);
          this.#onChange();
        },
      },
      file.first,
    );
    file.session = session;
    await session.start(
      bytes?.file === undefined ? undefined : { handle: bytes.file, size: file.first?.available ?? 0 },
    );
  }

  async follow(on: boolean): Promise<void> {
    if (on === this.#isFollowing) return;
    // What came meanwhile is read as a new opening reads it, and so is the record at the end of each file.
    if (on) return this.reopen({ ...this.#options, follow: true });
    await Promise.all(this.#files.map(async ({ session }) => session?.stop()));
    this.#isFollowing = false;
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

  get options(): OpenOptions {
    return this.#isFollowing ? { ...this.#options, follow: true } : this.#options;
  }

  get run(): IndexRun {
    if (this.#run === undefined) throw new EngineError('closed', `${this.name} is not open.`);
    return this.#run;
  }

  get markers(): readonly Marker[] {
    return this.#files.flatMap(({ session }) => session?.markers ?? []).sort((a, b) => a.at - b.at);
  }

  get isReady(): boolean {
    return this.#phase === 'ready' || this.#phase === 'failed';
  }

  get failure(): EngineError {
    return this.#error === undefined ? new EngineError('internal', `${this.name} failed.`) : errorFromData(this.#error);
  }

  get state(): SourceState {
    return describeMerged(this.#run, this.#files, {
      id: this.id,
      name: this.name,
      phase: this.#phase,
      error: this.#error,
      timezone: this.#timezone,
      total: this.#totals.reduce((sum, bytes) => sum + bytes, 0),
      generation: this.#generation,
      isReady: this.isReady,
      isFollowing: this.#isFollowing,
      markers: this.markers,
      formatProblems: this.#problems,
    });
  }

  registrations(): Registration[] {
    return this.#run?.registrations() ?? [];
  }

  async read(segment: Segment, from: number, to: number): Promise<Buffer> {
    this.#settings.budget.touch(segment);
    return readBytes(this.run.pieceOf(segment).fd, from, to);
  }

  async ownsStored(fd: number): Promise<boolean> {
    return (await this.#spool)?.fd === fd;
  }

  async #release(): Promise<void> {
    this.#abort.abort();
    const run = this.#run;
    const files = this.#files;
    this.#run = undefined;
    this.#files = [];
    for (const piece of run?.pieces ?? []) piece.stop();
    await this.#working;
    for (const { session } of files) await session?.dispose();
    this.#isFollowing = false;
    if (run !== undefined) this.#settings.budget.remove(run);
    run?.dispose();
    const spool = await this.#spool;
    this.#spool = undefined;
    await spool?.close();
    for (const { bytes } of files) await bytes?.close();
  }
}

function nameOfAll(names: readonly string[]): string {
  const shown = names.length > mostNamed ? names.slice(0, mostNamed - 1) : names;
  const others = names.length - shown.length;
  return `${shown.join(' + ')}${others === 0 ? '' : ` + ${others} more`}`;
}

/** As many names as fit a tab. */
const mostNamed = 3;
