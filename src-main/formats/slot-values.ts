/**
 * The values of one record, between finding where they stand and setting the fields they make. Shared by the parsers
 * that take lines apart by literals (layout-parser.ts) and by the groups of a pattern (pattern-parser.ts).
 */
import { levelFromStatus } from '../../src-shared/model/level.ts';
import { survivesDouble } from '../../src-shared/model/value.ts';
import { isWhole, readDecimal, readPlainNumber } from './decimal.ts';
import type { ParserOptions, RowSink } from './format.ts';
import { RequestFields, setAddresses, setHost, setTarget } from './http-fields.ts';
import { Act, Scan, type Step } from './layout-plan.ts';
import { LevelWords } from './level-words.ts';
import type { LayoutSlot } from './line-layout.ts';
import { ParserFields } from './parser-fields.ts';
import { SourceText } from './source-text.ts';

const minus = 45;
const space = 32;
const questionMark = 63;

export class SlotValues {
  readonly fields = new ParserFields();
  /** Where the value of each step stands. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  private readonly numbers: Float64Array;
  private readonly text: SourceText;
  private readonly words = new LevelWords();
  /** The fields of a request line, where a slot is one. */
  readonly request: RequestFields | undefined;

  /** `slots` are all that will be set, `most` the number of them in one record. */
  constructor(slots: readonly LayoutSlot[], most: number, options: ParserOptions) {
    this.text = new SourceText(options.encoding);
    this.request = slots.some(({ kind }) => kind === 'request') ? new RequestFields(this.fields) : undefined;
    this.starts = new Int32Array(most);
    this.ends = new Int32Array(most);
    this.numbers = new Float64Array(most);
  }

  /** Reads a number, a time or a status into `numbers` (NaN: absent or a text); false when the line cannot fit. */
  read(step: Step, number: number, bytes: Uint8Array, from: number, to: number): boolean {
    if (step.act === Act.user) return !(to - from > 1 && bytes[from] === minus && bytes[from + 1] === space);
    let value = Number.NaN;
    const isAbsent = to - from === 1 && bytes[from] === minus;
    if (!isAbsent) {
      if (step.times === undefined) value = readDecimal(bytes, from, to, step.multiply, step.divide);
      else if (step.times.readAll(bytes, from, to)) value = step.times.instant;
      if (step.isInteger && !Number.isInteger(value)) value = Number.NaN;
    }
    this.numbers[number] = value;
    if (value === value || isAbsent || !step.isStrict) return true;
    // Digits that a double does not hold are a number all the same.
    return step.act === Act.number && isWhole(bytes, from, to);
  }

  set(steps: readonly Step[], bytes: Uint8Array, row: RowSink): void {
    const { starts, ends } = this;
    for (let number = 0; number < steps.length; number++) {
      const step = steps[number];
      const start = starts[number];
      const end = ends[number];
      // A group of a pattern that takes no part.
      if (start < 0) continue;
      if (step.act === Act.status) {
        this.setStatus(step, this.numbers[number], row);
        continue;
      }
      if (end - start === 1 && bytes[start] === minus && !step.keepsDash) continue;
      if (end === start && step.scan !== Scan.quoted) continue;
      switch (step.act) {
        case Act.skip:
          break;
        case Act.text:
        case Act.user:
          row.span(step.field, start, end);
          break;
        case Act.any: {
          const value = readPlainNumber(bytes, start, end);
          if (value === value) row.number(step.field, value);
          else row.span(step.field, start, end);
          break;
        }
        case Act.boolean:
          this.setBoolean(step, bytes, start, end, row);
          break;
        case Act.level:
          this.setLevel(step, bytes, start, end, row);
          break;
        case Act.number:
        case Act.time:
          this.setNumber(step, this.numbers[number], bytes, start, end, row);
          break;
        case Act.request:
          this.request?.set(bytes, start, end, row);
          break;
        case Act.target:
          setTarget(step.field, step.secondField, bytes, start, end, row);
          break;
        case Act.query:
          setQuery(step, bytes, start, end, row);
          break;
        case Act.host:
        case Act.client:
          setHost(step.field, step.secondField, bytes, start, end, row);
          break;
        case Act.addresses:
          setAddresses(step.field, step.secondField, bytes, start, end, row);
          break;
      }
    }
  }

  private setNumber(step: Step, value: number, bytes: Uint8Array, start: number, end: number, row: RowSink): void {
    if (value === value) row.number(step.field, value);
    else if (step.act === Act.time || start === end) return;
    else if (step.multiply === 1 && step.divide === 1 && isWhole(bytes, start, end)) {
      const text = this.text.readAscii(bytes, start, end);
      if (survivesDouble(text)) row.number(step.field, Number(text));
      else row.value(step.field, { exact: text });
    } else row.span(step.field, start, end);
  }

  private setStatus(step: Step, status: number, row: RowSink): void {
    if (status === status) row.number(step.field, status);
    row.number(step.secondField, levelFromStatus(status));
  }

  private setBoolean(step: Step, bytes: Uint8Array, start: number, end: number, row: RowSink): void {
    const word = end - start <= 5 ? this.text.readAscii(bytes, start, end).toLowerCase() : '';
    if (word === 'true' || word === 'false') row.value(step.field, word === 'true');
    else row.span(step.field, start, end);
  }

  /** A word that is no level stays in a native field. */
  private setLevel(step: Step, bytes: Uint8Array, start: number, end: number, row: RowSink): void {
    const ordinal = this.words.read(bytes, start, end);
    if (ordinal >= 0) row.number(step.field, ordinal);
    else if (end > start) row.span(step.secondField, start, end);
  }
}

/** nginx writes a query without its mark and `-` for none, Apache with its mark and nothing for none. */
function setQuery(step: Step, bytes: Uint8Array, start: number, end: number, row: RowSink): void {
  if (bytes[start] === questionMark) row.span(step.field, start + 1, end);
  else if (end > start) row.span(step.field, start, end);
}
