/**
 * Lets the kernel `readRecords` read whole records by the templates of a parser. It stops before each record that it is
 * not sure about, and asks the parser what it does not know, so that the answers are the parser's in every case.
 */
import type { RecordSteps, RowSink } from '../formats/index.ts';
import { Op, type TemplateSteps, traceMarks } from '../formats/index.ts';
import type { KernelMemory, RecordReaders } from './kernel-memory.ts';

/** As in assembly/record-plan.ts. */
const headerBytes = 320;
const templateBytes = 152;
const stepBytes = 56;
const header = {
  unbracketed: 0,
  next: 32,
  lines: 36,
  levels: 40,
  words: 44,
  minute: 176,
  prefixLength: 184,
  suffixLength: 188,
  prefix: 192,
  suffix: 240,
  instant: 288,
  marks: 296,
} as const;
const levelsBytes = 64 * 24;
const mostCaptures = 16;
/** More steps than these count as that many: no line is so long. */
const mostOf32Bits = 0x7fffffff;

const unknownOps: ReadonlySet<number> = new Set([Op.newline, Op.time, Op.phrase, Op.mark]);

/** Staged columns that lie where the kernel writes, and the row that a parser sets. */
interface Staging extends RowSink {
  readonly address: number;
  readonly columnsInMemory: number;
  readonly recordStarts: Int32Array;
  readonly recordLines: Int32Array;
  row: number;
}

export class RecordKernel implements RecordReaders {
  /** Behind the records that were read last, as a position in the chunk buffer, and how many lines they have. */
  next = 0;
  lines = 0;
  readonly #memory: KernelMemory;
  readonly #records: RecordSteps;
  readonly #staging: Staging;
  readonly #view: DataView;
  readonly #bytes: number;
  readonly #plan: number;
  /** The reader whose minute the plan has, and its version. */
  #reader: RecordSteps['reader'] | undefined;
  #version = -1;

  private constructor(memory: KernelMemory, records: RecordSteps, staging: Staging, plan: number) {
    this.#memory = memory;
    this.#records = records;
    this.#staging = staging;
    this.#view = new DataView(memory.buffer);
    this.#bytes = memory.addressOf(memory.chunk);
    this.#plan = plan;
    const { columns, unbracketed, bracketed, hasUpperLevels, beginsWithDigit } = records;
    const { time, clock, level, unknownLevel, message, exception, frame } = columns;
    const flags = (hasUpperLevels ? 1 : 0) | (beginsWithDigit ? 2 : 0);
    const lists = [unbracketed, bracketed].map((templates) => this.#putTemplates(templates));
    this.#putWords(plan + header.unbracketed, [...lists, time, clock, level, unknownLevel, message, flags]);
    const levels = memory.take(levelsBytes);
    new Uint8Array(memory.buffer, levels, levelsBytes).fill(0);
    const words = this.#put(
      Uint8Array.from({ length: 256 }, (_, byte) => (/\w/.test(String.fromCharCode(byte)) ? 1 : 0)),
    );
    this.#putWords(plan + header.levels, [levels, words]);
    this.#putWords(plan + header.prefixLength, [0, 0]);
    const marks = memory.take(traceMarks.length * 8);
    this.#putWords(
      marks,
      traceMarks.flatMap((mark) => [this.#put(mark), mark.length]),
    );
    this.#putWords(plan + header.marks, [marks, exception, frame]);
    memory.records = this;
  }

  /** undefined when the parser has columns that the staging table does not hold in the kernel's memory. */
  static create(
    memory: KernelMemory,
    records: RecordSteps,
    fields: number,
    staging: Staging,
  ): RecordKernel | undefined {
    if (fields > staging.columnsInMemory || memory.addressOf(staging.recordLines) === 0) return undefined;
    const plan = memory.take(headerBytes);
    return plan === 0 ? undefined : new RecordKernel(memory, records, staging, plan);
  }

  /**
   * Reads records that begin in [from, before) of the chunk buffer, of which `filled` bytes are there, into staged rows
   * from `row` on, up to `lastRow`. Returns the row behind the last one; `next` and `lines` say where it stopped.
   */
  read(from: number, before: number, filled: number, row: number, lastRow: number): number {
    this.#keepMinute();
    const bytes = this.#bytes;
    const { recordStarts, recordLines, address } = this.#staging;
    const reached = this.#memory.exports.readRecords(
      this.#plan,
      bytes,
      bytes + from,
      bytes + before,
      bytes + filled,
      row,
      lastRow,
      address,
      this.#memory.addressOf(recordStarts),
      this.#memory.addressOf(recordLines),
    );
    this.next = this.#view.getUint32(this.#plan + header.next, true) - bytes;
    this.lines = this.#view.getInt32(this.#plan + header.lines, true);
    return reached;
  }

  readTime(from: number, to: number): number {
    const records = this.#records;
    const found = records.readTime(this.#memory.chunk, from, to);
    if (found < 0) return -1;
    this.#view.setFloat64(this.#plan + header.instant, records.reader.instant, true);
    this.#keepMinute();
    return found;
  }

  readLevel(from: number, to: number): number {
    return this.#records.readLevel(this.#memory.chunk, from, to);
  }

  setMessage(row: number, from: number, tail: number, firstEnd: number, end: number, isMonolog: number): void {
    const staging = this.#staging;
    const { row: before } = staging;
    staging.row = row;
    this.#records.setMessage(this.#memory.chunk, from, tail, firstEnd, end, isMonolog !== 0, staging);
    staging.row = before;
  }

  /** Has the kernel know the minute that the parser knows, so that both read the next time alike. */
  #keepMinute(): void {
    const { reader } = this.#records;
    if (reader === this.#reader && reader.version === this.#version) return;
    this.#reader = reader;
    this.#version = reader.version;
    const plan = this.#plan;
    const view = this.#view;
    const minute = reader.minute();
    view.setInt32(plan + header.prefixLength, minute?.prefix.length ?? 0, true);
    if (minute === undefined) return;
    const all = new Uint8Array(view.buffer);
    view.setFloat64(plan + header.minute, minute.instant, true);
    view.setInt32(plan + header.suffixLength, minute.suffix.length, true);
    all.set(minute.prefix, plan + header.prefix);
    all.set(minute.suffix, plan + header.suffix);
    const flagsAt = plan + 28;
    view.setInt32(flagsAt, (view.getInt32(flagsAt, true) & 3) | (reader.spaced ? 4 : 0), true);
  }

  #putWords(at: number, words: readonly number[]): void {
    words.forEach((word, place) => this.#view.setInt32(at + place * 4, word, true));
  }

  #put(bytes: Uint8Array): number {
    // Comparisons look at 16 bytes at once.
    const address = this.#memory.take(bytes.length + 16);
    new Uint8Array(this.#memory.buffer).set(bytes, address);
    return address;
  }

  /** The address of a list of templates, ended by 0. */
  #putTemplates(templates: readonly TemplateSteps[]): number {
    const list = this.#memory.take((templates.length + 1) * 4);
    this.#putWords(list, [...templates.map((template) => this.#putTemplate(template)), 0]);
    return list;
  }

  #putTemplate(template: TemplateSteps): number {
    const { steps, from, columns, isNumber, messageCapture, levelCapture, tailColumn, isMonolog } = template;
    const body = steps.slice(from);
    const at = this.#memory.take(templateBytes + body.length * stepBytes);
    const addressOf = (step: number): number => at + templateBytes + (step - from) * stepBytes;
    const isUnknown = columns.length > mostCaptures || body.some(({ op }) => unknownOps.has(op));
    const marks = (isUnknown ? 1 : 0) | (isMonolog ? 2 : 0);
    this.#putWords(at, [addressOf(steps.length), columns.length, messageCapture, levelCapture, marks, tailColumn]);
    columns.slice(0, mostCaptures).forEach((column, capture) => {
      this.#putWords(at + 24 + capture * 8, [column, isNumber[capture] ? 1 : 0]);
    });
    body.forEach((step, place) => {
      const { op, bytes, isSpaced, mayEnd, least, most, capture, capturesEnd, end } = step;
      const flags = (isSpaced ? 1 : 0) | (mayEnd ? 2 : 0);
      const limit = Math.min(most, mostOf32Bits);
      const words = [op, this.#put(bytes), bytes.length, flags, least, limit, capture, capturesEnd, addressOf(end)];
      this.#putWords(addressOf(from + place), words);
      const first = new Uint8Array(this.#memory.buffer, addressOf(from + place) + 40, 16).fill(0);
      first.set(bytes.subarray(0, 8));
      first.fill(255, 8, 8 + Math.min(bytes.length, 8));
    });
    return at;
  }
}
