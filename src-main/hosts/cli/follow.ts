/**
 * `taillight follow`: prints the last records, then what comes, until Ctrl+C. Several files are one stream by time.
 *
 * A record is printed once it is complete: when the next one starts, or after a second of silence. Records of several
 * files wait a second for each other, so that they come out in order although they arrive out of it.
 */
import { recordFields, type Field } from '../../../src-shared/model/field.ts';
import type { ExportFormat, Marker, Row, SourceState, ViewState } from '../../../src-shared/protocol.ts';
import { commonOptions, filterOptions, oneOf, parseOptions, wholeNumber, type OptionTable } from './arguments.ts';
import { allFields, columnsOf } from './columns.ts';
import { checkFilters, type FileFilter } from './filter.ts';
import { parseRowOptions, withTypedView, type RowValues } from './rows.ts';
import { withSession, type Session } from './session.ts';
import type { Subcommand } from './subcommand.ts';

const options = {
  ...filterOptions,
  lines: { type: 'string', short: 'n', value: 'N', help: 'begin with the last N records (default: 10)' },
  fields: { type: 'string', value: 'A,B,...', help: 'columns, in this order (default: all)' },
  output: { type: 'string', value: 'FORM', help: 'text (default: whole records), csv, tsv or jsonl' },
  ...commonOptions,
} as const satisfies OptionTable;

export const follow: Subcommand = {
  usage: 'FILE... [--filter Q] [--lines N] [--fields A,B] [--output FORM] [options]',
  options,
  examples: [
    'taillight follow /var/log/nginx/access.log --filter "status >= 500"',
    'taillight follow app.log worker.log --filter "level >= warn" --output jsonl',
  ],
  async run(shell, args) {
    const { values, files } = parseOptions(args, options);
    const format = oneOf('output', values.output ?? 'text', ['text', 'csv', 'tsv', 'jsonl']);
    const rowValues: RowValues = { ...values, sort: undefined };
    const request = parseRowOptions(rowValues, format, false);
    const lines = wholeNumber('lines', values.lines) ?? 10;
    await withSession(
      shell,
      files,
      values,
      async (session) => {
        const filters = await checkFilters(session, values);
        const writer = { ...request, format };
        await withTypedViews(session, filters, values.filter, (views) =>
          new Following(session, views, writer).run(lines),
        );
      },
      { follow: true },
    );
  },
};

/** Ctrl+C is how following ends, so the calls of the end are not stopped by it. */
const never = new AbortController().signal;
/** A record that has not grown for so long is complete; records of several files wait so long for each other. */
const silenceMs = 1000;
const lookEveryMs = 100;
const rowsPerPage = 500;
const wholeText = 2 ** 29;

const happened: { readonly [K in Marker['kind']]: string } = {
  rotated: 'was rotated',
  truncated: 'was truncated',
  rewritten: 'was rewritten',
  deleted: 'was deleted',
  appeared: 'has appeared',
  replaced: 'was replaced',
};

interface FollowedView {
  readonly view: number;
  readonly file: FileFilter['file'];
  /** Rows of the view that are printed or wait to be. */
  taken: number;
  /** What the rows that may still grow looked like, and since when. */
  last: string;
  quietSince: number;
}

interface Waiting {
  readonly row: Row;
  readonly of: FollowedView;
  readonly time: number;
  readonly arrived: number;
}

interface WriterRequest {
  readonly format: ExportFormat;
  readonly fields?: readonly string[];
  readonly bom: boolean;
  readonly crlf: boolean;
  readonly neutralize: boolean;
}

class Following {
  readonly #session: Session;
  readonly #views: readonly FollowedView[];
  readonly #request: WriterRequest;
  #waiting: Waiting[] = [];
  #isHeadWritten = false;
  /** Markers of each source that were told. */
  readonly #told = new Map<number, number>();
  /** The pipe has ended, and there is no other file to wait for. */
  #isOver = false;
  #files: Session['files'];

  constructor(session: Session, views: readonly FollowedView[], request: WriterRequest) {
    this.#session = session;
    this.#views = views;
    this.#request = request;
    this.#files = session.files;
  }

  async run(lines: number): Promise<void> {
    const { signal } = this.#session;
    for (const followed of this.#views) {
      const { rows } = await this.#stateOf(followed);
      followed.taken = Math.max(0, rows - lines);
    }
    if (this.#files.length === 1) void this.#session.inputEnded?.then(() => (this.#isOver = true));
    while (!signal.aborted) {
      // What came before the end was noticed is still read.
      const isOver = this.#isOver;
      await this.#refresh();
      await this.#takeNew(false);
      await this.#print(this.#views.length === 1 ? Number.POSITIVE_INFINITY : performance.now() - silenceMs);
      await this.#pause(signal);
      if (isOver) break;
    }
    // What was read is written, whole or not.
    await this.#takeNew(true);
    await this.#print(Number.POSITIVE_INFINITY);
  }

  async #stateOf({ view }: FollowedView): Promise<ViewState> {
    return this.#session.engine.whenSettled(view, never);
  }

  /** The sources as they are now: a file that was empty has fields only since it has records. */
  async #refresh(): Promise<void> {
    const sources = await this.#session.engine.handlers.sources({}, never);
    this.#files = this.#session.files.map((file) => ({
      ...file,
      source: sources.find(({ id }) => id === file.source.id) ?? file.source,
    }));
    for (const { title, source } of this.#files) this.#tellMarkers(title, source);
  }

  /** As `tail -F` does: on standard error, so that the rows stay rows. A gap is never silent. */
  #tellMarkers(title: string, { id, markers }: SourceState): void {
    for (const { kind, gap } of markers.slice(this.#told.get(id) ?? 0)) {
      this.#session.note(`${title} ${happened[kind]}${gap ? '; lines may be missing' : ''}`);
    }
    this.#told.set(id, markers.length);
  }

  /** Takes the rows that are complete; at the end all of them. */
  async #takeNew(isEnd: boolean): Promise<void> {
    for (const followed of this.#views) {
      const { rows, stableRows } = await this.#stateOf(followed);
      await this.#takeTo(followed, isEnd ? rows : stableRows);
      if (rows > followed.taken && !isEnd) await this.#takeQuiet(followed, rows);
    }
  }

  async #takeTo(followed: FollowedView, to: number): Promise<void> {
    while (followed.taken < to) {
      const page = await this.#page(followed, followed.taken, Math.min(to, followed.taken + rowsPerPage));
      if (page.length === 0) return;
      for (const row of page) this.#take(followed, row);
    }
  }

  /** A record at the end that has not grown for a second, and whose last line is whole, is taken for complete. */
  async #takeQuiet(followed: FollowedView, rows: number): Promise<void> {
    const [row] = await this.#page(followed, rows - 1, rows);
    if (row === undefined) return;
    const now = performance.now();
    if (row.raw !== followed.last) {
      followed.last = row.raw;
      followed.quietSince = now;
      return;
    }
    if (
      now - followed.quietSince < silenceMs ||
      this.#files.find(({ source }) => source.id === followed.file.source.id)?.source.partialLine !== false
    )
      return;
    this.#take(followed, row);
  }

  #take(followed: FollowedView, row: Row): void {
    const time = row.cells.at(-1);
    this.#waiting.push({
      row,
      of: followed,
      time: typeof time === 'number' ? time : Number.NaN,
      arrived: performance.now(),
    });
    followed.taken++;
  }

  async #page(followed: FollowedView, from: number, to: number): Promise<readonly Row[]> {
    const fields = [...this.#columns.map(({ name }) => name), 'time'];
    const page = await this.#session.engine.handlers.page(
      { view: followed.view, from, to, fields, textLimit: wholeText },
      never,
    );
    return page.rows;
  }

  /** Fields as they are known now: a file that was empty had none. Once a header is written, they stay. */
  get #columns(): readonly Field[] {
    const chosen = this.#request.fields ?? columnsOf(this.#session, undefined);
    const known = allFields(this.#files);
    if (chosen === undefined) return known;
    const all = new Map([...known, ...recordFields].map((field) => [field.name, field]));
    return chosen.map((name): Field => all.get(name) ?? { name, type: 'any' });
  }

  /** Prints what arrived before `before`, in the order of time where all have one. */
  async #print(before: number): Promise<void> {
    const ready = this.#waiting.filter(({ arrived }) => arrived <= before);
    if (ready.length === 0) return;
    this.#waiting = this.#waiting.filter(({ arrived }) => arrived > before);
    if (this.#views.length > 1) ready.sort((a, b) => a.time - b.time || 0);
    const fields = this.#columns;
    const { format, bom, crlf, neutralize } = this.#request;
    const writer = this.#session.createRowWriter({ format, fields, zone: this.#session.zone, bom, crlf, neutralize });
    const head = this.#isHeadWritten ? '' : writer.head;
    this.#isHeadWritten = true;
    const texts = ready.map(({ row, of }) => {
      const values = fields.map(({ name }, at) =>
        name === '_file' ? of.file.source.name : (row.cells[at] ?? undefined),
      );
      return writer.row({ line: row.line, raw: row.raw, values });
    });
    await this.#session.output.write(head + texts.join(''));
  }

  #pause(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, lookEveryMs);
      signal.addEventListener('abort', end, { once: true });
    });
  }
}

/** Opens a view over each file. */
async function withTypedViews(
  session: Session,
  filters: readonly FileFilter[],
  typed: string | undefined,
  work: (views: readonly FollowedView[]) => Promise<void>,
): Promise<void> {
  const views: FollowedView[] = [];
  for (const { file, filter } of filters) {
    const { id } = await withTypedView(session, file, filter, typed);
    views.push({ view: id, file, taken: 0, last: '', quietSince: 0 });
  }
  await work(views);
}
