/**
 * What a bound filter means, one value at a time: the reference for every faster way to run it, and what decides
 * on single records. Tests are compiled once and then called for millions of values. Runs on every thread.
 */
import { EngineError } from '../errors.ts';
import type { FieldType } from '../model/field.ts';
import { isExactNumber, isJsonText, type Value } from '../model/value.ts';
import { compileCidr } from './address.ts';
import { compareDecimals } from './decimal.ts';
import { compareCodePoints, fold } from './fold.ts';
import type { CompareOperator, Interval, Predicate, TextTest, ValueTest } from './predicate.ts';
import { compileRegex } from './regex.ts';

/** How a record is looked at: its field by name (undefined is absent) and its raw text. */
export interface RecordAccess<R> {
  readonly field: (record: R, name: string) => Value | undefined;
  readonly raw: (record: R) => string;
}

/** A test for texts. Throws `bad-filter` for a regular expression that does not compile. */
export function compileTextTest(test: TextTest): (text: string) => boolean {
  switch (test.kind) {
    case 'equals': {
      if (!test.fold) return (text) => text === test.text;
      const folded = fold(test.text);
      // Folding keeps lengths.
      return (text) => text.length === folded.length && fold(text) === folded;
    }
    case 'contains': {
      if (!test.fold) return (text) => text.includes(test.text);
      const folded = fold(test.text);
      return (text) => text.length >= folded.length && fold(text).includes(folded);
    }
    case 'wildcard': {
      const matches = compileWildcard(test.fold ? test.parts.map(fold) : test.parts, test.within);
      return test.fold ? (text) => matches(fold(text)) : matches;
    }
    case 'compare':
      return compileCompare(test.op, test.text);
    case 'regex': {
      const regex = compileRegex(test.source, test.flags);
      if (!(regex instanceof RegExp)) throw new EngineError('bad-filter', regex.problem);
      return (text) => regex.test(text);
    }
    case 'cidr':
      return compileCidr(test.prefix) ?? (() => false);
  }
}

/**
 * Finds the pieces one after the other, each as early as possible, which decides without ever going back: linear in
 * the text for each piece.
 */
function compileWildcard(parts: readonly string[], within: boolean): (text: string) => boolean {
  const first = (within ? '' : parts[0]) ?? '';
  const last = (within || parts.length < 2 ? '' : parts.at(-1)) ?? '';
  const inner = within ? parts : parts.slice(1, -1);
  if (!within && parts.length < 2) return (text) => text === first;
  const least = parts.reduce((sum, part) => sum + part.length, 0);
  return (text) => {
    if (text.length < least || !text.startsWith(first) || !text.endsWith(last)) return false;
    let from = first.length;
    for (const part of inner) {
      const at = text.indexOf(part, from);
      if (at < 0) return false;
      from = at + part.length;
    }
    return from <= text.length - last.length;
  };
}

function compileCompare(op: CompareOperator, than: string): (text: string) => boolean {
  switch (op) {
    case '<':
      return (text) => compareCodePoints(text, than) < 0;
    case '<=':
      return (text) => compareCodePoints(text, than) <= 0;
    case '>':
      return (text) => compareCodePoints(text, than) > 0;
    case '>=':
      return (text) => compareCodePoints(text, than) >= 0;
  }
}

/** A test for numbers, instants and level ordinals held as doubles. */
export function compileNumberTest(intervals: readonly Interval[]): (value: number) => boolean {
  const [only] = intervals;
  if (only !== undefined && intervals.length === 1) return compileInterval(only);
  const tests = intervals.map(compileInterval);
  return (value) => tests.some((test) => test(value));
}

function compileInterval({ min, max, minOpen = false, maxOpen = false }: Interval): (value: number) => boolean {
  if (!minOpen && !maxOpen) return (value) => value >= min && value <= max;
  if (!minOpen) return (value) => value >= min && value < max;
  return maxOpen ? (value) => value > min && value < max : (value) => value > min && value <= max;
}

/** A test for values of every type; `type` is the field's, for which the test is made faster. Absent never fits. */
export function compileValueTest(test: ValueTest, type: FieldType = 'any'): (value: Value | undefined) => boolean {
  if (test.exists === true) return (value) => value !== undefined;
  const isNumber = compileNumberTest(test.number ?? []);
  const isExact = compileExactTest(test);
  const textTests = (test.text ?? []).map(compileTextTest);
  const [onlyText] = textTests;
  const isText =
    onlyText !== undefined && textTests.length === 1
      ? onlyText
      : (text: string) => textTests.some((fits) => fits(text));
  const isAny = (value: Value | undefined): boolean => {
    switch (typeof value) {
      case 'undefined':
        return false;
      case 'number':
        return isNumber(value);
      case 'string':
        return isText(value);
      case 'boolean':
        return value === test.boolean;
      default:
        return isExactNumber(value) ? isExact(value.exact) : isJsonText(value) && isText(value.json);
    }
  };
  switch (type) {
    case 'text':
      return (value) => (typeof value === 'string' ? isText(value) : isAny(value));
    case 'integer':
    case 'number':
    case 'instant':
    case 'level':
      return (value) => (typeof value === 'number' ? isNumber(value) : isAny(value));
    case 'boolean':
    case 'any':
      return isAny;
  }
}

/** A test for numbers that no double tells, by their decimal text. */
function compileExactTest({ exact, exactBound, number = [] }: ValueTest): (text: string) => boolean {
  if (exact !== undefined) return (text) => compareDecimals(text, exact) === 0;
  if (exactBound !== undefined) {
    const { op, than } = exactBound;
    return (text) => fitsOrder(op, compareDecimals(text, than));
  }
  // The bounds here are told by doubles, so their shortest text is exact.
  return (text) =>
    number.some(({ min, max, minOpen = false, maxOpen = false }) => {
      const aboveMin = min === -Infinity || fitsOrder(minOpen ? '>' : '>=', compareDecimals(text, String(min)));
      return aboveMin && (max === Infinity || fitsOrder(maxOpen ? '<' : '<=', compareDecimals(text, String(max))));
    });
}

function fitsOrder(op: CompareOperator, order: number): boolean {
  switch (op) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

/** A test for whole records. `typeOf` tells a field's type, where it is known, for speed alone. */
export function compilePredicate<R>(
  predicate: Predicate,
  access: RecordAccess<R>,
  typeOf: (field: string) => FieldType = () => 'any',
): (record: R) => boolean {
  switch (predicate.op) {
    case 'all':
      return () => true;
    case 'none':
      return () => false;
    case 'and': {
      const terms = predicate.terms.map((term) => compilePredicate(term, access, typeOf));
      return (record) => terms.every((term) => term(record));
    }
    case 'or': {
      const terms = predicate.terms.map((term) => compilePredicate(term, access, typeOf));
      return (record) => terms.some((term) => term(record));
    }
    case 'not': {
      const term = compilePredicate(predicate.term, access, typeOf);
      return (record) => !term(record);
    }
    case 'field': {
      const { field } = predicate;
      const fits = compileValueTest(predicate.test, typeOf(field));
      return (record) => fits(access.field(record, field));
    }
    case 'raw': {
      const fits = compileTextTest(predicate.test);
      return (record) => fits(access.raw(record));
    }
  }
}
