/**
 * Values of a derived field for the rows of segments whose texts stand in the file only: read once, kept from question
 * to question as small numbers by row.
 */
import { eachText } from '../row-texts.ts';
import type { Segment, SpanColumn } from '../segment.ts';
import type { Batch } from './batch.ts';

/** Of more rows all are forgotten (32 MiB for each field), which also makes room where segments were replaced. */
const mostRows = 16 << 20;
/** Of more different values none is remembered. */
const mostNames = 0xffff;

export class DerivedRows {
  /** By code less one; 0 is none. */
  readonly names: string[] = [];
  readonly #codeOf = new Map<string, number>();
  #known = new WeakMap<Segment, Uint16Array>();
  #rows = 0;
  #isFull = false;

  /** Codes by row of the batch's segment, at least for the rows that match; undefined where there is no room for them. */
  codesOf(batch: Batch, column: SpanColumn, derive: (text: string) => string | undefined): Uint16Array | undefined {
    const { segment } = batch;
    const known = this.#known.get(segment);
    if (known !== undefined) return known;
    if (this.#isFull) return undefined;
    const { lengths, absent } = column;
    const rows = new Uint32Array(segment.rows);
    let [present, wanted] = [0, 0];
    for (let row = 0; row < segment.rows; row++) if (lengths[row] !== absent) rows[present++] = row;
    const { set } = batch;
    for (let at = 0; at < present; at++) wanted += (set[rows[at] >>> 5] >>> (rows[at] & 31)) & 1;
    // Reading all for the sake of few is worth it only where most are asked for.
    if (wanted * 2 < present) return undefined;
    const codes = new Uint16Array(segment.rows);
    eachText(segment, column, batch.source, rows, present, (row, value) => {
      const name = typeof value === 'string' ? derive(value) : undefined;
      if (name !== undefined) codes[row] = this.#code(name);
    });
    if (this.#isFull) return undefined;
    this.#rows += segment.rows;
    if (this.#rows > mostRows) {
      this.#known = new WeakMap();
      this.#rows = segment.rows;
    }
    this.#known.set(segment, codes);
    return codes;
  }

  #code(name: string): number {
    const known = this.#codeOf.get(name);
    if (known !== undefined) return known;
    if (this.names.length >= mostNames) {
      this.#isFull = true;
      return 0;
    }
    const code = this.names.push(name);
    this.#codeOf.set(name, code);
    return code;
  }
}
