/**
 * The menu of a right click (or the menu key) on rows and heads: filter by a value, copy, sort, hide a column.
 */
import type { GridApi } from 'ag-grid-community';
import { useState, type MouseEvent, type ReactNode } from 'react';
import type { Value } from '../../src-shared/model/value.ts';
import { texts } from '../app/texts.ts';
import { ContextMenu, formatCount, shorten, visibleLine, type MenuEntry } from '../widgets/index.ts';
import type { GridActions } from './actions.ts';
import type { SlotData } from './cell.tsx';
import { plainText } from './cell-text.ts';
import type { GridModel } from './model.ts';
import type { Painter } from './painter.ts';
import { countRows } from './selection.ts';
import { rowAt } from './use-pointer.ts';

/** Characters of a value in a menu. */
const menuTextLimit = 48;

export interface GridMenuProps {
  readonly model: GridModel;
  readonly actions: GridActions;
  readonly painter: Painter;
  readonly api: GridApi<SlotData> | undefined;
  readonly children: ReactNode;
}

export function GridMenu({ model, actions, painter, api, children }: GridMenuProps) {
  const [entries, setEntries] = useState<readonly MenuEntry[]>([]);

  const prepare = (event: MouseEvent): void => {
    const element = event.target instanceof Element ? event.target : null;
    const head = element?.closest('.ag-header-cell')?.getAttribute('col-id') ?? undefined;
    if (head !== undefined) {
      setEntries(headEntries(model, api, head));
      return;
    }
    const field = element?.closest('.ag-cell')?.getAttribute('col-id') ?? undefined;
    // The menu key is pressed on the grid, and means the focused row.
    const row = rowAt(painter, event.target) ?? model.selection.get().focus;
    setEntries(row === undefined ? [] : rowEntries(model, actions, row, field));
  };

  return (
    <ContextMenu entries={entries} onOpen={prepare}>
      {children}
    </ContextMenu>
  );
}

function rowEntries(model: GridModel, actions: GridActions, row: number, field: string | undefined): MenuEntry[] {
  const chosenText = getSelection()?.toString().trim() ?? '';
  const rows = countRows(model.selection.get().ranges);
  const value = field === undefined ? undefined : valueAt(model, row, field);
  const text = (shown: string): string => shorten(visibleLine(shown), menuTextLimit);
  return [
    ...(chosenText === ''
      ? []
      : [{ label: texts.grid.includeText(text(chosenText)), run: () => actions.includeText(chosenText) }]),
    ...(field === undefined || value === undefined
      ? []
      : [
          {
            label: texts.grid.include(text(actions.clauseOf(field, value))),
            run: () => actions.include(field, value),
          },
          {
            label: texts.grid.exclude(text(actions.clauseOf(field, value))),
            run: () => actions.exclude(field, value),
          },
          'line' as const,
          { label: texts.grid.copyValue, run: () => actions.copyText(plainText(value)) },
        ]),
    {
      label: rows > 1 ? texts.grid.copyRows(formatCount(rows)) : texts.grid.copyRow,
      keys: 'Ctrl+C',
      run: () => actions.copyRows(false),
    },
    { label: texts.grid.copyTsv, keys: 'Ctrl+Shift+C', run: () => actions.copyRows(true) },
    'line',
    { label: texts.grid.showDetails, keys: 'Enter', run: actions.showDetails },
  ];
}

function valueAt(model: GridModel, row: number, field: string): Value | undefined {
  const at = model.frame.get()?.cellAt.get(field);
  return at === undefined ? undefined : (model.row(row)?.cells[at] ?? undefined);
}

function headEntries(model: GridModel, api: GridApi<SlotData> | undefined, field: string): MenuEntry[] {
  const { sort } = model.session.applied.get().query;
  const sortBy = (descending: boolean | undefined): void =>
    void model.session.applySort(descending === undefined ? undefined : { field, descending });
  const isSorted = sort?.field === field;
  return [
    ...(field === '_raw'
      ? []
      : [
          {
            label: texts.grid.sortedAscending,
            isChecked: isSorted && !sort.descending,
            run: () => sortBy(false),
          },
          {
            label: texts.grid.sortedDescending,
            isChecked: isSorted && sort.descending,
            run: () => sortBy(true),
          },
          { label: texts.grid.unsorted, isChecked: sort === undefined, run: () => sortBy(undefined) },
          'line' as const,
        ]),
    ...(field === '_line' ? [] : [{ label: texts.grid.hideColumn, run: () => model.columns.setVisible(field, false) }]),
    { label: texts.grid.fitColumn, run: () => api?.autoSizeColumns([field]) },
    { label: texts.grid.resetColumns, run: model.columns.reset },
  ];
}
