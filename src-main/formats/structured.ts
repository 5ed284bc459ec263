/**
 * What JSON lines and logfmt share: a parser over a scanner and a FieldMap, and detection, which reads off the
 * first records whose keys these are and what stands before them.
 */
import type { DetectSample, SampleLine } from './family.ts';
import { FieldMap, type KeyDialect } from './field-map.ts';
import { LineKind, type ParserContext, type ParserOptions, type RecordParser, type RowSink } from './format.ts';
import { KeyNode } from './key-nodes.ts';
import type { KeyedLines, KeyedSyntax } from './keyed-lines.ts';
import { LinePrefix, prefixKinds, type PrefixKind } from './line-prefix.ts';
import { makerOf, type KeyCensus } from './makers.ts';
import { mostNamedFields } from './other-fields.ts';
import { TokenKind, Tokens } from './tokens.ts';
import { makers } from './well-known.ts';

/** What detection read off a structured log; plain data. */
export interface StructuredDialect extends KeyDialect {
  readonly prefix?: PrefixKind;
}

/** Reads one record into tokens; false when the bytes are none. */
export interface RecordScan {
  scan(bytes: Uint8Array, start: number, end: number): boolean;
}

/** How one kind of structured log is scanned. */
export interface StructuredSyntax {
  createScan(
    root: KeyNode,
    tokens: Tokens,
    decodeText: (bytes: Uint8Array, start: number, end: number) => string,
  ): RecordScan;
  unescape(text: string): string;
  /** A record cannot begin otherwise; undefined: anything may begin one. */
  readonly firstByte: number | undefined;
  /** Nor end otherwise, but for white space. */
  readonly lastByte: number | undefined;
  /** What the kernel knows it as. */
  readonly syntax: KeyedSyntax;
}

const tab = 9;
const carriageReturn = 13;
const space = 32;

/** Past a byte order mark, which some programs write at the begin of each file they append to. */
const afterMark = (bytes: Uint8Array, start: number, end: number): number =>
  start + 3 <= end && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf
    ? start + 3
    : start;

class StructuredParser implements RecordParser {
  readonly multiline = false;
  readonly fields;
  readonly keyed: KeyedLines | undefined;
  private readonly map: FieldMap;
  private readonly tokens = new Tokens();
  private readonly scan: RecordScan;
  private readonly prefix: LinePrefix | undefined;

  constructor(
    private readonly syntax: StructuredSyntax,
    options: ParserOptions,
    dialect: StructuredDialect,
    context: ParserContext | undefined,
  ) {
    const map = new FieldMap(options, dialect, (text) => syntax.unescape(text), context);
    this.map = map;
    this.fields = map.fields;
    const root = KeyNode.root(map.findRule);
    this.scan = syntax.createScan(root, this.tokens, (bytes, start, end) => map.text.read(bytes, start, end));
    this.prefix = dialect.prefix === undefined ? undefined : new LinePrefix(dialect.prefix, options);
    // The kernel knows prefixes only before the brace of JSON.
    const isCompiled = syntax.syntax === 'json' || this.prefix === undefined;
    this.keyed = isCompiled ? map.keyed(syntax.syntax, root, this.prefix) : undefined;
  }

  classify(_bytes: Uint8Array, start: number, end: number): LineKind {
    return start === end ? LineKind.blank : LineKind.record;
  }

  parse(bytes: Uint8Array, start: number, _firstEnd: number, end: number, row: RowSink): boolean {
    const { prefix, map } = this;
    let from = afterMark(bytes, start, end);
    const { firstByte } = this.syntax;
    const isPrefixed = prefix !== undefined && (from >= end || bytes[from] !== firstByte);
    if (isPrefixed) from = prefix.read(bytes, from, end);
    if (!this.scan.scan(bytes, from, end)) return false;
    map.apply(this.tokens, bytes, row);
    if (isPrefixed) prefix.set(row, map);
    return true;
  }

  context(): undefined {
    return undefined;
  }
}

export const createStructuredParser = (
  syntax: StructuredSyntax,
  options: ParserOptions,
  dialect: StructuredDialect,
  context: ParserContext | undefined,
): RecordParser => new StructuredParser(syntax, options, dialect, context);

/** The dialect in plain data that may come from a stored index. */
export function structuredDialect(data: { readonly [key: string]: unknown } | undefined): StructuredDialect {
  const named = data?.['named'];
  return {
    maker: makers.find((maker) => maker === data?.['maker']),
    prefix: prefixKinds.find((prefix) => prefix === data?.['prefix']),
    order: data?.['order'] === 'dmy' ? 'dmy' : 'mdy',
    ...(Array.isArray(named) ? { named: named.filter((name) => typeof name === 'string') } : {}),
  };
}

/** Lines in which each prefix is looked for; most files have neither prefix nor record, and are to cost little. */
const triedLines = 300;

/** Records that are looked at to find out whose keys they have. */
const censusRecords = 500;

function mayEndRecord(bytes: Uint8Array, { start, end }: SampleLine, { lastByte }: StructuredSyntax): boolean {
  if (lastByte === undefined) return true;
  let at = end;
  while (at > start && (bytes[at - 1] === space || bytes[at - 1] === tab || bytes[at - 1] === carriageReturn)) at--;
  return bytes[at - 1] === lastByte;
}

/** The share of lines that are records, and what they tell; undefined when none is. */
export function detectStructured(
  sample: DetectSample,
  syntax: StructuredSyntax,
): { readonly score: number; readonly dialect: StructuredDialect; readonly census: KeyCensus } | undefined {
  const tried = sample.lines.slice(0, triedLines).filter(({ start, end }) => end > start);
  const front = { ...sample, lines: tried.filter((line) => mayEndRecord(sample.bytes, line, syntax)) };
  let best: { readonly fitting: number; readonly prefix: PrefixKind | undefined } | undefined;
  for (const prefix of [undefined, ...prefixKinds]) {
    if (best?.fitting === front.lines.length) break;
    const fitting = countFitting(front, syntax, prefix, undefined);
    if (fitting > (best?.fitting ?? 0)) best = { fitting, prefix };
  }
  if (best === undefined) return undefined;
  const census: KeyCensus = { records: 0, keys: new Map() };
  const fitting = countFitting(sample, syntax, best.prefix, census);
  const filled = sample.lines.filter(({ start, end }) => end > start).length;
  const maker = makerOf(census);
  const named = namedKeys(census);
  const dialect: StructuredDialect = {
    ...(maker === undefined ? {} : { maker }),
    ...(best.prefix === undefined ? {} : { prefix: best.prefix }),
    ...(dateOrderOf(census) === 'dmy' ? { order: 'dmy' } : {}),
    ...(named === undefined ? {} : { named }),
  };
  return { score: fitting / filled, dialect, census };
}

/** Counts the lines that are records, and their keys. */
function countFitting(
  { bytes, lines, options }: DetectSample,
  syntax: StructuredSyntax,
  prefixKind: PrefixKind | undefined,
  census: KeyCensus | undefined,
): number {
  const map = new FieldMap(options, {}, (text) => syntax.unescape(text));
  const tokens = new Tokens();
  const decodeText = (from: Uint8Array, start: number, end: number): string => map.text.read(from, start, end);
  const scan = syntax.createScan(
    KeyNode.root(() => undefined),
    tokens,
    decodeText,
  );
  const prefix = prefixKind === undefined ? undefined : new LinePrefix(prefixKind, options);
  let fitting = 0;
  for (const { start, end } of lines) {
    let from = afterMark(bytes, start, end);
    if (prefix !== undefined && bytes[from] !== syntax.firstByte) from = prefix.read(bytes, from, end);
    if (!scan.scan(bytes, from, end)) continue;
    fitting++;
    if (census === undefined || census.records >= censusRecords) continue;
    census.records++;
    for (let at = 0; at < tokens.count; at++) {
      const kind = tokens.kinds[at];
      if (kind === TokenKind.dead) continue;
      const isNumber = kind === TokenKind.number;
      const isText = kind === TokenKind.text;
      const { name } = tokens.nodes[at];
      const seen = census.keys.get(name) ?? { count: 0, numbers: 0, example: '' };
      const text =
        seen.example === '' && (isNumber || isText)
          ? decodeText(bytes, tokens.starts[at], tokens.ends[at])
          : seen.example;
      census.keys.set(name, { count: seen.count + 1, numbers: seen.numbers + (isNumber ? 1 : 0), example: text });
    }
  }
  return fitting;
}

/** More keys than this in the first records, and some of them are identifiers. */
const manyKeys = 200;

/** The keys that get columns: undefined is all, as long as they stay within reason. */
function namedKeys({ records, keys }: KeyCensus): readonly string[] | undefined {
  if (keys.size <= manyKeys) return undefined;
  return [...keys]
    .filter(([, { count }]) => count > 1 && count * 100 >= records)
    .toSorted(([, a], [, b]) => b.count - a.count)
    .slice(0, mostNamedFields)
    .map(([name]) => name);
}

/** Of dates such as 25/03/2026 in the values; month first unless something speaks against it. */
function dateOrderOf({ keys }: KeyCensus): 'mdy' | 'dmy' {
  for (const { example } of keys.values()) {
    const match = /^(\d\d?)([/.-])(\d\d?)\2\d{4}\b/.exec(example);
    if (match === null) continue;
    if (Number(match[1]) > 12 || match[2] === '.') return 'dmy';
  }
  return 'mdy';
}
