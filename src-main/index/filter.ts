/**
 * Evaluates a bound filter on segments: columns first, text only for the records that the columns leave.
 *
 * Runs in scan workers. A test on a dictionary column is decided once for each entry of the global dictionary; the
 * bytes of the file are read only for raw-text tests and for span columns. The result is a bitmap.
 */
import { derivedField, type DerivedField } from '../../src-shared/model/derived.ts';
import { type FieldType } from '../../src-shared/model/field.ts';
import type { Predicate, TextTest, ValueTest } from '../../src-shared/query/index.ts';
import { compileTextTest, compileValueTest } from '../../src-shared/query/index.ts';
import type { Value } from '../../src-shared/model/value.ts';
import { deriveInstant } from '../formats/index.ts';
import type { QueryKernels } from '../kernels/query-kernels.ts';
import { eachCandidate, intersect, invert } from './bitmap.ts';
import { booleans, type ColumnTest, EntryDecisions, numbers } from './column-tests.ts';
import type { FilterSource, Heartbeat } from './filter-source.ts';
import { requiredTexts } from './regex-literals.ts';
import { countBits, fullBitmap, wordsFor } from './row-set.ts';
import { isParsed, recordLine, recordStart, type Segment } from './segment.ts';
import { TextTests } from './text-tests.ts';
import { exactSearch, foldedSearch, isSearchable } from './text-search.ts';

/** Evaluates on `segment`, deciding only rows that are set in `candidates`. Rows outside it may have any value. */
type Evaluate = (segment: Segment, candidates: Uint32Array) => Uint32Array;

interface Node {
  /** Rough cost per record: 0.5 numbers, 1 other columns, 2 raw text, 3 regular expressions. */
  readonly cost: number;
  readonly evaluate: Evaluate;
}

export class SegmentFilter {
  readonly #source: FilterSource;
  readonly #texts: TextTests;
  /** Tests on columns, in the order in which they are compiled. */
  readonly #entries: EntryDecisions[] = [];
  readonly #root: Node;

  constructor(predicate: Predicate, source: FilterSource) {
    this.#source = source;
    this.#texts = new TextTests(source);
    this.#root = this.#compile(predicate);
  }

  /** Tables for the decisions of tests, which all threads share; each compiles the same tests in the same order. */
  share(decisions: readonly Uint8Array[]): void {
    decisions.forEach((table, at) => this.#entries[at]?.share(table));
  }

  /** The rows of the segment that match. */
  run(segment: Segment, beat: Heartbeat): { readonly bits: Uint32Array; readonly count: number } {
    this.#texts.beat = beat;
    const all = fullBitmap(segment.rows);
    return this.#source.kernels.intersect(this.#root.evaluate(segment, all), all);
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
            isAnd
              ? every(nodes, segment, candidates, this.#source.kernels)
              : some(nodes, segment, candidates, this.#source.kernels),
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
    return this.#compileColumn({ field, test, matches: compileValueTest(test, this.#source.typeOf(field)) });
  }

  /** A field that follows from another one: that one's column, with its values looked through. */
  #compileDerived({ name, type, from }: DerivedField, test: ValueTest, zone: string): Node {
    const matches = compileValueTest(test, type);
    const instant = deriveInstant(name, zone);
    if (instant !== undefined) {
      const ofMinute = oncePerMinute((at) => matches(instant(at)));
      return this.#compileColumn({
        field: from,
        test: undefined,
        matches: (value) => typeof value === 'number' && ofMinute(value),
      });
    }
    const derive = this.#source.derived(name);
    return this.#compileColumn({
      field: from,
      test: undefined,
      matches: (value) => typeof value === 'string' && matches(derive(value)),
    });
  }

  #compileColumn(column: ColumnTest): Node {
    const { field, test, matches } = column;
    const { kernels } = this.#source;
    const type = this.#source.typeOf(field);
    const entries = new EntryDecisions(column, this.#source);
    this.#entries.push(entries);
    return {
      cost: type === 'text' || test === undefined ? 1 : 0.5,
      evaluate: (segment, candidates) => {
        const found = segment.columns.get(field);
        switch (found?.kind) {
          case undefined:
            return new Uint32Array(wordsFor(segment.rows));
          case 'number':
            return type === 'boolean'
              ? booleans(segment, found, matches)
              : numbers(segment, found, column, candidates, kernels);
          case 'dictionary':
            return entries.rows(segment, found, candidates);
          case 'span':
            return this.#texts.spans(segment, found, matches, candidates, test?.exists === true);
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
        return { cost: 3, evaluate: (segment, candidates) => this.#texts.rawRecords(segment, candidates, matches) };
      }
      default:
        return undefined;
    }
  }

  #compileRaw(test: TextTest): Node {
    const matches = compileTextTest(test);
    const slow: Node = {
      cost: 3,
      evaluate: (segment, candidates) => this.#texts.rawRecords(segment, candidates, matches),
    };
    if (test.kind === 'contains' && isSearchable(test.text)) {
      const search = test.fold ? foldedSearch(test.text) : exactSearch(test.text);
      return {
        cost: 2,
        evaluate: (segment, candidates) =>
          this.#source.isUtf8(segment)
            ? this.#texts.searchBytes(segment, candidates, [search])
            : slow.evaluate(segment, candidates),
      };
    }
    const required = test.kind === 'regex' ? requiredTexts(test.source, test.flags) : undefined;
    if (required === undefined) return slow;
    const prepare = required.fold ? foldedSearch : exactSearch;
    if (required.isWhole) {
      const whole = required.texts.map(prepare);
      return {
        cost: 2,
        evaluate: (segment, candidates) =>
          this.#source.isUtf8(segment)
            ? this.#texts.searchBytes(segment, candidates, whole)
            : slow.evaluate(segment, candidates),
      };
    }
    const searches = required.sets.map((texts) => texts.map(prepare));
    // The set that leaves the fewest records of the first segment is taken for all.
    let chosen = searches.length === 1 ? searches[0] : undefined;
    return {
      cost: 3,
      evaluate: (segment, candidates) => {
        if (!this.#source.isUtf8(segment)) return slow.evaluate(segment, candidates);
        if (chosen !== undefined) return this.#texts.searchBytes(segment, candidates, chosen, matches);
        const left = searches.map((search) => this.#texts.searchBytes(segment, candidates, search));
        const counts = left.map(countBits);
        const rarest = counts.indexOf(Math.min(...counts));
        chosen = searches[rarest];
        return this.#texts.rawRecords(segment, intersect(left[rarest], candidates), matches);
      },
    };
  }
}

const minuteMs = 60_000;

/** Offsets of zones change at whole minutes, and most records are of the same one as the record before. */
function oncePerMinute(matches: (instantMs: number) => boolean): (instantMs: number) => boolean {
  let [from, fits] = [Number.NaN, false];
  return (at) => {
    if (!(at >= from && at < from + minuteMs)) {
      from = Math.floor(at / minuteMs) * minuteMs;
      fits = matches(from);
    }
    return fits;
  };
}

function every(nodes: readonly Node[], segment: Segment, candidates: Uint32Array, kernels: QueryKernels): Uint32Array {
  let left = candidates;
  for (const node of nodes) {
    const { bits, count } = kernels.intersect(node.evaluate(segment, left), left);
    if (count === 0) return bits;
    left = bits;
  }
  return left;
}

function some(nodes: readonly Node[], segment: Segment, candidates: Uint32Array, kernels: QueryKernels): Uint32Array {
  let open = candidates;
  const found = new Uint32Array(wordsFor(segment.rows));
  for (const node of nodes) {
    const { bits: matched } = kernels.intersect(node.evaluate(segment, open), open);
    const rest = new Uint32Array(open.length);
    for (let at = 0; at < found.length; at++) {
      found[at] |= matched[at];
      rest[at] = open[at] & ~matched[at];
    }
    open = rest;
    if (kernels.countRows(open) === 0) break;
  }
  return found;
}
