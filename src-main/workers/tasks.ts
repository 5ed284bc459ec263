/**
 * What the engine asks of workers. A task is plain data with shared memory; it answers parts (streamed) and one
 * result. Sources are registered with every worker beforehand, so tasks name them by number.
 */
import type { FormatChoice, FormatField, ParserContext, ParserOptions, CutPoint } from '../formats/index.ts';
import type { Packing } from './unpack.ts';
import type { FieldType } from '../../src-shared/model/field.ts';
import type { Predicate } from '../../src-shared/query/index.ts';
import type { ErrorData } from '../../src-shared/errors.ts';
import type { Field } from '../../src-shared/model/field.ts';
import type { RowWriterOptions } from '../engine/export/row-writer-api.ts';
import type { TopValues } from '../index/top-values.ts';
import type { BuildOptions, BuildRange, BuildResult, BuiltSegment } from '../index/build.ts';
import type { DictionaryGrowth } from '../index/dictionary.ts';
import type { KeyCells, KeyedRecords } from '../index/radix-sort.ts';
import type { SegmentData } from '../index/segment.ts';
import type { TimedPart } from '../index/sort-ids.ts';
import type { StoredChunk, StoredDictionary } from '../index/store/directory.ts';
import type { CountedTexts } from '../index/text-counts.ts';
import type { ValueCountsPart } from '../index/value-counts.ts';
import type { PanelPart, PanelTask } from '../index/summary/index.ts';

/** One file of a source as workers know it: an open descriptor, and how its bytes read. */
export interface WorkerPiece {
  readonly piece: number;
  readonly name: string;
  readonly fd: number;
  readonly format: FormatChoice;
  readonly parser: ParserOptions;
}

/** A segment with its place in the source. */
export interface PlacedSegment {
  readonly data: SegmentData;
  readonly firstRow: number;
  readonly firstLine: number;
  readonly piece: number;
}

/** A dictionary in a stored index, and a descriptor of its file. */
export interface PlacedDictionary extends StoredDictionary {
  readonly fd: number;
}

/** State that every worker holds, in the order in which it is sent; never answered. */
export type Registration =
  /** Memory that holds the source's dictionaries, before its first build. */
  | { readonly kind: 'memory'; readonly source: number; readonly memory: WebAssembly.Memory }
  /** Adds a file to a source, or replaces the descriptor by which it is read. */
  | { readonly kind: 'piece'; readonly source: number; readonly piece: WorkerPiece }
  | {
      readonly kind: 'segments';
      readonly source: number;
      /** Number of the first of these segments; what was there from here on is replaced. */
      readonly at: number;
      readonly segments: readonly PlacedSegment[];
      /** Types of fields as now known. */
      readonly types: readonly (readonly [string, FieldType])[];
    }
  /** Segments [from, to) are these now: fresh ones, then some of those that there were, counted from 0, elsewhere. */
  | {
      readonly kind: 'regroup';
      readonly source: number;
      readonly from: number;
      readonly to: number;
      readonly fresh: readonly PlacedSegment[];
      readonly kept: readonly { readonly at: number; readonly firstRow: number }[];
    }
  /** New texts; told before the first segment that uses them. `anew`: all there are, in place of those before. */
  | {
      readonly kind: 'dictionaries';
      readonly source: number;
      readonly growths: readonly DictionaryGrowth[];
      readonly anew?: boolean;
    }
  /** Texts that are read from a stored index as they are asked for. */
  | { readonly kind: 'storedTexts'; readonly source: number; readonly dictionaries: readonly PlacedDictionary[] }
  /** The same segments, with their arrays elsewhere. */
  | { readonly kind: 'moved'; readonly source: number; readonly segments: readonly (readonly [number, SegmentData])[] }
  | { readonly kind: 'forget'; readonly source: number };

/** Matching rows of a segment; `bits` undefined: all. */
export interface SegmentRowsPart {
  readonly segment: number;
  readonly bits: Uint32Array | undefined;
}

export interface Tasks {
  prescan: {
    request: {
      readonly format: FormatChoice;
      readonly parser: ParserOptions;
      readonly fd: number;
      readonly from: number;
      readonly to: number;
    };
    part: { readonly bytes: number };
    result: readonly CutPoint[];
  };
  build: {
    request: {
      readonly source: number;
      readonly format: FormatChoice;
      readonly parser: ParserOptions;
      readonly fd: number;
      readonly range: BuildRange;
      readonly options: BuildOptions;
    };
    part: BuiltSegment;
    result: BuildResult;
  };
  /** Puts the texts of stored dictionaries into those that all threads write, with the same ids. */
  adopt: {
    request: { readonly source: number; readonly seed: number; readonly dictionaries: readonly PlacedDictionary[] };
    part: never;
    result: null;
  };
  filter: {
    /** `filter` numbers the predicate, so that a worker compiles it once for many tasks. */
    request: {
      readonly source: number;
      readonly filter: number;
      readonly predicate: Predicate;
      /** Tasks share these: each takes the next one that `claimed`, in shared memory, says is left. */
      readonly segments: readonly number[];
      readonly claimed: Int32Array;
      /** Shared memory for the rows found, and where the words of each segment begin in it. */
      readonly bits: Uint32Array;
      readonly starts: readonly number[];
      /** Shared memory for decisions on entries: see SegmentFilter.share. */
      readonly decisions: readonly Uint8Array[];
    };
    /** How many rows were found in segments, by their places in the list. */
    part: readonly { readonly at: number; readonly count: number }[];
    /** Some segments may be left, so that other tasks have their turn. */
    result: null;
  };
  histogram: {
    request: {
      readonly source: number;
      readonly rows: readonly SegmentRowsPart[];
      readonly edges: Float64Array;
      readonly stackBy?: string;
      readonly sum?: string;
    };
    part: never;
    result: {
      readonly counts: Float64Array;
      readonly sums: Float64Array | undefined;
      readonly series: readonly (readonly [string, Float64Array])[];
      readonly untimed: number;
      readonly outside: number;
      readonly records: number;
    };
  };
  extent: {
    request: { readonly source: number; readonly field: string; readonly rows: readonly SegmentRowsPart[] };
    part: never;
    result: { readonly min: number; readonly max: number; readonly absent: number };
  };
  count: {
    request: { readonly source: number; readonly field: string; readonly rows: readonly SegmentRowsPart[] };
    part: never;
    result: ValueCountsPart;
  };
  /** The most frequent of texts that tasks counted. */
  topTexts: {
    request: { readonly texts: readonly CountedTexts[]; readonly limit: number };
    part: never;
    result: TopValues;
  };
  /** Sums of several panels, in their order. */
  summarize: {
    request: {
      readonly source: number;
      readonly rows: readonly SegmentRowsPart[];
      readonly panels: readonly PanelTask[];
      readonly zone: string;
      /** Of the run: all its workers hash alike. */
      readonly seed: number;
    };
    part: never;
    result: readonly PanelPart[];
  };
  /** Record numbers in the order of a field; the array is shared memory. */
  sort: {
    request: {
      readonly source: number;
      readonly field: string;
      readonly descending: boolean;
      readonly rows: readonly SegmentRowsPart[];
    };
    part: never;
    result: Uint32Array;
  };
  /** The rank of each entry of a dictionary, up to `most`; shared memory. */
  rank: {
    request: { readonly source: number; readonly field: string };
    part: never;
    result: { readonly ranks: Uint32Array; readonly most: number };
  };
  /** Writes the keys of rows and their records, and answers how many keys fall into each cell. */
  sortKeys: {
    request: {
      readonly source: number;
      readonly rows: readonly SegmentRowsPart[];
      readonly key: {
        readonly field: string;
        readonly descending: boolean;
        /** The least number, and the greatest less that; or the greatest rank. */
        readonly least: number;
        readonly most: number;
        readonly ranks: Uint32Array | undefined;
      };
      /** Shared memory for exactly these rows. */
      readonly keys: Uint32Array;
      /** Undefined where these are all rows of segments that follow one another. */
      readonly records: Uint32Array | undefined;
      readonly cells: KeyCells;
    };
    part: never;
    result: Uint32Array;
  };
  /** Puts rows into their buckets: with their keys, or where a key is a bucket, in their last order. */
  sortScatter: {
    request: {
      readonly keys: Uint32Array;
      readonly records: KeyedRecords;
      /** Where the next row of each bucket goes. */
      readonly places: Uint32Array;
    } & (
      | { readonly sorted: Uint32Array }
      | { readonly cells: KeyCells; readonly bucketOf: Uint16Array; readonly pairs: Uint32Array }
    );
    part: never;
    result: null;
  };
  /** Sorts neighbouring buckets, each from one start to the next. */
  sortBuckets: {
    request: { readonly pairs: Uint32Array; readonly starts: Uint32Array; readonly sorted: Uint32Array };
    part: never;
    result: null;
  };
  /** Ids of records of several files in the order of time; the array is shared memory. */
  merge: {
    request: { readonly parts: readonly TimedPart[]; readonly files: number };
    part: never;
    result: Uint32Array;
  };
  /** Bytes of an export for rows of one segment, or for records by number in any order. */
  write: {
    request: {
      readonly source: number;
      readonly rows:
        | { readonly part: SegmentRowsPart; readonly from: number; readonly count: number }
        | { readonly records: Uint32Array };
      readonly writer: RowWriterOptions;
      readonly fields: readonly Field[];
      /** Records of the whole export. */
      readonly total: number;
    };
    part: never;
    /** `gone`: rows that lack a text which is no longer available. */
    result: { readonly bytes: Uint8Array; readonly rows: number; readonly gone: number };
  };
  /** Writes segments to a file from `at` on; answers them as they are stored, and where they end. */
  storeSegments: {
    request: {
      readonly source: number;
      readonly fd: number;
      readonly at: number;
      readonly segments: readonly number[];
    };
    part: never;
    result: { readonly segments: readonly SegmentData[]; readonly end: number };
  };
  /** The same for entries [from, to) of a dictionary. */
  storeTexts: {
    request: {
      readonly source: number;
      readonly fd: number;
      readonly at: number;
      readonly field: string;
      readonly from: number;
      readonly to: number;
    };
    part: never;
    result: { readonly chunks: readonly StoredChunk[]; readonly end: number };
  };
  /** Checks stored segments whole; with `keep` answers them in shared memory. */
  loadSegments: {
    request: { readonly source: number; readonly segments: readonly number[]; readonly keep: boolean };
    part: never;
    result: readonly (SharedArrayBuffer | undefined)[];
  };
  loadTexts: {
    request: PlacedDictionary & { readonly keep: boolean };
    part: never;
    result: Pick<DictionaryGrowth, 'texts' | 'entries'>;
  };
  unpack: {
    request: {
      readonly path: string;
      readonly spool: string;
      readonly packing: Packing;
      readonly limitBytes: number;
    };
    part: { readonly bytes: number; readonly read: number };
    result: { readonly bytes: number };
  };
  transcode: {
    request: { readonly fd: number; readonly encoding: string; readonly spool: string; readonly from: number };
    part: { readonly bytes: number; readonly read: number };
    result: { readonly bytes: number };
  };
}

export type TaskName = keyof Tasks;

/** What a worker is started with. */
export interface WorkerSettings {
  /** Most bytes of stored arrays and texts that it keeps for itself. */
  readonly blockCacheBytes: number;
}

/** Two shared words for each running task: whether to stop, and a counter that moves while the task does. */
export const taskWords = 2;

/** A task with its name and request bound to each other. */
export type RunMessage<N extends TaskName = TaskName> = {
  [P in N]: {
    readonly kind: 'run';
    readonly id: number;
    readonly name: P;
    readonly request: Tasks[P]['request'];
    readonly control: Int32Array;
  };
}[N];

export interface Registered {
  readonly kind: 'register';
  readonly registration: Registration;
}

export type ToWorker = Registered | RunMessage;

export type FromWorker =
  /** The file of a stored index does not hold what was written; the task that met it ends as cancelled. */
  | { readonly kind: 'damaged'; readonly fd: number }
  | { readonly kind: 'part'; readonly id: number; readonly part: unknown }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: ErrorData };

export type { BuiltSegment, FormatField, ParserContext };
