/**
 * The values of one record, between scanning it and setting its fields: which key, where in the bytes, what kind.
 * A record is scanned whole first, so that nothing is set of a record that turns out not to fit, and a key that
 * comes twice can take back what it said.
 */
import type { KeyNode } from './key-nodes.ts';

/** `escaped` text has to be decoded; `json` is an array or object kept as its source text. */
export const TokenKind = { dead: 0, text: 1, escaped: 2, number: 3, yes: 4, no: 5, json: 6 } as const;

export class Tokens {
  count = 0;
  /** Bytes [start, end) of the value; of texts, without quotes. */
  starts = new Int32Array(256);
  ends = new Int32Array(256);
  kinds = new Uint8Array(256);
  /** The number, where a double tells it exactly and cheaply; else NaN. */
  numbers = new Float64Array(256);
  readonly nodes: KeyNode[] = [];

  clear(): void {
    this.count = 0;
  }

  add(node: KeyNode, kind: number, start: number, end: number, number: number): void {
    const at = this.count;
    if (at === this.kinds.length) this.grow();
    this.nodes[at] = node;
    this.kinds[at] = kind;
    this.starts[at] = start;
    this.ends[at] = end;
    this.numbers[at] = number;
    this.count = at + 1;
  }

  /** Takes back the values [from, to). */
  kill(from: number, to: number): void {
    this.kinds.fill(TokenKind.dead, from, to);
  }

  private grow(): void {
    const size = this.kinds.length * 2;
    const wider = <T extends Int32Array | Uint8Array | Float64Array>(wide: T, narrow: T): T => {
      wide.set(narrow);
      return wide;
    };
    this.starts = wider(new Int32Array(size), this.starts);
    this.ends = wider(new Int32Array(size), this.ends);
    this.kinds = wider(new Uint8Array(size), this.kinds);
    this.numbers = wider(new Float64Array(size), this.numbers);
  }
}
