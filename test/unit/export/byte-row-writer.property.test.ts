import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteRowWriter } from '../../../src-main/engine/export/byte-row-writer.ts';
import type { RowWriterOptions } from '../../../src-main/engine/export/row-writer-api.ts';
import { createRowWriter } from '../../../src-main/engine/export/row-writer.ts';
import type { Field } from '../../../src-shared/model/field.ts';
import type { Value } from '../../../src-shared/model/value.ts';
import type { ExportFormat } from '../../../src-shared/protocol.ts';

/** What a cell can be given as. */
type Cell =
  | { readonly kind: 'absent' }
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'span'; readonly bytes: Uint8Array }
  | { readonly kind: 'value'; readonly value: Value };

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', ',', '\n', '\r', '\t', '\\', '=', '-', '@', 'a', ' ', '\ud800', 'é', '\u0001'),
  }),
  fc.string(),
);
const bytes = fc.oneof(
  text.map((value) => new Uint8Array(Buffer.from(value))),
  // Not always UTF-8.
  fc.uint8Array({ maxLength: 6 }),
);
const number = fc.oneof(
  fc.nat(),
  fc.maxSafeInteger(),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, -0, 9, 10, 99, 100, 999_999_999, 1e9, 1e21),
  // Instants, many in one second.
  fc.integer({ min: -5000, max: 5000 }).map((ms) => Date.UTC(2026, 2, 29, 1) + ms),
  fc.integer({ min: -3000, max: 3000 }),
);
const value = fc.oneof(
  text,
  number,
  fc.boolean(),
  fc.constant({ exact: '-12345678901234567890' }),
  fc.constant({ json: '["a,b",\n1]' }),
);
const cell: fc.Arbitrary<Cell> = fc.oneof(
  fc.constant<Cell>({ kind: 'absent' }),
  number.map((n): Cell => ({ kind: 'number', number: n })),
  bytes.map((b): Cell => ({ kind: 'span', bytes: b })),
  value.map((v): Cell => ({ kind: 'value', value: v })),
);

const types = ['text', 'integer', 'number', 'instant', 'level', 'boolean', 'any'] as const;
const names = ['time', 'level', 'a "b",', '__proto__', '_line', 'é', '=x', 'z'];
const fields: readonly Field[] = names.map((name, at) => ({ name, type: types[at % types.length] }));

const decode = (from: Uint8Array, start: number, end: number): string =>
  Buffer.from(from.subarray(start, end)).toString('utf8');

describe.each<ExportFormat>(['csv', 'tsv', 'jsonl'])('%s', (format) => {
  test('as bytes is what it is as text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: fields.length, maxLength: fields.length }), { maxLength: 6 }),
        fc.shuffledSubarray([...fields], { minLength: 4 }),
        fc.boolean(),
        fc.boolean(),
        fc.array(fc.nat(4), { maxLength: 6 }),
        (rows, columns, neutralize, crlf, repeats) => {
          const options = { format, fields: columns, zone: 'Europe/Berlin', bom: false, crlf, neutralize };
          const asText = createRowWriter(options);
          const asBytes = new ByteRowWriter(options);
          const expected = rows.map((each, line) =>
            asText.row({ line, raw: '', values: columns.map((_, at) => valueOf(each[at])) }),
          );
          rows.forEach((each, line) => {
            asBytes.begin(line);
            for (const column of asBytes.columns) {
              // A cell that was kept from an earlier writer, as it is within one.
              if (repeats.includes(column)) asBytes.again(kept(options, column, each[column]));
              else put(asBytes, column, each[column]);
            }
            asBytes.end();
          });
          expect(Buffer.from(asBytes.take()).toString('latin1')).toBe(
            Buffer.from(expected.join('')).toString('latin1'),
          );
          expect(asBytes.length).toBe(0);
        },
      ),
    );
  });
});

function kept(options: RowWriterOptions, column: number, given: Cell): Uint8Array {
  const writer = new ByteRowWriter(options);
  writer.begin(1);
  const before = writer.length;
  put(writer, column, given);
  return writer.since(before);
}

function put(writer: ByteRowWriter, column: number, given: Cell): void {
  switch (given.kind) {
    case 'absent':
      writer.absent(column);
      return;
    case 'number':
      writer.number(column, given.number);
      return;
    case 'value':
      writer.value(column, given.value);
      return;
    case 'span': {
      const around = Buffer.concat([Buffer.from('é,"'), given.bytes, Buffer.from('"\n')]);
      writer.text(column, around, 4, 4 + given.bytes.length, decode);
    }
  }
}

function valueOf(given: Cell): Value | undefined {
  switch (given.kind) {
    case 'absent':
      return undefined;
    case 'number':
      return given.number;
    case 'value':
      return given.value;
    case 'span':
      return decode(given.bytes, 0, given.bytes.length);
  }
}

test('grows with long rows and many fields', () => {
  const many: readonly Field[] = Array.from({ length: 300 }, (_, at) => ({ name: `f${at}`, type: 'text' }));
  const writer = new ByteRowWriter({
    format: 'csv',
    fields: many,
    zone: 'UTC',
    bom: false,
    crlf: false,
    neutralize: false,
  });
  const long = Buffer.alloc(100_000, 'x');
  writer.begin(1);
  for (const at of writer.columns) writer.text(at, long, 0, at % 100 === 0 ? long.length : 1, decode);
  writer.end();
  const expected = many.map((_, at) => 'x'.repeat(at % 100 === 0 ? long.length : 1)).join(',');
  expect(Buffer.from(writer.take()).toString()).toBe(`${expected}\n`);
});
