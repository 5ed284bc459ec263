/**
 * Text for people on a terminal: widths in columns, padding, shortening, numbers, sizes and bars. What comes from a
 * log goes through `visible` first, because control characters in it could drive the terminal.
 */

const controls = /[\u0000-\u001f\u007f-\u009f]/g;

/** Line ends and tabs as spaces, other control characters as their pictures or U+FFFD. */
export const visible = (text: string): string =>
  text.replace(controls, (character) => {
    const code = character.charCodeAt(0);
    if (code === 0x09 || code === 0x0a || code === 0x0d) return ' ';
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : '\ufffd';
  });

/** East Asian wide and full-width characters (UAX #11) and emoji take two columns. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const noWidth = /[\p{Mn}\p{Me}\p{Cf}]/u;
const plain = /^[ -~]*$/;

/** Columns that a text takes on a terminal. */
export function displayWidth(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += wide.test(character) ? 2 : noWidth.test(character) ? 0 : 1;
  return width;
}

export const padEnd = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - displayWidth(text)));

export const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - displayWidth(text))) + text;

/** At most `width` columns, the last one `…` when something is left out. */
export function shorten(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const character of text) {
    const columns = displayWidth(character);
    if (used + columns > width - 1) break;
    kept += character;
    used += columns;
  }
  return kept + '…';
}

/** 1,234,567. Not by the system's language: these texts are part of a documented output. */
export const grouped = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, ',');

const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** 999 bytes, 1.2 MB: powers of 1000, as disks and networks count. */
export function size(bytes: number): string {
  let unit = 0;
  let amount = bytes;
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1000;
    unit++;
  }
  const digits = unit === 0 || amount >= 99.95 ? 0 : 1;
  return `${amount.toFixed(digits)} ${unit === 0 && bytes === 1 ? 'byte' : units[unit]}`;
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** A bar of `share` (0 to 1) of `width` columns, to an eighth of a column; more than nothing is never invisible. */
export function bar(share: number, width: number): string {
  if (!(share > 0)) return '';
  const parts = Math.max(1, Math.round(Math.min(share, 1) * width * 8));
  return '█'.repeat(Math.floor(parts / 8)) + eighths[parts % 8];
}

/** 0 when there are none. Math.max takes only as many numbers as the stack has room for. */
export const largest = (numbers: readonly number[]): number => numbers.reduce((most, next) => Math.max(most, next), 0);

export type Align = 'left' | 'right';

/** Rows of cells as lines, each column as wide as its widest cell; no spaces at line ends. */
export function layOut(rows: readonly (readonly string[])[], align: readonly Align[]): string {
  const widths = align.map((_, at) => largest(rows.map((row) => displayWidth(row[at] ?? ''))));
  return rows
    .map((row) =>
      row
        .map((cell, at) => (align[at] === 'right' ? padStart(cell, widths[at]) : padEnd(cell, widths[at])))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => line + '\n')
    .join('');
}
