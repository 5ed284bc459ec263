/** Where on the canvas a chart draws, and which stretch of time it shows. Pure. */

export interface PlotArea {
  readonly leftPx: number;
  readonly widthPx: number;
  readonly topPx: number;
  readonly heightPx: number;
}

export const isSameArea = (a: PlotArea, b: PlotArea): boolean =>
  a.leftPx === b.leftPx && a.widthPx === b.widthPx && a.topPx === b.topPx && a.heightPx === b.heightPx;

export const nowhere: PlotArea = { leftPx: 0, widthPx: 0, topPx: 0, heightPx: 0 };

/** A few buckets alone would be as wide as the screen: they get room on both sides. */
export function domainOf(edges: readonly number[]): readonly [number, number] {
  const first = edges[0] ?? 0;
  const last = edges.at(-1) ?? 1;
  const buckets = Math.max(1, edges.length - 1);
  const spare = (Math.max(0, leastBuckets - buckets) / 2) * ((last - first) / buckets);
  return [first - spare, last + spare];
}

const leastBuckets = 16;
