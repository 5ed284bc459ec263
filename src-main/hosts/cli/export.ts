/** `taillight export`: writes the records that match to a file, whole or not at all. */
import { extname, resolve } from 'node:path';
import type { ExportFormat } from '../../../src-shared/protocol.ts';
import { commonOptions, filterOptions, oneOf, parseOptions, rowOptions, type OptionTable } from './arguments.ts';
import { checkFilters } from './filter.ts';
import { createOutput } from './output.ts';
import { checkRowNames, parseRowOptions, writeRows } from './rows.ts';
import { withSession } from './session.ts';
import { UsageError } from './shell.ts';
import type { Subcommand } from './subcommand.ts';
import { grouped } from './terminal-text.ts';

const options = {
  out: {
    type: 'string',
    value: 'FILE',
    help: 'file to write, replaced only when the new one is whole; - is standard output',
  },
  output: { type: 'string', value: 'FORM', help: 'csv, tsv, jsonl or text (default: by the extension of --out)' },
  ...filterOptions,
  ...rowOptions,
  ...commonOptions,
} as const satisfies OptionTable;

const byExtension: Readonly<Record<string, ExportFormat>> = {
  '.csv': 'csv',
  '.tsv': 'tsv',
  '.tab': 'tsv',
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.txt': 'text',
  '.log': 'text',
};

export const exportCommand: Subcommand = {
  usage: 'FILE... --out FILE [--output FORM] [--filter Q] [--fields A,B] [--sort F[:desc]] [options]',
  options,
  examples: [
    'taillight export access.log --out errors.csv --filter "status >= 500"',
    'taillight export app.log --out march.jsonl --from 2026-03-01 --to 2026-04-01',
  ],
  async run(shell, args) {
    const { values, files } = parseOptions(args, options);
    const out = values.out;
    if (out === undefined || out === '') throw new UsageError('Say with --out FILE where to write.');
    const format = formatOf(values.output, out);
    const request = parseRowOptions(values, format, true);
    const writeTo = (write: (bytes: Uint8Array) => Promise<void>): Promise<number> =>
      withSession(shell, files, values, async (session) => {
        checkRowNames(session, request, format);
        return writeRows(session, await checkFilters(session, values), values, request, format, write);
      });
    if (out === '-') {
      const output = createOutput(shell);
      await writeTo((bytes) => output.write(bytes));
      return;
    }
    const { writeAtomically } = shell.engine;
    // Around the whole session, so that a target that cannot be written is told before a long log is read.
    const rows = await writeAtomically(resolve(out), writeTo, {
      signal: shell.signal,
      sources: files.filter((name) => name !== '-').map((name) => resolve(name)),
    });
    shell.stderr.write(`taillight: ${grouped(rows)} ${rows === 1 ? 'record' : 'records'} written to ${out}\n`);
  },
};

function formatOf(output: string | undefined, out: string): ExportFormat {
  if (output !== undefined) return oneOf('output', output, ['csv', 'tsv', 'jsonl', 'text']);
  const extension = extname(out).toLowerCase();
  if (Object.hasOwn(byExtension, extension)) return byExtension[extension];
  throw new UsageError(`The name ${out} does not tell the form; add --output csv, tsv, jsonl or text.`);
}
