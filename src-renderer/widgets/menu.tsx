/** Menus: under a button, or at the pointer. Entries are plain values, so that they can be computed when it opens. */
import { ContextMenu as Context, DropdownMenu as Dropdown } from 'radix-ui';
import type { MouseEvent, ReactNode } from 'react';
import { Icon } from './icons.tsx';
import { Keys } from './keys.tsx';

export type MenuEntry =
  | 'line'
  | {
      readonly label: string;
      readonly hint?: string;
      readonly keys?: string | undefined;
      readonly isChecked?: boolean;
      readonly isDisabled?: boolean;
      readonly run: () => void;
    };

export interface ContextMenuProps {
  readonly entries: readonly MenuEntry[];
  /** Before the menu opens: the time to set the entries. */
  readonly onOpen: (event: MouseEvent) => void;
  readonly children: ReactNode;
}

export function ContextMenu({ entries, onOpen, children }: ContextMenuProps) {
  return (
    <Context.Root>
      <Context.Trigger asChild onContextMenu={onOpen}>
        {children}
      </Context.Trigger>
      {entries.length > 0 && (
        <Context.Portal>
          <Context.Content className="menu" data-testid="context-menu" collisionPadding={6}>
            {entries.map((entry, at) =>
              entry === 'line' ? (
                // oxlint-disable-next-line react/no-array-index-key
                <Context.Separator key={at} className="menu-line" />
              ) : (
                <Context.Item
                  key={entry.label}
                  className="menu-entry"
                  disabled={entry.isDisabled === true}
                  onSelect={entry.run}
                >
                  <EntryBody entry={entry} />
                </Context.Item>
              ),
            )}
          </Context.Content>
        </Context.Portal>
      )}
    </Context.Root>
  );
}

export interface MenuProps {
  /** The button; one element that takes a ref. */
  readonly trigger: ReactNode;
  readonly entries: readonly MenuEntry[];
  readonly label: string;
  readonly align?: 'start' | 'center' | 'end';
  readonly side?: 'top' | 'bottom';
}

export function Menu({ trigger, entries, label, align = 'start', side = 'bottom' }: MenuProps) {
  return (
    <Dropdown.Root>
      <Dropdown.Trigger asChild>{trigger}</Dropdown.Trigger>
      <Dropdown.Portal>
        <Dropdown.Content
          className="menu"
          aria-label={label}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={6}
        >
          {entries.map((entry, at) =>
            entry === 'line' ? (
              // oxlint-disable-next-line react/no-array-index-key
              <Dropdown.Separator key={at} className="menu-line" />
            ) : (
              <Dropdown.Item
                key={entry.label}
                className="menu-entry"
                disabled={entry.isDisabled === true}
                onSelect={entry.run}
              >
                <EntryBody entry={entry} />
              </Dropdown.Item>
            ),
          )}
        </Dropdown.Content>
      </Dropdown.Portal>
    </Dropdown.Root>
  );
}

function EntryBody({ entry }: { readonly entry: Exclude<MenuEntry, 'line'> }) {
  return (
    <>
      <span className="menu-check">{entry.isChecked === true && <Icon name="check" size={14} />}</span>
      <span className="menu-label">
        <bdi>{entry.label}</bdi>
        {entry.hint !== undefined && <span className="menu-hint">{entry.hint}</span>}
      </span>
      {entry.keys !== undefined && <Keys keys={entry.keys} />}
    </>
  );
}
