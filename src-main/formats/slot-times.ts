/** Times of a layout's slots: one reader for each way to write them. */
import { isWhole, readDecimal } from './decimal.ts';
import type { ParserOptions } from './format.ts';
import type { SlotTime } from './line-layout.ts';
import { StrptimeReader } from './strptime.ts';
import { AnyTimeReader, type Minute, TimeReader } from './timestamp.ts';

export interface SlotTimes {
  /** Of the last text that was read: ms since the epoch, whole. */
  readonly instant: number;
  /** True when [start, end), all of it, is a time. */
  readAll(bytes: Uint8Array, start: number, end: number): boolean;
  /** The minute of the last text, where the reader keeps one. */
  minute?(): Minute | undefined;
}

export function createSlotTimes(time: SlotTime, options: ParserOptions): SlotTimes {
  if ('strptime' in time) return new StrptimeReader(time.strptime, options);
  if ('epoch' in time) return new EpochReader(time.epoch);
  if ('any' in time) return new AnyReader(options);
  return new TimeReader(time, options.zone);
}

/** Any written timestamp, or a number since the epoch in seconds to nanoseconds, by its size. */
class AnyReader implements SlotTimes {
  instant = Number.NaN;
  private readonly written: AnyTimeReader;
  private readonly epoch: TimeReader;

  constructor({ zone }: ParserOptions) {
    this.written = new AnyTimeReader(zone, 'mdy');
    this.epoch = new TimeReader({ kind: 'epoch' }, zone);
  }

  readAll(bytes: Uint8Array, start: number, end: number): boolean {
    const isWritten = this.written.readAll(bytes, start, end);
    if (!isWritten && !this.epoch.readAll(bytes, start, end)) return false;
    this.instant = isWritten ? this.written.instant : this.epoch.instant;
    return true;
  }
}

class EpochReader implements SlotTimes {
  instant = Number.NaN;

  constructor(private readonly unit: 's' | 'ms' | 'us') {}

  readAll(bytes: Uint8Array, start: number, end: number): boolean {
    // Microseconds have 16 digits, more than readDecimal takes, and the last three say nothing here.
    const isMicroseconds = this.unit === 'us' && end - start > 3 && isWhole(bytes, start, end);
    const value = isMicroseconds
      ? readDecimal(bytes, start, end - 3, 1, 1)
      : readDecimal(bytes, start, end, this.unit === 's' ? 1000 : 1, this.unit === 'us' ? 1000 : 1);
    this.instant = Math.floor(value);
    return this.instant === this.instant;
  }
}
