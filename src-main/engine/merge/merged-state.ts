/** What is told of a source of several files: sums over them, and what they have in common. */
import type { ErrorData } from '../../../src-shared/errors.ts';
import type { SourceState } from '../../../src-shared/protocol.ts';
import type { IndexRun } from '../index-run.ts';
import type { MergedFile } from './merged-source.ts';

export interface MergedFacts extends Pick<
  SourceState,
  'id' | 'name' | 'phase' | 'timezone' | 'markers' | 'formatProblems'
> {
  readonly error: ErrorData | undefined;
  /** Bytes of all files. */
  readonly total: number;
  readonly generation: number;
  readonly isReady: boolean;
  readonly isFollowing: boolean;
}

export function describeMerged(
  run: IndexRun | undefined,
  files: readonly MergedFile[],
  { error, total, generation, isReady, isFollowing, ...facts }: MergedFacts,
): SourceState {
  const totals = run?.totals;
  const records = totals?.records ?? 0;
  const isFirst = new Set(files.map(({ first }) => first));
  let indexed = 0;
  let unfinished = 0;
  for (const piece of run?.pieces ?? []) {
    // Other pieces go on where one ended, or are files of their own from their begin.
    indexed += piece.indexedTo - (isFirst.has(piece) ? 0 : piece.from);
  }
  for (const { first } of files) {
    const last = run?.pieces.findLast(({ file }) => file === first?.file);
    unfinished += last === undefined ? 0 : last.available - last.indexedTo;
  }
  const sessions = files.flatMap(({ session }) => session ?? []);
  return {
    ...facts,
    ...(error === undefined ? {} : { error }),
    format: formatOf(files),
    encoding: files.find(({ bytes }) => bytes !== undefined)?.bytes?.encoding ?? 'utf-8',
    compression: 'none',
    bytes: Math.max(total, indexed + unfinished),
    bytesIndexed: indexed,
    lines: totals?.lines ?? 0,
    records,
    unparsed: totals?.unparsed ?? 0,
    blank: totals?.blank ?? 0,
    headerLines: totals?.headerLines ?? 0,
    overlong: totals?.overlong ?? 0,
    estimatedRecords: isReady || indexed === 0 ? records : Math.round((records / indexed) * total),
    ...(run !== undefined && run.totals.timed > 0 ? { time: { from: run.timeFrom, to: run.timeTo } } : {}),
    untimed: records - (totals?.timed ?? 0),
    fields: run?.fields ?? [],
    memory: run?.memory ?? 0,
    generation: generation + (run?.generation ?? 0),
    following: isFollowing,
    missing: sessions.length > 0 && sessions.every(({ isMissing }) => isMissing),
    partialLine: sessions.some(({ isLinePartial }) => isLinePartial),
    files: files.map(({ path, name, session }) => ({ path, name, missing: session?.isMissing ?? false })),
  };
}

/** The format that all have, or that there are several. */
function formatOf(files: readonly MergedFile[]): SourceState['format'] {
  const formats = files.flatMap(({ first }) => first?.format ?? []);
  const [format] = formats;
  if (format === undefined) return { name: 'text', title: '', open: false };
  const titles = new Set(formats.map(({ title }) => title));
  const stacks = new Set(formats.map(({ stackBy }) => stackBy));
  // Every format with a status has a level too.
  const stackBy = stacks.size === 1 ? format.stackBy : 'level';
  return {
    name: titles.size === 1 ? format.name : 'several',
    title: [...titles].join(', '),
    open: formats.some(({ open }) => open),
    ...(stackBy === undefined ? {} : { stackBy }),
  };
}
