/**
 * Aggregates of one segment's matching records: counts over time and counts of values. Runs in scan workers, which
 * add up the segments of a task; the engine adds up tasks.
 */
import type { Value } from '../../src-shared/model/value.ts';
import { Tag, tagOf, textOf, valueOf } from './dictionary.ts';
import type { FilterSource } from './filter-source.ts';
import { recordBytes } from './record-reader.ts';
import { lowerBound, numberAt, recordEnd, recordStart, type Column, type Segment } from './segment.ts';

/** Calls `use` for each set row. */
export function eachRow(segment: Segment, bits: Uint32Array | undefined, use: (row: number) => void): void {
  if (bits === undefined) {
    for (let row = 0; row < segment.rows; row++) use(row);
    return;
  }
  for (let at = 0; at < bits.length; at++) {
    for (let word = bits[at]; word !== 0; word &= word - 1) use((at << 5) + (31 - Math.clz32(word & -word)));
  }
}

export interface HistogramTask {
  /** Bucket starts, then the end of the last. */
  readonly edges: Float64Array;
  readonly stackBy?: string;
  readonly sum?: string;
}

/** Most series of a stacked histogram; what comes after is counted under ''. */
const mostSeries = 12;

/** Instead of a bucket. */
const outside = -1;
const untimed = -2;

export class HistogramSum {
  readonly counts: Float64Array;
  readonly sums: Float64Array | undefined;
  readonly series = new Map<string, Float64Array>();
  untimed = 0;
  outside = 0;
  records = 0;
  readonly #task: HistogramTask;
  readonly #width: number;
  #buckets = new Int32Array(0);
  #rows = new Uint32Array(0);

  constructor(task: HistogramTask) {
    this.#task = task;
    const buckets = Math.max(0, task.edges.length - 1);
    this.counts = new Float64Array(buckets);
    this.sums = task.sum === undefined ? undefined : new Float64Array(buckets);
    this.#width = evenWidth(task.edges);
  }

  add(segment: Segment, bits: Uint32Array | undefined, source: FilterSource): void {
    const { stackBy, sum } = this.#task;
    const sumColumn = sum === undefined ? undefined : segment.columns.get(sum);
    const stack = stackBy === undefined ? undefined : stackKeys(segment, stackBy, source);
    const perKey: (Float64Array | undefined)[] = [];
    const { counts, sums } = this;
    const buckets = this.#bucketsOf(segment);
    const rows = this.#rowsOf(segment, bits);
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at];
      const bucket = buckets[row];
      if (bucket < 0) {
        if (bucket === untimed) this.untimed++;
        else this.outside++;
        continue;
      }
      counts[bucket]++;
      if (sums !== undefined && sumColumn?.kind === 'number') {
        const value = numberAt(sumColumn, row);
        if (value === value) sums[bucket] += value;
      }
      if (stack !== undefined) {
        const { codes, keys } = stack;
        const key = keys === undefined ? codes[row] : keys[codes[row]];
        const series = (perKey[key] ??= this.#seriesCounts(stack.names[key]));
        series[bucket]++;
      }
    }
    this.records += rows.length;
  }

  /** The bucket of each row, `untimed` or `outside`. */
  #bucketsOf(segment: Segment): Int32Array {
    const { edges } = this.#task;
    const { rows } = segment;
    if (this.#buckets.length < rows) this.#buckets = new Int32Array(rows);
    const buckets = this.#buckets;
    const time = segment.columns.get('time');
    if (time?.kind !== 'number') return buckets.fill(untimed, 0, rows);
    const { values } = time;
    const isDouble = values instanceof Float64Array;
    const base = time.base - 1;
    // Records of one bucket follow one another, so most need no division.
    let [bucket, low, high] = [outside, 1, 0];
    for (let row = 0; row < rows; row++) {
      const stored = values[row];
      if (isDouble ? stored !== stored : stored === 0) {
        buckets[row] = untimed;
        continue;
      }
      const instant = isDouble ? stored : stored + base;
      if (!(instant >= low && instant < high)) {
        bucket = this.#bucketAt(instant);
        low = bucket === outside ? 1 : edges[bucket];
        high = bucket === outside ? 0 : edges[bucket + 1];
      }
      buckets[row] = bucket;
    }
    return buckets;
  }

  #bucketAt(instant: number): number {
    const { edges } = this.#task;
    const width = this.#width;
    const bucket = width > 0 ? Math.floor((instant - edges[0]) / width) : lowerBound(edges, instant + 0.5) - 1;
    return bucket >= 0 && bucket < this.counts.length ? bucket : outside;
  }

  /** The rows that match. */
  #rowsOf(segment: Segment, bits: Uint32Array | undefined): Uint32Array {
    if (this.#rows.length < segment.rows) this.#rows = new Uint32Array(segment.rows);
    const rows = this.#rows;
    let count = 0;
    if (bits === undefined) while (count < segment.rows) rows[count] = count++;
    else {
      for (let at = 0; at < bits.length; at++) {
        for (let word = bits[at]; word !== 0; word &= word - 1)
          rows[count++] = (at << 5) + (31 - Math.clz32(word & -word));
      }
    }
    return rows.subarray(0, count);
  }

  #seriesCounts(name: string): Float64Array {
    const key = this.series.has(name) || this.series.size < mostSeries ? name : '';
    let counts = this.series.get(key);
    if (counts === undefined) {
      counts = new Float64Array(this.counts.length);
      this.series.set(key, counts);
    }
    return counts;
  }
}

/** The width that all buckets share, 0 when they differ (days with daylight saving, months). */
function evenWidth(edges: Float64Array): number {
  if (edges.length < 2) return 0;
  const width = edges[1] - edges[0];
  for (let at = 2; at < edges.length; at++) if (edges[at] - edges[at - 1] !== width) return 0;
  return width;
}

/** A small number for each row, and what those numbers are called. */
interface StackKeys {
  readonly names: readonly string[];
  /** For each row a code, and for each code its key; without `keys` the codes are keys themselves. */
  readonly codes: ArrayLike<number>;
  readonly keys: ArrayLike<number> | undefined;
}

const levelNames = ['trace', 'debug', 'info', 'notice', 'warn', 'error', 'fatal', ''];
const statusNames = ['', '1xx', '2xx', '3xx', '4xx', '5xx', 'other'];

/** Number columns of more different values are not looked up in a table. */
const mostCodes = 4096;

function stackKeys(segment: Segment, field: string, source: FilterSource): StackKeys {
  const column = segment.columns.get(field);
  if (field === 'level') return numberKeys(segment, column, levelNames, (level) => orElse(level, 7));
  if (field === 'status') return numberKeys(segment, column, statusNames, statusClass);
  if (column?.kind === 'dictionary') {
    const dictionary = source.dictionary(field);
    const names = ['', ...Array.from(column.ids, (id) => dictionary?.text(id) ?? '')];
    return { names, codes: column.codes, keys: undefined };
  }
  const names: string[] = [];
  const known = new Map<number, number>();
  return numberKeys(segment, column, names, (value) => {
    let key = known.get(value);
    if (key === undefined) {
      key = names.push(value === value ? String(value) : '') - 1;
      known.set(value, key);
    }
    return key;
  });
}

/** `keyOf` is asked for NaN where there is no number. */
function numberKeys(
  segment: Segment,
  column: Column | undefined,
  names: readonly string[],
  keyOf: (value: number) => number,
): StackKeys {
  if (column?.kind !== 'number') {
    return { names, codes: new Uint8Array(segment.rows), keys: [keyOf(Number.NaN)] };
  }
  const { values, base, max } = column;
  if (!(values instanceof Float64Array) && max - base < mostCodes) {
    const keys = Uint32Array.from({ length: Math.max(0, max - base + 1) + 1 }, (_, stored) =>
      keyOf(stored === 0 ? Number.NaN : stored - 1 + base),
    );
    return { names, codes: values, keys };
  }
  const codes = Uint32Array.from({ length: segment.rows }, (_, row) => keyOf(numberAt(column, row)));
  return { names, codes, keys: undefined };
}

const orElse = (value: number, other: number): number => (value === value ? value : other);

function statusClass(status: number): number {
  if (status !== status) return 0;
  const hundreds = Math.floor(status / 100);
  return hundreds >= 1 && hundreds <= 5 ? hundreds : 6;
}

/** Counts of a field's values; exact. */
export class ValueCounts {
  readonly field: string;
  /** By global dictionary id. */
  #byId = new Float64Array(0);
  readonly #byNumber = new Map<number, number>();
  /** By tag and text, for values that no dictionary holds. */
  readonly #byText = new Map<string, number>();
  absent = 0;
  records = 0;

  constructor(field: string) {
    this.field = field;
  }

  add(segment: Segment, bits: Uint32Array | undefined, source: FilterSource): void {
    const column = segment.columns.get(this.field);
    let absent = 0;
    let records = 0;
    if (column === undefined) {
      eachRow(segment, bits, () => records++);
      absent = records;
    } else if (column.kind === 'dictionary') {
      const local = new Float64Array(column.ids.length + 1);
      const { codes } = column;
      eachRow(segment, bits, (row) => {
        local[codes[row]]++;
        records++;
      });
      absent = local[0];
      this.#roomFor(source.dictionary(this.field)?.count ?? 0);
      for (let at = 0; at < column.ids.length; at++) this.#byId[column.ids[at]] += local[at + 1];
    } else if (column.kind === 'number') {
      const counts = this.#byNumber;
      eachRow(segment, bits, (row) => {
        records++;
        const value = numberAt(column, row);
        if (value !== value) absent++;
        else counts.set(value, (counts.get(value) ?? 0) + 1);
      });
    } else {
      const { starts, lengths } = column;
      const reader = source.reader(segment);
      let group: Buffer = Buffer.alloc(0);
      let base = -1;
      eachRow(segment, bits, (row) => {
        records++;
        if (lengths[row] === column.absent) {
          absent++;
          return;
        }
        const from = recordStart(segment, row);
        const to = recordEnd(segment, row);
        if (base < 0 || from < base || to > base + group.length) {
          base = from;
          group = source.read(segment, from, Math.min(segment.end, Math.max(to, from + (1 << 20))));
        }
        const value =
          lengths[row] === column.parseAgain
            ? reader.fields(segment, row, recordBytes(group, from - base, to - base)).get(this.field)
            : reader.decode(group, from - base + starts[row], from - base + starts[row] + lengths[row]);
        if (value === undefined) absent++;
        else this.#addValue(value);
      });
    }
    this.absent += absent;
    this.records += records;
  }

  #addValue(value: Value): void {
    if (typeof value === 'number') {
      this.#byNumber.set(value, (this.#byNumber.get(value) ?? 0) + 1);
      return;
    }
    const key = String.fromCharCode(tagOf(value)) + textOf(value);
    this.#byText.set(key, (this.#byText.get(key) ?? 0) + 1);
  }

  #roomFor(ids: number): void {
    if (ids <= this.#byId.length) return;
    const larger = new Float64Array(Math.max(ids, this.#byId.length * 2));
    larger.set(this.#byId);
    this.#byId = larger;
  }

  /** All counts as plain arrays; dictionary ids stay ids, so that texts are looked up once at the end. */
  partial(): ValueCountsPart {
    const ids: number[] = [];
    const idCounts: number[] = [];
    for (let id = 0; id < this.#byId.length; id++) {
      if (this.#byId[id] === 0) continue;
      ids.push(id);
      idCounts.push(this.#byId[id]);
    }
    return {
      ids: Uint32Array.from(ids),
      idCounts: Float64Array.from(idCounts),
      numbers: [...this.#byNumber],
      texts: [...this.#byText],
      absent: this.absent,
      records: this.records,
    };
  }
}

export interface ValueCountsPart {
  readonly ids: Uint32Array;
  readonly idCounts: Float64Array;
  readonly numbers: readonly (readonly [number, number])[];
  readonly texts: readonly (readonly [string, number])[];
  readonly absent: number;
  readonly records: number;
}

/** Key under which a text value is counted, back to the value. */
export const valueOfKey = (key: string): Value => valueOf(key.charCodeAt(0), key.slice(1));

export const keyOfValue = (value: Value): string => String.fromCharCode(tagOf(value)) + textOf(value);

export const numberTag = Tag.number;
