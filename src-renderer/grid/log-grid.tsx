/**
 * The grid of one tab: AG Grid's heads and a screenful of row slots, the painter that fills them, the scrollbar, and
 * the mouse. Everything it shows comes from the grid model; keys come through the table of commands.
 */
import type { GridApi, SortChangedEvent } from 'ag-grid-community';
import { AgGridReact } from 'ag-grid-react';
import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import type { Marker } from '../../src-shared/protocol.ts';
import { texts } from '../app/texts.ts';
import { useStore } from '../engine/index.ts';
import { markerTexts, type MarkerText } from '../follow/index.ts';
import type { GridContext, SlotData } from './cell.tsx';
import { timeText } from './cell-text.ts';
import { columnDefsOf, readArrangement, readSort } from './column-defs.ts';
import { GridMenu } from './grid-menu.tsx';
import { GridState } from './grid-state.tsx';
import { gridTheme, headerPx } from './grid-theme.ts';
import { registerGridModules } from './modules.ts';
import { rowPx, type GridModel } from './model.ts';
import type { Frame } from './rows.ts';
import { createPainter, rowElementId, type Markers, type Painter } from './painter.ts';
import type { GridActions } from './actions.ts';
import { Scrollbar } from './scrollbar.tsx';
import { usePointer } from './use-pointer.ts';

registerGridModules();

export interface LogGridProps {
  readonly model: GridModel;
  readonly actions: GridActions;
  readonly styleNonce: string;
}

export function LogGrid({ model, actions, styleNonce }: LogGridProps) {
  const host = useRef<HTMLDivElement>(null);
  const [painter] = useState(() => createPainter(rowPx));
  const [api, setApi] = useState<GridApi<SlotData>>();
  const plan = useStore(model.columns.plan);
  const applied = useStore(model.session.applied);
  const slots = useSlots(host, model, api);
  const context = useMemo<GridContext>(() => ({ painter }), [painter]);
  const { sort, zone } = applied.query;
  const columnDefs = useMemo(() => columnDefsOf(plan, sort, zone), [plan, sort, zone]);

  usePainting(host, painter, model, slots.length);
  usePointer(host, painter, model, actions);

  const arrange = useCallback(() => {
    if (api !== undefined) model.columns.arrange(readArrangement(api, model.columns.plan.get().columns));
  }, [api, model]);

  const applySort = async (event: SortChangedEvent<SlotData>): Promise<void> => {
    if (event.source !== 'uiColumnSorted') return;
    const isTaken = await actions.sort(readSort(event.api));
    if (!isTaken)
      event.api.setGridOption('columnDefs', columnDefsOf(plan, model.session.applied.get().query.sort, zone));
  };

  return (
    <div className="log-grid" data-testid="grid" ref={host}>
      <GridMenu model={model} actions={actions} painter={painter} api={api}>
        <div className="log-grid-table" id="log-rows">
          <AgGridReact<SlotData>
            theme={gridTheme}
            styleNonce={styleNonce}
            context={context}
            columnDefs={columnDefs}
            rowData={slots}
            getRowId={({ data }) => String(data.slot)}
            rowHeight={rowPx}
            headerHeight={headerPx}
            suppressRowVirtualisation
            suppressRowHoverHighlight
            suppressColumnVirtualisation
            suppressAnimationFrame
            suppressCellFocus
            suppressMultiSort
            suppressDragLeaveHidesColumns
            suppressNoRowsOverlay
            suppressScrollOnNewData
            suppressColumnMoveAnimation
            enableCellTextSelection
            animateRows={false}
            sortingOrder={['asc', 'desc', null]}
            tabToNextHeader={() => false}
            onGridReady={(event) => {
              setApi(event.api);
              // Keys go to the records at once, without a click.
              if (document.activeElement === document.body) focusRecords();
            }}
            onGridPreDestroyed={() => setApi(undefined)}
            onSortChanged={(event) => void applySort(event)}
            onColumnMoved={({ finished }) => {
              if (finished) arrange();
            }}
            onColumnResized={({ finished, source }) => {
              if (finished && source !== 'flex') arrange();
            }}
          />
        </div>
      </GridMenu>
      <Scrollbar viewport={model.viewport} labelOf={(row) => timeLabel(model, row, zone)} />
      <GridState model={model} actions={actions} />
    </div>
  );
}

function timeLabel(model: GridModel, row: number, zone: string): string | undefined {
  const at = model.frame.get()?.cellAt.get('time');
  const time = at === undefined ? undefined : model.row(row)?.cells[at];
  return typeof time === 'number' ? timeText(time, zone) : undefined;
}

/** Gives the keyboard to the records that are on screen. */
export function focusRecords(): void {
  document.querySelector<HTMLElement>('.log-grid .ag-grid-viewport')?.focus({ preventScroll: true });
}

const viewportElement = (host: HTMLElement): HTMLElement | null => host.querySelector<HTMLElement>('.ag-grid-viewport');

/** One slot for each row that can stand on screen, and one more for rows cut at the edges. */
function useSlots(
  host: RefObject<HTMLElement | null>,
  model: GridModel,
  api: GridApi<SlotData> | undefined,
): SlotData[] {
  const [count, setCount] = useState(() => slotCount(model.viewport.state.get().heightPx));
  useEffect(() => {
    const element = host.current && viewportElement(host.current);
    if (element === null || api === undefined) return undefined;
    const measure = (): void => {
      const heightPx = Math.max(0, element.clientHeight - headerPx);
      // A hidden tab measures nothing, and keeps its place.
      if (heightPx === 0) return;
      setCount(slotCount(heightPx));
      model.viewport.setHeightPx(heightPx);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }, [host, model, api]);
  return useMemo(() => Array.from({ length: count }, (_, slot) => ({ slot })), [count]);
}

const slotCount = (heightPx: number): number => Math.ceil(heightPx / rowPx) + 1;

const noMarkers: readonly MarkerText[] = [];

/** They are only ever added, and come anew with each event. */
const isSameMarkers = (a: readonly Marker[], b: readonly Marker[]): boolean =>
  a.length === b.length && a.at(-1)?.at === b.at(-1)?.at;

/** Paints after every change, once a frame. */
function usePainting(host: RefObject<HTMLElement | null>, painter: Painter, model: GridModel, slots: number): void {
  useEffect(() => {
    const { current: element } = host;
    if (element === null) return undefined;
    painter.setSlots(slots);
    const { activity } = model.session.client;
    const { source } = model.session;
    let scheduled: number | undefined;
    let marked = { markers: source.get().markers, zone: '', texts: noMarkers };
    const markersOf = (frame: Frame): Markers => {
      const { markers, files } = source.get();
      if (files !== undefined) return 'ofRows';
      const { zone } = frame.applied.query;
      if (!isSameMarkers(markers, marked.markers) || zone !== marked.zone)
        marked = { markers, zone, texts: markerTexts(markers, (at) => timeText(at, zone).slice(11, 19)) };
      return marked.texts;
    };
    const paint = (): void => {
      scheduled = undefined;
      const frame = model.frame.get();
      if (frame !== undefined) {
        painter.paint(frame, model.columns.plan.get(), model.selection.get(), markersOf(frame));
        describe(element, model);
      }
      activity.set('paint', false);
    };
    const schedule = (): void => {
      activity.set('paint', true);
      scheduled ??= requestAnimationFrame(paint);
    };
    const stops = [model.frame, model.columns.plan, model.selection].map((store) => store.subscribe(schedule));
    // Something may happen to a followed file without a row being added.
    stops.push(
      source.subscribe(() => {
        if (!isSameMarkers(source.get().markers, marked.markers)) schedule();
      }),
    );
    // New cells and slots come with the grid's own rendering.
    painter.onNewCells(schedule);
    schedule();
    return () => {
      for (const stop of stops) stop();
      painter.onNewCells(() => {});
      if (scheduled !== undefined) cancelAnimationFrame(scheduled);
      activity.set('paint', false);
    };
  }, [host, painter, model, slots]);
}

/** What assistive technology and tests are told: absolute rows, whatever the grid itself counts. */
function describe(host: HTMLElement, model: GridModel): void {
  const frame = model.frame.get();
  const element = viewportElement(host);
  if (frame === undefined || element === null) return;
  const { focus, ranges } = model.selection.get();
  const isFocusShown = focus !== undefined && focus >= frame.rows.from && focus < frame.rows.to;
  setAttribute(element, 'tabindex', '0');
  settleTabStops(host);
  setAttribute(element, 'aria-label', texts.grid.label);
  setAttribute(element, 'aria-multiselectable', 'true');
  setAttribute(element, 'aria-rowcount', String(frame.total + 1));
  setAttribute(element, 'aria-busy', String(frame.isPending));
  setAttribute(element, 'aria-activedescendant', isFocusShown ? rowElementId(focus) : undefined);
  setAttribute(host, 'data-first-row', String(frame.rows.from));
  setAttribute(host, 'data-total', String(frame.total));
  setAttribute(host, 'data-pending', String(frame.isPending));
  setAttribute(host, 'data-focus', focus === undefined ? undefined : String(focus));
  setAttribute(host, 'data-multiple', String(ranges.length > 1));
}

/** One stop for the records, one for the heads (arrows move among them), none for what only scrolls. */
function settleTabStops(host: HTMLElement): void {
  const stops = [
    ['.ag-header-row', undefined],
    ['.ag-header-cell', '0'],
    ['.ag-body-horizontal-scroll-viewport', '-1'],
  ] as const;
  for (const [selector, value] of stops) {
    const found = host.querySelector(selector);
    if (found !== null) setAttribute(found, 'tabindex', value);
  }
}

function setAttribute(element: Element, name: string, value: string | undefined): void {
  if (value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
