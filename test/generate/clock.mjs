/**
 * Times of a generated log: they rise with the progress through the log, with a wave per day and a small disorder.
 * Formatters keep the text of the last seconds, because a fast log repeats them.
 */
import { flat } from './words.mjs';

const dayMs = 86_400_000;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export class Clock {
  /**
   * @param {import('./random.mjs').Random} random
   * @param {{ readonly startMs: number, readonly spanMs: number, readonly expectedRecords: number,
   *   readonly disorder: number }} options `disorder` is the share of records that are up to 3 s late
   */
  constructor(random, { startMs, spanMs, expectedRecords, disorder }) {
    this.random = random;
    this.nowMs = startMs;
    this.disorder = disorder;
    this.meanStepMs = spanMs / Math.max(1, expectedRecords);
    this.stepMs = this.meanStepMs;
    this.untilWave = 0;
  }

  /** The time of the next record, in whole milliseconds. */
  next() {
    if (this.untilWave-- === 0) {
      this.untilWave = 255;
      // Traffic peaks at 15:00 UTC with four times the rate of the night.
      this.stepMs = this.meanStepMs / (1 + 0.6 * Math.sin(((this.nowMs % dayMs) / dayMs) * 2 * Math.PI - 2.36));
    }
    this.nowMs += this.stepMs * 2 * this.random.fraction();
    const timeMs = Math.floor(this.nowMs);
    return this.disorder > 0 && this.random.chance(this.disorder) ? timeMs - this.random.below(3000) : timeMs;
  }
}

/**
 * Formats whole seconds through a cache of the last few.
 * @param {(date: Date) => string} format @returns {(timeMs: number) => string}
 */
export function perSecond(format) {
  /** @type {number[]} */
  const seconds = Array(16).fill(Number.NaN);
  /** @type {string[]} */
  const texts = Array(16).fill('');
  return (timeMs) => {
    const second = Math.floor(timeMs / 1000);
    const slot = second & 15;
    if (seconds[slot] !== second) {
      seconds[slot] = second;
      texts[slot] = flat(format(new Date(second * 1000)));
    }
    return texts[slot];
  };
}

/** @param {number} n */
export function two(n) {
  return n < 10 ? `0${n}` : `${n}`;
}

/** @param {number} n */
export function three(n) {
  return n < 10 ? `00${n}` : n < 100 ? `0${n}` : `${n}`;
}

/** Milliseconds within the second, also of times before 1970. @param {number} timeMs */
export function millisecond(timeMs) {
  return ((timeMs % 1000) + 1000) % 1000;
}

/** Keeps the text of a day, for a long log has many seconds in each. @param {(date: Date) => string} format */
function perDay(format) {
  let day = Number.NaN;
  let text = '';
  /** @param {Date} date */
  return (date) => {
    const dayNow = Math.floor(date.getTime() / dayMs);
    if (dayNow !== day) {
      day = dayNow;
      text = format(date);
    }
    return text;
  };
}

/** 12:34:56 @param {Date} date */
function timeOfDay(date) {
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

/** 2026-03-01 12:34:56, or another separator between date and time. @param {string} separator */
export function isoSecond(separator) {
  const isoDay = perDay((date) => date.toISOString().slice(0, 10));
  return perSecond((date) => `${isoDay(date)}${separator}${timeOfDay(date)}`);
}

/** [01/Mar/2026:12:34:56 +0000], as access logs write it. */
export function accessSecond() {
  const day = perDay((date) => `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}`);
  return perSecond((date) => `[${day(date)}:${timeOfDay(date)} +0000]`);
}

/** "Mar  1 12:34:56", as RFC 3164 writes it. */
export function syslogSecond() {
  const day = perDay((date) => `${months[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)}`);
  return perSecond((date) => `${day(date)} ${timeOfDay(date)}`);
}
