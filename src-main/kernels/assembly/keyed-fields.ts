/**
 * Sets the columns of a record of a structured log from its tokens. Twins: FieldMap and FieldConverter in
 * src-main/formats, whose rules these are; where a rule is not known here, or a column not there yet, the answer is none.
 */
import { findByte } from './bytes';
import * as plan from './keyed-plan';
import { Convert, Implied, Outcome, Pending, Prefix, Target, Token, Trace } from './keyed-plan';
import { jsonTrace, rawFrameEnd, rawFrameStart } from './keyed-traces';
import { isHttp, methodOutcome, portOf, wholeNumber } from './keyed-texts';
import { converted, levelOf, scaled, timeOf, traceOf } from './keyed-values';
import { columnBytes, endsAt, Kind, kindsAt, numbersAt, startsAt } from './staging';

const space: u8 = 32;
const minus: u8 = 45;
const colon: u8 = 58;
const slash: u8 = 47;
const questionMark: u8 = 63;

/** 2 ** 53 - 1. */
const mostSafe: u64 = 9007199254740991;

/** Of the record at hand. */
let header: usize = 0;
let record: u32 = 0;
let bytes: usize = 0;
let staging: usize = 0;
let row: i32 = 0;
let tokensFrom: usize = 0;
let tokensEnd: usize = 0;
let time: f64 = NaN;
let status: f64 = NaN;

/** Sets staged row `rowAt` from the tokens up to `end`. False, with nothing set, when it is not sure of all of them. */
export function setRecord(headerAt: usize, end: usize, bytesAt: usize, stagingAt: usize, rowAt: i32): bool {
  header = headerAt;
  bytes = bytesAt;
  staging = stagingAt;
  row = rowAt;
  tokensFrom = load<usize>(header, plan.tokensAt);
  tokensEnd = end;
  record = load<u32>(header, plan.recordAt);
  time = NaN;
  status = NaN;
  const pending = load<u32>(header, plan.pendingCountAt);
  if (setAll()) return true;
  store<u32>(header, pending, plan.pendingCountAt);
  const columns = load<u32>(header, plan.columnCountAt);
  for (let column: usize = 0; column < columns; column++) {
    store<u8>(staging + column * columnBytes + kindsAt + row, Kind.absent);
  }
  return false;
}

function setAll(): bool {
  const wanted = load<usize>(header, plan.wantedAt);
  const wantedCount = findWinners(wanted);
  for (let place = 0; place < wantedCount; place++) {
    if (!convertBest(load<usize>(wanted + (place << 2)))) return false;
  }
  if (!setError() || !setNanoseconds() || !setImpliedLevel()) return false;
  for (let token = tokensFrom; token < tokensEnd; token += plan.tokenBytes) {
    if (load<u32>(token, plan.takenAt) == 0 && !setNative(token)) return false;
  }
  return load<i32>(header, plan.prefixAt) != Prefix.present || setPrefix();
}

/** What stood before the record: a name is the process, a time the record's, unless it tells them itself. */
function setPrefix(): bool {
  const nameTo = load<i32>(header, plan.nameToAt);
  if (nameTo >= 0) {
    const process = targetOf(Target.process);
    const column = isSet(process) ? load<i32>(header, plan.containerColumnAt) : load<i32>(process, plan.columnAt);
    if (!setSpanOf(column, bytes + load<i32>(header, plan.nameFromAt), bytes + nameTo)) return false;
  }
  const timeTo = load<i32>(header, plan.timeToAt);
  if (timeTo >= 0) {
    const target = targetOf(Target.time);
    if (isSet(target)) {
      const column = load<i32>(header, plan.containerTimeColumnAt);
      if (!setSpanOf(column, bytes + load<i32>(header, plan.timeFromAt), bytes + timeTo)) return false;
    } else if (setNumber(target, load<f64>(header, plan.prefixTimeAt)) == Outcome.unsure) return false;
  }
  const streamTo = load<i32>(header, plan.streamToAt);
  return streamTo < 0 || setSpanOf(load<i32>(header, plan.streamColumnAt), bytes + timeTo + 1, bytes + streamTo);
}

/** The token that sets a target in this record, `byPart`, or 0. */
function winnerOf(target: usize): usize {
  return load<u32>(target, plan.wonAt) == record ? load<usize>(target, plan.winnerAt) : 0;
}

function isSet(target: usize): bool {
  return winnerOf(target) != 0;
}

/** Finds the token of highest rank for each target; returns how many targets there are. */
function findWinners(wanted: usize): i32 {
  let count = 0;
  for (let token = tokensFrom; token < tokensEnd; token += plan.tokenBytes) {
    const node = load<usize>(token, plan.tokenNodeAt);
    const target = load<usize>(node, plan.targetAt);
    if (target == 0) continue;
    if (load<u32>(target, plan.wonAt) != record) {
      store<u32>(target, record, plan.wonAt);
      store<usize>(wanted + (count << 2), target);
      count++;
    } else {
      const winner = load<usize>(load<usize>(target, plan.winnerAt), plan.tokenNodeAt);
      if (load<i32>(winner, plan.rankAt) >= load<i32>(node, plan.rankAt)) continue;
    }
    store<usize>(target, token, plan.winnerAt);
  }
  return count;
}

/** Converts the winner of a target or, when that does not convert, the next in rank that does. */
function convertBest(target: usize): bool {
  for (
    let token = load<usize>(target, plan.winnerAt);
    token > plan.byPart;
    token = load<usize>(target, plan.winnerAt)
  ) {
    const node = load<usize>(token, plan.tokenNodeAt);
    const outcome = convert(token, node, target);
    if (outcome == Outcome.unsure) return false;
    if (outcome != Outcome.no) {
      const isWhole = outcome == Outcome.whole && load<i32>(node, plan.keepsAt) == 0;
      store<u32>(token, u32(isWhole), plan.takenAt);
      return true;
    }
    store<usize>(target, nextBest(target, load<i32>(node, plan.rankAt)), plan.winnerAt);
  }
  return true;
}

function nextBest(target: usize, below: i32): usize {
  let next: usize = 0;
  let best = i32.MIN_VALUE;
  for (let token = tokensFrom; token < tokensEnd; token += plan.tokenBytes) {
    const node = load<usize>(token, plan.tokenNodeAt);
    const rank = load<i32>(node, plan.rankAt);
    if (load<usize>(node, plan.targetAt) != target || rank >= below || (next != 0 && rank <= best)) continue;
    next = token;
    best = rank;
  }
  return next;
}

function targetOf(target: Target): usize {
  return load<usize>(header + <usize>target);
}

/** True when nothing else sets the target; from now on something does. */
function claim(target: usize): bool {
  if (isSet(target)) return false;
  store<usize>(target, plan.byPart, plan.winnerAt);
  store<u32>(target, record, plan.wonAt);
  return true;
}

function convert(token: usize, node: usize, target: usize): Outcome {
  const rule = load<i32>(node, plan.convertAt);
  const kind = load<i32>(token, plan.kindAt);
  switch (rule) {
    case Convert.time:
      return setTime(token, kind, target);
    case Convert.level:
    case Convert.severity:
    case Convert.otelSeverity:
      if (kind > Token.number) return Outcome.no;
      return setConverted(targetOf(Target.level), levelOf(token, bytes));
    case Convert.text:
      return setText(token, kind, target, Pending.escaped);
    case Convert.filled:
      if (kind == Token.text && load<usize>(token, plan.startAt) == load<usize>(token, plan.endAt)) return Outcome.no;
      return setText(token, kind, target, Pending.escaped);
    case Convert.line:
      return kind == Token.number ? Outcome.no : setText(token, kind, target, Pending.line);
    case Convert.first:
      if (kind == Token.json) return setOnlyText(token, target);
      return setText(token, kind, target, Pending.escaped);
    case Convert.integer:
      return setInteger(token, kind, target, Infinity);
    case Convert.status:
      return setInteger(token, kind, target, 599);
    case Convert.ms:
      return setScaled(token, kind, target, 0);
    case Convert.s:
      return setScaled(token, kind, target, 3);
    case Convert.us:
      return setScaled(token, kind, target, -3);
    case Convert.ns:
      return setScaled(token, kind, target, -6);
    case Convert.unit:
      return kind > Token.escaped ? Outcome.no : setConverted(target, converted(token, bytes));
    case Convert.part:
      return Outcome.partly;
    case Convert.exception:
    case Convert.stack:
      return kind > Token.escaped ? Outcome.no : setTrace(rule, token, target);
    default:
      return convertText(rule, token, kind, target);
  }
}

/** Conversions of texts that stand in the record as they are. */
function convertText(rule: i32, token: usize, kind: i32, target: usize): Outcome {
  if (kind == Token.escaped) return Outcome.unsure;
  if (kind != Token.text) return Outcome.no;
  const from = load<usize>(token, plan.startAt);
  const to = load<usize>(token, plan.endAt);
  switch (rule) {
    case Convert.method: {
      const outcome = methodOutcome(from, to);
      return outcome == Outcome.whole ? setSpan(target, from, to) : outcome;
    }
    case Convert.http:
      return isHttp(from, to) ? setSpan(target, from, to) : Outcome.no;
    case Convert.target:
      return setPathAndQuery(target, from, from, to);
    case Convert.localTarget:
      return from < to && load<u8>(from) == slash ? setPathAndQuery(target, from, from, to) : Outcome.no;
    case Convert.url:
      return setUrl(target, from, to);
    case Convert.request:
      return setRequest(from, to);
    case Convert.address:
      return setAddress(target, from, to);
    default:
      return Outcome.unsure;
  }
}

function setNumber(target: usize, value: f64): Outcome {
  return setNumberOf(load<i32>(target, plan.columnAt), value) ? Outcome.whole : Outcome.unsure;
}

function setSpan(target: usize, from: usize, to: usize): Outcome {
  return setSpanOf(load<i32>(target, plan.columnAt), from, to) ? Outcome.whole : Outcome.unsure;
}

function setPending(target: usize, what: Pending, token: usize): Outcome {
  return setPendingOf(load<i32>(target, plan.columnAt), what, token) ? Outcome.whole : Outcome.unsure;
}

function setConverted(target: usize, value: f64): Outcome {
  return value == value ? setNumber(target, value) : Outcome.no;
}

function setNumberOf(column: i32, value: f64): bool {
  if (column < 0) return false;
  const cells = staging + <usize>column * columnBytes;
  store<u8>(cells + kindsAt + row, Kind.number);
  store<f64>(cells + numbersAt + (row << 3), value);
  return true;
}

function setSpanOf(column: i32, from: usize, to: usize): bool {
  return setWrittenOf(column, Kind.span, from, to);
}

function setWrittenOf(column: i32, kind: Kind, from: usize, to: usize): bool {
  if (column < 0) return false;
  const cells = staging + <usize>column * columnBytes;
  store<u8>(cells + kindsAt + row, <u8>kind);
  store<i32>(cells + startsAt + (row << 2), <i32>(from - bytes));
  store<i32>(cells + endsAt + (row << 2), <i32>(to - bytes));
  return true;
}

function setKindOf(column: i32, kind: Kind): bool {
  if (column < 0) return false;
  store<u8>(staging + <usize>column * columnBytes + kindsAt + row, kind);
  return true;
}

function isSpanOnly(column: i32): bool {
  return load<u8>(load<usize>(header, plan.spanOnlyAt) + column) != 0;
}

/** A cell of what the token is written as, unless its column holds nothing but places of texts anyway. */
function setRaw(column: i32, kind: Kind, token: usize): bool {
  if (column < 0) return false;
  if (isSpanOnly(column)) return setKindOf(column, Kind.value);
  return setWrittenOf(column, kind, load<usize>(token, plan.startAt), load<usize>(token, plan.endAt));
}

/** A cell that plain code finishes, unless its column holds nothing but places of texts anyway. */
function setPendingOf(column: i32, what: Pending, token: usize): bool {
  if (what == Pending.escaped && load<i32>(header, plan.isJsonAt) != 0) return setRaw(column, Kind.escaped, token);
  if (!setKindOf(column, Kind.value)) return false;
  if (isSpanOnly(column)) return true;
  const count = load<u32>(header, plan.pendingCountAt);
  if (count == plan.mostPending) return false;
  const place = load<usize>(header, plan.pendingAt) + <usize>count * plan.pendingBytes;
  store<i32>(place, what);
  store<i32>(place, column, 4);
  store<i32>(place, row, 8);
  store<i32>(place, <i32>(load<usize>(token, plan.startAt) - bytes), 12);
  store<i32>(place, <i32>(load<usize>(token, plan.endAt) - bytes), 16);
  store<u32>(header, count + 1, plan.pendingCountAt);
  return true;
}

function setTime(token: usize, kind: i32, target: usize): Outcome {
  if (kind > Token.number) return Outcome.no;
  let instant = load<f64>(token, plan.numberAt);
  // Milliseconds from 1973 on; plain code reads the other units.
  if (kind != Token.number || !(instant >= 1e11 && instant < 1e14) || floor(instant) != instant) {
    instant = timeOf(token, bytes);
    if (instant != instant) return Outcome.no;
  }
  time = instant;
  return setNumber(target, instant);
}

function setText(token: usize, kind: i32, target: usize, decoded: Pending): Outcome {
  if (kind > Token.number) return Outcome.no;
  if (kind == Token.escaped) return setPending(target, decoded, token);
  return setSpan(target, load<usize>(token, plan.startAt), load<usize>(token, plan.endAt));
}

/** An array of one text; arrays are known to be right, so that quotes tell all. */
function setOnlyText(token: usize, target: usize): Outcome {
  let at = load<usize>(token, plan.startAt);
  const end = load<usize>(token, plan.endAt);
  if (load<u8>(at) != 91) return Outcome.no;
  at++;
  while (load<u8>(at) <= 32) at++;
  if (load<u8>(at) != 34) return Outcome.no;
  at++;
  while (load<u8>(at) != 34) at += load<u8>(at) == 92 ? 2 : 1;
  at++;
  while (load<u8>(at) <= 32) at++;
  return at + 1 == end ? setPending(target, Pending.first, token) : Outcome.no;
}

/** The line that names an exception, and the frame that it was thrown in. */
function setTrace(rule: i32, token: usize, target: usize): Outcome {
  const read = jsonTrace(header, token, rule);
  const found = read < 0 ? traceOf(token, bytes) : read;
  if ((found & Trace.frame) != 0) {
    const frame = targetOf(Target.frame);
    if (claim(frame)) {
      const column = load<i32>(frame, plan.columnAt);
      const wasSet =
        read < 0
          ? setPendingOf(column, Pending.frame, token)
          : setWrittenOf(column, Kind.escaped, rawFrameStart, rawFrameEnd);
      if (!wasSet) return Outcome.unsure;
    }
  }
  if ((found & Trace.line) == 0) return Outcome.no;
  if (!setParsedAgain(target)) return Outcome.unsure;
  return (found & Trace.whole) != 0 ? Outcome.whole : Outcome.partly;
}

/** A text that is found by parsing its record again; false when its column may need it now. */
function setParsedAgain(target: usize): bool {
  const column = load<i32>(target, plan.columnAt);
  return column >= 0 && isSpanOnly(column) && setKindOf(column, Kind.value);
}

/** Type and message of an error, which say it better than the first line of a stack. */
function setError(): bool {
  const type = winnerOf(targetOf(Target.errorType)) > plan.byPart;
  const message = winnerOf(targetOf(Target.errorMessage)) > plan.byPart;
  if (!type && !message) return true;
  // Whatever says it, its record is parsed again for it.
  const target = targetOf(Target.exception);
  return isSet(target) || setParsedAgain(target);
}

function setInteger(token: usize, kind: i32, target: usize, most: f64): Outcome {
  if (kind != Token.number && kind != Token.text) return Outcome.no;
  let number = load<f64>(token, plan.numberAt);
  if (kind == Token.text) {
    number = wholeNumber(load<usize>(token, plan.startAt), load<usize>(token, plan.endAt));
    if (number < 0) return Outcome.no;
  }
  if (number != number) return Outcome.unsure;
  const isStatus = most != Infinity;
  if (!(number >= (isStatus ? 100 : 0) && number <= most) || floor(number) != number) return Outcome.no;
  if (isStatus) status = number;
  return setNumber(target, number);
}

function setScaled(token: usize, kind: i32, target: usize, shift: i32): Outcome {
  if (kind != Token.number && kind != Token.text) return Outcome.no;
  let value = shift == 0 && kind == Token.number ? load<f64>(token, plan.numberAt) : NaN;
  if (value != value) value = scaled(load<usize>(token, plan.startAt), load<usize>(token, plan.endAt), shift);
  return setConverted(target, value == value ? value : converted(token, bytes));
}

/** `mark` is where a question mark is looked for from. */
function setPathAndQuery(target: usize, mark: usize, from: usize, to: usize): Outcome {
  const found = findByte(questionMark, mark, to);
  const pathEnd = found < from ? to : found;
  if (setSpan(target, from, pathEnd) == Outcome.unsure) return Outcome.unsure;
  if (pathEnd == to) return Outcome.whole;
  const query = targetOf(Target.query);
  return claim(query) ? setSpan(query, pathEnd + 1, to) : Outcome.partly;
}

/** `scheme://host/path`. */
function setUrl(target: usize, from: usize, to: usize): Outcome {
  const mark = findByte(colon, from, to);
  let at = from;
  if (mark != 0 && mark + 2 < to && load<u8>(mark + 1) == slash && load<u8>(mark + 2) == slash) {
    at = mark + 3;
    while (at < to && load<u8>(at) != slash && load<u8>(at) != questionMark) at++;
    const vhost = targetOf(Target.vhost);
    if (claim(vhost) && setSpan(vhost, mark + 3, at) == Outcome.unsure) return Outcome.unsure;
  }
  return setPathAndQuery(target, from, at, to);
}

/** METHOD target PROTOCOL. */
function setRequest(from: usize, to: usize): Outcome {
  const methodEnd = findByte(space, from, to);
  if (methodEnd == 0) return Outcome.no;
  let protocolAt = to;
  while (load<u8>(protocolAt - 1) != space) protocolAt--;
  if (protocolAt <= methodEnd + 1) return Outcome.no;
  const outcome = methodOutcome(from, methodEnd);
  if (outcome != Outcome.whole) return outcome;
  if (!isHttp(protocolAt, to)) return Outcome.no;
  const method = targetOf(Target.method);
  if (claim(method) && setSpan(method, from, methodEnd) == Outcome.unsure) return Outcome.unsure;
  const protocol = targetOf(Target.protocol);
  if (claim(protocol) && setSpan(protocol, protocolAt, to) == Outcome.unsure) return Outcome.unsure;
  const path = targetOf(Target.path);
  return claim(path) ? setPathAndQuery(path, from, methodEnd + 1, protocolAt - 1) : Outcome.whole;
}

/** An address with a port or without. */
function setAddress(target: usize, from: usize, to: usize): Outcome {
  const portAt = portOf(from, to);
  const clientPort = targetOf(Target.clientPort);
  if (portAt == 0 || !claim(clientPort)) return setSpan(target, from, to);
  let port = 0;
  for (let at = portAt; at < to; at++) port = port * 10 + (load<u8>(at) - 48);
  if (setNumber(clientPort, port) == Outcome.unsure) return Outcome.unsure;
  const isBracketed = load<u8>(from) == 91;
  return setSpan(target, isBracketed ? from + 1 : from, isBracketed ? portAt - 2 : portAt - 1);
}

/** Nanoseconds beside a time in whole seconds. */
function setNanoseconds(): bool {
  const target = targetOf(Target.nanosecond);
  if (load<u32>(target, plan.wonAt) != record) return true;
  const token = load<usize>(target, plan.winnerAt);
  if (time != time) return true;
  const ms = floor(load<f64>(token, plan.numberAt) / 1e6);
  if (!(ms >= 0 && ms < 1000)) return true;
  store<u32>(token, 1, plan.takenAt);
  return setNumber(targetOf(Target.time), time + ms) == Outcome.whole;
}

/** The level of a record that has none; one that did not convert is not made up for. */
function setImpliedLevel(): bool {
  const implied = load<i32>(header, plan.impliedAt);
  if (implied == Implied.none) return true;
  const target = targetOf(Target.level);
  if (load<u32>(target, plan.wonAt) == record) return true;
  if (implied == Implied.informational) return setNumber(target, 2) == Outcome.whole;
  if (status != status) return true;
  const level = load<u8>(load<usize>(header, plan.statusLevelsAt) + <usize>status);
  return setNumber(target, <f64>level) == Outcome.whole;
}

/** A number of more digits than are told at once: whole ones beyond 2 ** 53 stay as they are written. */
function setLongNumber(column: i32, token: usize): bool {
  const from = load<usize>(token, plan.startAt);
  const to = load<usize>(token, plan.endAt);
  const isNegative = load<u8>(from) == minus;
  let at = isNegative ? from + 1 : from;
  const count = to - at;
  let value: u64 = 0;
  for (; at < to; at++) {
    const digit = load<u8>(at) - 48;
    if (digit > 9) break;
    value = value * 10 + digit;
  }
  if (load<i32>(header, plan.isJsonAt) == 0 || at < to || count < 16)
    return setPendingOf(column, Pending.number, token);
  if (count > 16 || value > mostSafe) return setRaw(column, Kind.exact, token);
  return setNumberOf(column, isNegative ? -(<f64>value) : <f64>value);
}

function setNative(token: usize): bool {
  const column = load<i32>(load<usize>(token, plan.tokenNodeAt), plan.fieldAt);
  switch (load<i32>(token, plan.kindAt)) {
    case Token.text:
      return setSpanOf(column, load<usize>(token, plan.startAt), load<usize>(token, plan.endAt));
    case Token.number: {
      const number = load<f64>(token, plan.numberAt);
      return number == number ? setNumberOf(column, number) : setLongNumber(column, token);
    }
    case Token.escaped:
      return setPendingOf(column, Pending.escaped, token);
    case Token.yes:
      return setKindOf(column, Kind.yes);
    case Token.no:
      return setKindOf(column, Kind.no);
    default:
      return setRaw(column, Kind.json, token);
  }
}
