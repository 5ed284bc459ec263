/**
 * The encoding of a source, from its first bytes. Decides for the whole source, so a few damaged lines must not
 * turn UTF-8 into something else: valid multi-byte sequences outvote invalid bytes, and lines that look binary
 * have no vote.
 */
import { isUtf8 } from 'node:buffer';
import { analyse } from 'chardet';
import { isValidIn } from './decode-text.ts';

export interface DetectedEncoding {
  /** WHATWG label, as TextDecoder names it. */
  readonly encoding: string;
  /** Length of the byte order mark that the source begins with. */
  readonly bomBytes: number;
}

const newline = 10;

/** The guess for text that is neither UTF-8 nor anything chardet knows. */
const fallback = 'windows-1252';

/** chardet's models settle within some kilobytes of text beyond ASCII, and take some milliseconds for each. */
const votingBytes = 4 << 10;

export function detectEncoding(sample: Uint8Array): DetectedEncoding {
  if (sample[0] === 0xef && sample[1] === 0xbb && sample[2] === 0xbf) return { encoding: 'utf-8', bomBytes: 3 };
  if (sample[0] === 0xff && sample[1] === 0xfe) return { encoding: 'utf-16le', bomBytes: 2 };
  if (sample[0] === 0xfe && sample[1] === 0xff) return { encoding: 'utf-16be', bomBytes: 2 };
  const wide = wideWithoutMark(sample);
  if (wide !== undefined) return { encoding: wide, bomBytes: 0 };
  return { encoding: narrow(sample), bomBytes: 0 };
}

/** UTF-16 of mostly ASCII text has a zero in every second byte; a log with stretches of zeros has them in both. */
function wideWithoutMark(sample: Uint8Array): string | undefined {
  const pairs = Math.min(sample.length, 4096) >> 1;
  if (pairs < 2) return undefined;
  let evenZeros = 0;
  let oddZeros = 0;
  for (let pair = 0; pair < pairs; pair++) {
    if (sample[pair * 2] === 0) evenZeros++;
    if (sample[pair * 2 + 1] === 0) oddZeros++;
  }
  // Logs in other scripts still have ASCII digits, spaces and line ends, more than a fifth, and few letters like U+AC00.
  if (oddZeros > pairs * 0.2 && evenZeros < oddZeros / 4) return 'utf-16le';
  if (evenZeros > pairs * 0.2 && oddZeros < evenZeros / 4) return 'utf-16be';
  return undefined;
}

function narrow(sample: Uint8Array): string {
  if (isUtf8(withoutCutCharacter(sample))) return 'utf-8';
  const voting = votingLines(sample);
  if (voting.length === 0) return 'utf-8';
  const { valid, invalid } = countSequences(voting);
  if (valid >= invalid) return 'utf-8';
  for (const { name } of analyse(voting)) {
    const label = labelOf(name);
    if (label !== undefined && isValidIn(label, voting)) return label;
  }
  return fallback;
}

/** Drops a character that the end of the sample cuts. */
function withoutCutCharacter(sample: Uint8Array): Uint8Array {
  for (let back = 1; back <= 3 && back <= sample.length; back++) {
    const byte = sample[sample.length - back];
    if (byte < 0x80) return sample;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? sample.subarray(0, sample.length - back) : sample;
    }
  }
  return sample;
}

/** The lines with bytes beyond ASCII, whole, without those that have control characters and so are no text. */
function votingLines(sample: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [];
  let length = 0;
  let start = 0;
  while (start < sample.length && length < votingBytes) {
    const found = sample.indexOf(newline, start);
    const end = found < 0 ? sample.length : found + 1;
    // A last line that the sample cuts would end in half a character.
    const isCut = found < 0 && start > 0;
    if (!isCut && isForeignText(sample, start, end)) {
      const line = sample.subarray(start, Math.min(end, start + votingBytes));
      kept.push(line);
      length += line.length;
    }
    start = end;
  }
  return new Uint8Array(Buffer.concat(kept));
}

function isForeignText(sample: Uint8Array, start: number, end: number): boolean {
  let isForeign = false;
  for (let at = start; at < end; at++) {
    const byte = sample[at];
    if (byte >= 0x80) isForeign = true;
    // Tab, line ends, form feed and escape (colours) are common in text.
    else if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 27) return false;
  }
  return isForeign;
}

/** Counts UTF-8 sequences of two bytes and more, and bytes that belong to none. */
function countSequences(bytes: Uint8Array): { readonly valid: number; readonly invalid: number } {
  let valid = 0;
  let invalid = 0;
  for (let at = 0; at < bytes.length;) {
    const byte = bytes[at];
    if (byte < 0x80) {
      at++;
      continue;
    }
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    if (byte >= 0xc2 && byte < 0xf5 && isUtf8(bytes.subarray(at, at + length))) {
      valid++;
      at += length;
    } else {
      invalid++;
      at++;
    }
  }
  return { valid, invalid };
}

/** TextDecoder's name for what chardet found; undefined for what no log is in (UTF-32, 7-bit escapes). */
function labelOf(name: string): string | undefined {
  if (/^utf|^iso-2022/i.test(name)) return undefined;
  try {
    return new TextDecoder(name).encoding;
  } catch {
    // A RangeError: an encoding that WHATWG does not have.
    return undefined;
  }
}
