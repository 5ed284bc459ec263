/** Logs with the colours of a terminal or the prefixes of containers: what is read is what stands there without them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseFormat, detectFormat, formatFor } from '../../../src-main/formats/index.ts';
import { createSample } from '../../../src-main/formats/detect.ts';
import { families } from '../../../src-main/formats/registry.ts';
import { wrappedFormat } from '../../../src-main/formats/wrapped.ts';
import { readRecords, testOptions, type ReadFields } from './read-records.ts';

const options = { ...testOptions, fileName: 'x.log', custom: [] };
const styled = { styled: true } as const;
const access = '192.0.2.7 - - [01/Mar/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "curl/8"';
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const coloured = [
  '\x1b[2m2026-03-01T10:00:00.123Z\x1b[0m \x1b[32m INFO\x1b[0m \x1b[1mapp::http\x1b[0m: started \x1b[3mport\x1b[0m=80',
  '\x1b[2m2026-03-01T10:00:01.123Z\x1b[0m \x1b[31mERROR\x1b[0m \x1b[1mapp::db\x1b[0m: lost é',
  '\x1b[2m2026-03-01T10:00:02.123Z\x1b[0m \x1b[38;5;214m WARN\x1b[0m \x1b[1mapp::db\x1b[0m: slow',
].join('\n');

test('a coloured log has the format that it has without colours', () => {
  const { choice } = detectFormat(bytesOf(coloured), options);
  expect(choice).toMatchObject({ name: 'timestamped', wrapping: styled });
  const { records } = readRecords(bytesOf(coloured), formatFor(choice), testOptions);
  expect(records.map(({ fields }) => fields)).toEqual([
    { time: '2026-03-01T10:00:00.123Z', level: 'info', logger: 'app::http', message: 'started port=80' },
    { time: '2026-03-01T10:00:01.123Z', level: 'error', logger: 'app::db', message: 'lost é' },
    { time: '2026-03-01T10:00:02.123Z', level: 'warn', logger: 'app::db', message: 'slow' },
  ]);
  expect(records[0].raw).toBe(coloured.slice(0, coloured.indexOf('\n')));
  expect(chooseFormat('timestamped', bytesOf(coloured), options).wrapping).toEqual(styled);
});

test.each([
  [
    'an application log',
    'I, [2026-03-01T10:00:00.5 #7]  INFO -- : \x1b[1m\x1b[36mUser Load\x1b[0m (0.1ms)\n',
    '\x1b[1m\x1b[36mUser Load\x1b[0m (0.1ms)',
  ],
  ['text', '\x1b[31mred\x1b[0m\n', '\x1b[31mred\x1b[0m'],
])('%s that is understood with its control sequences keeps them', (_, line, message) => {
  const text = line.repeat(3);
  const { choice } = detectFormat(bytesOf(text), options);
  expect(choice.wrapping).toBeUndefined();
  expect(readRecords(bytesOf(text), formatFor(choice), testOptions).records[0].fields).toMatchObject({ message });
});

test('a user agent with control sequences is shown as it was sent', () => {
  const text = `${access.replace('curl/8', 'x\x1b[2Jy')}\n`.repeat(3);
  const { choice } = detectFormat(bytesOf(text), options);
  expect(choice).toMatchObject({ name: 'access-log' });
  expect(choice.wrapping).toBeUndefined();
});

test.each([
  ['no sequence at all', '2026-03-01 10:00:00 INFO a\n'],
  ['an escape sign alone', '2026-03-01 10:00:00 INFO a\x1b\n'],
  ['a sequence that is cut', '2026-03-01 10:00:00 INFO a\x1b[3\n'],
  ['another kind of sequence', '2026-03-01 10:00:00 INFO a\x1b(B\n'],
])('%s is no style', (_, line) => {
  expect(detectFormat(bytesOf(line.repeat(3)), options).choice.wrapping).toBeUndefined();
});

test('a lone sequence is a record without text', () => {
  const format = wrappedFormat(formatFor({ name: 'text' }), styled);
  if (format === undefined) throw new Error('text has no prescan');
  const { records } = readRecords(bytesOf('a\n\x1b[0m\nb\n'), format, testOptions);
  expect(records.map(({ fields }) => fields)).toEqual([{ message: 'a' }, { message: '' }, { message: 'b' }]);
});

const read = (text: string): readonly (ReadFields | false)[] => {
  const { choice } = detectFormat(bytesOf(text), options);
  return readRecords(bytesOf(text), formatFor(choice), testOptions).records.map(({ fields }) => fields);
};
const wrappingOf = (text: string): unknown => detectFormat(bytesOf(text), options).choice.wrapping;

test('a record of many lines in the log of a container runtime is one record', () => {
  const prefix = '2026-03-01T10:00:05.123456789Z stdout F ';
  const lines = [
    '2026-03-01 10:00:00,100 ERROR [main] com.example.App - failed',
    'java.lang.IllegalStateException: bad',
    '\tat com.example.App.run(App.java:5)',
    '2026-03-01 10:00:01,100 INFO [main] com.example.App - done',
  ];
  expect(read(lines.map((line) => prefix + line).join('\n'))).toEqual([
    {
      time: '2026-03-01T10:00:00.100Z',
      level: 'error',
      thread: 'main',
      logger: 'com.example.App',
      message: 'failed',
      exception: 'java.lang.IllegalStateException: bad',
      exception_frame: 'com.example.App.run(App.java:5)',
      container_time: '2026-03-01T10:00:05.123456789Z',
      stream: 'stdout',
    },
    {
      time: '2026-03-01T10:00:01.100Z',
      level: 'info',
      thread: 'main',
      logger: 'com.example.App',
      message: 'done',
      container_time: '2026-03-01T10:00:05.123456789Z',
      stream: 'stdout',
    },
  ]);
});

test('text without a time has that of the runtime', () => {
  expect(read('2026-03-01T10:00:05.5Z stderr F panic: x\n2026-03-01T10:00:06.5Z stdout F on')).toEqual([
    { time: '2026-03-01T10:00:05.500Z', message: 'panic: x', stream: 'stderr' },
    { time: '2026-03-01T10:00:06.500Z', message: 'on', stream: 'stdout' },
  ]);
});

test('times without a year behind a prefix have the year that the file tells', () => {
  const text = ['I1231 23:59:59.5', 'W0101 00:00:00.5'].map(
    (time) => `2026-01-01T00:00:00Z stderr F ${time}  7 a.go:1] x\n`,
  );
  const { choice } = detectFormat(bytesOf(text.join('')), options);
  const format = formatFor(choice);
  const prescan = format.createPrescan?.(testOptions);
  prescan?.chunk(bytesOf(text.join('')), text.join('').length, 0);
  const context = prescan?.finish()[0].context;
  const { records } = readRecords(bytesOf(text.join('')), format, testOptions, context);
  expect(records.map(({ fields }) => fields)).toMatchObject([
    { time: '2025-12-31T23:59:59.500Z', level: 'info', file: 'a.go' },
    { time: '2026-01-01T00:00:00.500Z', level: 'warn' },
  ]);
});

test('a line of a container that is no access log is its message', () => {
  const lines = [access, access, 'worker process started', access, access];
  expect(read(lines.map((line) => `web-1  | ${line}`).join('\n')).slice(1, 3)).toMatchObject([
    { process: 'web-1', status: 200, path: '/a' },
    { process: 'web-1', message: 'worker process started' },
  ]);
});

test.each([
  ['a service and a time of its own', 'api-1  | 2026-03-01T10:00:00Z INFO app::http: on\n', { prefix: 'service' }],
  ['a service with a name of its own', 'db  | 2026-03-01 10:00:00.5 UTC [1] LOG:  ready\n', { prefix: 'service' }],
  ['a service and a time of the tool', `web-1  | 2026-03-01T10:00:00.5Z ${access}\n`, { prefix: 'compose' }],
  ['a service and text', 'web-1  | hello\n', { prefix: 'service' }],
  ['a pod', `[pod/web-5d9/nginx] ${access}\n`, { prefix: 'bracket' }],
  ['a time of the tool', `2026-03-01T10:00:00.5Z ${access}\n`, { prefix: 'time' }],
  ['colours around the prefix', `\x1b[36mweb-1  | \x1b[0m${access}\n`, { styled: true, prefix: 'service' }],
  ['JSON, which reads the prefix itself', 'web-1  | {"level":"info","msg":"x"}\n', undefined],
  ['levels in a table', 'INFO   | module:1 - on\nERROR  | module:2 - off\n', undefined],
  ['words in brackets', '[INFO] building\n[WARN] done\n', undefined],
  ['an application log', '2026-03-01T10:00:00Z INFO: on\n', undefined],
  ['an access log with a virtual host', `www.example.com ${access}\n`, undefined],
])('%s', (_, line, wrapping) => {
  expect(wrappingOf(line.repeat(4))).toEqual(wrapping);
});

/** As the text, with control sequences at some places. */
const styledText = (text: string): fc.Arbitrary<string> => {
  const characters = Array.from(text);
  return fc
    .array(fc.tuple(fc.nat(characters.length), fc.constantFrom('\x1b[0m', '\x1b[1;31m', '\x1b[K', '\x1b[?25l')), {
      minLength: 1,
      maxLength: 8,
    })
    .map((places) => {
      const before = new Map<number, string>();
      for (const [at, sequence] of places) before.set(at, (before.get(at) ?? '') + sequence);
      return [...characters, ''].map((character, at) => (before.get(at) ?? '') + character).join('');
    });
};

describe.each(families)('$name', (family) => {
  test('reads the same behind the prefix of a runtime', () => {
    const prefix = '2026-03-01T10:00:05Z stdout F ';
    for (const { text, fields, options: special } of family.samples) {
      if (fields === false || text === '') continue;
      const sampleOptions = { ...testOptions, ...special };
      const dialect = family.detect(createSample(bytesOf(text), sampleOptions, ''))?.dialect;
      const format = family.create({ name: family.name, ...(dialect === undefined ? {} : { dialect }) });
      const wrapped = wrappedFormat(format, { prefix: 'runtime' });
      if (wrapped === undefined) return;
      const own = {
        stream: 'stdout',
        ...('time' in fields ? { container_time: '2026-03-01T10:00:05Z' } : { time: '2026-03-01T10:00:05.000Z' }),
      };
      const changed = text
        .split('\n')
        .map((line) => prefix + line)
        .join('\n');
      const { records } = readRecords(bytesOf(changed), wrapped, sampleOptions);
      expect(records.map((record) => record.fields)).toEqual([{ ...fields, ...own }]);
    }
  });

  test('reads the same with control sequences anywhere', () => {
    for (const { text, fields, options: special } of family.samples) {
      if (fields === false || text === '' || text.includes('\x1b')) continue;
      const sampleOptions = { ...testOptions, ...special };
      const dialect = family.detect(createSample(bytesOf(text), sampleOptions, ''))?.dialect;
      const format = family.create({ name: family.name, ...(dialect === undefined ? {} : { dialect }) });
      const wrapped = wrappedFormat(format, styled);
      if (wrapped === undefined) return;
      const expected = readRecords(bytesOf(text), format, sampleOptions).records.map((record) => record.fields);
      fc.assert(
        fc.property(styledText(text), (changed) => {
          const { records } = readRecords(bytesOf(changed), wrapped, sampleOptions);
          expect(records.map((record) => record.fields)).toEqual(expected);
        }),
        { numRuns: 20 },
      );
    }
  });
});
