/** Searches for texts in groups of records as bytes. */
import { isAscii } from 'node:buffer';
import { createNeedle, longestNeedle, type Needle, type ScanMemory } from '../kernels/search.ts';

export interface Hit {
  readonly at: number;
  readonly length: number;
}

/** Prepares a search of one group of bytes: the first hit at or after a position. */
export type Search = (bytes: Buffer, scan: ScanMemory) => (from: number) => Hit | undefined;

/** Texts that may be sought in bytes: within one line, so that a hit never crosses records. */
export const isSearchable = (text: string): boolean =>
  text.length <= longestNeedle &&
  text.length > 0 &&
  !/[\r\n]/.test(text) &&
  !text.includes('\ufffd') &&
  isAscii(Buffer.from(text));

export function exactSearch(text: string): Search {
  const needle = createNeedle(text, false);
  return searchFor(needle);
}

const searchFor =
  (needle: Needle): Search =>
  (bytes, scan) =>
  (from) => {
    const at = scan.find(bytes, from, needle);
    return at < 0 ? undefined : { at, length: needle.bytes.length };
  };

/** KELVIN SIGN folds to k and LATIN SMALL LETTER LONG S to s; no other characters fold to ASCII. */
const kelvin = Buffer.from('\u212a');
const longS = Buffer.from('\u017f');

/** Ignores case of an ASCII text; where bytes hold one of the two odd letters, they are searched as Latin-1 text. */
export function foldedSearch(text: string): Search {
  const plain = searchFor(createNeedle(text, true));
  const mayBeOdd = /[ks]/i.test(text);
  if (!mayBeOdd) return plain;
  const escaped = text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  const odd = new RegExp(escaped.replace(/k/gi, '(?:k|\u00e2\u0084\u00aa)').replace(/s/gi, '(?:s|\u00c5\u00bf)'), 'gi');
  return (bytes, scan) => {
    if (isAscii(bytes) || (!bytes.includes(kelvin) && !bytes.includes(longS))) return plain(bytes, scan);
    const subject = bytes.toString('latin1');
    return (from) => {
      odd.lastIndex = from;
      const match = odd.exec(subject);
      return match === null ? undefined : { at: match.index, length: match[0].length };
    };
  };
}
