/**
 * What a worker holds of a registered source: its opened segments, its dictionaries, and the way to its bytes.
 */
import { readSync } from 'node:fs';
import type { FieldType } from '../../src-shared/model/field.ts';
import { deriveText, formatFor } from '../formats/index.ts';
import { Dictionary, type DictionaryGrowth } from '../index/dictionary.ts';
import type { DeriveText } from '../formats/index.ts';
import { RecordReader } from '../index/record-reader.ts';
import { openSegment } from '../index/open-segment.ts';
import type { Segment } from '../index/segment.ts';
import type { QueryKernels } from '../kernels/query-kernels.ts';
import type { ScanMemory } from '../kernels/search.ts';
import type { SummaryKernels } from '../kernels/summary-kernels.ts';
import {
  DerivedEntries,
  DerivedRows,
  rememberDerived,
  StaticEntries,
  TextHashes,
  type SummarySource,
} from '../index/summary/index.ts';
import type { BlockCache } from '../index/store/block-cache.ts';
import { readFrom } from '../index/store/read-texts.ts';
import type { PlacedDictionary, Registration, WorkerPiece } from './tasks.ts';

/** What one task may use. */
export interface TaskContext {
  /** Throws `cancelled` when the task was cancelled; also the heartbeat. */
  readonly beat: () => void;
  readonly stopped: () => boolean;
}

/** What all sources of a worker work in, one task at a time. */
export interface WorkerMemory {
  readonly scan: ScanMemory;
  readonly kernels: QueryKernels;
  readonly panelKernels: SummaryKernels;
}

interface OpenPiece {
  readonly facts: WorkerPiece;
  readonly reader: RecordReader;
}

/** A registered source with its segments opened. */
export class WorkerSourceState implements SummarySource {
  readonly number: number;
  readonly segments: Segment[] = [];
  readonly #pieces: OpenPiece[] = [];
  readonly #dictionaries = new Map<string, Dictionary>();
  #types: ReadonlyMap<string, FieldType> = new Map();
  readonly scan: ScanMemory;
  readonly kernels: QueryKernels;
  readonly panelKernels: SummaryKernels;
  readonly #hashes = new Map<string, TextHashes>();
  readonly #derived = new Map<string, DeriveText>();
  readonly #staticEntries = new Map<string, StaticEntries>();
  readonly #derivedEntries = new Map<string, DerivedEntries>();
  readonly #derivedRows = new Map<string, DerivedRows>();

  readonly #cache: BlockCache;

  constructor(number: number, { scan, kernels, panelKernels }: WorkerMemory, cache: BlockCache) {
    this.number = number;
    this.scan = scan;
    this.kernels = kernels;
    this.panelKernels = panelKernels;
    this.#cache = cache;
  }

  setPiece(facts: WorkerPiece): void {
    const reader = this.#pieces[facts.piece]?.reader ?? new RecordReader(formatFor(facts.format), facts.parser);
    this.#pieces[facts.piece] = { facts, reader };
  }

  extend(registration: Extract<Registration, { kind: 'segments' }>): void {
    this.segments.length = registration.at;
    for (const { data, firstRow, firstLine, piece } of registration.segments) {
      this.segments.push(openSegment(data, firstRow, firstLine, piece, this.#cache));
    }
    this.#types = new Map(registration.types);
  }

  regroup({ from, to, fresh, kept }: Extract<Registration, { kind: 'regroup' }>): void {
    const old = this.segments.slice(from, to);
    const placed = fresh.map(({ data, firstRow, firstLine, piece }) =>
      openSegment(data, firstRow, firstLine, piece, this.#cache),
    );
    const moved = kept.map(({ at, firstRow }) =>
      openSegment(old[at].data, firstRow, old[at].firstLine, old[at].piece, this.#cache),
    );
    this.segments.splice(from, to - from, ...placed, ...moved);
  }

  /** The arrays of segments lie elsewhere from now on. */
  move(moved: Extract<Registration, { kind: 'moved' }>['segments']): void {
    for (const [at, data] of moved) this.segments[at]?.move(data);
  }

  reader(segment: Segment): RecordReader {
    return this.#pieces[segment.piece].reader;
  }

  isUtf8(segment: Segment): boolean {
    return this.#pieces[segment.piece].facts.parser.encoding === 'utf-8';
  }

  fileName(segment: Segment): string {
    return this.#pieces[segment.piece].facts.name;
  }

  growDictionaries(growths: readonly DictionaryGrowth[], anew: boolean): void {
    for (const growth of growths) {
      const dictionary = this.#dictionaryOf(growth.field);
      if (anew) dictionary.clear();
      dictionary.grow(growth);
    }
  }

  /** Texts are read from a stored index from now on. */
  storeTexts(dictionaries: readonly PlacedDictionary[]): void {
    for (const stored of dictionaries) readFrom(this.#dictionaryOf(stored.field), stored, this.#cache);
  }

  #dictionaryOf(field: string): Dictionary {
    let dictionary = this.#dictionaries.get(field);
    if (dictionary === undefined) this.#dictionaries.set(field, (dictionary = new Dictionary(field)));
    return dictionary;
  }

  dictionary(field: string): Dictionary | undefined {
    return this.#dictionaries.get(field);
  }

  typeOf(field: string): FieldType {
    return this.#types.get(field) ?? 'any';
  }

  hasField(field: string): boolean {
    return this.#types.has(field);
  }

  derived(name: string): DeriveText {
    let derive = this.#derived.get(name);
    if (derive === undefined) this.#derived.set(name, (derive = rememberDerived(name)));
    return derive;
  }

  hashes(field: string, seed: number): TextHashes {
    let hashes = this.#hashes.get(field);
    if (hashes === undefined) {
      hashes = new TextHashes(() => this.#dictionaries.get(field), seed);
      this.#hashes.set(field, hashes);
    }
    return hashes;
  }

  staticEntries(field: string): StaticEntries {
    let entries = this.#staticEntries.get(field);
    if (entries === undefined) this.#staticEntries.set(field, (entries = new StaticEntries()));
    return entries;
  }

  derivedEntries(name: string): DerivedEntries {
    let entries = this.#derivedEntries.get(name);
    if (entries === undefined) {
      // Entries are derived once each: nothing else need be remembered.
      entries = new DerivedEntries(deriveText(name) ?? (() => undefined));
      this.#derivedEntries.set(name, entries);
    }
    return entries;
  }

  derivedRows(name: string): DerivedRows {
    let rows = this.#derivedRows.get(name);
    if (rows === undefined) this.#derivedRows.set(name, (rows = new DerivedRows()));
    return rows;
  }

  read(segment: Segment, from: number, to: number): Buffer {
    return this.readInto(segment, this.scan.room(to - from), from);
  }

  /** Reads from source offset `from` on until the target is full or the file ends; what was read. */
  readInto(segment: Segment, target: Buffer, from: number): Buffer {
    const got = readFully(this.#pieces[segment.piece].facts.fd, target, 0, target.length, from);
    return got === target.length ? target : target.subarray(0, got);
  }
}

/** Reads until `length` bytes are there or the file ends. */
export function readFully(fd: number, target: Uint8Array, at: number, length: number, position: number): number {
  let done = 0;
  while (done < length) {
    const got = readSync(fd, target, at + done, length - done, position + done);
    if (got === 0) break;
    done += got;
  }
  return done;
}
