/** Compiled kernels against plain TypeScript: the same segments, byte for byte, from the same bytes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalBytes, hashBytes, hashText, textKeys, viewOfBytes } from '../../src-main/index/bytes-hash.ts';
import { ColumnDictionary } from '../../src-main/index/column-dictionary.ts';
import { Tag } from '../../src-main/index/dictionary.ts';
import { CellKind, RowTable } from '../../src-main/index/row-table.ts';
import { generateBuffer } from '../generate/generate.mjs';
import { both, buildMemory, choiceFor, createRuns, entriesOf } from './kernel-runs.ts';

const runs = createRuns();

const clients = [
  '1.2.3.4',
  '2001:db8::1',
  '[2001:db8::1]:80',
  '10.0.0.1:8080',
  '-',
  'host.name',
  'ä.example',
  ':1',
  '',
];
const times = [
  '01/Mar/2026:10:00:00 +0000',
  '01/Mar/2026:10:00:59 +0000',
  '01/Mar/2026:10:01:60 +0000',
  '01/Mar/2026:10:01:07 +0130',
  '01/Mar/2026:10:01:07',
  '01/Mar/2026:10:01:07.123 +0000',
  '31/Feb/2026:10:01:07 +0000',
  '-',
  'no time',
];
const requests = [
  'GET /a/b?c=d HTTP/1.1',
  'GET / HTTP/2',
  'GET /with space?and=?more HTTP/1.0',
  'POST /ü HTTP/1.1',
  'GET /\\"quoted\\" HTTP/1.1',
  'GET /back\\\\ HTTP/1.1',
  '\\x16\\x03\\x01',
  '-',
  '',
  'GET  HTTP/1.1',
  'get /x http/1.',
  'BAD REQUEST',
  'GET /x HTTP/1.1 ',
  'GET /x y HTTP/1.1',
  'GET /x',
];
const statuses = ['200', '404', '503', '-', '0', '1000', '99999999999999999999', 'x', '-1', '2.5'];
const sizes = ['0', '-', '123', '123456789012345', '1234567890123456', '12345678901234567890', '1.5', '-7', '-0', ''];
const texts = [
  '-',
  '',
  'https://example.com/',
  'Mozilla/5.0 (X11; Linux x86_64)',
  'x'.repeat(40),
  'a\\"b',
  '\\',
  'ÿ',
  'very '.repeat(4000),
  '日本語',
];

const accessLine = fc
  .tuple(
    fc.constantFrom(...clients),
    fc.constantFrom('-', 'ident', '- -'),
    fc.constantFrom('-', 'frank', 'a b', '- c'),
    fc.constantFrom(...times),
    fc.constantFrom(...requests),
    fc.constantFrom(...statuses),
    fc.constantFrom(...sizes),
    fc.oneof(fc.constantFrom(...texts), fc.string({ maxLength: 20 })),
    fc.oneof(fc.constantFrom(...texts), fc.string({ maxLength: 70 })),
    fc.constantFrom('', ' ', '\t ', ' extra'),
  )
  .map(
    ([client, ident, user, time, request, status, size, referrer, agent, end]) =>
      `${client} ${ident} ${user} [${time}] "${request}" ${status} ${size} "${referrer}" "${agent}"${end}`,
  );
const line = fc.oneof(
  { weight: 12, arbitrary: accessLine },
  fc.constantFrom('', ' ', '\r', 'odd', '"', '[', `1.2.3.4 - - [${times[0]}] "GET / HTTP/1.1" 200 1`),
);
const accessLogs = fc
  .tuple(fc.array(line, { maxLength: 60 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.boolean())
  .map(([lines, end, last, isLatin]) => Buffer.from(lines.join(end) + (last ? end : ''), isLatin ? 'latin1' : 'utf8'));

describe('kernels', () => {
  it('read access logs as the plain parser does, at every chunk size and cut', () => {
    fc.assert(
      fc.property(
        accessLogs,
        fc.constantFrom(1, 7, 64, 1 << 20),
        fc.constantFrom(3, 65_536),
        fc.nat(),
        fc.constantFrom('utf-8', 'windows-1252'),
        (source, chunkBytes, segmentRecords, cut, encoding) => {
          const choice = { name: 'access-log' };
          const to = source.length === 0 ? 0 : cut % (source.length + 1);
          for (const part of [{}, { to }, { from: to }]) {
            const [compiled, plain] = both(runs, source, choice, { chunkBytes, segmentRecords, encoding, ...part });
            expect(compiled).toEqual(plain);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it.each([
    '$remote_addr [$time_local] $msec "$request_uri" $status $request_time $host rt=$request_time "$http_x_forwarded_for" x',
    'log: $host $remote_user [$time_iso8601] "$request" <$args> $request_length $a "$uri"',
    '$http_x_forwarded_for | $request | $status | $pid | "$http_user_agent" | $other',
  ])('read the layout %s as the plain parser does', (nginx) => {
    const choice = { name: 'mine', custom: { name: 'mine', nginx } };
    const values = [...clients, ...times, ...requests, ...statuses, ...sizes, ...texts].slice(0, -2);
    const forwarded = ['1.2.3.4, 5.6.7.8', '10.0.0.1', '-', ''];
    const fitting: Readonly<Record<string, readonly string[]>> = {
      $remote_addr: clients,
      $time_local: times,
      $time_iso8601: ['2026-03-01T10:00:00+00:00', '2026-03-01T10:00:01.5Z', '-', 'no time'],
      $msec: ['1772359200.123', '1772359201', '-', 'x'],
      $request: requests,
      $request_uri: ['/a?b=c', '/', '?', '/a', `/${'x'.repeat(70)}?${'y'.repeat(70)}?`, '-'],
      $status: statuses,
      $host: [...clients, 'host:80', 'host:'],
      $http_x_forwarded_for: forwarded,
      $args: ['?a=b', 'a', '-', '', '?'],
    };
    const parts = nginx.split(/(\$\w+)/);
    const fits = fc.tuple(
      ...parts.map((part) => {
        if (!part.startsWith('$')) return fc.constant(part);
        const likely = fc.constantFrom(...(fitting[part] ?? sizes));
        return fc.oneof({ weight: 20, arbitrary: likely }, fc.constantFrom(...values));
      }),
    );
    const logs = fc.array(
      fits.map((pieces) => pieces.join('')),
      { maxLength: 150 },
    );
    const read = (pieces: readonly string[], chunkBytes: number): void => {
      const [compiled, plain] = both(runs, Buffer.from(pieces.join('\n')), choice, { chunkBytes });
      expect(compiled).toEqual(plain);
    };
    fc.assert(fc.property(logs, fc.constantFrom(7, 300, 1 << 20), read), { numRuns: 100 });
  });

  it('keep bounds and kinds of numbers as the plain code does, in runs and between absent ones', () => {
    const choice = { name: 'mine', custom: { name: 'mine', nginx: '$status $pid $request_time' } };
    const number = fc.constantFrom('0', '-0', '7', '0.5', '-3', '-', '123456789', '4294967296');
    const run = fc.tuple(number, number, fc.nat(40)).map(([a, b, count]) => `200 ${a} ${b}\n`.repeat(count));
    fc.assert(
      fc.property(fc.array(run, { maxLength: 8 }), (pieces) => {
        const source = Buffer.from(pieces.join(''));
        const [compiled, plain] = both(runs, source, choice, { chunkBytes: 1 << 20 });
        expect(compiled).toEqual(plain);
      }),
    );
  });

  it.each(['access', 'json', 'app', 'logfmt', 'syslog', 'w3c', 'csv'] as const)(
    'give the segments of the plain code for a generated %s log, also a hostile one',
    (kind) => {
      for (const hostile of [0, 0.3]) {
        const source = generateBuffer({ kind, bytes: 400_000, seed: 5, hostile });
        const choice = choiceFor(source, `${kind}.log`);
        for (const chunkBytes of [4096, 1 << 20]) {
          const [compiled, plain] = both(runs, source, choice, { chunkBytes });
          expect(compiled).toEqual(plain);
        }
      }
    },
  );

  it('go on without a kernel when a dictionary outgrows its memory', () => {
    const long = Array.from(
      { length: 1200 },
      (_, at) => `1.2.3.4 - - [${times[0]}] "GET /${at} HTTP/1.1" 200 1 "${`${at}`.repeat(3000)}" "x"\n`,
    );
    const source = Buffer.from(long.join(''));
    const [compiled, plain] = both(runs, source, { name: 'access-log' }, { chunkBytes: 1 << 20 });
    expect(compiled).toEqual(plain);
  });

  it('leave the same entries in every dictionary, after all these passes', () => {
    expect(entriesOf(runs[0].dictionaries)).toEqual(entriesOf(runs[1].dictionaries));
  });

  // The kernel looks texts up in another way where there are many.
  it.each([0, 3000])('hash and compare bytes as the plain code does, at odd alignments, beside %i texts', (others) => {
    const compiledRun = buildMemory(true);
    const plainRun = buildMemory(false);
    for (const run of [compiledRun, plainRun]) {
      const dictionary = new ColumnDictionary('a', 7, 'utf-8', run);
      for (let other = 0; other < others; other++) dictionary.addText(`text ${other}`, Tag.text);
    }
    const { kernels } = compiledRun;
    if (kernels === undefined) throw new Error('no kernels');
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string({ maxLength: 40 }),
            fc.string({ unit: 'binary', maxLength: 12 }),
            fc.nat(4000).map((other) => `text ${other}`),
            // Alike but for one byte, around the lengths at which one step more is taken.
            fc
              .tuple(fc.nat(150), fc.nat(150))
              .map(([length, place]) =>
                `${'a'.repeat(Math.min(place, length))}b${'a'.repeat(length)}`.slice(0, length),
              ),
          ),
          { minLength: 1, maxLength: 60 },
        ),
        fc.nat(31),
        (values, shift) => {
          kernels.reset();
          const table = new RowTable(kernels);
          table.ensure(1);
          const bytes = Buffer.from(values.join(''));
          kernels.chunk.fill(255, 0, shift + bytes.length + 64);
          bytes.copy(kernels.chunk, shift);
          let at = shift;
          values.forEach((value, row) => {
            table.row = row;
            table.span(0, at, (at += Buffer.byteLength(value)));
          });
          const compiled = new ColumnDictionary('a', 7, 'utf-8', compiledRun);
          const codesOf = (address: number): Uint32Array => new Uint32Array(kernels.buffer, address, table.capacity);
          const [codes, starts, lengths, ahead] = [0, 1, 2, 3].map(() => kernels.take(table.capacity * 16));
          const count = values.length;
          const targets = { codes, starts, lengths };
          const reached = compiled.append(table.columns[0], 0, count, table.recordStarts, targets, ahead);
          const plain = new ColumnDictionary('a', 7, 'utf-8', plainRun);
          const view = viewOfBytes(kernels.chunk);
          const { starts: from, ends: to, kinds } = table.columns[0];
          expect(kinds[0]).toBe(CellKind.span);
          const expected = values.map((_, row) => plain.addBytes(kernels.chunk, view, from[row], to[row]));
          for (let row = reached; row < count; row++) {
            codesOf(codes)[row] = compiled.addBytes(kernels.chunk, view, from[row], to[row]);
          }
          expect([...codesOf(codes).subarray(0, count)]).toEqual(expected);
          expect(compiled.ids).toEqual(plain.ids);
          expect(entriesOf(compiledRun.dictionaries)).toEqual(entriesOf(plainRun.dictionaries));
        },
      ),
    );
  });

  it('keep the plain hash within the bytes that it is given', () => {
    const bytes = Buffer.from('0123456789abcdefghij'.repeat(7));
    const keys = textKeys(9);
    const view = viewOfBytes(bytes);
    for (let length = 0; length <= bytes.length; length++) {
      const copy = Buffer.from(bytes.subarray(0, length));
      const alone = viewOfBytes(Uint8Array.from(copy));
      expect(hashBytes(alone, 0, length, 9)).toBe(hashBytes(view, 0, length, 9));
      expect(hashText(alone, 0, length, keys, 0)).toBe(hashText(view, 0, length, keys, 0));
      expect(equalBytes(view, 0, view, 0, length)).toBe(true);
    }
  });
});
