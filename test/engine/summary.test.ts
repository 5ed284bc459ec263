/** Panels against a naive computation over the same lines. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createEngine, type Engine } from '../../src-main/engine/index.ts';
import type { PanelSummary, SummaryDimension, SummaryPanelRequest, ViewId } from '../../src-shared/protocol.ts';

const never = new AbortController().signal;
let folder: string;
let engine: Engine;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'taillight-summary-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => engine.close());

interface Request {
  readonly client: string;
  readonly time: number;
  readonly path: string;
  readonly query: string | undefined;
  readonly status: number;
  readonly bytes: number;
  readonly referrer: string | undefined;
  readonly agent: string;
  readonly level: number;
}

const start = Date.UTC(2026, 2, 28, 20);
const agents = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'curl/8.5.0',
];

const requests: readonly Request[] = Array.from({ length: 3000 }, (_, n) => ({
  client: `10.0.${n % 3}.${(n * 7) % 90}`,
  time: start + n * 17_000,
  path: n % 4 === 0 ? `/static/app${n % 6}.css` : `/page/${(n * n) % 37}`,
  query: n % 5 === 0 ? `id=${n % 211}` : undefined,
  status: n % 13 === 0 ? 404 : n % 29 === 0 ? 503 : 200,
  bytes: (n * 31) % 5000,
  referrer:
    n % 3 === 0
      ? `https://site${n % 4}.example/a?b=${n % 50}`
      : n % 31 === 0
        ? 'https://www.google.com/search?q=tail+light'
        : undefined,
  agent: agents[n % agents.length] ?? '',
  level: 0,
}));

const months = ['Jan', 'Feb', 'Mar', 'Apr'];
const two = (value: number): string => String(value).padStart(2, '0');
const lineOf = ({ client, time, path, query, status, bytes, referrer = '-', agent }: Request): string => {
  const at = new Date(time);
  const clock = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
  const date = `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  const target = query === undefined ? path : `${path}?${query}`;
  return `${client} - - [${date}:${clock} +0000] "GET ${target} HTTP/1.1" ${status} ${bytes} "${referrer}" "${agent}"\n`;
};

/** Berlin goes to summer time in these hours. */
const zone = 'Europe/Berlin';
const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
const dayOf = ({ time }: Request): string => clock.format(time).slice(0, 10);
const hourOf = ({ time }: Request): number => Number(clock.format(time).slice(11, 13));
const visitorOf = (request: Request): string => `${request.client} ${request.agent} ${dayOf(request)}`;

async function open(
  segmentRecords = 512,
  among = requests,
): Promise<{ readonly view: (filter: string) => Promise<ViewId> }> {
  const path = join(folder, 'access.log');
  writeFileSync(path, among.map(lineOf).join(''));
  engine = createEngine({ workers: 2, spoolFolder: folder, segmentRecords });
  const opened = await engine.handlers.open({ path, options: { timezone: 'UTC' } }, never);
  await engine.whenIndexed(opened.id);
  return {
    view: async (filter) => {
      const view = await engine.handlers.createView({ source: opened.id, query: { filter, zone } }, never);
      await engine.whenSettled(view.id);
      return view.id;
    },
  };
}

async function ask(view: ViewId, ...panels: SummaryPanelRequest[]): Promise<readonly PanelSummary[]> {
  return (await engine.handlers.summary({ view, panels }, never)).panels;
}

const values = (dimension: SummaryDimension, limit = 1000): SummaryPanelRequest => ({
  kind: 'values',
  dimension,
  limit,
});

function groupBy<T, K>(among: readonly T[], keyOf: (each: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const each of among) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return groups;
}

/** Value, records, bytes, errors and visitors, as the panel should have them. */
function naive(among: readonly Request[], keyOf: (request: Request) => string | number | undefined): unknown {
  const groups = groupBy(among, keyOf);
  groups.delete(undefined);
  return [...groups]
    .map(([value, found]) => ({
      value,
      count: found.length,
      bytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
      errors: found.filter(({ status }) => status >= 400).length,
      visitors: {
        count: new Set(found.filter(({ status }) => status < 400 || status >= 500).map(visitorOf)).size,
        exact: true,
      },
    }))
    .toSorted((a, b) => b.count - a.count || compare(a.value, b.value));
}

const compare = (a: unknown, b: unknown): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1;

const isStatic = ({ path }: Request): boolean => path.endsWith('.css');
const siteOf = (request: Request): string | undefined => request.referrer?.split('/')[2];

describe('panels of values', () => {
  const cases: readonly (readonly [
    string,
    SummaryDimension,
    (request: Request) => string | number | undefined,
    (request: Request) => boolean,
  ])[] = [
    ['clients', { field: 'client_ip' }, ({ client }) => client, () => true],
    ['status codes', { field: 'status' }, ({ status }) => status, () => true],
    ['pages', { field: 'path', where: 'file' }, ({ path }) => path, (each) => each.status !== 404 && !isStatic(each)],
    [
      'static files',
      { field: 'path', where: 'static' },
      ({ path }) => path,
      (each) => each.status !== 404 && isStatic(each),
    ],
    ['files not found', { field: 'path', where: 'missing' }, ({ path }) => path, ({ status }) => status === 404],
    [
      'pages with their query',
      { field: 'path', where: 'missing', withQuery: true },
      ({ path, query }) => (query === undefined ? path : `${path}?${query}`),
      ({ status }) => status === 404,
    ],
    [
      'sites of static files',
      { field: 'referrer.site', where: 'static' },
      siteOf,
      (each) => each.status !== 404 && isStatic(each),
    ],
    ['hours of files not found', { field: 'time.hour', where: 'missing' }, hourOf, ({ status }) => status === 404],
    ['referrers', { field: 'referrer' }, ({ referrer }) => referrer, () => true],
    ['referring sites', { field: 'referrer.site' }, siteOf, () => true],
    ['hours', { field: 'time.hour' }, hourOf, () => true],
    [
      'keyphrases',
      { field: 'referrer.keyphrase' },
      ({ referrer }) => (referrer?.includes('google') === true ? 'tail light' : undefined),
      () => true,
    ],
  ];

  it.each(cases)('count %s as a naive computation does', async (_name, dimension, keyOf, isWanted) => {
    for (const segmentRecords of [64, 65_536]) {
      const { view } = await open(segmentRecords);
      const [panel] = await ask(await view(''), values(dimension));
      if (panel?.kind !== 'values') throw new Error('a panel of values');
      expect(panel.values).toEqual(naive(requests.filter(isWanted), keyOf));
      expect([panel.other, panel.distinct, panel.exact]).toEqual([0, panel.values.length, true]);
      const [filtered] = await ask(await view('bytes >= 2500'), values(dimension));
      if (filtered?.kind !== 'values') throw new Error('a panel of values');
      expect(filtered.values).toEqual(
        naive(
          requests.filter((each) => each.bytes >= 2500 && isWanted(each)),
          keyOf,
        ),
      );
      await engine.close();
    }
  });

  it('can be asked for as a filter that finds exactly the records they count', async () => {
    const { view } = await open();
    const all = await view('');
    const fields = [
      'user_agent.browser',
      'user_agent.system',
      'user_agent.kind',
      'referrer.site',
      'referrer.keyphrase',
      'time.hour',
      'time.weekday',
    ];
    for (const field of fields) {
      const [panel] = await ask(all, values({ field }));
      if (panel?.kind !== 'values') throw new Error('a panel of values');
      expect(panel.values.length, field).toBeGreaterThan(0);
      for (const { value, count } of panel.values) {
        const filter = typeof value === 'number' ? `${field} = ${value}` : `${field} = "${value as string}"`;
        const found = await engine.whenSettled(await view(filter));
        expect(found.rows, filter).toBe(count);
      }
      expect((await engine.whenSettled(await view(`not ${field} : *`))).rows, field).toBe(panel.absent.count);
    }
  });
});

describe('panels over time', () => {
  it.each([
    ['known by their ids', requests],
    // A segment with a text that is too long for a dictionary has spans.
    [
      'partly spans of the file',
      requests.map((each, n) => (n % 1000 < 5 ? { ...each, client: `host-${n % 90}.${'x'.repeat(17_000)}` } : each)),
    ],
  ])('count records, bytes, clients and classes of each bucket, clients %s', async (_name, among) => {
    const { view } = await open(256, among);
    const whole = await view('');
    const [series, heat, days, totals] = await ask(
      whole,
      { kind: 'series', buckets: 40, stackBy: 'status' },
      { kind: 'heat' },
      { kind: 'days' },
      { kind: 'totals' },
    );
    if (series?.kind !== 'series' || heat?.kind !== 'heat' || days?.kind !== 'days' || totals?.kind !== 'totals')
      throw new Error('in the order asked for');
    const within = (at: number): readonly Request[] =>
      among.filter(({ time }) => time >= (series.edges[at] ?? 0) && time < (series.edges[at + 1] ?? 0));
    expect(series.counts).toEqual(series.counts.map((_, at) => within(at).length));
    expect(series.bytes).toEqual(series.counts.map((_, at) => within(at).reduce((sum, { bytes }) => sum + bytes, 0)));
    expect(series.clients).toEqual(series.counts.map((_, at) => new Set(within(at).map(({ client }) => client)).size));
    expect(series.classes.map(({ bytes }) => bytes)).toEqual(
      [200, 404, 503].map((wanted) =>
        series.counts.map((_, at) =>
          within(at).reduce((sum, { status, bytes }) => sum + (status === wanted ? bytes : 0), 0),
        ),
      ),
    );
    expect(series.classes.map(({ clients }) => clients)).toEqual(
      [200, 404, 503].map((wanted) =>
        series.counts.map(
          (_, at) => new Set(within(at).flatMap(({ status, client }) => (status === wanted ? client : []))).size,
        ),
      ),
    );
    expect(series.clientsExact).toBe(true);
    expect(series.requests).toEqual(series.counts);
    expect(series.classes.map(({ requests: ofClass }) => ofClass)).toEqual(series.classes.map(({ counts }) => counts));
    expect(Object.fromEntries(series.classes.map(({ key, counts }) => [key, counts]))).toEqual({
      '2xx': series.counts.map((_, at) => within(at).filter(({ status }) => status === 200).length),
      '4xx': series.counts.map((_, at) => within(at).filter(({ status }) => status === 404).length),
      '5xx': series.counts.map((_, at) => within(at).filter(({ status }) => status === 503).length),
    });
    const weekdays = new Intl.DateTimeFormat('en', { timeZone: zone, weekday: 'short' });
    const names = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
    expect(heat.counts).toEqual(
      heat.counts.map(
        (_, at) =>
          among.filter(
            (each) => hourOf(each) === at % 24 && names.indexOf(weekdays.format(each.time)) === Math.floor(at / 24),
          ).length,
      ),
    );
    expect(days.days.map(({ from, count, visitors }) => [clock.format(from), count, visitors.count])).toEqual(
      [...groupBy(among, dayOf)].map(([day, found]) => [
        `${day} 00:00:00`,
        found.length,
        new Set(found.filter(({ status }) => status !== 404).map(visitorOf)).size,
      ]),
    );
    expect(totals).toEqual({
      kind: 'totals',
      records: among.length,
      bytes: among.reduce((sum, { bytes }) => sum + bytes, 0),
      errors: among.filter(({ status }) => status >= 400).length,
      clientErrors: among.filter(({ status }) => status === 404).length,
      serverErrors: among.filter(({ status }) => status === 503).length,
      clients: { count: new Set(among.map(({ client }) => client)).size, exact: true },
      visitors: { count: new Set(among.filter(({ status }) => status !== 404).map(visitorOf)).size, exact: true },
    });
  });

  it('tell percentiles within one percent, and count durations in buckets that can be asked for', async () => {
    const path = join(folder, 'durations.jsonl');
    const durations = Array.from(
      { length: 2000 },
      (_, n) => Math.round(1.5 ** (n % 29) * (1 + (n % 7) / 10) * 1000) / 1000,
    );
    const lines = durations.map((ms, n) =>
      JSON.stringify({ time: new Date(start + n * 1000).toISOString(), level: 'info', msg: 'done', duration_ms: ms }),
    );
    writeFileSync(path, `${lines.join('\n')}\n`);
    engine = createEngine({ workers: 2, spoolFolder: folder, segmentRecords: 256 });
    const opened = await engine.handlers.open({ path, options: { timezone: 'UTC' } }, never);
    await engine.whenIndexed(opened.id);
    const view = await engine.handlers.createView({ source: opened.id, query: { filter: '', zone } }, never);
    await engine.whenSettled(view.id);
    const [totals, latency] = await ask(view.id, { kind: 'totals' }, { kind: 'latency' });
    if (totals?.kind !== 'totals' || latency?.kind !== 'latency') throw new Error('in the order asked for');
    const sorted = durations.toSorted((a, b) => a - b);
    const { duration } = totals;
    expect([duration?.count, duration?.min, duration?.max]).toEqual([2000, sorted[0], sorted.at(-1)]);
    for (const [share, told] of [
      [0.5, duration?.p50],
      [0.9, duration?.p90],
      [0.95, duration?.p95],
      [0.99, duration?.p99],
    ] as const) {
      const exact = sorted[Math.ceil(share * 2000) - 1] ?? 0;
      expect(Math.abs((told ?? 0) - exact) / exact, String(share)).toBeLessThanOrEqual(0.0101);
    }
    expect(latency.counts).toEqual(
      latency.counts.map(
        (_, at) => durations.filter((ms) => ms >= (latency.edges[at] ?? 0) && ms < (latency.edges[at + 1] ?? 0)).length,
      ),
    );
  });

  it('stop when nobody waits for them any more', async () => {
    const { view } = await open(64);
    const all = await view('');
    const abort = new AbortController();
    const asked = engine.handlers.summary({ view: all, panels: [values({ field: 'path' })] }, abort.signal);
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('records of mixed kinds', () => {
  it.each([16, 65_536])('counts errors alike in segments of %d records', async (segmentRecords) => {
    const kinds = [
      { status: 500 },
      { status: 'n/a', level: 'error' },
      { status: 404, level: 'info' },
      { level: 'error' },
      { level: 'info' },
      { status: 200, level: 'error' },
      { status: 4_000_000_000 },
      { msg: 'nothing' },
    ];
    const mixed = Array.from({ length: 400 }, (_, n) => kinds[(n * n + (n >> 5)) % kinds.length]);
    const path = join(folder, 'mixed.jsonl');
    writeFileSync(path, mixed.map((record) => JSON.stringify({ msg: 'm', ...record })).join('\n'));
    engine = createEngine({ workers: 2, spoolFolder: folder, segmentRecords });
    const { id: source } = await engine.handlers.open({ path, options: { timezone: 'UTC' } }, never);
    await engine.whenIndexed(source);
    const { id } = await engine.handlers.createView({ source, query: { filter: '', zone: 'UTC' } }, never);
    const [totals] = await ask(id, { kind: 'totals' });
    if (totals?.kind !== 'totals') throw new Error('totals were asked for');
    const isError = ({ status, level }: { status?: number | string; level?: string }): boolean =>
      typeof status === 'number' ? status >= 400 && status < 600 : level === 'error';
    expect(totals.errors).toBe(mixed.filter(isError).length);
  });
});

describe('a moving window', () => {
  it.each([1000, 60_000, 7 * 3_600_000, 10 ** 12])(
    'sums up the records of the last %d ms before the newest',
    async (lastMs) => {
      const { view } = await open();
      const newest = Math.max(...requests.map(({ time }) => time));
      const isInside = ({ time, status }: Request): boolean => status < 500 && time > newest - lastMs;
      const inside = requests.filter(isInside);
      const id = await view('status < 500');
      const { panels, records } = await engine.handlers.summary(
        { view: id, panels: [{ kind: 'totals' }], lastMs },
        never,
      );
      const [totals] = panels;
      expect([records, totals.kind === 'totals' && totals.bytes]).toEqual([
        inside.length,
        inside.reduce((sum, { bytes }) => sum + bytes, 0),
      ]);
      const { counts, edges, ...found } = await engine.handlers.histogram({ view: id, buckets: 60, lastMs }, never);
      expect([found.records, found.outside, counts.reduce((sum, count) => sum + count, 0)]).toEqual([
        inside.length,
        0,
        inside.length,
      ]);
      // The axis is as long as the window, whatever it holds.
      expect(edges[0]).toBeLessThanOrEqual(newest - lastMs + 1);
      expect(edges.at(-1)).toBeGreaterThan(newest);
    },
  );
});

describe('exceptions', () => {
  const thrown: readonly (readonly [name: string | undefined, frame: string | undefined])[] = [
    ['java.io.IOException', 'com.shop.Cart.checkout(Cart.java:42)'],
    ['java.io.IOException', 'com.shop.Store.read(Store.java:7)'],
    ['com.shop.NoStock', 'com.shop.Cart.checkout(Cart.java:42)'],
    ['KeyError', 'File "/srv/"quoted" \u00e4.py", line 3, in f'],
    ['ValueError', undefined],
    [undefined, 'main.checkout'],
    [undefined, undefined],
  ];
  const kinds = Array.from({ length: 700 }, (_, n) => thrown[(n * n + (n >> 3)) % thrown.length] ?? []);

  function traceOf(name: string | undefined, frame: string | undefined, n: number): string {
    if (name?.endsWith('Error') === true) {
      const place = frame === undefined ? '' : `  File "/srv/app.py", line 1, in g\n  ${frame}\n`;
      return `Traceback (most recent call last):\n${place}${name}: ${n % 3}\n`;
    }
    if (name !== undefined) return `${name}: ${n % 3}\n\tat ${frame}\n\tat com.shop.Main.main(Main.java:1)\n`;
    return frame === undefined ? '' : `goroutine ${n} [running]:\n${frame}(0x${n})\n`;
  }

  it('are counted by class and frame, and a filter by both finds exactly these', async () => {
    const path = join(folder, 'app.log');
    const lines = kinds.map(([name, frame], n) => `2026-03-01 10:00:00 ERROR failed\n${traceOf(name, frame, n)}`);
    writeFileSync(path, lines.join(''));
    const expected = [...groupBy(kinds, ([name = '', frame = '']) => `${name}\n${frame}`)]
      .filter(([value]) => value !== '\n')
      .map(([value, { length }]) => ({ value, count: length }))
      .toSorted((a, b) => b.count - a.count || compare(a.value, b.value));
    for (const segmentRecords of [64, 65_536]) {
      engine = createEngine({ workers: 2, spoolFolder: folder, segmentRecords });
      const opened = await engine.handlers.open({ path, options: { timezone: 'UTC' } }, never);
      await engine.whenIndexed(opened.id);
      const rowsOf = async (filter: string): Promise<{ readonly id: ViewId; readonly rows: number }> => {
        const view = await engine.handlers.createView({ source: opened.id, query: { filter, zone: 'UTC' } }, never);
        return { id: view.id, rows: (await engine.whenSettled(view.id)).rows };
      };
      const all = await rowsOf('');
      const [panel] = await ask(all.id, values({ field: 'exception.class', withFrame: true }));
      if (panel?.kind !== 'values') throw new Error('a panel of values');
      expect(panel.values.map(({ value, count }) => ({ value, count }))).toEqual(expected);
      expect(panel.absent.count).toBe(
        kinds.filter(([name, frame]) => name === undefined && frame === undefined).length,
      );
      for (const { value, count } of expected) {
        const [name, frame] = value.split('\n');
        const has = (field: string, text = ''): string =>
          text === '' ? `not ${field} : *` : `${field} = ${JSON.stringify(text)}`;
        const found = await rowsOf(`${has('exception.class', name)} and ${has('exception_frame', frame)}`);
        expect(found.rows).toBe(count);
      }
      await engine.close();
    }
  });
});
