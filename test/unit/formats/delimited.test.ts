/** CSV and TSV: cells, quotes over several lines, headers, and cuts outside of quotes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSample } from '../../../src-main/formats/detect.ts';
import { QuoteScan, QuoteState, mostCellLines } from '../../../src-main/formats/delimited-scan.ts';
import { csv, tsv } from '../../../src-main/formats/delimited.ts';
import type { Format } from '../../../src-main/formats/format.ts';
import { fieldsOf, readRecords, testOptions } from './read-records.ts';

function detect(text: string, family = csv): { readonly format: Format; readonly score: number } {
  const found = family.detect(createSample(new TextEncoder().encode(text), testOptions, ''));
  return { format: family.create({ name: family.name, dialect: found?.dialect ?? {} }), score: found?.score ?? -1 };
}

const read = (text: string, family = csv) => readRecords(text, detect(text, family).format);

test('a cell in quotes may hold delimiters, quotes and lines, empty ones too', () => {
  const text = 'id,note,n\n1,"a,b",5\n2,"say ""x""\r\n\r\nend\n",\n\n3,"",7\n';
  expect(read(text)).toEqual({
    records: [
      { raw: '1,"a,b",5', fields: { id: 1, note: 'a,b', n: 5 } },
      { raw: '2,"say ""x""\n\nend\n",', fields: { id: 2, note: 'say "x"\n\nend\n' } },
      { raw: '3,"",7', fields: { id: 3, note: '', n: 7 } },
    ],
    blank: 1,
    headers: 1,
  });
});

test('a header over two lines, with names that are missing or come twice', () => {
  const text = 'time,"a\nb",,a,a\n2026-03-01,x,1,2,3\n2026-03-02,y,4,5,6';
  expect(read(text)).toMatchObject({
    records: [
      { fields: { 'a b': 'x', column_3: 1, a: 2, a_2: 3 } },
      { fields: { 'a b': 'y', column_3: 4, a: 5, a_2: 6 } },
    ],
    headers: 2,
  });
});

test('a column is of numbers or of texts as a whole, and what does not fit keeps its text', () => {
  const text = `id,code,size\n${'1,007,5\n2,12,1e3\n'.repeat(300)}x,13,12345678901234567890\n`;
  expect(fieldsOf(text, detect(text).format).slice(-3)).toEqual([
    { id: 1, code: '007', size: 5 },
    { id: 2, code: '12', size: 1000 },
    { id: 'x', code: '13', size: { exact: '12345678901234567890' } },
  ]);
});

test('TSV knows quotes only where it uses them', () => {
  const plain = 'time\tlevel\tmessage\n2026-03-01 10:00:00\tinfo\t"a\n2026-03-01 10:00:01\tinfo\tb" c\n';
  expect(read(plain, tsv).records.map(({ fields }) => fields)).toEqual([
    { time: '2026-03-01T10:00:00.000Z', level: 'info', message: '"a' },
    { time: '2026-03-01T10:00:01.000Z', level: 'info', message: 'b" c' },
  ]);
});

test('a quote that nobody closes spoils no more than a thousand lines', () => {
  const lines = Array.from({ length: 3_000 }, (_, at) => `${at},x`);
  lines[100] = '100,"x';
  const text = `id,name\n${lines.join('\n')}\n`;
  const { records } = read(text);
  const broken = records.filter(({ fields }) => fields === false);
  expect({ records: records.length, broken: broken.length, last: records.at(-1)?.fields }).toEqual({
    records: 3_000 - (mostCellLines - 1),
    broken: 1,
    last: { id: 2_999, name: 'x' },
  });
});

describe('detection', () => {
  test.each([
    ['time;level;message\n2026-03-01;info;a, b\n', ';'],
    ['time|level|message\n2026-03-01|info|a, b\n', '|'],
    ['id,name,price\n1,a,5\n2,b,6\n', ','],
    ['"id","name"\n"1","a"\n"2","b"\n', ','],
  ])('%j is delimited', (text, delimiter) => {
    const found = csv.detect(createSample(new TextEncoder().encode(text), testOptions, ''));
    expect(found).toMatchObject({ score: 1, dialect: { delimiter, header: true } });
  });

  test.each([
    'Hello, world\nfoo, bar\n',
    '2026-03-01 10:00:00,123 INFO a\n2026-03-01 10:00:01,124 INFO b\n',
    'Mar  1 10:00:00 host app: a, b\nMar  1 10:00:00 host app: c, d\n',
    '{"a":1,"b":2}\n{"a":3,"b":4}\n',
    'Starting, please wait\nloaded 5 files\ndone\n',
    '1,2,3\n4,5,6\n',
    'level=info msg="a, b"\nlevel=warn msg="c, d"\n',
    '2026-03-01 | INFO | a - b\n2026-03-02 | INFO | c - d\n',
    'one line, two cells',
    '\n',
    '',
  ])('%j is not', (text) => {
    expect(detect(text).score).toBeLessThan(0.3);
  });

  test('without a header there is a dialect all the same, for who insists', () => {
    expect(fieldsOf('1,a\n2,b', detect('1,a\n2,b').format)).toEqual([
      { column_1: 1, column_2: 'a' },
      { column_1: 2, column_2: 'b' },
    ]);
  });
});

const delimiting = { delimiter: ',', quotes: true };

/** Starts of records by the line-wise state, which is what the index does. */
function recordStarts(text: Buffer): readonly number[] {
  const state = new QuoteState(delimiting);
  const starts: number[] = [];
  for (let at = 0; at < text.length;) {
    const found = text.indexOf(10, at);
    const end = found < 0 ? text.length : found;
    if (!state.takeLine(text, at, end)) starts.push(at);
    at = end + 1;
  }
  return starts;
}

test('cuts are where records start, at any chunk size', () => {
  const piece = fc.constantFrom('"', '""', ',', '\n', '\r\n', 'a', ',"', '",', '"\n');
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 40 }),
      fc.integer({ min: 1, max: 64 }),
      fc.integer({ min: 1, max: 20 }),
      (pieces, chunkBytes, cutBytes) => {
        const text = Buffer.from(pieces.join(''));
        const prescan = new QuoteScan(delimiting, cutBytes);
        for (let at = 0; at < text.length; at += chunkBytes) {
          prescan.chunk(text.subarray(at), Math.min(chunkBytes, text.length - at), at);
        }
        const starts = [0, ...recordStarts(text)];
        const cuts = prescan.finish().map(({ offset }) => offset);
        expect(cuts.filter((offset) => !starts.includes(offset))).toEqual([]);
        if (chunkBytes < text.length) return;
        // In one chunk no place is missed: a cut stands at the first record that begins so far behind the last one.
        const due = (cut: number): number | undefined => starts.find((start) => start > cut + cutBytes);
        const missed = cuts.filter(
          (cut, at) => cuts[at + 1] === undefined && due(cut) !== undefined && due(cut) !== text.length,
        );
        expect(missed.map((cut) => [cut, due(cut)])).toEqual([]);
      },
    ),
    { numRuns: 500 },
  );
});

test('cuts come at least every 16 MiB, also through quotes that are given up', () => {
  const text = Buffer.from(`a,b\n1,"${'line\n'.repeat(6_000_000)}`);
  const prescan = new QuoteScan(delimiting);
  for (let at = 0; at < text.length; at += 1 << 20)
    prescan.chunk(text.subarray(at), Math.min(1 << 20, text.length - at), at);
  const cuts = prescan.finish();
  expect(cuts.map(({ context }) => context)).toEqual([undefined, ...cuts.slice(1).map(() => ({ pastHeader: true }))]);
  expect(Math.max(...cuts.slice(1).map(({ offset }, at) => offset - cuts[at].offset))).toBeLessThan(16 << 20);
});

test('what was written into cells is read from them', () => {
  const cell = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.array(fc.constantFrom('"', ',', '\n', 'x', ' ', 'ü'), { maxLength: 6 }).map((parts) => parts.join('')),
  );
  const clean = cell.map((text) => text.replaceAll('\r', ''));
  const write = (text: string): string =>
    /[",\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
  fc.assert(
    fc.property(fc.array(fc.record({ a: clean, b: clean, c: clean }), { minLength: 1, maxLength: 6 }), (rows) => {
      const format = csv.create({
        name: 'csv',
        dialect: { delimiter: ',', quotes: true, names: ['a', 'b', 'c'], header: true, numeric: [] },
      });
      const text = ['a,b,c', ...rows.map(({ a, b, c }) => [a, b, c].map(write).join(','))].join('\n');
      expect(fieldsOf(text, format)).toEqual(rows);
    }),
    { numRuns: 300 },
  );
});
