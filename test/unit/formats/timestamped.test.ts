/** Application logs as whole files: detection, continuation lines, hostile lines. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSample } from '../../../src-main/formats/detect.ts';
import type { Format, ParserOptions } from '../../../src-main/formats/format.ts';
import { allTemplates } from '../../../src-main/formats/timestamped-dialect.ts';
import { timestamped } from '../../../src-main/formats/timestamped.ts';
import { fieldsOf, readRecords, testOptions } from './read-records.ts';

function detect(text: string, options: Partial<ParserOptions> = {}) {
  return timestamped.detect(createSample(Buffer.from(text), { ...testOptions, ...options }, ''));
}

const formatOf = (text: string): Format => timestamped.create({ name: 'timestamped', dialect: detect(text)?.dialect });

const read = (text: string) => readRecords(text, formatOf(text));

describe('detection', () => {
  test('believes clocks among long traces when levels stand behind them', () => {
    const trace = Array.from({ length: 9 }, (_, at) => `\tat com.example.App.run(App.java:${at})`).join('\n');
    const records = ['10:00:00.123 [main] ERROR c.e.App - failed', '10:00:01.123 [http-1] WARN  c.e.Web - slow'];
    const text = records.map((line) => `${line}\njava.lang.Error: bad\n${trace}\n`).join('');
    expect(fieldsOf(text, formatOf(text))).toMatchObject([
      {
        clock: '10:00:00.123',
        level: 'error',
        logger: 'c.e.App',
        message: 'failed',
        exception: 'java.lang.Error: bad',
      },
      { clock: '10:00:01.123', level: 'warn', thread: 'http-1', message: 'slow' },
    ]);
    expect(detect(text.replaceAll(/ERROR|WARN/g, 'word'))).toBeUndefined();
  });

  test('finds the templates that a file mixes, and leaves the rest to plain ones', () => {
    const text = [
      '2026-03-01 10:00:00,123 INFO  [main] c.e.App - started',
      '2026-03-01 10:00:01,123 WARN  [http-1] c.e.Web - slow',
      '2026-03-01 10:00:02,123 INFO of another library',
      '2026-03-01 10:00:03,123 no level at all',
    ].join('\n');
    expect(detect(text)?.dialect).toEqual({
      times: [{ kind: 'iso' }],
      templates: ['logback-level-first', 'plain-level', 'plain'],
      levels: 'upper',
    });
    expect(fieldsOf(text, formatOf(text))).toEqual([
      { time: '2026-03-01T10:00:00.123Z', level: 'info', thread: 'main', logger: 'c.e.App', message: 'started' },
      { time: '2026-03-01T10:00:01.123Z', level: 'warn', thread: 'http-1', logger: 'c.e.Web', message: 'slow' },
      { time: '2026-03-01T10:00:02.123Z', level: 'info', message: 'of another library' },
      { time: '2026-03-01T10:00:03.123Z', message: 'no level at all' },
    ]);
  });

  test('reads files with two layouts of times, with and without brackets', () => {
    const text = [
      '2026-03-01 10:00:00,123 INFO one',
      '[2026-03-01 10:00:01,123] INFO two',
      '01-Mar-2026 10:00:02.123 INFO three',
    ].join('\n');
    expect(fieldsOf(text, formatOf(text)).map((fields) => fields && [fields['time'], fields['message']])).toEqual([
      ['2026-03-01T10:00:00.123Z', 'one'],
      ['2026-03-01T10:00:01.123Z', 'two'],
      ['2026-03-01T10:00:02.123Z', 'three'],
    ]);
  });

  test('takes small letters for levels only when most records have them', () => {
    const small = '2026-03-01 10:00:00 info one\n2026-03-01 10:00:00 error two\n';
    expect(fieldsOf(small, formatOf(small)).map((fields) => fields && fields['level'])).toEqual(['info', 'error']);
    const words =
      '2026-03-01 10:00:00 error in the message\n2026-03-01 10:00:00 the next\n2026-03-01 10:00:00 and more\n';
    expect(fieldsOf(words, formatOf(words))[0]).toEqual({
      time: '2026-03-01T10:00:00.000Z',
      message: 'error in the message',
    });
  });

  test.each([
    ['months first, as the 25th shows', '03/25/2026 10:00:00 x\n03/26/2026 10:00:00 x\n', '2026-03-25', '2026-06-01'],
    ['days first, as the 25th shows', '25/03/2026 10:00:00 x\n26/03/2026 10:00:00 x\n', '2026-03-25', '2026-06-01'],
    [
      'days first, as they are what changes',
      '01/03/2026 10:00:00 x\n02/03/2026 10:00:00 x\n03/03/2026 10:00:00 x\n',
      '2026-03-01',
      '2026-06-01',
    ],
    [
      'months first, as days are what changes',
      '03/01/2026 10:00:00 x\n03/02/2026 10:00:00 x\n03/03/2026 10:00:00 x\n',
      '2026-03-01',
      '2026-06-01',
    ],
    ['days first, as the file is of March', '03/02/2026 10:00:00 x\n', '2026-02-03', '2026-02-20'],
    ['years first', '17/06/09 20:10:40 x\n', '2017-06-09', '2026-06-01'],
  ])('tells the order of dates: %s', (_, text, expected, mtime) => {
    const options = { ...testOptions, mtimeMs: Date.parse(mtime) };
    const dialect = detect(text, options)?.dialect;
    const first = fieldsOf(text, timestamped.create({ name: 'timestamped', dialect }), options)[0];
    expect(first).toMatchObject({ time: expect.stringMatching(`^${expected}`) as string });
  });

  test.each([
    ['a table', '2026-03-01 10:00:00,INFO,x\n2026-03-01 10:00:00,WARN,y\n'],
    ['a text that quotes a time', `${'a line\n'.repeat(200)}2026-03-01 10:00:00 once\n`],
    ['a text with a dated line', `a line\n`.repeat(20) + 'Sun, 25 Mar 2007 12:11:57 -0500\n' + 'more\n'.repeat(20)],
    ['numbers', '123456 654321\n123457 654322\n'],
    ['words with colons', 'Note: one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n'],
    ['nothing', ''],
  ])('does not take %s for a log', (_, text) => {
    expect(detect(text)?.score ?? 0).toBeLessThan(0.3);
  });

  test('gives a low score when little is in records', () => {
    const text = `${'garbage\n'.repeat(90)}${'2026-03-01 10:00:00 INFO x\n'.repeat(10)}`;
    expect(detect(text)?.score).toBe(0.1);
  });
});

describe('records', () => {
  test('keeps lines before the first record, and blank lines within one', () => {
    const text = 'banner\n\n2026-03-01 10:00:00 INFO one\n\n  two\n\n2026-03-01 10:00:01 INFO three\n\n';
    expect(read(text)).toEqual({
      records: [
        { raw: 'banner', fields: false },
        {
          raw: '2026-03-01 10:00:00 INFO one\n\n  two\n',
          fields: { time: '2026-03-01T10:00:00.000Z', level: 'info', message: 'one\n\n  two' },
        },
        {
          raw: '2026-03-01 10:00:01 INFO three\n',
          fields: { time: '2026-03-01T10:00:01.000Z', level: 'info', message: 'three' },
        },
      ],
      blank: 1,
      headers: 0,
    });
  });

  test.each([
    '2026-03-01 was a good day',
    '2026-13-01 10:00:00 INFO no such month',
    '2026-03-01 1',
    '   2026-03-01 10:00:00 INFO indented',
    '"2026-03-01 10:00:00 INFO quoted"',
  ])('%j goes on with the record before it', (line) => {
    const text = `2026-03-01 10:00:00 INFO one\n${line}\n`;
    expect(fieldsOf(text, formatOf('2026-03-01 10:00:00 INFO x'))).toEqual([
      { time: '2026-03-01T10:00:00.000Z', level: 'info', message: `one\n${line}` },
    ]);
  });

  test('reads CRLF as LF, in messages and traces', () => {
    const text = [
      '2026-03-01 10:00:00 ERROR one\n\n  two\njava.io.IOException: x\n\tat a.B.c(B.java:1)\n\t... 1 more',
      '[2026-03-01 10:00:00] ERROR one\ntwo',
      'fail: App[0]\n      one\n        two\n      System.Exception: x\n         at A.B()',
    ];
    for (const record of text) {
      const format = formatOf(record);
      expect(fieldsOf(record.replaceAll('\n', '\r\n'), format)).toEqual(fieldsOf(record, format));
    }
  });

  test('keeps a lone carriage return, which ends no line', () => {
    const text = '2026-03-01 10:00:00 INFO a\rb\nc\rd\n';
    expect(fieldsOf(text, formatOf(text))).toEqual([
      { time: '2026-03-01T10:00:00.000Z', level: 'info', message: 'a\rb\nc\rd' },
    ]);
  });

  test('keeps spaces of the message: those behind the one that belongs to the header, and those at the end', () => {
    const text = '2026-03-01 10:00:00 INFO  [main] c.e.App -   two spaces  \n';
    expect(fieldsOf(text, formatOf(text))[0]).toMatchObject({ message: '  two spaces  ' });
  });

  test('reads messages in another encoding', () => {
    const bytes = Buffer.from([...Buffer.from('2026-03-01 10:00:00 INFO '), 0xc1, 0xa4, 10, 0xba, 0xb8, 13, 10, 0x61]);
    const format = formatOf('2026-03-01 10:00:00 INFO x');
    expect(fieldsOf(bytes, format, { ...testOptions, encoding: 'euc-kr' })).toEqual([
      { time: '2026-03-01T10:00:00.000Z', level: 'info', message: '정\n보\na' },
    ]);
  });

  test('reads the times of the zone that is told, over a change to summer time', () => {
    const text = '2026-03-29 01:59:59 INFO winter\n2026-03-29 03:00:00 INFO summer\n';
    const format = formatOf(text);
    expect(
      fieldsOf(text, format, { ...testOptions, zone: 'Europe/Berlin' }).map((fields) => fields && fields['time']),
    ).toEqual(['2026-03-29T00:59:59.000Z', '2026-03-29T01:00:00.000Z']);
  });
});

describe('hostile records', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '2026-03-01 10:00:00',
      '[2026-03-01 10:00:00,123]',
      'INFO',
      'E0301 10:00:00.123456',
      '[main]',
      '(',
      ')',
      '[',
      ']',
      ': ',
      ' - ',
      '|',
      '\n',
      '\r\n',
      '\tat a.B.c(B.java:1)',
      'Traceback (most recent call last):',
      'goroutine 1 [running]:',
      '[stacktrace]',
      'Stack trace:\n#0 x',
      '/a.rb:1:in x',
      'x.Y: z',
      ' ',
    ),
    fc.string({ maxLength: 5 }),
  );
  const text = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));

  test.each(['upper', 'any'])(
    'never throw and stay within themselves, whatever the template (levels: %s)',
    (levels) => {
      const formats = allTemplates.map(({ name }) =>
        timestamped.create({
          name: 'timestamped',
          dialect: { times: [{ kind: 'iso' }, { kind: 'monthDay' }], templates: [name], levels },
        }),
      );
      fc.assert(
        fc.property(text, (input) => {
          expect(() => formats.map((format) => readRecords(input, format))).not.toThrow();
        }),
        { numRuns: 60 },
      );
    },
  );

  test('lose no line: what is read is what was written', () => {
    const format = formatOf('2026-03-01 10:00:00 INFO x');
    fc.assert(
      fc.property(text, (input) => {
        const { records, blank } = readRecords(input, format);
        const expected = input.split(/\r?\n/).filter((line) => line !== '').length;
        const raws = records
          .map(({ raw }) => raw)
          .join('\n')
          .split('\n')
          .filter((line) => line !== '');
        expect(raws.length).toBe(expected);
        expect(blank).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });

  test('are not looked at beyond their end', () => {
    const format = formatOf('2026-03-01 10:00:00 INFO x');
    fc.assert(
      fc.property(text, text, (inside, outside) => {
        const alone = Buffer.from(inside);
        const around = Buffer.concat([Buffer.from(outside), alone, Buffer.from(outside)]);
        const start = Buffer.byteLength(outside);
        const newline = alone.indexOf(10);
        const firstEnd = newline < 0 ? alone.length : newline;
        const seen = [0, start].map((offset) => {
          const calls: unknown[] = [];
          const bytes = offset === 0 ? alone : around;
          const parser = format.createParser(testOptions);
          const kind = parser.classify(bytes, offset, offset + firstEnd, true);
          const fits = parser.parse(bytes, offset, offset + firstEnd, offset + alone.length, {
            number: (field, value) => calls.push([field, value]),
            span: (field, from, to) => calls.push([field, from - offset, to - offset]),
            value: (field, value) => calls.push([field, value]),
          });
          return { kind, fits, calls: fits ? calls : [] };
        });
        expect(seen[1]).toEqual(seen[0]);
      }),
      { numRuns: 1000 },
    );
  });
});
