/**
 * The grid's state for one tab, alive also while the tab is hidden: viewport, rows, selection and columns, and what
 * keys, mouse and menus do with them. Knows no DOM; log-grid.tsx shows it.
 */
import { levelOrdinal } from '../../src-shared/model/level.ts';
import type { LocateRequest, Row } from '../../src-shared/protocol.ts';
import { createLatest, createStore, type MutableStore, type Session, type Store } from '../engine/index.ts';
import { createColumnsModel, type ColumnsModel } from './columns-model.ts';
import { createRows, type Frame, type Replacement } from './rows.ts';
import {
  clampSelection,
  extendTo,
  nothingSelected,
  selectAll,
  selectRow,
  toggleRow,
  type Selection,
} from './selection.ts';
import { createViewport, rowsPerPage, visibleRows, type Viewport } from './viewport.ts';

/** Height of a row; part of the look, and of what tests compute. */
export const rowPx = 22;

/** How a click or a key changes the selection. */
export type SelectMode = 'only' | 'extend' | 'toggle' | 'add';

export interface GridModel {
  readonly session: Session;
  readonly viewport: Viewport;
  readonly frame: Store<Frame | undefined>;
  readonly selection: Store<Selection>;
  /** The record of the focused row, once it is known; survives a filter that leaves it out. */
  readonly focusedRecord: Store<number | undefined>;
  readonly columns: ColumnsModel;
  /** A row's values by field, while the row is here. */
  readonly row: (index: number) => Row | undefined;
  readonly select: (row: number, mode: SelectMode) => void;
  readonly selectAll: () => void;
  readonly clearSelection: () => void;
  /** Moves the focus by rows, extending the selection or not. */
  readonly moveFocus: (rows: number, isExtending: boolean) => void;
  readonly movePage: (pages: number, isExtending: boolean) => void;
  readonly moveToEdge: (edge: 'first' | 'last', isExtending: boolean) => void;
  /** Puts the focus on a row and shows it. */
  readonly goToRow: (row: number) => void;
  /** False when the view has no such row. */
  readonly locate: (request: WithoutView<LocateRequest>) => Promise<boolean>;
  readonly goToLevel: (isBackwards: boolean) => Promise<boolean>;
  readonly retry: () => void;
  readonly close: () => void;
}

type WithoutView<R> = R extends unknown ? Omit<R, 'view'> : never;

export function createGridModel(session: Session): GridModel {
  const viewport = createViewport(rowPx);
  const selection = createStore<Selection>(nothingSelected);
  const focusedRecord = createStore<number | undefined>(undefined);
  const columns = createColumnsModel(session.source);
  const locating = createLatest();

  const anchor = () => {
    const { topPx, heightPx } = viewport.state.get();
    const { focus } = selection.get();
    const record = focusedRecord.get();
    const offsetPx = (focus ?? 0) * rowPx - topPx;
    if (focus !== undefined && record !== undefined && offsetPx > -rowPx && offsetPx < heightPx)
      return { record, offsetPx };
    // At the very top people mean "the first rows", not that record.
    if (topPx === 0) return undefined;
    const first = visibleRows(viewport.state.get(), rowPx).from;
    const row = rows.frame.get()?.row(first);
    return row && { record: row.record, offsetPx: first * rowPx - topPx };
  };

  /** Of several files, what comes late takes its place among the rows that were there: the selection goes along. */
  const keepSelected = (): void => {
    const record = focusedRecord.get();
    if (session.source.get().files === undefined || record === undefined) return;
    if (selection.get().focus === undefined) return;
    selection.set(nothingSelected);
    const settle = (found: { readonly row: number; readonly exact: boolean } | null): void => {
      if (found?.exact === true && selection.get() === nothingSelected && focusedRecord.get() === record)
        selection.set(selectRow(found.row));
    };
    session.client
      .call('locate', { view: session.view.get().id, by: 'record', record })
      .then(settle, () => settle(null));
  };

  const onReplaced = ({ kind, row }: Replacement): void => {
    if (kind === 'fields') return;
    const isSorted = session.applied.get().query.sort !== undefined;
    if (kind === 'order' && !isSorted) {
      keepSelected();
      return;
    }
    // The record itself stays in the details, also when the new filter leaves it out.
    selection.set(row === undefined ? nothingSelected : selectRow(row));
  };

  const rows = createRows({ session, viewport, anchor, onReplaced });
  const stopColumns = columns.needed.subscribe(() => rows.setFields(columns.needed.get()));
  rows.setFields(columns.needed.get());

  const stopFrames = rows.frame.subscribe(() => {
    noteFocusedRecord(rows.frame, selection, focusedRecord);
    const { total } = viewport.state.get();
    if ((selection.get().focus ?? -1) >= total) selection.update((now) => clampSelection(now, total));
  });

  const change = (next: Selection): void => {
    selection.set(next);
    if (next.focus === undefined) focusedRecord.set(undefined);
    else if (!noteFocusedRecord(rows.frame, selection, focusedRecord)) focusedRecord.set(undefined);
  };

  function select(row: number, mode: SelectMode): void {
    const now = selection.get();
    switch (mode) {
      case 'only':
        return change(selectRow(row));
      case 'extend':
        return change(extendTo(now, row));
      case 'toggle':
        return change(toggleRow(now, row));
      case 'add':
        return change(extendTo(now, row, true));
    }
  }

  function focusOn(row: number, isExtending: boolean): void {
    const { total } = viewport.state.get();
    if (total === 0) return;
    const inside = Math.min(Math.max(0, row), total - 1);
    select(inside, isExtending ? 'extend' : 'only');
    viewport.reveal(inside);
  }

  /** The focused row, else the one beside the screen from which the first step enters it. */
  function startOf(step: number): number {
    const { focus } = selection.get();
    if (focus !== undefined) return focus;
    const { from } = visibleRows(viewport.state.get(), rowPx);
    return step > 0 ? from - 1 : from;
  }

  async function locate(request: WithoutView<LocateRequest>): Promise<boolean> {
    const view = session.view.get().id;
    const found = await locating.run((signal) => session.client.call('locate', { view, ...request }, signal));
    if (found === undefined) return true;
    if (found === null) return false;
    focusOn(found.row, false);
    return true;
  }

  return {
    session,
    viewport,
    frame: rows.frame,
    selection,
    focusedRecord,
    columns,
    row: (index) => rows.frame.get()?.row(index),
    select,
    selectAll: () => selection.update((now) => selectAll(now, viewport.state.get().total)),
    clearSelection: () => change(nothingSelected),
    moveFocus: (step, isExtending) => focusOn(startOf(step) + step, isExtending),
    movePage(pages, isExtending) {
      const step = pages * Math.max(1, rowsPerPage(viewport.state.get(), rowPx) - 1);
      // The screen moves along, so that the focus keeps its place on it.
      viewport.scrollByPx(step * rowPx);
      focusOn(startOf(step) + step, isExtending);
    },
    moveToEdge(edge, isExtending) {
      focusOn(edge === 'first' ? 0 : Infinity, isExtending);
    },
    goToRow: (row) => focusOn(row, false),
    locate,
    goToLevel(isBackwards) {
      const { from } = visibleRows(viewport.state.get(), rowPx);
      const start = selection.get().focus ?? (isBackwards ? from : from - 1);
      return locate({ by: 'level', level: levelOrdinal('error'), from: start, backwards: isBackwards });
    },
    retry: rows.retry,
    close() {
      stopColumns();
      stopFrames();
      columns.close();
      locating.cancel();
      rows.close();
    },
  };
}

/** False while the focused row is not here. */
function noteFocusedRecord(
  frame: Store<Frame | undefined>,
  selection: Store<Selection>,
  focusedRecord: MutableStore<number | undefined>,
): boolean {
  const { focus } = selection.get();
  const row = focus === undefined ? undefined : frame.get()?.row(focus);
  if (row === undefined) return false;
  focusedRecord.set(row.record);
  return true;
}
