/**
 * JSON spread over lines, without parsing it into values: numbers beyond 2^53, duplicate keys and the order of keys
 * stay as they stand in the log. Pure.
 */

/** A piece of pretty JSON and what it is, for colours. */
export interface JsonToken {
  readonly kind: 'key' | 'string' | 'number' | 'word' | 'sign' | 'space';
  readonly text: string;
}

/** Longer and the page would stall; the raw text is there anyway. */
const longest = 200_000;

/** The JSON that a record is or ends with; undefined when there is none. */
export function jsonIn(raw: string): string | undefined {
  const start = raw.search(/[{[]/);
  if (start < 0 || raw.length > longest) return undefined;
  const text = raw.slice(start).trimEnd();
  return isJson(text) ? text : undefined;
}

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}

const piece = /\s+|"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|[{}[\]:,]|[a-z]+/g;

/** `text` must be valid JSON. */
export function prettyJson(text: string): readonly JsonToken[] {
  const tokens: JsonToken[] = [];
  const pieces = (text.match(piece) ?? []).filter((each) => each.trim() !== '');
  let depth = 0;
  const breakLine = (): void => void tokens.push({ kind: 'space', text: `\n${'  '.repeat(depth)}` });
  pieces.forEach((each, at) => {
    const next = pieces[at + 1];
    const isEmpty = (each === '{' && next === '}') || (each === '[' && next === ']');
    const closesEmpty = (each === '}' && pieces[at - 1] === '{') || (each === ']' && pieces[at - 1] === '[');
    if ((each === '}' || each === ']') && !closesEmpty) {
      depth -= 1;
      breakLine();
    }
    tokens.push({ kind: kindOf(each, next), text: each });
    if ((each === '{' || each === '[') && !isEmpty) {
      depth += 1;
      breakLine();
    } else if (each === ',') breakLine();
    else if (each === ':') tokens.push({ kind: 'space', text: ' ' });
  });
  return tokens;
}

function kindOf(text: string, next: string | undefined): JsonToken['kind'] {
  if (text.startsWith('"')) return next === ':' ? 'key' : 'string';
  if (/^[-\d]/.test(text)) return 'number';
  return /^[a-z]/.test(text) ? 'word' : 'sign';
}
