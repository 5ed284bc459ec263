/**
 * Codes of values that the staged table has as they are written: JSON, texts with JSON's escapes, long numbers. Rare ones, one
 * after the other. Twin: ColumnDictionary in src-main/index. Where it is not sure, it stops, and the twin does that cell.
 */
import { copyBytes, findByte, hashText, isAscii, isUtf8 } from './bytes';
import { absentSpan, endsAt, fillWords, isRunAbsent, Kind, kindsAt, parseAgainSpan, startsAt } from './staging';
import {
  byEntryAt,
  bytesLimitAt,
  countAt,
  dictionaryAt,
  entriesAt,
  flagCountAt as tagsAt,
  idsAt,
  keysAt,
  longestAt,
  nullsAt,
  stampAt,
  usedAt,
  utf8At,
} from './text-batch';
import { add, find } from './texts';

const codeBits: u32 = 17;
const backslash: u8 = 92;

/** As Tag in src-main/index/dictionary.ts. */
const enum Tag {
  text = 0,
  exact = 2,
  json = 4,
}

/** Texts without their escapes are put into the scratch, with as much room behind them as hashing may look at. */
const scratchBytes: i32 = 16_384;
const slack: i32 = 80;

/** Codes of the cells [from, to); returns where it stopped. The tags that came are in the state. */
export function appendValues(
  state: usize,
  column: usize,
  from: i32,
  to: i32,
  bytes: usize,
  codes: usize,
  lengths: usize,
  scratch: usize,
): i32 {
  const longest = load<i32>(state, longestAt);
  const isUtf8Source = load<u32>(state, utf8At) != 0;
  let nulls = load<u32>(state, nullsAt);
  let tags: u32 = 0;
  let at = from;
  for (; at < to; at++) {
    const row = (<usize>(at - from)) << 2;
    const kind = load<u8>(column + kindsAt + at);
    if (kind == Kind.absent) {
      if (at + 16 <= to && isRunAbsent(column + kindsAt + at)) {
        fillWords(codes + row, 0);
        fillWords(lengths + row, absentSpan);
        nulls += 16;
        at += 15;
        continue;
      }
      store<u32>(codes + row, 0);
      store<u32>(lengths + row, absentSpan);
      nulls++;
      continue;
    }
    if (<i32>kind < Kind.json) break;
    let text = bytes + load<u32>(column + ((<usize>at) << 2), startsAt);
    let length = <i32>(bytes + load<u32>(column + ((<usize>at) << 2), endsAt) - text);
    if (kind == Kind.escaped) {
      length = unescape(text, length, scratch);
      text = scratch;
    }
    if (length < 0 || length > longest) break;
    if (!isAscii(text, text + length) && !(isUtf8Source && isUtf8(text, text + length))) break;
    const tag = kind == Kind.json ? Tag.json : kind == Kind.exact ? Tag.exact : Tag.text;
    const code = codeOf(state, text, length, tag);
    if (code == 0) break;
    tags |= 1 << tag;
    store<u32>(codes + row, code);
    store<u32>(lengths + row, parseAgainSpan);
  }
  store<u32>(state, nulls, nullsAt);
  store<u32>(state, tags, tagsAt);
  return at;
}

/** The code of a text with its tag, or 0. */
function codeOf(state: usize, text: usize, length: i32, tag: Tag): u32 {
  const dictionary = load<usize>(state, dictionaryAt);
  const hash = hashText(text, length, load<usize>(state, keysAt), tag);
  let record = find(dictionary, text, length, hash, tag);
  if (record == 0) record = add(dictionary, text, length, hash, tag);
  if (record == 0) return 0;
  const id = load<u32>(record);
  if (id >= load<u32>(state, entriesAt)) return 0;
  const byEntry = load<usize>(state, byEntryAt) + ((<usize>id) << 2);
  const stamp = load<u32>(state, stampAt);
  const last = load<u32>(byEntry);
  if (last >> codeBits == stamp) return last & ((1 << codeBits) - 1);
  const used = load<u32>(state, usedAt) + length;
  if (used > load<u32>(state, bytesLimitAt)) return 0;
  const count = load<u32>(state, countAt);
  store<u32>(load<usize>(state, idsAt) + ((<usize>count) << 2), id);
  store<u32>(state, used, usedAt);
  store<u32>(state, count + 1, countAt);
  store<u32>(byEntry, (stamp << codeBits) | (count + 1));
  return count + 1;
}

/** The text without its escapes, which are known to be right, at `to`; its length, -1 when the twin has to. */
export function unescape(from: usize, length: i32, to: usize): i32 {
  if (length > scratchBytes - slack) return -1;
  const end = from + length;
  let at = from;
  let target = to;
  while (at < end) {
    const found = findByte(backslash, at, end);
    const stop = found == 0 ? end : found;
    copyBytes(target, at, <i32>(stop - at));
    target += stop - at;
    if (found == 0) break;
    const byte = escaped(load<u8>(stop + 1));
    if (byte == 0) return -1;
    store<u8>(target, byte);
    target++;
    at = stop + 2;
  }
  return <i32>(target - to);
}

/** What stands for the byte behind a backslash; 0: a number of a character. */
function escaped(byte: u8): u8 {
  switch (byte) {
    case 110:
      return 10;
    case 116:
      return 9;
    case 114:
      return 13;
    case 98:
      return 8;
    case 102:
      return 12;
    case 117:
      return 0;
    default:
      return byte;
  }
}
