/** A tooltip: one short line, with the key that does the same. */
import { Tooltip } from 'radix-ui';
import type { ReactNode } from 'react';
import { Keys } from './keys.tsx';

export interface TipProps {
  readonly text: ReactNode;
  readonly keys?: string | undefined;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  /** One element that takes a ref. */
  readonly children: ReactNode;
}

export function Tip({ text, keys, side = 'bottom', children }: TipProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tip" side={side} sideOffset={4} collisionPadding={6} onEscapeKeyDown={letThrough}>
          <span>{text}</span>
          {keys !== undefined && <Keys keys={keys} />}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/**
 * Radix marks the Escape that closes a tooltip as used. It still means something to whatever has the keyboard, so its
 * mark, which comes right after this, is not made; later ones count.
 */
function letThrough(event: KeyboardEvent): void {
  event.preventDefault = () => void Reflect.deleteProperty(event, 'preventDefault');
}

/** Around the whole window: once one tooltip is open the next opens at once. */
export const TipProvider = ({ children }: { readonly children: ReactNode }) => (
  <Tooltip.Provider delayDuration={500} skipDelayDuration={200} disableHoverableContent>
    {children}
  </Tooltip.Provider>
);
