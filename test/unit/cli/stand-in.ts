/**
 * A shell and an engine in memory for tests of the command line's own work: arguments, messages, statuses, layout.
 * The engine knows one filter, `field=value`; everything about real logs is tested in test/engine/cli.test.ts.
 */
import { basename } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import type { Engine } from '../../../src-main/engine/index.ts';
import { createRowWriter } from '../../../src-main/engine/export/row-writer.ts';
import { writeAtomically } from '../../../src-main/engine/export/atomic-file.ts';
import { run } from '../../../src-main/hosts/cli/run.ts';
import type { EngineDoor } from '../../../src-main/hosts/cli/shell.ts';
import { EngineError, type ErrorData } from '../../../src-shared/errors.ts';
import type { Field } from '../../../src-shared/model/field.ts';
import type { Value } from '../../../src-shared/model/value.ts';
import type { Calls, OpenOptions, SourceState, ViewQuery, ViewState } from '../../../src-shared/protocol.ts';

export type StandInRow = Readonly<Record<string, Value>>;

export interface StandInLog {
  readonly fields: readonly Field[];
  readonly rows: readonly StandInRow[];
  readonly state?: Partial<SourceState>;
  /** So many of the rows lack a text when they are written. */
  readonly gone?: number;
}

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** By file name without its folder. */
  readonly logs?: Readonly<Record<string, StandInLog>>;
  readonly opened?: { path: string; options: OpenOptions | undefined }[];
  readonly queries?: ViewQuery[];
  readonly stdin?: string;
  readonly columns?: number;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs the command line with these arguments. */
export async function runCli(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const stdout = new Collector();
  const stderr = new Collector();
  const stdin = new PassThrough();
  stdin.end(options.stdin ?? '');
  const env = { TAILLIGHT_CONFIG: '/nonexistent/config', TAILLIGHT_CACHE: '/nonexistent/cache', ...options.env };
  const signal = options.signal ?? new AbortController().signal;
  const terminal = options.columns === undefined ? {} : { isTTY: true, columns: options.columns };
  const engine: EngineDoor = { createEngine: () => createStandIn(options), createRowWriter, writeAtomically };
  const status = await run({
    args,
    env,
    stdin,
    stdout: Object.assign(stdout, terminal),
    stderr,
    signal,
    engine,
  });
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

class Collector extends Writable {
  readonly #chunks: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk);
    done();
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString();
  }
}

const stateOf = (state: Partial<SourceState>, log: StandInLog, id: number, name: string): SourceState => ({
  id,
  name,
  phase: 'ready',
  following: false,
  missing: false,
  partialLine: false,
  markers: [],
  formatProblems: [],
  format: { name: 'combined', title: 'Combined access log', open: false },
  encoding: 'utf-8',
  compression: 'none',
  timezone: 'UTC',
  bytes: 1234,
  bytesIndexed: 1234,
  lines: log.rows.length,
  records: log.rows.length,
  unparsed: 0,
  blank: 0,
  headerLines: 0,
  overlong: 0,
  estimatedRecords: log.rows.length,
  untimed: 0,
  fields: log.fields.map((field) => ({
    ...field,
    values: 'few',
    count: log.rows.filter((row) => Object.hasOwn(row, field.name)).length,
  })),
  memory: 0,
  generation: 1,
  ...state,
});

/** Only what the command line calls; the rest of the handlers is missing, and calling it is a failing test. */
function createStandIn({ logs = {}, opened, queries }: RunOptions): Engine {
  const sources: { readonly log: StandInLog; readonly state: SourceState }[] = [];
  const views: {
    readonly source: SourceState;
    readonly fields: readonly Field[];
    readonly rows: readonly Numbered[];
  }[] = [];
  interface Numbered {
    readonly line: number;
    readonly row: StandInRow;
  }
  const cell = ({ line, row }: Numbered, name: string): Value | undefined =>
    name === '_line' ? line : Object.hasOwn(row, name) ? row[name] : undefined;
  const raw = ({ row }: Numbered): string => Object.values(row).map(String).join(' ');
  const check = ({ fields }: StandInLog, filter: string): ErrorData | undefined => {
    const clauses = filter.replaceAll(/[()]/g, '').split(' and ');
    for (const clause of clauses) {
      const name = /^\w+/.exec(clause.trim())?.[0] ?? '';
      if (name === '' || name === 'time' || fields.some((field) => field.name === name)) continue;
      const from = filter.indexOf(name);
      return {
        code: 'bad-filter',
        message: `There is no field "${name}".`,
        range: { from, to: from + name.length },
        suggestion: fields[0].name,
      };
    }
    return undefined;
  };

  const handlers = {
    open: ({ path, options }: Calls['open']['request']) => {
      opened?.push({ path, options });
      const log = logs[basename(path)];
      if (log === undefined) return Promise.reject(new EngineError('not-found', `There is no file ${path}.`));
      const state = stateOf(log.state ?? {}, log, sources.length, basename(path));
      sources.push({ log, state });
      return Promise.resolve(state);
    },
    checkFilter: ({ source, filter }: Calls['checkFilter']['request']) => {
      const error = check(sources[source].log, filter);
      return Promise.resolve({ ...(error === undefined ? {} : { error }), warnings: [] });
    },
    createView: ({ source, query }: Calls['createView']['request']) => {
      queries?.push(query);
      const { log, state } = sources[source];
      const [, name, wanted] = /(\w+)=(\w+)/.exec(query.filter) ?? [];
      const rows = log.rows
        .map((row, at) => ({ line: at + 1, row }))
        .filter(({ row }) => name === undefined || JSON.stringify(row[name]) === wanted);
      const { sort } = query;
      if (sort !== undefined) {
        const key = (row: Numbered): number => Number(cell(row, sort.field) ?? Number.NaN);
        rows.sort((a, b) => compare(key(a), key(b), sort.descending));
      }
      views.push({ source: state, fields: log.fields, rows });
      return Promise.resolve(viewState(views.length - 1));
    },
    closeView: () => Promise.resolve(null),
    page: ({ view, from, to, fields }: Calls['page']['request']) => {
      const { rows } = views[view];
      return Promise.resolve({
        view,
        from,
        total: rows.length,
        order: 0,
        rows: rows.slice(from, to).map((row) => ({
          record: row.line - 1,
          line: row.line,
          offset: 0,
          parsed: true,
          cells: fields.map((name) => cell(row, name) ?? null),
          raw: raw(row),
        })),
      });
    },
    top: ({ view, field, limit }: Calls['top']['request']) => {
      const { rows } = views[view];
      const counts = new Map<Value, number>();
      for (const row of rows) {
        const value = cell(row, field);
        if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      const sorted = [...counts]
        .map(([value, count]) => ({ value, count }))
        .sort((a, b) => b.count - a.count || Number(a.value) - Number(b.value));
      const sum = (values: readonly { readonly count: number }[]): number =>
        values.reduce((total, { count }) => total + count, 0);
      return Promise.resolve({
        field,
        values: sorted.slice(0, limit),
        other: sum(sorted.slice(limit)),
        absent: rows.length - sum(sorted),
        distinct: sorted.length,
        records: rows.length,
        final: true,
      });
    },
    histogram: ({ view, interval = '1h', from, to }: Calls['histogram']['request']) => {
      const hour = 3_600_000;
      const times = views[view].rows.flatMap((row) => {
        const time = cell(row, 'time');
        return typeof time === 'number' ? [time] : [];
      });
      const untimed = views[view].rows.length - times.length;
      const first = from ?? Math.floor(Math.min(...times) / hour) * hour;
      const end = to ?? (Math.floor(Math.max(...times) / hour) + 1) * hour;
      const buckets = Number.isFinite(first) ? (end - first) / hour : 0;
      const edges = buckets === 0 ? [] : Array.from({ length: buckets + 1 }, (_, at) => first + at * hour);
      const counts = Array.from(
        { length: buckets },
        (_, at) => times.filter((time) => time >= edges[at] && time < edges[at + 1]).length,
      );
      return Promise.resolve({
        interval,
        edges,
        counts,
        untimed,
        outside: 0,
        records: times.length + untimed,
        final: true,
      });
    },
  };

  const viewState = (id: number): ViewState => ({
    id,
    source: views[id].source.id,
    rows: views[id].rows.length,
    scanned: views[id].rows.length,
    done: true,
    progress: 1,
    warnings: [],
    order: 0,
    stableRows: views[id].rows.length,
    unsorted: 0,
    revision: 0,
  });

  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    handlers: handlers as unknown as Engine['handlers'],
    subscribe: () => () => undefined,
    whenIndexed: (source) => Promise.resolve(sources[source].state),
    whenSettled: (view) => Promise.resolve(viewState(view)),
    async writeRows({ view, fields: names, limit, ...request }, write) {
      const { fields, rows, source } = views[view];
      const known = new Map(fields.map((field) => [field.name, field]));
      const columns = (names ?? fields.map(({ name }) => name)).map(
        (name): Field => known.get(name) ?? { name, type: 'any' },
      );
      const writer = createRowWriter({ ...request, fields: columns });
      const written = rows.slice(0, limit);
      const text =
        writer.head +
        written
          .map((row) => {
            const values = columns.map(({ name }) => (name === '_file' ? source.name : cell(row, name)));
            return writer.row({ line: row.line, raw: raw(row), values });
          })
          .join('');
      // In pieces that end anywhere, as the engine's chunks do.
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; at += 7) await write(bytes.subarray(at, at + 7));
      return { rows: written.length, bytes: bytes.length, gone: logs[source.name]?.gone ?? 0 };
    },
    close: () => Promise.resolve(),
  };
}

function compare(a: number, b: number, descending: boolean): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return descending ? b - a : a - b;
}
