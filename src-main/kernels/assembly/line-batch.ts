const newline: u8 = 10;
const quote: u8 = 34;

/**
 * The lines that `readLines` reads at once, and how what is known of them lies in memory. Each loop does one thing to
 * all of them: what one line waits for, the processor does for the next ones meanwhile.
 */

/** So many that they and what is staged of them stay in the nearest cache. */
export const mostLines = 64;
/** A batch ends with the line that reaches beyond so many bytes; longer lines are left to the twin. */
const mostBytes: usize = 1 << 15;

/** Word: how many lines to try next. */
export const triedAt: usize = 0;
/** Words by line: where the value at hand begins, where it ends, where the line does; its place in the list of quotes. */
export const fromsAt: usize = 16;
export const tosAt: usize = 272;
export const lineEndsAt: usize = 528;
export const quoteOfAt: usize = 784;
/** Words, of up to 63 lines more than are wanted: addresses of newlines, and of the quote that follows each. */
export const newlinesAt: usize = 1040;
const quoteAfterAt: usize = 1568;
/** Words: addresses of quotes, one behind them that ends every search, and room for those stored in advance. */
const quotesAt: usize = 2096;
export const batchBytes: usize = 133_504;

/** A bit for each of the 64 bytes from `at` on: whether it is this byte. */
export function bytesEqual(at: usize, byte: u8): u64 {
  const wanted = i8x16.splat(byte);
  const first = <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at), wanted)));
  const second = <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at, 16), wanted)));
  const third = <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at, 32), wanted)));
  const fourth = <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at, 48), wanted)));
  return first | (second << 16) | (third << 32) | (fourth << 48);
}

/** Lists newlines and quotes from `from` on, until there are `most` lines; returns how many end before `filled`. */
export function findLines(batch: usize, from: usize, filled: usize, most: i32): i32 {
  const end = min(filled, from + mostBytes);
  const newlines = batch + newlinesAt;
  const quotesAfter = batch + quoteAfterAt;
  let quotes = batch + quotesAt;
  let lines = 0;
  store<u32>(batch, <u32>quotes, quoteOfAt);
  for (let block = from; block < end && lines < most; block += 64) {
    let ends = bytesEqual(block, newline);
    let marks = bytesEqual(block, quote);
    const count = <i32>popcnt(ends);
    const markCount = <usize>popcnt(marks);
    // The first of each is stored in any case, and overwritten where there is none: most blocks cannot be foretold.
    let place = (<usize>lines) << 2;
    store<u32>(newlines + place, <u32>(block + <usize>ctz(ends)));
    store<u32>(quotesAfter + place, <u32>(quotes + ((<usize>popcnt(marks & (ends ^ (ends - 1)))) << 2)));
    for (let more = 1; more < count; more++) {
      ends &= ends - 1;
      place += 4;
      store<u32>(newlines + place, <u32>(block + <usize>ctz(ends)));
      store<u32>(quotesAfter + place, <u32>(quotes + ((<usize>popcnt(marks & (ends ^ (ends - 1)))) << 2)));
    }
    lines += count;
    const after = quotes + (markCount << 2);
    do {
      store<u32>(quotes, <u32>(block + <usize>ctz(marks)));
      marks &= marks - 1;
      store<u32>(quotes, <u32>(block + <usize>ctz(marks)), 4);
      marks &= marks - 1;
      store<u32>(quotes, <u32>(block + <usize>ctz(marks)), 8);
      marks &= marks - 1;
      store<u32>(quotes, <u32>(block + <usize>ctz(marks)), 12);
      marks &= marks - 1;
      quotes += 16;
    } while (quotes < after);
    quotes = after;
  }
  store<u32>(quotes, 0xffffffff);
  while (lines > 0 && load<u32>(newlines + ((<usize>lines - 1) << 2)) >= <u32>filled) lines--;
  return min(lines, most);
}

/** Where the list of quotes goes on behind line `line`. */
export function quoteAfter(batch: usize, line: i32): u32 {
  return load<u32>(batch + quoteAfterAt + ((<usize>line) << 2));
}
