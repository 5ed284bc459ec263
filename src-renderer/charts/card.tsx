/** A panel of the overview: its name, what can be switched on it, and its chart. */
import { createContext, useContext, type ReactNode } from 'react';
import { texts } from '../app/texts.ts';
import { IconButton } from '../widgets/index.ts';

/** Puts a text on the clipboard; cards with a table offer it. */
export const CopyContext = createContext<(text: string) => void>(() => {});

export interface CardProps {
  readonly id: string;
  readonly title: string;
  readonly note?: string | undefined;
  /** Over the whole width. */
  readonly isWide?: boolean;
  readonly tools?: ReactNode;
  /** The numbers of the panel as text; each cell exact. */
  readonly copyText?: () => string;
  readonly children: ReactNode;
}

export function Card({ id, title, note, isWide = false, tools, copyText, children }: CardProps) {
  const copy = useContext(CopyContext);
  return (
    <section className={isWide ? 'card card-wide' : 'card'} data-testid={`panel-${id}`} aria-label={title}>
      <div className="chart-head">
        <h3 className="chart-title">{title}</h3>
        {note !== undefined && <span className="chart-note">{note}</span>}
        <span className="chart-space" />
        {tools}
        {copyText !== undefined && (
          <IconButton
            icon="copy"
            className="card-copy"
            label={texts.overview.copyTable}
            onClick={() => copy(copyText())}
          />
        )}
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
