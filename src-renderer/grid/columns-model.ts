/**
 * The columns of one tab as they stand: the plan of the format, then whatever the user moved, resized, hid or asked
 * for. Fields that appear while indexing join as hidden columns; another format starts over.
 */
import type { SourceState } from '../../src-shared/protocol.ts';
import { createStore, type Store } from '../engine/index.ts';
import { addFields, isOwnColumn, planColumns, type Column, type ColumnPlan } from './columns.ts';

export interface ColumnsModel {
  /** In their order on screen, hidden ones included. */
  readonly plan: Store<ColumnPlan>;
  /** Fields that pages must bring: those shown and those that colour a row. */
  readonly needed: Store<readonly string[]>;
  /** Fields shown, in order, without the gutter: what is copied and exported. */
  readonly visibleFields: () => readonly string[];
  readonly setVisible: (field: string, isVisible: boolean) => void;
  /** What the user did in the grid itself: the columns in their new order and widths. */
  readonly arrange: (columns: readonly Column[]) => void;
  /** Back to what the format starts with. */
  readonly reset: () => void;
  readonly close: () => void;
}

export function createColumnsModel(source: Store<SourceState>): ColumnsModel {
  let formatName = source.get().format.name;
  const plan = createStore(planColumns(source.get()));
  const needed = createStore(neededFields(plan.get()));

  const setPlan = (next: ColumnPlan): void => {
    plan.set(next);
    const fields = neededFields(next);
    if (!isSame(fields, needed.get())) needed.set(fields);
  };

  const stop = source.subscribe(() => {
    const state = source.get();
    if (state.format.name === formatName) setPlan(addFields(plan.get(), state.fields));
    else {
      formatName = state.format.name;
      setPlan(planColumns(state));
    }
  });

  return {
    plan,
    needed,
    visibleFields: () =>
      plan
        .get()
        .columns.filter(({ isVisible, field }) => isVisible && field !== '_line')
        .map(({ field }) => field),
    setVisible(field, isVisible) {
      const { columns, main } = plan.get();
      const changed = columns.map((column) => (column.field === field ? { ...column, isVisible } : column));
      setPlan({ main, columns: changed });
    },
    arrange: (columns) => setPlan({ ...plan.get(), columns }),
    reset: () => setPlan(planColumns(source.get())),
    close: stop,
  };
}

/** Colour and marks of a row come from these, shown or not. */
const rowFields: readonly string[] = ['level', 'status'];

const neededFields = ({ columns }: ColumnPlan): readonly string[] =>
  columns
    .filter(({ field, isVisible }) => (isVisible || rowFields.includes(field)) && !isOwnColumn(field))
    .map(({ field }) => field);

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((field, at) => field === b[at]);
