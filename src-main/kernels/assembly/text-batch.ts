/** The state of `appendCodes`, and the texts of up to 512 rows that it works on at once. */

/** Words of the state, as ColumnDictionary writes them. */
export const countAt: usize = 0;
export const usedAt: usize = 4;
export const nullsAt: usize = 8;
export const dictionaryAt: usize = 12;
export const byEntryAt: usize = 16;
export const entriesAt: usize = 20;
export const idsAt: usize = 24;
export const stampAt: usize = 28;
/** Keys of the hash. */
export const keysAt: usize = 32;
export const longestAt: usize = 36;
export const bytesLimitAt: usize = 40;
export const utf8At: usize = 44;
export const memoAt: usize = 48;
/** Codes of the flags true and false in this segment, 0 while they have none. */
export const flagsAt: usize = 52;
/** Out: how many cells were flags. */
export const flagCountAt: usize = 60;

/** So many rows that what is touched of their texts stays in the nearest caches. */
export const batchRows = 512;

/** Words of a text in the batch: its hash, the record that it may be, its address, its length below its row's number. */
export const hashAt: usize = 0;
export const recordAt: usize = 4;
export const textAt: usize = 8;
export const lengthAt: usize = 12;
export const rowShift = 16;
export const lengthMask: u32 = 0xffff;
export const textShift = 4;
export const textBytes: usize = 1 << textShift;
