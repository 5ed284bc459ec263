/**
 * The index of a source while it is open: its files ("pieces"), their segments in the order of their records, the
 * dictionaries and what is known of the fields.
 *
 * Lives on the engine's thread. A closed file is one piece; a followed one gets another piece at each rotation, and
 * several files followed together are pieces of one run. Segments at the end may be provisional: they hold a record
 * that can still grow and are replaced when more bytes come. Another format for the same bytes is a new run.
 */
import { randomInt } from 'node:crypto';
import type { Field, FieldType } from '../../src-shared/model/field.ts';
import type { SourceField } from '../../src-shared/protocol.ts';
import type { Format } from '../formats/index.ts';
import type { BuildResult, BuiltSegment } from '../index/build.ts';
import { BuildMemory } from '../index/column-dictionary.ts';
import { Dictionary, type DictionaryGrowth } from '../index/dictionary.ts';
import { openSegment } from '../index/open-segment.ts';
import type { Segment, SegmentData } from '../index/segment.ts';
import type { BlockCache } from '../index/store/block-cache.ts';
import type { StoredIndex } from '../index/store/directory.ts';
import { readFrom } from '../index/store/read-texts.ts';
import { IndexMemory } from '../kernels/index-memory.ts';
import { indexingKernels } from '../workers/kernel-file.ts';
import type { Pool } from '../workers/pool.ts';
import type { PlacedDictionary, PlacedSegment, Registration } from '../workers/tasks.ts';
import { FileRecords } from './merge/file-records.ts';
import { renumbering } from './merge/renumbering.ts';
import type { Piece } from './piece.ts';
import { RunContents, type Totals } from './run-contents.ts';

export interface IndexRunOptions {
  /** Numbers runs over all sources: workers know a run by it. */
  readonly number: number;
  readonly pool: Pool;
  /** What this thread reads back of a stored index. */
  readonly cache: BlockCache;
  /** Segments, fields or progress changed. */
  readonly onChange: () => void;
  /** Resolves when the memory budget allows for more segments. */
  readonly makeRoom: (run: IndexRun) => Promise<void>;
  /** Files of a source that merges several by time. */
  readonly files?: number;
}

/** What one pass over a range of a piece found. */
export interface RangeOutcome {
  readonly result: BuildResult;
  readonly segments: readonly BuiltSegment[];
}

/** The rows of segments [from, to) stand in others now. */
export interface Regrouped {
  readonly from: number;
  readonly to: number;
  /** The segments there were, from 0, in the order in which their rows stand now. */
  readonly order: readonly number[];
  /** Rows of those that there are now. */
  readonly sizes: readonly number[];
  /** Number that a record from the first of them on has now. */
  readonly renumbered: (record: number) => number;
}

/** Who has to know when rows stand in other segments. */
export interface Regrouping {
  readonly regrouped: (change: Regrouped) => void;
  /** Segments before this one must not be put together with others. */
  readonly barrier: () => number;
}

export class IndexRun {
  readonly options: IndexRunOptions;
  readonly seed = randomInt(0x7fffffff);
  readonly segments: Segment[] = [];
  readonly pieces: Piece[] = [];
  /** What this thread needs to build segments itself, and the dictionaries that all threads write. */
  readonly buildMemory = BuildMemory.create(IndexMemory.create(), indexingKernels());
  readonly #dictionaries = new Map<string, Dictionary>();
  readonly #contents = new RunContents();
  readonly #regroupings = new Set<Regrouping>();
  /** Tasks and pages under way that name segments or records by number. */
  #pins = 0;
  /** Of a source that merges several files. */
  readonly files: FileRecords | undefined;
  /** Dictionaries that stand in the stored index and not in those that all threads write. */
  #stored: readonly PlacedDictionary[] = [];
  /** Segments that workers know of, with their dictionaries: those that can be filtered. */
  registered = 0;
  /** Grows when rows that were told of are replaced by others. */
  generation = 0;
  /** Provisional segments stand at the end; this many. */
  #provisional: { readonly piece: Piece; readonly outcome: RangeOutcome }[] = [];
  #provisionalSegments = 0;
  /** What was published last, so that it can be taken back when its last record turns out to grow. */
  #last: { readonly piece: Piece; readonly outcome: RangeOutcome } | undefined;

  constructor(options: IndexRunOptions) {
    this.options = options;
    const { files } = options;
    if (files !== undefined) {
      this.files = new FileRecords(files, this.segments, (segment) => this.pieceOf(segment).file);
    }
  }

  get totals(): Readonly<Totals> {
    return this.#contents.totals;
  }

  /** Bounds of the times, ms; the first is later than the second where there are none. */
  get timeFrom(): number {
    return this.#contents.timeFrom;
  }

  get timeTo(): number {
    return this.#contents.timeTo;
  }

  get memory(): number {
    let bytes = this.textMemory;
    for (const segment of this.segments) bytes += segment.data.buffer?.byteLength ?? 0;
    return bytes;
  }

  /** Bytes of dictionaries in memory. */
  get textMemory(): number {
    let bytes = 0;
    for (const dictionary of this.#dictionaries.values()) bytes += dictionary.memory;
    return bytes;
  }

  get dictionaries(): readonly Dictionary[] {
    return [...this.#dictionaries.values()];
  }

  /** The format of the first file: what the window shows. None while a followed file does not exist yet. */
  get format(): Format | undefined {
    return this.pieces[0]?.format;
  }

  get types(): readonly (readonly [string, FieldType])[] {
    return this.#contents.types;
  }

  /** Segments at the end that may still change. */
  get provisionalSegments(): number {
    return this.#provisionalSegments;
  }

  /** Fields that occur, in the order in which they are shown. */
  get fields(): readonly SourceField[] {
    return this.#contents.fields((field) => this.#dictionaries.get(field)?.count);
  }

  /** Fields for binding filters, as the formats declare them: those of an open format may hold values of any type. */
  get filterFields(): readonly Field[] {
    const known = new Map<string, Field>();
    for (const piece of this.pieces) {
      for (const field of piece.declaredFields) {
        const other = known.get(field.name);
        // Formats of different files may not agree.
        known.set(field.name, other === undefined || other.type === field.type ? field : { ...field, type: 'any' });
      }
    }
    for (const field of this.#contents.seenFields) if (!known.has(field.name)) known.set(field.name, field);
    return [...known.values()];
  }

  /** A number that stays with a record of the run while the source is open. */
  idOf(record: number): number {
    return this.files?.idOf(record) ?? record;
  }

  /** Id that the next record of a file will have. */
  nextIdOf(file: number): number {
    const { files } = this;
    return files === undefined ? this.totals.records : files.idAt({ file, at: files.countOf(file) });
  }

  /** The record with this id, as the run numbers it now; undefined when there is none. */
  recordOf(id: number): number | undefined {
    return this.files === undefined ? id : this.files.recordOfId(id);
  }

  dictionary(field: string): Dictionary | undefined {
    return this.#dictionaries.get(field);
  }

  pieceOf(segment: Segment): Piece {
    return this.pieces[segment.piece];
  }

  addPiece(piece: Piece): void {
    this.pieces.push(piece);
    this.options.pool.register(this.#memoryRegistration());
    this.tellPiece(piece);
  }

  /** Tells the workers of a piece, or that it is now read through another descriptor. */
  tellPiece(piece: Piece): void {
    this.options.pool.register(this.#pieceRegistration(piece));
  }

  /** What a worker that starts late has to be told. */
  registrations(): Registration[] {
    const source = this.options.number;
    return [
      this.#memoryRegistration(),
      ...this.pieces.map((piece) => this.#pieceRegistration(piece)),
      {
        kind: 'dictionaries',
        source,
        growths: this.dictionaries.filter(({ isInMemory }) => isInMemory).map((dictionary) => dictionary.snapshot()),
      },
      { kind: 'storedTexts', source, dictionaries: this.storedTexts },
      {
        kind: 'segments',
        source,
        at: 0,
        segments: this.segments.slice(0, this.registered).map(placed),
        types: this.types,
      },
    ];
  }

  /**
   * Appends what a pass found. `rest` is the piece's record that may still grow; it takes the place of the one before.
   */
  publish(piece: Piece, outcome: RangeOutcome, rest: RangeOutcome | undefined): void {
    this.#dropProvisional();
    const at = this.segments.length;
    this.#append(piece, outcome);
    piece.linesBefore += outcome.result.lines;
    // An outcome without records says nothing of where the last one began.
    if (outcome.segments.length > 0) this.#last = { piece, outcome: withoutBuffers(outcome) };
    else if (outcome.result.lines > 0) this.#last = undefined;
    this.#provisional = this.#provisional.filter((other) => other.piece !== piece);
    if (rest !== undefined) this.#provisional.push({ piece, outcome: rest });
    const complete = this.segments.length;
    for (const provisional of this.#provisional) this.#append(provisional.piece, provisional.outcome);
    this.#provisionalSegments = this.segments.length - complete;
    this.register(at);
    this.options.onChange();
  }

  /**
   * Takes back what was published last, if it is of this piece: the file is followed from now on, and its last record
   * may grow. Returns the offset at which the piece now ends, and the context there.
   */
  takeBack(piece: Piece): { readonly offset: number; readonly context: string | undefined } | undefined {
    const last = this.#last;
    if (last?.piece !== piece || this.#provisionalSegments > 0) return undefined;
    const { result, segments } = last.outcome;
    this.#last = undefined;
    this.segments.length -= segments.length;
    this.files?.truncate(this.segments.length);
    this.registered = Math.min(this.registered, this.segments.length);
    this.#contents.count(last.outcome, -1);
    piece.linesBefore -= result.lines;
    return { offset: result.startedAt, context: segments[0].data.context };
  }

  /** Forgets rows that were only a first look. */
  restart(): void {
    this.segments.length = this.registered = 0;
    this.files?.truncate(0);
    this.#provisional = [];
    this.#provisionalSegments = 0;
    this.#last = undefined;
    this.#contents.clear();
    for (const piece of this.pieces) piece.linesBefore = 0;
    this.generation++;
  }

  /**
   * Puts complete segments of a piece that follow each other in it into fewer ones that hold the same records. Those of
   * other files that stand between come behind. Does nothing when somebody is at them, or they are no more.
   */
  compact(old: readonly Segment[], piece: Piece, outcome: RangeOutcome): void {
    const from = this.segments.indexOf(old[0]);
    const to = this.segments.indexOf(old[old.length - 1]) + 1;
    const zone = this.segments.slice(from, to);
    const own = new Set(old);
    const rowsBefore = old.reduce((sum, segment) => sum + segment.rows, 0);
    const rowsAfter = outcome.segments.reduce((sum, { data }) => sum + data.rows, 0);
    const isThere = from >= 0 && old.every((segment) => zone.includes(segment));
    if (!isThere || rowsBefore !== rowsAfter || this.isPinned || this.barrier(to) > from) return;
    const arrivals = zone.map((_, at) => this.files?.arrivalOf(from + at) ?? 0);
    const tailArrivals = this.segments.slice(to).map((_, at) => this.files?.arrivalOf(to + at) ?? 0);
    const others = zone.flatMap((segment, at) => (own.has(segment) ? [] : [at]));
    const order = [...zone.flatMap((segment, at) => (own.has(segment) ? [at] : [])), ...others];
    let { firstRow } = zone[0];
    const place = (data: SegmentData, firstLine: number, number: number): Segment => {
      const segment = openSegment(data, firstRow, firstLine, number, this.options.cache);
      firstRow += data.rows;
      return segment;
    };
    const fresh = outcome.segments.map(({ data }) => place(data, old[0].firstLine + data.lineBase, piece.number));
    const moved = others.map((at) => place(zone[at].data, zone[at].firstLine, zone[at].piece));
    const tail = this.segments.slice(to);
    this.segments.splice(from, this.segments.length - from, ...fresh, ...moved, ...tail);
    if (this.files !== undefined) {
      this.files.truncate(from);
      const newest = Math.max(...arrivals);
      for (const segment of fresh) this.files.append(segment, newest);
      moved.forEach((segment, at) => this.files?.append(segment, arrivals[others[at]]));
      tail.forEach((segment, at) => this.files?.append(segment, tailArrivals[at]));
    }
    this.#tellDictionaries();
    this.registered = this.segments.length;
    const kept = others.map((at, number) => ({ at, firstRow: moved[number].firstRow }));
    const { pool, number: source } = this.options;
    pool.register({ kind: 'regroup', source, from, to, fresh: fresh.map(placed), kept });
    const sizes = [...fresh, ...moved].map(({ rows }) => rows);
    const change = { from, to, order, sizes, renumbered: renumbering(zone, order) };
    for (const { regrouped } of this.#regroupings) regrouped(change);
    this.options.onChange();
  }

  /** The last segment before `to` that must not be put together with one behind it. */
  barrier(to: number): number {
    let barrier = 0;
    for (const regrouping of this.#regroupings) {
      const here = regrouping.barrier();
      if (here < to) barrier = Math.max(barrier, here);
    }
    return barrier;
  }

  get isPinned(): boolean {
    return this.#pins > 0;
  }

  /** Segments and records keep their numbers while `work` lasts, but for what may still grow. */
  async pin<T>(work: () => Promise<T>): Promise<T> {
    this.#pins++;
    try {
      return await work();
    } finally {
      this.#pins--;
    }
  }

  /** Takes over what was stored of the piece's bytes; its arrays are read when they are asked for. */
  restore(piece: Piece, index: StoredIndex, fd: number): void {
    const { pool, number: source, cache } = this.options;
    const dictionaries = index.dictionaries.map((stored) => ({ ...stored, fd }));
    for (const stored of dictionaries) {
      const dictionary = new Dictionary(stored.field);
      readFrom(dictionary, stored, cache);
      this.#dictionaries.set(stored.field, dictionary);
    }
    this.#stored = dictionaries;
    pool.register({ kind: 'storedTexts', source, dictionaries });
    this.#contents.restore(index);
    for (const { firstLine, at, bytes, ...rest } of index.segments) {
      const data: SegmentData = { ...rest, lineBase: firstLine - 1, buffer: undefined, stored: { fd, at, bytes } };
      this.segments.push(openSegment(data, rowsOf(this.segments), firstLine, piece.number, cache));
    }
    if (index.end !== undefined) {
      const { segments: count, ...result } = index.end;
      const segments = this.segments.slice(-count).map(({ data }) => this.#restored(data));
      this.#last = { piece, outcome: { result, segments } };
    }
    piece.restored(index.file.size, index.totals.lines);
    this.register(0);
  }

  #restored(data: SegmentData): BuiltSegment {
    return { data, fields: data.columns.flatMap(({ field }) => this.#contents.field(field) ?? []) };
  }

  /** What the directory of a stored index says of the run as a whole. */
  describe(): Pick<StoredIndex, 'totals' | 'time' | 'fields' | 'end'> {
    const last = this.#last;
    return {
      ...this.#contents.describe(),
      ...(last === undefined ? {} : { end: { ...endOf(last.outcome.result), segments: last.outcome.segments.length } }),
    };
  }

  /** Dictionaries whose texts are read from the stored index. */
  get storedTexts(): readonly PlacedDictionary[] {
    return this.#stored.filter(({ field }) => this.#dictionaries.get(field)?.isInMemory === false);
  }

  /** Puts stored texts into the dictionaries that all threads write, so that more can be added. */
  async adoptTexts(): Promise<void> {
    const dictionaries = this.#stored;
    if (dictionaries.length === 0) return;
    const { pool, number: source } = this.options;
    await pool.run('adopt', { source, seed: this.seed, dictionaries });
    this.#stored = [];
    this.replaceTexts(this.#takeGrowths());
  }

  /** Dictionaries that lie in memory from now on. */
  replaceTexts(growths: readonly DictionaryGrowth[]): void {
    for (const growth of growths) {
      const dictionary = this.#dictionaries.get(growth.field);
      dictionary?.clear();
      dictionary?.grow(growth);
    }
    this.options.pool.register({ kind: 'dictionaries', source: this.options.number, growths, anew: true });
  }

  /** The arrays of segments lie elsewhere from now on. */
  move(moved: readonly (readonly [Segment, SegmentData])[]): void {
    const known: [number, SegmentData][] = [];
    for (const [segment, data] of moved) {
      segment.move(data);
      const at = this.segments.indexOf(segment);
      if (at >= 0 && at < this.registered) known.push([at, data]);
    }
    this.options.pool.register({ kind: 'moved', source: this.options.number, segments: known });
  }

  onRegroup(regrouping: Regrouping): () => void {
    this.#regroupings.add(regrouping);
    return () => this.#regroupings.delete(regrouping);
  }

  /** Makes segments from `at` on known to the workers. */
  register(at: number): void {
    this.#tellDictionaries();
    this.registered = this.segments.length;
    this.options.pool.register({
      kind: 'segments',
      source: this.options.number,
      at,
      segments: this.segments.slice(at).map(placed),
      types: this.types,
    });
  }

  /** Makes the workers forget the source. */
  dispose(): void {
    const { pool, number } = this.options;
    pool.register({ kind: 'forget', source: number });
  }

  #memoryRegistration(): Registration {
    const { memory } = this.buildMemory.dictionaries.memory;
    return { kind: 'memory', source: this.options.number, memory };
  }

  #pieceRegistration({ number, name, fd, choice, parser }: Piece): Registration {
    return { kind: 'piece', source: this.options.number, piece: { piece: number, name, fd, format: choice, parser } };
  }

  /** Tells all threads of texts that they do not know yet. */
  #tellDictionaries(): void {
    const growths = this.#takeGrowths();
    if (growths.length === 0) return;
    for (const growth of growths) {
      let dictionary = this.#dictionaries.get(growth.field);
      if (dictionary === undefined) this.#dictionaries.set(growth.field, (dictionary = new Dictionary(growth.field)));
      dictionary.grow(growth);
    }
    this.options.pool.register({ kind: 'dictionaries', source: this.options.number, growths });
  }

  #takeGrowths(): DictionaryGrowth[] {
    return this.buildMemory.dictionaries.all().flatMap((dictionary) => dictionary.takeGrowth() ?? []);
  }

  #dropProvisional(): void {
    const from = this.segments.length - this.#provisionalSegments;
    for (const { outcome } of this.#provisional) this.#contents.count(outcome, -1);
    this.segments.length = from;
    this.files?.truncate(from);
    this.registered = Math.min(this.registered, from);
    this.#provisionalSegments = 0;
  }

  #append(piece: Piece, outcome: RangeOutcome): void {
    for (const { data } of outcome.segments) {
      const firstLine = piece.linesBefore + data.lineBase + 1;
      const segment = openSegment(data, rowsOf(this.segments), firstLine, piece.number, this.options.cache);
      this.segments.push(segment);
      this.files?.append(segment, piece.arrivedMs);
    }
    this.#contents.count(outcome, 1);
  }
}

/** What was published is held by its segments alone, so that its memory can be given up. */
const withoutBuffers = ({ result, segments }: RangeOutcome): RangeOutcome => ({
  result,
  segments: segments.map((built) => ({ ...built, data: { ...built.data, buffer: undefined } })),
});

const endOf = ({ startedAt, endedAt, lines, blank, headerLines, overlong }: BuildResult): BuildResult => ({
  startedAt,
  endedAt,
  lines,
  blank,
  headerLines,
  overlong,
});

const placed = (segment: Segment): PlacedSegment => ({
  data: segment.data,
  firstRow: segment.firstRow,
  firstLine: segment.firstLine,
  piece: segment.piece,
});

function rowsOf(segments: readonly Segment[]): number {
  const last = segments.at(-1);
  return last === undefined ? 0 : last.firstRow + last.rows;
}
