/** Another zone for all times shown. */
import { useState, type FormEvent } from 'react';
import { isZone } from '../../src-shared/model/zone.ts';
import { Dialog } from '../widgets/index.ts';
import type { Tab } from './tab.ts';
import { texts } from './texts.ts';

/** Names that the system knows, for the list under the field. */
const knownZones = (): readonly string[] => Intl.supportedValuesOf('timeZone');

export function ZoneDialog({ tab, onClose }: { readonly tab: Tab; readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const apply = (event: FormEvent): void => {
    event.preventDefault();
    const zone = text.trim();
    if (!isZone(zone)) setProblem(texts.zones.bad(zone));
    else {
      void tab.session.applyZone(zone);
      onClose();
    }
  };
  return (
    <Dialog title={texts.zones.title} onClose={onClose} size="small" testId="zone-dialog">
      <form className="form" onSubmit={apply}>
        <div className="form-row">
          <input
            className="input"
            list="known-zones"
            aria-label={texts.zones.prompt}
            placeholder={texts.zones.prompt}
            value={text}
            spellCheck={false}
            onChange={(event) => {
              setText(event.target.value);
              setProblem(undefined);
            }}
          />
          <datalist id="known-zones">
            {knownZones().map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
          <button type="submit" className="button button-main">
            {texts.zones.apply}
          </button>
        </div>
        {problem !== undefined && (
          <p className="form-problem" role="alert">
            {problem}
          </p>
        )}
      </form>
    </Dialog>
  );
}
