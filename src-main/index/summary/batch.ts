/**
 * The matching rows of one segment with what several panels need of them, worked out once: numbers of columns, parts
 * of the clock, hashes of clients and visitors. One Batch serves a task for all its segments, so its arrays are
 * allocated once; every array is by row of the segment.
 */
import { zoneOffsetMs } from '../../../src-shared/model/zone.ts';
import { weekdayOf } from '../../formats/index.ts';
import { maxSegmentRecords, type NumberColumn, type Segment } from '../segment.ts';
import { eachRow } from '../summarize.ts';
import { eachText } from './row-texts.ts';
import type { SummarySource } from './summary-source.ts';
import { bucketOfValue } from './quantiles.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** What `flags` says of a record. */
export const Flag = { missing: 1, clientError: 2, serverError: 4, error: 8 } as const;

/** The level from which a record counts as an error. */
const errorLevel = 5;

export const noBucket = 0xffff;

type Part =
  'times' | 'bytes' | 'durations' | 'statuses' | 'levels' | 'flags' | 'clock' | 'visitors' | 'clients' | 'sketch';

export class Batch {
  readonly source: SummarySource;
  readonly zone: string;
  readonly #seed: number;
  #segment: Segment | undefined;
  #count = 0;
  #done = new Set<Part>();
  readonly #room: number;
  readonly #all: Uint32Array;
  readonly #some: Uint32Array;
  #rows: Uint32Array;
  readonly #numbers = new Map<string, Float64Array>();
  readonly #flags: Uint8Array;
  readonly #sketch: Uint16Array;
  #clock: { readonly hours: Uint8Array; readonly weekdays: Uint8Array; readonly days: Int32Array } | undefined;
  readonly #clientHigh: Uint32Array;
  readonly #clientLow: Uint32Array;
  #visitorHigh: Uint32Array | undefined;
  #visitorLow: Uint32Array | undefined;

  constructor(source: SummarySource, zone: string, seed: number, room = maxSegmentRecords) {
    this.source = source;
    this.zone = zone;
    this.#seed = seed;
    this.#room = room;
    this.#all = Uint32Array.from({ length: room }, (_, row) => row);
    this.#some = new Uint32Array(room);
    this.#rows = this.#all;
    this.#flags = new Uint8Array(room);
    this.#sketch = new Uint16Array(room);
    this.#clientHigh = new Uint32Array(room);
    this.#clientLow = new Uint32Array(room);
  }

  begin(segment: Segment, bits: Uint32Array | undefined): void {
    this.#segment = segment;
    this.#done.clear();
    if (bits === undefined) {
      this.#rows = this.#all;
      this.#count = segment.rows;
      return;
    }
    this.#rows = this.#some;
    let count = 0;
    eachRow(segment, bits, (row) => (this.#some[count++] = row));
    this.#count = count;
  }

  get segment(): Segment {
    if (this.#segment === undefined) throw new Error('begin comes first');
    return this.#segment;
  }

  /** The first `count` of these are the rows that match. */
  get rows(): Uint32Array {
    return this.#rows;
  }

  get count(): number {
    return this.#count;
  }

  /** Values of a number column; NaN where absent. */
  numbers(field: 'time' | 'bytes' | 'duration' | 'status' | 'level'): Float64Array {
    let values = this.#numbers.get(field);
    if (values === undefined) this.#numbers.set(field, (values = new Float64Array(this.#room)));
    if (this.#isNew(partOf[field])) fillNumbers(this.#numberColumn(field), this.segment.rows, values);
    return values;
  }

  hasNumbers(field: string): boolean {
    return this.#numberColumn(field) !== undefined;
  }

  /** Bits of Flag. A record with a status is an error from 400 on; others by their level. */
  flags(): Uint8Array {
    const flags = this.#flags;
    if (!this.#isNew('flags')) return flags;
    const { rows } = this.segment;
    if (this.hasNumbers('status')) {
      const statuses = this.numbers('status');
      for (let row = 0; row < rows; row++) {
        const status = statuses[row];
        flags[row] =
          status >= 400 && status < 600
            ? Flag.error | (status >= 500 ? Flag.serverError : Flag.clientError) | (status === 404 ? Flag.missing : 0)
            : 0;
      }
    } else if (this.hasNumbers('level')) {
      const levels = this.numbers('level');
      for (let row = 0; row < rows; row++) flags[row] = levels[row] >= errorLevel ? Flag.error : 0;
    } else flags.fill(0, 0, rows);
    return flags;
  }

  /** Hour, weekday and day since 1970 in the zone; rows without a time have hour 255. */
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
    let [minute, offsetMs, hourIndex, hour, day, weekday] = [Number.NaN, 0, Number.NaN, 0, 0, 0];
    for (let row = 0; row < this.segment.rows; row++) {
      const time = times[row];
      if (time !== time) {
        hours[row] = 255;
        continue;
      }
      // Offsets change at whole minutes, and neighbours are mostly of the same one.
      const ofMinute = Math.floor(time / minuteMs);
      if (ofMinute !== minute) {
        minute = ofMinute;
        offsetMs = zoneOffsetMs(zone, time);
      }
      const ofHour = Math.floor((time + offsetMs) / hourMs);
      if (ofHour !== hourIndex) {
        hourIndex = ofHour;
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

  /** Hash of the client in two words; 0, 0 where there is none. */
  clients(): { readonly high: Uint32Array; readonly low: Uint32Array } {
    const [high, low] = [this.#clientHigh, this.#clientLow];
    if (this.#isNew('clients')) this.#hashTexts('client_ip', high, low);
    return { high, low };
  }

  /** GoAccess's visitor: client, user agent and date. Where the client is absent there is none. */
  visitors(): { readonly high: Uint32Array; readonly low: Uint32Array } {
    const high = (this.#visitorHigh ??= new Uint32Array(this.#room));
    const low = (this.#visitorLow ??= new Uint32Array(this.#room));
    if (!this.#isNew('visitors')) return { high, low };
    const clients = this.clients();
    const { days } = this.clock();
    this.#hashTexts('user_agent', high, low);
    for (let row = 0; row < this.segment.rows; row++) {
      const [a, b] = [clients.high[row], clients.low[row]];
      if (a === 0 && b === 0) {
        high[row] = low[row] = 0;
        continue;
      }
      const first = mix(a ^ Math.imul(high[row], 0x9e3779b1) ^ Math.imul(days[row], 0x85ebca77));
      high[row] = first;
      low[row] = mix(b ^ Math.imul(low[row], 0xc2b2ae3d) ^ Math.imul(days[row] + 0x7f4a7c15, 0x27d4eb2f) ^ first);
    }
    return { high, low };
  }

  /** Bucket of the duration in a percentile sketch; noBucket where absent. */
  sketch(): Uint16Array {
    const sketch = this.#sketch;
    if (!this.#isNew('sketch')) return sketch;
    const durations = this.numbers('duration');
    let [last, bucket] = [Number.NaN, 0];
    for (let row = 0; row < this.segment.rows; row++) {
      const value = durations[row];
      if (value !== last) {
        last = value;
        bucket = value !== value ? noBucket : bucketOfValue(value);
      }
      sketch[row] = value !== value ? noBucket : bucket;
    }
    return sketch;
  }

  #isNew(part: Part): boolean {
    if (this.#done.has(part)) return false;
    this.#done.add(part);
    return true;
  }

  #numberColumn(field: string): NumberColumn | undefined {
    const column = this.segment.columns.get(field);
    return column?.kind === 'number' ? column : undefined;
  }

  #hashTexts(field: string, high: Uint32Array, low: Uint32Array): void {
    const { segment, source } = this;
    const column = segment.columns.get(field);
    if (column === undefined || column.kind === 'number') {
      high.fill(0, 0, segment.rows);
      low.fill(0, 0, segment.rows);
      return;
    }
    const hashes = source.hashes(field, this.#seed);
    if (column.kind === 'dictionary') {
      const { ids, codes } = column;
      const local = new Uint32Array((ids.length + 1) * 2);
      for (let at = 0; at < ids.length; at++) hashes.ofId(ids[at], local, (at + 1) * 2);
      for (let row = 0; row < segment.rows; row++) {
        const code = codes[row] * 2;
        high[row] = local[code];
        low[row] = local[code + 1];
      }
      return;
    }
    high.fill(0, 0, segment.rows);
    low.fill(0, 0, segment.rows);
    const pair = new Uint32Array(2);
    eachText(segment, column, source, this.#rows, this.#count, (row, value) => {
      if (typeof value !== 'string') return;
      hashes.ofText(value, pair);
      high[row] = pair[0];
      low[row] = pair[1];
    });
  }
}

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
  return (hash ^ (hash >>> 16)) >>> 0;
}

function fillNumbers(column: NumberColumn | undefined, rows: number, target: Float64Array): void {
  if (column === undefined) {
    target.fill(Number.NaN, 0, rows);
    return;
  }
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
