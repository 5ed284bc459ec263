/** The kernel of exports against its plain twin: the same bytes, and the same ends of rows. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Field } from '../../src-shared/model/field.ts';
import type { ExportFormat } from '../../src-shared/protocol.ts';
import type { RowWriterOptions } from '../../src-main/engine/export/row-writer-api.ts';
import type { Segment } from '../../src-main/index/segment.ts';
import { builtFile } from '../../src-main/workers/entry.ts';
import { FieldRows, type RowsWriter, type WriteFields } from '../../src-main/workers/field-rows.ts';
import { KernelRows } from '../../src-main/workers/kernel-rows.ts';
import { generateBuffer } from '../generate/generate.mjs';
import { openLog, type OpenedLog } from './open-log.ts';

const module = new WebAssembly.Module(new Uint8Array(readFileSync(builtFile('export.wasm'))));
const context = { beat: () => undefined, stopped: () => false };
const recordFields: readonly Field[] = [
  { name: '_line', type: 'integer' },
  { name: '_raw', type: 'text' },
  { name: '_parsed', type: 'boolean' },
  { name: 'missing', type: 'text' },
];

/** Rows of some segments, one after the other, as bytes, with the end of each. */
function written(
  writer: RowsWriter,
  parts: readonly (readonly [Segment, readonly number[]])[],
): readonly [text: string, gone: number, ends: readonly number[]] {
  const ends: number[] = [];
  for (const [segment, rows] of parts) writer.write(segment, rows, context, (length) => ends.push(length));
  const { bytes, gone } = writer.take();
  return [Buffer.from(bytes).toString('latin1'), gone, ends];
}

const awkward = fc.constantFrom(
  ...['', ' ', ',', '"', '""', '\\', '\n', '\r\n', '\t', '\u0000', '\u001f', '\u007f', '=1+1', '+2', '-3', '@x', "'"],
  ...['é', '\u2028', '\u{1f600}', '\ud800', 'a'.repeat(15), 'b'.repeat(16), '"'.repeat(17), 'x,y'.repeat(30)],
  ...['ordinary', '/a/b?c=d', '0', '-0', '1e3', 'true', 'null'],
);
const value = fc.oneof(
  awkward,
  fc.tuple(awkward, awkward).map((both) => both.join('')),
  fc.integer({ min: -5, max: 300 }),
  fc.constantFrom(0, 2 ** 30 - 1, 2 ** 30, 2 ** 32, 2 ** 53 - 1, -1, 0.5, 1e21, 1e-7),
  fc.boolean(),
  fc.constant(null),
  fc.constant([1, 'a,b']),
);
const texts = fc.oneof(awkward, fc.string());

/** JSON lines of fields that keep to one type, and one that does not. */
const jsonLog = fc
  .array(
    fc.record({
      time: fc.integer({ min: Date.UTC(1969, 11, 31), max: Date.UTC(2030, 0) }).map((ms) => new Date(ms).toISOString()),
      text: texts,
      n: fc.oneof(fc.integer({ min: 0, max: 250 }), fc.integer({ min: 0, max: 70_000 })),
      any: value,
      flag: fc.boolean(),
      level: fc.constantFrom('info', 'error', 'odd'),
    }),
    { minLength: 1, maxLength: 120, size: 'max' },
  )
  .map((records) => Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join('')));

const form = fc.record({
  format: fc.constantFrom<ExportFormat>('csv', 'tsv', 'jsonl'),
  zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Africa/Monrovia'),
  bom: fc.boolean(),
  crlf: fc.boolean(),
  neutralize: fc.boolean(),
});

function requestFor(log: OpenedLog, names: readonly Field[], options: Omit<RowWriterOptions, 'fields'>): WriteFields {
  const fields = [...[...log.types].map(([name, type]) => ({ name, type })), ...names];
  return { fields, writer: { ...options, fields } };
}

/** Some rows of each segment. */
const chosen = (log: OpenedLog, every: number, from: number): (readonly [Segment, readonly number[]])[] =>
  log.segments.map((segment) => [
    segment,
    Array.from({ length: segment.rows }, (_, row) => row).filter((row) => (row + from) % every === 0),
  ]);

/** What both write; the kernel twice, the second time with cells that it knows by then, and once in another order. */
function bothWays(
  log: OpenedLog,
  request: WriteFields,
  parts: (readonly [Segment, readonly number[]])[],
): { readonly found: readonly unknown[]; readonly wanted: readonly unknown[] } {
  const writer = new KernelRows(log.source, request, module);
  const plain = new FieldRows(log.source, request);
  const orders = [parts, parts.toReversed(), parts];
  return { found: orders.map((each) => written(writer, each)), wanted: orders.map((each) => written(plain, each)) };
}

describe('the kernel of exports', () => {
  const opened: OpenedLog[] = [];
  afterAll(() => opened.forEach((log) => log.close()));

  it('writes texts, numbers, times and mixed values as plain code does', () => {
    fc.assert(
      fc.property(jsonLog, form, fc.integer({ min: 1, max: 3 }), (bytes, options, every) => {
        const log = openLog(bytes, { withKernels: true, segmentRecords: 50 });
        try {
          const { found, wanted } = bothWays(log, requestFor(log, recordFields, options), chosen(log, every, 0));
          expect(found).toEqual(wanted);
        } finally {
          log.close();
        }
      }),
      { numRuns: 120 },
    );
  });

  const kinds = ['access', 'json', 'app', 'syslog', 'csv', 'w3c', 'logfmt'] as const;
  it.each(kinds)('writes a generated log of kind %s as plain code does', (kind) => {
    const log = openLog(generateBuffer({ kind, lines: 3000, seed: 5, hostile: 0.1, longLineBytes: 900 }), {
      withKernels: true,
    });
    opened.push(log);
    fc.assert(
      fc.property(form, fc.constantFrom(1, 2, 97), fc.nat({ max: 96 }), fc.boolean(), (options, every, from, more) => {
        const { found, wanted } = bothWays(
          log,
          requestFor(log, more ? recordFields : [], options),
          chosen(log, every, from),
        );
        expect(found).toEqual(wanted);
      }),
      { numRuns: 12 },
    );
  });

  it('writes columns of many different texts, with some that need care, as plain code does', () => {
    const care = ['"', ',', '\\', '\t', 'é', '\u0001', '=', ''];
    const lines = Array.from({ length: 12_000 }, (_, n) =>
      JSON.stringify({
        time: new Date(Date.UTC(2026, 2, 29, 0, 59) + n * 700).toISOString(),
        id: n % 400 === 0 ? undefined : `${care[n % 8]}${(n * 7919) % 9000}${care[(n >> 3) % 8]}`,
      }),
    );
    const log = openLog(Buffer.from(`${lines.join('\n')}\n`), { withKernels: true, segmentRecords: 10_000 });
    opened.push(log);
    const [column] = [...log.segments[0].columns].filter(([name]) => name === 'id');
    expect(column[1].kind === 'dictionary' && column[1].ids.length).toBeGreaterThan(5000);
    for (const format of ['csv', 'tsv', 'jsonl'] as const) {
      for (const neutralize of [true, false]) {
        const options = { format, zone: 'Europe/Berlin', bom: false, crlf: false, neutralize };
        const { found, wanted } = bothWays(log, requestFor(log, [], options), chosen(log, 1, 0));
        expect(found).toEqual(wanted);
      }
    }
  });

  it('writes a cell that is longer than its memory', () => {
    const long = 'long "text", '.repeat(200_000);
    const log = openLog(
      Buffer.from(`{"id":1,"text":"a"}\n${JSON.stringify({ id: 2, text: long })}\n{"id":3,"text":"b"}\n`),
      {
        withKernels: true,
      },
    );
    opened.push(log);
    const options = { format: 'csv', zone: 'UTC', bom: false, crlf: false, neutralize: true } as const;
    const { found, wanted } = bothWays(log, requestFor(log, recordFields, options), chosen(log, 1, 0));
    expect(found).toEqual(wanted);
  });
});
