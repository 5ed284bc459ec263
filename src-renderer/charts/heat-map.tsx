/** Records by weekday and hour of the view's zone: a table whose cells are marks. */
import type { HeatSummary } from '../../src-shared/protocol.ts';
import { texts } from '../app/texts.ts';
import { formatCount } from '../widgets/index.ts';
import type { OnMark } from './bar-table.tsx';
import { hourMark } from './marks.ts';
import { tableText } from './table-text.ts';

/** Weekdays below each other, hours beside each other: what is copied. */
export const heatText = ({ counts }: HeatSummary): string =>
  tableText([
    ['', ...hours],
    ...texts.overview.weekdays.map((day, at) => [day, ...hours.map((hour) => counts[at * 24 + hour] ?? 0)]),
  ]);

const hours = Array.from({ length: 24 }, (_, hour) => hour);

export function HeatMap({ heat, onMark }: { readonly heat: HeatSummary; readonly onMark: OnMark }) {
  const greatest = Math.max(1, ...heat.counts);
  return (
    <table className="heat-map">
      <caption className="visually-hidden">{texts.overview.heat}</caption>
      <thead>
        <tr>
          <td />
          {hours.map((hour) => (
            <th key={hour} scope="col">
              {hour % 3 === 0 ? hour : ''}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {texts.overview.weekdays.map((day, at) => (
          <tr key={day}>
            <th scope="row">{day.slice(0, 3)}</th>
            {hours.map((hour) => {
              const count = heat.counts[at * 24 + hour] ?? 0;
              const tip = texts.overview.heatCell(day, `${hour}:00`, formatCount(count));
              // Quiet hours stay apart from empty ones.
              const strength = 10 + Math.round((count / greatest) * 90);
              return (
                <td key={hour}>
                  <button
                    type="button"
                    title={tip}
                    aria-label={tip}
                    data-count={count}
                    disabled={count === 0}
                    style={
                      count === 0
                        ? undefined
                        : { background: `color-mix(in srgb, var(--series-only) ${strength}%, var(--surface-2))` }
                    }
                    onClick={(event) => onMark(hourMark(at + 1, hour), event.altKey)}
                  />
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
