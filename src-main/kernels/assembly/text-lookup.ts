/** Finds the records that the texts of a batch may be; `appendCodes` compares the texts themselves. */
import { hashText } from './bytes';
import {
  byEntryAt,
  dictionaryAt,
  entriesAt,
  hashAt,
  keysAt,
  lengthAt,
  lengthMask,
  memoAt,
  recordAt,
  textAt,
  textBytes,
} from './text-batch';
import { chunkHeader, plain, recordHeader, tableAt } from './texts';

const memoMask: u32 = 255;
const memoPrime: u64 = ((<u64>0x9e3779b9) << 32) | 0x7f4a7c15;

/** A place in the memo by length and first and last bytes, of which up to 16 count. */
export function memoPlace(memo: usize, text: usize, length: i32): usize {
  const bits = (<u64>length) << 3;
  const isLong = length >= 8;
  const first = load<u64>(text) & select<u64>(u64.MAX_VALUE, ((<u64>1) << bits) - 1, isLong);
  const last = select<u64>(load<u64>(text + length - 8), first, isLong);
  const mixed = (first * memoPrime + last + length) * memoPrime;
  return memo + ((<usize>((<u32>(mixed >> 40)) & memoMask)) << 2);
}

/** By the memo. */
export function recallTexts(state: usize, first: usize, end: usize): void {
  const memo = load<usize>(state, memoAt);
  for (let place = first; place < end; place += textBytes) {
    const text = load<usize>(place, textAt);
    store<usize>(place, load<usize>(memoPlace(memo, text, load<u32>(place, lengthAt) & lengthMask)), recordAt);
  }
}

/**
 * By the table: first all hashes, then all slots, then all records, then all codes. Loops that only touch come before
 * those that decide: the processor has many of their misses of the cache under way at once, while a branch that was
 * foretold wrongly waits for its miss, and all that comes behind it with it.
 */
export function lookAhead(state: usize, first: usize, end: usize): void {
  const keys = load<usize>(state, keysAt);
  for (let place = first; place < end; place += textBytes) {
    store<u32>(
      place,
      hashText(load<usize>(place, textAt), load<u32>(place, lengthAt) & lengthMask, keys, plain),
      hashAt,
    );
  }
  const table = atomic.load<usize>(load<usize>(state, dictionaryAt), tableAt);
  const mask = load<u32>(table);
  const slots = table + chunkHeader;
  let touched: u32 = 0;
  for (let place = first; place < end; place += textBytes) {
    touched |= load<u32>(slots + ((<usize>(load<u32>(place, hashAt) & mask)) << 3));
  }
  for (let place = first; place < end; place += textBytes) {
    const hash = load<u32>(place, hashAt);
    let slot = hash & mask;
    let entry = atomic.load<u64>(slots + ((<usize>slot) << 3));
    while (<u32>entry != hash && entry != 0) {
      slot = (slot + 1) & mask;
      entry = atomic.load<u64>(slots + ((<usize>slot) << 3));
    }
    store<u32>(place, <u32>(entry >> 32), recordAt);
  }
  for (let place = first; place < end; place += textBytes) {
    const record = load<usize>(place, recordAt);
    // The last byte too: half of all texts reach into another line of the cache than the one that they begin in.
    touched |= load<u32>(record) | load<u8>(record + recordHeader - 1 + (load<u32>(place, lengthAt) & lengthMask));
  }
  const byEntry = load<usize>(state, byEntryAt);
  const entries = load<u32>(state, entriesAt);
  for (let place = first; place < end; place += textBytes) {
    const id = load<u32>(load<usize>(place, recordAt));
    touched |= load<u32>(byEntry + ((<usize>select<u32>(id, 0, id < entries)) << 2));
  }
  // So that what only touches is not left out.
  store<u32>(end, touched);
}
