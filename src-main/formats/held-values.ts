/** What a parser set, until it is known what becomes of it. */
import type { Value } from '../../src-shared/model/value.ts';
import type { RowSink } from './format.ts';

/** How a value was set. */
const How = { number: 0, span: 1, value: 2 } as const;

export class HeldValues implements RowSink {
  #count = 0;
  readonly #fields: number[] = [];
  readonly #hows: number[] = [];
  readonly #values: Value[] = [];
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  clear(): void {
    this.#count = 0;
  }

  number(field: number, value: number): void {
    this.#add(field, How.number, value, 0, 0);
  }

  span(field: number, start: number, end: number): void {
    this.#add(field, How.span, 0, start, end);
  }

  value(field: number, value: Value): void {
    this.#add(field, How.value, value, 0, 0);
  }

  /** Where the span stands that `field` was set to last; undefined when it was set to something else, or not. */
  spanOf(field: number): { readonly start: number; readonly end: number } | undefined {
    for (let at = this.#count - 1; at >= 0; at--) {
      if (this.#fields[at] !== field) continue;
      return this.#hows[at] === How.span ? { start: this.#starts[at], end: this.#ends[at] } : undefined;
    }
    return undefined;
  }

  /** Sets all that was set, but for one field. */
  release(row: RowSink, except = -1): void {
    for (let at = 0; at < this.#count; at++) {
      const field = this.#fields[at];
      const value = this.#values[at];
      if (field === except) continue;
      if (this.#hows[at] === How.span) row.span(field, this.#starts[at], this.#ends[at]);
      else if (this.#hows[at] === How.number && typeof value === 'number') row.number(field, value);
      else row.value(field, value);
    }
  }

  #add(field: number, how: number, value: Value, start: number, end: number): void {
    const at = this.#count++;
    this.#fields[at] = field;
    this.#hows[at] = how;
    this.#values[at] = value;
    this.#starts[at] = start;
    this.#ends[at] = end;
  }
}
