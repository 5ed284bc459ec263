/**
 * Codes of a column's staged texts, by way of the run's dictionary. Twins: ColumnDictionary and SharedDictionary in
 * src-main/index, whose layout this follows. Other threads read and write the same dictionary at the same time.
 */
import { copyBytes, equalBytes, hashBytes, isAscii, isUtf8 } from './bytes';
import { absentSpan, endsAt, fillWords, isRunAbsent, Kind, kindsAt, parseAgainSpan, startsAt } from './staging';

/** Words of the state, as ColumnDictionary writes them. */
const countAt = 0;
const usedAt = 4;
const nullsAt = 8;
const dictionaryAt = 12;
const byEntryAt = 16;
const entriesAt = 20;
const idsAt = 24;
const stampAt = 28;
const seedAt = 32;
const longestAt = 36;
const bytesLimitAt = 40;
const utf8At = 44;
const memoAt = 48;
/** Codes of the flags true and false in this segment, 0 while they have none. */
const flagsAt = 52;
/** Out: how many cells were flags. */
const flagCountAt = 60;

/** Words of a dictionary, as SharedDictionary has them. */
const lockAt = 12;
const tableAt = 16;
const countOfAt = 20;
const lastEntriesAt = 28;
const lastTextsAt = 36;
const textChunkAt = 40;
const textUsedAt = 44;
const chunkHeader: usize = 16;
const recordHeader: usize = 8;
const copySlack: u32 = 16;
const entriesPerChunk: u32 = 4096;
const bytesPerEntry: u32 = 12;
const tagBits: u32 = 3;

const codeBits: u32 = 17;

/** Turns of a loop before a thread that waits for a lock sleeps, for so long, and how often before it gives up. */
const spins = 200;
const sleepNs: i64 = 50_000;
const mostSleeps = 100_000;

/** Scratch of a row: hash, record that its slot names, the record's entry; what is only touched. */
const scratchShift = 4;
const scratchBytes: usize = 1 << scratchShift;

/** Rows that are looked at ahead at once: what they touch stays in the nearest cache. */
const rowsAhead = 128;

/**
 * Below this many entries all of a dictionary is in the nearest caches, and a memo of texts that came, found by a few
 * of their bytes, spares most of them the hash.
 */
const fewEntries: u32 = 2048;
const memoMask: u32 = 255;
const memoPrime: u64 = ((<u64>0x9e3779b9) << 32) | 0x7f4a7c15;

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
  const dictionary = load<usize>(state, dictionaryAt);
  const byEntry = load<usize>(state, byEntryAt);
  const entries = load<u32>(state, entriesAt);
  const ids = load<usize>(state, idsAt);
  const stamp = load<u32>(state, stampAt) << codeBits;
  const seed = load<u32>(state, seedAt);
  const longest = load<i32>(state, longestAt);
  const bytesLimit = load<u32>(state, bytesLimitAt);
  const memo = load<usize>(state, memoAt);
  let count = load<u32>(state, countAt);
  let used = load<u32>(state, usedAt);
  let nulls = load<u32>(state, nullsAt);
  let flags: u32 = 0;
  const kinds = column + kindsAt;
  const columnStarts = column + startsAt;
  const columnEnds = column + endsAt;
  const isSmall = load<u32>(dictionary, countOfAt) < fewEntries;

  let looked = from;
  let at = from;
  for (; at < to; at++) {
    if (at >= looked && !isSmall) {
      looked = min(to, at + rowsAhead);
      lookAhead(state, column, at, looked, bytes, ahead);
    }
    const row = (at - from) << 2;
    const kind = load<u8>(kinds + at);
    if (kind != Kind.span) {
      if (kind == Kind.absent) {
        if (at + 16 <= to && isRunAbsent(kinds + at)) {
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
      const flag = <i32>kind < Kind.yes ? 0 : load<u32>(state + flagsAt + ((<usize>kind - Kind.yes) << 2));
      if (flag == 0) break;
      flags++;
      store<u32>(codes + row, flag);
      store<u32>(lengths + row, parseAgainSpan);
      continue;
    }
    const start = load<i32>(columnStarts + (at << 2));
    const length = load<i32>(columnEnds + (at << 2)) - start;
    if (length > longest) break;
    const text = bytes + start;
    const known = isSmall ? memo + (fewBytes(text, length) << 2) : ahead + (at << scratchShift) + 4;
    let record = load<usize>(known);
    if (record == 0 || !holds(record, text, length)) {
      const hash = isSmall ? hashBytes(text, length, seed) : load<u32>(ahead + (at << scratchShift));
      record = find(dictionary, text, length, hash);
      if (record == 0) {
        if (!isAscii(text, text + length) && !(load<u32>(state, utf8At) != 0 && isUtf8(text, text + length))) break;
        record = add(dictionary, text, length, hash);
        if (record == 0) break;
      }
      store<usize>(known, record);
    }
    const id = load<u32>(record);
    if (id >= entries) break;
    const last = load<u32>(byEntry + (id << 2)) - stamp;
    const isNew: u32 = u32(last >> codeBits != 0);
    // Without a branch: whether an entry is new to the segment cannot be foretold.
    const more = used + length * isNew;
    if (more > bytesLimit) break;
    used = more;
    store<u32>(ids + (count << 2), id);
    count += isNew;
    const code = select<u32>(count, last, isNew);
    store<u32>(byEntry + (id << 2), stamp + code);
    store<u32>(codes + row, code);
    store<u32>(starts + row, start - load<i32>(recordStarts + (at << 2)));
    store<u32>(lengths + row, length);
  }
  store<u32>(state, count, countAt);
  store<u32>(state, used, usedAt);
  store<u32>(state, nulls, nullsAt);
  store<u32>(state, flags, flagCountAt);
  return at;
}

/**
 * First all hashes, then all slots, then all records, then all codes. Each loop is so short that the processor has many
 * of its misses of the cache under way at once; a miss in a loop that also hashes would wait for the next text's hash.
 */
function lookAhead(state: usize, column: usize, from: i32, to: i32, bytes: usize, ahead: usize): void {
  const dictionary = load<usize>(state, dictionaryAt);
  const table = atomic.load<usize>(dictionary, tableAt);
  const mask = load<u32>(table);
  const slots = table + chunkHeader;
  const seed = load<u32>(state, seedAt);
  const longest = load<i32>(state, longestAt);
  const first = ahead + (from << scratchShift);
  const end = ahead + (to << scratchShift);
  for (let at = from; at < to; at++) {
    const start = load<i32>(column + startsAt + (at << 2));
    const length = load<i32>(column + endsAt + (at << 2)) - start;
    const isText = load<u8>(column + kindsAt + at) == Kind.span && length <= longest;
    const place = ahead + (at << scratchShift);
    store<u32>(place, isText ? hashBytes(bytes + start, length, seed) : 0);
    store<i32>(place, isText ? length : 0, 12);
  }
  for (let place = first; place < end; place += scratchBytes) {
    const hash = load<u32>(place);
    let slot = hash & mask;
    let entry = atomic.load<u64>(slots + (slot << 3));
    while (<u32>entry != hash && entry != 0) {
      slot = (slot + 1) & mask;
      entry = atomic.load<u64>(slots + (slot << 3));
    }
    store<u32>(place, <u32>(entry >> 32), 4);
  }
  for (let place = first; place < end; place += scratchBytes) {
    const record = load<usize>(place, 4);
    const id = record == 0 ? 0 : load<u32>(record);
    store<u32>(place, id, 8);
    // The last byte too: half of all texts reach into another line of the cache than the one that they begin in.
    if (record != 0) store<u32>(place, load<u8>(record + recordHeader + load<usize>(place, 12)), 12);
  }
  const byEntry = load<usize>(state, byEntryAt);
  const entries = load<u32>(state, entriesAt);
  for (let place = first; place < end; place += scratchBytes) {
    const id = load<u32>(place, 8);
    store<u32>(place, load<u32>(byEntry + (select<u32>(id, 0, id < entries) << 2)), 12);
  }
}

/** A place in the memo by length and first and last bytes, of which up to 16 count. */
function fewBytes(text: usize, length: i32): u32 {
  const end = text + length;
  let first: u64 = 0;
  let last: u64 = 0;
  if (length >= 8) {
    first = load<u64>(text);
    last = load<u64>(end - 8);
  } else if (length >= 4) {
    first = load<u32>(text);
    last = load<u32>(end - 4);
  } else if (length > 0) {
    first = load<u8>(text);
    last = load<u8>(end - 1);
  }
  const mixed = (first * memoPrime + last + length) * memoPrime;
  return (<u32>(mixed >> 40)) & memoMask;
}

/** The record is this plain text. */
function holds(record: usize, text: usize, length: i32): bool {
  return load<u32>(record, 4) == (<u32>length) << tagBits && equalBytes(record + recordHeader, text, length);
}

/** The record of a text, or 0. */
function find(dictionary: usize, text: usize, length: i32, hash: u32): usize {
  const table = atomic.load<usize>(dictionary, tableAt);
  const mask = load<u32>(table);
  const slots = table + chunkHeader;
  let slot = hash & mask;
  let record: usize = 0;
  do {
    const entry = atomic.load<u64>(slots + (slot << 3));
    record = <usize>(entry >> 32);
    if (record != 0 && <u32>entry == hash && holds(record, text, length)) break;
    slot = (slot + 1) & mask;
  } while (record != 0);
  return record;
}

/** Adds a text that was not found; 0 when the plain code has to, because there is no room or no lock. */
function add(dictionary: usize, text: usize, length: i32, hash: u32): usize {
  const lock = dictionary + lockAt;
  for (let turn = 0; atomic.cmpxchg<i32>(lock, 0, 1) != 0; turn++) {
    if (turn < spins) continue;
    if (turn > spins + mostSleeps) return 0;
    atomic.wait<i32>(lock, 1, sleepNs);
  }
  let record = find(dictionary, text, length, hash);
  if (record == 0) record = addLocked(dictionary, text, length, hash);
  atomic.store<i32>(lock, 0);
  return record;
}

function addLocked(dictionary: usize, text: usize, length: i32, hash: u32): usize {
  const texts = load<usize>(dictionary, lastTextsAt);
  const chunk = load<usize>(dictionary, lastEntriesAt);
  const id = load<u32>(dictionary, countOfAt);
  const table = load<usize>(dictionary, tableAt);
  const mask = load<u32>(table);
  const used = load<u32>(dictionary, textUsedAt);
  if (texts == 0 || used + <u32>recordHeader + length + copySlack > load<u32>(texts, 4)) return 0;
  if (chunk == 0 || id % entriesPerChunk == 0 || (id + 1) * 2 > mask + 1) return 0;
  const record = texts + chunkHeader + used;
  const lengthAndTag = (<u32>length) << tagBits;
  store<u32>(record, id);
  store<u32>(record, lengthAndTag, 4);
  copyBytes(record + recordHeader, text, length);
  store<u32>(dictionary, used + ((<u32>recordHeader + length + 3) & ~3), textUsedAt);
  const entry = chunk + chunkHeader + (id % entriesPerChunk) * bytesPerEntry;
  store<u32>(entry, load<u32>(dictionary, textChunkAt));
  store<u32>(entry, used + <u32>recordHeader, 4);
  store<u32>(entry, lengthAndTag, 8);
  atomic.store<u32>(dictionary, id + 1, countOfAt);
  const slots = table + chunkHeader;
  let slot = hash & mask;
  while (load<u32>(slots + (slot << 3), 4) != 0) slot = (slot + 1) & mask;
  // At once, and with everything before it: a record that another thread finds is complete.
  atomic.store<u64>(slots + (slot << 3), ((<u64>record) << 32) | hash);
  return record;
}
