/**
 * Evaluates a bound filter on segments: columns first, text only for the records that the columns leave.
 *
 * Runs in scan workers. A test on a dictionary column is decided once for each entry of the global dictionary; the
 * bytes of the file are read only for raw-text tests and for span columns. The result is a bitmap.
 */
import { isAscii } from 'node:buffer';
import { derivedField, type DerivedField } from '../../src-shared/model/derived.ts';
import { type FieldType } from '../../src-shared/model/field.ts';
import type { Predicate, TextTest, ValueTest } from '../../src-shared/query/index.ts';
import { compileTextTest, compileValueTest } from '../../src-shared/query/index.ts';
import type { Value } from '../../src-shared/model/value.ts';
import { createNeedle, longestNeedle, type Needle, type ScanMemory } from '../kernels/search.ts';
import { deriveInstant, type DeriveText } from '../formats/index.ts';
import type { Dictionary } from './dictionary.ts';
import { rawText, recordBytes, type RecordReader } from './record-reader.ts';
import { requiredTexts } from './regex-literals.ts';
import { countBits, fullBitmap, wordsFor } from './row-set.ts';
import {
  isParsed,
  numberAt,
  recordEnd,
  recordLine,
  recordStart,
  rowAtOffset,
  type DictionaryColumn,
  type NumberColumn,
  type Segment,
  type SpanColumn,
} from './segment.ts';

/** What a filter needs of its source. */
export interface FilterSource {
  /** How the records of a segment read: a source may consist of several files. */
  reader(segment: Segment): RecordReader;
  isUtf8(segment: Segment): boolean;
  fileName(segment: Segment): string;
  dictionary(field: string): Dictionary | undefined;
  /** Type of a field, as declared by the format or found by indexing. */
  typeOf(field: string): FieldType;
  /** Where bytes are read to and searched. */
  readonly scan: ScanMemory;
  /** True when records have the field themselves. */
  hasField(field: string): boolean;
  /** The value of a derived field for a text, kept for texts that come again. */
  derived(name: string): DeriveText;
  /** Bytes [from, to) of the segment's file; valid until the next call. */
  read(segment: Segment, from: number, to: number): Buffer;
}

/** Called between records of slow tests, so that a stuck regular expression can be told from a long scan. */
export type Heartbeat = () => void;

/** Evaluates on `segment`, deciding only rows that are set in `candidates`. Rows outside it may have any value. */
type Evaluate = (segment: Segment, candidates: Uint32Array) => Uint32Array;

interface Node {
  /** Rough cost per record: 0 columns, 1 spans, 2 raw text, 3 regular expressions. */
  readonly cost: number;
  readonly evaluate: Evaluate;
}

/** Bytes of neighbouring records that are read and searched at once. */
const groupBytes = 1 << 20;

export class SegmentFilter {
  readonly #source: FilterSource;
  #beat: Heartbeat = () => undefined;
  readonly #root: Node;

  constructor(predicate: Predicate, source: FilterSource) {
    this.#source = source;
    this.#root = this.#compile(predicate);
  }

  /** The rows of the segment that match. */
  run(segment: Segment, beat: Heartbeat): { readonly bits: Uint32Array; readonly count: number } {
    this.#beat = beat;
    const all = fullBitmap(segment.rows);
    const bits = intersect(this.#root.evaluate(segment, all), all);
    return { bits, count: countBits(bits) };
  }

  #compile(predicate: Predicate): Node {
    switch (predicate.op) {
      case 'all':
        return { cost: 0, evaluate: (segment) => fullBitmap(segment.rows) };
      case 'none':
        return { cost: 0, evaluate: (segment) => new Uint32Array(wordsFor(segment.rows)) };
      case 'not': {
        const inner = this.#compile(predicate.term);
        return { cost: inner.cost, evaluate: (segment, candidates) => invert(inner.evaluate(segment, candidates)) };
      }
      case 'and':
      case 'or': {
        const isAnd = predicate.op === 'and';
        const nodes = predicate.terms.map((term) => this.#compile(term)).sort((a, b) => a.cost - b.cost);
        const cost = nodes.reduce((most, node) => Math.max(most, node.cost), 0);
        return {
          cost,
          evaluate: (segment, candidates) =>
            isAnd ? every(nodes, segment, candidates) : some(nodes, segment, candidates),
        };
      }
      case 'field':
        return this.#compileField(predicate.field, predicate.test, predicate.zone);
      case 'raw':
        return this.#compileRaw(predicate.test);
    }
  }

  #compileField(field: string, test: ValueTest, zone?: string): Node {
    if (field.startsWith('_')) {
      const special = this.#compileRecordField(field, test);
      if (special !== undefined) return special;
    }
    const derived = derivedField(field);
    if (derived !== undefined && !this.#source.hasField(field))
      return this.#compileDerived(derived, test, zone ?? 'UTC');
    return this.#compileColumn(field, test, compileValueTest(test, this.#source.typeOf(field)));
  }

  /** A field that follows from another one: that one's column, with its values looked through. */
  #compileDerived({ name, type, from }: DerivedField, test: ValueTest, zone: string): Node {
    const matches = compileValueTest(test, type);
    const instant = deriveInstant(name, zone);
    if (instant !== undefined) {
      return this.#compileColumn(from, {}, (value) => typeof value === 'number' && matches(instant(value)));
    }
    const derive = this.#source.derived(name);
    return this.#compileColumn(from, {}, (value) => typeof value === 'string' && matches(derive(value)));
  }

  /** `test` is empty where `matches` says more than it. */
  #compileColumn(field: string, test: ValueTest, matches: (value: Value | undefined) => boolean): Node {
    const type = this.#source.typeOf(field);
    const entries = new EntryDecisions(field, this.#source, matches);
    return {
      cost: 1,
      evaluate: (segment, candidates) => {
        const column = segment.columns.get(field);
        if (column === undefined) return new Uint32Array(wordsFor(segment.rows));
        switch (column.kind) {
          case 'number':
            return type === 'boolean' ? booleans(segment, column, matches) : numbers(segment, column, test, matches);
          case 'dictionary':
            return codes(segment, column, entries);
          case 'span':
            return this.#spans(segment, column, matches, candidates, test.exists === true);
        }
      },
    };
  }

  #compileRecordField(field: string, test: ValueTest): Node | undefined {
    const ofRow = (valueOf: (segment: Segment, row: number) => Value, type: FieldType): Node => {
      const matches = compileValueTest(test, type);
      return {
        cost: 1,
        evaluate: (segment, candidates) => eachCandidate(segment, candidates, (row) => matches(valueOf(segment, row))),
      };
    };
    switch (field) {
      case '_line':
        return ofRow(recordLine, 'integer');
      case '_offset':
        return ofRow(recordStart, 'integer');
      case '_parsed':
        return ofRow(isParsed, 'boolean');
      case '_file':
        return ofRow((segment) => this.#source.fileName(segment), 'text');
      case '_raw': {
        const matches = compileValueTest(test, 'text');
        return { cost: 3, evaluate: (segment, candidates) => this.#rawRecords(segment, candidates, matches) };
      }
      default:
        return undefined;
    }
  }

  #compileRaw(test: TextTest): Node {
    const matches = compileTextTest(test);
    const slow: Node = {
      cost: 3,
      evaluate: (segment, candidates) => this.#rawRecords(segment, candidates, matches),
    };
    if (test.kind === 'contains' && isSearchable(test.text)) {
      const search = test.fold ? foldedSearch(test.text) : exactSearch(test.text);
      return {
        cost: 2,
        evaluate: (segment, candidates) =>
          this.#source.isUtf8(segment)
            ? this.#searchBytes(segment, candidates, [search])
            : slow.evaluate(segment, candidates),
      };
    }
    const required = test.kind === 'regex' ? requiredTexts(test.source, test.flags) : undefined;
    if (required === undefined) return slow;
    const searches = required.sets.map((texts) => texts.map(required.fold ? foldedSearch : exactSearch));
    // The set that leaves the fewest records of the first segment is taken for all.
    let chosen = searches.length === 1 ? searches[0] : undefined;
    return {
      cost: 3,
      evaluate: (segment, candidates) => {
        if (!this.#source.isUtf8(segment)) return slow.evaluate(segment, candidates);
        if (chosen === undefined) {
          const left = searches.map((search) => this.#searchBytes(segment, candidates, search));
          const counts = left.map(countBits);
          const rarest = counts.indexOf(Math.min(...counts));
          chosen = searches[rarest];
          return this.#rawRecords(segment, intersect(left[rarest], candidates), matches);
        }
        return this.#rawRecords(
          segment,
          intersect(this.#searchBytes(segment, candidates, chosen), candidates),
          matches,
        );
      },
    };
  }

  /** Decides record by record on the decoded raw text. */
  #rawRecords(segment: Segment, candidates: Uint32Array, matches: (text: string) => boolean): Uint32Array {
    const found = new Uint32Array(wordsFor(segment.rows));
    const { decode } = this.#source.reader(segment);
    this.#eachGroup(segment, candidates, (bytes, base, first, last) => {
      for (let row = first; row <= last; row++) {
        if ((candidates[row >>> 5] & (1 << (row & 31))) === 0) continue;
        const start = recordStart(segment, row) - base;
        const record = recordBytes(bytes, start, Math.min(recordEnd(segment, row) - base, bytes.length));
        if (matches(rawText(decode, record))) found[row >>> 5] |= 1 << (row & 31);
        this.#beat();
      }
    });
    return found;
  }

  /** Finds the places of texts in whole groups of records and marks the records they lie in. */
  #searchBytes(segment: Segment, candidates: Uint32Array, searches: readonly Search[]): Uint32Array {
    const found = new Uint32Array(wordsFor(segment.rows));
    const { scan } = this.#source;
    this.#eachGroup(segment, candidates, (bytes, base, first, last) => {
      this.#beat();
      for (const search of searches) {
        const next = search(bytes, scan);
        let row = first;
        for (let hit = next(0); hit !== undefined;) {
          const at = base + hit.at;
          row = Math.min(last, rowAtOffset(segment, at, row));
          const end = recordEnd(segment, row);
          if (at + hit.length <= end) {
            found[row >>> 5] |= 1 << (row & 31);
          } else if (at < end) {
            hit = next(hit.at + 1);
            continue;
          }
          if (row === last) break;
          hit = next(recordStart(segment, row + 1) - base);
        }
      }
    });
    return found;
  }

  /** Reads the texts of a span column for the candidates. */
  #spans(
    segment: Segment,
    column: SpanColumn,
    matches: (value: Value | undefined) => boolean,
    candidates: Uint32Array,
    existsOnly: boolean,
  ): Uint32Array {
    const { starts, lengths, absent, parseAgain } = column;
    if (existsOnly) return eachCandidate(segment, candidates, (row) => lengths[row] !== absent);
    const found = new Uint32Array(wordsFor(segment.rows));
    const present = eachCandidate(segment, candidates, (row) => lengths[row] !== absent);
    const reader = this.#source.reader(segment);
    this.#eachGroup(segment, present, (bytes, base, first, last) => {
      for (let row = first; row <= last; row++) {
        if ((present[row >>> 5] & (1 << (row & 31))) === 0) continue;
        const start = recordStart(segment, row) - base;
        const value =
          lengths[row] === parseAgain
            ? reader
                .fields(segment, row, recordBytes(bytes, start, Math.min(recordEnd(segment, row) - base, bytes.length)))
                .get(column.field)
            : reader.decode(bytes, start + starts[row], start + starts[row] + lengths[row]);
        if (matches(value)) found[row >>> 5] |= 1 << (row & 31);
        this.#beat();
      }
    });
    return found;
  }

  /** Calls `use` with the bytes of runs of records that hold candidates; `base` is the offset of bytes[0]. */
  #eachGroup(
    segment: Segment,
    candidates: Uint32Array,
    use: (bytes: Buffer, base: number, first: number, last: number) => void,
  ): void {
    const isAll = candidates.every((word, at) => word === 0xffffffff || at === candidates.length - 1);
    let row = nextSet(candidates, 0, segment.rows);
    while (row < segment.rows) {
      const from = recordStart(segment, row);
      let last = row;
      let next: number;
      if (isAll) {
        last = Math.max(row, Math.min(segment.rows - 1, rowAtOffset(segment, from + groupBytes, row) - 1));
        next = last + 1;
      } else {
        next = nextSet(candidates, row + 1, segment.rows);
        while (next < segment.rows && recordEnd(segment, next) - from <= groupBytes) {
          last = next;
          next = nextSet(candidates, next + 1, segment.rows);
        }
      }
      const to = Math.min(recordEnd(segment, last), from + longestGroup);
      use(this.#source.read(segment, from, to), from, row, last);
      row = nextSet(candidates, next, segment.rows);
    }
  }
}

/** A single record longer than this is looked at by its first bytes. */
const longestGroup = 64 << 20;

/** The decision of a value test for each entry of a field's dictionary, made once and extended as it grows. */
class EntryDecisions {
  readonly #field: string;
  readonly #source: FilterSource;
  readonly #matches: (value: Value | undefined) => boolean;
  #known = 0;
  #decisions = new Uint8Array(1024);

  constructor(field: string, source: FilterSource, matches: (value: Value | undefined) => boolean) {
    this.#field = field;
    this.#source = source;
    this.#matches = matches;
  }

  /** One byte for each global id. */
  upTo(highest: number): Uint8Array {
    const dictionary = this.#source.dictionary(this.#field);
    if (dictionary === undefined || highest < this.#known) return this.#decisions;
    if (dictionary.count > this.#decisions.length) {
      const larger = new Uint8Array(Math.max(dictionary.count, this.#decisions.length * 2));
      larger.set(this.#decisions);
      this.#decisions = larger;
    }
    for (let id = this.#known; id < dictionary.count; id++)
      this.#decisions[id] = this.#matches(dictionary.value(id)) ? 1 : 0;
    this.#known = dictionary.count;
    return this.#decisions;
  }
}

function codes(segment: Segment, column: DictionaryColumn, entries: EntryDecisions): Uint32Array {
  const { ids } = column;
  const local = new Uint8Array(ids.length + 1);
  let highest = -1;
  for (let at = 0; at < ids.length; at++) if (ids[at] > highest) highest = ids[at];
  const decisions = entries.upTo(highest);
  let any = 0;
  for (let at = 0; at < ids.length; at++) any |= local[at + 1] = decisions[ids[at]];
  const found = new Uint32Array(wordsFor(segment.rows));
  if (any === 0) return found;
  const values = column.codes;
  for (let row = 0; row < segment.rows; row++) found[row >>> 5] |= local[values[row]] << (row & 31);
  return found;
}

function numbers(
  segment: Segment,
  column: NumberColumn,
  test: ValueTest,
  matches: (value: Value | undefined) => boolean,
): Uint32Array {
  const { rows } = segment;
  const { values } = column;
  const found = new Uint32Array(wordsFor(rows));
  const intervals = test.number;
  if (test.exists === true || test.exact !== undefined || intervals === undefined || intervals.length !== 1) {
    for (let row = 0; row < rows; row++) {
      const value = numberAt(column, row);
      if (value === value && matches(value)) found[row >>> 5] |= 1 << (row & 31);
    }
    return found;
  }
  const { min, max, minOpen = false, maxOpen = false } = intervals[0];
  if (column.min > max || column.max < min) return found;
  if (values instanceof Float64Array) {
    for (let row = 0; row < rows; row++) {
      const value = values[row];
      const inside = (minOpen ? value > min : value >= min) && (maxOpen ? value < max : value <= max);
      if (inside) found[row >>> 5] |= 1 << (row & 31);
    }
    return found;
  }
  // In the stored form: whole numbers from 1; bounds become whole numbers too, and one unsigned comparison decides.
  const low = Math.max(1, (minOpen ? Math.floor(min) + 1 : Math.ceil(min)) - column.base + 1);
  const high = Math.min(column.max, maxOpen ? Math.ceil(max) - 1 : Math.floor(max)) - column.base + 1;
  if (low > high) return found;
  for (let row = 0; row < rows; row++) {
    const value = values[row];
    found[row >>> 5] |= (value >= low && value <= high ? 1 : 0) << (row & 31);
  }
  return found;
}

function booleans(segment: Segment, column: NumberColumn, matches: (value: Value | undefined) => boolean): Uint32Array {
  const found = new Uint32Array(wordsFor(segment.rows));
  for (let row = 0; row < segment.rows; row++) {
    const value = numberAt(column, row);
    if (value === value && matches(value !== 0)) found[row >>> 5] |= 1 << (row & 31);
  }
  return found;
}

function every(nodes: readonly Node[], segment: Segment, candidates: Uint32Array): Uint32Array {
  let left = candidates;
  for (const node of nodes) {
    left = intersect(node.evaluate(segment, left), left);
    if (isEmpty(left)) return left;
  }
  return left;
}

function some(nodes: readonly Node[], segment: Segment, candidates: Uint32Array): Uint32Array {
  let open = candidates;
  const found = new Uint32Array(wordsFor(segment.rows));
  for (const node of nodes) {
    const matched = intersect(node.evaluate(segment, open), open);
    const rest = new Uint32Array(open.length);
    for (let at = 0; at < found.length; at++) {
      found[at] |= matched[at];
      rest[at] = open[at] & ~matched[at];
    }
    open = rest;
    if (isEmpty(open)) break;
  }
  return found;
}

function intersect(bits: Uint32Array, with_: Uint32Array): Uint32Array {
  const result = new Uint32Array(bits.length);
  for (let at = 0; at < bits.length; at++) result[at] = bits[at] & with_[at];
  return result;
}

function invert(bits: Uint32Array): Uint32Array {
  const result = new Uint32Array(bits.length);
  for (let at = 0; at < bits.length; at++) result[at] = ~bits[at];
  return result;
}

const isEmpty = (bits: Uint32Array): boolean => bits.every((word) => word === 0);

function eachCandidate(segment: Segment, candidates: Uint32Array, matches: (row: number) => boolean): Uint32Array {
  const found = new Uint32Array(wordsFor(segment.rows));
  for (
    let row = nextSet(candidates, 0, segment.rows);
    row < segment.rows;
    row = nextSet(candidates, row + 1, segment.rows)
  ) {
    if (matches(row)) found[row >>> 5] |= 1 << (row & 31);
  }
  return found;
}

function nextSet(bits: Uint32Array, from: number, rows: number): number {
  if (from >= rows) return rows;
  let at = from >>> 5;
  let word = bits[at] & (0xffffffff << (from & 31));
  while (word === 0) {
    if (++at >= bits.length) return rows;
    word = bits[at];
  }
  return Math.min(rows, (at << 5) + (31 - Math.clz32(word & -word)));
}

interface Hit {
  readonly at: number;
  readonly length: number;
}

/** Prepares a search of one group of bytes: the first hit at or after a position. */
type Search = (bytes: Buffer, scan: ScanMemory) => (from: number) => Hit | undefined;

/** Texts that may be sought in bytes: within one line, so that a hit never crosses records. */
const isSearchable = (text: string): boolean =>
  text.length <= longestNeedle &&
  text.length > 0 &&
  !/[\r\n]/.test(text) &&
  !text.includes('\ufffd') &&
  isAscii(Buffer.from(text));

function exactSearch(text: string): Search {
  const needle = createNeedle(text, false);
  return searchFor(needle);
}

const searchFor =
  (needle: Needle): Search =>
  (bytes, scan) =>
  (from) => {
    const at = scan.find(bytes, from, needle);
    return at < 0 ? undefined : { at, length: needle.bytes.length };
  };

/** KELVIN SIGN folds to k and LATIN SMALL LETTER LONG S to s; no other characters fold to ASCII. */
const kelvin = Buffer.from('\u212a');
const longS = Buffer.from('\u017f');

/** Ignores case of an ASCII text; where bytes hold one of the two odd letters, they are searched as Latin-1 text. */
function foldedSearch(text: string): Search {
  const plain = searchFor(createNeedle(text, true));
  const mayBeOdd = /[ks]/i.test(text);
  if (!mayBeOdd) return plain;
  const escaped = text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  const odd = new RegExp(escaped.replace(/k/gi, '(?:k|\u00e2\u0084\u00aa)').replace(/s/gi, '(?:s|\u00c5\u00bf)'), 'gi');
  return (bytes, scan) => {
    if (isAscii(bytes) || (!bytes.includes(kelvin) && !bytes.includes(longS))) return plain(bytes, scan);
    const subject = bytes.toString('latin1');
    return (from) => {
      odd.lastIndex = from;
      const match = odd.exec(subject);
      return match === null ? undefined : { at: match.index, length: match[0].length };
    };
  };
}
