import { lowerBound, type Segment } from '../../index/segment.ts';

/** Numbers of the records of a zone when its segments stand in another order. */
export function renumbering(zone: readonly Segment[], order: readonly number[]): (record: number) => number {
  const firsts = zone.map(({ firstRow }) => firstRow);
  const shifts = new Array<number>(zone.length);
  let [next] = firsts;
  for (const at of order) {
    shifts[at] = next - firsts[at];
    next += zone[at].rows;
  }
  const end = next;
  return (record) => (record >= end ? record : record + shifts[lowerBound(firsts, record + 1) - 1]);
}
