/**
 * What a line of an access log is made of, for detection alone: which values stand before the time, and how the
 * values after it are written. Works on strings and is slow; the lines themselves are read by layout-parser.ts.
 */
import { TimeReader, type TimeLayout } from './timestamp.ts';

/** `client ident user`, a virtual host before it, or a list of addresses (X-Forwarded-For) instead of the client. */
export type Lead = 'client' | 'vhost' | 'forwarded';

export interface TailValue {
  /** Bare, `"..."` or `[...]`. */
  readonly written: 'bare' | 'quoted' | 'bracketed';
  /** Of `key=value` and `key="value"`. */
  readonly key: string | undefined;
  readonly text: string;
}

export interface AccessShape {
  readonly lead: Lead;
  readonly time: TimeLayout;
  /** Everything after the time, the request first. */
  readonly tail: readonly TailValue[];
  /** Equal for lines that one layout fits. */
  readonly signature: string;
}

const timeLayouts: readonly TimeLayout[] = [
  { kind: 'dated', spaced: true },
  { kind: 'iso', spaced: true },
];

/** Reads the shapes of lines; keeps what it needs from one to the next. */
export class AccessShapes {
  private readonly readers = timeLayouts.map((layout) => ({ layout, reader: new TimeReader(layout, 'UTC') }));
  private readonly known = new Map<string, TimeLayout>();

  /** The shape of a line (bytes as latin1), or undefined when it is none of an access log. */
  read(line: string): AccessShape | undefined {
    const trimmed = line.trimEnd();
    for (let at = trimmed.indexOf(' ['); at >= 0; at = trimmed.indexOf(' [', at + 1)) {
      const close = trimmed.indexOf('] "', at);
      if (close < 0) return undefined;
      const time = this.timeLayoutOf(trimmed.slice(at + 2, close));
      const lead = time && leadOf(trimmed.slice(0, at).split(' '));
      if (time === undefined || lead === undefined) continue;
      const tail = splitTail(trimmed, close + 2);
      if (tail === undefined) return undefined;
      let signature = `${lead} ${time.kind}`;
      for (const { written, key } of tail) signature += key === undefined ? ` ${written}` : ` ${key}=${written}`;
      return { lead, time, tail, signature };
    }
    return undefined;
  }

  /** A time that differs from one before in its digits only is taken to have the same layout. */
  private timeLayoutOf(text: string): TimeLayout | undefined {
    const written = text.replace(/\d/g, '0');
    const known = this.known.get(written);
    if (known !== undefined) return known;
    const bytes = Buffer.from(text, 'latin1');
    const found = this.readers.find(({ reader }) => reader.readAll(bytes, 0, bytes.length))?.layout;
    if (found !== undefined) this.known.set(written, found);
    return found;
  }
}

/** More values than any access log has. */
const mostValues = 64;

function leadOf(values: readonly string[]): Lead | undefined {
  const [first = '', second, third] = values;
  if (first === '' || values.length < 3) return undefined;
  if (/^[0-9a-f.:]+,$/i.test(first)) return values.at(-2) === '-' ? 'forwarded' : undefined;
  // A name of a user may hold spaces; the user of the protocol before it (ident) is hardly ever there.
  if (values.length === 3 || second === '-') return 'client';
  return values.length === 4 || third === '-' ? 'vhost' : undefined;
}

/** Values from `from` on, one space between two of them; undefined when a quote is left open. */
function splitTail(line: string, from: number): readonly TailValue[] | undefined {
  const values: TailValue[] = [];
  let at = from;
  while (at < line.length) {
    if (values.length === mostValues) return undefined;
    const key = isLetter(line.charCodeAt(at)) ? keyAt(line, at) : undefined;
    if (key !== undefined) at += key.length + 1;
    const quoted = line[at] === '"' ? quotedEnd(line, at + 1) : undefined;
    if (quoted !== undefined && quoted < 0) return undefined;
    const bracket = line[at] === '[' ? line.indexOf(']', at) : -1;
    if (quoted !== undefined) {
      values.push({ written: 'quoted', key, text: line.slice(at + 1, quoted) });
      at = quoted + 1;
    } else if (bracket >= 0 && (bracket + 1 === line.length || line[bracket + 1] === ' ')) {
      values.push({ written: 'bracketed', key, text: line.slice(at + 1, bracket) });
      at = bracket + 1;
    } else {
      const space = line.indexOf(' ', at);
      const end = space < 0 ? line.length : space;
      values.push({ written: 'bare', key, text: line.slice(at, end) });
      at = end;
    }
    if (at < line.length && line[at] !== ' ') return undefined;
    at++;
  }
  return values;
}

const isLetter = (code: number): boolean => ((code | 32) >= 97 && (code | 32) <= 122) || code === 95;

const keyPattern = /[A-Za-z_][\w.-]{0,31}(?==)/y;

/** The key of `key=value`. */
function keyAt(line: string, at: number): string | undefined {
  keyPattern.lastIndex = at;
  return keyPattern.exec(line)?.[0];
}

/** Position of the quote that ends the value, -1 when there is none. */
function quotedEnd(line: string, from: number): number {
  for (let at = line.indexOf('"', from); at >= 0; at = line.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (at - backslashes > from && line[at - backslashes - 1] === '\\') backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return -1;
}
