/**
 * Takes a record of CSV or TSV apart into tokens, one for each cell that is not empty. Twins: DelimitedParser and
 * QuoteState in src-main/formats, whose answers it gives or none.
 */
import { setToken } from './json-scan';
import * as plan from './keyed-plan';
import { Token } from './keyed-plan';
import { plainNumber } from './decimal';

const quote: u8 = 34;
const newline: u8 = 10;
const carriageReturn: u8 = 13;
const minus: u8 = 45;

/** Records of more lines are left to the twin, which gives a quote up at some length. */
const mostLines = 500;

/** Of the record that was scanned last. */
let lineCount = 0;
let newlineAt: usize = 0;
/** The quoted cell has quotes or line ends that are not its text as they stand. */
let isEscaped = false;

/** How many lines the record has that was scanned last. */
export function cellLines(): i32 {
  return lineCount;
}
/** The newline behind it. */
export function cellNewline(): usize {
  return newlineAt;
}

/** The address behind the last token of the record at `from`, or 0: not sure, or it does not end before `limit`. */
export function scanCells(header: usize, from: usize, limit: usize): usize {
  store<u32>(header, load<u32>(header, plan.recordAt) + 1, plan.recordAt);
  const count = load<i32>(header, plan.cellCountAt);
  const nodes = load<usize>(header, plan.cellNodesAt);
  const numeric = load<usize>(header, plan.cellNumericAt);
  const delimiter = load<u8>(header, plan.delimiterAt);
  const hasQuotes = load<u8>(header, plan.delimiterAt + 1) != 0;
  let token = load<usize>(header, plan.tokensAt);
  let at = from;
  lineCount = 1;
  if (isLineEnd(at)) return 0;
  for (let cell = 0; cell < count; cell++) {
    const node = load<usize>(nodes + (cell << 2));
    const isQuoted = hasQuotes && load<u8>(at) == quote;
    const start = isQuoted ? at + 1 : at;
    isEscaped = false;
    const end = isQuoted ? quoteEnd(start, limit) : cellEnd(delimiter, at, limit);
    if (end == 0) return 0;
    at = isQuoted ? end + 1 : end;
    if (isQuoted || end > start) {
      const isNumber = !isEscaped && end > start && load<u8>(numeric + cell) != 0;
      if (!isNumber) setToken(token, node, isEscaped ? Token.escaped : Token.text, start, end, 0);
      else if (!setNumber(token, node, start, end)) return 0;
      token += plan.tokenBytes;
    }
    if (cell + 1 < count) {
      if (at >= limit || load<u8>(at) != delimiter) return 0;
      at++;
    }
  }
  if (!isLineEnd(at)) return 0;
  newlineAt = load<u8>(at) == newline ? at : at + 1;
  return newlineAt < limit ? token : 0;
}

function isLineEnd(at: usize): bool {
  return load<u8>(at) == newline || (load<u8>(at) == carriageReturn && load<u8>(at + 1) == newline);
}

/** The delimiter or line end behind the cell at `from`, or 0. */
function cellEnd(delimiter: u8, from: usize, limit: usize): usize {
  const delimiters = i8x16.splat(delimiter);
  const newlines = i8x16.splat(newline);
  for (let at = from; at < limit; at += 16) {
    const here = v128.load(at);
    const found = i8x16.bitmask(v128.or(i8x16.eq(here, delimiters), i8x16.eq(here, newlines)));
    if (found == 0) continue;
    const end = at + ctz(found);
    if (end >= limit) return 0;
    return end > from && load<u8>(end) == newline && load<u8>(end - 1) == carriageReturn ? end - 1 : end;
  }
  return 0;
}

/** The quote that ends the cell whose text begins at `from`, or 0. */
function quoteEnd(from: usize, limit: usize): usize {
  const quotes = i8x16.splat(quote);
  const newlines = i8x16.splat(newline);
  let at = from;
  while (at < limit) {
    const here = v128.load(at);
    const found = i8x16.bitmask(v128.or(i8x16.eq(here, quotes), i8x16.eq(here, newlines)));
    if (found == 0) {
      at += 16;
      continue;
    }
    at += ctz(found);
    if (at + 1 >= limit) return 0;
    if (load<u8>(at) == quote) {
      if (load<u8>(at + 1) != quote) return at;
      isEscaped = true;
      at++;
    } else {
      if (at > from && load<u8>(at - 1) == carriageReturn) isEscaped = true;
      if (++lineCount > mostLines) return 0;
    }
    at++;
  }
  return 0;
}

/** A number, or the text of a cell that is none; false for a number that needs a closer look. */
function setNumber(token: usize, node: usize, from: usize, to: usize): bool {
  const value = plainNumber(from, to);
  if (value != value) {
    const first = load<u8>(from) == minus && from + 1 < to ? load<u8>(from + 1) : load<u8>(from);
    if (first - 48 <= 9) return false;
    setToken(token, node, Token.text, from, to, 0);
  } else setToken(token, node, Token.number, from, to, value);
  return true;
}
