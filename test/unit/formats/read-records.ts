/** Reads text with a format as the index does, into plain values, for the tests of formats. */
import { formatInstantUtc } from '../../../src-shared/model/zone.ts';
import { levelAt } from '../../../src-shared/model/level.ts';
import type { Value } from '../../../src-shared/model/value.ts';
import type { Format, ParserContext, ParserOptions, RecordParser, RowSink } from '../../../src-main/formats/format.ts';
import { textDecoderFor } from '../../../src-main/formats/decode-text.ts';
import { LineKind } from '../../../src-main/formats/format.ts';

export const testOptions: ParserOptions = {
  zone: 'UTC',
  mtimeMs: Date.UTC(2026, 0, 1),
  encoding: 'utf-8',
};

export type ReadFields = Readonly<Record<string, Value>>;

/** A record as read: its fields, or false when it does not fit, and its lines joined. */
export interface ReadRecord {
  readonly raw: string;
  readonly fields: ReadFields | false;
}

export interface ReadResult {
  readonly records: readonly ReadRecord[];
  readonly blank: number;
  readonly headers: number;
}

/** Collects the fields of one record; spans outside of the record are a bug of the parser. */
class ValueSink implements RowSink {
  values: (Value | undefined)[] = [];
  private readonly decode: (bytes: Uint8Array) => string;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly start: number,
    private readonly end: number,
    encoding: string,
  ) {
    this.decode = textDecoderFor(encoding);
  }

  number(field: number, value: number): void {
    if (Number.isNaN(value)) throw new Error(`field ${field} is NaN`);
    this.values[field] = value;
  }

  span(field: number, start: number, end: number): void {
    if (!(start >= this.start && end <= this.end && start <= end)) {
      throw new Error(`field ${field}: span ${start} to ${end} is not within ${this.start} to ${this.end}`);
    }
    this.values[field] = this.decode(this.bytes.subarray(start, end));
  }

  value(field: number, value: Value): void {
    this.values[field] = value;
  }
}

/** Instants as ISO UTC, levels as words. */
function shown(parser: RecordParser, values: readonly (Value | undefined)[]): ReadFields {
  const fields: Record<string, Value> = {};
  values.forEach((value, at) => {
    const field = parser.fields[at];
    if (field === undefined) throw new Error(`the parser has no field ${at}`);
    if (value === undefined) return;
    if (field.type === 'instant' && typeof value === 'number') fields[field.name] = formatInstantUtc(value);
    else if (field.type === 'level' && typeof value === 'number') fields[field.name] = levelAt(value) ?? value;
    else if (field.type === 'boolean' && typeof value === 'number') fields[field.name] = value !== 0;
    else fields[field.name] = value;
  });
  return fields;
}

/** Reads the lines in `range`, or all; bytes around it are there to be left alone. */
export function readRecords(
  text: string | Uint8Array,
  format: Format,
  options: ParserOptions = testOptions,
  context?: ParserContext,
  range: { readonly from: number; readonly to: number } = { from: 0, to: Infinity },
): ReadResult {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const parser = format.createParser(options, context);
  const records: ReadRecord[] = [];
  let blank = 0;
  let headers = 0;
  let first: { start: number; end: number } | undefined;
  let last = 0;
  const decode = (start: number, end: number): string =>
    textDecoderFor(options.encoding)(bytes.subarray(start, end)).replaceAll('\r\n', '\n');
  const finish = (): void => {
    if (first === undefined) return;
    const sink = new ValueSink(bytes, first.start, last, options.encoding);
    const fits = parser.parse(bytes, first.start, first.end, last, sink);
    records.push({ raw: decode(first.start, last), fields: fits && shown(parser, sink.values) });
    first = undefined;
  };
  const limit = Math.min(bytes.length, range.to);
  for (let start = range.from; start < limit;) {
    const found = bytes.indexOf(10, start);
    const stop = found < 0 || found > limit ? limit : found;
    const end = stop < limit && stop > start && bytes[stop - 1] === 13 ? stop - 1 : stop;
    const kind = parser.classify(bytes, start, end, first !== undefined);
    if (kind === LineKind.continuation && first !== undefined) {
      last = end;
    } else {
      finish();
      if (kind === LineKind.blank || (kind === LineKind.continuation && start === end)) blank++;
      else if (kind === LineKind.header) headers++;
      else if (kind === LineKind.continuation) records.push({ raw: decode(start, end), fields: false });
      else {
        first = { start, end };
        last = end;
        if (!parser.multiline) finish();
      }
    }
    start = stop + 1;
  }
  finish();
  return { records, blank, headers };
}

/** The fields of all records, in order. */
export const fieldsOf = (
  text: string | Uint8Array,
  format: Format,
  options?: ParserOptions,
): readonly (ReadFields | false)[] => readRecords(text, format, options).records.map(({ fields }) => fields);
