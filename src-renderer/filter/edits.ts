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
  withoutClause,
  withTimeRange,
  type Condition,
} from '../../src-shared/query/index.ts';
import type { Session } from '../engine/index.ts';

export interface FilterEdits {
  /** The condition for a value, as people read it. */
  readonly clauseOf: (field: string, value: Value | undefined) => string;
  /** An undefined value: records that have none. */
  readonly include: (field: string, value: Value | undefined) => string;
  readonly exclude: (field: string, value: Value | undefined) => string;
  /** Keeps, or drops, the records that fit all the conditions. */
  readonly keep: (conditions: readonly Condition[]) => string;
  readonly drop: (conditions: readonly Condition[]) => string;
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
    keep: (conditions) => conditions.reduce(withCondition, now().filter),
    drop: (conditions) => {
      const [only, ...more] = conditions;
      if (only === undefined) return now().filter;
      return withCondition(now().filter, negated(more.length === 0 ? only : { kind: 'and', terms: conditions }));
    },
    includeText: (text) => withClause(now().filter, { kind: 'text', value: literal(text) }),
    timeRange: (from, to) => withTimeRange(now().filter, { from, to }, now().zone),
  };
}

/** The condition takes the place of its opposite. */
const withCondition = (text: string, condition: Condition): string =>
  withClause(withoutClause(text, negated(condition)), condition);

const negated = (condition: Condition): Condition =>
  condition.kind === 'not' ? condition.term : { kind: 'not', term: condition };
