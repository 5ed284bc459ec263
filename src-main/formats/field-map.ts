/**
 * Sets the fields of a record of a structured log (JSON, logfmt) from its tokens: keys that mean a known field
 * convert to it, all others are native columns that appear as they are met. Of two values for one field the more
 * specific wins; what loses or does not convert keeps its native name.
 */
import { knownField, isRecordField, type FieldType } from '../../src-shared/model/field.ts';
import { levelFromStatus } from '../../src-shared/model/level.ts';
import { survivesDouble } from '../../src-shared/model/value.ts';
import { Converted, FieldConverter, type ConvertedRow } from './field-convert.ts';
import type { FormatField, ParserContext, ParserOptions, RowSink } from './format.ts';
import type { FindRule, KeyNode } from './key-nodes.ts';
import type { KeyedLines, KeyedSyntax } from './keyed-lines.ts';
import type { LinePrefix } from './line-prefix.ts';
import { NamedFields, namesInContext, otherFields } from './other-fields.ts';
import { fieldNamed } from './parser-fields.ts';
import { SourceText } from './source-text.ts';
import { TokenKind, type Tokens } from './tokens.ts';
import { TokenValue } from './token-value.ts';
import { Conversion, ruleFinder, slotOf, targets, type Maker, type Rule, type Target } from './well-known.ts';

/** What detection found out about a structured log; plain data. */
export interface KeyDialect {
  readonly maker?: Maker;
  /** Of numeric dates such as 03/04/2026. */
  readonly order?: 'mdy' | 'dmy';
  /** The keys that get columns, where there are very many. */
  readonly named?: readonly string[];
}

/** The column of a key that is no known field: its own name, unless a known field or one of each record has that. */
const nativeName = (name: string): string =>
  name === '' || name === otherFields || knownField(name) !== undefined || isRecordField(name) ? `x_${name}` : name;

/** Makers whose records are those of an access log: without a level of their own they take the status's. */
const accessMakers: ReadonlySet<string> = new Set<Maker>(['nginx', 'envoy', 'aws', 'traefik', 'gcp']);

/** No token sets the target; a part of another token does. */
const unset = -1;
const byPart = -2;

/** The field of a key that gets no column. */
const unnamed = -2;

export class FieldMap implements ConvertedRow {
  readonly fields: FormatField[] = [];
  readonly findRule: FindRule;
  readonly text: SourceText;
  private readonly converter: FieldConverter;
  private readonly current: TokenValue;
  private readonly byName = new Map<string, number>();
  /** Column of each target, -1 until it occurs. */
  private readonly columns = new Int32Array(targets.length).fill(-1);
  /** Counts records; marks what has been said about the present one. */
  private record = 0;
  /** The token that sets each target, and the record in which that was found. */
  private readonly winners = new Int32Array(targets.length);
  private readonly won = new Float64Array(targets.length);
  /** The targets that this record has values for, in their order there. */
  private readonly wanted = new Int32Array(targets.length);
  private wantedCount = 0;
  /** Some are parts that are put together when all is read. */
  private hasParts = false;
  /** Tokens with a rule. */
  private mapped = new Int32Array(256);
  private mappedCount = 0;
  /** For each token: 1 when a known field says all of it, or it was taken back. */
  private taken = new Uint8Array(256);
  private readonly named: NamedFields;
  /** Raised when a target or a key gets a column. */
  private changes = 0;

  /** `unescape` tells the text of an `escaped` token. */
  constructor(
    options: ParserOptions,
    private readonly dialect: KeyDialect,
    unescape: (text: string) => string,
    context?: ParserContext,
  ) {
    this.named = new NamedFields(namesInContext(context) ?? dialect.named);
    this.findRule = ruleFinder(dialect.maker);
    this.text = new SourceText(options.encoding);
    this.current = new TokenValue(this.text, unescape);
    this.converter = new FieldConverter(options, dialect.order ?? 'mdy', this);
  }

  /** What a kernel needs that reads records with the keys below `root` as this does. */
  keyed(syntax: KeyedSyntax, root: KeyNode, prefix: LinePrefix | undefined): KeyedLines {
    const { converter, current, dialect } = this;
    const implied =
      dialect.maker === 'clef' ? 'informational' : accessMakers.has(dialect.maker ?? '') ? 'byStatus' : undefined;
    return {
      syntax,
      root,
      fields: this.fields,
      columns: this.columns,
      implied,
      prefix,
      columnNamed: (name) => this.byName.get(nativeName(name)) ?? -1,
      changes: () => this.changes,
      convert: (convert, bytes, kind, start, end, number) => {
        current.setTo(bytes, kind, start, end, number);
        return converter.numberOf(convert, current);
      },
      trace: (convert, bytes, kind, start, end) => {
        current.setTo(bytes, kind, start, end, 0);
        return { ...converter.traceOf(convert, current), text: current.text };
      },
      minute: () => converter.minute(),
      numberOf: (bytes, start, end) => this.numberOf(bytes, start, end),
      textOf: (bytes, start, end) => {
        current.setTo(bytes, TokenKind.escaped, start, end, 0);
        return current.text;
      },
      jsonOf: (bytes, start, end) => this.text.read(bytes, start, end),
    };
  }

  /** Sets the fields of the record that `tokens` were read from. */
  apply(tokens: Tokens, bytes: Uint8Array, row: RowSink): void {
    this.findWinners(tokens);
    this.converter.beginRecord();
    for (let place = 0; place < this.wantedCount; place++) this.convertBest(this.wanted[place], tokens, bytes, row);
    if (this.hasParts) this.setComposed(tokens, bytes, row);
    if (this.won[slots.level] !== this.record) this.setImpliedLevel(row);
    for (let at = 0; at < tokens.count; at++) {
      if (this.taken[at] === 0) this.setNative(tokens, at, bytes, row);
    }
    const others = this.named.take();
    if (others !== undefined) row.value(this.column({ name: otherFields, type: 'any', values: 'many' }), others);
  }

  /** The record that was applied last has the target. */
  has(target: Target): boolean {
    return this.winnerOf(slotOf(target)) !== unset;
  }

  /** The column of a known field. */
  known(target: Target): number {
    return this.columnOf(slotOf(target));
  }

  /** The column of a native field. */
  native(name: string, type: FieldType): number {
    return this.column({ name: nativeName(name), type, values: 'few' });
  }

  columnOf(slot: number): number {
    const column = this.columns[slot];
    if (column >= 0) return column;
    this.changes++;
    return (this.columns[slot] = this.column(fieldNamed(targets[slot])));
  }

  claim(slot: number): boolean {
    if (this.winnerOf(slot) !== unset) return false;
    this.winners[slot] = byPart;
    this.won[slot] = this.record;
    return true;
  }

  private column(field: FormatField): number {
    const found = this.byName.get(field.name);
    if (found !== undefined) return found;
    this.byName.set(field.name, this.fields.length);
    this.changes++;
    this.fields.push(field);
    return this.fields.length - 1;
  }

  private findWinners(tokens: Tokens): void {
    const { winners, won } = this;
    const record = ++this.record;
    const { count, kinds, nodes } = tokens;
    if (this.taken.length < count) {
      this.taken = new Uint8Array(kinds.length);
      this.mapped = new Int32Array(kinds.length);
    }
    const { taken, mapped } = this;
    let mappedCount = 0;
    this.wantedCount = 0;
    this.hasParts = false;
    for (let at = 0; at < count; at++) {
      const isDead = kinds[at] === TokenKind.dead;
      taken[at] = isDead ? 1 : 0;
      const { target, rank } = nodes[at];
      if (target < 0 || isDead) continue;
      mapped[mappedCount++] = at;
      if (target >= slots.errorType) this.hasParts = true;
      if (won[target] !== record) {
        won[target] = record;
        this.wanted[this.wantedCount++] = target;
      } else if (nodes[winners[target]].rank >= rank) {
        continue;
      }
      winners[target] = at;
    }
    this.mappedCount = mappedCount;
  }

  /** The token that sets a target in this record, `byPart` or `unset`. */
  private winnerOf(target: number): number {
    return this.won[target] === this.record ? this.winners[target] : unset;
  }

  /** Converts the winner of a target or, when that does not convert, the next in rank that does. */
  private convertBest(target: number, tokens: Tokens, bytes: Uint8Array, row: RowSink): void {
    const { current, winners } = this;
    for (let at = winners[target]; at >= 0; at = winners[target]) {
      const { rule } = tokens.nodes[at];
      if (rule === undefined) return;
      const kind = tokens.kinds[at];
      // Most known fields are texts that stand there as they are, and plain numbers.
      if (kind === TokenKind.number && this.setPlainNumber(rule, tokens.numbers[at], row)) {
        this.taken[at] = rule.keeps ? 0 : 1;
        return;
      }
      if (rule.convert === Conversion.text && (kind === TokenKind.text || kind === TokenKind.number)) {
        row.span(this.columnOf(target), tokens.starts[at], tokens.ends[at]);
        this.taken[at] = rule.keeps ? 0 : 1;
        return;
      }
      current.set(tokens, at, bytes);
      const converted = this.converter.convert(rule, current, row);
      if (converted !== Converted.no) {
        this.taken[at] = converted === Converted.whole ? 1 : 0;
        return;
      }
      winners[target] = this.nextBest(rule, tokens);
    }
  }

  /** The commonest conversions of numbers, which need no look at the bytes; false for all others. */
  private setPlainNumber(rule: Rule, number: number, row: RowSink): boolean {
    switch (rule.convert) {
      case Conversion.integer:
        if (!(number >= 0) || !Number.isInteger(number)) return false;
        break;
      case Conversion.ms:
        if (Number.isNaN(number)) return false;
        break;
      case Conversion.time:
        // Milliseconds from 1973 on; the converter reads the other units.
        if (!(number >= 1e11 && number < 1e14) || !Number.isInteger(number)) return false;
        this.converter.time = number;
        break;
      default:
        return false;
    }
    row.number(this.columnOf(rule.target), number);
    return true;
  }

  private nextBest(tried: Rule, tokens: Tokens): number {
    let next: number = unset;
    for (let place = 0; place < this.mappedCount; place++) {
      const at = this.mapped[place];
      const { target, rank } = tokens.nodes[at];
      if (target !== tried.target || rank >= tried.rank) continue;
      if (next < 0 || rank > tokens.nodes[next].rank) next = at;
    }
    return next;
  }

  /** What several values make together. */
  private setComposed(tokens: Tokens, bytes: Uint8Array, row: RowSink): void {
    const { converter } = this;
    const type = this.winnerOf(slots.errorType);
    const message = this.winnerOf(slots.errorMessage);
    const exception = this.winnerOf(slots.exception);
    // Type and message say it better than the first line of a stack.
    const isStack = exception >= 0 && tokens.nodes[exception].rule?.convert === Conversion.stack;
    if ((type >= 0 || message >= 0) && (exception === unset || (isStack && type >= 0 && message >= 0))) {
      const texts = [type, message].filter((at) => at >= 0).map((at) => this.textOf(tokens, at, bytes));
      row.value(this.columnOf(slots.exception), texts.join(': '));
    }
    const nanosecond = this.winnerOf(slots.nanosecond);
    if (nanosecond >= 0 && !Number.isNaN(converter.time)) {
      const ms = Math.floor(tokens.numbers[nanosecond] / 1e6);
      if (ms >= 0 && ms < 1000) {
        row.number(this.columnOf(slots.time), converter.time + ms);
        this.taken[nanosecond] = 1;
      }
    }
  }

  /** The level of a record that has none; one that did not convert is not made up for. */
  private setImpliedLevel(row: RowSink): void {
    const { converter } = this;
    if (this.dialect.maker === 'clef') row.number(this.columnOf(slots.level), informational);
    else if (!Number.isNaN(converter.status) && accessMakers.has(this.dialect.maker ?? '')) {
      row.number(this.columnOf(slots.level), levelFromStatus(converter.status));
    }
  }

  private textOf(tokens: Tokens, at: number, bytes: Uint8Array): string {
    this.current.set(tokens, at, bytes);
    return this.current.text;
  }

  private setNative(tokens: Tokens, at: number, bytes: Uint8Array, row: RowSink): void {
    const node = tokens.nodes[at];
    const field = node.field === -1 ? this.addNative(node) : node.field;
    if (field === unnamed) {
      this.named.keep(node.name, this.jsonOf(tokens, at, bytes));
      return;
    }
    switch (tokens.kinds[at]) {
      case TokenKind.text:
        row.span(field, tokens.starts[at], tokens.ends[at]);
        return;
      case TokenKind.escaped:
        row.value(field, this.textOf(tokens, at, bytes));
        return;
      case TokenKind.number:
        this.setNumber(field, tokens, at, bytes, row);
        return;
      case TokenKind.yes:
        row.value(field, true);
        return;
      case TokenKind.no:
        row.value(field, false);
        return;
      case TokenKind.json:
        row.value(field, { json: this.text.read(bytes, tokens.starts[at], tokens.ends[at]) });
        return;
      default:
        return;
    }
  }

  private addNative(node: KeyNode): number {
    const name = nativeName(node.name);
    const hasColumn = this.byName.has(name) || this.named.admits(name);
    this.changes++;
    return (node.field = hasColumn ? this.native(node.name, 'any') : unnamed);
  }

  /** A value as it would stand in JSON. */
  private jsonOf(tokens: Tokens, at: number, bytes: Uint8Array): string {
    switch (tokens.kinds[at]) {
      case TokenKind.yes:
        return 'true';
      case TokenKind.no:
        return 'false';
      case TokenKind.json:
        return this.text.read(bytes, tokens.starts[at], tokens.ends[at]);
      case TokenKind.number: {
        const text = this.text.readAscii(bytes, tokens.starts[at], tokens.ends[at]);
        return jsonNumber.test(text) ? text : JSON.stringify(text);
      }
      default:
        return JSON.stringify(this.textOf(tokens, at, bytes));
    }
  }

  private setNumber(field: number, tokens: Tokens, at: number, bytes: Uint8Array, row: RowSink): void {
    const number = tokens.numbers[at];
    if (!Number.isNaN(number)) {
      row.number(field, number);
      return;
    }
    const value = this.numberOf(bytes, tokens.starts[at], tokens.ends[at]);
    if (typeof value === 'number') row.number(field, value);
    else row.value(field, value);
  }

  /** The number written as [start, end), exact. */
  private numberOf(bytes: Uint8Array, start: number, end: number): number | { readonly exact: string } {
    const text = this.text.readAscii(bytes, start, end);
    const parsed = Number(text);
    // What prints as it was written needs no closer look.
    const survives = (String(parsed) === text && !Number.isInteger(parsed)) || survivesDouble(text);
    return survives ? parsed : { exact: text };
  }
}

const slots = {
  time: slotOf('time'),
  level: slotOf('level'),
  exception: slotOf('exception'),
  errorType: slotOf('errorType'),
  errorMessage: slotOf('errorMessage'),
  nanosecond: slotOf('nanosecond'),
};

const informational = 2;

const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
