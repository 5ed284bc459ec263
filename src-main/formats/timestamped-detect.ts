/**
 * Reads off a sample how an application log writes its times and what stands behind them: which of the templates fit
 * which share of its records. Runs once per source.
 */
import { shareParsed } from './detect.ts';
import type { DetectSample, Detected, SampleLine } from './family.ts';
import type { ParserOptions, RowSink } from './format.ts';
import { ownTemplates, plainTemplates, timeTemplates, type TemplateSource } from './templates.ts';
import { TimeReader, type TimeLayout } from './timestamp.ts';
import { headOf, templatesNamed, type TimestampedDialect } from './timestamped-dialect.ts';
import { TimestampedParser } from './timestamped-parser.ts';
import { YearRule } from './year-rule.ts';
import { dayMs } from '../../src-shared/model/civil.ts';

const openBracket = 91;
const dot = 46;

/** Another layout of times than the commonest counts from this share of the records on. */
const otherLayoutShare = 0.03;

/** Least share of the lines that begin records: a log of nothing but stack traces has 2 %. */
const leastStarts = 0.02;

/** Layouts without a date, and digits that need not be a time, are believed only when most lines have them. */
const leastDoubtfulStarts = 0.5;
const leastLevelled = 0.8;

/** A sample of so few lines may be a single record. */
const fewLines = 60;

/** Lines in which times are looked for; nine layouts on 1,000 lines cost some 10 ms, more does not change the choice. */
const headedLines = 1_000;

/** Times that are looked at to tell whether a zone stands behind a space. */
const spacedTimes = 200;

/** Records that templates are tried on, spread over the sample: some 60 templates on 100 records cost 20 ms at first. */
const triedRecords = 100;

const usualShare = 0.02;

/** Without a time in them, layouts that are known by a level word need more evidence. */
const leastTimelessStarts = 0.2;

/** Lines that layouts with other begins are tried on. */
const triedLines = 120;

const nowhere: RowSink = { number: () => undefined, span: () => undefined, value: () => undefined };

interface SampleRecord {
  readonly start: number;
  readonly firstEnd: number;
  readonly end: number;
}

/** Layouts of times at the begin of lines, the plainest first. */
const layouts: readonly TimeLayout[] = [
  { kind: 'iso' },
  { kind: 'dated' },
  { kind: 'named' },
  { kind: 'ctime' },
  { kind: 'numeric', order: 'ymd' },
  { kind: 'numeric', order: 'mdy' },
  { kind: 'numeric', order: 'dmy' },
  { kind: 'basic' },
  { kind: 'monthDay' },
];

/** Tried when none of those above occurs. */
const doubtfulLayouts: readonly TimeLayout[] = [{ kind: 'epoch' }, { kind: 'clock' }];

export function detectTimestamped(sample: DetectSample): Detected | undefined {
  const lines = sample.lines.filter(({ start, end }) => end > start).slice(0, headedLines);
  const headed = detectHeaded(sample, lines);
  // When most lines begin with a time, they do not begin otherwise.
  const own = (headed?.starts ?? 0) * 2 > lines.length ? undefined : detectOwn(sample, lines.slice(0, triedLines));
  const best = (own?.starts ?? 0) > (headed?.starts ?? 0) ? own : headed;
  if (best === undefined) return undefined;
  const { dialect } = best;
  const parser = parserOf(sample.options, dialect, templatesNamed(dialect.templates));
  const score = shareParsed({ ...sample, lines: sample.lines.slice(0, headedLines) }, parser);
  return { score, dialect: { ...dialect } };
}

interface Found {
  readonly dialect: TimestampedDialect;
  /** Lines that begin a record. */
  readonly starts: number;
}

/** Records that begin with a time. */
function detectHeaded(sample: DetectSample, lines: readonly SampleLine[]): Found | undefined {
  let least = leastOf(sample, lines);
  let counted = layouts.map((layout) => ({ layout, starts: countStarts(sample, lines, layout) }));
  const isDoubtful = counted.every(({ starts }) => starts < least);
  const enough = Math.ceil(lines.length * leastDoubtfulStarts);
  if (isDoubtful) {
    least = Math.min(least, enough);
    counted = doubtfulLayouts.map((layout) => ({ layout, starts: countStarts(sample, lines, layout) }));
  }
  const orders = counted.filter(({ layout, starts }) => layout.kind === 'numeric' && starts > 0);
  const order = bestOrder(sample, lines, orders);
  const ranked = counted
    .filter(({ layout, starts }) => starts > 0 && (layout.kind !== 'numeric' || layout === order))
    .filter(({ layout, starts }) => layout.kind !== 'basic' || starts * 2 >= lines.length)
    .sort((a, b) => b.starts - a.starts);
  const total = ranked.reduce((sum, { starts }) => sum + starts, 0);
  if (total < least || total === 0) return undefined;
  const times = ranked
    .filter(({ starts }, at) => at === 0 || starts >= total * otherLayoutShare)
    .slice(0, 3)
    .map(({ layout }) => withSpaced(sample, lines, layout));
  const { dialect, levelled } = chooseTemplates(sample, lines, times);
  // Levels behind most of them tell that these are times, however long the traces between the records are.
  const isBelieved = !isDoubtful || levelled >= leastLevelled || total >= enough;
  return isBelieved ? { dialect, starts: total } : undefined;
}

/** How many lines have to begin a record: a single one only where it is the first of a short file. */
function leastOf(sample: DetectSample, lines: readonly SampleLine[]): number {
  const isShort = lines.length <= fewLines;
  if (isShort && layouts.some((layout) => countStarts(sample, lines.slice(0, 1), layout) > 0)) return 1;
  return isShort ? 2 : Math.ceil(lines.length * leastStarts);
}

const parserOf = (
  options: ParserOptions,
  dialect: TimestampedDialect,
  templates: readonly TemplateSource[],
): TimestampedParser => new TimestampedParser(options, dialect, templates);

/** Begins of records do not depend on which of the templates with a time in front are there. */
const anyHead = plainTemplates.filter(({ name }) => name === 'plain' || name === 'plain-bracketed');

function countStarts({ bytes, options }: DetectSample, lines: readonly SampleLine[], layout: TimeLayout): number {
  const parser = parserOf(options, { times: [layout], templates: [], levels: 'upper' }, anyHead);
  return lines.filter(({ start, end }) => parser.begins(bytes, start, end)).length;
}

/** Of the orders that a numeric date can have: most lines, no times in the future, then the steadiest. */
function bestOrder(
  { bytes, options }: DetectSample,
  lines: readonly SampleLine[],
  orders: readonly { readonly layout: TimeLayout; readonly starts: number }[],
): TimeLayout | undefined {
  const most = Math.max(0, ...orders.map(({ starts }) => starts));
  let best: { readonly layout: TimeLayout; readonly cost: number } | undefined;
  for (const { layout, starts } of orders) {
    if (starts < most * 0.95) continue;
    const reader = new TimeReader(layout, options.zone);
    let before = Number.NaN;
    let cost = 0;
    for (const { start, end } of lines) {
      if (reader.read(bytes, bytes[start] === openBracket ? start + 1 : start, end) < 0) continue;
      if (!Number.isNaN(before)) cost += Math.abs(reader.instant - before);
      if (reader.instant > options.mtimeMs + 2 * dayMs) cost += 365 * dayMs;
      before = reader.instant;
    }
    // In doubt: two-digit years first, then months first, as slashes are written most; dots are European.
    const isDotted = lines.some(({ start }) => bytes[start + 2] === dot || bytes[start + 3] === dot);
    if (best === undefined || cost < best.cost || (cost === best.cost && isDotted && layout.order === 'dmy')) {
      best = { layout, cost };
    }
  }
  return best?.layout;
}

/** Whether a zone or AM/PM stands behind a space in most lines. */
function withSpaced({ bytes, options }: DetectSample, lines: readonly SampleLine[], layout: TimeLayout): TimeLayout {
  const years = new YearRule(options, undefined);
  const tight = new TimeReader(layout, options.zone, years);
  const spaced = new TimeReader({ ...layout, spaced: true }, options.zone, years);
  let longer = 0;
  let read = 0;
  for (const { start, end } of lines) {
    const at = bytes[start] === openBracket ? start + 1 : start;
    const tightEnd = tight.read(bytes, at, end);
    if (tightEnd < 0) continue;
    read++;
    if (spaced.read(bytes, at, end) > tightEnd) longer++;
    if (read === spacedTimes) break;
  }
  return longer * 2 > read ? { ...layout, spaced: true } : layout;
}

function chooseTemplates(
  sample: DetectSample,
  lines: readonly SampleLine[],
  times: readonly TimeLayout[],
): { readonly dialect: TimestampedDialect; readonly levelled: number } {
  const records = recordsOf(
    sample,
    lines,
    parserOf(sample.options, { times, templates: [], levels: 'upper' }, anyHead),
  );
  const upper = tryTemplates(sample, records, times, 'upper');
  if (upper.levelled >= 0.6) return upper;
  const any = tryTemplates(sample, records, times, 'any');
  return any.levelled >= 0.6 && any.levelled - upper.levelled >= 0.3 ? any : upper;
}

/** The templates that take a share of the records that those before them leave, and the share of records with a level. */
function tryTemplates(
  { bytes, options }: DetectSample,
  records: readonly SampleRecord[],
  times: readonly TimeLayout[],
  levels: 'upper' | 'any',
): { readonly dialect: TimestampedDialect; readonly levelled: number } {
  const heads = new Set(records.map(({ start }) => (bytes[start] === openBracket ? 'bracket' : 'time')));
  const names: string[] = [];
  let rest = records;
  let levelled = 0;
  for (const template of [...timeTemplates, ...plainTemplates]) {
    if (!heads.has(headOf(template.text) === 'bracket' ? 'bracket' : 'time')) continue;
    const parser = parserOf(options, { times, templates: [], levels }, [template]);
    const sink = new LevelSink(parser);
    const left: SampleRecord[] = [];
    let withLevel = 0;
    for (const record of rest) {
      sink.hasLevel = false;
      if (!parser.parse(bytes, record.start, record.firstEnd, record.end, sink)) left.push(record);
      else if (sink.hasLevel) withLevel++;
    }
    const taken = rest.length - left.length;
    const isPlain = alwaysTried.has(template.name);
    if (!isPlain && (taken === 0 || taken < records.length * (template.share ?? usualShare))) continue;
    names.push(template.name);
    levelled += withLevel;
    rest = left;
  }
  return { dialect: { times, templates: names, levels }, levelled: levelled / records.length };
}

/** What follows in the file may have a level, or nothing but text, though the sample does not. */
const alwaysTried: ReadonlySet<string> = new Set(['plain-bracketed-level', 'plain-bracketed', 'plain-level', 'plain']);

function recordsOf(
  { bytes }: DetectSample,
  lines: readonly SampleLine[],
  parser: TimestampedParser,
): readonly SampleRecord[] {
  const records: { start: number; firstEnd: number; end: number }[] = [];
  for (const { start, end } of lines) {
    const last = records.at(-1);
    if (parser.begins(bytes, start, end)) {
      records.push({ start, firstEnd: end, end });
    } else if (last !== undefined) last.end = end;
  }
  const stride = Math.max(1, records.length / triedRecords);
  return records.filter((_, at) => Math.floor(at / stride) !== Math.floor((at - 1) / stride));
}

class LevelSink implements RowSink {
  hasLevel = false;
  private readonly level: number;

  constructor(parser: TimestampedParser) {
    this.level = parser.fields.findIndex(({ name }) => name === 'level');
  }

  number(field: number): void {
    if (field === this.level) this.hasLevel = true;
  }

  span(): void {}

  value(): void {}
}

/** Records that begin otherwise: the template and the layout of times that most lines begin as. */
function detectOwn(sample: DetectSample, lines: readonly SampleLine[]): Found | undefined {
  let best: Found | undefined;
  for (const template of ownTemplates) {
    const isTimed = template.text.includes('{time}');
    const least = isTimed ? leastStarts : leastTimelessStarts;
    for (const layout of isTimed ? layouts : layouts.slice(0, 1)) {
      const dialect: TimestampedDialect = { times: [layout], templates: [template.name], levels: 'upper' };
      const parser = parserOf(sample.options, dialect, [template]);
      const records = recordsOf(sample, lines, parser);
      const fitting = records.filter(({ start, firstEnd, end }) =>
        parser.parse(sample.bytes, start, firstEnd, end, nowhere),
      );
      const starts = fitting.length;
      if (starts === 0 || starts < lines.length * Math.max(least, template.share ?? 0)) continue;
      if (starts > (best?.starts ?? 0)) best = { dialect, starts };
    }
  }
  return best;
}
