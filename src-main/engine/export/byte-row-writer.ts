/**
 * Rows to the bytes of an export, cell by cell: texts are copied from the bytes in which they lie, as they are to stand
 * in the export. Writes exactly what row-writer.ts writes. Runs in workers, on the path of every row of an export.
 *
 * A cell whose bytes are all ASCII and need no escape is copied byte by byte; any other takes the way over text. (The
 * encodings that reach parsers have ASCII bytes mean ASCII; a multi-byte character begins with a byte beyond it.)
 */
import { levels } from '../../../src-shared/model/level.ts';
import type { Value } from '../../../src-shared/model/value.ts';
import { createCellForm, type CellForm } from './cell-form.ts';
import type { RowWriterOptions } from './row-writer-api.ts';

/** Text of bytes [start, end). */
export type DecodeBytes = (bytes: Uint8Array, start: number, end: number) => string;

/** Below this, a number is a small integer, whose digits are put in one by one. */
const mostDigits = 2 ** 30;

/** Room that a number, an instant or a piece of fixed text never exceeds. */
const shortBytes = 64;
const firstRoom = 1 << 20;
/** Longer pieces are copied by a call, which costs about as much as copying so many bytes one by one. */
const fewBytes = 48;
const secondMs = 1000;
/** From here on texts of instants have another form. */
const year10000 = Date.UTC(10_000, 0);

export class ByteRowWriter {
  readonly #form: CellForm;
  readonly #types: RowWriterOptions['fields'][number]['type'][];
  readonly #before: readonly Uint8Array[];
  readonly #absent: readonly Uint8Array[];
  readonly #rowEnd: Uint8Array;
  readonly #lineStart: Uint8Array;
  /** The cells of levels by ordinal. */
  readonly #levels: readonly Uint8Array[];
  readonly #mark: number;

  #out = Buffer.alloc(0);
  #at = 0;
  /** The cell of the second written last. */
  #second = Number.NaN;
  #secondCell = new Uint8Array(0);
  #secondDigits = 0;

  constructor(options: RowWriterOptions) {
    this.#form = createCellForm(options);
    this.#types = options.fields.map((field) => field.type);
    this.#before = this.#form.before.map(utf8);
    this.#absent = this.#form.absent.map(utf8);
    this.#rowEnd = utf8(this.#form.rowEnd);
    this.#lineStart = utf8(this.#form.lineStart ?? '');
    this.#levels = levels.map((_, ordinal) => utf8(this.#form.other(ordinal, 'level')));
    this.#mark = this.#form.mark === '' ? -1 : this.#form.mark.charCodeAt(0);
  }

  /** The columns of a row, in the order in which its cells have to be given. */
  get columns(): readonly number[] {
    return this.#form.columns;
  }

  /** Bytes written since `take`. */
  get length(): number {
    return this.#at;
  }

  /** Begins the row of the record at a line. */
  begin(line: number): void {
    if (this.#form.lineStart === undefined) return;
    this.#putBytes(this.#lineStart);
    this.#putDigits(line);
  }

  absent(column: number): void {
    this.#putBytes(this.#absent[column]);
  }

  value(column: number, value: Value): void {
    if (typeof value === 'number') {
      this.number(column, value);
      return;
    }
    const cell = typeof value === 'string' ? this.#form.text(value) : this.#form.other(value, this.#types[column]);
    this.#putCell(column, cell);
  }

  number(column: number, value: number): void {
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

  /** The text in bytes [start, end), which `decode` would read. */
  text(column: number, bytes: Uint8Array, start: number, end: number, decode: DecodeBytes): void {
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
    this.#putCell(column, this.#form.text(decode(bytes, start, end)));
  }

  /** A cell that was written before, as `since` gave it. */
  again(cell: Uint8Array): void {
    this.#putBytes(cell);
  }

  /** Puts what was written since the writer was `length` long to `at` of another place, and takes it back. */
  moveTo(target: Uint8Array, at: number, length: number): void {
    target.set(this.#out.subarray(length, this.#at), at);
    this.#at = length;
  }

  /** What was written since the writer was `length` long. */
  since(length: number): Uint8Array {
    return new Uint8Array(this.#out.subarray(length, this.#at));
  }

  end(): void {
    this.#putBytes(this.#rowEnd);
  }

  /** The bytes written since the last time; their buffer is the caller's. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = new Uint8Array(this.#out.buffer, this.#out.byteOffset, this.#at);
    this.#out = Buffer.alloc(0);
    this.#at = 0;
    return taken;
  }

  #putCell(column: number, cell: string): void {
    if (cell === '') {
      this.#putBytes(this.#absent[column]);
      return;
    }
    this.#putBytes(this.#before[column]);
    this.#putText(cell);
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

  #putBytes(bytes: Uint8Array): void {
    const { length } = bytes;
    this.#makeRoom(length);
    const out = this.#out;
    const at = this.#at;
    if (length > fewBytes) out.set(bytes, at);
    else for (let from = 0; from < length; from++) out[at + from] = bytes[from];
    this.#at = at + length;
  }

  #putText(text: string): void {
    // A UTF-16 unit is three bytes of UTF-8 at the most.
    this.#makeRoom(text.length * 3);
    this.#at += this.#out.write(text, this.#at);
  }

  #makeRoom(bytes: number): void {
    if (this.#at + bytes <= this.#out.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(firstRoom, this.#at + bytes, this.#out.length * 2));
    larger.set(this.#out.subarray(0, this.#at));
    this.#out = larger;
  }
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text));
