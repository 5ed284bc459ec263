/**
 * Times in a layout that the user states, in the letters of POSIX strptime and what Python, Ruby and Apache add to
 * them. For custom formats; built-in ones read known layouts (timestamp.ts).
 *
 * %Y %y %m %d %e %j %b %B %h %a %A %H %k %I %l %p %M %S %f %L %N %z %Z %s %Q %F %T %D %R %n %t %%
 */
import { wallMs } from '../../src-shared/model/civil.ts';
import type { ParserOptions } from './format.ts';
import type { SlotTimes } from './slot-times.ts';
import { TimeFields } from './time-scan.ts';
import { instantOf, isValidTime } from './timestamp.ts';
import { YearRule } from './year-rule.ts';

/** One step of a layout: a directive's letter, or text that stands there. */
type TimeStep = { readonly letter: string } | { readonly text: string };

const shorthands: { readonly [letter: string]: string } = {
  F: '%Y-%m-%d',
  T: '%H:%M:%S',
  D: '%m/%d/%y',
  R: '%H:%M',
  n: ' ',
  t: ' ',
  h: '%b',
};

/** Letters that read digits: the fewest and the most of them. */
const digitCounts: { readonly [letter: string]: readonly [number, number] } = {
  Y: [4, 4],
  y: [2, 2],
  m: [1, 2],
  d: [1, 2],
  e: [1, 2],
  j: [1, 3],
  H: [1, 2],
  k: [1, 2],
  I: [1, 2],
  l: [1, 2],
  M: [1, 2],
  S: [1, 2],
  f: [1, 9],
  L: [3, 3],
  N: [1, 9],
  s: [9, 11],
  Q: [12, 14],
};

const nameLetters = 'bBaApPzZ';

/** What is wrong with a layout, or undefined. */
export function strptimeProblem(layout: string): string | undefined {
  const steps = parse(layout);
  if (typeof steps === 'string') return steps;
  const has = (...letters: readonly string[]): boolean =>
    steps.some((step) => 'letter' in step && letters.includes(step.letter));
  if (has('s', 'Q')) return undefined;
  if (!has('H', 'k') && !(has('I', 'l') && has('p', 'P'))) return 'has no hour (%H, or %I with %p)';
  if (!has('j') && !(has('m', 'b', 'B') && has('d', 'e'))) return 'has no date (%m or %b with %d, or %j)';
  return undefined;
}

function parse(layout: string): readonly TimeStep[] | string {
  const steps: TimeStep[] = [];
  let text = '';
  const addText = (): void => {
    if (text !== '') steps.push({ text });
    text = '';
  };
  const expanded = layout.replaceAll(/%([FTDRnth])/g, (_, letter: string) => shorthands[letter] ?? '');
  for (let at = 0; at < expanded.length; at++) {
    if (expanded[at] !== '%') {
      text += expanded[at];
      continue;
    }
    at++;
    const letter = expanded[at] ?? '';
    if (letter === '%') {
      text += '%';
    } else if (digitCounts[letter] !== undefined || (letter !== '' && nameLetters.includes(letter))) {
      addText();
      steps.push({ letter });
    } else {
      return letter === '' ? 'ends with %' : `has the unknown directive %${letter}`;
    }
  }
  addText();
  return steps;
}

interface Op {
  readonly letter: string;
  /** Bytes of a text; a space stands for any number of spaces. */
  readonly text: Uint8Array;
  readonly fewest: number;
  readonly most: number;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const space = 32;

export class StrptimeReader implements SlotTimes {
  instant = Number.NaN;
  private readonly ops: readonly Op[];
  private readonly fields = new TimeFields();
  private readonly years: YearRule;
  private readonly zone: string;
  private isAfternoon: boolean | undefined;
  private dayOfYear = 0;

  /** `layout` is one in which strptimeProblem finds no problem. */
  constructor(layout: string, options: ParserOptions) {
    const steps = parse(layout);
    if (typeof steps === 'string') throw new Error(`the time layout ${steps}`);
    this.ops = steps.map((step) => {
      if ('text' in step) return { letter: '', text: new TextEncoder().encode(step.text), fewest: 0, most: 0 };
      const [fewest, most] = digitCounts[step.letter] ?? [0, 0];
      return { letter: step.letter, text: new Uint8Array(0), fewest, most };
    });
    this.zone = options.zone;
    this.years = new YearRule(options, undefined);
  }

  readAll(bytes: Uint8Array, start: number, end: number): boolean {
    const { fields } = this;
    fields.year = -1;
    fields.month = 0;
    fields.day = 0;
    fields.hour = 0;
    fields.minute = 0;
    fields.second = 0;
    fields.millisecond = 0;
    fields.offsetMinutes = Number.NaN;
    fields.epochMs = Number.NaN;
    this.isAfternoon = undefined;
    this.dayOfYear = 0;
    let at = start;
    for (const op of this.ops) {
      at = op.letter === '' ? readText(op.text, bytes, at, end) : this.readStep(op, bytes, at, end);
      if (at < 0) return false;
    }
    return at === end && this.finish();
  }

  private finish(): boolean {
    const { fields, isAfternoon } = this;
    if (fields.epochMs === fields.epochMs) {
      this.instant = fields.epochMs + fields.millisecond;
      return true;
    }
    if (isAfternoon !== undefined) {
      if (fields.hour < 1 || fields.hour > 12) return false;
      fields.hour = (fields.hour % 12) + (isAfternoon ? 12 : 0);
    }
    if (this.dayOfYear > 0) {
      if (fields.year < 0 || this.dayOfYear > 366) return false;
      fields.month = 1;
      fields.day = 1;
    }
    if (!isValidTime(fields)) return false;
    this.instant = fields.year >= 0 ? instantOf(fields, fields.year, this.zone) : this.years.instantOf(fields);
    if (this.dayOfYear > 1) {
      // The zone may change its offset between January 1 and that day: count days on the wall clock.
      const { year, hour, minute, second, millisecond, offsetMinutes } = fields;
      const wall = new Date(wallMs(year, 1, this.dayOfYear, hour, minute, second, millisecond));
      fields.month = wall.getUTCMonth() + 1;
      fields.day = wall.getUTCDate();
      fields.offsetMinutes = offsetMinutes;
      this.instant = instantOf(fields, wall.getUTCFullYear(), this.zone);
    }
    return true;
  }

  /** Position after what the directive reads, or -1. */
  private readStep({ letter, fewest, most }: Op, bytes: Uint8Array, start: number, end: number): number {
    const { fields } = this;
    if (most === 0) return this.readName(letter, bytes, start, end);
    let at = start;
    // Days and hours may be padded with a space.
    if ('dekl'.includes(letter) && at < end && bytes[at] === space) at++;
    const digitsAt = at;
    let value = 0;
    while (at < end && at - digitsAt < most && bytes[at] >= 48 && bytes[at] <= 57)
      value = value * 10 + bytes[at++] - 48;
    const count = at - digitsAt;
    if (count < fewest) return -1;
    switch (letter) {
      case 'Y':
        fields.year = value;
        break;
      case 'y':
        fields.year = value < 69 ? 2000 + value : 1900 + value;
        break;
      case 'm':
        fields.month = value;
        break;
      case 'd':
      case 'e':
        fields.day = value;
        break;
      case 'j':
        this.dayOfYear = value;
        break;
      case 'M':
        fields.minute = value;
        break;
      case 'S':
        fields.second = value;
        break;
      case 'f':
      case 'L':
      case 'N':
        fields.millisecond = Math.floor((value * 1000) / 10 ** count);
        break;
      case 's':
        fields.epochMs = value * 1000;
        break;
      case 'Q':
        fields.epochMs = value;
        break;
      default:
        fields.hour = value;
        break;
    }
    return at;
  }

  private readName(letter: string, bytes: Uint8Array, start: number, end: number): number {
    if (letter === 'z') return this.readOffset(bytes, start, end);
    let at = start;
    let name = '';
    while (at < end && at - start < 12 && (bytes[at] | space) >= 97 && (bytes[at] | space) <= 122) {
      name += String.fromCharCode(bytes[at++] | space);
    }
    switch (letter) {
      case 'b':
      case 'B':
        this.fields.month = months.indexOf(name.slice(0, 3)) + 1;
        return this.fields.month > 0 ? at : -1;
      case 'p':
      case 'P':
        this.isAfternoon = name === 'pm';
        return name === 'am' || name === 'pm' ? at : -1;
      case 'Z':
        this.fields.offsetMinutes = 0;
        return name === 'utc' || name === 'gmt' || name === 'z' ? at : -1;
      default:
        return name.length >= 3 ? at : -1;
    }
  }

  /** `Z`, `+01:00`, `+0100`, `+01`. */
  private readOffset(bytes: Uint8Array, start: number, end: number): number {
    if (start >= end) return -1;
    this.fields.offsetMinutes = 0;
    const sign = bytes[start];
    if ((sign | space) === 122) return start + 1;
    const hours = twoDigits(bytes, start + 1, end);
    if ((sign !== 43 && sign !== 45) || hours < 0 || hours > 23) return -1;
    const minuteAt = start + 3 < end && bytes[start + 3] === 58 ? start + 4 : start + 3;
    const minutes = twoDigits(bytes, minuteAt, end);
    this.fields.offsetMinutes = (hours * 60 + Math.max(minutes, 0)) * (sign === 45 ? -1 : 1);
    return minutes < 0 ? start + 3 : minuteAt + 2;
  }
}

function twoDigits(bytes: Uint8Array, at: number, end: number): number {
  if (at + 2 > end) return -1;
  const tens = bytes[at] - 48;
  const ones = bytes[at + 1] - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

function readText(text: Uint8Array, bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  for (const byte of text) {
    if (at >= end || bytes[at] !== byte) return -1;
    at++;
    if (byte === space) while (at < end && bytes[at] === space) at++;
  }
  return at;
}
