/** Tables as text for the clipboard: tabs between cells, as spreadsheets take them. Pure. */

/** Cells hold what a log holds: what would end a cell or a row becomes a space. */
const cellText = (cell: string | number): string => String(cell).replaceAll(/[\t\r\n]+/g, ' ');

export const tableText = (rows: readonly (readonly (string | number)[])[]): string =>
  rows.map((row) => row.map(cellText).join('\t')).join('\n');
