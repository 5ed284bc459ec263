/** The exception in a record of Monolog (Laravel, Symfony): `"exception":"[object] (Class(code: 0): message at file:1)`. */
import { findByte } from './byte-search.ts';
import type { SourceText } from './source-text.ts';

const mark = new TextEncoder().encode('"[object] (');

const logged = /^([\w\\]+)\(code: [^)]*\): (.*)/;

/** "Class: message" of the first exception in [start, end), its message's first line. */
export function monologException(text: SourceText, bytes: Uint8Array, start: number, end: number): string | undefined {
  const at = indexOf(bytes, start, end);
  if (at < 0) return undefined;
  const newline = findByte(bytes, 10, at, end);
  const line = text.read(bytes, at + mark.length, newline < 0 ? end : newline);
  const match = logged.exec(line.trimEnd());
  if (match === null) return undefined;
  const message = match[2].replace(/ at \S+:\d+\)(?:"\})?.*$/, '');
  return `${match[1]}: ${message}`.replaceAll('\\\\', '\\').replaceAll('\\"', '"').replaceAll('\\/', '/');
}

function indexOf(bytes: Uint8Array, start: number, end: number): number {
  const last = end - mark.length + 1;
  for (let at = findByte(bytes, mark[0], start, last); at >= 0; at = findByte(bytes, mark[0], at + 1, last)) {
    let place = 1;
    while (place < mark.length && bytes[at + place] === mark[place]) place++;
    if (place === mark.length) return at;
  }
  return -1;
}
