/**
 * What panels need to know of each record's outcome, as one small number: its status (as a class, and whether it is
 * 404) and its level. A record with a status is an error from 400 to 599, others by their level.
 */
import type { SummaryKernels } from '../../kernels/summary-kernels.ts';
import { numberAt, type NumberColumn } from '../segment.ts';

/** The level from which a record counts as an error. */
const errorLevel = 5;

/** 0 none, 1 to 5 the classes, 6 others, and those with 404 apart. */
const notFound = 7;
const statusKinds = 8;
/** 0 to 6, and 7 is none. */
const noLevel = 7;
const levelKinds = 8;

export type StackBy = 'status' | 'level' | undefined;

/** What kinds mean. Where segments have no levels, or no statuses, there are 8 of them, else 64. */
export interface KindTable {
  readonly size: number;
  /** 0 or 1 by kind. */
  readonly isError: Uint8Array;
  readonly isMissing: Uint8Array;
  readonly isClientError: Uint8Array;
  readonly isServerError: Uint8Array;
  /** Series of a stacked chart: none, 1xx to 5xx and others; or the levels and none. */
  readonly statusClass: Uint8Array;
  readonly levelClass: Uint8Array;
}

export interface RowKinds {
  /** By row. */
  readonly of: Uint8Array;
  readonly table: KindTable;
}

/** `kindOf` says which kind a status and a level together are. */
function tableOf(statuses: readonly number[], levels: readonly number[]): KindTable {
  const pairs = statuses.flatMap((status) => levels.map((level) => ({ status, level })));
  const flag = (holds: (pair: { readonly status: number; readonly level: number }) => boolean): Uint8Array =>
    Uint8Array.from(pairs, (pair) => (holds(pair) ? 1 : 0));
  const isClientError = ({ status }: { readonly status: number }): boolean => status === 4 || status === notFound;
  return {
    size: pairs.length,
    isError: flag((pair) =>
      pair.status === 0 ? pair.level >= errorLevel && pair.level !== noLevel : isClientError(pair) || pair.status === 5,
    ),
    isMissing: flag(({ status }) => status === notFound),
    isClientError: flag(isClientError),
    isServerError: flag(({ status }) => status === 5),
    statusClass: Uint8Array.from(pairs, ({ status }) => (status === notFound ? 4 : status)),
    levelClass: Uint8Array.from(pairs, ({ level }) => level),
  };
}

const all = (size: number): readonly number[] => Array.from({ length: size }, (_, at) => at);
const byStatus = tableOf(all(statusKinds), [noLevel]);
const byLevel = tableOf([0], all(levelKinds));
const byBoth = tableOf(all(statusKinds), all(levelKinds));

const noClasses = new Uint8Array(byBoth.size);

/** The class of each kind in charts that are stacked so. */
export const classesOf = (table: KindTable, stackBy: StackBy): Uint8Array =>
  stackBy === 'status' ? table.statusClass : stackBy === 'level' ? table.levelClass : noClasses;

/** Most kinds that a segment has. */
export const mostKinds = byBoth.size;

function statusKind(status: number): number {
  if (status !== status) return 0;
  if (status === 404) return notFound;
  return status >= 100 && status < 600 ? Math.floor(status / 100) : 6;
}

const levelKind = (level: number): number => (level >= 0 && level < noLevel ? Math.floor(level) : noLevel);

/** A field's numbers in one segment: stored narrow, or as doubles with NaN for none; undefined where there are none. */
export type KindSource = NumberColumn | Float64Array | undefined;

/** Kinds of a segment's rows, to where the kernels read them. */
export function fillKinds(statuses: KindSource, levels: KindSource, rows: number, kernels: SummaryKernels): KindTable {
  kernels.visitors.kinds.fill(0, 0, rows);
  const hasBoth = statuses !== undefined && levels !== undefined;
  if (statuses !== undefined) addKinds(statuses, rows, statusKind, hasBoth ? levelKinds : 1, kernels);
  if (levels !== undefined) addKinds(levels, rows, levelKind, 1, kernels);
  return hasBoth ? byBoth : levels !== undefined ? byLevel : byStatus;
}

/** Adds the kind of each row's number, times `step`. */
function addKinds(
  source: NumberColumn | Float64Array,
  rows: number,
  kindOf: (value: number) => number,
  step: number,
  { visitors, table, addLooked }: SummaryKernels,
): void {
  const { kinds } = visitors;
  if (source instanceof Float64Array) {
    for (let row = 0; row < rows; row++) kinds[row] += kindOf(source[row]) * step;
    return;
  }
  const { values, base, min, max } = source;
  if (values instanceof Uint8Array || values instanceof Uint16Array) {
    table.fill(kindOf(Number.NaN) * step, 0, Math.max(0, max - base + 1) + 1);
    for (let value = min; value <= max; value++) table[value - base + 1] = kindOf(value) * step;
    addLooked(values.subarray(0, rows));
    return;
  }
  for (let row = 0; row < rows; row++) kinds[row] += kindOf(numberAt(source, row)) * step;
}
