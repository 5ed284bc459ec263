/** The mean of each value and its neighbours before it; shorter at the begin. Pure. */
export function movingAverage(values: readonly number[], width: number): readonly number[] {
  let sum = 0;
  return values.map((value, at) => {
    sum += value - (at >= width ? (values[at - width] ?? 0) : 0);
    return sum / Math.min(at + 1, width);
  });
}
