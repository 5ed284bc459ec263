/**
 * The matching rows of one segment with what several panels need of them, worked out once: cells of time, kinds of
 * outcome, sizes, hashes of clients and visitors. One Batch serves a task for all its segments, so its arrays are
 * allocated once; every array is by row of the segment.
 */
import type { Words } from '../../kernels/query-kernels.ts';
import { listRows } from '../bitmap.ts';
import { fullBitmap } from '../row-set.ts';
import { eachText } from '../row-texts.ts';
import { type DictionaryColumn, maxSegmentRecords, type NumberColumn, type Segment } from '../segment.ts';
import type { HashWords } from './distinct.ts';
import { EntryCounts } from './entry-counts.ts';
import { sketchEdges } from './quantiles.ts';
import { fillKinds, type KindSource, type RowKinds } from './row-kinds.ts';
import type { SummarySource } from './summary-source.ts';
import { type TimeCells, timeCells } from './time-cells.ts';
import { TimeSums } from './time-sums.ts';

type NumberField = 'time' | 'bytes' | 'duration' | 'status' | 'level';

export class Batch {
  readonly source: SummarySource;
  readonly zone: string;
  readonly #seed: number;
  readonly #edges: Float64Array;
  #segment: Segment | undefined;
  #bits: Uint32Array | undefined;
  readonly #room: number;
  readonly #numbers = new Map<NumberField, Float64Array>();
  readonly #rows: Uint32Array;
  readonly #sketchEdges = sketchEdges();
  readonly #counts = new Map<string, EntryCounts>();
  /** What is known of this segment. */
  #known = new Known();

  /** `edges` are those of the buckets of a chart over time; panels that are of none need hours and dates only. */
  constructor(source: SummarySource, zone: string, seed: number, edges: Float64Array = new Float64Array(0)) {
    const room = maxSegmentRecords;
    this.source = source;
    this.zone = zone;
    this.#seed = seed;
    this.#edges = edges;
    this.#room = room;
    this.#rows = new Uint32Array(room);
    source.panelKernels.arena.reset();
  }

  begin(segment: Segment, bits: Uint32Array | undefined): void {
    this.#segment = segment;
    this.#bits = bits;
    this.#known = new Known();
  }

  get segment(): Segment {
    if (this.#segment === undefined) throw new Error('begin comes first');
    return this.#segment;
  }

  /** Rows that match; undefined are all. */
  get bits(): Uint32Array | undefined {
    return this.#bits;
  }

  /** The same as a bitmap. */
  get set(): Uint32Array {
    return (this.#known.set ??= this.#bits ?? fullBitmap(this.segment.rows));
  }

  /** Those of the matching rows that have status 404. */
  get missing(): Uint32Array {
    const { missing } = this.#known;
    if (missing !== undefined) return missing;
    const { of, table } = this.kinds();
    const { set } = this;
    const { rows } = this.segment;
    const found = new Uint32Array(set.length);
    for (let row = 0; row < rows; row++) found[row >>> 5] |= table.isMissing[of[row]] << (row & 31);
    for (let at = 0; at < found.length; at++) found[at] &= set[at];
    return (this.#known.missing = found);
  }

  /** Those of the matching rows that have another status, or none. */
  get others(): Uint32Array {
    const { set, missing } = this;
    return (this.#known.others ??= set.map((word, at) => word & ~missing[at]));
  }

  /** The first `count` of these are the rows that match. */
  get rows(): Uint32Array {
    this.#list();
    return this.#rows;
  }

  get count(): number {
    return this.#list();
  }

  /** The numbers among a field's values; NaN where there is none. */
  numbers(field: NumberField): Float64Array {
    let values = this.#numbers.get(field);
    if (values === undefined) {
      values = field === 'duration' ? this.source.panelKernels.durations : new Float64Array(this.#room);
      this.#numbers.set(field, values);
    }
    if (!this.#known.numbers.has(field)) {
      this.#known.numbers.add(field);
      this.#fillNumbers(field, values);
    }
    return values;
  }

  hasNumbers(field: NumberField): boolean {
    const column = this.segment.columns.get(field);
    return column?.kind === 'number' || column?.kind === 'dictionary';
  }

  kinds(): RowKinds {
    const { panelKernels } = this.source;
    return (this.#known.kinds ??= {
      of: panelKernels.visitors.kinds,
      table: fillKinds(this.#kindSource('status'), this.#kindSource('level'), this.segment.rows, panelKernels),
    });
  }

  /** Cells between the edges of a chart's buckets and the hours of the zone. */
  cells(edges = this.#edges): TimeCells {
    const { segment, zone, source } = this;
    if (this.#known.cells === undefined || this.#known.edges !== edges) {
      this.#known.edges = edges;
      this.#known.cells = timeCells(segment.columns.get('time'), segment.rows, edges, zone, source.kernels);
      source.panelKernels.visitors.cells.set(this.#known.cells.of);
      this.#known.timeSums = undefined;
    }
    return this.#known.cells;
  }

  /** Records and bytes by cell and kind. */
  timeSums(edges?: Float64Array): TimeSums {
    const cells = this.cells(edges);
    return (this.#known.timeSums ??= new TimeSums(this, cells));
  }

  /** Bytes by row, 0 where absent, where the kernels read them; undefined where the segment has none. */
  sizes(): Float64Array | undefined {
    const { sizes } = this.source.panelKernels;
    if (this.#known.hasSizes === undefined) {
      this.#known.hasSizes = this.hasNumbers('bytes');
      this.#fillSizes(sizes);
    }
    return this.#known.hasSizes ? sizes : undefined;
  }

  /** Has the kernels know what they look at in this segment: sizes, errors, and visitors' marks of this precision. */
  prepareLook(precision: number): void {
    const { panelKernels } = this.source;
    const { rows } = this.segment;
    this.sizes();
    if (!this.#known.hasErrors) {
      this.#known.hasErrors = true;
      const { of, table } = this.kinds();
      const { errors } = panelKernels;
      for (let row = 0; row < rows; row++) errors[row] = table.isError[of[row]];
    }
    if (this.#known.precision === precision) return;
    this.#known.precision = precision;
    if (this.segment.columns.has('client_ip')) this.#hashVisitors(precision);
    else panelKernels.marks.fill(0, 0, rows);
  }

  /** Hashes of the clients of the rows that match. */
  clients(): HashWords {
    const words = { high: new Int32Array(this.#room), low: new Int32Array(this.#room) };
    const ofCodes = new Int32Array(this.#room * 2 + 2);
    const codes = this.#hashedColumn('client_ip', ofCodes);
    const { rows, count } = this;
    for (let at = 0; at < count; at++) {
      const row = rows[at];
      words.high[row] = ofCodes[codes[row] * 2];
      words.low[row] = ofCodes[codes[row] * 2 + 1];
    }
    return words;
  }

  /** How often each entry of a dictionary comes, in all segments so far; the panels of a task share it. */
  entryCounts(field: string, column: DictionaryColumn, entries: number, splitsMissing: boolean): EntryCounts {
    const name = `${field} ${splitsMissing}`;
    let counts = this.#counts.get(name);
    if (counts === undefined) this.#counts.set(name, (counts = new EntryCounts(splitsMissing)));
    if (!this.#known.counted.has(name)) {
      this.#known.counted.add(name);
      counts.add(this, column, entries);
    }
    return counts;
  }

  /** Those of the matching rows that have a duration, whose kernels know it; undefined where the segment has none. */
  timed(): Uint32Array | undefined {
    if (this.#known.timed === undefined && this.hasNumbers('duration')) {
      // Where the kernels read them.
      this.numbers('duration');
      this.#known.timed = this.source.panelKernels.bucketDurations(this.set, this.#sketchEdges);
    }
    return this.#known.timed;
  }

  #list(): number {
    return (this.#known.count ??= listRows(this.segment.rows, this.#bits, this.#rows));
  }

  #kindSource(field: 'status' | 'level'): KindSource {
    const column = this.segment.columns.get(field);
    if (column === undefined || column.nulls === this.segment.rows) return undefined;
    return column.kind === 'number' ? column : this.numbers(field);
  }

  #fillNumbers(field: NumberField, target: Float64Array): void {
    const { segment, source } = this;
    const column = segment.columns.get(field);
    if (column?.kind === 'number') fillNumbers(column, segment.rows, target);
    else if (column?.kind === 'dictionary') {
      // Numbers beside texts: a segment that has both keeps both as entries.
      const dictionary = source.dictionary(field);
      const ofCode = new Float64Array(column.ids.length + 1).fill(Number.NaN);
      column.ids.forEach((id, at) => {
        const value = dictionary?.value(id);
        if (typeof value === 'number') ofCode[at + 1] = value;
      });
      const { codes } = column;
      for (let row = 0; row < segment.rows; row++) target[row] = ofCode[codes[row]];
    } else target.fill(Number.NaN, 0, segment.rows);
  }

  #fillSizes(sizes: Float64Array): void {
    const { rows, columns } = this.segment;
    const column = columns.get('bytes');
    if (column?.kind === 'number' && !(column.values instanceof Float64Array)) {
      this.source.panelKernels.widen(column.values.subarray(0, rows), column.base);
    } else if (this.hasNumbers('bytes')) {
      const bytes = this.numbers('bytes');
      for (let row = 0; row < rows; row++) sizes[row] = bytes[row] === bytes[row] ? bytes[row] : 0;
    } else sizes.fill(0, 0, rows);
  }

  /**
   * GoAccess's visitor: client, user agent and date. There is none where the client is absent, and none of a record
   * with a status of 400 to 499.
   */
  #hashVisitors(precision: number): void {
    const { panelKernels } = this.source;
    const { visitors } = panelKernels;
    const { rows } = this.segment;
    const cells = this.cells();
    const { table } = this.kinds();
    visitors.clients.set(this.#hashedColumn('client_ip', visitors.clientWords).subarray(0, rows));
    visitors.agents.set(this.#hashedColumn('user_agent', visitors.agentWords).subarray(0, rows));
    visitors.days.set(cells.days);
    visitors.without.set(table.isClientError);
    panelKernels.hashVisitors(this.set, precision);
  }

  /**
   * Puts the hashes of a column's texts into `words`, two by code, 0 where there is none: at least those of the rows
   * that match. Answers the codes by row.
   */
  #hashedColumn(field: string, words: Int32Array): Words {
    const { segment, source } = this;
    const column = segment.columns.get(field);
    words[0] = words[1] = 0;
    if (column === undefined || column.kind === 'number') return new Uint8Array(segment.rows);
    const hashes = source.hashes(field, this.#seed);
    const { rows, count } = this;
    if (column.kind === 'dictionary') {
      const { ids, codes } = column;
      if (codes instanceof Float64Array) throw new Error('codes are whole numbers');
      const ofEntries = hashes.ofEntries();
      const put = (code: number): void => {
        const id = ids[code - 1];
        words[code * 2] = ofEntries[id * 2];
        words[code * 2 + 1] = ofEntries[id * 2 + 1];
      };
      // With few rows most entries of the segment are not needed.
      if (count >= ids.length) for (let code = 1; code <= ids.length; code++) put(code);
      else for (let at = 0; at < count; at++) if (codes[rows[at]] !== 0) put(codes[rows[at]]);
      return codes;
    }
    const pair = new Int32Array(2);
    const codes = new Uint32Array(segment.rows);
    let code = 0;
    eachText(segment, column, source, rows, count, (row, value) => {
      if (typeof value !== 'string') return;
      hashes.ofText(value, pair);
      codes[row] = ++code;
      words.set(pair, code * 2);
    });
    return codes;
  }
}

/** What was worked out of the segment at hand. */
class Known {
  set: Uint32Array | undefined;
  missing: Uint32Array | undefined;
  others: Uint32Array | undefined;
  count: number | undefined;
  kinds: RowKinds | undefined;
  edges: Float64Array | undefined;
  cells: TimeCells | undefined;
  timeSums: TimeSums | undefined;
  hasSizes: boolean | undefined;
  hasErrors = false;
  timed: Uint32Array | undefined;
  precision = 0;
  readonly numbers = new Set<NumberField>();
  readonly counted = new Set<string>();
}

function fillNumbers(column: NumberColumn, rows: number, target: Float64Array): void {
  const { values } = column;
  if (values instanceof Float64Array) {
    target.set(values.subarray(0, rows));
    return;
  }
  const base = column.base - 1;
  for (let row = 0; row < rows; row++) {
    const stored = values[row];
    target[row] = stored === 0 ? Number.NaN : stored + base;
  }
}
