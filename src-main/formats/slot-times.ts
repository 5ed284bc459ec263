/** Times of a layout's slots: one reader for each way to write them. */
import { readDecimal } from './decimal.ts';
import type { ParserOptions } from './format.ts';
import type { SlotTime } from './line-layout.ts';
import { StrptimeReader } from './strptime.ts';
import { AnyTimeReader, TimeReader } from './timestamp.ts';

export interface SlotTimes {
  /** Of the last text that was read: ms since the epoch, whole. */
  readonly instant: number;
  /** True when [start, end), all of it, is a time. */
  readAll(bytes: Uint8Array, start: number, end: number): boolean;
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
  private readonly multiply: number;
  private readonly divide: number;

  constructor(unit: 's' | 'ms' | 'us') {
    this.multiply = unit === 's' ? 1000 : 1;
    this.divide = unit === 'us' ? 1000 : 1;
  }

  readAll(bytes: Uint8Array, start: number, end: number): boolean {
    // Nanoseconds have more digits than a double holds; none of nginx's and Apache's times have them.
    this.instant = Math.floor(readDecimal(bytes, start, end, this.multiply, this.divide));
    return this.instant === this.instant;
  }
}
