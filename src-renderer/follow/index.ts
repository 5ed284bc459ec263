export { markerTexts } from './markers.ts';
export { TailBadge } from './tail-badge.tsx';
export { createTail, type Tail, type TailState } from './tail.ts';
