/**
 * The calendar alone: wall-clock fields to and from milliseconds, as if every zone were UTC. Proleptic Gregorian.
 * Arithmetic instead of Date objects, since it stands on the path of every parsed and every exported row.
 */

/** Fields of a wall clock; month and day count from 1. */
export interface WallClock {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
}

export const secondMs = 1_000;
export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 86_400_000;

/** Days from 1970-01-01; months beyond 1 to 12 run over into other years, days into other months. */
export function daysFromCivil(year: number, month: number, day: number): number {
  // Counts years from March, so that the leap day comes last (Hinnant, "chrono-compatible low-level date algorithms").
  const months = year * 12 + (month - 1) - 2;
  const y = Math.floor(months / 12);
  const monthFromMarch = months - y * 12;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** Year, month and day of a number of days from 1970-01-01. */
export function civilFromDays(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

/** The fields of a wall clock in milliseconds; fields out of their range run over. */
export function wallMs(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  millisecond: number,
): number {
  const days = daysFromCivil(year, month, day);
  return days * dayMs + hour * hourMs + minute * minuteMs + second * secondMs + millisecond;
}

/** The inverse of wallMs. */
export function wallClockOf(ms: number): WallClock {
  const days = Math.floor(ms / dayMs);
  const within = ms - days * dayMs;
  const { year, month, day } = civilFromDays(days);
  return {
    year,
    month,
    day,
    hour: Math.floor(within / hourMs),
    minute: Math.floor(within / minuteMs) % 60,
    second: Math.floor(within / secondMs) % 60,
    millisecond: Math.floor(within % secondMs),
  };
}
