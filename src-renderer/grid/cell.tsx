/** A cell of a slot: an element that the painter writes into; React and the grid never touch what it says. */
import type { CustomCellRendererProps } from 'ag-grid-react';
import { useCallback } from 'react';
import type { Painter } from './painter.ts';

export interface SlotData {
  readonly slot: number;
}

export interface GridContext {
  readonly painter: Painter;
}

export function Cell({ data, column, context }: CustomCellRendererProps<SlotData, unknown, GridContext>) {
  const slot = data?.slot;
  const field = column?.getColId();
  const attach = useCallback(
    (element: HTMLSpanElement | null) => {
      if (element === null || slot === undefined || field === undefined) return undefined;
      return context.painter.addCell(slot, field, element);
    },
    [context, slot, field],
  );
  return <span ref={attach} className="cell" />;
}
