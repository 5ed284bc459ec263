/** Clicks as filters: a value to keep or drop, a text to find, a time range. Each edits the filter that is applied. */
import type { Field } from '../../src-shared/model/field.ts';
import type { Value } from '../../src-shared/model/value.ts';
import {
  excludeValue,
  includeValue,
  literal,
  printFilter,
  valueClause,
  withClause,
  withTimeRange,
} from '../../src-shared/query/index.ts';
import type { Session } from '../engine/index.ts';

export interface FilterEdits {
  /** The condition for a value, as people read it. */
  readonly clauseOf: (field: string, value: Value | undefined) => string;
  /** An undefined value: records that have none. */
  readonly include: (field: string, value: Value | undefined) => string;
  readonly exclude: (field: string, value: Value | undefined) => string;
  readonly includeText: (text: string) => string;
  /** Half-open, in ms. */
  readonly timeRange: (from: number, to: number) => string;
}

/** Each answers the text of the edited filter. */
export function filterEdits({ applied, source }: Session): FilterEdits {
  const now = (): { readonly filter: string; readonly zone: string } => applied.get().query;
  const fieldNamed = (name: string): Field =>
    source.get().fields.find((field) => field.name === name) ?? { name, type: 'any' };
  return {
    clauseOf: (field, value) => printFilter(valueClause(fieldNamed(field), value, now().zone)),
    include: (field, value) => includeValue(now().filter, fieldNamed(field), value, now().zone),
    exclude: (field, value) => excludeValue(now().filter, fieldNamed(field), value, now().zone),
    includeText: (text) => withClause(now().filter, { kind: 'text', value: literal(text) }),
    timeRange: (from, to) => withTimeRange(now().filter, { from, to }, now().zone),
  };
}
