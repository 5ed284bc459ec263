/**
 * What the engine offers to hosts: the protocol's calls, its events, and, for hosts in the same process
 * (command line, export), waiting and writing rows without a channel. Knows no shell.
 */
import type {
  CallName,
  EventName,
  Events,
  ExportFormat,
  Handlers,
  SourceId,
  SourceState,
  ViewId,
  ViewState,
} from '../../src-shared/protocol.ts';

/** Calls that only a shell can serve. */
export type ShellCall = 'hello' | 'pickFiles' | 'pickExportTarget' | 'listFolder';
export type EngineHandlers = Pick<Handlers, Exclude<CallName, ShellCall>>;
export type ShellHandlers = Pick<Handlers, ShellCall>;

export interface EngineSettings {
  /** Index and scan workers; default: cores, at most 8. */
  readonly workers?: number;
  /** Bytes of index kept in memory; default: a quarter of the machine's. */
  readonly memoryBudgetBytes?: number;
  /** Settings and formats of the user (CONTRACT: Places). */
  readonly configFolder?: string;
  /** Where finished indexes are stored, in a folder `index`; absent: nowhere. */
  readonly cacheFolder?: string;
  /** Most bytes of all stored indexes; default 4 GiB. */
  readonly cacheLimitBytes?: number;
  /** Indexes of smaller logs are not stored; default 8 MiB. */
  readonly cacheLeastBytes?: number;
  /** Where unpacked and uploaded files go; default: the system's temporary folder. */
  readonly spoolFolder?: string;
  /** Most bytes that a compressed file may unpack to; default 64 GiB or what the disk has free less 1 GiB. */
  readonly spoolLimitBytes?: number;
  /** Most bytes of followed text that stay readable whatever happens to the file; default 1 GiB. */
  readonly followSpoolBytes?: number;
  /** Bytes read at once while indexing; tests use 1, 7 and 64. */
  readonly chunkBytes?: number;
  /** Bytes that one index task covers; default 16 MiB. */
  readonly rangeBytes?: number;
  /** Records of a segment at the most; default 65,536. */
  readonly segmentRecords?: number;
}

export type EngineListener = <N extends EventName>(name: N, payload: Events[N]) => void;

export interface WriteRowsRequest {
  readonly view: ViewId;
  readonly format: ExportFormat;
  /** Absent: all fields in FIELDS order, then others by first appearance. */
  readonly fields?: readonly string[];
  readonly zone: string;
  readonly bom: boolean;
  readonly crlf: boolean;
  readonly neutralize: boolean;
  /** First rows of the view only. */
  readonly limit?: number;
}

export interface WriteProgress {
  readonly rows: number;
  readonly bytes: number;
  /** Rows that lack a text which stood in the log and is no longer available. */
  readonly gone: number;
}

export interface Engine {
  readonly handlers: EngineHandlers;
  /** Returns the function that ends the subscription. */
  subscribe(listener: EngineListener): () => void;
  /** Resolves when every byte is indexed; rejects when the source failed or was closed. */
  whenIndexed(source: SourceId, signal?: AbortSignal): Promise<SourceState>;
  /** Resolves when the view has seen and ordered every record of an indexed source. */
  whenSettled(view: ViewId, signal?: AbortSignal): Promise<ViewState>;
  /** Writes the view's rows in its order, with backpressure: `write` is awaited. */
  writeRows(
    request: WriteRowsRequest,
    write: (bytes: Uint8Array) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<WriteProgress>;
  /** Ends workers, closes files, removes spools. */
  close(): Promise<void>;
}
