/**
 * Rows of one or more files as one stream of bytes: shared by query and export. Several files follow one after the
 * other under one header, with the file's name in `_file`.
 */
import type { ExportFormat, SortOrder, ViewId, ViewQuery, ViewState } from '../../../src-shared/protocol.ts';
import type { WriteRowsRequest } from '../../engine/index.ts';
import { nameList, wholeNumber, type filterOptions, type OptionValues, type rowOptions } from './arguments.ts';
import { checkNames, columnsOf, parseSort } from './columns.ts';
import { withTypedFilter, type FileFilter } from './filter.ts';
import type { OpenedFile, Session } from './session.ts';
import { UsageError } from './shell.ts';
import { grouped } from './terminal-text.ts';

export type RowValues = OptionValues<typeof rowOptions & typeof filterOptions>;

export interface RowRequest {
  readonly fields?: readonly string[];
  readonly sort?: SortOrder;
  readonly limit?: number;
  readonly bom: boolean;
  readonly crlf: boolean;
  readonly neutralize: boolean;
}

/** Reads what the options say about rows, before any file is opened. @throws UsageError */
export function parseRowOptions(
  values: RowValues,
  format: ExportFormat | 'table',
  neutralizeByDefault: boolean,
): RowRequest {
  const { neutralize, 'no-neutralize': leaveAlone } = values;
  if (neutralize === true && leaveAlone === true)
    throw new UsageError('--neutralize and --no-neutralize exclude each other.');
  if (values.bom === true && (format === 'jsonl' || format === 'table')) {
    throw new UsageError(`--bom does not go with ${format}.`);
  }
  return {
    fields: nameList('fields', values.fields),
    sort: parseSort(values.sort),
    limit: wholeNumber('limit', values.limit),
    bom: values.bom === true,
    crlf: values.crlf === true,
    neutralize: leaveAlone === true ? false : neutralize === true || neutralizeByDefault,
  };
}

/** Checks the names in `request` against the files. @throws UsageError */
export function checkRowNames(session: Session, request: RowRequest, format: ExportFormat | 'table'): void {
  if (request.sort !== undefined) checkNames(session, 'sort', [request.sort.field]);
  if (request.fields === undefined) return;
  if (format === 'text') {
    session.warn('--fields says nothing about text, which is whole records; ask for --output csv, tsv, jsonl or table');
  } else {
    checkNames(session, 'fields', request.fields);
  }
}

/** A view that knows all its rows, and the file it is of. */
export interface SettledView {
  readonly view: ViewId;
  readonly rows: number;
  readonly file: OpenedFile;
}

export interface ViewOptions {
  /** The filter as the user typed it, for messages. */
  readonly typed: string | undefined;
  readonly sort?: SortOrder;
}

/** Opens a view over a file and waits until it is complete; it is closed when `work` is over. */
export async function withView<T>(
  session: Session,
  { file, filter }: FileFilter,
  { typed, sort }: ViewOptions,
  work: (view: SettledView) => Promise<T>,
): Promise<T> {
  const { engine, signal, zone } = session;
  const query: ViewQuery = { filter, sort, zone };
  const view = await withTypedFilter(typed, engine.handlers.createView({ source: file.source.id, query }, signal));
  try {
    const { rows } = await withTypedFilter(typed, engine.whenSettled(view.id, signal));
    return await work({ view: view.id, rows, file });
  } finally {
    // The command's own clean-up, which also happens when it was stopped.
    await engine.handlers.closeView({ view: view.id }, new AbortController().signal);
  }
}

/** Opens a view that the caller closes; errors in it are told by the filter as it was typed. */
export function withTypedView(
  { engine, signal, zone }: Session,
  file: OpenedFile,
  filter: string,
  typed: string | undefined,
): Promise<ViewState> {
  return withTypedFilter(
    typed,
    engine.handlers.createView({ source: file.source.id, query: { filter, zone } }, signal),
  );
}

/** The same for views over several files at once. */
export async function withViews<T>(
  session: Session,
  filters: readonly FileFilter[],
  options: ViewOptions,
  work: (views: readonly SettledView[]) => Promise<T>,
): Promise<T> {
  const [first, ...others] = filters;
  if (first === undefined) return work([]);
  return withView(session, first, options, (view) =>
    withViews(session, others, options, (views) => work([view, ...views])),
  );
}

/** Writes the rows of all files; returns how many. */
export async function writeRows(
  session: Session,
  filters: readonly FileFilter[],
  values: RowValues,
  request: RowRequest,
  format: ExportFormat,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<number> {
  const options = { typed: values.filter, sort: request.sort };
  const columns = columnsOf(session, request.fields);
  const { sort } = request;
  if (sort !== undefined && columns !== undefined && filters.length > 1) {
    return withViews(session, filters, options, async (views) => {
      const { writeMerged } = await import('./merge.ts');
      return writeMerged(session, views, { request, sort, columns, format }, write);
    });
  }
  let rows = 0;
  let isFirst = true;
  for (const filter of filters) {
    if (rows === request.limit && !isFirst) break;
    rows += await withView(session, filter, options, async ({ view }) => {
      const limit = request.limit === undefined ? undefined : request.limit - rows;
      return writeFile(
        session,
        { ...request, view, format, fields: columns, zone: session.zone, limit },
        isFirst,
        write,
      );
    });
    isFirst = false;
  }
  return rows;
}

/** Rows of one file, with the header only under the first. */
async function writeFile(
  { engine, signal, warn }: Session,
  { view, format, fields, zone, bom, crlf, neutralize, limit }: WriteRowsRequest,
  isFirst: boolean,
  write: (bytes: Uint8Array) => Promise<void>,
): Promise<number> {
  const request: WriteRowsRequest = { view, format, fields, zone, bom, crlf, neutralize, limit };
  let target = write;
  if (!isFirst) {
    const head = await engine.writeRows({ ...request, limit: 0 }, () => Promise.resolve(), signal);
    target = withoutFirst(head.bytes, write);
  }
  const { rows, gone } = await engine.writeRows(request, target, signal);
  if (gone > 0) warn(goneWarning(gone));
  return rows;
}

const goneWarning = (rows: number): string =>
  `${rows === 1 ? 'one record lacks' : `${grouped(rows)} records lack`} text that is no longer available (the log was cut short, or the spool was full)`;

function withoutFirst(
  count: number,
  write: (bytes: Uint8Array) => Promise<void>,
): (bytes: Uint8Array) => Promise<void> {
  let left = count;
  return async (bytes) => {
    const skipped = Math.min(left, bytes.length);
    left -= skipped;
    if (skipped < bytes.length) await write(skipped === 0 ? bytes : bytes.subarray(skipped));
  };
}
