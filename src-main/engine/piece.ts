/**
 * One file of a source, and the indexing of its bytes: cuts them into ranges, has workers index them, and publishes
 * what they find in order. The bytes may still be growing (an unpacking spool, a followed file).
 *
 * Lives on the engine's thread. Does not open or close files.
 */
import { EngineError } from '../../src-shared/errors.ts';
import type { CutPoint, Format, FormatChoice, FormatField, ParserContext, ParserOptions } from '../formats/index.ts';
import { formatFor } from '../formats/index.ts';
import { buildRange, type BuildOptions, type BuildRange, type BuiltSegment } from '../index/build.ts';
import { RecordReader } from '../index/record-reader.ts';
import type { Segment } from '../index/segment.ts';
import type { IndexRun, RangeOutcome } from './index-run.ts';
import { looseMs } from './merge/time-order.ts';

export interface PieceOptions {
  readonly name: string;
  /** Which of several files that are merged it is, or is a part of. */
  readonly file?: number;
  readonly choice: FormatChoice;
  readonly parser: ParserOptions;
  readonly fd: number;
  /** Where records begin: behind a byte order mark. */
  readonly from: number;
  readonly chunkBytes: number;
  readonly rangeBytes: number;
  readonly segmentRecords: number;
}

/** A range that is meant to fill segments leaves this share of them free, since records vary in length. */
const segmentSlack = 0.03;
/** The last ranges have at least so many bytes: each is a segment, and costs every filter something. */
const shortestBytes = 4 << 20;

/** A followed file's small segments are put together when there are so many of them. */
const smallSegments = 16;
/** Of several files, those between are moved: not more of them than in some milliseconds, and none that is still loose. */
const mostMoved = 1 << 20;
const looseForMs = 2 * looseMs;

export class Piece {
  readonly number: number;
  readonly name: string;
  readonly choice: FormatChoice;
  readonly parser: ParserOptions;
  readonly format: Format;
  readonly reader: RecordReader;
  /** Fields that the format names without having seen a record. */
  readonly declaredFields: readonly FormatField[];
  readonly file: number;
  readonly #run: IndexRun;
  readonly #options: PieceOptions;
  readonly #build: BuildOptions;
  readonly #abort = new AbortController();
  #fd: number;
  /** Bytes that may be read, and whether there will be more. */
  #available: number;
  #isFinal = false;
  #wake: () => void = () => undefined;
  /** Everything before this offset is in complete segments. */
  indexedTo: number;
  /** Where its first record may begin. */
  readonly from: number;
  /** Lines in there: the next range's lines count from it. Kept up to date by the run. */
  linesBefore = 0;
  /** What a parser has to know at `indexedTo`. */
  #context: ParserContext | undefined;
  /** Bytes of a record, by what was published last; 0 before that. */
  #recordBytes = 0;
  /** Bytes come while it is followed. */
  #isFollowed = false;
  /** The rows so far came from a look at the head of a file whose meaning is only known after a prescan. */
  #isFirstLook = false;

  constructor(run: IndexRun, options: PieceOptions) {
    this.#run = run;
    this.#options = options;
    this.number = run.pieces.length;
    this.name = options.name;
    this.file = options.file ?? 0;
    this.choice = options.choice;
    this.parser = options.parser;
    this.format = formatFor(options.choice);
    this.reader = new RecordReader(this.format, options.parser);
    this.declaredFields = [...this.format.createParser(options.parser).fields];
    this.#fd = options.fd;
    this.indexedTo = this.#available = this.from = options.from;
    this.#build = {
      chunkBytes: options.chunkBytes,
      segmentRecords: options.segmentRecords,
      seed: run.seed,
      ...(options.file === undefined ? {} : { file: options.name }),
    };
    run.addPiece(this);
  }

  get fd(): number {
    return this.#fd;
  }

  get available(): number {
    return this.#available;
  }

  /** When what is published now was written, as far as can be known. */
  get arrivedMs(): number {
    return this.#isFollowed ? Date.now() : this.parser.mtimeMs;
  }

  /** Reads the piece through another descriptor from now on: its file was truncated, a copy was kept. */
  readThrough(fd: number): void {
    this.#fd = fd;
    this.#run.tellPiece(this);
  }

  /** Indexes the head of the file on this thread, so that rows can be shown before any worker has started. */
  buildHead(bytes: Uint8Array, isWhole: boolean): void {
    const { from } = this.#options;
    const segments: BuiltSegment[] = [];
    const read = (target: Uint8Array, at: number, length: number, position: number): number => {
      const piece = bytes.subarray(position, Math.min(bytes.length, position + length));
      target.set(piece, at);
      return piece.length;
    };
    const range = { from, to: bytes.length, limit: bytes.length, final: isWhole, exact: true };
    const never = (): boolean => false;
    const emit = (found: BuiltSegment): unknown => segments.push(found);
    const { buildMemory } = this.#run;
    const result = buildRange(this.format, this.parser, range, this.#build, read, emit, never, buildMemory);
    this.#measure({ result, segments });
    this.#run.publish(this, { result, segments }, undefined);
    this.#isFirstLook = this.format.createPrescan !== undefined;
    if (!this.#isFirstLook) {
      this.indexedTo = result.endedAt;
      this.#context = result.context;
    }
  }

  /** Its bytes before `offset`, with so many lines, are indexed already. */
  restored(offset: number, lines: number): void {
    this.indexedTo = this.#available = offset;
    this.linesBefore = lines;
  }

  /** More bytes may be read; `isFinal`: and that is all. */
  grow(available: number, isFinal: boolean): void {
    this.#available = Math.max(this.#available, available);
    this.#isFinal = isFinal;
    this.#wake();
  }

  /** Indexes until everything is; rejects when a worker fails or the piece is stopped. */
  async index(): Promise<void> {
    // Nothing new stands behind what was restored.
    if (this.#isFinal && this.indexedTo === this.#available) return;
    if (this.format.createPrescan === undefined) await this.#indexRanges();
    else await this.#indexCuts(await this.#prescan());
  }

  /**
   * Indexes what is there now and comes back: complete records for good, a last one that may still grow as
   * provisional. `isOver`: nothing will follow, so the last record is complete.
   */
  async follow(available: number, isOver: boolean): Promise<void> {
    this.#isFollowed = true;
    this.#available = Math.max(this.#available, available);
    const limit = this.#available;
    await this.#indexBurst();
    const known = this.#context === undefined ? {} : { context: this.#context };
    const range = { from: this.indexedTo, to: limit, limit, exact: true, ...known };
    const complete = await this.#indexRange({ ...range, final: isOver });
    const { endedAt } = complete.result;
    const rest = endedAt < limit ? await this.#indexRange({ ...range, from: endedAt, final: true }) : undefined;
    this.indexedTo = endedAt;
    this.#context = complete.result.context;
    this.#run.publish(this, complete, rest);
    await this.#compact();
    await this.#run.options.makeRoom(this.#run);
  }

  /** Bytes are written faster than they are indexed: begins with those that are there, on all workers. */
  async followBurst(): Promise<void> {
    this.#isFollowed = true;
    await this.#indexBurst();
  }

  /** Indexes whole ranges, also those that come meanwhile, and leaves the rest. */
  async #indexBurst(): Promise<void> {
    const { rangeBytes, chunkBytes } = this.#options;
    if (this.format.createPrescan !== undefined || this.#available - this.indexedTo <= 2 * rangeBytes) return;
    let from = this.indexedTo;
    await this.#pipeline(() => {
      const limit = this.#available;
      // The last record of a range is read to its end.
      if (from + rangeBytes + chunkBytes > limit) return undefined;
      const range = { from, to: from + rangeBytes, limit, final: false, exact: from === this.indexedTo };
      from = range.to;
      return range;
    });
  }

  /** The file was indexed as complete and is followed from now on: its last record may grow after all. */
  reopenEnd(): void {
    const taken = this.#run.takeBack(this);
    if (taken === undefined) return;
    this.indexedTo = taken.offset;
    this.#context = taken.context === undefined ? undefined : JSON.parse(taken.context);
  }

  /** The record that may still grow goes on in another piece. */
  leaveRest(): void {
    this.#run.publish(this, noOutcome(this.indexedTo), undefined);
  }

  /** Goes on where another piece of the same file ends: the number of lines before, and what a parser has to know. */
  continueFrom(other: Piece): void {
    this.linesBefore = other.linesBefore;
    this.#context = other.#context;
  }

  stop(): void {
    this.#abort.abort();
    this.#wake();
  }

  async #prescan(): Promise<readonly CutPoint[]> {
    // The whole source has to be there first.
    while (!this.#isFinal) await this.#growth();
    const request = {
      format: this.choice,
      parser: this.parser,
      fd: this.#fd,
      from: this.#options.from,
      to: this.#available,
    };
    return this.#run.options.pool.run('prescan', request, { signal: this.#abort.signal });
  }

  async #growth(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    if (this.#abort.signal.aborted) throw new EngineError('closed', 'The file was closed.');
  }

  async #indexCuts(cuts: readonly CutPoint[]): Promise<void> {
    const { rangeBytes, from } = this.#options;
    const limit = this.#available;
    const ranges: BuildRange[] = [];
    for (let at = 0; at < cuts.length;) {
      const { offset, context } = cuts[at];
      at++;
      while (at < cuts.length && cuts[at].offset - offset < rangeBytes) at++;
      const to = at < cuts.length ? cuts[at].offset : limit;
      const known = context === undefined ? {} : { context };
      ranges.push({ from: Math.max(offset, from), to, limit, final: true, exact: true, ...known });
    }
    let next = 0;
    await this.#pipeline(() => ranges[next++]);
    this.indexedTo = limit;
    this.#run.options.onChange();
  }

  async #indexRanges(): Promise<void> {
    for (;;) {
      let from = this.indexedTo;
      const limit = this.#available;
      const final = this.#isFinal;
      await this.#pipeline(() => {
        const to = from + (final ? this.#lastRangeBytes(limit - from) : this.#rangeBytes);
        // While the source grows, only whole ranges are worth a task.
        if (from >= limit || (!final && to > limit)) return undefined;
        const range = { from, to: Math.min(to, limit), limit, final, exact: from === this.indexedTo };
        from = range.to;
        return range;
      });
      if (final && limit === this.#available) {
        this.indexedTo = limit;
        this.#run.options.onChange();
        return;
      }
      if (limit === this.#available && !this.#isFinal) await this.#growth();
    }
  }

  /** Towards the end ranges become shorter, so that all workers end at about the same time. */
  #lastRangeBytes(rest: number): number {
    const share = Math.ceil(rest / (2 * this.#run.options.pool.size));
    return Math.min(this.#rangeBytes, Math.max(shortestBytes, share));
  }

  /** Bytes of a range: what fills whole segments, since each one left over costs every filter and chart some more. */
  get #rangeBytes(): number {
    const { rangeBytes, segmentRecords } = this.#options;
    const segmentBytes = Math.floor(this.#recordBytes * segmentRecords * (1 - segmentSlack));
    if (segmentBytes === 0 || segmentBytes > rangeBytes * 1.5) return rangeBytes;
    return Math.max(1, Math.round(rangeBytes / segmentBytes)) * segmentBytes;
  }

  #measure({ result, segments }: RangeOutcome): void {
    const records = segments.reduce((sum, { data }) => sum + data.rows, 0);
    if (records > 0) this.#recordBytes = (result.endedAt - result.startedAt) / records;
  }

  /** Runs ranges on all workers and publishes them in order; a few are under way at once. */
  async #pipeline(nextRange: () => BuildRange | undefined): Promise<void> {
    const inFlight: { readonly range: BuildRange; readonly outcome: Promise<RangeOutcome> }[] = [];
    const fill = (): void => {
      while (inFlight.length < this.#run.options.pool.size + 1) {
        const range = nextRange();
        if (range === undefined) return;
        const outcome = this.#indexRange(range);
        outcome.catch(() => undefined);
        inFlight.push({ range, outcome });
      }
    };
    fill();
    for (let head = inFlight.shift(); head !== undefined; head = inFlight.shift()) {
      let outcome = await head.outcome;
      fill();
      const { startedAt, endedAt } = outcome.result;
      const { from: first } = this.#options;
      const reached = this.#isFirstLook ? first : this.indexedTo;
      if (startedAt > reached && reached < head.range.to) {
        // Lines that continue no record, or that only a look from the front can place.
        await this.#publish(await this.#indexRange({ ...head.range, from: reached, to: startedAt, exact: true }));
      } else if (startedAt < reached && endedAt > reached) {
        outcome = await this.#indexRange({ ...head.range, from: reached, exact: true });
      }
      await this.#publish(outcome);
      this.#abort.signal.throwIfAborted();
    }
  }

  async #indexRange(range: BuildRange): Promise<RangeOutcome> {
    const segments: BuiltSegment[] = [];
    const result = await this.#run.options.pool.run(
      'build',
      {
        source: this.#run.options.number,
        format: this.choice,
        parser: this.parser,
        fd: this.#fd,
        range,
        options: this.#build,
      },
      { signal: this.#abort.signal, onPart: (built) => segments.push(built) },
    );
    return { result, segments };
  }

  async #publish(outcome: RangeOutcome): Promise<void> {
    this.#abort.signal.throwIfAborted();
    if (this.#isFirstLook) {
      this.#isFirstLook = false;
      this.#run.restart();
    }
    if (outcome.result.endedAt >= this.indexedTo) {
      this.indexedTo = outcome.result.endedAt;
      this.#context = outcome.result.context;
    }
    this.#measure(outcome);
    this.#run.publish(this, outcome, undefined);
    await this.#run.options.makeRoom(this.#run);
  }

  /** Puts many small segments at the end together, so that following for days costs what opening costs. */
  async #compact(): Promise<void> {
    const small = this.#smallSegments();
    if (small.length < smallSegments || this.#run.isPinned) return;
    const from = small[0].base;
    const to = small[small.length - 1].end;
    const { context } = small[0].data;
    const known = context === undefined ? {} : { context: JSON.parse(context) };
    const outcome = await this.#indexRange({ from, to, limit: to, final: true, exact: true, ...known });
    this.#run.compact(small, this, outcome);
  }

  /** Segments of this piece at its end that could be one. */
  #smallSegments(): Segment[] {
    const { segments, provisionalSegments, files } = this.#run;
    const complete = segments.length - provisionalSegments;
    const end = files?.segmentsBefore(Date.now() - looseForMs, complete) ?? complete;
    const barrier = this.#run.barrier(end);
    const small: Segment[] = [];
    let moved = 0;
    for (let at = end - 1; at >= barrier && moved < mostMoved; at--) {
      const segment = segments[at];
      if (segment.piece !== this.number) {
        if (files === undefined) break;
        moved += segment.rows;
        continue;
      }
      const isLike = small.length === 0 || segment.data.context === small[0].data.context;
      if (segment.rows >= this.#options.segmentRecords / 2 || !isLike) break;
      small.unshift(segment);
    }
    return small;
  }
}

const noOutcome = (offset: number): RangeOutcome => ({
  result: { startedAt: offset, endedAt: offset, lines: 0, blank: 0, headerLines: 0, overlong: 0 },
  segments: [],
});
