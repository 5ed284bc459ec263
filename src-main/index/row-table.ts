/**
 * The staging table between a parser and the column builders: the fields of up to 256 records, field by field,
 * so that builders work down one column at a time (1.5 to 2 times faster than record by record).
 *
 * Byte positions refer to the chunk buffer: the table must be flushed before the buffer moves.
 */
import type { Value } from '../../src-shared/model/value.ts';
import type { RowSink } from '../formats/index.ts';

export const CellKind = { absent: 0, number: 1, span: 2, value: 3 } as const;

export const batchRows = 256;

/** One field's cells of the staged records. */
export class CellColumn {
  readonly kinds = new Uint8Array(batchRows);
  readonly numbers = new Float64Array(batchRows);
  readonly starts = new Int32Array(batchRows);
  readonly ends = new Int32Array(batchRows);
  readonly values: Value[] = [];
}

export class RowTable implements RowSink {
  readonly columns: CellColumn[] = [];
  /** Start of each staged record in the buffer. */
  readonly recordStarts = new Int32Array(batchRows);
  row = 0;

  /** Makes room for fields that a parser has added. */
  ensure(fields: number): void {
    while (this.columns.length < fields) this.columns.push(new CellColumn());
  }

  number(field: number, value: number): void {
    const column = this.columns[field] ?? this.#added(field);
    column.kinds[this.row] = CellKind.number;
    column.numbers[this.row] = value;
  }

  span(field: number, start: number, end: number): void {
    const column = this.columns[field] ?? this.#added(field);
    column.kinds[this.row] = CellKind.span;
    column.starts[this.row] = start;
    column.ends[this.row] = end;
  }

  value(field: number, value: Value): void {
    const column = this.columns[field] ?? this.#added(field);
    column.kinds[this.row] = CellKind.value;
    column.values[this.row] = value;
  }

  /** Forgets what was set for the current record. */
  rollback(): void {
    for (const column of this.columns) column.kinds[this.row] = CellKind.absent;
  }

  clear(): void {
    for (const column of this.columns) column.kinds.fill(CellKind.absent, 0, this.row);
    this.row = 0;
  }

  #added(field: number): CellColumn {
    this.ensure(field + 1);
    return this.columns[field];
  }
}
