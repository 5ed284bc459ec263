/** What a mark of a panel means as a filter: conditions whose records are exactly those that it counts. Pure. */
import type { Field } from '../../src-shared/model/field.ts';
import { derivedField } from '../../src-shared/model/derived.ts';
import type { Value } from '../../src-shared/model/value.ts';
import { instantText, literal, valueClause, type Condition } from '../../src-shared/query/index.ts';
import type { SummaryDimension } from '../../src-shared/protocol.ts';

/** Joined with `and`. */
export type Mark = readonly Condition[];

const notFound: Condition = {
  kind: 'match',
  field: { name: 'status' },
  operator: '=',
  value: literal('404'),
};

export function valueMark(
  { field, where, withQuery, withFrame }: SummaryDimension,
  value: Value | null,
  fields: readonly Field[],
): Mark {
  const known = fields.find(({ name }) => name === field) ?? derivedField(field) ?? { name: field, type: 'any' };
  const ofWhere: Mark = where === undefined ? [] : [where === 'missing' ? notFound : { kind: 'not', term: notFound }];
  if (withFrame === true) {
    const [thrown, frame] = typeof value === 'string' ? thrownParts(value) : [];
    return [valueClause(known, thrown), valueClause({ name: 'exception_frame', type: 'text' }, frame)];
  }
  if (withQuery === true && typeof value === 'string') {
    const mark = value.indexOf('?');
    const path = mark < 0 ? value : value.slice(0, mark);
    const query = mark < 0 ? undefined : value.slice(mark + 1);
    return [valueClause(known, path), valueClause({ name: 'query', type: 'text' }, query), ...ofWhere];
  }
  return [valueClause(known, value ?? undefined), ...ofWhere];
}

/** The class of an exception and the frame it was thrown in, of what they are counted by. */
export function thrownParts(value: string): readonly [thrown: string | undefined, frame: string | undefined] {
  const end = value.lastIndexOf('\n');
  return [end === 0 ? undefined : value.slice(0, end), end + 1 === value.length ? undefined : value.slice(end + 1)];
}

const bound = (field: string, operator: '>=' | '<', text: string): Condition => ({
  kind: 'compare',
  field: { name: field },
  operator,
  value: literal(text),
});

/** Half-open [from, to) in ms since the epoch. */
export const timeMark = (from: number, to: number, zone: string): Mark => [
  bound('time', '>=', instantText(from, zone)),
  bound('time', '<', instantText(to, zone)),
];

/** Half-open [from, to); an end beyond all numbers is open. */
export const rangeMark = (field: string, from: number, to: number): Mark => [
  bound(field, '>=', String(from)),
  ...(to === Number.MAX_VALUE ? [] : [bound(field, '<', String(to))]),
];

/** An hour of a weekday: 1 is Monday. */
export const hourMark = (weekday: number, hour: number): Mark => [
  { kind: 'match', field: { name: 'time.weekday' }, operator: '=', value: literal(String(weekday)) },
  { kind: 'match', field: { name: 'time.hour' }, operator: '=', value: literal(String(hour)) },
];
