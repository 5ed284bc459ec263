/** Directives of a W3C extended log (`#Fields:`, `#Date:`, ...) and what they leave in force for the lines below. */
import type { ParserContext } from './format.ts';

export interface Directives {
  /** Names of the columns; undefined: no `#Fields:` so far. */
  readonly fields: readonly string[] | undefined;
  /** `2026-03-01` of a `#Date:`, for lines that tell only a time. */
  readonly date: string | undefined;
  /** Times are of the file's zone (`#Time Format: Local` of the Windows firewall), not UTC. */
  readonly isLocal: boolean;
}

export const noDirectives: Directives = { fields: undefined, date: undefined, isLocal: false };

/** What is in force after a directive line; the same object when it changes nothing. */
export function afterDirective(line: string, before: Directives): Directives {
  const match = /^#\s*(fields|date|time format)\s*:\s*(.*?)\s*$/i.exec(line);
  if (match === null) return before;
  const [, name, value] = match;
  switch (name.toLowerCase()) {
    case 'fields': {
      const fields = value === '' ? [] : value.split(/[\s]+/);
      return fields.join(' ') === before.fields?.join(' ') ? before : { ...before, fields };
    }
    case 'date': {
      const date = /^\d{4}-\d{2}-\d{2}/.exec(value)?.[0] ?? before.date;
      return date === before.date ? before : { ...before, date };
    }
    default: {
      const isLocal = /^local$/i.test(value);
      return isLocal === before.isLocal ? before : { ...before, isLocal };
    }
  }
}

/**
 * Plain data for a parser that begins further down. The date is told only where it decides something, since each
 * change of it ends a segment.
 */
export function directivesContext({ fields, date, isLocal }: Directives): ParserContext {
  return {
    ...(fields === undefined ? {} : { fields: fields.join(' ') }),
    ...(date === undefined || fields?.some((name) => name.toLowerCase() === 'date') === true ? {} : { date }),
    ...(isLocal ? { isLocal } : {}),
  };
}

export function directivesOf(context: ParserContext | undefined): Directives {
  if (context === undefined) return noDirectives;
  const { fields, date, isLocal } = context;
  return {
    fields: typeof fields === 'string' ? fields.split(' ') : undefined,
    date: typeof date === 'string' ? date : undefined,
    isLocal: isLocal === true,
  };
}
