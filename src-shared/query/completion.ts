/**
 * What may stand at a place in a filter, as facts for a completion list: field names, operators, values, keywords.
 * A placeholder is parsed at the place; the node it ends up in says what is being written there.
 */
import type { SyntaxNode } from '@lezer/common';
import { recordFields, type Field } from '../model/field.ts';
import { levels } from '../model/level.ts';
import { printFieldName, printLiteral, quote, readBackquoted } from './literal.ts';
import { filterParser } from './parser.ts';
import { literal } from './tree.ts';

export interface CompletionOption {
  /** The text to put in the place of [from, to). */
  readonly label: string;
  readonly kind: 'field' | 'operator' | 'value' | 'keyword';
  readonly detail?: string;
}

export interface Completion {
  /** What the options replace: from the begin of the word that is being written up to the position. */
  readonly from: number;
  readonly to: number;
  readonly options: readonly CompletionOption[];
  /** Set where a value is being written: whoever knows the values of the field can add to the options. */
  readonly value?: { readonly field: string; readonly typed: string; readonly isQuoted: boolean };
}

/** Values of a field known without asking the engine; most likely first. */
export type KnownValues = (field: Field) => readonly string[];

/** A sign of the private use area: part of any word, quotes or regular expression, and typed by nobody. */
const placeholder = '\ue000';

/** The completions at a position of a text. */
export function completeFilter(
  text: string,
  position: number,
  fields: readonly Field[],
  knownValues: KnownValues = () => [],
): Completion {
  const before = text.slice(0, position);
  const syntax = filterParser.parse(before + placeholder);
  const node = syntax.resolveInner(position + placeholder.length, -1);
  const nothing = { from: position, to: position, options: [] };
  const previous = lastLeafBefore(syntax.topNode, node.from);
  if (previous?.name === 'RegexOperator') return nothing;
  const place: Place = { before, position, node, previous, fields: [...fields, ...recordFields] };
  // An editor that closes quotes has put one behind the cursor already.
  const closing = (sign: string): number => (text.charAt(position) === sign ? position + 1 : position);
  switch (node.name) {
    case 'Word':
      return { from: node.from, to: position, options: conditionOptions(place) };
    case 'OpenBackquoted': {
      const options = fieldOptions(place.fields, readBackquoted(before.slice(node.from + 1)));
      return { from: node.from, to: closing('`'), options };
    }
    case 'Value':
      return valueCompletion(place, position, knownValues) ?? nothing;
    case 'OpenQuoted':
      return valueCompletion(place, closing('"'), knownValues) ?? nothing;
    default:
      return nothing;
  }
}

interface Place {
  /** The text up to the position. */
  readonly before: string;
  readonly position: number;
  /** The token with the placeholder, and the one before it. */
  readonly node: SyntaxNode;
  readonly previous: SyntaxNode | undefined;
  readonly fields: readonly Field[];
}

function lastLeafBefore(top: SyntaxNode, position: number): SyntaxNode | undefined {
  let found: SyntaxNode | undefined;
  top.cursor().iterate((node) => {
    if (node.to <= position && node.to > node.from && node.node.firstChild === null) found = node.node;
  });
  return found;
}

/** Where a condition begins, or goes on after a field's name. */
function conditionOptions({ before, position, node, previous, fields }: Place): readonly CompletionOption[] {
  const typed = before.slice(node.from, position);
  const isAfterCondition = previous !== undefined && previous.name !== 'Keyword' && previous.name !== '(';
  const operators = typed === '' && previous !== undefined ? operatorOptions(fieldAt(before, previous, fields)) : [];
  return [...operators, ...keywordOptions(typed, isAfterCondition), ...fieldOptions(fields, typed)];
}

function keywordOptions(typed: string, isAfterCondition: boolean): readonly CompletionOption[] {
  const words = isAfterCondition ? ['and', 'or', 'not'] : ['not'];
  return words
    .filter((word) => word.startsWith(typed.toLowerCase()))
    .map((word): CompletionOption => ({ label: word, kind: 'keyword' }));
}

const fieldOptions = (fields: readonly Field[], typed: string): readonly CompletionOption[] =>
  bestFirst(fields, typed, ({ name }) => name).map(({ name, type, unit }) => ({
    label: printFieldName(name),
    kind: 'field',
    detail: unit === undefined ? typeDetails[type] : `${typeDetails[type]}, ${unit}`,
  }));

const typeDetails = {
  text: 'text',
  integer: 'number',
  number: 'number',
  instant: 'time',
  level: 'level',
  boolean: 'true or false',
  any: 'mixed',
} as const;

function fieldAt(before: string, node: SyntaxNode, fields: readonly Field[]): Field | undefined {
  const text = before.slice(node.from, node.to);
  const name = text.startsWith('`') ? readBackquoted(text.slice(1, -1)) : text;
  return node.name === 'Word' || node.name === 'Backquoted' ? fields.find((field) => field.name === name) : undefined;
}

const operatorDetails = {
  ':': 'is, ignoring case',
  '=': 'is exactly',
  '~': 'matches a regular expression',
  '>=': 'at least',
  '<=': 'at most',
  '>': 'more than',
  '<': 'less than',
} as const;

function operatorOptions(field: Field | undefined): readonly CompletionOption[] {
  if (field === undefined) return [];
  const byType: Readonly<Record<Field['type'], readonly (keyof typeof operatorDetails)[]>> = {
    text: [':', '=', '~', '>=', '<=', '>', '<'],
    integer: [':', '>=', '<=', '>', '<'],
    number: [':', '>=', '<=', '>', '<'],
    instant: ['>=', '<', ':', '<=', '>'],
    level: [':', '>=', '<=', '>', '<', '~'],
    boolean: [':'],
    any: [':', '=', '~', '>=', '<=', '>', '<'],
  };
  return byType[field.type].map((label) => ({ label, kind: 'operator', detail: operatorDetails[label] }));
}

/** Values for the condition that the node stands in; undefined in free text. */
function valueCompletion(place: Place, to: number, knownValues: KnownValues): Completion | undefined {
  const { before, position, node, previous, fields } = place;
  const clause = clauseAround(node);
  const nameNode = clause?.getChild('Field')?.firstChild;
  if (clause === undefined || nameNode === null || nameNode === undefined) return undefined;
  const isQuoted = node.name === 'OpenQuoted';
  const typed = before.slice(node.from + (isQuoted ? 1 : 0), position);
  const name = fieldNameOf(before, nameNode);
  const field = fields.find((each) => each.name === name) ?? { name, type: 'any' };
  const values = bestFirst(
    [...new Set([...knownValues(field), ...usualValues(field, clause.name)])],
    typed,
    (text) => text,
  );
  const options = values.map((text): CompletionOption => {
    const label = text === '*' ? '*' : isQuoted ? quote(text) : text.endsWith('*') ? text : printLiteral(literal(text));
    return text === '*' ? { label, kind: 'value', detail: 'has a value' } : { label, kind: 'value' };
  });
  const isInGroup = node.parent?.name !== clause.name && !isQuoted;
  const isAfterValue = previous !== undefined && /^(Value|Quoted|\))$/.test(previous.name);
  const keywords = isInGroup ? keywordOptions(typed, isAfterValue) : [];
  return { from: node.from, to, options: [...options, ...keywords], value: { field: name, typed, isQuoted } };
}

function clauseAround(node: SyntaxNode): SyntaxNode | undefined {
  for (let at = node.parent; at !== null; at = at.parent) {
    if (at.name === 'Match' || at.name === 'Compare') return at;
  }
  return undefined;
}

function fieldNameOf(before: string, node: SyntaxNode): string {
  const text = before.slice(node.from, node.to);
  return node.name === 'Backquoted' ? readBackquoted(text.slice(1, -1)) : text;
}

/** Values that a field usually has, by its type or name. */
function usualValues(field: Field, clause: string): readonly string[] {
  const isMatch = clause === 'Match';
  const anything = isMatch ? ['*'] : [];
  switch (field.type) {
    case 'level':
      return [...levels, ...anything];
    case 'boolean':
      return ['true', 'false', ...anything];
    case 'instant':
      return isMatch ? anything : ['now-5m', 'now-15m', 'now-1h', 'now-6h', 'now-1d', 'now-7d'];
    case 'integer':
    case 'number':
      if (field.name === 'status') return isMatch ? ['5*', '4*', '3*', '2*', '404', '500', '*'] : ['500', '400', '300'];
      return anything;
    case 'text':
    case 'any':
      if (field.name === 'method') return ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', ...anything];
      return anything;
  }
}

/** What contains the typed text ignoring case, what begins with it first. */
function bestFirst<T>(all: readonly T[], typed: string, textOf: (each: T) => string): readonly T[] {
  const wanted = typed.toLowerCase();
  const fits = all.filter((each) => textOf(each).toLowerCase().includes(wanted));
  const begins = (each: T): boolean => textOf(each).toLowerCase().startsWith(wanted);
  return [...fits.filter(begins), ...fits.filter((each) => !begins(each))];
}
