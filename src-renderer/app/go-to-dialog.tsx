/** Goes to a line of the file, a row of the view, or a time. */
import { useState, type FormEvent } from 'react';
import { isCancelled } from '../../src-shared/errors.ts';
import { timeText } from '../grid/index.ts';
import { Dialog, formatCount } from '../widgets/index.ts';
import { readDestination, type Destination } from './go-to.ts';
import type { Tab } from './tab.ts';
import { texts } from './texts.ts';
import type { WindowModel } from './window-model.ts';

export interface GoToDialogProps {
  readonly model: WindowModel;
  readonly tab: Tab;
  readonly onClose: () => void;
}

export function GoToDialog({ model, tab, onClose }: GoToDialogProps) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const [openedMs] = useState(() => Date.now());
  const { zone } = tab.session.applied.get().query;
  const destination = readDestination(text, zone, timeOnScreen(tab), openedMs);

  const go = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (destination === undefined) {
      setProblem(texts.goTo.bad);
      return;
    }
    try {
      if (await goTo(tab, destination)) onClose();
      else setProblem(texts.goTo.noRow);
    } catch (error) {
      if (!isCancelled(error)) model.notices.fail(texts.goTo.title, error);
    }
  };

  return (
    <Dialog title={texts.goTo.title} onClose={onClose} size="small" testId="go-to-dialog">
      <form className="form" onSubmit={(event) => void go(event)}>
        <div className="form-row">
          <input
            className="input"
            data-testid="go-to-input"
            aria-label={texts.goTo.label}
            placeholder={texts.goTo.examples}
            value={text}
            spellCheck={false}
            onChange={(event) => {
              setText(event.target.value);
              setProblem(undefined);
            }}
          />
          <button type="submit" className="button button-main">
            {texts.goTo.go}
          </button>
        </div>
        <p className={problem === undefined ? 'form-hint' : 'form-problem'} role="status">
          {problem ?? (destination === undefined ? texts.goTo.hint : describe(destination, zone))}
        </p>
      </form>
    </Dialog>
  );
}

async function goTo({ grid }: Tab, destination: Destination): Promise<boolean> {
  if (destination.by !== 'row') return grid.locate(destination);
  if (destination.row >= grid.viewport.state.get().total) return false;
  grid.goToRow(destination.row);
  return true;
}

function describe(destination: Destination, zone: string): string {
  switch (destination.by) {
    case 'line':
      return texts.goTo.line(formatCount(destination.line));
    case 'row':
      return texts.goTo.row(formatCount(destination.row + 1));
    case 'time':
      return texts.goTo.time(timeText(destination.time, zone));
  }
}

/** The day that a clock time is meant on: that of the focused or first row, else that of the log's begin. */
function timeOnScreen({ grid, session }: Tab): number | undefined {
  const frame = grid.frame.get();
  const at = frame?.cellAt.get('time');
  const row = frame && grid.row(grid.selection.get().focus ?? frame.rows.from);
  const value = at === undefined ? undefined : row?.cells[at];
  return typeof value === 'number' ? value : session.source.get().time?.from;
}
