/** The line below: how many records, what could not be parsed, how the file is read, what is under way. */
import { useCallback, useMemo } from 'react';
import { isZone } from '../../src-shared/model/zone.ts';
import type { OpenOptions, SourceState } from '../../src-shared/protocol.ts';
import { useLatest, useStore, useStorePart } from '../engine/index.ts';
import { useRate } from '../follow/index.ts';
import { countRows } from '../grid/index.ts';
import {
  formatBytes,
  formatCount,
  formatShare,
  Icon,
  Menu,
  ProgressBar,
  Tip,
  type MenuEntry,
} from '../widgets/index.ts';
import { encodings } from './encodings.ts';
import type { Tab } from './tab.ts';
import { texts } from './texts.ts';
import type { WindowModel } from './window-model.ts';

export interface StatusLineProps {
  readonly model: WindowModel;
  readonly tab: Tab;
}

export function StatusLine({ model, tab }: StatusLineProps) {
  return (
    <footer className="status-line" data-testid="status-line" aria-label={texts.status.label}>
      <Records tab={tab} />
      <IndexState tab={tab} />
      <Warnings tab={tab} />
      <SortState tab={tab} />
      <FollowState tab={tab} />
      <span className="status-space" />
      <ExportState model={model} />
      <FormatMenu model={model} tab={tab} />
      <EncodingMenu model={model} tab={tab} />
      <Size tab={tab} />
      <ZoneMenu model={model} tab={tab} />
    </footer>
  );
}

function Warnings({ tab }: { readonly tab: Tab }) {
  const { warnings } = useStore(tab.session.view);
  return warnings.map(({ message }) => (
    <span key={message} className="status-note status-warning">
      <Icon name="warning" size={13} />
      <bdi>{message}</bdi>
    </span>
  ));
}

function FollowState({ tab }: { readonly tab: Tab }) {
  const source = useStore(tab.session.source);
  const rate = useRate(tab.session);
  if (!source.following) return null;
  return (
    <span className="status-note" data-testid="status-follow">
      {source.files === undefined
        ? source.missing
          ? texts.follow.missing
          : texts.follow.following
        : followingAll(source.files)}
      {rate !== undefined && `, ${texts.follow.rate(formatCount(Math.round(rate)))}`}
    </span>
  );
}

function followingAll(files: NonNullable<SourceState['files']>): string {
  const missing = files.filter((file) => file.missing).map(({ name }) => name);
  const following = texts.follow.followingAll(formatCount(files.length));
  return missing.length === 0 ? following : `${following}, ${texts.follow.missingOf(missing.join(', '))}`;
}

function Records({ tab }: { readonly tab: Tab }) {
  const source = useStore(tab.session.source);
  const view = useStore(tab.session.view);
  const { query } = useStore(tab.session.applied);
  const { ranges } = useStore(tab.grid.selection);
  const selected = countRows(ranges);
  const total = formatCount(source.records);
  return (
    <>
      <span className="status-rows" data-testid="status-rows">
        {query.filter === '' ? texts.status.allRows(total) : texts.status.rows(formatCount(view.rows), total)}
      </span>
      {selected > 1 && <span className="status-note">{texts.status.selected(formatCount(selected))}</span>}
      {source.unparsed > 0 && (
        <Tip text={texts.status.unparsedHint} side="top">
          <button
            type="button"
            className="status-button status-warning"
            data-testid="status-unparsed"
            onClick={() => void tab.filter.applyText('_parsed : false')}
          >
            {texts.status.unparsed(formatCount(source.unparsed))}
          </button>
        </Tip>
      )}
      {source.overlong > 0 && (
        <Tip text={texts.status.overlongHint} side="top">
          <span className="status-note">{texts.status.overlong(formatCount(source.overlong))}</span>
        </Tip>
      )}
      {source.formatProblems.length > 0 && (
        <Tip text={source.formatProblems.join('\n')} side="top">
          <span className="status-note status-warning" data-testid="status-formats">
            {texts.status.formatProblems(source.formatProblems.length)}
          </span>
        </Tip>
      )}
    </>
  );
}

function IndexState({ tab }: { readonly tab: Tab }) {
  const { phase, bytes, bytesIndexed, estimatedRecords, error } = useStore(tab.session.source);
  if (error !== undefined) {
    return (
      <span className="status-note status-error" role="alert">
        <Icon name="error" size={13} />
        {error.message}
      </span>
    );
  }
  if (phase !== 'opening' && phase !== 'indexing') return null;
  const part = bytes === 0 ? 0 : bytesIndexed / bytes;
  const label = texts.status.indexing(formatShare(part));
  return (
    <span className="status-progress" data-testid="status-indexing">
      <ProgressBar value={part} label={label} />
      {label}
      <span className="status-note">{texts.status.estimated(formatCount(estimatedRecords))}</span>
    </span>
  );
}

function SortState({ tab }: { readonly tab: Tab }) {
  const { query } = useStore(tab.session.applied);
  const { done } = useStore(tab.session.view);
  if (query.sort === undefined) return null;
  const { field, descending } = query.sort;
  if (!done) return <span className="status-note">{texts.status.sorting(field)}</span>;
  return (
    <span className="status-note">
      {texts.status.sorted(field, descending ? texts.status.descending : texts.status.ascending)}
    </span>
  );
}

function ExportState({ model }: { readonly model: WindowModel }) {
  const job = useStore(model.exports.current);
  const dialog = useStore(model.dialog);
  if (job === undefined || job.done || dialog === 'export') return null;
  const label = texts.status.exporting(formatShare(job.progress));
  return (
    <button type="button" className="status-button status-progress" onClick={() => model.dialog.set('export')}>
      <ProgressBar value={job.progress} label={label} />
      {label}
    </button>
  );
}

function Size({ tab }: { readonly tab: Tab }) {
  const { bytes, compression, memory } = useStore(tab.session.source);
  const unpacked = compression === 'none' ? '' : `, ${texts.status.compressed(compression)}`;
  return (
    <Tip text={`${texts.status.size}${unpacked}. ${texts.status.memory(formatBytes(memory))}`} side="top">
      <span className="status-note">{formatBytes(bytes)}</span>
    </Tip>
  );
}

function reopen(model: WindowModel, tab: Tab, change: Partial<OpenOptions>): void {
  tab.reopen(change).catch((error: unknown) => model.notices.fail(texts.notices.reopenFailed, error));
}

const noRequest = {};

function FormatMenu({ model, tab }: StatusLineProps) {
  const name = useStorePart(tab.session.source, ({ format }) => format.name);
  const title = useStorePart(tab.session.source, ({ format }) => format.title);
  const chosen = useStore(tab.reading).format;
  const ask = useCallback(
    (_question: object, signal: AbortSignal) => model.client.call('formats', {}, signal),
    [model],
  );
  const { value: formats = [] } = useLatest(noRequest, ask);
  const entries: readonly MenuEntry[] = [
    {
      label: texts.status.detected,
      isChecked: chosen === undefined,
      run: () => reopen(model, tab, { format: undefined }),
    },
    'line',
    ...formats.map((format) => ({
      label: format.title,
      isChecked: format.name === name,
      run: () => reopen(model, tab, { format: format.name }),
    })),
  ];
  return <StatusMenu label={title} hint={texts.status.format} entries={entries} testId="status-format" />;
}

function EncodingMenu({ model, tab }: StatusLineProps) {
  const encoding = useStorePart(tab.session.source, (source) => source.encoding);
  const chosen = useStore(tab.reading).encoding;
  const entries: readonly MenuEntry[] = [
    {
      label: texts.status.detected,
      isChecked: chosen === undefined,
      run: () => reopen(model, tab, { encoding: undefined }),
    },
    'line',
    ...encodings.map(({ name, title }) => ({
      label: title,
      isChecked: name === encoding.toLowerCase(),
      run: () => reopen(model, tab, { encoding: name }),
    })),
  ];
  return (
    <StatusMenu
      label={encoding.toUpperCase()}
      hint={texts.status.encoding}
      entries={entries}
      testId="status-encoding"
    />
  );
}

function ZoneMenu({ model, tab }: StatusLineProps) {
  const { query } = useStore(tab.session.applied);
  const timezone = useStorePart(tab.session.source, (source) => source.timezone);
  const local = model.hello.timezone;
  const entries = useMemo((): readonly MenuEntry[] => {
    const choices = new Map([
      [local, texts.zones.local(local)],
      ['UTC', texts.zones.utc],
    ]);
    if (!choices.has(timezone)) choices.set(timezone, texts.zones.source(timezone));
    if (!choices.has(query.zone)) choices.set(query.zone, query.zone);
    return [
      ...[...choices]
        .filter(([zone]) => isZone(zone))
        .map(([zone, label]) => ({
          label,
          isChecked: zone === query.zone,
          run: () => void tab.session.applyZone(zone),
        })),
      'line',
      { label: texts.zones.other, run: () => model.dialog.set('zone') },
    ];
  }, [local, timezone, query.zone, tab, model]);
  return <StatusMenu label={query.zone} hint={texts.status.zone} entries={entries} testId="status-zone" />;
}

interface StatusMenuProps {
  readonly label: string;
  readonly hint: string;
  readonly entries: readonly MenuEntry[];
  readonly testId: string;
}

const StatusMenu = ({ label, hint, entries, testId }: StatusMenuProps) => (
  <Menu
    label={hint}
    side="top"
    align="end"
    entries={entries}
    trigger={
      <button type="button" className="status-button" title={hint} data-testid={testId}>
        {label}
      </button>
    }
  />
);
