/** The selected record in full: its fields, its text, and steps to its neighbours. */
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { RecordDetail } from '../../src-shared/protocol.ts';
import { texts } from '../app/texts.ts';
import { useLatest, useStore } from '../engine/index.ts';
import type { GridModel } from '../grid/index.ts';
import { EmptyState, formatBytes, formatCount, Icon, IconButton, Spinner } from '../widgets/index.ts';
import { FieldList, type FieldActions } from './field-list.tsx';
import { jsonIn, prettyJson } from './pretty-json.ts';
import { JsonText, RawText } from './raw-text.tsx';

export interface DetailsPanelProps {
  readonly grid: GridModel;
  readonly actions: Omit<FieldActions, 'showColumn' | 'canShowColumn'>;
  readonly dock: 'right' | 'bottom';
  readonly onDock: (dock: 'right' | 'bottom') => void;
  readonly onClose: () => void;
}

export function DetailsPanel({ grid, actions, dock, onDock, onClose }: DetailsPanelProps) {
  const { session } = grid;
  const record = useStore(grid.focusedRecord);
  const isInView = useStore(grid.selection).focus !== undefined;
  const { epoch } = useStore(session.applied);
  const question = useMemo(
    () => (record === undefined ? undefined : { record, view: session.view.get().id, epoch }),
    [record, session, epoch],
  );
  const ask = useCallback(
    (asked: { readonly record: number; readonly view: number }, signal: AbortSignal) =>
      session.client.call('record', { view: asked.view, record: asked.record }, signal),
    [session],
  );
  const { value: detail, error, isPending } = useLatest(question, ask);

  return (
    <aside className="details" data-testid="details" data-pending={isPending} aria-label={texts.details.title}>
      <div className="details-head">
        <Position detail={detail} />
        <IconButton
          icon="up"
          label={texts.details.previous}
          keys="ArrowUp"
          onClick={() => grid.moveFocus(-1, false)}
          disabled={record === undefined}
        />
        <IconButton
          icon="down"
          label={texts.details.next}
          keys="ArrowDown"
          onClick={() => grid.moveFocus(1, false)}
          disabled={record === undefined}
        />
        <IconButton
          icon={dock === 'right' ? 'detailsBottom' : 'details'}
          label={dock === 'right' ? texts.details.dock : texts.details.dockRight}
          onClick={() => onDock(dock === 'right' ? 'bottom' : 'right')}
        />
        <IconButton icon="close" label={texts.details.close} keys="Enter" onClick={onClose} />
      </div>
      <div className="details-body" tabIndex={0} role="group" aria-label={texts.details.title} data-own-keys>
        {error !== undefined && <EmptyState tone="error" title={texts.details.failed} hint={error.message} />}
        {record === undefined && <EmptyState title={texts.details.none} hint={texts.details.noneHint} />}
        {detail === undefined && isPending && <Spinner />}
        {detail !== undefined && (
          <>
            {!isInView && <p className="details-note">{texts.details.filteredOut}</p>}
            {!detail.parsed && (
              <p className="details-note details-warning">
                <Icon name="warning" size={14} />
                {texts.details.unparsed}
              </p>
            )}
            <Body grid={grid} detail={detail} actions={actions} />
          </>
        )}
      </div>
    </aside>
  );
}

function Position({ detail }: { readonly detail: RecordDetail | undefined }) {
  if (detail === undefined) return <h2 className="details-title">{texts.details.title}</h2>;
  const { line, lines, offset, bytes } = detail;
  const last = line + lines - 1;
  return (
    <h2 className="details-title" data-testid="details-title" data-line={line}>
      {lines > 1 ? texts.details.lines(formatCount(line), formatCount(last)) : texts.details.line(formatCount(line))}
      <span className="details-offset">{texts.details.offset(formatCount(offset), formatBytes(bytes))}</span>
    </h2>
  );
}

interface BodyProps {
  readonly grid: GridModel;
  readonly detail: RecordDetail;
  readonly actions: DetailsPanelProps['actions'];
}

function Body({ grid, detail, actions }: BodyProps) {
  const { fields } = useStore(grid.session.source);
  const { query } = useStore(grid.session.applied);
  const { columns } = useStore(grid.columns.plan);
  const [isWrapped, setIsWrapped] = useState(true);
  const [textKind, setTextKind] = useState<'raw' | 'json'>('raw');
  const json = useMemo(() => jsonIn(detail.raw), [detail]);
  const hasJson = json !== undefined;
  useEffect(() => setTextKind(hasJson ? 'json' : 'raw'), [hasJson]);
  const isJson = textKind === 'json' && json !== undefined;

  const fieldActions: FieldActions = {
    ...actions,
    showColumn: (field) => grid.columns.setVisible(field, true),
    canShowColumn: (field) => columns.some((column) => column.field === field && !column.isVisible),
  };

  const copied = (): string =>
    isJson
      ? prettyJson(json)
          .map(({ text }) => text)
          .join('')
      : detail.raw;

  return (
    <>
      <FieldList detail={detail} fields={fields} zone={query.zone} actions={fieldActions} />
      <div className="details-section">
        {json === undefined ? (
          <h3>{texts.details.raw}</h3>
        ) : (
          <div className="segments" role="group">
            <button type="button" aria-pressed={!isJson} onClick={() => setTextKind('raw')}>
              {texts.details.raw}
            </button>
            <button type="button" aria-pressed={isJson} onClick={() => setTextKind('json')}>
              {texts.details.json}
            </button>
          </div>
        )}
        <span className="chart-space" />
        <IconButton
          icon="wrap"
          label={texts.details.wrap}
          isOn={isWrapped}
          onClick={() => setIsWrapped((before) => !before)}
        />
        <IconButton
          icon="copy"
          label={isJson ? texts.details.copyJson : texts.details.copyRaw}
          onClick={() => actions.copyText(copied())}
        />
      </div>
      {isJson ? <JsonText text={json} isWrapped={isWrapped} /> : <RawText text={detail.raw} isWrapped={isWrapped} />}
      {detail.rawCut && <p className="details-note">{texts.details.cut(formatBytes(detail.bytes))}</p>}
    </>
  );
}
