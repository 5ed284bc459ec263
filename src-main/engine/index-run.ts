/**
 * The index of a source while it is open: its files ("pieces"), their segments in the order of their records, the
 * dictionaries and what is known of the fields.
 *
 * Lives on the engine's thread. A closed file is one piece; a followed one gets another piece at each rotation, and
 * several files followed together are pieces of one run. Segments at the end may be provisional: they hold a record
 * that can still grow and are replaced when more bytes come. Another format for the same bytes is a new run.
 */
import { randomInt } from 'node:crypto';
import { inFieldOrder, type Field, type FieldType } from '../../src-shared/model/field.ts';
import type { SourceField } from '../../src-shared/protocol.ts';
import type { Format, FormatField } from '../formats/index.ts';
import type { BuildResult, BuiltSegment } from '../index/build.ts';
import { BuildMemory } from '../index/column-dictionary.ts';
import { Dictionary, type DictionaryGrowth, Tag } from '../index/dictionary.ts';
import { openSegment } from '../index/open-segment.ts';
import type { Segment, SegmentData } from '../index/segment.ts';
import { SharedDictionaries } from '../index/shared-dictionary.ts';
import type { BlockCache } from '../index/store/block-cache.ts';
import type { StoredIndex } from '../index/store/directory.ts';
import { readFrom } from '../index/store/read-texts.ts';
import { IndexMemory } from '../kernels/index-memory.ts';
import type { Pool } from '../workers/pool.ts';
import type { PlacedDictionary, PlacedSegment, Registration } from '../workers/tasks.ts';
import type { Piece } from './piece.ts';

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
}

/** What one pass over a range of a piece found. */
export interface RangeOutcome {
  readonly result: BuildResult;
  readonly segments: readonly BuiltSegment[];
}

interface FieldState {
  readonly field: FormatField;
  count: number;
  /** Kinds of values seen: a bit for each tag. */
  tags: number;
  hasNumbers: boolean;
  allWhole: boolean;
  hasSpans: boolean;
}

/** Counts that are added up over what was published. */
interface Totals {
  records: number;
  lines: number;
  unparsed: number;
  blank: number;
  headerLines: number;
  overlong: number;
  timed: number;
}

const noTotals = (): Totals => ({ records: 0, lines: 0, unparsed: 0, blank: 0, headerLines: 0, overlong: 0, timed: 0 });

/** Segments from `from` on now stand in other sizes: the same rows. */
export type OnRegroup = (from: number, sizes: readonly number[]) => void;

export class IndexRun {
  readonly options: IndexRunOptions;
  readonly seed = randomInt(0x7fffffff);
  readonly segments: Segment[] = [];
  readonly pieces: Piece[] = [];
  /** What this thread needs to build segments itself, and the dictionaries that all threads write. */
  readonly buildMemory = new BuildMemory(new SharedDictionaries(IndexMemory.create()));
  readonly #dictionaries = new Map<string, Dictionary>();
  readonly #fields = new Map<string, FieldState>();
  readonly #regroupListeners = new Set<OnRegroup>();
  #totals = noTotals();
  /** Dictionaries that stand in the stored index and not in those that all threads write. */
  #stored: readonly PlacedDictionary[] = [];
  timeFrom = Number.POSITIVE_INFINITY;
  timeTo = Number.NEGATIVE_INFINITY;
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
  }

  get totals(): Readonly<Totals> {
    return this.#totals;
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
    return Array.from(this.#fields.values(), (state) => [state.field.name, typeOf(state)] as const);
  }

  /** Segments at the end that may still change. */
  get provisionalSegments(): number {
    return this.#provisionalSegments;
  }

  /** Fields that occur, in the order in which they are shown. */
  get fields(): readonly SourceField[] {
    const occurring = [...this.#fields.values()].filter((state) => state.count > 0);
    return inFieldOrder(
      occurring.map((state): SourceField => {
        const { name, unit } = state.field;
        const distinct = state.hasSpans || state.hasNumbers ? undefined : this.#dictionaries.get(name)?.count;
        return {
          name,
          type: typeOf(state),
          ...(unit === undefined ? {} : { unit }),
          count: state.count,
          ...(distinct === undefined ? {} : { distinct }),
          values: state.hasSpans ? 'many' : 'few',
        };
      }),
    );
  }

  /** Fields for binding filters, as the formats declare them: those of an open format may hold values of any type. */
  get filterFields(): readonly Field[] {
    const known = new Map<string, Field>();
    for (const piece of this.pieces) for (const field of piece.declaredFields) known.set(field.name, field);
    for (const { field } of this.#fields.values()) if (!known.has(field.name)) known.set(field.name, field);
    return [...known.values()];
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
    this.registered = Math.min(this.registered, this.segments.length);
    this.#count(last.outcome, -1);
    piece.linesBefore -= result.lines;
    return { offset: result.startedAt, context: segments[0].data.context };
  }

  /** Forgets rows that were only a first look. */
  restart(): void {
    this.segments.length = this.registered = 0;
    this.#provisional = [];
    this.#provisionalSegments = 0;
    this.#last = undefined;
    this.#fields.clear();
    this.#totals = noTotals();
    this.timeFrom = Number.POSITIVE_INFINITY;
    this.timeTo = Number.NEGATIVE_INFINITY;
    for (const piece of this.pieces) piece.linesBefore = 0;
    this.generation++;
  }

  /** Puts the complete segments from `at` on, all of one piece, into fewer ones that hold the same records. */
  compact(at: number, piece: Piece, outcome: RangeOutcome): void {
    const end = this.segments.length - this.#provisionalSegments;
    const old = this.segments.slice(at, end);
    const rowsBefore = old.reduce((sum, segment) => sum + segment.rows, 0);
    const rowsAfter = outcome.segments.reduce((sum, { data }) => sum + data.rows, 0);
    if (old.length === 0 || rowsBefore !== rowsAfter) return;
    const firstLine = old[0].firstLine;
    let firstRow = old[0].firstRow;
    const fresh = outcome.segments.map(({ data }) => {
      const segment = openSegment(data, firstRow, firstLine + data.lineBase, piece.number, this.options.cache);
      firstRow += data.rows;
      return segment;
    });
    const tail = this.segments.slice(end);
    this.segments.splice(at, this.segments.length - at, ...fresh, ...tail);
    this.register(at);
    for (const listener of this.#regroupListeners)
      listener(
        at,
        [...fresh, ...tail].map((segment) => segment.rows),
      );
    this.options.onChange();
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
    for (const state of index.fields) this.#fields.set(state.field.name, { ...state });
    for (const { firstLine, at, bytes, ...rest } of index.segments) {
      const data: SegmentData = { ...rest, lineBase: firstLine - 1, buffer: undefined, stored: { fd, at, bytes } };
      this.segments.push(openSegment(data, rowsOf(this.segments), firstLine, piece.number, cache));
    }
    this.#totals = { ...index.totals };
    if (index.time !== undefined) [this.timeFrom, this.timeTo] = [index.time.from, index.time.to];
    if (index.end !== undefined) {
      const { segments: count, ...result } = index.end;
      const segments = this.segments.slice(-count).map(({ data }) => this.#restored(data));
      this.#last = { piece, outcome: { result, segments } };
    }
    piece.restored(index.file.size, index.totals.lines);
    this.register(0);
  }

  #restored(data: SegmentData): BuiltSegment {
    return { data, fields: data.columns.flatMap(({ field }) => this.#fields.get(field)?.field ?? []) };
  }

  /** What the directory of a stored index says of the run as a whole. */
  describe(): Pick<StoredIndex, 'totals' | 'time' | 'fields' | 'end'> {
    const last = this.#last;
    const { timeFrom: from, timeTo: to } = this;
    return {
      totals: { ...this.#totals },
      ...(from <= to ? { time: { from, to } } : {}),
      fields: [...this.#fields.values()],
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

  onRegroup(listener: OnRegroup): () => void {
    this.#regroupListeners.add(listener);
    return () => this.#regroupListeners.delete(listener);
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
    for (const { outcome } of this.#provisional) this.#count(outcome, -1);
    this.segments.length = from;
    this.registered = Math.min(this.registered, from);
    this.#provisionalSegments = 0;
  }

  #append(piece: Piece, outcome: RangeOutcome): void {
    for (const { data } of outcome.segments) {
      const firstLine = piece.linesBefore + data.lineBase + 1;
      this.segments.push(openSegment(data, rowsOf(this.segments), firstLine, piece.number, this.options.cache));
    }
    this.#count(outcome, 1);
  }

  /** Adds what an outcome holds to the totals, or takes it off again. */
  #count({ result, segments }: RangeOutcome, sign: 1 | -1): void {
    const totals = this.#totals;
    totals.lines += sign * result.lines;
    totals.blank += sign * result.blank;
    totals.headerLines += sign * result.headerLines;
    totals.overlong += sign * result.overlong;
    for (const built of segments) {
      const { data } = built;
      totals.records += sign * data.rows;
      totals.unparsed += sign * data.unparsedCount;
      this.#countFields(built, sign);
    }
  }

  #countFields({ data, fields }: BuiltSegment, sign: 1 | -1): void {
    const columns = new Map(data.columns.map((column) => [column.field, column]));
    for (const field of fields) {
      const column = columns.get(field.name);
      if (column === undefined) continue;
      let state = this.#fields.get(field.name);
      if (state === undefined) {
        state = { field, count: 0, tags: 0, hasNumbers: false, allWhole: true, hasSpans: false };
        this.#fields.set(field.name, state);
      }
      const present = data.rows - column.nulls;
      state.count += sign * present;
      if (column.kind === 'number') {
        state.hasNumbers = true;
        state.allWhole &&= column.whole;
        if (field.name === 'time') {
          this.#totals.timed += sign * present;
          this.timeFrom = Math.min(this.timeFrom, column.min);
          this.timeTo = Math.max(this.timeTo, column.max);
        }
      } else if (column.kind === 'dictionary') state.tags |= column.tags;
      else state.hasSpans = true;
    }
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

/** The type as declared, or for a field of any type the one that all its values share. */
function typeOf(state: FieldState): FieldType {
  const { type } = state.field;
  if (type !== 'any') return type;
  if (state.hasNumbers) return state.tags !== 0 || state.hasSpans ? 'any' : state.allWhole ? 'integer' : 'number';
  const texts = (1 << Tag.text) | (1 << Tag.json);
  if (state.tags === 1 << Tag.boolean) return state.hasSpans ? 'any' : 'boolean';
  return (state.tags & ~texts) === 0 ? 'text' : 'any';
}
