/**
 * Codes of a column's staged texts, by way of the run's dictionary. Twins: ColumnDictionary and SharedDictionary in
 * src-main/index, whose layout this follows. Other threads read and write the same dictionary at the same time.
 */
import { copyBytes, equalBytes, hashBytes, isAscii, isUtf8 } from './bytes';
import { absentSpan, kindsAt, startsAt, endsAt, Kind } from './staging';

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

/** Bytes of scratch a row: hash, record that its slot names, code of the record's entry. */
const scratchShift = 4;

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
  const stamp = load<u32>(state, stampAt);
  const seed = load<u32>(state, seedAt);
  const longest = load<i32>(state, longestAt);
  const bytesLimit = load<u32>(state, bytesLimitAt);
  const mayBeUtf8 = load<u32>(state, utf8At) != 0;
  let count = load<u32>(state, countAt);
  let used = load<u32>(state, usedAt);
  let nulls = load<u32>(state, nullsAt);
  const kinds = column + kindsAt;
  const columnStarts = column + startsAt;
  const columnEnds = column + endsAt;
  const table = atomic.load<usize>(dictionary, tableAt);
  const mask = load<u32>(table);
  const slots = table + chunkHeader;

  // All slots first, then all records: misses of the cache overlap instead of adding up.
  let stop = from;
  for (; stop < to; stop++) {
    const kind = load<u8>(kinds + stop);
    if (kind == Kind.absent) continue;
    if (kind != Kind.span) break;
    const start = load<i32>(columnStarts + (stop << 2));
    const length = load<i32>(columnEnds + (stop << 2)) - start;
    if (length > longest) break;
    const hash = hashBytes(bytes + start, length, seed);
    const place = ahead + (stop << scratchShift);
    const slot = atomic.load<u64>(slots + ((hash & mask) << 3));
    store<u32>(place, hash);
    store<u32>(place, <u32>slot == hash ? <u32>(slot >> 32) : 0, 4);
  }
  for (let at = from; at < stop; at++) {
    const place = ahead + (at << scratchShift);
    if (load<u8>(kinds + at) == Kind.absent) continue;
    const record = load<usize>(place, 4);
    if (record == 0) continue;
    const id = load<u32>(record);
    store<u32>(place, id < entries ? load<u32>(byEntry + (id << 2)) : 0, 8);
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
    const place = ahead + (at << scratchShift);
    const hash = load<u32>(place);
    let record = load<usize>(place, 4);
    if (record == 0 || !holds(record, text, length)) {
      record = find(dictionary, text, length, hash);
      if (record == 0) {
        if (!isAscii(text, text + length) && !(mayBeUtf8 && isUtf8(text, text + length))) break;
        record = add(dictionary, text, length, hash);
        if (record == 0) break;
      }
    }
    const id = load<u32>(record);
    if (id >= entries) break;
    const known = load<u32>(byEntry + (id << 2));
    let code = known & ((1 << codeBits) - 1);
    if (known >> codeBits != stamp) {
      if (used + length > bytesLimit) break;
      used += length;
      store<u32>(ids + (count << 2), id);
      code = ++count;
      store<u32>(byEntry + (id << 2), (stamp << codeBits) | code);
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
