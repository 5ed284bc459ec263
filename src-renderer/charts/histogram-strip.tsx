/** The histogram above the grid: all records of the view over time; a drag narrows the filter to a range. */
import { useMemo, useRef } from 'react';
import { texts } from '../app/texts.ts';
import { useStore, useStorePart, type Session } from '../engine/index.ts';
import { SpanMenu, useLastMs, type Tail } from '../follow/index.ts';
import { formatCount, IconButton, Spinner } from '../widgets/index.ts';
import { Legend } from './legend.tsx';
import { stackedSeries } from './series.ts';
import { TimeChart } from './time-chart.tsx';
import { useBucketCount } from './use-bucket-count.ts';
import { useHistogram } from './use-histogram.ts';

export interface HistogramStripProps {
  readonly session: Session;
  readonly tail: Tail;
  readonly onRange: (from: number, to: number) => void;
  readonly onBack: () => void;
  readonly onFold: () => void;
}

/** A bar of this width can still be pointed at. */
const barPx = 6;

/** Nothing where records have no time at all. */
export function HistogramStrip(props: HistogramStripProps) {
  const hasTime = useStorePart(props.session.source, ({ fields }) => fields.some(({ name }) => name === 'time'));
  return hasTime ? <Strip {...props} /> : null;
}

function Strip({ session, tail, onRange, onBack, onFold }: HistogramStripProps) {
  const host = useRef<HTMLDivElement>(null);
  const buckets = useBucketCount(host, barPx);
  const stackBy = useStorePart(session.source, ({ format }) => format.stackBy);
  const whole = useStorePart(session.source, ({ time }) => time);
  const { query } = useStore(session.applied);
  const lastMs = useLastMs(session, tail.span);
  const { histogram, error, isPending } = useHistogram(
    session,
    buckets > 0
      ? { buckets, ...(stackBy === undefined ? {} : { stackBy }), ...(lastMs === undefined ? {} : { lastMs }) }
      : undefined,
  );
  const series = useMemo(() => (histogram === undefined ? [] : stackedSeries(histogram)), [histogram]);
  const hasBuckets = histogram !== undefined && histogram.edges.length > 1;

  return (
    <section
      className="histogram-strip"
      data-testid="histogram"
      data-pending={isPending}
      data-records={histogram?.records}
      aria-label={texts.charts.histogram}
    >
      <div className="chart-head">
        <span className="chart-title" title={texts.charts.histogramHint}>
          {texts.charts.histogram}
        </span>
        {hasBuckets && <span className="chart-note">{texts.charts.perBucket(histogram.interval)}</span>}
        {histogram !== undefined && histogram.untimed > 0 && (
          <span className="chart-note">{texts.charts.untimed(formatCount(histogram.untimed))}</span>
        )}
        {histogram !== undefined && lastMs !== undefined && (
          <span className="chart-note" data-testid="span-records">
            {texts.follow.span.records(formatCount(histogram.records))}
          </span>
        )}
        {isPending && histogram === undefined && <Spinner />}
        <span className="chart-space" />
        {hasBuckets && series[0]?.key !== 'all' && <Legend series={series} />}
        <SpanMenu session={session} tail={tail} />
        <IconButton icon="up" label={texts.charts.fold} keys="Shift+H" className="chart-fold" onClick={onFold} />
      </div>
      <div className="histogram-plot" ref={host}>
        {hasBuckets && (
          <TimeChart
            testId="histogram-chart"
            label={texts.charts.histogram}
            kind="bars"
            edges={histogram.edges}
            series={series}
            zone={query.zone}
            formatValue={formatCount}
            hasTotal
            whole={whole}
            onRange={onRange}
            onBack={onBack}
          />
        )}
        {error !== undefined && <p className="chart-empty">{`${texts.charts.failed}: ${error.message}`}</p>}
        {histogram !== undefined && !hasBuckets && !isPending && (
          <p className="chart-empty">{histogram.records === 0 ? texts.charts.noRecords : texts.charts.noTime}</p>
        )}
      </div>
    </section>
  );
}
