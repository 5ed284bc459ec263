/** A dialog over the window: title, body, and a row of buttons. Escape and a click outside close it. */
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { texts } from '../app/texts.ts';
import { Button } from './button.tsx';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  readonly size?: 'small' | 'medium' | 'large';
  readonly testId: string;
}

export function Dialog({ title, onClose, children, footer, size = 'medium', testId }: DialogProps) {
  return (
    <Radix.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="dialog-veil" />
        <Radix.Content
          className={`dialog dialog-${size}`}
          data-testid={testId}
          aria-describedby={undefined}
          onOpenAutoFocus={focusFirstInput}
        >
          <div className="dialog-head">
            <Radix.Title className="dialog-title">{title}</Radix.Title>
            <Radix.Close asChild>
              <Button look="quiet" icon="close" className="icon-button" aria-label={texts.common.close} />
            </Radix.Close>
          </div>
          <div className="dialog-body">{children}</div>
          {footer !== undefined && <div className="dialog-foot">{footer}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** The first field, else the dialog itself: on the cross a stray Enter would close it. */
function focusFirstInput(event: Event): void {
  event.preventDefault();
  const { currentTarget } = event;
  if (!(currentTarget instanceof HTMLElement)) return;
  const first = currentTarget.querySelector<HTMLElement>('[data-autofocus], input, select, textarea');
  (first ?? currentTarget).focus();
}
