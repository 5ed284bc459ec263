/** Filters as a view or a search runs them. */
import { EngineError } from '../../src-shared/errors.ts';
import type { ViewState } from '../../src-shared/protocol.ts';
import { bindFilter, parseFilter, type Predicate } from '../../src-shared/query/index.ts';
import type { OpenSource } from './open-source.ts';

type Warnings = ViewState['warnings'];

/** A filter as workers run it. */
export interface BoundFilter {
  readonly number: number;
  readonly predicate: Predicate;
  readonly warnings: Warnings;
}

/** Parses and binds a filter for a source; throws bad-filter. */
export function bindQuery(
  text: string,
  zone: string,
  source: OpenSource,
  now: number,
): { readonly predicate: Predicate; readonly warnings: Warnings } {
  const parsed = parseFilter(text);
  const [error] = parsed.errors;
  if (error !== undefined) throw new EngineError('bad-filter', error.message, error);
  const { run } = source;
  return bindFilter(parsed.tree, { fields: run.filterFields, open: run.format?.open ?? true, zone, now });
}
