/** Tells keywords, in any case, from words and values; called by the generated parser for every such token. */
import { valueAnd, valueNot, valueOr, wordAnd, wordNot, wordOr } from './grammar.terms.ts';

const wordTerms: ReadonlyMap<string, number> = new Map([
  ['and', wordAnd],
  ['or', wordOr],
  ['not', wordNot],
]);

const valueTerms: ReadonlyMap<string, number> = new Map([
  ['and', valueAnd],
  ['or', valueOr],
  ['not', valueNot],
]);

/** True for `and`, `or` and `not` in any case: as text or values they have to be quoted. */
export const isKeyword = (text: string): boolean => wordTerms.has(text.toLowerCase());

/** The term of a keyword where a condition may begin; -1 when the text is none. */
export const wordKeyword = (text: string, _stack?: unknown): number => wordTerms.get(text.toLowerCase()) ?? -1;

/** The term of a keyword where a value may stand; -1 when the text is none. */
export const valueKeyword = (text: string, _stack?: unknown): number => valueTerms.get(text.toLowerCase()) ?? -1;
