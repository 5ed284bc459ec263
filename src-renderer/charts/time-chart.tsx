/**
 * A chart over time: stacked bars or lines on Chart.js, with this program's own axis labels, tooltip and brush. Every
 * chart of the window is one of these with other series, so what works on one works on all.
 */
import { Chart, type ChartConfiguration, type ChartDataset } from 'chart.js';
import { useEffect, useMemo, useRef, useState, type Dispatch, type SetStateAction } from 'react';
import { formatCompact } from '../widgets/index.ts';
import { Brush } from './brush.tsx';
import { domainOf, isSameArea, nowhere, type PlotArea } from './plot-area.ts';
import { registerChartModules } from './chart-modules.ts';
import type { Series } from './series.ts';
import { timeTicks } from './time-ticks.ts';
import type { TimeRange } from './zoom.ts';

registerChartModules();

export interface TimeChartProps {
  /** What the chart shows, for assistive technology. */
  readonly label: string;
  readonly kind: 'bars' | 'lines';
  /** Bucket starts and the end of the last: one more than each series has values. */
  readonly edges: readonly number[];
  readonly series: readonly Series[];
  readonly zone: string;
  /** A value in the tooltip: exact. */
  readonly formatValue: (value: number) => string;
  /** A value at the axis: short. */
  readonly formatTick?: (value: number) => string;
  /** Upper end of the axis where it is fixed, such as 1 of a share. */
  readonly max?: number;
  /** Distance of the axis' lines for a greatest value, where the decimal one would read badly. */
  readonly tickStep?: (max: number) => number;
  /** Shows the sum of all series in the tooltip. */
  readonly hasTotal: boolean;
  /** From the first record of the log to its last. */
  readonly whole?: TimeRange | undefined;
  readonly onRange: (from: number, to: number) => void;
  /** A click on one bucket; without it only a drag does anything. */
  readonly onPick?: ((from: number, to: number, isExcluded: boolean) => void) | undefined;
  readonly onBack: () => void;
  readonly testId: string;
  readonly isLogarithmic?: boolean;
  /** Lines drawn over the bars. */
  readonly overlay?: readonly Series[];
}

const noSeries: readonly Series[] = [];

type Point = { readonly x: number; readonly y: number | null };
type TimeConfig = ChartConfiguration<'bar' | 'line', Point[], number>;

export function TimeChart(props: TimeChartProps) {
  const { label, edges, series, zone, formatValue, hasTotal, onRange, onBack, testId } = props;
  const { kind, max, tickStep, formatTick = formatCompact, isLogarithmic = false, overlay = noSeries, onPick } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<Chart<'bar' | 'line', Point[], number>>(undefined);
  const [area, setArea] = useState(nowhere);
  const colour = useColours();
  const config = useMemo(
    () =>
      configOf({
        kind,
        edges,
        series,
        overlay,
        isLogarithmic,
        zone,
        max,
        tickStep,
        formatTick,
        colour,
        onArea: setArea,
      }),
    [kind, edges, series, overlay, isLogarithmic, zone, max, tickStep, formatTick, colour],
  );

  useEffect(() => {
    const { current: element } = canvas;
    if (element === null) return;
    if (chart.current === undefined) chart.current = new Chart<'bar' | 'line', Point[], number>(element, config);
    else {
      chart.current.data = config.data;
      chart.current.options = config.options ?? {};
      chart.current.update('none');
    }
  }, [config]);

  useEffect(
    () => () => {
      chart.current?.destroy();
      chart.current = undefined;
    },
    [],
  );

  return (
    <div className="time-chart" data-testid={testId}>
      <canvas ref={canvas} role="img" aria-label={label} />
      <Brush
        label={label}
        area={area}
        edges={edges}
        series={series}
        zone={zone}
        formatValue={formatValue}
        hasTotal={hasTotal}
        whole={props.whole}
        onRange={onRange}
        onPick={onPick}
        onBack={onBack}
      />
    </div>
  );
}

interface ConfigParts extends Pick<TimeChartProps, 'kind' | 'edges' | 'series' | 'zone' | 'max' | 'tickStep'> {
  readonly formatTick: (value: number) => string;
  readonly overlay: readonly Series[];
  readonly isLogarithmic: boolean;
  readonly colour: (name: string) => string;
  readonly onArea: Dispatch<SetStateAction<PlotArea>>;
}

function configOf(parts: ConfigParts): TimeConfig {
  const { kind, edges, series, overlay, isLogarithmic, zone, max, tickStep, formatTick, colour, onArea } = parts;
  const [first, last] = domainOf(edges);
  const font = { size: 10.5, family: colour('--font-ui') };
  return {
    type: kind === 'bars' ? 'bar' : 'line',
    data: {
      // Lines come first, since what comes first is drawn above.
      datasets: [
        ...overlay.map((each) => datasetOf('lines', each, edges, colour)),
        ...series.map((each) => datasetOf(kind, each, edges, colour)),
      ],
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      normalized: true,
      parsing: false,
      events: [],
      layout: { padding: { top: 6, right: 2 } },
      plugins: {},
      scales: {
        x: {
          type: 'linear',
          min: first,
          max: last,
          stacked: kind === 'bars',
          offset: false,
          border: { color: colour('--line') },
          grid: { display: false },
          afterBuildTicks: (axis) => {
            axis.ticks = timeTicks(first, last, axis.width, zone).map(({ at, label }) => ({ value: at, label }));
          },
          ticks: {
            autoSkip: false,
            maxRotation: 0,
            align: 'center',
            color: colour('--text-3'),
            font,
            padding: 2,
            callback(_value, at) {
              return this.ticks[at]?.label ?? '';
            },
          },
        },
        y: {
          type: isLogarithmic ? 'logarithmic' : 'linear',
          beginAtZero: !isLogarithmic,
          stacked: kind === 'bars' && series.length > 1,
          ...(max === undefined ? {} : { max }),
          border: { display: false },
          grid: { color: colour('--chart-grid'), tickLength: 0 },
          // Charts above each other share one left edge.
          afterFit: (axis) => {
            axis.width = axisPx;
          },
          ticks: {
            maxTicksLimit: 4,
            // Counts have no halves, shares do.
            ...(kind === 'bars' ? { precision: 0 } : {}),
            ...(tickStep === undefined || isLogarithmic ? {} : { stepSize: tickStep(greatest(series)) }),
            color: colour('--text-3'),
            font,
            padding: 6,
            callback(value) {
              const isLabelled = !isLogarithmic || isLogLabel(Number(value), this.max / Math.max(this.min, 1e-9));
              return isLabelled ? formatTick(Number(value)) : '';
            },
          },
        },
      },
    },
    plugins: [
      {
        id: 'plot-area',
        afterLayout: ({ chartArea }) => {
          const { left, right, top, bottom } = chartArea;
          const area = { leftPx: left, widthPx: right - left, topPx: top, heightPx: bottom - top };
          onArea((before) => (isSameArea(before, area) ? before : area));
        },
      },
    ],
  };
}

/** A logarithmic axis is labelled at powers of ten; where it has few of them, also at 2 and 5 times these. */
function isLogLabel(value: number, ratio: number): boolean {
  const digit = Number(value.toExponential()[0]);
  const isExact = /^\de/.test(value.toExponential());
  return isExact && (digit === 1 || (ratio <= 100 && (digit === 2 || digit === 5)));
}

/** Of one series; only unstacked ones have steps of their own. */
const greatest = (series: readonly Series[]): number =>
  series.reduce((most, { values }) => values.reduce((max, value) => Math.max(max, value), most), 0);

/** Room for labels such as `1.25M`. */
const axisPx = 52;

function datasetOf(
  kind: TimeChartProps['kind'],
  { label, colour: name, values }: Series,
  edges: readonly number[],
  colour: (name: string) => string,
): ChartDataset<'bar' | 'line', Point[]> {
  const middle = (at: number): number => ((edges[at] ?? 0) + (edges[at + 1] ?? 0)) / 2;
  // A bar of nothing would still get its least length.
  const isDrawn = (value: number): boolean => Number.isFinite(value) && (kind === 'lines' || value > 0);
  const data = values.map((value, at) => ({ x: middle(at), y: isDrawn(value) ? value : null }));
  if (kind === 'bars') {
    return {
      type: 'bar',
      label,
      data,
      backgroundColor: colour(name),
      barPercentage: values.length > crowdedBars ? 1 : 0.9,
      categoryPercentage: 1,
      minBarLength: 1,
    };
  }
  return {
    type: 'line',
    label,
    data,
    borderColor: colour(name),
    borderWidth: 1.5,
    pointRadius: 0,
    spanGaps: false,
  };
}

/** From so many on, gaps between bars would be thinner than a pixel. */
const crowdedBars = 150;

/** Colours of styles/tokens.css by name; another function when the system goes from light to dark or back. */
function useColours(): (name: string) => string {
  const [isDark, setIsDark] = useState(() => darkQuery().matches);
  useEffect(() => {
    const query = darkQuery();
    const tell = (): void => setIsDark(query.matches);
    query.addEventListener('change', tell);
    return () => query.removeEventListener('change', tell);
  }, []);
  const [colours, setColours] = useState(() => readColours(isDark));
  if (colours.isDark !== isDark) setColours(readColours(isDark));
  return colours.read;
}

const darkQuery = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');

function readColours(isDark: boolean): { readonly isDark: boolean; readonly read: (name: string) => string } {
  const style = getComputedStyle(document.documentElement);
  return { isDark, read: (name) => style.getPropertyValue(name).trim() };
}
