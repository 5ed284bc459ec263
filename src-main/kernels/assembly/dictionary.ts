/** Dictionary codes of a column's staged texts. Twin: ColumnBuilder and LocalDictionary in src-main/index. */
import { copyBytes, equalBytes, hashBytes, isAscii, isUtf8 } from './bytes';
import { absentSpan, kindsAt, startsAt, endsAt, Kind } from './staging';

/** Words of a dictionary's state, as LocalDictionary writes them. */
const countAt = 0;
const usedAt = 4;
const maskAt = 8;
const tableAt = 12;
const endsOfAt = 16;
const hashesAt = 20;
const tagsAt = 24;
const textsAt = 28;
const roomAt = 32;
const entriesAt = 36;
const seedAt = 40;
const nullsAt = 44;
const longestAt = 48;
const bytesLimitAt = 52;
const utf8At = 56;

/** Below this many entries everything is in the nearest cache, and looking ahead costs more than it saves. */
const fewEntries: u32 = 2048;

/**
 * Codes of the cells [from, to) of a staged column. Returns where it stopped: at a value that is no plain text, too
 * long or new and not UTF-8, or when the dictionary has no room or has reached its limit of bytes.
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
  const table = load<usize>(state, tableAt);
  const mask = load<u32>(state, maskAt);
  const ends = load<usize>(state, endsOfAt);
  const hashes = load<usize>(state, hashesAt);
  const tags = load<usize>(state, tagsAt);
  const texts = load<usize>(state, textsAt);
  const room = load<u32>(state, roomAt);
  const seed = load<u32>(state, seedAt);
  const longest = load<i32>(state, longestAt);
  const bytesLimit = load<u32>(state, bytesLimitAt);
  const mayBeUtf8 = load<u32>(state, utf8At) != 0;
  const most = min(load<u32>(state, entriesAt), (mask + 1) >> 1);
  let count = load<u32>(state, countAt);
  let used = load<u32>(state, usedAt);
  let nulls = load<u32>(state, nullsAt);
  const kinds = column + kindsAt;
  const columnStarts = column + startsAt;
  const columnEnds = column + endsAt;

  // All slots first, then all places of texts: misses of the cache overlap instead of adding up.
  let stop = from;
  for (; stop < to; stop++) {
    const kind = load<u8>(kinds + stop);
    if (kind == Kind.absent) continue;
    if (kind != Kind.span) break;
    const start = load<i32>(columnStarts + (stop << 2));
    const length = load<i32>(columnEnds + (stop << 2)) - start;
    if (length > longest) break;
    const hash = hashBytes(bytes + start, length, seed);
    const place = ahead + (stop << 4);
    store<u32>(place, hash);
    store<u64>(place + 8, load<u64>(table + ((hash & mask) << 3)));
  }
  if (count > fewEntries) {
    for (let at = from; at < stop; at++) {
      if (load<u8>(kinds + at) == Kind.absent) continue;
      const place = ahead + (at << 4);
      const code = load<u32>(place + 12);
      if (code == 0 || load<u32>(place + 8) != load<u32>(place)) continue;
      const text = code > 1 ? load<u32>(ends + ((code - 2) << 2)) : 0;
      store<u32>(place + 4, load<u8>(texts + text));
    }
  }
  let at = from;
  for (; at < stop; at++) {
    const row = (at - from) << 2;
    if (load<u8>(kinds + at) == Kind.absent) {
      store<u32>(codes + row, 0);
      store<u32>(lengths + row, absentSpan);
      nulls++;
      continue;
    }
    const start = load<i32>(columnStarts + (at << 2));
    const length = load<i32>(columnEnds + (at << 2)) - start;
    const text = bytes + start;
    const hash = load<u32>(ahead + (at << 4));
    let slot = hash & mask;
    let code: u32 = 0;
    for (; ; slot = (slot + 1) & mask) {
      const entry = load<u64>(table + (slot << 3));
      code = <u32>(entry >> 32);
      if (code == 0) break;
      if (<u32>entry != hash) continue;
      const began = code > 1 ? load<u32>(ends + ((code - 2) << 2)) : 0;
      if (<i32>(load<u32>(ends + ((code - 1) << 2)) - began) != length) continue;
      if (load<u8>(tags + code - 1) != 0) continue;
      if (equalBytes(texts + began, text, length)) break;
    }
    if (code == 0) {
      if (count >= most || used + length > room || used + length > bytesLimit) break;
      if (!isAscii(text, text + length) && !(mayBeUtf8 && isUtf8(text, text + length))) break;
      copyBytes(texts + used, text, length);
      used += length;
      store<u32>(ends + (count << 2), used);
      store<u32>(hashes + (count << 2), hash);
      store<u8>(tags + count, 0);
      code = ++count;
      store<u64>(table + (slot << 3), ((<u64>code) << 32) | hash);
    }
    store<u32>(codes + row, code);
    store<u32>(starts + row, start - load<i32>(recordStarts + (at << 2)));
    store<u32>(lengths + row, length);
  }
  store<u32>(state, count, countAt);
  store<u32>(state, used, usedAt);
  store<u32>(state, nulls, nullsAt);
  return at;
}
