import { describe, expect, test } from 'vitest';
import { createRowWriter } from '../../../src-main/engine/export/row-writer.ts';
import type { OutputRow, RowWriterOptions } from '../../../src-main/engine/export/row-writer-api.ts';
import type { Field } from '../../../src-shared/model/field.ts';
import type { Value } from '../../../src-shared/model/value.ts';
import type { ExportFormat } from '../../../src-shared/protocol.ts';

const time = Date.UTC(2026, 2, 1, 9, 5, 7, 40);

const fields: readonly Field[] = [
  { name: 'time', type: 'instant' },
  { name: 'level', type: 'level' },
  { name: 'message', type: 'text' },
  { name: 'status', type: 'integer' },
  { name: 'extra', type: 'any' },
];

function write(
  format: ExportFormat,
  rows: readonly (readonly (Value | undefined)[])[],
  options: Partial<RowWriterOptions> = {},
): string {
  const writer = createRowWriter({
    format,
    fields,
    zone: 'Europe/Berlin',
    bom: false,
    crlf: false,
    neutralize: false,
    ...options,
  });
  const outputRow = (values: readonly (Value | undefined)[], at: number): OutputRow => ({
    line: at + 1,
    values,
    raw: `raw ${at + 1}\n  at once`,
  });
  return writer.head + rows.map((values, at) => writer.row(outputRow(values, at))).join('');
}

describe('CSV', () => {
  test('writes each type of value under a header of field names', () => {
    const rows = [
      [time, 5, 'disk full', 507, true],
      [time, 0, 'quoted "twice", with comma', -1.5, { exact: '12345678901234567890' }],
      [undefined, undefined, '', undefined, { json: '["a",1]' }],
    ];
    expect(write('csv', rows)).toBe(
      [
        'time,level,message,status,extra',
        '2026-03-01T10:05:07.040+01:00,error,disk full,507,true',
        '2026-03-01T10:05:07.040+01:00,trace,"quoted ""twice"", with comma",-1.5,12345678901234567890',
        ',,"",,"[""a"",1]"',
        '',
      ].join('\n'),
    );
  });

  test('quotes only texts with a comma, a quote or a line end', () => {
    const texts = ['a b', ' a ', 'a;b', "it's", 'tab\tbed', 'one\ntwo', 'one\rtwo', ',', '"'];
    const rows = texts.map((text) => [text]);
    expect(write('csv', rows, { fields: [{ name: 'message', type: 'text' }] })).toBe(
      `message\na b\n a \na;b\nit's\ntab\tbed\n"one\ntwo"\n"one\rtwo"\n","\n""""\n`,
    );
  });

  test('ends lines with CR LF and begins with a byte order mark when asked to', () => {
    expect(write('csv', [['x\ny']], { fields: [{ name: 'a', type: 'text' }], crlf: true, bom: true })).toBe(
      '\ufeffa\r\n"x\ny"\r\n',
    );
  });

  test('writes times in the stated zone, on both sides of a change of its offset', () => {
    const beforeChange = Date.UTC(2026, 2, 29, 0, 59, 59, 999);
    const rows = [[beforeChange], [beforeChange + 1], [Date.UTC(1969, 11, 31, 23, 59)]];
    const options = { fields: [{ name: 'time', type: 'instant' }] } as const;
    expect(write('csv', rows, options)).toBe(
      'time\n2026-03-29T01:59:59.999+01:00\n2026-03-29T03:00:00.000+02:00\n1970-01-01T00:59:00.000+01:00\n',
    );
    expect(write('csv', rows.slice(0, 1), { ...options, zone: '+05:30' })).toBe(
      'time\n2026-03-29T06:29:59.999+05:30\n',
    );
  });

  test('neutralizes formulas in texts and headers, never numbers', () => {
    const columns: readonly Field[] = [
      { name: '=sum', type: 'text' },
      { name: 'number', type: 'any' },
    ];
    const texts = ['=1+1', '+1', '-1', '@x', '\tx', '\rx', 'a=1', "'quoted", '=a,b'];
    const rows: (readonly (Value | undefined)[])[] = texts.map((text) => [text, -1]);
    rows.push(['', { exact: '-12345678901234567890' }]);
    expect(write('csv', rows, { fields: columns, neutralize: true })).toBe(
      [
        "'=sum,number",
        "'=1+1,-1",
        "'+1,-1",
        "'-1,-1",
        "'@x,-1",
        "'\tx,-1",
        '"\'\rx",-1',
        'a=1,-1',
        "'quoted,-1",
        '"\'=a,b",-1',
        '"",-12345678901234567890',
        '',
      ].join('\n'),
    );
    expect(write('csv', [['=1+1', -1]], { fields: columns })).toBe('=sum,number\n=1+1,-1\n');
  });
});

describe('TSV', () => {
  test('escapes tab, line ends and backslash with a backslash', () => {
    const rows = [
      [time, 4, 'a\tb\nc\rd\\e"f,g', 1, false],
      [undefined, undefined, '', undefined, { json: '{}' }],
    ];
    expect(write('tsv', rows)).toBe(
      'time\tlevel\tmessage\tstatus\textra\n' +
        '2026-03-01T10:05:07.040+01:00\twarn\ta\\tb\\nc\\rd\\\\e"f,g\t1\tfalse\n' +
        '\t\t\t\t{}\n',
    );
  });

  test('neutralizes formulas as CSV does, since the same spreadsheets open it', () => {
    expect(write('tsv', [['=1', 2]], { fields: fields.slice(2, 4), neutralize: true })).toBe(
      "message\tstatus\n'=1\t2\n",
    );
  });
});

describe('JSON lines', () => {
  test('writes the line first, then the fields in order, and leaves out what is absent', () => {
    const rows = [
      [time, 6, 'a "b"\\\n\u0001\u2028é', 5e-7, { exact: '0.1000000000000000000001' }],
      [undefined, undefined, '', -0, { json: '[1,\n {"a": 12345678901234567890}]' }],
    ];
    expect(write('jsonl', rows)).toBe(
      '{"_line":1,"time":"2026-03-01T09:05:07.040Z","level":"fatal","message":"a \\"b\\"\\\\\\n\\u0001\u2028é",' +
        '"status":5e-7,"extra":"0.1000000000000000000001"}\n' +
        '{"_line":2,"message":"","status":0,"extra":[1,  {"a": 12345678901234567890}]}\n',
    );
  });

  test('takes __proto__, numbers and quotes as ordinary names', () => {
    const names = ['__proto__', '7', 'a"b', 'constructor'];
    const line = write('jsonl', [['p', 's', 'q', 'c']], { fields: names.map((name) => ({ name, type: 'text' })) });
    expect(line).toBe('{"_line":1,"__proto__":"p","7":"s","a\\"b":"q","constructor":"c"}\n');
    expect(Object.keys(JSON.parse(line)).toSorted()).toEqual(['7', '__proto__', '_line', 'a"b', 'constructor']);
  });

  test('keeps lone surrogates as escapes and pairs as they are', () => {
    const text = 'a\ud800b \ude00 \u{1f600}';
    const line = write('jsonl', [[text]], { fields: [{ name: 'a\ud800', type: 'text' }] });
    expect(line).toBe('{"_line":1,"a\\ud800":"a\\ud800b \\ude00 \u{1f600}"}\n');
    expect(JSON.parse(Buffer.from(line).toString())['a\ud800']).toBe(text);
  });

  test('does not repeat the line when it is asked for, and has no byte order mark', () => {
    const options = { fields: [{ name: '_line', type: 'integer' }, fields[3]], bom: true, crlf: true } as const;
    expect(write('jsonl', [[1, 200]], options)).toBe('{"_line":1,"status":200}\r\n');
  });
});

describe('text', () => {
  test('writes the raw record with the line ends asked for', () => {
    expect(write('text', [[], []])).toBe('raw 1\n  at once\nraw 2\n  at once\n');
    expect(write('text', [[]], { crlf: true, bom: true, neutralize: true })).toBe('\ufeffraw 1\r\n  at once\r\n');
  });
});
