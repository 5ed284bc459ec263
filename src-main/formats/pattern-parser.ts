/**
 * Reads lines by a user's pattern with named groups. The engine is re2js, whose time grows with the length of the line
 * and nothing else, so that no pattern can run away; it is still some hundred times slower than the formats that are
 * built in.
 */
import { RE2JS } from 're2js';
import { textStreamFor, type TextStream } from './decode-text.ts';
import { LineKind, type FormatField, type ParserOptions, type RecordParser, type RowSink } from './format.ts';
import { compileSlot, type Step } from './layout-plan.ts';
import type { LayoutSlot } from './line-layout.ts';
import { setLines } from './record-lines.ts';
import { SlotValues } from './slot-values.ts';
import { SourceText } from './source-text.ts';

/** Longer lines do not fit. */
export const longestPatternLine = 64 << 10;

/** Instructions of a compiled pattern; repeats with counts multiply them. */
const mostInstructions = 20_000;

/** A compiled pattern and its named groups in their order. */
export interface Pattern {
  readonly regex: RE2JS;
  readonly names: readonly string[];
}

/** Compiles a pattern; throws an Error with what is wrong with it. */
export function compilePattern(pattern: string): Pattern {
  const regex = RE2JS.compile(pattern);
  if (regex.programSize() > mostInstructions) throw new Error('it repeats too much');
  const groups = Object.entries(regex.namedGroups());
  if (groups.length === 0) throw new Error('it has no named groups such as (?<message>.*)');
  return { regex, names: groups.toSorted(([, a], [, b]) => a - b).map(([name]) => name) };
}

export class PatternParser implements RecordParser {
  readonly fields: readonly FormatField[];
  private readonly values: SlotValues;
  private readonly steps: readonly Step[];
  private readonly text: SourceText;
  private readonly decoder: TextStream | undefined;
  private readonly message: number;

  /** `slots` are those of the pattern's groups, in their order. */
  constructor(
    private readonly pattern: Pattern,
    slots: readonly LayoutSlot[],
    readonly multiline: boolean,
    options: ParserOptions,
  ) {
    this.values = new SlotValues(slots, slots.length, options);
    this.steps = slots.map((slot) => compileSlot(slot, this.values.fields, options));
    this.fields = this.values.fields.list;
    this.text = new SourceText(options.encoding);
    this.decoder = options.encoding === 'utf-8' ? undefined : textStreamFor(options.encoding);
    this.message = slots.findIndex(({ name }) => name === 'message');
  }

  classify(bytes: Uint8Array, start: number, end: number, open: boolean): LineKind {
    if (!this.multiline) return start === end ? LineKind.blank : LineKind.record;
    if (this.match(bytes, start, end)) return LineKind.record;
    return start === end && !open ? LineKind.blank : LineKind.continuation;
  }

  parse(bytes: Uint8Array, start: number, firstEnd: number, end: number, row: RowSink): boolean {
    if (!this.match(bytes, start, firstEnd)) return false;
    const { values, steps, message } = this;
    const { starts, ends } = values;
    for (let at = 0; at < steps.length; at++) {
      if (starts[at] >= 0 && !values.read(steps[at], at, bytes, starts[at], ends[at])) return false;
    }
    values.set(steps, bytes, row);
    // The lines that follow belong to a message that goes to the end of the first one.
    if (end > firstEnd && message >= 0 && ends[message] === firstEnd) {
      setLines(row, steps[message].field, this.text, bytes, starts[message], firstEnd, end);
    }
    return true;
  }

  context(): undefined {
    return undefined;
  }

  /** Finds where the groups stand; a group that takes no part begins at -1. */
  private match(bytes: Uint8Array, start: number, end: number): boolean {
    if (end - start > longestPatternLine) return false;
    const line = bytes.subarray(start, end);
    const offsets = this.decoder === undefined || isAscii(line) ? undefined : characterOffsets(line, this.decoder);
    const matcher = this.pattern.regex.matcher(offsets === undefined ? line : this.text.read(bytes, start, end));
    if (!matcher.matches()) return false;
    const { starts, ends } = this.values;
    this.pattern.names.forEach((name, at) => {
      const from = matcher.start(name);
      const to = matcher.end(name);
      starts[at] = from < 0 ? -1 : start + (offsets === undefined ? from : offsets[from]);
      ends[at] = from < 0 ? -1 : start + (offsets === undefined ? to : offsets[to]);
    });
    return true;
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte >= 128) return false;
  }
  return true;
}

/** For each UTF-16 code unit of a decoded line, and for its end, the byte at which it begins. */
function characterOffsets(line: Uint8Array, decoder: TextStream): readonly number[] {
  const offsets: number[] = [];
  let begin = 0;
  for (let at = 0; at < line.length; at++) {
    const units = decoder.write(line.subarray(at, at + 1)).length;
    for (let unit = 0; unit < units; unit++) offsets.push(begin);
    if (units > 0) begin = at + 1;
  }
  const rest = decoder.end().length;
  for (let unit = 0; unit < rest; unit++) offsets.push(begin);
  offsets.push(line.length);
  return offsets;
}
