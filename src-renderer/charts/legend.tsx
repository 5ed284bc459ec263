/** What the colours of a chart mean; most severe last, as stacked. With `onToggle` each can be hidden. */
import { texts } from '../app/texts.ts';
import type { Series } from './series.ts';

export interface LegendProps {
  readonly series: readonly Series[];
  readonly hidden?: ReadonlySet<string>;
  readonly onToggle?: (key: string) => void;
}

export const Legend = ({ series, hidden, onToggle }: LegendProps) => (
  <ul className="legend" aria-label={texts.charts.legend}>
    {series.map(({ key, label, colour }) => (
      <li key={key}>
        {onToggle === undefined ? (
          <Entry label={label} colour={colour} />
        ) : (
          <button type="button" aria-pressed={hidden?.has(key) !== true} onClick={() => onToggle(key)}>
            <Entry label={label} colour={colour} />
          </button>
        )}
      </li>
    ))}
  </ul>
);

const Entry = ({ label, colour }: { readonly label: string; readonly colour: string }) => (
  <>
    <span className="swatch" style={{ background: `var(${colour})` }} />
    {label}
  </>
);
