/** Where a time axis has its labels, and what they say: round times of the zone, as many as there is room for. Pure. */
import { dayMs, hourMs, minuteMs, secondMs } from '../../src-shared/model/civil.ts';
import { formatInstant, localToInstant, startOf, wallClock } from '../../src-shared/model/zone.ts';

export interface Tick {
  readonly at: number;
  readonly label: string;
}

type Step = { readonly ms: number } | { readonly days: number } | { readonly months: number };

const steps: readonly Step[] = [
  ...[1, 10, 100, 500].map((ms) => ({ ms })),
  ...[1, 2, 5, 10, 15, 30].map((seconds) => ({ ms: seconds * secondMs })),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => ({ ms: minutes * minuteMs })),
  ...[1, 2, 3, 6, 12].map((hours) => ({ ms: hours * hourMs })),
  ...[1, 2, 7, 14].map((days) => ({ days })),
  ...[1, 2, 3, 6, 12, 24, 60, 120, 600].map((months) => ({ months })),
];

const widthMs = (step: Step): number =>
  'ms' in step ? step.ms : 'days' in step ? step.days * dayMs : step.months * 30 * dayMs;

/** Pixels that a label of a step needs: clocks with milliseconds are long, dates short. */
function labelPx(step: Step): number {
  if (!('ms' in step)) return 62;
  return step.ms < secondMs ? 112 : step.ms < minuteMs ? 92 : 80;
}

/** Labels within [from, to] on an axis of `widthPx`. */
export function timeTicks(from: number, to: number, widthPx: number, zone: string): readonly Tick[] {
  const spanMs = to - from;
  if (!(spanMs > 0)) return [];
  const step = steps.find((each) => (widthMs(each) / spanMs) * widthPx >= labelPx(each)) ?? steps.at(-1);
  if (step === undefined) return [];
  const ticks: Tick[] = [];
  let before: number | undefined;
  for (let at = firstTick(step, from, zone); at <= to && ticks.length < maxTicks; at = nextTick(step, at, zone)) {
    if (at >= from) {
      ticks.push({ at, label: labelOf(step, at, before, zone) });
      before = at;
    }
  }
  return ticks;
}

/** More than any screen has room for; a guard against steps that do not advance. */
const maxTicks = 200;

function firstTick(step: Step, from: number, zone: string): number {
  if ('ms' in step) {
    const midnight = startOf(zone, 'day', from);
    return midnight + Math.floor((from - midnight) / step.ms) * step.ms;
  }
  if ('days' in step) return step.days % 7 === 0 ? startOf(zone, 'week', from) : startOf(zone, 'day', from);
  const { year, month } = wallClock(zone, from);
  const months = year * 12 + month - 1;
  return monthStart(Math.floor(months / step.months) * step.months, zone);
}

function nextTick(step: Step, at: number, zone: string): number {
  if ('ms' in step) return at + step.ms;
  if ('days' in step) {
    const { year, month, day } = wallClock(zone, at);
    return localToInstant(zone, year, month, day + step.days);
  }
  const { year, month } = wallClock(zone, at);
  return monthStart(year * 12 + month - 1 + step.months, zone);
}

const monthStart = (months: number, zone: string): number =>
  localToInstant(zone, Math.floor(months / 12), (months % 12) + 1, 1);

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The clock, or the date where a new day begins; the year where a new one begins. */
function labelOf(step: Step, at: number, before: number | undefined, zone: string): string {
  const { year, month, day } = wallClock(zone, at);
  const last = before === undefined ? undefined : wallClock(zone, before);
  const isNewYear = last !== undefined && last.year !== year;
  const name = monthNames[month - 1] ?? '';
  if ('months' in step)
    return isNewYear || last === undefined || step.months >= 12 ? yearLabel(step, name, year) : name;
  const date = isNewYear ? `${name} ${day}, ${year}` : `${name} ${day}`;
  if ('days' in step) return date;
  const isNewDay = last === undefined || last.day !== day || last.month !== month;
  const clock = clockText(step.ms, at, zone);
  if (!isNewDay) return clock;
  return clock.startsWith('00:00') ? date : `${date} ${clock}`;
}

const yearLabel = (step: { readonly months: number }, name: string, year: number): string =>
  step.months >= 12 ? String(year) : `${name} ${year}`;

function clockText(stepMs: number, at: number, zone: string): string {
  const clock = formatInstant(at, zone).split('T')[1] ?? '';
  return clock.slice(0, stepMs < secondMs ? 12 : stepMs < minuteMs ? 8 : 5);
}

/** A bucket as people say it: its date once, and both ends. */
export function bucketText(from: number, to: number, zone: string): string {
  const [date = '', clock = ''] = formatInstant(from, zone).split('T');
  const [lastDate = '', lastClock = ''] = formatInstant(to, zone).split('T');
  const length = to - from < secondMs || from % secondMs !== 0 ? 12 : (to - from) % minuteMs === 0 ? 5 : 8;
  if (to - from >= dayMs - hourMs)
    return clock.startsWith('00:00:00') && lastClock.startsWith('00:00:00')
      ? daysText(date, to, zone)
      : `${date} ${clock.slice(0, 5)} \u2013 ${lastDate} ${lastClock.slice(0, 5)}`;
  return `${date} ${clock.slice(0, length)} \u2013 ${date === lastDate ? '' : `${lastDate} `}${lastClock.slice(0, length)}`;
}

/** Whole days: the last one is the day before the end. */
function daysText(date: string, to: number, zone: string): string {
  const last = formatInstant(to - 1, zone).split('T')[0] ?? '';
  return last === date ? date : `${date} \u2013 ${last}`;
}
