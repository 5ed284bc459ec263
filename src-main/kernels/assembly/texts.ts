/**
 * The run's dictionary of a field: looking texts up and adding them. Twin: SharedDictionary in src-main/index, whose
 * layout this follows. Other threads read and write the same dictionary at the same time.
 */
import { copyBytes, equalTexts } from './bytes';

/** Words of a dictionary, as SharedDictionary has them. */
const lockAt = 12;
export const tableAt = 16;
export const countOfAt = 20;
const lastEntriesAt = 28;
const lastTextsAt = 36;
const textChunkAt = 40;
const textUsedAt = 44;
export const chunkHeader: usize = 16;
export const recordHeader: usize = 8;
const copySlack: u32 = 64;
const entriesPerChunk: u32 = 4096;
const bytesPerEntry: u32 = 12;
const tagBits: u32 = 3;
/** The tag of plain texts, as in src-main/index/dictionary.ts. */
export const plain: u32 = 0;

/** Turns of a loop before a thread that waits for a lock sleeps, for so long, and how often before it gives up. */
const spins = 200;
const sleepNs: i64 = 50_000;
const mostSleeps = 100_000;

/** The record is this text. */
export function holds(record: usize, text: usize, length: i32, tag: u32): bool {
  return load<u32>(record, 4) == (((<u32>length) << tagBits) | tag) && equalTexts(record + recordHeader, text, length);
}

/** The record of a text, or 0. */
export function find(dictionary: usize, text: usize, length: i32, hash: u32, tag: u32): usize {
  const table = atomic.load<usize>(dictionary, tableAt);
  const mask = load<u32>(table);
  const slots = table + chunkHeader;
  let slot = hash & mask;
  let record: usize = 0;
  do {
    const entry = atomic.load<u64>(slots + (slot << 3));
    record = <usize>(entry >> 32);
    if (record != 0 && <u32>entry == hash && holds(record, text, length, tag)) break;
    slot = (slot + 1) & mask;
  } while (record != 0);
  return record;
}

/** Adds a text that was not found; 0 when the plain code has to, because there is no room or no lock. */
export function add(dictionary: usize, text: usize, length: i32, hash: u32, tag: u32): usize {
  const lock = dictionary + lockAt;
  for (let turn = 0; atomic.cmpxchg<i32>(lock, 0, 1) != 0; turn++) {
    if (turn < spins) continue;
    if (turn > spins + mostSleeps) return 0;
    atomic.wait<i32>(lock, 1, sleepNs);
  }
  let record = find(dictionary, text, length, hash, tag);
  if (record == 0) record = addLocked(dictionary, text, length, hash, tag);
  atomic.store<i32>(lock, 0);
  return record;
}

function addLocked(dictionary: usize, text: usize, length: i32, hash: u32, tag: u32): usize {
  const texts = load<usize>(dictionary, lastTextsAt);
  const chunk = load<usize>(dictionary, lastEntriesAt);
  const id = load<u32>(dictionary, countOfAt);
  const table = load<usize>(dictionary, tableAt);
  const mask = load<u32>(table);
  const used = load<u32>(dictionary, textUsedAt);
  if (texts == 0 || used + <u32>recordHeader + length + copySlack > load<u32>(texts, 4)) return 0;
  if (chunk == 0 || id % entriesPerChunk == 0 || (id + 1) * 2 > mask + 1) return 0;
  const record = texts + chunkHeader + used;
  const lengthAndTag = ((<u32>length) << tagBits) | tag;
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
