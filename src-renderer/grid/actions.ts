/** What the grid's menus and clicks ask of the rest of the window. */
import type { Value } from '../../src-shared/model/value.ts';
import type { SortOrder } from '../../src-shared/protocol.ts';

export interface GridActions {
  /** The clause that a filter would get for this value, as people read it. */
  readonly clauseOf: (field: string, value: Value | undefined) => string;
  /** An undefined value: records that have none. */
  readonly include: (field: string, value: Value | undefined) => void;
  readonly exclude: (field: string, value: Value | undefined) => void;
  /** Only records whose raw text contains this. */
  readonly includeText: (text: string) => void;
  /** Undefined: the order of the file. */
  readonly sort: (order: SortOrder | undefined) => Promise<boolean>;
  readonly copyRows: (asTable: boolean) => void;
  readonly copyText: (text: string) => void;
  readonly showDetails: () => void;
  /** A row was clicked, and nothing else was meant by it. */
  readonly rowClicked: () => void;
  readonly clearFilter: () => void;
  readonly goBack: () => void;
}
