/** The kernel of logfmt against the plain parser: the same segments, byte for byte, from the same bytes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logfmtSamples } from '../../src-main/formats/logfmt-samples.ts';
import { makers } from '../../src-main/formats/well-known.ts';
import { generateBuffer } from '../generate/generate.mjs';
import { both, choiceFor, createRuns, entriesOf, plainShare } from './kernel-runs.ts';

const runs = createRuns();

const keys = [
  'time', 'ts', 't', 'level', 'lvl', 'msg', 'message', 'status', 'bytes', 'duration', 'duration_ms', 'took', 'method', 'path',
  'url', 'client_ip', 'remote_addr', 'pid', 'err', 'error', 'stack', 'exception', 'user', 'host', 'caller', 'a', 'a.b', '\u00e4',
  'k'.repeat(14), 'k'.repeat(15), 'k'.repeat(16), 'k'.repeat(40), '1x', '_x', '@x', '.x', '-x', '\ufeffa', '__proto__', 'x_other',
]; // prettier-ignore
const values = [
  'GET', '/a/b?c=d', 'info', 'WARN', '2026-03-01T10:00:07.123Z', '2026-03-01T10:00:59Z', '"2026-03-01 10:00:07"', '200', '0', '-0',
  '-5', '007', '1.5', '1.', '.5', '-', '1e3', '123456789012345', '1234567890123456', '9999999999999999', '12345678901234567',
  '123456789.1234567', '1.23456789012345', '0.1', '12.5ms', '3s', '"1m2s"', 'true', 'false', 'True', 'falsey', '"true"', '"5"',
  '""', '', '"a b"', '"a \\"quoted\\" b"', '"\\n\\t\\x41\\u00e9\\U0001f600"', '"a\\\\"', '"open', '"a"b', 'a"b', 'a=b', '=', '\\',
  '10.0.0.1', '10.0.0.1:80', '[::1]:80', '\u65e5\u672c', '\u0000', '{"a":1}', 'x'.repeat(15), 'x'.repeat(16), 'x'.repeat(17),
  `"${'long '.repeat(40)}"`, '"java.io.IOException: x\\n\\tat a.B.c(B.java:1)"', "'single'",
]; // prettier-ignore

const pair = fc
  .tuple(
    fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...keys) }, { weight: 1, arbitrary: fc.string({ maxLength: 6 }) }),
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...values) },
      { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
    ),
    fc.constantFrom('=', '=', '=', '=', '=', '', ' ='),
  )
  .map(([key, value, sign]) => (sign === '' ? key : `${key}${sign}${value}`));
const line = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .tuple(
        fc.constantFrom('', '', '', ' ', '\ufeff'),
        fc.array(pair, { minLength: 1, maxLength: 7 }),
        fc.constantFrom(' ', ' ', ' ', '  ', '\t', '\r'),
        fc.constantFrom('', '', ' ', '\r'),
      )
      .map(([start, pairs, between, end]) => start + pairs.join(between) + end),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...values), fc.constantFrom(...values), fc.constantFrom(...values))
      .map(([time, level, text]) => `time=${time} level=${level} msg=${text} status=200 path=/a`),
  },
  { weight: 1, arbitrary: fc.constantFrom('', ' ', 'text', '"quoted"', '=', 'a', 'a b c=d') },
);
const logs = fc
  .tuple(fc.array(line, { maxLength: 40 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.boolean())
  .map(([lines, end, hasEnd, isLatin]) =>
    Buffer.from(lines.join(end) + (hasEnd ? end : ''), isLatin ? 'latin1' : 'utf8'),
  );

describe('the kernel of logfmt', () => {
  it('reads hostile lines as the plain parser does, at every chunk size and cut', () => {
    fc.assert(
      fc.property(
        logs,
        fc.constantFrom(undefined, ...makers),
        fc.constantFrom(undefined, ['time', 'level', 'a']),
        fc.constantFrom(1, 7, 64, 1 << 20),
        fc.constantFrom(3, 65_536),
        fc.nat(),
        fc.constantFrom('utf-8', 'windows-1252'),
        (source, maker, named, chunkBytes, segmentRecords, cut, encoding) => {
          const dialect = { ...(maker === undefined ? {} : { maker }), ...(named === undefined ? {} : { named }) };
          const to = source.length === 0 ? 0 : cut % (source.length + 1);
          for (const part of [{}, { to }, { from: to }]) {
            const settings = { chunkBytes, segmentRecords, encoding, ...part };
            const [compiled, plain] = both(runs, source, { name: 'logfmt', dialect }, settings);
            expect(compiled).toEqual(plain);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('reads the samples of all makers as the plain parser does, again and again', () => {
    const texts = logfmtSamples.map(({ text }) => text);
    for (const source of [...texts.map((text) => `${text}\n`.repeat(5)), `${texts.join('\n')}\n`.repeat(3)]) {
      const bytes = Buffer.from(source);
      const [compiled, plain] = both(runs, bytes, choiceFor(bytes), { chunkBytes: 1 << 20 });
      expect(compiled).toEqual(plain);
    }
  });

  it('leaves the same entries in every dictionary, after all these passes', () => {
    expect(entriesOf(runs[0].dictionaries)).toEqual(entriesOf(runs[1].dictionaries));
  });

  it('takes nearly all lines of a generated log', () => {
    const source = generateBuffer({ kind: 'logfmt', bytes: 1_000_000, seed: 3 });
    expect(plainShare(runs[0], source, choiceFor(source))).toBeLessThan(0.01);
  });
});
