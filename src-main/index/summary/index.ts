/** The door of summaries over segments. */
export { Batch } from './batch.ts';
export { DistinctCounter, type DistinctLimits, type DistinctPart } from './distinct.ts';
export {
  bucketCounter,
  classCount,
  createPanelSums,
  largeCounter,
  valueCounter,
  type CellsPart,
  type DayPart,
  type DaysPart,
  type PanelPart,
  type PanelTask,
  type SeriesPart,
  type TotalsPart,
} from './panels.ts';
export type { ClientPart, ClientTask } from './client-sum.ts';
export { DerivedRows } from './derived-rows.ts';
export type { DetailPart } from './detail-sum.ts';
export type { ValuesPart } from './values-sum.ts';
export type { SketchPart } from './sketches.ts';
export { accuracy, bucketOfValue, percentile, sketchBuckets, sketchEdges } from './quantiles.ts';
export { DerivedEntries, rememberDerived, StaticEntries, TextHashes, type SummarySource } from './summary-source.ts';
