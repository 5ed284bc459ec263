/**
 * Lets the kernels `readJson`, `readLogfmt` and `readCells` read lines of keys and values into staged rows. It knows the keys and columns that the
 * parser has met so far; before a line with anything else, or with a value that it is not sure about, it stops, and
 * the parser reads that line itself. So columns come up in the parser's order, and all answers are the parser's.
 */
import {
  Conversion,
  type Cells,
  type KeyedLines,
  type KeyEntry,
  type KeyNode,
  prefixFields,
  slotOf,
  type Target,
  targets,
  TokenKind,
  traceMarks,
} from '../formats/index.ts';
import { levelFromStatus } from '../../src-shared/model/level.ts';
import type { Value } from '../../src-shared/model/value.ts';
import { CellKind, type RowTable } from '../index/row-table.ts';
import type { KernelMemory } from './kernel-memory.ts';

/** As in assembly/keyed-plan.ts. */
const header = {
  next: 0,
  slots: 8,
  slotMask: 12,
  seed: 16,
  root: 20,
  tokens: 24,
  pending: 32,
  pendingCount: 36,
  columnCount: 40,
  spanOnly: 44,
  implied: 48,
  statusLevels: 52,
  open: 56,
  wanted: 60,
  isJson: 184,
  marks: 188,
  scratch: 212,
} as const;
const namedTargets: readonly (readonly [word: number, target: Target])[] = [
  [64, 'time'],
  [68, 'level'],
  [72, 'vhost'],
  [76, 'client_port'],
  [80, 'method'],
  [84, 'path'],
  [88, 'query'],
  [92, 'protocol'],
  [96, 'nanosecond'],
  [164, 'process'],
  [168, 'exception'],
  [172, 'exception_frame'],
  [176, 'errorType'],
  [180, 'errorMessage'],
];
const prefix = {
  state: 100,
  text: 104,
  length: 108,
  nameAt: 112,
  nameEndAt: 116,
  nameFrom: 120,
  nameTo: 124,
  timeFrom: 128,
  timeTo: 132,
  streamTo: 136,
  time: 144,
  nameColumn: 152,
  timeColumn: 156,
  streamColumn: 160,
} as const;
const cells = { nodes: 192, count: 196, numeric: 200, delimiter: 204, lines: 208 } as const;
const headerBytes = 224;
const longestPrefix = 256;
const node = { target: 8, rank: 12, convert: 16, keeps: 20, field: 24, memo: 28, number: 32 } as const;
const nodeBytes = 48;
const entry = { node: 0, parent: 8, length: 16, mask: 20, key: 24 } as const;
const targetBytes = 12;
const tokensBytes = 256 * 32;
const pendingWords = 5;
const mostPending = 4096;
const openBytes = 32 * 4;
const memo = { minute: 0, prefixLength: 8, suffixLength: 12, prefix: 16, suffix: 64 } as const;
const timeMemoBytes = 128;
const levelMemoBytes = 16 * 24;
const impliedLevels = { none: 0, informational: 1, byStatus: 2 } as const;
const statuses = 1000;
/** Keys of up to so many bytes fit a vector with what follows them. */
const shortKey = 14;

/** Logs have some ten or some hundred keys; lines with keys for which there is no room are left to the parser. */
const slotCount = 4096;
const keyBytes = 256 << 10;
const longestKey = 1024;
/** Room for a text without its escapes, as in assembly/values.ts. */
const scratchBytes = 16_384 + 64;
/** Texts of traces with what is compared behind them. */
const longestMark = 64;
/** As many tokens as a record may have. */
const mostCells = 256;

/** What follows a key. */
const keyEnds = { json: [34, 58], logfmt: [61], cells: [] } as const;

export class KeyedKernel {
  /** Behind the lines that were read last, as a position in the chunk buffer. */
  next = 0;
  /** How many those were, of records that may have several. */
  lines: number | undefined;
  readonly #memory: KernelMemory;
  readonly #lines: KeyedLines;
  readonly #table: RowTable;
  readonly #view: DataView;
  readonly #all: Uint8Array;
  readonly #plan: number;
  readonly #bytes: number;
  readonly #recordStarts: number;
  readonly #recordLines: number;
  readonly #spanOnly: number;
  readonly #targets: number;
  readonly #pending: Int32Array;
  readonly #nodes: KeyNode[] = [];
  readonly #addresses = new Map<KeyNode, number>();
  #keyNext: number;
  readonly #keyEnd: number;
  /** By place of the trace: frames that the kernel was told of in its present call. */
  readonly #frames = new Map<number, string>();
  #mirroredEntries = 0;
  #entryCount = 0;
  #changes = -1;

  private constructor(memory: KernelMemory, lines: KeyedLines, table: RowTable, seed: number, plan: number) {
    this.#memory = memory;
    this.#lines = lines;
    this.#table = table;
    this.#plan = plan;
    this.#bytes = memory.addressOf(memory.chunk);
    this.#recordStarts = memory.addressOf(table.recordStarts);
    this.#recordLines = memory.addressOf(table.recordLines);
    this.#all = new Uint8Array(memory.buffer);
    const view = new DataView(memory.buffer);
    this.#view = view;
    const words = new Map<number, number>();
    let free = plan + headerBytes;
    const place = (word: number | undefined, bytes: number): number => {
      const address = free;
      if (word !== undefined) words.set(word, address);
      free += Math.ceil(bytes / 16) * 16;
      return address;
    };
    place(header.slots, slotCount * 4);
    place(header.tokens, tokensBytes);
    place(header.open, openBytes);
    place(header.wanted, targets.length * 4);
    place(prefix.text, longestPrefix);
    place(cells.nodes, mostCells * 4);
    place(cells.numeric, mostCells);
    this.#targets = place(undefined, targets.length * targetBytes);
    this.#spanOnly = place(header.spanOnly, table.columnsInMemory);
    this.#pending = new Int32Array(
      memory.buffer,
      place(header.pending, mostPending * pendingWords * 4),
      mostPending * pendingWords,
    );
    const statusLevels = place(header.statusLevels, statuses);
    place(header.scratch, scratchBytes);
    const marks = place(header.marks, traceMarks.length * (8 + longestMark));
    this.#keyNext = free;
    this.#keyEnd = plan + planBytes(table);
    this.#all.fill(0, plan, this.#keyEnd);
    for (let status = 0; status < statuses; status++) this.#all[statusLevels + status] = levelFromStatus(status);
    traceMarks.forEach((mark, at) => {
      const text = marks + traceMarks.length * 8 + at * longestMark;
      view.setUint32(marks + at * 8, text, true);
      view.setInt32(marks + at * 8 + 4, mark.length, true);
      this.#all.set(mark, text);
    });
    words.set(header.slotMask, slotCount - 1);
    words.set(header.isJson, lines.syntax === 'json' ? 1 : 0);
    words.set(header.seed, seed);
    words.set(header.implied, impliedLevels[lines.implied ?? 'none']);
    for (const [word, target] of namedTargets) words.set(word, this.#targets + slotOf(target) * targetBytes);
    words.set(header.root, this.#addNode(lines.root));
    for (const [word, value] of words) view.setInt32(plan + word, value, true);
    view.setInt32(plan + prefix.state, lines.prefix === undefined ? 0 : 1, true);
    if (lines.cells !== undefined) this.#addCells(lines.cells);
    memory.readPrefix = (from, to) => this.#readPrefix(from, to);
    memory.readTrace = (number, kind, from, to) => this.#readTrace(number, kind, from, to);
    memory.convertValue = (number, kind, from, to, value) => this.#convert(number, kind, from, to, value);
  }

  /** undefined when there is no room for it. */
  static create(memory: KernelMemory, lines: KeyedLines, table: RowTable, seed: number): KeyedKernel | undefined {
    if (table.columnsInMemory === 0 || (lines.cells?.nodes.length ?? 0) > mostCells) return undefined;
    const plan = memory.take(planBytes(table));
    return plan === 0 ? undefined : new KeyedKernel(memory, lines, table, seed, plan);
  }

  /**
   * Reads lines that begin in [from, before) of the chunk buffer, of which `filled` bytes are there, into staged rows
   * from `row` on, up to `lastRow`. Returns the row behind the last one; `next` says where it stopped.
   */
  read(from: number, before: number, filled: number, row: number, lastRow: number): number {
    this.#learn();
    const bytes = this.#bytes;
    const plan = this.#plan;
    const { readJson, readLogfmt, readCells } = this.#memory.exports;
    const { syntax } = this.#lines;
    const read = syntax === 'json' ? readJson : syntax === 'logfmt' ? readLogfmt : readCells;
    const reached = read(
      plan,
      bytes,
      bytes + from,
      bytes + before,
      bytes + filled,
      row,
      lastRow,
      this.#table.address,
      this.#recordStarts,
      this.#recordLines,
    );
    const view = this.#view;
    this.next = view.getUint32(plan + header.next, true) - bytes;
    if (syntax === 'cells') this.lines = view.getInt32(plan + cells.lines, true);
    const pending = view.getUint32(plan + header.pendingCount, true);
    for (let cell = 0; cell < pending; cell++) this.#finish(cell * pendingWords);
    if (this.#frames.size > 0) this.#frames.clear();
    return reached;
  }

  /** Takes over what the parser has met since the last call. */
  #learn(): void {
    const { root, columns, fields } = this.#lines;
    const { entries } = root;
    // Cells are found by their order, not by a key.
    if (this.#lines.cells !== undefined) this.#mirroredEntries = entries.length;
    while (this.#mirroredEntries < entries.length) this.#addEntry(entries[this.#mirroredEntries++]);
    const changes = this.#lines.changes();
    if (changes === this.#changes) return;
    this.#changes = changes;
    const table = this.#table;
    const view = this.#view;
    table.ensure(fields.length);
    const count = Math.min(fields.length, table.columnsInMemory);
    view.setInt32(this.#plan + header.columnCount, count, true);
    // Known fields of many values hold no numbers and no flags, so that their columns never become dictionaries.
    for (let at = 0; at < count; at++) this.#all[this.#spanOnly + at] = fields[at].values === 'many' ? 1 : 0;
    for (let slot = 0; slot < columns.length; slot++) {
      view.setInt32(this.#targets + slot * targetBytes, columns[slot] < count ? columns[slot] : -1, true);
    }
    for (const [word, name] of prefixColumns) {
      const column = this.#lines.columnNamed(name);
      view.setInt32(this.#plan + word, column < count ? column : -1, true);
    }
    for (const known of this.#nodes) this.#setField(known);
  }

  #addCells({ nodes, numeric, delimiter, hasQuotes }: Cells): void {
    const view = this.#view;
    const plan = this.#plan;
    view.setInt32(plan + cells.count, nodes.length, true);
    view.setUint8(plan + cells.delimiter, delimiter);
    view.setUint8(plan + cells.delimiter + 1, hasQuotes ? 1 : 0);
    for (const [at, known] of nodes.entries()) {
      view.setUint32(view.getUint32(plan + cells.nodes, true) + at * 4, this.#addNode(known), true);
      this.#all[view.getUint32(plan + cells.numeric, true) + at] = numeric[at] ? 1 : 0;
    }
  }

  #addEntry({ written, node: child, parent }: KeyEntry): void {
    const parentAt = this.#addresses.get(parent);
    const { length } = written;
    const needed = entry.key + length + 32 + nodeBytes + levelMemoBytes;
    if (parentAt === undefined || length > longestKey) return;
    if (this.#entryCount * 2 >= slotCount || this.#keyNext + needed > this.#keyEnd) return;
    this.#entryCount++;
    const childAt = this.#addresses.get(child) ?? this.#addNode(child);
    const at = this.#takeKeys(entry.key + length + 32);
    const view = this.#view;
    view.setUint32(at + entry.node, childAt, true);
    view.setUint32(at + entry.parent, parentAt, true);
    view.setUint32(at + entry.length, length, true);
    const keyEnd = keyEnds[this.#lines.syntax];
    view.setUint32(at + entry.mask, length > shortKey ? 0 : (1 << (length + keyEnd.length)) - 1, true);
    this.#all.set(written, at + entry.key);
    this.#all.set(keyEnd, at + entry.key + length);
    this.#memory.exports.addKey(this.#plan, at);
  }

  #addNode(known: KeyNode): number {
    const at = this.#takeKeys(nodeBytes);
    const view = this.#view;
    const { rule } = known;
    if (rule !== undefined) {
      view.setUint32(at + node.target, this.#targets + rule.target * targetBytes, true);
      view.setInt32(at + node.rank, rule.rank, true);
      view.setInt32(at + node.convert, rule.convert, true);
      view.setInt32(at + node.keeps, rule.keeps ? 1 : 0, true);
      if (rule.convert === Conversion.time) view.setUint32(at + node.memo, this.#takeKeys(timeMemoBytes), true);
      else if (rule.convert <= Conversion.otelSeverity) {
        view.setUint32(at + node.memo, this.#takeKeys(levelMemoBytes), true);
      }
    }
    view.setInt32(at + node.number, this.#nodes.length, true);
    this.#nodes.push(known);
    this.#addresses.set(known, at);
    this.#setField(known);
    return at;
  }

  #setField(known: KeyNode): void {
    const at = this.#addresses.get(known) ?? 0;
    const { field } = known;
    this.#view.setInt32(at + node.field, field < this.#table.columnsInMemory ? field : -1, true);
  }

  #takeKeys(bytes: number): number {
    const at = this.#keyNext;
    this.#keyNext += Math.ceil(bytes / 16) * 16;
    return at;
  }

  #convert(number: number, kind: number, from: number, to: number, value: number): number {
    const lines = this.#lines;
    const known = this.#nodes[number];
    const { rule } = known;
    if (rule === undefined) return Number.NaN;
    const converted = lines.convert(rule.convert, this.#memory.chunk, kind, from, to, value);
    if (rule.convert === Conversion.time && kind === TokenKind.text && !Number.isNaN(converted))
      this.#keepMinute(known);
    return converted;
  }

  #readTrace(number: number, kind: number, from: number, to: number): number {
    const { rule } = this.#nodes[number];
    if (rule === undefined) return 0;
    const { line, frame, text } = this.#lines.trace(rule.convert, this.#memory.chunk, kind, from, to);
    if (frame !== undefined) this.#frames.set(from, frame);
    return (
      (line === undefined ? 0 : traceBits.line) |
      (line === text ? traceBits.whole : 0) |
      (frame === undefined ? 0 : traceBits.frame)
    );
  }

  #keepMinute(known: KeyNode): void {
    const minute = this.#lines.minute();
    if (minute === undefined) return;
    const view = this.#view;
    const at = view.getUint32((this.#addresses.get(known) ?? 0) + node.memo, true);
    view.setFloat64(at + memo.minute, minute.instant, true);
    view.setInt32(at + memo.prefixLength, minute.prefix.length, true);
    view.setInt32(at + memo.suffixLength, minute.suffix.length, true);
    this.#all.set(minute.prefix, at + memo.prefix);
    this.#all.set(minute.suffix, at + memo.suffix);
  }

  #readPrefix(from: number, to: number): number {
    const read = this.#lines.prefix;
    const bytes = this.#memory.chunk;
    if (read === undefined) return -1;
    const found = read.read(bytes, from, to);
    if (found === from) return -1;
    const { nameStart, nameEnd, timeStart, timeEnd, streamEnd } = read;
    const view = this.#view;
    const plan = this.#plan;
    view.setInt32(plan + prefix.nameFrom, nameStart, true);
    view.setInt32(plan + prefix.nameTo, nameEnd, true);
    view.setInt32(plan + prefix.timeFrom, timeStart, true);
    view.setInt32(plan + prefix.timeTo, timeEnd, true);
    view.setInt32(plan + prefix.streamTo, streamEnd, true);
    if (timeEnd >= 0) view.setFloat64(plan + prefix.time, read.instant, true);
    const isOnlyName = nameEnd >= 0 && timeEnd < 0 && streamEnd < 0 && found - from < longestPrefix;
    view.setInt32(plan + prefix.length, isOnlyName ? found - from : 0, true);
    if (isOnlyName) {
      this.#all.set(bytes.subarray(from, found), view.getUint32(plan + prefix.text, true));
      view.setInt32(plan + prefix.nameAt, nameStart - from, true);
      view.setInt32(plan + prefix.nameEndAt, nameEnd - from, true);
    }
    return found;
  }

  /** Sets a cell to what its bytes mean. */
  #finish(at: number): void {
    const pending = this.#pending;
    const column = this.#table.columns[pending[at + 1]];
    const row = pending[at + 2];
    const value = this.#valueOf(pending[at], pending[at + 3], pending[at + 4]);
    if (typeof value === 'number') {
      column.kinds[row] = CellKind.number;
      column.numbers[row] = value;
    } else {
      column.values[row] = value;
    }
  }

  #valueOf(what: number, start: number, end: number): Value {
    const lines = this.#lines;
    const bytes = this.#memory.chunk;
    switch (what) {
      case Pending.escaped:
        return lines.textOf(bytes, start, end);
      case Pending.number:
        return lines.numberOf(bytes, start, end);
      case Pending.frame:
        return this.#frames.get(start) ?? '';
      case Pending.line:
        return lines.textOf(bytes, start, end).replace(/\r?\n$/, '');
      default: {
        const [text]: unknown[] = JSON.parse(lines.jsonOf(bytes, start, end));
        return String(text);
      }
    }
  }
}

const prefixColumns: readonly (readonly [word: number, name: string])[] = [
  [prefix.nameColumn, prefixFields.name],
  [prefix.timeColumn, prefixFields.time],
  [prefix.streamColumn, prefixFields.stream],
];

/** As in assembly/keyed-plan.ts. */
const Pending = { escaped: 0, number: 2, line: 3, first: 4, frame: 5 } as const;
const traceBits = { line: 1, whole: 2, frame: 4 } as const;

const planBytes = (table: RowTable): number =>
  headerBytes +
  slotCount * 4 +
  tokensBytes +
  openBytes +
  targets.length * (targetBytes + 4) +
  longestPrefix +
  mostCells * 5 +
  table.columnsInMemory +
  mostPending * pendingWords * 4 +
  statuses +
  scratchBytes +
  traceMarks.length * (8 + longestMark) +
  keyBytes;
