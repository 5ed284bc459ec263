/**
 * Walks templates over the first lines of records and stages what they capture. Twins: TemplateMatch in
 * src-main/formats/template-match.ts, and setFields in timestamped-parser.ts.
 */
import { equalBytes, findByte } from './bytes';
import { setNumber, setSpan } from './cells';
import * as plan from './record-plan';
import { Op } from './record-plan';

/** The ordinal of a level word at [from, to) of the buffer, or -1. */
declare function readLevel(from: i32, to: i32): i32;

/** As in the twin. */
const longestCapture: usize = 512;
const mostDigits: usize = 15;

const space: u8 = 32;
const tab: u8 = 9;
const dot: u8 = 46;
const colon: u8 = 58;

const wordPrime: u64 = 0x9e3779b1;

/** The level that the walk has met, or -1. */
let level: i32 = -1;

/** Matches the rest of a first line, from behind its time. The level and the captures are then those of the line. */
export function matches(records: usize, template: usize, bytes: usize, start: usize, end: usize): bool {
  level = -1;
  const isUpper = (load<u32>(records, plan.flagsAt) & 1) != 0;
  const last = load<usize>(template, plan.stepsEndAt);
  let at = start;
  let option: usize = 0;
  let optionAt: usize = 0;
  for (let step = template + plan.stepsAt; step < last;) {
    const here = step;
    step += plan.recordStepBytes;
    if (option != 0 && step > load<usize>(option, plan.endAt)) option = 0;
    const op = load<i32>(here, plan.opAt);
    let reached: usize = 0;
    if (op == Op.literal) {
      if (isAt(here, at, end)) reached = at + load<i32>(here, plan.lengthAt);
    } else if (op == Op.space) {
      reached = spaceEnd(here, at, end);
    } else if (op == Op.option) {
      option = here;
      optionAt = at;
      continue;
    } else {
      reached = captureEnd(records, here, op, bytes, at, end, isUpper);
      const capture = load<i32>(here, plan.captureAt) << 2;
      store<usize>(records + capture, at, plan.captureStartsAt);
      store<usize>(records + capture, reached, plan.captureEndsAt);
    }
    if (reached != 0) {
      at = reached;
      continue;
    }
    if (option == 0) return false;
    for (let capture = load<i32>(option, plan.captureAt); capture < load<i32>(option, plan.capturesEndAt); capture++) {
      store<usize>(records + (capture << 2), 0, plan.captureEndsAt);
    }
    at = optionAt;
    step = load<usize>(option, plan.endAt);
    option = 0;
  }
  return true;
}

/** Stages what `matches` found but the message, whose begin it returns. */
export function setCaptures(records: usize, template: usize, bytes: usize, staging: usize, row: i32): usize {
  const starts = records + plan.captureStartsAt;
  const ends = records + plan.captureEndsAt;
  if (level >= 0) setNumber(staging, load<i32>(records, plan.levelFieldAt), row, <f64>level);
  else {
    const capture = load<i32>(template, plan.levelCaptureAt);
    if (capture >= 0) {
      const from = load<usize>(starts + (capture << 2));
      const to = load<usize>(ends + (capture << 2));
      if (to > from) setSpan(staging, load<i32>(records, plan.unknownLevelFieldAt), row, bytes, from, to);
    }
  }
  const count = load<i32>(template, plan.captureCountAt);
  for (let capture = 0; capture < count; capture++) {
    const column = load<i32>(template + (capture << 3), plan.columnsAt);
    if (column < 0) continue;
    let from = load<usize>(starts + (capture << 2));
    let to = load<usize>(ends + (capture << 2));
    while (from < to && load<u8>(from) == space) from++;
    while (to > from && load<u8>(to - 1) == space) to--;
    if (from >= to) continue;
    if (load<i32>(template + (capture << 3), plan.columnsAt + 4) != 0)
      setNumber(staging, column, row, numberAt(from, to));
    else setSpan(staging, column, row, bytes, from, to);
  }
  return load<usize>(starts + (load<i32>(template, plan.messageCaptureAt) << 2));
}

/** End of a capture, or 0. */
function captureEnd(records: usize, step: usize, op: i32, bytes: usize, at: usize, end: usize, isUpper: bool): usize {
  switch (op) {
    case Op.level:
      return levelEnd(records, bytes, at, end, true, load<i32>(step, plan.lengthAt) == 0, isUpper);
    case Op.anyLevel:
      return levelEnd(records, bytes, at, end, false, load<i32>(step, plan.lengthAt) == 0, isUpper);
    case Op.letter:
      return letterEnd(records, bytes, at, end, load<i32>(step, plan.lengthAt) == 0);
    case Op.token:
    case Op.className:
    case Op.source:
      return tokenEnd(step, op, at, end);
    case Op.any:
      return anyEnd(step, at, end);
    case Op.number: {
      const stop = digitsEnd(at, end);
      return stop == at || (stop < end && isWord(records, load<u8>(stop))) ? 0 : stop;
    }
    case Op.decimal: {
      let stop = digitsEnd(at, end);
      if (stop > at && stop < end && load<u8>(stop) == dot) stop = digitsEnd(stop + 1, end);
      return stop == at ? 0 : stop;
    }
    default:
      return end;
  }
}

/** The bytes of a step stand at `at`. */
function isAt(step: usize, at: usize, end: usize): bool {
  const length = load<i32>(step, plan.lengthAt);
  if (at + length > end || (load<u64>(at) & load<u64>(step, plan.maskAt)) != load<u64>(step, plan.wordAt)) return false;
  return length <= 8 || equalBytes(load<usize>(step, plan.bytesAt), at, length);
}

/** They do, and are followed as they have to be. */
function isStop(step: usize, at: usize, end: usize): bool {
  if (!isAt(step, at, end)) return false;
  const after = at + load<i32>(step, plan.lengthAt);
  return (load<u32>(step, plan.stepFlagsAt) & 1) == 0 || after == end || isBlank(load<u8>(after));
}

function isBlank(byte: u8): bool {
  return byte == space || byte == tab;
}

export function isWord(records: usize, byte: u8): bool {
  return load<u8>(load<usize>(records, plan.wordsAt) + byte) != 0;
}

export function isDigit(byte: u8): bool {
  return byte >= 48 && byte <= 57;
}

function digitsEnd(start: usize, end: usize): usize {
  const limit = min(end, start + mostDigits);
  let at = start;
  while (at < limit && isDigit(load<u8>(at))) at++;
  return at;
}

function spaceEnd(step: usize, at: usize, end: usize): usize {
  const least = load<u32>(step, plan.leastAt);
  // Mostly one space, and no blank behind it.
  if (at + 1 < end && load<u8>(at) == space && least <= 1 && !isBlank(load<u8>(at + 1))) return at + 1;
  const most: usize = load<u32>(step, plan.mostAt);
  const limit = most < end - at ? at + most : end;
  let after = at;
  while (after < limit && isBlank(load<u8>(after))) after++;
  if (after - at >= least) return after;
  return (load<u32>(step, plan.stepFlagsAt) & 2) != 0 && after == end ? after : 0;
}

function letterEnd(records: usize, bytes: usize, at: usize, end: usize, isBare: bool): usize {
  if (at >= end || load<u8>(at) < 65 || load<u8>(at) > 90) return 0;
  level = levelOf(records, bytes, at, at + 1);
  if (level < 0) return 0;
  // mongod's D1 to D5.
  return isBare && load<u8>(at) == 68 && at + 1 < end && isDigit(load<u8>(at + 1)) ? at + 2 : at + 1;
}

function levelEnd(
  records: usize,
  bytes: usize,
  start: usize,
  end: usize,
  isKnown: bool,
  isBare: bool,
  hasUpperLevels: bool,
): usize {
  const word = v128.load(start);
  const letters = i8x16.le_u(i8x16.sub(v128.or(word, i8x16.splat(32)), i8x16.splat(97)), i8x16.splat(25));
  const digits = i8x16.le_u(i8x16.sub(word, i8x16.splat(48)), i8x16.splat(9));
  const others = ~i8x16.bitmask(v128.or(v128.or(letters, digits), i8x16.eq(word, i8x16.splat(95))));
  // Of a word of 16 bytes and more, one more is looked at, as in the twin.
  let at = start + ctz(others);
  if (at - start == 16 && isWord(records, load<u8>(at))) at++;
  at = min(at, end);
  const length = <i32>(at - start);
  const lower = i8x16.bitmask(i8x16.ge_u(word, i8x16.splat(97))) & ((1 << length) - 1);
  const isUpper = lower == 0 && (length < 17 || load<u8>(at - 1) < 97);
  if (length < (isBare || isKnown ? 3 : 1)) return 0;
  level = levelOf(records, bytes, start, at);
  if (!isKnown) return at;
  return level < 0 || (isBare && hasUpperLevels && !isUpper) ? 0 : at;
}

/** The ordinal of the word [start, end), which has word bytes only; of those that came before without asking. */
function levelOf(records: usize, bytes: usize, start: usize, end: usize): i32 {
  const length = end - start;
  if (length == 0 || length > 16) return -1;
  let first = load<u64>(start);
  let last: u64 = 0;
  if (length < 8) first &= ((<u64>1) << (length << 3)) - 1;
  else if (length > 8) {
    last = load<u64>(start, 8);
    if (length < 16) last &= ((<u64>1) << ((length - 8) << 3)) - 1;
  }
  const mixed = (first ^ (first >> 32) ^ rotl<u64>(last, 29)) * wordPrime;
  const slot = load<usize>(records, plan.levelsAt) + ((<u32>(mixed >> 24)) & (plan.levelSlots - 1)) * plan.levelBytes;
  const known = load<i32>(slot, 16);
  if (known != 0 && load<u64>(slot) == first && load<u64>(slot, 8) == last) return known - 2;
  const ordinal = readLevel(<i32>(start - bytes), <i32>(end - bytes));
  store<u64>(slot, first);
  store<u64>(slot, last, 8);
  store<i32>(slot, ordinal + 2, 16);
  return ordinal;
}

function tokenEnd(step: usize, op: i32, start: usize, end: usize): usize {
  const limit = min(end, start + longestCapture);
  // Without bytes nothing but white space ends the token.
  const first = load<i32>(step, plan.lengthAt) > 0 ? load<u8>(load<usize>(step, plan.bytesAt)) : space;
  const blanks = i8x16.splat(space);
  const stops = i8x16.splat(first);
  let stop = limit;
  for (let at = start; at < limit; at += 16) {
    const here = v128.load(at);
    let found = i8x16.bitmask(v128.or(i8x16.le_u(here, blanks), i8x16.eq(here, stops)));
    for (; found != 0; found &= found - 1) {
      const place = at + ctz(found);
      if (place >= limit || load<u8>(place) <= space || isStop(step, place, end)) {
        stop = min(place, limit);
        break;
      }
    }
    if (found != 0) break;
  }
  if (stop == start) return 0;
  if (op == Op.token) return stop;
  return (op == Op.className ? isClass(start, stop) : isSource(start, stop)) ? stop : 0;
}

function isClass(start: usize, end: usize): bool {
  const first = load<u8>(start) | 32;
  const last = load<u8>(end - 1);
  return first >= 97 && first <= 122 && last != dot && last != 44 && last != colon && findByte(dot, start, end) != 0;
}

function isSource(start: usize, end: usize): bool {
  for (let mark = end - 1; mark > start; mark--) {
    if (load<u8>(mark - 1) != colon) continue;
    return mark - 1 > start && isDigit(load<u8>(mark)) && findByte(dot, start, mark - 1) != 0;
  }
  return false;
}

function anyEnd(step: usize, start: usize, end: usize): usize {
  if (load<i32>(step, plan.lengthAt) == 0) return 0;
  const limit = min(end, start + longestCapture);
  const closer = load<u8>(load<usize>(step, plan.bytesAt));
  const opener: u8 = closer == 93 ? 91 : closer == 41 ? 40 : closer == 125 ? 123 : closer;
  const closers = i8x16.splat(closer);
  const openers = i8x16.splat(opener);
  let depth = 0;
  for (let at = start; at < limit; at += 16) {
    const here = v128.load(at);
    let found = i8x16.bitmask(v128.or(i8x16.eq(here, closers), i8x16.eq(here, openers)));
    for (; found != 0; found &= found - 1) {
      const place = at + ctz(found);
      if (place >= limit) return 0;
      if (load<u8>(place) != closer) depth++;
      else if (depth > 0) depth--;
      else if (isStop(step, place, end)) return place;
    }
  }
  return 0;
}

/** As numberAt in the twin, operation by operation. */
function numberAt(start: usize, end: usize): f64 {
  let value: f64 = 0;
  let scale: f64 = 0;
  for (let at = start; at < end; at++) {
    if (load<u8>(at) == dot) scale = 1;
    else {
      value = value * 10 + <f64>load<u8>(at) - 48;
      scale *= 10;
    }
  }
  return scale > 1 ? value / scale : value;
}
