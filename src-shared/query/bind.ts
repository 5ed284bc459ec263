/**
 * Binds a filter to a source: finds its fields, reads its values by their types, applies zone and "now", and makes
 * the predicate that workers run. What cannot be is an error with its place in the text and, where likely, the cure.
 */
import { EngineError, type TextRange } from '../errors.ts';
import { knownField, recordFields, type Field } from '../model/field.ts';
import { derivedField, derivedFrom } from '../model/derived.ts';
import { printFieldName, quoteBare } from './literal.ts';
import { nearestNames } from './nearest.ts';
import type { Predicate, TextTest, ValueTest } from './predicate.ts';
import { requireFilter } from './parse.ts';
import { compileRegex } from './regex.ts';
import { compareTest, containsTest, matchTest, regexTest } from './value-test.ts';
import { isAnything, type Clause, type FieldName, type FilterTree, type RegexLiteral, type ValueTree } from './tree.ts';

/** What a filter is bound to. */
export interface BindContext {
  /** Fields of the source; those of every record (`_line`, ...) are known anyway. */
  readonly fields: readonly Field[];
  /** More fields may appear (JSON, logfmt): an unknown one is a warning and matches nothing yet. */
  readonly open: boolean;
  /** Zone of times without an offset: IANA name, offset, UTC or local. */
  readonly zone: string;
  /** What `now` is, in ms since the epoch. */
  readonly now: number;
}

export interface FilterWarning extends TextRange {
  readonly message: string;
}

export interface Binding {
  readonly predicate: Predicate;
  readonly warnings: readonly FilterWarning[];
}

/** Throws `bad-filter` with the place in the filter's text, and with a suggestion where one is likely. */
export function bindFilter(tree: FilterTree, context: BindContext): Binding {
  const warnings: FilterWarning[] = [];
  const predicate = bindCondition(tree, context, warnings);
  return { predicate, warnings };
}

/** Parses and binds a filter. Throws `bad-filter`. */
export const compileFilter = (text: string, context: BindContext): Binding => bindFilter(requireFilter(text), context);

function bindCondition(tree: FilterTree, context: BindContext, warnings: FilterWarning[]): Predicate {
  switch (tree.kind) {
    case 'all':
      return { op: 'all' };
    case 'and':
    case 'or':
      return join(
        tree.kind,
        tree.terms.map((term) => bindCondition(term, context, warnings)),
      );
    case 'not':
      return negate(bindCondition(tree.term, context, warnings));
    case 'text':
      return isAnything(tree.value) ? { op: 'all' } : rawPredicate(containsTest(tree.value, true));
    case 'regex':
      if (tree.field === undefined) return rawPredicate(readRegex(tree.regex));
      return bindClause(tree, tree.field, context, warnings);
    case 'match':
    case 'compare':
      return bindClause(tree, tree.field, context, warnings);
  }
}

function bindClause(
  clause: Exclude<Clause, { kind: 'text' }>,
  name: FieldName,
  context: BindContext,
  warnings: FilterWarning[],
): Predicate {
  const field = findField(name, clause, context, warnings);
  const range = clause.range ?? name.range;
  switch (clause.kind) {
    case 'match':
      return bindMatch(field, clause.operator, clause.value, context);
    case 'compare':
      return fieldPredicate(field, compareTest(field, clause.operator, clause.value, { ...context, range }), context);
    case 'regex':
      return fieldPredicate(field, regexTest(field, readRegex(clause.regex), { ...context, range }), context);
  }
}

/** Spreads a group of values: `f : (a or not b)` is `f : a or not f : b`. */
function bindMatch(field: Field, operator: ':' | '=', value: ValueTree, context: BindContext): Predicate {
  switch (value.kind) {
    case 'and':
    case 'or':
      return join(
        value.kind,
        value.terms.map((term) => bindMatch(field, operator, term, context)),
      );
    case 'not':
      return negate(bindMatch(field, operator, value.term, context));
    case 'literal':
      return fieldPredicate(field, matchTest(field, operator, value, { ...context, range: value.range }), context);
  }
}

function fieldPredicate({ name }: Field, test: ValueTest, { fields, zone }: BindContext): Predicate {
  if (name !== '_raw') {
    const isOfClock = derivedField(name)?.from === 'time' && !fields.some((field) => field.name === name);
    return { op: 'field', field: name, test, ...(isOfClock ? { zone } : {}) };
  }
  // Every record has a raw text.
  if (test.exists === true) return { op: 'all' };
  return join('or', (test.text ?? []).map(rawPredicate));
}

const rawPredicate = (test: TextTest): Predicate =>
  test.kind === 'contains' && test.text === '' ? { op: 'all' } : { op: 'raw', test };

function join(op: 'and' | 'or', terms: readonly Predicate[]): Predicate {
  const [neutral, decisive] = op === 'and' ? (['all', 'none'] as const) : (['none', 'all'] as const);
  if (terms.some((term) => term.op === decisive)) return { op: decisive };
  const rest = terms.filter((term) => term.op !== neutral);
  const [only] = rest;
  if (only === undefined) return { op: neutral };
  return rest.length === 1 ? only : { op, terms: rest };
}

function negate(term: Predicate): Predicate {
  switch (term.op) {
    case 'all':
      return { op: 'none' };
    case 'none':
      return { op: 'all' };
    case 'not':
      return term.term;
    default:
      return { op: 'not', term };
  }
}

function readRegex({ source, flags, range }: RegexLiteral): TextTest {
  const compiled = compileRegex(source, flags);
  if (!(compiled instanceof RegExp)) throw new EngineError('bad-filter', compiled.problem, { range });
  return { kind: 'regex', source, flags };
}

function findField(name: FieldName, clause: Clause, context: BindContext, warnings: FilterWarning[]): Field {
  const { fields, open } = context;
  const found = [...fields, ...recordFields, ...derivedFrom(fields)].find((field) => field.name === name.name);
  if (found !== undefined) return found;
  const { message, range, suggestion } = unknownField(name, clause, context);
  if (!open) throw new EngineError('bad-filter', message, { range, suggestion });
  warnings.push({ message, from: range?.from ?? 0, to: range?.to ?? 0 });
  return knownField(name.name) ?? { name: name.name, type: 'any' };
}

interface UnknownField {
  readonly message: string;
  readonly range: TextRange | undefined;
  readonly suggestion: string | undefined;
}

/** Says which field was likely meant, or that text with a colon needs quotes. */
function unknownField({ name, range }: FieldName, clause: Clause, { fields, open }: BindContext): UnknownField {
  const names = [...fields, ...recordFields].map((field) => field.name);
  const near = nearestNames(name, names);
  const [nearest] = near;
  const missing = open ? `No record has a field "${name}" so far.` : `There is no field "${name}".`;
  if (nearest !== undefined) {
    const list = near.map((each) => `"${each}"`).join(' or ');
    return { message: `${missing} Did you mean ${list}?`, range, suggestion: printFieldName(nearest) };
  }
  const written = 'written' in clause ? clause.written : undefined;
  // "error: disk" and "a<b" were likely meant as text; "bytes > 5" and the well-known names were not.
  const isText =
    written !== undefined && (clause.kind === 'match' || !/\s/.test(written)) && knownField(name) === undefined;
  if (!isText || /["`]/.test(written)) return { message: missing, range, suggestion: undefined };
  const quoted = quoteBare(written);
  return {
    message: `${missing} To look for the text, put it in quotes: ${quoted}`,
    range: clause.range,
    suggestion: quoted,
  };
}
