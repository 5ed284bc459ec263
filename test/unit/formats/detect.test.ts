/** Which format wins, and what a choice makes of it. */
import { describe, expect, test } from 'vitest';
import { builtInFormats, chooseFormat, detectFormat, formatFor } from '../../../src-main/formats/index.ts';
import { createSample } from '../../../src-main/formats/detect.ts';
import { families } from '../../../src-main/formats/registry.ts';
import { fieldsOf, testOptions } from './read-records.ts';

const options = { ...testOptions, fileName: 'x.log', custom: [] };
const detect = (text: string): string => detectFormat(new TextEncoder().encode(text), options).choice.name;
const access = '192.0.2.7 - - [01/Mar/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 5\n';

test.each(families.map(({ name, samples }) => [name, `${samples[0].text}\n`]))(
  '%s is detected in its first sample',
  (name, text) => {
    expect(detect(text)).toBe(name);
  },
);

describe('the sample', () => {
  test('is of whole lines, without their ends', () => {
    const bytes = new TextEncoder().encode('a\r\nb\n\n\rc\r\nd');
    const { lines } = createSample(bytes, options, '');
    expect(lines.map(({ start, end }) => Buffer.from(bytes.subarray(start, end)).toString())).toEqual([
      'a',
      'b',
      '',
      '\rc',
      'd',
    ]);
  });

  test('leaves out a line that the limit cuts, unless there is no other', () => {
    const long = new Uint8Array(300 << 10).fill(97);
    expect(createSample(long, options, '').lines).toEqual([{ start: 0, end: 256 << 10 }]);
    long[100] = 10;
    expect(createSample(long, options, '').lines).toEqual([{ start: 0, end: 100 }]);
  });
});

test.each([
  ['nothing', '', 'text'],
  ['empty lines', '\n\n\n', 'text'],
  ['prose', 'It was a dark night.\nThe server slept, and so did I.\n', 'text'],
  ['a log with a preamble', `Starting up\nwith options\n${access.repeat(8)}`, 'access-log'],
  ['a log that lost most of its lines to noise', `${'noise here\n'.repeat(9)}${access}`, 'text'],
  ['a log whose requests are JSON', access.replace('GET /', 'GET /?{a:1}').repeat(5), 'access-log'],
  ['one line without an end', access.trimEnd(), 'access-log'],
  [
    'times and levels in brackets',
    '[2026-03-01 10:00:00.1] [info] on\n[2026-03-01 10:00:01.1] [error] off\n',
    'timestamped',
  ],
  ['bytes', '\0\x01\x02\xff\n\x03\x04', 'text'],
])('%s', (_, text, name) => {
  expect(detect(text)).toBe(name);
});

test('broken lines do not make a specific format a general one', () => {
  const fields = '#Fields: date time c-ip cs-method cs-uri-stem sc-status\n';
  const line = '2026-03-01 10:00:00 192.0.2.7 GET / 200\n';
  const broken = '2026-03-01 10:00:00 192.0.2.7 GET\n';
  expect(detect(fields + (line.repeat(4) + broken).repeat(9))).toBe('w3c');
  const json = '{"time":"2026-03-01T10:00:00Z","msg":"a"}\n';
  const timed = '2026-03-01 10:00:00 INFO a line of another program\n';
  expect([detect((json.repeat(9) + timed).repeat(5)), detect((json + timed.repeat(9)).repeat(5))]).toEqual([
    'json-lines',
    'timestamped',
  ]);
});

describe('a format that the user names', () => {
  const sample = new TextEncoder().encode(access);

  test('gets the dialect of the sample', () => {
    const choice = chooseFormat('access-log', sample, options);
    expect(formatFor(choice).title).toBe('Common access log');
    expect(fieldsOf(access, formatFor(JSON.parse(JSON.stringify(choice))))).toEqual(
      fieldsOf(access, formatFor(choice)),
    );
  });

  test.each(builtInFormats.map(({ name }) => [name]))('%s can be forced on any text', (name) => {
    const choice = chooseFormat(name, new TextEncoder().encode('a, b\nc d\n'), options);
    expect(formatFor(choice).name).toBe(name);
    fieldsOf('a, b\nc d\n', formatFor(choice));
  });

  test('is refused when there is none, with the names there are', () => {
    expect(() => chooseFormat('acces', sample, options)).toThrow(/"acces".*access-log.*text/);
    expect(() => chooseFormat('./nowhere.json', sample, options)).toThrow('./nowhere.json cannot be read');
  });
});
