/**
 * Numbers in bytes for FieldMap: epochs, and durations scaled to milliseconds without the error of multiplying a
 * double. Rare enough per record (one or two) that they may make a short string.
 */
import { isDigit, scanTime, TimeFields } from './time-scan.ts';

/** The number that an ASCII text tells, times ten to the `shift`; NaN for other text. */
export function scaledNumber(text: string, shift: number): number {
  const match = /^(-?\d+(?:\.\d+)?)(?:[eE]([-+]?\d+))?$/.exec(text);
  return match === null ? Number.NaN : Number(`${match[1]}e${Number(match[2] ?? 0) + shift}`);
}

const epochFields = new TimeFields();

/** Epoch seconds to nanoseconds, by size, in ms rounded down; NaN for what is no number or before 1973. */
export function epochOf(bytes: Uint8Array, start: number, end: number, textOf: () => string): number {
  if (scanTime('epoch', 'ymd', false, bytes, start, end, epochFields) === end) return epochFields.epochMs;
  if (start >= end || !isDigit(bytes[start])) return Number.NaN;
  const text = textOf();
  const size = scaledNumber(text, 0);
  if (!(size >= 1e8)) return Number.NaN;
  const shift = size < 1e11 ? 3 : size < 1e14 ? 0 : size < 1e17 ? -3 : -6;
  return Math.floor(scaledNumber(text, shift));
}

/** A duration that carries its units, as Go writes it (1m2.5s, 12.3µs) and others do (250 ms), in ms; NaN for others. */
export function durationOf(text: string): number {
  let total = 0;
  let at = 0;
  const part = /(\d+(?:\.\d+)?) ?(ns|us|µs|μs|ms|s|m|h)(?![a-z])/y;
  while (at < text.length) {
    part.lastIndex = at;
    const match = part.exec(text);
    if (match === null) return Number.NaN;
    total += inMilliseconds(match[1], match[2]);
    at = part.lastIndex;
  }
  return at === 0 ? Number.NaN : total;
}

function inMilliseconds(text: string, unit: string): number {
  switch (unit) {
    case 'h':
      return Number(text) * 3_600_000;
    case 'm':
      return Number(text) * 60_000;
    case 's':
      return scaledNumber(text, 3);
    case 'ms':
      return Number(text);
    case 'ns':
      return scaledNumber(text, -6);
    default:
      return scaledNumber(text, -3);
  }
}
