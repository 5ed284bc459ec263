/**
 * The overview of a tab: panels of the view beside the grid, or instead of it. Every mark on them edits the one
 * filter. Two questions go to the engine: everything over time, then the most frequent values.
 */
import { useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react';
import type { PanelSummary, SummaryRequest, ValuesSummary } from '../../src-shared/protocol.ts';
import { texts } from '../app/texts.ts';
import { useStore, type MutableStore, type Session } from '../engine/index.ts';
import { SpanMenu, useLastMs, type Tail } from '../follow/index.ts';
import { formatBytes, formatCount, formatNumber, IconButton, Spinner } from '../widgets/index.ts';
import { BarTable, barTableText, type BarRow, type OnMark } from './bar-table.tsx';
import { Card, CopyContext, Switch } from './card.tsx';
import { FieldChooser } from './field-chooser.tsx';
import { HeatMap, heatText } from './heat-map.tsx';
import { rangeMark, thrownParts, timeMark, valueMark } from './marks.ts';
import {
  panelsOf,
  timeRequests,
  valueRequests,
  type OverviewChoice,
  type OverviewPanels,
  type ValuesPanel,
} from './panel-list.ts';
import { ErrorsCard, ResponseCard, TrafficCard, type TimeCardProps } from './time-cards.tsx';
import { bucketText } from './time-ticks.ts';
import { useBucketCount } from './use-bucket-count.ts';
import { useViewAnswer } from './use-view-answer.ts';

export interface OverviewProps {
  readonly session: Session;
  readonly tail: Tail;
  readonly choice: MutableStore<OverviewChoice>;
  readonly isFull: boolean;
  readonly onRange: (from: number, to: number) => void;
  readonly onMark: OnMark;
  readonly onBack: () => void;
  readonly onFull: () => void;
  readonly onClose: () => void;
  readonly onCopy: (text: string) => void;
}

type Panels = Omit<SummaryRequest, 'view'>;

const toRequest = (question: Panels, view: number): SummaryRequest => ({ ...question, view });

/** A bar of this width can still be pointed at. */
const barPx = 7;

export function Overview(props: OverviewProps) {
  const { session, tail, choice, isFull, onRange, onMark, onBack, onFull, onClose, onCopy } = props;
  const host = useRef<HTMLDivElement>(null);
  const buckets = useBucketCount(host, barPx);
  const source = useStore(session.source);
  const past = useStore(session.past);
  const { query } = useStore(session.applied);
  const chosen = useStore(choice);
  // Counts grow while indexing; what matters is which fields there are.
  const names = source.fields.map(({ name }) => name).join('\n');
  // oxlint-disable-next-line react/exhaustive-deps
  const panels = useMemo(() => panelsOf(source, chosen), [names, source.format, chosen]);
  const lastMs = useLastMs(session, tail.span);
  const last = lastMs === undefined ? {} : { lastMs };
  const overTime = useViewAnswer(
    'summary',
    session,
    buckets > 0 ? { panels: timeRequests(panels, buckets), ...last } : undefined,
    toRequest,
  );
  const values = useViewAnswer(
    'summary',
    session,
    buckets > 0 && overTime.value !== undefined ? { panels: valueRequests(panels.values), ...last } : undefined,
    toRequest,
  );
  const { zone } = query;
  const pressKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    onBack();
  };
  const found = overTime.value?.panels ?? [];
  const error = overTime.error ?? values.error;
  const isPending = overTime.isPending || values.isPending;

  return (
    <section
      className="overview"
      data-testid="charts"
      data-own-keys
      data-pending={isPending}
      data-records={overTime.value?.records}
      aria-label={texts.overview.title}
      onKeyDown={pressKey}
    >
      <header className="overview-head">
        <Totals totals={partOf(found, 'totals')} panels={panels} />
        {isPending && <Spinner />}
        <span className="chart-space" />
        <SpanMenu session={session} tail={tail} />
        <IconButton
          icon="back"
          label={texts.overview.back}
          keys="Esc"
          disabled={past.length === 0}
          data-testid="overview-back"
          onClick={onBack}
        />
        <IconButton
          icon="details"
          label={isFull ? texts.overview.beside : texts.overview.full}
          isOn={isFull}
          data-testid="overview-full"
          onClick={onFull}
        />
        <IconButton icon="close" label={texts.charts.close} keys="c" onClick={onClose} />
      </header>
      <CopyContext value={onCopy}>
        <div className="overview-body" ref={host}>
          {error !== undefined && <p className="chart-empty">{`${texts.charts.failed}: ${error.message}`}</p>}
          <TimePanels
            found={found}
            panels={panels}
            zone={zone}
            whole={source.time}
            records={overTime.value?.records ?? 0}
            onRange={onRange}
            onMark={onMark}
            onBack={onBack}
          />
          {panels.values.map((panel) => {
            const summary = values.value?.panels.find((each) => isOf(each, panel));
            return summary?.kind === 'values' ? (
              <ValuesCard
                key={panel.id}
                panel={panel}
                summary={summary}
                panels={panels}
                fields={source.fields}
                records={values.value?.records ?? 0}
                onMark={onMark}
                tools={
                  panel.isChosen ? (
                    <IconButton
                      icon="close"
                      label={texts.overview.removePanel(panel.title)}
                      onClick={() =>
                        choice.update((now) => ({
                          ...now,
                          fields: now.fields.filter((field) => field !== panel.dimension.field),
                        }))
                      }
                    />
                  ) : panel.dimension.field === 'path' && panels.hasQuery ? (
                    <Switch
                      label={texts.overview.withQuery}
                      isOn={chosen.withQuery}
                      onChange={(withQuery) => choice.update((now) => ({ ...now, withQuery }))}
                    />
                  ) : undefined
                }
              />
            ) : null;
          })}
          {values.value !== undefined && panels.others.length > 0 && (
            <FieldChooser
              fields={panels.others}
              onChoose={(field) => choice.update((now) => ({ ...now, fields: [...now.fields, field] }))}
            />
          )}
        </div>
      </CopyContext>
    </section>
  );
}

/** With or without queries: the paths of before stay until the others are there. */
const isOf = (summary: PanelSummary, { dimension }: ValuesPanel): boolean =>
  summary.kind === 'values' &&
  dimension.field === summary.dimension.field &&
  dimension.where === summary.dimension.where &&
  dimension.withFrame === summary.dimension.withFrame;

function partOf<K extends PanelSummary['kind']>(
  found: readonly PanelSummary[],
  kind: K,
): Extract<PanelSummary, { readonly kind: K }> | undefined {
  return found.find((each): each is Extract<PanelSummary, { readonly kind: K }> => each.kind === kind);
}

function Totals({
  totals,
  panels,
}: {
  readonly totals: Extract<PanelSummary, { readonly kind: 'totals' }> | undefined;
  readonly panels: OverviewPanels;
}) {
  if (totals === undefined) return null;
  const { figures } = texts.overview;
  const about = ({ count, exact }: { readonly count: number; readonly exact: boolean }): string =>
    `${exact ? '' : '\u2248'}${formatCount(count)}`;
  const shown: readonly (readonly [string, string, string?])[] = [
    [figures.records, formatCount(totals.records)],
    ...(panels.hasClients
      ? [
          [figures.visitors, about(totals.visitors), texts.overview.visitorsHint] as const,
          [figures.clients, about(totals.clients)] as const,
        ]
      : []),
    ...(panels.hasBytes ? [[figures.bytes, formatBytes(totals.bytes), formatCount(totals.bytes)] as const] : []),
    ...(panels.stackBy === undefined ? [] : [[figures.errors, formatCount(totals.errors)] as const]),
    ...(totals.duration === undefined
      ? []
      : [[figures.p95, `${formatNumber(Number(totals.duration.p95.toPrecision(3)))} ms`] as const]),
  ];
  return (
    <dl className="figures">
      {shown.map(([name, value, hint]) => (
        <div key={name} title={hint}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface TimePanelsProps extends Pick<OverviewProps, 'onRange' | 'onMark' | 'onBack'> {
  readonly found: readonly PanelSummary[];
  readonly panels: OverviewPanels;
  readonly zone: string;
  readonly whole: TimeCardProps['whole'];
  readonly records: number;
}

function TimePanels({ found, panels, zone, whole, records, onRange, onMark, onBack }: TimePanelsProps): ReactNode {
  const series = partOf(found, 'series');
  const heat = partOf(found, 'heat');
  const days = partOf(found, 'days');
  const latency = partOf(found, 'latency');
  const pick = (from: number, to: number, isExcluded: boolean): void => {
    if (isExcluded) onMark(timeMark(from, to, zone), true);
    else onRange(from, to);
  };
  const hasBuckets = series !== undefined && series.edges.length > 1;
  const common: Omit<TimeCardProps, 'series'> = { panels, zone, whole, onRange, onPick: pick, onBack };
  const dayRows = (days?.days ?? []).map(({ from, to, ...sums }): BarRow => ({
    ...sums,
    key: String(from),
    label: bucketText(from, to, zone),
    mark: timeMark(from, to, zone),
  }));
  const latencyRows = (latency?.counts ?? []).flatMap((count, at): BarRow[] => {
    const from = latency?.edges[at] ?? 0;
    const to = latency?.edges[at + 1] ?? 0;
    if (count === 0) return [];
    return [
      { key: String(from), label: texts.overview.latency(from, to), count, mark: rangeMark('duration', from, to) },
    ];
  });
  const dayColumns = { ...columnsOf(panels), p95: false };
  return (
    <>
      {hasBuckets && <TrafficCard series={series} {...common} />}
      {hasBuckets && <ErrorsCard series={series} {...common} />}
      {hasBuckets && series.durations !== undefined && <ResponseCard series={series} {...common} />}
      {latencyRows.length > 0 && (
        <Card
          id="latency"
          title={texts.overview.latencyTitle}
          copyText={() => barTableText(latencyRows, records, noColumns)}
        >
          <BarTable
            title={texts.overview.latencyTitle}
            rows={latencyRows}
            records={records}
            columns={noColumns}
            folded={latencyRows.length}
            onMark={onMark}
          />
        </Card>
      )}
      {heat !== undefined && heat.counts.filter((count) => count > 0).length > 1 && (
        <Card id="heat" title={texts.overview.heat} copyText={() => heatText(heat)}>
          <HeatMap heat={heat} onMark={onMark} />
        </Card>
      )}
      {dayRows.length > 0 && (
        <Card id="days" title={texts.overview.days} copyText={() => barTableText(dayRows, records, dayColumns)}>
          <BarTable title={texts.overview.days} rows={dayRows} records={records} columns={dayColumns} onMark={onMark} />
        </Card>
      )}
    </>
  );
}

const noColumns = { visitors: false, bytes: false, errors: false, p95: false };

const columnsOf = ({ hasClients, hasBytes, hasDuration, stackBy }: OverviewPanels) => ({
  visitors: hasClients,
  bytes: hasBytes,
  errors: stackBy !== undefined,
  p95: hasDuration,
});

interface ValuesCardProps {
  readonly panel: ValuesPanel;
  readonly summary: ValuesSummary;
  readonly panels: OverviewPanels;
  readonly fields: Parameters<typeof valueMark>[2];
  readonly records: number;
  readonly onMark: OnMark;
  readonly tools: ReactNode;
}

function ValuesCard({ panel, summary, panels, fields, records, onMark, tools }: ValuesCardProps) {
  const { isOrdered, title, id } = panel;
  const { dimension } = summary;
  // A single hour says nothing that the traffic does not say.
  if (!panel.isChosen && (summary.values.length === 0 || (isOrdered && summary.values.length === 1))) return null;
  const listed = isOrdered ? summary.values.toSorted((a, b) => Number(a.value) - Number(b.value)) : summary.values;
  const rows: BarRow[] = listed.map((each) => ({
    ...each,
    key: textOf(each.value),
    label: labelOf(dimension, each.value, fields),
    mark: valueMark(dimension, each.value, fields),
  }));
  const { absent, other, distinct } = summary;
  if (other > 0) {
    const label = texts.overview.others(formatCount(distinct - summary.values.length));
    rows.push({ key: '\u0000other', label, count: other, mark: undefined, isQuiet: true });
  }
  if (absent.count > 0 && dimension.where === undefined) {
    const label = texts.overview.absent;
    rows.push({ ...absent, key: '\u0000absent', label, mark: valueMark(dimension, null, fields), isQuiet: true });
  }
  const all = columnsOf(panels);
  const columns = dimension.where === 'missing' ? { ...all, visitors: false, errors: false } : all;
  return (
    <Card
      id={id}
      title={title}
      note={isOrdered ? undefined : texts.overview.distinct(`${summary.exact ? '' : '\u2265'}${formatCount(distinct)}`)}
      isWide={dimension.withFrame === true}
      tools={tools}
      copyText={() => barTableText(rows, records, columns)}
    >
      <BarTable
        title={title}
        rows={rows}
        records={records}
        columns={columns}
        onMark={onMark}
        {...(isOrdered ? { folded: 24 } : {})}
      />
    </Card>
  );
}

function labelOf(
  { field, withFrame }: ValuesSummary['dimension'],
  value: ValuesSummary['values'][number]['value'],
  fields: ValuesCardProps['fields'],
): string {
  const text = textOf(value);
  if (withFrame === true) return texts.overview.thrown(...thrownParts(text));
  if (field === 'time.hour') return `${text.padStart(2, '0')}:00`;
  const isLevel = fields.some(({ name, type }) => name === field && type === 'level');
  return (isLevel ? texts.overview.levels[Number(text)] : undefined) ?? text;
}

function textOf(value: ValuesSummary['values'][number]['value']): string {
  if (value === null) return texts.overview.absent;
  if (typeof value === 'object') return 'exact' in value ? value.exact : value.json;
  return String(value);
}
