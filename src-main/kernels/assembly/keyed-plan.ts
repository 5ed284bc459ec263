/** How keys, tokens and targets of a structured log lie in memory; nodes and entries are written by keyed-kernel.ts. */

// Words of the header.
/** Out: the address behind the lines that were read. */
export const nextAt: usize = 0;
/** Counts records; marks what has been said about the present one. */
export const recordAt: usize = 4;
export const slotsAt: usize = 8;
export const slotMaskAt: usize = 12;
export const seedAt: usize = 16;
export const rootAt: usize = 20;
export const tokensAt: usize = 24;
/** Out: cells that plain code has to finish. */
export const pendingAt: usize = 32;
export const pendingCountAt: usize = 36;
/** Columns that there are, and for each 1 when it holds nothing but places of texts. */
export const columnCountAt: usize = 40;
export const spanOnlyAt: usize = 44;
/** How a record without a level gets one; and levels by status. */
export const impliedAt: usize = 48;
export const statusLevelsAt: usize = 52;
/** Entries of the objects that are open. */
export const openAt: usize = 56;
/** The targets that the record has values for, in their order there. */
export const wantedAt: usize = 60;

/** Words of the header: the addresses of targets that this code knows by name. */
export const enum Target {
  time = 64,
  level = 68,
  vhost = 72,
  clientPort = 76,
  method = 80,
  path = 84,
  query = 88,
  protocol = 92,
  nanosecond = 96,
  process = 164,
  exception = 168,
  frame = 172,
  errorType = 176,
  errorMessage = 180,
}

/** 1: escapes are JSON's. */
export const isJsonAt: usize = 184;
/** The texts of traces: their addresses and lengths. */
export const marksAt: usize = 188;
/** Room for a text without its escapes. */
export const scratchAt: usize = 212;

/** What containers write before a record. 1: something may stand there; 2: it stood in the line at hand. */
export const prefixAt: usize = 100;
/** The prefix that was read last, if it was no more than a name: its bytes, how many, and where in them the name is. */
export const prefixTextAt: usize = 104;
export const prefixLengthAt: usize = 108;
export const prefixNameAt: usize = 112;
export const prefixNameEndAt: usize = 116;
/** Places in the buffer of what the prefix at hand says, negative where it says nothing; and its time. */
export const nameFromAt: usize = 120;
export const nameToAt: usize = 124;
export const timeFromAt: usize = 128;
export const timeToAt: usize = 132;
export const streamToAt: usize = 136;
export const prefixTimeAt: usize = 144;
/** Columns of a name and a time beside the record's own, and of the stream. */
export const containerColumnAt: usize = 152;
export const containerTimeColumnAt: usize = 156;
export const streamColumnAt: usize = 160;

/** Of records of cells: the nodes of their columns, how many, which hold numbers; the delimiter, and 1 for quotes. */
export const cellNodesAt: usize = 192;
export const cellCountAt: usize = 196;
export const cellNumericAt: usize = 200;
export const delimiterAt: usize = 204;
/** Out: how many lines the records have that were read. */
export const linesAt: usize = 208;

export const enum Prefix {
  none = 0,
  allowed = 1,
  present = 2,
}

export const enum Implied {
  none = 0,
  informational = 1,
  byStatus = 2,
}

// Words of a node: a path of keys.
/** The entry that came first in this object last time. */
export const firstAt: usize = 0;
/** The record that the path was last seen in. */
export const seenAt: usize = 4;
/** 0: no rule. */
export const targetAt: usize = 8;
export const rankAt: usize = 12;
export const convertAt: usize = 16;
export const keepsAt: usize = 20;
/** The column of its own; negative: none so far. */
export const fieldAt: usize = 24;
/** What was converted last, of times and levels. */
export const memoAt: usize = 28;
/** The node's number, for the plain code. */
export const numberOfAt: usize = 32;

// Words of an entry: one way to write a key. The key, `":` and 16 bytes follow.
export const nodeAt: usize = 0;
/** The entry that came after this one last time. */
export const followAt: usize = 4;
export const parentAt: usize = 8;
export const hashAt: usize = 12;
export const lengthAt: usize = 16;
/** For keys of up to 14 bytes: a bit for each byte of the key and of `":`; else 0. */
export const maskAt: usize = 20;
export const keyAt: usize = 24;

// Words of a target.
export const columnAt: usize = 0;
/** The record that has it, and its token there: 0 none, 1 a part of another token. */
export const wonAt: usize = 4;
export const winnerAt: usize = 8;
export const targetBytes: usize = 12;
export const byPart: usize = 1;

// Words of a token.
export const tokenNodeAt: usize = 0;
export const kindAt: usize = 4;
/** Addresses. */
export const startAt: usize = 8;
export const endAt: usize = 12;
export const numberAt: usize = 16;
/** 1: a known field says all of it. */
export const takenAt: usize = 24;
export const tokenBytes: usize = 32;
export const mostTokens: usize = 256;

/** As TokenKind in tokens.ts. */
export const enum Token {
  text = 1,
  escaped = 2,
  number = 3,
  yes = 4,
  no = 5,
  json = 6,
}

/** As Conversion in well-known.ts. */
export const enum Convert {
  time = 0,
  level = 1,
  severity = 2,
  otelSeverity = 3,
  text = 4,
  filled = 5,
  line = 6,
  first = 7,
  exception = 8,
  stack = 9,
  integer = 10,
  status = 11,
  ms = 12,
  s = 13,
  us = 14,
  ns = 15,
  unit = 16,
  method = 17,
  target = 18,
  localTarget = 19,
  url = 20,
  request = 21,
  address = 22,
  http = 23,
  part = 24,
}

/** What plain code makes of the bytes of a cell. */
export const enum Pending {
  escaped = 0,
  number = 2,
  /** Escaped text, without the newline at its end. */
  line = 3,
  /** The only text of an array. */
  first = 4,
  /** The frame of the trace that was read for it. */
  frame = 5,
}

/** What became of a conversion; as Converted in field-convert.ts, and `unsure`. */
export const enum Outcome {
  no = 0,
  whole = 1,
  partly = 2,
  unsure = 3,
}

/** Bits of what a trace tells. */
export const enum Trace {
  line = 1,
  /** The line is all of it. */
  whole = 2,
  frame = 4,
}

/** Words of a pending cell: what, column, row, start, end. */
export const pendingBytes: usize = 20;
export const mostPending: u32 = 4096;

export const deepest: i32 = 32;
