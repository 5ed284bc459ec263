/** As many buckets as bars of some width fit beside each other, in steps, so that a resize does not ask anew each pixel. */
import { useEffect, useState } from 'react';

/** Stacked charts beyond this take more than a frame to draw (Chart.js 4.6: 46 ms at 300 buckets of 4 series). */
const mostBuckets = 300;
const stepBuckets = 20;

/** 0 while the place is not measured yet. */
export function useBucketCount(host: { readonly current: HTMLElement | null }, barPx: number): number {
  const [buckets, setBuckets] = useState(0);
  useEffect(() => {
    const { current: element } = host;
    if (element === null) return undefined;
    const measure = (): void => {
      const fitting = Math.ceil(element.clientWidth / barPx / stepBuckets) * stepBuckets;
      if (fitting > 0) setBuckets(Math.min(mostBuckets, fitting));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [host, barPx]);
  return buckets;
}
