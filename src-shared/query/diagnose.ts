/**
 * Turns what the parser could not fit into messages for people, each with its place and, where one is likely,
 * a text that would be right. Works on the tokens around each place; knows no fields.
 */
import type { Tree } from '@lezer/common';
import type { TextRange } from '../errors.ts';
import { doubleBackslashes, printFieldName, quote, quoteBare, readQuoted } from './literal.ts';

/** What is wrong with a filter; `suggestion` is a right replacement for the text at `range`. */
export interface FilterError {
  readonly message: string;
  readonly range: TextRange;
  readonly suggestion?: string;
}

interface Token extends TextRange {
  readonly name: string;
  readonly text: string;
}

/** A place with the tokens around it; `next` begins at the place, `before` ends there or earlier. */
interface Place {
  readonly text: string;
  readonly at: number;
  readonly before: Token | undefined;
  readonly next: Token | undefined;
  readonly tokens: readonly Token[];
}

/** Everything that is wrong with the form of a filter, in order of place, at most one error for each place. */
export function findErrors(text: string, syntax: Tree): readonly FilterError[] {
  const tokens: Token[] = [];
  const misfits = new Set<number>();
  syntax.iterate({
    enter: ({ name, type, from, to, node }) => {
      if (type.isError) misfits.add(skipSpace(text, from));
      else if (to > from && node.firstChild === null) tokens.push({ name, from, to, text: text.slice(from, to) });
    },
  });
  const found = tokens.flatMap((_, index) => tokenError(text, index, tokens) ?? []);
  for (const at of misfits) {
    const before = tokens.findLast((token) => token.to <= at);
    const next = tokens.find((token) => token.from === at);
    found.push(misfitError({ text, at, before, next, tokens }));
  }
  found.sort((a, b) => a.range.from - b.range.from || b.range.to - a.range.to);
  const kept: FilterError[] = [];
  for (const error of found) {
    const last = kept.at(-1);
    if (last === undefined || error.range.from > last.range.to) kept.push(error);
  }
  return kept;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charAt(at).trim() === '') at++;
  return at;
}

/** What is wrong with a token by itself or with what it touches. */
function tokenError(text: string, index: number, tokens: readonly Token[]): FilterError | undefined {
  const token = tokens[index];
  if (token === undefined) return undefined;
  const next = tokens[index + 1];
  const before = tokens[index - 1];
  const range = { from: token.from, to: token.to };
  switch (token.name) {
    case 'OpenQuoted':
      return { message: 'The quotes are not closed.', range, suggestion: `${closable(token.text)}"` };
    case 'OpenBackquoted':
      return { message: 'The backquotes are not closed.', range, suggestion: `${closable(token.text)}\`` };
    case 'OpenRegex':
      return { message: 'The regular expression has no closing slash.', range, suggestion: `${closable(token.text)}/` };
    case 'Word':
      if (token.text.endsWith('!') && next?.text === '=') return notEqualError(token, next, before, tokens[index + 2]);
      if (cLikeKeywords.has(token.text)) {
        const suggestion = cLikeKeywords.get(token.text);
        return { message: `Write "${suggestion}" for "${token.text}".`, range, suggestion };
      }
      break;
    case 'Value': {
      const time = /^\d{4}-\d\d-\d\d +\d\d?:\d\d\S*/.exec(text.slice(token.from));
      // `time : 2026-03-01 10:15` would look for a field named 10.
      if (time !== null && next?.name === 'Word' && /^\d{4}-\d\d-\d\d$/.test(token.text)) {
        const end = token.from + Math.min(time[0].length, chunkEnd(text, next.from) - token.from);
        const suggestion = quote(text.slice(token.from, end));
        return {
          message: 'A time with a space has to stand in quotes.',
          range: { from: token.from, to: end },
          suggestion,
        };
      }
      break;
    }
    case 'Quoted':
      // In `~ "..."` a backslash belongs to the regular expression.
      if (before?.name !== 'RegexOperator') {
        const content = token.text.slice(1, -1);
        const { strayBackslash } = readQuoted(content);
        if (strayBackslash !== undefined) return backslashError(token, content, strayBackslash);
      }
      break;
  }
  return next?.from === token.to ? touchError(text, token, next) : undefined;
}

/** Text, quotes and brackets that touch: `foo(bar)`, `a:b"c"`. */
function touchError(text: string, token: Token, next: Token): FilterError | undefined {
  if (next.name === '(' && /^(Word|Value)$/.test(token.name)) return needsQuotes(text, token.from, next.from);
  const isText = isTextual(token) && isTextual(next);
  const isAtBracket = (isTextual(token) && next.name === '(') || (token.name === ')' && isTextual(next));
  if (!isText && !isAtBracket) return undefined;
  return {
    message: 'A space is missing here.',
    range: { from: token.from, to: next.to },
    suggestion: `${token.text} ${next.text}`,
  };
}

const cLikeKeywords: ReadonlyMap<string, string> = new Map([
  ['&&', 'and'],
  ['||', 'or'],
  ['!', 'not'],
]);

const isTextual = ({ name }: Token): boolean => !/Operator|Keyword|[()]/.test(name);

/** An open text without a last backslash that would take away the closing sign's meaning. */
const closable = (text: string): string => ((/\\*$/.exec(text)?.[0].length ?? 0) % 2 === 1 ? `${text}\\` : text);

function backslashError(token: Token, content: string, at: number): FilterError {
  const from = token.from + 1 + at;
  return {
    message: `A backslash in quotes is written twice: ${token.text.slice(1 + at, 3 + at)} is none of \\" \\\\ \\* \\n \\r \\t.`,
    range: { from: token.from, to: Math.max(token.to, from) },
    suggestion: `"${doubleBackslashes(content)}"`,
  };
}

/** `status != 200` and `status!= 200`. */
function notEqualError(
  token: Token,
  operator: Token,
  before: Token | undefined,
  value: Token | undefined,
): FilterError {
  const message = 'There is no !=; write "not" before the condition.';
  const isApart = token.text === '!';
  const field = isApart ? before : token;
  const isWhole =
    field !== undefined &&
    /^(Word|Backquoted)$/.test(field.name) &&
    value !== undefined &&
    /^(Value|Quoted)$/.test(value.name);
  if (!isWhole) return { message, range: { from: token.from, to: operator.to } };
  const name = isApart ? field.text : field.text.slice(0, -1);
  return { message, range: { from: field.from, to: value.to }, suggestion: `not ${name} = ${value.text}` };
}

/** What is wrong at a place where the parser could not go on. */
function misfitError(place: Place): FilterError {
  const { text, at, before, next, tokens } = place;
  if (next?.name === 'MatchOperator' && before?.name === 'Quoted') {
    const suggestion = printFieldName(readQuoted(before.text.slice(1, -1)).parts.join('*'));
    return { message: 'The name of a field stands in backquotes, not in quotes.', range: rangeOf(before), suggestion };
  }
  if (at < text.length && (next === undefined || next.name.endsWith('Operator'))) return straySignError(place);
  if (before === undefined || before.name === '(') {
    if (next?.name === ')')
      return { message: 'Nothing stands in the brackets.', range: { from: before?.from ?? at, to: next.to } };
    if (next !== undefined) return { message: `A condition is missing before "${next.text}".`, range: rangeOf(next) };
    return { message: 'A condition is missing after "(".', range: { from: before?.from ?? at, to: at } };
  }
  switch (before.name) {
    case 'Keyword':
      return { message: `A condition is missing after "${before.text}".`, range: rangeOf(before) };
    case 'MatchOperator':
      return {
        message: `A value is missing after "${before.text}"${next?.name === 'Keyword' ? `; quotes make a value of "${next.text}"` : ''}.`,
        range: rangeOf(before),
      };
    case 'CompareOperator':
      return {
        message: `${next?.name === '(' ? 'One value, without brackets, has to stand' : 'A value is missing'} after "${before.text}".`,
        range: rangeOf(before),
      };
    case 'RegexOperator':
      return missingRegexError(place, before);
    case 'Backquoted':
      return {
        message: `An operator is missing after ${before.text}: one of : = ~ < <= > >=.`,
        range: rangeOf(before),
      };
  }
  if (next?.name === ')') return { message: 'This bracket closes nothing.', range: rangeOf(next), suggestion: '' };
  const open = firstOpenBracket(tokens);
  if (at === text.length && open !== undefined) {
    return {
      message: 'The bracket is not closed.',
      range: { from: open.from, to: at },
      suggestion: `${text.slice(open.from, at)})`,
    };
  }
  const range = next === undefined ? { from: at, to: at } : rangeOf(next);
  return { message: 'This does not fit here.', range };
}

const rangeOf = ({ from, to }: Token): TextRange => ({ from, to });

function missingRegexError({ text, at, next }: Place, operator: Token): FilterError {
  const message = 'A regular expression stands between slashes or in quotes after "~".';
  if (next === undefined || !/^(Word|Value)$/.test(next.name)) return { message, range: rangeOf(operator) };
  const to = chunkEnd(text, at);
  return { message, range: { from: at, to }, suggestion: `/${text.slice(at, to).replaceAll('/', '\\/')}/` };
}

function firstOpenBracket(tokens: readonly Token[]): Token | undefined {
  const open: Token[] = [];
  for (const token of tokens) {
    if (token.name === '(') open.push(token);
    else if (token.name === ')') open.pop();
  }
  return open.at(-1);
}

/** Operators of other languages. */
const foreignOperators: ReadonlyMap<string, string> = new Map([
  ['==', '='],
  ['===', '='],
  ['=~', '~'],
  ['~=', '~'],
  ['=>', '>='],
  ['=<', '<='],
  [':=', '='],
  [':>', '>'],
  [':>=', '>='],
  [':<', '<'],
  [':<=', '<='],
]);

/** A sign that no token begins with here: an operator of another language, or text that needs quotes. */
function straySignError(place: Place): FilterError {
  const { text, at, before } = place;
  if (before?.name.endsWith('Operator') && before.to === at) {
    const signs = /^[:=<>~]+/.exec(text.slice(before.from))?.[0] ?? '';
    const suggestion = foreignOperators.get(signs);
    if (suggestion !== undefined) {
      const range = { from: before.from, to: before.from + signs.length };
      return { message: `"${signs}" is no operator; write "${suggestion}".`, range, suggestion };
    }
  }
  const luceneRange = luceneRangeError(place);
  if (luceneRange !== undefined) return luceneRange;
  const single = /^'([^']*)'/.exec(text.slice(at));
  if (single !== null) {
    const range = { from: at, to: at + single[0].length };
    return { message: 'Quotes are double quotes.', range, suggestion: quote(single[1] ?? '') };
  }
  const from = before !== undefined && before.to === at && /^(Word|Value)$/.test(before.name) ? before.from : at;
  return needsQuotes(text, from, at);
}

/** Text from `from` on that has a sign at `at` which only quoted text may have. */
function needsQuotes(text: string, from: number, at: number): FilterError {
  const range = { from, to: Math.max(chunkEnd(text, from), at + 1) };
  const suggestion = quoteBare(text.slice(range.from, range.to));
  return { message: `Text with "${text.charAt(at)}" has to stand in quotes.`, range, suggestion };
}

/** Lucene's `status : [400 TO 499]`, of which braces leave out the ends. */
function luceneRangeError({ text, at, before, tokens }: Place): FilterError | undefined {
  const field = tokens.findLast((token) => token.to <= (before?.from ?? 0));
  const match = /^([[{])(\S+)\s+TO\s+([^\s\]}]+)([\]}])/.exec(text.slice(at));
  if (match === null || field === undefined || before?.name !== 'MatchOperator') return undefined;
  const [all, begin, low, high, end] = match;
  const bounds = [
    ...(low === '*' ? [] : [`${field.text} ${begin === '[' ? '>=' : '>'} ${low}`]),
    ...(high === '*' ? [] : [`${field.text} ${end === ']' ? '<=' : '<'} ${high}`]),
  ];
  const suggestion = bounds.length === 0 ? `${field.text} : *` : bounds.join(' and ');
  return { message: 'A range is two comparisons.', range: { from: field.from, to: at + all.length }, suggestion };
}

/** Where the run of text without spaces, quotes and foreign closing brackets ends. */
function chunkEnd(text: string, from: number): number {
  let depth = 0;
  let at = from;
  for (; at < text.length; at++) {
    const sign = text.charAt(at);
    if (sign === '"' || sign.trim() === '') break;
    if (sign === '(') depth++;
    if (sign === ')' && --depth < 0) break;
  }
  return at;
}
