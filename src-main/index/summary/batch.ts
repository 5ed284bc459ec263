/**
 * The matching rows of one segment with what several panels need of them, worked out once: numbers of columns, parts
 * of the clock, hashes of clients and visitors. One Batch serves a task for all its segments, so its arrays are
 * allocated once; every array is by row of the segment.
 */
import { zoneOffsetMs } from '../../../src-shared/model/zone.ts';
import { weekdayOf } from '../../formats/index.ts';
import {
  type DictionaryColumn,
  maxSegmentRecords,
  type NarrowArray,
  type NumberColumn,
  type Segment,
} from '../segment.ts';
import { listRows } from '../bitmap.ts';
import { fullBitmap } from '../row-set.ts';
import { ColumnSums, EntryTotals } from './column-sums.ts';
import { DistinctCounters, type DistinctLimits, type HashWords } from './distinct.ts';
import { Flag } from './flags.ts';
import { eachText } from '../row-texts.ts';
import type { SummarySource } from './summary-source.ts';
import { bucketOfValue } from './quantiles.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** The level from which a record counts as an error. */
const errorLevel = 5;

export const noBucket = 0xffff;

type Part =
  | 'times'
  | 'bytes'
  | 'durations'
  | 'statuses'
  | 'levels'
  | 'flags'
  | 'clock'
  | 'visitors'
  | 'clients'
  | 'sketch'
  | 'sizes'
  | 'marks'
  | 'missing';

/** Durations of the first `count` of `rows`, by row. */
export interface Durations {
  readonly rows: Uint32Array;
  readonly count: number;
  /** Bucket of a percentile sketch; noBucket where absent. */
  readonly buckets: Uint16Array;
  readonly values: Float64Array;
}

export class Batch {
  readonly source: SummarySource;
  readonly zone: string;
  readonly #seed: number;
  #segment: Segment | undefined;
  /** Of the rows that match; undefined are all. */
  #bits: Uint32Array | undefined;
  readonly #missing: Uint32Array;
  #count = 0;
  #done = new Set<Part>();
  readonly #room: number;
  /** Room for whoever needs a number for each code of a segment. */
  readonly scratch: Int32Array;
  readonly #all: Uint32Array;
  readonly #some: Uint32Array;
  #rows: Uint32Array;
  readonly #numbers = new Map<string, Float64Array>();
  readonly #flags: Uint8Array;
  readonly #sketch: Uint16Array;
  #clock: { readonly hours: Uint8Array; readonly weekdays: Uint8Array; readonly days: Int32Array } | undefined;
  #clients: HashWords | undefined;
  #visitors: HashWords | undefined;
  #sizes: Float64Array | undefined;
  /** Room for the hashes of a segment's codes. */
  #ofCodes: Int32Array | undefined;
  readonly #sums = new Map<string, ColumnSums>();
  readonly #totals = new Map<string, EntryTotals>();
  /** Those that have this segment in them. */
  readonly #totalled = new Set<string>();

  constructor(source: SummarySource, zone: string, seed: number, room = maxSegmentRecords) {
    this.source = source;
    this.zone = zone;
    this.#seed = seed;
    this.#room = room;
    this.#all = new Uint32Array(room);
    for (let row = 0; row < room; row++) this.#all[row] = row;
    this.#some = new Uint32Array(room);
    this.scratch = new Int32Array(room + 1);
    this.#rows = this.#all;
    this.#flags = new Uint8Array(room);
    this.#sketch = new Uint16Array(room);
    this.#missing = new Uint32Array((room + 31) >>> 5);
    source.kernels.registers.reset();
  }

  begin(segment: Segment, bits: Uint32Array | undefined): void {
    this.#segment = segment;
    this.#bits = bits;
    this.#done.clear();
    this.#totalled.clear();
    for (const sums of this.#sums.values()) sums.clear();
    if (bits === undefined) {
      this.#rows = this.#all;
      this.#count = segment.rows;
      return;
    }
    this.#rows = this.#some;
    this.#count = listRows(segment.rows, bits, this.#some);
  }

  get segment(): Segment {
    if (this.#segment === undefined) throw new Error('begin comes first');
    return this.#segment;
  }

  get bits(): Uint32Array | undefined {
    return this.#bits;
  }

  /** Rows that match and have status 404, or those that match and have not. */
  bitsWhere(isMissing: boolean): Uint32Array {
    const { rows: all } = this.segment;
    const words = (all + 31) >>> 5;
    const missing = this.#missing;
    if (this.#isNew('missing')) {
      missing.fill(0, 0, words);
      const flags = this.flags();
      for (let row = 0; row < all; row++) if ((flags[row] & Flag.missing) !== 0) missing[row >>> 5] |= 1 << (row & 31);
    }
    const bits = this.#bits ?? fullBitmap(all);
    const found = new Uint32Array(words);
    for (let at = 0; at < words; at++) found[at] = bits[at] & (isMissing ? missing[at] : ~missing[at]);
    return found;
  }

  /** The first `count` of these are the rows that match. */
  get rows(): Uint32Array {
    return this.#rows;
  }

  get count(): number {
    return this.#count;
  }

  /** The numbers among a field's values; NaN where there is none. */
  numbers(field: 'time' | 'bytes' | 'duration' | 'status' | 'level'): Float64Array {
    let values = this.#numbers.get(field);
    if (values === undefined) this.#numbers.set(field, (values = new Float64Array(this.#room)));
    if (this.#isNew(partOf[field])) this.#fillNumbers(field, values);
    return values;
  }

  hasNumbers(field: string): boolean {
    const column = this.segment.columns.get(field);
    return column?.kind === 'number' || column?.kind === 'dictionary';
  }

  /** Bits of Flag. A record with a status is an error from 400 on; others by their level. */
  flags(): Uint8Array {
    const flags = this.#flags;
    if (!this.#isNew('flags')) return flags;
    const { rows } = this.segment;
    const status = this.#numberColumn('status');
    if (status !== undefined && !(status.values instanceof Float64Array) && status.max - status.min < mostStatuses) {
      const { values, base, min, max } = status;
      const first = min - base + 1;
      const ofStored = new Uint8Array(max - min + 1 + first).fill(noStatus, 0, first);
      for (let value = min; value <= max; value++) ofStored[value - min + first] = flagOfStatus(value);
      for (let row = 0; row < rows; row++) flags[row] = ofStored[values[row]];
    } else if (this.hasNumbers('status')) {
      const statuses = this.numbers('status');
      for (let row = 0; row < rows; row++) {
        flags[row] = Number.isNaN(statuses[row]) ? noStatus : flagOfStatus(statuses[row]);
      }
    } else flags.fill(noStatus, 0, rows);
    if (status === undefined || status.nulls > 0) {
      const levels = this.numbers('level');
      for (let row = 0; row < rows; row++) {
        if (flags[row] === noStatus) flags[row] = levels[row] >= errorLevel ? Flag.error : 0;
      }
    }
    return flags;
  }

  /** Hour, weekday and day since 1970 in the zone; rows without a time have hour 255 and weekday 0. */
  clock(): { readonly hours: Uint8Array; readonly weekdays: Uint8Array; readonly days: Int32Array } {
    const clock = (this.#clock ??= {
      hours: new Uint8Array(this.#room),
      weekdays: new Uint8Array(this.#room),
      days: new Int32Array(this.#room),
    });
    if (!this.#isNew('clock')) return clock;
    const { hours, weekdays, days } = clock;
    const { zone } = this;
    const times = this.numbers('time');
    // Offsets change at whole minutes, and neighbours are mostly of the same one.
    let [from, to, hour, day, weekday] = [0, 0, 0, 0, 0];
    for (let row = 0; row < this.segment.rows; row++) {
      const time = times[row];
      if (!(time >= from && time < to)) {
        if (time !== time) {
          hours[row] = 255;
          weekdays[row] = 0;
          continue;
        }
        from = Math.floor(time / minuteMs) * minuteMs;
        to = from + minuteMs;
        const ofHour = Math.floor((from + zoneOffsetMs(zone, time)) / hourMs);
        day = Math.floor((ofHour * hourMs) / dayMs);
        hour = ofHour - day * 24;
        weekday = weekdayOf(day);
      }
      hours[row] = hour;
      weekdays[row] = weekday;
      days[row] = day;
    }
    return clock;
  }

  clients(): HashWords {
    const words = (this.#clients ??= hashWords(this.#room));
    if (this.#isNew('clients')) this.#hashTexts('client_ip', words);
    return words;
  }

  /**
   * GoAccess's visitor: client, user agent and date. There is none where the client is absent, and none of a record
   * with a status of 400 to 499.
   */
  visitors(): HashWords {
    const words = (this.#visitors ??= hashWords(this.#room));
    if (!this.#isNew('visitors')) return words;
    const { high, low } = words;
    const clients = this.clients();
    const { days } = this.clock();
    const flags = this.flags();
    const [rows, count] = [this.#rows, this.#count];
    this.#hashTexts('user_agent', words);
    for (let at = 0; at < count; at++) {
      const row = rows[at];
      if (clients.low[row] === 0 || (flags[row] & Flag.clientError) !== 0) {
        low[row] = 0;
        continue;
      }
      const day = days[row];
      const first = mix(clients.high[row] ^ Math.imul(high[row], 0x9e3779b1) ^ Math.imul(day, 0x85ebca77));
      high[row] = first;
      low[row] =
        mix(
          clients.low[row] ^ Math.imul(low[row], 0xc2b2ae3d) ^ Math.imul((day + 0x7f4a7c15) | 0, 0x27d4eb2f) ^ first,
        ) | 1;
    }
    return words;
  }

  /** Has the kernels raise registers by this segment's visitors. */
  markVisitors(limits: DistinctLimits): HashWords {
    const words = this.visitors();
    if (this.#isNew('marks')) {
      DistinctCounters.setMarks(limits, this.#rows, this.#count, words, this.source.kernels.marks);
    }
    return words;
  }

  /** Bytes by row, 0 where absent; undefined where the segment has none. */
  sizes(): Float64Array | undefined {
    if (!this.hasNumbers('bytes')) return undefined;
    const sizes = (this.#sizes ??= new Float64Array(this.#room));
    if (!this.#isNew('sizes')) return sizes;
    const bytes = this.numbers('bytes');
    const { rows } = this.segment;
    for (let row = 0; row < rows; row++) sizes[row] = bytes[row] === bytes[row] ? bytes[row] : 0;
    return sizes;
  }

  /** Sums by code of a column of this segment, worked out once for all panels that show something of it. */
  sums(field: string, codes: NarrowArray, codeCount: number, splitsMissing: boolean): ColumnSums {
    const name = `${field} ${splitsMissing}`;
    let sums = this.#sums.get(name);
    if (sums === undefined) this.#sums.set(name, (sums = new ColumnSums()));
    if (sums.isEmpty) sums.add(this, codes, codeCount, splitsMissing);
    return sums;
  }

  /** Sums by entry of a dictionary, of all segments so far; the panels of a task share them. */
  totals(field: string, column: DictionaryColumn, entries: number, splitsMissing: boolean): EntryTotals {
    const name = `${field} ${splitsMissing}`;
    let totals = this.#totals.get(name);
    if (totals === undefined) this.#totals.set(name, (totals = new EntryTotals(splitsMissing)));
    if (!this.#totalled.has(name)) {
      this.#totalled.add(name);
      totals.makeRoom(entries);
      const { codes, ids } = column;
      if (ids.length * 2 > this.#count) totals.addRows(this, codes, ids);
      else this.sums(field, codes, ids.length + 1, splitsMissing).addTo(totals, ids);
    }
    return totals;
  }

  /** Undefined where the segment has no durations. */
  durations(): Durations | undefined {
    if (!this.hasNumbers('duration')) return undefined;
    const values = this.numbers('duration');
    const buckets = this.#sketch;
    const [rows, count] = [this.#rows, this.#count];
    if (this.#isNew('sketch')) {
      let [last, bucket] = [Number.NaN, noBucket];
      for (let at = 0; at < count; at++) {
        const row = rows[at];
        const value = values[row];
        if (value !== last) {
          last = value;
          bucket = value !== value ? noBucket : bucketOfValue(value);
        }
        buckets[row] = bucket;
      }
    }
    return { rows, count, buckets, values };
  }

  #isNew(part: Part): boolean {
    if (this.#done.has(part)) return false;
    this.#done.add(part);
    return true;
  }

  #fillNumbers(field: string, target: Float64Array): void {
    const { segment, source } = this;
    const column = segment.columns.get(field);
    if (column?.kind === 'number') {
      fillNumbers(column, segment.rows, target);
    } else if (column?.kind === 'dictionary') {
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

  #numberColumn(field: string): NumberColumn | undefined {
    const column = this.segment.columns.get(field);
    return column?.kind === 'number' ? column : undefined;
  }

  /** Of the rows that match. */
  #hashTexts(field: string, { high, low }: HashWords): void {
    const { segment, source } = this;
    const [rows, count] = [this.#rows, this.#count];
    const column = segment.columns.get(field);
    if (column === undefined || column.kind === 'number') {
      high.fill(0, 0, segment.rows);
      low.fill(0, 0, segment.rows);
      return;
    }
    const hashes = source.hashes(field, this.#seed);
    if (column.kind === 'dictionary') {
      this.#ofCodes ??= new Int32Array((this.#room + 1) * 2);
      spreadHashes(column, hashes.ofEntries(), this.#ofCodes, rows, count, { high, low });
      return;
    }
    const pair = new Int32Array(2);
    eachText(segment, column, source, rows, count, (row, value) => {
      if (typeof value === 'string') hashes.ofText(value, pair);
      else pair.fill(0);
      high[row] = pair[0];
      low[row] = pair[1];
    });
  }
}

const hashWords = (room: number): HashWords => ({ high: new Int32Array(room), low: new Int32Array(room) });

function spreadHashes(
  { ids, codes }: DictionaryColumn,
  words: Int32Array,
  local: Int32Array,
  rows: Uint32Array,
  count: number,
  { high, low }: HashWords,
): void {
  // With few rows most entries of the segment are not needed.
  if (count < ids.length) {
    for (let at = 0; at < count; at++) {
      const row = rows[at];
      const code = codes[row];
      const word = code === 0 ? 0 : ids[code - 1] * 2;
      high[row] = code === 0 ? 0 : words[word];
      low[row] = code === 0 ? 0 : words[word + 1];
    }
    return;
  }
  local[0] = local[1] = 0;
  for (let at = 0; at < ids.length; at++) {
    local[at * 2 + 2] = words[ids[at] * 2];
    local[at * 2 + 3] = words[ids[at] * 2 + 1];
  }
  for (let at = 0; at < count; at++) {
    const row = rows[at];
    const code = codes[row] * 2;
    high[row] = local[code];
    low[row] = local[code + 1];
  }
}

const flagOfStatus = (status: number): number =>
  status >= 400 && status < 600
    ? Flag.error | (status >= 500 ? Flag.serverError : Flag.clientError) | (status === 404 ? Flag.missing : 0)
    : 0;

const partOf = {
  time: 'times',
  bytes: 'bytes',
  duration: 'durations',
  status: 'statuses',
  level: 'levels',
} as const;

/** MurmurHash3's last steps. */
function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** Of a row that is told by its level. */
const noStatus = 255;

/** Statuses are looked up in a table unless they are spread wider than any of HTTP. */
const mostStatuses = 65_536;

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
