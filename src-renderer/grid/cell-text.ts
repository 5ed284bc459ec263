/** What a cell says: values as text, by the kind of their column. Pure; always plain text, safe to look at. */
import { levelAt } from '../../src-shared/model/level.ts';
import { isExactNumber, isJsonText, type Value } from '../../src-shared/model/value.ts';
import { formatInstant } from '../../src-shared/model/zone.ts';
import { formatNumber, shorten, visibleLine } from '../widgets/index.ts';
import type { ColumnKind } from './columns.ts';

/** Characters of one cell that are put into the page: more than the widest screen shows. */
export const cellTextLimit = 1_000;

export function cellText(value: Value, kind: ColumnKind, zone: string): string {
  if (typeof value === 'number') return numberText(value, kind, zone);
  return shorten(visibleLine(plainText(value)), cellTextLimit);
}

/** A value as its own text, unshortened and as it is: what is copied. */
export function plainText(value: Value): string {
  if (typeof value === 'object') return isExactNumber(value) ? value.exact : isJsonText(value) ? value.json : '';
  return String(value);
}

function numberText(value: number, kind: ColumnKind, zone: string): string {
  switch (kind) {
    case 'time':
      return timeText(value, zone);
    case 'level':
      return levelAt(value)?.toUpperCase() ?? String(value);
    case 'count':
      return formatNumber(value);
    case 'line':
    case 'number':
    case 'status':
    case 'text':
      return String(value);
  }
}

/** `2026-03-01 10:00:00.000` on the zone's clock; the column head names the zone. */
export function timeText(ms: number, zone: string): string {
  const text = formatInstant(ms, zone);
  const end = text.indexOf('.');
  return end < 0 ? text : text.slice(0, end + 4).replace('T', ' ');
}

/** 1 to 5 of a status 1xx to 5xx. */
export function statusClass(value: Value | null | undefined): 1 | 2 | 3 | 4 | 5 | undefined {
  if (typeof value !== 'number') return undefined;
  const first = Math.floor(value / 100);
  return first === 1 || first === 2 || first === 3 || first === 4 || first === 5 ? first : undefined;
}
