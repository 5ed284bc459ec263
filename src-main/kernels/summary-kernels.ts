/**
 * Loops of the overview's panels over the rows of a segment: by kernels where they can be had, else plainly. One for
 * each worker, made when the first panel is asked for.
 *
 * What all panels need of a segment (sizes, errors, marks) is written into the kernels' memory once; each panel then
 * says what the codes of its column stand for and has its rows looked at. Segments have 65,536 rows at most.
 */
import { lowerBound, maxSegmentRecords } from '../index/segment.ts';
import type { Words } from './query-kernels.ts';

/** Where a panel's sums and registers lie, in bytes from the arena's start. */
export interface PanelPlaces {
  /** Records, errors and bytes of each number, doubles. */
  readonly sums: number;
  /** Where the registers of each number begin, -1 none; 32 bits each. */
  readonly bases: number;
}

/** Where a panel's percentile sketches lie, in bytes from the arena's start. */
export interface SketchPlaces {
  /** Counts of the buckets of each number, 32 bits each. */
  readonly counts: number;
  /** How many buckets a sketch has. */
  readonly buckets: number;
  /** Least and greatest value of each number, doubles. */
  readonly ends: number;
}

/** Arrays by row belong to the segment at hand; whoever begins a segment fills them for the rows that count. */
export interface SummaryKernels {
  readonly arena: PanelArena;
  /** By row: 1 where the record is an error. */
  readonly errors: Uint8Array;
  /** By row: bytes, 0 where there are none. */
  readonly sizes: Float64Array;
  /** By row: the place of a register above a byte with the rank it is raised to; 0 is none. */
  readonly marks: Uint32Array;
  /** By row: the visitor's hash; `low` is 0 where there is none. */
  readonly high: Int32Array;
  readonly low: Int32Array;
  /** What `hashVisitors` reads: codes by row, two words of a hash by code. */
  readonly visitors: VisitorColumns;
  /** Fills in `high`, `low` and `marks` of the set rows; marks are for 2 ^ precision registers. */
  hashVisitors(bits: Uint32Array, precision: number): void;
  /** By code: the number it stands for, below 0 none. Filled in before `look`. */
  readonly targets: Int32Array;
  /**
   * Adds the set rows to the sums of their numbers and raises these numbers' registers; rows with a mark and a number
   * without registers are answered, valid until the next call.
   */
  look(codes: Words, bits: Uint32Array, places: PanelPlaces): Uint32Array;
  /** By row: the bucket of its duration, and the duration; of rows that have none they mean nothing. */
  readonly buckets: Uint16Array;
  readonly durations: Float64Array;
  /** Buckets of the set rows' durations by `edges`, which ascend to infinity; answers which rows have one (not NaN). */
  bucketDurations(bits: Uint32Array, edges: Float64Array): Uint32Array;
  /** Adds the durations of the set rows, all of which have one, to the sketches of their numbers. */
  measure(codes: Words, bits: Uint32Array, places: SketchPlaces): void;
  /** What each value below 65,536 adds to a row's byte; whoever calls `addLooked` fills it in. */
  readonly table: Uint8Array;
  /** Adds to each row's byte in `visitors.kinds` what the table says of its value. */
  addLooked(values: Uint8Array | Uint16Array): void;
  /** By cell and kind, side by side: where a bitmap begins in the arena, below 0 none. Filled in before `meet`. */
  readonly bitmaps: Int32Array;
  /** By code less one: the entry. Filled in before `meet`. */
  readonly ids: Uint32Array;
  /**
   * Sets the bit of each set row's entry in the bitmap of its cell and kind (`visitors`), of so many kinds; code 0 is
   * no entry.
   */
  meet(codes: Words, bits: Uint32Array, kindCount: number): void;
  /** Stored numbers into `sizes`: less one and plus `base`, and 0 where 0 is stored. */
  widen(values: Words, base: number): void;
}

export interface VisitorColumns {
  readonly clients: Uint32Array;
  readonly clientWords: Int32Array;
  readonly agents: Uint32Array;
  readonly agentWords: Int32Array;
  readonly cells: Uint32Array;
  /** By cell. */
  readonly days: Int32Array;
  readonly kinds: Uint8Array;
  /** By kind: 1 where records make no visitor. */
  readonly without: Uint8Array;
}

/** Most cells times kinds that `meet` takes. */
export const mostBitmaps = 1 << 18;

/** Room for what the panels of one task sum up. */
export class PanelArena {
  readonly bytes: Uint8Array;
  #used = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Gives back all that was taken. */
  reset(): void {
    this.#used = 0;
  }

  /** Where so many bytes begin, set to 0, a multiple of 8; -1 when there are no more, or fewer than `reserve` behind them. */
  take(size: number, reserve = 0): number {
    const at = this.#used;
    const end = at + Math.ceil(size / 8) * 8;
    if (end + reserve > this.bytes.length) return -1;
    this.#used = end;
    this.bytes.fill(0, at, end);
    return at;
  }

  doubles(at: number, length: number): Float64Array {
    return new Float64Array(this.bytes.buffer, this.bytes.byteOffset + at, length);
  }

  counts(at: number, length: number): Uint32Array {
    return new Uint32Array(this.bytes.buffer, this.bytes.byteOffset + at, length);
  }

  words(at: number, length: number): Int32Array {
    return new Int32Array(this.bytes.buffer, this.bytes.byteOffset + at, length);
  }
}

/** Memory that nobody touches costs nothing; 15 panels of 50 values need 3 MB. */
const arenaBytes = 48 << 20;

/** Cells are one more than boundaries within a segment, and there are at most as many cells as rows. */
const mostCells = maxSegmentRecords + 1;
/** Codes are at most as many as rows, and 0. */
const mostCodes = maxSegmentRecords + 1;
const mostKinds = 64;
/** Edges of a sketch, and guesses between the first and the last but one of them: 9 bits of a float's mantissa tell 0.2 %. */
const mostEdges = 2048;
const mostGuesses = 32_768;
const guessShift = 14;
/** A value of 16 bits is any of these. */
const tableBytes = 65_536;

/** `kernel` is the compiled summary.as.ts; without it plain TypeScript does the same, for tests and for comparison. */
export const createSummaryKernels = (kernel?: Uint8Array<ArrayBuffer>): SummaryKernels =>
  kernel === undefined ? plainKernels() : compiledKernels(kernel);

/** MurmurHash3's last steps. */
function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function plainKernels(): SummaryKernels {
  const arena = new PanelArena(new Uint8Array(arenaBytes));
  const rows = maxSegmentRecords;
  const errors = new Uint8Array(rows);
  const sizes = new Float64Array(rows);
  const marks = new Uint32Array(rows);
  const [high, low] = [new Int32Array(rows), new Int32Array(rows)];
  const targets = new Int32Array(mostCodes);
  const buckets = new Uint16Array(rows);
  const durations = new Float64Array(rows);
  const table = new Uint8Array(tableBytes);
  const bitmaps = new Int32Array(mostBitmaps);
  const ids = new Uint32Array(mostCodes);
  const visitors = {
    clients: new Uint32Array(rows),
    clientWords: new Int32Array(mostCodes * 2),
    agents: new Uint32Array(rows),
    agentWords: new Int32Array(mostCodes * 2),
    cells: new Uint32Array(rows),
    days: new Int32Array(mostCells),
    kinds: new Uint8Array(rows),
    without: new Uint8Array(mostKinds),
  };
  return {
    arena,
    errors,
    sizes,
    marks,
    high,
    low,
    visitors,
    hashVisitors(bits, precision) {
      const { clients, clientWords, agents, agentWords, cells, days, kinds, without } = visitors;
      eachSet(bits, (row) => {
        const [client, agent, day] = [clients[row] * 2, agents[row] * 2, days[cells[row]]];
        high[row] = low[row] = marks[row] = 0;
        if (clientWords[client + 1] === 0 || without[kinds[row]] !== 0) return;
        const first = mix(clientWords[client] ^ Math.imul(agentWords[agent], 0x9e3779b1) ^ Math.imul(day, 0x85ebca77));
        const second =
          mix(
            clientWords[client + 1] ^
              Math.imul(agentWords[agent + 1], 0xc2b2ae3d) ^
              Math.imul((day + 0x7f4a7c15) | 0, 0x27d4eb2f) ^
              first,
          ) | 1;
        high[row] = first;
        low[row] = second;
        marks[row] = ((first >>> (32 - precision)) << 8) | (Math.clz32(second) + 1);
      });
    },
    targets,
    look(codes, bits, places) {
      const sums = arena.doubles(places.sums, (arenaBytes - places.sums) >> 3);
      const bases = arena.words(places.bases, (arenaBytes - places.bases) >> 2);
      const left: number[] = [];
      eachSet(bits, (row) => {
        const number = targets[codes[row]];
        if (number < 0) return;
        sums[number * 3]++;
        sums[number * 3 + 1] += errors[row];
        sums[number * 3 + 2] += sizes[row];
        if (marks[row] === 0) return;
        if (bases[number] < 0) {
          left.push(row);
          return;
        }
        const at = bases[number] + (marks[row] >>> 8);
        arena.bytes[at] = Math.max(arena.bytes[at], marks[row] & 0xff);
      });
      return Uint32Array.from(left);
    },
    buckets,
    durations,
    bucketDurations(bits, edges) {
      const found = new Uint32Array(bits.length);
      eachSet(bits, (row) => {
        const value = durations[row];
        if (value !== value) return;
        found[row >>> 5] |= 1 << (row & 31);
        buckets[row] = value > edges[0] ? lowerBound(edges, value) : 0;
      });
      return found;
    },
    bitmaps,
    ids,
    meet(codes, bits, kindCount) {
      const words = arena.counts(0, arenaBytes >> 2);
      eachSet(bits, (row) => {
        const place = bitmaps[visitors.cells[row] * kindCount + visitors.kinds[row]];
        if (codes[row] === 0 || place < 0) return;
        const id = ids[codes[row] - 1];
        words[(place >> 2) + (id >>> 5)] |= 1 << (id & 31);
      });
    },
    measure(codes, bits, places) {
      const counts = arena.counts(places.counts, (arenaBytes - places.counts) >> 2);
      const ends = arena.doubles(places.ends, (arenaBytes - places.ends) >> 3);
      eachSet(bits, (row) => {
        const number = targets[codes[row]];
        if (number < 0) return;
        counts[number * places.buckets + buckets[row]]++;
        ends[number * 2] = Math.min(ends[number * 2], durations[row]);
        ends[number * 2 + 1] = Math.max(ends[number * 2 + 1], durations[row]);
      });
    },
    table,
    addLooked(values) {
      for (let row = 0; row < values.length; row++) visitors.kinds[row] += table[values[row]];
    },
    widen(values, base) {
      for (let row = 0; row < values.length; row++) sizes[row] = values[row] === 0 ? 0 : values[row] - 1 + base;
    },
  };
}

function eachSet(bits: Uint32Array, use: (row: number) => void): void {
  for (let at = 0; at < bits.length; at++) {
    for (let word = bits[at]; word !== 0; word &= word - 1) use((at << 5) + (31 - Math.clz32(word & -word)));
  }
}

type Look = (
  codes: number,
  targets: number,
  bits: number,
  words: number,
  errors: number,
  sizes: number,
  marks: number,
  sums: number,
  bases: number,
  registers: number,
  left: number,
) => number;

type Measure = (
  codes: number,
  targets: number,
  bits: number,
  words: number,
  buckets: number,
  values: number,
  sketchBytes: number,
  counts: number,
  ends: number,
) => void;
type Meet = (
  codes: number,
  ids: number,
  bits: number,
  words: number,
  cells: number,
  kinds: number,
  kindCount: number,
  places: number,
  arena: number,
) => void;
type AddLooked = (values: number, rows: number, table: number, target: number) => void;
type Widen = (values: number, rows: number, base: number, target: number) => void;

/** What summary.as.ts exports; addresses and counts. */
interface SummaryExports {
  hashVisitors(
    bits: number,
    words: number,
    clients: number,
    clientWords: number,
    agents: number,
    agentWords: number,
    cells: number,
    days: number,
    kinds: number,
    without: number,
    shift: number,
    high: number,
    low: number,
    marks: number,
  ): void;
  readonly look8: Look;
  readonly look16: Look;
  readonly look32: Look;
  readonly measure8: Measure;
  readonly measure16: Measure;
  readonly measure32: Measure;
  bucketDurations(
    bits: number,
    words: number,
    durations: number,
    edges: number,
    last: number,
    guesses: number,
    firstGuess: number,
    lastGuess: number,
    found: number,
    buckets: number,
  ): void;
  readonly meet8: Meet;
  readonly meet16: Meet;
  readonly meet32: Meet;
  readonly addLooked8: AddLooked;
  readonly addLooked16: AddLooked;
  readonly widen8: Widen;
  readonly widen16: Widen;
  readonly widen32: Widen;
}

const pageBytes = 65_536;

/** Upper bits of the first edge, and how many more the last guess has. */
interface Guessed {
  readonly edges: Float64Array;
  readonly first: number;
  readonly last: number;
}

function compiledKernels(kernel: Uint8Array<ArrayBuffer>): SummaryKernels {
  // The first page is left to AssemblyScript; each place is where the one before ends.
  let end = pageBytes;
  const place = (bytes: number): number => {
    const at = end;
    end += Math.ceil(bytes / 16) * 16;
    return at;
  };
  const rows = maxSegmentRecords;
  const codesAt = place(rows * 4);
  const bitsAt = place(rows / 8);
  const errorsAt = place(rows);
  const sizesAt = place(rows * 8);
  const marksAt = place(rows * 4);
  const highAt = place(rows * 4);
  const lowAt = place(rows * 4);
  const targetsAt = place(mostCodes * 4);
  const leftAt = place(rows * 4);
  const clientsAt = place(rows * 4);
  const clientWordsAt = place(mostCodes * 8);
  const agentsAt = place(rows * 4);
  const agentWordsAt = place(mostCodes * 8);
  const cellsAt = place(rows * 4);
  const daysAt = place(mostCells * 4);
  const kindsAt = place(rows);
  const withoutAt = place(mostKinds);
  const bucketsAt = place(rows * 2);
  const durationsAt = place(rows * 8);
  const tableAt = place(tableBytes);
  const foundAt = place(rows / 8);
  const edgesAt = place(mostEdges * 8);
  const guessesAt = place(mostGuesses * 2);
  const bitmapsAt = place(mostBitmaps * 4);
  /** Code 0 has none. */
  const idsAt = place(mostCodes * 4 + 4);
  const arenaAt = place(arenaBytes);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(end / pageBytes) });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(kernel), { env: { memory } });
  // The exports are those of summary.as.ts, which is compiled with this file.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const kernels = instance.exports as unknown as SummaryExports;
  const { buffer } = memory;
  const columnBytes = new Uint8Array(buffer, codesAt, rows);
  const columnHalves = new Uint16Array(buffer, codesAt, rows);
  const columnWords = new Uint32Array(buffer, codesAt, rows);
  const given = new Uint32Array(buffer, bitsAt, rows / 32);
  const left = new Uint32Array(buffer, leftAt, rows);
  const found = new Uint32Array(buffer, foundAt, rows / 32);
  const edgeValues = new Float64Array(buffer, edgesAt, mostEdges);
  const guesses = new Uint16Array(buffer, guessesAt, mostGuesses);
  let guessed: Guessed | undefined;
  /** A bucket near each duration, by the upper bits of it as a float: kept while the edges are the same. */
  const guess = (edges: Float64Array): Guessed => {
    if (guessed?.edges === edges) return guessed;
    if (edges.length > mostEdges) throw new Error('too many edges');
    const [float, bits] = [new Float32Array(1), new Uint32Array(1)];
    const floatOf = new Float32Array(bits.buffer);
    const upperBits = (value: number): number => {
      float[0] = value;
      return new Uint32Array(float.buffer)[0] >>> guessShift;
    };
    const first = upperBits(edges[0]);
    const last = Math.min(upperBits(edges[edges.length - 2]) - first, mostGuesses - 1);
    for (let at = 0; at <= last; at++) {
      bits[0] = (first + at) << guessShift;
      guesses[at] = Math.max(1, lowerBound(edges, floatOf[0]));
    }
    edgeValues.set(edges);
    return (guessed = { edges, first, last });
  };
  /** Copies a column in; answers the width of its values. */
  const copyIn = (codes: Words): 8 | 16 | 32 => {
    if (codes instanceof Uint8Array) {
      columnBytes.set(codes);
      return 8;
    }
    if (codes instanceof Uint16Array) {
      columnHalves.set(codes);
      return 16;
    }
    columnWords.set(codes);
    return 32;
  };
  return {
    arena: new PanelArena(new Uint8Array(buffer, arenaAt, arenaBytes)),
    errors: new Uint8Array(buffer, errorsAt, rows),
    sizes: new Float64Array(buffer, sizesAt, rows),
    marks: new Uint32Array(buffer, marksAt, rows),
    high: new Int32Array(buffer, highAt, rows),
    low: new Int32Array(buffer, lowAt, rows),
    visitors: {
      clients: new Uint32Array(buffer, clientsAt, rows),
      clientWords: new Int32Array(buffer, clientWordsAt, mostCodes * 2),
      agents: new Uint32Array(buffer, agentsAt, rows),
      agentWords: new Int32Array(buffer, agentWordsAt, mostCodes * 2),
      cells: new Uint32Array(buffer, cellsAt, rows),
      days: new Int32Array(buffer, daysAt, mostCells),
      kinds: new Uint8Array(buffer, kindsAt, rows),
      without: new Uint8Array(buffer, withoutAt, mostKinds),
    },
    hashVisitors(bits, precision) {
      given.set(bits);
      kernels.hashVisitors(
        bitsAt,
        bits.length,
        clientsAt,
        clientWordsAt,
        agentsAt,
        agentWordsAt,
        cellsAt,
        daysAt,
        kindsAt,
        withoutAt,
        32 - precision,
        highAt,
        lowAt,
        marksAt,
      );
    },
    targets: new Int32Array(buffer, targetsAt, mostCodes),
    look(codes, bits, { sums, bases }) {
      given.set(bits);
      const width = copyIn(codes);
      const look = width === 8 ? kernels.look8 : width === 16 ? kernels.look16 : kernels.look32;
      const size = look(
        codesAt,
        targetsAt,
        bitsAt,
        bits.length,
        errorsAt,
        sizesAt,
        marksAt,
        arenaAt + sums,
        arenaAt + bases,
        arenaAt,
        leftAt,
      );
      return left.subarray(0, size);
    },
    buckets: new Uint16Array(buffer, bucketsAt, rows),
    durations: new Float64Array(buffer, durationsAt, rows),
    bucketDurations(bits, edges) {
      const { first, last } = guess(edges);
      given.set(bits);
      kernels.bucketDurations(
        bitsAt,
        bits.length,
        durationsAt,
        edgesAt,
        edges.length - 1,
        guessesAt,
        first,
        last,
        foundAt,
        bucketsAt,
      );
      return found.slice(0, bits.length);
    },
    bitmaps: new Int32Array(buffer, bitmapsAt, mostBitmaps),
    ids: new Uint32Array(buffer, idsAt + 4, mostCodes),
    meet(codes, bits, kindCount) {
      given.set(bits);
      const width = copyIn(codes);
      const meet = width === 8 ? kernels.meet8 : width === 16 ? kernels.meet16 : kernels.meet32;
      meet(codesAt, idsAt, bitsAt, bits.length, cellsAt, kindsAt, kindCount, bitmapsAt, arenaAt);
    },
    measure(codes, bits, { counts, buckets, ends }) {
      given.set(bits);
      const width = copyIn(codes);
      const measure = width === 8 ? kernels.measure8 : width === 16 ? kernels.measure16 : kernels.measure32;
      measure(
        codesAt,
        targetsAt,
        bitsAt,
        bits.length,
        bucketsAt,
        durationsAt,
        buckets * 4,
        arenaAt + counts,
        arenaAt + ends,
      );
    },
    table: new Uint8Array(buffer, tableAt, tableBytes),
    addLooked(values) {
      const addLooked = copyIn(values) === 8 ? kernels.addLooked8 : kernels.addLooked16;
      addLooked(codesAt, values.length, tableAt, kindsAt);
    },
    widen(values, base) {
      const width = copyIn(values);
      const widen = width === 8 ? kernels.widen8 : width === 16 ? kernels.widen16 : kernels.widen32;
      widen(codesAt, values.length, base - 1, sizesAt);
    },
  };
}
