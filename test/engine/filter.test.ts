/** Filters on segments against the meaning of a filter for one record (src-shared/query/evaluate.ts), with and without kernels. */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { compileFilter, compilePredicate, type Predicate } from '../../src-shared/query/index.ts';
import { SegmentFilter } from '../../src-main/index/filter.ts';
import { generateBuffer } from '../generate/generate.mjs';
import { openLog, type OpenedLog } from './open-log.ts';

const zone = 'Europe/Berlin';

function logOf(kind: 'access' | 'json' | 'app', lines: number, seed: number): readonly OpenedLog[] {
  const bytes = generateBuffer({ kind, lines, seed, hostile: 0.05, paths: 300, clients: 150, longLineBytes: 3000 });
  return [true, false].map((withKernels) => openLog(bytes, { withKernels, segmentRecords: 700 }));
}

const logs = { access: logOf('access', 2500, 5), json: logOf('json', 2500, 6), app: logOf('app', 2500, 7) };
const opened = Object.values(logs).flat();
afterAll(() => {
  for (const log of opened) log.close();
});

const filters: Readonly<Record<keyof typeof logs, readonly string[]>> = {
  access: [
    'status >= 500',
    'status > 199.5',
    'status < 0',
    'status >= 0',
    'status = 404',
    'status = (200 or 404)',
    'not status = 200',
    'status : *',
    'bytes > 1000',
    'bytes >= 1000 and bytes < 2000',
    'bytes = 12345678901234567890',
    'path : "/api/*"',
    'path : "*DRAWER*"',
    'path : "*desk*9"',
    'path = "/"',
    'path : "/"',
    'path > "/i"',
    'path ~ /[a-m]-[0-9]+5/',
    'path : *',
    'query : *',
    'query : "*id=1*"',
    'client_ip : 10.0.0.0/8',
    'client_ip : 128.0.0.0/1',
    'method = "GET"',
    'method : get',
    'referrer : "*k*"',
    'referrer : *',
    'user_agent.browser = "Firefox"',
    'user_agent : "*bot*"',
    'referrer.site : *example*',
    'time >= 2026-03-01T12:00:00',
    'time < 1970-01-01',
    'time.hour >= 22',
    'time.weekday = 7',
    'level >= error',
    '_line > 700',
    '_offset < 10000',
    '_parsed = false',
    '_file : "a*"',
    '_raw : "drawer"',
    'drawer',
    '"HTTP/2"',
    '~ / (500|502|503) /',
    '~ /(desk|DRAWER|bot)/i',
    '~ /^[0-9.]+ - - .*(desk|drawer)/',
    '~ /" 5[0-9][0-9] /',
    '~ /page=\\d+ HTTP\\/2/',
  ],
  json: [
    'level >= error',
    'duration > 20',
    'duration >= 5 and duration < 5.5',
    'duration : *',
    'status >= 500',
    'logger : *',
    'message : "*e*"',
    'message : *',
    'path : "/api/*"',
    'request.id : *',
    'error',
  ],
  app: ['level >= warn', 'logger : "*.*"', 'message : "*order*"', 'exception : *', 'exception.class : *', 'thread : *'],
};

function bind(log: OpenedLog, filter: string): Predicate {
  const fields = Array.from(log.types, ([name, type]) => ({ name, type }));
  return compileFilter(filter, { fields, open: true, zone, now: Date.UTC(2026, 2, 2) }).predicate;
}

/** Rows by filtering segments, as numbers of records: by two filters in turn, as two threads do that share decisions. */
function filtered({ source, segments }: OpenedLog, predicate: Predicate): number[] {
  const threads = [new SegmentFilter(predicate, source), new SegmentFilter(predicate, source)];
  const decisions = Array.from({ length: 8 }, () => new Uint8Array(new SharedArrayBuffer(100_000)));
  for (const each of threads) each.share(decisions);
  return segments.flatMap((segment, at) => {
    const filter = threads[at % 2];
    const { bits, count } = filter.run(segment, () => undefined);
    const rows = Array.from({ length: bits.length * 32 }, (_, row) => row).filter(
      (row) => (bits[row >>> 5] & (1 << (row & 31))) !== 0,
    );
    expect(count).toBe(rows.length);
    return rows.map((row) => segment.firstRow + row);
  });
}

function expected(log: OpenedLog, predicate: Predicate): number[] {
  const fits = compilePredicate(predicate, log.access(zone));
  return log.records.filter(fits).map(({ segment, row }) => segment.firstRow + row);
}

describe.each(['access', 'json', 'app'] as const)('a filter on a log of kind %s', (kind) => {
  const predicates = filters[kind].map((text) => [text, bind(logs[kind][0], text)] as const);

  it.each(predicates)('%s keeps the records that it means', (_text, predicate) => {
    for (const log of logs[kind]) expect(filtered(log, predicate)).toEqual(expected(log, predicate));
  });

  it('keeps them in every combination', () => {
    const leaf = fc.constantFrom(...predicates.map(([, predicate]) => predicate));
    const tree = fc.letrec<{ node: Predicate }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        leaf,
        fc.record({ op: fc.constant('not' as const), term: tie('node') }),
        fc.record({
          op: fc.constantFrom('and' as const, 'or' as const),
          terms: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
        }),
      ),
    }));
    fc.assert(
      fc.property(tree.node, fc.boolean(), (predicate, withKernels) => {
        const log = logs[kind][withKernels ? 0 : 1];
        expect(filtered(log, predicate)).toEqual(expected(log, predicate));
      }),
      { numRuns: 60 },
    );
  });
});
