/** `taillight stats`: how many records match, with which values of a field, and when. */
import { levels } from '../../../src-shared/model/level.ts';
import { isExactNumber } from '../../../src-shared/model/value.ts';
import { formatInstantUtc } from '../../../src-shared/model/zone.ts';
import { commonOptions, filterOptions, parseOptions, wholeNumber, type OptionTable } from './arguments.ts';
import { checkNames } from './columns.ts';
import { checkFilters } from './filter.ts';
import { withViews } from './rows.ts';
import { withSession } from './session.ts';
import { UsageError } from './shell.ts';
import { statsText } from './stats-text.ts';
import type { Subcommand } from './subcommand.ts';
import { countOverTime, countValues, type Buckets, type TopValue, type TopValues } from './summaries.ts';

const options = {
  by: { type: 'string', value: 'FIELD', help: 'count the values of this field' },
  top: { type: 'string', value: 'N', help: 'so many of the most frequent values (default 10)' },
  interval: { type: 'string', value: 'WIDTH', help: 'width of a bucket: 10s, 1m, 1h, 1d, 1w, 1mo (default: to fit)' },
  json: { type: 'boolean', help: 'print one JSON object' },
  ...filterOptions,
  ...commonOptions,
} as const satisfies OptionTable;

const topByDefault = 10;

/** Enough to see a shape, few enough for one screen. */
const bucketsByDefault = 40;

/** All that stats tells, of all files together. */
export interface Stats {
  readonly records: number;
  readonly top?: TopValues;
  readonly buckets: Buckets;
}

export const stats: Subcommand = {
  usage: 'FILE... [--filter Q] [--by FIELD] [--top N] [--interval WIDTH] [--json] [options]',
  options,
  examples: [
    'taillight stats access.log --by status',
    'taillight stats access.log --filter "status >= 500" --by path --top 20 --interval 1h --json',
  ],
  async run(shell, args) {
    const { values, files } = parseOptions(args, options);
    const { by, interval } = values;
    if (values.top !== undefined && by === undefined) throw new UsageError('--top needs --by FIELD.');
    const limit = wholeNumber('top', values.top, 1) ?? topByDefault;
    checkInterval(interval);
    await withSession(shell, files, values, async (session) => {
      if (by !== undefined) checkNames(session, 'by', [by]);
      const filters = await checkFilters(session, values);
      await withViews(session, filters, { typed: values.filter }, async (views) => {
        const counted = views.map(({ view, file }) => ({
          view,
          type: file.source.fields.find(({ name }) => name === by)?.type ?? 'any',
        }));
        const found: Stats = {
          records: views.reduce((sum, { rows }) => sum + rows, 0),
          top: by === undefined ? undefined : await countValues(session, counted, by, limit),
          buckets: await countOverTime(session, counted, interval, bucketsByDefault),
        };
        const text = values.json === true ? `${JSON.stringify(statsJson(found))}\n` : statsText(found, session.zone);
        await session.output.write(text);
      });
    });
  },
};

function checkInterval(interval: string | undefined): void {
  if (interval === undefined || /^[1-9]\d*(?:ms|s|m|min|h|d|w|mo)$/.test(interval)) return;
  throw new UsageError(`--interval takes a width such as 10s, 5m, 1h, 1d, 1w or 1mo, not "${interval}".`);
}

/** Keys and their order are a contract: docs/command-line.md. */
function statsJson({ records, top, buckets }: Stats): object {
  const { interval, edges, counts, untimed } = buckets;
  return {
    records,
    ...(top === undefined ? {} : { top: topJson(top) }),
    histogram: {
      interval,
      ...(edges.length === 0 ? {} : { from: formatInstantUtc(edges[0]) }),
      buckets: counts,
      untimed,
    },
  };
}

function topJson({ field, values, other, absent, distinct }: TopValues): object {
  return {
    field,
    values: values.map((value) => ({ value: valueJson(value), count: value.count })),
    other,
    absent,
    distinct,
  };
}

/** As in JSON lines. */
function valueJson({ value, type }: TopValue): unknown {
  if (typeof value === 'number') {
    if (type === 'instant') return formatInstantUtc(value);
    return type === 'level' ? levels[value] : value;
  }
  if (typeof value !== 'object') return value;
  return isExactNumber(value) ? value.exact : parseJson(value.json);
}

function parseJson(text: string): unknown {
  return JSON.parse(text);
}
