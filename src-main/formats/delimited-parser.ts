/**
 * Records of CSV and TSV: cells in the order of the header. A cell is text unless its column was found to hold
 * numbers; the columns' names mean known fields as the keys of JSON lines do (FieldMap).
 */
import { isWhole, readPlainNumber } from './decimal.ts';
import { pastHeader, QuoteState, type Delimiting } from './delimited-scan.ts';
import { FieldMap } from './field-map.ts';
import {
  LineKind,
  type FormatField,
  type ParserContext,
  type ParserOptions,
  type RecordParser,
  type RowSink,
} from './format.ts';
import { KeyNode } from './key-nodes.ts';
import type { Cells, KeyedLines } from './keyed-lines.ts';
import { TokenKind, Tokens } from './tokens.ts';
import { targets, type Target } from './well-known.ts';

/** What detection read off the sample; plain data. */
export interface DelimitedDialect extends Delimiting {
  readonly names: readonly string[];
  /** The first record names the columns. */
  readonly header: boolean;
  /** For each column: its values are numbers, as far as the sample goes. */
  readonly numeric: readonly boolean[];
  /** Of dates such as 03/04/2026. */
  readonly order?: 'mdy' | 'dmy';
}

const quote = 34;
const newline = 10;
const carriageReturn = 13;
const minus = 45;

/** Quotes within quotes are doubled; a line end within a cell is a newline, whatever the file has. */
const unescapeCell = (text: string): string => text.replaceAll('\r\n', '\n').replaceAll('""', '"');

export class DelimitedParser implements RecordParser {
  readonly multiline: boolean;
  readonly fields: readonly FormatField[];
  readonly keyed: KeyedLines;
  private readonly map: FieldMap;
  private readonly tokens = new Tokens();
  private readonly nodes: readonly KeyNode[];
  private readonly quotesOpen: QuoteState;
  private readonly delimiter: number;
  private isPastHeader: boolean;
  private isHeaderOpen = false;

  constructor(
    options: ParserOptions,
    private readonly dialect: DelimitedDialect,
    context: ParserContext | undefined,
  ) {
    this.multiline = dialect.quotes;
    this.delimiter = dialect.delimiter.charCodeAt(0);
    this.quotesOpen = new QuoteState(dialect);
    this.isPastHeader = !dialect.header || context?.['pastHeader'] === true;
    const map = new FieldMap(options, { order: dialect.order }, unescapeCell);
    const root = KeyNode.root(map.findRule);
    const encoder = new TextEncoder();
    this.nodes = dialect.names.map((name) => {
      const bytes = encoder.encode(name);
      return root.find(bytes, 0, bytes.length, () => name).node;
    });
    // All columns are fields from the start, in the header's order; of two for one known field the best has it.
    const best = (node: KeyNode): boolean =>
      this.nodes.every(({ target, rank }) => target !== node.target || rank <= node.rank);
    for (const node of this.nodes) {
      const target = targets[node.target];
      if (target !== undefined && isField(target) && best(node)) map.known(target);
      else map.native(node.name, 'any');
    }
    this.map = map;
    this.fields = map.fields;
    const { nodes, delimiter } = this;
    const cells: Cells = { nodes, numeric: dialect.numeric, delimiter, hasQuotes: dialect.quotes };
    this.keyed = { ...map.keyed('cells', root, undefined), cells };
  }

  classify(bytes: Uint8Array, start: number, end: number, open: boolean): LineKind {
    const { quotesOpen } = this;
    if (!open && !this.isHeaderOpen) quotesOpen.reset();
    if (start === end && !quotesOpen.isOpen) return LineKind.blank;
    const goesOn = quotesOpen.takeLine(bytes, start, end);
    if (this.isHeaderOpen || !this.isPastHeader) {
      const isHeader = goesOn || !this.isPastHeader;
      this.isHeaderOpen = isHeader && quotesOpen.isOpen;
      this.isPastHeader = true;
      if (isHeader) return LineKind.header;
    }
    return goesOn ? LineKind.continuation : LineKind.record;
  }

  parse(bytes: Uint8Array, start: number, _firstEnd: number, end: number, row: RowSink): boolean {
    if (!this.split(bytes, start, end)) return false;
    this.map.apply(this.tokens, bytes, row);
    return true;
  }

  context(): ParserContext | undefined {
    return this.isPastHeader && this.dialect.header ? pastHeader() : undefined;
  }

  /** Reads the cells into tokens; false when their number or their quotes are not right. */
  private split(bytes: Uint8Array, start: number, end: number): boolean {
    const { delimiter, nodes, tokens, dialect } = this;
    tokens.clear();
    let at = start;
    for (let column = 0; column < nodes.length; column++) {
      if (column > 0) {
        if (at >= end || bytes[at] !== delimiter) return false;
        at++;
      }
      if (dialect.quotes && at < end && bytes[at] === quote) {
        at = this.addQuoted(column, bytes, at + 1, end);
        if (at < 0) return false;
      } else {
        const from = at;
        while (at < end && bytes[at] !== delimiter) at++;
        if (at > from) this.addCell(column, TokenKind.text, bytes, from, at);
      }
    }
    return at === end;
  }

  /** Position behind the closing quote of the cell whose text begins at `from`, or -1. */
  private addQuoted(column: number, bytes: Uint8Array, from: number, end: number): number {
    let kind: number = TokenKind.text;
    let at = from;
    for (; at < end; at++) {
      const byte = bytes[at];
      if (byte === quote) {
        if (at + 1 === end || bytes[at + 1] !== quote) break;
        kind = TokenKind.escaped;
        at++;
      } else if (byte === newline && bytes[at - 1] === carriageReturn && at > from) {
        kind = TokenKind.escaped;
      }
    }
    if (at >= end) return -1;
    this.addCell(column, kind, bytes, from, at);
    return at + 1;
  }

  private addCell(column: number, kind: number, bytes: Uint8Array, start: number, end: number): void {
    const node = this.nodes[column];
    if (kind === TokenKind.text && this.dialect.numeric[column] && end > start) {
      const number = readPlainNumber(bytes, start, end);
      if (number === number || this.isOtherNumber(bytes, start, end)) {
        this.tokens.add(node, TokenKind.number, start, end, number);
        return;
      }
    }
    this.tokens.add(node, kind, start, end, 0);
  }

  /** A number that needs a closer look: too many digits for a double, or an exponent. */
  private isOtherNumber(bytes: Uint8Array, start: number, end: number): boolean {
    const first = bytes[start] === minus ? bytes[start + 1] : bytes[start];
    if (!(first >= 48 && first <= 57)) return false;
    if (isWhole(bytes, start, end)) return first !== 48;
    return isNumber(this.map.text.readAscii(bytes, start, end));
  }
}

/** A decimal as JSON writes it. */
export const isNumber = (text: string): boolean => /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text);

/** Not one of the parts that FieldMap puts together. */
const isField = (target: Target): boolean => !['errorType', 'errorMessage', 'nanosecond', 'request'].includes(target);
