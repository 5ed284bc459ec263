/**
 * What container tools write before a line of a structured log: `docker compose logs` (with and without times),
 * `kubectl logs --prefix` and `--timestamps`, the files of a container runtime (CRI), and Heroku. The name of the
 * service becomes `process`, the tool's time counts only when the record has none of its own.
 */
import type { ParserOptions, RowSink } from './format.ts';
import type { FieldMap } from './field-map.ts';
import { TimeReader } from './timestamp.ts';

/**
 * `caddy-1  | `, `[pod/web-1/app] `, `2026-03-01T10:00:00Z stdout F `, `2026-03-01T10:00:00Z heroku[router]: `,
 * `2026-03-01T10:00:00Z `. A service's prefix is that of `compose` before a line that may begin with a time of its own.
 */
export const prefixKinds = ['compose', 'bracket', 'runtime', 'drain', 'time'] as const;
export type PrefixKind = (typeof prefixKinds)[number] | 'service';

const space = 32;
const bar = 124;
const colon = 58;
const openBracket = 91;
const closeBracket = 93;

/** Fields for what a record says itself, and for its stream. */
export const prefixFields = { name: 'container', time: 'container_time', stream: 'stream' } as const;

/** Names of services and containers are short; a longer line head is text. */
const longestName = 128;

const isName = (byte: number): boolean =>
  (byte >= 48 && byte <= 57) || ((byte | 32) >= 97 && (byte | 32) <= 122) || byte === 45 || byte === 46 || byte === 95;

export class LinePrefix {
  private readonly times: TimeReader;
  /** Of the line that was read last: where its parts stand, an end of -1 where there is none. */
  nameStart = 0;
  nameEnd = 0;
  timeStart = 0;
  timeEnd = 0;
  streamEnd = 0;

  constructor(
    private readonly kind: PrefixKind,
    options: ParserOptions,
  ) {
    this.times = new TimeReader({ kind: 'iso' }, options.zone);
  }

  /** Where the record's own text begins, or `start` when the line has no such prefix. */
  read(bytes: Uint8Array, start: number, end: number): number {
    this.nameEnd = -1;
    this.timeEnd = -1;
    this.streamEnd = -1;
    const found = this.readKind(bytes, start, end);
    return found < 0 ? start : found;
  }

  /** The time of the prefix that was read last, where it has one. */
  get instant(): number {
    return this.times.instant;
  }

  /** Sets what the last prefix told; after the record's own fields, which come first. */
  set(row: RowSink, map: FieldMap): void {
    if (this.nameEnd >= 0) {
      row.span(
        map.has('process') ? map.native(prefixFields.name, 'text') : map.known('process'),
        this.nameStart,
        this.nameEnd,
      );
    }
    if (this.timeEnd >= 0) {
      if (map.has('time')) row.span(map.native(prefixFields.time, 'text'), this.timeStart, this.timeEnd);
      else row.number(map.known('time'), this.times.instant);
    }
    if (this.streamEnd >= 0) row.span(map.native(prefixFields.stream, 'text'), this.timeEnd + 1, this.streamEnd);
  }

  private readKind(bytes: Uint8Array, start: number, end: number): number {
    switch (this.kind) {
      case 'compose': {
        const at = this.readService(bytes, start, end);
        const timed = at < 0 ? -1 : this.readTime(bytes, at, end);
        return timed < 0 ? at : timed;
      }
      case 'service':
        return this.readService(bytes, start, end);
      case 'bracket':
        return this.readBracket(bytes, start, end);
      case 'drain':
        return this.readDrain(bytes, start, end);
      case 'time':
        return this.readTime(bytes, start, end);
      case 'runtime': {
        const streamAt = this.readTime(bytes, start, end);
        // `stdout F ` or `stderr P `.
        if (streamAt < 0 || streamAt + 9 > end || bytes[streamAt + 6] !== space || bytes[streamAt + 8] !== space)
          return -1;
        if (bytes[streamAt] !== 115 || bytes[streamAt + 1] !== 116 || bytes[streamAt + 2] !== 100) return -1;
        this.streamEnd = streamAt + 6;
        return streamAt + 9;
      }
    }
  }

  private readDrain(bytes: Uint8Array, start: number, end: number): number {
    const nameAt = this.readTime(bytes, start, end);
    if (nameAt < 0) return -1;
    const limit = Math.min(end, nameAt + longestName);
    let at = nameAt;
    while (at < limit && (isName(bytes[at]) || bytes[at] === openBracket || bytes[at] === closeBracket)) at++;
    if (at === nameAt || at + 1 >= limit || bytes[at] !== colon || bytes[at + 1] !== space) return -1;
    this.nameStart = nameAt;
    this.nameEnd = at;
    return at + 2;
  }

  private readService(bytes: Uint8Array, start: number, end: number): number {
    const limit = Math.min(end, start + longestName);
    let at = start;
    while (at < limit && isName(bytes[at])) at++;
    const nameEnd = at;
    while (at < limit && bytes[at] === space) at++;
    if (nameEnd === start || at >= limit || bytes[at] !== bar) return -1;
    at++;
    if (at < limit && bytes[at] === space) at++;
    this.nameStart = start;
    this.nameEnd = nameEnd;
    return at;
  }

  private readBracket(bytes: Uint8Array, start: number, end: number): number {
    if (start >= end || bytes[start] !== openBracket) return -1;
    const limit = Math.min(end, start + longestName);
    let at = start + 1;
    while (at < limit && bytes[at] !== closeBracket) at++;
    if (at + 1 >= limit || bytes[at + 1] !== space) return -1;
    this.nameStart = start + 1;
    this.nameEnd = at;
    return at + 2;
  }

  /** From a time to behind the space after it. */
  private readTime(bytes: Uint8Array, start: number, end: number): number {
    const timeEnd = this.times.read(bytes, start, end);
    if (timeEnd < 0 || timeEnd >= end || bytes[timeEnd] !== space) return -1;
    this.timeStart = start;
    this.timeEnd = timeEnd;
    return timeEnd + 1;
  }
}
