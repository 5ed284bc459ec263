/**
 * How rows become bytes of an export. Pure: no files, no engine. Runs in workers.
 */
import type { Field } from '../../../src-shared/model/field.ts';
import type { Value } from '../../../src-shared/model/value.ts';
import type { ExportFormat } from '../../../src-shared/protocol.ts';

export interface RowWriterOptions {
  readonly format: ExportFormat;
  readonly fields: readonly Field[];
  /** Zone in which CSV and TSV write instants (ISO 8601 with its offset). JSON lines are always UTC. */
  readonly zone: string;
  readonly bom: boolean;
  readonly crlf: boolean;
  readonly neutralize: boolean;
}

/** One record to be written; `values` runs along the options' fields. */
export interface OutputRow {
  readonly line: number;
  readonly values: readonly (Value | undefined)[];
  /** `_raw`: needed for format 'text'. */
  readonly raw: string;
}

export interface RowWriter {
  /** Byte order mark and header, or ''. */
  readonly head: string;
  /** One row with its line end. */
  row(row: OutputRow): string;
}
