/** What container tools write before the records of a structured log. Twin: LinePrefix in src-main/formats/line-prefix.ts. */
import { equalBytes, findByte } from './bytes';
import * as plan from './keyed-plan';
import { Prefix } from './keyed-plan';

/** Has plain code read the prefix of the line [from, to) and set the words of the plan; the record's place, or -1. */
declare function readPrefix(from: i32, to: i32): i32;

/** Where the record of the line at `at` begins; 0: not sure. */
export function prefixEnd(header: usize, bytes: usize, at: usize, filled: usize): usize {
  if (load<i32>(header, plan.prefixAt) == Prefix.none) return 0;
  store<i32>(header, Prefix.present, plan.prefixAt);
  const length = load<i32>(header, plan.prefixLengthAt);
  if (length > 0 && equalBytes(load<usize>(header, plan.prefixTextAt), at, length)) {
    const from = <i32>(at - bytes);
    store<i32>(header, from + load<i32>(header, plan.prefixNameAt), plan.nameFromAt);
    store<i32>(header, from + load<i32>(header, plan.prefixNameEndAt), plan.nameToAt);
    store<i32>(header, -1, plan.timeToAt);
    store<i32>(header, -1, plan.streamToAt);
    return at + length;
  }
  const newline = findByte(10, at, filled);
  if (newline <= at) return 0;
  const end = load<u8>(newline - 1) == 13 ? newline - 1 : newline;
  const found = readPrefix(<i32>(at - bytes), <i32>(end - bytes));
  return found < 0 ? 0 : bytes + found;
}
