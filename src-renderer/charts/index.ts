export { HistogramStrip } from './histogram-strip.tsx';
export { Overview, type OverviewProps } from './overview.tsx';
export { nothingChosen, type OverviewChoice } from './panel-list.ts';
