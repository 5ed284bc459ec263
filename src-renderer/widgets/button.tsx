/** Buttons: with a text, an icon or both; every icon alone has a name and a tooltip with its key. */
import type { ComponentProps, ReactNode } from 'react';
import { Icon, type IconName } from './icons.tsx';
import { Tip } from './tip.tsx';

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'type'> {
  readonly icon?: IconName;
  readonly look?: 'plain' | 'main' | 'quiet' | 'danger';
  /** For a button that switches something on and off. */
  readonly isOn?: boolean;
}

export function Button({ icon, look = 'plain', isOn, children, className = '', ...rest }: ButtonProps) {
  return (
    <button type="button" className={`button button-${look} ${className}`} aria-pressed={isOn} {...rest}>
      {icon !== undefined && <Icon name={icon} />}
      {children !== undefined && <span className="button-text">{children}</span>}
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'title'> {
  readonly icon: IconName;
  readonly label: string;
  /** Shown in the tooltip. */
  readonly keys?: string | undefined;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  readonly children?: ReactNode;
}

export function IconButton({ label, keys, side = 'bottom', look = 'quiet', className = '', ...rest }: IconButtonProps) {
  return (
    <Tip text={label} keys={keys} side={side}>
      <Button look={look} className={`icon-button ${className}`} aria-label={label} {...rest} />
    </Tip>
  );
}
