/** W3C extended logs: directives that change, and cuts that know which ones are in force. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSample } from '../../../src-main/formats/detect.ts';
import type { CutPoint, Format } from '../../../src-main/formats/format.ts';
import { DirectiveScan } from '../../../src-main/formats/w3c-scan.ts';
import { w3c } from '../../../src-main/formats/w3c.ts';
import { fieldsOf, readRecords, testOptions } from './read-records.ts';

function formatOf(text: string): Format {
  const found = w3c.detect(createSample(new TextEncoder().encode(text), testOptions, ''));
  return w3c.create({ name: 'w3c', dialect: found?.dialect ?? {} });
}

test('columns are those of the last directive', () => {
  const text = [
    '#Fields: date time c-ip sc-status',
    '2026-03-01 10:00:00 192.0.2.7 200',
    '#Software: again',
    '#Fields: time sc-status cs-uri-stem x-new',
    '#Date: 2026-03-02 00:00:00',
    '11:00:00 404 /a 5',
    '',
    '2026-03-01 10:00:00 192.0.2.7 200',
    '#Fields: date time c-ip sc-status',
    '2026-03-03 10:00:00 192.0.2.7 -',
  ].join('\r\n');
  expect(readRecords(text, formatOf(text))).toEqual({
    records: [
      { time: '2026-03-01T10:00:00.000Z', client_ip: '192.0.2.7', status: 200, level: 'info' },
      { time: '2026-03-02T11:00:00.000Z', status: 404, level: 'warn', path: '/a', 'x-new': 5 },
      false,
      { time: '2026-03-03T10:00:00.000Z', client_ip: '192.0.2.7', level: 'info' },
    ].map((fields) => ({ raw: expect.any(String), fields })),
    blank: 1,
    headers: 5,
  });
});

test.each<readonly [string, string, string, object]>([
  ['plus and percent signs stay', 'cs-uri-stem cs-uri-query', '/a+b%20 ?c=d+e', { path: '/a+b%20', query: 'c=d+e' }],
  ['whole numbers are milliseconds', 'time-taken', '57', { duration: 57 }],
  ['a decimal point tells seconds', 'time-taken', '0.057', { duration: 57 }],
  ['what is no number stays text', 'time-taken s-port', 'x 007', { duration: 'x', 's-port': '007' }],
  [
    'a name that comes twice is numbered',
    'c-ip x c-ip',
    '192.0.2.7 - 192.0.2.8',
    { client_ip: '192.0.2.7', 'c-ip_3': '192.0.2.8' },
  ],
  ['a target is taken apart', 'cs-uri', '/a?b', { path: '/a', query: 'b' }],
  [
    'quotes of a browser are its own',
    'cs(User-Agent) sc-status',
    '"Mozilla/5.0+(X11)" 200',
    { user_agent: '"Mozilla/5.0+(X11)"', status: 200, level: 'info' },
  ],
  [
    'a separator at the end is none',
    'c-ip sc-status',
    '192.0.2.7 200 ',
    { client_ip: '192.0.2.7', status: 200, level: 'info' },
  ],
  ['no time without a date', 'time c-ip', '10:00:00 192.0.2.7', { client_ip: '192.0.2.7' }],
  ['a status that is none', 'sc-status c-ip', 'abc 192.0.2.7', {}],
])('%s', (_, fields, line, expected) => {
  const text = `#Fields: ${fields}\n${line}`;
  expect(fieldsOf(text, formatOf(text))).toEqual([Object.keys(expected).length === 0 ? false : expected]);
});

test('knows its fields before it meets them', () => {
  const format = formatOf('#Fields: date time c-ip x-own sc-status\n');
  expect(format.createParser(testOptions).fields.map(({ name }) => name)).toEqual([
    'time',
    'client_ip',
    'x-own',
    'level',
    'status',
  ]);
  expect(format.stackBy).toBe('status');
});

describe('cuts', () => {
  const line = '2026-03-01 10:00:00 192.0.2.7 200 /a#b\n';
  const other = '192.0.2.8 404\n';

  function scan(text: Buffer, chunkBytes: number): readonly CutPoint[] {
    const prescan = new DirectiveScan();
    const chunk = Buffer.alloc(chunkBytes);
    for (let at = 0; at < text.length; at += chunkBytes) {
      const length = text.copy(chunk, 0, at);
      prescan.chunk(chunk, length, at);
    }
    return prescan.finish();
  }

  test('records behind a cut read as they do from the front', () => {
    // Some 40 MB, with directives near the places where cuts are due.
    const block = Buffer.from(line.repeat(50_000));
    const parts: Buffer[] = [Buffer.from('#Fields: date time c-ip sc-status cs-uri-stem\n')];
    for (let at = 0; at < 20; at++) {
      parts.push(block);
      parts.push(Buffer.from(`#Fields: c-ip sc-status\n${other}#Fields: date time c-ip sc-status cs-uri-stem\n`));
    }
    const text = Buffer.concat(parts);
    const cuts = scan(text, 1 << 20);
    expect(cuts.length).toBeGreaterThan(3);
    expect(cuts[0]).toEqual({ offset: 0 });
    const format = formatOf(text.subarray(0, 4096).toString());
    for (const { offset, context } of cuts.slice(1)) {
      expect(text[offset - 1]).toBe(10);
      const end = text.indexOf(10, offset + 200);
      const read = readRecords(text.subarray(offset, end), format, testOptions, context);
      expect(read.records.every(({ fields }) => fields !== false)).toBe(true);
    }
  });

  test('are the same at any chunk size', () => {
    const text = Buffer.from(`#Fields: a\n#x\n\n1\n#Fields: b c#d\n${'2 3\n'.repeat(50)}`);
    for (const size of [1, 7, 64, 4096]) expect(scan(text, size)).toEqual([{ offset: 0 }]);
  });

  test('follow directives that chunks cut anywhere', () => {
    const long = Buffer.from(`${'y'.repeat(9 << 20)}\nz\n`);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('#Fields: a b\n', '#Fields: c\n', '# d\n', 'e #f\n', '\n'), { maxLength: 8 }),
        fc.integer({ min: 1, max: 9 }),
        (lines, chunkBytes) => {
          const head = Buffer.from(lines.join(''));
          const prescan = new DirectiveScan();
          for (let at = 0; at < head.length; at += chunkBytes)
            prescan.chunk(head.subarray(at), Math.min(chunkBytes, head.length - at), at);
          prescan.chunk(long, long.length, head.length);
          const fields = lines
            .findLast((text) => text.startsWith('#Fields: '))
            ?.slice(9)
            .trim();
          expect(prescan.finish().at(-1)).toEqual({
            offset: head.length + long.length - 2,
            context: fields === undefined ? {} : { fields },
          });
        },
      ),
      { numRuns: 60 },
    );
  });
});
