/** The buttons beside the filter: columns, charts, details, export. */
import { useStore } from '../engine/index.ts';
import { IconButton } from '../widgets/index.ts';
import { ColumnChooser } from './column-chooser.tsx';
import { commandNamed, keysOf, type CommandId } from './commands.ts';
import type { Tab } from './tab.ts';
import { texts } from './texts.ts';
import type { WindowModel } from './window-model.ts';

export function Toolbar({ model, tab }: { readonly model: WindowModel; readonly tab: Tab }) {
  const panels = useStore(tab.panels);
  const isDetailed = panels.details === 'open';
  const { isFollowing, isPaused } = useStore(tab.tail.state);
  const run = (id: CommandId) => (): void => commandNamed(id)?.run(model);
  return (
    <div className="toolbar" role="toolbar" aria-label={texts.toolbar.label}>
      {!panels.histogram && (
        <IconButton
          icon="histogram"
          label={texts.charts.unfold}
          keys={keysOf('view.histogram')}
          data-testid="toggle-histogram"
          onClick={run('view.histogram')}
        />
      )}
      <IconButton
        icon="follow"
        label={isFollowing ? texts.toolbar.following : texts.toolbar.follow}
        keys={keysOf('view.follow')}
        isOn={isFollowing}
        data-testid="toggle-follow"
        onClick={run('view.follow')}
      >
        {texts.toolbar.follow}
      </IconButton>
      {isFollowing && (
        <IconButton
          icon={isPaused ? 'resume' : 'pause'}
          label={isPaused ? texts.toolbar.resume : texts.toolbar.pause}
          keys={keysOf('view.pause')}
          isOn={isPaused}
          data-testid="toggle-pause"
          onClick={run('view.pause')}
        />
      )}
      <ColumnChooser columns={tab.grid.columns} />
      <IconButton
        icon="charts"
        label={texts.toolbar.charts}
        keys={keysOf('view.charts')}
        isOn={panels.charts}
        data-testid="toggle-charts"
        onClick={run('view.charts')}
      >
        {texts.toolbar.charts}
      </IconButton>
      <IconButton
        icon="details"
        label={texts.toolbar.details}
        keys={keysOf('view.details')}
        isOn={isDetailed}
        data-testid="toggle-details"
        onClick={run('view.details')}
      >
        {texts.toolbar.details}
      </IconButton>
      <IconButton
        icon="export"
        label={texts.toolbar.export}
        keys={keysOf('file.export')}
        data-testid="export"
        onClick={run('file.export')}
      >
        {texts.toolbar.export}
      </IconButton>
    </div>
  );
}
