/** What the colours of a chart mean; most severe last, as stacked. */
import { texts } from '../app/texts.ts';
import type { Series } from './series.ts';

export const Legend = ({ series }: { readonly series: readonly Series[] }) => (
  <ul className="legend" aria-label={texts.charts.legend}>
    {series.map(({ key, label, colour }) => (
      <li key={key}>
        <span className="swatch" style={{ background: `var(${colour})` }} />
        {label}
      </li>
    ))}
  </ul>
);
