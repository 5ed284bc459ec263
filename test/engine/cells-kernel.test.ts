/** The kernel of CSV and TSV against the plain parser: the same segments, byte for byte, from the same bytes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvSamples, tsvSamples } from '../../src-main/formats/delimited-samples.ts';
import { generateBuffer } from '../generate/generate.mjs';
import { both, choiceFor, createRuns, entriesOf, plainShare } from './kernel-runs.ts';

const runs = createRuns();

const names = [
  'timestamp', 'time', 'level', 'message', 'status', 'bytes', 'duration_ms', 'path', 'method', 'client_ip', 'user', 'a', 'b c',
  'exception', 'n', 'host', 'url', '\u00e4', 'x_other', 'latency_s',
]; // prettier-ignore
const plain = [
  '', '', '2026-03-01T10:00:07.263Z', '2026-03-01 10:00:59', '03/04/2026 10:00:00', 'info', 'WARN', '200', '404', '0', '-0', '-5',
  '007', '1.5', '1.', '-', '1e3', '123456789012345', '1234567890123456', '12345678901234567890', '0.1', '-x', '/a/b?c=d', 'GET',
  '10.0.0.1:80', 'a b', ' ', '\u65e5\u672c', 'in"side', '\u0000', 'x'.repeat(15), 'x'.repeat(16), 'x'.repeat(40), 'a\rb', '\r',
]; // prettier-ignore
const quoted = [
  '""', '"a"', '"a,b;c|d\te"', '"a ""quoted"" b"', '""""', '"two\nlines"', '"two\r\nlines"', '"\n"', '"\r\n"', '"5"', '"007"',
  '"2026-03-01T10:00:07Z"', '"info"', '" "', `"${'long '.repeat(30)}"`, '"a\n\n\nb"', '"\u00e9"', '"x"y', '"open', '"a""', '"\r"',
  '"at\n\tat a.B.c(B.java:1)"',
]; // prettier-ignore

interface Case {
  readonly source: Buffer;
  readonly choice: Parameters<typeof both>[2];
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    columns: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 6 }),
    delimiter: fc.constantFrom(',', ';', '|', '\t'),
    quotes: fc.boolean(),
    header: fc.boolean(),
    numeric: fc.array(fc.boolean(), { maxLength: 6 }),
    order: fc.constantFrom('mdy', 'dmy'),
  })
  .chain(({ columns, delimiter, ...more }) => {
    const cell = fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom(...plain) },
      { weight: 4, arbitrary: fc.constantFrom(...quoted) },
      { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
    );
    const few = fc.array(cell, { minLength: columns.length, maxLength: columns.length });
    const record = fc.oneof({ weight: 12, arbitrary: few }, { weight: 1, arbitrary: fc.array(cell, { maxLength: 8 }) });
    return fc
      .tuple(fc.array(record, { maxLength: 30 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.boolean())
      .map(([records, end, hasEnd, isLatin]) => {
        const lines = [columns, ...records].map((cells) => cells.join(delimiter));
        return {
          source: Buffer.from(lines.join(end) + (hasEnd ? end : ''), isLatin ? 'latin1' : 'utf8'),
          choice: {
            name: delimiter === '\t' ? 'tsv' : 'csv',
            dialect: { ...more, delimiter, names: columns },
          },
        };
      });
  });

describe('the kernel of cells', () => {
  it('reads hostile records as the plain parser does, at every chunk size and cut', () => {
    fc.assert(
      fc.property(
        cases,
        fc.constantFrom(1, 7, 64, 1 << 20),
        fc.constantFrom(3, 65_536),
        fc.nat(),
        fc.constantFrom('utf-8', 'windows-1252'),
        ({ source, choice }, chunkBytes, segmentRecords, cut, encoding) => {
          const to = source.length === 0 ? 0 : cut % (source.length + 1);
          for (const part of [{}, { to }, { from: to }]) {
            const settings = { chunkBytes, segmentRecords, encoding, ...part };
            const [compiled, expected] = both(runs, source, choice, settings);
            expect(compiled).toEqual(expected);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reads the samples as the plain parser does, again and again', () => {
    for (const { text } of [...csvSamples, ...tsvSamples]) {
      const [header = '', ...records] = text.split('\n');
      const source = Buffer.from(`${header}\n${`${records.join('\n')}\n`.repeat(6)}`);
      const [compiled, expected] = both(runs, source, choiceFor(source, 'a.csv'), { chunkBytes: 1 << 20 });
      expect(compiled).toEqual(expected);
    }
  });

  it('leaves cells of more lines than a quote is followed for to the parser', () => {
    const cell = (lines: number): string => `1,"${'x\n'.repeat(lines)}",2\n`;
    const source = Buffer.from(`a,b,c\n${[3, 499, 500, 501, 999, 1_000, 1_001, 3].map(cell).join('1,2,3\n')}`);
    const choice = { name: 'csv', dialect: { delimiter: ',', quotes: true, header: true, names: ['a', 'b', 'c'] } };
    const [compiled, expected] = both(runs, source, choice, { chunkBytes: 1 << 20 });
    expect(compiled).toEqual(expected);
  });

  it('leaves the same entries in every dictionary, after all these passes', () => {
    expect(entriesOf(runs[0].dictionaries)).toEqual(entriesOf(runs[1].dictionaries));
  });

  it('takes nearly all records of a generated table', () => {
    for (const dialect of ['csv', 'tsv']) {
      const source = generateBuffer({ kind: 'csv', dialect, bytes: 1_000_000, seed: 3 });
      expect(plainShare(runs[0], source, choiceFor(source, 'a.csv'))).toBeLessThan(0.01);
    }
  });
});
