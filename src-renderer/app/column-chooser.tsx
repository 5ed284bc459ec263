/** Which columns are shown: a list to tick, with a search where there are many fields. */
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { useStore } from '../engine/index.ts';
import { titleOf, type ColumnsModel } from '../grid/index.ts';
import { Button, IconButton } from '../widgets/index.ts';
import { texts } from './texts.ts';

/** From so many fields on, a search is quicker than looking. */
const searchFrom = 12;

export function ColumnChooser({ columns }: { readonly columns: ColumnsModel }) {
  const plan = useStore(columns.plan);
  const [wanted, setWanted] = useState('');
  const fields = plan.columns.filter(({ kind }) => kind !== 'line');
  const found = fields.filter(({ field }) => field.toLowerCase().includes(wanted.trim().toLowerCase()));
  return (
    <Popover.Root onOpenChange={() => setWanted('')}>
      <Popover.Trigger asChild>
        <IconButton icon="columns" label={texts.toolbar.columns} data-testid="columns">
          {texts.toolbar.columns}
        </IconButton>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="menu column-chooser"
          data-testid="column-chooser"
          aria-label={texts.columns.title}
          align="end"
          sideOffset={4}
          collisionPadding={6}
        >
          {fields.length >= searchFrom && (
            <input
              className="input"
              type="search"
              placeholder={texts.columns.find}
              aria-label={texts.columns.find}
              value={wanted}
              onChange={(event) => setWanted(event.target.value)}
            />
          )}
          <ul className="column-list">
            {found.map((column) => (
              <li key={column.field}>
                <label className="check">
                  <input
                    type="checkbox"
                    checked={column.isVisible}
                    onChange={(event) => columns.setVisible(column.field, event.target.checked)}
                  />
                  <bdi>{titleOf(column)}</bdi>
                </label>
              </li>
            ))}
          </ul>
          {found.length === 0 && <p className="menu-note">{texts.columns.none}</p>}
          <Button look="quiet" onClick={columns.reset}>
            {texts.columns.reset}
          </Button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
