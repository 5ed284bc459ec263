/**
 * What a kernel needs to read records of keys and values as FieldMap does: the keys that are known so far, which
 * columns they and the known fields have, and plain code for what it does not convert itself.
 */
import type { FormatField } from './format.ts';
import type { Trace } from './field-convert.ts';
import type { KeyNode } from './key-nodes.ts';
import type { LinePrefix } from './line-prefix.ts';
import type { Minute } from './timestamp.ts';
import type { Conversion } from './well-known.ts';

export type { KeyEntry, KeyNode } from './key-nodes.ts';
export { prefixFields } from './line-prefix.ts';
export { TokenKind } from './tokens.ts';
export { Conversion, slotOf, targets, type Target } from './well-known.ts';

/** How a line of keys and values is written. */
export type KeyedSyntax = 'json' | 'logfmt' | 'cells';

/** Records of cells in a fixed order; quoted ones may go over several lines. */
export interface Cells {
  readonly nodes: readonly KeyNode[];
  /** Cells of the column are numbers where they can be. */
  readonly numeric: readonly boolean[];
  readonly delimiter: number;
  readonly hasQuotes: boolean;
}

export interface KeyedLines {
  readonly syntax: KeyedSyntax;
  /** Only of the syntax `cells`. */
  readonly cells?: Cells;
  /** Its `entries` grow while lines are parsed. */
  readonly root: KeyNode;
  readonly fields: readonly FormatField[];
  /** Of each target, -1 until it occurs. */
  readonly columns: Int32Array;
  /** The level of records without one. */
  readonly implied: 'informational' | 'byStatus' | undefined;
  /** What may stand before a record. */
  readonly prefix: LinePrefix | undefined;
  /** The column of a field that is none of the targets', -1 until it occurs. */
  columnNamed(name: string): number;
  /** Another number than before: a target or a key has got a column. */
  changes(): number;
  /** The number that a time, level or duration converts to, of a TokenKind; NaN when it does not. */
  convert(convert: Conversion, bytes: Uint8Array, kind: number, start: number, end: number, number: number): number;
  /** What an exception or a stack tells, and its text. */
  trace(
    convert: Conversion,
    bytes: Uint8Array,
    kind: number,
    start: number,
    end: number,
  ): Trace & { readonly text: string };
  /** The minute of the time that was converted last, unless its layout has none. */
  minute(): Minute | undefined;
  /** The number that is written as [start, end). */
  numberOf(bytes: Uint8Array, start: number, end: number): number | { readonly exact: string };
  /** The text of [start, end), which has escapes. */
  textOf(bytes: Uint8Array, start: number, end: number): string;
  /** The text of [start, end) as it stands. */
  jsonOf(bytes: Uint8Array, start: number, end: number): string;
}
