/** Charts over time of the overview: traffic, errors, response times. Each can be read as a table, too. */
import { useMemo, useState } from 'react';
import type { SeriesSummary } from '../../src-shared/protocol.ts';
import { texts } from '../app/texts.ts';
import { formatBytes, formatCompact, formatCount, formatNumber, formatShare } from '../widgets/index.ts';
import { Card, Switch } from './card.tsx';
import { Legend } from './legend.tsx';
import { movingAverage } from './moving-average.ts';
import { errorSeriesOf, hasOthers, responseSeries, trafficSeries, type Measure } from './overview-series.ts';
import type { OverviewPanels } from './panel-list.ts';
import type { Series } from './series.ts';
import { SeriesTable, seriesText } from './series-table.tsx';
import { TimeChart, type TimeChartProps } from './time-chart.tsx';

export interface TimeCardProps extends Pick<TimeChartProps, 'zone' | 'whole' | 'onRange' | 'onPick' | 'onBack'> {
  readonly series: SeriesSummary;
  readonly panels: OverviewPanels;
}

/** Buckets of a moving average: smooths single peaks, and a wave of a day in hours stays one. */
const averageBuckets = 7;

const noLines: readonly Series[] = [];

export function TrafficCard({ series, panels, ...chart }: TimeCardProps) {
  const [measure, setMeasure] = useState<Measure>('records');
  const [isLogarithmic, setLogarithmic] = useState(false);
  const [isAveraged, setAveraged] = useState(false);
  const measures: readonly Measure[] = [
    'records',
    ...(hasOthers(series) ? (['requests'] as const) : []),
    ...(panels.hasBytes ? (['bytes'] as const) : []),
    ...(panels.hasClients ? (['clients'] as const) : []),
  ];
  // A stack has no meaning on a logarithmic axis, and a client of several classes is one of each: lines.
  const isByClass = measure === 'clients';
  const isStacked = panels.stackBy !== undefined && (!isLogarithmic || isByClass);
  const drawn = useMemo(() => trafficSeries(series, measure, isStacked), [series, measure, isStacked]);
  const overlay = useMemo(() => {
    if (!isAveraged) return noLines;
    const [total] = trafficSeries(series, measure, false);
    if (total === undefined) return noLines;
    const values = movingAverage(total.values, averageBuckets);
    return [{ key: 'average', label: texts.overview.average, colour: '--text', values }];
  }, [series, measure, isAveraged]);
  const { overview } = texts;
  return (
    <TimeCard
      {...chart}
      id="traffic"
      title={overview.traffic}
      kind={isByClass && drawn.length > 1 ? 'lines' : 'bars'}
      summary={series}
      series={drawn}
      overlay={overlay}
      isLogarithmic={isLogarithmic}
      hasTotal={!isByClass}
      formatValue={measure === 'bytes' ? exactBytes : formatCount}
      formatTick={measure === 'bytes' ? (value) => formatBytes(value).replace(/\.0+ /, ' ') : formatCompact}
      note={measure === 'clients' && !series.clientsExact ? overview.estimated : undefined}
      tools={
        <>
          {measures.length > 1 &&
            measures.map((each) => (
              <Switch
                key={each}
                label={overview.measures[each]}
                isOn={each === measure}
                onChange={() => setMeasure(each)}
              />
            ))}
          <span className="card-gap" />
          <Switch label={overview.logarithmic} isOn={isLogarithmic} onChange={setLogarithmic} />
          <Switch label={overview.average} isOn={isAveraged} onChange={setAveraged} />
        </>
      }
    />
  );
}

const exactBytes = (value: number): string => `${formatCount(value)} (${formatBytes(value)})`;

export function ErrorsCard({ series, panels: { stackBy }, ...chart }: TimeCardProps) {
  const [asShare, setAsShare] = useState(false);
  const drawn = useMemo(
    () => (stackBy === undefined ? [] : errorSeriesOf(series, stackBy, asShare)),
    [series, stackBy, asShare],
  );
  if (drawn.length === 0) return null;
  return (
    <TimeCard
      {...chart}
      id="errors"
      title={texts.charts.errors}
      kind={asShare ? 'lines' : 'bars'}
      summary={series}
      series={drawn}
      hasTotal={!asShare}
      formatValue={asShare ? formatShare : formatCount}
      formatTick={asShare ? formatShare : formatCompact}
      tools={<Switch label={texts.overview.asShare} isOn={asShare} onChange={setAsShare} />}
    />
  );
}

const milliseconds = (value: number): string => `${formatNumber(Number(value.toPrecision(3)))} ms`;

export function ResponseCard({ series, panels: _panels, ...chart }: TimeCardProps) {
  const [isLogarithmic, setLogarithmic] = useState(true);
  const drawn = useMemo(() => responseSeries(series), [series]);
  return (
    <TimeCard
      {...chart}
      id="response"
      title={texts.overview.response}
      kind="lines"
      summary={series}
      series={drawn}
      isLogarithmic={isLogarithmic}
      hasTotal={false}
      formatValue={milliseconds}
      formatTick={(value) => `${formatCompact(value)} ms`}
      tools={<Switch label={texts.overview.logarithmic} isOn={isLogarithmic} onChange={setLogarithmic} />}
    />
  );
}

interface DrawnCardProps extends Omit<TimeChartProps, 'label' | 'testId' | 'edges'> {
  readonly id: string;
  readonly title: string;
  readonly summary: SeriesSummary;
  readonly note?: string | undefined;
  readonly tools: React.ReactNode;
}

/** Chart or table, and a legend that hides and shows series. */
function TimeCard({ id, title, summary, note, tools, series, ...chart }: DrawnCardProps) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [isTable, setTable] = useState(false);
  const shown = useMemo(() => series.filter(({ key }) => !hidden.has(key)), [series, hidden]);
  const toggle = (key: string): void => {
    const next = new Set(hidden);
    if (!next.delete(key)) next.add(key);
    setHidden(next);
  };
  return (
    <Card
      id={id}
      title={title}
      note={note ?? texts.charts.perBucket(summary.interval)}
      isWide
      copyText={() => seriesText(summary.edges, series, chart.zone)}
      tools={
        <>
          {series.length > 1 && <Legend series={series} hidden={hidden} onToggle={toggle} />}
          {tools}
          <Switch label={texts.overview.asTable} isOn={isTable} onChange={setTable} />
        </>
      }
    >
      {isTable ? (
        <SeriesTable
          title={title}
          edges={summary.edges}
          series={series}
          zone={chart.zone}
          formatValue={chart.formatValue}
        />
      ) : (
        <div className="card-plot">
          <TimeChart {...chart} label={title} testId={`chart-${id}`} edges={summary.edges} series={shown} />
        </div>
      )}
    </Card>
  );
}
