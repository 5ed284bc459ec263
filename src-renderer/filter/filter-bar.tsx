/** The filter bar: the editor, what is wrong with the filter, how many records it keeps, its progress and its end. */
import { useEffect, useState } from 'react';
import { texts } from '../app/texts.ts';
import { useStore } from '../engine/index.ts';
import { Button, Icon, IconButton, formatCount, formatShare, Menu, ProgressBar } from '../widgets/index.ts';
import { FilterEditor } from './filter-editor.tsx';
import type { FilterModel, FilterProblem } from './model.ts';

export interface FilterBarProps {
  readonly model: FilterModel;
  readonly styleNonce: string;
  readonly onLeave: () => void;
}

export function FilterBar({ model, styleNonce, onLeave }: FilterBarProps) {
  const draft = useStore(model.draft);
  const { error } = useStore(model.check);
  const { query } = useStore(model.session.applied);
  const view = useStore(model.session.view);
  const isSwitching = useStore(model.session.isSwitching);
  const history = useStore(model.history);
  const isEdited = draft !== query.filter;
  // While indexing, a filter that has seen all there is waits for more; the index has a progress of its own.
  const isBehind = !view.done && view.progress < 1;
  const isRunning = isSwitching || (isBehind && (query.filter !== '' || query.sort !== undefined));
  const isFelt = useFelt(isRunning);

  return (
    <div className="filter-bar" data-testid="filter-bar">
      <div
        className="filter-field"
        data-invalid={error !== undefined}
        data-edited={isEdited}
        data-active={query.filter !== ''}
      >
        <Menu
          label={texts.filter.history}
          trigger={
            <IconButton
              className="filter-history"
              icon="filter"
              label={texts.filter.history}
              keys="ArrowUp"
              disabled={history.length === 0}
            />
          }
          entries={history.toReversed().map((text) => ({ label: text, run: () => void model.applyText(text) }))}
        />
        <FilterEditor model={model} styleNonce={styleNonce} onLeave={onLeave} />
        {isEdited && error === undefined && (
          <button
            type="button"
            className="filter-apply"
            title={texts.filter.edited}
            aria-label={texts.filter.apply}
            data-testid="filter-apply"
            onClick={() => void model.apply()}
          >
            <kbd>Enter</kbd>
          </button>
        )}
        {(draft !== '' || query.filter !== '') && (
          <IconButton
            className="filter-clear"
            icon="close"
            label={texts.filter.clear}
            keys="Ctrl+L"
            data-testid="filter-clear"
            onClick={() => void model.clear()}
          />
        )}
        {isFelt && (
          <div className="filter-progress">
            <ProgressBar value={view.progress} label={texts.filter.running(formatShare(view.progress))} />
          </div>
        )}
        {error !== undefined && draft !== '' && <Problem model={model} problem={error} />}
      </div>
      <FilterCount model={model} isRunning={isFelt} />
    </div>
  );
}

function FilterCount({ model, isRunning }: { readonly model: FilterModel; readonly isRunning: boolean }) {
  const view = useStore(model.session.view);
  const source = useStore(model.session.source);
  const { query } = useStore(model.session.applied);
  const rows = formatCount(view.rows);
  const label =
    query.filter === '' ? texts.filter.count(rows) : texts.filter.countOf(rows, formatCount(source.records));
  return (
    <div className="filter-count">
      <span data-testid="row-count" data-rows={view.rows} data-done={view.done} aria-live="polite">
        {label}
      </span>
      {isRunning && (
        <>
          <span className="filter-share">{formatShare(view.progress)}</span>
          <IconButton
            icon="stop"
            label={texts.filter.cancel}
            data-testid="filter-cancel"
            onClick={() => void model.session.goBack()}
          />
        </>
      )}
    </div>
  );
}

function Problem({ model, problem }: { readonly model: FilterModel; readonly problem: FilterProblem }) {
  const { message, suggestion, from, to } = problem;
  const take = (): void => {
    const text = model.draft.get();
    model.setDraft(text.slice(0, from) + (suggestion ?? '') + text.slice(to));
    model.focus();
  };
  return (
    <div className="filter-problem" role="alert" data-testid="filter-error">
      <Icon name="error" size={14} />
      <span>{message}</span>
      {suggestion !== undefined && (
        <Button className="filter-suggestion" data-testid="filter-suggestion" onClick={take}>
          {texts.filter.take(suggestion)}
        </Button>
      )}
    </div>
  );
}

/** Filters on columns end before anyone could read a progress bar: it shows only once a wait is felt. */
function useFelt(isRunning: boolean): boolean {
  const [isFelt, setIsFelt] = useState(false);
  useEffect(() => {
    if (!isRunning) {
      setIsFelt(false);
      return undefined;
    }
    const timer = setTimeout(() => setIsFelt(true), feltMs);
    return () => clearTimeout(timer);
  }, [isRunning]);
  return isFelt;
}

const feltMs = 200;
