/** The system's dialogs for files. They start in the folder of the last one: since Electron 43 nobody else remembers. */
import { dialog, type BaseWindow, type FileFilter, type OpenDialogOptions, type SaveDialogOptions } from 'electron';
import { dirname, extname, join } from 'node:path';
import { safeFileName } from '../../window/index.ts';
import type { DesktopMemory } from './desktop-state.ts';

export interface Dialogs {
  /** Paths in the user's order; none: cancelled. */
  pickFiles(): Promise<readonly string[]>;
  /** Undefined: cancelled. */
  pickExportPath(suggestedName: string): Promise<string | undefined>;
}

const logFilters: FileFilter[] = [
  { name: 'Logs', extensions: ['log', 'txt', 'json', 'jsonl', 'ndjson', 'csv', 'tsv', 'out', 'err', 'gz'] },
  { name: 'All files', extensions: ['*'] },
];

const exportNames: Readonly<Record<string, string>> = {
  csv: 'Comma-separated values',
  tsv: 'Tab-separated values',
  jsonl: 'JSON lines',
  txt: 'Text',
  log: 'Text',
};

export function createDialogs(
  memory: DesktopMemory,
  homeFolder: string,
  currentWindow: () => BaseWindow | undefined,
): Dialogs {
  const startFolder = (): string => memory.state.lastFolder ?? homeFolder;

  return {
    async pickFiles() {
      const options: OpenDialogOptions = {
        properties: ['openFile', 'multiSelections', 'showHiddenFiles'],
        filters: logFilters,
        defaultPath: startFolder(),
      };
      const window = currentWindow();
      const { canceled, filePaths } = await (window === undefined
        ? dialog.showOpenDialog(options)
        : dialog.showOpenDialog(window, options));
      const first = filePaths[0];
      if (canceled || first === undefined) return [];
      memory.remember({ lastFolder: dirname(first) });
      return filePaths;
    },

    async pickExportPath(suggestedName) {
      const name = safeFileName(suggestedName, 'export.csv');
      const options: SaveDialogOptions = {
        properties: ['showOverwriteConfirmation', 'createDirectory'],
        filters: filtersOf(name),
        defaultPath: join(startFolder(), name),
      };
      const window = currentWindow();
      const { canceled, filePath } = await (window === undefined
        ? dialog.showSaveDialog(options)
        : dialog.showSaveDialog(window, options));
      if (canceled || filePath === '') return undefined;
      memory.remember({ lastFolder: dirname(filePath) });
      return filePath;
    },
  };
}

function filtersOf(name: string): FileFilter[] {
  const extension = extname(name).slice(1).toLowerCase();
  const all: FileFilter = { name: 'All files', extensions: ['*'] };
  return extension === '' ? [all] : [{ name: exportNames[extension] ?? extension, extensions: [extension] }, all];
}
