export { ChartPanel } from './chart-panel.tsx';
export { HistogramStrip } from './histogram-strip.tsx';
