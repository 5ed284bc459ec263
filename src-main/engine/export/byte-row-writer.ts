/**
 * Rows to the bytes of an export, straight from a parser: it is the sink that a record's fields are told to, and it
 * copies what stands in the record as it is to stand in the export. Writes exactly what row-writer.ts writes. Runs in
 * workers, on the path of every row of an export.
 *
 * A cell whose bytes are all ASCII and need no escape is copied byte by byte; any other takes the way over text. (The
 * encodings that reach parsers have ASCII bytes mean ASCII; a multi-byte character begins with a byte beyond it.)
 */
import { levels } from '../../../src-shared/model/level.ts';
import type { Value } from '../../../src-shared/model/value.ts';
import type { FormatField, RowSink } from '../../formats/index.ts';
import { createCellForm, type CellForm } from './cell-form.ts';
import type { RowWriterOptions } from './row-writer-api.ts';

/** Text of bytes [start, end) in the source's encoding. */
export type DecodeBytes = (bytes: Uint8Array, start: number, end: number) => string;

const Kind = { absent: 0, number: 1, span: 2, value: 3 } as const;

/** Below this, a number is a small integer, whose digits are put in one by one. */
const mostDigits = 2 ** 30;

/** Room that a number, an instant or a piece of fixed text never exceeds. */
const shortBytes = 64;
const firstRoom = 1 << 16;
const secondMs = 1000;
/** From here on texts of instants have another form. */
const year10000 = Date.UTC(10_000, 0);

export class ByteRowWriter implements RowSink {
  readonly #form: CellForm;
  readonly #decode: DecodeBytes;
  readonly #types: RowWriterOptions['fields'][number]['type'][];
  readonly #names: readonly string[];
  readonly #before: readonly Uint8Array[];
  readonly #absent: readonly Uint8Array[];
  readonly #rowEnd: Uint8Array;
  readonly #lineStart: Uint8Array;
  /** The cells of levels by ordinal. */
  readonly #levels: readonly Uint8Array[];
  readonly #mark: number;

  /** The parser's fields: for each column its field or -1, and whether a number of a field is a flag. */
  #fields: readonly FormatField[] = [];
  #boundFields = -1;
  readonly #fieldOf: Int32Array;
  #isFlag: boolean[] = [];

  /** The record's fields by field number, of the row that #setIn says. */
  #kinds = new Uint8Array(64);
  #setIn = new Float64Array(64);
  #numbers = new Float64Array(64);
  #starts = new Float64Array(64);
  #ends = new Float64Array(64);
  readonly #values: (Value | undefined)[] = [];
  /** Values given for a column, which go before those of its field. */
  readonly #own: (Value | undefined)[] = [];
  readonly #ownIn: Float64Array;
  #row = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  #out = Buffer.allocUnsafe(firstRoom);
  #at = 0;
  /** The cell of the second written last. */
  #second = Number.NaN;
  #secondCell = new Uint8Array(0);
  #secondDigits = 0;

  constructor(options: RowWriterOptions, decode: DecodeBytes) {
    this.#form = createCellForm(options);
    this.#decode = decode;
    this.#names = options.fields.map((field) => field.name);
    this.#types = options.fields.map((field) => field.type);
    this.#before = this.#form.before.map(utf8);
    this.#absent = this.#form.absent.map(utf8);
    this.#rowEnd = utf8(this.#form.rowEnd);
    this.#lineStart = utf8(this.#form.lineStart ?? '');
    this.#levels = levels.map((_, ordinal) => utf8(this.#form.other(ordinal, 'level')));
    this.#mark = this.#form.mark === '' ? -1 : this.#form.mark.charCodeAt(0);
    this.#fieldOf = new Int32Array(options.fields.length);
    this.#ownIn = new Float64Array(options.fields.length);
  }

  /** Bytes written since `take`. */
  get length(): number {
    return this.#at;
  }

  /** Begins a row: spans are of `bytes`; `fields` are the parser's, which may still grow. */
  begin(bytes: Uint8Array, fields: readonly FormatField[]): void {
    this.#row++;
    this.#bytes = bytes;
    if (fields !== this.#fields) {
      this.#fields = fields;
      this.#boundFields = -1;
    }
  }

  number(field: number, value: number): void {
    this.#set(field, Kind.number);
    this.#numbers[field] = value;
  }

  span(field: number, start: number, end: number): void {
    this.#set(field, Kind.span);
    this.#starts[field] = start;
    this.#ends[field] = end;
  }

  value(field: number, value: Value): void {
    this.#set(field, Kind.value);
    this.#values[field] = value;
  }

  /** Forgets the row's fields: the record did not fit its format. */
  drop(): void {
    this.#row++;
  }

  /** Gives a column its value, whatever the parser said of it. */
  set(column: number, value: Value): void {
    this.#own[column] = value;
    this.#ownIn[column] = this.#row;
  }

  /** Writes the row. */
  end(line: number): void {
    if (this.#boundFields !== this.#fields.length) this.#bind();
    const form = this.#form;
    if (form.lineStart !== undefined) {
      this.#putBytes(this.#lineStart);
      this.#putDigits(line);
    }
    for (const column of form.columns) {
      if (this.#ownIn[column] === this.#row) {
        const value = this.#own[column];
        if (value !== undefined) this.#putValue(column, value);
        continue;
      }
      const field = this.#fieldOf[column];
      if (field < 0 || this.#setIn[field] !== this.#row) {
        this.#putBytes(this.#absent[column]);
        continue;
      }
      switch (this.#kinds[field]) {
        case Kind.span:
          this.#putSpan(column, this.#starts[field], this.#ends[field]);
          break;
        case Kind.number: {
          const number = this.#numbers[field];
          if (this.#isFlag[field]) this.#putValue(column, number !== 0);
          else this.#putNumber(column, number);
          break;
        }
        default: {
          const value = this.#values[field];
          if (value !== undefined) this.#putValue(column, value);
        }
      }
    }
    this.#putBytes(this.#rowEnd);
  }

  /** The bytes written since the last time, in a buffer of their own. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.#at);
    taken.set(this.#out.subarray(0, this.#at));
    this.#at = 0;
    return taken;
  }

  #set(field: number, kind: number): void {
    if (field >= this.#kinds.length) this.#roomFor(field);
    this.#setIn[field] = this.#row;
    this.#kinds[field] = kind;
  }

  #roomFor(field: number): void {
    const size = Math.max(field + 1, this.#kinds.length * 2);
    const grown = <T extends Uint8Array | Float64Array>(larger: T, old: T): T => {
      larger.set(old);
      return larger;
    };
    this.#kinds = grown(new Uint8Array(size), this.#kinds);
    this.#setIn = grown(new Float64Array(size), this.#setIn);
    this.#numbers = grown(new Float64Array(size), this.#numbers);
    this.#starts = grown(new Float64Array(size), this.#starts);
    this.#ends = grown(new Float64Array(size), this.#ends);
  }

  #bind(): void {
    const numberOf = new Map(this.#fields.map((field, number) => [field.name, number]));
    this.#names.forEach((name, column) => (this.#fieldOf[column] = numberOf.get(name) ?? -1));
    this.#isFlag = this.#fields.map((field) => field.type === 'boolean');
    this.#boundFields = this.#fields.length;
  }

  #putValue(column: number, value: Value): void {
    if (typeof value === 'number') {
      this.#putNumber(column, value);
      return;
    }
    const cell = typeof value === 'string' ? this.#form.text(value) : this.#form.other(value, this.#types[column]);
    this.#putCell(column, cell);
  }

  #putCell(column: number, cell: string): void {
    if (cell === '') {
      this.#putBytes(this.#absent[column]);
      return;
    }
    this.#putBytes(this.#before[column]);
    this.#putText(cell);
  }

  #putNumber(column: number, value: number): void {
    const type = this.#types[column];
    if (type === 'instant') {
      this.#putBytes(this.#before[column]);
      this.#putInstant(value);
    } else if (type !== 'level' && value >= 0 && value < mostDigits && Number.isInteger(value)) {
      this.#putBytes(this.#before[column]);
      this.#putDigits(value);
    } else if (type === 'level' && value in this.#levels) {
      this.#putBytes(this.#before[column]);
      this.#putBytes(this.#levels[value]);
    } else {
      this.#putCell(column, this.#form.other(value, type));
    }
  }

  #putDigits(value: number): void {
    if (value >= mostDigits) {
      this.#putText(String(value));
      return;
    }
    this.#makeRoom(shortBytes);
    let digits = 1;
    for (let bound = 10; bound <= value; bound *= 10) digits++;
    let rest = value;
    const out = this.#out;
    for (let at = this.#at + digits - 1; at >= this.#at; at--) {
      const next = (rest / 10) | 0;
      out[at] = 48 + rest - next * 10;
      rest = next;
    }
    this.#at += digits;
  }

  /** Records of one second follow one another: only the milliseconds are put in anew. */
  #putInstant(ms: number): void {
    if (!(ms >= 0 && ms < year10000) || !Number.isInteger(ms)) {
      this.#putText(this.#form.instant(ms));
      return;
    }
    const millisecond = ms % secondMs;
    const second = ms - millisecond;
    if (second !== this.#second) {
      const cell = this.#form.instant(second);
      this.#second = second;
      this.#secondCell = utf8(cell);
      this.#secondDigits = cell.lastIndexOf('.') + 1;
    }
    const from = this.#at + this.#secondDigits;
    this.#putBytes(this.#secondCell);
    if (millisecond === 0) return;
    const hundreds = (millisecond / 100) | 0;
    const tens = ((millisecond - hundreds * 100) / 10) | 0;
    this.#out[from] = 48 + hundreds;
    this.#out[from + 1] = 48 + tens;
    this.#out[from + 2] = 48 + millisecond - hundreds * 100 - tens * 10;
  }

  #putSpan(column: number, start: number, end: number): void {
    const bytes = this.#bytes;
    const { special, specialStart } = this.#form;
    // An empty text is not written as it is either.
    if (start < end && specialStart[bytes[start]] === 0) {
      const back = this.#at;
      this.#putBytes(this.#before[column]);
      this.#makeRoom(end - start + 2);
      const out = this.#out;
      let at = this.#at;
      if (this.#mark >= 0) out[at++] = this.#mark;
      let from = start;
      for (; from < end; from++) {
        const byte = bytes[from];
        if (special[byte] !== 0) break;
        out[at++] = byte;
      }
      if (from === end) {
        if (this.#mark >= 0) out[at++] = this.#mark;
        this.#at = at;
        return;
      }
      this.#at = back;
    }
    this.#putCell(column, this.#form.text(this.#decode(bytes, start, end)));
  }

  #putBytes(bytes: Uint8Array): void {
    const { length } = bytes;
    this.#makeRoom(length);
    const out = this.#out;
    const at = this.#at;
    for (let from = 0; from < length; from++) out[at + from] = bytes[from];
    this.#at = at + length;
  }

  #putText(text: string): void {
    // A UTF-16 unit is three bytes of UTF-8 at the most.
    this.#makeRoom(text.length * 3);
    this.#at += this.#out.write(text, this.#at);
  }

  #makeRoom(bytes: number): void {
    if (this.#at + bytes <= this.#out.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#at + bytes, this.#out.length * 2));
    larger.set(this.#out.subarray(0, this.#at));
    this.#out = larger;
  }
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text));
