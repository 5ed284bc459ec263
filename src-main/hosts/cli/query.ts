/** `taillight query`: prints the records that match. */
import { commonOptions, filterOptions, oneOf, parseOptions, rowOptions, type OptionTable } from './arguments.ts';
import { checkFilters } from './filter.ts';
import { checkRowNames, parseRowOptions, writeRows } from './rows.ts';
import { withSession } from './session.ts';
import type { Subcommand } from './subcommand.ts';
import { writeTable } from './table.ts';

const options = {
  ...filterOptions,
  ...rowOptions,
  output: { type: 'string', value: 'FORM', help: 'text (default: whole records), table, csv, tsv or jsonl' },
  ...commonOptions,
} as const satisfies OptionTable;

export const query: Subcommand = {
  usage: 'FILE... [--filter Q] [--fields A,B] [--sort F[:desc]] [--limit N] [--output FORM] [options]',
  options,
  examples: [
    'taillight query access.log --filter "status >= 500 and not method : GET"',
    'taillight query app.log --filter "level >= warn" --from 2026-03-01 --to 2026-03-02 --output jsonl',
    'taillight query access.log --sort duration:desc --limit 20 --fields time,duration,path --output table',
  ],
  async run(shell, args) {
    const { values, files } = parseOptions(args, options);
    const format = oneOf('output', values.output ?? 'text', ['text', 'table', 'csv', 'tsv', 'jsonl']);
    const request = parseRowOptions(values, format, false);
    await withSession(shell, files, values, async (session) => {
      checkRowNames(session, request, format);
      const filters = await checkFilters(session, values);
      if (format === 'table') await writeTable(session, filters, values, request, shell.stdout);
      else await writeRows(session, filters, values, request, format, (bytes) => session.output.write(bytes));
    });
  },
};
