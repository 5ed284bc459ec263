/**
 * Writes rows into the cells of the grid. AG Grid lays out columns, heads and a fixed set of row elements ("slots");
 * what stands in them and where is written here, straight into the page, in the same frame in which it moved.
 *
 * Measured with 60 rows of 10 columns: handing the grid new row data costs 20 to 45 ms for a page and 8 to 12 ms for a
 * wheel notch; this costs 1 to 4 ms. A slot keeps its row while that is on screen (row N stands in slot N modulo
 * slots), so that a step writes one row and moves the others.
 */
import { levelAt } from '../../src-shared/model/level.ts';
import type { Row } from '../../src-shared/protocol.ts';
import { markerBetween, markersOfFiles, type MarkerText } from '../follow/index.ts';
import { visibleLine, shorten } from '../widgets/index.ts';
import { cellText, cellTextLimit, statusClass, timeText } from './cell-text.ts';
import type { Column, ColumnPlan } from './columns.ts';
import type { Frame } from './rows.ts';
import { isSelected, type Selection } from './selection.ts';

export interface Painter {
  /** A cell's element came to be; call the answer when it goes. */
  readonly addCell: (slot: number, field: string, element: HTMLElement) => () => void;
  readonly setSlots: (count: number) => void;
  /** Told when cells came that are not written yet; one listener. */
  readonly onNewCells: (listener: () => void) => void;
  /** `markers`: what happened to a followed file, in the order of the records; of several, rows know it. */
  readonly paint: (frame: Frame, plan: ColumnPlan, selection: Selection, markers: Markers) => void;
  /** The row of the view that a slot shows. */
  readonly rowInSlot: (slot: number) => number | undefined;
}

export type Markers = readonly MarkerText[] | 'ofRows';

interface Cell {
  readonly element: HTMLElement;
  text: string;
}

interface Slot {
  readonly cells: Map<string, Cell>;
  element: HTMLElement | undefined;
  /** Row number in the view, or undefined while hidden. */
  index: number | undefined;
  row: Row | undefined;
  /** What the cells were written from; any change writes them anew. */
  plan: ColumnPlan | undefined;
  zone: string;
  offsetPx: number;
}

const newSlot = (): Slot => ({
  cells: new Map(),
  element: undefined,
  index: undefined,
  row: undefined,
  plan: undefined,
  zone: '',
  offsetPx: 0,
});

/** Id of the element that shows a row; only one grid is on screen at a time. */
export const rowElementId = (row: number): string => `row-${row}`;

export function createPainter(rowPx: number): Painter {
  const slots = new Map<number, Slot>();
  let count = 0;
  let tellNewCells = (): void => {};

  const slotAt = (number: number): Slot => {
    const slot = slots.get(number) ?? newSlot();
    slots.set(number, slot);
    return slot;
  };

  function place(slot: Slot, number: number, index: number | undefined, topPx: number): void {
    // Elements are told of before the grid has put them into their row.
    slot.element ??= [...slot.cells.values()][0]?.element.closest<HTMLElement>('.ag-row') ?? undefined;
    const { element } = slot;
    if (element === undefined) return;
    if (index === undefined) {
      if (slot.index !== undefined || element.style.visibility === '') element.style.visibility = 'hidden';
      slot.index = undefined;
      return;
    }
    // The grid has put it at its slot's place; `translate` adds to that.
    const offsetPx = index * rowPx - topPx - number * rowPx;
    if (offsetPx !== slot.offsetPx || slot.index === undefined) element.style.translate = `0 ${offsetPx}px`;
    if (slot.index === undefined) element.style.visibility = 'visible';
    slot.offsetPx = offsetPx;
    if (slot.index === index) return;
    slot.index = index;
    element.id = rowElementId(index);
    // 1 is the row of heads.
    element.setAttribute('aria-rowindex', String(index + 2));
    element.dataset['row'] = String(index);
    // The grid as a whole has the focus; a row that could take it would, at a click.
    element.removeAttribute('tabindex');
  }

  return {
    addCell(number, field, element) {
      const slot = slotAt(number);
      const cell = { element, text: '' };
      slot.cells.set(field, cell);
      slot.plan = undefined;
      tellNewCells();
      return () => {
        if (slot.cells.get(field) !== cell) return;
        slot.cells.delete(field);
        if (slot.cells.size === 0) slots.delete(number);
      };
    },
    setSlots(next) {
      count = next;
    },
    onNewCells(listener) {
      tellNewCells = listener;
    },
    paint(frame, plan, selection, markers) {
      const { from, to } = frame.rows;
      for (let number = 0; number < count; number += 1) {
        const slot = slotAt(number);
        const index = from + ((((number - from) % count) + count) % count);
        place(slot, number, index < to ? index : undefined, frame.topPx);
        if (index >= to) continue;
        writeRow(slot, frame, plan, index);
        mark(slot, selection, index);
        if (slot.element !== undefined) markRotations(slot.element, frame, index, markers);
      }
    },
    rowInSlot: (number) => slots.get(number)?.index,
  };
}

function writeRow(slot: Slot, frame: Frame, plan: ColumnPlan, index: number): void {
  const row = frame.row(index);
  const { zone } = frame.applied.query;
  if (slot.row === row && slot.plan === plan && slot.zone === zone) return;
  slot.row = row;
  slot.plan = plan;
  slot.zone = zone;
  for (const column of plan.columns) {
    const cell = slot.cells.get(column.field);
    if (cell !== undefined) writeCell(cell, column, row, plan.main, frame, zone);
  }
  const { element } = slot;
  if (element === undefined) return;
  setData(element, 'level', row && severity(row, frame.cellAt));
  setData(element, 'parsed', row?.parsed === false ? 'false' : undefined);
}

function writeCell(cell: Cell, column: Column, row: Row | undefined, main: string, frame: Frame, zone: string): void {
  const text = row === undefined ? '' : textOf(column, row, main, frame.cellAt, zone);
  if (text !== cell.text) {
    cell.element.textContent = text;
    cell.text = text;
  }
  if (column.kind === 'level' || column.kind === 'status') {
    setData(cell.element, 'badge', row && badgeOf(column, row, frame.cellAt));
  }
}

function textOf(column: Column, row: Row, main: string, cellAt: Frame['cellAt'], zone: string): string {
  if (column.field === '_line') return cellText(row.line, 'count', zone);
  if (column.field === '_raw' || (!row.parsed && column.field === main)) {
    return shorten(visibleLine(row.raw), cellTextLimit);
  }
  const value = valueOf(row, column.field, cellAt);
  return value === undefined ? '' : cellText(value, column.kind, zone);
}

function valueOf(row: Row, field: string, cellAt: Frame['cellAt']) {
  const at = cellAt.get(field);
  return at === undefined ? undefined : (row.cells[at] ?? undefined);
}

function badgeOf(column: Column, row: Row, cellAt: Frame['cellAt']): string | undefined {
  const value = valueOf(row, column.field, cellAt);
  if (typeof value !== 'number') return undefined;
  if (column.kind === 'level') return levelAt(value);
  const first = statusClass(value);
  return first && `${first}xx`;
}

/** Colours the mark at the row's left edge. */
function severity(row: Row, cellAt: Frame['cellAt']): string | undefined {
  const level = valueOf(row, 'level', cellAt);
  if (typeof level === 'number') return levelAt(level);
  const status = statusClass(valueOf(row, 'status', cellAt));
  return status === 5 ? 'error' : status === 4 ? 'warn' : undefined;
}

function mark({ element }: Slot, { ranges, focus }: Selection, index: number): void {
  if (element === undefined) return;
  const isChosen = isSelected(ranges, index);
  if (element.getAttribute('aria-selected') !== String(isChosen))
    element.setAttribute('aria-selected', String(isChosen));
  setData(element, 'focused', focus === index ? 'true' : undefined);
}

/** Above the first row after what happened, and below the last row of all while there is none. */
function markRotations(element: HTMLElement, frame: Frame, index: number, markers: Markers): void {
  if (markers === 'ofRows') {
    const row = frame.row(index);
    const timeOf = (at: number): string => timeText(at, frame.applied.query.zone).slice(11, 19);
    setData(element, 'marker', markersOfFiles(row?.markers, timeOf));
    setData(element, 'markerBelow', markersOfFiles(row?.markersBelow, timeOf));
    return;
  }
  const record = markers.length === 0 ? undefined : frame.row(index)?.record;
  const isInFileOrder = frame.applied.query.sort === undefined;
  if (record === undefined) {
    setData(element, 'marker', undefined);
    setData(element, 'markerBelow', undefined);
    return;
  }
  // In another order, or where the row before is not here, only the record itself tells.
  const before = index === 0 ? -1 : isInFileOrder ? frame.row(index - 1)?.record : undefined;
  const isLast = isInFileOrder && index === frame.total - 1;
  setData(element, 'marker', markerBetween(markers, before ?? record - 1, record));
  setData(element, 'markerBelow', isLast ? markerBetween(markers, record, Infinity) : undefined);
}

function setData(element: HTMLElement, name: string, value: string | undefined): void {
  if (element.dataset[name] === value) return;
  if (value === undefined) delete element.dataset[name];
  else element.dataset[name] = value;
}
