/** What a place says while it has nothing to show: what is so, and what to do next. */
import { Button } from './button.tsx';
import { Icon, type IconName } from './icons.tsx';
import { Spinner } from './progress.tsx';

export interface EmptyStateProps {
  readonly title: string;
  readonly hint?: string;
  readonly icon?: IconName;
  readonly tone?: 'calm' | 'error';
  readonly isBusy?: boolean;
  readonly actions?: readonly { readonly label: string; readonly run: () => void; readonly isMain?: boolean }[];
}

export function EmptyState({ title, hint, icon, tone = 'calm', isBusy = false, actions = [] }: EmptyStateProps) {
  const sign = icon ?? (tone === 'error' ? 'error' : undefined);
  return (
    <div
      className={`empty-state empty-state-${tone}`}
      role={tone === 'error' ? 'alert' : 'status'}
      data-testid="empty-state"
    >
      {isBusy && <Spinner />}
      {sign !== undefined && <Icon name={sign} size={28} />}
      <p className="empty-state-title">{title}</p>
      {hint !== undefined && <p className="empty-state-hint">{hint}</p>}
      {actions.length > 0 && (
        <div className="empty-state-actions">
          {actions.map(({ label, run, isMain }) => (
            <Button key={label} look={isMain === true ? 'main' : 'plain'} onClick={run}>
              {label}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
