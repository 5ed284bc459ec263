/** Columns of a segment in the narrowest form that holds them, for column-builder.ts. */
import type { KernelMemory } from '../kernels/kernel-memory.ts';
import { parseAgainSpan } from './row-table.ts';
import type { NarrowArray, SegmentLayout, Slice } from './segment.ts';

export const typeOf = (values: NarrowArray): Slice['type'] =>
  values instanceof Uint8Array
    ? 'u8'
    : values instanceof Uint16Array
      ? 'u16'
      : values instanceof Uint32Array
        ? 'u32'
        : 'f64';

/** The highest start of a text; starts of other cells become 0. */
export function lastStart(starts: Uint32Array, lengths: Uint32Array, rows: number): number {
  let last = 0;
  for (let row = 0; row < rows; row++) {
    if (lengths[row] >= parseAgainSpan) starts[row] = 0;
    else last = Math.max(last, starts[row]);
  }
  return last;
}

/** The greatest length of a text. */
export function longestSpan(lengths: Uint32Array, rows: number): number {
  let longest = 0;
  for (let row = 0; row < rows; row++) if (lengths[row] < parseAgainSpan) longest = Math.max(longest, lengths[row]);
  return longest;
}

/** What a kernel has narrowed, as a column of the segment: copied when the layout gets its buffer. */
export function addNarrow(
  layout: SegmentLayout,
  kernels: KernelMemory,
  address: number,
  rows: number,
  width: 1 | 2 | 4,
): Slice {
  const { buffer } = kernels;
  if (width === 1) return layout.add('u8', new Uint8Array(buffer, address, rows), rows);
  if (width === 2) return layout.add('u16', new Uint16Array(buffer, address, rows), rows);
  return layout.add('u32', new Uint32Array(buffer, address, rows), rows);
}

/** Narrows words, of which `highest` has to be kept, to the least width; they may be gone from `values` afterwards. */
export function pack(
  values: Uint32Array,
  rows: number,
  highest: number,
  layout: SegmentLayout,
  kernels?: KernelMemory,
): Slice {
  const address = kernels?.addressOf(values) ?? 0;
  if (kernels !== undefined && address !== 0) {
    const width = highest <= 0xff ? 1 : highest <= 0xffff ? 2 : 4;
    if (width < 4) kernels.exports.narrowWords(address, rows, width);
    return addNarrow(layout, kernels, address, rows, width);
  }
  if (highest <= 0xff) return layout.add('u8', copyInto(new Uint8Array(rows), values), rows);
  if (highest <= 0xffff) return layout.add('u16', copyInto(new Uint16Array(rows), values), rows);
  return layout.add('u32', values.slice(0, rows), rows);
}

function copyInto<T extends Uint8Array | Uint16Array>(target: T, values: Uint32Array): T {
  for (let row = 0; row < target.length; row++) target[row] = values[row];
  return target;
}
