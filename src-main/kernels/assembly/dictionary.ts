/**
 * Codes of a column's staged texts, by way of the run's dictionary. Twins: ColumnDictionary and SharedDictionary in
 * src-main/index. Other threads read and write the same dictionary at the same time.
 */
import { hashText, isAscii, isUtf8 } from './bytes';
import { absentSpan, endsAt, fillWords, isRunAbsent, Kind, kindsAt, parseAgainSpan, startsAt } from './staging';
import {
  batchRows,
  byEntryAt,
  bytesLimitAt,
  countAt,
  dictionaryAt,
  entriesAt,
  flagCountAt,
  flagsAt,
  hashAt,
  idsAt,
  keysAt,
  lengthAt,
  lengthMask,
  longestAt,
  memoAt,
  nullsAt,
  recordAt,
  rowShift,
  stampAt,
  textAt,
  textBytes,
  textShift,
  usedAt,
  utf8At,
} from './text-batch';
import { lookAhead, memoPlace, recallTexts } from './text-lookup';
import { add, countOfAt, find, holds, plain } from './texts';

const codeBits: u32 = 17;

/**
 * Below this many entries all of a dictionary is in the nearest caches, and a memo of texts that came, found by a few
 * of their bytes, spares most of them the hash.
 */
const fewEntries: u32 = 2048;

/** Behind the texts that were gathered or got codes last. */
let textsEnd: usize = 0;

/**
 * Codes of the cells [from, to) of a staged column. Returns where it stopped: at a value that is no plain text, too
 * long or new and not UTF-8, or when the dictionary has no room or the segment's texts have reached their limit.
 * `ahead` is scratch, 16 bytes a row.
 */
export function appendCodes(
  state: usize,
  column: usize,
  from: i32,
  to: i32,
  recordStarts: usize,
  bytes: usize,
  codes: usize,
  starts: usize,
  lengths: usize,
  ahead: usize,
): i32 {
  const isSmall = load<u32>(load<usize>(state, dictionaryAt), countOfAt) < fewEntries;
  let flags: u32 = 0;
  let texts: u32 = 0;
  let at = from;
  while (at < to) {
    const row = (<usize>(at - from)) << 2;
    const until = min(to, at + batchRows);
    const longest = load<u32>(state, longestAt);
    const reached = gather(
      column,
      at,
      until,
      longest,
      recordStarts,
      bytes,
      codes + row,
      starts + row,
      lengths + row,
      ahead,
    );
    const end = textsEnd;
    if (isSmall) recallTexts(state, ahead, end);
    else lookAhead(state, ahead, end);
    encode(state, ahead, end, isSmall, codes + row);
    texts += <u32>((textsEnd - ahead) / textBytes);
    if (textsEnd < end) {
      at += <i32>(load<u32>(textsEnd, lengthAt) >> rowShift);
      break;
    }
    at = reached;
    if (at == until) continue;
    const kind = load<u8>(column + kindsAt + at);
    const flag =
      <i32>kind < Kind.yes || <i32>kind > Kind.no ? 0 : load<u32>(state + flagsAt + ((<usize>kind - Kind.yes) << 2));
    if (flag == 0) break;
    flags++;
    store<u32>(codes + ((<usize>(at - from)) << 2), flag);
    store<u32>(lengths + ((<usize>(at - from)) << 2), parseAgainSpan);
    at++;
  }
  store<u32>(state, load<u32>(state, nullsAt) + (at - from) - texts - flags, nullsAt);
  store<u32>(state, flags, flagCountAt);
  return at;
}

/**
 * Sets what is known of the cells [from, to) without looking texts up, and lists their texts; returns where a cell
 * stopped it that is neither a text of up to `longest` bytes nor absent.
 */
function gather(
  column: usize,
  from: i32,
  to: i32,
  longest: u32,
  recordStarts: usize,
  bytes: usize,
  codes: usize,
  starts: usize,
  lengths: usize,
  ahead: usize,
): i32 {
  const kinds = column + kindsAt;
  let text = ahead;
  let at = from;
  while (at < to) {
    if (at + 16 <= to && isRunAbsent(kinds + at)) {
      fillWords(codes + ((at - from) << 2), 0);
      fillWords(lengths + ((at - from) << 2), absentSpan);
      at += 16;
      continue;
    }
    if (at + 16 <= to && isRunOfTexts(column, at, longest)) {
      const row = (<usize>(at - from)) << 2;
      gatherRun(column, at, at - from, recordStarts, bytes, codes + row, starts + row, lengths + row, text);
      text += 16 << textShift;
      at += 16;
      continue;
    }
    const stop = min(to, at + 16);
    for (; at < stop; at++) {
      const kind = load<u8>(kinds + at);
      if (kind != Kind.span && kind != Kind.absent) break;
      const place = (<usize>at) << 2;
      const start = load<u32>(column + place, startsAt);
      const length = load<u32>(column + place, endsAt) - start;
      const isText = kind == Kind.span;
      if (length > longest && isText) break;
      const row = (<usize>(at - from)) << 2;
      // Without a branch: which cells are absent cannot be foretold.
      store<u32>(codes + row, 0);
      store<u32>(starts + row, start - load<u32>(recordStarts + place));
      store<u32>(lengths + row, select<u32>(length, absentSpan, isText));
      store<u32>(text, <u32>bytes + start, textAt);
      store<u32>(text, ((at - from) << rowShift) | (length & lengthMask), lengthAt);
      text += select<usize>(textBytes, 0, isText);
    }
    if (at < stop) break;
  }
  textsEnd = text;
  return at;
}

/** The 16 cells from this one on are texts of up to `longest` bytes. */
function isRunOfTexts(column: usize, at: i32, longest: u32): bool {
  if (!i8x16.all_true(i8x16.eq(v128.load(column + kindsAt + at), i8x16.splat(<i8>Kind.span)))) return false;
  const most = i32x4.splat(longest);
  let tooLong = i32x4.splat(0);
  const first = column + ((<usize>at) << 2);
  for (let place = first; place < first + 64; place += 16) {
    tooLong = v128.or(tooLong, i32x4.gt_u(i32x4.sub(v128.load(place, endsAt), v128.load(place, startsAt)), most));
  }
  return !v128.any_true(tooLong);
}

/** As `gather`, of 16 texts, four at a time. */
function gatherRun(
  column: usize,
  at: i32,
  row: i32,
  recordStarts: usize,
  bytes: usize,
  codes: usize,
  starts: usize,
  lengths: usize,
  text: usize,
): void {
  const first = i32x4.splat(<i32>bytes);
  let rows = i32x4.add(i32x4.splat(row << rowShift), i32x4(0, 1 << rowShift, 2 << rowShift, 3 << rowShift));
  const cells = column + ((<usize>at) << 2);
  const records = recordStarts + ((<usize>at) << 2);
  for (let place: usize = 0; place < 64; place += 16) {
    const start = v128.load(cells + place, startsAt);
    const length = i32x4.sub(v128.load(cells + place, endsAt), start);
    v128.store(codes + place, i32x4.splat(0));
    v128.store(starts + place, i32x4.sub(start, v128.load(records + place)));
    v128.store(lengths + place, length);
    const address = i32x4.add(start, first);
    const rowAndLength = v128.or(rows, length);
    const low = i32x4.shuffle(address, rowAndLength, 0, 4, 1, 5);
    const high = i32x4.shuffle(address, rowAndLength, 2, 6, 3, 7);
    v128.store64_lane(text, low, 0, textAt);
    v128.store64_lane(text, low, 1, textAt + textBytes);
    v128.store64_lane(text, high, 0, textAt + textBytes * 2);
    v128.store64_lane(text, high, 1, textAt + textBytes * 3);
    rows = i32x4.add(rows, i32x4.splat(4 << rowShift));
    text += textBytes * 4;
  }
}

/** Gives texts their codes, up to one that this code leaves to its twin. */
function encode(state: usize, first: usize, end: usize, isSmall: bool, codes: usize): void {
  const byEntry = load<usize>(state, byEntryAt);
  const entries = load<u32>(state, entriesAt);
  const ids = load<usize>(state, idsAt);
  const stamp = load<u32>(state, stampAt) << codeBits;
  const bytesLimit = load<u32>(state, bytesLimitAt);
  const isUtf8Source = load<u32>(state, utf8At) != 0;
  let count = load<u32>(state, countAt);
  let used = load<u32>(state, usedAt);
  let place = first;
  for (; place < end; place += textBytes) {
    const text = load<usize>(place, textAt);
    const rowAndLength = load<u32>(place, lengthAt);
    const length = rowAndLength & lengthMask;
    // Entries are UTF-8: bytes of another encoding may look like one that they are not.
    if (!isUtf8Source && !isAscii(text, text + length)) break;
    let record = load<usize>(place, recordAt);
    if (record == 0 || !holds(record, text, length, plain)) {
      record = findOrAdd(state, place, text, length, isSmall);
      if (record == 0) break;
    }
    const id = load<u32>(record);
    if (id >= entries) break;
    const last = load<u32>(byEntry + ((<usize>id) << 2)) - stamp;
    const isNew: u32 = u32(last >> codeBits != 0);
    // Without a branch: whether an entry is new to the segment cannot be foretold.
    const more = used + length * isNew;
    if (more > bytesLimit) break;
    used = more;
    store<u32>(ids + ((<usize>count) << 2), id);
    count += isNew;
    const code = select<u32>(count, last, isNew);
    store<u32>(byEntry + ((<usize>id) << 2), stamp + code);
    store<u32>(codes + ((<usize>(rowAndLength >> rowShift)) << 2), code);
  }
  store<u32>(state, count, countAt);
  store<u32>(state, used, usedAt);
  textsEnd = place;
}

/** The record of a text that is not the one it was taken for; 0 when the twin has to see to it. */
function findOrAdd(state: usize, place: usize, text: usize, length: i32, isSmall: bool): usize {
  const dictionary = load<usize>(state, dictionaryAt);
  const hash = isSmall ? hashText(text, length, load<usize>(state, keysAt), plain) : load<u32>(place, hashAt);
  // Where looking ahead found no slot of this hash, there was none.
  let record = isSmall || load<usize>(place, recordAt) != 0 ? find(dictionary, text, length, hash, plain) : 0;
  if (record == 0) {
    if (!isAscii(text, text + length) && !(load<u32>(state, utf8At) != 0 && isUtf8(text, text + length))) return 0;
    record = add(dictionary, text, length, hash, plain);
  }
  if (record != 0 && isSmall) store<usize>(memoPlace(load<usize>(state, memoAt), text, length), record);
  return record;
}
