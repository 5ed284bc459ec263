export { markerBetween, markersOfFiles, markerTexts, type MarkerText } from './markers.ts';
export { rateOf, useRate } from './rate.ts';
export { SpanMenu, useLastMs } from './span.tsx';
export { TailBadge } from './tail-badge.tsx';
export { createTail, type Tail, type TailState } from './tail.ts';
