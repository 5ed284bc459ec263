/** How the steps of records lie in memory; written by record-kernel.ts from a parser's RecordSteps. */

// The header.
/** Templates of lines that begin with a time, and with one in a bracket: their addresses, ended by 0. */
export const unbracketedAt: usize = 0;
export const bracketedAt: usize = 4;
/** Columns. */
export const timeFieldAt: usize = 8;
export const clockFieldAt: usize = 12;
export const levelFieldAt: usize = 16;
export const unknownLevelFieldAt: usize = 20;
export const messageFieldAt: usize = 24;
/** 1: bare levels count in capitals only, 2: no time begins with anything but a digit, 4: a zone may follow a space. */
export const flagsAt: usize = 28;
/** Out: the address behind the records that were read, and how many lines they have. */
export const nextAt: usize = 32;
export const linesAt: usize = 36;
/** Ordinals of level words, levelSlots of them: the word in 16 bytes, its ordinal plus 2. */
export const levelsAt: usize = 40;
export const levelSlots: u32 = 64;
export const levelBytes: u32 = 24;
/** 256 bytes: 1 for letters, digits and the underscore. */
export const wordsAt: usize = 44;
/** Begins and ends of the captures of the line at hand, 16 addresses each; an end 0: missing. */
export const captureStartsAt: usize = 48;
export const captureEndsAt: usize = 112;
/** The minute that was read last: its instant, lengths of prefix and suffix, and both; length 0: none. */
export const minuteAt: usize = 176;
export const prefixLengthAt: usize = 184;
export const suffixLengthAt: usize = 188;
export const prefixAt: usize = 192;
export const suffixAt: usize = 240;
/** Of the time that the parser has read. */
export const instantAt: usize = 288;
/** The texts of traces: their addresses and lengths. */
export const marksAt: usize = 296;
export const exceptionFieldAt: usize = 300;
export const frameFieldAt: usize = 304;

// A template.
/** Behind its last step. */
export const stepsEndAt: usize = 0;
export const captureCountAt: usize = 4;
export const messageCaptureAt: usize = 8;
export const levelCaptureAt: usize = 12;
/** 1: the kernel cannot tell whether a line fits, 2: the message may name an exception as Monolog does. */
export const templateFlagsAt: usize = 16;
/** The column of what stands in parentheses behind the first line's text, -1: nothing does. */
export const tailColumnAt: usize = 20;
/** 16 pairs: the column of a capture or -1, and 1 for a number. */
export const columnsAt: usize = 24;
export const stepsAt: usize = 152;

// A step.
export const opAt: usize = 0;
export const bytesAt: usize = 4;
export const lengthAt: usize = 8;
/** 1: white space or the end follows the bytes, 2: the end of the line will do. */
export const stepFlagsAt: usize = 12;
export const leastAt: usize = 16;
export const mostAt: usize = 20;
export const captureAt: usize = 24;
export const capturesEndAt: usize = 28;
/** The address at which the walk goes on when a step of an option fails. */
export const endAt: usize = 32;
/** The first eight of the bytes, and a mask of as many as there are. */
export const wordAt: usize = 40;
export const maskAt: usize = 48;
export const recordStepBytes: usize = 56;

/** As Op in src-main/formats/template.ts. */
export const enum Op {
  literal = 0,
  space = 1,
  newline = 2,
  option = 3,
  time = 4,
  level = 5,
  anyLevel = 6,
  phrase = 7,
  letter = 8,
  mark = 9,
  token = 10,
  className = 11,
  source = 12,
  any = 13,
  number = 14,
  decimal = 15,
  rest = 16,
}
