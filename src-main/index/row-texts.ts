/** Reads the texts of a span column for chosen rows from the file, in groups of neighbouring records. */
import type { Value } from '../../src-shared/model/value.ts';
import type { FilterSource } from './filter-source.ts';
import { recordBytes } from './record-reader.ts';
import { recordEnd, recordStart, type Segment, type SpanColumn } from './segment.ts';

const groupBytes = 1 << 20;

/** Calls `use` for each of the first `count` rows; undefined is absent. */
export function eachText(
  segment: Segment,
  column: SpanColumn,
  source: FilterSource,
  rows: Uint32Array,
  count: number,
  use: (row: number, value: Value | undefined) => void,
): void {
  const { decode } = source.reader(segment);
  eachSpan(segment, column, source, rows, count, (row, bytes, from, to) => use(row, decode(bytes, from, to)), use);
}

/** The same with texts as bytes [from, to), and with other values and absent ones as such. */
export function eachSpan(
  segment: Segment,
  column: SpanColumn,
  source: FilterSource,
  rows: Uint32Array,
  count: number,
  use: (row: number, bytes: Buffer, from: number, to: number) => void,
  useOther: (row: number, value: Value | undefined) => void,
): void {
  const { starts, lengths, absent, parseAgain } = column;
  const reader = source.reader(segment);
  let group: Buffer = Buffer.alloc(0);
  let base = -1;
  for (let at = 0; at < count; at++) {
    const row = rows[at];
    if (lengths[row] === absent) {
      useOther(row, undefined);
      continue;
    }
    const from = recordStart(segment, row);
    const to = recordEnd(segment, row);
    if (base < 0 || from < base || to > base + group.length) {
      base = from;
      group = source.read(segment, from, Math.min(segment.end, Math.max(to, from + groupBytes)));
    }
    if (lengths[row] === parseAgain)
      useOther(row, reader.fields(segment, row, recordBytes(group, from - base, to - base)).get(column.field));
    else use(row, group, from - base + starts[row], from - base + starts[row] + lengths[row]);
  }
}
