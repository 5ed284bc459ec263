/** The door of summaries over segments. */
export { Batch } from './batch.ts';
export { DistinctCounter, type DistinctLimits, type DistinctPart } from './distinct.ts';
export {
  bucketCounter,
  classCount,
  createPanelSum,
  largeCounter,
  valueCounter,
  type CellsPart,
  type DaysPart,
  type DetailPart,
  type PanelPart,
  type PanelTask,
  type SeriesPart,
  type TotalsPart,
  type ValuesPart,
} from './panels.ts';
export type { SketchPart } from './sketches.ts';
export { accuracy, percentile, sketchBuckets } from './quantiles.ts';
export { DerivedEntries, rememberDerived, StaticEntries, TextHashes, type SummarySource } from './summary-source.ts';
