/**
 * The panels of an access log against GoAccess's own report of the same file, value by value, where GoAccess is
 * installed: on lines written here, and on real logs where a folder of them is at hand (TAILLIGHT_LOGS). Browsers,
 * systems and robots are left out: each maker has tables of its own. All other differences are named in `explained`.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { staticEndings } from '../../src-main/formats/derived.ts';
import { createEngine } from '../../src-main/engine/index.ts';
import type { SummaryPanelRequest, ValueSummary } from '../../src-shared/protocol.ts';

const isInstalled = spawnSync('goaccess', ['--version']).status === 0;
const logs = resolve(process.env['TAILLIGHT_LOGS'] ?? join(import.meta.dirname, '../../../shared/logs'));
const folder = mkdtempSync(join(tmpdir(), 'taillight-goaccess-'));
const never = new AbortController().signal;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Figures {
  readonly hits: number;
  readonly visitors: number;
  readonly bytes: number;
}

type Panel = ReadonlyMap<string, Figures>;

interface GoAccessEntry {
  readonly data: string;
  readonly hits: { readonly count: number };
  readonly visitors: { readonly count: number };
  readonly bytes: { readonly count: number };
  readonly items?: readonly GoAccessEntry[];
}

type Report = Readonly<Record<string, { readonly data: readonly GoAccessEntry[] }>>;

const endings = [...staticEndings];

function report(path: string): Report {
  const out = join(folder, 'report.json');
  const options = ['--no-global-config', '--log-format=COMBINED', '--http-method=no', '--http-protocol=no'];
  const files = endings.map((ending) => `--static-file=.${ending}`);
  execFileSync('goaccess', [path, ...options, ...files, '--max-items=1000000', '--no-progress', '-o', out], {
    stdio: 'pipe',
    // Times of the log as they stand there.
    env: { ...process.env, TZ: 'UTC', LANG: 'C.UTF-8' },
  });
  return JSON.parse(readFileSync(out, 'utf8'));
}

/**
 * GoAccess decodes what was asked for and where it came from, and ends the address of a search after what was sought
 * (`extract_keyphrase` writes into it). Texts that are the same then are one; we keep them as they stand in the log.
 */
function decoded(text: string): string {
  const bytes = Buffer.from(
    text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCodePoint(0xf000 + parseInt(hex, 16))),
  );
  const plain = bytes
    .toString()
    .replace(/[\uf000-\uf0ff]+/g, (run) =>
      Buffer.from(Array.from(run, (letter) => letter.charCodeAt(0) - 0xf000)).toString(),
    );
  const search = /^https?:\/\/[^/]*google\.[^/]*\/[^?]*\?(?:.*?&)?(?:as_)?q=[^&]*/.exec(plain);
  return (search?.[0] ?? plain).trim();
}

const panels = {
  requests: { field: 'path', where: 'file', withQuery: true },
  static_requests: { field: 'path', where: 'static', withQuery: true },
  not_found: { field: 'path', where: 'missing', withQuery: true },
  hosts: { field: 'client_ip' },
  visit_time: { field: 'time.hour' },
  referrers: { field: 'referrer' },
  referring_sites: { field: 'referrer.site' },
  status_codes: { field: 'status' },
  keyphrases: { field: 'referrer.keyphrase' },
} as const;

type PanelName = keyof typeof panels | 'visitors';

/** A file without the lines that we keep as raw text: GoAccess takes some of them, with a broken quote, for whole. */
async function withoutUnparsed(path: string): Promise<string> {
  const engine = createEngine({ workers: 1, spoolFolder: folder });
  try {
    const { id } = await engine.handlers.open({ path, options: { timezone: 'UTC', noCache: true } }, never);
    await engine.whenIndexed(id);
    const view = await engine.handlers.createView(
      { source: id, query: { filter: '_parsed = false', zone: 'UTC' } },
      never,
    );
    await engine.whenSettled(view.id);
    const { rows } = await engine.handlers.page({ view: view.id, from: 0, to: 100, fields: [] }, never);
    const dropped = new Set(rows.map(({ line }) => line));
    const copy = join(folder, 'parsed.log');
    writeFileSync(
      copy,
      readFileSync(path, 'utf8')
        .split('\n')
        .filter((_, at) => !dropped.has(at + 1))
        .join('\n'),
    );
    return copy;
  } finally {
    await engine.close();
  }
}

async function ours(path: string, zone: string): Promise<ReadonlyMap<PanelName, Panel>> {
  const engine = createEngine({ workers: 2, spoolFolder: folder, segmentRecords: 4096 });
  try {
    const { id } = await engine.handlers.open({ path, options: { timezone: 'UTC', noCache: true } }, never);
    await engine.whenIndexed(id);
    const view = await engine.handlers.createView({ source: id, query: { filter: '', zone } }, never);
    await engine.whenSettled(view.id);
    const names = Object.keys(panels) as (keyof typeof panels)[];
    const requests = names.map((name): SummaryPanelRequest => ({
      kind: 'values',
      dimension: panels[name],
      limit: 5000,
    }));
    const answer = await engine.handlers.summary({ view: view.id, panels: [...requests, { kind: 'days' }] }, never);
    const found = new Map<PanelName, Panel>();
    answer.panels.forEach((panel, at) => {
      if (panel.kind === 'days') {
        const day = (from: number): string =>
          new Date(from + 43_200_000).toISOString().slice(0, 10).replaceAll('-', '');
        found.set('visitors', new Map(panel.days.map((each) => [day(each.from), figuresOf(each)])));
      } else if (panel.kind === 'values') {
        const name = names[at] ?? 'hosts';
        const all = [...panel.values, ...(name === 'referrers' ? [panel.absent] : [])];
        found.set(name, new Map(all.map((each) => [keyOf(name, each.value), figuresOf(each)])));
      }
    });
    return found;
  } finally {
    await engine.close();
  }
}

const figuresOf = ({ count, visitors, bytes }: Pick<ValueSummary, 'count' | 'visitors' | 'bytes'>): Figures => {
  expect(visitors.exact).toBe(true);
  return { hits: count, visitors: visitors.count, bytes };
};

function keyOf(name: PanelName, value: ValueSummary['value']): string {
  if (value === null) return '-';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return name === 'visit_time' ? text.padStart(2, '0') : text;
}

function theirs(all: Report, name: PanelName): Panel {
  const entries = all[name]?.data ?? [];
  const flat = name === 'status_codes' ? entries.flatMap(({ items = [] }) => items) : entries;
  return new Map(
    flat.map((entry) => [
      name === 'status_codes' ? entry.data.slice(0, 3) : entry.data,
      { hits: entry.hits.count, visitors: entry.visitors.count, bytes: entry.bytes.count },
    ]),
  );
}

interface Difference {
  readonly panel: PanelName;
  readonly value: string;
  readonly what: 'hits' | 'bytes' | 'visitors' | 'missing';
  readonly theirs: number;
  readonly ours: number;
}

/** Values that GoAccess's decoding makes one are added up; their visitors cannot be, and are not compared. */
function differences(mine: ReadonlyMap<PanelName, Panel>, other: Report): Difference[] {
  const found: Difference[] = [];
  for (const [panel, values] of mine) {
    if (panel === 'keyphrases') continue;
    const groups = new Map<string, Figures[]>();
    for (const [value, figures] of values) groups.set(decoded(value), [...(groups.get(decoded(value)) ?? []), figures]);
    const sums = new Map<string, Figures[]>();
    for (const [value, figures] of theirs(other, panel))
      sums.set(decoded(value), [...(sums.get(decoded(value)) ?? []), figures]);
    for (const value of new Set([...groups.keys(), ...sums.keys()])) {
      const own = groups.get(value) ?? [];
      const their = sums.get(value) ?? [];
      const add = (list: readonly Figures[], what: keyof Figures): number =>
        list.reduce((sum, each) => sum + each[what], 0);
      for (const what of ['hits', 'bytes', 'visitors'] as const) {
        if (what === 'visitors' && (own.length !== 1 || their.length !== 1)) continue;
        const [a, b] = [add(their, what), add(own, what)];
        if (a !== b) found.push({ panel, value, what, theirs: a, ours: b });
      }
    }
  }
  return found;
}

const agents = ['Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0', 'curl/8.5.0'];
const fixture = Array.from({ length: 1500 }, (_, n) => {
  const status = n % 17 === 0 ? 404 : n % 23 === 0 ? 500 : n % 19 === 0 ? 304 : 200;
  const target = n % 3 === 0 ? `/assets/app${n % 5}.css` : n % 7 === 0 ? `/find?q=${n % 9}` : `/page/${n % 40}`;
  const referrer = n % 5 === 0 ? '-' : `https://site${n % 6}.example/from/${n % 30}`;
  const day = 1 + Math.floor(n / 500);
  const clock = `${String(Math.floor(n / 60) % 24).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}:00`;
  return `10.1.${n % 4}.${n % 90} - - [0${day}/Mar/2026:${clock} +0000] "GET ${target} HTTP/1.1" ${status} ${n * 7} "${referrer}" "${agents[n % 2] ?? ''}"`;
});

/**
 * GoAccess 1.7 numbers visitors and values as they appear and remembers each pair of them without its order, so that
 * visitor 3 at value 7 hides visitor 7 at value 3 (`u64encode` in its gkhash.c). How many visitors of a value it
 * loses that way follows from the lines.
 */
function hiddenVisitors(path: string): ReadonlyMap<string, number> {
  const hidden = new Map<string, number>();
  const visitors = new Map<string, number>();
  const numbers = new Map<string, Map<string, number>>();
  const pairs = new Map<string, Set<string>>();
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const match =
      /^(\S+) \S+ \S+ \[([^:]+):(\d\d)[^\]]*\] "(?:\S+ (\S+)[^"]*)" (\d+) \S+ "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"/.exec(
        line,
      );
    if (match === null) continue;
    const [, client = '', date = '', hour = '', target = '', status = '', referrer = '', agent = ''] = match;
    const visitor = numberOf(visitors, `${client}|${date}|${agent.toLowerCase()}`);
    const isStatic = endings.some((ending) => target.toLowerCase().endsWith(`.${ending}`));
    const file = status === '404' ? 'not_found' : isStatic ? 'static_requests' : 'requests';
    const site = /^[a-z]+:\/\/([^/?#]+)/i.exec(referrer)?.[1];
    const values: readonly (readonly [PanelName, string | undefined])[] = [
      [file, decoded(target)],
      ['hosts', client],
      ['visit_time', hour],
      ['referrers', decoded(referrer)],
      ['referring_sites', site],
    ];
    for (const [panel, value] of values) {
      if (value === undefined) continue;
      let ofPanel = numbers.get(panel);
      if (ofPanel === undefined) numbers.set(panel, (ofPanel = new Map()));
      const number = numberOf(ofPanel, `${date}|${value}`);
      if (status.startsWith('4')) continue;
      const place = `${panel}|${date}`;
      let seen = pairs.get(place);
      if (seen === undefined) pairs.set(place, (seen = new Set()));
      if (seen.has(`${visitor} ${number}`)) continue;
      seen.add(`${visitor} ${number}`);
      if (visitor !== number && seen.has(`${number} ${visitor}`)) {
        const key = `${panel} ${value}`;
        hidden.set(key, (hidden.get(key) ?? 0) + 1);
      }
    }
  }
  return hidden;
}

function numberOf(numbers: Map<string, number>, key: string): number {
  let number = numbers.get(key);
  if (number === undefined) numbers.set(key, (number = numbers.size + 1));
  return number;
}

/** What is left when the visitors that GoAccess hides are put back. */
const unexplained = (all: readonly Difference[], path: string): readonly Difference[] => {
  const hidden = hiddenVisitors(path);
  return all.filter(
    ({ panel, value, what, theirs: other, ours: own }) =>
      what !== 'visitors' || own - other !== (hidden.get(`${panel} ${value}`) ?? 0),
  );
};

describe.runIf(isInstalled)('the panels of an access log', () => {
  it('agree with the report of GoAccess on lines written here', async () => {
    const path = join(folder, 'fixture.log');
    writeFileSync(path, `${fixture.join('\n')}\n`);
    expect(unexplained(differences(await ours(path, 'UTC'), report(path)), path)).toEqual([]);
  });

  const real = [
    ['apache-combined.log', 'UTC'],
    ['shop-access.log', '+03:30'],
  ] as const;
  it.runIf(existsSync(logs)).each(real)('agree with it on %s, but for what is explained', async (name, zone) => {
    const path = await withoutUnparsed(join(logs, name));
    const [mine, other] = [await ours(path, zone), report(path)];
    expect(unexplained(differences(mine, other), path)).toEqual([]);
    // GoAccess knows the searches of Google only; what it finds, we find as often or, at other engines too, more often.
    for (const [phrase, { hits }] of theirs(other, 'keyphrases'))
      expect(mine.get('keyphrases')?.get(phrase)?.hits, phrase).toBeGreaterThanOrEqual(hits);
  });
});
