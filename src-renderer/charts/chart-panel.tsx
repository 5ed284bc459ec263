/**
 * The charts that can be folded away: traffic and errors over time. A panel is an entry of a table, so further ones
 * are further entries; all share one histogram of the view.
 */
import { useMemo, useRef } from 'react';
import type { Histogram } from '../../src-shared/protocol.ts';
import { texts } from '../app/texts.ts';
import { useStore, useStorePart, type Session } from '../engine/index.ts';
import { formatBytes, formatCompact, formatCount, formatShare, IconButton, Spinner } from '../widgets/index.ts';
import { Legend } from './legend.tsx';
import { byteSeries, errorSeries, errorShares, stackedSeries, type Series } from './series.ts';
import { TimeChart, type TimeChartProps } from './time-chart.tsx';
import { useBucketCount } from './use-bucket-count.ts';
import { useHistogram } from './use-histogram.ts';

export interface ChartPanelProps {
  readonly session: Session;
  readonly onRange: (from: number, to: number) => void;
  readonly onBack: () => void;
  readonly onClose: () => void;
}

type StackBy = 'status' | 'level' | undefined;

interface Panel {
  readonly id: string;
  readonly title: string;
  readonly kind: TimeChartProps['kind'];
  readonly hasTotal: boolean;
  readonly formatValue: (value: number) => string;
  readonly formatTick: (value: number) => string;
  readonly tickStep?: (max: number) => number;
  readonly series: (histogram: Histogram, stackBy: StackBy) => readonly Series[];
  /** Why there is nothing to draw, for this source. */
  readonly missing: (stackBy: StackBy, hasBytes: boolean) => string | undefined;
  readonly empty: string;
}

const noLevels = (stackBy: StackBy): string | undefined => (stackBy === undefined ? texts.charts.noLevels : undefined);

/** About three lines at round numbers of a binary unit. */
function byteStep(max: number): number {
  const unit = 1024 ** Math.floor(Math.log2(Math.max(1, max)) / 10);
  const steps = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500].map((step) => step * unit);
  return steps.find((step) => max / step <= 3.5) ?? unit * 512;
}

const panels: readonly Panel[] = [
  {
    id: 'traffic',
    title: texts.charts.traffic,
    kind: 'bars',
    hasTotal: true,
    formatValue: formatCount,
    formatTick: formatCompact,
    series: stackedSeries,
    missing: () => undefined,
    empty: texts.charts.noTime,
  },
  {
    id: 'bytes',
    title: texts.charts.bytes,
    kind: 'bars',
    hasTotal: true,
    formatValue: (value) => `${formatCount(value)} (${formatBytes(value)})`,
    formatTick: (value) => formatBytes(value).replace(/\.0+ /, ' '),
    tickStep: byteStep,
    series: byteSeries,
    missing: (_stackBy, hasBytes) => (hasBytes ? undefined : texts.charts.noBytes),
    empty: texts.charts.noTime,
  },
  {
    id: 'errors',
    title: texts.charts.errors,
    kind: 'bars',
    hasTotal: true,
    formatValue: formatCount,
    formatTick: formatCompact,
    series: (histogram, stackBy) => (stackBy === undefined ? [] : errorSeries(histogram, stackBy)),
    missing: noLevels,
    empty: texts.charts.noErrors,
  },
  {
    id: 'error-share',
    title: texts.charts.errorShare,
    kind: 'lines',
    hasTotal: false,
    formatValue: formatShare,
    formatTick: formatShare,
    series: (histogram, stackBy) => (stackBy === undefined ? [] : errorShares(histogram, stackBy)),
    missing: noLevels,
    empty: texts.charts.noErrors,
  },
];

/** Wider than in the strip: these charts are smaller and there are four. */
const barPx = 5;

export function ChartPanel({ session, onRange, onBack, onClose }: ChartPanelProps) {
  const host = useRef<HTMLDivElement>(null);
  const buckets = useBucketCount(host, barPx * panels.length);
  const stackBy = useStorePart(session.source, ({ format }) => format.stackBy);
  const hasTime = useStorePart(session.source, ({ fields }) => fields.some(({ name }) => name === 'time'));
  const hasBytes = useStorePart(session.source, ({ fields }) => fields.some(({ name }) => name === 'bytes'));
  const { query } = useStore(session.applied);
  const { histogram, error, isPending } = useHistogram(
    session,
    hasTime && buckets > 0
      ? {
          buckets,
          ...(stackBy === undefined ? {} : { stackBy }),
          ...(hasBytes ? { sum: 'bytes' } : {}),
        }
      : undefined,
  );

  return (
    <section className="chart-panel" data-testid="charts" data-pending={isPending} aria-label={texts.toolbar.charts}>
      <div className="chart-grid" ref={host}>
        {panels.map((panel) => (
          <PanelChart
            key={panel.id}
            panel={panel}
            histogram={histogram}
            stackBy={stackBy}
            problem={error?.message ?? (hasTime ? panel.missing(stackBy, hasBytes) : texts.charts.noTimeOf)}
            isPending={isPending}
            zone={query.zone}
            onRange={onRange}
            onBack={onBack}
          />
        ))}
      </div>
      <IconButton icon="close" label={texts.charts.close} keys="c" className="chart-close" onClick={onClose} />
    </section>
  );
}

interface PanelChartProps extends Pick<ChartPanelProps, 'onRange' | 'onBack'> {
  readonly panel: Panel;
  readonly histogram: Histogram | undefined;
  readonly stackBy: StackBy;
  readonly problem: string | undefined;
  readonly isPending: boolean;
  readonly zone: string;
}

function PanelChart({ panel, histogram, stackBy, problem, isPending, zone, onRange, onBack }: PanelChartProps) {
  const series = useMemo(
    () => (histogram === undefined ? [] : panel.series(histogram, stackBy)),
    [panel, histogram, stackBy],
  );
  const hasBuckets = histogram !== undefined && histogram.edges.length > 1;
  const note = problem ?? (histogram !== undefined && (!hasBuckets || series.length === 0) ? panel.empty : undefined);
  return (
    <div className="chart-card">
      <div className="chart-head">
        <span className="chart-title">{panel.title}</span>
        {hasBuckets && <span className="chart-note">{texts.charts.perBucket(histogram.interval)}</span>}
        <span className="chart-space" />
        {note === undefined && series.length > 1 && <Legend series={series} />}
      </div>
      <div className="chart-plot">
        {note === undefined && hasBuckets && (
          <TimeChart
            testId={`chart-${panel.id}`}
            label={panel.title}
            kind={panel.kind}
            edges={histogram.edges}
            series={series}
            zone={zone}
            formatValue={panel.formatValue}
            formatTick={panel.formatTick}
            tickStep={panel.tickStep}
            hasTotal={panel.hasTotal}
            onRange={onRange}
            onBack={onBack}
          />
        )}
        {note !== undefined && <p className="chart-empty">{note}</p>}
        {note === undefined && !hasBuckets && isPending && (
          <p className="chart-empty">
            <Spinner />
          </p>
        )}
      </div>
    </div>
  );
}
