/** What menus, details and charts of a tab do: every one of them edits the one filter, or copies. */
import type { Condition } from '../../src-shared/query/index.ts';
import { filterEdits } from '../filter/index.ts';
import type { GridActions } from '../grid/index.ts';
import { copySelection, copyText } from './clipboard.ts';
import type { Tab } from './tab.ts';
import { texts } from './texts.ts';
import type { WindowModel } from './window-model.ts';

export interface TabActions extends GridActions {
  readonly narrowTime: (from: number, to: number) => void;
  /** Keeps the records that a mark of a chart counts, or drops them. */
  readonly applyMark: (mark: readonly Condition[], isExcluded: boolean) => void;
}

export function createTabActions(tab: Tab, model: WindowModel): TabActions {
  const edits = filterEdits(tab.session);
  const apply = (filter: string): void => void tab.filter.applyText(filter);
  return {
    clauseOf: edits.clauseOf,
    include: (field, value) => apply(edits.include(field, value)),
    exclude: (field, value) => apply(edits.exclude(field, value)),
    includeText: (text) => apply(edits.includeText(text)),
    narrowTime: (from, to) => apply(edits.timeRange(from, to)),
    applyMark: (mark, isExcluded) => apply(isExcluded ? edits.drop(mark) : edits.keep(mark)),
    clearFilter: () => void tab.filter.clear(),
    goBack: () => void tab.session.goBack(),
    async sort(order) {
      const isTaken = await tab.session.applySort(order);
      const { error } = tab.session.refusal.get() ?? {};
      if (!isTaken && error !== undefined) model.notices.fail(texts.grid.sortRefused, error);
      return isTaken;
    },
    copyRows: (asTable) => void copySelection(tab, model, asTable),
    copyText: (text) => void copyText(text, model),
    rowClicked() {
      if (tab.panels.get().details === 'auto') model.setPanels(tab, { details: 'open' });
    },
    showDetails: () => model.setPanels(tab, { details: 'open' }),
  };
}
