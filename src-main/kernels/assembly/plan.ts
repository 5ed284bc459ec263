/** How a compiled layout lies in memory; written by line-kernel.ts from the steps of layout-plan.ts. */

// Words of the header.
export const stepCountAt: usize = 0;
export const prefixAt: usize = 4;
export const prefixLengthAt: usize = 8;
export const requestAt: usize = 12;
export const methodAt: usize = 16;
export const pathAt: usize = 20;
export const queryAt: usize = 24;
export const protocolAt: usize = 28;
/** 256 bytes: 1 for what a method is made of. */
export const tokensAt: usize = 32;
/** 1000 bytes: the level of a status. */
export const levelsAt: usize = 36;
/** Out: the address behind the lines that were read. */
export const nextAt: usize = 40;
/** Scratch: line-batch.ts. */
export const batchAt: usize = 44;
export const stepsAt: usize = 48;

// Words of a step.
export const scanAt: usize = 0;
export const stopByteAt: usize = 4;
export const stopAt: usize = 8;
export const stopLengthAt: usize = 12;
export const actAt: usize = 16;
export const fieldAt: usize = 20;
export const secondFieldAt: usize = 24;
/** 1: integer, 2: may be empty, 4: a dash is a value. */
export const flagsAt: usize = 28;
export const multiplyAt: usize = 32;
export const divideAt: usize = 40;
/** Of the line at hand: where the value stands, and its number. */
export const fromAt: usize = 48;
export const toAt: usize = 52;
export const numberAt: usize = 56;
/** The minute that was read last: its instant, lengths of prefix and suffix, and both. */
export const minuteAt: usize = 64;
export const prefixOfTimeLengthAt: usize = 72;
export const suffixOfTimeLengthAt: usize = 76;
export const prefixOfTimeAt: usize = 80;
export const suffixOfTimeAt: usize = 128;
export const stepBytes: usize = 176;

export const enum Scan {
  toByte = 0,
  quoted = 1,
  toLiteral = 2,
  toEnd = 3,
}

export const enum Act {
  skip = 0,
  text = 1,
  any = 2,
  number = 3,
  time = 4,
  status = 5,
  user = 6,
  request = 7,
  target = 8,
  query = 9,
  host = 10,
  client = 11,
  addresses = 12,
}
