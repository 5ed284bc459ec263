/** What filters and summaries need of a source that is open in a worker. */
import { type FieldType } from '../../src-shared/model/field.ts';
import type { DeriveText } from '../formats/index.ts';
import type { QueryKernels } from '../kernels/query-kernels.ts';
import type { ScanMemory } from '../kernels/search.ts';
import type { Dictionary } from './dictionary.ts';
import type { RecordReader } from './record-reader.ts';
import type { Segment } from './segment.ts';

/** What a filter needs of its source. */
export interface FilterSource {
  /** How the records of a segment read: a source may consist of several files. */
  reader(segment: Segment): RecordReader;
  isUtf8(segment: Segment): boolean;
  fileName(segment: Segment): string;
  dictionary(field: string): Dictionary | undefined;
  /** Type of a field, as declared by the format or found by indexing. */
  typeOf(field: string): FieldType;
  /** Where bytes are read to and searched. */
  readonly scan: ScanMemory;
  /** Loops over columns. */
  readonly kernels: QueryKernels;
  /** True when records have the field themselves. */
  hasField(field: string): boolean;
  /** The value of a derived field for a text, kept for texts that come again. */
  derived(name: string): DeriveText;
  /** Bytes [from, to) of the segment's file; valid until the next call. */
  read(segment: Segment, from: number, to: number): Buffer;
}

/** Called between records of slow tests, so that a stuck regular expression can be told from a long scan. */
export type Heartbeat = () => void;
