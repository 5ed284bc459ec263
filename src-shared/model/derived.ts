/**
 * Fields that no log has but that follow from one it has: the browser of a user agent, the site of a referrer, the
 * hour of a time. They can be filtered and counted like others; a field of the log with the same name goes first.
 * What they are worth for a value is known to the engine (formats/derived.ts); here is only that they exist.
 */
import type { Field } from './field.ts';

export interface DerivedField extends Field {
  /** The field that it follows from. */
  readonly from: string;
}

export const derivedFields: readonly DerivedField[] = [
  { name: 'user_agent.browser', type: 'text', from: 'user_agent' },
  { name: 'user_agent.system', type: 'text', from: 'user_agent' },
  /** `robot` or `person`. */
  { name: 'user_agent.kind', type: 'text', from: 'user_agent' },
  { name: 'referrer.site', type: 'text', from: 'referrer' },
  { name: 'referrer.keyphrase', type: 'text', from: 'referrer' },
  { name: 'exception.class', type: 'text', from: 'exception' },
  /** 0 to 23 on the clock of the view's zone. */
  { name: 'time.hour', type: 'integer', from: 'time' },
  /** 1 (Monday) to 7 (Sunday) in the view's zone. */
  { name: 'time.weekday', type: 'integer', from: 'time' },
];

const byName: ReadonlyMap<string, DerivedField> = new Map(derivedFields.map((field) => [field.name, field]));

export const derivedField = (name: string): DerivedField | undefined => byName.get(name);

/** Those that follow from the fields and have no name that one of them has. */
export function derivedFrom(fields: readonly Field[]): readonly DerivedField[] {
  const names = new Set(fields.map((field) => field.name));
  return derivedFields.filter((field) => names.has(field.from) && !names.has(field.name));
}
