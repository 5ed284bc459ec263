/**
 * JSON lines: one object a line, any keys, known ones mapped by what their maker means. Lines that are not a JSON
 * object are kept as raw text. Hot: scanned as bytes, see json-scan.ts.
 */
import type { FormatFamily } from './family.ts';
import type { Format } from './format.ts';
import { jsonSamples } from './json-samples.ts';
import { decodeEscapes, JsonScan } from './json-scan.ts';
import { createStructuredParser, detectStructured, structuredDialect, type StructuredSyntax } from './structured.ts';

export const jsonSyntax: StructuredSyntax = {
  createScan: (root, tokens, decodeText) => new JsonScan(root, tokens, decodeText),
  unescape: decodeEscapes,
  firstByte: 123,
  lastByte: 125,
  syntax: 'json',
};

const name = 'json-lines';
const title = 'JSON lines';

/** Logs of requests: charts stack them by status. */
const accessMakers: ReadonlySet<string | undefined> = new Set(['nginx', 'envoy', 'traefik']);

export const jsonLines: FormatFamily = {
  name,
  title,
  samples: jsonSamples,
  detect(sample) {
    const found = detectStructured(sample, jsonSyntax);
    return found && { score: found.score, dialect: { ...found.dialect } };
  },
  create(choice): Format {
    const dialect = structuredDialect(choice.dialect);
    return {
      name,
      title,
      version: 1,
      open: true,
      stackBy: accessMakers.has(dialect.maker) ? 'status' : 'level',
      createParser: (options, context) => createStructuredParser(jsonSyntax, options, dialect, context),
    };
  },
};
