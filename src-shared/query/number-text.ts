/** Numbers as a filter writes them, plain or with a unit, and the tests they make. */
import type { Field } from '../model/field.ts';
import { survivesDouble } from '../model/value.ts';
import { compareDecimals, isDecimal } from './decimal.ts';
import type { CompareOperator, Interval, ValueTest } from './predicate.ts';

/** A number and, where a double would round it, its decimal text. */
interface ReadNumber {
  readonly value: number;
  readonly exact?: string;
}

const timeUnits: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['\u00b5s', 1e-3],
  ['\u03bcs', 1e-3],
  ['ms', 1],
  ['s', 1e3],
  ['m', 6e4],
  ['min', 6e4],
  ['h', 3.6e6],
  ['d', 8.64e7],
]);

const byteUnits: ReadonlyMap<string, number> = new Map([
  ['b', 1],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
  ['tb', 1e12],
  ['kib', 2 ** 10],
  ['mib', 2 ** 20],
  ['gib', 2 ** 30],
  ['tib', 2 ** 40],
]);

/** Reads a number; with the field's unit also `1.5s` or `10KiB`. Undefined for other text. */
function readNumber(text: string, unit: Field['unit']): ReadNumber | undefined {
  if (isDecimal(text)) return survivesDouble(text) ? { value: Number(text) } : { value: Number(text), exact: text };
  const match = /^([+-]?[\d.]+) ?(\D+)$/.exec(text);
  const [, size = '', suffix = ''] = match ?? [];
  const factor = unit === 'ms' ? timeUnits.get(suffix.toLowerCase()) : byteUnits.get(suffix.toLowerCase());
  if (unit === undefined || factor === undefined || !isDecimal(size)) return undefined;
  // 15 digits are what doubles keep: 1.1 s is 1100 ms, not 1100.0000000000002.
  return { value: Number((Number(size) * factor).toPrecision(15)) };
}

/** The test for numbers equal to a text; undefined when it is no number. */
export function numberEquals(text: string, unit: Field['unit']): ValueTest | undefined {
  const read = readNumber(text, unit);
  if (read === undefined) return undefined;
  const { value, exact } = read;
  const number = [{ min: value, max: value }];
  if (exact === undefined) return { number };
  // 9007199254740992 is a double too, but 9007199254740993 only reads as that one.
  const isDouble = Number.isFinite(value) && compareDecimals(exact, String(value)) === 0;
  return isDouble ? { number, exact } : { exact };
}

/** The test for numbers less or greater than a text; undefined when it is no number. */
export function numberCompares(op: CompareOperator, text: string, unit: Field['unit']): ValueTest | undefined {
  const read = readNumber(text, unit);
  if (read === undefined) return undefined;
  const { value, exact } = read;
  if (exact === undefined) return { number: [compareInterval(op, value)] };
  // Doubles lie on one side of the number or the other; its neighbour in doubles belongs to the side it is on.
  const side = Number.isFinite(value) ? compareDecimals(exact, String(value)) : 0;
  const isUp = op.startsWith('>');
  const neighbourOp = side === 0 ? op : isUp ? (side > 0 ? '>' : '>=') : side < 0 ? '<' : '<=';
  return { number: [compareInterval(neighbourOp, value)], exactBound: { op, than: exact } };
}

/** The numbers that are less or greater than one. */
export function compareInterval(op: CompareOperator, than: number): Interval {
  switch (op) {
    case '<':
      return { min: -Infinity, max: than, maxOpen: true };
    case '<=':
      return { min: -Infinity, max: than };
    case '>':
      return { min: than, max: Infinity, minOpen: true };
    case '>=':
      return { min: than, max: Infinity };
  }
}

/** Numbers from here on are written with an exponent. */
const mostDigits = 21;

/**
 * The numbers whose decimal text begins so (`5*`: 5, 50 to 59, 500 to 599, ... with all their fractions); undefined
 * when no number does.
 */
export function numberStartsWith(prefix: string): ValueTest | undefined {
  const match = /^(-?)(0|[1-9]\d*)(\.\d*)?$/.exec(prefix);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction] = match;
  const intervals: Interval[] = [];
  const add = (digits: string, exponent: number): void => {
    const min = Number(`${digits}e${exponent}`);
    const max = Number(`${BigInt(digits) + 1n}e${exponent}`);
    if (sign === '') intervals.push({ min, max, maxOpen: true });
    else intervals.push({ min: -max, max: -min, minOpen: true, maxOpen: digits === '0' });
  };
  if (fraction !== undefined) add(whole + fraction.slice(1), 1 - fraction.length);
  else if (whole === '0') add(whole, 0);
  else for (let exponent = 0; whole.length + exponent <= mostDigits; exponent++) add(whole, exponent);
  return { number: intervals };
}

/** What a number of the field may look like, as a sentence to add to a message. */
export function numberExamples(unit: Field['unit']): string {
  switch (unit) {
    case undefined:
      return '';
    case 'ms':
      return ' Write a number of milliseconds, or 1.5s, 250ms, 2m.';
    case 'bytes':
      return ' Write a number of bytes, or 10KB, 1.5MiB.';
  }
}
