import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteRowWriter } from '../../../src-main/engine/export/byte-row-writer.ts';
import { createRowWriter } from '../../../src-main/engine/export/row-writer.ts';
import type { FormatField } from '../../../src-main/formats/index.ts';
import type { Field } from '../../../src-shared/model/field.ts';
import type { Value } from '../../../src-shared/model/value.ts';
import type { ExportFormat } from '../../../src-shared/protocol.ts';

/** What a parser can say of a field. */
type Told =
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
const told: fc.Arbitrary<Told> = fc.oneof(
  number.map((n): Told => ({ kind: 'number', number: n })),
  bytes.map((b): Told => ({ kind: 'span', bytes: b })),
  value.map((v): Told => ({ kind: 'value', value: v })),
);

const types = ['text', 'integer', 'number', 'instant', 'level', 'boolean', 'any'] as const;
const names = ['time', 'level', 'a "b",', '__proto__', '_line', 'é', '=x', 'z'];
const fields: readonly FormatField[] = names.map((name, at) => ({
  name,
  type: types[at % types.length],
  values: 'few',
}));

interface Row {
  readonly told: readonly (readonly [number, Told])[];
  readonly isDropped: boolean;
  readonly own: readonly (readonly [number, Value])[];
}
const row: fc.Arbitrary<Row> = fc.record({
  told: fc.array(fc.tuple(fc.nat(fields.length - 1), told), { maxLength: 12 }),
  isDropped: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  own: fc.array(fc.tuple(fc.nat(3), value), { maxLength: 2 }),
});

const decode = (from: Uint8Array, start: number, end: number): string =>
  Buffer.from(from.subarray(start, end)).toString('utf8');

describe.each<ExportFormat>(['csv', 'tsv', 'jsonl'])('%s', (format) => {
  test('as bytes is what it is as text', () => {
    fc.assert(
      fc.property(
        fc.array(row, { maxLength: 6 }),
        fc.shuffledSubarray([...fields, { name: 'missing', type: 'text' } satisfies Field], { minLength: 4 }),
        fc.boolean(),
        fc.boolean(),
        fc.nat(fields.length),
        (rows, columns, neutralize, crlf, knownAtFirst) => {
          const options = { format, fields: columns, zone: 'Europe/Berlin', bom: false, crlf, neutralize };
          const asText = createRowWriter(options);
          const asBytes = new ByteRowWriter(options, decode);
          // Parsers of open formats learn of fields while they parse.
          const known = fields.slice(0, knownAtFirst);
          const expected = rows.map((each, line) => asText.row({ line, raw: '', values: valuesOf(each, columns) }));
          rows.forEach((each, line) => tell(asBytes, each, line, known));
          expect(Buffer.from(asBytes.take()).toString('latin1')).toBe(
            Buffer.from(expected.join('')).toString('latin1'),
          );
          expect(asBytes.length).toBe(0);
        },
      ),
    );
  });
});

function tell(
  writer: ByteRowWriter,
  { told: tellings, isDropped, own }: Row,
  line: number,
  known: FormatField[],
): void {
  const spans = Buffer.concat(tellings.map(([, each]) => (each.kind === 'span' ? each.bytes : new Uint8Array(0))));
  writer.begin(spans, known);
  let start = 0;
  for (const [field, each] of tellings) {
    while (known.length <= field) known.push(fields[known.length]);
    if (each.kind === 'number') writer.number(field, each.number);
    else if (each.kind === 'value') writer.value(field, each.value);
    else {
      writer.span(field, start, start + each.bytes.length);
      start += each.bytes.length;
    }
  }
  if (isDropped) writer.drop();
  for (const [column, each] of own) writer.set(column, each);
  writer.end(line);
}

function valuesOf({ told: tellings, isDropped, own }: Row, columns: readonly Field[]): (Value | undefined)[] {
  const byName = new Map<string, Value>();
  for (const [field, each] of isDropped ? [] : tellings) {
    const { name, type } = fields[field];
    if (each.kind === 'span') byName.set(name, decode(each.bytes, 0, each.bytes.length));
    else if (each.kind === 'value') byName.set(name, each.value);
    else byName.set(name, type === 'boolean' ? each.number !== 0 : each.number);
  }
  const values = columns.map(({ name }) => byName.get(name));
  for (const [column, each] of own) values[column] = each;
  return values;
}

test('grows with long rows and many fields', () => {
  const many: readonly FormatField[] = Array.from({ length: 300 }, (_, at) => ({
    name: `f${at}`,
    type: 'text',
    values: 'many',
  }));
  const writer = new ByteRowWriter(
    { format: 'csv', fields: many, zone: 'UTC', bom: false, crlf: false, neutralize: false },
    decode,
  );
  const long = Buffer.alloc(100_000, 'x');
  writer.begin(long, many);
  many.forEach((_, at) => writer.span(at, 0, at % 100 === 0 ? long.length : 1));
  writer.end(1);
  const expected = many.map((_, at) => 'x'.repeat(at % 100 === 0 ? long.length : 1)).join(',');
  expect(Buffer.from(writer.take()).toString()).toBe(`${expected}\n`);
});
