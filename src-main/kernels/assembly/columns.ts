/** Moves staged cells to a segment's columns. Twin: ColumnBuilder in src-main/index. */
import { absentSpan, endsAt, Kind, kindsAt, numbersAt, startsAt } from './staging';

/** Words of the state of a number column, as ColumnBuilder writes them: minimum, maximum, absent, not whole. */
const leastAt = 0;
const greatestAt = 8;
const absentAt = 16;
const fractionAt = 20;

/** Numbers of the cells [from, to); returns where a cell that is none stopped it. */
export function appendNumbers(state: usize, column: usize, from: i32, to: i32, numbers: usize): i32 {
  const kinds = column + kindsAt;
  const given = column + numbersAt;
  let least = load<f64>(state, leastAt);
  let greatest = load<f64>(state, greatestAt);
  let absent = load<u32>(state, absentAt);
  let fraction = load<u32>(state, fractionAt);
  let at = from;
  for (; at < to; at++) {
    const kind = load<u8>(kinds + at);
    const place = numbers + ((at - from) << 3);
    if (kind == Kind.number) {
      const value = load<f64>(given + (at << 3));
      store<f64>(place, value);
      if (value < least) least = value;
      if (value > greatest) greatest = value;
      if (floor<f64>(value) != value) fraction = 1;
    } else if (kind == Kind.absent) {
      store<f64>(place, NaN);
      absent++;
    } else break;
  }
  store<f64>(state, least, leastAt);
  store<f64>(state, greatest, greatestAt);
  store<u32>(state, absent, absentAt);
  store<u32>(state, fraction, fractionAt);
  return at;
}

/** Places of the texts of cells [from, to); returns how many have no value. Values that are no plain text are parsed again. */
export function appendSpans(
  column: usize,
  from: i32,
  to: i32,
  recordStarts: usize,
  starts: usize,
  lengths: usize,
): i32 {
  let absent = 0;
  for (let at = from; at < to; at++) {
    const kind = load<u8>(column + kindsAt + at);
    const row = (at - from) << 2;
    if (kind == Kind.span) {
      const start = load<i32>(column + startsAt + (at << 2));
      store<u32>(starts + row, start - load<i32>(recordStarts + (at << 2)));
      store<u32>(lengths + row, load<i32>(column + endsAt + (at << 2)) - start);
    } else {
      store<u32>(lengths + row, kind == Kind.absent ? absentSpan : absentSpan - 1);
      if (kind == Kind.absent) absent++;
    }
  }
  return absent;
}
