/** The kernel of records of several lines against the plain parser: the same segments, byte for byte. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allTemplates, headOf } from '../../src-main/formats/timestamped-dialect.ts';
import { timestampedSamples } from '../../src-main/formats/timestamped-samples.ts';
import { generateBuffer } from '../generate/generate.mjs';
import { both, choiceFor, createRuns, entriesOf, plainShare } from './kernel-runs.ts';
import { ofTraces } from './trace-lines.ts';

const runs = createRuns();

/** By kind of time, the commonest spellings and what only looks like one. */
const times = {
  iso: [
    '2026-03-01 10:00:00,123', '2026-03-01 10:00:59.5', '2026-03-01T10:00:07Z', '2026-03-01T10:01:07+01:00',
    '2026-03-01 10:00:07', '2026-03-01 10:00', '2026-03-01 10:00:07.1234567', '2026-03-01 10:00:08:123',
    '2026-03-01 10:00:08:12', '2026-03-01 10:00:60', '2026-03-01 10:00:61', '2026-03-01 10:00:7', '2026-02-31 10:00:00',
    '2026-03-29 02:30:00', '2026-03-01 10:00:07 UTC', '2026-03-01 10:00:07 +0100', '2026-03-01 10:00:07 PM',
    '2026-03-01 10:00:07.12345678901234', '2026-03-01 10:00:07.', '2026-03-01 10:00:07,x', '2026/03/01 10:00:07',
    '2026-03-01 10:00:07Z0', '2026-03-01 10:00:07\u00e4', '2026-03-01', '2026-13-01 10:00:00', '2026-03-01 10:00:07-1',
  ],
  basic: ['20260301T100007Z', '20260301-10:00:07:606', '260301 100007', '20260301 100060'],
  numeric: ['03/01/2026 10:00:07 PM', '01.03.2026 10:00:07', '17/06/09 20:10:40', '99/99/2026 10:00:07'],
  epoch: ['1795252871014', '1795252871.123', '1795252871', '17952528710'],
  clock: ['10:00:07.123', '10:00:07', '10:00', '25:00:00'],
  ctime: ['Sun Mar 01 10:00:07 CET 2026', 'Sun Mar 01 10:00:07 2026'],
  dated: ['01 Mar 2026 10:00:07', '01/Mar/2026:10:00:07 +0100', 'Sun, 01 Mar 2026 10:00:07 GMT'],
} as const; // prettier-ignore
type Kind = keyof typeof times;
const kindsOfTime: readonly Kind[] = ['iso', 'basic', 'numeric', 'epoch', 'clock', 'ctime', 'dated'];

const values: Readonly<Record<string, readonly string[]>> = {
  level: ['INFO', 'ERROR', 'WARN', 'error', 'Warning', 'TRACE', 'X', 'NOPE', 'I', 'ok', 'informational', 'INFO_', 'a'.repeat(17)],
  anyLevel: ['INFO', 'LOG', 'warning', 'NOTE', 'ab', 'x_1', ''],
  letter: ['I', 'E', 'D', 'D2', 'D9', 'Z', 'i', ''],
  phrase: ['Fatal error', 'Warning', 'Nothing'],
  any: ['main', 'a[0](b){c}', 'a[0]', 'a(b)', 'x'.repeat(520), '', ' ', ' a ', 'b ] c', '\u00e4', 'a{b}'],
  number: ['1', '0', '42', '123456789012345', '1234567890123456', '12a', ''],
  decimal: ['0.123', '12', '1.', '.5', '123456789012345.123456789012345', '1.2.3'],
  token: ['c.e.Main', 'main', 'a', 'a.b.', 'x'.repeat(513), ':', 'a:b', '-', 'a.B:', '\u00e9', 'a - b'],
  source: ['Main.java:12', 'a.go:1', 'main:1', 'x.y:'],
  class: ['com.example.Main', 'Main', '1.2', 'a.b,', 'a.b:'],
  rest: [
    'started', '', ' indented', 'a - b: c', 'a (x.y)', '{"exception":"[object] (A\\\\B(code: 0): no at /a.php:1)"}',
    'java.io.IOException: x', '\u65e5\u672c', '\u0000', 'tab\there', 'a\rb', 'x'.repeat(300), '/srv/a.rb:1:in \'f\': no (E)',
  ],
}; // prettier-ignore

const kindOf: Readonly<Record<string, string>> = {
  level: 'level',
  thread: 'any',
  pid: 'number',
  line: 'number',
  event_id: 'number',
  uptime: 'decimal',
  message: 'rest',
};

/** Mostly one of the first two, which fit. */
const from = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...texts.slice(0, 2)) },
    { weight: 1, arbitrary: fc.constantFrom(...texts) },
  );

/** A line that fits the template, or nearly. */
function lineOf(template: string, time: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const pieces = [...template.matchAll(/\{(\w+)(?::(\w+))?\}|\(|\)\?|\\.|./gs)];
  return fc
    .tuple(
      fc.boolean(),
      ...pieces.map(([text, name, kind]) => {
        if (name === 'time') return time;
        if (name !== undefined) return from(values[kind ?? kindOf[name] ?? 'token'] ?? []);
        if (text === ' ') return from([' ', ' ', '  ', '\t', '']);
        if (text === '~') return fc.constantFrom('', ' ');
        if (text === '\u23ce') return fc.constant('\n');
        return fc.constant(text.startsWith('\\') ? text.slice(1) : text);
      }),
    )
    .map(([hasOption, ...parts]) => {
      const line = parts.join('');
      return hasOption ? line.replaceAll(/\((?=[^()]*\)\?)|\)\?/g, '') : line.replaceAll(/\([^()]*\)\?/g, '');
    });
}

const continuation = fc.oneof(
  fc.constantFrom(
    '', '', '\r', '\r\r', '\tat a.B.c(B.java:1)', '    at f (/a.js:1:2)', '   at A.B() in C:\\a.cs:line 1', '\tat noon', ' at x',
    'java.io.IOException: gone', 'Caused by: java.lang.Error', 'Traceback (most recent call last):', 'KeyError: 1',
    '  File "a.py", line 1, in f', 'During handling of the above exception', '[stacktrace]', '#0 /a.php(1): f()',
    'Stack trace:', '#0 {main}', 'goroutine 1 [running]:', 'main.f(0x1)', "/srv/a.rb:1:in 'f'", "\tfrom /a.rb:1:in 'f'",
    'panic: x', '[', '[x', '2026-03-01 was a good day', '2026', '1', '  indented', 'text', 'ERROR: no', '\u00ff', '\u0001x',
    'x'.repeat(200), '2026-03-01 10:00:00,1,2', '10:00:00"', '[2026-03-01 10:00:07] x', '2026-03-01 10:00:07 x',
  ),
  fc.string({ maxLength: 12 }),
); // prettier-ignore

interface Case {
  readonly source: Buffer;
  readonly choice: Parameters<typeof both>[2];
}

const headed = allTemplates.filter(({ text }) => headOf(text) !== 'own');

/** Records of some templates, with lines that go on with them, in a dialect that knows some of the templates. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    kinds: fc.oneof(
      { weight: 3, arbitrary: fc.constant<Kind[]>(['iso']) },
      { weight: 1, arbitrary: fc.uniqueArray(fc.constantFrom(...kindsOfTime), { minLength: 1, maxLength: 2 }) },
    ),
    written: fc.uniqueArray(fc.constantFrom(...headed), { minLength: 1, maxLength: 3, selector: ({ name }) => name }),
    known: fc.subarray(headed, { maxLength: 3 }),
    levels: fc.constantFrom('upper', 'any'),
    spaced: fc.boolean(),
    order: fc.constantFrom('ymd', 'mdy', 'dmy'),
  })
  .chain(({ kinds, written, known, levels, spaced, order }) => {
    const time = fc.oneof(
      { weight: 2, arbitrary: fc.nat(59).map((second) => `2026-03-01 10:00:${String(second).padStart(2, '0')}.25`) },
      { weight: 3, arbitrary: fc.constantFrom(...kinds.flatMap((kind) => times[kind])) },
    );
    const record = fc
      .tuple(
        fc.oneof(...written.map(({ text }) => lineOf(text, time))),
        fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(continuation, { maxLength: 6 })),
      )
      .map(([line, more]) => [line, ...more]);
    const templates = [...new Set([...written, ...known].map(({ name }) => name))];
    const dialect = { times: kinds.map((kind) => ({ kind, spaced, order })), templates, levels };
    return fc
      .tuple(fc.array(record, { maxLength: 25 }), fc.constantFrom('\n', '\n', '\r\n'), fc.boolean(), fc.boolean())
      .map(([records, end, hasEnd, isLatin]) => ({
        source: Buffer.from(records.flat().join(end) + (hasEnd ? end : ''), isLatin ? 'latin1' : 'utf8'),
        choice: { name: 'timestamped', dialect },
      }));
  });

describe('the kernel of records', () => {
  it('reads hostile application logs as the plain parser does, at every chunk size and cut', () => {
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
            const [compiled, plain] = both(runs, source, choice, { chunkBytes, segmentRecords, encoding, ...part });
            expect(compiled).toEqual(plain);
          }
        },
      ),
      { numRuns: 600 },
    );
  });

  it('finds what the plain parser finds in traces, behind messages of all kinds', () => {
    const message = fc.constantFrom(
      'x', '', 'a.b.C: x', 'Error', ' IOException: y', 'Caused by: a.b.C', 'x (a.b)', 'x (a) ', 'x(a)', ' (a)', 'x ()', 'x ((a)', 'x (a b)', '(a)',
      'x {"exception":"[object] (A\\\\B(code: 0): no at /a.php:1)"}', '[object] (', '"[object] (A(code: x): y', '"[object] (A(code: 0): z (l)',
    ); // prettier-ignore
    const record = fc.tuple(
      message,
      fc.oneof(fc.constant([]), fc.constant(['']), fc.array(ofTraces, { minLength: 1, maxLength: 25 })),
      fc.constantFrom('\n', '\n', '\n', '\r\n'),
    );
    const layouts = fc.constantFrom(
      { begin: '2026-03-01 10:00:00.1 INFO ', templates: ['plain-level', 'plain'] },
      {
        begin: '[2026-03-01 10:00:00,1] INFO ',
        templates: ['log4j-bracketed', 'plain-bracketed-level', 'plain-bracketed'],
      },
      {
        begin: '[2026-03-01 10:00:00] prod.ERROR: ',
        templates: ['monolog', 'plain-bracketed-level', 'plain-bracketed'],
      },
    );
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 12 }), layouts, (records, { begin, templates }) => {
        const lines = records.map(([text, more, end]) => [`${begin}${text}`, ...more, ''].join(end));
        const source = Buffer.from(`${lines.join('')}${begin}end\n`);
        const dialect = { times: [{ kind: 'iso' }], templates, levels: 'upper' };
        const [compiled, plain] = both(runs, source, { name: 'timestamped', dialect }, { chunkBytes: 1 << 20 });
        expect(compiled).toEqual(plain);
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads times whose zone or half of the day follows, after others of the same minute', () => {
    const begun = '2026-03-01 10:00:';
    const ends = ['07 PM', '08 +0100', '08 UTC', '09Z', '09+01:00', '09x', '10 x', '11\u00e4', '12-1', '12 -1', '13'];
    const text = ends.map((end) => `${begun}01 a\n${begun}02.5 b\n${begun}${end} c\n`).join('');
    for (const spaced of [false, true]) {
      const dialect = { times: [{ kind: 'iso', spaced }], templates: ['plain'], levels: 'any' };
      const [compiled, plain] = both(
        runs,
        Buffer.from(text),
        { name: 'timestamped', dialect },
        { chunkBytes: 1 << 20 },
      );
      expect(compiled).toEqual(plain);
    }
  });

  it('reads the samples of all makers as the plain parser does, with the lines of others among them', () => {
    for (const { text } of timestampedSamples) {
      const lines = Array.from({ length: 9 }, (_, at) => (at % 4 === 3 ? `  and on\n\n${text}\r\n\r\n` : `${text}\n`));
      for (const source of [Buffer.from(lines.join('')), Buffer.from(lines.join('stray\n').replaceAll('\n', '\r\n'))]) {
        const [compiled, plain] = both(runs, source, choiceFor(source), { chunkBytes: 1 << 20 });
        expect(compiled).toEqual(plain);
      }
    }
  });

  it('leaves the same entries in every dictionary, after all these passes', () => {
    expect(entriesOf(runs[0].dictionaries)).toEqual(entriesOf(runs[1].dictionaries));
  });

  it('takes nearly all records, also of traces, of several layouts in a file and of a few lines', () => {
    const app = generateBuffer({ kind: 'app', bytes: 2_000_000, seed: 3 });
    expect(plainShare(runs[0], app, choiceFor(app))).toBeLessThan(0.001);
    const layouts = [
      '2026-03-01 10:00:00.1 INFO [main] a.B - x',
      '[2026-03-01 10:00:00.1] INFO y',
      '2026-03-01 10:00:00.1 z',
    ];
    const mixed = Buffer.from(Array.from({ length: 900 }, (_, at) => `${layouts[at % 3] ?? ''}\n`).join(''));
    expect(plainShare(runs[0], mixed, choiceFor(mixed))).toBeLessThan(0.01);
  });
});
