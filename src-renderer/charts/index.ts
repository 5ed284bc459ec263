export { HistogramStrip } from './histogram-strip.tsx';
export { Overview, type OverviewProps } from './overview.tsx';
