/**
 * Rows of an export from columns: cells of a block of rows are put one behind the other. AssemblyScript; the plain twin is
 * ByteRowWriter as workers/field-rows.ts uses it. export-kernel.ts lays out the memory, keeps what is asked for here, and
 * does the cells that are not sure: `writeRows` stops before each of them.
 *
 * Texts are copied 16 bytes at a time, so whoever reads or writes keeps as many bytes behind the end. A text is looked at
 * for bytes that need care while it is copied, and only one that has any is gone through byte by byte.
 */

/** Words of the state, as byte offsets. Twin: export-kernel.ts. */
const outAt: usize = 0;
const outEndAt: usize = 4;
/** The row of the block and the column that come next. */
const rowAt: usize = 8;
const columnAt: usize = 12;
const columnsAt: usize = 16;
/** Where columns are described, and the block's lists of rows, begins of records in memory, and lines. */
const descriptionsAt: usize = 20;
const rowsAt: usize = 24;
const recordsAt: usize = 28;
const linesAt: usize = 32;
/** Where each row of the block ended. */
const endsAt: usize = 36;
const rowEndAt: usize = 40;
const rowEndLengthAt: usize = 44;
const lineStartAt: usize = 48;
/** 0 where rows do not begin with their line. */
const lineStartLengthAt: usize = 52;
const firstLineAt: usize = 56;
/** How texts are written: the bytes that need care, those below a bound among them. */
const specialAt: usize = 64;
const belowAt: usize = 72;
/** The byte on both sides of a text, or 0; 1 where a text with bytes that need care stands in quotes. */
const markAt: usize = 76;
const quotesAt: usize = 80;
/** Tables by byte: 8 bytes for what a byte is written as, its length first, 0 is itself; and first bytes of formulas. */
const escapesAt: usize = 84;
const formulasAt: usize = 88;
/** 1 when the row's line stands in the output already. */
const begunAt: usize = 92;

/** Words of a column's description, as byte offsets. Twin: export-kernel.ts. */
const kindAt: usize = 0;
const widthAt: usize = 4;
const valuesAt: usize = 8;
const beforeAt: usize = 12;
const beforeLengthAt: usize = 16;
const absentAt: usize = 20;
const absentLengthAt: usize = 24;
/** Cells by code, ids by code, lengths of spans, or the text of the minute. */
const tableAt: usize = 28;
/** Entries by id, the width of lengths, or the length of the minute's text. */
const moreAt: usize = 32;
/** Lengths that mean absent and "ask", or where the minute's text has its seconds. */
const noneAt: usize = 36;
const askAt: usize = 40;
/** The block's texts: address and length of each. */
const placesAt: usize = 44;
/** The number that a stored 1 is, and the begin of the minute. */
const baseAt: usize = 48;
const minuteAt: usize = 56;
const descriptionBytes: usize = 64;

const absentKind: u32 = 0;
const numberKind: u32 = 1;
const instantKind: u32 = 2;
const cellsKind: u32 = 3;
const entriesKind: u32 = 4;
const spanKind: u32 = 5;

const done: i32 = 0;
const isFull: i32 = 1;
const isUnsure: i32 = 2;

/** The length of an entry that is no text. */
const noText: u32 = 0xffffffff;
/** The longest number or instant, and what a copy may write too much. */
const slack: usize = 64;
const minuteMs: u64 = 60_000;

function wordAt(values: usize, width: u32, row: u32): u32 {
  if (width === 1) return load<u8>(values + row);
  if (width === 2) return load<u16>(values + (usize(row) << 1));
  return load<u32>(values + (usize(row) << 2));
}

/** Copies 16 bytes at a time. */
function copy(from: usize, length: usize, to: usize): usize {
  for (let at: usize = 0; at < length; at += 16) v128.store(to + at, v128.load(from + at));
  return to + length;
}

function putDigits(value: u64, out: usize): usize {
  let digits: usize = 1;
  for (let bound: u64 = 10; bound <= value && digits < 19; bound *= 10) digits++;
  let at = out + digits;
  let high = value;
  while (high > 0xffffffff) {
    const next = high / 10;
    store<u8>(--at, u8(48 + high - next * 10));
    high = next;
  }
  let rest = u32(high);
  while (at > out) {
    const next = rest / 10;
    store<u8>(--at, u8(48 + rest - next * 10));
    rest = next;
  }
  return out + digits;
}

/** Where the text ends in the output; 0 where it has bytes beyond ASCII and they are not sure to be UTF-8. */
function putText(state: usize, from: usize, length: usize, isSure: bool, out: usize): usize {
  const mark = load<u8>(state, markAt);
  let to = out;
  if (mark !== 0) store<u8>(to++, mark);
  const a = v128.load8_splat(state, specialAt);
  const b = v128.load8_splat(state, specialAt + 1);
  const c = v128.load8_splat(state, specialAt + 2);
  const d = v128.load8_splat(state, specialAt + 3);
  const below = v128.load8_splat(state, belowAt);
  let care: u32 = 0;
  let beyond: u32 = 0;
  for (let at: usize = 0; at < length; at += 16) {
    const bytes = v128.load(from + at);
    v128.store(to + at, bytes);
    const hits = v128.or(
      v128.or(v128.or(i8x16.eq(bytes, a), i8x16.eq(bytes, b)), v128.or(i8x16.eq(bytes, c), i8x16.eq(bytes, d))),
      i8x16.lt_u(bytes, below),
    );
    const inside: u32 = length - at < 16 ? (1 << u32(length - at)) - 1 : 0xffff;
    care |= u32(i8x16.bitmask(hits)) & inside;
    beyond |= u32(i8x16.bitmask(bytes)) & inside;
  }
  if (beyond !== 0 && !isSure) return 0;
  const formulas = load<u32>(state, formulasAt);
  const isFormula = formulas !== 0 && length > 0 && load<u8>(formulas + load<u8>(from)) !== 0;
  const quotes = load<u32>(state, quotesAt) !== 0;
  if (care === 0 && !isFormula && (length > 0 || !quotes)) {
    to += length;
    if (mark !== 0) store<u8>(to++, mark);
    return to;
  }
  // An empty text is told from none by its quotes.
  const isQuoted = quotes && (care !== 0 || length === 0);
  if (isQuoted) store<u8>(to++, 34);
  if (isFormula) store<u8>(to++, 39);
  const escapes = load<u32>(state, escapesAt);
  for (let at: usize = 0; at < length; at++) {
    const byte = load<u8>(from + at);
    const escape = usize(escapes) + (usize(byte) << 3);
    const size = load<u8>(escape);
    if (size === 0) store<u8>(to++, byte);
    else {
      store<u64>(to, load<u64>(escape) >> 8);
      to += size;
    }
  }
  if (isQuoted) store<u8>(to++, 34);
  if (mark !== 0) store<u8>(to++, mark);
  return to;
}

/** Finds the texts of a block: entries first, so that the processor waits for many of them at once. */
export function findEntries(state: usize, description: usize, count: u32): u32 {
  const rows = load<u32>(state, rowsAt);
  const values = load<u32>(description, valuesAt);
  const width = load<u32>(description, widthAt);
  const ids = load<u32>(description, tableAt);
  const entries = load<u32>(description, moreAt);
  const places = load<u32>(description, placesAt);
  for (let k: u32 = 0; k < count; k++) {
    const code = wordAt(values, width, load<u32>(rows + (k << 2)));
    // Where there is no value any entry will do.
    const id = load<u32>(ids + ((code === 0 ? 0 : code - 1) << 2));
    store<u32>(places + (k << 3), code === 0 ? 0 : entries + (id << 3));
  }
  for (let k: u32 = 0; k < count; k++) {
    const place = places + (k << 3);
    const entry = load<u32>(place);
    store<u64>(place, entry === 0 ? 0 : load<u64>(entry));
  }
  let touched: u32 = 0;
  for (let k: u32 = 0; k < count; k++) {
    const place = places + (k << 3);
    const text = load<u32>(place);
    if (text === 0) continue;
    touched += load<u8>(text);
    const length = load<u32>(place, 4);
    if (length !== noText) touched += load<u8>(text + length);
  }
  return touched;
}

/** Writes rows of a block from the state's row and column on. */
export function writeRows(state: usize, count: u32): i32 {
  const columns = load<u32>(state, columnsAt);
  const descriptions = load<u32>(state, descriptionsAt);
  const rows = load<u32>(state, rowsAt);
  const records = load<u32>(state, recordsAt);
  const outEnd = load<u32>(state, outEndAt);
  const lineStartLength = load<u32>(state, lineStartLengthAt);
  const rowEndLength = load<u32>(state, rowEndLengthAt);
  const lineStart = load<u32>(state, lineStartAt);
  const rowEnd = load<u32>(state, rowEndAt);
  let out: usize = load<u32>(state, outAt);
  let k = load<u32>(state, rowAt);
  let column = load<u32>(state, columnAt);
  let begun = load<u32>(state, begunAt) !== 0;
  let stopped = done;
  while (k < count) {
    const row = load<u32>(rows + (k << 2));
    if (!begun && lineStartLength !== 0) {
      if (out + lineStartLength + slack > outEnd) {
        stopped = isFull;
        break;
      }
      out = copy(lineStart, lineStartLength, out);
      out = putDigits(load<u64>(state, firstLineAt) + load<u32>(load<u32>(state, linesAt) + (k << 2)), out);
    }
    begun = true;
    for (; column < columns; column++) {
      const description = usize(descriptions) + usize(column) * descriptionBytes;
      const beforeLength = load<u32>(description, beforeLengthAt);
      const absentLength = load<u32>(description, absentLengthAt);
      if (out + beforeLength + absentLength + slack > outEnd) {
        stopped = isFull;
        break;
      }
      const kind = load<u32>(description, kindAt);
      if (kind === cellsKind) {
        const code = wordAt(load<u32>(description, valuesAt), load<u32>(description, widthAt), row);
        const cell = load<u32>(description, tableAt) + (code << 3);
        const address = load<u32>(cell);
        const length = load<u32>(cell, 4);
        if (address === 0) {
          stopped = isUnsure;
          break;
        }
        if (out + length + slack > outEnd) {
          stopped = isFull;
          break;
        }
        out = copy(address, length, out);
        continue;
      }
      if (kind === numberKind) {
        const stored = wordAt(load<u32>(description, valuesAt), load<u32>(description, widthAt), row);
        if (stored !== 0) {
          out = copy(load<u32>(description, beforeAt), beforeLength, out);
          out = putDigits(load<u64>(description, baseAt) + stored - 1, out);
          continue;
        }
      } else if (kind === instantKind) {
        const stored = wordAt(load<u32>(description, valuesAt), load<u32>(description, widthAt), row);
        if (stored !== 0) {
          const ms = load<u64>(description, baseAt) + stored - 1 - load<u64>(description, minuteAt);
          if (ms >= minuteMs) {
            stopped = isUnsure;
            break;
          }
          out = copy(load<u32>(description, beforeAt), beforeLength, out);
          const digits = out + load<u32>(description, noneAt);
          out = copy(load<u32>(description, tableAt), load<u32>(description, moreAt), out);
          const second = u32(ms) / 1000;
          const millisecond = u32(ms) - second * 1000;
          store<u8>(digits, u8(48 + second / 10));
          store<u8>(digits, u8(48 + (second % 10)), 1);
          store<u8>(digits, u8(48 + millisecond / 100), 3);
          store<u8>(digits, u8(48 + ((millisecond / 10) % 10)), 4);
          store<u8>(digits, u8(48 + (millisecond % 10)), 5);
          continue;
        }
      } else if (kind === entriesKind || kind === spanKind) {
        let text: usize;
        let length: u32;
        if (kind === entriesKind) {
          const place = load<u32>(description, placesAt) + (k << 3);
          text = load<u32>(place);
          length = load<u32>(place, 4);
          if (length === noText) {
            stopped = isUnsure;
            break;
          }
        } else {
          length = wordAt(load<u32>(description, tableAt), load<u32>(description, moreAt), row);
          if (length === load<u32>(description, askAt)) {
            stopped = isUnsure;
            break;
          }
          text =
            length === load<u32>(description, noneAt)
              ? 0
              : load<u32>(records + (k << 2)) +
                wordAt(load<u32>(description, valuesAt), load<u32>(description, widthAt), row);
        }
        if (text !== 0) {
          // A byte may become six.
          if (out + beforeLength + usize(length) * 6 + slack > outEnd) {
            stopped = isFull;
            break;
          }
          const ended = putText(
            state,
            text,
            length,
            kind === entriesKind,
            copy(load<u32>(description, beforeAt), beforeLength, out),
          );
          if (ended === 0) {
            stopped = isUnsure;
            break;
          }
          out = ended;
          continue;
        }
      } else if (kind !== absentKind) {
        stopped = isUnsure;
        break;
      }
      out = copy(load<u32>(description, absentAt), absentLength, out);
    }
    if (stopped !== done) break;
    if (out + rowEndLength + slack > outEnd) {
      stopped = isFull;
      break;
    }
    out = copy(rowEnd, rowEndLength, out);
    store<u32>(load<u32>(state, endsAt) + (k << 2), u32(out));
    k++;
    column = 0;
    begun = false;
  }
  store<u32>(state, u32(out), outAt);
  store<u32>(state, k, rowAt);
  store<u32>(state, column, columnAt);
  store<u32>(state, begun ? 1 : 0, begunAt);
  return stopped;
}
