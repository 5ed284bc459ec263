/**
 * The menu of a right click (or the menu key) on rows and heads: filter by a value, copy, sort, hide a column.
 */
import type { GridApi } from 'ag-grid-community';
import { useState, type MouseEvent, type ReactNode } from 'react';
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
      setEntries(headEntries(model, actions, api, head));
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
  const textEntry = {
    label: texts.grid.includeText(menuText(chosenText)),
    run: () => actions.includeText(chosenText),
  };
  return [
    ...(chosenText === '' ? [] : [textEntry, 'line' as const]),
    ...(field === undefined ? [] : valueEntries(model, actions, row, field)),
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

const menuText = (text: string): string => shorten(visibleLine(text), menuTextLimit);

/** Nothing for the gutter, the raw text, and records that have no fields. */
function valueEntries(model: GridModel, actions: GridActions, row: number, field: string): MenuEntry[] {
  const at = model.frame.get()?.cellAt.get(field);
  const record = model.row(row);
  if (at === undefined || record?.parsed !== true) return [];
  const value = record.cells[at] ?? undefined;
  const clause = menuText(value === undefined ? field : actions.clauseOf(field, value));
  const { include, exclude, includeAbsent, excludeAbsent } = texts.grid;
  return [
    { label: (value === undefined ? includeAbsent : include)(clause), run: () => actions.include(field, value) },
    { label: (value === undefined ? excludeAbsent : exclude)(clause), run: () => actions.exclude(field, value) },
    'line',
    ...(value === undefined ? [] : [{ label: texts.grid.copyValue, run: () => actions.copyText(plainText(value)) }]),
  ];
}

function headEntries(
  model: GridModel,
  actions: GridActions,
  api: GridApi<SlotData> | undefined,
  field: string,
): MenuEntry[] {
  const { sort } = model.session.applied.get().query;
  const sortBy = (descending: boolean | undefined): void =>
    void actions.sort(descending === undefined ? undefined : { field, descending });
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
