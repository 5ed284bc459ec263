/**
 * A bound on how many columns the keys of a log can make. Some programs use identifiers as keys, so that every record
 * brings new ones; a column for each would take more memory than the log. What has no column of its own is kept in one
 * field, as a JSON object: shown, exported, found by its text, and never lost.
 */
import type { Value } from '../../src-shared/model/value.ts';
import type { ParserContext } from './format.ts';

/** The field that holds what has no column. */
export const otherFields = 'x_other';

/** Columns that the keys of one parser make at the most. */
export const mostNamedFields = 500;

/**
 * Which keys have columns: at most `mostNamedFields`, in the order in which they come, or just those that a list
 * names. The list comes from detection, or from the segment that a record is read back from.
 */
export class NamedFields {
  private readonly names: ReadonlySet<string> | undefined;
  private count = 0;
  private text = '';

  constructor(names: readonly string[] | undefined) {
    this.names = names === undefined ? undefined : new Set(names);
  }

  /** Asked once for each key. */
  admits(name: string): boolean {
    if (this.names !== undefined) return this.names.has(name);
    return ++this.count <= mostNamedFields;
  }

  /** Keeps a value of the present record that has no column; `json` is its text in JSON. */
  keep(name: string, json: string): void {
    this.text += `${this.text === '' ? '{' : ','}${JSON.stringify(name)}:${json}`;
  }

  /** What was kept since the last call. */
  take(): Value | undefined {
    if (this.text === '') return undefined;
    const json = `${this.text}}`;
    this.text = '';
    return { json };
  }
}

/** The context that makes a parser give the very fields that a segment has columns for. */
export const contextOfColumns = (columns: Iterable<string>): ParserContext => ({ columns: [...columns] });

/** The list in a context that `contextOfColumns` made. */
export function namesInContext(context: ParserContext | undefined): readonly string[] | undefined {
  const columns = context?.['columns'];
  return Array.isArray(columns) ? columns.filter((name) => typeof name === 'string') : undefined;
}
