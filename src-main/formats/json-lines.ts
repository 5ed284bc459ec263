/**
 * JSON lines: one object a line, any keys, known ones mapped by their maker's meaning. Lines that are not a JSON
 * object are kept as raw text. Hot: scanned as bytes, see json-scan.ts.
 */
import { FieldMap, type KeyDialect } from './field-map.ts';
import { LineKind, type ParserOptions, type RecordParser, type RowSink } from './format.ts';
import { decodeEscapes, JsonScan } from './json-scan.ts';
import { KeyNode } from './key-nodes.ts';
import { LinePrefix, type PrefixKind } from './line-prefix.ts';
import { Tokens } from './tokens.ts';

/** What detection read off a structured log; plain data. */
export interface StructuredDialect extends KeyDialect {
  readonly prefix?: PrefixKind;
}

const openBrace = 123;

/** Past a byte order mark, which some programs write at the begin of each file they append to. */
export const afterMark = (bytes: Uint8Array, start: number, end: number): number =>
  start + 3 <= end && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf
    ? start + 3
    : start;

export function createJsonParser(options: ParserOptions, dialect: StructuredDialect): RecordParser {
  const map = new FieldMap(options, dialect, decodeEscapes);
  const tokens = new Tokens();
  const scan = new JsonScan(KeyNode.root(map.findRule), tokens, (bytes, start, end) =>
    map.text.read(bytes, start, end),
  );
  const prefix = dialect.prefix === undefined ? undefined : new LinePrefix(dialect.prefix, options);
  return {
    multiline: false,
    fields: map.fields,
    classify: (_bytes, start, end) => (start === end ? LineKind.blank : LineKind.record),
    parse(bytes: Uint8Array, start: number, _firstEnd: number, end: number, row: RowSink): boolean {
      let from = afterMark(bytes, start, end);
      const hasPrefix = prefix !== undefined && from < end && bytes[from] !== openBrace;
      if (hasPrefix) from = prefix.read(bytes, from, end);
      if (!scan.scan(bytes, from, end)) return false;
      map.apply(tokens, bytes, row);
      if (hasPrefix) prefix.set(row, map);
      return true;
    },
    context: () => undefined,
  };
}
