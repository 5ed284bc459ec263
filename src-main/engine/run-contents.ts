/**
 * What a run holds, added up over what was published: counts of records and lines, bounds of time, and the fields with
 * the kinds of values they have. Owned by its run.
 */
import { inFieldOrder, type Field, type FieldType } from '../../src-shared/model/field.ts';
import type { SourceField } from '../../src-shared/protocol.ts';
import type { FormatField } from '../formats/index.ts';
import type { BuildResult, BuiltSegment } from '../index/build.ts';
import { Tag } from '../index/dictionary.ts';
import type { StoredIndex } from '../index/store/directory.ts';

interface FieldState {
  readonly field: FormatField;
  count: number;
  /** Kinds of values seen: a bit for each tag. */
  tags: number;
  hasNumbers: boolean;
  allWhole: boolean;
  hasSpans: boolean;
}

export interface Totals {
  records: number;
  lines: number;
  unparsed: number;
  blank: number;
  headerLines: number;
  overlong: number;
  timed: number;
}

const noTotals = (): Totals => ({ records: 0, lines: 0, unparsed: 0, blank: 0, headerLines: 0, overlong: 0, timed: 0 });

/** What one pass found. */
interface Counted {
  readonly result: BuildResult;
  readonly segments: readonly BuiltSegment[];
}

export class RunContents {
  readonly #fields = new Map<string, FieldState>();
  #totals = noTotals();
  timeFrom = Number.POSITIVE_INFINITY;
  timeTo = Number.NEGATIVE_INFINITY;

  get totals(): Readonly<Totals> {
    return this.#totals;
  }

  get types(): readonly (readonly [string, FieldType])[] {
    return Array.from(this.#fields.values(), (state) => [state.field.name, typeOf(state)] as const);
  }

  get seenFields(): readonly Field[] {
    return Array.from(this.#fields.values(), ({ field }) => field);
  }

  field(name: string): FormatField | undefined {
    return this.#fields.get(name)?.field;
  }

  /** Fields that occur, in the order in which they are shown; `entries` tells how many different texts one has. */
  fields(entries: (field: string) => number | undefined): readonly SourceField[] {
    const occurring = [...this.#fields.values()].filter((state) => state.count > 0);
    return inFieldOrder(
      occurring.map((state): SourceField => {
        const { name, unit } = state.field;
        const distinct = state.hasSpans || state.hasNumbers ? undefined : entries(name);
        return {
          name,
          type: typeOf(state),
          ...(unit === undefined ? {} : { unit }),
          count: state.count,
          ...(distinct === undefined ? {} : { distinct }),
          values: state.hasSpans ? 'many' : 'few',
        };
      }),
    );
  }

  clear(): void {
    this.#fields.clear();
    this.#totals = noTotals();
    this.timeFrom = Number.POSITIVE_INFINITY;
    this.timeTo = Number.NEGATIVE_INFINITY;
  }

  /** Takes over what was stored of it. */
  restore({ fields, totals, time }: StoredIndex): void {
    for (const state of fields) this.#fields.set(state.field.name, { ...state });
    this.#totals = { ...totals };
    if (time !== undefined) [this.timeFrom, this.timeTo] = [time.from, time.to];
  }

  /** To be stored. */
  describe(): Pick<StoredIndex, 'totals' | 'time' | 'fields'> {
    const { timeFrom: from, timeTo: to } = this;
    return {
      totals: { ...this.#totals },
      ...(from <= to ? { time: { from, to } } : {}),
      fields: [...this.#fields.values()],
    };
  }

  /** Adds what a pass found, or takes it off again. */
  count({ result, segments }: Counted, sign: 1 | -1): void {
    const totals = this.#totals;
    totals.lines += sign * result.lines;
    totals.blank += sign * result.blank;
    totals.headerLines += sign * result.headerLines;
    totals.overlong += sign * result.overlong;
    for (const built of segments) {
      const { data } = built;
      totals.records += sign * data.rows;
      totals.unparsed += sign * data.unparsedCount;
      this.#countFields(built, sign);
    }
  }

  #countFields({ data, fields }: BuiltSegment, sign: 1 | -1): void {
    const columns = new Map(data.columns.map((column) => [column.field, column]));
    for (const field of fields) {
      const column = columns.get(field.name);
      if (column === undefined) continue;
      let state = this.#fields.get(field.name);
      if (state === undefined) {
        state = { field, count: 0, tags: 0, hasNumbers: false, allWhole: true, hasSpans: false };
        this.#fields.set(field.name, state);
      }
      const present = data.rows - column.nulls;
      state.count += sign * present;
      if (column.kind === 'number') {
        state.hasNumbers = true;
        state.allWhole &&= column.whole;
        if (field.name === 'time') {
          this.#totals.timed += sign * present;
          this.timeFrom = Math.min(this.timeFrom, column.min);
          this.timeTo = Math.max(this.timeTo, column.max);
        }
      } else if (column.kind === 'dictionary') state.tags |= column.tags;
      else state.hasSpans = true;
    }
  }
}

/** The type as declared, or for a field of any type the one that all its values share. */
function typeOf(state: FieldState): FieldType {
  const { type } = state.field;
  if (type !== 'any') return type;
  if (state.hasNumbers) return state.tags !== 0 || state.hasSpans ? 'any' : state.allWhole ? 'integer' : 'number';
  const texts = (1 << Tag.text) | (1 << Tag.json);
  if (state.tags === 1 << Tag.boolean) return state.hasSpans ? 'any' : 'boolean';
  return (state.tags & ~texts) === 0 ? 'text' : 'any';
}
