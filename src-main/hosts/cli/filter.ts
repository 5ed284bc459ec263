/**
 * The filter of a command: what --filter says, narrowed by --from and --to. The user's own text is checked first and
 * alone, so that positions in messages are positions in what was typed.
 */
import { EngineError, errorFromData, type ErrorData } from '../../../src-shared/errors.ts';
import type { filterOptions, OptionValues } from './arguments.ts';
import type { OpenedFile, Session } from './session.ts';
import { UsageError } from './shell.ts';
import { displayWidth, visible } from './terminal-text.ts';

/** A filter that cannot be used, with the text that its range is a range of. */
export class FilterError extends Error {
  readonly filter: string;
  readonly data: ErrorData;

  constructor(filter: string, data: ErrorData) {
    super(data.message);
    this.filter = filter;
    this.data = data;
  }
}

export interface FileFilter {
  readonly file: OpenedFile;
  /** For ViewQuery. */
  readonly filter: string;
}

/**
 * The filter for each file that it can be asked of. A filter that fits some files but not others (a field that only
 * some of them have, --from with a file that has no times) passes over the latter with a warning.
 * @throws FilterError when it fits no file; UsageError for a wrong --from or --to
 */
export async function checkFilters(
  session: Session,
  values: OptionValues<typeof filterOptions>,
): Promise<readonly FileFilter[]> {
  const typed = values.filter ?? '';
  const narrowing = timeClauses(values);
  const usable: FileFilter[] = [];
  const refused: { readonly file: OpenedFile; readonly why: FilterError | UsageError }[] = [];
  for (const file of session.files) {
    const why = (await checkTyped(session, file, typed)) ?? (await checkTimes(session, file, narrowing));
    if (why === undefined) usable.push({ file, filter: combine(typed, narrowing) });
    else if (file.source.records === 0 && (await isWellFormed(typed))) usable.push({ file, filter: '' });
    else refused.push({ file, why });
  }
  if (usable.length === 0) throw refused[0].why;
  for (const { file, why } of refused) session.warn(`${file.name} is passed over: ${why.message}`);
  return usable;
}

/** A log without records, such as one just rotated, knows no fields, which is no reason to refuse a filter. */
async function isWellFormed(typed: string): Promise<boolean> {
  const { parseFilter } = await import('../../../src-shared/query/index.ts');
  return parseFilter(typed).errors.length === 0;
}

async function checkTyped(session: Session, file: OpenedFile, typed: string): Promise<FilterError | undefined> {
  const { engine, zone, signal } = session;
  const request = { source: file.source.id, filter: typed, zone };
  const { error, warnings } = await engine.handlers.checkFilter(request, signal);
  for (const warning of warnings) session.warn(`filter: ${warning.message}`);
  return error === undefined ? undefined : new FilterError(typed, error);
}

/** What is wrong with the clauses of --from and --to is not wrong with the filter. */
async function checkTimes(session: Session, file: OpenedFile, narrowing: string): Promise<UsageError | undefined> {
  if (narrowing === '') return undefined;
  const { engine, zone, signal } = session;
  const request = { source: file.source.id, filter: narrowing, zone };
  const { error } = await engine.handlers.checkFilter(request, signal);
  if (error === undefined) return undefined;
  const { fields, format } = file.source;
  return fields.some(({ name }) => name === 'time')
    ? new UsageError(`--from or --to: ${error.message}`)
    : new UsageError(`${file.name} has no times (${format.title}), so --from and --to cannot be used.`);
}

const combine = (typed: string, narrowing: string): string => {
  if (narrowing === '') return typed;
  return typed.trim() === '' ? narrowing : `(${typed}) and ${narrowing}`;
};

/** `time >= "2026-03-01" and time < "2026-04-01"`, or ''. */
function timeClauses({ from, to }: OptionValues<typeof filterOptions>): string {
  const clauses: string[] = [];
  if (from !== undefined) clauses.push(`time >= "${isoTime('from', from)}"`);
  if (to !== undefined) clauses.push(`time < "${isoTime('to', to)}"`);
  return clauses.join(' and ');
}

const isoPattern = /^\d{4}-\d\d(-\d\d([T ]\d\d(:?\d\d(:?\d\d([.,]\d+)?)?)?\s?(Z|[+-]\d\d(:?\d\d)?)?)?)?$/i;

function isoTime(name: string, text: string): string {
  if (isoPattern.test(text.trim())) return text.trim();
  throw new UsageError(`--${name} takes a time such as 2026-03-01 or 2026-03-01T14:30:00+01:00, not "${text}".`);
}

/** Runs a call that may still refuse the filter, such as an expression that takes too long, naming the typed text. */
export async function withTypedFilter<T>(typed: string | undefined, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    if (error.code !== 'bad-filter' && error.code !== 'regex-ran-away') throw error;
    throw new FilterError(typed ?? '', { code: error.code, message: error.message });
  }
}

/** Message, the line of the filter, a line of carets under the place, and what would be right. */
export function describeFilterError({ filter, data }: FilterError): string {
  const error = errorFromData(data);
  if (error.range === undefined || filter === '') return `filter: ${error.message}`;
  const from = Math.min(error.range.from, filter.length);
  const to = Math.max(from, Math.min(error.range.to, filter.length));
  const lineStart = filter.lastIndexOf('\n', from - 1) + 1;
  const nextEnd = filter.indexOf('\n', from);
  const lineEnd = nextEnd === -1 ? filter.length : nextEnd;
  const before = visible(filter.slice(lineStart, from));
  const place = visible(filter.slice(from, Math.min(to, lineEnd)));
  const lines = [
    `filter, character ${from + 1}: ${error.message}`,
    `  ${visible(filter.slice(lineStart, lineEnd))}`,
    `  ${' '.repeat(displayWidth(before))}${'^'.repeat(Math.max(1, displayWidth(place)))}`,
  ];
  if (error.suggestion !== undefined) {
    lines.push(
      `  try: ${visible(filter.slice(lineStart, from) + error.suggestion + filter.slice(to, Math.max(to, lineEnd)))}`,
    );
  }
  return lines.join('\n');
}
