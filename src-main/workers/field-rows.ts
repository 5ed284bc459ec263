/**
 * Rows of an export from the columns of the index: what a filter sees is what is written. Only texts that stand
 * nowhere but in the file are read from there, and only values that no span of the file is are parsed again.
 */
import { isRecordField } from '../../src-shared/model/field.ts';
import type { Value } from '../../src-shared/model/value.ts';
import { ByteRowWriter, type DecodeBytes } from '../engine/export/byte-row-writer.ts';
import type { FormatField } from '../formats/index.ts';
import { EntryPlaces, Tag, valueOf } from '../index/dictionary.ts';
import { planRuns, rawText, recordBytes, type RecordBytes, typedValue } from '../index/record-reader.ts';
import {
  type DictionaryColumn,
  isParsed,
  numberAt,
  type NumberColumn,
  recordEnd,
  recordLine,
  recordStart,
  type Segment,
  type SpanColumn,
} from '../index/segment.ts';
import { goneText, isGone } from '../index/stored-values.ts';
import type { TaskContext, WorkerSourceState } from './source-state.ts';
import type { Tasks } from './tasks.ts';

/** Writes rows of a segment, ascending; `ended` hears of each where the next one will begin. */
export interface RowsWriter {
  write(segment: Segment, rows: readonly number[], context: TaskContext, ended?: (length: number) => void): void;
  take(): WrittenRows;
}

/** Bytes of rows, and how many of these lack a text that stood in the file and is no longer available. */
export interface WrittenRows {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gone: number;
}

/** Bytes of the file from a source offset on; empty where no cell needs them. */
export interface FileBytes {
  readonly bytes: Buffer;
  readonly base: number;
}

interface EntrySource {
  readonly kind: 'dictionary';
  readonly column: DictionaryColumn;
  readonly field: FormatField | undefined;
}

/** Where the cells of an export's column come from in one segment. */
export type CellSource =
  | { readonly kind: 'absent' }
  | { readonly kind: 'record'; readonly name: string }
  | { readonly kind: 'number'; readonly column: NumberColumn; readonly field: FormatField | undefined }
  | (EntrySource & {
      /** Of few codes: cells by code, as they were written. */
      readonly cells: (Uint8Array | undefined)[];
      readonly places: undefined;
    })
  | (EntrySource & {
      readonly cells: undefined;
      /** Of many codes: the entries of the rows that come next. */
      readonly places: EntryPlaces;
    })
  | { readonly kind: 'span'; readonly column: SpanColumn };

const absent: CellSource = { kind: 'absent' };
/** Cells are kept for columns of at most so many codes. */
const mostCells = 4096;
/** Rows whose dictionary entries are looked up at once. */
const rowsAhead = 128;

const utf8: DecodeBytes = (bytes, start, end) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8', start, end);

/** What an export writes of each record. */
export type WriteFields = Pick<Tasks['write']['request'], 'writer' | 'fields'>;

export class FieldRows implements RowsWriter {
  readonly #source: WorkerSourceState;
  readonly #names: readonly string[];
  readonly #writer: ByteRowWriter;
  readonly #ids = new Uint32Array(rowsAhead);
  readonly #one = new EntryPlaces(1);
  #gone = 0;
  #isRowGone = false;

  constructor(source: WorkerSourceState, request: WriteFields) {
    this.#source = source;
    this.#names = request.fields.map(({ name }) => name);
    this.#writer = new ByteRowWriter(request.writer);
  }

  take(): WrittenRows {
    const written = { bytes: this.#writer.take(), gone: this.#gone };
    this.#gone = 0;
    return written;
  }

  get writer(): ByteRowWriter {
    return this.#writer;
  }

  write(segment: Segment, rows: readonly number[], context: TaskContext, ended?: (length: number) => void): void {
    const writer = this.#writer;
    const { columns } = writer;
    const sources = this.sources(segment);
    const needsBytes = columns.some((column) => needsRecord(sources[column]));
    for (const run of planRuns(segment, rows)) {
      const bytes = needsBytes ? this.#source.read(segment, run.from, run.to) : Buffer.alloc(0);
      const file = { bytes, base: run.from };
      for (let at = 0; at < run.rows.length; at++) {
        const row = run.rows[at];
        const ahead = at % rowsAhead;
        if (ahead === 0) this.#lookAhead(sources, run.rows, at);
        context.beat();
        writer.begin(recordLine(segment, row));
        for (const column of columns) this.#cell(column, sources[column], segment, row, file, ahead);
        writer.end();
        if (this.#isRowGone) this.#gone++;
        this.#isRowGone = false;
        ended?.(writer.length);
      }
    }
  }

  /** Where the cells of each column come from. */
  sources(segment: Segment): CellSource[] {
    return this.#names.map((name) => this.#sourceOf(segment, name));
  }

  /** Writes the cell of one row. */
  cell(column: number, source: CellSource, segment: Segment, row: number, file: FileBytes): void {
    if (source.kind === 'dictionary') this.#lookUp(column, source, row);
    else this.#cell(column, source, segment, row, file, 0);
  }

  #cell(
    column: number,
    source: CellSource,
    segment: Segment,
    row: number,
    { bytes, base }: FileBytes,
    ahead: number,
  ): void {
    const writer = this.#writer;
    switch (source.kind) {
      case 'absent':
        writer.absent(column);
        return;
      case 'number':
        this.#number(column, source, row);
        return;
      case 'dictionary':
        this.#entry(column, source, row, ahead);
        return;
      case 'span': {
        const { starts, lengths, absent: none, parseAgain } = source.column;
        const length = lengths[row];
        const start = recordStart(segment, row) - base + starts[row];
        if (length === none) writer.absent(column);
        else if (isGone(segment, row, base, bytes.length)) {
          this.#isRowGone = true;
          writer.absent(column);
        } else if (length === parseAgain) this.#parsed(column, segment, row, recordIn(bytes, segment, row, base));
        else writer.text(column, bytes, start, start + length, this.#source.reader(segment).decode);
        return;
      }
      case 'record':
        this.#give(column, this.#recordValue(segment, row, source.name, bytes, base));
        return;
    }
  }

  #sourceOf(segment: Segment, name: string): CellSource {
    if (isRecordField(name)) return { kind: 'record', name };
    const column = segment.columns.get(name);
    if (column === undefined) return absent;
    const field = this.#source
      .reader(segment)
      .parserFields(segment)
      .find((each) => each.name === name);
    switch (column.kind) {
      case 'number':
        return { kind: 'number', column, field };
      case 'dictionary':
        return column.ids.length <= mostCells
          ? { kind: 'dictionary', column, field, cells: [], places: undefined }
          : { kind: 'dictionary', column, field, cells: undefined, places: new EntryPlaces(rowsAhead) };
      case 'span':
        return { kind: 'span', column };
    }
  }

  #number(column: number, { column: values, field }: Extract<CellSource, { kind: 'number' }>, row: number): void {
    const value = numberAt(values, row);
    if (value !== value) this.#writer.absent(column);
    else if (field === undefined) this.#writer.number(column, value);
    else this.#writer.value(column, typedValue(field, value));
  }

  #lookAhead(sources: readonly CellSource[], rows: readonly number[], from: number): void {
    const count = Math.min(rowsAhead, rows.length - from);
    const ids = this.#ids;
    sources.forEach((source, at) => {
      if (source.kind !== 'dictionary' || source.places === undefined) return;
      const { codes, ids: idOf } = source.column;
      // Where there is no value any entry will do.
      for (let place = 0; place < count; place++) ids[place] = idOf[Math.max(0, codes[rows[from + place]] - 1)];
      this.#source.dictionary(this.#names[at])?.lookUp(ids, count, source.places);
    });
  }

  #entry(column: number, source: Extract<CellSource, { kind: 'dictionary' }>, row: number, ahead: number): void {
    const writer = this.#writer;
    const code = source.column.codes[row];
    if (source.places !== undefined) {
      if (code === 0) writer.absent(column);
      else this.#text(column, source.field, source.places, ahead);
      return;
    }
    const { cells } = source;
    const known = cells[code];
    if (known !== undefined) {
      writer.again(known);
      return;
    }
    const before = writer.length;
    this.#lookUp(column, source, row);
    cells[code] = writer.since(before);
  }

  #lookUp(column: number, { column: { codes, ids }, field }: EntrySource, row: number): void {
    const code = codes[row];
    const dictionary = code === 0 ? undefined : this.#source.dictionary(this.#names[column]);
    if (dictionary === undefined) {
      this.#writer.absent(column);
      return;
    }
    this.#ids[0] = ids[code - 1];
    dictionary.lookUp(this.#ids, 1, this.#one);
    this.#text(column, field, this.#one, 0);
  }

  #text(column: number, field: FormatField | undefined, places: EntryPlaces, at: number): void {
    const texts = places.texts[at];
    const from = places.from[at];
    const to = places.to[at];
    const tag = places.tags[at];
    if (tag === Tag.text) {
      this.#writer.text(column, texts, from, to, utf8);
    } else {
      const value = valueOf(tag, texts.toString('utf8', from, to));
      this.#writer.value(column, field === undefined ? value : typedValue(field, value));
    }
  }

  /** A value that no span of the file is. */
  #parsed(column: number, segment: Segment, row: number, record: RecordBytes): void {
    this.#give(column, this.#source.reader(segment).fields(segment, row, record).get(this.#names[column]));
  }

  #give(column: number, value: Value | undefined): void {
    if (value === undefined) this.#writer.absent(column);
    else this.#writer.value(column, value);
  }

  /** What every record has beside the fields of its format. */
  #recordValue(segment: Segment, row: number, name: string, bytes: Buffer, base: number): Value | undefined {
    switch (name) {
      case '_line':
        return recordLine(segment, row);
      case '_offset':
        return recordStart(segment, row);
      case '_file':
        return this.#source.fileName(segment);
      case '_raw':
        if (!isGone(segment, row, base, bytes.length))
          return rawText(this.#source.reader(segment).decode, recordIn(bytes, segment, row, base));
        this.#isRowGone = true;
        return goneText;
      case '_parsed':
        return isParsed(segment, row);
      default:
        return undefined;
    }
  }
}

export const needsRecord = (source: CellSource): boolean =>
  source.kind === 'span' || (source.kind === 'record' && source.name === '_raw');

/** The record in bytes that were read from source offset `base` on. */
export const recordIn = (bytes: Buffer, segment: Segment, row: number, base: number): RecordBytes =>
  recordBytes(bytes, recordStart(segment, row) - base, Math.min(recordEnd(segment, row) - base, bytes.length));
