/** What stands in the grid's place while there are no rows: loading, empty, searching, no match, or an error. */
import { useEffect, useState } from 'react';
import { texts } from '../app/texts.ts';
import { useStore } from '../engine/index.ts';
import { EmptyState, formatCount, formatShare, type EmptyStateProps } from '../widgets/index.ts';
import type { GridActions } from './actions.ts';
import type { GridModel } from './model.ts';

/** Shorter waits show nothing at all: a flash of "loading" is worse than none. */
const patienceMs = 250;

export interface GridStateProps {
  readonly model: GridModel;
  readonly actions: GridActions;
}

export function GridState({ model, actions }: GridStateProps) {
  const frame = useStore(model.frame);
  const source = useStore(model.session.source);
  const view = useStore(model.session.view);
  const applied = useStore(model.session.applied);
  const isPatient = useDelay(`${view.id} ${applied.epoch}`);
  if (frame?.error !== undefined) {
    return (
      <EmptyState
        tone="error"
        title={texts.grid.readError}
        hint={frame.error.message}
        actions={[{ label: texts.grid.retry, run: model.retry, isMain: true }]}
      />
    );
  }
  if (source.error !== undefined && source.records === 0) {
    return <EmptyState tone="error" title={texts.grid.failed} hint={source.error.message} />;
  }
  if (frame !== undefined && (frame.total > 0 || frame.isPending)) return null;
  if (view.error !== undefined && view.error.code !== 'cancelled') {
    return <EmptyState tone="error" title={texts.grid.stopped} hint={view.error.message} actions={waysBack(actions)} />;
  }
  const isIndexing = source.phase === 'opening' || source.phase === 'indexing';
  if (applied.query.filter !== '') {
    if (!view.done) {
      if (!isPatient) return null;
      return (
        <EmptyState
          isBusy
          title={texts.grid.searching}
          hint={texts.grid.searchingHint(formatShare(view.progress))}
          actions={[{ label: texts.grid.previousFilter, run: actions.goBack }]}
        />
      );
    }
    return <EmptyState {...noMatch(source.records, actions)} />;
  }
  if (isIndexing || !view.done) return isPatient ? <EmptyState isBusy title={texts.grid.loading} /> : null;
  if (source.missing) return <EmptyState title={texts.grid.missing} hint={texts.grid.missingHint} />;
  if (source.following) return <EmptyState title={texts.grid.nothingYet} hint={texts.grid.nothingYetHint} />;
  return <EmptyState title={texts.grid.emptyFile} hint={texts.grid.emptyFileHint} />;
}

const noMatch = (records: number, actions: GridActions): EmptyStateProps => ({
  title: texts.grid.noMatch,
  hint: `${texts.grid.noMatchHint(formatCount(records))} ${texts.grid.noMatchRange}`,
  actions: waysBack(actions),
});

const waysBack = (actions: GridActions): NonNullable<EmptyStateProps['actions']> => [
  { label: texts.grid.clearFilter, run: actions.clearFilter, isMain: true },
  { label: texts.grid.previousFilter, run: actions.goBack },
];

/** True once `key` has stayed the same for a moment. */
function useDelay(key: string): boolean {
  const [lateKey, setLateKey] = useState<string>();
  useEffect(() => {
    const timer = setTimeout(() => setLateKey(key), patienceMs);
    return () => clearTimeout(timer);
  }, [key]);
  return lateKey === key;
}
