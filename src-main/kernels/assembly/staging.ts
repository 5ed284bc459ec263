/** How a staged column lies in memory: as CellColumn (src-main/index/row-table.ts) has it, for 1024 rows. */

export const kindsAt: usize = 0;
export const startsAt: usize = 1024;
export const endsAt: usize = 5120;
export const numbersAt: usize = 9216;
/** With some bytes more than the arrays take, so that a row's cells do not all lie in the same few sets of the cache. */
export const columnBytes: usize = 17600;

export const enum Kind {
  absent = 0,
  number = 1,
  span = 2,
  value = 3,
  yes = 4,
  no = 5,
  /** As written at [start, end): a JSON value, a text with JSON's escapes, and a number that no double tells. */
  json = 6,
  escaped = 7,
  exact = 8,
}

/** None of the first `rows` cells of these columns has a value any more; those behind have none. */
export function clearKinds(staging: usize, columns: i32, rows: i32): void {
  const end = staging + <usize>columns * columnBytes;
  const none = i32x4.splat(0);
  for (let column = staging; column < end; column += columnBytes) {
    for (let row: usize = 0; row < <usize>rows; row += 16) v128.store(column + kindsAt + row, none);
  }
}

/** None of the 16 cells from this one on has a value. */
export function isRunAbsent(kinds: usize): bool {
  return !v128.any_true(v128.load(kinds));
}

/** Stores a word 16 times. */
export function fillWords(words: usize, word: u32): void {
  const four = i32x4.splat(word);
  v128.store(words, four);
  v128.store(words, four, 16);
  v128.store(words, four, 32);
  v128.store(words, four, 48);
}

/** Lengths of cells without a value, and of those whose record is parsed again for it. */
export const absentSpan: u32 = 0xffffffff;
export const parseAgainSpan: u32 = 0xfffffffe;
