/** The sheet of keys, straight from the table of commands. */
import { Dialog, Keys } from '../widgets/index.ts';
import { commands, type CommandGroup } from './commands.ts';
import { texts } from './texts.ts';

const groups: readonly CommandGroup[] = ['move', 'select', 'filter', 'view', 'file'];

export const KeysDialog = ({ onClose }: { readonly onClose: () => void }) => (
  <Dialog title={texts.keys.title} onClose={onClose} size="large" testId="keys-dialog">
    <div className="key-sheet">
      {groups.map((group) => (
        <section key={group}>
          <h3>{texts.keys.groups[group]}</h3>
          <dl>
            {commands
              .filter((command) => command.group === group)
              .map(({ id, keys }) => (
                <div key={id}>
                  <dt>{texts.commands[id]}</dt>
                  <dd>
                    {keys.map((each) => (
                      <Keys key={each} keys={each} />
                    ))}
                  </dd>
                </div>
              ))}
          </dl>
        </section>
      ))}
      <section>
        <h3>{texts.keys.mouse}</h3>
        <dl className="key-sheet-mouse">
          {texts.keys.mouseRows.map(([what, does]) => (
            <div key={what}>
              <dt>{what}</dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  </Dialog>
);
