/**
 * Records of one segment after the other counted over time, by series where that is asked for. Runs in scan workers; the
 * engine adds up tasks.
 */
import { mostEdges, mostPairs } from '../kernels/query-kernels.ts';
import { listRows } from './bitmap.ts';
import type { FilterSource } from './filter-source.ts';
import { countBits } from './row-set.ts';
import { lowerBound, maxSegmentRecords, numberAt, type Column, type Segment } from './segment.ts';

export interface HistogramTask {
  /** Bucket starts, then the end of the last. */
  readonly edges: Float64Array;
  readonly stackBy?: string;
  readonly sum?: string;
}

/** Most series of a stacked histogram; what comes after is counted under ''. */
const mostSeries = 12;

/** Cells of records without a time, and of those before the first bucket; the buckets follow, then what is behind. */
const untimedCell = 0;
const beforeCell = 1;

/** Cells of more buckets are numbers of 32 bits. */
const mostShortCells = 65_536;

type Cells = Uint16Array | Uint32Array;

export class HistogramSum {
  readonly counts: Float64Array;
  readonly sums: Float64Array | undefined;
  readonly series = new Map<string, Float64Array>();
  untimed = 0;
  outside = 0;
  records = 0;
  readonly #task: HistogramTask;
  readonly #buckets: number;
  readonly #rows = new Uint32Array(maxSegmentRecords);

  constructor(task: HistogramTask) {
    this.#task = task;
    this.#buckets = Math.max(0, task.edges.length - 1);
    this.counts = new Float64Array(this.#buckets);
    this.sums = task.sum === undefined ? undefined : new Float64Array(this.#buckets);
  }

  add(segment: Segment, bits: Uint32Array | undefined, source: FilterSource): void {
    const { stackBy } = this.#task;
    const cells = this.#cellsOf(segment, source);
    const different = this.#buckets + 3;
    this.records += bits === undefined ? segment.rows : countBits(bits);
    if (this.sums !== undefined) this.#addSums(segment, bits, cells);
    const stack = stackBy === undefined ? undefined : stackKeys(segment, stackBy, source);
    if (stack === undefined) {
      this.#addCounts(source.kernels.count(cells, different, bits), 1, 0);
      return;
    }
    const { names, codes, keys } = stack;
    const isFew = names.length <= 256 && different * names.length <= mostPairs && !(codes instanceof Uint32Array);
    if (!isFew || cells instanceof Uint32Array || this.series.size + names.length > mostSeries) {
      this.#addBySeries(segment, bits, cells, stack);
      return;
    }
    const { kernels } = source;
    const { table } = kernels;
    if (keys !== undefined) table.set(keys);
    else for (let key = 0; key < names.length; key++) table[key] = key;
    const counts = kernels.countPairs(cells, different, codes, names.length, bits);
    for (let key = 0; key < names.length; key++) this.#addCounts(counts, names.length, key, names[key]);
  }

  /** Adds every `step`th count from `key` on; the series is made when something is in it. */
  #addCounts(counts: Uint32Array, step: number, key: number, name?: string): void {
    const buckets = this.#buckets;
    let series: Float64Array | undefined;
    this.untimed += counts[untimedCell * step + key];
    this.outside += counts[beforeCell * step + key] + counts[(buckets + 2) * step + key];
    for (let bucket = 0; bucket < buckets; bucket++) {
      const count = counts[(bucket + 2) * step + key];
      if (count === 0) continue;
      this.counts[bucket] += count;
      if (name !== undefined) (series ??= this.#seriesCounts(name))[bucket] += count;
    }
  }

  /** Series are made in the order in which records have them, since not all may have one. */
  #addBySeries(segment: Segment, bits: Uint32Array | undefined, cells: Cells, stack: StackKeys): void {
    const { names, codes, keys } = stack;
    const perKey: (Float64Array | undefined)[] = [];
    const rows = this.#rows;
    const count = listRows(segment.rows, bits, rows);
    for (let at = 0; at < count; at++) {
      const row = rows[at];
      const bucket = cells[row] - 2;
      if (bucket < 0 || bucket >= this.#buckets) {
        if (cells[row] === untimedCell) this.untimed++;
        else this.outside++;
        continue;
      }
      this.counts[bucket]++;
      const key = keys === undefined ? codes[row] : keys[codes[row]];
      const series = (perKey[key] ??= this.#seriesCounts(names[key]));
      series[bucket]++;
    }
  }

  #addSums(segment: Segment, bits: Uint32Array | undefined, cells: Cells): void {
    const { sums } = this;
    const { sum = '' } = this.#task;
    const column = segment.columns.get(sum);
    if (sums === undefined || column?.kind !== 'number') return;
    const rows = this.#rows;
    const count = listRows(segment.rows, bits, rows);
    for (let at = 0; at < count; at++) {
      const row = rows[at];
      const bucket = cells[row] - 2;
      if (bucket < 0 || bucket >= sums.length) continue;
      const value = numberAt(column, row);
      if (value === value) sums[bucket] += value;
    }
  }

  /** The cell of each row; valid until the next call. */
  #cellsOf(segment: Segment, { kernels }: FilterSource): Cells {
    const { edges } = this.#task;
    const time = segment.columns.get('time');
    if (time?.kind !== 'number') return new Uint16Array(segment.rows);
    const { values, base } = time;
    if (!(values instanceof Float64Array) && edges.length <= mostEdges) {
      // In the stored form, whole numbers from 1; edges that no stored number reaches are left out.
      const stored = Array.from(edges, (edge) => Math.max(1, Math.ceil(edge) - base + 1));
      return kernels.cellsOf(values, Uint32Array.from(stored.filter((edge) => edge <= 0xffffffff)));
    }
    const cellOf = (_: unknown, row: number): number => {
      const instant = numberAt(time, row);
      return instant === instant ? 1 + lowerBound(edges, instant + 0.5) : untimedCell;
    };
    const { rows: length } = segment;
    return edges.length + 2 <= mostShortCells
      ? Uint16Array.from({ length }, cellOf)
      : Uint32Array.from({ length }, cellOf);
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

/** A small number for each row, and what those numbers are called. */
interface StackKeys {
  readonly names: readonly string[];
  /** For each row a code, and for each code its key; without `keys` the codes are keys themselves. */
  readonly codes: Uint8Array | Uint16Array | Uint32Array;
  readonly keys: Uint32Array | undefined;
}

const levelNames = ['trace', 'debug', 'info', 'notice', 'warn', 'error', 'fatal', ''];
const statusNames = ['', '1xx', '2xx', '3xx', '4xx', '5xx', 'other'];

/** Number columns of more different values are not looked up in a table. */
const mostCodes = 4096;

function stackKeys(segment: Segment, field: string, source: FilterSource): StackKeys {
  const column = segment.columns.get(field);
  if (field === 'level') return numberKeys(segment, column, levelNames, (level) => orElse(level, 7));
  if (field === 'status') return numberKeys(segment, column, statusNames, statusClass);
  if (column?.kind === 'dictionary' && !(column.codes instanceof Float64Array)) {
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
    return { names, codes: new Uint8Array(segment.rows), keys: Uint32Array.of(keyOf(Number.NaN)) };
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
