/** The dialog that is open, if any; one at a time. */
import { useStore } from '../engine/index.ts';
import { ExportDialog } from './export-dialog.tsx';
import { FileChooser } from './file-chooser.tsx';
import { GoToDialog } from './go-to-dialog.tsx';
import { KeysDialog } from './keys-dialog.tsx';
import type { WindowModel } from './window-model.ts';
import { ZoneDialog } from './zone-dialog.tsx';

export function Dialogs({ model }: { readonly model: WindowModel }) {
  const name = useStore(model.dialog);
  const tab = model.activeTab();
  const close = (): void => model.dialog.set(undefined);
  switch (name) {
    case undefined:
      return null;
    case 'keys':
      return <KeysDialog onClose={close} />;
    case 'chooser':
      return <FileChooser model={model} onClose={close} />;
    case 'export':
      return tab === undefined ? null : <ExportDialog model={model} tab={tab} onClose={close} />;
    case 'goTo':
      return tab === undefined ? null : <GoToDialog model={model} tab={tab} onClose={close} />;
    case 'zone':
      return tab === undefined ? null : <ZoneDialog tab={tab} onClose={close} />;
  }
}
