/** The door of the query language. */
export { isAnything, literal, plainText, topConditions } from './tree.ts';
export type {
  Clause,
  CompareClause,
  Condition,
  FieldName,
  FilterTree,
  Literal,
  MatchClause,
  MatchOperator,
  RegexClause,
  RegexLiteral,
  TextClause,
  ValueTree,
} from './tree.ts';
export type { CompareOperator, Interval, Predicate, TextTest, ValueTest } from './predicate.ts';
export { parseFilter, requireFilter, type ParsedFilter } from './parse.ts';
export type { FilterError } from './diagnose.ts';
export { printFilter } from './print.ts';
export { printFieldName, printLiteral, quote } from './literal.ts';
export { bindFilter, compileFilter, type BindContext, type Binding, type FilterWarning } from './bind.ts';
export { readTime, type TimeSpan } from './time-text.ts';
export {
  compileNumberTest,
  compilePredicate,
  compileTextTest,
  compileValueTest,
  type RecordAccess,
} from './evaluate.ts';
export { compareCodePoints, fold } from './fold.ts';
export { filterParser } from './parser.ts';
export { filterHighlighting } from './highlight.ts';
export {
  excludeValue,
  includeValue,
  instantText,
  valueClause,
  withClause,
  withoutClause,
  withoutTimeRange,
  withTimeRange,
  type BrushedRange,
} from './edit.ts';
export { completeFilter, type Completion, type CompletionOption, type KnownValues } from './completion.ts';
