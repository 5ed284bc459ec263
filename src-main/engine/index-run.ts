/**
 * One reading of a source: cuts its bytes into ranges, has workers index them, and stitches the segments in order.
 *
 * Lives on the engine's thread and owns the list of segments; the bytes may still be growing (an unpacking spool, a
 * followed file). Another format or encoding for the same file is a new run. Does not open or close files.
 */
import { randomInt } from 'node:crypto';
import { EngineError } from '../../src-shared/errors.ts';
import type { Field, FieldType } from '../../src-shared/model/field.ts';
import { inFieldOrder } from '../../src-shared/model/field.ts';
import type { SourceField } from '../../src-shared/protocol.ts';
import type { CutPoint, Format, FormatChoice, FormatField, ParserOptions } from '../formats/format.ts';
import { formatFor } from '../formats/index.ts';
import { buildRange, type BuildOptions, type BuildRange, type BuildResult, type BuiltSegment } from '../index/build.ts';
import { Dictionary, type DictionaryGrowth, type LocalEntries, Tag } from '../index/dictionary.ts';
import { openSegment, type Segment } from '../index/segment.ts';
import type { Pool } from '../workers/pool.ts';
import type { PlacedSegment, Registration } from '../workers/tasks.ts';

export interface IndexRunOptions {
  readonly number: number;
  readonly name: string;
  readonly choice: FormatChoice;
  readonly parser: ParserOptions;
  readonly fd: number;
  /** Where records begin: behind a byte order mark. */
  readonly from: number;
  readonly pool: Pool;
  readonly chunkBytes: number;
  readonly rangeBytes: number;
  readonly segmentRecords: number;
  /** Segments, fields or progress changed. */
  readonly onChange: () => void;
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

interface PendingSegment {
  readonly built: BuiltSegment;
  /** Its dictionary ids are filled in, and the texts they stand for are known to all threads. */
  readonly merged: Promise<void>;
}

interface RangeOutcome {
  readonly result: BuildResult;
  readonly segments: readonly PendingSegment[];
}

export class IndexRun {
  readonly options: IndexRunOptions;
  readonly format: Format;
  readonly segments: Segment[] = [];
  readonly #dictionaries = new Map<string, Dictionary>();
  readonly #fields = new Map<string, FieldState>();
  readonly #abort = new AbortController();
  readonly #build: BuildOptions;
  /** Bytes that may be read, and whether there will be more. */
  #available: number;
  #isFinal = false;
  #wake: () => void = () => undefined;
  /** Everything before this offset is in segments. */
  indexedTo: number;
  records = 0;
  lines = 0;
  unparsed = 0;
  blank = 0;
  headerLines = 0;
  overlong = 0;
  timeFrom = Number.POSITIVE_INFINITY;
  timeTo = Number.NEGATIVE_INFINITY;
  timed = 0;
  #memory = 0;
  /** Grows when rows that were told of are replaced. */
  generation = 0;
  /** The first segments came from a look at the head of a file whose meaning is only known after a prescan. */
  #isProvisional = false;

  constructor(options: IndexRunOptions) {
    this.options = options;
    this.format = formatFor(options.choice);
    this.indexedTo = options.from;
    this.#available = options.from;
    this.#build = {
      chunkBytes: options.chunkBytes,
      segmentRecords: options.segmentRecords,
      seed: randomInt(0x7fffffff),
    };
    options.pool.register(this.#sourceRegistration());
  }

  get memory(): number {
    let bytes = this.#memory;
    for (const dictionary of this.#dictionaries.values()) bytes += dictionary.memory;
    return bytes;
  }

  get types(): readonly (readonly [string, FieldType])[] {
    return [...this.#fields.values()].map((state) => [state.field.name, typeOf(state)] as const);
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

  /** Fields for binding filters: those of an open format may hold values of any type. */
  get filterFields(): readonly Field[] {
    const declared = this.format.createParser(this.options.parser).fields;
    const known = new Map<string, Field>(declared.map((field) => [field.name, field]));
    for (const { field } of this.#fields.values()) if (!known.has(field.name)) known.set(field.name, field);
    return [...known.values()];
  }

  dictionary(field: string): Dictionary | undefined {
    return this.#dictionaries.get(field);
  }

  /** What a worker that starts late has to be told. */
  registrations(): Registration[] {
    return [
      this.#sourceRegistration(),
      {
        kind: 'segments',
        source: this.options.number,
        at: 0,
        segments: this.segments.slice(0, this.registered).map((segment) => this.#placed(segment)),
        types: this.types,
      },
      {
        kind: 'dictionaries',
        source: this.options.number,
        growths: [...this.#dictionaries.values()].map((dictionary) => dictionary.snapshot()),
      },
    ];
  }

  /** Indexes the head of the file on this thread, so that rows can be shown before any worker has started. */
  buildHead(bytes: Uint8Array, isWhole: boolean): void {
    const { from, parser } = this.options;
    const built: BuiltSegment[] = [];
    const read = (target: Uint8Array, at: number, length: number, position: number): number => {
      const piece = bytes.subarray(position, Math.min(bytes.length, position + length));
      target.set(piece, at);
      return piece.length;
    };
    const range = { from, to: bytes.length, limit: bytes.length, final: isWhole, exact: true };
    const result = buildRange(
      this.format,
      parser,
      range,
      this.#build,
      read,
      (segment) => built.push(segment),
      () => false,
    );
    this.#isProvisional = this.format.createPrescan !== undefined;
    const segments = built.map((segment) => this.#pending(segment));
    this.#stitch({ result, segments });
    this.#headMerged = Promise.all(segments.map((segment) => segment.merged)).then(() => this.#register(0));
    this.#headMerged.catch(() => undefined);
    if (this.#isProvisional) this.indexedTo = from;
  }

  /** More bytes may be read; `isFinal`: and that is all. */
  grow(available: number, isFinal: boolean): void {
    this.#available = Math.max(this.#available, available);
    this.#isFinal = isFinal;
    this.#wake();
  }

  get isComplete(): boolean {
    return this.#isFinal && this.indexedTo >= this.#available;
  }

  /** Indexes until everything is; rejects when a worker fails or the run is stopped. */
  async run(): Promise<void> {
    await this.#headMerged;
    const cuts = this.format.createPrescan === undefined ? undefined : await this.#prescan();
    if (cuts === undefined)
      await this.#runRanges((from) => ({ to: from + this.options.rangeBytes, exact: from === this.indexedTo }));
    else await this.#runCuts(cuts);
  }

  stop(): void {
    this.#abort.abort();
    this.#wake();
  }

  /** Stops, and makes the workers forget the source. */
  async dispose(): Promise<void> {
    this.stop();
    this.options.pool.register({ kind: 'forget', source: this.options.number });
    await this.options.pool.merge('forgetMerge', { source: this.options.number }).catch(() => null);
  }

  #headMerged: Promise<unknown> = Promise.resolve();

  #sourceRegistration(): Registration {
    const { number, name, choice, parser } = this.options;
    return { kind: 'source', source: { source: number, name, format: choice, parser } };
  }

  #placed(segment: Segment): PlacedSegment {
    return { data: segment.data, firstRow: segment.firstRow, firstLine: segment.firstLine, fd: this.options.fd };
  }

  async #prescan(): Promise<readonly CutPoint[]> {
    // The whole source has to be there first.
    while (!this.#isFinal) await this.#growth();
    const { choice, parser, fd, from, pool } = this.options;
    return pool.run(
      'prescan',
      { format: choice, parser, fd, from, to: this.#available },
      { signal: this.#abort.signal },
    );
  }

  async #growth(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    if (this.#abort.signal.aborted) throw new EngineError('closed', 'The file was closed.');
  }

  async #runCuts(cuts: readonly CutPoint[]): Promise<void> {
    const { rangeBytes } = this.options;
    const ranges: BuildRange[] = [];
    for (let at = 0; at < cuts.length;) {
      const first = at;
      at++;
      while (at < cuts.length && cuts[at].offset - cuts[first].offset < rangeBytes) at++;
      const to = at < cuts.length ? cuts[at].offset : this.#available;
      const { offset, context } = cuts[first];
      ranges.push({
        from: Math.max(offset, this.options.from),
        to,
        limit: this.#available,
        final: true,
        exact: true,
        ...(context === undefined ? {} : { context }),
      });
    }
    let next = 0;
    await this.#pipeline(() => ranges[next++]);
    this.indexedTo = this.#available;
    this.options.onChange();
  }

  async #runRanges(rangeAt: (from: number) => { to: number; exact: boolean }): Promise<void> {
    for (;;) {
      let from = this.indexedTo;
      const limit = this.#available;
      const final = this.#isFinal;
      if (from < limit) {
        // While the source grows, only whole ranges are worth a task, except at the end.
        await this.#pipeline(() => {
          if (from >= limit) return undefined;
          const { to, exact } = rangeAt(from);
          if (!final && to > limit) return undefined;
          const range = { from, to: Math.min(to, limit), limit, final, exact };
          from = range.to;
          return range;
        });
      }
      if (final && limit === this.#available) {
        this.indexedTo = limit;
        this.options.onChange();
        return;
      }
      if (limit === this.#available && !this.#isFinal) await this.#growth();
      else if (this.#abort.signal.aborted) return;
    }
  }

  /** Runs ranges on all workers and stitches them in order; a few are under way at once. */
  async #pipeline(nextRange: () => BuildRange | undefined): Promise<void> {
    const inFlight: { range: BuildRange; outcome: Promise<RangeOutcome> }[] = [];
    const fill = (): void => {
      while (inFlight.length < this.options.pool.size + 1) {
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
      const { startedAt } = outcome.result;
      if (startedAt > this.indexedTo && this.indexedTo < head.range.to) {
        // Lines that continue no record, or that only a look from the front can place.
        const hole = await this.#indexRange({
          ...head.range,
          from: this.indexedTo,
          to: startedAt,
          exact: true,
          ...contextOf(head.range),
        });
        await this.#publish(hole);
      } else if (startedAt < this.indexedTo && outcome.result.endedAt > this.indexedTo) {
        outcome = await this.#indexRange({ ...head.range, from: this.indexedTo, exact: true });
      }
      await this.#publish(outcome);
      if (this.#abort.signal.aborted) throw new EngineError('cancelled', 'Cancelled.');
    }
  }

  async #indexRange(range: BuildRange): Promise<RangeOutcome> {
    const { choice, parser, fd, pool } = this.options;
    const segments: PendingSegment[] = [];
    const result = await pool.run(
      'build',
      { format: choice, parser, fd, range, options: this.#build },
      { signal: this.#abort.signal, onPart: (built) => segments.push(this.#pending(built)) },
    );
    return { result, segments };
  }

  #pending(built: BuiltSegment): PendingSegment {
    const { pool, number } = this.options;
    // The merger answers in the order in which it merged, which is the order in which dictionaries grow.
    const merged = pool
      .merge('merge', { source: number, data: built.data, entries: built.entries })
      .then((growths) => this.#growDictionaries(growths));
    merged.catch(() => undefined);
    return { built, merged };
  }

  async #publish(outcome: RangeOutcome): Promise<void> {
    await Promise.all(outcome.segments.map((segment) => segment.merged));
    if (this.#abort.signal.aborted) return;
    if (this.#isProvisional) this.#dropProvisional();
    const at = this.segments.length;
    this.#stitch(outcome);
    this.#register(at);
  }

  #dropProvisional(): void {
    this.#isProvisional = false;
    this.segments.length = this.registered = 0;
    this.#fields.clear();
    this.records =
      this.lines =
      this.unparsed =
      this.blank =
      this.headerLines =
      this.overlong =
      this.timed =
      this.#memory =
        0;
    this.timeFrom = Number.POSITIVE_INFINITY;
    this.timeTo = Number.NEGATIVE_INFINITY;
    this.generation++;
  }

  #stitch({ result, segments }: RangeOutcome): void {
    for (const { built } of segments) this.#append(built);
    this.lines += result.lines;
    this.blank += result.blank;
    this.headerLines += result.headerLines;
    this.overlong += result.overlong;
    this.indexedTo = Math.max(this.indexedTo, result.endedAt);
    this.options.onChange();
  }

  #growDictionaries(growths: readonly DictionaryGrowth[]): void {
    if (growths.length === 0) return;
    for (const growth of growths) {
      let dictionary = this.#dictionaries.get(growth.field);
      if (dictionary === undefined) this.#dictionaries.set(growth.field, (dictionary = new Dictionary(growth.field)));
      dictionary.grow(growth);
    }
    this.options.pool.register({ kind: 'dictionaries', source: this.options.number, growths });
  }

  /** Makes segments from `at` on known to the workers. */
  #register(at: number): void {
    this.registered = this.segments.length;
    this.options.pool.register({
      kind: 'segments',
      source: this.options.number,
      at,
      segments: this.segments.slice(at).map((segment) => this.#placed(segment)),
      types: this.types,
    });
    this.options.onChange();
  }

  /** Segments that workers know of, with their dictionaries: those that can be filtered. */
  registered = 0;

  #append(built: BuiltSegment): void {
    const { data } = built;
    const segment = openSegment(data, this.records, this.lines + data.lineBase + 1);
    this.segments.push(segment);
    this.records += data.rows;
    this.unparsed += data.unparsedCount;
    this.#memory += data.buffer.byteLength;
    const tags = new Map(built.entries.map((entries) => [entries.field, tagsOf(entries)]));
    for (const field of built.fields) {
      const column = segment.columns.get(field.name);
      if (column === undefined) continue;
      let state = this.#fields.get(field.name);
      if (state === undefined) {
        state = { field, count: 0, tags: 0, hasNumbers: false, allWhole: true, hasSpans: false };
        this.#fields.set(field.name, state);
      }
      state.count += data.rows - column.nulls;
      if (column.kind === 'number') {
        state.hasNumbers = true;
        state.allWhole &&= column.whole;
        if (field.name === 'time') {
          this.timed += data.rows - column.nulls;
          this.timeFrom = Math.min(this.timeFrom, column.min);
          this.timeTo = Math.max(this.timeTo, column.max);
        }
      } else if (column.kind === 'dictionary') state.tags |= tags.get(field.name) ?? 0;
      else state.hasSpans = true;
    }
  }
}

const contextOf = (range: BuildRange): Pick<BuildRange, 'context'> =>
  range.context === undefined ? {} : { context: range.context };

function tagsOf(entries: LocalEntries): number {
  let tags = 0;
  for (const tag of entries.tags) tags |= 1 << tag;
  return tags;
}

/** The type as declared, or for a field of any type the one that all its values share. */
function typeOf(state: FieldState): FieldType {
  const { type } = state.field;
  if (type !== 'any') return type;
  if (state.hasNumbers) return state.tags !== 0 || state.hasSpans ? 'any' : state.allWhole ? 'integer' : 'number';
  const texts = (1 << Tag.text) | (1 << Tag.json);
  if (state.tags === 1 << Tag.boolean) return state.hasSpans ? 'any' : 'boolean';
  if ((state.tags & ~texts) === 0) return 'text';
  return 'any';
}
