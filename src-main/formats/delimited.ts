/** CSV (commas, semicolons, bars) and TSV with a header, RFC 4180 and what programs make of it. */
import { detectDelimited } from './delimited-detect.ts';
import { DelimitedParser, type DelimitedDialect } from './delimited-parser.ts';
import { csvSamples, tsvSamples } from './delimited-samples.ts';
import { QuoteScan } from './delimited-scan.ts';
import type { FormatFamily } from './family.ts';
import type { Format, FormatChoice, FormatSample } from './format.ts';
import { ruleFinder, targets } from './well-known.ts';

export const csv = familyOf('csv', 'CSV', [',', ';', '|'], csvSamples);
export const tsv = familyOf('tsv', 'TSV', ['\t'], tsvSamples);

function familyOf(
  name: string,
  title: string,
  delimiters: readonly string[],
  samples: readonly FormatSample[],
): FormatFamily {
  return {
    name,
    title,
    samples,
    detect: (sample) => detectDelimited(sample, delimiters),
    create(choice): Format {
      const dialect = dialectOf(choice, delimiters[0]);
      return {
        name,
        title,
        version: 1,
        open: false,
        stackBy: stackedBy(dialect.names),
        createParser: (options, context) => new DelimitedParser(options, dialect, context),
        createPrescan: () => new QuoteScan(dialect),
      };
    },
  };
}

function stackedBy(names: readonly string[]): 'level' | 'status' | undefined {
  const findRule = ruleFinder(undefined);
  const found = names.map((name) => targets[findRule(name)?.target ?? -1]);
  return found.includes('level') ? 'level' : found.includes('status') ? 'status' : undefined;
}

function dialectOf({ dialect }: FormatChoice, delimiter: string): DelimitedDialect {
  const { names, numeric } = dialect ?? {};
  return {
    delimiter: typeof dialect?.['delimiter'] === 'string' ? dialect['delimiter'] : delimiter,
    quotes: dialect?.['quotes'] !== false,
    names: Array.isArray(names) ? names.map(String) : ['column_1'],
    header: dialect?.['header'] === true,
    numeric: Array.isArray(numeric) ? numeric.map((isNumeric) => isNumeric === true) : [],
    ...(dialect?.['order'] === 'dmy' ? { order: 'dmy' } : {}),
  };
}
