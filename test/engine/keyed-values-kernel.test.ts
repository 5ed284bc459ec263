/** Values that the kernel of JSON lines takes as they are written, and traces in them: the same segments, byte for byte. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { both, createRuns, entriesOf } from './kernel-runs.ts';
import { ofTraces } from './trace-lines.ts';

const runs = createRuns();

/** As JSON, with some characters as numbers or with escapes that they need not have. */
const written = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, fc.constantFrom('', '', '', 'u', '/')).map(([plain, escapes]) => {
    const json = JSON.stringify(plain);
    if (escapes === 'u') return json.replaceAll('a', String.raw`\u0061`);
    return escapes === '/' ? json.replaceAll('/', String.raw`\/`) : json;
  });

const trace = written(
  fc
    .tuple(fc.array(ofTraces, { minLength: 1, maxLength: 9 }), fc.constantFrom('\n', '\n', '\n', '\r\n'))
    .map(([lines, end]) => lines.join(end)),
);

const value = fc.oneof(
  fc.constantFrom(
    '[]', '{}', '[1,2]', '["a","b"]', '{"a":[]}', '["\u00e4"]', '"a\\nb"', String.raw`"\"\\\/\b\f\n\r\t"`, '"plain"', '""', '1', '1.5', 'true',
    'false', 'null', '9007199254740993123', '"\u00e4\\n"', String.raw`"\u00e4\n"`, String.raw`"\ud800\n"`, '"\u65e5\\t\u672c"',
    '[[[]]]', '12345678901234567890', '9007199254740991', '-9007199254740991', '9007199254740992', '-9007199254740993', '1000000000000000',
    '0.1234567890123456789', '12345678901234567e3', '1'.repeat(400), '1e400', '-0', '" \\t "', '"[]"', '"{}"',
  ),
  written(fc.string({ maxLength: 20, unit: 'binary' })),
); // prettier-ignore

describe('the kernel of written values', () => {
  it('gives them the codes that the plain code does', () => {
    const keys = ['a', 'b', 'c'];
    const record = fc
      .array(fc.tuple(fc.constantFrom(...keys), value), { maxLength: 3 })
      .map((members) => `{"n":1${members.map(([key, text]) => `,"${key}":${text}`).join('')}}`);
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 60 }),
        fc.constantFrom('utf-8', 'windows-1252'),
        fc.constantFrom(7, 65_536),
        (records, encoding, segmentRecords) => {
          const source = Buffer.from(`${records.join('\n')}\n`);
          const settings = { chunkBytes: 1 << 16, encoding, segmentRecords };
          const [compiled, plain] = both(runs, source, { name: 'json-lines', dialect: {} }, settings);
          expect(compiled).toEqual(plain);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('leaves long ones to the plain code, and gives a column of many up as that does', () => {
    const lengths = [16_000, 16_290, 16_310, 16_384, 16_385, 20_000];
    const texts = lengths.flatMap((length) => [`"${'x'.repeat(length)}\\n"`, `["${'y'.repeat(length)}"]`]);
    const rows = Array.from(
      { length: 40_000 },
      (_, at) => `{"a":"${at}\\n","b":[${at % 900}]${at % 40 === 0 ? ',"c":{}' : ''}}`,
    );
    for (const lines of [texts.map((text) => `{"a":${text}}`), rows]) {
      const source = Buffer.from(`${lines.join('\n')}\n`);
      const [compiled, plain] = both(runs, source, { name: 'json-lines', dialect: {} }, { chunkBytes: 1 << 20 });
      expect(compiled).toEqual(plain);
    }
  });

  it('reads traces as the plain parser does', () => {
    const keys = ['stack', 'exception', 'err.stack', 'error.stack_trace', 'stacktrace', 'exception_frame', 'exc_info'];
    const record = fc
      .array(fc.tuple(fc.constantFrom(...keys), trace), { minLength: 1, maxLength: 2 })
      .map((members) => `{"level":50,${members.map(([key, text]) => `"${key}":${text}`).join(',')}}`);
    fc.assert(
      fc.property(
        fc.array(record, { minLength: 1, maxLength: 40 }),
        fc.constantFrom('utf-8', 'windows-1252'),
        fc.constantFrom('pino', undefined),
        (records, encoding, maker) => {
          const source = Buffer.from(`${records.join('\n')}\n`);
          const choice = { name: 'json-lines', dialect: { maker } };
          const [compiled, plain] = both(runs, source, choice, { chunkBytes: 1 << 20, encoding });
          expect(compiled).toEqual(plain);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('tells texts apart whose bytes are those of another text in UTF-8', () => {
    const fresh = createRuns();
    const lines = Array.from({ length: 300 }, (_, at) => `{"n":1,"k":"${at % 3 === 0 ? '\u00e4' : '\u00c3\u00a4'}"}\n`);
    const source = Buffer.from(lines.join(''), 'latin1');
    const settings = { chunkBytes: 1 << 16, encoding: 'windows-1252' };
    const [compiled, plain] = both(fresh, source, { name: 'json-lines', dialect: {} }, settings);
    expect(compiled).toEqual(plain);
    const texts = fresh.map(({ dictionaries }) => entriesOf(dictionaries));
    const entries = [
      [0, '\u00e4', '\u00c3\u00a4'],
      [0, '\u00c3\u00a4', '\u00c3\u0083\u00c2\u00a4'],
    ];
    expect(texts).toEqual([{ k: entries }, { k: entries }]);
  });

  it('leaves the same entries in every dictionary, after all these passes', () => {
    expect(entriesOf(runs[0].dictionaries)).toEqual(entriesOf(runs[1].dictionaries));
  });
});
