/** The order of values that sorting and ties follow: numbers, then true and false, then texts by code point. */
import { isExactNumber, type Value } from '../../../src-shared/model/value.ts';

export function compareValues(a: Value, b: Value): number {
  const classOfA = classOf(a);
  if (classOfA !== classOf(b)) return classOfA - classOf(b);
  if (classOfA === 0) {
    const difference = numberOf(a) - numberOf(b);
    if (difference !== 0) return difference;
  }
  return Buffer.compare(Buffer.from(textOf(a)), Buffer.from(textOf(b)));
}

function classOf(value: Value): number {
  if (typeof value === 'number') return 0;
  if (typeof value === 'boolean') return 1;
  return typeof value === 'object' && isExactNumber(value) ? 0 : 2;
}

const numberOf = (value: Value): number => Number(textOf(value));

/** A value as plain text, numbers as they are. */
export function textOf(value: Value): string {
  if (typeof value !== 'object') return String(value);
  return isExactNumber(value) ? value.exact : value.json;
}
