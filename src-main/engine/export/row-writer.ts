/**
 * Rows to the text of an export: one writer for each format. Called for each record of an export, in workers and
 * by the command line. Pure: files and encoding are the caller's.
 */
import { createCsvWriter, createTsvWriter } from './delimited-writer.ts';
import { createJsonLinesWriter } from './json-lines-writer.ts';
import type { ExportFormat } from '../../../src-shared/protocol.ts';
import type { RowWriter, RowWriterOptions } from './row-writer-api.ts';

const writers: Readonly<Record<ExportFormat, (options: RowWriterOptions) => RowWriter>> = {
  csv: createCsvWriter,
  tsv: createTsvWriter,
  jsonl: createJsonLinesWriter,
  text: createTextWriter,
};

/**
 * A writer for rows whose `values` run along `options.fields`; numbers are read by the field's type (instants are
 * ms, levels ordinals). A writer keeps its columns' last texts, so use one for each stream.
 */
export const createRowWriter = (options: RowWriterOptions): RowWriter => writers[options.format](options);

function createTextWriter({ bom, crlf }: RowWriterOptions): RowWriter {
  return {
    head: bom ? '\ufeff' : '',
    row: crlf ? ({ raw }) => raw.replaceAll('\n', '\r\n') + '\r\n' : ({ raw }) => raw + '\n',
  };
}
