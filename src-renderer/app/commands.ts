/**
 * The table of commands: the one place that says what the window can do, with which keys. Keys, the native menu
 * (event `commandRequested`), tooltips and the sheet of keys all read it.
 */
import { focusRecords, scrollSideways } from '../grid/index.ts';
import { copySelection } from './clipboard.ts';
import type { Tab } from './tab.ts';
import { texts } from './texts.ts';
import type { WindowModel } from './window-model.ts';
import { activeEntry } from './workspace.ts';

export type CommandId = keyof typeof texts.commands;

export type CommandGroup = keyof typeof texts.keys.groups;

export interface Command {
  readonly id: CommandId;
  readonly group: CommandGroup;
  /** As in `Ctrl+Shift+C`; Ctrl is Cmd on a Mac. The first is the one that is shown. */
  readonly keys: readonly string[];
  /** Where the keys count: everywhere, or only while nothing is typed and no dialog or menu is open. */
  readonly scope: 'window' | 'records';
  readonly run: (model: WindowModel) => void;
}

/** Pixels of one step sideways: two characters short of a narrow column. */
const sidewaysPx = 60;

const withTab =
  (run: (tab: Tab, model: WindowModel) => void) =>
  (model: WindowModel): void => {
    const tab = model.activeTab();
    if (tab !== undefined) run(tab, model);
  };

const withGrid = (run: (tab: Tab) => void): ((model: WindowModel) => void) => withTab(run);

const goToLevel = (isBackwards: boolean): ((model: WindowModel) => void) =>
  withTab((tab, model) => {
    tab.grid.goToLevel(isBackwards).then(
      (isFound) => {
        if (!isFound) model.notices.show(texts.grid.noError);
      },
      (error: unknown) => model.notices.fail(texts.commands['move.nextError'], error),
    );
  });

const sideways = (byPx: number) => (): void => {
  const grid = document.querySelector<HTMLElement>('.log-grid');
  if (grid !== null) scrollSideways(grid, byPx);
};

const toggleDetails = withTab((tab, model) =>
  model.setPanels(tab, { details: tab.panels.get().details === 'open' ? 'closed' : 'open' }),
);

export const commands: readonly Command[] = [
  { id: 'file.open', group: 'file', keys: ['Ctrl+O'], scope: 'window', run: (model) => void model.chooseFiles() },
  {
    id: 'file.followMerged',
    group: 'file',
    keys: ['Ctrl+Shift+O'],
    scope: 'window',
    run: (model) => void model.chooseMerged(),
  },
  {
    id: 'file.export',
    group: 'file',
    keys: ['Ctrl+E', 'Ctrl+S'],
    scope: 'window',
    run: withTab((_tab, model) => model.dialog.set('export')),
  },
  {
    id: 'file.reload',
    group: 'file',
    keys: ['F5'],
    scope: 'window',
    run: withTab((tab, model) => {
      tab.reopen({}).catch((error: unknown) => model.notices.fail(texts.notices.reopenFailed, error));
    }),
  },
  {
    id: 'tab.close',
    group: 'file',
    keys: ['Ctrl+W', 'Ctrl+F4'],
    scope: 'window',
    run: ({ workspace }) => {
      const entry = activeEntry(workspace.tabs.get());
      if (entry !== undefined) workspace.close(entry.id);
    },
  },
  {
    id: 'tab.next',
    group: 'file',
    keys: ['Ctrl+Tab', 'Ctrl+PageDown'],
    scope: 'window',
    run: ({ workspace }) => workspace.step(1),
  },
  {
    id: 'tab.previous',
    group: 'file',
    keys: ['Ctrl+Shift+Tab', 'Ctrl+PageUp'],
    scope: 'window',
    run: ({ workspace }) => workspace.step(-1),
  },
  {
    id: 'move.down',
    group: 'move',
    keys: ['ArrowDown', 'j'],
    scope: 'records',
    run: withGrid(({ grid }) => grid.moveFocus(1, false)),
  },
  {
    id: 'move.up',
    group: 'move',
    keys: ['ArrowUp', 'k'],
    scope: 'records',
    run: withGrid(({ grid }) => grid.moveFocus(-1, false)),
  },
  {
    id: 'move.pageDown',
    group: 'move',
    keys: ['PageDown', 'Space'],
    scope: 'records',
    run: withGrid(({ grid }) => grid.movePage(1, false)),
  },
  {
    id: 'move.pageUp',
    group: 'move',
    keys: ['PageUp', 'Shift+Space'],
    scope: 'records',
    run: withGrid(({ grid }) => grid.movePage(-1, false)),
  },
  {
    id: 'move.first',
    group: 'move',
    keys: ['Home', 'g', 'Ctrl+Home'],
    scope: 'records',
    run: withGrid(({ grid }) => grid.moveToEdge('first', false)),
  },
  {
    id: 'move.last',
    group: 'move',
    keys: ['End', 'Shift+G', 'Ctrl+End'],
    scope: 'records',
    run: withGrid(({ grid }) => grid.moveToEdge('last', false)),
  },
  { id: 'move.left', group: 'move', keys: ['ArrowLeft', 'h'], scope: 'records', run: sideways(-sidewaysPx) },
  { id: 'move.right', group: 'move', keys: ['ArrowRight', 'l'], scope: 'records', run: sideways(sidewaysPx) },
  {
    id: 'move.goTo',
    group: 'move',
    keys: ['Ctrl+G'],
    scope: 'window',
    run: withTab((_tab, model) => model.dialog.set('goTo')),
  },
  { id: 'move.nextError', group: 'move', keys: ['e'], scope: 'records', run: goToLevel(false) },
  { id: 'move.previousError', group: 'move', keys: ['Shift+E'], scope: 'records', run: goToLevel(true) },
  {
    id: 'select.down',
    group: 'select',
    keys: ['Shift+ArrowDown', 'Shift+J'],
    scope: 'records',
    run: withGrid(({ grid }) => grid.moveFocus(1, true)),
  },
  {
    id: 'select.up',
    group: 'select',
    keys: ['Shift+ArrowUp', 'Shift+K'],
    scope: 'records',
    run: withGrid(({ grid }) => grid.moveFocus(-1, true)),
  },
  {
    id: 'select.pageDown',
    group: 'select',
    keys: ['Shift+PageDown'],
    scope: 'records',
    run: withGrid(({ grid }) => grid.movePage(1, true)),
  },
  {
    id: 'select.pageUp',
    group: 'select',
    keys: ['Shift+PageUp'],
    scope: 'records',
    run: withGrid(({ grid }) => grid.movePage(-1, true)),
  },
  {
    id: 'select.first',
    group: 'select',
    keys: ['Shift+Home', 'Ctrl+Shift+Home'],
    scope: 'records',
    run: withGrid(({ grid }) => grid.moveToEdge('first', true)),
  },
  {
    id: 'select.last',
    group: 'select',
    keys: ['Shift+End', 'Ctrl+Shift+End'],
    scope: 'records',
    run: withGrid(({ grid }) => grid.moveToEdge('last', true)),
  },
  {
    id: 'select.all',
    group: 'select',
    keys: ['Ctrl+A'],
    scope: 'records',
    run: withGrid(({ grid }) => grid.selectAll()),
  },
  {
    id: 'select.none',
    group: 'select',
    keys: ['Escape'],
    scope: 'records',
    run: withGrid(({ grid }) => grid.clearSelection()),
  },
  {
    id: 'select.copy',
    group: 'select',
    keys: ['Ctrl+C', 'Ctrl+Insert'],
    scope: 'records',
    run: withTab((tab, model) => void copySelection(tab, model, false)),
  },
  {
    id: 'select.copyTable',
    group: 'select',
    keys: ['Ctrl+Shift+C'],
    scope: 'records',
    run: withTab((tab, model) => void copySelection(tab, model, true)),
  },
  {
    id: 'filter.focus',
    group: 'filter',
    keys: ['Ctrl+F', '/'],
    scope: 'window',
    run: withTab((tab) => tab.filter.focus()),
  },
  {
    id: 'filter.clear',
    group: 'filter',
    keys: ['Ctrl+Backspace', 'Ctrl+L'],
    scope: 'window',
    run: withTab((tab) => void tab.filter.clear()),
  },
  {
    id: 'filter.back',
    group: 'filter',
    keys: ['Alt+ArrowLeft', 'Backspace'],
    scope: 'records',
    run: withTab((tab) => void tab.session.goBack()),
  },
  {
    id: 'view.details',
    group: 'view',
    keys: ['Enter', 'Ctrl+I'],
    scope: 'records',
    run: toggleDetails,
  },
  {
    id: 'view.charts',
    group: 'view',
    keys: ['c'],
    scope: 'records',
    run: withTab((tab, model) => model.setPanels(tab, { charts: !tab.panels.get().charts })),
  },
  {
    id: 'view.chartsOnly',
    group: 'view',
    keys: ['Shift+O'],
    scope: 'records',
    run: withTab((tab, model) => {
      const { charts, chartsOnly } = tab.panels.get();
      model.setPanels(tab, { charts: true, chartsOnly: !(charts && chartsOnly) });
    }),
  },
  {
    id: 'view.histogram',
    group: 'view',
    keys: ['Shift+H'],
    scope: 'records',
    run: withTab((tab, model) => model.setPanels(tab, { histogram: !tab.panels.get().histogram })),
  },
  {
    id: 'view.follow',
    group: 'view',
    keys: ['f', 'Shift+F'],
    scope: 'records',
    run: withTab((tab, model) => {
      tab.tail.toggle().catch((error: unknown) => model.notices.fail(texts.follow.failed, error));
    }),
  },
  {
    id: 'view.pause',
    group: 'view',
    keys: ['p'],
    scope: 'records',
    run: withTab((tab) => tab.tail.togglePause()),
  },
  {
    id: 'view.grid',
    group: 'view',
    keys: ['Ctrl+ArrowDown'],
    scope: 'window',
    run: focusRecords,
  },
  {
    id: 'help.keys',
    group: 'view',
    keys: ['F1', '?'],
    scope: 'window',
    run: ({ dialog }) => dialog.set('keys'),
  },
];

const byId: ReadonlyMap<string, Command> = new Map(commands.map((command) => [command.id, command]));

export const commandNamed = (id: string): Command | undefined => byId.get(id);

/** The key that is shown for a command. */
export const keysOf = (id: CommandId): string | undefined => byId.get(id)?.keys[0];
