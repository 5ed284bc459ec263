/**
 * The text of a record that goes over several lines: its lines joined with one newline each. A span where the bytes
 * say just that, decoded text where the file has CRLF. Blank lines at the end are not part of the text.
 */
import { findByte } from './byte-search.ts';
import type { RowSink } from './format.ts';
import type { SourceText } from './source-text.ts';

const newline = 10;
const carriageReturn = 13;

/** Where the text of [.., end) ends without the blank lines at its end; lines up to firstEnd are kept. */
export function withoutBlankEnd(bytes: Uint8Array, firstEnd: number, end: number): number {
  let at = end;
  while (at > firstEnd && bytes[at - 1] === newline) {
    at--;
    if (at > firstEnd && bytes[at - 1] === carriageReturn) at--;
  }
  return at;
}

/** Sets a field to [start, end) of a record whose first line ends at firstEnd. */
export function setLines(
  row: RowSink,
  field: number,
  text: SourceText,
  bytes: Uint8Array,
  start: number,
  firstEnd: number,
  end: number,
): void {
  const stop = withoutBlankEnd(bytes, firstEnd, end);
  if (stop <= firstEnd || !hasCarriageReturn(bytes, firstEnd, stop)) row.span(field, start, stop);
  else row.value(field, text.read(bytes, start, stop).replaceAll('\r\n', '\n'));
}

/** A CRLF stands in [start, end): a lone CR is text. */
function hasCarriageReturn(bytes: Uint8Array, start: number, end: number): boolean {
  for (
    let at = findByte(bytes, carriageReturn, start, end);
    at >= 0;
    at = findByte(bytes, carriageReturn, at + 1, end)
  ) {
    if (at + 1 < end && bytes[at + 1] === newline) return true;
  }
  return false;
}
