import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Format, type FormatField, LineKind, type RecordParser } from '../../../src-main/formats/format.ts';
import { buildRange, type BuiltSegment, type BuildResult } from '../../../src-main/index/build.ts';
import { BuildMemory } from '../../../src-main/index/column-dictionary.ts';
import { Dictionary } from '../../../src-main/index/dictionary.ts';
import { RecordReader, recordBytes, rawText } from '../../../src-main/index/record-reader.ts';
import { openSegment } from '../../../src-main/index/open-segment.ts';
import { isParsed, recordEnd, recordLine, recordStart } from '../../../src-main/index/segment.ts';
import { SharedDictionaries } from '../../../src-main/index/shared-dictionary.ts';
import { IndexMemory } from '../../../src-main/kernels/index-memory.ts';

/**
 * A small multi-line format: `=key number text`, continuation lines begin with a space, `#` is a header. Other lines
 * do not fit.
 */
const fields: readonly FormatField[] = [
  { name: 'logger', type: 'text', values: 'few' },
  { name: 'size', type: 'any', values: 'few' },
  { name: 'message', type: 'text', values: 'many' },
];

function parser(multiline: boolean): RecordParser {
  return {
    multiline,
    fields,
    classify: (bytes, start, end, open) => {
      if (start === end) return multiline && open ? LineKind.continuation : LineKind.blank;
      if (bytes[start] === 35) return LineKind.header;
      return multiline && bytes[start] === 32 ? LineKind.continuation : LineKind.record;
    },
    parse: (bytes, start, firstEnd, end, row) => {
      if (bytes[start] !== 61) return false;
      const line = Buffer.from(bytes.subarray(start, firstEnd)).toString('latin1');
      const match = /^=(\S+) (\S+) /.exec(line);
      if (match === null) return false;
      row.span(0, start + 1, start + 1 + match[1].length);
      if (/^-?\d{1,12}(\.\d+)?$/.test(match[2])) row.number(1, Number(match[2]));
      else if (match[2] !== '-') row.value(1, match[2]);
      row.span(2, start + match[0].length, end);
      return true;
    },
    context: () => undefined,
  };
}

const formatOf = (multiline: boolean): Format => ({
  name: 'toy',
  title: 'Toy',
  version: 1,
  open: false,
  stackBy: undefined,
  createParser: () => parser(multiline),
});

const options = { zone: 'UTC', mtimeMs: 0, encoding: 'utf-8' };

interface Built {
  readonly result: BuildResult;
  readonly segments: readonly BuiltSegment[];
  readonly dictionaries: ReadonlyMap<string, Dictionary>;
}

function build(
  text: string,
  multiline: boolean,
  chunkBytes: number,
  range: { from: number; to: number; exact: boolean },
  segmentRecords = 65_536,
): Built {
  const source = Buffer.from(text);
  const segments: BuiltSegment[] = [];
  const shared = new SharedDictionaries(IndexMemory.create());
  const result = buildRange(
    formatOf(multiline),
    options,
    { ...range, limit: source.length, final: true },
    { chunkBytes, segmentRecords, seed: 7 },
    (target, at, length, position) => source.copy(target, at, position, position + length),
    (segment) => segments.push(segment),
    () => false,
    new BuildMemory(shared),
  );
  const dictionaries = new Map<string, Dictionary>();
  for (const writer of shared.all()) {
    const dictionary = new Dictionary(writer.field);
    const growth = writer.takeGrowth();
    if (growth !== undefined) dictionary.grow(growth);
    dictionaries.set(writer.field, dictionary);
  }
  return { result, segments, dictionaries };
}

/** Everything that the columns say, and everything that reading the records again says. */
function contents(text: string, multiline: boolean, { segments, result, dictionaries }: Built): unknown {
  const source = Buffer.from(text);
  const reader = new RecordReader(formatOf(multiline), options);
  const rows: unknown[] = [];
  for (const built of segments) {
    const segment = openSegment(built.data, 0, built.data.lineBase + 1);
    for (let row = 0; row < segment.rows; row++) {
      const start = recordStart(segment, row);
      const record = recordBytes(source, start, recordEnd(segment, row));
      const columns: Record<string, unknown> = {};
      for (const { field: name } of built.data.columns) {
        const column = segment.columns.get(name);
        if (column === undefined) continue;
        if (column.kind === 'number') {
          const stored = column.values[row];
          const value =
            column.values instanceof Float64Array ? stored : stored === 0 ? Number.NaN : stored - 1 + column.base;
          if (!Number.isNaN(value)) columns[name] = value;
        } else if (column.kind === 'dictionary') {
          if (column.codes[row] !== 0) columns[name] = dictionaries.get(name)?.value(column.ids[column.codes[row] - 1]);
        } else if (column.lengths[row] === column.parseAgain) columns[name] = 'parse again';
        else if (column.lengths[row] !== column.absent) {
          columns[name] = source.toString(
            'utf8',
            start + column.starts[row],
            start + column.starts[row] + column.lengths[row],
          );
        }
      }
      const parsed = isParsed(segment, row);
      rows.push({
        start,
        line: recordLine(segment, row),
        parsed,
        raw: rawText(reader.decode, record),
        columns,
        again: Object.fromEntries(reader.fields(segment, row, record)),
      });
    }
  }
  return { rows, result };
}

const line = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        fc.constantFrom('a', 'bb', 'ä', 'long.name'),
        fc.constantFrom('1', '-', '2.5', '300', 'x', '-7'),
        fc.string(),
      )
      .map(([key, size, text]) => `=${key} ${size} ${text.replace(/[\r\n]/g, '')}`),
  },
  fc.constantFrom('', ' continued', '# header', 'odd line', '=half', ' ', '\r', 'a\rb'),
);
const logs = fc
  .tuple(fc.array(line, { maxLength: 40 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, end, last]) => lines.join(end) + (last && lines.length > 0 ? end : ''));

describe('indexing a range', () => {
  it('gives equal results at chunk sizes 1, 7, 64 and the default', () => {
    fc.assert(
      fc.property(logs, fc.boolean(), (text, multiline) => {
        const whole = { from: 0, to: Buffer.byteLength(text), exact: true };
        const expected = contents(text, multiline, build(text, multiline, 1 << 20, whole));
        for (const chunk of [1, 7, 64])
          expect(contents(text, multiline, build(text, multiline, chunk, whole))).toEqual(expected);
      }),
    );
  });

  it('counts every line once: first lines, continuations, blank and header lines', () => {
    fc.assert(
      fc.property(logs, fc.boolean(), (text, multiline) => {
        const { result } = build(text, multiline, 64, { from: 0, to: Buffer.byteLength(text), exact: true });
        const lines = text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
        expect(result.lines).toBe(lines);
        expect(result.endedAt).toBe(Buffer.byteLength(text));
      }),
    );
  });

  it('gives each record to one of two ranges, wherever the cut falls', () => {
    fc.assert(
      fc.property(logs, fc.nat(), fc.boolean(), (text, at, multiline) => {
        const size = Buffer.byteLength(text);
        if (size < 2) return;
        const cut = 1 + (at % (size - 1));
        const first = build(text, multiline, 64, { from: 0, to: cut, exact: true });
        const second = build(text, multiline, 64, { from: cut, to: size, exact: false });
        // Lines that continue no record are left to a look from the front.
        const hole = build(text, multiline, 64, {
          from: first.result.endedAt,
          to: Math.max(first.result.endedAt, second.result.startedAt),
          exact: true,
        });
        const starts = (built: Built): number[] =>
          built.segments.flatMap(({ data }) => {
            const segment = openSegment(data, 0, 1);
            return Array.from({ length: segment.rows }, (_, row) => recordStart(segment, row));
          });
        const together = [
          ...starts(first),
          ...(second.result.startedAt > first.result.endedAt ? starts(hole) : []),
          ...starts(second),
        ];
        const whole = build(text, multiline, 64, { from: 0, to: size, exact: true });
        expect(together).toEqual(starts(whole));
        expect(second.result.startedAt).toBeGreaterThanOrEqual(first.result.endedAt);
      }),
      { numRuns: 500 },
    );
  });

  it('splits segments at their capacity without changing what they say', () => {
    fc.assert(
      fc.property(logs, (text) => {
        const whole = { from: 0, to: Buffer.byteLength(text), exact: true };
        const expected = contents(text, true, build(text, true, 64, whole));
        expect(contents(text, true, build(text, true, 64, whole, 3))).toEqual(expected);
      }),
    );
  });

  it('cuts a record that is longer than the limit, counts it, and finds the next one', () => {
    const long = `=a 1 ${'x'.repeat(17 << 20)}\n=b 2 after\n`;
    const { result, segments } = build(long, false, 1 << 20, { from: 0, to: Buffer.byteLength(long), exact: true });
    expect(result).toMatchObject({ lines: 2, overlong: 1 });
    const segment = openSegment(segments[0].data, 0, 1);
    expect([segment.rows, recordStart(segment, 1), recordLine(segment, 1)]).toEqual([
      2,
      Buffer.byteLength(long) - 11,
      2,
    ]);
  });

  it('keeps the columns of a field that turns from numbers to text', () => {
    const text = '=a 1 m\n=a 2.5 m\n=a x m\n=a - m\n=a 3 m\n';
    const built = build(text, false, 64, { from: 0, to: text.length, exact: true });
    const { rows } = contents(text, false, built) as { rows: { columns: { size?: unknown } }[] };
    expect(rows.map(({ columns }) => columns.size)).toEqual([1, 2.5, 'x', undefined, 3]);
  });
});
