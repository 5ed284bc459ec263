/**
 * Application logs in text: a time, mostly a level, thread, logger and the like, a message, and lines that go on
 * with it (stack traces). The layouts are data (templates.ts); detection chooses among them.
 */
import type { FormatFamily } from './family.ts';
import type { Format } from './format.ts';
import { compileTemplate, type Template } from './template.ts';
import { TemplateMatch, type MatchReaders } from './template-match.ts';
import { isWordByte, scanTime, TimeFields } from './time-scan.ts';
import { isValidTime, type TimeLayout } from './timestamp.ts';
import { detectTimestamped } from './timestamped-detect.ts';
import {
  headOf,
  isYearless,
  templatesNamed,
  timestampedDialect,
  type TimestampedDialect,
} from './timestamped-dialect.ts';
import { TimestampedParser } from './timestamped-parser.ts';
import { timestampedSamples } from './timestamped-samples.ts';
import { LevelWords } from './level-words.ts';
import { yearsBy } from './year-rule.ts';

const name = 'timestamped';
const title = 'Timestamped text';

/** Recognizes the begins of records by times without a year. */
class YearProbe implements MatchReaders {
  private fields = new TimeFields();
  private readonly levelWords = new LevelWords();
  private readonly match: TemplateMatch;
  private readonly own: readonly Template[];
  private readonly layouts: readonly TimeLayout[];

  constructor(dialect: TimestampedDialect) {
    this.layouts = dialect.times.filter(isYearless);
    this.match = new TemplateMatch(this, dialect.levels === 'upper');
    this.own = templatesNamed(dialect.templates)
      .filter(({ text }) => headOf(text) === 'own')
      .map(({ text }) => compileTemplate(text));
  }

  begins(bytes: Uint8Array, start: number, end: number, into: TimeFields): boolean {
    if (start >= end) return false;
    this.fields = into;
    if (this.own.length > 0) return this.own.some((template) => this.match.begins(template, bytes, start, end));
    return this.readTime(bytes, bytes[start] === 91 ? start + 1 : start, end) >= 0;
  }

  readTime(bytes: Uint8Array, at: number, end: number): number {
    for (const { kind, order, spaced } of this.layouts) {
      const timeEnd = scanTime(kind, order ?? 'ymd', spaced ?? false, bytes, at, end, this.fields);
      if (timeEnd < 0 || (timeEnd < end && isWordByte(bytes[timeEnd]))) continue;
      if (this.fields.year < 0 && isValidTime(this.fields)) return timeEnd;
    }
    return -1;
  }

  readLevel(bytes: Uint8Array, start: number, end: number): number {
    return this.levelWords.read(bytes, start, end);
  }
}

function createFormat(dialect: TimestampedDialect): Format {
  const templates = templatesNamed(dialect.templates);
  return {
    name,
    title,
    version: 1,
    open: false,
    stackBy: 'level',
    createParser: (options, context) => new TimestampedParser(options, dialect, templates, context),
    ...(dialect.times.some(isYearless)
      ? yearsBy(() => {
          const probe = new YearProbe(dialect);
          return (bytes, start, end, into) => probe.begins(bytes, start, end, into);
        })
      : {}),
  };
}

export const timestamped: FormatFamily = {
  name,
  title,
  samples: timestampedSamples,
  detect: detectTimestamped,
  create: (choice) => createFormat(timestampedDialect(choice.dialect)),
};
