/**
 * Edits of a filter's text by clicks: adding and removing conditions, including and excluding a value, brushing a
 * time range. What the user typed stays as typed; only whole conditions joined with `and` come and go. A text that
 * does not parse comes back unchanged: its error has to be mended first.
 */
import type { Field } from '../model/field.ts';
import { levelAt } from '../model/level.ts';
import { isExactNumber, isJsonText, type Value } from '../model/value.ts';
import { formatInstant } from '../model/zone.ts';
import { parseFilter } from './parse.ts';
import { printFilter } from './print.ts';
import { readTime } from './time-text.ts';
import { literal, topConditions, type Condition, type FilterTree } from './tree.ts';

/** The filter that also asks for a condition; unchanged when it does already. */
export function withClause(text: string, clause: Condition): string {
  const parts = conditionsOf(text);
  if (parts === undefined || parts.some(({ tree }) => isSame(tree, clause))) return text;
  return joinTexts([...parts.map((part) => part.text), textOf(clause)]);
}

/** The filter without each condition at its top level that says the same as the clause. */
export function withoutClause(text: string, clause: Condition): string {
  const parts = conditionsOf(text);
  const kept = parts?.filter(({ tree }) => !isSame(tree, clause));
  return kept === undefined || kept.length === parts?.length ? text : joinTexts(kept.map((part) => part.text));
}

/** `field = value` for one value as the engine gives it; `not field : *` for an absent one. */
export function valueClause(field: Field, value: Value | undefined, zone = 'UTC'): Condition {
  const name = { name: field.name };
  if (value === undefined) return negation({ kind: 'match', field: name, operator: ':', value: anything });
  return { kind: 'match', field: name, operator: '=', value: literal(valueText(field, value, zone)) };
}

const anything = { kind: 'literal', parts: ['', ''] } as const;

/** The filter that keeps only records with this value of the field; a condition that excludes it goes. */
export function includeValue(text: string, field: Field, value: Value | undefined, zone?: string): string {
  const clause = valueClause(field, value, zone);
  return withClause(withoutClause(text, negation(clause)), clause);
}

/** The filter that drops records with this value of the field; a condition that asks for it goes. */
export function excludeValue(text: string, field: Field, value: Value | undefined, zone?: string): string {
  const clause = valueClause(field, value, zone);
  return withClause(withoutClause(text, clause), negation(clause));
}

const negation = (clause: Condition): Condition =>
  clause.kind === 'not' ? clause.term : { kind: 'not', term: clause };

/** Half-open [from, to) in ms; an end that is absent is open. */
export interface BrushedRange {
  readonly from?: number;
  readonly to?: number;
}

/**
 * The filter for a time range, `time >= a and time < b` with times of the zone. It takes the place of every
 * condition on the field at the top level, so that one brush follows another.
 */
export function withTimeRange(text: string, range: BrushedRange, zone: string, field = 'time'): string {
  const parts = conditionsOf(text);
  if (parts === undefined) return text;
  const bounds: string[] = [];
  const add = (operator: '>=' | '<', ms: number): void => {
    const value = literal(instantText(ms, zone));
    bounds.push(printFilter({ kind: 'compare', field: { name: field }, operator, value }));
  };
  if (range.from !== undefined) add('>=', Math.floor(range.from));
  if (range.to !== undefined) add('<', Math.ceil(range.to));
  const first = parts.findIndex(({ tree }) => isOn(tree, field));
  const kept = parts.filter(({ tree }) => !isOn(tree, field)).map((part) => part.text);
  // Nothing before the first condition on the field goes, so its place stays the same.
  kept.splice(first < 0 ? kept.length : first, 0, ...bounds);
  return joinTexts(kept);
}

/** The filter without any condition on times at its top level. */
export const withoutTimeRange = (text: string, field = 'time'): string => withTimeRange(text, {}, 'UTC', field);

const isOn = (tree: Condition, field: string): boolean =>
  (tree.kind === 'compare' || tree.kind === 'match') && tree.field.name === field;

interface Part {
  readonly tree: Condition;
  readonly text: string;
}

/** The top-level conditions of a filter, each with its text as typed; undefined when the text is wrong. */
function conditionsOf(text: string): readonly Part[] | undefined {
  const { tree, errors } = parseFilter(text);
  if (errors.length > 0) return undefined;
  return topConditions(tree).map((condition) => ({ tree: condition, text: writtenText(text, condition) }));
}

/** A condition as typed. */
function writtenText(text: string, condition: Condition): string {
  if (condition.range === undefined) return textOf(condition);
  const written = text.slice(condition.range.from, condition.range.to);
  // A whole filter of several conditions with `or` has no brackets: it begins where the first of them does.
  const isBare = condition.kind === 'or' && condition.terms[0]?.range?.from === condition.range.from;
  return isBare ? `(${written})` : written;
}

const textOf = (clause: Condition): string => (clause.kind === 'or' ? `(${printFilter(clause)})` : printFilter(clause));

const joinTexts = (texts: readonly string[]): string => texts.join(' and ');

const isSame = (a: FilterTree, b: FilterTree): boolean => printFilter(a) === printFilter(b);

function valueText(field: Field, value: Value, zone: string): string {
  if (typeof value === 'number') {
    if (field.type === 'level') return levelAt(value) ?? String(value);
    return field.type === 'instant' ? formatInstant(value, zone) : String(value);
  }
  if (typeof value !== 'object') return String(value);
  if (isExactNumber(value)) return value.exact;
  return isJsonText(value) ? value.json : '';
}

/** The shortest text that begins at an instant, on the zone's wall clock where that is not ambiguous. */
export function instantText(ms: number, zone: string): string {
  const whole = formatInstant(ms, zone);
  const [date = '', clock = ''] = whole.split('T');
  const candidates = [date, ...[5, 8, 12].map((length) => `${date} ${clock.slice(0, length)}`)];
  return candidates.find((candidate) => readTime(candidate, zone, 0)?.from === ms) ?? whole;
}
