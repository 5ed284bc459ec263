/** logfmt: a line of key=value pairs, open like JSON lines and with the same known keys. */
import type { FormatFamily } from './family.ts';
import type { Format } from './format.ts';
import { logfmtSamples } from './logfmt-samples.ts';
import { decodeGoEscapes, LogfmtScan } from './logfmt-scan.ts';
import type { KeyCensus } from './makers.ts';
import { createStructuredParser, detectStructured, structuredDialect, type StructuredSyntax } from './structured.ts';

export const logfmtSyntax: StructuredSyntax = {
  createScan: (root, tokens, decodeText) => new LogfmtScan(root, tokens, decodeText),
  unescape: decodeGoEscapes,
  firstByte: undefined,
  lastByte: undefined,
  syntax: 'logfmt',
};

const name = 'logfmt';
const title = 'logfmt';

/** A line that happens to begin with `x=1` is no log: some key has to be one that such logs have. */
const usual =
  /^(?:level|lvl|severity|msg|message|ts|t|time|timestamp|at|err|error|status|method|path|caller|logger|component)$/;

const isUsual = ({ keys }: KeyCensus): boolean => [...keys.keys()].filter((key) => usual.test(key)).length >= 2;

export const logfmt: FormatFamily = {
  name,
  title,
  samples: logfmtSamples,
  detect(sample) {
    const found = detectStructured(sample, logfmtSyntax);
    return found && isUsual(found.census) ? { score: found.score, dialect: { ...found.dialect } } : undefined;
  },
  create(choice): Format {
    const dialect = structuredDialect(choice.dialect);
    return {
      name,
      title,
      version: 1,
      open: true,
      stackBy: dialect.maker === 'heroku' ? 'status' : 'level',
      createParser: (options, context) => createStructuredParser(logfmtSyntax, options, dialect, context),
    };
  },
};
