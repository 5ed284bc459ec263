/** `taillight info`: what a log is. */
import { inFieldOrder } from '../../../src-shared/model/field.ts';
import { formatInstant, formatInstantUtc } from '../../../src-shared/model/zone.ts';
import type { SourceState } from '../../../src-shared/protocol.ts';
import { commonOptions, parseOptions, type OptionTable } from './arguments.ts';
import { withSession, type OpenedFile } from './session.ts';
import { UsageError } from './shell.ts';
import type { Subcommand } from './subcommand.ts';
import { grouped, layOut, size, visible } from './terminal-text.ts';

const options = {
  json: { type: 'boolean', help: 'print one JSON object' },
  ...commonOptions,
} as const satisfies OptionTable;

export const info: Subcommand = {
  usage: 'FILE [--json]',
  options,
  examples: ['taillight info access.log', 'zcat old.gz | taillight info - --json'],
  async run(shell, args) {
    const { values, files } = parseOptions(args, options);
    if (files.length > 1) throw new UsageError(`info takes one file, not ${files.length}.`);
    await withSession(shell, files, values, async ({ files: [file], zone, output }) => {
      await output.write(values.json === true ? `${JSON.stringify(infoJson(file.source))}\n` : infoText(file, zone));
    });
  },
};

/** Keys and their order are a contract: docs/command-line.md. */
function infoJson(source: SourceState): object {
  const { time } = source;
  return {
    format: source.format.name,
    encoding: source.encoding,
    compression: source.compression,
    bytes: source.bytes,
    lines: source.lines,
    records: source.records,
    unparsed: source.unparsed,
    blank: source.blank,
    headerLines: source.headerLines,
    overlong: source.overlong,
    untimed: source.untimed,
    timezone: source.timezone,
    ...(time === undefined ? {} : { time: { from: formatInstantUtc(time.from), to: formatInstantUtc(time.to) } }),
    fields: inFieldOrder(source.fields).map(({ name, type, count, distinct }) => ({
      name,
      type,
      count,
      ...(distinct === undefined ? {} : { distinct }),
    })),
  };
}

function infoText({ title, source }: OpenedFile, zone: string): string {
  const { format, time } = source;
  const facts: [string, string][] = [
    ['format', `${format.title} (${format.name})`],
    ['encoding', source.encoding],
    ['compression', source.compression],
    ['size', source.bytes < 1000 ? size(source.bytes) : `${size(source.bytes)} (${grouped(source.bytes)} bytes)`],
    ['lines', grouped(source.lines)],
    ['records', grouped(source.records)],
    ['unparsed', grouped(source.unparsed)],
  ];
  if (source.blank > 0) facts.push(['blank lines', grouped(source.blank)]);
  if (source.headerLines > 0) facts.push(['header lines', grouped(source.headerLines)]);
  if (source.overlong > 0) facts.push(['overlong', `${grouped(source.overlong)} records shown only in part`]);
  if (time !== undefined) {
    facts.push(['first time', formatInstant(time.from, zone)], ['last time', formatInstant(time.to, zone)]);
    if (source.untimed > 0) facts.push(['without time', grouped(source.untimed)]);
    facts.push(['time zone', `${source.timezone} for times that name none`]);
  }
  const fields = inFieldOrder(source.fields).map(({ name, type, count, distinct, unit }) => [
    visible(name),
    unit === undefined ? type : `${type}, ${unit}`,
    grouped(count),
    distinct === undefined ? '' : grouped(distinct),
  ]);
  const table = layOut([['field', 'type', 'records', 'distinct'], ...fields], ['left', 'left', 'right', 'right']);
  return `${visible(title)}\n${indent(layOut(facts, ['left', 'left']))}\n${indent(table)}`;
}

const indent = (lines: string): string => lines.replace(/^(?=.)/gm, '  ');
