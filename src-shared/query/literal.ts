/**
 * How literals, field names and regular expressions are written in a filter, and read back.
 *
 * In quotes `\"`, `\\`, `\*`, `\n`, `\r` and `\t` are escapes and any other backslash is an error, so that a path
 * of Windows is never half understood. Unquoted, only `\*` and `\\` are escapes.
 */
import { isKeyword } from './keywords.ts';
import type { Literal } from './tree.ts';

const quotedEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['*', '*'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

const bareEscapes: ReadonlyMap<string, string> = new Map([
  ['\\', '\\'],
  ['*', '*'],
]);

/** The pieces of a literal, and the offset of the first backslash that escapes nothing. */
export interface ReadLiteral {
  readonly parts: readonly string[];
  readonly strayBackslash: number | undefined;
}

/** Reads what stands between the quotes. */
export const readQuoted = (content: string): ReadLiteral => readParts(content, quotedEscapes);

/** Reads an unquoted word or value; all its backslashes are fine. */
export const readBare = (word: string): readonly string[] => readParts(word, bareEscapes).parts;

function readParts(text: string, escapes: ReadonlyMap<string, string>): ReadLiteral {
  const parts: string[] = [];
  let part = '';
  let strayBackslash: number | undefined;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    if (sign === '*') {
      // `**` means no more than `*`.
      if (part !== '' || parts.length === 0) parts.push(part);
      part = '';
    } else if (sign === '\\') {
      const escaped = escapes.get(text.charAt(at + 1));
      if (escaped === undefined) strayBackslash ??= at;
      else at++;
      part += escaped ?? sign;
    } else {
      part += sign;
    }
  }
  return { parts: [...parts, part], strayBackslash };
}

/** Doubles the backslashes of a text that was meant without escapes, such as a path of Windows. */
export const doubleBackslashes = (content: string): string =>
  content.replace(/\\(["\\*])?/g, (all, escaped) => (escaped === undefined ? '\\\\' : all));

/** Words that need no quotes wherever they stand; wider in the grammar, but quotes read better from there on. */
const bareWord = /^[\p{L}\p{M}\p{N}_./@%+-]*$/u;

/** Writes a literal, in quotes where it needs them. */
export function printLiteral({ parts }: Literal): string {
  const bare = parts.join('*');
  if (bare !== '' && parts.every((part) => bareWord.test(part)) && !isKeyword(bare)) return bare;
  return `"${parts.map(escapeQuoted).join('*')}"`;
}

/** An unquoted text as a quoted literal that means the same. */
export const quoteBare = (text: string): string => `"${readBare(text).map(escapeQuoted).join('*')}"`;

/** A text as a quoted literal without wildcards. */
export const quote = (text: string): string => `"${escapeQuoted(text)}"`;

const escapeQuoted = (text: string): string =>
  text
    .replace(/["\\*]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');

const bareName = /^[\p{L}\p{M}\p{N}_.@/-]+$/u;

/** Writes a field name, in backquotes where it needs them. */
export function printFieldName(name: string): string {
  return bareName.test(name) && !isKeyword(name) ? name : `\`${name.replace(/[`\\]/g, '\\$&')}\``;
}

/** Reads what stands between backquotes: a backslash takes away the meaning of a backquote or backslash. */
export const readBackquoted = (content: string): string => content.replace(/\\([`\\])/g, '$1');

/** The source of a regular expression between slashes. */
export const readSlashed = (content: string): string =>
  content.replace(/\\([^])/g, (all, escaped) => (escaped === '/' ? '/' : all));

/** The source of a regular expression in quotes: only `\"` is an escape, all else belongs to the expression. */
export const readQuotedRegex = (content: string): string =>
  content.replace(/\\([^])|\n/g, (all, escaped) => {
    if (escaped === '"' || escaped === '/') return escaped;
    return all.endsWith('\n') ? '\\n' : all;
  });

/** Writes a regular expression between slashes. */
export const printRegex = ({ source, flags }: { readonly source: string; readonly flags: string }): string =>
  `/${source.replace(/\\[^]|[/\n]/g, printRegexSign)}/${flags}`;

function printRegexSign(sign: string): string {
  if (sign.endsWith('\n')) return '\\n';
  return sign === '/' ? '\\/' : sign;
}
