/**
 * One condition on one field as a test for its values, by the field's type. Fields of mixed types get a test for
 * each type that the value can be read as.
 */
import { EngineError, type TextRange } from '../errors.ts';
import type { Field } from '../model/field.ts';
import { levelFromWord, levels } from '../model/level.ts';
import { isCidr } from './address.ts';
import { compileTextTest } from './evaluate.ts';
import { printFieldName, printLiteral } from './literal.ts';
import { nearestNames } from './nearest.ts';
import { compareInterval, numberCompares, numberEquals, numberExamples, numberStartsWith } from './number-text.ts';
import type { CompareOperator, Interval, TextTest, ValueTest } from './predicate.ts';
import { isRelativeTime, readTime, timeExamples, type TimeSpan } from './time-text.ts';
import { isAnything, plainText, type Literal, type MatchOperator } from './tree.ts';

/** Where times are read, and the clause that messages point to. */
export interface TestContext {
  readonly zone: string;
  readonly now: number;
  readonly range: TextRange | undefined;
}

/** True for fields of which `:` looks for a part, not the whole. */
export const isSearched = ({ name }: Field): boolean => name === 'message' || name === 'exception' || name === '_raw';

/** The test for texts that contain a literal, of which wildcards may be part. */
export function containsTest({ parts }: Literal, fold: boolean): TextTest {
  const pieces = parts.filter((part) => part !== '');
  const [only = ''] = pieces;
  if (pieces.length <= 1) return { kind: 'contains', text: only, fold };
  return { kind: 'wildcard', parts: pieces, fold, within: true };
}

/** `field : value` and `field = value`. Throws `bad-filter`. */
export function matchTest(field: Field, operator: MatchOperator, value: Literal, context: TestContext): ValueTest {
  if (isAnything(value)) return { exists: true };
  switch (field.type) {
    case 'text':
      return { text: textTests(field, operator, value) };
    case 'integer':
    case 'number':
      return numberTest(field, value) ?? wrongNumber(field, value, context);
    case 'instant':
      return { number: [timeMatches(field, value, context)] };
    case 'level':
      return { number: levelMatches(value, context) };
    case 'boolean':
      return { boolean: booleanOf(value) ?? wrongBoolean(field, value, context) };
    case 'any':
      return withBoolean({ ...numberTest(field, value), text: textTests(field, operator, value) }, booleanOf(value));
  }
}

/** `field < value` and its like. Throws `bad-filter`. */
export function compareTest(field: Field, op: CompareOperator, value: Literal, context: TestContext): ValueTest {
  const text = plainText(value) ?? value.parts.join('*');
  const textTest: TextTest = { kind: 'compare', op, text };
  switch (field.type) {
    case 'text':
      return { text: [textTest] };
    case 'integer':
    case 'number':
      return numberCompares(op, text, field.unit) ?? wrongNumber(field, value, context);
    case 'instant': {
      const { from, to } = requireTime(field, value, context);
      // After a day begins the next one; `<=` a day takes the whole day in.
      const edge = op === '<' || op === '>=' ? from : to;
      return { number: [compareInterval(op.startsWith('<') ? '<' : '>=', edge)] };
    }
    case 'level': {
      const ordinal = levelFromWord(text);
      if (ordinal === undefined) throw wrongLevel(value, context);
      return { number: [compareInterval(op, ordinal)] };
    }
    case 'boolean':
      throw new EngineError(
        'bad-filter',
        `"${field.name}" is true or false, which have no order.`,
        rangeDetail(context),
      );
    case 'any':
      return { ...numberCompares(op, text, field.unit), text: [textTest] };
  }
}

/** `field ~ /regex/`; levels are tested by their names. Throws `bad-filter`. */
export function regexTest(field: Field, regex: TextTest, context: TestContext): ValueTest {
  switch (field.type) {
    case 'text':
    case 'any':
      return { text: [regex] };
    case 'level':
      return { number: levelsThat(compileTextTest(regex)) };
    case 'integer':
    case 'number':
    case 'instant':
    case 'boolean':
      throw new EngineError(
        'bad-filter',
        `A regular expression tests texts, and "${field.name}" holds ${typeNames[field.type]}.`,
        rangeDetail(context),
      );
  }
}

const typeNames = { integer: 'numbers', number: 'numbers', instant: 'times', boolean: 'true or false' } as const;

function textTests(field: Field, operator: MatchOperator, value: Literal): readonly TextTest[] {
  const fold = operator === ':';
  if (fold && isSearched(field)) return [containsTest(value, true)];
  const text = plainText(value);
  if (text === undefined) return [wildcardTest(value, fold)];
  const equals: TextTest = { kind: 'equals', text, fold };
  return fold && isCidr(text) ? [equals, { kind: 'cidr', prefix: text }] : [equals];
}

function wildcardTest(value: Literal, fold: boolean): TextTest {
  const { parts } = value;
  const isOpen = parts[0] === '' && parts.at(-1) === '';
  return isOpen && parts.length === 3 ? containsTest(value, fold) : { kind: 'wildcard', parts, fold, within: false };
}

function numberTest(field: Field, value: Literal): ValueTest | undefined {
  const text = plainText(value);
  if (text !== undefined) return numberEquals(text, field.unit);
  const [prefix = '', rest] = value.parts;
  return value.parts.length === 2 && rest === '' ? numberStartsWith(prefix) : undefined;
}

function wrongNumber(field: Field, value: Literal, context: TestContext): never {
  const text = value.parts.join('*');
  // People write classes of status as 5xx.
  const suggestion = /^[1-9]xx$/i.test(text) ? `${text.charAt(0)}*` : undefined;
  const message =
    plainText(value) === undefined
      ? `"${field.name}" holds numbers, of which only the begin can be given: 5*.`
      : `"${field.name}" holds numbers, and "${text}" is none.${numberExamples(field.unit)}`;
  throw new EngineError('bad-filter', message, { range: value.range ?? context.range, suggestion });
}

function booleanOf(value: Literal): boolean | undefined {
  const text = plainText(value)?.toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

const withBoolean = (test: ValueTest, boolean: boolean | undefined): ValueTest =>
  boolean === undefined ? test : { ...test, boolean };

function wrongBoolean(field: Field, value: Literal, context: TestContext): never {
  throw new EngineError('bad-filter', `"${field.name}" is true or false.`, { range: value.range ?? context.range });
}

function timeMatches(field: Field, value: Literal, context: TestContext): Interval {
  const { from, to } = requireTime(field, value, context);
  const text = plainText(value) ?? '';
  if (!isRelativeTime(text)) return { min: from, max: to, maxOpen: true };
  throw new EngineError('bad-filter', `"${text}" is a point in time; write ${printFieldName(field.name)} >= ${text}.`, {
    range: value.range ?? context.range,
  });
}

function requireTime(field: Field, value: Literal, { zone, now, range }: TestContext): TimeSpan {
  const text = plainText(value);
  const span = text === undefined ? undefined : readTime(text, zone, now);
  if (span !== undefined) return span;
  const [begin = '', end] = value.parts;
  const isPrefix = end === '' && value.parts.length === 2;
  // "2026-03-*": the month alone says that.
  const shorter = isPrefix ? begin.replace(/[-:.T ]+$/, '') : '';
  throw new EngineError(
    'bad-filter',
    `"${field.name}" holds times, and "${value.parts.join('*')}" is none. Write ${timeExamples}.`,
    {
      range: value.range ?? range,
      suggestion:
        readTime(shorter, zone, now) === undefined ? undefined : printLiteral({ kind: 'literal', parts: [shorter] }),
    },
  );
}

function levelMatches(value: Literal, context: TestContext): readonly Interval[] {
  const text = plainText(value);
  if (text === undefined) return levelsThat(compileTextTest(wildcardTest(value, true)));
  const ordinal = levelFromWord(text);
  if (ordinal === undefined) throw wrongLevel(value, context);
  return [{ min: ordinal, max: ordinal }];
}

const levelsThat = (fits: (level: string) => boolean): readonly Interval[] =>
  levels.flatMap((level, ordinal) => (fits(level) ? [{ min: ordinal, max: ordinal }] : []));

function wrongLevel(value: Literal, { range }: TestContext): EngineError {
  const text = value.parts.join('*');
  return new EngineError('bad-filter', `"${text}" is no level. Levels are ${levels.join(', ')}.`, {
    range: value.range ?? range,
    suggestion: nearestNames(text, [...levels, 'warning', 'information', 'critical', 'severe'])[0],
  });
}

const rangeDetail = ({ range }: TestContext): { readonly range?: TextRange } => (range === undefined ? {} : { range });
