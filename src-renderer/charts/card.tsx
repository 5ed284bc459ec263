/** A panel of the overview: its name, what can be switched on it, and its chart. */
import type { ReactNode } from 'react';

export interface CardProps {
  readonly id: string;
  readonly title: string;
  readonly note?: string | undefined;
  /** Over the whole width. */
  readonly isWide?: boolean;
  readonly tools?: ReactNode;
  readonly children: ReactNode;
}

export function Card({ id, title, note, isWide = false, tools, children }: CardProps) {
  return (
    <section className={isWide ? 'card card-wide' : 'card'} data-testid={`panel-${id}`} aria-label={title}>
      <div className="chart-head">
        <h3 className="chart-title">{title}</h3>
        {note !== undefined && <span className="chart-note">{note}</span>}
        <span className="chart-space" />
        {tools}
      </div>
      {children}
    </section>
  );
}

export interface SwitchProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

/** A small button that stays pressed. */
export const Switch = ({ label, isOn, onChange }: SwitchProps) => (
  <button type="button" className="card-switch" aria-pressed={isOn} onClick={() => onChange(!isOn)}>
    {label}
  </button>
);
