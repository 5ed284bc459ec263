import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRowWriter } from '../../../src-main/engine/export/row-writer.ts';
import type { Field } from '../../../src-shared/model/field.ts';
import { levels } from '../../../src-shared/model/level.ts';
import { isExactNumber, isJsonText, type Value } from '../../../src-shared/model/value.ts';
import type { ExportFormat } from '../../../src-shared/protocol.ts';

const instant = fc.integer({ min: Date.UTC(1950, 0), max: Date.UTC(2300, 0) });
/** Texts rich in what the formats treat specially. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', ',', '\n', '\r', '\t', '\\', '=', '+', '-', '@', "'", 'a', ' ', '\ud800', 'é'),
  }),
);
const double = fc.double({ noNaN: true, noDefaultInfinity: true });
const any = fc.oneof(
  text,
  double,
  fc.boolean(),
  fc.bigInt({ min: 2n ** 60n, max: 2n ** 90n }).map((exact) => ({ exact: String(exact) })),
  fc.array(fc.jsonValue({ maxDepth: 2 })).map((value) => ({ json: JSON.stringify(value) })),
);

const columns: readonly { readonly field: Field; readonly value: fc.Arbitrary<Value> }[] = [
  { field: { name: 'time', type: 'instant' }, value: instant },
  { field: { name: 'level', type: 'level' }, value: fc.nat(6) },
  { field: { name: 'a "name", with\tall', type: 'text' }, value: text },
  { field: { name: '__proto__', type: 'text' }, value: text },
  { field: { name: 'bytes', type: 'integer' }, value: fc.maxSafeInteger() },
  { field: { name: 'ok', type: 'boolean' }, value: fc.boolean() },
  { field: { name: 'any', type: 'any' }, value: any },
];
const fields = columns.map(({ field }) => field);
const row = fc.tuple(...columns.map(({ value }) => fc.option(value, { nil: undefined })));
const table = fc.array(row, { maxLength: 8 });
type Row = readonly (Value | undefined)[];

function write(format: ExportFormat, rows: readonly Row[], crlf: boolean, neutralize: boolean): string {
  const writer = createRowWriter({ format, fields, zone: 'UTC', bom: false, crlf, neutralize });
  return writer.head + rows.map((values, line) => writer.row({ line, values, raw: '' })).join('');
}

/** What a value is as text, by the contract. */
function plainText(value: Value, type: Field['type']): string {
  if (typeof value === 'number' && type === 'instant') return new Date(value).toISOString();
  if (typeof value === 'number' && type === 'level') return levels[value];
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object') return isExactNumber(value) ? value.exact : value.json;
  return String(value);
}

function neutralized(value: Value | undefined): Value | undefined {
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}

/** RFC 4180 character by character; a cell is undefined when nothing at all stands between its commas. */
function parseCsv(csv: string, lineEnd: string): (string | undefined)[][] {
  const rows: (string | undefined)[][] = [];
  let cells: (string | undefined)[] = [];
  let cell: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < csv.length; at++) {
    const character = csv[at];
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (csv[at + 1] === '"') cell += csv[++at];
      else isQuoted = false;
    } else if (character === '"') {
      cell ??= '';
      isQuoted = true;
    } else if (character === ',') {
      cells.push(cell);
      cell = undefined;
    } else if (csv.startsWith(lineEnd, at)) {
      rows.push([...cells, cell]);
      cells = [];
      cell = undefined;
      at += lineEnd.length - 1;
    } else {
      cell = (cell ?? '') + character;
    }
  }
  expect({ isQuoted, cells, cell }).toEqual({ isQuoted: false, cells: [], cell: undefined });
  return rows;
}

test('CSV read by a plain RFC 4180 parser gives the values back', () => {
  fc.assert(
    fc.property(table, fc.boolean(), fc.boolean(), (rows, crlf, neutralize) => {
      const parsed = parseCsv(write('csv', rows, crlf, neutralize), crlf ? '\r\n' : '\n');
      const expected = rows.map((values) =>
        values.map((value, at) => {
          const shown = neutralize ? neutralized(value) : value;
          return shown === undefined ? undefined : plainText(shown, fields[at].type);
        }),
      );
      expect(parsed).toEqual([fields.map(({ name }) => name), ...expected]);
    }),
  );
});

test('TSV split at tabs and line ends and unescaped gives the values back', () => {
  const unescape = (cell: string): string =>
    cell.replace(/\\([\\trn])/g, (_, code: string) => ({ '\\': '\\', t: '\t', r: '\r', n: '\n' })[code] ?? '');
  fc.assert(
    fc.property(table, fc.boolean(), (rows, crlf) => {
      const lineEnd = crlf ? '\r\n' : '\n';
      const parsed = write('tsv', rows, crlf, false)
        .split(lineEnd)
        .slice(0, -1)
        .map((line) => line.split('\t').map(unescape));
      const expected = rows.map((values) =>
        values.map((value, at) => (value === undefined ? '' : plainText(value, fields[at].type))),
      );
      expect(parsed).toEqual([fields.map(({ name }) => name), ...expected]);
    }),
  );
});

test('JSON lines read by JSON.parse give the values back', () => {
  fc.assert(
    fc.property(table, (rows) => {
      const parsed = write('jsonl', rows, false, true)
        .split('\n')
        .slice(0, -1)
        .map((line) => Object.entries(JSON.parse(line)));
      const expected = rows.map((values, line) => [
        ['_line', line],
        ...values.flatMap((value, at) => (value === undefined ? [] : [[fields[at].name, jsonOf(value, fields[at])]])),
      ]);
      expect(parsed).toEqual(expected);
    }),
  );
});

function jsonOf(value: Value, { type }: Field): unknown {
  if (typeof value === 'object' && isJsonText(value)) return JSON.parse(value.json);
  if (typeof value === 'object' || type === 'instant' || type === 'level') return plainText(value, type);
  // JSON has no negative zero.
  return value === 0 ? 0 : value;
}
