/**
 * The year of times that have none (`Mar  1 10:00:00`): the latest year that does not put the record after the
 * file's modification time plus one day, or the user's year; the order in the file decides across new year.
 * YearScan walks a source once to learn the year at each cut; YearRule then decides record by record, from the
 * year and month at the cut alone, so that a page reads a record as the index did.
 */
import { civilFromDays, dayMs } from '../../src-shared/model/civil.ts';
import type { CutPoint, Format, ParserContext, ParserOptions, Prescan } from './format.ts';
import { LineHeads } from './line-heads.ts';
import { daysInMonth, instantOf } from './timestamp.ts';
import { TimeFields } from './time-scan.ts';

/** Year and month (from 1) of the record at a place of the file. */
interface YearMonth {
  readonly year: number;
  readonly month: number;
}

/**
 * The year of a month that stands at or after another: a fall by seven months and more is a new year begun
 * (December to January), a rise by ten and more a straggler of the old one; all else is the same year, since
 * order in a file is not order in time.
 */
function yearAfter(before: YearMonth, month: number): number {
  const rise = month - before.month;
  if (rise <= -7) return before.year + 1;
  return rise >= 10 ? before.year - 1 : before.year;
}

/** Decides years for one parser. */
export class YearRule {
  private base: YearMonth | undefined;
  private latest: YearMonth | undefined;
  private readonly options: ParserOptions;

  constructor(options: ParserOptions, context: ParserContext | undefined) {
    this.options = options;
    this.base = yearMonthOf(context);
  }

  /** The instant of fields without a year. */
  instantOf(fields: TimeFields): number {
    const { base, options } = this;
    let year: number;
    if (base !== undefined) year = withLeapDay(yearAfter(base, fields.month), fields);
    else if (options.year !== undefined) year = withLeapDay(options.year, fields);
    else year = latestYear(fields, options);
    this.latest = { year, month: fields.month };
    return instantOf(fields, year, options.zone);
  }

  /** What a parser that goes on from here has to know; from now on this one decides by it too. */
  context(): ParserContext | undefined {
    this.base = this.latest ?? this.base;
    return this.base && { year: this.base.year, month: this.base.month };
  }
}

function yearMonthOf(context: ParserContext | undefined): YearMonth | undefined {
  const year = context?.['year'];
  const month = context?.['month'];
  return typeof year === 'number' && typeof month === 'number' ? { year, month } : undefined;
}

/** The nearest year before that has the day: February 29. */
function withLeapDay(year: number, fields: TimeFields): number {
  let found = year;
  while (fields.day > daysInMonth(found, fields.month) && found > year - 8) found--;
  return found;
}

function latestYear(fields: TimeFields, options: ParserOptions): number {
  const limit = options.mtimeMs + dayMs;
  // Local clocks are up to 14 hours ahead of UTC.
  let year = withLeapDay(civilFromDays(Math.floor((limit + dayMs) / dayMs)).year, fields);
  while (instantOf(fields, year, options.zone) > limit) year = withLeapDay(year - 1, fields);
  return year;
}

/** A cut goes here once so many bytes lie behind the last one: a cut is due in every 16 MiB, lines can be long. */
const cutBytes = 8 << 20;

/** A cut's year and month decide for records up to so many months later; the rule above holds for nine. */
const cutMonths = 3;

/** Files in no order at all would be cut at every line; after so many cuts months do not cut any more. */
const mostMonthCuts = 2_000;

/** Recognizes a line that begins a record whose time has no year; false for all others. */
export type YearlessProbe = (bytes: Uint8Array, start: number, end: number, into: TimeFields) => boolean;

/** The part of a format whose times have no year. */
export function yearsBy(
  createYearProbe: () => YearlessProbe,
): Required<Pick<Format, 'createPrescan' | 'createYearProbe'>> {
  return {
    createYearProbe,
    createPrescan: (options) => new YearScan(options, createYearProbe(), new TimeFields()),
  };
}

interface RelativeCut {
  readonly offset: number;
  /** Year relative to that of the first record. */
  readonly year: number;
  readonly month: number;
}

/** Walks a source in order; years count from the first record until its end has been seen. */
export class YearScan implements Prescan {
  private readonly cuts: RelativeCut[] = [];
  private readonly heads: LineHeads;
  private readonly leapYears = new Set<number>();
  private latest: YearMonth | undefined;
  private last = { month: 1, day: 1, hour: 0, minute: 0, second: 0, millisecond: 0, offsetMinutes: Number.NaN };

  constructor(
    private readonly options: ParserOptions,
    probe: YearlessProbe,
    fields: TimeFields,
  ) {
    this.heads = new LineHeads((bytes, start, end, offset) => {
      if (probe(bytes, start, end, fields)) this.saw(fields, offset);
    });
  }

  chunk(bytes: Uint8Array, length: number, baseOffset: number): void {
    this.heads.chunk(bytes, length, baseOffset);
  }

  finish(): readonly CutPoint[] {
    this.heads.finish();
    const { cuts, latest } = this;
    if (latest === undefined) return [{ offset: 0 }];
    const firstYear = this.options.year ?? this.anchor(latest.year);
    return cuts.map(({ offset, year, month }, at) => ({
      offset: at === 0 ? 0 : offset,
      context: { year: firstYear + year, month },
    }));
  }

  private saw(fields: TimeFields, offset: number): void {
    const { latest, cuts } = this;
    const { month, day, hour, minute, second, millisecond, offsetMinutes } = fields;
    const year = latest === undefined ? 0 : yearAfter(latest, month);
    if (latest?.year !== year || latest.month !== month) this.latest = { year, month };
    if (month === 2 && day === 29) this.leapYears.add(year);
    const { last } = this;
    last.month = month;
    last.day = day;
    last.hour = hour;
    last.minute = minute;
    last.second = second;
    last.millisecond = millisecond;
    last.offsetMinutes = offsetMinutes;
    const cut = cuts.at(-1);
    if (cut === undefined) {
      cuts.push({ offset, year, month });
      return;
    }
    const months = Math.abs((year - cut.year) * 12 + month - cut.month);
    if ((months >= cutMonths && cuts.length < mostMonthCuts) || offset - cut.offset >= cutBytes) {
      cuts.push({ offset, year, month });
    }
  }

  /** The first record's year, such that the last record is not after the file's time and leap days exist. */
  private anchor(lastYear: number): number {
    const { options, leapYears, last } = this;
    const latest = latestYear({ ...last, year: -1, secondsAt: -1, secondsEnd: -1, epochMs: Number.NaN }, options);
    for (let year = latest - lastYear; year > latest - lastYear - 8; year--) {
      if ([...leapYears].every((leap) => daysInMonth(year + leap, 2) === 29)) return year;
    }
    return latest - lastYear;
  }
}
