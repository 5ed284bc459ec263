/** The plan of columns in AG Grid's terms, and back. Order and sort are the program's; the grid only shows them. */
import type { ColDef, GridApi } from 'ag-grid-community';
import type { SortOrder } from '../../src-shared/protocol.ts';
import { texts } from '../app/texts.ts';
import { Cell, type SlotData } from './cell.tsx';
import type { Column, ColumnPlan } from './columns.ts';

/** Narrower and a head cannot be grabbed. */
const minWidthPx = 44;

export function columnDefsOf(
  { columns, main }: ColumnPlan,
  sort: SortOrder | undefined,
  zone: string,
): ColDef<SlotData>[] {
  return columns.map((column) => {
    const isGutter = column.kind === 'line';
    const isRight = isGutter || column.kind === 'count' || column.kind === 'number';
    return {
      colId: column.field,
      headerName: titleOf(column),
      headerTooltip: hintOf(column, zone),
      // A floor for the share of a narrow window.
      minWidth: column.flex === undefined ? minWidthPx : Math.min(column.widthPx, 160),
      width: column.widthPx,
      flex: column.flex ?? null,
      hide: !column.isVisible,
      pinned: isGutter ? 'left' : null,
      lockPosition: isGutter ? 'left' : false,
      lockPinned: true,
      suppressMovable: isGutter,
      resizable: true,
      sortable: column.field !== '_raw',
      sort: sort?.field === column.field ? (sort.descending ? 'desc' : 'asc') : null,
      // The engine sorts the view; the slots on screen must stay as they are.
      comparator: () => 0,
      cellRenderer: Cell,
      cellClass: ['cell-of', `cell-${column.kind}`, ...(column.field === main ? ['cell-main'] : [])],
      headerClass: isRight ? 'ag-right-aligned-header' : '',
    };
  });
}

export function titleOf({ field, unit }: Column): string {
  if (field === '_line') return texts.grid.line;
  if (field === '_raw') return texts.grid.raw;
  return unit === 'ms' ? `${field} ms` : field;
}

function hintOf({ field, kind, unit }: Column, zone: string): string {
  if (field === '_line') return texts.grid.lineColumn;
  if (field === '_raw') return texts.grid.rawColumn;
  if (kind === 'time') return texts.grid.timeColumn(zone);
  if (unit === 'ms') return texts.grid.durationColumn;
  return unit === 'bytes' ? texts.grid.bytesColumn : '';
}

export function readSort(api: GridApi<SlotData>): SortOrder | undefined {
  const sorted = api.getColumnState().find(({ sort }) => sort === 'asc' || sort === 'desc');
  return sorted && { field: sorted.colId, descending: sorted.sort === 'desc' };
}

/** The columns in the order and width in which the grid has them now. */
export function readArrangement(api: GridApi<SlotData>, columns: readonly Column[]): readonly Column[] {
  const byField = new Map(columns.map((column) => [column.field, column]));
  return api.getColumnState().flatMap(({ colId, width, flex }) => {
    const column = byField.get(colId);
    if (column === undefined) return [];
    const { flex: _before, ...rest } = column;
    return [{ ...rest, widthPx: width ?? column.widthPx, ...(flex ? { flex } : {}) }];
  });
}
