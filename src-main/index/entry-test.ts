/**
 * Tests on entries of a dictionary. Most tests on texts are decided on the entry's UTF-8 bytes, because making a string
 * of each takes longer than everything else; what that cannot tell is decided on the value.
 */
import type { TextTest, ValueTest } from '../../src-shared/query/index.ts';
import type { Value } from '../../src-shared/model/value.ts';
import { EntryPlaces, Tag, type Dictionary } from './dictionary.ts';

/** Decides the first `count` of these entries, as many as `entriesAtOnce` at most: 1 is no, 2 is yes. */
export type EntryTest = (dictionary: Dictionary, ids: Uint32Array, count: number, known: Uint8Array) => void;

/** Entries that are looked up at once, so that the processor waits for many of them together. */
export const entriesAtOnce = 128;

/** Whether the text in bytes [from, to) fits; undefined where they do not tell. */
type BytesTest = (bytes: Uint8Array, from: number, to: number) => boolean | undefined;

/** `test` is what `matches` means; without it only `matches` is asked. */
export function compileEntryTest(test: ValueTest | undefined, matches: (value: Value) => boolean): EntryTest {
  const [only] = test?.text ?? [];
  const onBytes = only !== undefined && test?.text?.length === 1 ? compileBytesTest(only) : undefined;
  if (onBytes === undefined) {
    return (dictionary, ids, count, known) => {
      for (let at = 0; at < count; at++) known[ids[at]] = matches(dictionary.value(ids[at])) ? 2 : 1;
    };
  }
  const places = new EntryPlaces(entriesAtOnce);
  return (dictionary, ids, count, known) => {
    dictionary.lookUp(ids, count, places);
    const { texts, from, to, tags } = places;
    for (let at = 0; at < count; at++) {
      const told = tags[at] === Tag.text ? onBytes(texts[at], from[at], to[at]) : undefined;
      known[ids[at]] = (told ?? matches(dictionary.value(ids[at]))) ? 2 : 1;
    }
  };
}

/** Texts in ASCII, in order and without overlap: the first at the beginning, the last at the end, unless anywhere. */
interface Pieces {
  readonly first: Uint8Array;
  readonly inner: readonly Uint8Array[];
  readonly last: Uint8Array;
  readonly fold: boolean;
  /** Beyond ASCII there are signs that fold to k and s. */
  readonly mayBeOdd: boolean;
  /** There is one piece, and it is all. */
  readonly isWhole: boolean;
}

function compileBytesTest(test: TextTest): BytesTest | undefined {
  switch (test.kind) {
    case 'equals':
      return piecesTest([test.text], test.fold, false);
    case 'contains':
      return piecesTest(['', test.text, ''], test.fold, false);
    case 'wildcard':
      return piecesTest(test.parts, test.fold, test.within);
    default:
      return undefined;
  }
}

function piecesTest(parts: readonly string[], fold: boolean, within: boolean): BytesTest | undefined {
  const all = parts.join('');
  // oxlint-disable-next-line no-control-regex -- all of ASCII
  if (!/^[\0-\x7f]*$/.test(all)) return undefined;
  const folded = parts.map((part) => new Uint8Array(Buffer.from(fold ? part.toLowerCase() : part)));
  const none = new Uint8Array(0);
  const isOpen = within || folded.length === 0;
  const pieces: Pieces = {
    first: isOpen ? none : folded[0],
    inner: isOpen ? folded : folded.slice(1, -1),
    last: isOpen || folded.length < 2 ? none : folded[folded.length - 1],
    fold,
    mayBeOdd: fold && /[ks]/i.test(all),
    isWhole: !within && parts.length === 1,
  };
  return (bytes, from, to) => {
    if (fits(bytes, from, to, pieces)) return true;
    return pieces.mayBeOdd && !isAscii(bytes, from, to) ? undefined : false;
  };
}

function fits(bytes: Uint8Array, from: number, to: number, { first, inner, last, fold, isWhole }: Pieces): boolean {
  let at = from + first.length;
  const end = to - last.length;
  if (at > end || (isWhole && at !== end)) return false;
  if (!standsAt(bytes, from, first, fold) || !standsAt(bytes, end, last, fold)) return false;
  for (const piece of inner) {
    at = findIn(bytes, at, end, piece, fold);
    if (at < 0) return false;
    at += piece.length;
  }
  return true;
}

function standsAt(bytes: Uint8Array, at: number, piece: Uint8Array, fold: boolean): boolean {
  for (let k = 0; k < piece.length; k++) {
    const byte = bytes[at + k];
    if (byte !== piece[k] && !(fold && lower(byte) === piece[k])) return false;
  }
  return true;
}

/** Place of the piece in [from, to), or -1. */
function findIn(bytes: Uint8Array, from: number, to: number, piece: Uint8Array, fold: boolean): number {
  if (piece.length === 0) return from;
  const first = piece[0];
  const last = to - piece.length;
  for (let at = from; at <= last; at++) {
    const byte = bytes[at];
    if (byte !== first && !(fold && lower(byte) === first)) continue;
    if (standsAt(bytes, at, piece, fold)) return at;
  }
  return -1;
}

const lower = (byte: number): number => (byte >= 65 && byte <= 90 ? byte + 32 : byte);

function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] >= 128) return false;
  return true;
}
