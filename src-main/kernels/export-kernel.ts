/**
 * The memory in which rows of an export are put together, and the kernel that does it (export.as.ts). What it is not sure
 * of is handed back cell by cell. One for each export and worker; knows bytes and addresses, not segments.
 */

import { GrowingMemory } from './growing-memory.ts';

/** What export.as.ts exports. */
interface ExportExports {
  findEntries(state: number, description: number, count: number): number;
  writeRows(state: number, count: number): number;
}

/** Words of the state. Twin: export.as.ts. */
const state = {
  out: 0,
  outEnd: 1,
  row: 2,
  column: 3,
  columns: 4,
  descriptions: 5,
  rows: 6,
  records: 7,
  lines: 8,
  ends: 9,
  rowEnd: 10,
  rowEndLength: 11,
  lineStart: 12,
  lineStartLength: 13,
  firstLine: 14,
  special: 16,
  below: 18,
  mark: 19,
  quotes: 20,
  escapes: 21,
  formulas: 22,
} as const;

/** Words of a column's description. Twin: export.as.ts. */
const place = {
  kind: 0,
  width: 1,
  values: 2,
  before: 3,
  beforeLength: 4,
  absent: 5,
  absentLength: 6,
  table: 7,
  more: 8,
  none: 9,
  ask: 10,
  places: 11,
  base: 12,
  minute: 14,
} as const;
const descriptionBytes = 64;

const Kind = { absent: 0, number: 1, instant: 2, cells: 3, entries: 4, span: 5, unsure: 6 } as const;

/** Rows that are written in one go: their entries are looked up at once. */
export const blockRows = 128;
/** What copies of 16 bytes read and write too much. */
const slack = 64;
/** The longest text of a minute. */
const minuteBytes = 48;

/** Texts around cells, and how a text is written. */
export interface RowForm {
  readonly before: readonly Uint8Array[];
  readonly absent: readonly Uint8Array[];
  readonly rowEnd: Uint8Array;
  /** Empty where rows do not begin with their line. */
  readonly lineStart: Uint8Array;
  /** Four bytes that need care in a text, and a bound below which all do. */
  readonly special: readonly [number, number, number, number];
  readonly below: number;
  /** The byte on both sides of a text; 0 is none. */
  readonly mark: number;
  /** A text that needs care stands in quotes, an empty one too. */
  readonly quotes: boolean;
  /** What a byte is written as, if not as itself: at most 7 bytes. */
  readonly escapes: ReadonlyMap<number, Uint8Array>;
  /** First bytes before which an apostrophe is put. */
  readonly formulas: Uint8Array;
}

/** Where something lies in the memory, and how much room it has there. */
interface Region {
  at: number;
  bytes: number;
}

type Words = Uint8Array | Uint16Array | Uint32Array;

/** Why `write` stopped. */
export const Stop = { done: 0, isFull: 1, isUnsure: 2 } as const;

export class ExportKernel {
  readonly memory = new GrowingMemory();
  readonly #kernel: ExportExports;
  readonly #state: number;
  readonly #descriptions: number;
  readonly #blockWords: number;
  readonly #minutes: number;
  readonly #places: number;
  /** Arrays of the segment, one after the other. */
  readonly #segment: Region = { at: 0, bytes: 0 };
  #segmentUsed = 0;
  readonly #file: Region = { at: 0, bytes: 0 };
  readonly #out: Region = { at: 0, bytes: 0 };
  #entryColumns: number[] = [];

  constructor(module: WebAssembly.Module, form: RowForm) {
    const instance = new WebAssembly.Instance(module, { env: { memory: this.memory.memory } });
    // The exports are those of export.as.ts, which is compiled with this file.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    this.#kernel = instance.exports as unknown as ExportExports;
    const columns = form.before.length;
    this.#state = this.memory.take(256);
    this.#descriptions = this.memory.take(columns * descriptionBytes);
    this.#blockWords = this.memory.take(blockRows * 16);
    this.#minutes = this.memory.take(columns * minuteBytes);
    this.#places = this.memory.take(columns * blockRows * 8);
    this.#setForm(form);
  }

  /** Where the next byte goes. */
  get out(): number {
    return this.#word(state.out);
  }

  /** The row of the block and the column that come next. */
  get row(): number {
    return this.#word(state.row);
  }

  get column(): number {
    return this.#word(state.column);
  }

  #word(word: number): number {
    return this.memory.words[(this.#state >>> 2) + word];
  }

  #set(word: number, value: number): void {
    this.memory.words[(this.#state >>> 2) + word] = value;
  }

  #describe(column: number, word: number, value: number): void {
    this.memory.words[((this.#descriptions + column * descriptionBytes) >>> 2) + word] = value;
  }

  /** A whole number that is not negative, in two words. */
  #describeLong(column: number, word: number, value: number): void {
    this.#describe(column, word, value % 2 ** 32);
    this.#describe(column, word + 1, Math.floor(value / 2 ** 32));
  }

  /** Room for so many bytes, with anything in them; more than was asked for, so that it seldom moves. */
  #reserve(region: Region, bytes: number): number {
    if (bytes > region.bytes) {
      region.bytes = Math.ceil(bytes * 1.25);
      region.at = this.memory.take(region.bytes);
    }
    return region.at;
  }

  #put(bytes: Uint8Array): number {
    const at = this.memory.take(bytes.length);
    this.memory.bytes.set(bytes, at);
    return at;
  }

  #setForm({ before, absent, rowEnd, lineStart, special, below, mark, quotes, escapes, formulas }: RowForm): void {
    const table = new Uint8Array(256 * 8);
    for (const [byte, text] of escapes) {
      table[byte * 8] = text.length;
      table.set(text, byte * 8 + 1);
    }
    const starts = new Uint8Array(256);
    for (const byte of formulas) starts[byte] = 1;
    const addresses = {
      rowEnd: this.#put(rowEnd),
      lineStart: this.#put(lineStart),
      escapes: this.#put(table),
      formulas: formulas.length === 0 ? 0 : this.#put(starts),
    };
    before.forEach((text, column) => {
      this.#describe(column, place.before, this.#put(text));
      this.#describe(column, place.beforeLength, text.length);
      this.#describe(column, place.absent, this.#put(absent[column]));
      this.#describe(column, place.absentLength, absent[column].length);
      this.#describe(column, place.places, this.#places + column * blockRows * 8);
    });
    for (const [word, value] of [
      [state.columns, before.length],
      [state.descriptions, this.#descriptions],
      [state.rows, this.#blockWords],
      [state.records, this.#blockWords + blockRows * 4],
      [state.lines, this.#blockWords + blockRows * 8],
      [state.ends, this.#blockWords + blockRows * 12],
      [state.rowEnd, addresses.rowEnd],
      [state.rowEndLength, rowEnd.length],
      [state.lineStart, addresses.lineStart],
      [state.lineStartLength, lineStart.length],
      [state.below, below],
      [state.mark, mark],
      [state.quotes, quotes ? 1 : 0],
      [state.escapes, addresses.escapes],
      [state.formulas, addresses.formulas],
    ] as const) {
      this.#set(word, value);
    }
    this.memory.bytes.set(special, this.#state + state.special * 4);
  }

  /** Forgets the columns; all have to be set anew. */
  beginSegment(): void {
    this.#segmentUsed = 0;
    this.#entryColumns = [];
  }

  /** Copies an array of the segment in; where it lies. */
  #array(values: Words): number {
    const at = this.#segmentUsed;
    this.#segmentUsed = at + Math.ceil((values.byteLength + slack) / 16) * 16;
    return at;
  }

  /** Arrays of columns that were set: called once all are, since room for them may move. */
  #copies: { readonly values: Words; readonly at: number; readonly column: number; readonly word: number }[] = [];

  #column(column: number, kind: number, values: Words, word: number = place.values): void {
    this.#describe(column, place.kind, kind);
    if (word === place.values) this.#describe(column, place.width, values.BYTES_PER_ELEMENT);
    this.#copies.push({ values, at: this.#array(values), column, word });
  }

  setAbsent(column: number): void {
    this.#describe(column, place.kind, Kind.absent);
  }

  /** Every cell of the column is asked for. */
  setUnsure(column: number): void {
    this.#describe(column, place.kind, Kind.unsure);
  }

  /** `base` is the number that a stored 1 is; not negative. */
  setNumbers(column: number, values: Words, base: number): void {
    this.#column(column, Kind.number, values);
    this.#describeLong(column, place.base, base);
  }

  /** Asks for the minute of an instant that is not in the one that was set. */
  setInstants(column: number, values: Words, base: number): void {
    this.#column(column, Kind.instant, values);
    this.#describeLong(column, place.base, base);
    this.#describeLong(column, place.minute, 0);
  }

  /** The cell of the minute from `from` on, whose seconds and milliseconds stand at `digits` as 00.000; false: too long. */
  setMinute(column: number, from: number, cell: Uint8Array, digits: number): boolean {
    if (cell.length > minuteBytes) return false;
    const at = this.#minutes + column * minuteBytes;
    this.memory.bytes.set(cell, at);
    this.#describe(column, place.table, at);
    this.#describe(column, place.more, cell.length);
    this.#describe(column, place.none, digits);
    this.#describeLong(column, place.minute, from);
    return true;
  }

  /** Cells by code; `cells` has two words for each, the address (0: ask) and the length. */
  setCells(column: number, codes: Words, cells: Uint32Array): void {
    this.#column(column, Kind.cells, codes);
    this.#column(column, Kind.cells, cells, place.table);
  }

  /** Says what the cell of a code is from now on; without room for it nothing changes. */
  setCell(column: number, code: number, address: number, length: number): void {
    const table = this.memory.words[((this.#descriptions + column * descriptionBytes) >>> 2) + place.table];
    const at = (table >>> 2) + code * 2;
    this.memory.words[at] = address;
    this.memory.words[at + 1] = length;
  }

  /** Texts of entries, two words for each at `entries`: the address, and the length or `noText`. */
  setEntries(column: number, codes: Words, ids: Uint32Array, entries: number): void {
    this.#column(column, Kind.entries, codes);
    this.#column(column, Kind.entries, ids, place.table);
    this.#describe(column, place.more, entries);
    this.#entryColumns.push(column);
  }

  setSpans(column: number, starts: Words, lengths: Words, absent: number, ask: number): void {
    this.#column(column, Kind.span, starts);
    this.#column(column, Kind.span, lengths, place.table);
    this.#describe(column, place.more, lengths.BYTES_PER_ELEMENT);
    this.#describe(column, place.none, absent);
    this.#describe(column, place.ask, ask);
  }

  /** Copies the arrays of all columns in. */
  endSegment(firstLine: number): void {
    const at = this.#reserve(this.#segment, this.#segmentUsed);
    for (const { values, at: from, column, word } of this.#copies) {
      const { BYTES_PER_ELEMENT: width, length } = values;
      const target =
        width === 1
          ? this.memory.bytes
          : width === 2
            ? new Uint16Array(this.memory.memory.buffer, at + from, length)
            : new Uint32Array(this.memory.memory.buffer, at + from, length);
      target.set(values, width === 1 ? at + from : 0);
      this.#describe(column, word, at + from);
    }
    this.#copies = [];
    this.#set(state.firstLine, firstLine % 2 ** 32);
    this.#set(state.firstLine + 1, Math.floor(firstLine / 2 ** 32));
  }

  /** Room for bytes of the file; valid until the next call. */
  room(bytes: number): { readonly at: number; readonly target: Buffer } {
    const at = this.#reserve(this.#file, bytes);
    return { at, target: this.memory.bytes.subarray(at, at + bytes) };
  }

  /** Begins a block: its rows, where their records begin in memory, and their lines from the segment's first on. */
  beginBlock(): { readonly rows: Uint32Array; readonly records: Uint32Array; readonly lines: Uint32Array } {
    const at = this.#blockWords >>> 2;
    this.#set(state.row, 0);
    this.#set(state.column, 0);
    return {
      rows: this.memory.words.subarray(at, at + blockRows),
      records: this.memory.words.subarray(at + blockRows, at + blockRows * 2),
      lines: this.memory.words.subarray(at + blockRows * 2, at + blockRows * 3),
    };
  }

  findEntries(count: number): void {
    for (const column of this.#entryColumns)
      this.#kernel.findEntries(this.#state, this.#descriptions + column * descriptionBytes, count);
  }

  /** Goes on with the block's rows; says why it stopped. */
  write(count: number): number {
    return this.#kernel.writeRows(this.#state, count);
  }

  /** Where row `row` of the block ended; what was written before may have been taken since. */
  end(row: number): number {
    return this.memory.words[(this.#blockWords >>> 2) + blockRows * 3 + row];
  }

  /** Goes on behind a cell that the caller has written, and that ends at `out`. */
  skipCell(out: number): void {
    this.#set(state.out, out);
    this.#set(state.column, this.column + 1);
  }

  /** Begins the output at its start, with room for so many bytes at least; what was in it has been copied. */
  beginOutput(bytes: number): number {
    const at = this.#reserve(this.#out, bytes);
    this.#set(state.out, at);
    this.#set(state.outEnd, at + this.#out.bytes);
    return at;
  }

  get outStart(): number {
    return this.#out.at;
  }

  get outEnd(): number {
    return this.#out.at + this.#out.bytes;
  }
}
