/** Sets staged cells: what a parser tells its RowSink. */
import { columnBytes, endsAt, Kind, kindsAt, numbersAt, startsAt } from './staging';

export function setNumber(staging: usize, field: i32, row: i32, value: f64): void {
  const column = staging + <usize>field * columnBytes;
  store<u8>(column + kindsAt + row, Kind.number);
  store<f64>(column + numbersAt + (row << 3), value);
}

export function setSpan(staging: usize, field: i32, row: i32, bytes: usize, from: usize, to: usize): void {
  const column = staging + <usize>field * columnBytes;
  store<u8>(column + kindsAt + row, Kind.span);
  store<i32>(column + startsAt + (row << 2), <i32>(from - bytes));
  store<i32>(column + endsAt + (row << 2), <i32>(to - bytes));
}
