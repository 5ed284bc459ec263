/**
 * Tests on entries of a dictionary. Most tests on texts are decided on the entry's UTF-8 bytes, because making a string
 * of each takes longer than everything else; what that cannot tell is decided on the value.
 */
import type { TextTest, ValueTest } from '../../src-shared/query/index.ts';
import type { Value } from '../../src-shared/model/value.ts';
import { Tag, type Dictionary, type TextPlace } from './dictionary.ts';

export type EntryTest = (dictionary: Dictionary, id: number) => boolean;

/** Whether the text at a place fits; undefined where its bytes do not tell. */
type BytesTest = (place: TextPlace) => boolean | undefined;

/** `test` is what `matches` means; without it only `matches` is asked. */
export function compileEntryTest(test: ValueTest | undefined, matches: (value: Value) => boolean): EntryTest {
  const [only] = test?.text ?? [];
  const onBytes = only !== undefined && test?.text?.length === 1 ? compileBytesTest(only) : undefined;
  if (onBytes === undefined) return (dictionary, id) => matches(dictionary.value(id));
  return (dictionary, id) => {
    const place = dictionary.placeOf(id);
    const told = place.tag === Tag.text ? onBytes(place) : undefined;
    return told ?? matches(dictionary.value(id));
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
  const bytes = parts.map((part) => Buffer.from(fold ? part.toLowerCase() : part));
  const none = new Uint8Array(0);
  const isOpen = within || bytes.length === 0;
  const pieces: Pieces = {
    first: isOpen ? none : bytes[0],
    inner: isOpen ? bytes : bytes.slice(1, -1),
    last: isOpen || bytes.length < 2 ? none : bytes[bytes.length - 1],
    fold,
    mayBeOdd: fold && /[ks]/i.test(all),
    isWhole: !within && parts.length === 1,
  };
  return (place) => {
    if (fits(place, pieces)) return true;
    return pieces.mayBeOdd && !isAscii(place) ? undefined : false;
  };
}

function fits({ bytes, from, to }: TextPlace, { first, inner, last, fold, isWhole }: Pieces): boolean {
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

function isAscii({ bytes, from, to }: TextPlace): boolean {
  for (let at = from; at < to; at++) if (bytes[at] >= 128) return false;
  return true;
}
