/** Copying: single values at once, selected rows after fetching those that are not on screen. */
import { copyRowLimit, copyRows, countRows } from '../grid/index.ts';
import { formatCount } from '../widgets/index.ts';
import type { Tab } from './tab.ts';
import { texts } from './texts.ts';
import type { WindowModel } from './window-model.ts';

export async function copyText(text: string, { notices }: WindowModel): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    notices.show(texts.grid.copiedValue);
  } catch (error) {
    notices.fail(texts.grid.copyFailed, error);
  }
}

export async function copySelection(tab: Tab, { notices, client }: WindowModel, asTable: boolean): Promise<void> {
  const { ranges } = tab.grid.selection.get();
  const count = countRows(ranges);
  if (count === 0) return;
  if (count > copyRowLimit) {
    notices.show(texts.grid.copyTooMany(formatCount(count), formatCount(copyRowLimit)));
    return;
  }
  const visible = tab.grid.columns.plan.get().columns.filter(({ isVisible }) => isVisible);
  try {
    const { text, rows, isCut } = await copyRows(
      {
        client,
        view: tab.session.view.get().id,
        ranges,
        zone: tab.session.applied.get().query.zone,
        ...(asTable ? { columns: visible } : {}),
      },
      new AbortController().signal,
    );
    await navigator.clipboard.writeText(text);
    if (isCut) notices.show(texts.grid.copyCut(formatCount(rows)));
    else notices.show(rows === 1 ? texts.grid.copiedOne : texts.grid.copied(formatCount(rows)));
  } catch (error) {
    notices.fail(texts.grid.copyFailed, error);
  }
}
