/**
 * THE contract between the engine and every window: call names to signatures, event names to payloads.
 *
 * Everything here is plain data that survives structured cloning and JSON. Rows never come in bulk: a client asks
 * for the page it shows. Implemented by src-main/engine, carried by src-shared/rpc, used by src-renderer/engine.
 */
import type { Field } from './model/field.ts';
import type { Value } from './model/value.ts';
import type { ErrorData } from './errors.ts';

export type SourceId = number;
export type ViewId = number;

/** How the user wants a file read; everything absent is detected. */
export interface OpenOptions {
  readonly format?: string;
  readonly encoding?: string;
  /** Zone of times without a zone. */
  readonly timezone?: string;
  /** Year of times without a year. */
  readonly year?: number;
  readonly noCache?: boolean;
  /** Follow the file from the start; it need not exist yet. */
  readonly follow?: boolean;
}

export interface SourceField extends Field {
  /** Records that have a value. */
  readonly count: number;
  /** Distinct values, where the index knows them. */
  readonly distinct?: number;
  /** Sum is of use, or mostly distinct text: hints for columns and charts. */
  readonly values: 'few' | 'many';
}

export type IndexPhase = 'opening' | 'indexing' | 'ready' | 'failed' | 'closed';

/** All that is known about a source; sent whole, at most 10 times a second while it changes. */
export interface SourceState {
  readonly id: SourceId;
  /** For people: the file's name; `path` is the whole path or undefined (an upload, standard input). */
  readonly name: string;
  readonly path?: string;
  readonly phase: IndexPhase;
  readonly error?: ErrorData;
  readonly format: {
    readonly name: string;
    readonly title: string;
    readonly stackBy?: 'status' | 'level';
    readonly open: boolean;
  };
  readonly encoding: string;
  readonly compression: 'none' | 'gzip' | 'bzip2' | 'xz' | 'zstd';
  /** Zone assumed for times without one. */
  readonly timezone: string;
  /** Bytes of the (decompressed) source and how many are indexed. */
  readonly bytes: number;
  readonly bytesIndexed: number;
  readonly lines: number;
  readonly records: number;
  readonly unparsed: number;
  readonly blank: number;
  readonly headerLines: number;
  /** Records longer than what is shown and parsed. */
  readonly overlong: number;
  /** While indexing: an estimate of all records from the first 256 KB. */
  readonly estimatedRecords: number;
  readonly time?: { readonly from: number; readonly to: number };
  /** Records without a time. */
  readonly untimed: number;
  readonly fields: readonly SourceField[];
  /** Bytes of memory the index takes. */
  readonly memory: number;
  /** Counts every change of rows; two states with equal generation and records show the same rows. */
  readonly generation: number;
  /** Grows as bytes are written to the file. */
  readonly following: boolean;
  /** Following a file that does not exist (yet, or any more). */
  readonly missing: boolean;
  /** The last line of a followed file has no newline yet. */
  readonly partialLine: boolean;
  /** Where a followed file was rotated, truncated, replaced: before record `record`. */
  readonly markers: readonly Marker[];
  /** Files that are merged by time; absent where there is one. Then `_file` is a field, and the order is that of time. */
  readonly files?: readonly { readonly path: string; readonly name: string; readonly missing: boolean }[];
  /** Format files of the user that were left out, each with the reason. */
  readonly formatProblems: readonly string[];
}

/** An event in the life of a followed file, shown between the rows before and after it. */
export interface Marker {
  /** The first record after it, in its file. */
  readonly record: number;
  /** When it was noticed, ms since the epoch. */
  readonly at: number;
  readonly kind: 'rotated' | 'truncated' | 'rewritten' | 'deleted' | 'appeared' | 'replaced';
  /** Lines may have been written and lost where nobody could read them. */
  readonly gap: boolean;
  /** Name of the file that it happened to. */
  readonly file: string;
}

export interface SortOrder {
  readonly field: string;
  readonly descending: boolean;
}

export interface ViewQuery {
  /** The filter as the user typed it; '' is all. */
  readonly filter: string;
  readonly sort?: SortOrder;
  /** Zone for times in the filter and in histograms. */
  readonly zone: string;
}

/** Sent at most 10 times a second while it changes. */
export interface ViewState {
  readonly id: ViewId;
  readonly source: SourceId;
  /** Matching records so far. Final when `done`. */
  readonly rows: number;
  /** Records looked at so far. */
  readonly scanned: number;
  readonly done: boolean;
  /** 0 to 1 of filtering and sorting what is indexed. */
  readonly progress: number;
  readonly warnings: readonly { readonly message: string; readonly from: number; readonly to: number }[];
  readonly error?: ErrorData;
  /** Grows by one whenever rows already told may have moved (sorting finished, records re-evaluated). */
  readonly order: number;
  /** Rows that will not change any more: all but those of a followed file's last record, which may still grow. */
  readonly stableRows: number;
  /** Grows whenever rows that were told of but not stable have been replaced. */
  readonly revision: number;
  /**
   * Rows that came after the order was made and stand behind the ordered ones: `sortAgain` puts them in. Of several
   * files, all of them until their order by time is made.
   */
  readonly unsorted: number;
}

export interface Row {
  /** Names the record while the source is open: its number, from 0, in a source of one file. */
  readonly record: number;
  /** `_line`, from 1. */
  readonly line: number;
  /** `_offset`. */
  readonly offset: number;
  readonly parsed: boolean;
  /** One entry for each requested field; null is absent. */
  readonly cells: readonly (Value | null)[];
  /** First line (or more) of the raw text, shortened to `rawLimit`. */
  readonly raw: string;
  /** Of a source of several files: what happened to one of them, between this row and the one above. */
  readonly markers?: readonly Marker[];
  /** The same behind the last row. */
  readonly markersBelow?: readonly Marker[];
}

export interface PageRequest {
  readonly view: ViewId;
  /** Rows of the view [from, to), at most 1,000. */
  readonly from: number;
  readonly to: number;
  readonly fields: readonly string[];
  /** Longest text of a cell or raw in characters (default 2,000). */
  readonly textLimit?: number;
}

export interface Page {
  readonly view: ViewId;
  readonly from: number;
  readonly rows: readonly Row[];
  readonly total: number;
  readonly order: number;
}

/** All fields and the whole raw text of one record. */
export interface RecordDetail {
  readonly record: number;
  readonly line: number;
  readonly lines: number;
  readonly offset: number;
  readonly bytes: number;
  readonly parsed: boolean;
  readonly fields: readonly { readonly name: string; readonly value: Value }[];
  /** Cut at 1 MiB; then `rawCut` is true. */
  readonly raw: string;
  readonly rawCut: boolean;
}

export interface HistogramRequest {
  readonly view: ViewId;
  /** At most so many buckets (the interval is chosen), unless `interval` says it. */
  readonly buckets: number;
  readonly interval?: string;
  /** Half-open; the whole view's extent when absent. */
  readonly from?: number;
  readonly to?: number;
  readonly stackBy?: string;
  /** Sum of this numeric field for each bucket, as well as counts. */
  readonly sum?: string;
  /** Only records of the last so many milliseconds before the newest record of the source; the axis is that long. */
  readonly lastMs?: number;
}

export interface Histogram {
  /** As in '5m', '1h', '1d'; '1w' and '1mo' are of the calendar. */
  readonly interval: string;
  /** Bucket starts, ascending, in ms, plus the end of the last: one more than buckets. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly sums?: readonly number[];
  readonly series?: readonly { readonly key: string; readonly counts: readonly number[] }[];
  /** Records of the view without a time, and those outside [from, to). */
  readonly untimed: number;
  readonly outside: number;
  readonly records: number;
  /** False while the view is still growing. */
  readonly final: boolean;
}

export interface TopRequest {
  readonly view: ViewId;
  readonly field: string;
  readonly limit: number;
}

export interface Top {
  readonly field: string;
  readonly values: readonly { readonly value: Value; readonly count: number }[];
  /** Records with values that are not listed, records without a value, distinct values in all. */
  readonly other: number;
  readonly absent: number;
  readonly distinct: number;
  readonly records: number;
  readonly final: boolean;
}

/** What a panel groups records by. */
export interface SummaryDimension {
  /** A field of the log or a derived one (model/derived.ts). */
  readonly field: string;
  /** Only files that were not found; or, of the others, those handed out as they are (static) or made (file). */
  readonly where?: 'file' | 'static' | 'missing';
  /** Of `path`: together with the query. */
  readonly withQuery?: boolean;
  /** Of `exception.class`: together with `exception_frame`, as `class\nframe`, of which one may be missing. */
  readonly withFrame?: boolean;
}

export type SummaryPanelRequest =
  /** Sums over all records. */
  | { readonly kind: 'totals' }
  /** Everything over time: at most `buckets`, unless `interval` says it. */
  | {
      readonly kind: 'series';
      readonly buckets: number;
      readonly interval?: string;
      readonly stackBy?: 'status' | 'level';
    }
  /** Records by hour and weekday of the view's zone. */
  | { readonly kind: 'heat' }
  /** Records by duration. */
  | { readonly kind: 'latency' }
  /** Records, bytes and visitors of each date of the view's zone. */
  | { readonly kind: 'days' }
  /** The most frequent values. */
  | { readonly kind: 'values'; readonly dimension: SummaryDimension; readonly limit: number };

/** Several panels of one view, computed together in one pass (values: two). */
export interface SummaryRequest {
  readonly view: ViewId;
  readonly panels: readonly SummaryPanelRequest[];
  /** Only records of the last so many milliseconds before the newest record of the source. */
  readonly lastMs?: number;
}

/** Milliseconds; each percentile within 1 % (docs/charts.md), least and greatest exact. */
export interface Percentiles {
  readonly count: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** How many different ones: exact up to a limit, then an estimate. */
export interface Distinct {
  readonly count: number;
  readonly exact: boolean;
}

export interface TotalsSummary {
  readonly kind: 'totals';
  readonly records: number;
  readonly bytes: number;
  readonly errors: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
  readonly clients: Distinct;
  readonly visitors: Distinct;
  readonly duration?: Percentiles;
}

export interface SeriesSummary {
  readonly kind: 'series';
  readonly interval: string;
  /** Bucket starts, ascending, in ms, plus the end of the last. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  /** Records that have a status. */
  readonly requests: readonly number[];
  readonly bytes: readonly number[];
  /** Distinct clients of each bucket. */
  readonly clients: readonly number[];
  readonly clientsExact: boolean;
  /** By status class or level; '' is neither. Those without records are left out. */
  readonly classes: readonly {
    readonly key: string;
    readonly counts: readonly number[];
    readonly requests: readonly number[];
    readonly bytes: readonly number[];
    /** A client may be in several classes. */
    readonly clients: readonly number[];
  }[];
  /** null: no record of the bucket has a duration. Absent where the source has none. */
  readonly durations?: readonly (Percentiles | null)[];
  readonly untimed: number;
  readonly outside: number;
}

export interface HeatSummary {
  readonly kind: 'heat';
  /** 7 x 24: Monday 0:00 first. */
  readonly counts: readonly number[];
  readonly absent: number;
}

export interface LatencySummary {
  readonly kind: 'latency';
  /** Edges of the buckets in ms, each bucket [edge, next). */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  readonly absent: number;
}

export interface DaysSummary {
  readonly kind: 'days';
  readonly days: readonly {
    /** Begin and end of the date in the view's zone, ms. */
    readonly from: number;
    readonly to: number;
    readonly count: number;
    readonly bytes: number;
    readonly errors: number;
    readonly visitors: Distinct;
  }[];
}

export interface ValueSummary {
  /** null: the records without a value. */
  readonly value: Value | null;
  readonly count: number;
  readonly bytes: number;
  readonly errors: number;
  /** Records with a client error do not count for visitors, as in GoAccess. */
  readonly visitors: Distinct;
  readonly p95?: number;
}

export interface ValuesSummary {
  readonly kind: 'values';
  readonly dimension: SummaryDimension;
  readonly values: readonly ValueSummary[];
  /** Records without a value. */
  readonly absent: ValueSummary;
  /** Records with values that are not listed. */
  readonly other: number;
  readonly distinct: number;
  /** False when there were too many values to remember them all: then counts are lower bounds. */
  readonly exact: boolean;
}

export type PanelSummary = TotalsSummary | SeriesSummary | HeatSummary | LatencySummary | DaysSummary | ValuesSummary;

export interface Summary {
  /** In the order in which they were asked for. */
  readonly panels: readonly PanelSummary[];
  readonly records: number;
  /** False while the view is still growing. */
  readonly final: boolean;
}

export type ExportFormat = 'csv' | 'tsv' | 'jsonl' | 'text';

export interface ExportRequest {
  readonly view: ViewId;
  readonly format: ExportFormat;
  /** Columns in order; absent: all fields. */
  readonly fields?: readonly string[];
  /** Zone in which times are written (CSV and TSV). */
  readonly zone: string;
  readonly bom: boolean;
  readonly crlf: boolean;
  readonly neutralize: boolean;
  /** Where to: a path (Electron, after a dialog) or a token that the browser host gave. */
  readonly target: { readonly path: string } | { readonly download: string };
}

export type JobId = number;

export interface JobState {
  readonly id: JobId;
  readonly kind: 'export';
  readonly done: boolean;
  readonly progress: number;
  readonly rows: number;
  readonly totalRows: number;
  readonly bytes: number;
  /** Rows that lack a text which stood in the log and is no longer available. */
  readonly gone?: number;
  readonly error?: ErrorData;
  /** Where the whole result is: a path, or a link for the browser host. */
  readonly result?: { readonly path?: string; readonly href?: string };
}

/** Where a time, line or record is within a view: the first row at or after it (or before, backwards). */
export type LocateRequest = { readonly view: ViewId } & (
  | { readonly by: 'time'; readonly time: number }
  | { readonly by: 'line'; readonly line: number }
  | { readonly by: 'record'; readonly record: number }
  /** Next or previous row whose level is at least `level`, from row `from` (exclusive), wrapping around. */
  | { readonly by: 'level'; readonly level: number; readonly from: number; readonly backwards: boolean }
  /** Next or previous row that fits a filter, wrapping around. */
  | { readonly by: 'filter'; readonly filter: string; readonly from: number; readonly backwards: boolean }
);

/** Every call: request, then reply. All take an AbortSignal on the client's side. */
export interface Calls {
  /** Facts of the host and of this build. */
  hello: { request: Record<string, never>; reply: HelloReply };
  /**
   * Opens a path and answers once the first 256 KB are read and parsed; indexing goes on. With `more` files, all of them
   * are one source, in the order of time.
   */
  open: {
    request: { readonly path: string; readonly more?: readonly string[]; readonly options?: OpenOptions };
    reply: SourceState;
  };
  /** Reads the source again with other options; same id. */
  reopen: { request: { readonly source: SourceId; readonly options: OpenOptions }; reply: SourceState };
  close: { request: { readonly source: SourceId }; reply: null };
  sources: { request: Record<string, never>; reply: readonly SourceState[] };
  formats: { request: Record<string, never>; reply: readonly { readonly name: string; readonly title: string }[] };
  /** A view over a source; filter errors are a `bad-filter` error with its range. */
  createView: { request: { readonly source: SourceId; readonly query: ViewQuery }; reply: ViewState };
  /** Replaces the query; work on the old one is cancelled. The id stays. */
  updateView: { request: { readonly view: ViewId; readonly query: ViewQuery }; reply: ViewState };
  /** Begins or ends following. */
  follow: { request: { readonly source: SourceId; readonly on: boolean }; reply: SourceState };
  /** Orders rows that came after the order was made. */
  sortAgain: { request: { readonly view: ViewId }; reply: ViewState };
  /** While held, rows stay where they are, and what comes stands behind them, whatever the order. */
  holdOrder: { request: { readonly view: ViewId; readonly on: boolean }; reply: ViewState };
  closeView: { request: { readonly view: ViewId }; reply: null };
  page: { request: PageRequest; reply: Page };
  record: { request: { readonly view: ViewId; readonly record: number }; reply: RecordDetail };
  locate: { request: LocateRequest; reply: { readonly row: number; readonly exact: boolean } | null };
  histogram: { request: HistogramRequest; reply: Histogram };
  top: { request: TopRequest; reply: Top };
  summary: { request: SummaryRequest; reply: Summary };
  /** Checks a filter without running it. */
  checkFilter: {
    request: { readonly source: SourceId; readonly filter: string; readonly zone: string };
    reply: {
      readonly error?: ErrorData;
      readonly warnings: readonly { readonly message: string; readonly from: number; readonly to: number }[];
    };
  };
  export: { request: ExportRequest; reply: JobState };
  cancelJob: { request: { readonly job: JobId }; reply: null };
  /** Asks the shell for files to open: Electron's dialog; null where the host lists folders instead. */
  pickFiles: { request: Record<string, never>; reply: readonly string[] | null };
  /** Asks the shell where an export goes: Electron's dialog; the browser host answers a download token. null: cancelled. */
  pickExportTarget: { request: { readonly suggestedName: string }; reply: ExportRequest['target'] | null };
  /** Folders and files for a chooser (browser host). */
  listFolder: { request: { readonly path?: string }; reply: FolderListing };
}

export interface HelloReply {
  readonly name: 'taillight';
  readonly version: string;
  readonly host: 'electron' | 'browser' | 'test';
  /** The system's zone. */
  readonly timezone: string;
  readonly platform: string;
  /** Files named on the command line, to be opened by the window. */
  readonly files: readonly string[];
  /** The file that standard input is kept in: gone at the end, so nothing to be remembered. */
  readonly input?: string;
  readonly options: OpenOptions;
  readonly displayTimezone: string;
}

export interface FolderListing {
  readonly path: string;
  readonly parent?: string;
  readonly entries: readonly {
    readonly name: string;
    readonly path: string;
    readonly kind: 'file' | 'folder';
    readonly bytes?: number;
    readonly modified?: number;
  }[];
  readonly places: readonly { readonly name: string; readonly path: string }[];
}

/** Events of the engine to every client; coalesced by the engine. */
export interface Events {
  sourceChanged: SourceState;
  viewChanged: ViewState;
  jobChanged: JobState;
  /** Another program start, a drop on the icon, a menu: the window opens these. */
  openRequested: { readonly paths: readonly string[]; readonly follow?: boolean };
  /** A command of the native menu, by the name of the renderer's command. */
  commandRequested: { readonly command: string };
}

export type CallName = keyof Calls;
export type EventName = keyof Events;
export type RequestOf<N extends CallName> = Calls[N]['request'];
export type ReplyOf<N extends CallName> = Calls[N]['reply'];

/** What serves the calls: the engine with a host's few duties. */
export type Handlers = {
  readonly [N in CallName]: (request: RequestOf<N>, signal: AbortSignal) => Promise<ReplyOf<N>>;
};
