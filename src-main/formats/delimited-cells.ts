/** Splits delimited text into cells, in strings: for headers and for detection. Records are split by their parser. */
import type { Delimiting } from './delimited-scan.ts';

export interface Cell {
  readonly text: string;
  readonly quoted: boolean;
}

/** The cells of a record, undefined where its quotes are broken or still open. */
export function splitCells(record: string, { delimiter, quotes }: Delimiting): readonly Cell[] | undefined {
  const cells: Cell[] = [];
  for (let at = 0; ; at++) {
    if (quotes && record[at] === '"') {
      const match = /"((?:[^"]|"")*)"/y;
      match.lastIndex = at;
      const found = match.exec(record);
      if (found === null) return undefined;
      at = match.lastIndex;
      if (at < record.length && record[at] !== delimiter) return undefined;
      cells.push({ text: found[1].replaceAll('""', '"'), quoted: true });
    } else {
      const end = record.indexOf(delimiter, at);
      const stop = end < 0 ? record.length : end;
      cells.push({ text: record.slice(at, stop), quoted: false });
      at = stop;
    }
    if (at >= record.length) return cells;
  }
}

/** A header's cell as a name: one space between two words. */
export const nameOf = (text: string): string => text.trim().replaceAll(/\s+/g, ' ');

/** Names of columns from a header's cells: never empty, each one once. */
export function columnNames(cells: readonly Cell[]): readonly string[] {
  const taken = new Set<string>();
  return cells.map(({ text }, at) => {
    const words = nameOf(text);
    const wanted = words === '' ? `column_${at + 1}` : words;
    let name = wanted;
    for (let copy = 2; taken.has(name); copy++) name = `${wanted}_${copy}`;
    taken.add(name);
    return name;
  });
}
