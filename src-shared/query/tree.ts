/**
 * A filter as a tree: what parseFilter makes of a text and printFilter writes. Plain data, no names resolved.
 * `and` and `or` have two terms or more; `all` (the empty filter) stands only at the root. Ranges tell where a
 * node stands in the text it came from, brackets included; trees made by the program have none, nor `written`.
 */
import type { TextRange } from '../errors.ts';
import type { CompareOperator } from './predicate.ts';

/** Text with wildcards: the pieces around each `*`. One piece has no wildcard; ['', ''] is a lone `*`. */
export interface Literal {
  readonly kind: 'literal';
  readonly parts: readonly string[];
  readonly range?: TextRange;
}

export interface FieldName {
  readonly name: string;
  readonly range?: TextRange;
}

/** As RegExp takes it; slashes in `source` are not escaped. */
export interface RegexLiteral {
  readonly source: string;
  readonly flags: string;
  readonly range?: TextRange;
}

/** `:` ignores case, `=` heeds it. */
export type MatchOperator = ':' | '=';

/** The values a field is matched with: one, or several in brackets. */
export type ValueTree =
  | Literal
  | { readonly kind: 'and' | 'or'; readonly terms: readonly ValueTree[]; readonly range?: TextRange }
  | { readonly kind: 'not'; readonly term: ValueTree; readonly range?: TextRange };

export interface MatchClause {
  readonly kind: 'match';
  readonly field: FieldName;
  readonly operator: MatchOperator;
  readonly value: ValueTree;
  /** The clause's text, to offer it in quotes where it was meant as text. */
  readonly written?: string;
  readonly range?: TextRange;
}

export interface CompareClause {
  readonly kind: 'compare';
  readonly field: FieldName;
  readonly operator: CompareOperator;
  /** Has no wildcard. */
  readonly value: Literal;
  readonly written?: string;
  readonly range?: TextRange;
}

export interface RegexClause {
  readonly kind: 'regex';
  /** Absent: the raw record. */
  readonly field?: FieldName;
  readonly regex: RegexLiteral;
  readonly written?: string;
  readonly range?: TextRange;
}

/** The raw record contains it. */
export interface TextClause {
  readonly kind: 'text';
  readonly value: Literal;
  readonly range?: TextRange;
}

export type Clause = MatchClause | CompareClause | RegexClause | TextClause;

export type Condition =
  | Clause
  | { readonly kind: 'and' | 'or'; readonly terms: readonly Condition[]; readonly range?: TextRange }
  | { readonly kind: 'not'; readonly term: Condition; readonly range?: TextRange };

export type FilterTree = Condition | { readonly kind: 'all'; readonly range?: TextRange };

/** A literal without wildcards. */
export const literal = (text: string): Literal => ({ kind: 'literal', parts: [text] });

/** True for a lone `*`: has any value. */
export const isAnything = ({ parts }: Literal): boolean => parts.length > 1 && parts.every((part) => part === '');

/** The text of a literal without wildcards; undefined when it has one. */
export const plainText = ({ parts }: Literal): string | undefined => (parts.length === 1 ? parts[0] : undefined);

/** The conditions that a filter joins with `and` at its top level; what chips and clicks work on. */
export function topConditions(tree: FilterTree): readonly Condition[] {
  if (tree.kind === 'all') return [];
  return tree.kind === 'and' ? tree.terms : [tree];
}
