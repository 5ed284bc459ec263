/**
 * Ids of records of several files in the order of time, then of file, then of place in the file. An id is the record's
 * number in its file times the number of files, plus that of its file. Used by workers and by the engine's thread.
 */
import { sortedPositions } from './sort.ts';

/** Matching rows of a segment (`bits` undefined: all), and the times of all of its rows. */
export interface TimedPart {
  readonly bits: Uint32Array | undefined;
  readonly times: Float64Array;
  /** Id of the segment's first record; those that follow in its file are `files` apart. */
  readonly firstId: number;
}

/** Below this a sort that compares is faster than one that counts digits. */
const fewRows = 1000;

/** Parts come file by file, each in the order of the file; unless `isSorted`, their rows stay in that order. */
export function sortedIds(parts: readonly TimedPart[], files: number, isSorted = true): Uint32Array {
  let most = 0;
  for (const { times } of parts) most += times.length;
  const ids = new Uint32Array(most);
  const times = new Float64Array(most);
  let count = 0;
  for (const { bits, times: own, firstId } of parts) {
    for (let row = 0; row < own.length; row++) {
      if (bits !== undefined && (bits[row >>> 5] & (1 << (row & 31))) === 0) continue;
      ids[count] = firstId + row * files;
      times[count++] = own[row];
    }
  }
  const found = ids.slice(0, count);
  const keys = times.subarray(0, count);
  if (!isSorted || isAscending(keys)) return found;
  const positions =
    count < fewRows
      ? Uint32Array.from(found.keys()).sort((a, b) => keys[a] - keys[b] || a - b)
      : sortedPositions(keys, false);
  return positions.map((position) => found[position]);
}

function isAscending(keys: Float64Array): boolean {
  for (let at = 1; at < keys.length; at++) if (!(keys[at - 1] <= keys[at])) return false;
  return true;
}
