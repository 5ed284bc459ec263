/**
 * Rows to the text of an export, from values. Called by the command line, and for records that are not at hand as
 * bytes; byte-row-writer.ts writes the same faster where they are. Pure: files and encoding are the caller's.
 */
import { createCellForm } from './cell-form.ts';
import type { RowWriter, RowWriterOptions } from './row-writer-api.ts';

/**
 * A writer for rows whose `values` run along `options.fields`; numbers are read by the field's type (instants are
 * ms, levels ordinals). A writer keeps its columns' last texts, so use one for each stream.
 */
export const createRowWriter = (options: RowWriterOptions): RowWriter =>
  options.format === 'text' ? createTextWriter(options) : createCellWriter(options);

function createTextWriter({ bom, crlf }: RowWriterOptions): RowWriter {
  return {
    head: bom ? '\ufeff' : '',
    row: crlf ? ({ raw }) => raw.replaceAll('\n', '\r\n') + '\r\n' : ({ raw }) => raw + '\n',
  };
}

/** One row costs one scan of each text for characters that need care, and none where a column repeats its last. */
function createCellWriter(options: RowWriterOptions): RowWriter {
  const { head, columns, lineStart, rowEnd, before, absent, text, other } = createCellForm(options);
  const types = options.fields.map((field) => field.type);
  const lastTexts = new Array<string>(types.length).fill('');
  const lastCells = before.map((start) => start + text(''));
  return {
    head,
    row({ line, values }) {
      let out = lineStart === undefined ? '' : lineStart + line;
      for (const at of columns) {
        const value = values[at];
        if (value === undefined) {
          out += absent[at];
        } else if (typeof value === 'string') {
          if (value !== lastTexts[at]) {
            lastTexts[at] = value;
            lastCells[at] = before[at] + text(value);
          }
          out += lastCells[at];
        } else {
          const cell = other(value, types[at]);
          out += cell === '' ? absent[at] : before[at] + cell;
        }
      }
      return out + rowEnd;
    },
  };
}
