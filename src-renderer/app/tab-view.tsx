/** One file: filter and buttons above, histogram and charts, the records with their details, the status line. */
import { useMemo } from 'react';
import { Group, Panel, Separator } from 'react-resizable-panels';
import { HistogramStrip, Overview } from '../charts/index.ts';
import { DetailsPanel } from '../details/index.ts';
import { useStore } from '../engine/index.ts';
import { FilterBar } from '../filter/index.ts';
import { TailBadge } from '../follow/index.ts';
import { focusRecords, LogGrid } from '../grid/index.ts';
import { StatusLine } from './status-line.tsx';
import type { Tab } from './tab.ts';
import { createTabActions } from './tab-actions.ts';
import { Toolbar } from './toolbar.tsx';
import type { WindowModel } from './window-model.ts';

export interface TabViewProps {
  readonly model: WindowModel;
  readonly tab: Tab;
  readonly styleNonce: string;
}

export function TabView({ model, tab, styleNonce }: TabViewProps) {
  const actions = useMemo(() => createTabActions(tab, model), [tab, model]);
  const panels = useStore(tab.panels);
  const isDetailed = panels.details === 'open';
  const isChartsOnly = panels.charts && panels.chartsOnly;
  const charts = { session: tab.session, tail: tab.tail, onRange: actions.narrowTime, onBack: actions.goBack };

  return (
    <main className="tab-view" id="tab-panel" data-testid="tab-view">
      <div className="tab-head">
        <FilterBar model={tab.filter} styleNonce={styleNonce} onLeave={focusRecords} />
        <Toolbar model={model} tab={tab} />
      </div>
      {/* The overview begins with the same chart. */}
      {panels.histogram && !panels.charts && (
        <HistogramStrip {...charts} onFold={() => model.setPanels(tab, { histogram: false })} />
      )}
      <Group className="tab-body" orientation="horizontal" id="tab-panels">
        {panels.charts && (
          <>
            <Panel
              id="charts-panel"
              defaultSize={isChartsOnly ? '100%' : '46%'}
              minSize={280}
              groupResizeBehavior="preserve-relative-size"
            >
              <Overview
                {...charts}
                isFull={isChartsOnly}
                onMark={actions.applyMark}
                choice={tab.overview}
                onCopy={actions.copyText}
                onFull={() => model.setPanels(tab, { chartsOnly: !isChartsOnly })}
                onClose={() => model.setPanels(tab, { charts: false })}
              />
            </Panel>
            {!isChartsOnly && <Separator className="splitter" />}
          </>
        )}
        {!isChartsOnly && (
          <Panel id="records-panel" minSize={120}>
            {/* Another direction is another group: sizes of one mean nothing in the other. */}
            <Group
              key={panels.dock}
              orientation={panels.dock === 'right' ? 'horizontal' : 'vertical'}
              id={`record-panels-${panels.dock}`}
            >
              <Panel id="grid-panel" minSize={160}>
                <div className="grid-with-badge">
                  <LogGrid model={tab.grid} actions={actions} styleNonce={styleNonce} />
                  <TailBadge session={tab.session} tail={tab.tail} />
                </div>
              </Panel>
              {isDetailed && (
                <>
                  <Separator className="splitter" />
                  <Panel
                    id="details-panel"
                    defaultSize={panels.dock === 'right' ? 420 : 240}
                    minSize={panels.dock === 'right' ? 260 : 110}
                    maxSize="75%"
                    groupResizeBehavior="preserve-pixel-size"
                  >
                    <DetailsPanel
                      grid={tab.grid}
                      actions={actions}
                      dock={panels.dock}
                      onDock={(dock) => model.setPanels(tab, { dock })}
                      onClose={() => model.setPanels(tab, { details: 'closed' })}
                    />
                  </Panel>
                </>
              )}
            </Group>
          </Panel>
        )}
      </Group>
      <StatusLine model={model} tab={tab} />
    </main>
  );
}
