/** Numbers as people read them. One style for the whole window, independent of the system's language settings. */

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const fractional = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 });

/** `1,234,567` */
export const formatCount = (count: number): string => whole.format(count);

/** `1,234.5`: at most three decimals. */
export const formatNumber = (value: number): string => fractional.format(value);

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `1.4 GiB`; three significant digits. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < byteUnits.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${byteUnits[unit]}`;
}

/** `12 %`, `3.4 %`, `<0.1 %`. */
export function formatShare(part: number): string {
  const percent = part * 100;
  if (percent > 0 && percent < 0.1) return '<0.1 %';
  return `${percent >= 10 || percent === 0 ? percent.toFixed(0) : percent.toFixed(1)} %`;
}

/** `950`, `12k`, `3.4M`: for axes, where room is short. */
export function formatCompact(value: number): string {
  for (const [size, letter] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const) {
    if (Math.abs(value) >= size) return `${Number((value / size).toPrecision(3))}${letter}`;
  }
  return String(Number(value.toPrecision(3)));
}
