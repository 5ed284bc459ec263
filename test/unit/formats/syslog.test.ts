/** Years of syslog times, which have none, over chunks cut anywhere; hostile lines. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSample } from '../../../src-main/formats/detect.ts';
import type { Format, ParserOptions } from '../../../src-main/formats/format.ts';
import { syslog3164 } from '../../../src-main/formats/syslog-3164.ts';
import { syslog5424 } from '../../../src-main/formats/syslog-5424.ts';
import { timestamped } from '../../../src-main/formats/timestamped.ts';
import { fieldsOf, readRecords, testOptions, type ReadFields } from './read-records.ts';

const format = syslog3164.create({ name: 'syslog-3164' });

function cutsOf(bytes: Uint8Array, options: ParserOptions, chunkBytes: number, of: Format = format) {
  const prescan = of.createPrescan?.(options);
  if (prescan === undefined) throw new Error('no prescan');
  // One buffer for all chunks, as readers have it.
  const chunk = new Uint8Array(chunkBytes);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const piece = bytes.subarray(at, at + chunkBytes);
    chunk.set(piece);
    prescan.chunk(chunk, piece.length, at);
  }
  return prescan.finish();
}

/** A field that is a text. */
function textOf(fields: ReadFields | false, name: string): string {
  const value = fields === false ? undefined : fields[name];
  if (typeof value !== 'string') throw new Error(`${name} is no text`);
  return value;
}

/** The years of all records, each range read from its cut on as a worker does. */
function yearsOf(text: string, options: ParserOptions, of: Format = format): number[] {
  const bytes = Buffer.from(text);
  const cuts = cutsOf(bytes, options, 7, of);
  for (const chunkBytes of [1, 64, 1 << 20]) expect(cutsOf(bytes, options, chunkBytes, of)).toEqual(cuts);
  return cuts.flatMap(({ offset, context }, at) => {
    const range = bytes.subarray(offset, cuts[at + 1]?.offset);
    return readRecords(range, of, options, context).records.map(({ fields }) =>
      new Date(textOf(fields, 'time')).getUTCFullYear(),
    );
  });
}

const line = (day: string): string => `${day} 10:00:00 box app[1]: text\n`;
const lines = (...days: string[]): string => days.map(line).join('');

describe('years', () => {
  const mtime = (iso: string): ParserOptions => ({ ...testOptions, mtimeMs: Date.parse(iso) });

  test('are the latest that do not lie after the file', () => {
    expect(yearsOf(lines('Mar  1', 'Apr  1'), mtime('2026-06-01'))).toEqual([2026, 2026]);
    expect(yearsOf(lines('Mar  1', 'Apr  1'), mtime('2026-03-31T12:00:00Z'))).toEqual([2026, 2026]);
    expect(yearsOf(lines('Mar  1', 'Apr  1'), mtime('2026-03-30'))).toEqual([2025, 2025]);
  });

  test('change where the months begin anew', () => {
    expect(yearsOf(lines('Nov 30', 'Dec 31', 'Jan  1', 'Feb  1'), mtime('2026-02-02'))).toEqual([
      2025, 2025, 2026, 2026,
    ]);
  });

  test('reach back over several new years', () => {
    const months = ['Mar  1', 'Jun  1', 'Sep  1', 'Dec  1'];
    const text = lines(...months, ...months, ...months, 'Jan 15');
    expect(yearsOf(text, mtime('2026-01-20'))).toEqual([
      ...Array<number>(4).fill(2023),
      ...Array<number>(4).fill(2024),
      ...Array<number>(4).fill(2025),
      2026,
    ]);
  });

  test('leave stragglers of the old year in it', () => {
    expect(yearsOf(lines('Dec 31', 'Jan  1', 'Dec 31', 'Jan  1'), mtime('2026-02-02'))).toEqual([
      2025, 2026, 2025, 2026,
    ]);
  });

  test('stay the same when a file goes back a few months', () => {
    expect(yearsOf(lines('Mar  1', 'Jun  1', 'Apr  1', 'Jul  1'), mtime('2026-08-01'))).toEqual([
      2026, 2026, 2026, 2026,
    ]);
  });

  test('have February 29 only when they are leap years', () => {
    expect(yearsOf(lines('Feb 28', 'Feb 29', 'Mar  1'), mtime('2026-08-01'))).toEqual([2024, 2024, 2024]);
  });

  test('are counted from the one that the user gives', () => {
    expect(yearsOf(lines('Dec 31', 'Jan  1'), { ...mtime('2026-08-01'), year: 2019 })).toEqual([2019, 2020]);
  });

  test('do not depend on how long the file went on after a cut', () => {
    const busy = line('Dec 31').repeat(200_000) + line('Jan  1').repeat(200_000);
    const cuts = cutsOf(Buffer.from(busy), mtime('2026-02-01'), 1 << 20);
    expect(cuts.length).toBeGreaterThan(1);
    expect(Math.max(...cuts.map(({ offset }, at) => (cuts[at + 1]?.offset ?? busy.length) - offset))).toBeLessThan(
      16 << 20,
    );
    expect(cuts.at(-1)?.context).toEqual({ year: 2026, month: 1 });
  });

  test('a page reads a record as the index did', () => {
    const text = lines('Dec 30', 'Dec 31', 'Jan  1', 'Dec 31', 'Jan  2', 'Mar  1');
    const options = mtime('2026-04-01');
    const bytes = Buffer.from(text);
    const parser = format.createParser(options, { year: 2025, month: 12 });
    const size = line('Dec 30').length;
    const time = parser.fields.findIndex(({ name }) => name === 'time');
    const parse = (with_: typeof parser, at: number): number => {
      let found = Number.NaN;
      const row = {
        number: (field: number, value: number) => field === time && (found = value),
        span: () => undefined,
        value: () => undefined,
      };
      with_.parse(bytes, at * size, (at + 1) * size - 1, (at + 1) * size - 1, row);
      return found;
    };
    // Segments of two records each, as the index takes their contexts.
    for (let segment = 0; segment < 3; segment++) {
      const context = parser.context();
      const indexed = [parse(parser, segment * 2), parse(parser, segment * 2 + 1)];
      const page = format.createParser(options, context);
      expect([parse(page, segment * 2 + 1), parse(page, segment * 2)].toReversed()).toEqual(indexed);
    }
  });

  test('are found in application logs, too', () => {
    const text = 'I1231 23:59:59.123456 1 a.go:1] old\nI0101 00:00:01.123456 1 a.go:1] new\n';
    const detected = timestamped.detect(createSample(Buffer.from(text), testOptions, ''));
    const glog = timestamped.create({ name: 'timestamped', dialect: detected?.dialect });
    expect(yearsOf(text, mtime('2026-02-02'), glog)).toEqual([2025, 2026]);
  });
});

describe('records', () => {
  test('go on in indented lines; other lines that do not fit are raw text', () => {
    const text =
      ' before\nMar  1 10:00:00 box app: first\n\tindented\nno syslog\n\n  after\nMar  1 10:00:01 box app: last\r\n  \r\n';
    const { records, blank } = readRecords(text, format);
    expect(records.map(({ raw, fields }) => [raw, fields && fields['message']])).toEqual([
      [' before', false],
      ['Mar  1 10:00:00 box app: first\n\tindented', 'first\n\tindented'],
      ['no syslog', false],
      ['  after', false],
      ['Mar  1 10:00:01 box app: last\n  ', 'last\n  '],
    ]);
    expect(blank).toBe(1);
  });

  test.each([syslog3164, syslog5424])('of $name never throw and stay within the line', (family) => {
    const head = family === syslog3164 ? 'Mar  1 10:00:00 ' : '<34>1 2026-03-01T10:00:00Z ';
    const created = family.create({ name: family.name });
    const text = fc.string({ unit: fc.constantFrom(...Array.from('ab[]():<>- =\\"1\t')), maxLength: 40 });
    fc.assert(
      fc.property(text, fc.uint8Array({ maxLength: 20 }), fc.boolean(), (tail, bytes, isHeaded) => {
        const bytesOfLine = Buffer.concat([Buffer.from(isHeaded ? head + tail : tail), bytes]);
        expect(() => readRecords(bytesOfLine, created)).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });

  test('of RFC 5424 cut short are raw text, wherever they are cut', () => {
    const whole = '<34>1 2026-03-01T10:00:00Z host app 12 ID47 [a@1 x="1"]';
    const created = syslog5424.create({ name: 'syslog-5424' });
    for (let length = 1; length < whole.length; length++)
      expect(fieldsOf(whole.slice(0, length), created)).toEqual([false]);
    expect(fieldsOf(whole, created)).not.toEqual([false]);
  });
});

describe('detection', () => {
  const detect = (text: string) => syslog3164.detect(createSample(Buffer.from(text), testOptions, ''));

  test('takes ISO times only with programs and their pids behind them', () => {
    expect(detect('2026-03-01T10:00:00Z web-1 sshd[12]: text\n')).toEqual({ score: 1, dialect: { time: 'iso' } });
    expect(detect('2026-03-01T10:00:00Z INFO worker[3]: text\n')).toBeUndefined();
    expect(detect('2026-03-01T10:00:00Z something happened: text\n')).toBeUndefined();
  });

  test('does not take an application log for syslog', () => {
    expect(detect('Mar  1 10:00:00 INFO app: text\nMar  1 10:00:01 WARN app: text\n')).toBeUndefined();
  });
});
