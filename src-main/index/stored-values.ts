/**
 * What the index still knows of a record whose bytes are gone: a followed file was truncated, and its text no longer
 * lies in the spool either. Numbers, times, levels and texts of few values are in columns; longer texts are not.
 */
import type { Value } from '../../src-shared/model/value.ts';
import type { FormatField } from '../formats/index.ts';
import type { Dictionary } from './dictionary.ts';
import { typedValue } from './record-reader.ts';
import { numberAt, recordEnd, recordStart, type Segment } from './segment.ts';

/** Stands for the text of such a record, wherever it is shown or written. */
export const goneText = '(no longer available)';

/** True when bytes that were read for offset `base` on end before the record does. */
export const isGone = (segment: Segment, row: number, base: number, bytesRead: number): boolean =>
  recordStart(segment, row) - base >= bytesRead && recordEnd(segment, row) > recordStart(segment, row);

export function storedValues(
  segment: Segment,
  row: number,
  fields: readonly FormatField[],
  dictionaryOf: (field: string) => Dictionary | undefined,
): ReadonlyMap<string, Value> {
  const found = new Map<string, Value>();
  for (const [name, column] of segment.columns) {
    if (column.kind === 'number') {
      const value = numberAt(column, row);
      const field = fields.find((each) => each.name === name);
      if (value === value) found.set(name, field === undefined ? value : typedValue(field, value));
    } else if (column.kind === 'dictionary') {
      const code = column.codes[row];
      const value = code === 0 ? undefined : dictionaryOf(name)?.value(column.ids[code - 1]);
      if (value !== undefined) found.set(name, value);
    }
  }
  return found;
}
