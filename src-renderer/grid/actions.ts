/** What the grid's menus and clicks ask of the rest of the window. */
import type { Value } from '../../src-shared/model/value.ts';

export interface GridActions {
  /** The clause that a filter would get for this value, as people read it. */
  readonly clauseOf: (field: string, value: Value) => string;
  readonly include: (field: string, value: Value) => void;
  readonly exclude: (field: string, value: Value) => void;
  /** Only records whose raw text contains this. */
  readonly includeText: (text: string) => void;
  readonly copyRows: (asTable: boolean) => void;
  readonly copyText: (text: string) => void;
  readonly showDetails: () => void;
  readonly clearFilter: () => void;
  readonly goBack: () => void;
}
