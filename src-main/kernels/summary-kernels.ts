/**
 * Loops of the overview's panels over the rows of a segment: by kernels where they can be had, else plainly. One for
 * each worker, made when the first panel is asked for.
 *
 * What all panels need of a segment (sizes, errors, marks) is written into the kernels' memory once; each panel then
 * says what the codes of its column stand for and has its rows looked at. Segments have 65,536 rows at most.
 */
import { maxSegmentRecords } from '../index/segment.ts';
import type { Words } from './query-kernels.ts';

/** Where a panel's sums and registers lie, in bytes from the arena's start. */
export interface PanelPlaces {
  /** Records, errors and bytes of each number, doubles. */
  readonly sums: number;
  /** Where the registers of each number begin, -1 none; 32 bits each. */
  readonly bases: number;
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
}

const pageBytes = 65_536;

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
      let look = kernels.look32;
      if (codes instanceof Uint8Array) {
        columnBytes.set(codes);
        look = kernels.look8;
      } else if (codes instanceof Uint16Array) {
        columnHalves.set(codes);
        look = kernels.look16;
      } else columnWords.set(codes);
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
  };
}
